"""HTML tables comparing cities, and of their peers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard.data import un_revision
from dashboard.markup import html, numbers, standings
from dashboard.markup.html import Cells, Child, cell, join, small, tag
from dashboard.markup.tables import city_link
from dashboard.pages.city import un_figures
from geo.analysis.standing import standing
from geo.i18n import decimal, exact, mark, tr
from geo.vocabulary import BASE_YEAR_2018


@dataclass(frozen=True)
class Measure:
    """A row of the comparison.

    Attributes
    ----------
    label, unit, source
        Name of the measure; unit and year; source.
    value
        The compared number, from a row of ``cities``.
    text
        Text of the cell, from a row of ``cities``.
    ranked
        Whether a city takes part in the ranking; others are never marked highest or lowest.
    of_city
        Whether it is of the city itself; figures of its country give it no place.
    figure
        Content of the cell on the page, in the unit of the row; ``text`` if there is none.
    """

    label: str
    unit: str
    source: str
    value: Callable[[Mapping[str, Any]], Any]
    text: Callable[[Mapping[str, Any]], str]
    ranked: Callable[[Mapping[str, Any]], bool] = lambda city: True
    of_city: bool = True
    figure: Callable[[Mapping[str, Any]], Child] | None = None

    def shown(self, city: Mapping[str, Any]) -> Child:
        """Content of a cell: the figure in the unit of its row, with what it refers to."""
        return (self.figure or self.text)(city)

    def compared(self, city: Mapping[str, Any]) -> Any:
        """Value used for ranking; None for a city that is not ranked."""
        return self.value(city) if self.ranked(city) else None


def joined_too_late(city: Mapping[str, Any], report: int) -> bool:
    """Whether a city joined too late to have completed or dropped projects in a report."""
    return int(city["joined_year"]) >= report


def _completed_share(city: Mapping[str, Any]) -> float | None:
    return 100 * city["projects_completed"] / city["projects"] if city["projects"] else None


def _agglomeration(year: int) -> Measure:
    name = f"agglomeration_population_{year}"
    return Measure(
        tr("Urban agglomeration"),
        tr("people, {year}, projection", year=year)
        if year > BASE_YEAR_2018
        else tr("people, {year}", year=year),
        tr("UN, World Urbanization Prospects 2018"),
        lambda city: city[name],
        lambda city: numbers.people(city[name]),
        figure=lambda city: numbers.people_count(city[name]),
    )


def _growth(start: int, end: int) -> Measure:
    name = f"agglomeration_growth_{start}_{end}"
    return Measure(
        tr("Agglomeration growth"),
        tr("% per year, {start}–{end}, projection", start=start, end=end)
        if end > BASE_YEAR_2018
        else tr("% per year, {start}–{end}", start=start, end=end),
        tr("UN, World Urbanization Prospects 2018"),
        lambda city: city[name],
        lambda city: numbers.growth(city[name]),
        figure=lambda city: numbers.signed(city[name]),
    )


def _un_city(
    name: str,
    label: str,
    unit: str,
    text: Callable[[Any], str],
    figure: Callable[[Any], str],
) -> Measure:
    column = f"un_city_{name}"
    return Measure(
        label,
        unit,
        tr("UN, World Urbanization Prospects 2025"),
        lambda city: city[column],
        lambda city: text(city[column]),
        figure=lambda city: figure(city[column]),
    )


def _un_cities() -> list[Measure]:
    """Measures of the 2025 revision: matched UN city, population, growth, area and density."""
    people, growth = tr("UN city population"), tr("UN city growth")
    return [
        Measure(
            tr("UN city of 2025"),
            tr("and its relation to the member city"),
            tr("UN, World Urbanization Prospects 2025"),
            lambda city: None,
            un_figures.match,
        ),
        _un_city(
            "population_2025",
            people,
            tr("people, {year}, estimate", year=2025),
            numbers.people,
            numbers.people_count,
        ),
        _un_city(
            "population_2050",
            people,
            tr("people, {year}, projection", year=2050),
            numbers.people,
            numbers.people_count,
        ),
        _un_city(
            "growth_2000_2025",
            growth,
            tr("% per year, {start}–{end}", start=2000, end=2025),
            numbers.growth,
            numbers.signed,
        ),
        _un_city(
            "growth_2025_2050",
            growth,
            tr("% per year, {start}–{end}, projection", start=2025, end=2050),
            numbers.growth,
            numbers.signed,
        ),
        _un_city(
            "area_km2",
            tr("UN city land area"),
            tr("km², {year}", year=2025),
            numbers.whole,
            numbers.whole,
        ),
        _un_city(
            "density_per_km2",
            tr("UN city density"),
            tr("people per km², {year}", year=2025),
            numbers.whole,
            numbers.whole,
        ),
    ]


def _agglomerations() -> list[Measure]:
    """Measures of the 2018 revision."""
    return [
        _agglomeration(2018),
        _agglomeration(2035),
        _growth(2000, 2018),
        _growth(2018, 2035),
    ]


def measures(report: int, revision: str = un_revision.NEWEST) -> list[Measure]:
    """Measures of the comparison, in row order.

    Parameters
    ----------
    report
        Year of the latest report.
    revision
        One of :data:`dashboard.data.un_revision.UN_REVISIONS`.
    """
    evaluation = tr("ASCN Monitoring & Evaluation Report {year}", year=report)

    def is_ranked(city: Mapping[str, Any]) -> bool:
        return not joined_too_late(city, report)

    return [
        Measure(
            tr("Official population"),
            tr("people"),
            tr("year, basis and territory vary by city; see each cell"),
            lambda city: city["population"],
            _population_text,
            figure=lambda city: (
                numbers.people_count(city["population"]),
                small(_population_context(city)),
            ),
        ),
        Measure(
            tr("Official land area"),
            tr("km²"),
            tr("year and territory vary by city; see each cell"),
            lambda city: city["land_area_km2"],
            _land_area_text,
            figure=lambda city: (
                numbers.whole(city["land_area_km2"]),
                small(_land_area_context(city)),
            ),
        ),
        Measure(
            tr("Density"),
            tr("people per km² of land"),
            tr("official population divided by official land area"),
            lambda city: city["density_per_km2"],
            lambda city: numbers.whole(city["density_per_km2"]),
        ),
        *(_un_cities() if revision == un_revision.NEWEST else _agglomerations()),
        Measure(
            tr("National urban share"),
            tr("% of total population"),
            tr("World Bank WDI, latest revision"),
            lambda city: city["national_urban_share"],
            lambda city: (
                f"{numbers.percent(city['national_urban_share'])} "
                f"({city['national_urban_share_year']})"
            ),
            of_city=False,
            figure=lambda city: (
                numbers.one_decimal(city["national_urban_share"]),
                small(city["national_urban_share_year"]),
            ),
        ),
        Measure(
            tr("Projects"),
            tr("projects listed in {year}", year=report),
            evaluation,
            lambda city: city["projects"],
            lambda city: numbers.whole(city["projects"]),
            ranked=lambda city: bool(city["projects"]) or is_ranked(city),
        ),
        Measure(
            tr("Completed projects"),
            tr("% of the projects listed in {year}", year=report),
            evaluation,
            _completed_share,
            lambda city: _with_joining_year(_completed_text(city), city, report),
            ranked=is_ranked,
            figure=lambda city: _completed_figure(city, report),
        ),
        Measure(
            tr("No longer reported"),
            tr("projects in earlier reports, never listed as completed"),
            evaluation,
            lambda city: city["projects_no_longer_reported"],
            lambda city: _with_joining_year(
                numbers.whole(city["projects_no_longer_reported"]), city, report
            ),
            ranked=is_ranked,
        ),
    ]


def place_of(measure: Measure, city: Mapping[str, Any], every: Sequence[Mapping[str, Any]]) -> str:
    """Place of a city by a measure among all member cities; empty without one."""
    if not measure.of_city:
        return ""
    values = {one["city_id"]: measure.compared(one) for one in every}
    known = {id: (float(v),) for id, v in values.items() if not numbers.is_missing(v)}
    place = standing(known, city["city_id"])
    return "" if place is None else standings.place(place)


def _with_joining_year(text: str, city: Mapping[str, Any], report: int) -> str:
    """Text of a cell, with the year of joining for a new city."""
    if not joined_too_late(city, report):
        return text
    return tr("{text}; joined in {year}", text=text, year=city["joined_year"])


def _population_text(city: Mapping[str, Any]) -> str:
    if numbers.is_missing(city["population"]):
        return numbers.no_data()
    return f"{numbers.people(city['population'])} ({_population_context(city)})"


def _population_context(city: Mapping[str, Any]) -> str:
    """Year, basis and territory."""
    territory = city["population_territory"]
    suffix = "" if numbers.is_missing(territory) else f"; {territory}"
    return "" if numbers.is_missing(city["population"]) else numbers.year_and_basis(city) + suffix


def _land_area_text(city: Mapping[str, Any]) -> str:
    if numbers.is_missing(city["land_area_km2"]):
        return numbers.no_data()
    return f"{exact(city['land_area_km2'])} ({_land_area_context(city)})"


def _land_area_context(city: Mapping[str, Any]) -> str:
    """Year and territory."""
    context = (city["land_area_year"], city["land_area_territory"])
    return "; ".join(str(part) for part in context if not numbers.is_missing(part))


def _completed_text(city: Mapping[str, Any]) -> str:
    share = _completed_share(city)
    if share is None:
        return tr("no project in this report")
    return tr(
        "{share} ({number} of {total})",
        share=numbers.percent(share, 0),
        number=decimal(city["projects_completed"]),
        total=decimal(city["projects"]),
    )


def _completed_figure(city: Mapping[str, Any], report: int) -> Child:
    share = _completed_share(city)
    if share is None:
        return _with_joining_year(tr("no project in this report"), city, report)
    numbers_of = tr(
        "{number} of {total}",
        number=decimal(city["projects_completed"]),
        total=decimal(city["projects"]),
    )
    return decimal(round(share)), small(_with_joining_year(numbers_of, city, report))


def _remark(badge: Child, place: str) -> Markup | None:
    """Below a figure: whether it is an extreme, and its place."""
    parts = [part for part in (badge, place) if part]
    return tag("small", join(parts, " ")) if parts else None


EXTREME_LABELS = {"highest": mark("highest"), "lowest": mark("lowest")}
"""Result of :func:`extreme_labels` -> label shown to the user."""


def extreme_labels(values: Sequence[Any]) -> list[str]:
    """``highest``, ``lowest`` or an empty string for each value.

    Ties are all labelled. Nothing is labelled if all values are equal or fewer than two are known.
    """
    known = [float(value) for value in values if not numbers.is_missing(value)]
    if len(known) < 2 or min(known) == max(known):
        return [""] * len(values)
    ends = {max(known): "highest", min(known): "lowest"}
    return ["" if numbers.is_missing(value) else ends.get(float(value), "") for value in values]


def table(
    cities: Sequence[Mapping[str, Any]],
    compared: Sequence[Measure],
    every: Sequence[Mapping[str, Any]] = (),
) -> Markup:
    """HTML table comparing cities, one column per city.

    Parameters
    ----------
    cities
        Rows of :data:`geo.schema.core.CITIES`, in column order.
    compared
        The measures, in row order.
    every
        Rows of all member cities, among which each figure has its place.
    """
    heads = [
        cell(
            city_link(city["city_id"], city["name"]),
            small(city["country"]),
            scope="col",
            class_="number",
        )
        for city in cities
    ]
    return html.table(
        tr("Comparison of cities"),
        (tr("Measure"), *heads),
        [_comparison_row(measure, cities, every) for measure in compared],
    )


def _comparison_row(
    measure: Measure, cities: Sequence[Mapping[str, Any]], every: Sequence[Mapping[str, Any]]
) -> Cells:
    labels = extreme_labels([measure.compared(city) for city in cities])
    badges = [end and tag("span", tr(EXTREME_LABELS[end]), class_="mark") for end in labels]
    return (
        (measure.label, small(f"{measure.unit} · {measure.source}")),
        *(
            cell(
                measure.shown(city),
                _remark(badge, place_of(measure, city, every)),
                class_="number",
            )
            for city, badge in zip(cities, badges, strict=True)
        ),
    )
