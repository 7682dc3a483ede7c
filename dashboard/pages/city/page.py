"""City: one member city with its plan, its projects and its surroundings."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps import legends
from dashboard.markup import citations, urls
from dashboard.markup import project_totals as totals
from dashboard.markup.breakpoints import WITH_SIDEBAR
from dashboard.pages.city import markup as cityparts
from dashboard.pages.city import official_figures as cityfigures
from dashboard.pages.city import sections as citysections
from dashboard.pages.city import tables as cityhistory
from dashboard.pages.city import text as cityview
from dashboard.pages.compare import tables as comparison
from dashboard.pages.data import place_coverage as placecoverage
from dashboard.pages.explore.controls import names_of
from dashboard.pages.plans import text as plans
from dashboard.ui import chart_widget as chartview
from dashboard.ui import layout, picker
from dashboard.ui import un_revision_control as wupcontrol
from dashboard.ui.page_session import PageSession
from geo.analysis.city_profile import dossier
from geo.analysis.peers import peers_of
from geo.i18n import tr

layers = catalogue()
names = names_of(layers["cities"], "city_id")
colours = layout.colours()

session = PageSession[cityview.State](
    "city", read=lambda query: cityview.read(query, list(names)), write=cityview.write
)
held = session.current()
title = st.container()
with st.container(key="city_controls"):
    left, right = st.columns([1, 1.4], vertical_alignment="bottom")
    with left:
        city_id = picker.one(
            session,
            "city",
            tr("City"),
            names,
            held.city_id,
            tr("choose a city"),
            lambda city: replace(held, city_id=city),
        )
    with right:
        revision = wupcontrol.choose(session, held.wup)
state = cityview.State(city_id, revision)
session.keep(state)
layout.problems(session.problems(state))
if not city_id:
    with title:
        layout.heading(tr("City"), cityview.none_chosen(len(names)))
else:
    about, asked = dossier(layers, city_id), {"city": city_id}
    found = peers_of(city_id, layers)
    alike = cityview.nearest(found)
    reports = plans.reports_source(about.report_years)
    with title:
        layout.heading(str(about.city["name"]), lambda: cityview.headline(about))
        st.html(cityparts.links(about, alike, names, urls.briefing_url(city_id)))

    left, right = st.columns([1, 2.4], gap="large")
    with left, layout.part():
        st.html(cityparts.city_map(about, colours))
        layout.source(tr(legends.BOUNDARY_NOTE))
    with right:
        layout.figures(cityview.key_figures(about, revision))
        citysections.un_city(about, revision)
        layout.source(cityview.population_source(about, revision))
        if said := cityfigures.remarks(about):
            st.html(said)
        with layout.part():
            citysections.other_figures(about)

    left, right = st.columns(2, gap="large")
    with left, layout.part():
        citysections.population(about, revision, layers)
    every = tr("Every reported project, by its status today.")
    with right, layout.part(totals.ever_listed(about.report_years, about.city["name"]), every):
        chartview.show(
            "projects-by-focus-area",
            layers,
            {**asked, "reports": "all"},
            nothing=tr("No report lists a project of this city."),
            note=tr("The status is that of the latest report."),
        )

    citysections.plan(about, colours)
    if len(about.projects):
        citysections.projects(about, colours)

    with layout.part(tr("Partners")):
        st.html(cityhistory.partners(about))
        said = tr(
            "{reports}; public pages as linked. Amounts as the source states them. {pages}",
            reports=reports,
            pages=citations.pages_note(),
        )
        chartview.table_source(said, "partnerships", asked)

    layout.section(tr("Nearest peers"), tr("Among all member cities, with what makes them alike."))
    st.html(comparison.peers_table({city_id: found}, names) + cityparts.city_links(alike, names))
    chartview.table_source(comparison.peers_note(about.report_years[-1]), "peers", asked)

    left, right = layout.beside("nearby", [1, 1], WITH_SIDEBAR)
    with (
        left,
        layout.part(
            tr("Nearby places"),
            tr("The ten nearest for which GeoNames gives a population of 500 or more."),
        ),
    ):
        st.html(cityhistory.nearby(about, names_of(layers["countries"], "iso3")))
        attribution = layers.info("places")["attribution"]
        said = tr("{source}; straight-line distance.", source=attribution)
        said = f"{said} {placecoverage.note(layers, str(about.city['iso3']))}"
        chartview.table_source(said, "nearby-places", asked)
    with right, st.container(key="city_downloads"):
        layout.section(tr("Download"))
        layout.downloads(cityparts.downloads(about))
