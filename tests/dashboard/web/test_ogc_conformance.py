"""The service against the requirements of the conformance classes that it declares.

OGC API - Features part 1 (17-069r4), part 2 (18-058r1) and part 3 (19-079r2), CQL2 (21-065r2). Each
test names the requirements that it checks.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import jsonschema_rs
import numpy as np
import orjson
import pytest
import schemathesis
import shapely

from geo.ogc.crs import CRS84, WEB_MERCATOR
from geo.ogc.service import CONFORMS_TO
from geo.schema import LAYERS
from tests.dashboard.asgi import Answer, ask

TESTED: set[str] = set()
"""Requirements classes with a test."""

HTML, JSON, GEOJSON = "text/html", "application/json", "application/geo+json"
SCHEMA = "application/schema+json"
RELATION = "http://www.opengis.net/def/rel/ogc/1.0/"

each_collection = pytest.mark.parametrize("name", LAYERS)
each_layer = pytest.mark.parametrize("name", [name for name in LAYERS if LAYERS[name].geometry])


def requirement(*names: str) -> Callable[[Callable], Callable]:
    """Name the requirements that a test checks: ``/req/<class>/<name>``."""
    TESTED.update(name.partition("/")[0] for name in names)
    return lambda test: test


@pytest.fixture(scope="module")
def get(routes) -> Callable[..., Answer]:
    """The answer below ``/ogc``; keywords are the query."""

    def fetch(path: str, status: int = 200, /, **query: object) -> Answer:
        text = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())
        answer = ask(routes, f"/ogc{path}?{text}")
        assert answer.status == status, answer.content
        return answer

    return fetch


@pytest.fixture(scope="module")
def api(get) -> dict:
    return get("/openapi").json()


@pytest.fixture(scope="module")
def items(get) -> Callable[..., dict]:
    return lambda name, /, **query: get(f"/collections/{name}/items", **query).json()


def matched(items, name: str, /, **query: object) -> int:
    return items(name, resulttype="hits", **query)["numberMatched"]


def links(document: dict, rel: str) -> dict[str, str]:
    """Address by media type."""
    found = [link for link in document["links"] if link["rel"] == rel]
    return {link["type"]: link["href"].removeprefix("http://testserver/ogc") for link in found}


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


@requirement("core/conformance-success")
def test_each_class_that_is_declared_is_tested(get):
    declared = get("/conformance").json()["conformsTo"]
    assert declared == list(CONFORMS_TO)
    parts = "/spec/ogcapi-features-1/", "/spec/ogcapi-features-2/", "/ogcapi-features-3/", "/cql2/"
    uris = [uri for uri in declared if any(part in uri for part in parts)]
    assert {uri.rpartition("/")[2] for uri in uris} == TESTED


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


def quoted(page: dict) -> str:
    return quote(str(page["features"][0]["id"]), safe="")


@requirement("core/fc-limit-definition", "core/fc-limit-response-1")
def test_limit_is_defined_and_kept_to(api, items):
    schema = parameter(api, "limit")["schema"]
    assert (schema["type"], schema["minimum"], schema["default"]) == ("integer", 1, 100)
    for limit in (1, 7, 100, 10_000, 1_000_000):
        page = items("city_years", limit=limit, properties="year")
        assert len(page["features"]) == min(limit, schema["maximum"])
    assert len(items("city_years")["features"]) == schema["default"]


@requirement("core/fc-bbox-definition", "core/fc-bbox-response", "core/crs84")
@each_layer
def test_box_keeps_what_intersects_it_in_longitude_and_latitude(name, api, items, layers):
    schema = parameter(api, "bbox", name)["schema"]
    assert (schema["type"], schema["minItems"], schema["maxItems"]) == ("array", 4, 6)
    assert schema["items"] == {"type": "number"}
    for edges in ((88, 0.5, 106.5, 26.5), (125, -9, 126, -8)):
        shapes = layers.geo(name).geometry  # a feature without a geometry matches every box
        expected = int((shapes.intersects(shapely.box(*edges)) | shapes.isna()).sum())
        for box in (edges, (*edges[:2], 0, *edges[2:], 9)):
            assert matched(items, name, bbox=",".join(map(str, box))) == expected


@requirement("core/fc-bbox-response", "core/fc-time-response")
def test_what_has_no_geometry_or_time_is_matched(items, layers):
    assert matched(items, "projects", bbox="0,0,1,1") == len(layers["projects"])
    assert matched(items, "cities", datetime="1900") == len(layers["cities"])
    timeless = int(layers["plan_targets"]["target_year"].isna().sum())
    assert matched(items, "plan_targets", datetime="1900") == timeless > 0


@requirement("core/fc-time-definition", "core/fc-time-response")
@pytest.mark.parametrize(
    ("interval", "first", "last"),
    [("2020-06-01T00:00:00Z", 2020, 2020), ("2019-01-01/2020-06-01", 2019, 2020),
     ("../1951-01-01T12:00:00+07:00", 1950, 1951), ("/1951-01-01", 1950, 1951),
     ("2034-12-31/..", 2034, 2035), ("2034-12-31/", 2034, 2035), ("1900-01-01", 1, 0)],
)  # fmt: skip
def test_time_and_interval_keep_what_they_touch(interval, first, last, api, items, layers):
    assert parameter(api, "datetime", "city_years")["schema"] == {"type": "string"}
    years = layers["city_years"]["year"]
    assert matched(items, "city_years", datetime=interval) == years.between(first, last).sum()


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


@requirement("crs/crs-uri", "crs/fc-md-crs-list", "crs/fc-md-crs-list-global",
             "crs/fc-md-storageCrs", "crs/fc-md-storageCrs-valid-value")  # fmt: skip
@each_collection
def test_collection_names_its_crs_by_uri_with_that_of_its_storage(name, get):
    described = get(f"/collections/{name}").json()
    assert described["crs"] == [CRS84, WEB_MERCATOR]
    assert described["storageCrs"] in described["crs"]


@requirement("crs/fc-bbox-crs-definition", "crs/fc-bbox-crs-valid-value", "crs/fc-crs-definition",
             "crs/fc-bbox-crs-default-value", "crs/fc-crs-valid-value", "crs/bbox-crs-exception",
             "crs/fc-crs-default-value", "crs/crs-exception")  # fmt: skip
@pytest.mark.parametrize("name", ["crs", "bbox-crs"])
def test_crs_parameters_take_the_listed_crs_alone(name, api, get, items):
    schema = parameter(api, name)["schema"]
    assert (schema["enum"], schema["default"]) == ([CRS84, WEB_MERCATOR], CRS84)
    box = {"bbox": "106,-7,107,-6"}
    for uri in ("EPSG:3857", "", "http://www.opengis.net/def/crs/EPSG/0/99999", "urn:x"):
        detail = get("/collections/cities/items", 400, **box, **{name: uri}).json()["detail"]
        assert name in detail
    named, default = (items("cities", **box, **more)["features"] for more in ({name: CRS84}, {}))
    assert named == default != []


@requirement("crs/fc-bbox-crs-action", "crs/fc-crs-action", "crs/ogc-crs-header",
             "crs/ogc-crs-header-value", "crs/geojson")  # fmt: skip
@each_layer
def test_coordinates_are_in_the_crs_that_is_asked_for_and_the_header_names_it(name, get, layers):
    projected = layers.geo(name).to_crs(3857)
    west, south, east, north = shapely.box(1.1e7, -1e6, 1.2e7, 1e6).bounds
    query = {"bbox": f"{west},{south},{east},{north}", "bbox-crs": WEB_MERCATOR, "limit": 10_000}
    inside = projected[projected.intersects(shapely.box(west, south, east, north))]
    for uri, expected in ((WEB_MERCATOR, inside), (CRS84, layers.geo(name).loc[inside.index])):
        answer = get(f"/collections/{name}/items", crs=uri, **query)
        assert answer.headers["content-crs"] == f"<{uri}>"
        geometries = [each["geometry"] for each in answer.json()["features"]]
        shapes = shapely.from_geojson([orjson.dumps(one) for one in geometries if one])
        assert np.allclose(shapely.bounds(shapes), expected.bounds, atol=0.006)
        page = get(f"/collections/{name}/items", crs=uri, limit=1).json()
        one = get(f"/collections/{name}/items/{quoted(page)}", crs=uri)
        assert one.headers["content-crs"] == f"<{uri}>"
        assert one.json()["geometry"] == page["features"][0]["geometry"]


@requirement("queryables/queryables-link", "queryables/get-queryables-op",
             "queryables/get-queryables-response", "features-filter/get-queryables-op",
             "features-filter/queryables-link")  # fmt: skip
@each_collection
def test_queryables_are_a_schema_that_collection_and_items_lead_to(name, get):
    path = f"/collections/{name}/queryables"
    described = get(f"/collections/{name}").json()
    assert links(described, f"{RELATION}queryables")[SCHEMA] == f"{path}?f=json"
    url = f"http://testserver/ogc{path}"
    header = get(f"/collections/{name}/items", limit=1).headers["link"]
    assert header == f'<{url}>; rel="{RELATION}queryables"'
    answer = get(path)
    schema = answer.json()
    assert answer.headers["content-type"] == SCHEMA
    assert schema["$schema"] == "https://json-schema.org/draft/2019-09/schema"
    assert (schema["$id"], schema["type"]) == (url, "object")
    jsonschema_rs.meta.validate(schema)
    assert set(schema["properties"]) - {"geometry"} == set(LAYERS[name].columns)


@requirement("queryables/expression-construction")
def test_filter_names_queryables_alone(get):
    for filter_ in ("river = 1", "S_INTERSECTS(shape, POINT(1 1))"):
        detail = get("/collections/cities/items", 400, filter=filter_).json()["detail"]
        assert "no column of cities" in detail


@requirement("queryables-query-parameters/parameters")
@each_collection
def test_each_queryable_is_a_parameter_of_the_same_schema(name, api, get, items, layers):
    schema = get(f"/collections/{name}/queryables").json()["properties"]
    rows = layers[name]
    for column, declared in schema.items():
        if column == "geometry":
            continue
        given = parameter(api, column, name)["schema"]
        assert given.items() <= declared.items()
        assert not {"title", "x-ogc-unit", "x-ogc-role"} & set(given)
    column = LAYERS[name].key[0]
    value = rows[column].iloc[-1]
    expected = int((rows[column] == value).sum())
    assert matched(items, name, **{column: value}) == expected


@requirement("filter/filter-param", "filter/filter-lang-param", "filter/filter-crs-param",
             "features-filter/filter-param", "features-filter/filter-lang-param",
             "features-filter/filter-crs-param")  # fmt: skip
def test_filter_parameters_are_defined_and_their_values_checked(api, get, items):
    assert parameter(api, "filter")["schema"] == {"type": "string"}
    assert parameter(api, "filter-lang")["schema"]["enum"][0] == "cql2-text"
    assert parameter(api, "filter-crs")["schema"]["default"] == CRS84
    for query in ({"filter": "name ="}, {"filter-lang": "cql2-json"}, {"filter-crs": "EPSG:3857"}):
        get("/collections/cities/items", 400, **query)
    metres = "S_INTERSECTS(geometry, BBOX(13900000, -970000, 14100000, -940000))"
    query = {"filter": metres, "filter-crs": WEB_MERCATOR, "filter-lang": "cql2-text"}
    found = items("cities", **query)
    assert [each["id"] for each in found["features"]] == ["dili"]


@requirement("filter/mixing-expressions", "filter/response", "features-filter/response")
def test_filter_and_other_parameters_all_hold(items, layers):
    rows = layers["city_years"]
    query = {"filter": "population > 5000000", "datetime": "2000/2010", "iso3": "IDN"}
    for left_out in (*query, ""):
        expected = (rows["population"] > 5_000_000) | (left_out == "filter")
        expected &= rows["year"].between(2000, 2010) | (left_out == "datetime")
        expected &= (rows["iso3"] == "IDN") | (left_out == "iso3")
        given = {name: value for name, value in query.items() if name != left_out}
        assert matched(items, "city_years", **given) == expected.sum() > 0


AREA = "POLYGON((125 -9, 126 -9, 126 -8, 125 -8, 125 -9))"
DILI = "city_id == 'dili'"
CQL2 = {
    "cql2-text/escaping": (r"'a''b' = 'a\'b' AND 'a\tb' = 'a	b' AND name = 'Dili'", DILI),
    "basic-cql2/cql2-filter": (
        "NOT (iso3 = 'IDN' OR iso3 = 'TLS') AND TRUE", "iso3 not in ['IDN', 'TLS']"
    ),
    "basic-cql2/property": ("\"iso3\" = 'TLS'", "iso3 == 'TLS'"),
    "basic-cql2/binary-comparison-predicate": (
        "population >= 1000000 AND joined_year <> 2018",
        "population >= 1000000 and joined_year != 2018",
    ),
    "basic-cql2/null-predicate": ("agglomeration IS NOT NULL", "agglomeration.notna()"),
    "advanced-comparison-operators/like-predicate": (
        "name LIKE '%ang%' AND name NOT LIKE 'Da ____'",
        "name.str.contains('ang') and not name.str.fullmatch('Da ....')",
    ),
    "advanced-comparison-operators/between-predicate": (
        "population BETWEEN 1 AND 1e5", "1 <= population <= 100_000"
    ),
    "advanced-comparison-operators/in-predicate": (
        "iso3 IN ('TLS', 'SGP')", "iso3 in ['TLS', 'SGP']"
    ),
    "case-insensitive-comparison/casei-function": ("CASEI(name) LIKE CASEI('DIL%')", DILI),
    "basic-spatial-functions/spatial-predicate": (
        "S_INTERSECTS(geometry, POINT(125.57361 -8.55861))", DILI
    ),
    "basic-spatial-functions/spatial-functions": (
        "S_INTERSECTS(geometry, BBOX(125, -9, 126, -8))", DILI
    ),
    "basic-spatial-functions-plus/spatial-data-types": (f"S_INTERSECTS(geometry, {AREA})", DILI),
    "spatial-functions/spatial-data-types": (
        f"S_WITHIN(geometry, GEOMETRYCOLLECTION({AREA}, LINESTRING Z(1 1 1, 2 2 2)))", DILI
    ),
    "property-property/withdraw-permissions": (
        "name = agglomeration AND 1 = 1", "name == agglomeration"
    ),
    "arithmetic/arithmetic": (
        "population % 2 + 3 * 2 ^ 2 - 12 = 7 div 4 / 1", "population % 2 == 1"
    ),
}  # fmt: skip


@requirement(*CQL2)
@pytest.mark.parametrize(("filter_", "query"), CQL2.values(), ids=CQL2)
def test_filter_of_each_class_of_cql2(filter_, query, items, layers):
    rows = layers["cities"].query(query)
    found = items("cities", filter=filter_)["features"]
    assert 0 < len(rows) < len(layers["cities"])
    assert [each["id"] for each in found] == rows["city_id"].tolist()
