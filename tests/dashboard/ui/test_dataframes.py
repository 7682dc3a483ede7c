"""Frames of the pages, and what the Data page says of a layer."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.data.un_revision import UN_REVISIONS
from dashboard.markup import tables as tables_
from dashboard.pages.data.tables import layer_description
from dashboard.pages.plans import project_table
from dashboard.ui import dataframes as tables
from geo.analysis.projects import latest_projects
from geo.i18n import use_language
from geo.schema import LAYERS
from tests.dashboard.cells import cells
from tests.pseudolocale import MARK, MARKED

HOSTILE = "<script>alert('x')</script>"


def test_cities_table_keeps_missing_values_missing(layers):
    table = tables.cities_table(layers["cities"]).set_index("City")
    assert len(table) == 38
    assert table["UN city 2025"].isna().sum() == 1
    assert table["Growth 2000–2025"].isna().sum() == 10
    assert table.loc["Dili", "Growth 2000–2025"] == 4.4
    earlier = tables.cities_table(layers["cities"], "2018").set_index("City")
    assert earlier["Agglomeration 2018"].isna().sum() == 11
    assert pd.isna(earlier.loc["Dili", "Growth 2000–2018"])
    assert not {"UN city 2025", "Growth 2000–2025"} & set(earlier.columns)
    assert table.loc["Dili", "Projects"] == 0


def test_projects_table_lists_every_project_with_known_words(layers):
    listed = latest_projects(layers["projects"])
    table = project_table.frame(layers, listed)
    assert len(table) == len(listed) == 134
    stated_of_some = ["Expected completion", "Fell due?", "Partners", "Amount as stated", "Figures"]
    assert table.drop(columns=stated_of_some).notna().all().all()
    assert table["City"].tolist() == sorted(table["City"])


@pytest.mark.parametrize("revision", UN_REVISIONS)
def test_settings_of_columns_belong_to_headings_of_the_cities_in_every_language(revision, layers):
    with use_language(MARKED):
        headings = set(tables.cities_table(layers["cities"], revision).columns)
        assert set(tables.cities_config(revision)) < headings


def test_words_and_numbers_are_those_of_the_language(layers):
    layer = LAYERS["cities"]
    with use_language(MARKED):
        described = layer_description(layer, 12_345, layers.info("cities"))
        columns = tables.columns_table(layer)
        listed = project_table.frame(layers, layers["projects"])
        config = tables.projects_config()
        links = tables_.city_link("dili", "Dili")
    assert dict(cells(described))[f"{MARK}Rows"] == "12.345"
    assert all(row[0].startswith(MARK) for row in cells(described))
    assert all(name.startswith(MARK) for name in (*columns.columns, *listed.columns))
    assert set(config) < set(listed.columns)
    assert columns[f"{MARK}Meaning"].str.startswith(MARK).all()
    assert 'href="./city?city=dili&amp;lang=id"' in links


def test_tables_of_nothing_are_empty(layers):
    assert tables.cities_table(layers["cities"].head(0)).empty
    assert project_table.frame(layers, layers["projects"].head(0)).empty


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_described_with_rows_licence_and_attribution(name, layers):
    info = layers.info(name)
    facts = dict(cells(layer_description(LAYERS[name], len(layers[name]), info)))
    assert facts["Rows"] == f"{len(layers[name]):,}"
    assert facts["Licence"] == info["licence"] != ""
    assert facts["Attribution"] == info["attribution"] != ""
    assert facts["Vintage"]


def test_description_escapes_what_a_file_says_of_itself():
    info = dict.fromkeys(("licence", "attribution", "vintage", "content_hash"), HOSTILE)
    html = layer_description(LAYERS["cities"], 38, info)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 4


@pytest.mark.parametrize("name", LAYERS)
def test_every_column_of_a_layer_is_listed_with_its_meaning(name, layers):
    table = tables.columns_table(LAYERS[name])
    assert table["Column"].tolist() == [c for c in layers[name].columns if c != "geometry"]
    assert (table["Meaning"] != "").all()


def test_project_leads_to_its_history_and_names_the_page_of_its_newest_report(layers):
    projects = layers["projects"]
    table = project_table.frame(layers, projects)
    row = table[table["Project"] == "Clean River Management"].iloc[0]
    assert row["History"] == "./plans?project=bandar-seri-begawan--clean-river-management"
    assert row["Source"] == "M&E Report 2025, page 33"


def test_two_leading_focus_areas_are_both_named(layers):
    cities = layers["cities"]
    shared = cities[cities["city_id"] == "manila"]
    assert tables.cities_table(shared)["Most projects in"].tolist() == [
        "Civic & Social and Safety & Security"
    ]
