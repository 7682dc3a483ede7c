"""Country: one member state, how urban it is and what its member cities do."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import countryview, layout
from dashboard.data import catalogue
from dashboard.filters import names_of
from dashboard.headlines import report_year
from dashboard.session import PageSession
from geo.i18n import decimal, terms, tr
from geo.query import Filter
from geo.vocabulary import DEFINITIONS, NEWEST_REVISION, REVISIONS

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
        tr("Country"), list(names), list(names).index(code), format_func=names.__getitem__, key=key
    )
with right:
    key, initial = session.widget("revision", held.revision)
    revisions = list(DEFINITIONS)
    revision = st.selectbox(
        tr("Definition of urban"),
        revisions,
        revisions.index(initial),
        format_func=terms(DEFINITIONS).__getitem__,
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
    layout.section(tr("Urban share"), tr("Grey: the other member states."))
    st.altair_chart(
        countryview.share_series(layers, state, colours),
        theme=None,
        width="stretch",
        alt=tr(
            "Urban share of {country} by year beside the other member states.", country=names[iso3]
        ),
    )
    layout.source(f"{tr(REVISIONS[revision])}. {countryview.revision_note(layers, iso3)}")
with right:
    layout.section(tr("Growth of the urban population"))
    st.altair_chart(
        countryview.growth_series(layers, iso3, colours),
        theme=None,
        width="stretch",
        alt=tr("Growth of the urban population of {country} by year.", country=names[iso3]),
    )
    layout.source(f"{tr(REVISIONS[NEWEST_REVISION])}.")

layout.section(tr("Member cities"))
st.html(countryview.cities(layers, iso3))
layout.source(tr("ASCN Monitoring & Evaluation Report {year}.", year=report_year(layers)))

layout.section(
    tr("Urban agglomerations"),
    tr("Of {people} people or more in 2018, largest first.", people=decimal(300_000)),
)
st.html(countryview.agglomerations(layers, iso3))
layout.source(tr("UN, World Urbanization Prospects 2018. An agglomeration is not the city proper."))

body, source = countryview.national_body(layers, iso3)
layout.section(tr("Represented in the network by"))
st.html(f'<p class="said">{escape(body)}</p>')
layout.source(source)

layout.section(tr("Download"))
st.html(
    "".join(
        layout.download_links(name, Filter(countries=(iso3,)), label)
        for name, label in (
            ("country_years", tr("Indicators by year")),
            ("agglomerations", tr("Agglomerations")),
            ("cities", tr("Member cities")),
            ("projects", tr("Projects")),
            ("countries", tr("Boundary")),
        )
    )
)
layout.source(tr(layout.BOUNDARY_NOTE))
