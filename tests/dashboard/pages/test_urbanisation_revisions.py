"""Urban share in both UN revisions."""

from __future__ import annotations

import pytest

from dashboard.pages.urbanisation import revisions
from tests.dashboard.charts.specs import rows_of


def test_difference_is_newer_less_older_of_the_same_year(layers):
    rows = revisions.differences(layers).set_index("country")
    assert set(rows["year"]) == {revisions.common_year(layers)}
    cambodia = rows.loc["Cambodia"]
    assert (cambodia["older"], cambodia["newer"]) == (26.0, 40.9)
    assert cambodia["points"] == pytest.approx(14.9)
    assert rows["points"].is_monotonic_decreasing


def test_headline_names_the_country_where_the_revision_changes_most(layers):
    rows = revisions.differences(layers)
    widest = rows.loc[rows["points"].abs().idxmax(), "country"]
    assert f"Largest difference: {widest}, " in revisions.headline(layers)


def test_colours_go_from_one_end_of_the_ramp_to_the_other_with_the_difference(layers, colours):
    data = rows_of(revisions.chart(layers, colours))
    steps = [colours.difference.index(row["colour"]) for row in data]
    assert steps == sorted(steps, reverse=True)
    assert all(
        (step > 3, step < 3) == (row["points"] >= 1, row["points"] < -1)
        for step, row in zip(steps, data, strict=True)
    )
