"""Claims of ASCN documents: the table and the chart of base years."""

from __future__ import annotations

import re

from dashboard.markup.theme import LIGHT
from dashboard.pages.urbanisation import claims as urbanisation_claims
from geo.analysis.claims import Evidence, check_claims
from geo.i18n import use_language
from tests.dashboard.charts.specs import rows_of
from tests.pseudolocale import MARK, MARKED


def test_each_claim_stands_with_verdict_assumption_document_and_page(layers):
    claims = layers["urbanisation_claims"]
    html = urbanisation_claims.claims_table(layers)
    assert html.count('<th scope="row">') == len(claims)
    assert len(re.findall(r"<small>[^<]+, page \d+</small>", html)) == len(claims)
    for finding in check_claims(claims, Evidence.from_catalogue(layers)):
        assert f"<strong>{finding.verdict}</strong><br>{finding.conclusion}" in html


def test_no_verdict_stands_without_a_conclusion(layers):
    assert all(
        row.conclusion
        for row in check_claims(layers["urbanisation_claims"], Evidence.from_catalogue(layers))
    )


def test_chart_holds_each_base_year_of_both_series_and_the_claimed_gain(layers):
    spec = urbanisation_claims.base_year_chart(layers, LIGHT, 6, 150)
    rows = rows_of(spec)
    panels = {(row["panel"], row["claimed"]) for row in rows}
    assert panels == {("70 million more by 2025", 70.0), ("90 million more by 2030", 90.0)}
    points = {(row["panel"], row["name"], row["base_year"]) for row in rows}
    assert len(points) == len(rows) == 2 * 2 * 9


def test_chart_stands_in_one_column_on_a_phone(layers):
    narrow = urbanisation_claims.base_year_chart(layers, LIGHT, 2, 140)
    assert (narrow["columns"], narrow["spec"]["width"]) == (1, 280)


def test_words_are_those_of_the_language(layers):
    with use_language(MARKED):
        html = urbanisation_claims.claims_table(layers)
    assert all(text.startswith(MARK) for text in re.findall(r"<strong>([^<]+)", html))
