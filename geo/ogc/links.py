"""Links between the documents of the service, and their media types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from geo.ogc.collection import Collection
from geo.vocabulary import LICENCES

Json = dict[str, Any]

JSON = "application/json"
GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
HTML = "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"

RELATION = "http://www.opengis.net/def/rel/ogc/1.0/"

_NAMES = {JSON: "JSON", GEOJSON: "GeoJSON", SCHEMA: "JSON Schema", HTML: "HTML"}


def link(rel: str, media_type: str, title: str, href: str) -> Json:
    """One link."""
    return {"rel": rel, "type": media_type, "title": title, "href": href}


def home_url(base_url: str) -> str:
    """The URL of the dashboard that the service belongs to, with a trailing slash."""
    return base_url.rsplit("/", 1)[0] + "/"


def collection_url(base_url: str, name: str) -> str:
    """The URL of a collection; without a base, its path below the service."""
    return f"{base_url}/collections/{name}"


def items_url(base_url: str, name: str) -> str:
    """The URL of the items of a collection; see :func:`collection_url`."""
    return f"{collection_url(base_url, name)}/items"


def item_url(base_url: str, name: str, id_: str | int) -> str:
    """The URL of an item; ids may contain any character."""
    return f"{items_url(base_url, name)}/{quote(str(id_), safe='~')}"


def _with_params(url: str, params: Mapping[str, str], media_type: str) -> str:
    others = {name: value for name, value in params.items() if name != "f"}
    query = {**others, "f": "html" if media_type == HTML else "json"}
    return f"{url}?{urlencode(query, safe=',/:~')}"


def in_formats(
    rel: str, title: str, url: str, *media_types: str, params: Mapping[str, str] | None = None
) -> list[Json]:
    """Links to one document in several formats; ``self`` is JSON, the others its alternates."""
    return [
        link(
            "alternate" if rel == "self" and number else rel,
            media_type,
            f"{title} as {_NAMES[media_type]}",
            _with_params(url, params or {}, media_type),
        )
        for number, media_type in enumerate(media_types)
    ]


def self_links(url: str, *media_types: str, params: Mapping[str, str] | None = None) -> list[Json]:
    """Links of a document to itself and to its other formats."""
    return in_formats("self", "This document", url, *media_types, params=params)


def _to_collection(base_url: str, name: str) -> Json:
    return link("collection", JSON, "The collection", collection_url(base_url, name))


def items_links(
    base_url: str, name: str, params: Mapping[str, str], offset: int, limit: int, page: Json
) -> list[Json]:
    """Links of a page of items: self, alternate format, previous and next page."""
    url = items_url(base_url, name)
    others = {key: value for key, value in params.items() if key != "offset"}
    neighbours = []
    if offset > 0:
        neighbours.append(("prev", "Previous items", max(0, offset - limit)))
    if page["numberReturned"] and offset + limit < page["numberMatched"]:
        neighbours.append(("next", "Next items", offset + limit))
    return [
        *self_links(url, GEOJSON, HTML, params=params),
        *(
            link(rel, GEOJSON, title, _with_params(url, others | {"offset": str(target)}, GEOJSON))
            for rel, title, target in neighbours
        ),
        _to_collection(base_url, name),
    ]


def item_links(base_url: str, name: str, id_: str | int, params: Mapping[str, str]) -> list[Json]:
    """Links of one item."""
    url = item_url(base_url, name, id_)
    return [*self_links(url, GEOJSON, HTML, params=params), _to_collection(base_url, name)]


def collection_links(base_url: str, collection: Collection) -> list[Json]:
    """Links of the description of a collection."""
    layer, licence = collection.layer, collection.info["licence"]
    home, url = home_url(base_url), collection_url(base_url, layer.name)
    return [
        *in_formats("root", "The landing page", base_url, JSON, HTML),
        *self_links(url, JSON, HTML),
        *in_formats(f"{RELATION}schema", "Columns", f"{url}/schema", SCHEMA, HTML),
        *in_formats(f"{RELATION}queryables", "Queryables", f"{url}/queryables", SCHEMA, HTML),
        *in_formats("items", "Items", f"{url}/items", GEOJSON, HTML),
        *(
            link("license", HTML, name, href)
            for name, (_, href) in LICENCES.items()
            if name in licence.split("; ")
        ),
        link("license", HTML, f"Licence and sources: {licence}", f"{home}data?layer={layer.name}"),
        link("describedby", SCHEMA, "Form of an item", f"{url}/item-schema"),
        link(
            "enclosure",
            "application/vnd.apache.parquet",
            f"All of it as {'GeoParquet' if layer.geometry else 'Parquet'}",
            f"{home}download/{layer.name}.parquet",
        ),
    ]
