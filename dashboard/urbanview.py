"""Charts, tables and sentences of the Urbanisation page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import altair as alt
import pandas as pd

from dashboard import words
from dashboard.charts import Chart, themed
from dashboard.classes import share_classes
from dashboard.legends import Entry, Legend, share_legend, sizes
from dashboard.maps import REGION, Map, fit
from dashboard.pressureview import SPANS
from dashboard.state import unknown_names
from dashboard.theme import Palette
from geo.errors import no_year, not_known
from geo.i18n import terms, tr
from geo.layers import Catalogue
from geo.urbanisation import breaks_of, regional_urban_share
from geo.vocabulary import BASE_YEAR_2018, NEWEST_REVISION, REVISION_NAMES, SERIES_BREAKS

PARAMETERS = ("year", "revision", "span")

LARGEST, LARGEST_SERIES = 10, 12
"""Agglomerations that stand in the ranking of a year, and that have a small chart each."""


@dataclass(frozen=True)
class State:
    """What the page shows: year and revision of the urban share, span of growth."""

    year: int
    revision: str = NEWEST_REVISION
    span: str = "2000_2018"


def all_years(layers: Catalogue) -> list[int]:
    """Years that countries or agglomerations have figures of, ascending."""
    rows = layers["country_years"]
    shares = rows.loc[rows["indicator_code"] == "SP.URB.TOTL.IN.ZS", "year"]
    return sorted({int(year) for year in (*shares, *layers["city_years"]["year"].unique())})


def read(
    query: Mapping[str, str], years: Sequence[int], usual_year: int
) -> tuple[State, tuple[str, ...]]:
    """The state that a URL asks for, and a sentence for each part that is not understood."""
    problems = unknown_names(query, PARAMETERS)
    usual = State(usual_year)
    known: Mapping[str, Sequence[str]] = {
        "year": [str(year) for year in years],
        "revision": list(REVISION_NAMES),
        "span": list(SPANS),
    }
    asked = {}
    for name in PARAMETERS:
        asked[name] = query.get(name) or str(getattr(usual, name))
        if asked[name] not in known[name]:
            problems.append(
                no_year(name, asked[name], years)
                if name == "year"
                else not_known(name, asked[name], known[name])
            )
            asked[name] = str(getattr(usual, name))
    return State(int(asked["year"]), asked["revision"], asked["span"]), tuple(problems)


def write(state: State, usual_year: int) -> dict[str, str]:
    """The URL's query of a state."""
    usual = State(usual_year)
    return {
        name: str(getattr(state, name))
        for name in PARAMETERS
        if getattr(state, name) != getattr(usual, name)
    }


def year_map(layers: Catalogue, state: State, width: int, height: int) -> Map:
    """The map of one year: urban share of the countries, size of the agglomerations."""
    return Map(
        mode="years",
        view=fit(REGION, width, height),
        version=layers.version,
        revision=state.revision,
        year=state.year,
    )


def headline(layers: Catalogue, state: State, years: Sequence[int]) -> str:
    """How the urban population of the region has grown, in one sentence."""
    first, last = years[0], years[-1]
    (before, people_before), (now, people) = (
        regional_urban_share(layers["country_years"], year, state.revision)
        for year in (first, last)
    )
    grown = tr(
        "From {first} to {last} the urban population of the eleven member states grew from "
        "{before} to {now}, from {share_before} to {share_now} of all people ({revision}).",
        first=first,
        last=last,
        before=words.people(before),
        now=words.people(now),
        share_before=words.percent(100 * before / people_before, 0),
        share_now=words.percent(100 * now / people, 0),
        revision=tr(REVISION_NAMES[state.revision]),
    )
    return f"{grown} {breaks_note(layers, state.revision)}".rstrip()


def breaks_note(layers: Catalogue, revision: str) -> str:
    """Countries and years in which the published series of a revision breaks, in one sentence;
    empty where none does."""
    country_years = layers["country_years"]
    names = layers["countries"].set_index("iso3")["name"]
    breaks = {iso3: breaks_of(country_years, str(iso3), revision) for iso3 in names.index}
    parts = [f"{names[iso3]} {words.ranges(years)}" for iso3, years in breaks.items() if years]
    if not parts:
        return ""
    return tr("The published series breaks in {places}.", places=words.listed(parts))


def shares(layers: Catalogue, revision: str, year: int | None = None) -> pd.DataFrame:
    """Urban share by one revision: ``country``, ``year``, ``share`` in %, ``series_break`` (see
    :data:`geo.vocabulary.SERIES_BREAKS`); of one year or all."""
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


