"""Sections of the Compare page with widgets and charts."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.markup.breakpoints import NARROW, PANEL_GAP, panel_size
from dashboard.markup.tables import paragraph, records
from dashboard.pages.compare import controls
from dashboard.pages.compare import peers as compare_peers
from dashboard.pages.compare import true_size as text
from dashboard.pages.compare.charts import MAX_OVERLAY
from dashboard.pages.compare.state import CompareState, compare_codec
from dashboard.pages.overview.text import report_year
from dashboard.ui import chart_widget, layout
from dashboard.ui.html import render_html
from dashboard.ui.window import window_width
from geo.analysis.city_areas import NETWORK
from geo.analysis.peers import peers
from geo.analysis.territories import territories
from geo.i18n import tr
from geo.layers.catalogue import Catalogue


def true_size(state: CompareState, names: Mapping[str, str], layers: Catalogue) -> CompareState:
    """The territories at one scale, and one of them laid over another; the state as chosen."""
    if territories(layers, state.cities, NETWORK)["has_editions"].any():
        state = controls.edition(state, names)
    params = {"city": ",".join(state.cities)}
    if state.edition != NETWORK:
        params["edition"] = state.edition
    columns, width = panel_size(window_width(), axis=0)
    rows = territories(layers, state.cities, state.edition)
    chart_widget.show(
        "territories", layers, params, (columns, width), note=text.edition_note(records(rows))
    )
    left, right = layout.responsive_columns("overlay", [1.3, 1], NARROW, last_first=True)
    with right:
        state = controls.overlay(state, names)
        over, base = records(territories(layers, state.laid_over, state.edition))
        render_html(paragraph(text.ratio(over, base)))
    with left:
        overlay_width = min(columns * (width + PANEL_GAP) - PANEL_GAP, MAX_OVERLAY)
        params["over"] = ",".join(state.laid_over)
        chart_widget.show("territory-overlay", layers, params, (1, overlay_width))
    return state


def nearest_peers(state: CompareState, names: Mapping[str, str], layers: Catalogue) -> CompareState:
    """The most similar cities of each by the weights that the user gives; the state as chosen."""
    state = controls.weights(state, names)
    if not any(state.weights):
        render_html(paragraph(tr("No measure has a weight. Give a weight to at least one.")))
        return state
    found = {
        city_id: peers(layers, city_id, state.weights, compare_peers.ON_COMPARE)
        for city_id in state.cities
    }
    render_html(compare_peers.compared_table(layers, found, names))
    chart_widget.table_source(
        compare_peers.note(report_year(layers)), "peers", compare_codec(names).to_query(state)
    )
    return state
