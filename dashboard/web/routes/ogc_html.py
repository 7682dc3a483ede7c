"""The documents of the OGC API as HTML pages, without scripts and third-party resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

from dashboard import i18n
from dashboard.markup.theme import DARK, LIGHT, Palette
from dashboard.web.middleware.html_shell import TITLE
from dashboard.web.routes.style import VERSION
from geo.i18n import decimal, exact, language, mark, ntr, tr
from geo.ogc.collection import Collection, Collections
from geo.ogc.links import item_url as item_address
from geo.schema.declare import Layer

Json = Mapping[str, Any]
Cell = str
"""HTML of a table cell."""

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
        return self.service.rsplit("/", 1)[0] + "/"

    def to(self, path: str, **query: str) -> str:
        """URL of another page, in the same language."""
        params = urlencode({**query, "f": "html", **i18n.language_params()}, safe=",:/~")
        return f"{self.service}{path}?{params}"

    def with_params(self, **query: str) -> str:
        """URL of this page in another format or language."""
        return f"{self.service}{self.path}?{urlencode({**self.query, **query}, safe=',:/~')}"


def _link(href: str, text: str, **attributes: str) -> str:
    more = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'<a href="{escape(href)}"{more}>{escape(text)}</a>'


def _colours(palette: Palette) -> str:
    return (
        f"--ground:{palette.ground};--text:{palette.text};--accent:{palette.accent};"
        f"--on-accent:{palette.on_accent};--rule:{palette.rule};--muted:{palette.muted}"
    )


def _head(place: PageLocation, title: str) -> str:
    style = (
        f":root{{color-scheme:light dark;{_colours(LIGHT)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_colours(DARK)}}}}}"
    )
    return (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} · {escape(tr(TITLE))}</title>"
        f'<link rel="stylesheet" href="{escape(place.home)}style.css?v={VERSION}">'
        f'<link rel="icon" href="data:,"><style>{style}</style>'
    )


def _languages(place: PageLocation) -> str:
    links = [
        f'<span lang="{code}" aria-current="true">{escape(other.name)}</span>'
        if code == language().code
        else _link(place.with_params(f="html", lang=code), other.name, lang=code, hreflang=code)
        for code, other in i18n.languages().items()
    ]
    return f'<nav class="languages" aria-label="{escape(tr("Language"))}">{"".join(links)}</nav>'


def _page(
    place: PageLocation,
    title: str,
    note: str,
    body: str,
    breadcrumbs: Sequence[tuple[str, str]] = (),
) -> str:
    """A whole page; ``breadcrumbs`` names the pages above it."""
    ancestors = [(tr(TITLE), place.home), *breadcrumbs]
    items = "".join(f"<li>{_link(href, text)}</li>" for text, href in ancestors)
    formats = [_link(place.with_params(f="json"), "JSON", type="application/json")]
    formats.append(_link(place.to("/openapi"), "OpenAPI"))
    note_html = f"<p>{escape(note)}</p>" if note else ""
    return (
        f'<!doctype html><html lang="{language().code}"><head>{_head(place, title)}</head>'
        f'<body class="stApp service">{_languages(place)}'
        f'<nav class="trail" aria-label="{escape(tr("Way here"))}"><ol>{items}</ol></nav>'
        f'<main><header class="page"><h1>{escape(title)}</h1>{note_html}</header>{body}</main>'
        f'<footer><p class="ways">{" ".join(formats)}</p></footer></body></html>'
    )


def _trail(place: PageLocation, collection: Collection | None = None) -> list[tuple[str, str]]:
    links = [(tr(SERVICE), place.to("")), (tr("Collections"), place.to("/collections"))]
    if collection is not None:
        name = collection.layer.name
        links.append((tr(collection.layer.title), place.to(f"/collections/{name}")))
    return links


def _table(headings: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> str:
    head = "".join(f'<th scope="col">{cell}</th>' for cell in headings)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return (
        '<div class="scroll" tabindex="0"><table class="facts">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _facts(rows: Iterable[tuple[Cell, Cell]]) -> str:
    body = "".join(f'<tr><th scope="row">{label}</th><td>{cell}</td></tr>' for label, cell in rows)
    return f'<div class="scroll"><table class="facts"><tbody>{body}</tbody></table></div>'


def _value(value: Any) -> Cell:
    if value is None:
        return f'<span class="none">{escape(tr("no data"))}</span>'
    return escape(str(value).lower() if isinstance(value, bool) else str(value))


def _unit(layer: Layer, name: str) -> Cell:
    unit = layer.unit(name)
    return f"<small>{escape(tr(unit))}</small>" if unit else ""


def landing(place: PageLocation, _document: Json) -> str:
    """The landing page."""
    links = (
        (place.to("/collections"), tr("Collections"), tr("The layers and tables that are served")),
        (place.to("/openapi"), tr("Interface"), tr("What can be asked, parameter by parameter")),
        (place.to("/conformance"), tr("Standards"), tr("What of the OGC's standards is kept")),
    )
    rows = [(_link(href, title), escape(meaning)) for href, title, meaning in links]
    rows.append((escape(tr("Address for a GIS")), _code(place.service)))
    body = _facts(rows)
    note = tr(
        "The layers of the dashboard as OGC API - Features, for QGIS, GDAL and other programs."
    )
    return _page(place, tr(SERVICE), note, body)


def conformance(place: PageLocation, document: Json) -> str:
    """The conformance classes."""
    body = "<ul>" + "".join(f"<li>{escape(uri)}</li>" for uri in document["conformsTo"]) + "</ul>"
    return _page(
        place, tr("Standards"), tr("Parts of the OGC's standards that are kept."), body,
        [(tr(SERVICE), place.to(""))],
    )  # fmt: skip


def interface(place: PageLocation, document: Json) -> str:
    """A summary of the OpenAPI document."""
    rows = []
    for parameter in document["components"]["parameters"].values():
        schema = parameter["schema"]
        allowed = ", ".join(map(str, schema.get("enum", ())))
        if "minimum" in schema:
            allowed = f"{schema['minimum']} – {schema.get('maximum', '…')}"
        kind = f"{schema['type']}" + (f": {allowed}" if allowed else "")
        rows.append((_code(parameter["name"]), escape(parameter["description"]), escape(kind)))
    paths = ("", "/queryables", "/schema", "/items", "/items/{id}")
    urls = "".join(
        f"<li>{_code(f'{place.service}/collections/{{name}}{path}')}</li>" for path in paths
    )
    body = (
        f"<ul>{urls}</ul>"
        + _table([escape(tr("Parameter")), escape(tr("Meaning")), escape(tr("Value"))], rows)
        + f'<p class="source">{escape(tr("Each column of a collection is a parameter too."))}</p>'
    )
    note = tr("What can be asked; the document in JSON has all of it for programs.")
    return _page(place, tr("Interface"), note, body, [(tr(SERVICE), place.to(""))])


def _code(text: str) -> Cell:
    return f"<code>{escape(text)}</code>"


def collections(place: PageLocation, document: Json, collections: Collections) -> str:
    """The list of collections."""
    rows = []
    for description in document["collections"]:
        name = description["id"]
        layer = collections[name].layer
        rows.append(
            (
                _link(place.to(f"/collections/{name}"), tr(layer.title)),
                _code(name),
                escape(layer.geometry or tr("none")),
                escape(decimal(len(collections[name].frame))),
                _link(place.to(f"/collections/{name}/items"), tr("Items")),
            )
        )
    headings = [tr("Collection"), tr("Name"), tr("Geometry"), tr("Rows"), ""]
    note = ntr("{n} layer or table is served.", "{n} layers and tables are served.", len(rows))
    body = _table([escape(head) for head in headings], rows)
    return _page(place, tr("Collections"), note, body, _trail(place)[:1])


def collection(place: PageLocation, document: Json, collection: Collection) -> str:
    """One collection."""
    layer, path = collection.layer, f"/collections/{collection.layer.name}"
    extents = document.get("extent", {})
    facts = [
        (tr("Rows"), escape(decimal(len(collection.frame)))),
        (tr("Geometry"), escape(f"{layer.geometry}, OGC:CRS84" if layer.geometry else tr("none"))),
        (tr("Key"), _code(", ".join(layer.key))),
    ]
    if "spatial" in extents:
        bounds = ", ".join(f"{edge:.4f}" for edge in extents["spatial"]["bbox"][0])
        facts.append((tr("West, south, east, north"), escape(bounds)))
    if "temporal" in extents:
        interval = " – ".join(str(end)[:10] for end in extents["temporal"]["interval"][0])
        facts.append((tr("Time"), escape(interval)))
    facts += [
        (tr("Licence"), escape(document["license"])),
        (tr("Attribution"), escape(document["attribution"])),
        (tr("Vintage"), escape(collection.info["vintage"])),
    ]
    links = [
        _link(place.to(f"{path}/items"), tr("Items"), **{"class": "strong"}),
        _link(place.to(f"{path}/schema"), tr("Columns")),
        _link(place.to(f"{path}/queryables"), tr("Filters")),
        *(
            _link(link["href"], tr("Download"), type=link["type"])
            for link in document["links"]
            if link["rel"] == "enclosure"
        ),
    ]
    facts_table = _facts((escape(label), cell) for label, cell in facts)
    body = f'<p class="ways">{" ".join(links)}</p>{facts_table}'
    return _page(place, tr(layer.title), tr(layer.description), body, _trail(place))


def columns(place: PageLocation, document: Json, collection: Collection, title: str) -> str:
    """The columns of a collection with their types and allowed values."""
    rows = []
    for name, schema in document["properties"].items():
        if name not in collection.layer.columns:
            kind = str(schema.get("format", ""))
            rows.append((_code(name), escape(tr("the geometry")), "", escape(kind)))
            continue
        meaning = tr(str(collection.layer.columns[name].description))
        rows.append(
            (
                _code(name),
                escape(meaning),
                escape(tr(collection.layer.unit(name))),
                escape(collection.layer.type_name(name))
                + _allowed(schema, collection.layer.unit(name)),
            )
        )
    headings = [tr("Column"), tr("Meaning"), tr("Unit"), tr("Type")]
    body = _table([escape(head) for head in headings], rows)
    return _page(place, title, tr(collection.layer.title), body, _trail(place, collection))


def _allowed(schema: Json, unit: str) -> Cell:
    if "enum" in schema:
        return f"<small>{escape(', '.join(map(str, schema['enum'])))}</small>"
    if "minimum" in schema:
        write = str if unit == "year" else exact
        return f"<small>{write(schema['minimum'])} – {write(schema['maximum'])}</small>"
    return ""


def items(place: PageLocation, document: Json, collection: Collection) -> str:
    """A page of items as a table."""
    layer, features = collection.layer, document["features"]
    names = list(features[0]["properties"]) if features else list(layer.columns)
    headings = [escape(tr("Id"))] + [
        f'<span title="{escape(tr(str(layer.columns[name].description)))}">{escape(name)}</span>'
        + _unit(layer, name)
        for name in names
    ]
    rows = [
        [
            _link(_in_language(item_address(place.service, layer.name, feature["id"])),
                  str(feature["id"])),
            *(_value(feature["properties"][name]) for name in names),
        ]
        for feature in features
    ]  # fmt: skip
    body = _page_links(place, document) + _table(headings, rows) + _page_links(place, document)
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
        return ntr("{n} item matches; none is on this page.",
                   "{n} items match; none is on this page.", matched)  # fmt: skip
    return ntr(
        "Items {first} to {last} of {n}.",
        "Items {first} to {last} of {n}.",
        matched,
        first=decimal(first),
        last=decimal(first + returned - 1),
    )


def _page_links(place: PageLocation, document: Json) -> str:
    labels = {"prev": tr("Items before"), "next": tr("Items after")}
    page_links = [
        _link(_in_language(link["href"].removesuffix("&f=json")), labels[link["rel"]],
              rel=link["rel"])
        for link in document["links"]
        if link["rel"] in labels
    ]  # fmt: skip
    return f'<p class="ways">{" ".join(page_links)}</p>' if page_links else ""


def _in_language(url: str) -> str:
    params = urlencode({"f": "html", **i18n.language_params()})
    return f"{url}{'&' if '?' in url else '?'}{params}"


def item(place: PageLocation, document: Json, collection: Collection) -> str:
    """One item."""
    layer = collection.layer
    rows = [
        (
            _code(name),
            _value(value) + _unit(layer, name),
            escape(tr(str(layer.columns[name].description))),
        )
        for name, value in document["properties"].items()
    ]
    shape = document["geometry"]
    if shape and shape["type"] == "Point":
        coordinates = ", ".join(f"{edge:.6g}" for edge in shape["coordinates"])
        rows.append((_code("geometry"), escape(f"{shape['type']}: {coordinates}"), ""))
    elif shape:
        rows.append((_code("geometry"), escape(shape["type"]), ""))
    headings = [tr("Column"), tr("Value"), tr("Meaning")]
    trail = [
        *_trail(place, collection),
        (tr("Items"), place.to(f"/collections/{layer.name}/items")),
    ]
    body = _table([escape(head) for head in headings], rows)
    return _page(place, str(document["id"]), tr(layer.title), body, trail)
