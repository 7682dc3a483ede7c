"""Sentences and figures on the UN city (2025 revision) that a member city is or lies in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from dashboard.data.un_revision import SPARSE_YEARS
from dashboard.markup import numbers
from dashboard.markup.figures import Figure
from geo.analysis.un_cities import split_codes
from geo.i18n import decimal, mark, ntr, tr
from geo.vocabulary import BASE_YEAR_2025, UN_CITY_RELATIONS

SOURCE = mark("UN WUP 2025")

NOTABLE_RATIO = 2.0
"""Ratio of UN city to official population above which the difference is pointed out."""


def names(city: Mapping[str, Any]) -> str:
    """Unique names of the UN cities as a phrase; empty without one."""
    if numbers.is_missing(city["un_city"]):
        return ""
    return numbers.format_list(list(dict.fromkeys(str(city["un_city"]).split("; "))))


def match(city: Mapping[str, Any]) -> str:
    """The UN city and its relation to the member city, as a short phrase."""
    kind = tr(UN_CITY_RELATIONS[city["un_city_relation"]])
    return kind if numbers.is_missing(city["un_city"]) else f"{names(city)} · {kind}"


def relation(city: Mapping[str, Any]) -> str:
    """Sentence on how the member city relates to the UN city.

    Parameters
    ----------
    city
        Row of :data:`geo.schema.core.CITIES`.
    """
    values = {"city": city["name"], "un_city": names(city)}
    kind = city["un_city_relation"]
    if kind == "none":
        return tr("The UN lists no city in {city} for 2025.", **values)
    if kind == "part_of" and city["name"] == names(city):
        return tr(
            "{city} is part of a larger UN city of the same name. The figures are for the UN "
            "city, not for {city} itself.",
            **values,
        )
    if kind == "part_of":
        return tr(
            "{city} is part of a larger UN city, {un_city}. The figures are for the UN city, "
            "not for {city} itself.",
            **values,
        )
    if kind == "several":
        return ntr(
            "The UN counts {n} city in {city}: {un_city}.",
            "The UN counts {n} cities in {city}, combined here: {un_city}.",
            len(split_codes(city["un_city_codes"])),
            **values,
        )
    return tr("{city} corresponds to the UN city {un_city}.", **values)


def people_ratio(city: Mapping[str, Any]) -> float | None:
    """Population of the UN city in 2025 divided by the official one; None if either is missing."""
    un_people, official_people = city["un_city_population_2025"], city["population"]
    return (
        None
        if numbers.is_missing(un_people) or numbers.is_missing(official_people)
        else float(un_people) / float(official_people)
    )


def difference(city: Mapping[str, Any]) -> str:
    """Sentence comparing both populations if their ratio exceeds :data:`NOTABLE_RATIO`, else "".

    Each figure carries its year: the UN's is an estimate for 2025, the official one refers to the
    year that its source gives.
    """
    ratio = people_ratio(city)
    if ratio is None or 1 / NOTABLE_RATIO <= ratio <= NOTABLE_RATIO:
        return ""
    figures = tr(
        "{there} ({year}, UN estimate), compared with {own} ({own_year}).",
        there=_size(city["un_city_population_2025"], city["un_city_area_km2"]),
        year=BASE_YEAR_2025,
        own=_size(city["population"], city["land_area_km2"]),
        own_year=city["population_year"],
    )
    values = {"city": city["name"], "times": decimal(ratio, 0 if ratio >= 10 else 1)}
    if ratio > NOTABLE_RATIO:
        comparison = tr(
            "The UN city has {times} times as many people as {city}'s own territory:", **values
        )
    else:
        values["share"] = numbers.percent(100 * ratio, 0)
        comparison = tr(
            "The UN city's population is {share} of that of {city}'s own territory:", **values
        )
    return f"{comparison} {figures}"


def _size(people: Any, area_km2: Any) -> str:
    """Population, with the land area if known."""
    if numbers.is_missing(area_km2):
        return tr("{people} people", people=numbers.people(people))
    return tr(
        "{people} people in {area} km²",
        people=numbers.people(people),
        area=decimal(float(area_km2)),
    )


def note(city: Mapping[str, Any]) -> str:
    """Sentence on why the UN city is matched, or that there is none."""
    text = str(city["un_city_note"])
    return f"{text[0].upper()}{text[1:]}."


def extent(city: Mapping[str, Any]) -> str:
    """Density in 2025, and the land area unless :func:`difference` states it; empty without a UN
    city."""
    if numbers.is_missing(city["un_city_area_km2"]):
        return ""
    if difference(city):
        return tr(
            "In {year} it has {density} people per km².",
            year=BASE_YEAR_2025,
            density=numbers.whole(city["un_city_density_per_km2"]),
        )
    return tr(
        "In {year} it covers {area}, with {density} people per km².",
        year=BASE_YEAR_2025,
        area=numbers.whole(city["un_city_area_km2"], "km²"),
        density=numbers.whole(city["un_city_density_per_km2"]),
    )


def summary(city: Mapping[str, Any]) -> str:
    """Relation and differences of UN city and member city, in one to three sentences."""
    sentences = (relation(city), extent(city), difference(city))
    return " ".join(part for part in sentences if part)


def figures(city: Mapping[str, Any], place: Callable[[str], str] = lambda _: "") -> list[Figure]:
    """Current and projected population and growth of the UN city, with year and source.

    Parameters
    ----------
    place
        Place of the city by a column, as text.
    """
    source = tr(SOURCE)
    if city["un_city_relation"] == "none":
        label = tr("for a UN city in 2025")
        return [Figure(numbers.no_data(), label, f"{note(city)[:-1]} ({source})")]
    labels = {
        "part_of": tr("people in the larger UN city"),
        "several": tr("people in its UN cities"),
        "same": tr("people in the UN city"),
    }
    return [
        Figure(
            numbers.people(city["un_city_population_2025"]),
            labels[city["un_city_relation"]],
            tr("{year}, estimate; {source}", year=2025, source=source),
            place("un_city_population_2025"),
        ),
        Figure(
            numbers.people(city["un_city_population_2050"]),
            tr("people in the UN city, projected"),
            projected(2050, source, city["agglomeration_population_2035"], 2035, 2018)
            if not numbers.is_missing(city["un_city_population_2050"])
            else f"{missing_reason(city, 2050)} ({source})",
            place("un_city_population_2050"),
        ),
        Figure(
            numbers.growth(city["un_city_growth_2000_2025"]),
            tr("mean growth of the UN city"),
            f"2000–2025; {source}"
            if not numbers.is_missing(city["un_city_growth_2000_2025"])
            else f"{missing_reason(city, 2000)} ({source})",
            place("un_city_growth_2000_2025"),
        ),
    ]


def projected(year: int, source: str, other: Any, other_year: int, revision: int) -> str:
    """Source of a projection, with what the other revision projects, which counts otherwise."""
    text = tr("{year}, projection; {source}", year=year, source=source)
    if numbers.is_missing(other):
        return text
    return tr(
        "{projection}; WUP {revision}, counted differently: {people} in {year}",
        projection=text,
        year=other_year,
        revision=revision,
        people=numbers.people(other),
    )


def missing_reason(city: Mapping[str, Any], year: int) -> str:
    """Why a year has no figure."""
    values = {"year": year, "people": decimal(50_000)}
    if city["un_city_relation"] == "several":
        return tr("One of its UN cities had fewer than {people} people in {year}", **values)
    return tr("Fewer than {people} people in {year}, so not a UN city in that year", **values)


def series_heading(city: Mapping[str, Any]) -> tuple[str, str]:
    """Title and note of the population series."""
    title = tr("Population of the UN city")
    if city["un_city_relation"] == "none":
        return title, ""
    if city["un_city_relation"] == "part_of":
        title = tr("Population of the larger UN city")
    if city["un_city_relation"] == "several":
        title = tr("Population of the UN cities")
    return title, tr("Estimated to 2025, projected to 2050 (dashed).")


def series_source(city: Mapping[str, Any], series: pd.DataFrame) -> str:
    """Source and definition of the population series, or why there is none."""
    if series.empty:
        return f"{note(city)[:-1]} ({tr(SOURCE)})."
    sentences = [
        tr("UN, World Urbanization Prospects 2025."),
        relation(city),
        interpolation_note(series),
    ]
    return " ".join(part for part in sentences if part)


def series_note(cities: pd.DataFrame) -> str:
    """Source of several cities' figures, naming the cities whose UN city is larger or missing.

    Parameters
    ----------
    cities
        Rows of :data:`geo.schema.core.CITIES`.
    """
    sentences = [tr("UN, World Urbanization Prospects 2025.")]
    part_of = cities.loc[cities["un_city_relation"] == "part_of", "name"]
    if len(part_of):
        sentences.append(
            tr("Part of a larger UN city: {cities}.", cities=numbers.format_list(list(part_of)))
        )
    none = cities.loc[cities["un_city_relation"] == "none", "name"]
    if len(none):
        sentences.append(tr("No UN city: {cities}.", cities=numbers.format_list(list(none))))
    return " ".join(sentences)


def interpolation_note(series: pd.DataFrame) -> str:
    """Note that a line through few points is interpolated; empty for a dense series."""
    if series["year"].nunique() > SPARSE_YEARS:
        return ""
    return tr("Dots are UN figures; the lines between them are straight.")
