"""Sentences on the UN's city of 2025 that a member city is or lies in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import words
from geo.i18n import decimal, mark, ntr, tr
from geo.vocabulary import LAST_ESTIMATED_YEAR
from geo.wup2025 import split_codes

SOURCE = mark("UN WUP 2025")

FAR_APART = 2.0
"""How many times the people of one are those of the other before a page says so."""


def names(city: Mapping[str, Any]) -> str:
    """Names of the UN city or cities in words, each once; none without one."""
    if words.missing(city["un_city"]):
        return ""
    return words.listed(list(dict.fromkeys(str(city["un_city"]).split("; "))))


def relation(city: Mapping[str, Any]) -> str:
    """How member city and UN city relate, in one sentence.

    Parameters
    ----------
    city
        Row of :data:`geo.schema.CITIES`.
    """
    known = {"city": city["name"], "un_city": names(city)}
    kind = city["un_city_relation"]
    if kind == "none":
        return tr("The UN counts no city of 2025 in {city}.", **known)
    if kind == "part_of":
        return tr(
            "{city} is part of a larger UN city, {un_city}: the figures are those of the UN city, "
            "not of {city} itself.",
            **known,
        )
    if kind == "several":
        return ntr(
            "The UN counts {n} city in {city}: {un_city}.",
            "The UN counts {n} cities in {city}, added up here: {un_city}.",
            len(split_codes(city["un_city_codes"])),
            **known,
        )
    return tr("{city} corresponds to the UN city {un_city}.", **known)


def people_ratio(city: Mapping[str, Any]) -> float | None:
    """People of the UN city in 2025 per person of the official population, if both are known."""
    there, own = city["un_city_population_2025"], city["population"]
    return None if words.missing(there) or words.missing(own) else float(there) / float(own)


def difference(city: Mapping[str, Any]) -> str:
    """That UN city and member city differ by more than twice in people; empty if they do not.

    Both figures stand with their year: the UN's is an estimate of 2025, the official one is of the
    year that its source gives.
    """
    ratio = people_ratio(city)
    if ratio is None or 1 / FAR_APART <= ratio <= FAR_APART:
        return ""
    figures = tr(
        "{there} ({year}, UN estimate) against {own} ({own_year}).",
        there=_size(city["un_city_population_2025"], city["un_city_area_km2"]),
        year=LAST_ESTIMATED_YEAR,
        own=_size(city["population"], city["land_area_km2"]),
        own_year=city["population_year"],
    )
    known = {"city": city["name"], "times": decimal(ratio, 0 if ratio >= 10 else 1)}
    if ratio > FAR_APART:
        said = tr("The UN city has {times} times the people of {city}'s own territory:", **known)
    else:
        known["share"] = words.percent(100 * ratio, 0)
        said = tr("The UN city has {share} as many people as {city}'s own territory:", **known)
    return f"{said} {figures}"


def _size(people: Any, area_km2: Any) -> str:
    """People, and the land they live on where it is known."""
    if words.missing(area_km2):
        return tr("{people} people", people=words.people(people))
    return tr(
        "{people} people on {area} km²",
        people=words.people(people),
        area=decimal(float(area_km2)),
    )
