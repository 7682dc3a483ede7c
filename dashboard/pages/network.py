"""Network: how the network works, who leads it, what binds it and who helps."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from dashboard import layout, maps, networkparts, networktables, networkview, networkyears
from dashboard.data import catalogue
from dashboard.maps import Map, fit
from dashboard.networkview import Network
from dashboard.session import PageSession
from dashboard.viewport import map_size, window_width
from geo.i18n import ntr, tr
from geo.network import network_years, state_in
from geo.query import Filter
from geo.schema import LAYERS
from geo.vocabulary import NEWEST_REVISION

DOWNLOADS = (
    *("framework", "documents", "declarations", "governance"),
    *("partners", "members", "not_found"),
)

layers = catalogue()
colours = layout.colours()
width = window_width()
cities = layers.geo("cities")
years = network_years(layers["governance"])

session = PageSession[Network](
    "network",
    read=lambda query: networkview.read(query, years, cities["city_id"]),
    write=lambda shown: shown.to_query(years[-1]),
)
state = session.current()

layout.heading(tr("Network"), networkview.headline(layers))
notice = st.container()
layout.figures(networkview.key_figures(layers))

left, right = st.columns([1, 2], gap="large")
with left:
    layout.section(tr("Year by year"))
    key, year = session.widget("year", state.year)
    state = replace(state, year=st.select_slider(tr("Year"), years, year, key=key))
    now = state_in(layers, state.year)
    st.html(f'<p class="said">{escape(networkyears.year_sentence(now))}</p>')
    st.html(networkyears.facts_html(layers, now))
with right:
    room, height = map_size(width, beside=False)
    new = cities[cities["city_id"].isin(networkyears.rings(now))]
    shown = Map(
        mode="share",
        view=fit(maps.REGION, room, height),
        version=layers.version,
        revision=NEWEST_REVISION,
        year=state.year,
        wanted=Filter(joined=(None, float(state.year))),
        selected=maps.rings(new, cities, "share"),
    )
    st.pydeck_chart(
        networkyears.deck(shown, now, colours),
        height=height,
        key="network_map",
        alt=ntr(
            "Map of the {n} member city of {year}, the Chair and the Shepherd; the facts beside it "
            "and the table below tell the same.",
            "Map of the {n} member cities of {year}, the Chair and the Shepherd; the facts beside "
            "it and the table below tell the same.",
            now.cities,
            year=state.year,
        ),
    )
    st.html(networkyears.legend(now, colours).inline_html())
    layout.source(tr(layout.BOUNDARY_NOTE))

layout.section(
    tr("{first} to {last}", first=years[0], last=years[-1]),
    tr("Who led, where the network met, what was adopted, who joined."),
)
st.html(networkyears.timeline_html(layers, state.year))
layout.source(
    tr(
        "Day of the Monitoring & Evaluation reports: that of their data. Sources stand with each "
        "year above and in the tables below."
    )
)

state = networkparts.choice(session, state)
state = networkparts.DRAWN[state.part](session, state, layers)

with st.expander(tr("Looked for in vain")):
    st.html(networktables.not_found_html(layers["not_found"]))

layout.section(tr("Download"), tr("Whole tables; each file states source and licence."))
titles = {name: tr(LAYERS[name].title) for name in DOWNLOADS}
st.html("".join(layout.download_links(name, Filter(), titles[name]) for name in DOWNLOADS))
session.keep(state)
with notice:
    layout.problems(session.problems(state))
