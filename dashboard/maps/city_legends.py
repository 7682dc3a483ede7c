"""Legends of the map of one city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd
import pandas as pd

from dashboard.data.releases import source_years
from dashboard.maps.legends import Entry, Legend, places_legend
from dashboard.maps.source_urls import surroundings
from dashboard.maps.sources import (
    PROJECT_PLACE_RADIUS,
    project_place_features,
    un_circle_minimum,
    un_circle_radii,
)
from dashboard.markup import numbers
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from geo.analysis.city_areas import NETWORK, grown_areas
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows, recounted_cities
from geo.i18n import mark, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import AREA_EDITIONS, AREA_FITS, EXACT, FOCUS_AREAS

CIRCLES = (1_000_000, 10_000_000, 40_000_000)
"""Populations whose circles the legend of UN cities shows where one is as large, people."""

STRONG_OUTLINES: Mapping[str, str] = {
    "same": mark("bold outline: the UN city of {city}"),
    "part_of": mark("bold outline: the UN city that {city} is part of"),
    "several": mark("bold outline: the UN cities combined for {city}"),
}
"""What a strong outline marks, by the relation of the city to UN cities."""


def city_legends(layers: Catalogue, city_id: str, colours: Palette) -> list[Legend]:
    """Legends of the map of a member city: area, places of projects, UN cities, places."""
    return [
        _area_legend(layers, city_id, colours),
        *_project_places_legend(layers, city_id, colours),
        *_un_cities_legend(layers, city_id, colours),
        places_legend(layers, colours),
    ]


def areas_of(layers: Catalogue, city_id: str) -> gpd.GeoDataFrame:
    """Editions of the area of a city that its map draws, that of the network's plans first."""
    areas = layers.geo("city_areas")
    rows = areas[areas["city_id"] == city_id]
    drawn = rows["edition"].isin([NETWORK, *grown_areas(rows)["edition"]])
    return rows[drawn].sort_values("edition", key=lambda edition: edition != NETWORK)


def _area_legend(layers: Catalogue, city_id: str, colours: Palette) -> Legend:
    areas = areas_of(layers, city_id)
    years = source_years(layers, "city_areas")
    own = areas.iloc[0]
    unit, fit = "", Entry(tr("the city's own boundary"), colours.city, border="solid")
    if own["fit"] != EXACT:
        unit = tr("{fit}; no figures are derived from it", fit=tr(AREA_FITS[own["fit"]]))
        fit = Entry(tr("inexact boundary"), colours.city, border="dashed")
    others = set(recounted_cities(surroundings(city_id), layers)["city_id"]) - {city_id}
    drawn = [areas, *(areas_of(layers, other) for other in sorted(others))]
    named = dict.fromkeys(source for rows in drawn for source in rows["source"])
    sources = [f"{source} ({years[source]})" for source in named]
    return Legend(
        tr("Area of the city"),
        unit,
        [
            fit,
            *(
                Entry(tr(AREA_EDITIONS[edition]), colours.city, border="thin")
                for edition in areas["edition"].iloc[1:]
            ),
            *([Entry(tr("other member cities"), colours.text, border="solid")] if others else []),
            Entry(tr("member city"), colours.city, 10),
        ],
        tr("Boundary: {sources}", sources="; ".join(sources)),
    )


def _project_places_legend(layers: Catalogue, city_id: str, colours: Palette) -> Iterator[Legend]:
    places = project_place_features(layers, Filter(cities=(city_id,)))
    if not len(places):
        return
    drawn = set(places["focus"])
    yield Legend(
        tr("Project locations"),
        tr("where a plan or report names a place that can be located"),
        [
            Entry(name, FOCUS_AREA_COLOURS[area], 2 * PROJECT_PLACE_RADIUS)
            for area, name in terms(FOCUS_AREAS).items()
            if area in drawn
        ],
        tr("Documents and points are listed on the city page"),
    )


def _un_cities_legend(layers: Catalogue, city_id: str, colours: Palette) -> Iterator[Legend]:
    rows = filtered_rows("wup2025_cities", surroundings(city_id), layers).rows
    if not len(rows):
        return
    smallest, *radii = un_circle_radii(pd.Series([0, *CIRCLES]), layers)
    circles = [
        Entry(numbers.people(people), colours.accent, 2 * radius, hollow=True, nested=True)
        for people, radius in zip(CIRCLES, radii, strict=True)
        if people <= rows["population_2025"].max()
    ]
    up_to = tr("up to {people}", people=numbers.people(un_circle_minimum(layers)))
    circles.append(Entry(up_to, colours.accent, 2 * smallest, empty=True))
    city = layers["cities"].set_index("city_id").loc[city_id].to_dict()
    strong = []
    if label := STRONG_OUTLINES.get(city["un_city_relation"]):
        strong = [Entry(tr(label, city=city["name"]), colours.accent, 12, hollow=True)]
    yield Legend(
        tr("UN cities of 2025"),
        tr("people in 2025 (estimate), by circle area"),
        [*circles, *strong],
        tr("UN, World Urbanization Prospects 2025. A UN city is not the city proper."),
    )
