"""Queryables and filters in CQL2."""

from __future__ import annotations

import jsonschema_rs
import pytest

from geo.ogc.crs import CRS84, WEB_MERCATOR
from geo.schema import LAYERS
from tests.dashboard.web.ogc_conformance.requirements import (
    RELATION,
    SCHEMA,
    each_collection,
    links,
    matched,
    parameter,
    requirement,
)


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
        assert "not a column of cities" in detail


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
