"""Overview page: what was promised, what is done and what changed, then the network at a glance."""

from __future__ import annotations

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps import registry as map_registry
from dashboard.markup import project_totals
from dashboard.markup.breakpoints import NARROW, compact_map_size
from dashboard.markup.tables import paragraph
from dashboard.pages.overview import text
from dashboard.pages.plans import promise_text
from dashboard.ui import chart_widget, layout, map_widget
from dashboard.ui.html import render_html
from dashboard.ui.window import window_width
from geo.i18n import tr

layers = catalogue()

layout.heading(tr("ASEAN Smart Cities Network"), lambda: text.answer(layers))
layout.warn_parameters()

left, right = layout.responsive_columns("map", [1.75, 1], NARROW)
notes = st.container()
with left, layout.part(tr(map_registry.OVERVIEW)):
    size = compact_map_size(window_width())
    map_widget.show("overview", {}, size, tr("Click a city for its card."), notes=notes)
with right, layout.part():
    layout.section(promise_text.states_title(len(layers["promises"])))
    chart_widget.show("promises-by-state", layers, {}, notes=notes)
    st.page_link("pages/plans/page.py", label=tr("Each promise, and what the reports say of it"))
    st.page_link("pages/explore/page.py", label=tr("Find cities and projects"))
    layout.briefings("network", "meeting")
with right, layout.part(text.changes_title(layers)):
    render_html(paragraph(text.since_last_report(layers)))

with layout.part(tr("The network at a glance"), text.network_summary(layers)):
    layout.figures(text.key_figures(layers))
with layout.part(project_totals.listed_in_title(text.report_year(layers))):
    chart_widget.show("projects-by-focus-area", layers, {})

layout.layer_downloads(("cities", "projects", "promises", "project_reports", "countries"))
