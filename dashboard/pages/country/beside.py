"""Figures of a country beside those of the other member states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from dashboard.data.releases import release_name
from dashboard.markup import indicators as indicator_text
from dashboard.markup import numbers, standings
from dashboard.markup.html import CARDS, Cells, cell, small, table, tag
from geo.analysis.indicators import Indicator, indicators, readings
from geo.analysis.standing import Standing, indicator_standing, standing
from geo.analysis.urbanisation import latest_values
from geo.cache import memoized
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import INDICATORS, NEWEST_REVISION

WORLD_BANK: Mapping[str, str] = {
    "IT.NET.USER.ZS": "",
    "EN.URB.MCTY.TL.ZS": mark("Based on the UN's 2018 revision."),
}
"""World Bank indicators that are shown here -> remark."""


@dataclass(frozen=True)
class Beside:
    """A figure of a country, and where it stands.

    Attributes
    ----------
    name, describes, unit, source
        Of the indicator.
    value, year
        The country's figure as text; "no data" without one.
    text
        Writes any value.
    standing
        Place among the member states; ``None`` without a figure.
    """

    name: str
    describes: str
    unit: str
    source: str
    value: str
    year: str
    text: Callable[[float], str]
    standing: Standing | None


@memoized
def figures(layers: Catalogue, iso3: str) -> list[Beside]:
    """The figures of a country: indicators of countries, then those of the World Bank."""
    of_country = [_indicator(layers, one, iso3) for one in indicators(layers, "country")]
    return [*of_country, *(_world_bank(layers, code, iso3) for code in WORLD_BANK)]


def _indicator(layers: Catalogue, indicator: Indicator, iso3: str) -> Beside:
    reading = readings(layers, indicator.id).get(iso3)
    return Beside(
        indicator.name,
        indicator.describes,
        indicator.unit,
        indicator_text.attribution(layers, indicator),
        indicator_text.value(reading),
        "" if reading is None else indicator_text.year_and_quality(reading),
        lambda value: indicator_text.number(indicator, value),
        indicator_standing(layers, indicator.id, iso3),
    )


def _world_bank(layers: Catalogue, code: str, iso3: str) -> Beside:
    newest = latest_values(layers["country_years"], code)
    name, unit = INDICATORS[code]
    remark = WORLD_BANK[code]
    values = {str(country): (round(float(value), 1),) for country, value in newest["value"].items()}
    has_figure = iso3 in values
    return Beside(
        tr(name),
        tr(remark) if remark else "",
        tr(unit),
        release_name(layers, NEWEST_REVISION),
        numbers.one_decimal(values[iso3][0]) if has_figure else numbers.no_data(),
        str(int(newest["year"][iso3])) if has_figure else "",
        numbers.one_decimal,
        standing(values, iso3),
    )


@memoized
def beside_table(layers: Catalogue, iso3: str) -> Markup:
    """Table of the figures with place, strip, median of the member states, year and source."""
    country = str(layers["countries"].set_index("iso3")["name"][iso3])
    headings = (
        *(tr("Indicator"), tr("Figure"), tr("Year"), tr("Rank")),
        *(tr("All member states"), tr("Median, member states"), tr("Source")),
    )
    rows = [_cells(one, country) for one in figures(layers, iso3)]
    return table(
        tr("Compared with the other member states"), headings, rows, f"{CARDS} standings", (0, 4)
    )


def _cells(figure: Beside, country: str) -> Cells:
    heading = cell(figure.name, small(figure.unit), small(figure.describes), scope="row")
    value, place = tag("span", figure.value, class_="whole"), figure.standing
    if place is None:
        return (heading, value, figure.year, "", "", "", figure.source)
    return (
        heading,
        value,
        figure.year,
        standings.place(place),
        standings.strip(place, country, "", figure.text),
        figure.text(place.median),
        figure.source,
    )


def note() -> str:
    """Note on figures of countries and on years that differ."""
    return tr(
        "Figures for the country, not for its member cities. Each is the latest available, so "
        "years may differ between countries."
    )
