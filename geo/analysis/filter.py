"""Filter of member cities and projects, read from and written to URL query parameters.

The pages, the download routes and ``python -m geo export`` share :class:`Filter`, so that a link
selects the same rows everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from geo.errors import QueryError
from geo.i18n import mark
from geo.parameters import (
    ANY,
    Range,
    code,
    codes,
    number_text,
    parse_distance,
    parse_range,
    parse_search_text,
    parse_year,
    range_text,
)
from geo.vocabulary import FOCUS_AREAS, MEMBER_STATES, PARTNER_KINDS, PROJECT_STATUSES

T = TypeVar("T")


@dataclass(frozen=True)
class Filter:
    """A filter of member cities and their projects.

    Empty fields do not restrict. A city passes if it passes every field. Focus areas, statuses,
    completion, dates, partners and text filter projects too: a project passes if it passes all of
    these and its city passes the other fields.

    Attributes
    ----------
    countries
        ``iso3`` codes of member states.
    focus_areas, statuses
        Slugs of focus areas and statuses of projects. A city passes if one of its projects passes
        both.
    without
        Slugs of focus areas. A city passes if the latest report lists no project of it in any.
    without_text
        Searches, of which commas separate several. A city passes if the latest report lists no
        project of it that is about any: whose names, objective, plan or promise have all its
        words. What is only mentioned as progress, challenge, partner or place does not count.
    completed_since
        Year. A project passes if the first report that lists it as completed is of that year or a
        later one.
    due_before
        Year. A project passes if it, or a part of it, is to be completed before that year.
    overdue
        A project that is not completed passes if it, or a part of it, fell due by the latest report
        and no report says that it is done. With ``due_before``, the same promise passes both.
    partners
        Kinds of partners, or :data:`ANY_PARTNER`. A project passes if the sources name a partner of
        one of these kinds; a partner that only a report's text names has no kind.
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
        Words, ignoring case, accents and single typing errors. A city that they name passes with
        all its projects; any other city with those of its projects whose texts have them, and
        without any if only its plan has them; see :mod:`geo.analysis.search`.
    near, within_km
        City id and maximum geodesic distance from it.
    cities
        City ids.
    """

    countries: tuple[str, ...] = ()
    focus_areas: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    without_text: str = ""
    completed_since: int | None = None
    due_before: int | None = None
    overdue: bool = False
    partners: tuple[str, ...] = ()
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
        """Whether any field restricts."""
        return bool(self.to_query())

    @property
    def narrows_projects(self) -> bool:
        """Whether a city that passes may lose some of its projects."""
        return self.needs_projects or bool(self.text)

    @property
    def needs_projects(self) -> bool:
        """Whether a city passes only with a project that passes."""
        return self.needs_promises or bool(
            self.focus_areas or self.statuses or self.completed_since or self.partners
        )

    @property
    def needs_promises(self) -> bool:
        """Whether a project passes only with a promise that passes."""
        return bool(self.due_before or self.overdue)

    def to_query(self) -> dict[str, str]:
        """The filter as URL query parameters, without empty ones."""
        query = {
            "country": ",".join(self.countries),
            "focus": ",".join(self.focus_areas),
            "status": ",".join(self.statuses),
            "without": ",".join(self.without),
            "without_q": self.without_text,
            "completed_since": str(self.completed_since or ""),
            "due_before": str(self.due_before or ""),
            "overdue": "1" if self.overdue else "",
            "partner": ",".join(self.partners),
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
        """Canonical form of equivalent filters: codes in vocabulary order, whitespace of the text
        normalized. Cities keep their order, which charts follow."""

        def ordered(codes: tuple[str, ...], known: Iterable[str]) -> tuple[str, ...]:
            return tuple(code for code in known if code in codes)

        return replace(
            self,
            countries=ordered(self.countries, MEMBER_STATES),
            focus_areas=ordered(self.focus_areas, FOCUS_AREAS),
            statuses=ordered(self.statuses, PROJECT_STATUSES),
            without=ordered(self.without, FOCUS_AREAS),
            partners=ordered(self.partners, PARTNER_OPTIONS),
            without_text=" ".join(self.without_text.split()),
            text=" ".join(self.text.split()),
        )

    @classmethod
    def from_query(cls, query: Mapping[str, str], city_ids: Iterable[str]) -> Filter:
        """Parse a filter from URL query parameters; other parameters are ignored.

        Raises
        ------
        QueryError
            Naming the parameter, its value and what is accepted.
        """
        parsed = parse(query, city_ids)
        if parsed.problems:
            raise QueryError(" ".join(parsed.problems))
        return parsed.filter


ANY_PARTNER = "any"

PARTNER_OPTIONS: Mapping[str, str] = {ANY_PARTNER: mark("Any partner"), **PARTNER_KINDS}
"""Values of ``partners`` -> label."""

PARAMETERS = (
    "country",
    "focus",
    "status",
    "without",
    "without_q",
    "completed_since",
    "due_before",
    "overdue",
    "partner",
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
    """The valid part of a filter, and one sentence per invalid parameter."""

    filter: Filter
    problems: tuple[str, ...]


def parse(query: Mapping[str, str], city_ids: Iterable[str]) -> Parsed:
    """Parse a filter leniently: invalid parameters are omitted and reported."""
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

    def code_list(name: str, known: Sequence[str]) -> tuple[str, ...]:
        return attempt(name, lambda value: codes(name, value, known), ())

    def year(name: str) -> int | None:
        return attempt(name, lambda value: parse_year(name, value), None)

    def value_range(name: str) -> Range:
        return attempt(name, lambda value: parse_range(name, value), ANY)

    parsed = Filter(
        countries=code_list("country", MEMBER_STATES),
        focus_areas=code_list("focus", list(FOCUS_AREAS)),
        statuses=code_list("status", list(PROJECT_STATUSES)),
        without=code_list("without", list(FOCUS_AREAS)),
        without_text=attempt("without_q", lambda value: parse_search_text(value, "without_q"), ""),
        completed_since=year("completed_since"),
        due_before=year("due_before"),
        overdue=attempt("overdue", lambda value: code("overdue", value, ("0", "1")) == "1", False),
        partners=code_list("partner", list(PARTNER_OPTIONS)),
        joined=value_range("joined"),
        population=value_range("population"),
        un_population=value_range("un_population"),
        un_growth=value_range("un_growth"),
        growth=value_range("growth"),
        text=attempt("q", parse_search_text, ""),
        near=attempt("near", lambda value: code("near", value, known_cities), ""),
        within_km=attempt("within", parse_distance, Filter.within_km),
        cities=code_list("city", known_cities),
    )
    if not parsed.near:
        parsed = replace(parsed, within_km=Filter.within_km)
    return Parsed(parsed, tuple(problems))


def describe(city_filter: Filter, cities: gpd.GeoDataFrame, countries: pd.DataFrame) -> str:
    """Describe the filter in English, for file metadata; empty if nothing is restricted."""
    names = cities.set_index("city_id")["name"]
    country = countries.set_index("iso3")["name"]
    parts = []
    if city_filter.countries:
        parts.append(_joined(country[code] for code in city_filter.countries))
    if city_filter.focus_areas:
        parts.append("focus area " + _joined(FOCUS_AREAS[area] for area in city_filter.focus_areas))
    if city_filter.statuses:
        parts.append(
            "projects " + _joined(PROJECT_STATUSES[s].lower() for s in city_filter.statuses)
        )
    if city_filter.without:
        parts.append(
            "without a project in " + _joined(FOCUS_AREAS[area] for area in city_filter.without)
        )
    if city_filter.without_text:
        parts.append(f"without a project about “{city_filter.without_text}”")
    if city_filter.completed_since:
        parts.append(f"projects completed since {city_filter.completed_since}")
    if city_filter.due_before:
        parts.append(f"projects due before {city_filter.due_before}")
    if city_filter.overdue:
        parts.append("projects that fell due without a report that says that they are done")
    if city_filter.partners:
        kinds = _joined(PARTNER_OPTIONS[kind].lower() for kind in city_filter.partners)
        parts.append(f"projects with a named partner: {kinds}")
    parts += [
        f"{label} {_range_words(getattr(city_filter, name), unit)}"
        for name, label, unit in (
            ("joined", "joined", ""),
            ("population", "population", " people"),
            ("un_population", "UN city 2025", " people"),
            ("un_growth", "UN city growth 2000–2025", "% per year"),
            ("growth", "growth 2000–2018", "% per year"),
        )
        if getattr(city_filter, name) != ANY
    ]
    if city_filter.text:
        parts.append(f"mentioning “{city_filter.text}”")
    if city_filter.near:
        parts.append(f"within {city_filter.within_km:g} km of {names[city_filter.near]}")
    if city_filter.cities:
        parts.append(_joined(names[city_id] for city_id in city_filter.cities))
    return "; ".join(parts)


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


def restricting(city_filter: Filter) -> list[str]:
    """Names of the fields that restrict, in order: those that a user may relax."""
    default = Filter()
    return [
        field.name
        for field in fields(Filter)
        if field.name != "within_km"
        and getattr(city_filter, field.name) != getattr(default, field.name)
    ]
