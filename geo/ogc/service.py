"""What the service answers: pygeoapi's documents, completed where they fall short."""

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
from geo.ogc.boxes import box
from geo.ogc.collection import Collection, Collections
from geo.ogc.parameters import DEFAULT_LIMIT, MOST_ITEMS

Json = dict[str, Any]
Query = Iterable[tuple[str, str]]

JSON = "application/json"
SCHEMA = "application/schema+json"
LINKED = "application/ld+json"


@dataclass(frozen=True)
class Document:
    """An answer: content, media type of its JSON, further headers."""

    content: Json
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class _Api(API):  # type: ignore[misc]
    """pygeoapi's state for one request.

    Its own constructor sets up the process's logging, copies the configuration with all rows in it
    and starts a process manager and an HTTP client, none of which is wanted here.
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
    """The service at one address.

    Parameters
    ----------
    collections
        What is served.
    address
        Where, without a slash at its end, such as ``"https://example.org/ogc"``.
    """

    def __init__(self, collections: Collections, address: str) -> None:
        self.collections = collections
        self.address = address

    def _api(self, names: Iterable[str], options: Mapping[str, str] | None = None) -> _Api:
        described = {name: self.collections[name] for name in names}
        return _Api(config.settings(described, self.address, options or {}))

    def _ask(
        self,
        function: Callable[..., tuple[dict[str, str], int, str]],
        api: _Api,
        *arguments: str,
        query: Mapping[str, str] | None = None,
        format: str = "json",
    ) -> tuple[Json, dict[str, str]]:
        """What a function of pygeoapi answers: the document and its headers."""
        asked = SimpleNamespace(
            query_params={**(query or {}), "f": format}, headers={}, scope={"path": ""}
        )
        headers, status, content = function(api, APIRequest(asked, api.locales), *arguments)
        answered: Json = orjson.loads(content)
        if status != 200:
            kind = NotFoundError if status == 404 else QueryError
            raise kind(f"{answered['description'].rstrip('.')}.")
        return answered, headers

    def _readable(self) -> list[str]:
        """Names of the collections whose file can be read; one that cannot hides no other."""
        names = []
        for name, collection in self.collections.items():
            try:
                _ = collection.frame
            except LayerError:
                continue
            names.append(name)
        return names

    def landing(self, linked: bool = False) -> Document:
        """The landing page."""
        api = self._api(())
        if linked:
            content, _ = self._ask(pygeoapi.api.landing_page, api, format="jsonld")
            return Document(content, LINKED)
        content, _ = self._ask(pygeoapi.api.landing_page, api)
        content["links"] = [link for link in content["links"] if links.served(link)]
        return Document(content)

    def conformance(self) -> Document:
        """The standards that are kept; pygeoapi lists some that are not."""
        return Document({"conformsTo": list(config.CONFORMS_TO)})

    def openapi(self) -> Document:
        """The OpenAPI document."""
        about = {**config.ABOUT, "version": config.VERSION}
        return Document(openapi.document(self.collections, self.address, about), openapi.MEDIA_TYPE)

    def describe(self, linked: bool = False) -> Document:
        """All collections."""
        names = self._readable()
        api = self._api(names)
        function = pygeoapi.api.describe_collections
        if linked:
            content, _ = self._ask(function, api, format="jsonld")
            for dataset, name in zip(content["dataset"], names, strict=True):
                links.complete_dataset(dataset, self.collections[name])
            return Document(content, LINKED)
        content, _ = self._ask(function, api)
        for described in content["collections"]:
            links.complete(described, self.collections[described["id"]], self.address)
        return Document(content)

    def describe_one(self, name: str, linked: bool = False) -> Document:
        """One collection."""
        collection = self.collections[name]
        api = self._api([name])
        function = pygeoapi.api.describe_collections
        if linked:
            content, _ = self._ask(function, api, name, format="jsonld")
            links.complete_dataset(content["dataset"], collection)
            return Document(content, LINKED)
        content, _ = self._ask(function, api, name)
        links.complete(content, collection, self.address)
        return Document(content)

    def queryables(self, name: str) -> Document:
        """What a collection can be filtered by, as JSON Schema."""
        fields = self.collections[name].fields()
        content, _ = self._ask(itemtypes.get_collection_queryables, self._api([name]), name)
        content["$id"] = f"{self.address}/collections/{name}/queryables"
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

        GDAL takes the types of columns from it. Without it a column whose first values are days
        would be one of days, and a year further down would be lost.
        """
        collection = self.collections[name]
        feature = openapi.feature(collection)
        at = f"{self.address}/collections/{name}/item-schema"
        schema = {"$schema": "http://json-schema.org/draft/2019-09/schema", "$id": at, **feature}
        return Document(schema, SCHEMA)

    def _shape(self, schema: Json, collection: Collection) -> None:
        """Say which geometry there is, if any."""
        if collection.layer.geometry:
            schema["properties"]["geometry"] |= {
                "title": "geometry",
                "format": f"geometry-{collection.layer.geometry.lower()}",
            }
        else:
            del schema["properties"]["geometry"]

    def items(self, name: str, query: Query, linked: bool = False) -> Document:
        """A page of items.

        Raises
        ------
        QueryError
            If a parameter is wrong; the message names it.
        NotFoundError
            If there is no such collection.
        """
        collection = self.collections[name]
        asked = parameters.of_items(query, collection)
        limit = min(parameters.whole(asked, "limit", DEFAULT_LIMIT, 1), MOST_ITEMS)
        offset = parameters.whole(asked, "offset", 0, 0)
        options = {name: asked[name] for name in config.OPTIONS if name in asked}
        query_ = {name: value for name, value in asked.items() if name not in config.OWN}
        query_ |= {"limit": str(limit), "offset": str(offset)}
        if "bbox" in asked:
            query_["bbox"] = ",".join(map(str, box(asked["bbox"])))
        if "sortby" in asked:
            query_["sortby"] = asked["sortby"].replace(" ", "+")  # a plus that an address lost
        api = self._api([name], options)
        content, headers = self._ask(itemtypes.get_collection_items, api, name, query=query_)
        content["links"] = links.of_items(self.address, name, asked, offset, limit, content)
        answered = {"Content-Crs": headers["Content-Crs"]}
        if not linked:
            return Document(content, openapi.GEOJSON, answered)
        for feature in content["features"]:
            feature["@id"] = links.item(self.address, name, feature["id"])
        text = geojson2jsonld(api, content, name, id_field="@id")
        return Document(orjson.loads(text), LINKED, answered)

    def item(self, name: str, id_: str, query: Query, linked: bool = False) -> Document:
        """One item.

        Raises
        ------
        NotFoundError
            If there is no such collection or item.
        """
        self.collections[name].position(id_)
        asked = parameters.of_item(query)
        api = self._api([name])
        given = {"crs": asked["crs"]} if "crs" in asked else {}
        content, headers = self._ask(itemtypes.get_collection_item, api, name, id_, query=given)
        at = links.item(self.address, name, id_)
        content["links"] = links.of_item(self.address, name, at, given)
        answered = {"Content-Crs": headers["Content-Crs"]}
        if not linked:
            return Document(content, openapi.GEOJSON, answered)
        text = geojson2jsonld(api, content, name, at)
        return Document(orjson.loads(text), LINKED, answered)
