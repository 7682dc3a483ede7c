"""Map legends as HTML: classes, unit, year and source, accessible to screen readers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd
from markupsafe import Markup

from dashboard.data.releases import revision_name
from dashboard.data.un_revision import DEFAULT_SPAN, SPAN_YEARS, SPANS
from dashboard.maps.base_map import share_column, urban_shares
from dashboard.maps.classification import (
    Classes,
    growth_classes,
    indicator_classes,
    share_classes,
    un_growth_classes,
)
from dashboard.maps.indicators import map_indicators, title
from dashboard.maps.symbols import CLASS_RADIUS, LARGEST_RADIUS, PARTS, SMALLEST_RADIUS
from dashboard.markup import indicators as indicator_text
from dashboard.markup import numbers
from dashboard.markup.html import tag
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from dashboard.pages.data import place_coverage
from geo.analysis.filter import Filter
from geo.analysis.indicators import readings
from geo.analysis.layer_rows import names
from geo.i18n import decimal, exact, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import BASE_YEAR_2025, FOCUS_AREAS, REPORT_STATUSES


@dataclass(frozen=True)
class Entry:
    """One line of a legend: a swatch and its label.

    Attributes
    ----------
    size
        Diameter of a round swatch in pixels; ``None`` for a square one.
    hollow
        Whether a round swatch is an outline with a faint fill, like projections on the map.
    empty
        Whether a round swatch is an outline only.
    border
        Line around a square swatch: ``solid`` or ``dashed``, with a faint fill, or ``thin``; empty
        for a plain one.
    nested
        Whether it represents a size: such circles are drawn nested.
    only
        Expression on a city's feature that is true for the cities of this entry, to which it
        narrows the map; empty if it cannot.
    """

    label: str
    colour: str
    size: float | None = None
    hollow: bool = False
    empty: bool = False
    border: str = ""
    nested: bool = False
    only: str = ""


@dataclass(frozen=True)
class Legend:
    """Title, unit, entries and source of one variable of a map.

    Attributes
    ----------
    of_areas
        Whether it is shown only where the map shows the areas of cities.
    """

    title: str
    unit: str
    entries: Sequence[Entry]
    source: str
    of_areas: bool = False

    def scaled(self, factor: float) -> Legend:
        """A copy whose sizes are scaled, for a map with small symbols."""
        entries = [
            replace(entry, size=entry.size * factor) if entry.nested and entry.size else entry
            for entry in self.entries
        ]
        return replace(self, entries=entries)

    def html(self) -> Markup:
        """The legend as an HTML list; nested circles are one drawing next to it."""
        nested = [entry for entry in self.entries if entry.nested]
        lines = [
            tag(
                "li",
                tag("span", class_="swatch", style=_swatch(entry)),
                entry.label,
                class_="unseen" if entry.nested else None,  # screen readers get no drawing
                data_only=entry.only or None,
            )
            for entry in self.entries
        ]
        return tag(
            "section",
            tag("h2", self.title, self.unit and tag("span", self.unit, class_="unit")),
            _circles(nested) if nested else None,
            tag("ul", lines),
            tag("p", self.source, class_="source"),
            class_="legend of-areas" if self.of_areas else "legend",
        )


_LINE = 14
"""Line height in pixels of the labels next to nested circles."""


def _circles(entries: Sequence[Entry]) -> Markup:
    """Nested circles with labels.

    Hidden from screen readers, which get the list instead. It is drawn with HTML boxes because
    Streamlit strips SVG from HTML.
    """
    largest = max(entry.size or 0 for entry in entries)
    ordered = sorted(entries, key=lambda entry: entry.size or 0, reverse=True)
    height = max(largest, _LINE * len(ordered)) + _LINE / 2
    parts: list[Markup] = []
    label_top = -float(_LINE)
    for entry in ordered:
        size = entry.size or 0
        top = height - size
        label_top = max(label_top + _LINE, top - _LINE / 2)
        fill = f"{entry.colour}{'20' if entry.hollow else '46'}"
        circle = (
            f"left:{(largest - size) / 2:.4g}px;top:{top:.4g}px;"
            f"width:{size:.4g}px;height:{size:.4g}px;background:{fill};"
            f"border-color:{entry.colour}"
        )
        line = f"left:{largest / 2:.4g}px;top:{top:.4g}px;width:{largest / 2 + 8:.4g}px"
        label = f"left:{largest + 13:.4g}px;top:{label_top:.4g}px"
        parts += [
            tag("i", class_="circle", style=circle),
            tag("i", class_="leader", style=line),
            tag("b", entry.label, style=label),
        ]
    return tag("div", parts, class_="sizes", style=f"height:{height:g}px", aria_hidden="true")


def _swatch(entry: Entry) -> str:
    if entry.size is None and entry.border:
        if entry.border == "thin":
            return f"background:none;border:1px solid {entry.colour}"
        return f"background:{entry.colour}2d;border:2px {entry.border} {entry.colour}"
    if entry.size is None:
        return f"background:{entry.colour}"
    margin = f"margin-left:{max(0.0, (18 - entry.size) / 2):.0f}px"
    fill = entry.colour
    if entry.hollow:
        fill = f"{entry.colour}46;border:2px solid {entry.colour}"
    elif entry.empty:
        fill = f"none;border:1.5px solid {entry.colour}"
    return (
        f"background:{fill};width:{entry.size:.0f}px;height:{entry.size:.0f}px;"
        f"border-radius:50%;{margin}"
    )


def _class_entries(classes: Classes, property: str) -> list[Entry]:
    """Entries of classes of a property of cities."""
    limits = [-math.inf, *classes.breaks, math.inf]
    labels = zip(classes.labels(), classes.colours, pairwise(limits), strict=True)
    return [
        Entry(label, colour, only=_between(f"properties.{property}", low, high))
        for label, colour, (low, high) in labels
    ]


def _between(value: str, low: float, high: float) -> str:
    tests = [f"{value} != null"]
    tests += [f"{value} >= {low:g}"] if math.isfinite(low) else []
    tests += [f"{value} < {high:g}"] if math.isfinite(high) else []
    return " && ".join(tests)


def _is_one_of(property: str, values: Iterable[str]) -> str:
    return " || ".join(f"properties.{property} == '{value}'" for value in values)


def size_entries(values: Sequence[float], largest: float, colour: str, unit: str) -> list[Entry]:
    """Entries with the circle sizes of ``values`` on a map whose maximum is ``largest``."""
    return [
        Entry(
            f"{numbers.people(value) if value >= 1e4 else decimal(value)}{unit}",
            colour,
            max(2 * LARGEST_RADIUS * (value / largest) ** 0.5, 2 * SMALLEST_RADIUS),
            nested=True,
        )
        for value in values
    ]


def share_legend(layers: Catalogue, year: int, revision: str, colours: Palette) -> Legend:
    """Legend of the countries' urban share in one year and release."""
    classes, column = share_classes(colours), share_column(revision, year)
    # The same figures as on the map, which are rounded.
    shares = urban_shares(layers).get(column, pd.Series(dtype=float)).dropna().to_dict()
    states: dict[str, list[str]] = {colour: [] for colour in (*classes.colours, colours.no_data)}
    for iso3 in layers["countries"]["iso3"]:
        share = shares.get(iso3)
        states[colours.no_data if share is None else classes.colour(share)].append(iso3)
    return Legend(
        tr("Urban share, {year}", year=year),
        tr("% of total population"),
        [
            Entry(label, colour, only=_is_one_of("iso3", states[colour]))
            for label, colour in zip([*classes.labels(), numbers.no_data()], states, strict=True)
        ],
        revision_name(layers, revision),
    )


