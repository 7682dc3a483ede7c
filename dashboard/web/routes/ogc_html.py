"""The documents of the OGC API as HTML pages, without scripts and third-party resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from dashboard import i18n
from dashboard.markup.html import Cells, join, small, style_sheet, table, tag
from dashboard.markup.html import document as html_document
from dashboard.markup.theme import DARK, LIGHT, Palette
from dashboard.navigation import SITE
from dashboard.web.routes.style import VERSION
from geo.i18n import decimal, exact, language, mark, ntr, tr
from geo.ogc.collection import Collection, Collections
from geo.ogc.links import collection_url, home_url, item_url, items_url
from geo.schema.declare import Layer

Json = Mapping[str, Any]

SERVICE = mark("Live service")

POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src data:"
"""Content security policy of the pages, which allows no scripts."""


@dataclass(frozen=True)
class PageLocation:
    """URL of a page, in its parts.

    Attributes
    ----------
    service
        URL of the service, such as ``"https://example.org/ogc"``.
    path
        Path of the page below it, such as ``"/collections"``.
    query
        Query parameters of the page, without format and language.
    """

    service: str
    path: str
    query: Mapping[str, str]

    @property
    def home(self) -> str:
        """URL of the dashboard, with a trailing slash."""
        return home_url(self.service)

    def to(self, path: str, **query: str) -> str:
        """URL of another page, in the same language."""
        params = urlencode({**query, "f": "html", **i18n.language_params()}, safe=",:/~")
        return f"{self.service}{path}?{params}"

    def with_params(self, **query: str) -> str:
        """URL of this page in another format or language."""
        return f"{self.service}{self.path}?{urlencode({**self.query, **query}, safe=',:/~')}"


def _colours(palette: Palette) -> str:
    return (
        f"--ground:{palette.ground};--text:{palette.text};--accent:{palette.accent};"
        f"--on-accent:{palette.on_accent};--rule:{palette.rule};--muted:{palette.muted}"
    )


def _head(place: PageLocation, title: str) -> Markup:
    style = (
        f":root{{color-scheme:light dark;{_colours(LIGHT)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_colours(DARK)}}}}}"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width"),
        tag("title", f"{title} · {tr(SITE)}"),
        tag("link", rel="stylesheet", href=f"{place.home}style.css?v={VERSION}"),
        tag("link", rel="icon", href="data:,"),
        style_sheet(style),
    )


def _languages(place: PageLocation) -> Markup:
    links = [
        tag("span", other.name, lang=code, aria_current="true")
        if code == language().code
        else tag(
            "a", other.name, href=place.with_params(f="html", lang=code), lang=code, hreflang=code
        )
        for code, other in i18n.languages().items()
    ]
    return tag("nav", links, class_="languages", aria_label=tr("Language"))


def _page(
    place: PageLocation,
    title: str,
    note: str,
    content: Markup,
    breadcrumbs: Sequence[tuple[str, str]] = (),
) -> str:
    """A whole page; ``breadcrumbs`` names the pages above it."""
    ancestors = [(tr(SITE), place.home), *breadcrumbs]
    trail = tag("ol", [tag("li", tag("a", text, href=url)) for text, url in ancestors])
    formats = [
        tag("a", "JSON", href=place.with_params(f="json"), type="application/json"),
        tag("a", "OpenAPI", href=place.to("/openapi")),
    ]
    header = tag("header", tag("h1", title), note and tag("p", note), class_="page")
    body = tag(
        "body",
        _languages(place),
        tag("nav", trail, class_="trail", aria_label=tr("Breadcrumb")),
        tag("main", header, content),
        tag("footer", _ways(formats)),
        class_="stApp service",
    )
    return html_document(_head(place, title), body)


def _ways(links: Sequence[Markup]) -> Markup | None:
    return tag("p", join(links, separator=" "), class_="ways") if links else None


def _trail(place: PageLocation, collection: Collection | None = None) -> list[tuple[str, str]]:
    links = [(tr(SERVICE), place.to("")), (tr("Collections"), place.to("/collections"))]
    if collection is not None:
        name = collection.layer.name
        links.append((tr(collection.layer.title), place.to(collection_url("", name))))
    return links


def _value(value: Any) -> str:
    if value is None:
        return tag("span", tr("no data"), class_="none")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unit(layer: Layer, name: str) -> Markup | None:
    return small(tr(layer.unit(name)))


def landing(place: PageLocation, _document: Json) -> str:
    """The landing page."""
    links = (
        (place.to("/collections"), tr("Collections"), tr("The layers and tables available")),
        (place.to("/openapi"), tr("Interface"), tr("Available requests, parameter by parameter")),
        (place.to("/conformance"), tr("Standards"), tr("Parts of the OGC standards implemented")),
    )
    rows: list[Cells] = [(tag("a", title, href=url), meaning) for url, title, meaning in links]
    rows.append((tr("Address for GIS software"), tag("code", place.service)))
    body = table(tr(SERVICE), (), rows)
    note = tr("The dashboard's layers as OGC API - Features, for QGIS, GDAL and other software.")
    return _page(place, tr(SERVICE), note, body)


def conformance(place: PageLocation, document: Json) -> str:
    """The conformance classes."""
    body = tag("ul", [tag("li", uri) for uri in document["conformsTo"]])
    note = tr("Parts of the OGC standards that this service implements.")
    return _page(place, tr("Standards"), note, body, [(tr(SERVICE), place.to(""))])


def interface(place: PageLocation, document: Json) -> str:
    """A summary of the OpenAPI document."""
    rows = []
    for parameter in document["components"]["parameters"].values():
        schema = parameter["schema"]
        allowed = ", ".join(map(str, schema.get("enum", ())))
        if "minimum" in schema:
            allowed = f"{schema['minimum']} – {schema.get('maximum', '…')}"
        kind = f"{schema['type']}" + (f": {allowed}" if allowed else "")
        rows.append((tag("code", parameter["name"]), parameter["description"], kind))
    paths = ("", "/queryables", "/schema", "/items", "/items/{id}")
    url = collection_url(place.service, "{name}")
    urls = [tag("li", tag("code", f"{url}{path}")) for path in paths]
    parameters = table(tr("Interface"), (tr("Parameter"), tr("Meaning"), tr("Value")), rows)
    source = tag("p", tr("Every column of a collection is also a parameter."), class_="source")
    body = join([tag("ul", urls), parameters, source])
    note = tr("Available requests. For software, the JSON document has the full description.")
    return _page(place, tr("Interface"), note, body, [(tr(SERVICE), place.to(""))])


def collections(place: PageLocation, document: Json, collections: Collections) -> str:
    """The list of collections."""
    rows = []
    for description in document["collections"]:
        name = description["id"]
        layer = collections[name].layer
        rows.append(
            (
                tag("a", tr(layer.title), href=place.to(collection_url("", name))),
                tag("code", name),
                layer.geometry or tr("none"),
                decimal(len(collections[name].frame)),
                tag("a", tr("Items"), href=place.to(items_url("", name))),
            )
        )
    headings = [tr("Collection"), tr("Name"), tr("Geometry"), tr("Rows"), ""]
    note = ntr("{n} layer or table available.", "{n} layers and tables available.", len(rows))
    body = table(tr("Collections"), headings, rows)
    return _page(place, tr("Collections"), note, body, _trail(place)[:1])


def collection(place: PageLocation, document: Json, collection: Collection) -> str:
    """One collection."""
    layer, path = collection.layer, collection_url("", collection.layer.name)
    extents = document.get("extent", {})
    facts: list[tuple[str, str]] = [
        (tr("Rows"), decimal(len(collection.frame))),
        (tr("Geometry"), f"{layer.geometry}, OGC:CRS84" if layer.geometry else tr("none")),
        (tr("Key"), tag("code", ", ".join(layer.key))),
    ]
    if "spatial" in extents:
        bounds = ", ".join(f"{edge:.4f}" for edge in extents["spatial"]["bbox"][0])
        facts.append((tr("West, south, east, north"), bounds))
    if "temporal" in extents:
        interval = " – ".join(str(end)[:10] for end in extents["temporal"]["interval"][0])
        facts.append((tr("Time"), interval))
    facts += [
        (tr("Licence"), document["license"]),
        (tr("Attribution"), document["attribution"]),
        (tr("Vintage"), collection.info["vintage"]),
    ]
    links = [
        tag("a", tr("Items"), class_="strong", href=place.to(f"{path}/items")),
        tag("a", tr("Columns"), href=place.to(f"{path}/schema")),
        tag("a", tr("Filters"), href=place.to(f"{path}/queryables")),
        *(
            tag("a", tr("Download"), href=link["href"], type=link["type"])
            for link in document["links"]
            if link["rel"] == "enclosure"
        ),
    ]
    body = join([_ways(links), table(tr(layer.title), (), facts)])
    return _page(place, tr(layer.title), tr(layer.description), body, _trail(place))


def columns(place: PageLocation, document: Json, collection: Collection, title: str) -> str:
    """The columns of a collection with their types and allowed values."""
    rows: list[Cells] = []
    for name, schema in document["properties"].items():
        if name not in collection.layer.columns:
            kind = str(schema.get("format", ""))
            rows.append((tag("code", name), tr("the geometry"), "", kind))
            continue
        meaning = tr(str(collection.layer.columns[name].description))
        rows.append(
            (
                tag("code", name),
                meaning,
                tr(collection.layer.unit(name)),
                (collection.layer.type_name(name), _allowed(schema, collection.layer.unit(name))),
            )
        )
    headings = [tr("Column"), tr("Meaning"), tr("Unit"), tr("Type")]
    body = table(title, headings, rows)
    return _page(place, title, tr(collection.layer.title), body, _trail(place, collection))


def _allowed(schema: Json, unit: str) -> Markup | None:
    if "enum" in schema:
        return small(", ".join(map(str, schema["enum"])))
    if "minimum" in schema:
        write = str if unit == "year" else exact
        return small(f"{write(schema['minimum'])} – {write(schema['maximum'])}")
    return None


def items(place: PageLocation, document: Json, collection: Collection) -> str:
    """A page of items as a table."""
    layer, features = collection.layer, document["features"]
    names = list(features[0]["properties"]) if features else list(layer.columns)
    headings = [
        (tag("span", name, title=tr(str(layer.columns[name].description))), _unit(layer, name))
        for name in names
    ]
    rows = [
        (
            tag(
                "a",
                str(feature["id"]),
                href=_in_language(item_url(place.service, layer.name, feature["id"])),
            ),
            *(_value(feature["properties"][name]) for name in names),
        )
        for feature in features
    ]
    links = _page_links(document)
    body = join([links, table(tr(layer.title), (tr("ID"), *headings), rows), links])
    return _page(
        place,
        tr(layer.title),
        _range(place, document),
        body,
        _trail(place, collection),
    )


def _range(place: PageLocation, document: Json) -> str:
    matched, returned = document["numberMatched"], document["numberReturned"]
    first = int(place.query.get("offset", 0)) + 1
    if not returned:
        return ntr("{n} item matches; it is not on this page.",
                   "{n} items match; none are on this page.", matched)  # fmt: skip
    return ntr(
        "Items {first} to {last} of {n}.",
        "Items {first} to {last} of {n}.",
        matched,
        first=decimal(first),
        last=decimal(first + returned - 1),
    )


def _page_links(document: Json) -> Markup | None:
    labels = {"prev": tr("Previous items"), "next": tr("Next items")}
    return _ways(
        [
            tag(
                "a",
                labels[link["rel"]],
                href=_in_language(link["href"].removesuffix("&f=json")),
                rel=link["rel"],
            )
            for link in document["links"]
            if link["rel"] in labels
        ]
    )


def _in_language(url: str) -> str:
    params = urlencode({"f": "html", **i18n.language_params()})
    return f"{url}{'&' if '?' in url else '?'}{params}"


def item(place: PageLocation, document: Json, collection: Collection) -> str:
    """One item."""
    layer = collection.layer
    rows: list[Cells] = [
        (
            tag("code", name),
            (_value(value), _unit(layer, name)),
            tr(str(layer.columns[name].description)),
        )
        for name, value in document["properties"].items()
    ]
    shape = document["geometry"]
    if shape:
        text = shape["type"]
        if text == "Point":
            text += f": {', '.join(f'{edge:.6g}' for edge in shape['coordinates'])}"
        rows.append((tag("code", "geometry"), text, ""))
    headings = [tr("Column"), tr("Value"), tr("Meaning")]
    trail = [
        *_trail(place, collection),
        (tr("Items"), place.to(items_url("", layer.name))),
    ]
    body = table(tr(layer.title), headings, rows)
    return _page(place, str(document["id"]), tr(layer.title), body, trail)
