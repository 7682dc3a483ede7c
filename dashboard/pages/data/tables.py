"""The layers of the Data page, and the description of one, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from dashboard import i18n
from dashboard.datasets.files import TABLE_KIND, file_url
from dashboard.markup.file_links import LAYERS, cite_link
from dashboard.markup.html import Cells, cell, link, page_link, small, table, tag
from dashboard.markup.urls import download_url
from dashboard.pages.data.state import CHOICES, COLUMNS_CSV, COLUMNS_JSON
from geo.export import formats_for
from geo.export.datapackage import ENDING as METADATA
from geo.i18n import decimal, tr
from geo.schema.declare import Layer

ARCHIVE_URL = "/download/all.zip"


def archive_link() -> Markup:
    """The link to all data in one file."""
    label = tr("All data in one file (ZIP)")
    note = tr("Maps as GeoPackage, tables as CSV, with a list of sources and licences.")
    archive = tag("a", label, href=ARCHIVE_URL, download=True, class_="strong")
    return tag("p", archive, tag("span", note), class_="ways")


def layer_files(layer: Layer, choice: str) -> tuple[str, str]:
    """Label and URL of what is chosen of a layer; CSV of a layer that has no such format."""
    if choice in (COLUMNS_CSV, COLUMNS_JSON):
        extension = choice.rpartition("-")[2]
        return tr(CHOICES[choice]), file_url(
            TABLE_KIND, "columns", extension, {"layer": layer.name}
        )
    extension = choice if choice == METADATA or choice in formats_for(layer) else "csv"
    return tr(CHOICES[extension]), download_url(layer.name, extension)


def layers_table(layers: Iterable[tuple[Layer, int]], choice: str) -> Markup:
    """All layers, with the link to one file of each.

    Parameters
    ----------
    layers
        Each with its number of rows.
    choice
        One of :data:`dashboard.pages.data.state.CHOICES`.
    """
    headings = (
        tr("Layer"),
        cell(tr("Rows"), scope="col", class_="number"),
        tr("Geometry"),
        tr("Download"),
    )
    return table(
        tr("Layers and tables"),
        headings,
        [_layer_row(layer, rows, choice) for layer, rows in layers],
        "layers",
    )


def _layer_row(layer: Layer, rows: int, choice: str) -> Cells:
    label, url = layer_files(layer, choice)
    title = tr(layer.title)
    described = link(f"{i18n.page_url('data', layer=layer.name)}#layer", title)
    return (
        tag("span", described, small(layer.name)),
        cell(decimal(rows), class_="number"),
        layer.geometry or tr("none"),
        (
            tag("a", label, href=url, download=True, aria_label=f"{title}, {label}"),
            " ",
            cite_link(LAYERS, layer.name, {}, title),
        ),
    )


def layer_description(layer: Layer, rows: int, info: Mapping[str, str]) -> Markup:
    """Description and sources of a layer."""
    facts = (
        (tr("Description"), tr(layer.description)),
        (tr("Rows"), decimal(rows)),
        (tr("Geometry"), f"{layer.geometry}, OGC:CRS84" if layer.geometry else tr("none")),
        (tr("Key"), ", ".join(layer.key)),
        (tr("Licence"), info["licence"]),
        (tr("Attribution"), info["attribution"]),
        (tr("Vintage"), info["vintage"]),
        (tr("Content hash"), info["content_hash"]),
    )
    return table(tr(layer.title), (), facts)


def layer_link(name: str) -> Markup:
    """A link to a layer on the Data page."""
    return tag("p", page_link("data", tr("Link to this layer"), layer=name), class_="ways")
