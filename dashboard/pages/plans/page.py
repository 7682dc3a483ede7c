"""Action plans: what the cities have committed to, and what became of it."""

from __future__ import annotations

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.markup import citations
from dashboard.markup.breakpoints import WITH_SIDEBAR
from dashboard.pages.explore import sections as panels
from dashboard.pages.plans import controls as planned
from dashboard.pages.plans import project_history as plan_history
from dashboard.pages.plans import sections as plansections
from dashboard.pages.plans.sections import Kept
from dashboard.ui import chart_widget as chartview
from dashboard.ui import layout
from dashboard.ui.window import window_width
from geo.analysis import flows as plan_flows
from geo.i18n import tr

layers = catalogue()
colours = layout.colours()

session = planned.session(layers["cities"], layers["projects"])
state = planned.sidebar(session, session.current(), layers["cities"], layers["countries"])
kept = Kept(layers, state)

layout.heading(tr("Action plans"), kept.answer)
notice = st.container()
with layout.part():
    layout.figures(kept.figures())

state = planned.project_picker(session, state, kept.with_history, kept.names)
if state.project:
    with layout.part():
        told = plan_flows.history(state.project, layers, layers["project_renames"])
        with st.container(border=True):
            st.html(plan_history.history(told, layers["documents"], colours))
            asked = {"project": state.project}
            chartview.table_source(citations.pages_note(), "project-reports", asked)

if len(kept.selection.cities):
    left, right = layout.beside("matrix", [1.75, 1], WITH_SIDEBAR)
    with left, layout.part():
        plansections.matrix(kept, colours)
    with right:
        with layout.part():
            planned.show_map(layers, kept.wanted, kept.selection.cities, colours, window_width())
        with layout.part():
            plansections.priorities(kept, colours)

    plansections.reports(kept, colours)
    with layout.part():
        state = plansections.support(kept, session, state)
    state = plansections.tables(kept, session, state)

    layout.section(
        tr("Download"), tr("What passes the filter; tables of the plans follow its cities.")
    )
    layout.downloads(planned.downloads(kept.wanted))
else:
    panels.loosen(kept.wanted, layers)
session.keep(state)
with notice:
    layout.problems(session.problems(state))
