"""Overview: the network at a glance."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps import legends
from dashboard.maps import page_specs as mapviews
from dashboard.maps import registry as pagemaps
from dashboard.maps.deck import deck
from dashboard.markup import project_totals as totals
from dashboard.markup.breakpoints import NARROW, map_size
from dashboard.pages.overview import text as headlines
from dashboard.ui import chart_widget as chartview
from dashboard.ui import embed_snippet as embedding
from dashboard.ui import layout
from dashboard.ui import map_widget as mapview
from dashboard.ui.window import window_width
from geo.analysis.filter import Filter
from geo.i18n import ntr, tr
from geo.schema import LAYERS
from geo.vocabulary import NEWEST_REVISION

layers = catalogue()
colours = layout.colours()
width = window_width()

layout.heading(tr("ASEAN Smart Cities Network"), lambda: headlines.network(layers))
layout.no_parameters()
with layout.part():
    layout.figures(headlines.key_figures(layers))

left, right = layout.beside("map", [2.1, 1], NARROW)
with left, layout.part(tr(pagemaps.OVERVIEW)):
    year = headlines.share_years(layers)[-1]
    room, height = map_size(width, beside=False)
    shown = mapviews.overview(layers, (room, height))
    mapview.show(
        "overview",
        {},
        shown,
        deck(shown, colours),
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
    share = legends.share_legend(year, NEWEST_REVISION, colours)
    st.html(share.inline_html())
    embedding.map_note("overview", {}, tr(pagemaps.OVERVIEW))
    st.page_link("pages/explore/page.py", label=tr("Explore the cities on the map"))
with right:
    with layout.part():
        report = headlines.report_year(layers)
        layout.section(totals.listed_in(report))
        chartview.show("projects-by-focus-area", layers, {})
    with layout.part(headlines.changes_title(layers)):
        st.html(f'<p class="said">{escape(headlines.since_last_report(layers))}</p>')

layout.section(tr("Download"))
st.html(
    "".join(
        layout.download_links(name, Filter(), tr(LAYERS[name].title))
        for name in ("cities", "projects", "project_reports", "countries")
    )
)
