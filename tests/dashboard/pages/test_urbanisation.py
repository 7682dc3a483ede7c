"""Urbanisation page: state, sentences, charts, and the page itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.maps.deck import deck
from dashboard.maps.deck_expressions import evaluate
from dashboard.maps.deck_layers import PROJECTED_OPACITY, SYMBOL_OPACITY
from dashboard.markup.theme import LIGHT, rgb
from dashboard.pages.overview.text import share_years
from dashboard.pages.urbanisation import charts as urbanisation_charts
from dashboard.pages.urbanisation import largest_un_cities, pressure
from dashboard.pages.urbanisation import state as urbanisation_state
from dashboard.pages.urbanisation import text as urbanisation_text
from dashboard.pages.urbanisation.state import (
    UrbanisationCodec,
    UrbanisationState,
    YearsByRevision,
)
from geo.i18n import use_language
from tests.dashboard.charts.specs import rows_of
from tests.dashboard.conftest import page_html
from tests.pseudolocale import MARK, MARKED

PAGE = Path(dashboard.__file__).parent / "pages" / "urbanisation" / "page.py"
YEARS = list(range(1950, 2036))
KNOWN = YearsByRevision(tuple(range(1960, 2025)), (1975, 2000, 2025, 2050), tuple(YEARS))
OLDER = "wdi-2025-07"


def earlier(year: int, revision: str = "wdi-2026-03") -> UrbanisationState:
    return UrbanisationState(year, revision, "2000_2018", "2018")


@pytest.mark.parametrize(
    ("state", "query"),
    [
        (UrbanisationState(2025), {}),
        (UrbanisationState(2000), {"year": "2000"}),
        (
            UrbanisationState(2050, OLDER, "2025_2050"),
            {"year": "2050", "revision": OLDER, "span": "2025_2050"},
        ),
        (earlier(2024), {"wup": "2018"}),
        (earlier(2000), {"year": "2000", "wup": "2018"}),
        (earlier(1990), {"year": "1990"}),
        (
            UrbanisationState(2024, OLDER, "2018_2035", "2018"),
            {"revision": OLDER, "span": "2018_2035"},
        ),
    ],
)
def test_state_survives_the_url(state, query):
    codec = UrbanisationCodec(KNOWN)
    assert codec.to_query(state) == query
    assert codec.from_query(query) == (state, ())


@pytest.mark.parametrize(
    "query",
    [{"year": "1990"}, {"span": "2018_2035"}, {"span": "2000_2018"}, {"year": "2010", "span": "x"}],
)
def test_address_from_before_there_were_two_revisions_shows_what_it_did(query):
    state, _ = UrbanisationCodec(KNOWN).from_query(query)
    assert state.wup == "2018"


def test_with_annual_figures_of_un_cities_every_year_is_of_the_newest_revision():
    annual = YearsByRevision(KNOWN.shares, tuple(range(1975, 2051)), KNOWN.earlier)
    assert UrbanisationCodec(annual).from_query({"year": "1990"}) == (UrbanisationState(1990), ())
    assert UrbanisationCodec(annual).from_query({"year": "1950"})[0].wup == "2018"


def test_another_revision_keeps_the_year_and_span_that_it_has():
    to_earlier = urbanisation_state.with_revision(
        UrbanisationState(2000, OLDER, "2025_2050"), "2018", KNOWN
    )
    assert to_earlier == earlier(2000, OLDER)
    assert urbanisation_state.with_revision(UrbanisationState(2050), "2018", KNOWN) == earlier(2024)
    assert urbanisation_state.with_revision(earlier(1990), "2025", KNOWN) == UrbanisationState(2025)


def test_share_on_the_map_is_of_its_year_or_of_the_last_one_known_before_it():
    assert urbanisation_state.share_year(UrbanisationState(2000), KNOWN.shares) == 2000
    assert urbanisation_state.share_year(UrbanisationState(2025), KNOWN.shares) == 2024
    assert urbanisation_state.share_year(UrbanisationState(2050), KNOWN.shares) == 2050


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"year": "1900"}, "a year from 1975 to 2050"),
        ({"wup": "2014"}, "'2014'"),
        ({"revision": "x"}, "'x'"),
        ({"span": "x"}, "'x'"),
        ({"decade": "1"}, "'decade'"),
    ],
)
def test_each_fault_of_a_url_is_one_sentence(query, text):
    state, problems = UrbanisationCodec(KNOWN).from_query(query)
    assert state == UrbanisationState(2025)
    assert len(problems) == 1
    assert text in problems[0]


def test_headline_names_the_revision_and_its_breaks(layers):
    newer = urbanisation_text.headline(layers, UrbanisationState(2024), share_years(layers))
    assert newer.startswith("From 1960 to 2024, the urban population")
    assert "(UN 2025 revision)" in newer
    assert newer.endswith(
        "Breaks in the published series: Cambodia 1972–1975 and 1979–1980 and Thailand 2018."
    )
    older = urbanisation_text.headline(layers, UrbanisationState(2024, OLDER), share_years(layers))
    assert "(UN 2018 revision)" in older
    assert older.endswith("Breaks in the published series: Cambodia 1974–1975 and 1980–1981.")


def test_breaks_are_marked_in_the_panels_of_countries(layers):
    spec = urbanisation_text.country_panels(layers, UrbanisationState(2024), LIGHT, 4, 200)
    rows = [row for row in rows_of(spec) if row["series_break"] == "break"]
    marked = {(row["country"], row["year"]): row["mark"] for row in rows}
    assert marked["Thailand", 2018] == "break in the published series"
    assert min(year for _, year in marked) == 1972


def test_years_reach_from_the_first_to_the_last_figure_of_any_city(layers):
    assert urbanisation_state.all_years(layers) == YEARS
    assert urbanisation_state.known_years(layers) == KNOWN


def test_sentence_of_a_year_names_the_most_and_least_urban_country(layers):
    text = urbanisation_text.year_sentence(layers, earlier(2018))
    assert "highest Singapore (100.0%), lowest Timor-Leste (29.2%)" in text
    assert "Largest member agglomeration: Manila, 13.5 million people." in text


def test_sentence_of_2025_tells_the_year_of_the_share_and_that_people_are_an_estimate(layers):
    text = urbanisation_text.year_sentence(layers, UrbanisationState(2025))
    assert text.startswith("Urban share of the region in 2024: 53.9%;")
    assert text.endswith("Largest UN city: Jakarta, 41.9 million people (estimate).")
    text = urbanisation_text.year_sentence(layers, UrbanisationState(2050))
    assert text == "Largest UN city: Jakarta, 51.8 million people (projection)."


def test_sentence_of_a_year_without_shares_tells_the_projected_agglomeration_only(layers):
    text = urbanisation_text.year_sentence(layers, earlier(2035))
    assert text == "Largest member agglomeration: Manila, 18.6 million people (projection)."


@pytest.mark.parametrize(("year", "hollow"), [(2018, False), (2019, True)])
def test_legend_of_projected_agglomerations_is_hollow(layers, year, hollow):
    share, size = urbanisation_text.year_legends(layers, earlier(year), LIGHT)
    assert len(share.entries) == 6
    assert {entry.hollow for entry in size.entries[:-1]} == {hollow}
    assert ("projection" in size.title) is hollow


@pytest.mark.parametrize(
    ("year", "shares", "hollow"), [(2000, 2000, False), (2025, 2024, False), (2050, 2050, True)]
)
def test_legends_of_un_cities_name_the_year_of_each_figure(layers, year, shares, hollow):
    share, size = urbanisation_text.year_legends(layers, UrbanisationState(year), LIGHT)
    assert share.title == f"Urban share, {shares}"
    assert size.title == f"UN cities, {year} ({'projection' if hollow else 'estimate'})"
    assert {entry.hollow for entry in size.entries[:-1]} == {hollow}


def test_map_of_un_cities_draws_their_year_and_greys_those_without_a_figure(layers):
    map_spec = urbanisation_text.year_map(layers, UrbanisationState(2000), 900, 500)
    assert (map_spec.mode, map_spec.year, map_spec.people_year) == ("un-years", 2000, 2000)
    drawn = {one.id: one for one in deck(map_spec, LIGHT).layers}
    fill = drawn["cities"].get_fill_color
    assert evaluate(fill, {"radius_2000": 5.0}) == [*rgb(LIGHT.city), SYMBOL_OPACITY]
    assert evaluate(fill, {"radius_2025": 5.0}) == list(rgb(LIGHT.no_data))
    later = deck(
        urbanisation_text.year_map(layers, UrbanisationState(2050), 900, 500), LIGHT
    ).layers
    [cities] = [one for one in later if one.id == "cities"]
    fill = cities.get_fill_color
    assert evaluate(fill, {"radius_2050": 5.0}) == [*rgb(LIGHT.city), PROJECTED_OPACITY]


def test_legend_says_that_the_share_of_a_year_is_not_known(layers):
    share, _ = urbanisation_text.year_legends(layers, earlier(1950), LIGHT)
    assert share.unit == "no data: this series covers 1960 to 2024"
    assert not share.entries


def test_panels_of_countries_hold_one_revision(layers):
    for revision, share in (("wdi-2026-03", 37.6), (OLDER, 23.4)):
        spec = urbanisation_text.country_panels(
            layers, UrbanisationState(2024, revision), LIGHT, 6, 150
        )
        cambodia = [
            row["share"]
            for row in rows_of(spec)
            if row["country"] == "Cambodia" and row["year"] == 2018
        ]
        assert cambodia == [share]


def test_ranking_has_every_country_in_the_colour_of_its_class(layers):
    rows = rows_of(urbanisation_text.country_ranking(layers, UrbanisationState(2024), LIGHT))
    assert len(rows) == 11
    assert {row["country"]: row["colour"] for row in rows}["Singapore"] == LIGHT.share[-1]


def test_ranking_of_agglomerations_is_drawn_as_a_projection_after_the_last_measured_year(layers):
    for year, opacity in ((2018, 1), (2035, 0.25)):
        spec = urbanisation_text.city_ranking(layers, year, LIGHT)
        assert spec["layer"][0]["mark"]["fillOpacity"] == opacity
        assert len(rows_of(spec)) == urbanisation_text.LARGEST


def test_ranking_of_un_cities_tells_members_from_others(layers):
    rows = rows_of(largest_un_cities.un_city_ranking(layers, 2025, LIGHT))
    colours = {row["city"]: row["colour"] for row in rows}
    assert len(colours) == largest_un_cities.LARGEST
    assert colours["Jakarta"] == LIGHT.city
    assert colours["Bandung"] == LIGHT.no_data
    for year, opacity in ((2025, 1), (2050, 0.25)):
        spec = largest_un_cities.un_city_ranking(layers, year, LIGHT)
        assert spec["layer"][0]["mark"]["fillOpacity"] == opacity


def test_projected_years_of_un_cities_are_dashed_without_a_gap(layers):
    rows = rows_of(largest_un_cities.un_city_panels(layers, LIGHT, 6, 150))
    assert len({row["city"] for row in rows}) == 12
    assert {row["year"] for row in rows if row["projected"]} == {2025, 2050}
    assert max(row["year"] for row in rows if not row["projected"]) == 2025


def test_projected_years_of_agglomerations_are_dashed_without_a_gap(layers):
    rows = rows_of(urbanisation_text.city_panels(layers, LIGHT, 6, 150))
    assert len({row["city"] for row in rows}) == 12
    assert min(row["year"] for row in rows if row["projected"]) == 2018
    assert max(row["year"] for row in rows if not row["projected"]) == 2018


@pytest.mark.parametrize("span", pressure.SPANS)
def test_every_member_city_stands_in_one_quadrant_or_without_a_series(span, layers):
    html = pressure.quadrants(layers, span)
    assert ("no UN series" in html) is span.endswith(("2018", "2035"))
    for name in layers["cities"]["name"]:
        assert html.count(f">{name},") + html.count(f", {name}") + html.count(f">{name}<") >= 1


def test_cities_under_pressure_are_named_in_the_chart(layers):
    spec = pressure.pressure_chart(layers, "2000_2018", LIGHT, 640)
    named = {row["label"] for row in rows_of(spec) if "label" in row}
    pressed = {row["name"] for row in rows_of(spec) if row.get("is_pressed")}
    assert len(pressed) == 10
    assert len(pressed & named) >= 8


def test_words_and_numbers_are_those_of_the_language(layers):
    with use_language(MARKED):
        sentence = urbanisation_text.year_sentence(layers, earlier(2035))
        newest = urbanisation_text.year_sentence(layers, UrbanisationState(2025))
        title = urbanisation_text.year_title(2035)
        legends = urbanisation_text.year_legends(layers, earlier(1950), LIGHT)
        legends += urbanisation_text.year_legends(layers, UrbanisationState(2050), LIGHT)
        _, problems = UrbanisationCodec(KNOWN).from_query({"year": "x", "span": "x", "a": "1"})
        quadrants = pressure.quadrants(layers, "2000_2018")
        pressed = pressure.pressure_chart(layers, "2018_2035", LIGHT, 640)
        spec = urbanisation_text.city_panels(layers, LIGHT, 6, 150)
    assert (
        sentence
        == f"{MARK}Largest member agglomeration: Manila, {MARK}18,6 million people (projection)."
    )
    assert title.startswith(MARK)
    assert newest.count(MARK) == 3
    assert all(text.startswith(MARK) for legend in legends for text in (legend.title, legend.unit))
    assert len(problems) == 3
    assert all(problem.startswith(MARK) for problem in problems)
    assert all(text.startswith(MARK) for text in re.findall(r'<th scope="\w+">([^<]+)', quadrants))
    assert {row["quadrant_name"][0] for row in rows_of(pressed) if "quadrant_name" in row} == {MARK}
    assert {row["projection"] for row in rows_of(spec)} == {f"{MARK}yes", f"{MARK}no"}


def test_unit_stands_on_an_axis_where_the_language_puts_it():
    assert (
        urbanisation_charts.axis_label_expr("{number} m")
        == """replace("{number} m", '{number}', datum.label)"""
    )


@pytest.mark.parametrize("query", [{}, {"year": "1990", "revision": OLDER, "span": "2018_2035"}])
def test_page_runs_and_keeps_its_url(query):
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert dict(app.query_params) == query


@pytest.mark.parametrize(
    ("query", "revision", "found"),
    [
        ({"year": "2050"}, "2018", {"wup": "2018"}),
        ({"wup": "2018"}, "2025", {}),
    ],
)
def test_year_that_another_revision_lacks_becomes_its_default(query, revision, found):
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params.update(query)
    app.run().segmented_control[0].set_value(revision).run()
    assert not app.exception
    assert not app.error
    assert dict(app.query_params) == found


def test_earlier_revision_is_one_click_away_and_nothing_of_the_newest_beside_it():
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not app.exception
    html = page_html(app)
    assert "/charts/un-cities-of-year.csv?year=2025" in html
    assert "/charts/agglomerations-of-year" not in html
    app.segmented_control[0].set_value("2018").run()
    assert not app.exception
    assert dict(app.query_params) == {"year": "2025", "wup": "2018"}
    html = page_html(app)
    assert "/charts/agglomerations-of-year.csv?year=2025" in html
    assert "/charts/pressure.csv?span=2000_2018" in html
    assert "/charts/un-" not in html
    assert "UN city" not in re.sub(r'"Projections in both.*?</table>', "", html, flags=re.DOTALL)
