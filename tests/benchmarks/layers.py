"""Places read, filtered, joined and exported: beside other libraries, and as they grow."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geo import export
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows
from geo.enrich import PlaceJoiner
from geo.export.record import Record
from geo.layers.atomic_write import write_bytes
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR, encode
from geo.schema import LAYERS
from tests.benchmarks.table import Row, Scale, Shown, seconds

ROWS = 1_000_000
COUNTS = (10_000, 30_000, 100_000, 300_000, 1_000_000)
ROUNDS = 3
OURS = "this project"
NEAR = Filter(countries=("IDN",), near="jakarta", within_km=200)
FORMATS = ("geojson", "csv", "parquet", "gpkg")

_ON_A_PLANE = "+proj=aeqd +lat_0={y} +lon_0={x}"


def scattered(rows: int) -> gpd.GeoDataFrame:
    """The ``places`` layer with so many rows: those of GeoNames again and again, moved a little."""
    places = Catalogue().geo("places")
    rng = np.random.default_rng(1)
    chosen = places.iloc[np.sort(rng.integers(0, len(places), rows))].reset_index(drop=True)
    x = chosen.geometry.x + rng.normal(0, 0.05, rows)
    y = chosen.geometry.y + rng.normal(0, 0.05, rows)
    chosen["geonameid"] = np.arange(1, rows + 1)
    return chosen.set_geometry(gpd.points_from_xy(x, y, crs=places.crs))


def _catalogue(rows: int, folder: Path) -> Catalogue:
    """Layers with so many places, written to a directory."""
    for name in ("cities", "projects", "countries"):
        write_bytes(folder / f"{name}.parquet", (LAYERS_DIR / f"{name}.parquet").read_bytes())
    info = Catalogue().info("places")
    write_bytes(folder / "places.parquet", encode(scattered(rows), LAYERS["places"], info))
    return Catalogue(folder)


def _in_turn(acts: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Median seconds of each act, one after the other so that a busy moment hits all."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(ROUNDS):
        for name, act in acts.items():
            times[name].append(seconds(act))
    return {name: statistics.median(values) for name, values in times.items()}


def _rows(what: str, middle: Mapping[str, float]) -> Iterator[Row]:
    own = middle[OURS]
    for name, value in middle.items():
        ratio = "" if name == OURS else f", {value / own:.2f} times ours"
        shown = (Shown(f"{what}, s", name, value),)
        yield Row(f"{what}, {name}", f"{value:.2f} s{ratio}", f"{ROUNDS} in turn", shown)


def _read_by_duckdb(path: Path) -> gpd.GeoDataFrame:
    with duckdb.connect() as connection:
        query = "SELECT * EXCLUDE (geometry), geometry::BLOB AS wkb FROM read_parquet(?)"
        table = connection.execute(query, [str(path)]).df()
    return gpd.GeoDataFrame(
        table, geometry=shapely.from_wkb(table.pop("wkb").map(bytes)), crs="OGC:CRS84"
    )


def _filter_by_geopandas(places: gpd.GeoDataFrame, cities: gpd.GeoDataFrame) -> pd.DataFrame:
    spot = cities.geometry[cities["city_id"] == NEAR.near].iloc[0]
    of_country = places[places["iso3"].isin(NEAR.countries)]
    plane = of_country.geometry.to_crs(_ON_A_PLANE.format(x=spot.x, y=spot.y))
    near: pd.DataFrame = of_country[plane.distance(shapely.Point(0, 0)) <= NEAR.within_km * 1_000]
    return near


_HAVERSINE = """
SELECT count(*) FROM places WHERE iso3 IN ('IDN') AND 2 * 6371.0088 * asin(sqrt(
    pow(sin(radians(y - {y}) / 2), 2)
    + cos(radians(y)) * cos(radians({y})) * pow(sin(radians(x - {x}) / 2), 2))) <= 200
"""


def reading() -> Iterator[Row]:
    """A million places read from a file, and those of a country near a city."""
    rows = Scale.of(ROWS, ROWS // 10)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        layers = _catalogue(rows, folder)
        path = folder / "places.parquet"
        places, cities = layers.geo("places"), layers.geo("cities")
        pyogrio.write_dataframe(places, folder / "places.fgb", driver="FlatGeobuf")
        yield from _rows(
            f"{rows:,} places read",
            _in_turn(
                {
                    OURS: lambda: Catalogue(folder)["places"],
                    "geopandas": lambda: gpd.read_parquet(path),
                    "pyogrio, FlatGeobuf": lambda: pyogrio.read_dataframe(
                        folder / "places.fgb", use_arrow=True
                    ),
                    "DuckDB to GeoDataFrame": lambda: _read_by_duckdb(path),
                }
            ),
        )
        yield from _rows(
            f"places near a city of {rows:,}", _in_turn(_filters(places, cities, layers))
        )


def _filters(
    places: gpd.GeoDataFrame, cities: gpd.GeoDataFrame, layers: Catalogue
) -> dict[str, Callable[[], object]]:
    table = pd.DataFrame({"iso3": places["iso3"], "x": places.geometry.x, "y": places.geometry.y})
    connection = duckdb.connect()
    connection.register("shown", table)
    connection.execute("CREATE TABLE places AS SELECT * FROM shown")
    spot = cities.geometry[cities["city_id"] == NEAR.near].iloc[0]
    query = _HAVERSINE.format(x=spot.x, y=spot.y)
    return {
        OURS: lambda: filtered_rows("places", NEAR, layers),
        "geopandas": lambda: _filter_by_geopandas(places, cities),
        "DuckDB, counted on a sphere": lambda: connection.execute(query).fetchall(),
    }


def growth() -> Iterator[Row]:
    """Seconds by number of places, and the exponent of their growth."""
    counts = COUNTS[:3] if Scale.short else COUNTS
    measured: dict[str, list[float]] = {}
    network = PlaceJoiner.from_catalogue(Catalogue())
    for rows in counts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            layers = _catalogue(rows, folder)
            for act, middle in _in_turn(_acts(layers, network, folder)).items():
                measured.setdefault(act, []).append(middle)
    for act, values in measured.items():
        exponent = np.polyfit(np.log(counts[1:]), np.log(values[1:]), 1)[0]
        said = ", ".join(
            f"{rows:,}: {value:.3g} s" for rows, value in zip(counts, values, strict=True)
        )
        shown = tuple(
            Shown("seconds by number of places", rows, value, act)
            for rows, value in zip(counts, values, strict=True)
        )
        yield Row(f"places, {act}", f"exponent {exponent:.2f}; {said}", f"{ROUNDS} rounds", shown)


def _acts(layers: Catalogue, network: PlaceJoiner, folder: Path) -> dict[str, Callable[[], object]]:
    places, layer = layers.geo("places"), LAYERS["places"]
    record = Record.from_layer(layer, layers.info("places"))

    def join() -> None:
        for at in range(0, len(places), 50_000):
            network.join(gpd.GeoDataFrame(places[["geonameid", "geometry"]].iloc[at : at + 50_000]))

    exports = {
        f"exported as {extension}": lambda e=extension: export.save(
            places, layer, e, record, folder / f"out.{e}"
        )
        for extension in FORMATS
    }
    return {
        "read": lambda: Catalogue(layers.files)["places"],
        "filtered": lambda: filtered_rows("places", NEAR, layers),
        "joined": join,
        **exports,
    }
