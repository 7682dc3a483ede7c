"""Sentences, tables, maps and charts of the Urbanisation page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from dashboard.charts.vega import Spec, inline, layered, marks, nominal, quantitative
from dashboard.data import un_revision
from dashboard.maps.classification import share_classes
from dashboard.maps.deck import fit
from dashboard.maps.legends import Entry, Legend, share_legend, size_entries
from dashboard.maps.view import REGION, Map
from dashboard.markup import numbers
from dashboard.markup.theme import Palette
from dashboard.pages.overview.text import share_years
from dashboard.pages.urbanisation.charts import axis_label_expr, panels, ranking, series_lines
from dashboard.pages.urbanisation.largest_un_cities import largest_un_cities
from dashboard.pages.urbanisation.state import UrbanisationState, share_year
from geo.analysis.urbanisation import break_years, regional_urban_share
from geo.cache import memoized
from geo.i18n import percent, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import BASE_YEAR_2018, BASE_YEAR_2025, REVISION_NAMES, SERIES_BREAKS

LARGEST, LARGEST_SERIES = 10, 12
"""Number of agglomerations in the ranking of a year, and in the small multiples."""


def year_map(layers: Catalogue, state: UrbanisationState, width: int, height: int) -> Map:
    """Map of one year: urban share of countries, population of UN cities or agglomerations."""
    return Map(
        mode="un-years" if state.wup == un_revision.NEWEST else "years",
        view=fit(REGION, width, height),
        version=layers.version,
        revision=state.revision,
        year=share_year(state, share_years(layers)),
        people_year=state.year,
    )


def headline(layers: Catalogue, state: UrbanisationState, years: Sequence[int]) -> str:
    """Sentence on the growth of the region's urban population."""
    first, last = years[0], years[-1]
    (before, people_before), (now, people) = (
        regional_urban_share(layers["country_years"], year, state.revision)
        for year in (first, last)
    )
    grown = tr(
        "From {first} to {last}, the urban population of the eleven member states grew from "
        "{before} to {now}, or from {share_before} to {share_now} of the total population "
        "({revision}).",
        first=first,
        last=last,
        before=numbers.people(before),
        now=numbers.people(now),
        share_before=numbers.percent(100 * before / people_before, 0),
        share_now=numbers.percent(100 * now / people, 0),
        revision=tr(REVISION_NAMES[state.revision]),
    )
    return f"{grown} {breaks_note(layers, state.revision)}".rstrip()


@memoized
def breaks_note(layers: Catalogue, revision: str) -> str:
    """Sentence on the countries and years in which the series of a revision breaks, or ""."""
    country_years = layers["country_years"]
    names = layers["countries"].set_index("iso3")["name"]
    breaks = {iso3: break_years(country_years, str(iso3), revision) for iso3 in names.index}
    parts = [
        f"{names[iso3]} {numbers.format_ranges(years)}" for iso3, years in breaks.items() if years
    ]
    if not parts:
        return ""
    return tr("Breaks in the published series: {places}.", places=numbers.format_list(parts))


@memoized
def urban_shares(layers: Catalogue, revision: str, year: int | None = None) -> pd.DataFrame:
    """Urban share in one revision, of one year or all.

    Columns ``country``, ``year``, ``share`` in %, ``series_break`` (see
    :data:`geo.vocabulary.SERIES_BREAKS`).
    """
    rows = layers["country_years"]
    rows = rows[(rows["indicator_code"] == "SP.URB.TOTL.IN.ZS") & (rows["revision"] == revision)]
    if year is not None:
        rows = rows[rows["year"] == year]
    names = layers["countries"].set_index("iso3")["name"]
    return pd.DataFrame(
        {
            "country": rows["iso3"].map(names),
            "year": rows["year"].astype(int),
            "share": rows["value"].round(1),
            "series_break": rows["series_break"],
        }
    )


