"""Overview page: the network at a glance."""

from __future__ import annotations

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps import legends, page_specs
from dashboard.maps import registry as map_registry
from dashboard.maps.deck import deck
from dashboard.markup import project_totals
from dashboard.markup.breakpoints import NARROW, map_size
from dashboard.markup.tables import paragraph
from dashboard.pages.overview import text
from dashboard.ui import chart_widget, embed_snippet, layout, map_widget
from dashboard.ui.html import render_html
from dashboard.ui.window import window_width
from geo.i18n import ntr, tr
from geo.vocabulary import NEWEST_REVISION

layers = catalogue()
colours = layout.colours()
width = window_width()

layout.heading(tr("ASEAN Smart Cities Network"), lambda: text.network_summary(layers))
layout.warn_parameters()
with layout.part():
    layout.figures(text.key_figures(layers))

left, right = layout.responsive_columns("map", [2.1, 1], NARROW)
with left, layout.part(tr(map_registry.OVERVIEW)):
    year = text.share_years(layers)[-1]
    map_width, height = map_size(width, sidebar=False)
    map_spec = page_specs.overview(layers, (map_width, height))
    map_widget.show(
        "overview",
        {},
        map_spec,
        deck(map_spec, colours),
        colours,
        alt=ntr(
            "Map of the member states by urban share in {year} and of the {n} member city. The "
            "Explore page lists the same as a table.",
            "Map of the member states by urban share in {year} and of the {n} member cities. The "
            "Explore page lists the same as a table.",
            len(layers["cities"]),
            year=year,
        ),
    )
    share = legends.share_legend(layers, year, NEWEST_REVISION, colours)
    render_html(share.inline_html())
    embed_snippet.map_note("overview", {}, tr(map_registry.OVERVIEW))
    st.page_link("pages/explore/page.py", label=tr("Explore the cities on the map"))
with right:
    with layout.part():
        report = text.report_year(layers)
        layout.section(project_totals.listed_in_title(report))
        chart_widget.show("projects-by-focus-area", layers, {})
    with layout.part(text.changes_title(layers)):
        render_html(paragraph(text.since_last_report(layers)))

layout.section(tr("Download"))
layout.layer_downloads(("cities", "projects", "project_reports", "countries"))
