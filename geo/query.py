"""What a reader asks for: a filter of cities, read from and written to a URL's query.

The pages, the download routes and ``python -m geo export`` all go through :class:`Filter`, so
that a link gives the same rows everywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.action_plans import counts_by_city
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
from geo.places import distances_km
from geo.vocabulary import FOCUS_AREAS, MEMBER_STATES, PROJECT_STATUSES

T = TypeVar("T")

ALSO_CALLED = "also_called"
"""Column of other names of a city that a text search finds, where the names are translated."""


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


_UNDECOMPOSED = str.maketrans("đðøłı", "ddoli")
"""Letters that Unicode does not take apart into a plain letter and a mark."""


def folded(name: str) -> str:
    """Lower case without accents, for searching.

    >>> folded("Thành phố Đà Nẵng")
    'thanh pho da nang'
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_UNDECOMPOSED))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@dataclass(frozen=True)
class Selection:
    """The rows that a filter keeps.

    Attributes
    ----------
    cities
        Rows of the ``cities`` layer.
    projects
        Rows of ``projects`` of these cities that pass focus areas, states and text of the filter;
        those no longer reported are among them.
    """

    cities: gpd.GeoDataFrame
    projects: pd.DataFrame


def select(wanted: Filter, cities: gpd.GeoDataFrame, projects: pd.DataFrame) -> Selection:
    """The cities and projects that pass a filter, in the order of the layers.

    Parameters
    ----------
    cities, projects
        See :data:`geo.schema.CITIES` and :data:`geo.schema.PROJECTS`.
    """
    keep = pd.Series(True, index=cities.index)
    if wanted.countries:
        keep &= cities["iso3"].isin(wanted.countries)
    if wanted.cities:
        keep &= cities["city_id"].isin(wanted.cities)
    keep &= _within_range(cities["joined_year"], wanted.joined)
    keep &= _within_range(cities["population"], wanted.population)
    keep &= _within_range(cities["un_city_population_2025"], wanted.un_population)
    keep &= _within_range(cities["un_city_growth_2000_2025"], wanted.un_growth)
    keep &= _within_range(cities["agglomeration_growth_2000_2018"], wanted.growth)
    named = _named(wanted.text, cities)
    matching = matching_projects(wanted, projects, set(cities.loc[named, "city_id"]))
    with_projects: pd.Series = cities["city_id"].isin(set(matching["city_id"]))
    if wanted.focus_areas or wanted.statuses:
        keep &= with_projects
    elif wanted.text:
        keep &= named | with_projects
    if wanted.near:
        keep &= is_near(wanted, cities, cities)
    kept = cities[keep]
    return Selection(kept, matching[matching["city_id"].isin(set(kept["city_id"]))])


def recounted(wanted: Filter, kept: Selection, projects: pd.DataFrame) -> gpd.GeoDataFrame:
    """The cities that a filter has kept, with the projects counted that it has kept too.

    A filter that narrows projects keeps some of a city's; numbers beside the city are then those
    of the kept ones.

    Parameters
    ----------
    projects
        All projects, which say which report is the latest.
    """
    if not wanted.narrows_projects:
        return kept.cities
    counts = counts_by_city(kept.projects, kept.cities["city_id"], projects)
    rest = kept.cities.drop(columns=list(counts.columns))
    return rest.join(counts, on="city_id")[list(kept.cities.columns)]


def matching_projects(
    wanted: Filter, projects: pd.DataFrame, named: Collection[str]
) -> pd.DataFrame:
    """Projects that pass the filter's focus areas, states and text.

    Parameters
    ----------
    named
        Ids of the cities whose own names contain the text, so that all their projects pass it.
    """
    rows = projects[projects["status"].isin(wanted.statuses)] if wanted.statuses else projects
    rows = rows[rows["focus_area"].isin(wanted.focus_areas)] if wanted.focus_areas else rows
    if not wanted.text:
        return rows
    return rows[_contains(rows["name"], wanted.text) | rows["city_id"].isin(named)]


def distance_from(city_id: str, cities: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> pd.Series:
    """Geodesic distance in km from one member city to each row of ``points``."""
    origin = _point_of(city_id, cities)
    km = distances_km(origin.x, origin.y, points.geometry.x, points.geometry.y)
    return pd.Series(km, index=points.index)


def _point_of(city_id: str, cities: gpd.GeoDataFrame) -> shapely.Point:
    return cities.geometry[cities["city_id"] == city_id].iloc[0]


_SHORTEST_DEGREE_KM = 110.5
"""Shorter than any degree of latitude, and than one of longitude at the equator."""


def is_near(wanted: Filter, cities: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> pd.Series:
    """Whether each row of ``points`` is as near to a member city as a filter asks for.

    Geodesic distances take their time, so that they are measured within a box of degrees only,
    which holds the circle.
    """
    origin = _point_of(wanted.near, cities)
    x, y = points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    high = wanted.within_km / _SHORTEST_DEGREE_KM
    narrowest = np.cos(np.radians(min(89.0, abs(origin.y) + high)))
    apart = np.abs(x - origin.x)
    in_box = np.minimum(apart, 360 - apart) <= high / narrowest
    rows = np.flatnonzero(in_box & (np.abs(y - origin.y) <= high))
    near = np.zeros(len(points), dtype=bool)
    near[rows] = distances_km(origin.x, origin.y, x[rows], y[rows]) <= wanted.within_km
    return pd.Series(near, index=points.index)


def _within_range(values: pd.Series, ends: Range) -> pd.Series:
    low, high = ends
    keep = pd.Series(True, index=values.index)
    if low is not None:
        keep &= (values >= low).fillna(False).astype(bool)
    if high is not None:
        keep &= (values <= high).fillna(False).astype(bool)
    return keep


def _named(text: str, cities: gpd.GeoDataFrame) -> pd.Series:
    """Whether a name of each city, of its country or of its first-level area contains a text."""
    named: pd.Series = pd.Series(False, index=cities.index)
    searched = ("name", "name_local", "country", "admin1_name", ALSO_CALLED)
    for column in searched:
        if column in cities.columns:
            named |= _contains(cities[column], text)
    return named


def _contains(names: pd.Series, text: str) -> pd.Series:
    contains: pd.Series = names.map(folded).str.contains(folded(text.strip()), regex=False)
    return contains


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
