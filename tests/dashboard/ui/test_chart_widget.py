"""Charts on pages: an address of a specification, and an image where it cannot be drawn."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard.charts.page_chart import SCRIPT
from tests.dashboard.asgi import ask
from tests.dashboard.page_maps import components

PAGES = {
    "overview": {},
    "compare": {"city": "jakarta,manila,dili"},
    "urbanisation": {"lang": "id"},
    "country": {"country": "KHM"},
}


@pytest.fixture(params=PAGES)
def sent(request, open_page):
    """Data of each chart of a page."""
    app = open_page(request.param, **PAGES[request.param])
    charts = [json.loads(component.json) for component in components(app, "chart")]
    assert charts
    return charts


def test_page_sends_addresses_that_answer_for_ever(sent, routes):
    for chart in sent:
        response = ask(routes, chart["spec"])
        assert response.status == 200, chart["spec"]
        assert "immutable" in response.headers["cache-control"]
        spec = response.json()
        assert spec["description"] == chart["alt"]
        assert "vega-lite" in spec["$schema"]
        assert spec.get("height", chart["height"]) == chart["height"]
        image = ask(routes, chart["image"])
        assert image.status == 200
        assert image.headers["content-type"].startswith("image/svg+xml")


def test_what_a_page_sends_of_a_chart_is_small(sent):
    assert all(len(json.dumps(chart)) < 1_800 for chart in sent)


def test_specification_is_in_the_language_theme_and_size_of_the_page(routes):
    base = "/charts/largest-un-cities.vl.json"
    english, indonesian, dark, narrow = (
        ask(routes, f"{base}?{query}").json()
        for query in ("", "lang=id", "theme=dark", "columns=2&panel=140")
    )
    assert "locale" not in english["config"]
    assert indonesian["config"]["locale"]["number"]["decimal"] == ","
    assert dark["config"]["axis"]["labelColor"] != english["config"]["axis"]["labelColor"]
    assert (english["columns"], narrow["columns"]) == (4, 2)


@pytest.mark.parametrize(
    ("address", "status", "named"),
    [
        ("/charts/nothing.vl.json", 404, "'nothing'"),
        ("/charts/population.vl.json?city=atlantis", 400, "'atlantis'"),
        ("/charts/population.vl.json?year=2020", 400, "'year'"),
        ("/charts/population.vl.json?columns=many", 400, "'many'"),
        ("/charts/population.vl.json?theme=red", 400, "'red'"),
        ("/charts/population.vl.json?city=siem-reap", 400, "nothing to draw"),
        ("/charts/component/chart-0.js", 404, "chart-"),
    ],
)
def test_wrong_address_gets_one_sentence(address, status, named, routes):
    response = ask(routes, address)
    assert response.status == status
    assert named in response.json()["detail"]


def test_script_is_served_for_ever(routes):
    response = ask(routes, SCRIPT.url)
    assert response.status == 200
    assert response.headers["content-type"].startswith("text/javascript")
    assert "immutable" in response.headers["cache-control"]
    assert response.body == SCRIPT.path.read_bytes()


def test_chart_is_made_once_for_page_and_browser(open_page, routes, monkeypatch):
    app = open_page("overview", lang="id")
    component = components(app, "chart")[0]
    parts = urlsplit(json.loads(component.json)["spec"])
    assert dict(parse_qsl(parts.query)).keys() >= {"theme", "lang", "v"}
    made = []
    monkeypatch.setattr("dashboard.charts.page_chart.build_chart", made.append)
    assert ask(routes, f"{parts.path}?{parts.query}").status == 200
    assert not made
