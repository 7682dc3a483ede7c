"""What the browser fetches to draw a map: layers with the columns that the map needs.

Map expressions can compare and choose but not calculate, so radii and the words of the hover
card are columns here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode as _urlencode

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard import words
from geo.export import geojson
from geo.layers import Catalogue
from geo.query import Filter
from geo.rows import rows_of
from geo.vocabulary import DETAILS, FOCUS_AREAS

MapLayer = Callable[[Catalogue, Filter, str], bytes]

DECIMALS = {"low": 3, "medium": 4, "full": 5}
"""Digits of boundary coordinates by level of detail: 110 m, 11 m, 1 m."""

SMALLEST_RADIUS, LARGEST_RADIUS = 4.0, 26.0
"""Radius in pixels of a proportional symbol; its area is proportional to the value."""


def urlencode(query: Mapping[str, str]) -> str:
    """A query string that leaves commas readable."""
    return _urlencode(query, quote_via=quote, safe=",.:")


def share_column(revision: str, year: int) -> str:
    """Property of the countries map layer: urban share of one release and year.

    >>> share_column("wdi-2026-03", 1990)
    'share_wdi_2026_03_1990'
    """
    return f"share_{revision.replace('-', '_')}_{year}"


def radius(values: pd.Series, largest: float) -> npt.NDArray[np.float64]:
    """Radius in pixels of circles whose area is proportional to ``values``; missing is NaN."""
    share = np.sqrt(values.astype(float).to_numpy() / largest)
    return np.maximum(share * LARGEST_RADIUS, SMALLEST_RADIUS).round(1)


def countries(layers: Catalogue, wanted: Filter, detail: str) -> bytes:
    """Member states with the urban share of every release and year."""
    states = layers.geo("countries")
    years = layers["country_years"]
    share = years[years["indicator_code"] == "SP.URB.TOTL.IN.ZS"]
    names = [
        share_column(revision, int(year))
        for revision, year in zip(share["revision"], share["year"], strict=True)
    ]
    wide = share.assign(name=names).pivot(index="iso3", columns="name", values="value").round(1)
    table = states[["iso3", "name", DETAILS[detail]]].join(wide, on="iso3")
    return geojson.encode(table, geometry=DETAILS[detail], decimals=DECIMALS[detail])


def context(layers: Catalogue, wanted: Filter, detail: str) -> bytes:
    """Neighbouring countries."""
    around = layers.geo("context")
    return geojson.encode(
        around, geometry=DETAILS[detail], decimals=DECIMALS[detail], properties=["name"]
    )


def city_features(cities: gpd.GeoDataFrame, scale: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Member cities with radii and the words of their card.

    Parameters
    ----------
    cities
        Rows of the ``cities`` layer to draw.
    scale
        All member cities; symbol sizes refer to their largest value, so that a filter does
        not change them.
    """
    features = cities[
        [
            "city_id",
            "name",
            "country",
            "projects",
            "dominant_focus_area",
            "agglomeration_population_2018",
            "agglomeration_growth_2000_2018",
            "geometry",
        ]
    ].copy()
    for column, name in (
        ("projects", "radius_projects"),
        ("agglomeration_population_2018", "radius_agglomeration"),
    ):
        features[name] = radius(cities[column], float(scale[column].max()))
    features.loc[features["projects"] == 0, "radius_projects"] = np.nan
    features["card_population"] = [
        f"{words.people(row.population)} ({row.population_year})"
        if not words.missing(row.population)
        else words.NO_DATA
        for row in cities.itertuples()
    ]
    features["card_agglomeration"] = [
        f"{words.people(row.agglomeration_population_2018)} in 2018, "
        f"{words.growth(row.agglomeration_growth_2000_2018)} since 2000"
        if not words.missing(row.agglomeration_population_2018)
        else words.NO_DATA
        for row in cities.itertuples()
    ]
    features["card_projects"] = [
        f"{words.count(int(row.projects), 'project')}, {int(row.projects_completed)} completed"
        if row.projects
        else "none in the latest report"
        for row in cities.itertuples()
    ]
    features["card_focus"] = [
        "no single one" if words.missing(area) else FOCUS_AREAS[area]
        for area in cities["dominant_focus_area"]
    ]
    return features


def cities(layers: Catalogue, wanted: Filter, detail: str) -> bytes:
    """Member cities that pass the filter."""
    kept = rows_of("cities", wanted, layers).rows
    return geojson.encode(city_features(gpd.GeoDataFrame(kept), layers.geo("cities")))


def places(layers: Catalogue, wanted: Filter, detail: str) -> bytes:
    """Populated places of the filter."""
    kept = gpd.GeoDataFrame(rows_of("places", wanted, layers).rows)
    nearest = layers["cities"].set_index("city_id")["name"]
    features = kept[["name", "geometry"]].copy()
    features["people"] = [words.people(value) for value in kept["population"]]
    features["near"] = kept["city_id"].map(nearest) + kept["distance_km"].map(", {:,.0f} km".format)
    features["radius"] = np.clip(np.sqrt(kept["population"].astype(float)) / 400, 0.8, 4).round(1)
    return geojson.encode(features, decimals=4)


LAYERS: Mapping[str, MapLayer] = {
    "countries": countries,
    "context": context,
    "cities": cities,
    "places": places,
}
"""Map layers by the name in their address."""
