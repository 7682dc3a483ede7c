"""Urbanisation: how the region and its cities grow, and what is done about it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import headlines, layout, maps, pressureview, urbanview
from dashboard.data import catalogue
from dashboard.maps import Map, deck, fit
from dashboard.session import PageSession
from dashboard.viewport import PHONE, map_size, panels, window_width
from geo.claims import check_claims
from geo.query import Filter
from geo.vocabulary import DEFINITIONS, REVISIONS

SECONDS_A_YEAR = 0.6

layers = catalogue()
share_years, years = headlines.share_years(layers), urbanview.all_years(layers)
colours = layout.colours()
width = window_width()
session = PageSession[urbanview.State](
    "urbanisation",
    read=lambda query: urbanview.read(query, years, share_years[-1]),
    write=lambda shown: urbanview.write(shown, share_years[-1]),
)
state = session.current()

title = st.container()
left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
with middle:
    key, chosen = session.widget("revision", state.revision)
    revision = st.selectbox(
        "Definition of urban",
        list(DEFINITIONS),
        list(DEFINITIONS).index(chosen),
        format_func=DEFINITIONS.__getitem__,
        key=key,
    )
with right:
    key, _ = session.widget("play", False)
    playing = st.toggle("Play the years", key=key)
state = replace(state, revision=revision)
with left:
    if not playing:
        key, year = session.widget("year", state.year)
        state = replace(state, year=st.select_slider("Year", years, year, key=key))
with title:
    layout.heading("Urbanisation", urbanview.headline(layers, state, share_years))
notice = st.container()


@st.fragment(run_every=SECONDS_A_YEAR if playing else None)
def map_of_the_year() -> None:
    """The map of one year; while playing, of the year after the last one shown."""
    now = state
    if playing:
        last = session.current().year
        now = replace(state, year=years[(years.index(last) + 1) % len(years)])
        session.change(now, redraw=False)
    room, height = map_size(width, beside=False)
    shown = Map(
        mode="years",
        view=fit(maps.REGION, room, height),
        version=layers.version,
        revision=now.revision,
        year=now.year,
    )
    left, right = st.columns([2.1, 1], gap="large")
    with left:
        st.pydeck_chart(
            deck(shown, colours),
            height=height,
            key="urbanisation_map",
            alt=f"Map of the member states by urban share and of the agglomerations of member "
            f"cities by size in {now.year}.",
        )
        for legend in urbanview.year_legends(layers, now, colours):
            st.html(legend.inline_html())
    with right:
        layout.section(urbanview.year_title(now.year), urbanview.year_sentence(layers, now))
        if now.year in share_years:
            layout.caption(f"Urban share, {now.year}, %")
            st.altair_chart(
                urbanview.country_ranking(layers, now, colours),
                theme=None,
                width="stretch",
                alt=f"Urban share of each member state in {now.year}, %.",
            )
        layout.caption(f"Largest member agglomerations, {now.year}, million people")
        st.altair_chart(
            urbanview.city_ranking(layers, now.year, colours),
            theme=None,
            width="stretch",
            alt=f"Population of the largest agglomerations of member cities in {now.year}.",
        )


map_of_the_year()
columns, panel = panels(width)
layout.source(layout.BOUNDARY_NOTE)

layout.section(
    "Urban share by country", f"{share_years[0]} to {share_years[-1]}, most urban first."
)
st.altair_chart(urbanview.country_panels(layers, state, colours, columns, panel), theme=None)
layout.source(f"{REVISIONS[revision]}. The other definition is never mixed in.")

layout.section(
    "The twelve largest member agglomerations",
    "Million people, 1950 to 2035; projections after 2018 are dashed.",
)
st.altair_chart(urbanview.city_panels(layers, colours, columns, panel), theme=None)
layout.source("UN, World Urbanization Prospects 2018; agglomerations, not cities proper.")

layout.section(
    "Pressure and action",
    "Growth of a city's agglomeration beside its projects; the lines stand at the medians.",
)
key, span = session.widget("span", state.span)
span = st.segmented_control(
    "Growth",
    list(pressureview.SPANS),
    default=span,
    format_func=pressureview.SPANS.__getitem__,
    required=True,
    key=key,
    label_visibility="collapsed",
)
state = replace(state, span=span)
left, right = st.columns([1.3, 1], gap="large")
with left:
    room = width - 60 if width <= PHONE else int(0.55 * (min(width, 1400) - 160))
    st.altair_chart(
        pressureview.pressure_chart(layers, state.span, colours, room), theme=None, width="stretch"
    )
with right:
    st.html(pressureview.quadrants(layers, state.span))
layout.source(
    "UN, World Urbanization Prospects 2018; ASCN Monitoring & Evaluation Report "
    f"{headlines.report_year(layers)}. A number of projects does not tell their size."
)

layout.section("Claims of the network's texts, checked", "In our own words.")
claims = layers["urbanisation_claims"]
documents = layers["documents"].set_index("document_id")["title"]
st.html(
    urbanview.claims_table(
        claims,
        check_claims(claims, layers["country_years"], layers["agglomerations"]),
        {str(name): str(text) for name, text in documents.items()},
    )
)
layout.source("Checked against the layers country_years and agglomerations of this dashboard.")
layout.section("Download")
st.html(
    "".join(
        layout.download_links(name, Filter(), label)
        for name, label in (
            ("country_years", "Countries by year"),
            ("city_years", "Agglomerations by year"),
            ("urbanisation_claims", "Claims"),
        )
    )
)
if not playing:
    session.keep(state)
with notice:
    layout.problems(session.problems(state))
