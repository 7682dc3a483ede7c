"""Requirements by the tests that check them, and what those tests read of a document."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from geo.schema import LAYERS

HTML, JSON, GEOJSON = "text/html", "application/json", "application/geo+json"
SCHEMA = "application/schema+json"
RELATION = "http://www.opengis.net/def/rel/ogc/1.0/"

each_collection = pytest.mark.parametrize("name", LAYERS)
each_layer = pytest.mark.parametrize("name", [name for name in LAYERS if LAYERS[name].geometry])


def requirement(*names: str) -> Callable[[Callable], Callable]:
    """Name the requirements that a test checks: ``/req/<class>/<name>``."""

    def named(test: Callable) -> Callable:
        test.requirements = names
        return test

    return named


def links(document: dict, rel: str) -> dict[str, str]:
    """Address by media type."""
    found = [link for link in document["links"] if link["rel"] == rel]
    return {link["type"]: link["href"].removeprefix("http://testserver/ogc") for link in found}


def quoted(page: dict) -> str:
    return quote(str(page["features"][0]["id"]), safe="")


def parameter(api: dict, name: str, of: str = "cities") -> dict:
    """A parameter of items, as the OpenAPI document defines it."""
    given = api["paths"][f"/collections/{of}/items"]["get"]["parameters"]
    known = [
        api["components"]["parameters"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        for each in given
    ]
    [found] = [each for each in known if each["name"] == name]
    assert (found["in"], found["required"]) == ("query", False)
    return found


def matched(items, name: str, /, **query: object) -> int:
    return items(name, resulttype="hits", **query)["numberMatched"]
