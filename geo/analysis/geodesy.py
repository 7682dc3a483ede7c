"""Geodesic distances (WGS 84) and nearest-site search."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from geo.vocabulary import CRS

_GEOD = Geod(ellps="WGS84")


def points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Replace ``longitude`` and ``latitude`` (degrees) by a point geometry in OGC:CRS84."""
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


_CIRCLE_POINTS = 90
"""Points of a circle: a chord of four degrees lies 0.06% of the radius inside of it."""


def circle(longitude: float, latitude: float, km: float) -> tuple[tuple[float, float], ...]:
    """Longitude and latitude in degrees of a closed line at a geodesic distance (WGS 84)."""
    azimuths = np.linspace(0, 360, _CIRCLE_POINTS + 1)
    here_lon, here_lat = np.full_like(azimuths, longitude), np.full_like(azimuths, latitude)
    lon, lat, _ = _GEOD.fwd(here_lon, here_lat, azimuths, np.full_like(azimuths, 1_000 * km))
    return tuple(zip(lon.round(4).tolist(), lat.round(4).tolist(), strict=True))


def whole_metres(km: pd.Series) -> pd.Series:
    """Round distances in km up to whole metres, so that only points inside have distance 0."""
    rounded: pd.Series = np.ceil((km * 1_000).round(6)) / 1_000
    return rounded


_ELLIPSOID_OVER_SPHERE = 1.012
"""Search radius for the nearest site on the ellipsoid, relative to the nearest spherical distance:
along a meridian the two distances differ by up to 0.6% either way."""


def nearest_site(
    places: gpd.GeoDataFrame, sites: gpd.GeoDataFrame
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Row of the nearest site to each place, and its geodesic distance in km.

    Meant for tens or hundreds of sites. A product of unit vectors gives all spherical distances
    at once; geodesic distances are computed only for the candidates, for most places one.
    """
    place_vectors, site_vectors = _unit_vectors(places), _unit_vectors(sites)
    ends = places.geometry.x, places.geometry.y, sites.geometry.x, sites.geometry.y
    lon, lat, site_lon, site_lat = (end.to_numpy() for end in ends)
    nearest = np.zeros(len(places), dtype=np.intp)
    tied: list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] = []
    for start in range(0, len(places), _AT_ONCE):
        cosine = place_vectors[start : start + _AT_ONCE] @ site_vectors.T
        nearest[start : start + _AT_ONCE] = cosine.argmax(axis=1)
        angle = np.arccos(np.clip(cosine.max(axis=1), -1, 1)) * _ELLIPSOID_OVER_SPHERE
        # Cosines near 1 cannot distinguish places within 6 m.
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
"""Places per batch: the product stays in the processor's cache."""


def _unit_vectors(frame: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    lon = np.radians(frame.geometry.x.to_numpy())
    lat = np.radians(frame.geometry.y.to_numpy())
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def extent(frame: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees."""
    west, south, east, north = shapely.total_bounds(frame.geometry.to_numpy())
    return float(west), float(south), float(east), float(north)
