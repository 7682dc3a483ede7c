"""Compare page: territories at one scale, and one of them laid over another."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
import shapely

from dashboard import i18n
from dashboard.charts.export import untitled_svg
from dashboard.charts.registry import build_chart
from dashboard.i18n.texts import TranslatedCatalogue
from dashboard.markup.tables import records
from dashboard.markup.theme import LIGHT
from dashboard.pages.compare import true_size
from dashboard.pages.compare.state import compare_codec
from geo.analysis.city_areas import MERGED, NETWORK
from geo.analysis.territories import territories
from geo.errors import QueryError
from geo.i18n import use_language
from geo.layers.catalogue import Catalogue
from tests.dashboard.charts.specs import rows_of
from tests.dashboard.conftest import page_html
from tests.pseudolocale import MARK, MARKED

SIX = "jakarta,hanoi,manila,singapore,nay-pyi-taw,putrajaya"
IDS = ("chiang-mai", "hanoi", "jakarta", "manila")


def spec_of(layers: Catalogue, name: str, panels: tuple[int, int], **query: str) -> dict[str, Any]:
    chart = build_chart(name, layers, query, LIGHT, panels).chart
    assert chart is not None
    return chart


def features(spec: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The drawn territories by city."""
    return {row["city"]: row for row in rows_of(spec) if row.get("type") == "Feature"}


def pixels(feature: Mapping[str, Any]) -> shapely.Geometry:
    return shapely.from_geojson(json.dumps(feature["geometry"]))


def marks(spec: Any) -> list[dict[str, Any]]:
    """All marks of territories, in drawing order."""
    if isinstance(spec, list):
        return [mark for one in spec for mark in marks(one)]
    if not isinstance(spec, dict):
        return []
    own = spec.get("mark")
    found = [own] if isinstance(own, dict) and own["type"] == "geoshape" else []
    return found + [mark for one in spec.values() for mark in marks(one)]


def bar(spec: Mapping[str, Any]) -> tuple[float, float]:
    """Length of the scale bar in pixels and in km."""
    rule = spec["vconcat"][1]["layer"][0]
    [label] = [row["label"] for row in rows_of(spec) if "label" in row]
    return rule["encoding"]["x2"]["value"], float(label.removesuffix(" km"))


def pair(layers: Catalogue, over: str, base: str, edition: str = NETWORK) -> list[dict[str, Any]]:
    return records(territories(layers, (over, base), edition))


@pytest.mark.parametrize(("columns", "width"), [(4, 170), (2, 154), (6, 190)])
@pytest.mark.parametrize(
    ("city", "edition"), [(SIX, NETWORK), ("manila,da-nang,ho-chi-minh-city", MERGED)]
)
def test_a_km_is_equally_long_in_every_panel(city, edition, columns, width, layers):
    spec = spec_of(layers, "territories", (columns, width), city=city, edition=edition)
    length, km = bar(spec)
    drawn = features(spec)
    assert len(drawn) == len(city.split(","))
    for feature in drawn.values():
        true = feature["area_km2"] * (length / km) ** 2
        # A square pixel, for Manila beside the merged cities of Viet Nam.
        assert pixels(feature).area == pytest.approx(true, rel=0.01, abs=1), feature["city"]
    assert json.dumps(spec).count('"scale": 1, "translate": [0, 0]') == len(drawn)


def test_every_territory_lies_in_its_panel(layers):
    spec = spec_of(layers, "territories", (2, 154), city=SIX)
    panels = spec["vconcat"][0]["concat"]
    assert [panel["title"]["text"] for panel in panels] == [
        *("Jakarta", "Hanoi", "Manila", "Singapore", "Nay Pyi Taw", "Putrajaya")
    ]
    for panel in panels:
        west, north, east, south = pixels(features(spec)[panel["title"]["text"]]).bounds
        assert 0 < west < east < panel["width"] == 154
        assert 0 < north < south < panel["height"]
        assert all(len(line) <= 154 / 5 for line in panel["title"]["subtitle"])


def test_charts_of_six_cities_stay_small(layers):
    for name in ("territories", "territory-overlay"):
        chart = build_chart(name, layers, {"city": SIX}, LIGHT, (6, 190))
        assert len(untitled_svg(name, chart, 1000)) < 40_000


def test_north_is_up(layers):
    # The islands of Jakarta lie north of its mainland, which is by far the largest part.
    jakarta = pixels(
        features(spec_of(layers, "territories", (4, 170), city="jakarta,hanoi"))["Jakarta"]
    )
    mainland = max(shapely.get_parts(jakarta), key=shapely.area)
    assert jakarta.bounds[1] < mainland.bounds[1] - 50


