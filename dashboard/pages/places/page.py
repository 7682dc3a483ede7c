"""Your places page: a user's file, joined to the network within the user's session."""

from __future__ import annotations

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps import notes
from dashboard.markup import numbers
from dashboard.markup.breakpoints import full_map_size
from dashboard.pages.places import controls, sections, text, upload
from dashboard.ui import dataframes, layout, map_widget
from dashboard.ui.html import render_html
from dashboard.ui.window import window_width
from geo.analysis.layer_rows import names
from geo.enrich.limits import MEGABYTE, PAGE
from geo.i18n import decimal, tr

layers = catalogue()
width = window_width()
layout.warn_parameters()
title = st.container()
file = upload.upload()
result = file.result if file else None
with st.container(horizontal=True, vertical_alignment="center", key="own_ways"):
    sections.file_actions(file)
    layout.source(
        tr(
            "Your file stays in this session's memory on the server: it is not stored or "
            "logged, and no one else sees it. It is deleted when you remove it or leave."
        )
    )

sections.file_formats()
if file is None:
    headline = text.invitation()
    layout.section(
        tr("What is added to each place"),
        tr(
            "Up to {mb} MB and {rows} rows, in any reference system with an EPSG code. Larger "
            "files: python -m geo enrich.",
            mb=decimal(PAGE.bytes // MEGABYTE),
            rows=decimal(PAGE.rows),
        ),
    )
    render_html(text.added_columns_html(layers))
elif result is None:
    headline = tr("Your file could not be matched yet.")
    st.error(file.error)
    if file.was_busy:
        st.button(tr("Read again"), on_click=upload.read_again)
    controls.reading_controls(file)
else:
    headline = text.summary(result.rows, result.faults, layers)
    controls.reading_controls(file)
    controls.offer_to_swap(file)
with title:
    layout.heading(tr("Your places"), headline)

if file and result and len(result.rows):
    place_filter = controls.filter_controls(result, names(layers, "countries"))
    rows = text.filter_places(result.rows, place_filter)
    map_widget.draw("places", text.own_map(rows, result, layers, full_map_size(width)), tall=True)
    layout.source(notes.map_note())
    layout.section(
        tr("{n} of {total} places", n=decimal(len(rows)), total=decimal(len(result.rows))),
        tr("The table shows the first {n}; downloads include all.", n=decimal(text.TABLE_ROWS))
        if len(rows) > text.TABLE_ROWS
        else "",
    )
    st.dataframe(
        dataframes.to_arrow(text.table(rows, result, layers)),
        hide_index=True,
        column_config=sections.table_config(),
        placeholder=numbers.no_data(),
        alt=tr("Your places, with country, nearest member city and nearest agglomeration."),
    )
    layout.source(text.sources(result))
    sections.downloads(file, rows)
    with st.expander(tr("What was added: all columns, with unit, year and source")):
        st.dataframe(text.columns_table(result.layer), hide_index=True, height="content")
if result:
    sections.faults(result.faults)