def largest(layers: Catalogue, year: int, most: int) -> pd.DataFrame:
    """The largest agglomerations of member cities in a year: ``city_id``, ``city``, ``people``."""
    rows = layers["city_years"].dropna(subset=["city_id"])
    rows = rows[rows["year"] == year].nlargest(most, "population")
    names = layers["cities"].set_index("city_id")["name"]
    return pd.DataFrame(
        {
            "city_id": rows["city_id"],
            "city": rows["city_id"].map(names),
            "people": rows["population"].astype(float),
        }
    )


def year_title(year: int) -> str:
    """The year, and whether the sizes of agglomerations are estimated or projected in it."""
    if year > BASE_YEAR_2018:
        return tr("{year} (agglomerations: projection)", year=year)
    return str(year)


def year_sentence(layers: Catalogue, state: State) -> str:
    """One year: the region, the most and the least urban country, the largest agglomeration."""
    said = []
    share = shares(layers, state.revision, state.year).set_index("country")["share"]
    if len(share):
        urban, people = regional_urban_share(layers["country_years"], state.year, state.revision)
        most, least = str(share.idxmax()), str(share.idxmin())
        said.append(
            tr(
                "Urban share of the region: {share}; highest {most} ({most_share}), lowest {least} "
                "({least_share}).",
                share=words.percent(100 * urban / people),
                most=most,
                most_share=words.percent(share[most]),
                least=least,
                least_share=words.percent(share[least]),
            )
        )
    first = largest(layers, state.year, 1)
    if len(first):
        known = {"city": first["city"].iloc[0], "people": words.people(first["people"].iloc[0])}
        said.append(
            tr("Largest member agglomeration, projected: {city}, {people} people.", **known)
            if state.year > BASE_YEAR_2018
            else tr("Largest member agglomeration: {city}, {people} people.", **known)
        )
    return " ".join(said)


def _ranking(
    data: pd.DataFrame, name: str, value: str, text: str, colours: Palette, projected: bool = False
) -> Chart:
    """Bars from most to least with their numbers at the ends, and no axis to read them off."""
    y = alt.Y(
        f"{name}:N",
        sort="-x",
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelColor=colours.text, labelLimit=140),
    )
    top = 1.18 * float(data[value].max())
    x = alt.X(f"{value}:Q", title=None, axis=None, scale=alt.Scale(domain=[0, top]))
    base = alt.Chart(data)
    # A projected value is an outline more than a bar.
    bars = base.mark_bar(height=13, strokeWidth=1, fillOpacity=0.25 if projected else 1).encode(
        x=x,
        y=y,
        color=alt.Color("colour:N", scale=None),
        stroke=alt.Stroke("colour:N", scale=None) if projected else alt.value(colours.muted),
    )
    numbers = base.mark_text(align="left", dx=5).encode(
        x=x, y=y, text=alt.Text(f"{value}:Q", format=text), color=alt.value(colours.text)
    )
    return themed((bars + numbers).properties(height=20 * len(data)), colours)


def country_ranking(layers: Catalogue, state: State, colours: Palette) -> Chart:
    """Bars: urban share of each country in one year, in the colours of the map's classes."""
    classes = share_classes(colours)
    data = shares(layers, state.revision, state.year)
    data["colour"] = [classes.colour(value) for value in data["share"]]
    return _ranking(data, "country", "share", ".1f", colours)


def city_ranking(layers: Catalogue, year: int, colours: Palette) -> Chart:
    """Bars: million people of the largest member agglomerations in one year."""
    projected = year > BASE_YEAR_2018
    data = largest(layers, year, LARGEST).assign(
        millions=lambda table: table["people"] / 1e6, colour=colours.city
    )
    return _ranking(data, "city", "millions", ".2f", colours, projected)


def year_legends(layers: Catalogue, state: State, colours: Palette) -> list[Legend]:
    """What the map of a year shows: urban share of the countries, size of the agglomerations."""
    known = len(shares(layers, state.revision, state.year))
    share = share_legend(state.year, state.revision, colours)
    most = float(layers["cities"]["agglomeration_population_2035"].max())
    projected = state.year > BASE_YEAR_2018
    size = Legend(
        tr("Agglomerations, {year} (projection)", year=state.year)
        if projected
        else tr("Agglomerations, {year}", year=state.year),
        tr("people, by area of the circle"),
        [
            *(
                replace(entry, hollow=projected)
                for entry in sizes((1e6, 5e6, 1.5e7), most, colours.city, "")
            ),
            Entry(tr("no UN series"), colours.no_data, 8),
        ],
        tr("UN, World Urbanization Prospects 2018"),
    )
    if not known:
        years = shares(layers, state.revision)["year"]
        share = Legend(
            tr("Urban share, {year}", year=state.year),
            tr(
                "no data: this series runs from {first} to {last}",
                first=years.min(),
                last=years.max(),
            ),
            [],
            "",
        )
    return [share, size]