def test_overlay_puts_centroid_on_centroid_with_the_larger_one_below(layers):
    for over in ("jakarta,hanoi", "hanoi,jakarta"):
        spec = spec_of(layers, "territory-overlay", (1, 520), city="jakarta,hanoi", over=over)
        jakarta, hanoi = (pixels(features(spec)[name]) for name in ("Jakarta", "Hanoi"))
        assert jakarta.centroid.distance(hanoi.centroid) < 0.3
        assert hanoi.area / jakarta.area == pytest.approx(3345.9 / 657.7, rel=0.01)
        lower, upper = marks(spec)
        assert (lower["stroke"], upper["stroke"]) == (LIGHT.lines[1], LIGHT.lines[0])


def test_overlay_has_the_colours_of_the_comparison(layers):
    query = {"city": "jakarta,hanoi,manila", "over": "manila,hanoi"}
    spec = spec_of(layers, "territory-overlay", (1, 520), **query)
    scale = spec["vconcat"][0]["encoding"]["fill"]["scale"]
    assert scale["domain"] == ["Manila", "Hanoi"]
    assert scale["range"] == [LIGHT.lines[2], LIGHT.lines[1]]


@pytest.mark.parametrize(
    ("over", "base", "sentence"),
    [
        (
            "jakarta",
            "hanoi",
            "By area, Jakarta would fit about 5.1 times into Hanoi: 658 km² and 3,346 km².",
        ),
        (
            "hanoi",
            "jakarta",
            "By area, Jakarta would fit about 5.1 times into Hanoi: 658 km² and 3,346 km².",
        ),
        (
            "putrajaya",
            "nay-pyi-taw",
            "By area, Putrajaya would fit about 149 times into Nay Pyi Taw: 47 km² and 7,068 km².",
        ),
        (
            "jakarta",
            "phnom-penh",
            "Jakarta and Phnom Penh cover about the same area: 658 km² and 689 km².",
        ),
    ],
)
def test_sentence_says_how_often_the_smaller_territory_fits(over, base, sentence, layers):
    assert true_size.ratio(*pair(layers, over, base)) == sentence


@pytest.mark.parametrize(
    ("small", "large", "words"),
    [
        (1000, 1049, "about the same area"),
        (1000, 1051, "about 1.1 times"),
        (1000, 9949, "about 9.9 times"),
        (1000, 9990, "about 10 times"),
        (1000, 274_600, "about 275 times"),
        (1000, 2000, "about 2 times"),
    ],
)
def test_ratio_is_rounded_to_what_can_be_read(small, large, words):
    rows = [
        {"name": name, "fit": "exact", "area_km2": km2}
        for name, km2 in (("a", small), ("b", large))
    ]
    assert words in true_size.ratio(*rows)


@pytest.mark.parametrize("base", ["hanoi", "ipoh"])
def test_areas_of_inexact_territories_are_not_compared(base, layers):
    sentence = true_size.ratio(*pair(layers, "chiang-mai", base))
    assert not re.search(r"\d", sentence)
    assert ("outlines are" in sentence) == (base == "ipoh")
    assert "Chiang Mai" in sentence


@pytest.mark.parametrize("city_id", ["chiang-mai", "ipoh", "yangon"])
def test_inexact_territory_is_dashed_and_has_no_figure(city_id, layers):
    spec = spec_of(layers, "territories", (4, 170), city=f"{city_id},jakarta")
    inexact, exact = marks(spec)
    assert inexact["strokeDash"]
    assert "strokeDash" not in exact
    [row, _] = pair(layers, city_id, "jakarta")
    assert not any(re.search(r"\d", line) for line in true_size.caption(row))
    assert "no figures for this outline" in true_size.caption(row)
    assert features(spec)[row["name"]]["area_km2"] is None
    assert not re.search(r"\d", features(spec)[row["name"]]["size"])
    assert f"{row['name']}: " in true_size.source([row], layers, with_people=True)


def test_caption_gives_area_people_and_edition(layers):
    [hanoi, jakarta] = pair(layers, "hanoi", "jakarta")
    assert true_size.caption(jakarta) == [
        "658 km²",
        "11 million people (2025, registered residents)",
    ]
    assert true_size.caption(hanoi)[2] == "Boundaries before 1 July 2025"
    [merged, _] = pair(layers, "da-nang", "jakarta", MERGED)
    assert true_size.caption(merged) == [
        "11,552 km²",
        "3.07 million people (2025, basis not stated)",
        "Boundaries since 1 July 2025",
    ]


def test_people_of_another_territory_are_not_given(layers):
    [row, _] = pair(layers, "siem-reap", "jakarta")
    assert true_size.caption(row) == ["652 km²", "population: no data for this territory"]


