"""Texts of map tooltips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.data.un_revision import NEWEST
from dashboard.markup import numbers
from dashboard.pages.city.text import reference
from geo.analysis.promises import Counts
from geo.i18n import decimal, tr
from geo.vocabulary import AREA_FITS, EXACT, FOCUS_AREAS, PLACE_PRECISIONS


def city_facts(
    city: Mapping[str, Any], focus_areas: Sequence[str], revision: str = NEWEST
) -> list[str]:
    """The lines of a city's tooltip.

    Parameters
    ----------
    focus_areas
        Focus areas with most projects.
    revision
        One of :data:`dashboard.data.un_revision.UN_REVISIONS`.
    """
    population = tr("Population: no data")
    if not numbers.is_missing(city["population"]):
        population = tr(
            "Population: {people} ({of})",
            people=numbers.people(city["population"]),
            of=numbers.year_and_basis(city),
        )
    projects, leading_areas = (
        tr("Projects: none in the latest report"),
        tr("Most projects in: none"),
    )
    if number := int(city["projects"]):
        projects = tr(
            "Projects: {number}, {completed} completed",
            number=decimal(number),
            completed=decimal(int(city["projects_completed"])),
        )
    if focus_areas:
        areas = numbers.format_list([tr(FOCUS_AREAS[area]) for area in focus_areas])
        leading_areas = tr("Most projects in: {areas}", areas=areas)
    urban = _un_city(city) if revision == NEWEST else _agglomeration(city)
    return [population, urban, projects, leading_areas]


def _un_city(city: Mapping[str, Any]) -> str:
    if city["un_city_relation"] == "none":
        return tr("UN city of 2025: none")
    values = {
        "people": numbers.people(city["un_city_population_2025"]),
        "growth": numbers.growth(city["un_city_growth_2000_2025"]),
    }
    if numbers.is_missing(city["un_city_growth_2000_2025"]):
        text = tr("UN city: {people} in 2025", **values)
    else:
        text = tr("UN city: {people} in 2025, {growth} since 2000", **values)
    if city["un_city_relation"] == "part_of":
        return tr("{un_city} (includes this city)", un_city=text)
    return text


def _agglomeration(city: Mapping[str, Any]) -> str:
    if numbers.is_missing(city["agglomeration_population_2018"]):
        return tr("Agglomeration: no data")
    return tr(
        "Agglomeration: {people} in 2018, {growth} since 2000",
        people=numbers.people(city["agglomeration_population_2018"]),
        growth=numbers.growth(city["agglomeration_growth_2000_2018"]),
    )


def promises_fact(counts: Counts) -> str:
    """The line of a tooltip on a city's dated promises."""
    if not counts.due:
        return tr("Dated promises: {number}, none due yet", number=decimal(counts.promises))
    return tr(
        "Dated promises: {number}; {due} fell due, {done} reported as done",
        number=decimal(counts.promises),
        due=decimal(counts.due),
        done=decimal(counts.states.get("done", 0)),
    )


def un_city_facts(city: Mapping[str, Any]) -> list[str]:
    """The lines of a UN city's tooltip, from a row of :data:`geo.schema.wup2025.CITIES`."""
    projection = tr("2050: fewer than {people} people", people=decimal(50_000))
    if not numbers.is_missing(city["population_2050"]):
        projection = tr(
            "{people} people in 2050 (projection)", people=numbers.people(city["population_2050"])
        )
    facts = [
        tr("{people} people in 2025 (UN estimate)", people=numbers.people(city["population_2025"])),
        projection,
    ]
    if not numbers.is_missing(city["growth_2000_2025"]):
        facts.append(tr("{growth} since 2000", growth=numbers.growth(city["growth_2000_2025"])))
    return facts


def area_facts(area: Mapping[str, Any], years: Mapping[str, str]) -> list[str]:
    """The lines of the tooltip of a member city's area.

    Parameters
    ----------
    area
        Row of :data:`geo.schema.cities.CITY_AREAS`.
    years
        Year of the data by source.
    """
    facts = [tr("Territory: {territory}", territory=area["territory"])]
    if area["fit"] == EXACT:
        km2 = decimal(area["area_km2"], 1 if area["area_km2"] < 100 else 0)
        facts.append(tr("{km2} km² within this boundary, including inland water", km2=km2))
    else:
        fit = tr(AREA_FITS[area["fit"]])
        facts.append(tr("Inexact: {fit}. No figures are derived from it.", fit=fit))
    if not numbers.is_missing(area["note"]):
        facts.append(tr("Note: {note}", note=area["note"]))
    source, year = area["source"], years[area["source"]]
    return [*facts, tr("Boundary: {source} ({year})", source=source, year=year)]


def project_place_facts(named: Sequence[Mapping[str, Any]]) -> list[str]:
    """The lines of the tooltip of a place of projects.

    Parameters
    ----------
    named
        Rows of :data:`geo.schema.project_places.PROJECT_PLACES` with the same point.
    """
    documents = dict.fromkeys(reference(row) for row in named)
    place, precision = named[0], tr(PLACE_PRECISIONS[named[0]["precision"]])
    point = f"{precision}: {place['located_as']} ({place['source']})"
    return [place["place"], point, *documents]
