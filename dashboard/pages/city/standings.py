"""Where a city stands among the member cities: measures, and a table with a strip for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from markupsafe import Markup

from dashboard.markup import indicators as indicator_text
from dashboard.markup import numbers, standings
from dashboard.markup.html import CARDS, Cells, cell, items, row, small, table, tag
from dashboard.pages.city import un_figures
from dashboard.pages.city.text import WUP
from geo.analysis.city_profile import CityProfile
from geo.analysis.standing import Standing, range_of_places
from geo.cache import memoized
from geo.i18n import tr


@dataclass(frozen=True)
class Measure:
    """One definition of a measure, and where the city stands by it.

    Attributes
    ----------
    label, source
        Its name, and year and source.
    value
        The city's figure as text.
    text, bare
        Write any of its values, with its unit and without.
    standing
        ``None`` if the city has no figure or no place; ``reason`` says why then.
    left_out
        Which member cities have no place, and why; empty if all have one.
    """

    label: str
    source: str
    value: str
    text: Callable[[float], str]
    bare: Callable[[float], str]
    standing: Standing | None
    reason: str = ""
    left_out: str = ""


@dataclass(frozen=True)
class Topic:
    """A measure in one unit with its definitions or revisions; or several measures, if not
    ``is_one``."""

    name: str
    measures: Sequence[Measure]
    unit: str = ""
    is_one: bool = True

    @property
    def places(self) -> str:
        """Range of places over the definitions; empty if they agree."""
        known = [one.standing for one in self.measures if one.standing is not None]
        span = range_of_places(known) if self.is_one and len(known) > 1 else None
        return standings.places(span) if span else ""


def topics(profile: CityProfile) -> list[Topic]:
    """The measures by which the city is set among the others; a topic without any figure of it
    is left out."""
    found = [
        Topic(tr("People"), _people(profile)),
        Topic(tr("Density"), _density(profile), tr("people per km²")),
        Topic(tr("Growth"), _growth(profile), tr("% per year")),
        Topic(tr("Projects"), _projects(profile), is_one=False),
        *_outcomes(profile),
    ]
    return [topic for topic in found if topic.measures]


def _of_city(
    profile: CityProfile,
    column: str,
    label: str,
    source: str,
    text: Callable[[Any], str],
    bare: Callable[[Any], str],
) -> list[Measure]:
    """The measure of a column of ``cities``, if the city has a figure."""
    value = profile.city[column]
    if numbers.is_missing(value):
        return []
    left_out = _left_out(profile, column, _why_left_out(column, profile.report_years[-1]))
    standing = profile.standing(column)
    return [Measure(label, source, bare(value), text, bare, standing, "", left_out)]


def _left_out(profile: CityProfile, measure: str, why: str) -> str:
    without = profile.unranked(measure)
    if not without:
        return ""
    return tr("{cities} ({why})", cities=numbers.format_list(without), why=why)


def _why_left_out(column: str, report: int) -> str:
    """Why a city may have no place by a column of ``cities``."""
    if column == "projects":
        return tr("joined in {year} or later, and the report lists no project yet", year=report)
    if column == "projects_completed":
        return tr("joined in {year} or later", year=report)
    if column == "un_city_growth_2000_2025":
        return tr("no UN city, or no complete UN figure for 2000")
    if column.startswith("un_city"):
        return tr("no UN city")
    if column.startswith("agglomeration"):
        return tr("no separate series in the UN's 2018 revision")
    return tr("no figure, or a figure for another territory")


def _un_label(profile: CityProfile) -> str:
    labels = {
        "part_of": tr("in the larger UN city that includes it"),
        "several": tr("in its UN cities, combined"),
    }
    return labels.get(profile.city["un_city_relation"], tr("in the UN city"))


def _estimate() -> str:
    return tr("{year}, estimate; {source}", year=2025, source=tr(un_figures.SOURCE))


def _people(profile: CityProfile) -> list[Measure]:
    return [
        *_of_city(
            profile,
            "population",
            tr("official population"),
            numbers.year_and_basis(profile.city),
            numbers.people,
            numbers.people_count,
        ),
        *_of_city(
            profile,
            "un_city_population_2025",
            _un_label(profile),
            _estimate(),
            numbers.people,
            numbers.people_count,
        ),
        *_of_city(
            profile,
            "agglomeration_population_2018",
            tr("in the urban agglomeration"),
            f"2018; {tr(WUP)}",
            numbers.people,
            numbers.people_count,
        ),
    ]


def _per_km2(value: float) -> str:
    return numbers.whole(value, tr("people per km²"))


def _density(profile: CityProfile) -> list[Measure]:
    return [
        *_of_city(
            profile,
            "density_per_km2",
            tr("official population per land area"),
            tr("population of {year}", year=profile.city["population_year"]),
            _per_km2,
            numbers.whole,
        ),
        *_of_city(
            profile,
            "un_city_density_per_km2",
            _un_label(profile),
            _estimate(),
            _per_km2,
            numbers.whole,
        ),
    ]


def _growth(profile: CityProfile) -> list[Measure]:
    return [
        *_of_city(
            profile,
            "un_city_growth_2000_2025",
            _un_label(profile),
            f"2000–2025; {tr(un_figures.SOURCE)}",
            numbers.growth,
            numbers.signed,
        ),
        *_of_city(
            profile,
            "agglomeration_growth_2000_2018",
            tr("in the urban agglomeration"),
            f"2000–2018; {tr(WUP)}",
            numbers.growth,
            numbers.signed,
        ),
    ]


def _projects(profile: CityProfile) -> list[Measure]:
    report = profile.report_years[-1]
    source = tr("M&E Report {year}", year=report)
    joined = tr("joined in {year}: not compared with the others", year=profile.city["joined_year"])
    measures = [
        *_of_city(
            profile,
            "projects",
            tr("listed in {year}", year=report),
            source,
            numbers.whole,
            numbers.whole,
        ),
        *_of_city(
            profile,
            "projects_completed",
            tr("completed, of those listed in {year}", year=report),
            source,
            numbers.whole,
            numbers.whole,
        ),
    ]
    return [one if one.standing is not None else replace(one, reason=joined) for one in measures]


def _outcomes(profile: CityProfile) -> list[Topic]:
    """A topic for each outcome with a number; bands have no place."""
    found = []
    for reading in profile.readings.values():
        if reading is None or not reading.values or reading.indicator.role != "outcome":
            continue
        indicator = reading.indicator
        write = partial(indicator_text.number, indicator)
        measure = Measure(
            indicator.unit,
            indicator_text.year_and_quality(reading),
            indicator_text.value(reading),
            write,
            write,
            profile.indicator_standing(indicator.id),
            "" if reading.compared else tr("different method: not compared with the others"),
            _left_out(profile, indicator.id, tr("no figure, or a figure from another method")),
        )
        found.append(Topic(indicator.name, [measure]))
    return found


FIGURES = (0, 3, 4)
"""Columns of figures: the city's, and the two medians."""


