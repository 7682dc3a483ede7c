"""Compare page: extremes, measures, peers."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.data.un_revision import UN_REVISIONS
from dashboard.markup import tables
from dashboard.pages.compare import peers as compare_peers
from dashboard.pages.compare import tables as compare_tables
from dashboard.pages.compare.tables import extreme_labels
from geo.analysis.peers import MEASURES, Climate, Comparison, Mix, Peer, peers
from geo.i18n import use_language
from geo.layers.catalogue import Catalogue
from tests.dashboard.cells import cells
from tests.dashboard.conftest import page_html
from tests.pseudolocale import MARK, MARKED

HOSTILE = "<script>alert('x')</script>"


def rows(layers: Catalogue, *city_ids: str) -> list[dict[str, Any]]:
    chosen = layers["cities"].set_index("city_id").loc[list(city_ids)].reset_index()
    return tables.records(pd.DataFrame(chosen.drop(columns="geometry")))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3], ["lowest", "", "highest"]),
        ([3, 1, 3, 1], ["highest", "lowest", "highest", "lowest"]),
        ([2, 2], ["", ""]),
        ([0, 0, None], ["", "", ""]),
        ([1], [""]),
        ([1, None], ["", ""]),
        ([None, None], ["", ""]),
        ([], []),
        ([None, 5, pd.NA, 7, float("nan")], ["", "lowest", "", "highest", ""]),
        ([0, 5], ["lowest", "highest"]),
        ([-1, 0.5], ["lowest", "highest"]),
    ],
)
def test_marks_are_at_both_ends_of_what_is_known(values, expected):
    assert extreme_labels(values) == expected


@given(st.lists(st.none() | st.integers(-5, 5), max_size=6))
def test_marks_never_stand_on_missing_values_and_always_at_both_ends_or_none(values):
    labels = extreme_labels(values)
    assert len(labels) == len(values)
    assert not any(mark for value, mark in zip(values, labels, strict=True) if value is None)
    assert len({mark for mark in labels if mark}) in (0, 2)


def test_comparison_has_one_column_a_city_in_the_order_asked_for(layers):
    table = cells(
        compare_tables.table(rows(layers, "manila", "dili", "hanoi"), compare_tables.measures(2025))
    )
    assert table[0] == ["Measure", "ManilaPhilippines", "DiliTimor-Leste", "HanoiViet Nam"]
    assert {len(row) for row in table} == {4}
    assert len(table) == 1 + len(compare_tables.measures(2025))


def test_comparison_is_of_one_revision(layers):
    newest, earlier = (compare_tables.measures(2025, revision) for revision in ("2025", "2018"))
    assert not any("WUP 2018" in m.source or "2018" in m.source for m in newest)
    assert not any("UN city" in measure.label for measure in earlier)
    table = cells(
        compare_tables.table(
            rows(layers, "manila", "singapore", "cauayan-city"), compare_tables.measures(2025)
        )
    )
    un_city = [row[1:] for row in table if "UN city" in row[0]]
    assert len(un_city) == 7
    assert un_city[0] == [
        "Manila · Part of a larger UN city",
        "Singapore and Sembawang · Several UN cities, added up",
        "No UN city",
    ]
    assert un_city[1] == ["24,700,000highest", "5,840,000lowest", "no data"]
    assert all(row[2] == "no data" for row in un_city[1:])


def test_comparison_says_no_data_for_a_city_without_an_agglomeration(layers):
    table = cells(
        compare_tables.table(
            rows(layers, "manila", "siem-reap"), compare_tables.measures(2025, "2018")
        )
    )
    agglomeration = [row for row in table if "gglomeration" in row[0]]
    assert len(agglomeration) == 4
    assert all(row[2] == "no data" for row in agglomeration)
    assert not any(row[1] == "no data" for row in agglomeration)


@pytest.mark.parametrize("revision", UN_REVISIONS)
def test_comparison_states_unit_and_source_of_every_measure(revision):
    for measure in compare_tables.measures(2025, revision):
        assert measure.unit
        assert measure.source


@pytest.mark.parametrize(("revision", "last"), [("2025", "2050"), ("2018", "2035")])
def test_comparison_marks_projections_as_such(revision, last):
    later = [m for m in compare_tables.measures(2025, revision) if last in m.unit]
    assert len(later) == 2
    assert all("projection" in measure.unit for measure in later)


def test_comparison_escapes_names_and_words(layers):
    city = rows(layers, "dili")[0]
    city |= {"name": HOSTILE, "country": HOSTILE, "population_territory": HOSTILE}
    html = compare_tables.table([city, city], compare_tables.measures(2025))
    assert "<script" not in html
    assert sum(cell.count(HOSTILE) for row in cells(html) for cell in row) == 6


def test_population_tells_its_year_and_territory(layers):
    [city] = rows(layers, "jakarta")
    text = next(
        row
        for row in cells(compare_tables.table([city], compare_tables.measures(2025)))
        if "Official" in row[0]
    )[1]
    assert text == "11,000,0002025, registered residents; Special Capital Region (province)"


def test_share_of_completed_projects_of_a_city_without_projects_is_not_zero(layers):
    table = cells(
        compare_tables.table(rows(layers, "dili", "singapore"), compare_tables.measures(2025))
    )
    completed = next(row for row in table if row[0].startswith("Completed"))
    assert completed[1] == "no project in this report; joined in 2026"


def marked(html: str, label: str) -> list[str]:
    """Extreme label of each cell of a row, empty if there is none."""
    row = next(row for row in re.findall(r"<tr>.*?</tr>", html) if f">{label}<" in row)
    return [
        match[1] if (match := re.search(r'class="mark">(\w+)<', cell)) else ""
        for cell in re.findall(r"<td.*?</td>", row)
    ]


NEW = ("ipoh", "putrajaya", "seberang-perai", "cauayan-city", "denpasar", "semarang", "dili")


@pytest.mark.parametrize("city_id", NEW)
def test_city_that_joined_with_the_latest_report_or_later_is_not_ranked_by_completion(
    city_id, layers
):
    html = compare_tables.table(
        rows(layers, city_id, "jakarta", "singapore"), compare_tables.measures(2025)
    )
    for label in ("Completed projects", "No longer reported"):
        new, *others = marked(html, label)
        assert new == ""
        assert sorted(others) == ["highest", "lowest"]
    table = cells(html)
    text = next(row for row in table if row[0].startswith("Completed"))[1]
    assert text.endswith("; joined in 2026" if city_id == "dili" else "; joined in 2025")


def test_other_measures_of_a_new_city_are_ranked(layers):
    html = compare_tables.table(rows(layers, "ipoh", "jakarta"), compare_tables.measures(2025))
    assert marked(html, "Official population") == ["lowest", "highest"]


def test_no_city_is_called_best_or_worst(layers):
    html = compare_tables.table(
        rows(layers, "singapore", "jakarta", "phuket"), compare_tables.measures(2025)
    )
    assert set(re.findall(r'class="mark">(\w+)<', html)) == {"highest", "lowest"}


def names_of(layers):
    return dict(zip(layers["cities"]["city_id"], layers["cities"]["name"], strict=True))


@pytest.mark.parametrize(
    ("comparison", "reason"),
    [
        (
            Comparison("size", 1_000_000, 1_200_000, 0),
            "1.2 million people vs 1 million",
        ),
        (Comparison("growth", 1.25, -0.5, 0), "growth of −0.5% per year vs +1.2% per year"),
        (Comparison("density", 900.4, 12_000, 0), "12,000 people per km² vs 900"),
        (
            Comparison("climate", Climate("Af", "wet"), Climate("Af", "wet"), 0),
            "same climate zone (Af, wet)",
        ),
        (
            Comparison("focus", Mix((3, 1)), Mix((1, 0)), 0),
            "75% overlap in focus areas, 1 project vs 4",
        ),
        (Comparison("territory", 10.0, 20.0, 0), "20 km² of land vs 10 km²"),
    ],
    ids=MEASURES,
)
def test_reason_of_a_peer_gives_both_figures(comparison, reason):
    assert compare_peers.reason(comparison) == reason


def test_what_is_farther_than_usual_is_said_apart_and_so_is_a_missing_figure():
    near, far = Comparison("size", 100, 200, 0.5), Comparison("growth", 1.0, 9.0, 4.0)
    peer = Peer("x", 2.25, (near, far), ("climate", "focus"))
    assert compare_peers.alike(peer) == "200 people vs 100"
    assert compare_peers.unlike(peer) == (
        "Differences: growth of +9.0% per year vs +1.0% per year. Not counted (no figure): "
        "climate zone and focus areas."
    )


def test_weights_of_peers_are_in_the_address_of_the_comparison(open_page):
    app = open_page("compare", city="manila,dili", weights="size:3,climate:0")
    assert {one.label: one.value for one in app.slider} == {
        **dict.fromkeys(MEASURES.values(), 1),
        "Size": 3,
        "Climate zone": 0,
    }
    assert "/tables/peers.csv?city=manila,dili&amp;weights=size:3,climate:0" in page_html(app)
    next(slider for slider in app.slider if slider.label == "Size").set_value(1).run()
    assert dict(app.query_params) == {"city": "manila,dili", "weights": "climate:0"}
    for slider in app.slider:
        slider.set_value(0)
    app.run()
    assert not app.exception
    assert "No measure has a weight. Give a weight to at least one." in page_html(app)


def test_compared_peers_have_a_row_a_city(layers):
    found = {city_id: peers(layers, city_id, limit=3) for city_id in ("manila", "dili")}
    html = compare_peers.compared_table(layers, found, names_of(layers))
    assert [row[0] for row in cells(html)] == ["City", "Manila", "Dili"]
    for peer in (*found["manila"], *found["dili"]):
        assert f"city={peer.city_id}" in html


def test_peers_of_a_city_have_a_row_each_with_what_they_completed(layers):
    found = peers(layers, "cauayan-city", (0, 0, 0, 1, 0, 0), limit=38)
    table = cells(compare_peers.city_table(layers, "cauayan-city", found, names_of(layers)))
    assert len(table) == len(found) + 1
    assert all(row[-1] in ("Distance", "0.00", "1.00") for row in table)
    siem_reap = next(row for row in table if row[0] == "Siem Reap")
    assert "Smart Waste Management" in siem_reap[2]
    assert "similar to Waste-Wise Cities for Sustainability" in siem_reap[2]


def test_peers_tables_escape_names(layers):
    found = {"dili": peers(layers, "dili")}
    names = dict.fromkeys(layers["cities"]["city_id"], HOSTILE)
    for html in (
        compare_peers.compared_table(layers, found, names),
        compare_peers.city_table(layers, "dili", found["dili"], names),
    ):
        assert "<script" not in html
        assert "&lt;script&gt;" in html


def test_words_and_numbers_are_those_of_the_language(layers):
    with use_language(MARKED):
        table = compare_tables.table(rows(layers, "manila", "dili"), compare_tables.measures(2025))
        found = {"dili": peers(layers, "dili")}
        peers_html = compare_peers.compared_table(layers, found, names_of(layers))
    compared = cells(table)
    assert all(row[0].startswith(MARK) for row in compared)
    texts = [cell for row in compared for cell in row]
    assert f"{MARK}{MARK}no project in this report; joined in 2026" in texts
    assert re.findall(r'class="mark">(.)(\w+)', table)[0] == (MARK, "highest")
    assert all(cell.startswith(MARK) for cell in cells(peers_html)[0])
