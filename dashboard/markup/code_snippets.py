"""How the data of a page are used elsewhere: curl, Python, QGIS."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from dashboard.markup.urls import download_url
from geo.analysis.filter import Filter
from geo.export.datapackage import ENDING as METADATA
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
    wants = [download_url(layer, _extension(layer, "geojson"), asked) for layer, asked, _ in files]
    wants.append(download_url(first, METADATA, wanted))
    return "\n".join(f'curl -OJ "{host}{want}"' for want in wants)


def python(host: str, files: Sequence[Download]) -> str:
    """A script that reads each layer with GeoPandas, each table with pandas."""
    spatial = [bool(DECLARED[layer].geometry) for layer, _, _ in files]
    lines = ["import geopandas as gpd"] if any(spatial) else []
    lines += [] if all(spatial) else ["import pandas as pd"]
    lines.append("")
    for layer, wanted, _ in files:
        reader = "gpd.read_file" if DECLARED[layer].geometry else "pd.read_csv"
        want = download_url(layer, _extension(layer, "geojson"), wanted)
        lines.append(f'{layer} = {reader}("{host}{want}")')
    return "\n".join(lines)


def qgis(host: str, files: Sequence[Download]) -> str:
    """Addresses that QGIS opens; of FlatGeobuf it fetches only what its window shows."""
    return "\n".join(
        host + download_url(layer, _extension(layer, "fgb"), wanted) for layer, wanted, _ in files
    )


def _extension(layer: str, spatial: str) -> str:
    return spatial if DECLARED[layer].geometry else "csv"
