"""An unreadable layer fails only the sections that use it."""

from __future__ import annotations

import pytest

from tests.dashboard.conftest import page_html

PARTS = {
    ("city", "places"): 2,
    ("city", "city_years"): 2,
    ("city", "wup2025_city_years"): 2,
    ("compare", "wup2025_city_years"): 2,
    ("city", "partners"): 4,
    ("city", "project_details"): 4,
    ("compare", "city_areas"): 2,
    ("country", "agglomerations"): 2,
    ("country", "wup2025_cities"): 2,
}
"""Parts of a page that use a layer, if there are several: map or table of projects, another table
or chart, both revisions of projections, like projects of other cities, and what peers have
completed of these."""


@pytest.mark.parametrize(
    ("name", "query", "layer", "title", "after"),
    [
        (
            "overview",
            {},
            "countries",
            "ASEAN Smart Cities Network",
            "What changed since the 2024 report",
        ),
        (
            "overview",
            {},
            "context",
            "ASEAN Smart Cities Network",
            "What changed since the 2024 report",
        ),
        (
            *("overview", {}, "land"),
            *("ASEAN Smart Cities Network", "What changed since the 2024 report"),
        ),
        ("explore", {}, "places", "Explore", "Population: official"),
        (
            *("compare", {"city": "manila,hanoi"}, "wup2025_city_years"),
            *("Compare cities", "Most similar member cities"),
        ),
        (
            "compare",
            {"city": "manila,hanoi"},
            "city_areas",
            "Compare cities",
            "Most similar member cities",
        ),
        ("city", {"city": "hanoi"}, "wup2025_city_years", "Hanoi", "The 2018 plan"),
        ("city", {"city": "hanoi", "wup": "2018"}, "city_years", "Hanoi", "The 2018 plan"),
        ("city", {"city": "hanoi"}, "plans", "Hanoi", "Aims of the plan"),
        ("city", {"city": "hanoi"}, "plan_targets", "Hanoi", "Priority projects of 2018 and"),
        ("city", {"city": "hanoi"}, "project_details", "Hanoi", "Partners"),
        ("city", {"city": "hanoi"}, "partners", "Hanoi", "Most similar member cities"),
        ("city", {"city": "hanoi"}, "places", "Hanoi", "Download"),
        ("country", {"country": "VNM"}, "wup2025_cities", "Viet Nam", "Represented in the"),
        (
            *("country", {"country": "VNM", "wup": "2018"}, "agglomerations"),
            *("Viet Nam", "Represented in the"),
        ),
        ("country", {"country": "VNM"}, "members", "Viet Nam", "Download"),
        ("network", {}, "framework", "Network", "Not found"),
        ("plans", {}, "plan_focus_areas", "Action plans", "Report by report"),
        ("plans", {}, "plan_support", "Action plans", "All projects and commitments"),
        ("plans", {}, "reports", "Action plans", "The focus area shares published"),
        ("data", {}, "partners", "Data", "In scripts"),
    ],
)
def test_damaged_layer_costs_its_part_and_one_sentence(
    name, query, layer, title, after, open_page, layer_copy
):
    path = layer_copy / f"{layer}.parquet"
    path.write_bytes(path.read_bytes()[:1000])
    app = open_page(name, **query)
    assert not app.exception
    errors = [error.value.split(" damaged")[0] for error in app.error]
    assert errors == [f"{layer}.parquet is"] * PARTS.get((name, layer), 1)
    html = page_html(app) + "".join(expander.label for expander in app.expander)
    assert f"<h1>{title}</h1>" in html
    assert after in html


def test_title_stands_when_the_sentence_below_it_cannot_be_said(open_page, layer_copy):
    (layer_copy / "partners.parquet").unlink()
    app = open_page("network")
    assert not app.exception
    assert "<h1>Network</h1>" in page_html(app)
    assert "3 strategic outcomes" in page_html(app)
    assert {error.value.split(" is ")[0] for error in app.error} == {"partners.parquet"}
