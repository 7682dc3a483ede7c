"""The sentence of each chart says what its rows say."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.charts import findings
from dashboard.charts.registry import CHARTS, build_chart
from dashboard.markup import numbers
from dashboard.markup.theme import LIGHT

QUERIES = {
    "population": {"city": "jakarta,manila"},
    "un-city-population": {"city": "jakarta"},
    "projects-by-city": {"city": "jakarta,phnom-penh"},
    "urban-share": {"country": "KHM"},
    "urban-growth": {"country": "KHM"},
    "territories": {"city": "jakarta"},
    "territory-overlay": {"city": "jakarta,manila", "over": "jakarta,manila"},
}


@pytest.mark.parametrize("name", CHARTS)
def test_text_of_a_chart_names_figures_and_ends(name, layers):
    alt = build_chart(name, layers, QUERIES.get(name, {}), LIGHT).alt
    assert any(letter.isdigit() for letter in alt)
    assert alt.endswith(".")
    assert "  " not in alt
    assert "nan" not in alt.split()


def test_text_of_the_focus_areas_names_the_largest(layers):
    projects = layers["projects"]
    counts = projects[projects["last_report"] == 2025]["focus_area"].value_counts()
    alt = build_chart("projects-by-focus-area", layers, {}, LIGHT).alt
    assert f"Largest: Civic & Social ({counts['civic-social']}), " in alt
    assert counts.idxmax() == "civic-social"


def test_text_of_promises_counts_their_states(layers):
    states = layers["promises"]["state"].value_counts()
    alt = build_chart("promises-by-state", layers, {}, LIGHT).alt
    assert f"{states['done']} are reported as done" in alt
    assert f"{states['ongoing']} are ongoing" in alt


def test_text_of_a_course_begins_and_ends_with_known_values():
    rows = pd.DataFrame(
        {
            "id": ["a", "a", "a", "b"],
            "year": [2000, 1990, 2010, 2000],
            "people": [2e6, 1e6, None, 5e6],
        }
    )
    found = findings.courses(rows, {"a": "A", "none": "N"}, "id", "people", numbers.people)
    assert found == "A: from 1 million in 1990 to 2 million in 2000."


def test_cities_without_a_figure_are_neither_largest_nor_fastest():
    cities = pd.DataFrame(
        {"name": ["A", "B", "C"], "people": [9e6, 1e6, 2e6], "growth": [None, 1.0, 3.0]}
    )
    found = findings.size_and_growth(cities, "people", "growth")
    assert found == "Largest: C (2 million); fastest growing: C (+3.0% per year)."


def test_nothing_is_said_of_no_rows():
    assert findings.largest(pd.Series(dtype=float), findings.count) == ""
    assert findings.extremes(pd.Series(dtype=float), findings.share) == ""
    assert findings.quadrants(pd.DataFrame({"quadrant": []})) == ""
    empty = pd.DataFrame({"report_year": [], "state": [], "projects": []})
    assert findings.reports(empty) == ""
