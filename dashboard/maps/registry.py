"""Registry of the page maps: name -> map, title, summary and legends."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import pydeck as pdk
from markupsafe import Markup

from dashboard.data.un_revision import NEWEST, PARAMETER
from dashboard.maps import legends, page_specs
from dashboard.maps.city_legends import city_legends
from dashboard.maps.deck import MODES, deck
from dashboard.maps.indicators import modes
from dashboard.maps.legends import Legend
from dashboard.maps.page_specs import Size
from dashboard.maps.source_urls import ZOOM_STEP, surroundings
from dashboard.maps.symbols import SMALL
from dashboard.maps.view import VIEW, Map, View
from dashboard.markup.theme import Palette
from dashboard.pages.city import map_text as city_map_text
from dashboard.pages.city.state import city_codec
from dashboard.pages.country import un_cities
from dashboard.pages.country.state import country_codec
from dashboard.pages.explore.state import explore_codec
from dashboard.pages.network import timeline
from dashboard.pages.network.state import network_codec
from dashboard.pages.overview import text as overview_text
from dashboard.pages.plans.state import plans_codec
from dashboard.pages.urbanisation import text as urbanisation_text
from dashboard.pages.urbanisation import year_panel
from dashboard.pages.urbanisation.state import UrbanisationCodec, known_years
from dashboard.pages.url_state import strict_state
from geo.analysis.layer_rows import recounted_cities, selected
from geo.analysis.network import network_in_year, network_years
from geo.errors import NotFoundError, QueryError, no_such, quoted
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query, reject_unknown_params

OVERVIEW = mark("Projects of the member cities, by status")
"""Title of the map of the Overview."""


@dataclass(frozen=True)
class PageMap:
    """A map with its title, summary and legends.

    Attributes
    ----------
    title, summary
        Heading, and a sentence that describes what the map shows.
    map
        Specification that ``draw`` turns into a deck.
    legends
        Returns the legends in the colours of a palette.
    cities
        Rows of :data:`geo.schema.core.CITIES` on the map.
    page, query
        Page with the same map, and its query.
    draw
        Returns the deck.
    years, year
        Years that the map can play, ascending, and that of the query; empty for other maps.
    panel
        Returns what the year is about, as HTML in the colours of a palette; it is drawn beside the
        map.
    """

    title: str
    summary: str
    map: Map
    legends: Callable[[Palette], list[Legend]]
    cities: gpd.GeoDataFrame
    page: str
    query: Query
    draw: Callable[[Map, Palette], pdk.Deck] = deck
    years: Sequence[int] = ()
    year: int = 0
    panel: Callable[[Palette], Markup] = lambda _: Markup()


def _overview(layers: Catalogue, query: Query, size: Size) -> PageMap:
    reject_unknown_params(query, ())
    map_spec = page_specs.overview(layers, size)
    return PageMap(
        tr(OVERVIEW),
        overview_text.network_summary(layers),
        map_spec,
        lambda colours: legends.for_mode(
            map_spec.mode, map_spec.year, map_spec.revision, layers, colours
        ),
        layers.geo("cities"),
        "",
        query,
    )


def _explore(layers: Catalogue, query: Query, size: Size) -> PageMap:
    cities, years = layers.geo("cities"), overview_text.share_years(layers)
    state = strict_state(explore_codec(cities["city_id"].tolist(), years, modes(layers)), query)
    selection = selected(state.city_filter, layers)
    return PageMap(
        f"{tr('Member cities')}: {modes(layers)[state.mode]}",
        overview_text.selection_summary(selection, layers, state.city_filter),
        page_specs.explore(layers, state, size),
        lambda colours: [
            *legends.for_mode(
                state.mode, state.year, state.revision, layers, colours, state.places, state.span
            ),
            *legends.circle_legends(layers, state.city_filter, colours),
        ],
        recounted_cities(state.city_filter, layers),
        "explore",
        query,
    )


def _city(layers: Catalogue, query: Query, size: Size) -> PageMap:
    cities = layers.geo("cities")
    city_id = strict_state(city_codec(cities["city_id"].tolist()), query).city_id
    return PageMap(
        city_map_text.title(layers, city_id),
        city_map_text.summary(layers, city_id),
        page_specs.city(layers, city_id, size),
        lambda colours: city_legends(layers, city_id, colours),
        recounted_cities(surroundings(city_id), layers),
        "city",
        query,
    )


def _country(layers: Catalogue, query: Query, size: Size) -> PageMap:
    state = strict_state(country_codec(list(layers["countries"]["iso3"])), query)
    cities = layers.geo("cities")
    map_spec = page_specs.country(layers, state, size)
    is_newest = state.wup == NEWEST
    headline = un_cities.headline if is_newest else un_cities.agglomerations_headline
    return PageMap(
        un_cities.title(layers, state.iso3, state.wup),
        headline(layers, state.iso3),
        map_spec,
        lambda colours: legends.for_mode(
            map_spec.mode, map_spec.year, map_spec.revision, layers, colours, span=state.span
        ),
        cities[cities["iso3"] == state.iso3],
        "country",
        query,
    )


def _plans(layers: Catalogue, query: Query, size: Size) -> PageMap:
    cities, projects = layers.geo("cities"), layers["projects"]
    project_ids = set(projects["project_id"])
    state = strict_state(plans_codec(list(cities["city_id"]), project_ids), query)
    selection = selected(state.city_filter, layers)
    map_spec = page_specs.plans(layers, state.city_filter, selection.cities, size)
    return PageMap(
        f"{tr('Member cities')}: {tr(MODES['focus'])}",
        overview_text.selection_summary(selection, layers, state.city_filter),
        map_spec,
        lambda colours: legends.for_mode(
            "focus", map_spec.year, map_spec.revision, layers, colours
        ),
        recounted_cities(state.city_filter, layers),
        "plans",
        query,
    )


def _urbanisation(layers: Catalogue, query: Query, size: Size) -> PageMap:
    years = known_years(layers)
    state = strict_state(UrbanisationCodec(years), query)
    return PageMap(
        f"{tr('Urbanisation')}, {urbanisation_text.year_title(state.year, state.wup)}",
        urbanisation_text.year_sentence(layers, state),
        urbanisation_text.year_map(layers, state, *size),
        lambda colours: urbanisation_text.year_legends(layers, state, colours),
        layers.geo("cities"),
        "urbanisation",
        # A year implies a revision, which the other years of the map are to keep.
        query if state.wup == NEWEST else {**query, PARAMETER: state.wup},
        years=years.for_revision(state.wup),
        year=state.year,
        panel=lambda colours: year_panel.panel(layers, state, colours),
    )


def _network(layers: Catalogue, query: Query, size: Size) -> PageMap:
    cities, years = layers.geo("cities"), network_years(layers["governance"])
    state = strict_state(network_codec(years, list(cities["city_id"])), query)
    network_state = network_in_year(layers, state.year)
    return PageMap(
        tr("Members in {year}", year=network_state.year),
        timeline.year_sentence(network_state),
        page_specs.network(layers, network_state, size),
        lambda colours: [timeline.legend(network_state, colours)],
        cities[cities["joined_year"] <= network_state.year],
        "network",
        query,
        lambda map_spec, colours: timeline.deck(map_spec, network_state, colours),
        years=years,
        year=state.year,
        panel=lambda _: timeline.panel(layers, network_state),
    )


MAPS: Mapping[str, Callable[[Catalogue, Query, Size], PageMap]] = {
    "overview": _overview,
    "explore": _explore,
    "city": _city,
    "country": _country,
    "plans": _plans,
    "urbanisation": _urbanisation,
    "network": _network,
}
"""Maps by the name of their page."""


def page_map(name: str, layers: Catalogue, query: Query, size: Size) -> PageMap:
    """The map of a page.

    Parameters
    ----------
    query
        Query of the page, optionally with :data:`VIEW`.

    Raises
    ------
    NotFoundError
        If no page of this name has a map.
    QueryError
        If a parameter is invalid.
    """
    if name not in MAPS:
        raise NotFoundError(
            no_such(mark("There is no map {name}. Available: {known}."), name, MAPS)
        )
    page_query = {key: value for key, value in query.items() if key != VIEW}
    page_map = MAPS[name](layers, page_query, size)
    if not page_map.map.city_id:
        page_map = replace(page_map, legends=_with_areas(page_map.legends, layers))
    if VIEW in query:
        page_map = replace(page_map, map=replace(page_map.map, view=parse_view(query[VIEW], size)))
    return replace(page_map, legends=_scaled(page_map.legends)) if page_map.map.small else page_map


def _scaled(of_map: Callable[[Palette], list[Legend]]) -> Callable[[Palette], list[Legend]]:
    """The legends of a map with small symbols."""
    return lambda colours: [legend.scaled(SMALL) for legend in of_map(colours)]


def _with_areas(
    of_map: Callable[[Palette], list[Legend]], layers: Catalogue
) -> Callable[[Palette], list[Legend]]:
    """The legends of a map with that of the areas of cities."""
    return lambda colours: [*of_map(colours), legends.areas_legend(layers, colours)]


def parse_view(value: str, size: Size) -> View:
    """The view of a map that an address names.

    Raises
    ------
    QueryError
        If it is not longitude, latitude and zoom within the limits.
    """
    try:
        longitude, latitude, zoom = (float(part) for part in value.split(","))
    except ValueError:
        longitude = latitude = zoom = math.nan
    if not (-180 <= longitude <= 180 and -60 <= latitude <= 60 and 1.5 <= zoom <= 12):
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not longitude,latitude,zoom, such as 106.8,-6.2,7, "
                "with a zoom from 1.5 to 12.",
                name=VIEW,
                value=quoted(value),
            )
        )
    return View(longitude, latitude, math.floor(zoom / ZOOM_STEP) * ZOOM_STEP, *size)
