"""The briefing that compares two to six cities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dashboard.briefing.document import (
    Block,
    Cell,
    Columns,
    Document,
    Note,
    Picture,
    Section,
    Slide,
    Table,
    Text,
)
from dashboard.briefing.pictures import WIDE, chart_of, locator_map
from dashboard.briefing.sources import boundaries_and_dates
from dashboard.maps.city_map import alt_text
from dashboard.markup import numbers
from dashboard.markup.tables import records
from dashboard.pages.city import projections
from dashboard.pages.compare import tables, text
from dashboard.pages.overview import text as overview_text
from geo.i18n import tr
from geo.layers.catalogue import Catalogue

MAPS_PER_ROW = 3
"""Maximum number of maps side by side."""

CHARTS = ("un-city-population", "projects-by-city")
"""Charts of the comparison."""

City = Mapping[str, Any]


def document(layers: Catalogue, city_ids: Sequence[str]) -> Document:
    """The briefing of two to six member cities, in their order."""
    every = layers["cities"].drop(columns="geometry")
    rows = records(every.set_index("city_id", drop=False).loc[list(city_ids)])
    maps = [locator_map(layers, city["city_id"], *_named(layers, city)) for city in rows]
    query = {"city": ",".join(city_ids)}
    return Document(
        kind=tr("Comparison of cities"),
        name=_names(rows),
        answer=overview_text.comparison_summary(city_ids, layers),
        blocks=[
            *_map_rows(maps),
            Note(
                tr(
                    "Each map is 80 km across. Red: areas of the cities, dashed where the "
                    "boundary is inexact. Grey dots: places with a population of 500 or more "
                    "in GeoNames."
                )
            ),
            Section(
                tr("Figures"),
                [
                    _measures(layers, rows),
                    Note(tr("The highest and lowest of these values are marked.")),
                ],
            ),
            Columns((1, 1), [_chart(*chart_of(name, layers, query)) for name in CHARTS]),
            Section(
                tr("How sure are the projections?"),
                [Text(projections.sentences(layers, rows)), Note(projections.note())],
            ),
        ],
        sources=_sources(layers, rows),
        slides=partial(_slides, layers, rows, maps),
        page=f"compare?city={query['city']}",
    )


def _slides(layers: Catalogue, rows: Sequence[City], maps: Sequence[Picture]) -> Sequence[Slide]:
    """The same in a few slides; a chart without anything to draw is left out."""
    ids = [city["city_id"] for city in rows]
    answer = overview_text.comparison_summary(ids, layers)
    slides = [
        Slide(answer, [[_measures(layers, rows)]], _sources(layers, rows)),
        Slide(
            tr("{cities} at one scale: each map is 80 km across", cities=_names(rows)),
            _side_by_side(maps),
            [text.map_sources(layers, ids)],
        ),
    ]
    for name, sentence in zip(CHARTS, (_growing(rows), _projects(layers, rows)), strict=True):
        picture, source = chart_of(name, layers, {"city": ",".join(ids)}, WIDE)
        if picture is not None:
            slides.append(Slide(sentence, [[picture]], [source]))
    return slides


def _names(cities: Sequence[City]) -> str:
    return numbers.format_list([str(city["name"]) for city in cities])


def _named(layers: Catalogue, city: City) -> tuple[str, str]:
    """Text alternative and caption of the map of a city."""
    return alt_text(layers, city), f"{city['name']}, {city['country']}"


def _per_row(maps: Sequence[Picture]) -> int:
    return len(maps) if len(maps) <= MAPS_PER_ROW else -(-len(maps) // 2)


def _map_rows(maps: Sequence[Picture]) -> list[Block]:
    """Maps in rows of equal length, as far as their number allows."""
    columns = _per_row(maps)
    rows = [maps[start : start + columns] for start in range(0, len(maps), columns)]
    # Room on the right of a shorter row keeps its maps as large as the others.
    return [
        Columns((1,) * columns, [[one] for one in row] + [[]] * (columns - len(row)))
        for row in rows
    ]


def _side_by_side(maps: Sequence[Picture]) -> list[Sequence[Block]]:
    """The same rows as columns, as slides have them."""
    columns = _per_row(maps)
    return [maps[start::columns] for start in range(columns)]


def _compared(layers: Catalogue) -> list[tables.Measure]:
    return tables.measures(overview_text.report_year(layers))


def _measures(layers: Catalogue, cities: Sequence[City]) -> Table:
    """The measures of the Compare page, one per row."""
    rows = []
    for measure in _compared(layers):
        ends = tables.extreme_labels([measure.compared(city) for city in cities])
        marked = [end and tr(tables.EXTREME_LABELS[end]) for end in ends]
        cells = [Cell(measure.text(city), end) for city, end in zip(cities, marked, strict=True)]
        rows.append([Cell(measure.label, below=measure.unit), *cells])
    heads = (tr("Measure"), *(str(city["name"]) for city in cities))
    return Table(heads, rows, (1.7, *((1,) * len(cities))), range(1, len(cities) + 1))


def _chart(picture: Picture | None, source: str) -> Sequence[Block]:
    return [Text(numbers.no_data()), Note(source)] if picture is None else [picture, Note(source)]


def _growing(cities: Sequence[City]) -> str:
    """Which UN city has most people in 2025, and what is projected for it."""
    known = [city for city in cities if not numbers.is_missing(city["un_city_population_2025"])]
    if not known:
        return tr("None of these cities is a UN city of 2025.")
    largest = max(known, key=lambda city: float(city["un_city_population_2025"]))
    return tr(
        "The UN city of {city} is the largest with {people} people in 2025; the UN projects "
        "{projected} for 2050",
        city=largest["name"],
        people=numbers.people(largest["un_city_population_2025"]),
        projected=numbers.people(largest["un_city_population_2050"]),
    )


def _projects(layers: Catalogue, cities: Sequence[City]) -> str:
    """How many projects of each city the latest report lists."""
    return tr(
        "Projects listed in {year}: {cities}",
        year=overview_text.report_year(layers),
        cities=numbers.format_list([f"{city['name']} {city['projects']}" for city in cities]),
    )


def _sources(layers: Catalogue, cities: Sequence[City]) -> Sequence[str]:
    """Sources of populations and areas by city, of the other measures by publisher."""
    measured: dict[str, list[str]] = {}
    for measure in _compared(layers):
        measured.setdefault(measure.source, []).append(measure.label)
    return [
        " ".join(
            f"{', '.join(dict.fromkeys(labels))}: {source}." for source, labels in measured.items()
        ),
        text.figure_sources(cities),
        text.map_sources(layers, [city["city_id"] for city in cities]),
        *boundaries_and_dates(layers),
    ]
