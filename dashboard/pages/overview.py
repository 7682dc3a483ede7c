"""Overview: what the network is today, in one screen."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, headlines, layout, legends, maps
from dashboard.data import catalogue
from dashboard.maps import Map, deck, fit
from dashboard.viewport import map_size, window_width
from geo.action_plans import latest_projects
from geo.vocabulary import NEWEST_REVISION

layers = catalogue()
colours = layout.colours()
width = window_width()
report, year = headlines.report_year(layers), headlines.share_years(layers)[-1]

layout.heading("ASEAN Smart Cities Network", headlines.network(layers))
layout.figures(headlines.key_figures(layers))

left, right = st.columns([2.1, 1], gap="large")
with left:
    layout.section("Where the cities are, and how urban their countries")
    room, height = map_size(width, beside=False)
    shown = Map(
        mode="share",
        view=fit(maps.REGION, room, height),
        version=layers.version,
        revision=NEWEST_REVISION,
        year=year,
    )
    st.pydeck_chart(
        deck(shown, colours),
        height=height,
        key="overview_map",
        alt=f"Map of the member states by urban share in {year} and of the "
        f"{len(layers['cities'])} member cities. The Explore page lists the same as a table.",
    )
    share = legends.share_legend(year, NEWEST_REVISION, colours)
    st.html(share.inline_html())
    layout.source(layout.BOUNDARY_NOTE)
    st.page_link("pages/explore.py", label="Explore the cities on the map")
with right:
    layout.section(f"Projects by focus area, {report}")
    listed = latest_projects(layers["projects"])
    st.altair_chart(
        charts.projects_by_focus_area(listed, colours),
        theme=None,
        width="stretch",
        alt="Number of projects by focus area and status.",
    )
    layout.source(f"ASCN Monitoring & Evaluation Report {report}; a project has one focus area.")
    layout.section("Since the report before")
    st.html(f'<p class="said">{headlines.since_last_report(layers)}</p>')
