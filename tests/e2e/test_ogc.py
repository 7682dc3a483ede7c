"""The live service read by the clients that people use, and seen in a browser."""

from __future__ import annotations

from itertools import count

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from owslib.ogcapi.features import Features

from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS

DIGITS = 6
"""Of coordinates, after the point."""


@pytest.fixture(scope="module")
def layers() -> Catalogue:
    return Catalogue()


def through_gdal(server: str, name: str, **filters: object) -> pd.DataFrame:
    """A collection as GDAL, and QGIS by it, reads it."""
    return pyogrio.read_dataframe(f"OAPIF:{server}/ogc", layer=name, **filters)


def values(frame: pd.DataFrame, name: str) -> list:
    column = frame[name]
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        column = column.dt.strftime("%Y-%m-%d")
    return column.astype(object).where(column.notna(), None).tolist()


def assert_same_rows(read: pd.DataFrame, name: str, rows: pd.DataFrame) -> None:
    """Every value of every row, in the layer's order, and the geometry within rounding."""
    layer = LAYERS[name]
    assert len(read) == len(rows)
    for column in layer.columns:
        assert values(read, column) == values(rows, column), column
    if "id" in read.columns:
        parts = [rows[part].astype(str) for part in layer.key]
        assert read["id"].tolist() == ["~".join(each) for each in zip(*parts, strict=True)]
    if layer.geometry:
        assert isinstance(read, gpd.GeoDataFrame)
        rounded = shapely.transform(np.asarray(rows.geometry.array), lambda xy: xy.round(DIGITS))
        own = shapely.orient_polygons(rounded)  # rounding may turn a tiny ring around
        found, expected = (shapely.get_coordinates(each) for each in (read.geometry, own))
        assert np.array_equal(found, expected)


def test_owslib_pages_through_all_places(server, layers):
    service = Features(f"{server}/ogc")
    assert set(service.collections()["collections"][0]) >= {"id", "title", "extent", "links"}
    assert set(service.feature_collections()) == set(LAYERS)
    ids: list[int] = []
    for page_no in count():
        page = service.collection_items("places", limit=1_000, offset=1_000 * page_no)
        assert page["numberMatched"] == 7_618
        ids += [feature["id"] for feature in page["features"]]
        if "next" not in {link["rel"] for link in page["links"]}:
            break
    assert ids == layers["places"]["geonameid"].tolist()
    assert len(set(ids)) == 7_618


def test_owslib_reads_queryables_and_one_item(server):
    service = Features(f"{server}/ogc")
    assert service.collection_queryables("cities")["properties"]["population"]["x-ogc-unit"]
    assert service.collection_item("cities", "dili")["properties"]["iso3"] == "TLS"


@pytest.mark.parametrize("name", LAYERS)
def test_gdal_reads_each_collection_whole(name, server, layers):
    assert_same_rows(through_gdal(server, name), name, layers[name])


@pytest.mark.parametrize("name", [name for name, layer in LAYERS.items() if layer.geometry])
def test_gdal_reads_what_touches_a_box(name, server, layers):
    edges = (88.0, 0.5, 106.5, 26.5)
    rows = layers[name][layers.geo(name).intersects(shapely.box(*edges))]
    assert 0 < len(rows) < len(layers[name])
    assert_same_rows(through_gdal(server, name, bbox=edges), name, rows)


@pytest.mark.parametrize(
    ("name", "where", "query"),
    [
        ("places", "iso3 = 'IDN' AND population > 1000000", "iso3 == 'IDN' & population > 1000000"),
        ("places", "name = 'O''Brien' OR name = 'Dili'", "name == 'Dili'"),
        ("countries", "urban_share < 40.5", "urban_share < 40.5"),
        ("cities", "density_per_km2 IS NULL", "density_per_km2.isna()"),
        ("agglomerations", "NOT (iso3 = 'IDN')", "iso3 != 'IDN'"),
        ("context", "name = 'India'", "name == 'India'"),
        ("city_years", "year = 2035 AND iso3 <> 'IDN'", "year == 2035 & iso3 != 'IDN'"),
        ("projects", "status LIKE 'comp%'", "status == 'completed'"),
        ("city_years", "is_projection = 1 AND year < 2025", "is_projection & year < 2025"),
    ],
)
def test_gdal_reads_what_an_attribute_filter_keeps(name, where, query, server, layers):
    rows = layers[name].query(query)
    assert 0 < len(rows) < len(layers[name])
    assert_same_rows(through_gdal(server, name, where=where), name, rows)


def test_gdal_reads_web_mercator(server, layers):
    read = pyogrio.read_dataframe(
        f"OAPIF:{server}/ogc", layer="cities", CRS="http://www.opengis.net/def/crs/EPSG/0/3857"
    )
    assert read.crs.to_epsg() == 3857
    apart = read.geometry.distance(layers.geo("cities").to_crs(3857).geometry)
    assert apart.max() < 0.01


def test_pages_of_the_service_load_nothing_from_elsewhere(window):
    watched = window()
    for path in ("", "/collections", "/collections/cities/items", "/openapi"):
        watched.page.goto(f"{watched.server}/ogc{path}")
        assert watched.page.locator("header.page h1").is_visible()
    watched.page.goto(f"{watched.server}/ogc")
    watched.page.get_by_role("link", name="Collections").first.click()
    watched.page.get_by_role("link", name="Places with a population in GeoNames").click()
    watched.page.get_by_role("link", name="Items", exact=True).click()
    assert watched.page.locator("tbody tr").count() == 100
    watched.page.get_by_role("link", name="Next items").first.click()
    assert "Items 101 to 200 of 7,618." in watched.page.locator("header.page").inner_text()
