"""Landing page, collections, items, OpenAPI document and HTML pages."""

from __future__ import annotations

import jsonschema_rs
import orjson
import pytest

from geo.ogc.crs import CRS84
from geo.schema import LAYERS
from tests.dashboard.asgi import ask
from tests.dashboard.web.ogc_conformance.requirements import (
    GEOJSON,
    HTML,
    JSON,
    each_collection,
    links,
    quoted,
    requirement,
)


@requirement("core/root-op", "core/root-success", "core/api-definition-op",
             "core/api-definition-success", "core/conformance-op", "core/fc-md-op")  # fmt: skip
def test_landing_page_leads_to_definition_conformance_and_collections(get):
    landing = get("/").json()
    assert landing["title"]
    assert links(landing, "self") == {JSON: "?f=json"}
    for rel in ("service-desc", "service-doc", "conformance", "data"):
        [(media_type, path)] = links(landing, rel).items()
        path, _, format_ = path.partition("?f=")
        answer = get(path, **({"f": format_} if format_ else {}))
        assert answer.headers["content-type"].startswith(media_type)


@requirement("core/http")
def test_methods_and_status_are_those_of_http(routes):
    address = "/ogc/collections/cities"
    assert ask(routes, address, method="HEAD").status == 200
    assert ask(routes, address, method="POST").status == 405
    assert ask(routes, "/ogc/nowhere").status == 404


@requirement("core/query-param-unknown", "core/query-param-invalid")
@pytest.mark.parametrize("query", ["colour=red", "limit=0", "iso3=XXX", "population=-1",
                                   "projects=many", "bbox=1", "datetime=soon"])  # fmt: skip
def test_unknown_parameter_and_invalid_value_are_400(query, routes):
    assert ask(routes, f"/ogc/collections/cities/items?{query}").status == 400


@requirement("core/fc-md-success", "core/fc-md-links", "core/fc-md-items")
def test_collections_are_all_described_as_they_describe_themselves(get):
    document = get("/collections").json()
    assert set(links(document, "self")) == {JSON}
    assert set(links(document, "alternate")) == {HTML}
    assert [each["id"] for each in document["collections"]] == list(LAYERS)
    for described in document["collections"]:
        assert described == get(f"/collections/{described['id']}").json()


@each_collection
@requirement("core/fc-md-items-links", "core/fc-md-extent", "core/sfc-md-op",
             "core/sfc-md-success", "core/fc-rel-type")  # fmt: skip
def test_collection_leads_to_its_items_in_each_format_and_tells_its_extent(name, get):
    described = get(f"/collections/{name}").json()
    assert links(described, "items") == {
        GEOJSON: f"/collections/{name}/items?f=json", HTML: f"/collections/{name}/items?f=html"
    }  # fmt: skip
    assert all(link["rel"] and link["type"] for link in described["links"])
    spatial = described["extent"].get("spatial")
    assert (spatial is not None) == bool(LAYERS[name].geometry)
    if spatial:
        [[west, south, east, north]] = spatial["bbox"]
        assert (-180 <= west <= east <= 180, -90 <= south <= north <= 90) == (True, True)
        assert spatial["crs"] == CRS84


@each_collection
@requirement("core/fc-op", "core/fc-response", "core/fc-links", "core/fc-numberMatched",
             "core/fc-numberReturned", "core/fc-timeStamp", "core/f-op", "core/f-success",
             "core/f-links", "geojson/definition", "geojson/content")  # fmt: skip
def test_items_and_one_item_are_geojson_with_links(name, get, layers):
    answer = get(f"/collections/{name}/items", limit=3)
    page = answer.json()
    assert answer.headers["content-type"] == GEOJSON
    assert page["type"] == "FeatureCollection"
    assert page["numberMatched"] == len(layers[name])
    assert page["numberReturned"] == len(page["features"]) == min(3, len(layers[name]))
    assert "timeStamp" not in page  # optional; equal content has an equal, strong ETag
    for document in (page, get(f"/collections/{name}/items/{quoted(page)}").json()):
        assert set(links(document, "self")) == {GEOJSON}
        assert set(links(document, "alternate")) == {HTML}
        assert links(document, "collection") == {JSON: f"/collections/{name}"}
    assert {key: document[key] for key in page["features"][0]} == page["features"][0]


@requirement("html/definition", "html/content")
@pytest.mark.parametrize(
    "path",
    ["/", "/conformance", "/openapi", "/collections", "/collections/cities",
     "/collections/cities/items", "/collections/cities/items/dili",
     "/collections/cities/queryables"],
)  # fmt: skip
def test_each_document_is_a_page_with_its_content_and_links(path, get):
    answer = get(path, f="html")
    assert answer.headers["content-type"].startswith(HTML)
    page = answer.content.decode()
    assert page.startswith("<!doctype html>")
    assert "f=json" in page
    for text in {"/collections/cities/items/dili": ("Dili", "Timor-Leste", "125.574, -8.55861"),
                 "/collections": LAYERS}.get(path, ()):  # fmt: skip
        assert text in page


def json_schema(part: dict) -> dict:
    """Schemas of OpenAPI 3.0 as JSON Schema, which knows no ``nullable``."""
    text = orjson.dumps(part).replace(b'"object","nullable":true', b'["object","null"]')
    return orjson.loads(text)


@requirement("oas30/oas-definition-1", "oas30/oas-definition-2", "oas30/oas-impl",
             "oas30/completeness", "oas30/exception-codes", "oas30/security")  # fmt: skip
def test_openapi_document_is_valid_and_describes_each_answer_as_it_is_sent(api, get):
    import schemathesis  # takes a second, for which the processes of other tests need not wait

    schemathesis.openapi.from_dict(api).validate()
    assert "security" not in api
    for path, operations in api["paths"].items():
        name = path.split("/")[2] if path.startswith("/collections/") else ""
        if "{featureId}" in path:
            path = path.format(featureId=quoted(get(f"/collections/{name}/items").json()))
        responses = {
            status: api["components"]["responses"][each["$ref"].rpartition("/")[2]]
            for status, each in operations["get"]["responses"].items()
        }
        assert {"200", "400", "404"} <= set(responses)
        json_type, page_type = responses["200"]["content"]
        answer = get(path)
        assert answer.headers["content-type"] == json_type
        assert get(path, f="html").headers["content-type"].startswith(page_type)
        schema = responses["200"]["content"][json_type]["schema"]
        whole = {**schema, "components": json_schema(api["components"])}
        jsonschema_rs.validator_for(whole).validate(answer.json())
        for header in responses["200"].get("headers", ()):
            assert header.lower() in answer.headers
        refused = get(path, 400, colour="red").headers["content-type"]
        assert [refused] == list(responses["400"]["content"])
