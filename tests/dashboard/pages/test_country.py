"""The Country page and its sentences, figures and charts."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.charts.registry import build_chart
from dashboard.markup.theme import LIGHT
from dashboard.pages.country import text as country_text
from dashboard.pages.country.state import CountryState, country_codec
from geo.analysis.urbanisation import urban_growth, urban_share
from geo.i18n import use_language
from geo.vocabulary import MEMBER_STATES, NEWEST_REVISION, REVISION_NAMES, REVISIONS
from tests.dashboard.charts.specs import part, rows_of
from tests.dashboard.conftest import page_html, run_alone
from tests.dashboard.page_maps import chart_addresses
from tests.pseudolocale import MARK, MARKED

PAGE = Path(dashboard.__file__).parent / "pages" / "country" / "page.py"
OLDER = "wdi-2025-07"
MONTHS = {NEWEST_REVISION: "March 2026", OLDER: "July 2025"}


def test_without_a_country_the_first_is_shown():
    assert country_codec(("LAO", "KHM")).from_query({}) == (CountryState("LAO"), ())


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"country": "XXX"}, "'XXX'"),
        ({"country": "KHM,LAO"}, "the first is shown"),
        ({"revision": "wup-2050"}, "'wup-2050'"),
        ({"town": "1"}, "'town'"),
    ],
)
def test_each_fault_of_a_url_is_one_sentence(query, text):
    state, problems = country_codec(MEMBER_STATES).from_query(query)
    assert state.iso3 == {"XXX": "", "KHM,LAO": "KHM"}.get(query.get("country"), MEMBER_STATES[0])
    assert state.revision == NEWEST_REVISION
    assert len(problems) == 1
    assert text in problems[0]


def test_headline_gives_the_share_of_the_revision_asked_for(layers):
    assert country_text.headline(layers, CountryState("KHM")).startswith(
        "41% of 17.6 million people"
    )
    assert country_text.headline(layers, CountryState("KHM", OLDER)).startswith("26% of ")


def test_headline_says_how_many_projects_are_ongoing_and_completed(layers):
    assert country_text.headline(layers, CountryState("KHM")).endswith(
        "The 2025 report lists 17 projects in the country's 4 member cities: 13 are ongoing or "
        "in planning and 4 are completed."
    )


def test_a_country_whose_cities_have_no_project_says_so(layers):
    assert "lists no projects in the country's 1 member city." in country_text.headline(
        layers, CountryState("TLS")
    )


@pytest.mark.parametrize("iso3", MEMBER_STATES)
def test_every_country_has_its_figures_with_their_source(iso3, layers):
    figures = country_text.key_figures(layers, CountryState(iso3))
    assert len(figures) == 6
    assert all(figure.value and figure.source for figure in figures)
    assert not any("nan" in figure.value for figure in figures)


@pytest.mark.parametrize("revision", [NEWEST_REVISION, OLDER])
def test_figures_on_urban_people_are_of_the_revision_asked_for_and_name_it(revision, layers):
    years = layers["country_years"]
    share = urban_share(years, "KHM", revision)
    growth = urban_growth(years, "KHM", revision)
    urban = country_text.key_figures(layers, CountryState("KHM", revision))[:3]
    assert [figure.value for figure in urban] == [
        f"{share[2024]:.1f}%",
        f"{share[2024] - share[2000]:+.1f} points",
        f"{growth[2024]:+.1f}% per year",
    ]
    for figure in urban:
        assert REVISION_NAMES[revision] in figure.label
        assert f"World Bank WDI, {MONTHS[revision]}" in figure.source
    others = {REVISION_NAMES[other] for other in REVISION_NAMES if other != revision}
    assert not any(other in figure.label for figure in urban for other in others)


def test_growth_by_an_older_share_names_the_release_of_the_population_too(layers):
    growth = country_text.key_figures(layers, CountryState("KHM", OLDER))[2]
    assert "our calculation" in growth.label
    assert "population: World Bank WDI, March 2026" in growth.source


def test_day_of_joining_is_a_figure_apart_from_the_land(layers):
    land, joined = country_text.key_figures(layers, CountryState("KHM"))[4:]
    assert (land.value, joined.value) == ("176,520 km²", "30 April 1999")
    assert "1999" not in land.source


@pytest.mark.parametrize(
    ("year", "source", "text"),
    [
        (2023, "World Bank", "2023; World Bank"),
        (2023, "World Bank, 2023; a copy, https://www.a.org/x", "World Bank, 2023"),
        (pd.NA, "Survey, https://www.a.org/x", "Survey; a.org"),
    ],
)
def test_land_area_says_year_and_publisher_once(year, source, text):
    country = {"land_area_year": year, "land_area_source": source}
    assert country_text._land_source(country) == text


def test_land_and_day_of_joining_bear_the_sources_of_the_layer(layers):
    for row in layers["countries"].to_dict("records"):
        land, joined = country_text.key_figures(layers, CountryState(row["iso3"]))[4:]
        assert "AG.LND.TOTL.K2" in land.source
        assert str(row["land_area_year"]) in land.source
        assert joined.source == row["asean_since_source"]


def test_line_holds_one_revision_only(layers):
    for revision, share in ((NEWEST_REVISION, 37.6), (OLDER, 23.4)):
        spec = country_text.share_series(layers, CountryState("KHM", revision), LIGHT)
        rows = [
            row for row in rows_of(spec) if row["country"] == "Cambodia" and row["year"] == 2018
        ]
        assert {row["share"] for row in rows} == {share}


def test_growth_drawn_is_that_of_the_revision_asked_for(layers):
    for revision in (NEWEST_REVISION, OLDER):
        spec = country_text.growth_series(layers, CountryState("KHM", revision), LIGHT)
        build_chart = {row["year"]: row["growth"] for row in rows_of(spec)}
        expected = urban_growth(layers["country_years"], "KHM", revision)
        assert build_chart == pytest.approx(expected.to_dict(), abs=0.006)
        assert min(build_chart.values()) > -100


def test_break_of_the_series_is_marked_in_charts_figures_and_notes(layers):
    thailand = CountryState("THA")
    share = country_text.share_series(layers, thailand, LIGHT)
    [rings] = [at for at, view in enumerate(share["layer"]) if view["mark"]["type"] == "point"]
    marked = part(share, rings)
    assert set(marked["country"]) == {"Thailand"}
    assert 2018 in set(marked["year"])
    rows = rows_of(country_text.growth_series(layers, thailand, LIGHT))
    outlined = {row["year"]: row["mark"] for row in rows if row["opacity"] < 1}
    assert outlined == {2018: "break in the published series"}
    change = country_text.key_figures(layers, thailand)[1]
    assert change.label.endswith("the published series breaks in 2018")
    note = (
        "The publisher's series breaks in 2018. In 2018 alone the share changes by "
        "+5.4 percentage points, which is not growth."
    )
    assert note in country_text.revision_note(layers, thailand)
    assert note in country_text.growth_note(layers, thailand)


def test_series_without_a_break_says_nothing_of_one(layers):
    assert "breaks" not in country_text.growth_note(layers, CountryState("THA", OLDER))
    assert "breaks" not in country_text.key_figures(layers, CountryState("VNM"))[1].label


def test_published_growth_is_named_as_logarithmic_only_where_its_release_has_one(layers):
    note = country_text.growth_note(layers, CountryState("KHM"))
    assert "SP.URB.GROW" in note
    assert "logarithms: +1.8% per year in 2024" in note
    assert "no published growth" in country_text.growth_note(layers, CountryState("KHM", OLDER))


@pytest.mark.parametrize("revision", [NEWEST_REVISION, OLDER])
def test_source_of_the_growth_names_the_revision_of_the_share(revision, layers):
    source = country_text.growth_source(layers, CountryState("KHM", revision))
    assert REVISIONS[revision].format(release=MONTHS[revision]) in source


def test_words_and_numbers_are_those_of_the_language(layers):
    with use_language(MARKED):
        headline = country_text.headline(layers, CountryState("KHM"))
        figures = country_text.key_figures(layers, CountryState("KHM"))
        note = country_text.growth_note(layers, CountryState("KHM"))
        _, problems = country_codec(MEMBER_STATES).from_query(
            {"country": "KHM,LAO", "revision": "x", "a": "1"}
        )
    assert "17,6 million" in headline
    assert all(figure.label.startswith(MARK) for figure in figures)
    # The last two give their source as in the layer.
    assert all(figure.source.startswith(MARK) for figure in figures[:-2])
    assert figures[1].value == f"{MARK}+22,2 points"
    assert note.startswith(MARK)
    assert len(problems) == 3
    assert all(problem.startswith(MARK) for problem in problems)


def open_country(**query: str) -> AppTest:
    return run_alone(PAGE, **query)


@pytest.mark.parametrize("iso3", MEMBER_STATES)
def test_page_runs_for_every_country(iso3):
    app = open_country(country=iso3)
    assert not app.exception
    assert app.selectbox[0].value == iso3
    assert dict(app.query_params) == {"country": iso3}


def test_unknown_country_shows_one_warning_and_no_country_until_another_is_chosen():
    app = open_country(country="XXX", revision=OLDER)
    assert not app.exception
    [warning] = app.warning
    assert "XXX" in warning.value
    assert app.selectbox[0].value is None
    assert re.findall(r"<h[12]>([^<]+)", page_html(app)) == ["Country"]
    app.selectbox[0].set_value("LAO").run()
    assert not app.warning
    assert dict(app.query_params) == {"country": "LAO", "revision": OLDER}
    assert "<h1>Lao PDR</h1>" in page_html(app)


def test_revision_switches_both_charts():
    app = open_country(country="KHM")
    before = chart_addresses(app)
    app.selectbox[1].set_value(OLDER).run()
    after = chart_addresses(app)
    assert len(before) == len(after) == 2
    assert all(one != other for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("query", ["", f"&amp;revision={OLDER}"])
def test_each_chart_of_the_page_is_a_picture_file_of_the_country(query):
    asked = {"country": "KHM"} | ({"revision": OLDER} if query else {})
    links = set(re.findall(r'href="(/charts/[^"]+)"', page_html(open_country(**asked))))
    assert links == {
        f"/charts/{name}.{extension}?country=KHM{query}"
        for name in ("urban-share", "urban-growth")
        for extension in ("png", "svg", "csv", "json")
    }


@pytest.mark.parametrize("revision", [NEWEST_REVISION, OLDER])
def test_picture_of_the_growth_names_the_revision(revision, layers):
    found = build_chart("urban-growth", layers, {"country": "KHM", "revision": revision}, LIGHT)
    assert found.title.endswith(f"Cambodia, {REVISION_NAMES[revision]}")
    assert REVISIONS[revision].format(release=MONTHS[revision]) in found.source