@memoized
def standings_table(profile: CityProfile) -> Markup:
    """Table of the measures: figure, place, strip, median of the network and of the country."""
    country = str(profile.city["country"])
    headings = (
        *(tr("Measure"), tr("Figure"), tr("Rank")),
        *(tr("All member cities"), tr("Median, network"), tr("Median, {country}", country=country)),
    )
    rows: list[Markup] = []
    for topic in topics(profile):
        heading = cell(
            topic.name,
            topic.unit and tag("small", topic.unit),
            topic.places and tag("small", topic.places),
            scope="rowgroup",
            colspan=len(headings),
        )
        rows.append(row((heading,), class_="topic"))
        rows += [row(_cells(one, profile), headings[1:], FIGURES) for one in topic.measures]
    title = tr("Where {city} stands", city=profile.city["name"])
    return table(title, headings, rows, f"{CARDS} standings", FIGURES)


def _cells(measure: Measure, profile: CityProfile) -> Cells:
    heading = cell(measure.label, small(measure.source), scope="row")
    value = tag("span", measure.value, class_="whole")
    standing, text, bare = measure.standing, measure.text, measure.bare
    if standing is None:
        return (heading, value, measure.reason, "", "", "")
    name, country = str(profile.city["name"]), str(profile.city["country"])
    return (
        heading,
        value,
        standings.place(standing),
        standings.strip(standing, name, country, text),
        bare(standing.median),
        tr("no other city with a figure")
        if standing.group_median is None
        else bare(standing.group_median),
    )


@memoized
def left_out(profile: CityProfile) -> Markup:
    """Which cities have no place by a measure, and why, one line a measure."""
    lines = [
        tr("{topic}, {measure}: {cities}.", topic=topic.name, measure=one.label, cities=cities)
        for topic in topics(profile)
        for one in topic.measures
        if (cities := one.left_out)
    ]
    return items("ul", lines) or Markup()


def key(profile: CityProfile) -> Markup:
    """What the marks of the strips stand for."""
    country = profile.city["country"]
    return standings.key(str(profile.city["name"]), tr("median of {country}", country=country))
