"""What a reader asks for: a filter of cities, read from and written to a URL's query.

The pages, the download routes and ``python -m geo export`` all go through :class:`Filter`, so
that a link gives the same rows everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from geo.errors import QueryError
from geo.parameters import (
    ANY,
    Range,
    code,
    codes,
    distance_of,
    number_text,
    range_of,
    range_text,
    text_of,
)
from geo.vocabulary import FOCUS_AREAS, MEMBER_STATES, PROJECT_STATUSES

T = TypeVar("T")


@dataclass(frozen=True)
class Filter:
    """Which member cities, and which of their projects, are asked for.

    An empty field does not restrict. A city passes when it passes every field. Focus areas, states
    and text narrow projects too: a project passes when it passes all three, and its city passes
    the other fields.

    Attributes
    ----------
    countries
        ``iso3`` codes of member states.
    focus_areas, statuses
        Slugs of focus areas and states of projects. A city passes when one of its projects
        passes both.
    joined
        Years in which the city joined the network.
    population
        Official population, people. Cities without a figure pass only an open range.
    un_population, un_growth
        People of the UN city of 2025 in 2025, and its mean annual growth 2000 to 2025, % per year.
        Cities without a figure pass only an open range.
    growth
        Mean annual growth of the agglomeration 2000 to 2018, % per year. Cities without a
        UN series pass only an open range.
    text
        Part of a name; case and accents do not matter. A city whose own names, country or
        first-level area contain it passes with all its projects; any other city passes with
        those of its projects whose name contains it.
    near, within_km
        City id and geodesic distance from it.
    cities
        City ids; keeps these only.
    """

    countries: tuple[str, ...] = ()
    focus_areas: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    joined: Range = ANY
    population: Range = ANY
    un_population: Range = ANY
    un_growth: Range = ANY
    growth: Range = ANY
    text: str = ""
    near: str = ""
    within_km: float = 300.0
    cities: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is restricted."""
        return bool(self.to_query())

    @property
    def narrows_projects(self) -> bool:
        """Whether it may keep only some of the projects of a city that passes."""
        return bool(self.focus_areas or self.statuses or self.text)

    def to_query(self) -> dict[str, str]:
        """The filter as URL query parameters, without those that do not restrict."""
        query = {
            "country": ",".join(self.countries),
            "focus": ",".join(self.focus_areas),
            "status": ",".join(self.statuses),
            "joined": range_text(self.joined),
            "population": range_text(self.population),
            "un_population": range_text(self.un_population),
            "un_growth": range_text(self.un_growth),
            "growth": range_text(self.growth),
            "q": self.text,
            "near": self.near,
            "within": number_text(self.within_km) if self.near else "",
            "city": ",".join(self.cities),
        }
        return {name: value for name, value in query.items() if value}

    def canonical(self) -> Filter:
        """The one of all filters that ask for the same: codes in the vocabulary's order, spaces
        around the text gone. Cities keep their order, which charts follow."""

        def ordered(codes: tuple[str, ...], known: Iterable[str]) -> tuple[str, ...]:
            return tuple(code for code in known if code in codes)

        return replace(
            self,
            countries=ordered(self.countries, MEMBER_STATES),
            focus_areas=ordered(self.focus_areas, FOCUS_AREAS),
            statuses=ordered(self.statuses, PROJECT_STATUSES),
            text=" ".join(self.text.split()),
        )

    @classmethod
    def from_query(cls, query: Mapping[str, str], city_ids: Iterable[str]) -> Filter:
        """Read a filter from URL query parameters; parameters of other names are not looked at.

        Raises
        ------
        QueryError
            Naming the parameter, the value and what would be right.
        """
        found = parse(query, city_ids)
        if found.problems:
            raise QueryError(" ".join(found.problems))
        return found.filter


PARAMETERS = (
    "country",
    "focus",
    "status",
    "joined",
    "population",
    "un_population",
    "un_growth",
    "growth",
    "q",
    "near",
    "within",
    "city",
)
"""Names of the URL query parameters of a filter."""


