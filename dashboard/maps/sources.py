"""GeoJSON sources of the maps, which the browser fetches: layers with the properties to draw them.

deck.gl expressions can compare and choose but not calculate, so radii and tooltip texts are
properties of the features.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboard.data.un_revision import EARLIER, NEWEST
from dashboard.maps import base_map
from dashboard.maps.cards import city_facts, un_city_facts
from dashboard.maps.source_urls import Drawing
from dashboard.maps.symbols import has_value, radius, radius_column, symbol_radii
from dashboard.markup import numbers
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows, recounted_cities
from geo.analysis.projects import leading_focus_areas
from geo.analysis.un_cities import member_years
from geo.export import geojson
from geo.i18n import decimal, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import COUNTED_ROLES

GROWTH_OF: Mapping[str, str] = {
    "agglomeration": "agglomeration_growth_2000_2018",
    "un_2025": "un_city_growth_2000_2025",
    "un_2050": "un_city_growth_2025_2050",
}
"""Size -> column of ``cities`` with the growth that colours the symbols (property ``growth``)."""


SMALLEST_UN_RADIUS = 1.6
"""Radius in pixels of the smallest UN city that is not a member city."""


MapSource = Callable[[Catalogue, Filter, Drawing], bytes]


def ground(layers: Catalogue, city_filter: Filter, drawing: Drawing) -> bytes:
    """Sea, land, borders and graticule; see :mod:`dashboard.maps.base_map`."""
    return base_map.encode(layers, drawing.detail)


def city_features(
    cities: gpd.GeoDataFrame, scale: gpd.GeoDataFrame, drawing: Drawing
) -> gpd.GeoDataFrame:
    """Member cities with symbol radius and tooltip text.

    Parameters
    ----------
    cities
        Rows of the ``cities`` layer to draw.
    scale
        All member cities; symbol sizes are relative to their largest value, so that a filter does
        not change them.

    Returns
    -------
    geopandas.GeoDataFrame
        Largest symbol first, so that small ones are drawn on top.
    """
    features = cities[["city_id", "geometry"]].copy()
    if drawing.size in GROWTH_OF:
        features["growth"] = cities[GROWTH_OF[drawing.size]]
    leads = leading_focus_areas(cities)
    features["focus"] = [lead[0] if len(lead) in (1, 2) else None for lead in leads]
    features["focus_ring"] = [lead[1] if len(lead) == 2 else None for lead in leads]
    features["has_value"] = has_value(cities, drawing.size)
    features["radius"] = symbol_radii(cities, scale, drawing.size)
    features["title"] = cities["name"] + ", " + cities["country"]
    revision = EARLIER if drawing.size in SIZES_2018 else NEWEST
    features["facts"] = [
        "\n".join(city_facts(city, lead, revision))
        for city, lead in zip(cities.to_dict("records"), leads, strict=True)
    ]
    return features.sort_values("radius", ascending=False, kind="stable")


SIZES_2018 = ("agglomeration", "years")
"""Sizes that come from World Urbanization Prospects 2018."""


def yearly_radii(city_years: pd.DataFrame, largest: float) -> pd.DataFrame:
    """Radius in pixels of each agglomeration or UN city by year: one row per city, one column per
    year.

    Parameters
    ----------
    city_years
        Columns ``city_id`` (no missing values), ``year`` and ``population``.
    largest
        Population with the largest radius.
    """
    radii = city_years.assign(
        radius=radius(city_years["population"], largest),
        name=[radius_column(int(year)) for year in city_years["year"]],
    )
    return radii.pivot(index="city_id", columns="name", values="radius")


def cities(layers: Catalogue, city_filter: Filter, drawing: Drawing) -> bytes:
    """Member cities that match the filter."""
    all_cities = layers.geo("cities")
    filtered = recounted_cities(city_filter, layers)
    features = city_features(filtered, all_cities, drawing)
    if drawing.size == "years":
        series = layers["city_years"].dropna(subset=["city_id"])
        radii = yearly_radii(series, float(all_cities["agglomeration_population_2035"].max()))
        features = features.join(radii, on="city_id")
    if drawing.size == "un-years":
        series = member_years(all_cities, layers["wup2025_city_years"])
        radii = yearly_radii(series, float(all_cities["un_city_population_2050"].max()))
        features = features.join(radii, on="city_id")
    return geojson.encode(features)


def places(layers: Catalogue, city_filter: Filter, drawing: Drawing) -> bytes:
    """Populated places that match the filter."""
    filtered = gpd.GeoDataFrame(filtered_rows("places", city_filter, layers).rows)
    nearest = layers["cities"].set_index("city_id")["name"]
    features = filtered[["geometry"]].copy()
    features["title"] = filtered["name"]
    features["facts"] = [
        tr("Population: {people} (GeoNames)", people=numbers.people(people))
        + "\n"
        + tr("{km} km from {city}", km=decimal(km), city=nearest[city_id])
        for people, km, city_id in zip(
            filtered["population"], filtered["distance_km"], filtered["city_id"], strict=True
        )
    ]
    features["radius"] = np.clip(np.sqrt(filtered["population"].astype(float)) / 400, 0.8, 4).round(
        1
    )
    return geojson.encode(features, decimals=4)


def un_cities(layers: Catalogue, city_filter: Filter, drawing: Drawing) -> bytes:
    """UN cities of 2025 that match the filter and are not drawn as a member city."""
    features = un_city_features(layers, city_filter, drawing)
    return geojson.encode(features.drop(columns="name"), decimals=3)


def un_city_features(layers: Catalogue, city_filter: Filter, drawing: Drawing) -> gpd.GeoDataFrame:
    """UN cities of 2025 that match the filter and are not drawn as a member city, with symbol
    radius and tooltip text, largest symbol first.

    Parameters
    ----------
    drawing
        Its ``size`` is one of :data:`dashboard.maps.source_urls.UN_SIZES`; for any other, the year
        is 2025.
    """
    filtered = other_un_cities(layers, city_filter)
    year = 2050 if drawing.size == "un_2050" else 2025
    start, end = (2025, 2050) if year == 2050 else (2000, 2025)
    largest = float(layers["wup2025_cities"]["population_2050"].max())
    features = filtered[["name", "geometry"]].copy()
    people = filtered[f"population_{year}"]
    features["has_value"] = people.notna()
    features["growth"] = filtered[f"growth_{start}_{end}"]
    radii = pd.Series(radius(people, largest, SMALLEST_UN_RADIUS), index=filtered.index)
    features["radius"] = radii.fillna(SMALLEST_UN_RADIUS)
    countries = layers["countries"].set_index("iso3")["name"]
    features["title"] = filtered["name"] + ", " + filtered["iso3"].map(countries)
    features["facts"] = ["\n".join(un_city_facts(city)) for city in filtered.to_dict("records")]
    return features.sort_values("radius", ascending=False, kind="stable")


def other_un_cities(layers: Catalogue, city_filter: Filter) -> gpd.GeoDataFrame:
    """UN cities of 2025 that match the filter and are not drawn as a member city."""
    rows = gpd.GeoDataFrame(filtered_rows("wup2025_cities", city_filter, layers).rows)
    return rows[~rows["member_role"].isin(COUNTED_ROLES)]


SOURCES: Mapping[str, MapSource] = {
    "ground": ground,
    "cities": cities,
    "places": places,
    "un-cities": un_cities,
}
"""Map sources by the name in their URL."""
