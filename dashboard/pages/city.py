"""City: one member city with its plan, its projects and its surroundings."""

from __future__ import annotations

import streamlit as st

from dashboard import chartview, cityhistory, cityparts, cityview, layout, picker, plans, tables
from dashboard.data import catalogue
from dashboard.filters import names_of
from dashboard.routes import briefings
from dashboard.session import PageSession
from geo.dossier import dossier
from geo.i18n import tr
from geo.peers import peers

layers = catalogue()
names = names_of(layers["cities"], "city_id")
colours = layout.colours()

session = PageSession[str](
    "city", read=lambda query: cityview.read(query, list(names)), write=cityview.write
)
title = st.container()
with st.container(key="city_controls"):
    city_id = picker.one(
        session, "city", tr("City"), names, session.current(), tr("choose a city"), lambda it: it
    )
session.keep(city_id)
layout.problems(session.problems(city_id))
if not city_id:
    with title:
        layout.heading(tr("City"), cityview.none_chosen(len(names)))
else:
    about, asked = dossier(layers, city_id), {"city": city_id}
    found = peers(layers["cities"], city_id)
    alike = cityview.nearest(found)
    reports, plan = plans.reports_source(about.report_years), plans.plans_source()
    with title:
        layout.heading(str(about.city["name"]), cityview.headline(about))
        st.html(cityparts.links(about, alike, names, briefings.address(city_id)))

    left, right = st.columns([1, 2.4], gap="large")
    with left:
        st.html(cityparts.city_map(about, colours))
        layout.source(tr(layout.BOUNDARY_NOTE))
    with right:
        layout.figures(cityview.key_figures(about))
        layout.source(cityview.population_source(about))

    left, right = st.columns(2, gap="large")
    with left:
        layout.section(*cityview.series_heading(about))
        chartview.show("population", layers, asked, nothing=cityview.series_source(about))
    with right:
        layout.section(
            tr("Projects by focus area"), tr("Every reported project, by its state today.")
        )
        chartview.show(
            "projects-by-focus-area",
            layers,
            {**asked, "reports": "all"},
            nothing=tr("No report lists a project of this city."),
            note=tr("The state is that of the latest report."),
        )

    layout.section(tr("The plan of 2018"))
    st.html(cityhistory.plan(about))
    if len(about.targets):
        layout.section(tr("What the plan aims at"), tr("Strategic targets, in our own words."))
        st.html(cityhistory.targets(about))
        said = tr("{plans}; pages of that document.", plans=plan)
        chartview.table_source(said, "targets", asked)
    if len(about.priorities):
        layout.section(tr("Priority projects of 2018, and what became of them"))
        st.html(cityhistory.priorities(about, colours))
        chartview.table_source(f"{plan}; {reports}.", "priority-projects", asked)

    if len(about.projects):
        layout.section(
            tr("Projects by report"),
            f"{tr('A name opens the history of the project.')} "
            f"{tr('The reports of 2022 and 2023 do not tell a state.')}",
        )
        st.html(cityhistory.states_by_report(about, colours))
        said = tr(
            "{source}; a project that left them unfinished is “no longer reported”.", source=reports
        )
        chartview.table_source(said, "project-reports", asked)
        layout.section(
            tr("What the reports tell of the projects"),
            tr("The newest report that describes each; earlier ones unfold."),
        )
        st.html(cityhistory.histories(about, colours))
        layout.source(cityhistory.histories_source(about, reports))

    layout.section(tr("Partners"))
    st.html(cityhistory.partners(about))
    said = tr(
        "{reports}; public pages as linked. Amounts as the source states them.", reports=reports
    )
    chartview.table_source(said, "partnerships", asked)

    layout.section(tr("Nearest peers"), tr("Among all member cities, with what makes them alike."))
    st.html(tables.peers_table({city_id: found}, names) + cityparts.city_links(alike, names))
    chartview.table_source(tables.peers_note(about.report_years[-1]), "peers", asked)

    left, right = st.columns(2, gap="large")
    with left:
        layout.section(tr("Nearby places"), tr("The ten nearest of 500 people or more."))
        st.html(cityhistory.nearby(about, names_of(layers["countries"], "iso3")))
        attribution = layers.info("places")["attribution"]
        said = tr("{source}; straight-line distance.", source=attribution)
        chartview.table_source(said, "nearby-places", asked)
    with right, st.container(key="city_downloads"):
        layout.section(tr("Download"))
        layout.downloads(cityparts.downloads(about))
