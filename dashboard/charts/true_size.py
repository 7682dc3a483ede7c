"""Charts of the territories of compared cities, for pages and files."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.charts.declaration import ChartDeclaration, TitledChart
from dashboard.markup.breakpoints import PANEL_GAP
from dashboard.markup.tables import records
from dashboard.markup.theme import Palette
from dashboard.pages.compare import charts
from dashboard.pages.compare import true_size as text
from dashboard.pages.compare.state import CompareState, compare_codec
from dashboard.pages.url_state import strict_state
from geo.analysis.territories import territories
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query


def state_from_query(layers: Catalogue, query: Query) -> CompareState:
    """Cities, edition and overlay of a query."""
    return strict_state(compare_codec(list(layers["cities"]["city_id"])), query)


def _territories(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    state = state_from_query(layers, query)
    rows = territories(layers, state.cities, state.edition)
    return TitledChart(
        charts.territories(rows, colours, *panels) if len(rows) else None,
        tr("Territories at the same scale"),
        text.summary(records(rows)),
        text.source(records(rows), layers, with_people=True),
    )


def _overlay(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    state = state_from_query(layers, query)
    if not state.laid_over:
        return TitledChart(None, tr("One territory overlaid on another"), "", "")
    rows = territories(layers, state.laid_over, state.edition)
    over, base = records(rows)
    columns, width = panels
    positions = [state.cities.index(city) for city in state.laid_over]
    return TitledChart(
        charts.overlay(rows, colours, columns * (width + PANEL_GAP) - PANEL_GAP, positions),
        tr("{over} overlaid on {base}", over=over["name"], base=base["name"]),
        text.ratio(over, base),
        text.source([over, base], layers, with_people=False),
    )


TRUE_SIZE_CHARTS: Mapping[str, ChartDeclaration] = {
    "territories": ChartDeclaration(_territories, ("city", "edition"), fluid=False),
    "territory-overlay": ChartDeclaration(_overlay, ("city", "over", "edition"), fluid=False),
}
"""Charts by the name in their URL."""
