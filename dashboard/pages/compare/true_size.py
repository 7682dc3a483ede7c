"""Texts of the territories that the Compare page draws at one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.data.releases import source_years
from dashboard.markup import numbers
from dashboard.pages.city.text import publisher
from geo.analysis.city_areas import MERGED, NETWORK
from geo.i18n import exact, mark, ntr, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import AREA_FITS, EXACT

Row = Mapping[str, Any]
"""A row of :func:`geo.analysis.territories.territories`."""

EDITIONS: Mapping[str, str] = {
    NETWORK: mark("Boundaries before 1 July 2025"),
    MERGED: mark("Boundaries since 1 July 2025"),
}
"""Edition of the territories of cities in Viet Nam -> label."""


def area(row: Row) -> str:
    """Area of an exact territory, or what the boundary of an inexact one is."""
    if row["fit"] != EXACT:
        return tr(AREA_FITS[row["fit"]])
    return numbers.whole(row["area_km2"], "km²")


def caption(row: Row) -> list[str]:
    """Lines below the name of a city: area, people and edition of its territory."""
    lines = [area(row), _people(row)]
    return [*lines, tr(EDITIONS[row["edition"]])] if row["has_editions"] else lines


def _people(row: Row) -> str:
    if row["fit"] != EXACT:
        return tr("no figures for this outline")
    if numbers.is_missing(row["population"]):
        return tr("population: no data for this territory")
    return tr(
        "{people} people ({of})",
        people=numbers.people(row["population"]),
        of=numbers.year_and_basis(row),
    )


def summary(rows: Sequence[Row]) -> str:
    """Text alternative of the territories at one scale."""
    parts = (f"{row['name']}: {'; '.join(caption(row))}" for row in rows)
    return tr("Territories at the same scale. {territories}.", territories=". ".join(parts))


def ratio(over: Row, base: Row) -> str:
    """How often the smaller of two territories goes into the larger, by area."""
    inexact = [row["name"] for row in (over, base) if row["fit"] != EXACT]
    if inexact:
        return ntr(
            "The dashed outline is not the boundary of {cities}, so the areas are not compared.",
            "The dashed outlines are not the boundaries of {cities}, so the areas are not "
            "compared.",
            len(inexact),
            cities=numbers.format_list(inexact),
        )
    small, large = sorted((over, base), key=lambda row: float(row["area_km2"]))
    values = {"small": small["name"], "large": large["name"]}
    areas = {"small_area": area(small), "large_area": area(large)}
    times = float(large["area_km2"]) / float(small["area_km2"])
    number = round(times, 1 if times < 10 else 0)
    if number == 1:
        return tr(
            "{small} and {large} cover about the same area: {small_area} and {large_area}.",
            **values,
            **areas,
        )
    return tr(
        "By area, {small} would fit about {times} times into {large}: {small_area} and "
        "{large_area}.",
        times=exact(number),
        **values,
        **areas,
    )


def edition_note(rows: Sequence[Row]) -> str:
    """Note on the boundaries that the other figures of the page refer to; empty without cities in
    Viet Nam."""
    cities = [row["name"] for row in rows if row["has_editions"]]
    if not cities:
        return ""
    return tr(
        "The other figures for {cities} on this page refer to the boundaries before 1 July 2025.",
        cities=numbers.format_list(cities),
    )


def source(rows: Sequence[Row], layers: Catalogue, with_people: bool) -> str:
    """Sources of boundaries, areas and populations, and how boundaries differ from the cities'.

    Parameters
    ----------
    with_people
        Whether populations are shown.
    """
    years = source_years(layers, "city_areas")
    boundaries = [
        f"{name} ({years[name]})" for name in dict.fromkeys(str(row["source"]) for row in rows)
    ]
    sentences = [
        tr(
            "{sources}: boundaries, and areas computed from them, including inland water.",
            sources="; ".join(boundaries),
        )
    ]
    counted = [row for row in rows if not numbers.is_missing(row["population"])]
    if with_people and counted:
        publishers = dict.fromkeys(publisher(row["population_source"]) for row in counted)
        sentences.append(tr("{sources}: population.", sources="; ".join(publishers)))
    sentences.append(tr("Boundaries are for orientation and imply no position on any territory."))
    sentences += [
        tr("{city}: {note}.", city=row["name"], note=row["note"])
        for row in rows
        if not numbers.is_missing(row["note"])
    ]
    return " ".join(sentences)
