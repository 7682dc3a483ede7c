"""What the browser fetches to draw a map: layers with the columns that the map needs.

Map expressions can compare and choose but not calculate, so radii, places of labels and the
words of the hover card are columns here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard import i18n
from dashboard.data.un_revision import EARLIER, NEWEST
from dashboard.maps import base_map as groundlayer
from dashboard.maps.cards import facts_of, un_city_facts
from dashboard.markup import numbers as words
from dashboard.markup.urls import urlencode
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import recounted_cities, rows_of
from geo.analysis.projects import leading_focus_areas
from geo.analysis.un_cities import member_years
from geo.errors import QueryError, not_known, shown
from geo.export import geojson
from geo.i18n import decimal, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import COUNTED_ROLES, DETAILS

SMALLEST_RADIUS, LARGEST_RADIUS = 4.0, 18.0
"""Radius in pixels of a proportional symbol; its area is proportional to the value."""

DOT_RADIUS = 5.0

SIZES: Mapping[str, str | None] = {
    "dot": None,
    "projects": "projects",
    "agglomeration": "agglomeration_population_2018",
    "years": "agglomeration_population_2035",
    "un-years": "un_city_population_2050",
    "un_2025": "un_city_population_2025",
    "un_2050": "un_city_population_2050",
}
"""What the size of a city's symbol shows -> column of ``cities``; a dot shows nothing. With
``years`` and ``un-years`` there is a radius for each year of the agglomeration or UN city besides,
see :func:`radius_column`."""

LARGEST_OF: Mapping[str, str] = {"un_2025": "un_city_population_2050"}
"""Size -> column whose largest value has the largest symbol, where it is not the size's own: so
that the circles of 2025 and 2050 can be compared."""

GROWTH_OF: Mapping[str, str] = {
    "agglomeration": "agglomeration_growth_2000_2018",
    "un_2025": "un_city_growth_2000_2025",
    "un_2050": "un_city_growth_2025_2050",
}
"""Size -> column of ``cities`` with the growth that colours the symbols, property ``growth``."""

UN_SIZES = ("un_2025", "un_2050")
"""Sizes with which the UN's other cities of 2025 are drawn too."""

SMALLEST_UN_RADIUS = 1.6
"""Radius in pixels of the smallest UN city that is no member city."""

ZOOM_STEP = 0.25
"""Labels are placed for zooms in these steps, so that few addresses serve all windows."""


@dataclass(frozen=True)
class Drawing:
    """How a map layer is to be drawn.

    Attributes
    ----------
    detail
        Level of detail of boundaries, one of :data:`geo.vocabulary.DETAILS`.
    size
        What city symbols show, one of :data:`SIZES`.
    zoom
        Zoom that labels are placed for.
    window
        West, south, east, north in degrees of the map's window, which labels stay within.
    """

    detail: str = "low"
    size: str = "dot"
    zoom: float = 3.0
    window: tuple[float, ...] = ()

    def to_query(self) -> dict[str, str]:
        """URL query parameters that differ from the default."""
        query = {
            "detail": self.detail,
            "size": self.size,
            "zoom": f"{self.zoom:g}",
            "window": ",".join(f"{edge:g}" for edge in self.window),
        }
        usual = {"detail": "low", "size": "dot", "zoom": "3", "window": ""}
        return {name: value for name, value in query.items() if value != usual[name]}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Drawing:
        """Read URL query parameters.

        Raises
        ------
        QueryError
            Naming the parameter, the value and what would be right.
        """
        for name, known in (("detail", DETAILS), ("size", SIZES)):
            if name in query and query[name] not in known:
                raise QueryError(not_known(name, query[name], known))
        try:
            zoom = float(query.get("zoom", cls.zoom))
        except ValueError:
            zoom = -1.0
        if not 0 <= zoom <= 20 or zoom % ZOOM_STEP:
            raise QueryError(
                tr(
                    "Parameter {name}: {value} is not a zoom from 0 to 20 in steps of {step}.",
                    name="zoom",
                    value=shown(query["zoom"]),
                    step=ZOOM_STEP,
                )
            )
        window = _window(query.get("window", ""))
        return cls(query.get("detail", cls.detail), query.get("size", cls.size), zoom, window)


