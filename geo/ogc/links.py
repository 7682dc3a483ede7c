"""Links between documents, and additions to pygeoapi's descriptions of collections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from geo.ogc.collection import Collection

Json = dict[str, Any]

_FORMATS = {
    "json": ("application/geo+json", "This document as GeoJSON"),
    "jsonld": ("application/ld+json", "This document as JSON-LD"),
    "html": ("text/html", "This document as a page"),
}

_NOT_SERVED = ("processes", "job-list", "tiling-schemes")

LICENCES = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY 3.0 IGO": "https://creativecommons.org/licenses/by/3.0/igo/",
    "Public domain": "https://creativecommons.org/publicdomain/mark/1.0/",
}
"""URLs of licences; other conditions are given on the Data page."""


def is_served(link: Mapping[str, Any]) -> bool:
    """Whether the target of a link on pygeoapi's landing page is served."""
    return not str(link["rel"]).endswith(_NOT_SERVED)


def item_url(base_url: str, name: str, id_: str | int) -> str:
    """The URL of an item; ids may contain any character."""
    return f"{base_url}/collections/{name}/items/{quote(str(id_), safe='~')}"


def _page_url(url: str, query: Mapping[str, str], format: str) -> str:
    return f"{url}?{urlencode({**query, 'f': format}, safe=',/:~')}"


def _alternates(url: str, query: Mapping[str, str]) -> list[Json]:
    others = {key: value for key, value in query.items() if key != "f"}
    return [
        {
            "rel": "self" if format == "json" else "alternate",
            "type": media_type,
            "title": title,
            "href": _page_url(url, others, format),
        }
        for format, (media_type, title) in _FORMATS.items()
    ]


def _collection_link(base_url: str, name: str) -> Json:
    return {
        "rel": "collection",
        "type": "application/json",
        "title": "The collection",
        "href": f"{base_url}/collections/{name}",
    }


def items_links(
    base_url: str, name: str, params: Mapping[str, str], offset: int, limit: int, page: Json
) -> list[Json]:
    """Links of a page of items: self, alternate formats, previous and next page."""
    url = f"{base_url}/collections/{name}/items"
    result = _alternates(url, params)
    others = {key: value for key, value in params.items() if key not in {"f", "offset"}}
    neighbours = []
    if offset > 0:
        neighbours.append(("prev", "Items before", max(0, offset - limit)))
    if page["numberReturned"] and offset + limit < page["numberMatched"]:
        neighbours.append(("next", "Items after", offset + limit))
    for rel, title, target in neighbours:
        query = {**others, "offset": str(target)}
        href = _page_url(url, query, "json")
        result.append({"rel": rel, "type": "application/geo+json", "title": title, "href": href})
    return [*result, _collection_link(base_url, name)]


def item_links(base_url: str, name: str, url: str, params: Mapping[str, str]) -> list[Json]:
    """Links of one item."""
    return [*_alternates(url, params), _collection_link(base_url, name)]


def complete_description(described: Json, collection: Collection, base_url: str) -> None:
    """Add licence, attribution, temporal extent, and links to licence and download."""
    info, layer = collection.info, collection.layer
    home = base_url.rsplit("/", 1)[0]
    described |= {"license": info["licence"], "attribution": info["attribution"]}
    if not layer.geometry:
        del described["extent"]["spatial"]
    if collection.period:
        described["extent"]["temporal"] = {
            "interval": [list(collection.period)],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    table = "GeoParquet" if layer.geometry else "Parquet"
    described["links"] += [
        *(
            {"rel": "license", "type": "text/html", "title": name, "href": href}
            for name, href in LICENCES.items()
            if name in info["licence"].split("; ")
        ),
        {
            "rel": "license",
            "type": "text/html",
            "title": f"Licence and sources: {info['licence']}",
            "href": f"{home}/data?layer={layer.name}",
        },
        {
            "rel": "describedby",
            "type": "application/schema+json",
            "title": "Form of an item",
            "href": f"{base_url}/collections/{layer.name}/item-schema",
        },
        {
            "rel": "enclosure",
            "type": "application/vnd.apache.parquet",
            "title": f"All of it as {table}",
            "href": f"{home}/download/{layer.name}.parquet",
        },
    ]


def complete_dataset(dataset: Json, collection: Collection) -> None:
    """Add licence, attribution and temporal extent to a description in JSON-LD."""
    info = collection.info
    dataset |= {"license": info["licence"], "creditText": info["attribution"]}
    if not collection.layer.geometry:
        dataset["spatial"] = None
    if collection.period:
        dataset["temporalCoverage"] = "/".join(collection.period)