@dataclass(frozen=True)
class Parsed:
    """A filter of all that was understood, and a sentence for each parameter that was not."""

    filter: Filter
    problems: tuple[str, ...]


def parse(query: Mapping[str, str], city_ids: Iterable[str]) -> Parsed:
    """Read what can be read of a filter; each parameter that cannot is left out and named."""
    known_cities = list(city_ids)
    problems: list[str] = []

    def attempt(name: str, read: Callable[[str], T], otherwise: T) -> T:
        value = query.get(name, "").strip()
        if not value:
            return otherwise
        try:
            return read(value)
        except QueryError as error:
            problems.append(str(error))
            return otherwise

    def several(name: str, known: Sequence[str]) -> tuple[str, ...]:
        return attempt(name, lambda value: codes(name, value, known), ())

    def ends(name: str) -> Range:
        return attempt(name, lambda value: range_of(name, value), ANY)

    parsed = Filter(
        countries=several("country", MEMBER_STATES),
        focus_areas=several("focus", list(FOCUS_AREAS)),
        statuses=several("status", list(PROJECT_STATUSES)),
        joined=ends("joined"),
        population=ends("population"),
        un_population=ends("un_population"),
        un_growth=ends("un_growth"),
        growth=ends("growth"),
        text=attempt("q", text_of, ""),
        near=attempt("near", lambda value: code("near", value, known_cities), ""),
        within_km=attempt("within", distance_of, Filter.within_km),
        cities=several("city", known_cities),
    )
    if not parsed.near:
        parsed = replace(parsed, within_km=Filter.within_km)
    return Parsed(parsed, tuple(problems))


def describe(wanted: Filter, cities: gpd.GeoDataFrame, countries: pd.DataFrame) -> str:
    """The filter in English words, for the metadata of files; empty when nothing is restricted."""
    names = cities.set_index("city_id")["name"]
    country = countries.set_index("iso3")["name"]
    said = []
    if wanted.countries:
        said.append(_joined(country[code] for code in wanted.countries))
    if wanted.focus_areas:
        said.append("focus area " + _joined(FOCUS_AREAS[area] for area in wanted.focus_areas))
    if wanted.statuses:
        said.append("projects " + _joined(PROJECT_STATUSES[s].lower() for s in wanted.statuses))
    said += [
        f"{label} {_range_words(getattr(wanted, name), unit)}"
        for name, label, unit in (
            ("joined", "joined", ""),
            ("population", "population", " people"),
            ("un_population", "UN city 2025", " people"),
            ("un_growth", "UN city growth 2000–2025", " % per year"),
            ("growth", "growth 2000–2018", " % per year"),
        )
        if getattr(wanted, name) != ANY
    ]
    if wanted.text:
        said.append(f"mentioning “{wanted.text}”")
    if wanted.near:
        said.append(f"within {wanted.within_km:g} km of {names[wanted.near]}")
    if wanted.cities:
        said.append(_joined(names[city_id] for city_id in wanted.cities))
    return "; ".join(said)


def _joined(words: Iterable[str]) -> str:
    return " or ".join(words)


def _range_words(ends: Range, unit: str) -> str:
    low, high = (None if end is None else _with_groups(end, plain=not unit) for end in ends)
    if low is None:
        return f"up to {high}{unit}"
    if high is None:
        return f"from {low}{unit}"
    return f"{low} to {high}{unit}"


def _with_groups(value: float, plain: bool) -> str:
    if value != int(value):
        return f"{value:g}"
    return str(int(value)) if plain else f"{int(value):,}"


def restricting(wanted: Filter) -> list[str]:
    """Names of the fields that restrict, in order: what a reader may loosen."""
    default = Filter()
    return [
        field.name
        for field in fields(Filter)
        if field.name != "within_km" and getattr(wanted, field.name) != getattr(default, field.name)
    ]
