"""Numbers of projects: which reports they count, ongoing and in planning apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from dashboard.charts.registry import CHARTS, build_chart
from dashboard.datasets.files import TABLES
from dashboard.markup import project_totals as totals
from dashboard.markup.theme import LIGHT
from geo.errors import LayerError
from tests.dashboard.charts.specs import rows_of
from tests.dashboard.charts.test_registry import query_of


def test_totals_of_the_latest_report_are_those_that_it_publishes(layers):
    report = totals.latest_report(layers)
    assert report["report_year"] == layers["projects"]["last_report"].max()
    assert totals.by_status(report) == "108 ongoing, 8 in planning and 18 completed"
    assert totals.ongoing_and_planning(report) == "108 ongoing and 8 in planning"


def test_totals_that_cannot_be_read_are_counted_from_the_list(layers):
    class Damaged:
        def cached(self, key: object, make: Callable[[], Any]) -> Any:
            return make()

        def __getitem__(self, name: str) -> pd.DataFrame:
            if name == "reports":
                raise LayerError("reports.parquet is damaged")
            return layers[name]

    report = totals.latest_report(Damaged())
    assert totals.by_status(report) == "116 ongoing or in planning and 18 completed"
    assert totals.totals_note(report) == totals.lists_note()


def test_note_tells_both_numbers_and_that_the_lists_do_not(layers):
    note = totals.totals_note(totals.latest_report(layers))
    assert note.startswith("The 2025 report counts 108 ongoing and 8 in planning in total. ")
    assert note.endswith(totals.lists_note())


@pytest.mark.parametrize(
    ("query", "title", "note"),
    [
        ({}, "Projects listed in 2025, by focus area", "108 ongoing and 8 in planning"),
        (
            {"reports": "all"},
            "Projects listed 2022–2025, by focus area",
            "140 projects listed in at least one report from 2022 to 2025, 134 of them in the "
            "2025 report.",
        ),
        (
            {"reports": "all", "city": "siem-reap"},
            "Siem Reap: projects listed 2022–2025, by focus area",
            "10 projects listed in at least one report from 2022 to 2025, 8 of them in the "
            "2025 report.",
        ),
    ],
)
def test_chart_of_focus_areas_names_the_projects_that_it_counts(query, title, note, layers):
    found = build_chart("projects-by-focus-area", layers, query, LIGHT)
    assert found.title == title
    assert note in found.source
    number = sum(row["projects"] for row in rows_of(found.chart))
    assert (
        found.alt.startswith(f"{number} projects listed in ") or f"{number} projects" in found.alt
    )


def test_charts_and_tables_of_one_name_show_the_same(layers):
    focus = "projects-by-focus-area"
    asked = [(name, query_of(name)) for name in CHARTS if name != focus]
    asked += [(focus, {}), (focus, {"reports": "all"}), (focus, {"reports": "all", "city": "dili"})]
    titles = [build_chart(name, layers, query, LIGHT).title for name, query in asked]
    titles += [dataset.title for dataset in TABLES.values()]
    assert [title for title, times in Counter(titles).items() if times > 1] == []
