"""Country: one member state, how urban it is and what its member cities do."""

from __future__ import annotations

import streamlit as st

from dashboard import countryview, layout
from dashboard.data import catalogue
from dashboard.filters import names_of
from dashboard.headlines import report_year
from dashboard.session import PageSession
from geo.query import Filter
from geo.vocabulary import DEFINITIONS, REVISIONS

layers = catalogue()
names = names_of(layers["countries"], "iso3")
colours = layout.colours()

session = PageSession[countryview.State](
    "country",
    read=lambda query: countryview.read(query, list(names)),
    write=countryview.write,
)
held = session.current()
title = st.container()
left, right, _ = st.columns([1, 1, 1])
with left:
    key, code = session.widget("country", held.iso3)
    iso3 = st.selectbox(
        "Country", list(names), list(names).index(code), format_func=names.__getitem__, key=key
    )
with right:
    key, initial = session.widget("revision", held.revision)
    revisions = list(DEFINITIONS)
    revision = st.selectbox(
        "Definition of urban",
        revisions,
        revisions.index(initial),
        format_func=DEFINITIONS.__getitem__,
        key=key,
    )
state = countryview.State(iso3, revision)
session.keep(state)
with title:
    layout.heading(names[iso3], countryview.headline(layers, state))
layout.problems(session.problems(state))
layout.figures(countryview.key_figures(layers, state))

left, right = st.columns(2, gap="large")
with left:
    layout.section("Urban share", "Grey: the other member states.")
    st.altair_chart(
        countryview.share_series(layers, state, colours),
        theme=None,
        width="stretch",
        alt=f"Urban share of {names[iso3]} by year beside the other member states.",
    )
    layout.source(f"{REVISIONS[revision]}. {countryview.revision_note(layers, iso3)}")
with right:
    layout.section("Growth of the urban population")
    st.altair_chart(
        countryview.growth_series(layers, iso3, colours),
        theme=None,
        width="stretch",
        alt=f"Growth of the urban population of {names[iso3]} by year.",
    )
    layout.source(f"{REVISIONS['wdi-2026-03']}.")

layout.section("Member cities")
st.html(countryview.cities(layers, iso3))
layout.source(f"ASCN Monitoring & Evaluation Report {report_year(layers)}.")

layout.section("Urban agglomerations", "Of 300,000 people or more in 2018, largest first.")
st.html(countryview.agglomerations(layers, iso3))
layout.source("UN, World Urbanization Prospects 2018; an agglomeration is not the city proper.")

body, source = countryview.national_body(layers, iso3)
layout.section("Represented in the network by")
st.html(f'<p class="said">{body}</p>')
layout.source(source)

layout.section("Download")
st.html(
    "".join(
        layout.download_links(name, Filter(countries=(iso3,)), label)
        for name, label in (
            ("country_years", "Indicators by year"),
            ("agglomerations", "Agglomerations"),
            ("cities", "Member cities"),
            ("projects", "Projects"),
            ("countries", "Boundary"),
        )
    )
)
layout.source(layout.BOUNDARY_NOTE)
