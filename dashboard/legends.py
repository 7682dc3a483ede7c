"""Legends as HTML: classes, unit, year and source of what a map shows, in text that can be read
aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard import words
from dashboard.classes import Classes, growth_classes, share_classes
from dashboard.maplayers import LARGEST_RADIUS, SMALLEST_RADIUS
from dashboard.theme import FOCUS_AREA_COLOURS, Palette
from geo.layers import Catalogue
from geo.vocabulary import FOCUS_AREAS, REVISIONS


@dataclass(frozen=True)
class Entry:
    """One line of a legend: a swatch and what it stands for.

    Attributes
    ----------
    size
        Diameter of a round swatch in pixels; ``None`` for a square one.
    hollow
        Whether a round swatch is an outline with a faint fill, as projections are drawn.
    """

    label: str
    colour: str
    size: float | None = None
    hollow: bool = False


@dataclass(frozen=True)
class Legend:
    """Title, unit, lines and source of one thing that a map shows."""

    title: str
    unit: str
    entries: Sequence[Entry]
    source: str

    def html(self) -> str:
        """The legend as an HTML list."""
        lines = "".join(
            f'<li><span class="swatch" style="{_swatch(entry)}"></span>{escape(entry.label)}</li>'
            for entry in self.entries
        )
        unit = f'<span class="unit">{escape(self.unit)}</span>' if self.unit else ""
        return (
            f'<section class="legend"><h3>{escape(self.title)}{unit}</h3>'
            f'<ul>{lines}</ul><p class="source">{escape(self.source)}</p></section>'
        )

    def inline_html(self) -> str:
        """The legend as one line, for the foot of a map."""
        return self.html().replace('class="legend"', 'class="legend inline"')


def _swatch(entry: Entry) -> str:
    if entry.size is None:
        return f"background:{entry.colour}"
    margin = f"margin-left:{max(0.0, (18 - entry.size) / 2):.0f}px"
    fill = f"{entry.colour}46;border:2px solid {entry.colour}" if entry.hollow else entry.colour
    return (
        f"background:{fill};width:{entry.size:.0f}px;height:{entry.size:.0f}px;"
        f"border-radius:50%;{margin}"
    )


def _class_entries(classes: Classes, no_data: str | None) -> list[Entry]:
    entries = [
        Entry(label, colour)
        for label, colour in zip(classes.labels(), classes.colours, strict=True)
    ]
    return entries + ([Entry(words.NO_DATA, no_data)] if no_data else [])


def sizes(values: Sequence[float], largest: float, colour: str, unit: str) -> list[Entry]:
    """Circles of the sizes that a map gives to ``values`` when ``largest`` is its largest."""
    return [
        Entry(
            f"{words.people(value) if value >= 1e4 else f'{value:g}'}{unit}",
            colour,
            max(2 * LARGEST_RADIUS * (value / largest) ** 0.5, 2 * SMALLEST_RADIUS),
        )
        for value in values
    ]


def share_legend(year: int, revision: str, colours: Palette) -> Legend:
    """Urban share of the countries in one year and release."""
    return Legend(
        f"Urban share, {year}",
        "% of total population",
        _class_entries(share_classes(colours), colours.no_data),
        REVISIONS[revision],
    )


def cities_legend(colours: Palette) -> Legend:
    """Dots that show nothing but where the cities are."""
    return Legend("Member cities", "", [Entry("member city", colours.city, 10)], "Points: GeoNames")


def projects_legend(largest: int, report: int, colours: Palette) -> Legend:
    """Symbols by number of projects."""
    values = sorted({value for value in (1, 3, 5, 10, 20) if value < 0.8 * largest} | {largest})
    return Legend(
        f"Projects, {report} report",
        "projects per city, by area of the circle",
        [
            *sizes(values, largest, colours.city, ""),
            Entry("none in this report", colours.no_data, 2 * SMALLEST_RADIUS),
        ],
        f"ASCN Monitoring & Evaluation Report {report}",
    )


def focus_legend(report: int, colours: Palette) -> Legend:
    """Symbols by focus area with most projects."""
    return Legend(
        f"Focus area with most projects, {report} report",
        "size: number of projects; a ring shows a second area with as many",
        [
            *(Entry(name, FOCUS_AREA_COLOURS[area], 12) for area, name in FOCUS_AREAS.items()),
            Entry("three or more share the lead, or no project", colours.no_data, 12),
        ],
        f"ASCN Monitoring & Evaluation Report {report}",
    )


def growth_legends(largest: float, colours: Palette) -> list[Legend]:
    """Symbols by size and growth of the agglomeration."""
    source = "UN, World Urbanization Prospects 2018. An agglomeration is not the city proper."
    return [
        Legend(
            "Agglomeration growth, 2000–2018",
            "% per year",
            _class_entries(growth_classes(colours), None),
            source,
        ),
        Legend(
            "Agglomeration size, 2018",
            "people, by area of the circle",
            [
                *sizes([v for v in (3e5, 3e6, 1e7) if v <= largest], largest, colours.city, ""),
                Entry("no UN series", colours.no_data, 2 * SMALLEST_RADIUS),
            ],
            source,
        ),
    ]


def for_mode(
    mode: str, year: int, revision: str, layers: Catalogue, colours: Palette
) -> list[Legend]:
    """The legends of a map mode, see :data:`dashboard.maps.MODES`."""
    cities = layers["cities"]
    report = int(layers["project_reports"]["report_year"].max())
    if mode == "share":
        return [share_legend(year, revision, colours), cities_legend(colours)]
    if mode == "projects":
        return [projects_legend(int(cities["projects"].max()), report, colours)]
    if mode == "focus":
        return [focus_legend(report, colours)]
    return growth_legends(float(cities["agglomeration_population_2018"].max()), colours)