def _window(value: str) -> tuple[float, ...]:
    try:
        edges = tuple(float(edge) for edge in value.split(",")) if value else ()
    except ValueError:
        edges = (math.nan,)
    west_to_east = len(edges) == 4 and -360 <= edges[0] < edges[2] <= 360
    if edges and not (west_to_east and -85 <= edges[1] < edges[3] <= 85):
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not west,south,east,north in degrees.",
                name="window",
                value=shown(value),
            )
        )
    return edges


_SPOKEN = ("cities", "places", "un-cities")
"""Layers with words in them, which the reader's language changes."""

MapLayer = Callable[[Catalogue, Filter, Drawing], bytes]


def address(
    name: str, version: str, wanted: Filter | None = None, drawing: Drawing | None = None
) -> str:
    """The path of a map layer.

    ``version`` is that of the data, so that the browser may keep the answer for good.
    """
    query = wanted.to_query() if wanted else {}
    query |= drawing.to_query() if drawing else {}
    said = i18n.parameters() if name in _SPOKEN else {}
    return f"/layers/{name}.geojson?{urlencode({**query, **said, 'v': version})}"


def radius_column(year: int) -> str:
    """Property of the cities map layer: radius of the agglomeration's symbol in one year.

    >>> radius_column(1990)
    'radius_1990'
    """
    return f"radius_{year}"


def radius(
    values: pd.Series, largest: float, smallest: float = SMALLEST_RADIUS
) -> npt.NDArray[np.float64]:
    """Radius in pixels of circles whose area is proportional to ``values``; missing is NaN."""
    share = np.sqrt(values.astype("Float64").to_numpy(dtype=float, na_value=np.nan) / largest)
    radii: npt.NDArray[np.float64] = np.maximum(share * LARGEST_RADIUS, smallest)
    return radii.round(1)


def ground(layers: Catalogue, wanted: Filter, drawing: Drawing) -> bytes:
    """Sea, land, borders and graticule; see :mod:`dashboard.maps.base_map`."""
    return groundlayer.encode(layers, drawing.detail)


def has_value(cities: pd.DataFrame, size: str) -> pd.Series:
    """Whether each city has what the size of its symbol shows; a dot always has."""
    column = SIZES[size]
    if not column:
        return pd.Series(True, index=cities.index)
    known: pd.Series = (cities[column] > 0).fillna(False).astype(bool)
    return known


def symbol_radii(cities: pd.DataFrame, scale: pd.DataFrame, size: str) -> pd.Series:
    """Radius in pixels of each city's symbol.

    Parameters
    ----------
    scale
        All member cities, whose largest value has the largest symbol.
    size
        One of :data:`SIZES`.
    """
    column = SIZES[size]
    if not column:
        return pd.Series(DOT_RADIUS, index=cities.index)
    most = float(scale[LARGEST_OF.get(size, column)].max())
    sized = pd.Series(radius(cities[column], most), index=cities.index)
    return sized.where(has_value(cities, size), SMALLEST_RADIUS)


def city_features(
    cities: gpd.GeoDataFrame, scale: gpd.GeoDataFrame, drawing: Drawing
) -> gpd.GeoDataFrame:
    """Member cities with radius and the words of their card.

    Parameters
    ----------
    cities
        Rows of the ``cities`` layer to draw.
    scale
        All member cities; symbol sizes refer to their largest value, so that a filter does
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
    revision = EARLIER if drawing.size in OF_2018 else NEWEST
    features["facts"] = [
        "\n".join(facts_of(city, lead, revision))
        for city, lead in zip(cities.to_dict("records"), leads, strict=True)
    ]
    return features.sort_values("radius", ascending=False, kind="stable")


OF_2018 = ("agglomeration", "years")
"""Sizes that are of the UN's revision of 2018."""


