"""Charts of dated promises: what they show, and of which rows."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.charts.declaration import ChartDeclaration, TitledChart, filter_from_query
from dashboard.markup.theme import Palette
from dashboard.pages.plans import promise_charts, promise_text
from dashboard.pages.plans import text as plans_text
from geo.analysis import flows, promises
from geo.analysis.filter import PARAMETERS as FILTER
from geo.analysis.layer_rows import filtered_rows
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query


def _rows(layers: Catalogue, query: Query) -> pd.DataFrame:
    return filtered_rows("promises", filter_from_query(layers, query), layers).rows


def _reports(layers: Catalogue) -> str:
    return plans_text.reports_source(flows.report_years(layers["project_reports"]))


def _by_year(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    rows, chart = _rows(layers, query), None
    if len(rows):
        latest = promises.report_year(rows)
        chart = promise_charts.by_year(promises.by_year(rows), latest, colours)
    return TitledChart(
        chart,
        tr("Dated promises by year"),
        promise_text.years_finding(rows),
        tr(
            "{plans}; {reports}. Dashed line: the year of the latest report.",
            plans=plans_text.plans_source(),
            reports=_reports(layers),
        ),
    )


def _by_state(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    rows = _rows(layers, query)
    return TitledChart(
        promise_charts.by_state(promises.by_state(rows), colours) if len(rows) else None,
        promise_text.states_title(len(rows)),
        promise_text.headline(rows),
        f"{plans_text.plans_source()}; {_reports(layers)}.",
    )


PROMISE_CHARTS: Mapping[str, ChartDeclaration] = {
    "promises-by-year": ChartDeclaration(_by_year, FILTER),
    "promises-by-state": ChartDeclaration(_by_state, FILTER),
}
"""Charts by the name in their URL."""
