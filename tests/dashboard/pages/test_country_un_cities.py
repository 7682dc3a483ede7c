"""UN cities of one member state: sentences, table, map, and the page that shows them."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from dashboard.maps import page_specs
from dashboard.maps.deck import deck
from dashboard.markup.theme import LIGHT
from dashboard.pages.country import sections, un_cities
from dashboard.pages.country.state import CountryState, country_codec
from geo.i18n import use_language
from geo.vocabulary import MEMBER_STATES
from tests.dashboard.conftest import page_html
from tests.pseudolocale import MARK, MARKED


@pytest.mark.parametrize(
    ("iso3", "sentence"),
    [
        (
            "THA",
            "56 UN cities with 50,000 or more people each, 25.7 million in all in 2025 "
            "(estimate); the largest is Krung Thep Maha Nakhon (Bangkok) (18.2 million). The "
            "UN projects that 35 of them will have fewer people in 2050.",
        ),
        (
            "TLS",
            "1 UN city with 50,000 or more people, 345,000 in all in 2025 (estimate); the "
            "largest is Dili (345,000).",
        ),
    ],
)
def test_headline_counts_cities_people_and_those_that_shrink(iso3, sentence, layers):
    assert un_cities.headline(layers, iso3) == sentence


def test_city_that_is_none_in_2050_counts_as_one_that_shrinks(layers):
    cities = un_cities.un_cities_of_country(layers, "LAO")
    assert cities["population_2050"].notna().all()
    cities = un_cities.un_cities_of_country(layers, "THA")
    assert cities["population_2050"].isna().sum() == 4
    assert (cities["population_2050"] < cities["population_2025"]).sum() + 4 == 35


@pytest.mark.parametrize("iso3", MEMBER_STATES)
def test_table_lists_every_un_city_of_the_country_once_largest_first(iso3, layers):
    table = un_cities.table(layers, iso3)
    cities = layers["wup2025_cities"]
    assert len(table) == (cities["iso3"] == iso3).sum()
    assert table["Rank"].tolist() == list(range(1, len(table) + 1))
    assert table["2025"].is_monotonic_decreasing
    assert table["UN city"].notna().all()


def test_table_tells_the_member_city_and_what_the_un_city_is_to_it(layers):
    table = un_cities.table(layers, "VNM").set_index("UN city")
    assert table.loc["Hà Nội (Hanoi)", "Member city"] == "./city?city=hanoi#Hanoi"
    assert table.loc["Hà Nội (Hanoi)", "Relation"] == "The member city"
    assert table.loc["Sóc Sơn", "Relation"] == "In its territory, not counted"
    assert table.loc["Hải Phòng", ["Member city", "Relation"]].tolist() == ["", ""]
    assert pd.isna(table.loc["Sóc Sơn", "1975"])


def test_settings_of_columns_belong_to_headings_in_every_language(layers):
    with use_language(MARKED):
        table = un_cities.table(layers, "KHM")
        assert set(sections.un_cities_config()) < set(table.columns)
        assert un_cities.headline(layers, "KHM").startswith(MARK)
    translated = [name for name in table.columns if not name.isdigit()]
    assert all(name.startswith(MARK) for name in translated)


def test_map_shows_the_un_cities_of_the_country_only(layers):
    map_spec = page_specs.country(layers, CountryState("KHM"), (600, 400))
    drawn = json.loads(deck(map_spec, LIGHT).to_json())["layers"]
    [others] = [layer for layer in drawn if layer["id"] == "un-cities"]
    assert "country=KHM" in others["data"]
    assert "size=un_2025" in others["data"]
    later = CountryState("KHM", span="2025_2050")
    map_spec = page_specs.country(layers, later, (600, 400))
    drawn = json.loads(deck(map_spec, LIGHT).to_json())["layers"]
    assert all("size=un_2050" in one["data"] for one in drawn if one["id"] == "un-cities")


def test_page_shows_the_un_cities_and_the_agglomerations_one_click_away(open_page):
    app = open_page("country", country="KHM")
    assert not app.exception
    assert "10 UN cities with 50,000 or more people each" in page_html(app)
    assert "/tables/un-cities.csv?country=KHM" in page_html(app)
    assert "/tables/agglomerations.csv" not in page_html(app)
    assert len(app.dataframe) == 1
    [revision, span] = app.segmented_control
    span.set_value("2025_2050").run()
    assert dict(app.query_params) == {"country": "KHM", "span": "2025_2050"}
    assert "Size of UN cities, 2050 (projection)" in page_html(app)
    revision = app.segmented_control[0]
    revision.set_value("2018").run()
    assert app.query_params["wup"] == "2018"
    assert "/tables/agglomerations.csv?country=KHM" in page_html(app)
    assert "/tables/un-cities.csv" not in page_html(app)
    assert len(app.dataframe) == 0


def test_old_address_of_a_country_keeps_its_definition(open_page):
    app = open_page("country", country="KHM", revision="wdi-2025-07")
    assert not app.warning
    assert dict(app.query_params) == {"country": "KHM", "revision": "wdi-2025-07"}
    charts = set(re.findall(r'/charts/urban-share\.csv\?([^"]+)', page_html(app)))
    assert charts == {"country=KHM&amp;revision=wdi-2025-07"}


@pytest.mark.parametrize(
    ("query", "problem"),
    [({"span": "1975_2000"}, "Parameter span: '1975_2000'"), ({"wup": "2014"}, "Parameter wup")],
)
def test_unknown_span_or_revision_is_a_sentence(query, problem):
    state, problems = country_codec(["KHM"]).from_query({"country": "KHM", **query})
    assert state == CountryState("KHM")
    [sentence] = problems
    assert sentence.startswith(problem)
