"""Coverage of GeoNames places."""

from __future__ import annotations

from dashboard.pages.data import place_coverage


def test_coverage_counts_the_places_of_every_member_state(layers):
    rows = place_coverage.coverage(layers).set_index("iso3")
    places = layers["places"]
    assert len(rows) == 11
    assert rows["places"].sum() == len(places)
    assert rows["places"].is_monotonic_decreasing
    assert (rows["places"]["PHL"], rows["places"]["IDN"]) == (4256, 507)
    indonesia = rows.loc["IDN"]
    assert indonesia["people_per_place"] == indonesia["population"] / 507


def test_note_compares_a_country_with_the_one_of_most_places(layers):
    rows = place_coverage.coverage(layers).set_index("iso3")
    note = place_coverage.note(layers, "LAO")
    assert f"(Philippines: 4,256; Lao PDR: {rows['places']['LAO']:,})" in note
    assert note.endswith("so there may be places where none are shown.")


def test_note_of_the_region_compares_with_the_least_covered_country(layers):
    rows = place_coverage.coverage(layers).set_index("country")
    least = rows["people_per_place"].idxmax()
    for note in (place_coverage.note(layers), place_coverage.note(layers, "PHL")):
        assert f"{least}: {rows['places'][least]:,})" in note


def test_table_has_a_row_for_each_country(layers):
    html = place_coverage.coverage_table(layers)
    assert html.count('<th scope="row">') == 11
    assert "<td>4,256</td>" in html
