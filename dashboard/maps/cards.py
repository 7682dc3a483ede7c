"""The words of the cards that a map shows beside the pointer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.data.un_revision import NEWEST
from dashboard.markup import numbers as words
from geo.i18n import decimal, tr
from geo.vocabulary import FOCUS_AREAS


def facts_of(city: Mapping[str, Any], lead: Sequence[str], revision: str = NEWEST) -> list[str]:
    """The lines of a city's hover card.

    Parameters
    ----------
    lead
        Focus areas with most projects.
    revision
        One of :data:`dashboard.data.un_revision.WUPS`.
    """
    population = tr("Population: no data")
    if not words.missing(city["population"]):
        population = tr(
            "Population: {people} ({of})",
            people=words.people(city["population"]),
            of=words.year_and_basis(city),
        )
    projects, most = tr("Projects: none in the latest report"), tr("Most projects in: none")
    if number := int(city["projects"]):
        projects = tr(
            "Projects: {number}, {completed} completed",
            number=decimal(number),
            completed=decimal(int(city["projects_completed"])),
        )
    if lead:
        areas = words.listed([tr(FOCUS_AREAS[area]) for area in lead])
        most = tr("Most projects in: {areas}", areas=areas)
    urban = _un_city(city) if revision == NEWEST else _agglomeration(city)
    return [population, urban, projects, most]


def _un_city(city: Mapping[str, Any]) -> str:
    if city["un_city_relation"] == "none":
        return tr("UN city of 2025: none")
    known = {
        "people": words.people(city["un_city_population_2025"]),
        "growth": words.growth(city["un_city_growth_2000_2025"]),
    }
    if words.missing(city["un_city_growth_2000_2025"]):
        said = tr("UN city: {people} in 2025", **known)
    else:
        said = tr("UN city: {people} in 2025, {growth} since 2000", **known)
    if city["un_city_relation"] == "part_of":
        return tr("{un_city} (the city is a part of it)", un_city=said)
    return said


def _agglomeration(city: Mapping[str, Any]) -> str:
    if words.missing(city["agglomeration_population_2018"]):
        return tr("Agglomeration: no data")
    return tr(
        "Agglomeration: {people} in 2018, {growth} since 2000",
        people=words.people(city["agglomeration_population_2018"]),
        growth=words.growth(city["agglomeration_growth_2000_2018"]),
    )


def un_city_facts(city: Mapping[str, Any]) -> list[str]:
    """The lines of a UN city's hover card; a row of :data:`geo.schema.wup2025.CITIES`."""
    later = tr("2050: fewer than {people} people", people=decimal(50_000))
    if not words.missing(city["population_2050"]):
        later = tr(
            "{people} people in 2050 (projection)", people=words.people(city["population_2050"])
        )
    said = [
        tr("{people} people in 2025 (UN estimate)", people=words.people(city["population_2025"])),
        later,
    ]
    if not words.missing(city["growth_2000_2025"]):
        said.append(tr("{growth} since 2000", growth=words.growth(city["growth_2000_2025"])))
    return said