def largest_agglomerations(layers: Catalogue, year: int, limit: int) -> pd.DataFrame:
    """Largest member agglomerations in a year: columns ``city_id``, ``city``, ``people``."""
    rows = layers["city_years"].dropna(subset=["city_id"])
    rows = rows[rows["year"] == year].nlargest(limit, "population")
    names = layers["cities"].set_index("city_id")["name"]
    return pd.DataFrame(
        {
            "city_id": rows["city_id"],
            "city": rows["city_id"].map(names),
            "people": rows["population"].astype(float),
        }
    )


def year_title(year: int, revision: str = un_revision.EARLIER) -> str:
    """The year, marked if its city populations are projections."""
    if revision == un_revision.NEWEST and year > BASE_YEAR_2025:
        return tr("{year} (UN cities: projection)", year=year)
    if revision == un_revision.EARLIER and year > BASE_YEAR_2018:
        return tr("{year} (agglomerations: projection)", year=year)
    return str(year)


@memoized
def year_sentence(layers: Catalogue, state: UrbanisationState) -> str:
    """Urban share of the region, the most and least urban country, and the largest city."""
    sentences = []
    year = share_year(state, share_years(layers))
    share = urban_shares(layers, state.revision, year).set_index("country")["share"]
    if len(share):
        urban, people = regional_urban_share(layers["country_years"], year, state.revision)
        highest, lowest = str(share.idxmax()), str(share.idxmin())
        values = {
            "year": year,
            "share": numbers.percent(100 * urban / people),
            "most": highest,
            "most_share": numbers.percent(share[highest]),
            "least": lowest,
            "least_share": numbers.percent(share[lowest]),
        }
        sentences.append(
            tr(
                "Urban share of the region: {share}; highest {most} ({most_share}), lowest {least} "
                "({least_share}).",
                **values,
            )
            if year == state.year
            else tr(
                "Urban share of the region in {year}: {share}; highest {most} ({most_share}), "
                "lowest {least} ({least_share}).",
                **values,
            )
        )
    sentences.append(_largest_city(layers, state))
    return " ".join(part for part in sentences if part)


def _largest_city(layers: Catalogue, state: UrbanisationState) -> str:
    """Sentence on the largest UN city or member agglomeration in the year of the map."""
    newest = state.wup == un_revision.NEWEST
    first = (largest_un_cities if newest else largest_agglomerations)(layers, state.year, 1)
    if first.empty:
        return ""
    values = {"city": first["city"].iloc[0], "people": numbers.people(first["people"].iloc[0])}
    if newest:
        if state.year > BASE_YEAR_2025:
            return tr("Largest UN city: {city}, {people} people (projection).", **values)
        return tr("Largest UN city: {city}, {people} people (estimate).", **values)
    if state.year > BASE_YEAR_2018:
        return tr("Largest member agglomeration: {city}, {people} people (projection).", **values)
    return tr("Largest member agglomeration: {city}, {people} people.", **values)


def country_ranking(layers: Catalogue, state: UrbanisationState, colours: Palette) -> Spec:
    """Bars: urban share by country in one year, in the class colours of the map."""
    classes = share_classes(colours)
    shares = urban_shares(layers, state.revision, state.year)
    data = shares.assign(colour=[classes.colour(value) for value in shares["share"]])
    return ranking(data, "country", "share", ".1f", colours)


def city_ranking(layers: Catalogue, year: int, colours: Palette) -> Spec:
    """Bars: population in millions of the largest member agglomerations in one year."""
    projected = year > BASE_YEAR_2018
    data = largest_agglomerations(layers, year, LARGEST).assign(
        millions=lambda table: table["people"] / 1e6, colour=colours.city
    )
    return ranking(data, "city", "millions", ".2f", colours, projected)