def country_panels(
    layers: Catalogue, state: State, colours: Palette, columns: int, width: int
) -> Chart:
    """Small multiples: urban share by year, one panel a country, all on one scale.

    Parameters
    ----------
    columns, width
        Panels in a row, and width of one in pixels.
    """
    data = shares(layers, state.revision)
    data["mark"] = data["series_break"].map(terms(SERIES_BREAKS))
    newest = data[data["year"] == data["year"].max()].sort_values("share", ascending=False)
    chart = (
        alt.Chart(data)
        .mark_area(
            line={"color": colours.accent, "strokeWidth": 2}, color=colours.accent, fillOpacity=0.15
        )
        .encode(
            x=alt.X("year:Q", title=None, axis=alt.Axis(format="d", values=[1960, 1990, 2020])),
            y=alt.Y(
                "share:Q",
                title=None,
                scale=alt.Scale(domain=[0, 100]),
                axis=alt.Axis(values=[0, 50, 100], labelExpr=labelled(tr("{number} %"))),
            ),
            tooltip=[
                alt.Tooltip("country:N", title=tr("Country")),
                alt.Tooltip("year:Q", title=tr("Year"), format="d"),
                alt.Tooltip("share:Q", title=tr("Urban, %"), format=".1f"),
                alt.Tooltip("mark:N", title=tr("Series")),
            ],
        )
    )
    breaks = chart.transform_filter("datum.series_break == 'break'").mark_point(
        size=26, strokeWidth=1.4, color=colours.accent, fill=colours.ground
    )
    chart = alt.layer(chart, breaks)
    return _panels(chart, "country", list(newest["country"]), colours, columns, width)


def city_panels(layers: Catalogue, colours: Palette, columns: int, width: int) -> Chart:
    """Small multiples: population of the largest member agglomerations, projections dashed.

    Parameters
    ----------
    columns, width
        Panels in a row, and width of one in pixels.
    """
    order = largest(layers, BASE_YEAR_2018, LARGEST_SERIES)
    series = layers["city_years"]
    rows = series[series["city_id"].isin(order["city_id"])]
    data = pd.DataFrame(
        {
            "city": rows["city_id"].map(order.set_index("city_id")["city"]),
            "year": rows["year"].astype(int),
            "millions": rows["population"].astype(float) / 1e6,
            "projected": rows["is_projection"],
            "projection": rows["is_projection"].map({True: tr("yes"), False: tr("no")}),
        }
    )
    # The dashed part starts at the last estimated year, so that no gap opens between them.
    joint = data[data["year"] == BASE_YEAR_2018].assign(projected=True)
    chart = (
        alt.Chart(pd.concat([data, joint]))
        .mark_line(strokeWidth=2, color=colours.accent)
        .encode(
            x=alt.X("year:Q", title=None, axis=alt.Axis(format="d", values=[1950, 1990, 2030])),
            y=alt.Y(
                "millions:Q",
                title=None,
                # m: million, in as few letters as a small chart has room for.
                axis=alt.Axis(tickCount=3, labelExpr=labelled(tr("{number} m"))),
            ),
            strokeDash=alt.StrokeDash(
                "projected:N",
                scale=alt.Scale(domain=[False, True], range=[[1, 0], [4, 3]]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("city:N", title=tr("Agglomeration")),
                alt.Tooltip("year:Q", title=tr("Year"), format="d"),
                alt.Tooltip("millions:Q", title=tr("Million people"), format=".2f"),
                alt.Tooltip("projection:N", title=tr("Projection")),
            ],
        )
    )
    return _panels(chart, "city", list(order["city"]), colours, columns, width)


def labelled(message: str) -> str:
    """The Vega expression that puts an axis' number into the place that ``message`` has for it."""
    return f"replace({json.dumps(message)}, '{{number}}', datum.label)"


def _panels(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart,
    name: str,
    order: Sequence[str],
    colours: Palette,
    columns: int,
    width: int,
) -> Chart:
    faceted = chart.properties(width=width, height=90).facet(
        facet=alt.Facet(f"{name}:N", sort=list(order), title=None), columns=columns, spacing=18
    )
    return themed(faceted, colours)
