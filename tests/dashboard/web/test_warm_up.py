"""After the start each page is opened in each language, and what it names is asked for."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard import i18n
from dashboard.navigation import PAGES
from dashboard.web import warm_up
from geo.errors import LayerError

DECK = {"layers": [{"data": "/layers/cities.geojson?v=1&country=THA"}, {"data": ""}]}
SENT = {
    "spec": "/charts/support.vl.json?v=1",
    "image": "/charts/support.svg",
    "script": "/scripts/chart.js",
    "map": {"deck": json.dumps(DECK), "preview": "/maps/pages/explore.svg?v=1"},
}


@pytest.fixture
def opened(monkeypatch):
    """Pages and languages that were run."""
    runs = []

    async def run_page(page, headers, cookies):
        runs.append((page, headers["Accept-Language"]))
        if page == "plans":
            raise LayerError("unreadable")
        component = SimpleNamespace(json=json.dumps(SENT))
        return [SimpleNamespace(bidi_component=component, HasField=lambda _: True)]

    monkeypatch.setattr(warm_up, "run_page", run_page)
    monkeypatch.setattr(warm_up, "PAUSE_SECONDS", 0)
    return runs


@pytest.fixture
def events(monkeypatch):
    """Names of the logged events."""
    names = []
    monkeypatch.setattr(warm_up.logs, "event", lambda name, *_, **__: names.append(name))
    monkeypatch.setattr(warm_up.logs, "error", lambda name, *_: names.append(name))
    return names


def test_addresses_are_those_a_browser_asks_for():
    assert list(warm_up.addresses([json.dumps(SENT)])) == [
        "/charts/support.vl.json?v=1",
        "/layers/cities.geojson?v=1&country=THA",
        "/maps/pages/explore.svg?v=1",
    ]


def test_every_page_is_opened_in_every_language_though_one_fails(opened, events, monkeypatch):
    asked, looks = [], []

    def answer(request):
        if request.url.path == "/readyz":
            looks.append(request)
            return PlainTextResponse("", 503 if len(looks) < 3 else 200)
        asked.append(f"{request.url.path}?{request.url.query}")
        return PlainTextResponse("")

    monkeypatch.setattr(warm_up, "UNREADY_SECONDS", 0)
    asyncio.run(warm_up.warm_up([Route("/{path:path}", answer)]))
    pages = ["" if page == "overview" else page for page in PAGES]
    assert opened == [(page, language) for language in i18n.languages() for page in pages]
    assert len(looks) == 3
    assert events == ["not_warm"] * len(i18n.languages()) + ["warm"]
    whole = len(opened) - len(i18n.languages())
    searched = [f"/search.json?q=asean&lang={language}" for language in i18n.languages()]
    assert [one for one in asked if one.startswith("/search")] == searched
    drawn = [one for one in asked if one not in searched]
    assert drawn == list(warm_up.addresses([json.dumps(SENT)])) * whole
