"""Places with a population in GeoNames: the country each lies in and its nearest member city."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from geo.build.boundaries import locate
from geo.schema import PLACES
from geo.vocabulary import CRS

_GEOD = Geod(ellps="WGS84")


def points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """``frame`` with a point in OGC:CRS84 in place of ``longitude`` and ``latitude`` (degrees)."""
    geometry = gpd.points_from_xy(frame["longitude"], frame["latitude"], crs=CRS)
    return gpd.GeoDataFrame(frame.drop(columns=["longitude", "latitude"]), geometry=geometry)


def distances_km(
    longitude: float, latitude: float, longitudes: npt.ArrayLike, latitudes: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Geodesic distance in km (WGS 84) from one point to many, all in degrees."""
    lons = np.asarray(longitudes, dtype=float)
    here_lon, here_lat = np.full(lons.shape, longitude), np.full(lons.shape, latitude)
    _, _, metres = _GEOD.inv(here_lon, here_lat, lons, np.asarray(latitudes, dtype=float))
    return np.asarray(metres, dtype=float) / 1_000


def whole_metres(km: pd.Series) -> pd.Series:
    """Distances in km rounded up to whole metres, so that only what lies inside is at 0."""
    rounded: pd.Series = np.ceil((km * 1_000).round(6)) / 1_000
    return rounded


def nearest_member_city(places: gpd.GeoDataFrame, cities: gpd.GeoDataFrame) -> pd.DataFrame:
    """The nearest member city of each place by geodesic distance.

    Parameters
    ----------
    places
        Points in OGC:CRS84.
    cities
        Points in OGC:CRS84 with ``city_id``.

    Returns
    -------
    pandas.DataFrame
        ``city_id`` and ``distance_km`` (three decimals), index of ``places``.
    """
    row, km = nearest_site(places, cities)
    return pd.DataFrame(
        {"city_id": cities["city_id"].to_numpy()[row], "distance_km": km.round(3)},
        index=places.index,
    )


_ELLIPSOID_OVER_SPHERE = 1.012
"""How much farther than the nearest site by the sphere one may lie, by the sphere, that is nearest
by the ellipsoid: along a meridian the two differ by up to 0.6 % either way."""


def nearest_site(
    places: gpd.GeoDataFrame, sites: gpd.GeoDataFrame
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Row of the nearest of some tens or hundreds of sites to each place, and the distance in km.

    A product of unit vectors gives all distances on the sphere at once. Only sites that could be
    nearest on the ellipsoid, for most places one, are measured there.
    """
    here, there = _unit_vectors(places), _unit_vectors(sites)
    ends = places.geometry.x, places.geometry.y, sites.geometry.x, sites.geometry.y
    lon, lat, site_lon, site_lat = (end.to_numpy() for end in ends)
    nearest = np.zeros(len(places), dtype=np.intp)
    tied: list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] = []
    for start in range(0, len(places), _AT_ONCE):
        cosine = here[start : start + _AT_ONCE] @ there.T
        nearest[start : start + _AT_ONCE] = cosine.argmax(axis=1)
        angle = np.arccos(np.clip(cosine.max(axis=1), -1, 1)) * _ELLIPSOID_OVER_SPHERE
        # Cosines near 1 tell no places apart that lie within 6 m.
        near = cosine >= np.cos(np.minimum(angle + 1e-6, np.pi))[:, None]
        several = np.flatnonzero(near.sum(axis=1) > 1)
        place, site = np.nonzero(near[several])
        tied.append((several[place] + start, site))
    if not tied:
        return nearest, np.zeros(0)
    place, site = (np.concatenate(part) for part in zip(*tied, strict=True))
    metres = np.asarray(_GEOD.inv(lon[place], lat[place], site_lon[site], site_lat[site])[2])
    order = np.lexsort([site, metres, place])
    _, first = np.unique(place[order], return_index=True)
    nearest[place[order[first]]] = site[order[first]]
    metres = np.asarray(_GEOD.inv(lon, lat, site_lon[nearest], site_lat[nearest])[2], dtype=float)
    return nearest, metres / 1_000


_AT_ONCE = 10_000
"""Places whose distances are computed at once: the product stays in the processor's cache."""


def _unit_vectors(frame: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    lon = np.radians(frame.geometry.x.to_numpy())
    lat = np.radians(frame.geometry.y.to_numpy())
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def build_places(
    geonames: pd.DataFrame,
    countries: gpd.GeoDataFrame,
    country_codes: pd.DataFrame,
    cities: gpd.GeoDataFrame,
    neighbours: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The ``places`` layer, and what did not match.

    Boundaries are drawn more simply than borders run, so that a place close to one may lie in the
    polygon of a country that is no member state. It stays a place of the member state that is
    nearest, or that GeoNames gives, and is told.

    Parameters
    ----------
    geonames
        Source table ``geonames_places``.
    countries
        Member states with ``iso3`` and their full-detail boundary.
    country_codes
        Source table ``countries`` (``iso2`` to ``iso3``).
    cities
        Member cities with ``city_id``.
    neighbours
        Countries that are no member states, with ``name`` and their full-detail boundary.

    Returns
    -------
    places
        See :data:`geo.schema.PLACES`.
    disagreements
        Places whose polygon and GeoNames country differ, or that lie in no member's polygon nor
        near one, or in a neighbour's: ``geonameid``, ``name``, ``geonames_iso3``, ``iso3`` (missing
        when near no member's polygon), ``neighbour`` (its name, missing when in none),
        ``distance_to_boundary_km``.
    """
    table = points(geonames)
    table["geonames_iso3"] = table["iso2"].map(country_codes.set_index("iso2")["iso3"])
    table = table[table["geonames_iso3"].notna()].reset_index(drop=True)
    located = locate(table, countries)
    table["iso3"] = located["iso3"]
    table["distance_to_boundary_km"] = whole_metres(located["distance_to_boundary_km"])
    table["neighbour"] = _holder(table, neighbours).where(located["distance_to_boundary_km"] != 0)
    disagreements = _disagreements(table)
    table["country_basis"] = "inside"
    table.loc[table["distance_to_boundary_km"] > 0, "country_basis"] = "nearest"
    table.loc[table["neighbour"].notna(), "country_basis"] = "neighbour"
    # Islets that the boundaries do not draw: GeoNames' own country is the best there is.
    islet = table["iso3"].isna()
    table.loc[islet & table["neighbour"].isna(), "country_basis"] = "geonames"
    table.loc[islet, "iso3"] = table.loc[islet, "geonames_iso3"]
    table[["city_id", "distance_km"]] = nearest_member_city(table, cities)
    return table[[*PLACES.columns, "geometry"]], disagreements


def _disagreements(table: pd.DataFrame) -> pd.DataFrame:
    other = table["iso3"].isna() | (table["iso3"] != table["geonames_iso3"])
    columns = ["geonameid", "name", "geonames_iso3", "iso3", "neighbour", "distance_to_boundary_km"]
    apart = pd.DataFrame(table.loc[other | table["neighbour"].notna(), columns])
    return apart.sort_values("geonameid", ignore_index=True)


def _holder(places: gpd.GeoDataFrame, neighbours: gpd.GeoDataFrame) -> pd.Series:
    """Name of the country whose polygon holds each place, missing where none does."""
    polygon, place = shapely.STRtree(places.geometry.to_numpy()).query(
        neighbours.geometry.to_numpy(), predicate="intersects"
    )
    names = pd.Series(neighbours["name"].to_numpy()[polygon], index=places.index[place])
    return names[~names.index.duplicated()].reindex(places.index).astype("str")