def yearly_radii(city_years: pd.DataFrame, largest: float) -> pd.DataFrame:
    """Radius in pixels of each agglomeration or UN city in each year, one row a city, one column a
    year.

    Parameters
    ----------
    city_years
        ``city_id``, ``year`` and ``population``, no row without a city.
    largest
        Population that has the largest radius.
    """
    sized = city_years.assign(
        radius=radius(city_years["population"], largest),
        name=[radius_column(int(year)) for year in city_years["year"]],
    )
    return sized.pivot(index="city_id", columns="name", values="radius")


def cities(layers: Catalogue, wanted: Filter, drawing: Drawing) -> bytes:
    """Member cities that pass the filter."""
    everything = layers.geo("cities")
    kept = recounted_cities(wanted, layers)
    features = city_features(kept, everything, drawing)
    if drawing.size == "years":
        series = layers["city_years"].dropna(subset=["city_id"])
        radii = yearly_radii(series, float(everything["agglomeration_population_2035"].max()))
        features = features.join(radii, on="city_id")
    if drawing.size == "un-years":
        series = member_years(everything, layers["wup2025_city_years"])
        radii = yearly_radii(series, float(everything["un_city_population_2050"].max()))
        features = features.join(radii, on="city_id")
    return geojson.encode(features)


def places(layers: Catalogue, wanted: Filter, drawing: Drawing) -> bytes:
    """Populated places of the filter."""
    kept = gpd.GeoDataFrame(rows_of("places", wanted, layers).rows)
    nearest = layers["cities"].set_index("city_id")["name"]
    features = kept[["geometry"]].copy()
    features["title"] = kept["name"]
    features["facts"] = [
        "\n".join(
            [
                tr("Population: {people} (GeoNames)", people=words.people(people)),
                tr("{km} km from {city}", km=decimal(km), city=nearest[city_id]),
            ]
        )
        for people, km, city_id in zip(
            kept["population"], kept["distance_km"], kept["city_id"], strict=True
        )
    ]
    features["radius"] = np.clip(np.sqrt(kept["population"].astype(float)) / 400, 0.8, 4).round(1)
    return geojson.encode(features, decimals=4)


def un_cities(layers: Catalogue, wanted: Filter, drawing: Drawing) -> bytes:
    """UN cities of 2025 of the filter that are not drawn as a member city."""
    features = un_city_features(layers, wanted, drawing)
    return geojson.encode(features.drop(columns="name"), decimals=3)


def un_city_features(layers: Catalogue, wanted: Filter, drawing: Drawing) -> gpd.GeoDataFrame:
    """UN cities of 2025 of the filter that are not drawn as a member city, with radius and the
    words of their card, largest symbol first.

    Parameters
    ----------
    drawing
        Its size is one of :data:`UN_SIZES`; any other shows the year 2025.
    """
    kept = other_un_cities(layers, wanted)
    year = 2050 if drawing.size == "un_2050" else 2025
    start, end = (2025, 2050) if year == 2050 else (2000, 2025)
    most = float(layers["wup2025_cities"]["population_2050"].max())
    features = kept[["name", "geometry"]].copy()
    people = kept[f"population_{year}"]
    features["has_value"] = people.notna()
    features["growth"] = kept[f"growth_{start}_{end}"]
    sized = pd.Series(radius(people, most, SMALLEST_UN_RADIUS), index=kept.index)
    features["radius"] = sized.fillna(SMALLEST_UN_RADIUS)
    countries = layers["countries"].set_index("iso3")["name"]
    features["title"] = kept["name"] + ", " + kept["iso3"].map(countries)
    features["facts"] = ["\n".join(un_city_facts(city)) for city in kept.to_dict("records")]
    return features.sort_values("radius", ascending=False, kind="stable")


def other_un_cities(layers: Catalogue, wanted: Filter) -> gpd.GeoDataFrame:
    """UN cities of 2025 of the filter that are not drawn as a member city."""
    rows = gpd.GeoDataFrame(rows_of("wup2025_cities", wanted, layers).rows)
    return rows[~rows["member_role"].isin(COUNTED_ROLES)]


LAYERS: Mapping[str, MapLayer] = {
    "ground": ground,
    "cities": cities,
    "places": places,
    "un-cities": un_cities,
}
"""Map layers by the name in their address."""
