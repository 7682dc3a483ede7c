"""Sections on dated promises, of the Action plans page and others."""

from __future__ import annotations

from dashboard.markup import citations
from dashboard.markup.breakpoints import WITH_SIDEBAR
from dashboard.pages.plans import controls, frames, promise_tables, promise_text
from dashboard.pages.plans.controls import Session
from dashboard.pages.plans.sections import PlansSelection
from dashboard.pages.plans.state import GROUPS, PlansState
from dashboard.ui import chart_widget, layout, widgets
from dashboard.ui.html import render_html
from geo.analysis.promises import narrowed
from geo.i18n import tr
from geo.layers.catalogue import Catalogue


def promises(plans: PlansSelection, session: Session, state: PlansState) -> PlansState:
    """What fell due, and what the reports tell of it: counts, chart and table; returns the state
    with the chosen filters."""
    rows = plans.promises
    layout.section(
        tr("Dated promises"),
        plans.cached("promises", lambda: promise_text.headline(rows)),
        "promises",
        tr("Dated promises"),
    )
    if rows.empty:
        return state
    left, right = layout.responsive_columns("promises", [1, 1.15], WITH_SIDEBAR)
    with left:
        chart_widget.show("promises-by-year", plans.layers, plans.query)
    with right:
        labels = {slug: tr(label) for slug, (_, label) in GROUPS.items()}
        state = widgets.segmented(session, state, "group", tr("Counted"), labels)
        group = state.group
        render_html(
            plans.cached(
                ("promises", group), lambda: promise_tables.by_group(rows, group, plans.layers)
            )
        )
        chart_widget.table_source(
            promise_text.as_of_note(rows), "promises-by-group", session.codec.to_query(state)
        )
    state = controls.promise_filter(session, state, rows)
    chosen = narrowed(rows, state.promise_states, state.due_years)
    key = ("promises", state.promise_states, state.due_years)
    controls.show(
        plans.cached(
            key, lambda: frames.promises_frame(chosen, plans.projects, plans.names, plans.query)
        ),
        460,
    )
    source = f"{promise_text.kinds_note()} {citations.pages_note()}"
    chart_widget.table_source(source, "promises", session.codec.to_query(state))
    return state


def of_place(layers: Catalogue, column: str, key: str) -> None:
    """Dated promises of a city or country, and what is known of each; nothing without any.

    Parameters
    ----------
    column, key
        ``city_id`` or ``iso3``, and its value.
    """
    every = layers["promises"]
    rows = every[every[column] == key]
    if rows.empty:
        return
    layout.section(
        tr("Dated promises"), promise_text.headline(rows), "promises", tr("Dated promises")
    )
    render_html(promise_tables.listed(layers, column, key))
    source = f"{promise_text.as_of_note(rows)} {citations.pages_note()}"
    parameter = {"city_id": "city", "iso3": "country"}[column]
    chart_widget.table_source(source, "promises", {parameter: key})
