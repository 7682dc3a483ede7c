"""City: one member city with its plan, its projects and its surroundings."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, cityhistory, cityview, layout, plans, tables, words
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
    "city",
    read=lambda query: cityview.read(query, list(names)),
    write=lambda city_id: {"city": city_id},
)
title = st.container()
with st.container(key="city_controls"):
    key, initial = session.widget("city", session.current())
    city_id = st.selectbox(
        tr("City"), list(names), list(names).index(initial), format_func=names.__getitem__, key=key
    )
session.keep(city_id)
layout.problems(session.problems(city_id))

about = dossier(layers, city_id)
found = peers(layers["cities"], city_id)
alike = cityview.nearest(found)
reports, plan = plans.reports_source(about.report_years), plans.plans_source()
with title:
    layout.heading(str(about.city["name"]), cityview.headline(about))
    st.html(cityview.links(about, alike, names, briefings.address(city_id)))

left, right = st.columns([1, 2.4], gap="large")
with left:
    st.html(cityview.city_map(about, colours))
    layout.source(tr(layout.BOUNDARY_NOTE))
with right:
    layout.figures(cityview.key_figures(about))
    layout.source(cityview.population_source(about))

left, right = st.columns(2, gap="large")
with left:
    layout.section(*cityview.series_heading(about))
    if len(about.series):
        shown, series = cityview.series_name(about), about.series.assign(city_id=city_id)
        st.altair_chart(
            charts.population_series(series, {city_id: shown}, colours),
            theme=None,
            width="stretch",
            alt=tr("Population of the agglomeration of {city} by year, 1950 to 2035.", city=shown),
        )
    else:
        st.html(cityview.paragraph(words.no_data()))
    layout.source(cityview.series_source(about))
with right:
    layout.section(tr("Projects by focus area"), tr("Every reported project, by its state today."))
    if len(about.projects):
        st.altair_chart(
            charts.projects_by_focus_area(about.projects, colours),
            theme=None,
            width="stretch",
            alt=tr("Number of projects by focus area and state; the table below lists them."),
        )
    else:
        st.html(cityview.paragraph(tr("No report lists a project of this city.")))
    layout.source(tr("{reports}; the state is that of the latest report.", reports=reports))

layout.section(tr("The plan of 2018"))
st.html(cityhistory.plan(about))
if len(about.targets):
    layout.section(tr("What the plan aims at"), tr("Strategic targets, in our own words."))
    st.html(cityhistory.targets(about))
    layout.source(tr("{plans}; pages of that document.", plans=plan))
if len(about.priorities):
    layout.section(tr("Priority projects of 2018, and what became of them"))
    st.html(cityhistory.priorities(about, colours))
    layout.source(f"{plan}; {reports}.")

if len(about.projects):
    layout.section(
        tr("Projects by report"), tr("The reports of 2022 and 2023 do not tell a state.")
    )
    st.html(cityhistory.states_by_report(about, colours))
    layout.source(
        tr("{source}; a project that left them unfinished is “no longer reported”.", source=reports)
    )
    layout.section(tr("What the reports tell of the projects"))
    st.html(cityhistory.histories(about, colours))
    layout.source(cityhistory.histories_source(about, reports))

layout.section(tr("Partners"))
st.html(cityhistory.partners(about))
layout.source(
    tr("{reports}; public pages as linked. Amounts as the source states them.", reports=reports)
)

layout.section(tr("Nearest peers"), tr("Among all member cities, with what makes them alike."))
st.html(tables.peers_table({city_id: found}, names) + cityview.city_links(alike, names))
layout.source(tables.peers_note(about.report_years[-1]))

left, right = st.columns(2, gap="large")
with left:
    layout.section(tr("Nearby places"), tr("The ten nearest of 500 people or more."))
    st.html(cityhistory.nearby(about, names_of(layers["countries"], "iso3")))
    attribution = layers.info("places")["attribution"]
    layout.source(tr("{source}; straight-line distance.", source=attribution))
with right, st.container(key="city_downloads"):
    layout.section(tr("Download"))
    st.html(cityview.downloads(about))
