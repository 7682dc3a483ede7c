"""Headings, notes and static maps of the Compare page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard.data import un_revision
from dashboard.maps.city_map import city_map_image
from dashboard.markup import numbers
from dashboard.markup.html import tag
from dashboard.markup.theme import Palette
from dashboard.pages.city.text import publisher
from geo.analysis.city_areas import area_of
from geo.i18n import decimal, tr
from geo.layers.catalogue import Catalogue


def series_heading(revision: str) -> tuple[str, str]:
    """Title and note of the population series."""
    if revision == un_revision.NEWEST:
        return (
            tr("Population of the UN cities of 2025"),
            tr("Estimated to 2025, projected to 2050 (dashed)."),
        )
    return (
        tr("Population of the agglomerations"),
        tr("Estimates to 2018, projected to 2035 (dashed)."),
    )


def city_maps(cities: Sequence[Mapping[str, Any]], colours: Palette) -> Markup:
    """Static maps of cities as HTML figures."""
    figures = [
        tag(
            "figure",
            city_map_image(city, colours.name),
            tag("figcaption", tag("strong", city["name"]), f", {city['country']}"),
            class_="map",
        )
        for city in cities
    ]
    # Up to four maps per row; five and six wrap after three, so that no row has a single map.
    columns = len(cities) if len(cities) < 5 else 3
    kind = "maps" if columns % 2 else "maps even"
    return tag("div", figures, class_=kind, style=f"--columns:{columns}")


def map_sources(layers: Catalogue, city_ids: Iterable[str]) -> str:
    """Sources of the static maps of cities."""
    areas = layers.geo("city_areas")
    sources = dict.fromkeys(area_of(city_id, areas)["source"] for city_id in city_ids)
    return tr(
        "Boundaries: Natural Earth; places: GeoNames; city areas: {sources}.",
        sources="; ".join(sources),
    )


def figure_sources(cities: Sequence[Mapping[str, Any]]) -> str:
    """Sources of population and land area, one sentence per city."""
    return " ".join(
        tr(
            "{city}: population {population}, land area {area}.",
            city=city["name"],
            population=publisher(city["population_source"]),
            area=publisher(city["land_area_source"]),
        )
        for city in cities
    )


def series_note(compared: Mapping[str, str], known: Mapping[str, str]) -> str:
    """Source of the population series, naming cities without one."""
    source = tr("UN, World Urbanization Prospects 2018; agglomerations, not cities proper.")
    without_series = [name for city_id, name in compared.items() if city_id not in known]
    if not without_series:
        return source
    missing = tr(
        "No UN series: {cities} (fewer than {people} people in 2018, or counted in another "
        "agglomeration).",
        cities=numbers.format_list(without_series),
        people=decimal(300_000),
    )
    return f"{source} {missing}"
