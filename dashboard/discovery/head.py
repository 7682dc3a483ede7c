"""What the head of an address' HTML says of it: title, description, languages, preview."""

from __future__ import annotations

from collections.abc import Collection

import orjson
from babel.core import get_global
from markupsafe import Markup

from dashboard.discovery import dcat
from dashboard.discovery.addresses import API_PATH, CATALOGUE_PATH, FEED_PATH
from dashboard.discovery.preview import Preview
from dashboard.i18n import PARAMETER
from dashboard.markup.html import join, json_script, link, tag
from dashboard.navigation import PAGES, SITE
from geo.i18n import language, tr
from geo.layers.catalogue import Catalogue

"""URL paths of the feed of changes, the catalogue of data, and the description of the routes."""

CARD_SIZE = (1200, 630)
"""Width and height in pixels of a map's preview."""


def with_language(path: str, code: str) -> str:
    """A URL path with the language parameter.

    >>> with_language("/city?city=da-nang", "id"), with_language("/", "")
    ('/city?city=da-nang&lang=id', '/')
    """
    if not code:
        return path
    return f"{path}{'&' if '?' in path else '?'}{PARAMETER}={code}"


def head(shown: Preview, site: str, named_language: str, codes: Collection[str]) -> Markup:
    """Elements of the head, in the active language.

    Parameters
    ----------
    site
        URL of the dashboard without a slash at its end.
    named_language
        Language that the address names; empty if it was negotiated.
    codes
        All languages.
    """
    own = site + with_language(shown.path, named_language)
    parts = [
        tag("meta", name="description", content=shown.description),
        tag("link", rel="canonical", href=own),
        *(
            tag("link", rel="alternate", hreflang=code, href=site + with_language(shown.path, code))
            for code in codes
        ),
        tag("link", rel="alternate", hreflang="x-default", href=site + shown.path),
        *_cards(shown, site, own, codes),
        tag(
            "link",
            rel="alternate",
            type="application/atom+xml",
            title=tr("What changes"),
            href=with_language(f".{FEED_PATH}", named_language),
        ),
        tag("link", rel="service-desc", type="application/json", href=f".{API_PATH}"),
        None if shown.found else tag("meta", name="robots", content="noindex"),
    ]
    if shown.page == "data":
        parts.append(
            tag("link", rel="alternate", type="application/ld+json", href=f".{CATALOGUE_PATH}")
        )
    return join(parts)


def _cards(shown: Preview, site: str, own: str, codes: Collection[str]) -> list[Markup]:
    """Open Graph and the rest of a Twitter card, which else takes Open Graph's values."""
    active = language().code
    properties = [
        ("og:site_name", tr(SITE)),
        ("og:type", "website"),
        ("og:title", shown.title),
        ("og:description", shown.description),
        ("og:url", own),
        ("og:locale", _locale(active)),
        *(("og:locale:alternate", _locale(code)) for code in codes if code != active),
        ("og:image", site + shown.picture),
        ("og:image:type", "image/png"),
        ("og:image:alt", shown.title),
    ]
    if shown.picture.startswith("/maps/"):
        width, height = CARD_SIZE
        properties += [("og:image:width", str(width)), ("og:image:height", str(height))]
    return [
        *(tag("meta", property=name, content=content) for name, content in properties),
        tag("meta", name="twitter:card", content="summary_large_image"),
        tag("meta", name="twitter:image:alt", content=shown.title),
    ]


def _locale(code: str) -> str:
    """Language and territory as Open Graph writes them.

    >>> _locale("id")
    'id_ID'
    """
    likely: str = get_global("likely_subtags").get(code, code)
    parts = likely.split("_")
    return f"{parts[0]}_{parts[-1]}" if len(parts) > 1 else code


def datasets(shown: Preview, site: str, layers: Catalogue) -> Markup | None:
    """The layers as ``Dataset`` of schema.org for the Data page: the one that its address names, or
    all of them in brief; a script of JSON that no browser runs."""
    if shown.page != "data" or not shown.found:
        return None
    described = dcat.schema_org(layers, site, shown.query.get("layer", ""))
    return json_script(orjson.dumps(described), "application/ld+json")


def noscript(shown: Preview) -> Markup:
    """What a reader without scripts gets: the answer of the page, and the ways to the data."""
    pages = [
        tag("li", link("./" if name == "overview" else f"./{name}", tr(title)))
        for name, (title, _) in PAGES.items()
    ]
    files = tr("The pages need JavaScript; the data do not:")
    return tag(
        "noscript",
        tag("h1", shown.title),
        tag("p", shown.description),
        tag("ul", pages),
        tag(
            "p",
            files,
            " ",
            link(f".{CATALOGUE_PATH}", tr("Catalogue of the data")),
            ", ",
            link(f".{API_PATH}", "OpenAPI"),
            ", ",
            link("./ogc", "OGC API - Features"),
        ),
    )
