"""Tables: marks, comparison, peers, descriptions."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import tables
from dashboard.tables import marks
from geo.action_plans import latest_projects
from geo.i18n import speaking
from geo.layers import Catalogue
from geo.peers import MEASURES, Peer, peers
from geo.schema import LAYERS
from tests.spoken import MARK, MARKED

HOSTILE = "<script>alert('x')</script>"


def rows(layers: Catalogue, *city_ids: str) -> list[dict[str, Any]]:
    chosen = layers["cities"].set_index("city_id").loc[list(city_ids)].reset_index()
    return tables.records(pd.DataFrame(chosen.drop(columns="geometry")))


def cells(html: str) -> list[list[str]]:
    """Text of each cell, row by row."""
    root = ET.fromstring(html)
    return [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]


@pytest.mark.parametrize(
    ("values", "more_is_better", "expected"),
    [
        ([1, 2, 3], None, ["lowest", "", "highest"]),
        ([1, 2, 3], True, ["worst", "", "best"]),
        ([1, 2, 3], False, ["best", "", "worst"]),
        ([3, 1, 3, 1], None, ["highest", "lowest", "highest", "lowest"]),
        ([2, 2], None, ["", ""]),
        ([0, 0, None], True, ["", "", ""]),
        ([1], None, [""]),
        ([1, None], None, ["", ""]),
        ([None, None], None, ["", ""]),
        ([], None, []),
        ([None, 5, pd.NA, 7, float("nan")], None, ["", "lowest", "", "highest", ""]),
        ([0, 5], None, ["lowest", "highest"]),
        ([-1, 0.5], None, ["lowest", "highest"]),
    ],
)
def test_marks_are_at_both_ends_of_what_is_known(values, more_is_better, expected):
    assert marks(values, more_is_better) == expected


@given(st.lists(st.none() | st.integers(-5, 5), max_size=6), st.sampled_from([None, True, False]))
def test_marks_never_stand_on_missing_values_and_always_at_both_ends_or_none(values, better):
    found = marks(values, better)
    assert len(found) == len(values)
    assert not any(mark for value, mark in zip(values, found, strict=True) if value is None)
    assert len({mark for mark in found if mark}) in (0, 2)


def test_comparison_has_one_column_a_city_in_the_order_asked_for(layers):
    table = cells(tables.comparison(rows(layers, "manila", "dili", "hanoi"), 2025))
    assert table[0] == ["Measure", "ManilaPhilippines", "DiliTimor-Leste", "HanoiViet Nam"]
    assert {len(row) for row in table} == {4}
    assert len(table) == 1 + len(tables.measures(2025))


def test_comparison_says_no_data_for_a_city_without_an_agglomeration(layers):
    table = cells(tables.comparison(rows(layers, "manila", "siem-reap"), 2025))
    agglomeration = [row for row in table if "gglomeration" in row[0]]
    assert len(agglomeration) == 4
    assert all(row[2] == "no data" for row in agglomeration)
    assert not any(row[1] == "no data" for row in agglomeration)


def test_comparison_states_unit_and_source_of_every_measure(layers):
    for measure in tables.measures(2025):
        assert measure.unit
        assert measure.source


def test_comparison_marks_projections_as_such(layers):
    later = [m for m in tables.measures(2025) if "2035" in m.unit]
    assert len(later) == 2
    assert all("projection" in measure.unit for measure in later)


def test_comparison_escapes_names_and_words(layers):
    city = rows(layers, "dili")[0]
    city |= {"name": HOSTILE, "country": HOSTILE, "population_territory": HOSTILE}
    html = tables.comparison([city, city], 2025)
    assert "<script" not in html
    assert sum(cell.count(HOSTILE) for row in cells(html) for cell in row) == 6


def test_population_tells_its_year_and_territory(layers):
    [city] = rows(layers, "jakarta")
    text = next(row for row in cells(tables.comparison([city], 2025)) if "Official" in row[0])[1]
    assert text == f"10.6 million ({city['population_year']}, {city['population_territory']})"


def test_share_of_completed_projects_of_a_city_without_projects_is_not_zero(layers):
    table = cells(tables.comparison(rows(layers, "dili", "singapore"), 2025))
    completed = next(row for row in table if row[0].startswith("Completed"))
    assert completed[1] == "no project in this report"


@pytest.mark.parametrize(
    ("peer", "reason"),
    [
        (Peer("x", "size", 1_200_000, 1_000_000), "1.2 million people against 1 million"),
        (Peer("x", "growth", -0.5, 1.25), "−0.5 % per year against +1.2 % per year"),
        (
            Peer("x", "projects", 1, 4, 75.4),
            "75 % of the mix of focus areas is the same, 1 project against 4",
        ),
    ],
    ids=MEASURES,
)
def test_reason_of_a_peer_gives_both_figures(peer, reason):
    assert tables.peer_reason(peer) == reason


def test_peers_table_has_a_row_a_city_and_a_column_a_measure(layers):
    names = dict(zip(layers["cities"]["city_id"], layers["cities"]["name"], strict=True))
    found = {city_id: peers(layers["cities"], city_id) for city_id in ("manila", "dili")}
    table = cells(tables.peers_table(found, names))
    assert [row[0] for row in table] == ["City", "Manila", "Dili"]
    assert {len(row) for row in table} == {4}
    # Dili has neither a UN series nor a project, but a size.
    assert table[2][2:] == ["no data", "no data"]
    assert table[2][1] != "no data"


def test_peers_table_escapes_names():
    found = {"a": [Peer("b", "size", 1.0, 2.0)]}
    html = tables.peers_table(found, {"a": HOSTILE, "b": HOSTILE})
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 2


def test_cities_table_keeps_missing_values_missing(layers):
    table = tables.cities_table(layers["cities"]).set_index("City")
    assert len(table) == 38
    assert table["Agglomeration 2018"].isna().sum() == 11
    assert pd.isna(table.loc["Dili", "Growth 2000–2018"])
    assert table.loc["Dili", "Projects"] == 0


def test_projects_table_lists_every_project_with_known_words(layers):
    listed = latest_projects(layers["projects"])
    table = tables.projects_table(listed, layers["cities"], layers["project_reports"])
    assert len(table) == len(listed) == 134
    assert table.notna().all().all()
    assert table["City"].tolist() == sorted(table["City"])


def test_settings_of_columns_belong_to_headings_of_the_cities_in_every_language(layers):
    with speaking(MARKED):
        assert set(tables.cities_config()) < set(tables.cities_table(layers["cities"]).columns)


def test_words_and_numbers_are_those_of_the_language(layers):
    compared = rows(layers, "manila", "dili")
    layer = LAYERS["cities"]
    with speaking(MARKED):
        comparison = tables.comparison(compared, 2025)
        found = tables.peers_table(
            {"dili": peers(layers["cities"], "dili")},
            {"dili": "Dili"}
            | {city["city_id"]: city["name"] for city in tables.records(layers["cities"])},
        )
        described = tables.description(layer, 12_345, layers.info("cities"))
        columns = tables.columns_table(layer)
        listed = tables.projects_table(
            layers["projects"], layers["cities"], layers["project_reports"]
        )
        links = tables.city_link("dili", "Dili")
    table = cells(comparison)
    assert all(row[0].startswith(MARK) for row in table)
    assert f"{MARK}no data" in [cell for row in table for cell in row]
    assert re.findall(r'class="mark (\w+)">(.)', comparison)[0] == ("highest", MARK)
    assert all(cell.startswith(MARK) for cell in cells(found)[0])
    assert dict(cells(described))[f"{MARK}Rows"] == "12.345"
    assert all(row[0].startswith(MARK) for row in cells(described))
    assert all(name.startswith(MARK) for name in (*columns.columns, *listed.columns))
    assert columns[f"{MARK}Meaning"].str.startswith(MARK).all()
    assert 'href="./city?city=dili&amp;lang=id"' in links


def test_tables_of_nothing_are_empty(layers):
    assert tables.cities_table(layers["cities"].head(0)).empty
    assert tables.projects_table(
        layers["projects"].head(0), layers["cities"], layers["project_reports"]
    ).empty


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_described_with_rows_licence_and_attribution(name, layers):
    info = layers.info(name)
    said = dict(cells(tables.description(LAYERS[name], len(layers[name]), info)))
    assert said["Rows"] == f"{len(layers[name]):,}"
    assert said["Licence"] == info["licence"] != ""
    assert said["Attribution"] == info["attribution"] != ""
    assert said["Vintage"]


def test_description_escapes_what_a_file_says_of_itself():
    info = dict.fromkeys(("licence", "attribution", "vintage", "content_hash"), HOSTILE)
    html = tables.description(LAYERS["cities"], 38, info)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 4


@pytest.mark.parametrize("name", LAYERS)
def test_every_column_of_a_layer_is_listed_with_its_meaning(name, layers):
    table = tables.columns_table(LAYERS[name])
    geometry = set(LAYERS[name].geometry_columns)
    assert table["Column"].tolist() == [c for c in layers[name].columns if c not in geometry]
    assert (table["Meaning"] != "").all()


def test_project_leads_to_its_history_and_names_the_page_of_its_newest_report(layers):
    projects = layers["projects"]
    table = tables.projects_table(projects, layers["cities"], layers["project_reports"])
    row = table[table["Project"] == "Clean River Management"].iloc[0]
    assert row["History"] == "./plans?project=bandar-seri-begawan--clean-river-management"
    assert row["Source"] == "M&E Report 2025, p. 33"


def test_two_leading_focus_areas_are_both_named(layers):
    cities = layers["cities"]
    shared = cities[cities["city_id"] == "manila"]
    assert tables.cities_table(shared)["Most projects in"].tolist() == [
        "Civic & Social and Safety & Security"
    ]
