"""Description of a layer on the Data page as HTML."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from dashboard.markup.html import page_link, table, tag
from geo.i18n import decimal, tr
from geo.schema.declare import Layer


def layer_description(layer: Layer, rows: int, info: Mapping[str, str]) -> Markup:
    """Description and sources of a layer."""
    facts = (
        (tr("What it is"), tr(layer.description)),
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
