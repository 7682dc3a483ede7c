"""Places of projects: their points, read from the records that the table names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd
import pandas as pd

from geo.analysis.geodesy import distances_km
from geo.build.joins import join, join_sources
from geo.errors import SourceError
from geo.schema.project_places import PROJECT_PLACES
from geo.sources.read import line_number
from geo.vocabulary import CRS, WUP_2025

RECORDS = {
    "geonames": ("geonames_places", "geonameid"),
    WUP_2025: ("wup2025_cities", "un_city_code"),
}
"""Source of points that are read from a table -> that table and the column of its ids."""

MAX_AWAY_KM = 75
"""Largest distance between a place and its member city: Tatkone, in the union territory of Nay Pyi
Taw, lies 44 km away."""

_POINT = ["longitude", "latitude"]


def build_project_places(
    tables: Mapping[str, pd.DataFrame], projects: pd.DataFrame, cities: pd.DataFrame
) -> gpd.GeoDataFrame:
    """The ``project_places`` layer, in the order of its key.

    Parameters
    ----------
    tables
        Source tables ``project_places``, ``sources`` and those of :data:`RECORDS`.
    projects
        Layer ``projects``.
    cities
        Source table ``cities``.

    Returns
    -------
    geopandas.GeoDataFrame
        See :data:`geo.schema.project_places.PROJECT_PLACES`; no geometry where nothing locates the
        place.

    Raises
    ------
    SourceError
        If a place has a precision without a source, a point or a record, or one of these without
        a precision, if its record is in no table, or if it lies far from its city; the message
        names the line.
    """
    rows = tables["project_places"]
    _check_complete(rows)
    lines = [line_number(rows, row) for row in range(len(rows))]
    table = rows.assign(line=lines).merge(
        pd.concat(list(_records(tables))), on=["source_id", "source_record"], how="left"
    )
    for column in ("located_as", *_POINT):
        table[column] = table[column].fillna(table[f"record_{column}"])
    table = join(table, projects[["project_id", "city_id", "iso3"]], "project_id", "projects.csv")
    _check_located(table, cities.set_index("city_id"))
    table = join_sources(table, tables["sources"])
    shapes = gpd.GeoSeries.from_xy(table["longitude"], table["latitude"], crs=CRS)
    located = gpd.GeoDataFrame(table, geometry=shapes.where(table["precision"].notna()))
    ordered = located.sort_values(list(PROJECT_PLACES.key), ignore_index=True)
    return ordered[[*PROJECT_PLACES.columns, "geometry"]]


def _records(tables: Mapping[str, pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Names and points of the records of each source with a table."""
    for source_id, (name, key) in RECORDS.items():
        table = tables[name]
        yield pd.DataFrame(
            {
                "source_id": source_id,
                "source_record": table[key].astype("str"),
                "record_located_as": table["name"],
                **{f"record_{column}": table[column] for column in _POINT},
            }
        )


def _check_complete(rows: pd.DataFrame) -> None:
    located, of_table = rows["precision"].notna(), rows["source_id"].isin(RECORDS)
    for columns, wanted, what in (
        (["source_id", "source_record"], located, "goes with a precision, and only with one"),
        (
            ["located_as", *_POINT],
            located & ~of_table,
            f"goes with a point of a source other than {' and '.join(RECORDS)}, and only with one",
        ),
    ):
        for column in columns:
            wrong = rows[column].notna() != wanted
            if wrong.any():
                line = line_number(rows, int(wrong.to_numpy().argmax()))
                raise SourceError(f"project_places.csv, line {line}, column {column}: {what}.")


def _check_located(table: pd.DataFrame, cities: pd.DataFrame) -> None:
    for place in table[table["precision"].notna()].to_dict("records"):
        where = f"project_places.csv, line {place['line']}"
        if pd.isna(place["longitude"]):
            name, _ = RECORDS[place["source_id"]]
            raise SourceError(f"{where}: {place['source_record']!r} is no record of {name}.csv.")
        city = cities.loc[place["city_id"]]
        km = distances_km(
            city["longitude"], city["latitude"], [place["longitude"]], [place["latitude"]]
        )[0]
        if km > MAX_AWAY_KM:
            raise SourceError(
                f"{where}: {place['place']!r} lies {km:.0f} km from {place['city_id']!r}; "
                f"{MAX_AWAY_KM} km at the most."
            )


def places_outside_their_city(places: gpd.GeoDataFrame, within: pd.DataFrame) -> pd.DataFrame:
    """Located places that do not lie in the exact area of their own city.

    Parameters
    ----------
    places
        Layer ``project_places``.
    within
        :meth:`geo.analysis.city_areas.CityAreas.locate` of these.

    Returns
    -------
    pandas.DataFrame
        ``project_id``, ``place``, ``precision`` and ``within_city_id``, missing where no exact
        area holds the place.
    """
    table = pd.DataFrame(places.drop(columns="geometry")).assign(
        within_city_id=within["within_city_id"]
    )
    outside = table["precision"].notna() & (table["within_city_id"].fillna("") != table["city_id"])
    return table.loc[outside, ["project_id", "place", "precision", "within_city_id"]]