def test_same_territories_have_people_in_every_language(layers):
    ids = tuple(layers["cities"]["city_id"])
    for code, language in i18n.languages().items():
        translated = TranslatedCatalogue(layers, language)
        for edition in (NETWORK, MERGED):
            there, here = (territories(one, ids, edition) for one in (translated, layers))
            assert there["population"].equals(here["population"]), code


def test_source_names_boundaries_with_their_date_and_people(layers):
    rows = pair(layers, "bangkok", "jakarta")
    source = true_size.source(rows, layers, with_people=True)
    assert "Royal Thai Survey Department, OCHA (COD-AB Thailand) (2019)" in source
    assert source.count(": population.") == 1
    assert ": population." not in true_size.source(rows, layers, with_people=False)


def test_texts_are_those_of_the_language(layers):
    with use_language(i18n.languages()["id"]):
        sources = true_size.source(
            territories(layers, IDS, NETWORK).to_dict("records"), layers, False
        )
    assert "copy of" not in sources
    with use_language(MARKED):
        rows = pair(layers, "hanoi", "chiang-mai")
        texts = [*true_size.caption(rows[1]), true_size.ratio(*rows), true_size.summary(rows)]
        assert all(text.startswith(MARK) for text in texts)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"city": "jakarta,hanoi", "over": "atlantis,hanoi"}, "Parameter over: 'atlantis'"),
        ({"city": "jakarta,hanoi", "over": "manila,hanoi"}, "Available: jakarta, hanoi."),
        ({"city": "jakarta,hanoi", "over": "hanoi"}, "give exactly two"),
        ({"city": "jakarta,hanoi", "over": "hanoi,hanoi"}, "give exactly two"),
        ({"city": "jakarta,hanoi,manila", "over": "jakarta,hanoi,manila"}, "give exactly two"),
        ({"city": "jakarta,hanoi", "edition": "1900"}, "Parameter edition: '1900'"),
    ],
)
def test_wrong_overlay_is_a_sentence_and_the_first_two_are_laid_over(query, message, layers):
    state, [problem] = compare_codec(IDS).from_query(query)
    assert message in problem
    assert state.laid_over == ("jakarta", "hanoi")
    with pytest.raises(QueryError, match="Parameter"):
        build_chart("territory-overlay", layers, query, LIGHT)


def test_overlay_of_a_city_that_is_no_longer_compared_is_that_of_the_first_two():
    codec = compare_codec(IDS)
    state, problems = codec.from_query({"city": "jakarta,hanoi,manila", "over": "manila,hanoi"})
    assert problems == ()
    assert state.laid_over == ("manila", "hanoi")
    fewer, _ = codec.from_query({"city": "jakarta,hanoi"})
    assert fewer.laid_over == ("jakarta", "hanoi")


def test_page_shows_territories_and_overlay(open_page):
    app = open_page("compare", city="jakarta,hanoi,manila", over="manila,hanoi")
    assert not app.exception
    assert not app.warning
    assert [box.value for box in app.selectbox] == ["manila", "hanoi"]
    assert "By area, Manila would fit about 80 times into Hanoi: " in page_html(app)
    assert dict(app.query_params) == {"city": "jakarta,hanoi,manila", "over": "manila,hanoi"}
    assert "/charts/territories.svg?city=jakarta,hanoi,manila" in page_html(app)


def test_other_overlay_is_chosen_and_written_to_the_url(open_page):
    app = open_page("compare", city="jakarta,hanoi,manila")
    assert "over" not in app.query_params
    app.selectbox[0].set_value("hanoi").run()
    assert [box.value for box in app.selectbox] == ["hanoi", "jakarta"]
    assert app.query_params["over"] == "hanoi,jakarta"
    app.selectbox[1].set_value("manila").run()
    assert app.query_params["over"] == "hanoi,manila"
    app.multiselect[0].set_value(["jakarta", "manila"]).run()
    assert not app.warning
    assert [box.value for box in app.selectbox] == ["jakarta", "manila"]
    assert "over" not in app.query_params


def test_boundaries_of_viet_nam_are_chosen_where_there_are_two(open_page):
    app = open_page("compare", city="jakarta,da-nang")
    assert "other figures for Da Nang on this page refer to the boundaries before" in page_html(app)
    app.segmented_control[1].set_value(MERGED).run()
    assert app.query_params["edition"] == MERGED
    assert "658 km² and 11,552 km²" in page_html(app)
    without = open_page("compare", city="jakarta,manila")
    assert len(without.segmented_control) == 1


def test_unknown_city_in_the_overlay_is_told(open_page):
    app = open_page("compare", city="jakarta,hanoi", over="atlantis,hanoi")
    assert [("atlantis" in warning.value) for warning in app.warning] == [True]
    assert [box.value for box in app.selectbox] == ["jakarta", "hanoi"]
