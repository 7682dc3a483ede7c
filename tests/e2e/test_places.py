"""Your places in a real browser: a file given, read, taken away and forgotten."""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page

from dashboard.markup.theme import LIGHT
from tests.benchmarks.session import Session
from tests.e2e.conftest import PHONE, OpenWindow, Watched, running_server
from tests.e2e.screen import map_picture, share_of
from tests.e2e.test_looks import violations
from tests.geo import hostile

TABLE = "name,lon,lat\n<b>Monas</b>,106.827,-6.175\nBến Thành,106.698,10.772\nTurned,-6.2,106.8\n"


def until_drawn(page: Page) -> None:
    """Wait for the places on the map."""
    for _ in range(100):
        if share_of(map_picture(page), LIGHT.accent) > 0.0005:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the places were not drawn")


def give(tab: Watched, content: str) -> Page:
    page = tab.open("places")
    file = {"name": "mine.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("The places shown, with all added columns.").wait_for()
    tab.settle()
    return page


def test_file_is_joined_drawn_downloaded_and_seen_by_no_other_session(
    window: OpenWindow, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    # More than the megabyte beyond which Starlette would put an upload on the disk.
    rows = (f"Place {n}{' ' * 150},{100 + n % 7},{14 + n % 5}\n" for n in range(8_000))
    content = TABLE + "".join(rows)
    assert len(content) > 1_200_000
    environment = {"TMPDIR": str(temporary)}
    with running_server(tmp_path / "server.log", environment=environment) as address:
        tab = window(address=address, maps=True)
        page = give(tab, content)
        assert "of your 8,002 places lie in" in tab.headline()
        assert page.get_by_text("The map shows").is_visible()
        until_drawn(page)
        with page.expect_download() as begun:
            page.get_by_role("button", name="CSV", exact=True).click()
        taken = pd.read_csv(begun.value.path())
        assert len(taken) == 8_002
        assert taken["ascn_iso3"].tolist()[:2] == ["IDN", "VNM"]
        other = window(address=address)
        other.open("places")
        assert other.headline().startswith("Upload a file")
        page.get_by_role("button", name="Remove file").click()
        tab.settle()
        assert tab.headline().startswith("Upload a file")
        # Finished answers of routes lie there (map layers, pictures), and nothing of the file.
        assert {name.rpartition("-")[0] for name in os.listdir(temporary)} <= {"dashboard-answers"}
        left = [path.read_bytes() for path in temporary.rglob("*") if path.is_file()]
        assert not [
            content for content in left if b"Place 7" in content or "Bến".encode() in content
        ]
        assert "Bến" not in (tmp_path / "server.log").read_text()
        page.close()
        other.page.close()
    assert tempfile.gettempdir() != str(temporary)


def test_page_with_a_file_breaks_no_rule_of_access_on_a_phone(window: OpenWindow) -> None:
    tab = window(size=PHONE)
    page = give(tab, TABLE)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Swap them").click()
    page.get_by_text("3 of 3 places").wait_for()
    tab.settle()
    assert tab.headline().startswith("3 of your 3 places lie in 2 member states")


def many_nulls() -> bytes:
    """1 kB of Parquet that takes gigabytes to read."""
    nulls = pa.LargeListArray.from_arrays([0, 120_000_000], pa.nulls(120_000_000, pa.int8()))
    buffer = io.BytesIO()
    table = pa.table({"lon": [106.8], "lat": [-6.2], "nulls": nulls})
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def opened(server: str) -> float:
    """Seconds in which another client opens a page."""
    started = time.monotonic()
    with Session(server, "explore", "127.0.0.3") as other:
        other.run()
    return time.monotonic() - started


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("mine.parquet", many_nulls, "takes more than 500 MB of memory to read"),
        ("mine.gpkg", lambda: hostile.changed(*hostile.STATEMENTS["view"]), "takes more than"),
    ],
)
def test_hostile_file_is_one_sentence_and_others_are_answered_meanwhile(
    window: OpenWindow, server: str, name: str, content: Callable[[], bytes], sentence: str
) -> None:
    patience = max(4, 8 * opened(server))  # other tests run beside this one
    page = window().open("places")
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content()}
    page.locator("input[type=file]").set_input_files(file)
    refusal = page.get_by_text(sentence)
    rounds = 0
    while not (refused := refusal.is_visible()) and rounds < 100:
        assert opened(server) < patience
        rounds += 1
        page.wait_for_timeout(200)
    assert refused
    assert rounds > 0
