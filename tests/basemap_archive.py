"""A small archive of the Protomaps basemap, as ``pmtiles extract`` would cut it from theirs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

ZOOMS = (8, 10)

JAKARTA = (106.83, -6.18)

WEST, EAST = 106.4, 107.4

FEATURES: Mapping[str, list[tuple[dict[str, Any], shapely.Geometry]]] = {
    "water": [
        ({"kind": "lake"}, shapely.box(107.0, -6.9, 107.2, -6.7)),
        ({"kind": "lake", "name": "Lake of the Test"}, shapely.Point(107.1, -6.8)),
        ({"kind": "river"}, shapely.LineString([(106.6, -6.0), (106.7, -6.9)])),
    ],
    "roads": [
        ({"kind": "highway"}, shapely.LineString([(WEST, -6.5), (EAST, -6.5)])),
        ({"kind": "major_road"}, shapely.LineString([(107.0, -6.3), (EAST, -6.3)])),
        ({"kind": "rail"}, shapely.LineString([(WEST, -6.7), (106.9, -6.7)])),
    ],
    "places": [
        ({"kind": "locality", "name": "Jakarta", "population_rank": 14}, shapely.Point(JAKARTA)),
        ({"kind": "locality", "name": "Anytown", "population_rank": 9}, shapely.Point(106.9, -6.6)),
        (
            {"kind": "locality", "name": "ทดสอบ", "script": "Thai", "name:en": "Thai Town"},
            shapely.Point(107.2, -6.4),
        ),
        ({"kind": "country", "name": "Indonesia"}, shapely.Point(106.9, -6.9)),
    ],
}

METADATA: Mapping[str, Any] = {
    "name": "Protomaps Basemap",
    "version": "4.13.0",
    "attribution": '<a href="https://example.org">Test &amp; Co</a>',
    "vector_layers": [
        {"id": name, "fields": {"kind": "String", "name": "String"}} for name in FEATURES
    ],
}


def write_archive(
    path: Path,
    metadata: Mapping[str, Any] = METADATA,
    tile_type: TileType = TileType.MVT,
    zooms: tuple[int, int] = ZOOMS,
) -> Path:
    """Write the archive; tiles of GDAL, one layer each, joined as Protocol Buffers allow."""
    tiles: dict[tuple[int, int, int], bytes] = {}
    for name, features in FEATURES.items():
        folder = path.parent / f"{path.stem}-{name}"
        frame = gpd.GeoDataFrame(
            [properties for properties, _ in features],
            geometry=[shape for _, shape in features],
            crs="OGC:CRS84",
        )
        options = {"MINZOOM": zooms[0], "MAXZOOM": zooms[1], "COMPRESS": "NO"}
        frame.to_file(folder, driver="MVT", layer=name, **options)
        for file in folder.glob("*/*/*.pbf"):
            tile = (int(file.parts[-3]), int(file.parts[-2]), int(file.stem))
            tiles[tile] = tiles.get(tile, b"") + file.read_bytes()
    by_id = sorted((zxy_to_tileid(*tile), content) for tile, content in tiles.items())
    with path.open("wb") as output:
        writer = Writer(output)
        for tile_id, content in by_id:
            writer.write_tile(tile_id, content)
        header = {
            "tile_type": tile_type,
            "tile_compression": Compression.NONE,
            "min_lon_e7": int(WEST * 1e7),
            "min_lat_e7": int(-7e7),
            "max_lon_e7": int(EAST * 1e7),
            "max_lat_e7": int(-6e7),
        }
        writer.finalize(header, dict(metadata))
    return path
