"""Compare page: two to six cities side by side."""

from __future__ import annotations

import streamlit as st

from dashboard.data import un_revision
from dashboard.data.current import catalogue
from dashboard.maps import notes
from dashboard.markup import tables
from dashboard.pages.city import projections
from dashboard.pages.compare import controls, outcomes, sections, suggestions, text
from dashboard.pages.compare import tables as compare_tables
from dashboard.pages.compare.state import MIN_COMPARED, compare_codec
from dashboard.pages.overview import text as overview_text
from dashboard.ui import chart_widget, layout
from dashboard.ui.html import render_html
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import names
from geo.i18n import tr

layers = catalogue()
cities = layers["cities"]
city_names = names(layers, "cities")
colours = layout.colours()
report = overview_text.report_year(layers)

title = st.container()
state, problems = controls.picker(city_names)
chosen = state.cities
with title:
    layout.heading(
        tr("Compare cities"), lambda: overview_text.comparison_summary(chosen, layers, state.wup)
    )
layout.warn_problems(problems)
if len(chosen) < MIN_COMPARED:
    st.info(tr("Choose two to six cities here, or select them on the map on the Explore page."))
    with layout.part(tr("Worth comparing")):
        render_html(suggestions.suggestions_html(layers))
else:
    rows = tables.records(cities.set_index("city_id").loc[list(chosen)].reset_index())
    params = {"city": ",".join(chosen)}
    with title:
        layout.briefings("compare", query=params)
    layout.index()

    with layout.part(
        tr("Surroundings"),
        tr(
            "Each map is 80 km across. Red: areas of the cities, dashed where the boundary is "
            "inexact. Grey dots: places with a population of 500 or more in GeoNames."
        ),
        "surroundings",
        tr("Maps"),
    ):
        render_html(text.city_maps(rows, colours))
        layout.source(f"{text.map_sources(layers, chosen)} {tr(notes.BOUNDARY_NOTE)}")

    with layout.part(
        tr("True size"),
        tr(
            "All territories at the same scale. A dashed outline is not the city's own "
            "boundary, so it has no figures."
        ),
        "true-size",
        tr("True size"),
    ):
        state = sections.true_size(state, city_names, layers)

    with layout.part(
        tr("Figures"),
        tr(
            "The highest and lowest values are marked. Ranks are among all member cities, "
            "highest figure first."
        ),
        "figures",
        tr("Figures"),
    ):
        measures = outcomes.all_measures(layers, report, state.wup)
        render_html(compare_tables.table(rows, measures, tables.records(cities)))
        query = compare_codec(chosen).to_query(state)
        chart_widget.table_source(text.figure_sources(rows), "comparison", query)

    left, right = st.columns(2, gap="large")
    with left, layout.part(*text.series_heading(state.wup), "growth", tr("Growth")):
        if state.wup == un_revision.NEWEST:
            none = tr("None of these cities is a UN city of 2025.")
            chart_widget.show("un-city-population", layers, params, nothing=none)
        else:
            none = tr("No UN series for these cities.")
            chart_widget.show("population", layers, params, nothing=none)
    heading = tr("Projects listed in {year}, by city and focus area", year=report)
    with right, layout.part(heading, anchor="projects", short=tr("Projects")):
        chart_widget.show("projects-by-city", layers, params)

    with layout.part():
        layout.section(
            tr("How sure are the projections?"),
            projections.sentences(layers, rows),
            "projections",
            tr("Projections"),
        )
        render_html(projections.revisions_table(layers, chosen))
        chart_widget.table_source(projections.note(), "projections", params)

    with layout.part(
        tr("Most similar member cities"),
        tr("From all member cities, with what they have in common."),
        "peers",
        tr("Similar cities"),
    ):
        state = sections.nearest_peers(state, city_names, layers)

    city_filter = Filter(cities=chosen)
    layout.downloads(
        [
            ("cities", city_filter, tr("Cities with all figures")),
            ("city_areas", city_filter, tr("Territories and their boundaries")),
            ("wup2025_cities", city_filter, tr("UN cities of 2025")),
            ("wup2025_city_years", city_filter, tr("UN cities by year")),
            ("city_years", city_filter, tr("Agglomeration population by year")),
            ("city_indicators", city_filter, tr("Outcomes")),
            ("projects", city_filter, tr("Projects listed in any report")),
        ]
    )
