"""Your places: a reader's own file, joined to the network in the reader's own session."""

from __future__ import annotations

import streamlit as st

from dashboard import filters, layout, legends, ownfile, ownforms, ownparts, ownview, tables, words
from dashboard.data import catalogue, source_catalogue
from dashboard.viewport import map_size, window_width
from geo.enrich.checks import POLYGON
from geo.enrich.limits import PAGE
from geo.i18n import decimal, tr

layers = catalogue()
colours = layout.colours()
width = window_width()
layout.no_parameters()
title = st.container()
file = ownfile.upload()
with st.container(horizontal=True, vertical_alignment="center", key="own_ways"):
    if file is None:
        st.download_button(
            tr("A small file to start from (CSV)"),
            ownview.sample(source_catalogue()),
            "places.csv",
            "text/csv",
            on_click="ignore",
        )
    else:
        st.button(tr("Forget my file"), on_click=ownfile.forget)
    layout.source(
        tr(
            "Your file stays in the memory of this session on the server: it is not stored, not "
            "written to a log, and no one else sees it. It is gone when you forget it or leave."
        )
    )
if file is None:
    with title:
        layout.heading(
            tr("Your places"),
            tr(
                "Bring a file of points or polygons: each is joined to its member state, the "
                "nearest member city and the nearest urban agglomeration."
            ),
        )
    layout.source(
        tr(
            "Up to {mb} MB and {rows} rows. In a CSV the columns with longitude and latitude are "
            "found by their names, in any reference system with an EPSG code. Larger files: "
            "python -m geo enrich.",
            mb=decimal(PAGE.bytes // 1_048_576),
            rows=decimal(PAGE.rows),
        )
    )
    st.stop()

ownforms.reading(file)
if file.result is None:
    with title:
        layout.heading(tr("Your places"), tr("Your file could not be joined yet."))
        st.error(file.error)
    st.stop()

result = file.result
ownforms.offer_to_swap(file)
with title:
    layout.heading(tr("Your places"), ownview.summary(result.rows, result.faults, layers))
if len(result.rows):
    wanted = ownforms.filters(result, filters.names_of(layers["countries"], "iso3"))
    rows = ownview.kept(result.rows, wanted)
    left, right = st.columns([3, 1], gap="medium")
    room = map_size(width)
    drawn = ownview.drawn(rows)
    with left:
        st.pydeck_chart(
            ownview.deck(drawn, result.choice.name, layers, colours, room),
            height=room[1],
            alt=tr("Map of your places; the table below lists them."),
        )
        layout.source(tr(layout.BOUNDARY_NOTE))
    with right:
        polygons = result.layer.geometry == POLYGON
        st.html(ownview.legend(polygons, len(rows), len(drawn), colours).html())
        st.html(legends.cities_legend(colours).html())
    layout.section(
        tr("{n} of {total} places", n=decimal(len(rows)), total=decimal(len(result.rows))),
        tr("The table shows the first {n}; downloads have all.", n=decimal(ownview.TABLE_ROWS))
        if len(rows) > ownview.TABLE_ROWS
        else "",
    )
    st.dataframe(
        tables.lean(ownview.table(rows, result, layers)),
        hide_index=True,
        placeholder=words.no_data(),
        alt=tr("Your places with country, nearest member city and agglomeration."),
    )
    ownparts.downloads(file, rows)
    with st.expander(tr("What was added: every column with unit, year and source")):
        st.dataframe(tables.columns_table(result.layer), hide_index=True, height="content")
ownparts.faults(result.faults)
