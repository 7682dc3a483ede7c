"""What the map of each page shows, for the page itself and for a frame on another site."""

from __future__ import annotations

import geopandas as gpd

from dashboard.maps.deck import fit, fit_cities, fit_countries, rings
from dashboard.maps.view import REGION, Map, View
from dashboard.pages.country import text as countryview
from dashboard.pages.explore.state import SELECTION, ExploreState
from dashboard.pages.network import timeline as networkyears
from dashboard.pages.overview import text as headlines
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import recounted_cities
from geo.analysis.network import YearState
from geo.layers.catalogue import Catalogue
from geo.vocabulary import NEWEST_REVISION

Size = tuple[int, int]
"""Width and height of a map's window in pixels."""


def overview(layers: Catalogue, size: Size) -> Map:
    """The member states by urban share, and where the cities are."""
    year = headlines.share_years(layers)[-1]
    return Map("share", fit(REGION, *size), layers.version, NEWEST_REVISION, year)


def explore(layers: Catalogue, state: ExploreState, size: Size, clicks: int = 0) -> Map:
    """The cities that pass the filter, with rings around the selected ones."""
    cities = layers.geo("cities")
    on_map = recounted_cities(state.city_filter, layers)
    picked = on_map[on_map["city_id"].isin(state.selected)]
    return Map(
        mode=state.mode,
        view=view(state, on_map, picked, layers.geo("countries"), *size),
        version=layers.version,
        revision=state.revision,
        year=state.year,
        wanted=state.city_filter,
        selected=rings(picked, cities, state.mode, state.span),
        places=state.places,
        span=state.span,
        clicks=clicks,
    )


def country(layers: Catalogue, state: countryview.CountryState, size: Size) -> Map:
    """The UN's cities of 2025 in one member state."""
    countries = layers.geo("countries")
    return Map(
        mode="un",
        view=fit_countries(countries[countries["iso3"] == state.iso3], *size),
        version=layers.version,
        revision=NEWEST_REVISION,
        year=headlines.share_years(layers)[-1],
        wanted=Filter(countries=(state.iso3,)),
        span=state.span,
    )


def plans(layers: Catalogue, wanted: Filter, cities: gpd.GeoDataFrame, size: Size) -> Map:
    """Cities by the focus area with most projects."""
    return Map(
        mode="focus",
        view=fit_cities(cities, *size) if wanted else fit(REGION, *size),
        version=layers.version,
        revision=NEWEST_REVISION,
        year=headlines.share_years(layers)[-1],
        wanted=wanted,
    )


def network(layers: Catalogue, now: YearState, size: Size) -> Map:
    """The member cities of one year, with rings around the new ones."""
    cities = layers.geo("cities")
    new = cities[cities["city_id"].isin(networkyears.new_member_cities(now))]
    return Map(
        mode="share",
        view=fit(REGION, *size),
        version=layers.version,
        revision=NEWEST_REVISION,
        year=now.year,
        wanted=Filter(joined=(None, float(now.year))),
        selected=rings(new, cities, "share"),
    )


def view(
    state: ExploreState,
    shown: gpd.GeoDataFrame,
    picked: gpd.GeoDataFrame,
    countries: gpd.GeoDataFrame,
    width: int,
    height: int,
) -> View:
    """Where the map opens: what it is zoomed to, else the cities of a filter, else the region."""
    if state.at == SELECTION and len(picked):
        return fit_cities(picked, width, height)
    if state.at in set(countries["iso3"]):
        return fit_countries(countries[countries["iso3"] == state.at], width, height)
    return fit_cities(shown, width, height) if state.city_filter else fit(REGION, width, height)
