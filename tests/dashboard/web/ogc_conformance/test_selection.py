"""Which items are sent, in which coordinates: limit, box, time, CRS."""

from __future__ import annotations

import numpy as np
import orjson
import pytest
import shapely

from geo.ogc.crs import CRS84, WEB_MERCATOR
from tests.dashboard.web.ogc_conformance.requirements import (
    each_collection,
    each_layer,
    matched,
    parameter,
    quoted,
    requirement,
)


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
