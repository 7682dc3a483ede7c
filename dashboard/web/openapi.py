"""The OpenAPI 3.1 document of the HTTP routes, ``/openapi.json``.

The live service has its own document, ``/ogc/openapi``, which this one refers to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard import i18n
from dashboard.briefing import files as briefing
from dashboard.charts.registry import CHARTS
from dashboard.datasets.files import TABLES
from dashboard.maps.picture import SIZES
from dashboard.maps.registry import MAPS
from dashboard.maps.sources import SOURCES
from dashboard.maps.view import VIEW
from dashboard.markup.theme import THEMES
from dashboard.web.routes import search
from geo import export
from geo.analysis.filter import PARAMETERS
from geo.export import archive
from geo.layers.catalogue import Catalogue
from geo.vocabulary import MEMBER_STATES

Json = dict[str, Any]

DATA, PICTURES, CITE, FOUND, PARTS, OPERATION = (
    "Data",
    "Pictures and documents",
    "Citations",
    "Discovery",
    "Parts of pages",
    "Operation",
)
TAGS: Mapping[str, str] = {
    DATA: "Layers, and the data behind charts and tables.",
    PICTURES: "Charts, maps and briefings as files and pages to embed.",
    CITE: "How to cite a chart, map, table or layer.",
    FOUND: "What search engines, data portals, feed readers and other programs read first.",
    PARTS: "What pages fetch while they are shown; addresses may change without notice.",
    OPERATION: "Health, metrics, sign-in.",
}

JSON, PROBLEM = "application/json", "application/problem+json"


@dataclass(frozen=True)
class Operation:
    """What a route answers to GET.

    Attributes
    ----------
    summary
        One phrase.
    tag
        One of :data:`TAGS`.
    media_types
        Of the content; none for a redirect.
    query
        Names of query parameters, all in :func:`_parameters`.
    path
        Path parameter -> accepted values; empty for any text.
    status
        Status of success.
    schema
        JSON schema of the content, where it is not just a file.
    """

    summary: str
    tag: str
    media_types: tuple[str, ...] = (JSON,)
    query: tuple[str, ...] = ()
    path: Mapping[str, Collection[str]] | None = None
    status: int = 200
    schema: Json | None = None


_OF_CHART = ("theme", "lang", "chart_query")
_OF_MAP = ("theme", "lang", VIEW, "map_query")
_TILE: Mapping[str, Collection[str]] = {"z": (), "x": (), "y": ()}
_IMAGES = ("image/png", "image/svg+xml")
_BRIEFINGS = tuple(media_type for _, media_type in briefing.FORMATS.values())
_DOWNLOADS = tuple(
    dict.fromkeys(one.media_type.partition(";")[0] for one in export.FORMATS.values())
)


def operations(layers: Catalogue) -> dict[str, Operation]:
    """All routes but those of ``/ogc``: path -> operation."""
    names, charts = list(layers.layers), list(CHARTS)
    filters = ("lang", *PARAMETERS)
    return {
        **_data(names, charts, filters),
        **_pictures(charts),
        **_discovery(),
        **_parts(filters),
        **_operation(),
    }


def _data(names: list[str], charts: list[str], filters: tuple[str, ...]) -> dict[str, Operation]:
    layer = {"layer": names}
    of_layer = {"layer": names, "extension": list(export.FORMATS)}
    return {
        "/download/{layer}.{extension}": Operation(
            "A layer with a filter", DATA, _DOWNLOADS, filters, of_layer
        ),
        "/download/{layer}.metadata.json": Operation(
            "Columns, sources and licences of a layer (Data Package 2.0)",
            DATA,
            (JSON,),
            filters,
            layer,
        ),
        "/download/{layer}.csvt": Operation(
            "Types of the columns of a layer's CSV file, for GDAL",
            DATA,
            ("text/csv",),
            filters,
            layer,
        ),
        "/download/all.zip": Operation(
            "All layers in one archive, with their sources and licences",
            DATA,
            (archive.MEDIA_TYPE,),
            ("lang",),
        ),
        "/charts/{name}.csv": Operation(
            "Data behind a chart", DATA, ("text/csv",), ("lang", "chart_query"), {"name": charts}
        ),
        "/charts/{name}.json": Operation(
            "Description of a chart and its data",
            DATA,
            (JSON,),
            ("lang", "chart_query"),
            {"name": charts},
        ),
        "/tables/{name}.{extension}": Operation(
            "Rows of a table, or their description",
            DATA,
            ("text/csv", JSON),
            ("lang", "table_query"),
            {"name": list(TABLES), "extension": ["csv", "json"]},
        ),
    }


def _pictures(charts: list[str]) -> dict[str, Operation]:
    chart, a_map = {"name": charts}, {"name": list(MAPS)}
    return {
        "/charts/{name}.{extension}": Operation(
            "Picture of a chart",
            PICTURES,
            _IMAGES,
            _OF_CHART,
            {**chart, "extension": ["png", "svg"]},
        ),
        "/maps/{name}.{extension}": Operation(
            "Picture of a map, or the small map of a city",
            PICTURES,
            (*_IMAGES, "application/pdf"),
            ("size", *_OF_MAP),
            {"name": (), "extension": ["png", "svg", "pdf"]},
        ),
        **{
            path: Operation(summary, PICTURES, _BRIEFINGS, ("lang", "v", *query), parameters)
            for path, summary, query, parameters in (
                (
                    "/briefing/{name}.{extension}",
                    "Briefing of a city, a comparison of cities, the network or a meeting",
                    ("city",),
                    {"name": (), "extension": list(briefing.FORMATS)},
                ),
                (
                    "/briefing/country/{iso3}.{extension}",
                    "Briefing of a member state",
                    (),
                    {"iso3": list(MEMBER_STATES), "extension": list(briefing.FORMATS)},
                ),
            )
        },
        "/embed/{kind}/{name}": Operation(
            "A chart or map to embed in another site",
            PICTURES,
            ("text/html",),
            ("theme", "lang", VIEW, "chart_query"),
            {"kind": ["charts", "maps"], "name": [*charts, *MAPS]},
        ),
        "/cite/{kind}/{name}": Operation(
            "How to cite a chart, map, table or layer",
            CITE,
            ("text/html",),
            ("lang", "chart_query"),
            {"kind": ["charts", "maps", "tables", "layers"], "name": ()},
        ),
        "/cite/{kind}/{name}.bib": Operation(
            "The same as BibTeX",
            CITE,
            ("application/x-bibtex",),
            ("lang", "chart_query"),
            {"kind": ["charts", "maps", "tables", "layers"], "name": ()},
        ),
        **{
            path: Operation("Former address of a chart", PICTURES, (), status=308, path=parameters)
            for path, parameters in (
                ("/charts/definitions-of-urban.{extension}", {"extension": ["png", "svg"]}),
                ("/embed/charts/definitions-of-urban", None),
            )
        },
        "/embed/maps/{name}.json": Operation(
            "What an embedded map draws", PARTS, (JSON,), ("width", "height", *_OF_MAP), a_map
        ),
    }


def _discovery() -> dict[str, Operation]:
    found = search.description()["paths"]["/search.json"]["get"]
    return {
        "/search.json": Operation(
            found["summary"],
            FOUND,
            (JSON,),
            search.PARAMETERS,
            schema=found["responses"]["200"]["content"][JSON]["schema"],
        ),
        "/search/openapi.json": Operation(
            "Description of the search alone",
            FOUND,
            ("application/vnd.oai.openapi+json",),
            ("lang",),
        ),
        "/openapi.json": Operation(
            "This document", FOUND, ("application/vnd.oai.openapi+json;version=3.1",), ("lang",)
        ),
        "/catalog.json": Operation(
            "All layers as a DCAT 3 catalogue", FOUND, ("application/ld+json",), ("lang",)
        ),
        "/feed.atom": Operation(
            "What changes: reports, and versions of the data",
            FOUND,
            ("application/atom+xml",),
            ("lang",),
        ),
        "/sitemap.xml": Operation("All pages", FOUND, ("application/xml",), ("lang",)),
        "/robots.txt": Operation("What search engines may fetch", FOUND, ("text/plain",)),
        "/.well-known/security.txt": Operation(
            "Whom to tell of a weakness (RFC 9116)", FOUND, ("text/plain",)
        ),
    }


def _parts(filters: tuple[str, ...]) -> dict[str, Operation]:
    geojson, script, style = ("application/geo+json",), ("text/javascript",), ("text/css",)
    drawing, name = ("size", "small", "v", *filters), {"name": ()}
    sized = ("width", "height", "v", *_OF_MAP)
    return {
        "/layers/{name}.geojson": Operation(
            "Features that maps draw",
            PARTS,
            geojson,
            ("detail", "indicator", *drawing),
            {"name": list(SOURCES)},
        ),
        "/labels/{z}/{x}/{y}.geojson": Operation(
            "Labels of a map tile", PARTS, geojson, ("zoom", "window", *drawing), _TILE
        ),
        "/land/{z}/{x}/{y}.geojson": Operation(
            "Coasts and lakes of a map tile", PARTS, geojson, ("v",), _TILE
        ),
        "/basemap/{z}/{x}/{y}.mvt": Operation(
            "Vector tile of the host's base map",
            PARTS,
            ("application/vnd.mapbox-vector-tile",),
            ("v",),
            _TILE,
        ),
        "/maps/pages/{name}.svg": Operation(
            "Preview of a map while it loads",
            PARTS,
            ("image/svg+xml",),
            sized,
            {"name": list(MAPS)},
        ),
        "/maps/{name}/years.json": Operation(
            "All years of a map that plays them", PARTS, (JSON,), sized, {"name": list(MAPS)}
        ),
        "/charts/{name}.vl.json": Operation(
            "Vega-Lite specification of a chart",
            PARTS,
            ("application/vnd.vegalite.v6+json",),
            ("columns", "panel", "v", *_OF_CHART),
            {"name": list(CHARTS)},
        ),
        "/charts/component/chart-{name}.js": Operation(
            "Script that draws charts", PARTS, script, (), name
        ),
        "/maps/component/{name}": Operation("Script that draws maps", PARTS, script, (), name),
        "/search/box-{name}.js": Operation("Script of the search", PARTS, script, (), name),
        "/present/present-{name}.js": Operation("Script of presentations", PARTS, script, (), name),
        "/scripts/page-{name}.js": Operation(
            "Script of downloads and sections of a page", PARTS, script, (), name
        ),
        "/embed/map.js": Operation("Script of embedded maps", PARTS, script, ("v",)),
        "/embed/bare.css": Operation("Style sheet of embedded pages", PARTS, style, ("v",)),
        "/style.css": Operation("Style sheet of the pages", PARTS, style, ("v",)),
        "/fonts/{name}": Operation("Font of a script", PARTS, ("font/ttf",), ("v",), name),
    }


def _operation() -> dict[str, Operation]:
    return {
        "/healthz": Operation("Whether the process lives", OPERATION, ("text/plain",)),
        "/readyz": Operation("Whether the layers can be read, and which", OPERATION),
        "/metrics": Operation(
            "Metrics for Prometheus, for whom the host lets", OPERATION, ("text/plain",)
        ),
        "/signin": Operation("Sign in, where the host asks for it", OPERATION, (), status=303),
    }


def document(layers: Catalogue, site: str) -> Json:
    """The OpenAPI document.

    Parameters
    ----------
    layers
        Layers that can be downloaded.
    site
        URL of the dashboard.
    """
    declared = operations(layers)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ASEAN Smart Cities dashboard",
            "version": layers.version,
            "summary": "Files, pictures and addresses of the dashboard.",
            "description": "Every route takes the same filter as the pages. The layers are also "
            "served live as OGC API - Features, which describes itself at /ogc/openapi.",
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "externalDocs": {"description": "OGC API - Features", "url": f"{site}/ogc/openapi"},
        "servers": [{"url": site}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": {path: {"get": _get(path, one)} for path, one in sorted(declared.items())},
        "components": {
            "parameters": _parameters(),
            "responses": {
                "Problem": {
                    "description": "What is wrong, in one sentence",
                    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["status", "detail"],
                    "properties": {"status": {"type": "integer"}, "detail": {"type": "string"}},
                }
            },
        },
    }


def _get(path: str, operation: Operation) -> Json:
    words = path.replace("{", "").replace("}", "").replace(".", "/").strip("/").split("/")
    success: Json = {"description": operation.summary}
    if operation.media_types:
        schema = operation.schema or {}
        success["content"] = {
            media_type: {"schema": schema} if schema else {} for media_type in operation.media_types
        }
    problem = {"$ref": "#/components/responses/Problem"}
    of_query = [{"$ref": f"#/components/parameters/{name}"} for name in operation.query]
    return {
        "operationId": "_".join(word.replace("-", "_") for word in words),
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_path_parameters(operation), *of_query],
        "responses": {
            str(operation.status): success,
            **{str(status): problem for status in (400, 404, 429, 503)},
        },
    }


def _path_parameters(operation: Operation) -> Iterator[Json]:
    for name, known in (operation.path or {}).items():
        schema: Json = {"type": "string"}
        if known:
            schema["enum"] = list(known)
        yield {"name": name, "in": "path", "required": True, "schema": schema}


_FILTER_TEXT = "Filter of cities and projects, as in the address of Explore and Action plans."


def _parameters() -> dict[str, Json]:
    text: Json = {"type": "string"}
    pixels: Json = {"type": "integer", "minimum": 1, "maximum": 3000}
    known: dict[str, tuple[str, Json]] = {
        "lang": ("Language of texts and messages.", {"enum": list(i18n.languages())}),
        "theme": ("Light or dark colours.", {"enum": list(THEMES), "default": THEMES[0]}),
        "size": ("Kind of picture.", {"enum": list(SIZES)}),
        VIEW: ("Longitude, latitude, zoom, such as 106.8,-6.2,7.", text),
        "v": ("Version of the content, with which a copy may be kept forever.", text),
        "width": ("Width in pixels.", pixels),
        "height": ("Height in pixels.", pixels),
        "columns": ("Panels in a row.", pixels),
        "panel": ("Width of a panel in pixels.", pixels),
        "detail": ("Detail of boundaries.", text),
        "indicator": ("Indicator of a map.", text),
        "small": ("1 for small symbols.", text),
        "zoom": ("Zoom of the map.", text),
        "window": ("Width and height of the map.", text),
        "limit": ("Most results of a kind.", {"type": "integer", "minimum": 1, "maximum": 100}),
        "q": ("Words, without regard to case, accents and single typing errors.", text),
    }
    named = {
        name: {"name": name, "in": "query", "description": words, "schema": schema}
        for name, (words, schema) in known.items()
    }
    filters = {
        name: {"name": name, "in": "query", "description": _FILTER_TEXT, "schema": text}
        for name in PARAMETERS
        if name not in named
    }
    return {
        **named,
        **filters,
        **{f"{kind}_query": _free(kind) for kind in ("chart", "map", "table")},
    }


def _free(kind: str) -> Json:
    """Parameters that depend on the name; an unknown one is answered with those that there are."""
    return {
        "name": "query",
        "in": "query",
        "description": f"Parameters of the page with the {kind}, each by its own name.",
        "style": "form",
        "explode": True,
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    }
