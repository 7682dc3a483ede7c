"""Data: every layer with its description, columns, licence, vintage and download."""

from __future__ import annotations

import streamlit as st

from dashboard import layout, tables
from dashboard.data import catalogue
from geo.errors import GeoError
from geo.query import Filter
from geo.schema import LAYERS

layers = catalogue()
layout.heading(
    "Data",
    f"{len(LAYERS)} layers and tables stand behind every page. Each can be downloaded whole, with "
    "its sources and licence inside.",
)
for name, layer in LAYERS.items():
    with st.expander(f"{layer.title} ({name})", expanded=name == "cities"):
        try:
            frame, info = layers[name], layers.info(name)
        except GeoError as error:
            st.error(str(error))
            continue
        st.html(tables.description(layer, len(frame), info))
        st.html(layout.download_links(name, Filter(), "Download"))
        st.dataframe(
            tables.columns_table(layer),
            hide_index=True,
            height="content",
            column_config={"Meaning": st.column_config.TextColumn(width="large")},
        )
layout.section("In scripts", "Addresses take the same filter as the pages' own.")
st.code(tables.SCRIPT_EXAMPLE, language="python")
layout.source(layout.BOUNDARY_NOTE)
