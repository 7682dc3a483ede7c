"""The OpenAPI document of the service, generated from the declarations of the layers; it refers to
nothing outside itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.ogc import crs
from geo.ogc.collection import Collection
from geo.ogc.links import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, collection_url
from geo.ogc.parameters import COMMON, DEFAULT_LIMIT, FILTER_LANGUAGES, ITEM, ITEMS, MAX_ITEMS
from geo.parameters import MAX_TEXT

Json = dict[str, Any]

PROBLEM = "application/problem+json"


def _parameter(name: str, description: str, **schema: Any) -> Json:
    parameter: Json = {"name": name, "in": "query", "required": False, "description": description}
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": False}
    return parameter | {"schema": schema}


def _parameters() -> dict[str, Json]:
    systems = list(crs.SUPPORTED)
    known = [
        _parameter(
            "f",
            "Format; without it the Accept header decides.",
            type="string",
            enum=["json", "html"],
        ),
        _parameter("lang", "Language of pages and messages, such as en or id.", type="string"),
        _parameter(
            "limit",
            f"How many items a page has; more than {MAX_ITEMS} gives {MAX_ITEMS}.",
            type="integer",
            minimum=1,
            maximum=MAX_ITEMS,
            default=DEFAULT_LIMIT,
        ),
        _parameter("offset", "How many items to pass over.", type="integer", minimum=0, default=0),
        _parameter(
            "bbox",
            "West, south, east, north: items that touch the box. West greater than east crosses "
            "the antimeridian.",
            type="array",
            items={"type": "number"},
            minItems=4,
            maxItems=6,
        ),
        _parameter("bbox-crs", "CRS of bbox.", type="string", enum=systems, default=crs.CRS84),
        _parameter("crs", "CRS of the answer.", type="string", enum=systems, default=crs.CRS84),
        _parameter(
            "datetime",
            "A time, or two with a slash between; .. for an open end (RFC 3339).",
            type="string",
        ),
        _parameter(
            "q",
            "Words: items of the cities, projects and plans whose names and texts have all of "
            "them, without regard to case, accents and single typing errors. Items are unchanged: "
            "project counts of cities are those of all their projects; "
            "/download/cities counts those that match.",
            type="string",
            maxLength=MAX_TEXT,
        ),
        _parameter(
            "sortby",
            "Columns to sort by; a minus before one sorts downwards. Missing values come last.",
            type="array",
            items={"type": "string"},
        ),
        _parameter("properties", "Columns to give.", type="array", items={"type": "string"}),
        _parameter("skipGeometry", "Leave the geometry out.", type="boolean", default=False),
        _parameter(
            "resulttype",
            "hits gives the number of items only.",
            type="string",
            enum=["results", "hits"],
            default="results",
        ),
        _parameter("filter", "CQL2 text; geometry names the geometry.", type="string"),
        _parameter(
            "filter-lang", "Language of filter.", type="string", enum=list(FILTER_LANGUAGES)
        ),
        _parameter("filter-crs", "CRS of filter.", type="string", enum=systems, default=crs.CRS84),
    ]
    return {parameter["name"]: parameter for parameter in known}


def _refer(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def _operation(
    operation: str, summary: str, tag: str, parameters: list[Json], response: str = "Document"
) -> Json:
    responses = {
        "200": _refer("responses", response),
        "400": _refer("responses", "Problem"),
        "404": _refer("responses", "Problem"),
        "503": _refer("responses", "Problem"),
    }
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": [tag],
            "parameters": parameters,
            "responses": responses,
        }
    }


def _references(parameters: tuple[str, ...]) -> list[Json]:
    return [_refer("parameters", parameter) for parameter in parameters]


def _collection_paths(collection: Collection) -> dict[str, Json]:
    layer = collection.layer
    name, path = layer.name, collection_url("", layer.name)
    columns = [
        _parameter(column, str(declared.description), **collection.value_schema(column))
        for column, declared in layer.columns.items()
    ]
    item_id = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}

    def schema(operation: str, summary: str) -> Json:
        return _operation(f"{name}.{operation}", summary, name, _references(COMMON), "Schema")

    return {
        path: _operation(f"{name}.describe", f"What {layer.title} is", name, _references(COMMON)),
        f"{path}/queryables": schema("queryables", f"Columns of {layer.title} to filter by"),
        f"{path}/schema": schema("schema", f"Columns of {layer.title}"),
        f"{path}/item-schema": schema("itemSchema", f"Form of one of {layer.title}"),
        f"{path}/items": _operation(
            f"{name}.items", layer.title, name, [*_references(ITEMS), *columns], "Items"
        ),
        f"{path}/items/{{featureId}}": _operation(
            f"{name}.item", f"One of {layer.title}", name, [item_id, *_references(ITEM)], "Item"
        ),
    }


def _response(description: str, media_type: str, schema: Json) -> Json:
    """A response that is also sent as a page, unless it is an error."""
    content: Json = {media_type: {"schema": schema}}
    if media_type != PROBLEM:
        content[HTML] = {"schema": {"type": "string"}}
    return {"description": description, "content": content}


def _schemas() -> dict[str, Json]:
    counts = {"type": "integer", "minimum": 0}
    linked = {"type": "array", "items": {"type": "object"}}
    return {
        "Feature": {
            "type": "object",
            "required": ["type", "id", "geometry", "properties"],
            "properties": {
                "type": {"type": "string", "enum": ["Feature"]},
                "id": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
                "geometry": {"type": "object", "nullable": True},
                "properties": {"type": "object"},
                "links": linked,
            },
        },
        "Items": {
            "type": "object",
            "required": ["type", "features", "links", "numberMatched", "numberReturned"],
            "properties": {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "features": {"type": "array", "items": _refer("schemas", "Feature")},
                "links": linked,
                "numberMatched": counts,
                "numberReturned": counts,
            },
        },
        "Problem": {
            "type": "object",
            "required": ["status", "detail"],
            "properties": {"status": {"type": "integer"}, "detail": {"type": "string"}},
        },
    }


def _components() -> Json:
    whole = {"type": "object"}
    responses = {
        "Document": _response("The document", JSON, whole),
        "Interface": _response("This document", OPENAPI, whole),
        "Schema": _response("The schema", SCHEMA, whole),
        "Items": _response("A page of items", GEOJSON, _refer("schemas", "Items")),
        "Item": _response("The item", GEOJSON, _refer("schemas", "Feature")),
        "Problem": _response(
            "What is wrong, in one sentence", PROBLEM, _refer("schemas", "Problem")
        ),
    }
    content_crs = {"description": "CRS of the coordinates", "schema": {"type": "string"}}
    for name in ("Items", "Item"):
        responses[name]["headers"] = {"Content-Crs": content_crs}
    return {"parameters": _parameters(), "schemas": _schemas(), "responses": responses}


def document(collections: Mapping[str, Collection], base_url: str, info: Json) -> Json:
    """The OpenAPI document.

    Parameters
    ----------
    base_url
        Base URL of the service, without a trailing slash.
    info
        ``title``, ``description`` and ``version`` of the service.
    """
    common = _references(COMMON)
    server = "server"
    paths = {
        "/": _operation("landing", "Landing page", server, common),
        "/conformance": _operation("conformance", "Standards kept", server, common),
        "/openapi": _operation("openapi", "This document", server, common, "Interface"),
        "/collections": _operation("collections", "All collections", server, common),
    }
    tags = [{"name": server, "description": "The service itself"}]
    for name, collection in collections.items():
        paths |= _collection_paths(collection)
        tags.append({"name": name, "description": collection.layer.description})
    return {
        "openapi": "3.0.3",
        "info": info,
        "servers": [{"url": base_url}],
        "tags": tags,
        "paths": paths,
        "components": _components(),
    }
