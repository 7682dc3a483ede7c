"""Documents of the service: those of pygeoapi, with additions and corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import orjson
import pygeoapi.api
from pygeoapi import l10n
from pygeoapi.api import API, APIRequest, itemtypes
from pygeoapi.linked_data import geojson2jsonld

from geo.errors import LayerError, NotFoundError, QueryError
from geo.ogc import config, links, openapi, parameters
from geo.ogc.boxes import parse_bbox
from geo.ogc.collection import Collection, Collections
from geo.ogc.parameters import DEFAULT_LIMIT, MAX_ITEMS

Json = dict[str, Any]
Query = Iterable[tuple[str, str]]

JSON = "application/json"
SCHEMA = "application/schema+json"
LINKED = "application/ld+json"


@dataclass(frozen=True)
class Document:
    """A response: content, media type of its JSON, extra headers."""

    content: Json
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class _Api(API):  # type: ignore[misc]
    """pygeoapi's state for one request.

    The constructor of the base class configures logging, copies the configuration with all rows
    and starts a process manager and an HTTP client, none of which is needed here.
    """

    def __init__(self, settings: Json) -> None:
        self.config = settings
        self.openapi: Json = {}
        self.api_headers: dict[str, str] = {}
        self.base_url = settings["server"]["url"]
        self.locales = l10n.get_locales(settings)
        self.default_locale = self.locales[0]
        self.pretty_print = False
        self.tpl_config = {"server": settings["server"]}


class Service:
    """The service at one base URL.

    Parameters
    ----------
    collections
        Collections to serve.
    address
        Base URL without a trailing slash, such as ``"https://example.org/ogc"``.
    """

    def __init__(self, collections: Collections, base_url: str) -> None:
        self.collections = collections
        self.base_url = base_url

    def _api(self, names: Iterable[str], options: Mapping[str, str] | None = None) -> _Api:
        described = {name: self.collections[name] for name in names}
        return _Api(config.settings(described, self.base_url, options or {}))

    def _ask(
        self,
        function: Callable[..., tuple[dict[str, str], int, str]],
        api: _Api,
        *arguments: str,
        query: Mapping[str, str] | None = None,
        format: str = "json",
    ) -> tuple[Json, dict[str, str]]:
        """Call a function of pygeoapi; returns the document and its headers."""
        request = SimpleNamespace(
            query_params={**(query or {}), "f": format}, headers={}, scope={"path": ""}
        )
        headers, status, content = function(api, APIRequest(request, api.locales), *arguments)
        document: Json = orjson.loads(content)
        if status != 200:
            kind = NotFoundError if status == 404 else QueryError
            raise kind(f"{document['description'].rstrip('.')}.")
        return document, headers

    def _readable(self) -> list[str]:
        """Names of the collections whose layer is readable."""
        names = []
        for name, collection in self.collections.items():
            try:
                _ = collection.frame
            except LayerError:
                continue
            names.append(name)
        return names

    def landing(self, json_ld: bool = False) -> Document:
        """The landing page."""
        api = self._api(())
        if json_ld:
            content, _ = self._ask(pygeoapi.api.landing_page, api, format="jsonld")
            return Document(content, LINKED)
        content, _ = self._ask(pygeoapi.api.landing_page, api)
        content["links"] = [link for link in content["links"] if links.is_served(link)]
        return Document(content)

    def conformance(self) -> Document:
        """The conformance classes; pygeoapi's list includes some that are not implemented."""
        return Document({"conformsTo": list(config.CONFORMS_TO)})

    def openapi(self) -> Document:
        """The OpenAPI document."""
        info = {**config.ABOUT, "version": config.VERSION}
        return Document(openapi.document(self.collections, self.base_url, info), openapi.MEDIA_TYPE)

    def describe(self, json_ld: bool = False) -> Document:
        """All collections."""
        names = self._readable()
        api = self._api(names)
        function = pygeoapi.api.describe_collections
        if json_ld:
            content, _ = self._ask(function, api, format="jsonld")
            for dataset, name in zip(content["dataset"], names, strict=True):
                links.complete_dataset(dataset, self.collections[name])
            return Document(content, LINKED)
        content, _ = self._ask(function, api)
        for described in content["collections"]:
            links.complete_description(described, self.collections[described["id"]], self.base_url)
        return Document(content)

    def describe_one(self, name: str, json_ld: bool = False) -> Document:
        """One collection."""
        collection = self.collections[name]
        api = self._api([name])
        function = pygeoapi.api.describe_collections
        if json_ld:
            content, _ = self._ask(function, api, name, format="jsonld")
            links.complete_dataset(content["dataset"], collection)
            return Document(content, LINKED)
        content, _ = self._ask(function, api, name)
        links.complete_description(content, collection, self.base_url)
        return Document(content)

    def queryables(self, name: str) -> Document:
        """The queryables of a collection, as JSON Schema."""
        fields = self.collections[name].fields()
        content, _ = self._ask(itemtypes.get_collection_queryables, self._api([name]), name)
        content["$id"] = f"{self.base_url}/collections/{name}/queryables"
        content["additionalProperties"] = False
        for column, field_ in fields.items():
            content["properties"][column] |= field_
        self._shape(content, self.collections[name])
        return Document(content, SCHEMA)

    def schema(self, name: str) -> Document:
        """The columns of a collection, as JSON Schema."""
        content, _ = self._ask(pygeoapi.api.get_collection_schema, self._api([name]), name)
        self._shape(content, self.collections[name])
        return Document(content, SCHEMA)

    def item_schema(self, name: str) -> Document:
        """One item of a collection, as JSON Schema.

        GDAL takes the column types from it. Otherwise it would infer the date type from the first
        values of a column, and lose a year further down.
        """
        collection = self.collections[name]
        feature = openapi.feature(collection)
        url = f"{self.base_url}/collections/{name}/item-schema"
        schema = {"$schema": "http://json-schema.org/draft/2019-09/schema", "$id": url, **feature}
        return Document(schema, SCHEMA)

    def _shape(self, schema: Json, collection: Collection) -> None:
        """Set the geometry type in a schema, or remove the geometry."""
        if collection.layer.geometry:
            schema["properties"]["geometry"] |= {
                "title": "geometry",
                "format": f"geometry-{collection.layer.geometry.lower()}",
            }
        else:
            del schema["properties"]["geometry"]

    def items(self, name: str, query: Query, json_ld: bool = False) -> Document:
        """A page of items.

        Raises
        ------
        QueryError
            If a parameter is invalid; the message names it.
        NotFoundError
            If there is no such collection.
        """
        collection = self.collections[name]
        params = parameters.parse_items_params(query, collection)
        limit = min(parameters.parse_whole_number(params, "limit", DEFAULT_LIMIT, 1), MAX_ITEMS)
        offset = parameters.parse_whole_number(params, "offset", 0, 0)
        options = {name: params[name] for name in config.OPTIONS if name in params}
        forwarded = {
            name: value for name, value in params.items() if name not in config.PROVIDER_PARAMETERS
        }
        forwarded |= {"limit": str(limit), "offset": str(offset)}
        if "bbox" in params:
            forwarded["bbox"] = ",".join(map(str, parse_bbox(params["bbox"])))
        if "sortby" in params:
            forwarded["sortby"] = params["sortby"].replace(" ", "+")  # a decoded plus
        api = self._api([name], options)
        content, headers = self._ask(itemtypes.get_collection_items, api, name, query=forwarded)
        content["links"] = links.items_links(self.base_url, name, params, offset, limit, content)
        response_headers = {"Content-Crs": headers["Content-Crs"]}
        if not json_ld:
            return Document(content, openapi.GEOJSON, response_headers)
        for feature in content["features"]:
            feature["@id"] = links.item_url(self.base_url, name, feature["id"])
        text = geojson2jsonld(api, content, name, id_field="@id")
        return Document(orjson.loads(text), LINKED, response_headers)

    def item(self, name: str, id_: str, query: Query, json_ld: bool = False) -> Document:
        """One item.

        Raises
        ------
        NotFoundError
            If there is no such collection or item.
        """
        self.collections[name].position(id_)
        params = parameters.parse_item_params(query)
        api = self._api([name])
        forwarded = {"crs": params["crs"]} if "crs" in params else {}
        content, headers = self._ask(itemtypes.get_collection_item, api, name, id_, query=forwarded)
        url = links.item_url(self.base_url, name, id_)
        content["links"] = links.item_links(self.base_url, name, url, forwarded)
        response_headers = {"Content-Crs": headers["Content-Crs"]}
        if not json_ld:
            return Document(content, openapi.GEOJSON, response_headers)
        text = geojson2jsonld(api, content, name, url)
        return Document(orjson.loads(text), LINKED, response_headers)
