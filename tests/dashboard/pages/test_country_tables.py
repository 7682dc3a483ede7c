"""Tables of the Country page."""

from __future__ import annotations

import re

import pytest

from dashboard.data.current import ServedCatalogue
from dashboard.pages.country import beside, un_cities
from dashboard.pages.country import tables as country_tables
from dashboard.pages.country import text as country_text
from dashboard.pages.country.state import CountryState
from dashboard.pages.plans import project_table
from geo.analysis.filter import Filter
from geo.i18n import use_language
from geo.vocabulary import MEMBER_STATES, PROJECT_STATUSES
from tests.dashboard.recording_catalogue import NotingCatalogue
from tests.pseudolocale import MARK, MARKED

ONLY_TITLES = {"documents", "indicators"}
"""Layers of which only titles and descriptions are used."""


@pytest.mark.parametrize("iso3", MEMBER_STATES)
def test_each_project_of_the_country_stands_once_with_history_state_and_page(iso3, layers, colours):
    html = project_table.markup_of(layers, ("iso3", iso3), colours)
    projects = layers["projects"]
    own = projects[projects["iso3"] == iso3].set_index("project_id")
    linked = re.findall(r'plans\?project=([\w-]+)"', html)
    assert sorted(linked) == sorted(own.index)
    listings = layers["project_reports"].set_index(["project_id", "report_year"])
    for row in html.split("<tr>")[2:]:
        project = own.loc[re.search(r"project=([\w-]+)", row)[1]]
        page = listings["page"][project.name, project["last_report"]]
        source = re.search(rf"M&amp;E Report {project['last_report']}, pages? ([^<]+)<", row)[1]
        assert str(page) in re.split(r"\D+", source)
        assert PROJECT_STATUSES[project["status"]] in row


def test_projects_stand_by_city_and_name_it(layers, colours):
    html = project_table.markup_of(layers, ("iso3", "KHM"), colours)
    cities = re.findall(r'href="./city\?city=([\w-]+)"', html)
    assert cities == sorted(cities)
    assert [cities.count(city) for city in dict.fromkeys(cities)] == [2, 5, 10, 2]


def test_number_of_projects_by_state_is_said_in_words(layers):
    assert country_tables.projects_note(layers, "KHM") == (
        "19 projects across all reports, 17 of them in the latest: 13 are ongoing or in "
        "planning, 4 are completed and 2 are no longer reported."
    )


def test_country_without_a_project_says_so(layers):
    assert country_tables.projects_note(layers, "TLS") == ""


def test_action_plans_of_the_country_are_one_click_away():
    assert 'href="./plans?country=LAO"' in country_tables.plans_link("LAO", "Lao PDR")


def test_agglomerations_are_those_of_the_country_with_member_cities_linked(layers):
    html = country_tables.agglomerations(layers, "THA")
    own = layers["agglomerations"]
    assert html.count('<th scope="row">') == int((own["iso3"] == "THA").sum())
    assert './city?city=bangkok"' in html
    assert html.index("bangkok") < html.index("chiang-mai")


def test_a_country_without_an_agglomeration_says_so(layers):
    assert "no agglomeration" in country_tables.agglomerations(layers, "BRN")


def test_cities_carry_their_counts(layers):
    html = country_tables.cities(layers, "SGP")
    assert "Industry &amp; Innovation 5" in html


@pytest.mark.parametrize("iso3", MEMBER_STATES)
def test_national_body_comes_with_document_and_page(iso3, layers):
    body, source = country_tables.national_body(layers, iso3)
    assert body
    assert ", page " in source


def test_names_of_the_layers_are_escaped(layers, colours):
    class Spoiled(ServedCatalogue):
        def __getitem__(self, name):
            frame = super().__getitem__(name)
            return frame.assign(name="<script>") if name in {"cities", "projects"} else frame

    spoiled = Spoiled()
    for html in (
        country_tables.cities(spoiled, "KHM"),
        project_table.markup_of(spoiled, ("iso3", "KHM"), colours),
    ):
        assert "<script" not in html
        assert "&lt;script" in html


def test_every_layer_that_the_page_shows_can_be_downloaded(colours):
    recording, state = NotingCatalogue(), CountryState("KHM")
    country_text.headline(recording, state)
    country_text.key_figures(recording, state)
    country_text.share_series(recording, state, colours)
    country_text.growth_series(recording, state, colours)
    project_table.markup_of(recording, ("iso3", "KHM"), colours)
    country_tables.cities(recording, "KHM")
    country_tables.agglomerations(recording, "KHM")
    un_cities.table(recording, "KHM")
    country_tables.national_body(recording, "KHM")
    beside.beside_table(recording, "KHM")
    offered = country_tables.downloads("KHM")
    assert {city_filter for _, city_filter, _ in offered} == {Filter(countries=("KHM",))}
    layers_shown = recording.noted | {"wup2025_city_years"}
    assert {layer for layer, _, _ in offered} == layers_shown - ONLY_TITLES


def test_words_are_those_of_the_language(layers, colours):
    with use_language(MARKED):
        html = (
            country_tables.agglomerations(layers, "KHM")
            + country_tables.cities(layers, "KHM")
            + project_table.markup_of(layers, ("iso3", "KHM"), colours)
            + country_tables.plans_link("KHM", "Kamboja")
        )
    heads = re.findall(r'<th scope="col">([^<]+)|aria-label="([^"]+)', html)
    assert all(text.startswith(MARK) for found in heads for text in found if text)
    assert 'href="./plans?country=KHM&amp;lang=id"' in html
