"""Code snippets to use the data of a page: curl, Python, QGIS."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from markupsafe import Markup

from dashboard.markup.html import tag
from dashboard.markup.urls import download_url
from geo.analysis.filter import Filter
from geo.export.datapackage import ENDING as METADATA
from geo.i18n import tr
from geo.schema import DECLARED

Download = tuple[str, Filter, str]
"""Layer, filter and label of a download."""


_LOCAL = "http://localhost:8501"


def origin(url: str | None) -> str:
    """Scheme and host of a page's URL, as in the user's browser.

    >>> origin("https://data.example.org/explore?country=IDN"), origin(None)
    ('https://data.example.org', 'http://localhost:8501')
    """
    parts = urlsplit(url or _LOCAL)
    return f"{parts.scheme}://{parts.netloc}"


def curl(host: str, files: Sequence[Download]) -> str:
    """Commands that download each layer, and the metadata of the first, with descriptive names."""
    first_layer, city_filter, _ = files[0]
    paths = [
        download_url(layer, _extension(layer, "geojson"), city_filter)
        for layer, city_filter, _ in files
    ]
    paths.append(download_url(first_layer, METADATA, city_filter))
    return "\n".join(f'curl -OJ "{host}{path}"' for path in paths)


def python(host: str, files: Sequence[Download]) -> str:
    """A script that reads each layer with GeoPandas, each table with pandas."""
    spatial = [bool(DECLARED[layer].geometry) for layer, _, _ in files]
    lines = ["import geopandas as gpd"] if any(spatial) else []
    lines += [] if all(spatial) else ["import pandas as pd"]
    lines.append("")
    for layer, city_filter, _ in files:
        reader = "gpd.read_file" if DECLARED[layer].geometry else "pd.read_csv"
        path = download_url(layer, _extension(layer, "geojson"), city_filter)
        lines.append(f'{layer} = {reader}("{host}{path}")')
    return "\n".join(lines)


def qgis(host: str, files: Sequence[Download]) -> str:
    """URLs that QGIS opens; of FlatGeobuf it fetches only the visible part."""
    return "\n".join(
        host + download_url(layer, _extension(layer, "fgb"), city_filter)
        for layer, city_filter, _ in files
    )


def _extension(layer: str, spatial: str) -> str:
    return spatial if DECLARED[layer].geometry else "csv"


def recipe(host: str, files: Sequence[Download]) -> Markup:
    """The snippets as HTML, folded; the panel of downloads shows them."""
    steps = tr(
        "Layer ▸ Add Layer ▸ Add Vector Layer…, source type “Protocol: HTTP(S), cloud, etc.”, "
        "and one of these addresses:"
    )
    return tag(
        "section",
        tag("h3", tr("Use this data elsewhere")),
        _folded("curl", tag("pre", curl(host, files))),
        _folded("Python", tag("pre", python(host, files))),
        _folded("QGIS", tag("p", steps), tag("pre", qgis(host, files)), *_live(host, files)),
        class_="recipe",
    )


def _folded(name: str, *content: Markup) -> Markup:
    return tag("details", tag("summary", name), *content)


def _live(host: str, files: Sequence[Download]) -> tuple[Markup, ...]:
    """The URL of the live service, which has complete layers, for layers with geometry."""
    layers = [layer for layer, _, _ in files if DECLARED[layer].geometry]
    if not layers:
        return ()
    steps = tr(
        "Or as a live service, whole layers without this page's filter: Layer ▸ Add Layer ▸ Add "
        "WFS / OGC API - Features Layer…, New, with this address, then {layers}:",
        layers=", ".join(dict.fromkeys(layers)),
    )
    return tag("p", steps), tag("pre", f"{host}/ogc")
