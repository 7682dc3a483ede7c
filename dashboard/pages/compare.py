"""Compare: two to six cities side by side."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, compared, headlines, layout, tables
from dashboard.data import catalogue
from dashboard.filters import names_of
from dashboard.state import MIN_COMPARED
from geo.action_plans import latest_projects
from geo.peers import peers
from geo.query import Filter

layers = catalogue()
cities = layers["cities"]
names = names_of(cities, "city_id")
colours = layout.colours()
report = headlines.report_year(layers)

title = st.container()
chosen, problems = compared.picker(names)
with title:
    layout.heading("Compare cities", headlines.comparison(chosen, layers))
layout.problems(problems)
if len(chosen) < MIN_COMPARED:
    st.info("Choose two to six cities here, or select them on the map of the Explore page.")
    st.stop()

rows = tables.records(cities.set_index("city_id").loc[list(chosen)].reset_index())
shown = {city_id: names[city_id] for city_id in chosen}

layout.section(
    "Surroundings", "Each map is 80 km across; grey dots are places of 500 people or more."
)
st.html(compared.city_maps(rows, colours))
layout.source(f"Boundaries: Natural Earth; places: GeoNames. {layout.BOUNDARY_NOTE}")

layout.section(
    "Figures",
    "Highest and lowest are marked; best and worst only where more or less of it is better.",
)
st.html(tables.comparison(rows, report))

left, right = st.columns(2, gap="large")
with left:
    layout.section(
        "Population of the agglomerations", "Measured to 2018, projected to 2035 (dashed)."
    )
    series = layers["city_years"]
    known = {city_id: name for city_id, name in shown.items() if city_id in set(series["city_id"])}
    if known:
        st.altair_chart(
            charts.population_series(series, known, colours), theme=None, width="stretch"
        )
    layout.source(compared.series_note(shown, known))
with right:
    layout.section(f"Projects by focus area, {report}")
    st.altair_chart(
        charts.projects_by_city(latest_projects(layers["projects"]), shown, colours),
        theme=None,
        width="stretch",
    )
    layout.source(f"ASCN Monitoring & Evaluation Report {report}.")

layout.section("Nearest peers", "Among all member cities, with what makes them alike.")
st.html(tables.peers_table({city_id: peers(cities, city_id) for city_id in chosen}, names))
layout.source(
    "Size: official population. Growth: agglomeration, 2000–2018, UN WUP 2018. Projects: shares of "
    f"the six focus areas, ASCN Monitoring & Evaluation Report {report}."
)

layout.section("Download these cities")
wanted = Filter(cities=chosen)
st.html(
    "".join(
        layout.download_links(name, wanted, label)
        for name, label in (
            ("cities", "Cities with all figures"),
            ("city_years", "Agglomeration population by year"),
            ("projects", "Projects"),
        )
    )
)