def cities_legend(colours: Palette) -> Legend:
    """Legend of cities as dots."""
    entry = Entry(tr("member city"), colours.city, 10)
    return Legend(tr("Member cities"), "", [entry], tr("GeoNames (points)"))


def areas_legend(layers: Catalogue, colours: Palette) -> Legend:
    """Legend of the areas of member cities, which are drawn from one zoom on."""
    return Legend(
        tr("Areas of the member cities"),
        "",
        [
            Entry(tr("the city's own boundary"), colours.text, border="solid"),
            Entry(tr("inexact: wider, partial or approximate"), colours.text, border="dashed"),
        ],
        tr("Boundaries: {sources}", sources=layers.info("city_areas")["attribution"]),
        of_areas=True,
    )


def circle_legends(layers: Catalogue, city_filter: Filter, colours: Palette) -> list[Legend]:
    """Legend of the line within which a filter keeps cities and places, if it has one."""
    if not city_filter.near:
        return []
    city = names(layers, "cities")[city_filter.near]
    within = tr("within {number} km of {city}", number=exact(city_filter.within_km), city=city)
    entry = Entry(within, colours.accent, border="solid")
    return [Legend(tr("Distance"), tr("straight line from the city's point"), [entry], "")]


def places_legend(layers: Catalogue, colours: Palette) -> Legend:
    """Legend of the places with a population in GeoNames."""
    return Legend(
        tr("Places with a population in GeoNames"),
        tr("500 people or more, by dot area"),
        [Entry(tr("place"), colours.place, 5)],
        place_coverage.note(layers),
    )