def _size_legend(layers: Catalogue, state: UrbanisationState, colours: Palette) -> Legend:
    """Legend of the city symbols."""
    if state.wup == un_revision.NEWEST:
        projected, column = state.year > BASE_YEAR_2025, "un_city_population_2050"
        title = tr("UN cities, {year} (estimate)", year=state.year)
        if projected:
            title = tr("UN cities, {year} (projection)", year=state.year)
        sizes, none = (1e6, 1e7, 4e7), tr("no figure")
        note = tr("UN, World Urbanization Prospects 2025. A UN city is not the city proper.")
    else:
        projected, column = state.year > BASE_YEAR_2018, "agglomeration_population_2035"
        title = tr("Agglomerations, {year}", year=state.year)
        if projected:
            title = tr("Agglomerations, {year} (projection)", year=state.year)
        sizes, none = (1e6, 5e6, 1.5e7), tr("no UN series")
        note = tr("UN, World Urbanization Prospects 2018")
    entries = size_entries(sizes, float(layers["cities"][column].max()), colours.city, "")
    return Legend(
        title,
        tr("people, by circle area"),
        [
            *(replace(entry, hollow=projected) for entry in entries),
            Entry(none, colours.no_data, 8),
        ],
        note,
    )


def year_legends(layers: Catalogue, state: UrbanisationState, colours: Palette) -> list[Legend]:
    """Legends of the map: urban share of countries and size of cities."""
    year = share_year(state, share_years(layers))
    share = share_legend(layers, year, state.revision, colours)
    if not len(urban_shares(layers, state.revision, year)):
        years = urban_shares(layers, state.revision)["year"]
        share = Legend(
            tr("Urban share, {year}", year=year),
            tr(
                "no data: this series covers {first} to {last}",
                first=years.min(),
                last=years.max(),
            ),
            [],
            "",
        )
    return [share, _size_legend(layers, state, colours)]


def country_panels(
    layers: Catalogue, state: UrbanisationState, colours: Palette, columns: int, width: int
) -> Spec:
    """Small multiples: urban share by year, one panel per country, on a common scale.

    Parameters
    ----------
    columns, width
        Panels per row, and width of a panel in pixels.
    """
    shares = urban_shares(layers, state.revision)
    data = shares.assign(mark=shares["series_break"].map(terms(SERIES_BREAKS)))
    newest = data[data["year"] == data["year"].max()].sort_values("share", ascending=False)
    line = {"color": colours.accent, "strokeWidth": 2}
    area = marks("area", {"line": line, "color": colours.accent, "fillOpacity": 0.15})
    # No ARIA labels: a panel may have no break to label, and the headline names all breaks.
    ring = {"size": 26, "strokeWidth": 1.4, "color": colours.accent, "fill": colours.ground}
    is_break = {"filter": "datum.series_break == 'break'"}
    breaks = {"transform": [is_break], **marks("point", {**ring, "aria": False})}
    chart = layered(
        area,
        breaks,
        data=inline(data),
        x=quantitative("year", title=None, axis={"format": "d", "values": [1960, 1990, 2020]}),
        y=quantitative(
            "share",
            title=None,
            scale={"domain": [0, 100]},
            axis={"values": [0, 50, 100], "labelExpr": axis_label_expr(percent("{number}"))},
        ),
        tooltip=[
            nominal("country", title=tr("Country")),
            quantitative("year", title=tr("Year"), format="d"),
            quantitative("share", title=tr("Urban, %"), format=".1f"),
            nominal("mark", title=tr("Series")),
        ],
    )
    return panels(chart, "country", list(newest["country"]), colours, columns, width)


def city_panels(layers: Catalogue, colours: Palette, columns: int, width: int) -> Spec:
    """Small multiples: population of the largest member agglomerations, projections dashed.

    Parameters
    ----------
    columns, width
        Panels per row, and width of a panel in pixels.
    """
    order = largest_agglomerations(layers, BASE_YEAR_2018, LARGEST_SERIES)
    series = layers["city_years"]
    rows = series[series["city_id"].isin(order["city_id"])]
    named = rows.assign(city=rows["city_id"].map(order.set_index("city_id")["city"]))
    ticks = (1950, 1990, 2030)
    chart = series_lines(named, BASE_YEAR_2018, ticks, tr("Agglomeration"), colours)
    return panels(chart, "city", list(order["city"]), colours, columns, width)
