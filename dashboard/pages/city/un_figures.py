"""Sentences and figures on the UN's city of 2025 that a member city is or lies in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.data.un_revision import SPARSE
from dashboard.markup import numbers as words
from dashboard.markup.figures import Figure
from geo.analysis.un_cities import split_codes
from geo.i18n import decimal, mark, ntr, tr
from geo.vocabulary import BASE_YEAR_2025, UN_CITY_RELATIONS

SOURCE = mark("UN WUP 2025")

FAR_APART = 2.0
"""How many times the people of one are those of the other before a page says so."""


def names(city: Mapping[str, Any]) -> str:
    """Names of the UN city or cities in words, each once; none without one."""
    if words.missing(city["un_city"]):
        return ""
    return words.listed(list(dict.fromkeys(str(city["un_city"]).split("; "))))


def match(city: Mapping[str, Any]) -> str:
    """The UN city and how the member city relates to it, in a few words."""
    kind = tr(UN_CITY_RELATIONS[city["un_city_relation"]])
    return kind if words.missing(city["un_city"]) else f"{names(city)} · {kind}"


def relation(city: Mapping[str, Any]) -> str:
    """How member city and UN city relate, in one sentence.

    Parameters
    ----------
    city
        Row of :data:`geo.schema.core.CITIES`.
    """
    known = {"city": city["name"], "un_city": names(city)}
    kind = city["un_city_relation"]
    if kind == "none":
        return tr("The UN counts no city of 2025 in {city}.", **known)
    if kind == "part_of" and city["name"] == names(city):
        return tr(
            "{city} is part of a larger UN city that bears its name: the figures are those of the "
            "UN city, not of {city} itself.",
            **known,
        )
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
        year=BASE_YEAR_2025,
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


def note(city: Mapping[str, Any]) -> str:
    """Why the UN city is matched, or that there is none, as a sentence."""
    said = str(city["un_city_note"])
    return f"{said[0].upper()}{said[1:]}."


def extent(city: Mapping[str, Any]) -> str:
    """Density in 2025, and the land area where :func:`difference` does not tell it; empty without
    a UN city."""
    if words.missing(city["un_city_area_km2"]):
        return ""
    if difference(city):
        return tr(
            "In {year} it has {density} people per km².",
            year=BASE_YEAR_2025,
            density=words.whole(city["un_city_density_per_km2"]),
        )
    return tr(
        "In {year} it covers {area} with {density} people per km².",
        year=BASE_YEAR_2025,
        area=words.whole(city["un_city_area_km2"], "km²"),
        density=words.whole(city["un_city_density_per_km2"]),
    )


def summary(city: Mapping[str, Any]) -> str:
    """How UN city and member city relate and differ, in one to three sentences."""
    said = (relation(city), extent(city), difference(city))
    return " ".join(part for part in said if part)


def figures(city: Mapping[str, Any]) -> list[Figure]:
    """Size now and projected, and growth, of the UN city, each with year and source."""
    source = tr(SOURCE)
    if city["un_city_relation"] == "none":
        label = tr("on a UN city of 2025")
        return [Figure(words.no_data(), label, f"{note(city)[:-1]} ({source})")]
    labels = {
        "part_of": tr("people in the larger UN city"),
        "several": tr("people in its UN cities"),
        "same": tr("people in the UN city"),
    }
    return [
        Figure(
            words.people(city["un_city_population_2025"]),
            labels[city["un_city_relation"]],
            tr("{year}, estimate; {source}", year=2025, source=source),
        ),
        Figure(
            words.people(city["un_city_population_2050"]),
            tr("people in the UN city, projected"),
            tr("{year}, projection; {source}", year=2050, source=source)
            if not words.missing(city["un_city_population_2050"])
            else f"{below(city, 2050)} ({source})",
        ),
        Figure(
            words.growth(city["un_city_growth_2000_2025"]),
            tr("mean growth of the UN city"),
            f"2000–2025; {source}"
            if not words.missing(city["un_city_growth_2000_2025"])
            else f"{below(city, 2000)} ({source})",
        ),
    ]


def below(city: Mapping[str, Any], year: int) -> str:
    """Why there is no figure of a year."""
    known = {"year": year, "people": decimal(50_000)}
    if city["un_city_relation"] == "several":
        return tr("One of its UN cities: fewer than {people} people in {year}", **known)
    return tr("Fewer than {people} people in {year}, so no UN city then", **known)


def series_heading(city: Mapping[str, Any]) -> tuple[str, str]:
    """Title and note of the population series."""
    title = tr("Population of the UN city")
    if city["un_city_relation"] == "none":
        return title, ""
    if city["un_city_relation"] == "part_of":
        title = tr("Population of the larger UN city")
    if city["un_city_relation"] == "several":
        title = tr("Population of the UN cities")
    return title, tr("Estimates to 2025, projected to 2050 (dashed).")


def series_source(city: Mapping[str, Any], series: pd.DataFrame) -> str:
    """Source of the population series and what it counts, or why there is none."""
    if series.empty:
        return f"{note(city)[:-1]} ({tr(SOURCE)})."
    said = [tr("UN, World Urbanization Prospects 2025."), relation(city), straight(series)]
    return " ".join(part for part in said if part)


def series_note(cities: pd.DataFrame) -> str:
    """Source of figures of several cities, and of which they are not the city's own.

    Parameters
    ----------
    cities
        Rows of :data:`geo.schema.core.CITIES`.
    """
    said = [tr("UN, World Urbanization Prospects 2025.")]
    held = cities.loc[cities["un_city_relation"] == "part_of", "name"]
    if len(held):
        said.append(tr("Part of a larger UN city: {cities}.", cities=words.listed(list(held))))
    none = cities.loc[cities["un_city_relation"] == "none", "name"]
    if len(none):
        said.append(tr("No UN city: {cities}.", cities=words.listed(list(none))))
    return " ".join(said)


def straight(series: pd.DataFrame) -> str:
    """That the line between few figures says nothing of the years between; else empty."""
    if series["year"].nunique() > SPARSE:
        return ""
    return tr("Dots are the UN's figures; the line between them is drawn straight.")