def _report(year: int) -> str:
    return tr("ASCN Monitoring & Evaluation Report {year}", year=year)


def projects_legend(largest: int, report: int, colours: Palette) -> Legend:
    """Legend of symbols by number of projects."""
    values = sorted({value for value in (1, 3, 10) if value < 0.8 * largest} | {largest})
    return Legend(
        tr("Projects, {year} report", year=report),
        tr("projects per city, by circle area"),
        [
            *size_entries(values, largest, colours.city, ""),
            _hollow(tr("none in this report"), colours),
        ],
        _report(report),
    )


def _hollow(label: str, colours: Palette) -> Entry:
    """Entry of the hollow dots of cities without a value."""
    return Entry(
        label,
        colours.outline,
        2 * SMALLEST_RADIUS + 1,
        empty=True,
        only="!properties.has_value",
    )


def ring_legend(
    title: str, unit: str, names: Mapping[str, str], hues: Mapping[str, str], colours: Palette
) -> Legend:
    """Legend of symbols that the projects of a city share.

    Parameters
    ----------
    names, hues
        Name and colour of each of :data:`dashboard.maps.symbols.PARTS`.
    """
    parts = [
        Entry(name, hues[part], 12, only=f"properties.parts['{part}']")
        for part, name in names.items()
    ]
    return Legend(title, unit, [*parts, _hollow(tr("no project"), colours)], "")


def focus_legend(report: int, colours: Palette) -> Legend:
    """Legend of symbols by focus area of the projects."""
    title = tr("Projects by focus area, {year} report", year=report)
    unit = tr("ring: share of each area; size: number of projects")
    legend = ring_legend(title, unit, terms(FOCUS_AREAS), FOCUS_AREA_COLOURS, colours)
    return replace(legend, source=_report(report))


def status_legend(report: int, colours: Palette) -> Legend:
    """Legend of symbols by status of the projects."""
    title = tr("Projects by status, {year} report", year=report)
    unit = tr("ring: share of each status; size: number of projects")
    names = {status: tr(REPORT_STATUSES[status]) for status in PARTS["statuses"]}
    legend = ring_legend(title, unit, names, colours.statuses, colours)
    return replace(legend, source=_report(report))


def growth_legends(largest: float, colours: Palette) -> list[Legend]:
    """Legends of symbols by size and growth of the agglomeration."""
    source = tr("UN, World Urbanization Prospects 2018. An agglomeration is not the city proper.")
    return [
        Legend(
            tr("Agglomeration growth, 2000–2018"),
            tr("% per year"),
            _class_entries(growth_classes(colours), "growth"),
            source,
        ),
        Legend(
            tr("Agglomeration size, 2018"),
            tr("people, by circle area"),
            [
                *size_entries(
                    [v for v in (3e5, 3e6, 1e7) if v <= largest], largest, colours.city, ""
                ),
                Entry(tr("no UN series"), colours.no_data, 2 * SMALLEST_RADIUS),
            ],
            source,
        ),
    ]


