"""How the data of a page are used outside it: with curl, in Python, in QGIS."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st

from dashboard.web.routes.downloads import METADATA, address
from geo.analysis.filter import Filter
from geo.i18n import tr
from geo.schema import DECLARED

Download = tuple[str, Filter, str]
"""Layer, filter and label of a download."""

_LOCAL = "http://localhost:8501"


def site(url: str | None) -> str:
    """Scheme and host of a page's address, as the reader's browser has them.

    >>> site("https://data.example.org/explore?country=IDN"), site(None)
    ('https://data.example.org', 'http://localhost:8501')
    """
    parts = urlsplit(url or _LOCAL)
    return f"{parts.scheme}://{parts.netloc}"


def curl(host: str, files: Sequence[Download]) -> str:
    """Commands that save each layer, and the record of the first, under names that tell them."""
    first, wanted, _ = files[0]
    wants = [address(layer, _extension(layer, "geojson"), asked) for layer, asked, _ in files]
    wants.append(address(first, METADATA, wanted))
    return "\n".join(f'curl -OJ "{host}{want}"' for want in wants)


def python(host: str, files: Sequence[Download]) -> str:
    """A script that reads each layer with GeoPandas, each table with pandas."""
    spatial = [bool(DECLARED[layer].geometry) for layer, _, _ in files]
    lines = ["import geopandas as gpd"] if any(spatial) else []
    lines += [] if all(spatial) else ["import pandas as pd"]
    lines.append("")
    for layer, wanted, _ in files:
        reader = "gpd.read_file" if DECLARED[layer].geometry else "pd.read_csv"
        want = address(layer, _extension(layer, "geojson"), wanted)
        lines.append(f'{layer} = {reader}("{host}{want}")')
    return "\n".join(lines)


def qgis(host: str, files: Sequence[Download]) -> str:
    """Addresses that QGIS opens; of FlatGeobuf it fetches only what its window shows."""
    return "\n".join(
        host + address(layer, _extension(layer, "fgb"), wanted) for layer, wanted, _ in files
    )


def _extension(layer: str, spatial: str) -> str:
    return spatial if DECLARED[layer].geometry else "csv"


def panel(files: Sequence[Download]) -> None:
    """The three ways for the rows on screen, folded.

    Code is in one colour: Streamlit's for its parts are too light to read (WCAG 2.2, 1.4.3).
    """
    host = site(st.context.url)
    with (
        st.container(key=f"elsewhere_{files[0][0]}"),
        st.expander(tr("Use this data elsewhere")),
    ):
        by_curl, by_python, by_qgis = st.tabs(["curl", "Python", "QGIS"])
        with by_curl:
            st.code(curl(host, files), language=None)
        with by_python:
            st.code(python(host, files), language=None)
        with by_qgis:
            st.markdown(
                tr(
                    "**Layer ▸ Add Layer ▸ Add Vector Layer…**, source type **Protocol: HTTP(S), "
                    "cloud, etc.**, and one of these addresses:"
                )
            )
            st.code(qgis(host, files), language=None)
            _live(host, files)


def _live(host: str, files: Sequence[Download]) -> None:
    """The live service, which has whole layers, for those on screen that are on a map."""
    layers = [layer for layer, _, _ in files if DECLARED[layer].geometry]
    if not layers:
        return
    st.markdown(
        tr(
            "Or as a live service, whole layers without this page's filter: **Layer ▸ Add Layer ▸ "
            "Add WFS / OGC API - Features Layer…**, **New**, with this address, then {layers}:",
            layers=", ".join(f"`{layer}`" for layer in dict.fromkeys(layers)),
        )
    )
    st.code(f"{host}/ogc", language=None)
