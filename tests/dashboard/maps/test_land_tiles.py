"""Tiles of land at city scale: valid, without seams, small; with the properties of the base map."""

from __future__ import annotations

import gzip
import json
import math

import pytest
import shapely

from dashboard.maps import land_tiles, sources
from dashboard.maps.base_map import BORDER, CONTEXT, SEA
from dashboard.maps.land_tiles import tile_bounds
from dashboard.maps.source_urls import LAND_MAX_ZOOM, LAND_MIN_ZOOM, Drawing
from geo.analysis.boundaries import areas_km2
from geo.analysis.filter import Filter
from tests.dashboard.asgi import ask

ZOOMS = range(LAND_MIN_ZOOM, LAND_MAX_ZOOM + 1)

Tile = tuple[int, int, int]


def tile_at(longitude: float, latitude: float, zoom: int) -> Tile:
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return zoom, int((longitude + 180) / 360 * 2**zoom), int(y * 2**zoom)


def features(layers, tile: Tile) -> list[tuple[dict, shapely.Geometry]]:
    return [
        (feature["properties"], shapely.from_geojson(json.dumps(feature["geometry"])))
        for feature in json.loads(land_tiles.tile(layers, tile))["features"]
    ]


def land(layers, tile: Tile, *iso3: str) -> shapely.Geometry:
    """The land of a tile, all or that of countries."""
    shapes = [
        shape
        for properties, shape in features(layers, tile)
        if (properties.get("iso3") in iso3 if iso3 else properties.get("kind") not in (SEA, BORDER))
    ]
    return shapely.union_all(shapes)


def test_bounds_of_tiles_are_those_of_web_mercator():
    assert tile_bounds((0, 0, 0)) == pytest.approx((-180, -85.0511, 180, 85.0511), abs=1e-4)
    west, south, east, north = tile_bounds(tile_at(103.85, 1.3, 10))
    assert west <= 103.85 < east
    assert south < 1.3 <= north


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("place", [(103.85, 1.3), (114.9, 4.7), (106.8, 10.4), (125.6, -8.6)])
def test_shapes_are_valid_and_fill_the_tile_in_drawing_order(place, zoom, layers):
    tile = tile_at(*place, zoom)
    drawn = features(layers, tile)
    assert all(shape.is_valid for _, shape in drawn)
    assert drawn[0][0] == {"kind": SEA}
    assert drawn[0][1].bounds == pytest.approx(tile_bounds(tile), abs=1e-4)
    assert shapely.union_all([shape for _, shape in drawn]).within(drawn[0][1].buffer(1e-3))


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("place", [(103.7, 1.3), (106.8, 10.4), (100.5, 13.5)])
def test_neighbouring_tiles_fit_without_a_seam(place, zoom, layers):
    z, x, y = tile_at(*place, zoom)
    west, south, east, north = tile_bounds((z, x, y))
    here, grid = land(layers, (z, x, y)), 10.0**-land_tiles.DECIMALS
    for other, edge in (
        ((z, x + 1, y), [(east, south + grid), (east, north - grid)]),
        ((z, x, y + 1), [(west + grid, south), (east - grid, south)]),
    ):
        shared = shapely.LineString(edge)
        ours, theirs = (
            shapely.intersection(shared, shapely.buffer(shape, 2 * grid))
            for shape in (here, land(layers, other))
        )
        assert shapely.symmetric_difference(ours, theirs).length < 0.01 * shared.length


@pytest.mark.parametrize("zoom", ZOOMS)
def test_singapore_keeps_its_area_at_every_zoom(zoom, layers):
    _, first, top = tile_at(103.6, 1.48, zoom)
    _, last, bottom = tile_at(104.1, 1.15, zoom)
    tiles = [(zoom, x, y) for x in range(first, last + 1) for y in range(top, bottom + 1)]
    shapes = [land(layers, tile, "SGP") for tile in tiles]
    layer = layers.geo("land")
    whole = areas_km2(layer.geometry[layer["iso3"] == "SGP"]).sum()
    assert areas_km2(shapes).sum() == pytest.approx(whole, rel=0.01)


def test_member_states_have_the_properties_of_the_base_map(layers):
    ground = json.loads(sources.ground(layers, Filter(), Drawing(detail="low")))["features"]
    expected = {
        feature["properties"]["iso3"]: feature["properties"]
        for feature in ground
        if "iso3" in feature["properties"]
    }
    drawn = [properties for properties, _ in features(layers, tile_at(109.5, 1.5, 8))]
    members = {properties["iso3"]: properties for properties in drawn if "iso3" in properties}
    assert members == {iso3: expected[iso3] for iso3 in ("IDN", "MYS")}


def test_neighbours_and_borders_are_drawn_in_their_own_colours(layers):
    kinds = {properties.get("kind") for properties, _ in features(layers, tile_at(108, 21.6, 8))}
    assert kinds == {SEA, CONTEXT, BORDER, None}


def test_tiles_of_only_sea_or_land_and_those_beyond_are_tiny(layers):
    assert len(land_tiles.tile(layers, tile_at(112, 8, 9))) < 300
    assert len(gzip.compress(land_tiles.tile(layers, tile_at(101.2, 16.4, 10)))) < 1_000
    assert json.loads(land_tiles.tile(layers, tile_at(60, 0, 8)))["features"] == []


def test_pictures_of_maps_do_without_an_unreadable_layer(layer_copy, routes):
    path = layer_copy / "land.parquet"
    path.write_bytes(path.read_bytes()[:500])
    assert ask(routes, "/land/7/100/63.geojson").json()["features"] == []
    preview = "/maps/pages/explore.svg?view=106.8,-6.2,7&width=400&height=400"
    assert ask(routes, preview).status == 200


@pytest.mark.parametrize("place", [(100.5, 13.5), (103.85, 1.3), (121, 14.5), (98.2, 12), (104, 0)])
@pytest.mark.parametrize("zoom", ZOOMS)
def test_no_tile_is_heavy(place, zoom, layers):
    assert len(gzip.compress(land_tiles.tile(layers, tile_at(*place, zoom)))) < 50_000


def test_tile_with_the_version_is_kept_for_good(routes, layers):
    answer = ask(routes, f"/land/7/100/63.geojson?v={layers.version}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/geo+json"


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/land/6/50/31.geojson", 404, "7 to 10"),
        ("/land/11/1/1.geojson", 404, "7 to 10"),
        ("/land/7/128/0.geojson", 404, "0 to 127"),
        ("/land/7/1/1.geojson?city=manila", 400, "'city'"),
    ],
)
def test_tile_or_parameter_that_does_not_exist_is_one_sentence(path, status, message, routes):
    answer = ask(routes, path)
    assert (answer.status, message in answer.json()["detail"]) == (status, True)
