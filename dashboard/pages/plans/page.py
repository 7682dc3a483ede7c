"""Action plans: what the cities have committed to, and what became of it."""

from __future__ import annotations

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.markup import citations
from dashboard.markup.breakpoints import WITH_SIDEBAR
from dashboard.pages.explore import sections as explore_sections
from dashboard.pages.plans import controls, project_history, sections
from dashboard.pages.plans.sections import PlansSelection
from dashboard.ui import chart_widget, layout
from dashboard.ui.window import window_width
from geo.analysis import flows
from geo.i18n import tr

layers = catalogue()
colours = layout.colours()

session = controls.session(layers["cities"], layers["projects"])
state = controls.sidebar(session, session.current(), layers["cities"], layers["countries"])
kept = PlansSelection(layers, state)

layout.heading(tr("Action plans"), kept.answer)
notice = st.container()
with layout.part():
    layout.figures(kept.figures())

state = controls.project_picker(session, state, kept.with_history, kept.names)
if state.project:
    with layout.part():
        told = flows.project_history(state.project, layers, layers["project_renames"])
        with st.container(border=True):
            st.html(project_history.history(told, layers["documents"], colours))
            asked = {"project": state.project}
            chart_widget.table_source(citations.pages_note(), "project-reports", asked)

if len(kept.selection.cities):
    left, right = layout.beside("matrix", [1.75, 1], WITH_SIDEBAR)
    with left, layout.part():
        sections.matrix(kept, colours)
    with right:
        with layout.part():
            controls.show_map(layers, kept.wanted, kept.selection.cities, colours, window_width())
        with layout.part():
            sections.priorities(kept, colours)

    sections.reports(kept, colours)
    with layout.part():
        state = sections.support(kept, session, state)
    state = sections.tables(kept, session, state)

    layout.section(
        tr("Download"), tr("What passes the filter; tables of the plans follow its cities.")
    )
    layout.downloads(controls.downloads(kept.wanted))
else:
    explore_sections.loosen(kept.wanted, layers)
session.keep(state)
with notice:
    layout.problems(session.problems(state))
