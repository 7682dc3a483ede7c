"""The map of each page by name, with what is said around it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import pydeck as pdk

from dashboard.maps import legends
from dashboard.maps import page_specs as mapviews
from dashboard.maps.deck import MODES, deck
from dashboard.maps.legends import Legend
from dashboard.maps.page_specs import Size
from dashboard.maps.sources import ZOOM_STEP
from dashboard.maps.view import Map, View
from dashboard.markup.theme import Palette
from dashboard.pages.country import text as countryview
from dashboard.pages.country import un_cities as uncitytables
from dashboard.pages.explore.state import read_explore
from dashboard.pages.network import text as networkview
from dashboard.pages.network import timeline as networkyears
from dashboard.pages.overview import text as headlines
from dashboard.pages.plans import state as state_
from dashboard.pages.urbanisation import state as urbanstate
from dashboard.pages.urbanisation import text as urbanview
from geo.analysis.layer_rows import recounted_cities, selected
from geo.analysis.network import network_years, network_in_year
from geo.errors import NotFoundError, QueryError, no_such, quoted
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query, reject_unknown_params

OVERVIEW = mark("Where the cities are, and how urban their countries")
"""Title of the map of the Overview."""

VIEW = "view"
"""Parameter of a bare map: longitude, latitude and zoom that it opens at."""


@dataclass(frozen=True)
class PageMap:
    """A map with what is said around it.

    Attributes
    ----------
    title, summary
        Its heading, and what it shows in a sentence.
    map
        What :func:`dashboard.maps.deck.deck` draws.
    legends
        The legends in some colours.
    cities
        Rows of :data:`geo.schema.core.CITIES` that it shows.
    page, query
        Page that shows it too, and the page's query.
    draw
        Gives the deck.
    """

    title: str
    summary: str
    map: Map
    legends: Callable[[Palette], list[Legend]]
    cities: gpd.GeoDataFrame
    page: str
    query: Query
    draw: Callable[[Map, Palette], pdk.Deck] = deck


def _of_overview(layers: Catalogue, query: Query, size: Size) -> PageMap:
    reject_unknown_params(query, ())
    drawn = mapviews.overview(layers, size)
    return PageMap(
        tr(OVERVIEW),
        headlines.network(layers),
        drawn,
        lambda colours: [legends.share_legend(drawn.year, drawn.revision, colours)],
        layers.geo("cities"),
        "",
        query,
    )


def _of_explore(layers: Catalogue, query: Query, size: Size) -> PageMap:
    cities, years = layers.geo("cities"), headlines.share_years(layers)
    state, problems = read_explore(query, cities["city_id"], years)
    _refuse(problems)
    kept = selected(state.city_filter, layers)
    return PageMap(
        f"{tr('Member cities')}: {tr(MODES[state.mode])}",
        headlines.selection(kept, layers, state.city_filter),
        mapviews.explore(layers, state, size),
        lambda colours: legends.for_mode(
            state.mode, state.year, state.revision, layers, colours, state.places, state.span
        ),
        recounted_cities(state.city_filter, layers),
        "explore",
        query,
    )


def _of_country(layers: Catalogue, query: Query, size: Size) -> PageMap:
    state, problems = countryview.read(query, list(layers["countries"]["iso3"]))
    _refuse(problems)
    cities = layers.geo("cities")
    return PageMap(
        uncitytables.title(layers, state.iso3),
        uncitytables.headline(layers, state.iso3),
        mapviews.country(layers, state, size),
        lambda colours: legends.un_legends(state.span, layers, colours),
        cities[cities["iso3"] == state.iso3],
        "country",
        query,
    )


def _of_plans(layers: Catalogue, query: Query, size: Size) -> PageMap:
    cities, projects = layers.geo("cities"), layers["projects"]
    known = set(projects["project_id"])
    state, problems = state_.read_plans(query, list(cities["city_id"]), known)
    _refuse(problems)
    kept = selected(state.city_filter, layers)
    drawn = mapviews.plans(layers, state.city_filter, kept.cities, size)
    return PageMap(
        f"{tr('Member cities')}: {tr(MODES['focus'])}",
        headlines.selection(kept, layers, state.city_filter),
        drawn,
        lambda colours: legends.for_mode("focus", drawn.year, drawn.revision, layers, colours),
        recounted_cities(state.city_filter, layers),
        "plans",
        query,
    )


def _of_urbanisation(layers: Catalogue, query: Query, size: Size) -> PageMap:
    state, problems = urbanstate.read(query, urbanstate.known_years(layers))
    _refuse(problems)
    return PageMap(
        f"{tr('Urbanisation')}, {urbanview.year_title(state.year, state.wup)}",
        urbanview.year_sentence(layers, state),
        urbanview.year_map(layers, state, *size),
        lambda colours: urbanview.year_legends(layers, state, colours),
        layers.geo("cities"),
        "urbanisation",
        query,
    )


def _of_network(layers: Catalogue, query: Query, size: Size) -> PageMap:
    cities, years = layers.geo("cities"), network_years(layers["governance"])
    state, problems = networkview.read(query, years, cities["city_id"])
    _refuse(problems)
    now = network_in_year(layers, state.year)
    return PageMap(
        tr("Members in {year}", year=now.year),
        networkyears.year_sentence(now),
        mapviews.network(layers, now, size),
        lambda colours: [networkyears.legend(now, colours)],
        cities[cities["joined_year"] <= now.year],
        "network",
        query,
        lambda drawn, colours: networkyears.deck(drawn, now, colours),
    )


def _refuse(problems: tuple[str, ...]) -> None:
    if problems:
        raise QueryError(" ".join(problems))


MAPS: Mapping[str, Callable[[Catalogue, Query, Size], PageMap]] = {
    "overview": _of_overview,
    "explore": _of_explore,
    "country": _of_country,
    "plans": _of_plans,
    "urbanisation": _of_urbanisation,
    "network": _of_network,
}
"""Maps by the name of their page."""


def page_map(name: str, layers: Catalogue, query: Query, size: Size) -> PageMap:
    """The map of a page.

    Parameters
    ----------
    query
        That of the page, and :data:`VIEW`.

    Raises
    ------
    NotFoundError
        If no page of this name has a map.
    QueryError
        If the query asks for something unknown.
    """
    if name not in MAPS:
        raise NotFoundError(no_such(mark("There is no map {name}; there are {known}."), name, MAPS))
    of_page = {key: value for key, value in query.items() if key != VIEW}
    found = MAPS[name](layers, of_page, size)
    if VIEW not in query:
        return found
    return replace(found, map=replace(found.map, view=_view(query[VIEW], size)))


def _view(value: str, size: Size) -> View:
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
