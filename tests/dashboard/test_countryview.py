"""The Country page and its parts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import countryview
from dashboard.countryview import State
from dashboard.theme import LIGHT
from geo.i18n import speaking
from geo.vocabulary import MEMBER_STATES, NEWEST_REVISION
from tests.spoken import MARK, MARKED

PAGE = Path(dashboard.__file__).parent / "pages" / "country.py"
OLDER = "wdi-2025-07"


def test_state_survives_the_url():
    for state in (State("KHM"), State("LAO", OLDER)):
        assert countryview.read(countryview.write(state), MEMBER_STATES) == (state, ())


def test_without_a_country_the_first_is_shown():
    assert countryview.read({}, ("LAO", "KHM")) == (State("LAO"), ())


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"country": "XXX"}, "'XXX'"),
        ({"country": "KHM,LAO"}, "the first is shown"),
        ({"revision": "wup-2050"}, "'wup-2050'"),
        ({"town": "1"}, "'town'"),
    ],
)
def test_each_fault_of_a_url_is_one_sentence(query, said):
    state, problems = countryview.read(query, MEMBER_STATES)
    assert state.iso3 in MEMBER_STATES
    assert state.revision == NEWEST_REVISION
    assert len(problems) == 1
    assert said in problems[0]


def test_headline_gives_the_share_of_the_definition_asked_for(layers):
    assert countryview.headline(layers, State("KHM")).startswith("41 % of 17.6 million people")
    assert countryview.headline(layers, State("KHM", OLDER)).startswith("26 % of ")


def test_a_country_whose_cities_have_no_project_says_so(layers):
    assert "1 member city list none" in countryview.headline(layers, State("TLS"))


@pytest.mark.parametrize("iso3", MEMBER_STATES)
def test_every_country_has_its_figures_with_their_source(iso3, layers):
    figures = countryview.key_figures(layers, State(iso3))
    assert len(figures) == 5
    assert all(figure.value and figure.source for figure in figures)
    assert not any("nan" in figure.value for figure in figures)


def test_line_holds_one_definition_only(layers):
    for revision, share in ((NEWEST_REVISION, 37.6), (OLDER, 23.4)):
        spec = countryview.share_series(layers, State("KHM", revision), LIGHT).to_dict()
        rows = [
            row
            for data in spec["datasets"].values()
            for row in data
            if row["iso3"] == "KHM" and row["year"] == 2018
        ]
        assert {row["share"] for row in rows} == {share}


def test_agglomerations_are_those_of_the_country_with_member_cities_linked(layers):
    html = countryview.agglomerations(layers, "THA")
    own = layers["agglomerations"]
    assert html.count('<th scope="row">') == int((own["iso3"] == "THA").sum())
    assert './city?city=bangkok"' in html
    assert html.index("bangkok") < html.index("chiang-mai")


def test_a_country_without_an_agglomeration_says_so(layers):
    assert "no agglomeration" in countryview.agglomerations(layers, "BRN")


def test_cities_carry_their_counts(layers):
    html = countryview.cities(layers, "SGP")
    assert "Industry &amp; Innovation 5" in html


@pytest.mark.parametrize("iso3", MEMBER_STATES)
def test_national_body_comes_with_document_and_page(iso3, layers):
    body, source = countryview.national_body(layers, iso3)
    assert body
    assert ", page " in source


def test_words_and_numbers_are_those_of_the_language(layers):
    with speaking(MARKED):
        headline = countryview.headline(layers, State("KHM"))
        figures = countryview.key_figures(layers, State("KHM"))
        html = countryview.agglomerations(layers, "KHM") + countryview.cities(layers, "KHM")
        _, problems = countryview.read({"country": "KHM,LAO", "revision": "x", "a": "1"}, ())
    assert "17,6 million" in headline
    assert all(
        text.startswith(MARK) for figure in figures for text in (figure.label, figure.source)
    )
    assert figures[1].value == f"{MARK}+22,2 points"
    heads = re.findall(r'<th scope="col">([^<]+)', html)
    assert all(head.startswith(MARK) or head[0].isdigit() for head in heads)
    assert len(problems) == 3
    assert all(problem.startswith(MARK) for problem in problems)


@pytest.mark.parametrize("iso3", MEMBER_STATES)
def test_page_runs_for_every_country(iso3):
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params["country"] = iso3
    app.run()
    assert not app.exception
    assert app.selectbox[0].value == iso3
    assert dict(app.query_params) == {"country": iso3}
