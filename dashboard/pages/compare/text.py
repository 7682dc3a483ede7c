"""Headings, notes and small maps of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dashboard.data import un_revision
from dashboard.maps.city_map import city_map_image
from dashboard.markup import numbers
from dashboard.markup.theme import Palette
from dashboard.pages.city.text import publisher
from geo.i18n import decimal, tr


def series_heading(revision: str) -> tuple[str, str]:
    """Title and note of the population series."""
    if revision == un_revision.NEWEST:
        return (
            tr("Population of the UN cities of 2025"),
            tr("Estimates to 2025, projected to 2050 (dashed)."),
        )
    return (
        tr("Population of the agglomerations"),
        tr("Estimates to 2018, projected to 2035 (dashed)."),
    )


def city_maps(cities: Sequence[Mapping[str, Any]], colours: Palette) -> str:
    """The small maps of some cities as HTML figures."""
    figures = "".join(
        f'<figure class="map">{city_map_image(city, colours.name)}'
        f"<figcaption><strong>{escape(city['name'])}</strong>, {escape(city['country'])}"
        "</figcaption></figure>"
        for city in cities
    )
    # Up to four in a row, and no row of a single map beside a longer one.
    columns = len(cities) if len(cities) < 5 else 3
    even = "" if columns % 2 else " even"
    return f'<div class="maps{even}" style="--columns:{columns}">{figures}</div>'


def figure_sources(cities: Sequence[Mapping[str, Any]]) -> str:
    """Where population and land area of each city are from, in a sentence a city."""
    return " ".join(
        tr(
            "{city}: population {population}, land area {area}.",
            city=city["name"],
            population=publisher(city["population_source"]),
            area=publisher(city["land_area_source"]),
        )
        for city in cities
    )


def series_note(shown: Mapping[str, str], known: Mapping[str, str]) -> str:
    """Source of the population series, and which cities have none."""
    source = tr("UN, World Urbanization Prospects 2018; agglomerations, not cities proper.")
    lost = [name for city_id, name in shown.items() if city_id not in known]
    if not lost:
        return source
    missing = tr(
        "No UN series: {cities} (fewer than {people} people in 2018, or counted in another "
        "agglomeration).",
        cities=numbers.listed(lost),
        people=decimal(300_000),
    )
    return f"{source} {missing}"
