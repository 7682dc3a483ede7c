"""Sentences, key figures and charts of the Country page.

Every figure on the urban population rests on one revision and names it; none mixes two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.charts.style import themed
from dashboard.charts.vega import Spec, inline, layered, marks, nominal, ordinal, quantitative
from dashboard.data.releases import release_name, revision_name
from dashboard.markup import numbers
from dashboard.markup.figures import Figure
from dashboard.markup.tables import records
from dashboard.markup.theme import Palette
from dashboard.pages.city.text import publisher
from dashboard.pages.country.state import CountryState
from dashboard.pages.overview.text import report_year
from dashboard.pages.plans.text import status_summary
from geo.analysis.urbanisation import break_years, urban_growth, urban_share
from geo.cache import memoized
from geo.i18n import date, decimal, ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import NEWEST_REVISION, REVISION_NAMES, SERIES_BREAKS

FIRST_OF_CHANGE = 2000
"""First year of the change of the urban share."""


def no_selection_text(countries: int) -> str:
    """Message while no country is selected."""
    return ntr("Choose the {n} member state.", "Choose one of the {n} member states.", countries)


@memoized
def headline(layers: Catalogue, state: CountryState) -> str:
    """Urban share of the country and projects of its cities, in two sentences."""
    country = _country(layers, state.iso3)
    share = urban_share(layers["country_years"], state.iso3, state.revision)
    urban = tr(
        "{share} of {people} people live in urban areas ({year}, {revision})",
        share=numbers.percent(share.iloc[-1], 0),
        people=numbers.people(country["population"]),
        year=int(share.index[-1]),
        revision=tr(REVISION_NAMES[state.revision]),
    )
    return f"{tr('{clauses}.', clauses=urban)} {projects_sentence(layers, state.iso3)}"


def projects_sentence(layers: Catalogue, iso3: str) -> str:
    """Sentence on the country's projects in the latest report, by status."""
    cities, projects, year = layers["cities"], layers["projects"], report_year(layers)
    count = int((cities["iso3"] == iso3).sum())
    listed = projects[(projects["iso3"] == iso3) & (projects["last_report"] == year)]
    if listed.empty:
        return ntr(
            "The {year} report lists no projects in the country's {n} member city.",
            "The {year} report lists no projects in the country's {n} member cities.",
            count,
            year=year,
        )
    return ntr(
        "The {year} report lists {projects} in the country's {n} member city: {statuses}.",
        "The {year} report lists {projects} in the country's {n} member cities: {statuses}.",
        count,
        year=year,
        projects=ntr("{n} project", "{n} projects", len(listed)),
        statuses=status_summary(listed["status"]),
    )


@memoized
def key_figures(layers: Catalogue, state: CountryState) -> list[Figure]:
    """Six key figures of the country; those on urban population are of one revision."""
    country = _country(layers, state.iso3)
    newest = release_name(layers, NEWEST_REVISION)
    return [
        *_urban_figures(layers, state),
        Figure(
            numbers.people(country["population"]),
            tr("people"),
            f"{newest}; {country['population_year']}",
        ),
        Figure(
            numbers.whole(country["land_area_km2"], "km²"), tr("land area"), _land_source(country)
        ),
        Figure(
            date(str(country["asean_since"])),
            tr("date of joining ASEAN; capital: {city}", city=country["capital"]),
            publisher(country["asean_since_source"]),
        ),
    ]


def _country(layers: Catalogue, iso3: str) -> Mapping[str, Any]:
    countries = layers["countries"]
    return records(countries[countries["iso3"] == iso3])[0]


def _land_source(country: Mapping[str, Any]) -> str:
    """Year and source of the land area; the year is omitted if the source includes it.

    Text after a semicolon identifies the copy of the source that was read, and is omitted.
    """
    source = publisher(str(country["land_area_source"]).partition(";")[0])
    year = country["land_area_year"]
    return source if numbers.is_missing(year) or str(year) in source else f"{year}; {source}"