def indicator_legend(layers: Catalogue, indicator_id: str, colours: Palette) -> Legend:
    """Legend of the classes of an indicator."""
    indicator = map_indicators(layers)[indicator_id]
    classes = indicator_classes(len(indicator.edges) + 1, colours)
    compared = all(one.compared for one in readings(layers, indicator_id).values())
    hollow = numbers.no_data() if compared else tr("no data, or data from another method")
    labels = zip(indicator_text.bands(indicator), classes.colours, strict=True)
    entries = [
        Entry(
            label,
            colour,
            2 * CLASS_RADIUS,
            only=_between("properties.map_class", position - 0.5, position + 0.5),
        )
        for position, (label, colour) in enumerate(labels)
    ]
    return Legend(
        title(layers, indicator),
        f"{indicator.unit}. {indicator.describes}",
        [*entries, _hollow(hollow, colours)],
        f"{indicator_text.attribution(layers, indicator)}. {indicator.limits}",
    )


def un_legends(span: str, layers: Catalogue, colours: Palette) -> list[Legend]:
    """Legends of symbols by size and growth of the UN cities of 2025.

    Parameters
    ----------
    span
        One of :data:`dashboard.data.un_revision.SPANS`.
    """
    is_projection = SPAN_YEARS[span] > BASE_YEAR_2025
    missing = tr("no figure: fewer than {people} people, or no UN city", people=decimal(50_000))
    growth = [
        *_class_entries(un_growth_classes(colours), "growth"),
        Entry(missing, colours.no_data, only="properties.growth == null"),
    ]
    largest = float(layers["wup2025_cities"]["population_2050"].max())
    circles = [
        replace(entry, hollow=is_projection)
        for entry in size_entries((1e6, 1e7, 4e7), largest, colours.city, "")
    ]
    source = tr("UN, World Urbanization Prospects 2025. A UN city is not the city proper.")
    outline_note = tr("Bold outline: member city; faint: other UN cities.")
    return [
        Legend(
            tr("Growth of UN cities, {span} (projection)", span=tr(SPANS[span]))
            if is_projection
            else tr("Growth of UN cities, {span}", span=tr(SPANS[span])),
            tr("% per year"),
            growth,
            source,
        ),
        Legend(
            tr("Size of UN cities, {year} (projection)", year=SPAN_YEARS[span])
            if is_projection
            else tr("Size of UN cities, {year} (estimate)", year=SPAN_YEARS[span]),
            tr("people, by circle area"),
            circles,
            outline_note,
        ),
    ]


def for_mode(
    mode: str,
    year: int,
    revision: str,
    layers: Catalogue,
    colours: Palette,
    places: bool = False,
    span: str = DEFAULT_SPAN,
) -> list[Legend]:
    """The legends of a map mode; see :func:`dashboard.maps.indicators.modes`.

    Parameters
    ----------
    places
        Whether GeoNames places are shown too.
    span
        Years of growth in mode ``un``, one of :data:`dashboard.data.un_revision.SPANS`.
    """
    cities = layers["cities"]
    report = int(layers["project_reports"]["report_year"].max())
    if mode == "share":
        legends = [share_legend(layers, year, revision, colours), cities_legend(colours)]
    elif mode == "projects":
        legends = [projects_legend(int(cities["projects"].max()), report, colours)]
    elif mode == "focus":
        legends = [focus_legend(report, colours)]
    elif mode == "status":
        legends = [status_legend(report, colours)]
    elif mode == "un":
        legends = un_legends(span, layers, colours)
    elif mode in map_indicators(layers):
        legends = [indicator_legend(layers, mode, colours)]
    else:
        legends = growth_legends(float(cities["agglomeration_population_2018"].max()), colours)
    return [*legends, places_legend(layers, colours)] if places else legends


def source_text(legends: Sequence[Legend]) -> str:
    """The sources of legends as sentences, each source once."""
    sources = dict.fromkeys(legend.source.rstrip(".") for legend in legends if legend.source)
    return " ".join(f"{source}." for source in sources)
