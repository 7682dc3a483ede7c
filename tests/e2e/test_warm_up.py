"""A server opens its own pages after the start."""

from __future__ import annotations

import json
import time
from pathlib import Path

from dashboard.i18n import languages
from dashboard.navigation import PAGES
from tests.e2e.conftest import running_server


def test_each_page_is_opened_once_in_each_language_without_an_error(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running_server(log, environment={"DASHBOARD_WARM": "yes"}):
        deadline = time.monotonic() + 120
        while '"event": "warm"' not in log.read_text() and time.monotonic() < deadline:
            time.sleep(0.2)
    lines = log.read_text().splitlines()
    events = [json.loads(line) for line in lines if line.startswith("{")]
    names = [event["event"] for event in events]
    assert names.count("warm") == 1
    assert not {"not_warm", "page_failed", "part_failed"} & set(names)
    pages = [event["page"] for event in events if event["event"] == "rerun"]
    assert sorted(pages) == sorted(list(PAGES) * len(languages()))
