"""GeoJSON sources of the maps, which the browser fetches: layers with the properties to draw them.

deck.gl expressions can compare and choose but not calculate, so radii and tooltip texts are
properties of the features.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboard.data.releases import source_years
from dashboard.data.un_revision import EARLIER, NEWEST
from dashboard.maps import base_map, spread
from dashboard.maps.cards import (
    area_facts,
    city_facts,
    project_place_facts,
    promises_fact,
    un_city_facts,
)
from dashboard.maps.indicators import fact, known_indicator
from dashboard.maps.source_urls import Drawing
from dashboard.maps.symbols import (
    LARGEST_RADIUS,
    PARTS,
    SMALL,
    YEAR_MODES,
    has_value,
    radius,
    radius_column,
    symbol_radii,
)
from dashboard.markup import numbers
from dashboard.markup.tables import records
from geo.analysis.city_areas import NETWORK, grown_areas
from geo.analysis.filter import Filter
from geo.analysis.indicators import readings
from geo.analysis.layer_rows import filtered_rows, recounted_cities
from geo.analysis.projects import leading_focus_areas
from geo.analysis.promises import count
from geo.analysis.un_cities import member_years, split_codes
from geo.export import geojson
from geo.i18n import decimal, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import COUNTED_ROLES, CRS, MEMBER_ROLES

GROWTH_OF: Mapping[str, str] = {
    "agglomeration": "agglomeration_growth_2000_2018",
    "un_2025": "un_city_growth_2000_2025",
    "un_2050": "un_city_growth_2025_2050",
}
"""Size -> column of ``cities`` with the growth that colours the symbols (property ``growth``)."""


SMALLEST_UN_RADIUS = 1.6
"""Radius in pixels of the smallest UN city that is not a member city."""


CIRCLE_SCALE = 2.0
"""Size of the circles of UN cities on the map of one city, where few stand close together,
relative to the other maps."""

SMALLEST_CIRCLE = 2.5
"""Radius in pixels of the smallest of these circles."""


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
    features["iso3"] = cities["iso3"]
    features["has_value"] = has_value(cities, drawing.size)
    if drawing.size in PARTS:
        columns = PARTS[drawing.size]
        features["parts"] = [
            {part: int(city[column]) for part, column in columns.items()}
            for city in cities.to_dict("records")
        ]
    features["radius"] = symbol_radii(cities, scale, drawing.size, drawing.small)
    if drawing.size not in YEAR_MODES:  # whose radii change while the years play
        places = cities.geometry
        features["shifts"] = spread.compact(spread.shifts(places.x, places.y, features["radius"]))
    features["title"] = cities["name"] + ", " + cities["country"]
    revision = EARLIER if drawing.size in SIZES_2018 else NEWEST
    features["facts"] = [
        "\n".join(city_facts(city, lead, revision))
        for city, lead in zip(cities.to_dict("records"), leads, strict=True)
    ]
    return features.sort_values("radius", ascending=False, kind="stable")


SIZES_2018 = ("agglomeration", "years")
"""Sizes that come from World Urbanization Prospects 2018."""


def yearly_radii(city_years: pd.DataFrame, largest: float, small: bool = False) -> pd.DataFrame:
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
        radius=(radius(city_years["population"], largest) * (SMALL if small else 1)).round(1),
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
        radii = yearly_radii(
            series, float(all_cities["agglomeration_population_2035"].max()), drawing.small
        )
        features = features.join(radii, on="city_id")
    if drawing.size == "un-years":
        series = member_years(all_cities, layers["wup2025_city_years"])
        radii = yearly_radii(
            series, float(all_cities["un_city_population_2050"].max()), drawing.small
        )
        features = features.join(radii, on="city_id")
    if drawing.indicator:
        features = with_classes(features, layers, drawing.indicator)
    if drawing.size == "statuses":
        features = with_promises(features, layers)
    return geojson.encode(features)


def with_classes(
    features: gpd.GeoDataFrame, layers: Catalogue, indicator_id: str
) -> gpd.GeoDataFrame:
    """Cities with the class of their figure, ``map_class``, and a line on it in their tooltip.

    Raises
    ------
    QueryError
        If no indicator with classes has this id.
    """
    indicator, known = known_indicator(layers, indicator_id), readings(layers, indicator_id)
    of_cities = [known.get(city_id) for city_id in features["city_id"]]
    cities = {row["city_id"]: row for row in records(layers["cities"])}
    classes = pd.array([one.map_class if one else None for one in of_cities], dtype="Int64")
    facts = [
        f"{fact(indicator, one, cities[city_id])}\n{others}"
        for city_id, one, others in zip(
            features["city_id"], of_cities, features["facts"], strict=True
        )
    ]
    return features.assign(map_class=classes, has_value=~classes.isna(), facts=facts)


def with_promises(features: gpd.GeoDataFrame, layers: Catalogue) -> gpd.GeoDataFrame:
    """Cities with a line on their dated promises in the tooltip."""
    rows = layers["promises"]
    lines = {city_id: promises_fact(count(of_city)) for city_id, of_city in rows.groupby("city_id")}
    known = [lines.get(city_id, tr("Dated promises: none")) for city_id in features["city_id"]]
    return features.assign(
        facts=[f"{fact}\n{line}" for fact, line in zip(features["facts"], known, strict=True)]
    )


AREA_TOLERANCE = 0.0003
"""Simplification tolerance of areas in degrees: 33 m, less than a pixel up to zoom 11. It leaves
203 of 314 kB."""


def areas(layers: Catalogue, city_filter: Filter, drawing: Drawing) -> bytes:
    """Areas of the member cities that match the filter, as the network's plans count them.

    The map of one city also has those that grew since, see
    :func:`geo.analysis.city_areas.grown_areas`.
    """
    rows = gpd.GeoDataFrame(filtered_rows("city_areas", city_filter, layers).rows)
    drawn = rows[rows["edition"] == NETWORK]
    if drawing.size == "city":
        drawn = gpd.GeoDataFrame(pd.concat([drawn, grown_areas(rows)]))
    features = drawn[["city_id", "fit"]].set_geometry(drawn.geometry.simplify(AREA_TOLERANCE))
    features["later"] = drawn["edition"] != NETWORK
    countries = layers["countries"].set_index("iso3")["name"]
    features["title"] = drawn["name"] + ", " + drawn["iso3"].map(countries)
    years = source_years(layers, "city_areas")
    features["facts"] = ["\n".join(area_facts(area, years)) for area in records(drawn)]
    return geojson.encode(features, decimals=4)


def project_places(layers: Catalogue, city_filter: Filter, drawing: Drawing) -> bytes:
    """Located places of the projects that match the filter."""
    return geojson.encode(project_place_features(layers, city_filter).drop(columns="name"))


PROJECT_PLACE_RADIUS = 8.0


def project_place_features(layers: Catalogue, city_filter: Filter) -> gpd.GeoDataFrame:
    """Located places of the projects that match the filter, with symbol radius, focus area and
    tooltip text; a place that several projects name is one feature."""
    rows = filtered_rows("project_places", city_filter, layers).rows
    located = gpd.GeoDataFrame(rows[rows["precision"].notna()])
    located = located.merge(layers["projects"][["project_id", "name", "focus_area"]])
    features = [
        {
            "name": named["place"].iloc[0],
            "focus": named["focus_area"].iloc[0],
            "title": numbers.format_list(list(named["name"])),
            "facts": "\n".join(project_place_facts(records(named))),
            "radius": PROJECT_PLACE_RADIUS,
            "geometry": named.geometry.iloc[0],
        }
        for _, named in located.groupby(["source", "source_record"], sort=False)
    ]
    columns = ["name", "focus", "title", "facts", "radius", "geometry"]
    return gpd.GeoDataFrame(features, columns=columns, geometry="geometry", crs=CRS)


def places(layers: Catalogue, city_filter: Filter, drawing: Drawing) -> bytes:
    """Populated places that match the filter."""
    features = place_features(layers, city_filter, drawing)
    return geojson.encode(features.drop(columns=["name", "population"]), decimals=4)


def place_features(layers: Catalogue, city_filter: Filter, drawing: Drawing) -> gpd.GeoDataFrame:
    """Populated places that match the filter, with symbol radius and tooltip text."""
    filtered = gpd.GeoDataFrame(filtered_rows("places", city_filter, layers).rows)
    nearest = layers["cities"].set_index("city_id")["name"]
    features = filtered[["name", "population", "geometry"]].copy()
    features["title"] = filtered["name"]
    features["facts"] = [
        tr("Population: {people} (GeoNames)", people=numbers.people(people))
        + "\n"
        + tr("{km} km from {city}", km=decimal(km), city=nearest[city_id])
        for people, km, city_id in zip(
            filtered["population"], filtered["distance_km"], filtered["city_id"], strict=True
        )
    ]
    people_per_pixel, least, most = (160, 1.5, 6) if drawing.size == "city" else (400, 0.8, 4)
    side = np.sqrt(filtered["population"].astype(float)) / people_per_pixel
    features["radius"] = np.clip(side, least, most).round(1)
    return features


def un_cities(layers: Catalogue, city_filter: Filter, drawing: Drawing) -> bytes:
    """UN cities of 2025 that match the filter and are not drawn as a member city; on the map of
    one city, where the two are different symbols, all of them."""
    if drawing.size == "city":
        features = surrounding_un_cities(layers, city_filter, drawing).drop(columns="member_role")
    else:
        features = un_city_features(other_un_cities(layers, city_filter), layers, drawing)
    return geojson.encode(features.drop(columns="name"), decimals=3)


def surrounding_un_cities(
    layers: Catalogue, city_filter: Filter, drawing: Drawing
) -> gpd.GeoDataFrame:
    """UN cities of 2025 on the map of the city that the filter is near.

    Returns
    -------
    geopandas.GeoDataFrame
        See :func:`un_city_features`; ``own`` marks those that the city is or lies in.
    """
    rows = gpd.GeoDataFrame(filtered_rows("wup2025_cities", city_filter, layers).rows)
    features = un_city_features(rows, layers, drawing)
    names = layers["cities"].set_index("city_id")
    codes = split_codes(names["un_city_codes"].get(city_filter.near))
    features["own"] = rows["un_city_code"].isin(codes)
    features["member_role"] = rows["member_role"]
    features["radius"] = un_circle_radii(rows["population_2025"], layers)
    features["title"] = [tr("UN city: {name}", name=name) for name in features["title"]]
    roles = rows["member_role"].map(terms(MEMBER_ROLES))
    members = roles + ": " + rows["city_id"].map(names["name"])
    features["facts"] = features["facts"] + ("\n" + members).fillna("")
    return features


def un_circle_radii(people: pd.Series, layers: Catalogue) -> pd.Series:
    """Radius in pixels of UN cities on the map of one city."""
    largest = _largest_un_city(layers)
    radii = CIRCLE_SCALE * radius(people, largest, SMALLEST_CIRCLE / CIRCLE_SCALE)
    return pd.Series(radii.round(1), index=people.index)


def un_circle_minimum(layers: Catalogue) -> float:
    """Population up to which a UN city has the smallest circle."""
    share = (SMALLEST_CIRCLE / CIRCLE_SCALE / LARGEST_RADIUS) ** 2
    return share * _largest_un_city(layers)


def _largest_un_city(layers: Catalogue) -> float:
    return float(layers["wup2025_cities"]["population_2050"].max())


def un_city_features(
    rows: gpd.GeoDataFrame, layers: Catalogue, drawing: Drawing
) -> gpd.GeoDataFrame:
    """UN cities of 2025 with symbol radius and tooltip text, largest symbol first.

    Parameters
    ----------
    rows
        Rows of :data:`geo.schema.wup2025.CITIES`.
    drawing
        Its ``size`` is one of :data:`dashboard.maps.source_urls.UN_SIZES`; for any other, the year
        is 2025.
    """
    year = 2050 if drawing.size == "un_2050" else 2025
    start, end = (2025, 2050) if year == 2050 else (2000, 2025)
    largest = _largest_un_city(layers)
    features = rows[["name", "geometry"]].copy()
    people = rows[f"population_{year}"]
    features["has_value"] = people.notna()
    features["growth"] = rows[f"growth_{start}_{end}"]
    radii = pd.Series(radius(people, largest, SMALLEST_UN_RADIUS), index=rows.index)
    radii = radii.fillna(SMALLEST_UN_RADIUS) * (SMALL if drawing.small else 1)
    features["radius"] = radii.round(1)
    countries = layers["countries"].set_index("iso3")["name"]
    features["title"] = rows["name"] + ", " + rows["iso3"].map(countries)
    features["facts"] = ["\n".join(un_city_facts(city)) for city in rows.to_dict("records")]
    return features.sort_values("radius", ascending=False, kind="stable")


def other_un_cities(layers: Catalogue, city_filter: Filter) -> gpd.GeoDataFrame:
    """UN cities of 2025 that match the filter and are not drawn as a member city."""
    rows = gpd.GeoDataFrame(filtered_rows("wup2025_cities", city_filter, layers).rows)
    return rows[~rows["member_role"].isin(COUNTED_ROLES)]


SOURCES: Mapping[str, MapSource] = {
    "ground": ground,
    "areas": areas,
    "cities": cities,
    "places": places,
    "un-cities": un_cities,
    "project-places": project_places,
}
"""Map sources by the name in their URL."""
