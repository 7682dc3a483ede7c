"""City: one member city with its plan, its projects and its surroundings."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, cityhistory, cityview, layout, tables, words
from dashboard.data import catalogue
from dashboard.filters import names_of
from dashboard.routes import briefings
from dashboard.session import PageSession
from geo.dossier import dossier
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
        "City", list(names), list(names).index(initial), format_func=names.__getitem__, key=key
    )
session.keep(city_id)
layout.problems(session.problems(city_id))

about = dossier(layers, city_id)
found = peers(layers["cities"], city_id)
alike = cityview.nearest(found)
reports = f"ASCN Monitoring & Evaluation Reports {about.report_years[0]}–{about.report_years[-1]}"
with title:
    layout.heading(str(about.city["name"]), cityview.headline(about))
    st.html(cityview.links(about, alike, names, briefings.address(city_id)))

left, right = st.columns([1, 2.4], gap="large")
with left:
    st.html(cityview.city_map(about, colours))
    layout.source(layout.BOUNDARY_NOTE)
with right:
    layout.figures(cityview.key_figures(about))
    layout.source(cityview.population_source(about))

left, right = st.columns(2, gap="large")
with left:
    layout.section(*cityview.series_heading(about))
    if len(about.series):
        shown = cityview.series_name(about)
        st.altair_chart(
            charts.population_series(
                about.series.assign(city_id=city_id), {city_id: shown}, colours
            ),
            theme=None,
            width="stretch",
            alt=f"Population of the agglomeration of {shown} by year, 1950 to 2035.",
        )
        layout.source(
            f"UN, World Urbanization Prospects 2018. {cityview.agglomeration_note(about)}"
        )
    else:
        st.html(f'<p class="said">{words.NO_DATA}</p>')
        layout.source(f"{cityview.no_series(about)}.")
with right:
    layout.section("Projects by focus area", "Every project of the reports, by its state today.")
    if len(about.projects):
        st.altair_chart(
            charts.projects_by_focus_area(about.projects, colours),
            theme=None,
            width="stretch",
            alt="Number of projects by focus area and state; the table below lists them.",
        )
    else:
        st.html('<p class="said">No report lists a project of this city.</p>')
    layout.source(f"{reports}; the state is that of the latest report.")

layout.section("The plan of 2018")
st.html(cityview.plan(about))
if len(about.targets):
    layout.section("What the plan aims at", "Strategic targets, in our own words.")
    st.html(cityview.targets(about))
    layout.source("ASCN, Smart City Action Plans (as of 8 July 2018); pages of that document.")
if len(about.priorities):
    layout.section("Priority projects of 2018, and what became of them")
    st.html(cityhistory.priorities(about, colours))
    layout.source(f"ASCN, Smart City Action Plans (as of 8 July 2018); {reports}.")

if len(about.projects):
    layout.section("Projects by report", "The reports of 2022 and 2023 do not tell a state.")
    st.html(cityhistory.states_by_report(about, colours))
    layout.source(f"{reports}; a project that left them unfinished is “no longer reported”.")
    layout.section("What the reports tell of the projects")
    st.html(cityhistory.histories(about, colours))
    layout.source(f"{cityhistory.undescribed(about)} In our own words, from the {reports}.")

layout.section("Partners")
st.html(cityhistory.partners(about))
layout.source(f"{reports}; public pages as linked. Amounts as the source states them.")

layout.section("Nearest peers", "Among all member cities, with what makes them alike.")
st.html(tables.peers_table({city_id: found}, names) + cityview.city_links(alike, names))
layout.source(
    "Size: official population. Growth: agglomeration, 2000–2018, UN WUP 2018. Projects: shares of "
    f"the six focus areas, ASCN Monitoring & Evaluation Report {about.report_years[-1]}."
)

left, right = st.columns(2, gap="large")
with left:
    layout.section("Nearby places", "The ten nearest of 500 people or more.")
    countries = dict(zip(layers["countries"]["iso3"], layers["countries"]["name"], strict=True))
    st.html(cityhistory.nearby(about, countries))
    layout.source(f"{layers.info('places')['attribution']}; straight-line distance.")
with right, st.container(key="city_downloads"):
    layout.section("Download")
    st.html(cityview.downloads(about))
