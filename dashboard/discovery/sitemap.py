"""The site map: pages, cities, countries and layers in every language (sitemaps.org, with the
alternates of Google's extension)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from xml.etree import ElementTree as ET

from dashboard.discovery.addresses import page_path
from dashboard.discovery.head import with_language
from dashboard.navigation import PAGES
from geo.errors import LayerError
from geo.layers.catalogue import Catalogue

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


def paths(layers: Catalogue) -> Iterator[str]:
    """URL path of each page, and of the pages about each city, country and layer."""
    for page in PAGES:
        yield page_path(page, {})
    try:
        for city_id in layers["cities"]["city_id"]:
            yield page_path("city", {"city": city_id})
        for iso3 in layers["countries"]["iso3"]:
            yield page_path("country", {"country": iso3})
    except LayerError:
        pass  # reported on the pages
    for name in layers.layers:
        if path := page_path("data", {"layer": name}):
            yield path


def sitemap(layers: Catalogue, site: str, codes: Collection[str], modified: str) -> bytes:
    """The site map as XML.

    Parameters
    ----------
    site
        URL of the dashboard.
    codes
        Languages.
    modified
        ISO 8601 date of the data; empty if unknown.
    """
    ET.register_namespace("", _SITEMAP)
    ET.register_namespace("xhtml", _XHTML)
    root = ET.Element(f"{{{_SITEMAP}}}urlset")
    for path in dict.fromkeys(paths(layers)):
        for code in codes:
            url = ET.SubElement(root, f"{{{_SITEMAP}}}url")
            ET.SubElement(url, f"{{{_SITEMAP}}}loc").text = site + with_language(path, code)
            if modified:
                ET.SubElement(url, f"{{{_SITEMAP}}}lastmod").text = modified
            for other in (*codes, ""):
                attributes = {
                    "rel": "alternate",
                    "hreflang": other or "x-default",
                    "href": site + with_language(path, other),
                }
                ET.SubElement(url, f"{{{_XHTML}}}link", attributes)
    return _document(root)


def _document(root: ET.Element) -> bytes:
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"