def _urban_figures(layers: Catalogue, state: CountryState) -> list[Figure]:
    """Urban share, its change, and growth of the urban population, all of one revision."""
    years = layers["country_years"]
    share = urban_share(years, state.iso3, state.revision)
    growth = urban_growth(years, state.iso3, state.revision)
    revision, release = tr(REVISION_NAMES[state.revision]), release_name(layers, state.revision)
    breaks = [
        year for year in break_years(years, state.iso3, state.revision) if year > FIRST_OF_CHANGE
    ]
    growth = growth.drop(breaks, errors="ignore")
    newest, first = int(share.index[-1]), FIRST_OF_CHANGE
    change = decimal(share.iloc[-1] - share.get(first), 1)
    return [
        Figure(
            numbers.percent(share.iloc[-1]),
            tr("of the population is urban, {revision}", revision=revision),
            f"{release}; {newest}",
        ),
        Figure(
            tr("{number} points", number=change if change.startswith("−") else f"+{change}"),
            tr(
                "change in the urban share since {year}, {revision}; the published series "
                "breaks in {breaks}",
                year=first,
                revision=revision,
                breaks=numbers.format_ranges(breaks),
            )
            if breaks
            else tr(
                "change in the urban share since {year}, {revision}", year=first, revision=revision
            ),
            tr("{source}; {first} to {last}", source=release, first=first, last=newest),
        ),
        Figure(
            numbers.growth(growth.iloc[-1]),
            tr("urban population growth, {revision}; our calculation", revision=revision),
            f"{release}; {growth.index[-1]}"
            if state.revision == NEWEST_REVISION
            else tr(
                "share: {share}; population: {population}; {year}",
                share=release,
                population=release_name(layers, NEWEST_REVISION),
                year=int(growth.index[-1]),
            ),
        ),
    ]


@memoized
def revision_note(layers: Catalogue, state: CountryState) -> str:
    """Note comparing the revisions in their latest common year, with the breaks of this one."""
    table = pd.DataFrame(
        {
            revision: urban_share(layers["country_years"], state.iso3, revision)
            for revision in REVISION_NAMES
        }
    ).dropna()
    newest = table.iloc[-1]
    shares = [
        tr(
            "{share} ({revision})",
            share=numbers.percent(newest[revision]),
            revision=tr(name),
        )
        for revision, name in REVISION_NAMES.items()
    ]
    shares_text = tr(
        "In {year} the share is {shares}. Both use the country's own definition of urban; only "
        "one revision is shown.",
        year=int(table.index[-1]),
        shares=numbers.format_list(shares),
    )
    return f"{shares_text} {break_note(layers, state)}".rstrip()


@memoized
def break_note(layers: Catalogue, state: CountryState) -> str:
    """Years of the breaks in the country's published series, and their size; empty without any."""
    years = layers["country_years"]
    breaks = break_years(years, state.iso3, state.revision)
    if not breaks:
        return ""
    change = urban_share(years, state.iso3, state.revision).diff()
    largest = max(breaks, key=lambda year: abs(change[year]))
    points = decimal(change[largest], 1)
    return tr(
        "The publisher's series breaks in {years}. In {year} alone the share changes by "
        "{points} percentage points, which is not growth.",
        years=numbers.format_ranges(breaks),
        points=points if points.startswith("−") else f"+{points}",
        year=largest,
    )


