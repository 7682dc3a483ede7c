"""The documents of the service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geo.errors import LayerError
from geo.ogc import crs, links, openapi, parameters, schemas
from geo.ogc.collection import Collection, Collections
from geo.ogc.links import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, link, self_links
from geo.ogc.selection import matching_positions

Json = dict[str, Any]
Query = Iterable[tuple[str, str]]

TITLE = "ASEAN Smart Cities"
DESCRIPTION = (
    "Map layers and tables of the ASEAN Smart Cities Network: member cities, places, boundaries, "
    "urbanisation and the projects of the Smart City Action Plans."
)
VERSION = "1"
"""Version of the service's API."""

CONFORMS_TO = tuple(
    f"http://www.opengis.net/spec/{part}"
    for part in (
        "ogcapi-common-1/1.0/conf/core",
        "ogcapi-common-1/1.0/conf/landing-page",
        "ogcapi-common-1/1.0/conf/json",
        "ogcapi-common-1/1.0/conf/html",
        "ogcapi-common-1/1.0/conf/oas30",
        "ogcapi-common-2/1.0/conf/collections",
        "ogcapi-features-1/1.0/conf/core",
        "ogcapi-features-1/1.0/conf/oas30",
        "ogcapi-features-1/1.0/conf/html",
        "ogcapi-features-1/1.0/conf/geojson",
        "ogcapi-features-2/1.0/conf/crs",
        "ogcapi-features-3/1.0/conf/queryables",
        "ogcapi-features-3/1.0/conf/queryables-query-parameters",
        "ogcapi-features-3/1.0/conf/filter",
        "ogcapi-features-3/1.0/conf/features-filter",
        "ogcapi-features-5/1.0/conf/schemas",
        "ogcapi-features-5/1.0/conf/core-roles-features",
        "cql2/1.0/conf/cql2-text",
        "cql2/1.0/conf/basic-cql2",
        "cql2/1.0/conf/advanced-comparison-operators",
        "cql2/1.0/conf/case-insensitive-comparison",
        "cql2/1.0/conf/basic-spatial-functions",
        "cql2/1.0/conf/basic-spatial-functions-plus",
        "cql2/1.0/conf/spatial-functions",
        "cql2/1.0/conf/property-property",
        "cql2/1.0/conf/arithmetic",
    )
)


@dataclass(frozen=True)
class Document:
    """A response.

    Attributes
    ----------
    content
        As JSON.
    media_type
        Of the JSON.
    headers
        Extra headers.
    """

    content: Json
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class Service:
    """The service at one base URL.

    Parameters
    ----------
    collections
        Collections to serve.
    base_url
        Base URL without a trailing slash, such as ``"https://example.org/ogc"``.
    """

    def __init__(self, collections: Collections, base_url: str) -> None:
        self.collections = collections
        self.base_url = base_url

    def _url(self, name: str) -> str:
        return links.collection_url(self.base_url, name)

    def landing(self) -> Document:
        """The landing page."""
        url = self.base_url
        content = {
            "title": TITLE,
            "description": DESCRIPTION,
            "links": [
                link("about", HTML, TITLE, links.home_url(url)),
                *self_links(url, JSON, HTML),
                link("service-desc", OPENAPI, "The interface as OpenAPI", f"{url}/openapi"),
                link("service-doc", HTML, "The interface as HTML", f"{url}/openapi?f=html"),
                link("conformance", JSON, "Conformance", f"{url}/conformance"),
                link("data", JSON, "Collections", f"{url}/collections"),
            ],
        }
        return Document(content)

    def conformance(self) -> Document:
        """The conformance classes."""
        return Document({"conformsTo": list(CONFORMS_TO)})

    def openapi(self) -> Document:
        """The OpenAPI document."""
        info = {"title": TITLE, "description": DESCRIPTION, "version": VERSION}
        return Document(openapi.document(self.collections, self.base_url, info), OPENAPI)

    def describe(self) -> Document:
        """All collections whose layer is readable."""
        readable = []
        for collection in self.collections.values():
            try:
                _ = collection.frame
            except LayerError:
                continue
            readable.append(collection)
        content = {
            "collections": [self._description(collection) for collection in readable],
            "links": self_links(f"{self.base_url}/collections", JSON, HTML),
        }
        return Document(content)

    def describe_one(self, name: str) -> Document:
        """One collection."""
        return Document(self._description(self.collections[name]))

    def _description(self, collection: Collection) -> Json:
        layer, info = collection.layer, collection.info
        extent: Json = {}
        if layer.geometry:
            bounds = collection.bounds or [-180.0, -90.0, 180.0, 90.0]
            extent["spatial"] = {"bbox": [bounds], "crs": crs.CRS84}
        if collection.period:
            extent["temporal"] = {
                "interval": [list(collection.period)],
                "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
            }
        return {
            "id": layer.name,
            "title": layer.title,
            "description": layer.description,
            "keywords": ["ASEAN", "smart cities", layer.name],
            "license": info["licence"],
            "attribution": info["attribution"],
            "itemType": "feature",
            "extent": extent,
            "crs": list(crs.SUPPORTED),
            "storageCrs": crs.CRS84,
            "links": links.collection_links(self.base_url, collection),
        }

    def queryables(self, name: str) -> Document:
        """The queryables of a collection, as JSON Schema."""
        url = f"{self._url(name)}/queryables"
        content = schemas.columns(self.collections[name], url)
        return Document({**content, "additionalProperties": False}, SCHEMA)

    def schema(self, name: str) -> Document:
        """The columns of a collection, as JSON Schema."""
        return Document(
            schemas.columns(self.collections[name], f"{self._url(name)}/schema"), SCHEMA
        )

    def item_schema(self, name: str) -> Document:
        """One item of a collection, as JSON Schema."""
        return Document(
            schemas.item(self.collections[name], f"{self._url(name)}/item-schema"), SCHEMA
        )

    def items(self, name: str, params: Query) -> Document:
        """A page of items.

        Raises
        ------
        QueryError
            If a parameter is invalid; the message names it.
        NotFoundError
            If there is no such collection.
        """
        collection = self.collections[name]
        query = parameters.parse_items_query(params, collection)
        matched = matching_positions(collection, query)
        page = matched[:0] if query.hits else matched[query.offset : query.offset + query.limit]
        target = crs.target_crs(query.crs)
        content: Json = {
            "type": "FeatureCollection",
            "features": collection.features(page, query.properties, query.geometry, target),
            "numberMatched": len(matched),
            "numberReturned": len(page),
        }
        content["links"] = links.items_links(
            self.base_url, name, query.params, query.offset, query.limit, content
        )
        queryables = f'<{self._url(name)}/queryables>; rel="{links.RELATION}queryables"'
        return Document(content, GEOJSON, {"Content-Crs": f"<{query.crs}>", "Link": queryables})

    def item(self, name: str, id_: str, params: Query) -> Document:
        """One item.

        Raises
        ------
        NotFoundError
            If there is no such collection or item.
        """
        collection = self.collections[name]
        positions = np.array([collection.position(id_)])
        given = parameters.parse_unique_params(params, parameters.ITEM)
        uri = parameters.parse_crs(given)
        [content] = collection.features(positions, target=crs.target_crs(uri))
        content["links"] = links.item_links(self.base_url, name, content["id"], given)
        return Document(content, GEOJSON, {"Content-Crs": f"<{uri}>"})
