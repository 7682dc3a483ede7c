"""How sure projected populations are: both UN revisions side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import CARDS, Cells, cell, small, table, tag
from dashboard.markup.tables import city_link, records
from dashboard.pages.city import un_figures
from dashboard.pages.city.text import WUP
from geo.analysis.projections import SAME_WITHIN, YEARS, Projections, Series, projections
from geo.cache import memoized
from geo.i18n import decimal, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import BASE_YEAR_2018, BASE_YEAR_2025

City = Mapping[str, Any]


def older_counts(city: City) -> str:
    """What the revision of 2018 counts for a city."""
    if numbers.is_missing(city["agglomeration"]):
        return tr("no agglomeration of 300,000 people or more in 2018")
    return tr("agglomeration {name}, as the country defines it", name=city["agglomeration"])


def newer_counts(city: City) -> str:
    """What the revision of 2025 counts for a city."""
    name = un_figures.names(city)
    if not name:
        return tr("no UN city")
    if city["un_city_relation"] == "part_of":
        return tr("larger UN city {name}: connected, densely populated grid cells", name=name)
    return tr("UN city {name}: connected, densely populated grid cells", name=name)


def sentence(city: City, found: Projections) -> str:
    """How far the older projection has been off, or why it cannot be told."""
    if not found.older and not found.newer:
        return tr("Neither revision has a figure for {city}.", city=city["name"])
    if not found.older or not found.newer:
        return tr(
            "Only one revision has figures for {city}, so how far off past projections were cannot "
            "be determined.",
            city=city["name"],
        )
    off = found.off_percent
    if off is None:
        return tr(
            "{city}: how far off the older projection was cannot be determined{reason}.",
            city=city["name"],
            reason=_reason(found),
        )
    return _off(city, found, off)


def _off(city: City, found: Projections, off: float) -> str:
    values = {
        "city": city["name"],
        "projected": numbers.people(found.older[BASE_YEAR_2025]),
        "estimated": numbers.people(found.newer[BASE_YEAR_2025]),
        "share": numbers.percent(abs(off), 0),
    }
    if off >= 0:
        return tr(
            "{city}: the 2018 revision projected {projected} for 2025, {share} above the 2025 "
            "revision's estimate of {estimated}; their estimates for earlier years agree.",
            **values,
        )
    return tr(
        "{city}: the 2018 revision projected {projected} for 2025, {share} below the 2025 "
        "revision's estimate of {estimated}; their estimates for earlier years agree.",
        **values,
    )


def _reason(found: Projections) -> str:
    """Why the revisions are not compared, to follow a sentence."""
    if not found.both_the_city:
        return tr(", because one of the two revisions covers a larger city around it")
    apart = [
        (year, older, newer)
        for year, (older, newer) in found.both_estimate.items()
        if abs(older / newer - 1) > SAME_WITHIN
    ]
    if not apart:
        return tr(", because the two revisions have no estimated year in common")
    year, older, newer = apart[-1]
    return tr(
        ", because the two revisions' estimates for {year} differ: {older} and {newer}",
        older=numbers.people(older),
        newer=numbers.people(newer),
        year=year,
    )


def _revisions(city: City, found: Projections) -> Sequence[tuple[str, str, str, Series, int]]:
    """Of each revision: its year, name, what it counts, its figures, and the last year that is no
    projection."""
    return (
        ("2025", tr(un_figures.SOURCE), newer_counts(city), found.newer, BASE_YEAR_2025),
        ("2018", tr(WUP), older_counts(city), found.older, BASE_YEAR_2018),
    )


@memoized
def revisions_table(layers: Catalogue, city_ids: tuple[str, ...]) -> Markup:
    """Two rows a city, one for each revision, with estimates and projections."""
    by_id = layers["cities"].set_index("city_id", drop=False)
    rows: list[Cells] = []
    for city in records(by_id.loc[list(city_ids)]):
        found = projections(layers, city["city_id"])
        name = city_link(city["city_id"], city["name"])
        rows += [
            (
                cell(name, small(source), scope="row"),
                counts,
                *(_people(series, year, base) for year in YEARS),
            )
            for _, source, counts, series, base in _revisions(city, found)
        ]
    heads = (tr("City and revision"), tr("What it covers"), *map(str, YEARS))
    return table(
        tr("Projections in both UN revisions"), heads, rows, CARDS, range(1, 1 + len(YEARS))
    )


def _people(series: Series, year: int, base_year: int) -> Any:
    """A figure, marked if it is a projection."""
    if year not in series:
        return tag("span", tr("not given"), class_="unlisted")
    people = numbers.people_count(series[year])
    return (people, small(tr("projection"))) if year > base_year else people


def sentences(layers: Catalogue, cities: Sequence[City]) -> str:
    """:func:`sentence` of each city."""
    return " ".join(sentence(city, projections(layers, city["city_id"])) for city in cities)


def note() -> str:
    """Source and rule of the table."""
    return tr(
        "People. UN, World Urbanization Prospects 2018 and 2025. Agglomerations follow "
        "national definitions; UN cities follow a single grid. A projection is checked against "
        "the newer estimate only where both cover the city itself and differ by at most "
        "{share} in all years that both estimate.",
        share=numbers.percent(100 * SAME_WITHIN, 0),
    )


@memoized
def headline(layers: Catalogue) -> str:
    """Sentence on all member cities for which it can be told."""
    known = []
    for city in records(layers["cities"]):
        off = projections(layers, city["city_id"]).off_percent
        if off is not None:
            sign = "+" if off >= 0 else "−"
            known.append(f"{city['name']} {sign}{numbers.percent(abs(off), 0)}")
    return tr(
        "For {known} of {all} cities, the 2018 projection for 2025 can be checked against the "
        "newer estimate. Difference: {cities}.",
        known=decimal(len(known)),
        all=decimal(len(layers["cities"])),
        cities="; ".join(known),
    )


def every_row(layers: Catalogue, cities: Sequence[City]) -> pd.DataFrame:
    """Figures of cities by revision and year, and how far the older projection has been off."""
    rows = []
    for city in cities:
        found = projections(layers, city["city_id"])
        rows += [
            {
                "city_id": city["city_id"],
                "revision": revision,
                "counts": counts,
                "year": year,
                "people": series[year],
                "is_projection": year > base,
                "count_the_same": found.count_the_same,
                "off_percent": None if found.off_percent is None else round(found.off_percent, 1),
            }
            for revision, _, counts, series, base in _revisions(city, found)
            for year in YEARS
            if year in series
        ]
    return pd.DataFrame(rows)


def brief(city: City, found: Projections) -> list[str]:
    """What each revision counts and projects, as a line each."""
    return [
        tr("{revision}, {counts}: {figures}.", revision=source, counts=counts, figures=figures)
        for _, source, counts, series, base in _revisions(city, found)
        if (figures := "; ".join(_brief(series, year, base) for year in YEARS if year in series))
    ]


def _brief(series: Series, year: int, base_year: int) -> str:
    values = {"year": year, "people": numbers.people(series[year])}
    if year > base_year:
        return tr("{year}: {people} (projection)", **values)
    return tr("{year}: {people}", **values)
