"""Map specification of each page, for the page itself and for embedded maps."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from dashboard.data.un_revision import NEWEST
from dashboard.maps.deck import fit, fit_area, fit_cities, fit_countries, with_rings
from dashboard.maps.indicators import map_indicators
from dashboard.maps.shown import shown_places
from dashboard.maps.symbols import INDICATOR
from dashboard.maps.view import REGION, Map, View
from dashboard.pages.country.state import CountryState
from dashboard.pages.explore.state import SELECTION, ExploreState
from dashboard.pages.network import timeline
from dashboard.pages.overview import text as overview_text
from geo.analysis.city_areas import area_of
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import recounted_cities
from geo.analysis.network import YearState
from geo.analysis.selection import limit_of_distance
from geo.layers.catalogue import Catalogue
from geo.vocabulary import NEWEST_REVISION

Size = tuple[int, int]
"""Width and height of a map in pixels."""


def overview(layers: Catalogue, size: Size) -> Map:
    """The cities by number and status of their projects."""
    year = overview_text.share_years(layers)[-1]
    return Map("status", fit(REGION, *size), layers.version, NEWEST_REVISION, year)


def explore(layers: Catalogue, state: ExploreState, size: Size) -> Map:
    """The cities that match the filter, with rings around the selected ones."""
    cities = layers.geo("cities")
    visible = recounted_cities(state.city_filter, layers)
    picked = visible[visible["city_id"].isin(state.selected)]
    indicator = map_indicators(layers).get(state.mode)
    circle = limit_of_distance(state.city_filter, cities)
    map_spec = Map(
        mode=INDICATOR if indicator else state.mode,
        view=view(state, visible, picked, circle, layers.geo("countries"), *size),
        version=layers.version,
        revision=state.revision,
        year=state.year,
        city_filter=state.city_filter,
        places=state.places,
        shown_places=shown_places(layers, state.city_filter) if state.places else "",
        span=state.span,
        circle=circle,
        indicator=indicator.id if indicator else "",
        classes=len(indicator.edges) + 1 if indicator else 0,
    )
    return with_rings(map_spec, state.selected, visible, cities)


def city(layers: Catalogue, city_id: str, size: Size) -> Map:
    """One member city with its area and what is around it."""
    area = area_of(city_id, layers.geo("city_areas"))
    side = min(size)  # so that a legend beside the area does not make it smaller
    return Map(
        mode="city",
        view=fit_area(area["geometry"], side, side),
        version=layers.version,
        revision=NEWEST_REVISION,
        year=overview_text.share_years(layers)[-1],
        places=True,
        city_id=city_id,
    )


def country(layers: Catalogue, state: CountryState, size: Size) -> Map:
    """The UN's cities of 2025, or the agglomerations of 2018, in one member state."""
    countries = layers.geo("countries")
    return Map(
        mode="un" if state.wup == NEWEST else "growth",
        view=fit_countries(countries[countries["iso3"] == state.iso3], *size),
        version=layers.version,
        revision=NEWEST_REVISION,
        year=overview_text.share_years(layers)[-1],
        city_filter=Filter(countries=(state.iso3,)),
        span=state.span,
    )


def plans(layers: Catalogue, city_filter: Filter, cities: gpd.GeoDataFrame, size: Size) -> Map:
    """Cities by the focus area with most projects."""
    return Map(
        mode="focus",
        view=fit_cities(cities, *size) if city_filter else fit(REGION, *size),
        version=layers.version,
        revision=NEWEST_REVISION,
        year=overview_text.share_years(layers)[-1],
        city_filter=city_filter,
    )


def network(layers: Catalogue, network_state: YearState, size: Size) -> Map:
    """The member cities of one year, with rings around the new ones."""
    cities = layers.geo("cities")
    members = cities[cities["joined_year"] <= network_state.year]
    map_spec = Map(
        mode="share",
        view=fit(REGION, *size),
        version=layers.version,
        revision=NEWEST_REVISION,
        year=network_state.year,
        city_filter=Filter(joined=(None, float(network_state.year))),
    )
    return with_rings(map_spec, timeline.new_member_cities(network_state), members, cities)


def view(
    state: ExploreState,
    visible: gpd.GeoDataFrame,
    picked: gpd.GeoDataFrame,
    circle: tuple[tuple[float, float], ...],
    countries: gpd.GeoDataFrame,
    width: int,
    height: int,
) -> View:
    """Initial view: the zoom target, else the cities of the filter, else the region."""
    if state.at == SELECTION and len(picked):
        return fit_cities(picked, width, height)
    if state.at in set(countries["iso3"]):
        return fit_countries(countries[countries["iso3"] == state.at], width, height)
    if circle:
        west, south = np.min(circle, axis=0).tolist()
        east, north = np.max(circle, axis=0).tolist()
        return fit((west, south, east, north), width, height)
    return fit_cities(visible, width, height) if state.city_filter else fit(REGION, width, height)
