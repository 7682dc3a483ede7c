"""Action plans page: the cities' commitments and their outcomes."""

from __future__ import annotations

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.markup import citations
from dashboard.markup.breakpoints import WITH_SIDEBAR
from dashboard.pages.explore import sections as explore_sections
from dashboard.pages.plans import controls, project_history, promise_sections, sections
from dashboard.pages.plans.sections import plans_selection
from dashboard.ui import chart_widget, layout
from dashboard.ui.html import render_html
from dashboard.ui.window import window_width
from geo.analysis import flows
from geo.i18n import tr

layers = catalogue()
colours = layout.colours()

session = controls.session(layers)
state = controls.sidebar(session, session.current(), layers)
plans = plans_selection(layers, state.city_filter)

layout.heading(tr("Action plans"), plans.answer)
layout.briefings("meeting")
layout.found(state.city_filter, plans.selection, layers)
notice = st.container()
with layout.part():
    layout.figures(plans.figures())
layout.index()

state = controls.project_picker(session, state, plans.with_history(state.project), plans.names)
if state.project:
    with layout.part():
        history = flows.project_history(state.project, layers, layers["project_renames"])
        with st.container(border=True):
            render_html(project_history.history_html(history, layers["documents"], colours))
            params = {"project": state.project}
            chart_widget.table_source(citations.pages_note(), "project-reports", params)

if len(plans.selection.cities):
    with layout.part():
        state = promise_sections.promises(plans, session, state)

    left, right = layout.responsive_columns("matrix", [1.75, 1], WITH_SIDEBAR)
    with left, layout.part():
        sections.matrix(plans, state, colours)
    with right:
        with layout.part():
            controls.show_map(plans.city_filter, window_width())
        with layout.part():
            sections.priorities(plans, colours)

    sections.reports(plans, colours)
    with layout.part():
        state = sections.support(plans, session, state)
    state = sections.tables(plans, session, state)

    layout.downloads(
        controls.downloads(plans.city_filter),
        tr("Filtered data. Plan tables include every row of the matching cities."),
    )
else:
    explore_sections.suggest_fewer_filters(plans.city_filter, layers)
session.save(state)
with notice:
    layout.warn_problems(session.problems(state))