def share_series(layers: Catalogue, state: CountryState, colours: Palette) -> Spec:
    """Lines: urban share of the country by year, with the other member states in the background."""
    years = layers["country_years"]
    rows = years[
        (years["indicator_code"] == "SP.URB.TOTL.IN.ZS") & (years["revision"] == state.revision)
    ]
    names = layers["countries"].set_index("iso3")["name"]
    data = pd.DataFrame(
        {
            "iso3": rows["iso3"],
            "country": rows["iso3"].map(names),
            "year": rows["year"].astype(int),
            "share": rows["value"].round(1),
            "mark": rows["series_break"].map(terms(SERIES_BREAKS)),
            "breaks": rows["series_break"] == "break",
        }
    )
    x = quantitative(
        "year",
        title=None,
        axis={"format": "d", "grid": False, "tickCount": 7},
        scale={"domain": [int(data["year"].min()), int(data["year"].max())]},
    )
    y = quantitative("share", title=tr("urban, % of total population"), scale={"domain": [0, 100]})
    country = nominal("country", title=tr("Country"))
    tooltip = [
        country,
        quantitative("year", title=tr("Year"), format="d"),
        quantitative("share", title=tr("Urban, %"), format=".1f"),
    ]
    marked = [*tooltip, nominal("mark", title=tr("Series"))]
    others, selected = data[data["iso3"] != state.iso3], data[data["iso3"] == state.iso3]
    breaks = selected[selected["breaks"]]
    columns, accent = ["country", "year", "share"], {"color": colours.accent}
    thin = {"strokeWidth": 1, "color": colours.muted, "opacity": 0.35}
    thick = {"strokeWidth": 2.6, **accent}
    ring = {"size": 70, "strokeWidth": 2, "fill": colours.ground, "aria": False, **accent}
    label = {"align": "right", "dx": 2, "dy": -11, "fontWeight": 600, **accent}
    drawn = [
        marks("line", thin, data=inline(others, columns), detail=country, tooltip=tooltip),
        marks("line", thick, data=inline(selected, columns), tooltip=tooltip),
        marks("point", ring, data=inline(breaks, [*columns, "mark"]), tooltip=marked),
        marks("text", label, data=inline(selected.tail(1), columns), text=nominal("country")),
    ]
    padding = {"right": 12, "left": 4, "top": 16, "bottom": 4}
    return themed(layered(*drawn, x=x, y=y), colours, height=290, padding=padding)


def growth_series(layers: Catalogue, state: CountryState, colours: Palette) -> Spec:
    """Bars: growth of the urban population by year in one revision; break years are outlined."""
    years = layers["country_years"]
    growth = urban_growth(years, state.iso3, state.revision)
    data = pd.DataFrame({"year": growth.index.astype(int), "growth": growth.round(2).to_numpy()})
    breaks = data["year"].isin(break_years(years, state.iso3, state.revision))
    data["opacity"] = breaks.map({True: 0.2, False: 1.0})
    data["mark"] = breaks.map({True: tr(SERIES_BREAKS["break"]), False: tr("growth")})
    bars = marks(
        "bar",
        {"color": colours.accent, "stroke": colours.accent, "strokeWidth": 0.8},
        data=inline(data),
        fillOpacity=quantitative("opacity", scale=None),
        x=ordinal(
            "year", title=None, axis={"values": list(range(1970, 2030, 10)), "labelAngle": 0}
        ),
        y=quantitative("growth", title=tr("% per year")),
        tooltip=[
            ordinal("year", title=tr("Year")),
            quantitative("growth", title=tr("% per year"), format="+.1f"),
            nominal("mark", title=tr("Series")),
        ],
    )
    return themed(bars, colours, height=290)


def growth_source(layers: Catalogue, state: CountryState) -> str:
    """Sources of :func:`growth_series`."""
    return tr(
        "Our calculation, compound: urban share multiplied by population. Share: {share}; "
        "population: {population}.",
        share=revision_name(layers, state.revision),
        population=release_name(layers, NEWEST_REVISION),
    )


@memoized
def growth_note(layers: Catalogue, state: CountryState) -> str:
    """Note on the growth published by the World Bank, and on the breaks of the series."""
    years = layers["country_years"]
    note = break_note(layers, state)
    rows = years[
        (years["indicator_code"] == "SP.URB.GROW")
        & (years["iso3"] == state.iso3)
        & (years["revision"] == state.revision)
    ].sort_values("year")
    if rows.empty:
        published = tr("Our sources include no published growth figure for this release.")
        return f"{published} {note}".rstrip()
    published = tr(
        "The World Bank's own growth figure in this release (SP.URB.GROW) is a difference of "
        "logarithms: {growth} in {year}.",
        growth=numbers.growth(rows["value"].iloc[-1]),
        year=int(rows["year"].iloc[-1]),
    )
    return f"{published} {note}".rstrip()
