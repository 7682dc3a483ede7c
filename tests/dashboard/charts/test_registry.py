"""Every chart by name: the same from a page, a picture and a script."""

from __future__ import annotations

import io
import json
import re
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from dashboard import i18n
from dashboard.charts.export import WIDTH, specification, svg, untitled_svg
from dashboard.charts.registry import CHARTS, build_chart
from dashboard.charts.renderer import PNG_SCALE
from dashboard.markup.theme import LIGHT
from geo.errors import QueryError
from geo.i18n import use_language
from tests.dashboard.asgi import ask
from tests.dashboard.charts.specs import rows_of, validate

QUERIES = {
    "population": "city=jakarta,manila",
    "projects-by-city": "city=jakarta,manila",
    "un-city-population": "city=jakarta,singapore,cauayan-city",
    "territories": "city=jakarta,hanoi,manila",
    "territory-overlay": "city=jakarta,hanoi,manila&over=manila,jakarta",
    "urban-share": "country=KHM&revision=wdi-2025-07",
    "urban-growth": "country=KHM",
    "projects-by-focus-area": "country=IDN&reports=all",
    "urban-shares-of-year": "year=1990",
    "agglomerations-of-year": "year=2035",
    "un-cities-of-year": "year=2050",
}


def query_of(name: str) -> dict[str, str]:
    return dict(part.split("=") for part in QUERIES.get(name, "").split("&") if part)


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_valid_and_has_title_text_and_source(name, layers, colours):
    found = build_chart(name, layers, query_of(name), colours)
    assert found.chart is not None
    validate(found.chart)
    validate(specification(name, found, colours))
    assert found.title
    assert found.alt.endswith(".")
    assert found.source


@pytest.mark.parametrize("name", CHARTS)
def test_svg_of_every_chart_carries_its_title_and_source(name, routes, layers):
    answer = ask(routes, f"/charts/{name}.svg?{QUERIES.get(name, '')}")
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "image/svg+xml"
    texts = ["".join(node.itertext()) for node in ET.fromstring(answer.body).iter()]
    found = build_chart(name, layers, query_of(name), LIGHT)
    assert found.title in texts
    assert any(text.startswith("Source: ") for text in texts)


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_has_the_columns_that_it_draws(name, layers):
    chart = build_chart(name, layers, query_of(name), LIGHT).chart
    assert chart is not None
    drawn = re.findall(r'"field": "(\w+)"', json.dumps(chart))
    assert set(drawn) <= {column for row in rows_of(chart) for column in row}


@pytest.mark.parametrize("name", CHARTS)
def test_images_leave_a_chart_that_others_share_as_it_is(name, layers):
    found = build_chart(name, layers, query_of(name), LIGHT)
    before = json.dumps(found.chart)
    specification(name, found, LIGHT)
    untitled_svg(name, found, 340)
    assert json.dumps(found.chart) == before


def test_png_has_two_pixels_for_each_of_its_width(routes):
    answer = ask(routes, "/charts/population.png?city=manila")
    assert answer.headers["content-type"] == "image/png"
    assert "attachment" in answer.headers["content-disposition"]
    width, _ = Image.open(io.BytesIO(answer.body)).size
    assert width > PNG_SCALE * WIDTH


def test_picture_is_the_same_bytes_each_time_and_kept_by_its_validator(routes, layers):
    found = build_chart("support", layers, {}, LIGHT)
    assert svg("support", found, LIGHT) == svg("support", found, LIGHT)
    first = ask(routes, "/charts/pressure.svg")
    held = ask(routes, "/charts/pressure.svg", if_none_match=first.headers["etag"])
    assert held.status == 304


def test_picture_follows_theme_and_language(routes):
    pictures = {
        ask(routes, f"/charts/support.svg{query}").body
        for query in ("", "?theme=dark", "?lang=id", "?lang=id&theme=dark")
    }
    assert len(pictures) == 4


def test_title_of_a_picture_is_in_the_language(layers, colours):
    with use_language(i18n.languages()["id"]):
        found = build_chart("pressure", layers, {}, colours)
        spec = specification("pressure", found, colours)
    assert spec["title"]["text"] == found.title != "Pressure and action"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/charts/pressure.gif", "'gif'"),
        ("/charts/pressure.svg?span=x", "'x'"),
        ("/charts/pressure.svg?city=manila", "'city'"),
        ("/charts/pressure.svg?theme=pink", "'pink'"),
        ("/charts/population.svg?city=atlantis", "'atlantis'"),
        ("/charts/population.svg", "nothing to draw"),
        ("/charts/urban-shares-of-year.svg?year=1955", "nothing to draw"),
    ],
)
def test_wrong_question_for_a_picture_is_answered_in_one_sentence(path, message, routes):
    answer = ask(routes, path)
    assert answer.status == 400
    assert message in json.loads(answer.body)["detail"]


def test_unknown_chart_is_not_found_and_the_answer_lists_those_there_are(routes):
    answer = ask(routes, "/charts/nothing.svg")
    assert answer.status == 404
    assert all(name in answer.json()["detail"] for name in ("'nothing'", *CHARTS))


def test_city_without_a_series_of_its_own_shows_that_of_the_agglomeration_around_it(
    layers, colours
):
    found = build_chart("population", layers, {"city": "putrajaya"}, colours)
    assert "Kuala Lumpur" in json.dumps(found.chart)
    assert "Kuala Lumpur" in found.source


def test_chart_of_an_unknown_name_is_refused(layers, colours):
    with pytest.raises(QueryError, match="Available: "):
        build_chart("x", layers, {}, colours)
