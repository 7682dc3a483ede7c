"""Briefings of countries, comparisons, the network and a meeting: what they tell."""

from __future__ import annotations

import pytest

from dashboard.briefing import comparison, country, meeting, network
from dashboard.briefing.by_country import by_country_table
from dashboard.briefing.document import Columns, Figures, Picture, Table, Text
from dashboard.briefing.promised import most_urgent
from dashboard.pages.country import text as country_text
from dashboard.pages.country.state import CountryState
from dashboard.pages.overview import text as overview_text
from dashboard.pages.plans import promise_text
from dashboard.web.routes.map_land import fetch
from geo.analysis import promises
from geo.analysis.projects import changed_projects, changes
from geo.i18n import use_language
from tests.dashboard.briefing.reading import every_block, section, titles
from tests.pseudolocale import MARK, MARKED


@pytest.fixture(scope="module")
def pack(layers):
    return meeting.document(layers, fetch)


def of_kind(document, kind):
    return [block for block in every_block(document.blocks) if isinstance(block, kind)]


def test_country_says_the_same_as_its_page(layers):
    state, briefing = CountryState(iso3="LAO"), country.document(layers, "LAO", fetch)
    assert briefing.answer == country_text.headline(layers, state)
    [figures] = of_kind(briefing, Figures)
    assert list(figures.items) == country_text.key_figures(layers, state)
    assert len(of_kind(briefing, Picture)) == 2
    assert briefing.page == "country?country=LAO"


def test_country_counts_what_fell_due_in_each_member_city(layers):
    [table] = section(country.document(layers, "KHM", fetch), "Member cities")
    due = promises.by_group(layers["promises"], "city_id").set_index("city_id")
    ids = layers["cities"].set_index("name")["city_id"]
    for name, *_, fell_due, done in table.rows:
        counted = due.loc[ids[name]] if ids[name] in due.index else {"due": 0, "done": 0}
        assert (fell_due, done) == (str(counted["due"]), str(counted["done"]))
    assert sum(int(row[-2]) for row in table.rows) == 13


def test_country_without_projects_and_promises_says_so(layers):
    briefing = country.document(layers, "TLS", fetch)
    assert section(briefing, "Dated promises") == [
        Text("No plan or report sets a due date for a promise.")
    ]
    assert len(briefing.slides()) == 3


def test_comparison_has_a_map_of_each_city_and_a_column_for_each(layers):
    ids = ("manila", "jakarta", "dili", "hanoi")
    briefing = comparison.document(layers, ids)
    assert briefing.name == "Manila, Jakarta, Dili and Hanoi"
    assert briefing.answer == overview_text.comparison_summary(ids, layers)
    [table, _] = section(briefing, "Figures")
    assert list(table.head) == ["Measure", "Manila", "Jakarta", "Dili", "Hanoi"]
    rows = {f"{row[0].text}, {row[0].below}": row[1:] for row in table.rows}
    growth = rows["UN city growth, % per year, 2000–2025"]
    assert [cell.small for cell in growth] == ["lowest", "", "highest", ""]
    assert len(of_kind(briefing, Picture)) == len(ids) + 2
    maps = [block for block in briefing.blocks if isinstance(block, Columns)][:2]
    assert [len(row.columns) for row in maps] == [2, 2]


def test_five_maps_are_in_rows_of_three_and_as_large_as_each_other(layers):
    briefing = comparison.document(layers, ("manila", "jakarta", "dili", "hanoi", "phuket"))
    rows = [block for block in briefing.blocks if isinstance(block, Columns)][:2]
    assert [[len(column) for column in row.columns] for row in rows] == [[1, 1, 1], [1, 1, 0]]
    assert [len(column) for column in briefing.slides()[1].columns] == [2, 2, 1]


def test_comparison_without_a_un_city_has_no_chart_of_them(layers):
    slides = comparison.document(layers, ("cauayan-city", "rayong")).slides()
    assert len(slides) == 4
    none = comparison.document(layers, ("cauayan-city", "luang-prabang"))
    assert none.blocks


def test_network_counts_by_country_what_the_report_counts_in_all(layers):
    table = by_country_table(layers)
    counted = [[int(cell) for cell in row[1:]] for row in table.rows]
    *countries, everything = counted
    assert [sum(column) for column in zip(*countries, strict=True)] == everything
    found, due = changes(layers["project_reports"]), promises.count(layers["promises"])
    assert everything[0] == len(layers["cities"])
    assert everything[2:5] == [found.added, found.newly_completed, found.no_longer_reported]
    assert everything[5:] == [due.due, due.states["done"]]


def test_network_tells_what_changed_what_was_promised_and_what_is_recommended(layers):
    briefing = network.document(layers, fetch)
    assert briefing.answer == overview_text.network_summary(layers)
    assert section(briefing, "What changed since the 2024 report")[0] == Text(
        overview_text.since_last_report(layers)
    )
    said = section(briefing, "Dated promises")[0]
    assert said == Text(promise_text.headline(layers["promises"]))
    [points] = section(briefing, "What the 2025 report recommends")
    assert all("M&E Report 2025, page 27" in point.small for point in points.items)
    assert briefing.slides()[2].title == (
        "The 2025 report lists 134 projects; the first, of 2022, listed 77"
    )


def test_pack_lists_every_change_and_every_promise_that_fell_due_once(pack, layers):
    tables = of_kind(pack, Table)
    changed = [row for table in tables if table.head[-2] == "Change" for row in table.rows]
    due = [row for table in tables if table.head[0] == "Due" for row in table.rows]
    assert len(changed) == len(changed_projects(layers["project_reports"]))
    assert len(due) == promises.count(layers["promises"]).due
    dropped = [row[0] for row in changed if row[2].text == "No longer reported"]
    assert dropped == [
        "Smart Mobility",
        "Artificial Intelligence-Led Image Traffic Visualisation and Analysis",
    ]
    assert all(row[-1].startswith("M&E Report 2025") for row in changed if row[0] not in dropped)
    assert all(row[-1].startswith("M&E Report 2024") for row in changed if row[0] in dropped)


def test_pack_has_a_section_for_every_country_even_where_nothing_changed(pack, layers):
    assert set(layers["countries"]["name"]) <= set(titles(pack))
    assert Text("Nothing changed, and no promise fell due.") in section(pack, "Timor-Leste")


def test_pack_on_slides_names_where_most_changed(pack):
    slides = pack.slides()
    assert slides[1].title == (
        "Most new projects: Malaysia (14); most promises that fell due: Cambodia (13)"
    )
    assert "Viet Nam: 7 promises fell due, 0 reported as done" in [one.title for one in slides]


def test_most_urgent_promises_are_those_that_fell_due_and_are_open(layers):
    rows = layers["promises"]
    of_thailand = rows[rows["iso3"] == "THA"]
    shown = most_urgent(of_thailand, 3)
    assert list(shown["state"]).count("not_due") == 0
    assert list(shown["due_year"]) == sorted(shown["due_year"])


@pytest.mark.parametrize("module", [network, meeting])
def test_headings_are_translated(module, layers):
    with use_language(MARKED):
        briefing = module.document(layers, fetch)
        slides = briefing.slides()
    countries = set(layers["countries"]["name"])
    assert all(text.startswith(MARK) for text in titles(briefing) if text not in countries)
    assert all(slide.title.startswith(MARK) for slide in slides)
