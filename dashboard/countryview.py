"""Sentences, charts and tables of one member state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import altair as alt
import pandas as pd

from dashboard import words
from dashboard.charts import Chart, themed
from dashboard.layout import Figure
from dashboard.tables import city_link, records
from dashboard.theme import Palette
from geo.errors import shown
from geo.i18n import decimal, ntr, terms, tr
from geo.layers import Catalogue
from geo.query import parse
from geo.urbanisation import urban_share
from geo.vocabulary import DEFINITIONS, FOCUS_AREAS, NEWEST_REVISION, focus_area_column

PARAMETERS = ("country", "revision")


@dataclass(frozen=True)
class State:
    """What the Country page shows: a member state and a definition of urban."""

    iso3: str
    revision: str = NEWEST_REVISION


def read(query: Mapping[str, str], codes: Sequence[str]) -> tuple[State, tuple[str, ...]]:
    """The state that a URL asks for, the first country without, and its problems.

    Parameters
    ----------
    codes
        ``iso3`` codes, the usual one first.
    """
    problems = [
        tr(
            "There is no parameter {name}; there are {known}.",
            name=shown(name),
            known=", ".join(PARAMETERS),
        )
        for name in query
        if name not in PARAMETERS
    ]
    parsed = parse({"country": query.get("country", "")}, ())
    asked = parsed.filter.countries
    if len(asked) > 1:
        problems.append(
            ntr(
                "{n} country asked for; the first is shown.",
                "{n} countries asked for; the first is shown.",
                len(asked),
            )
        )
    revision = query.get("revision", NEWEST_REVISION)
    if revision not in DEFINITIONS:
        problems.append(
            tr(
                "Parameter {name}: {value} is not known; known are {known}.",
                name="revision",
                value=shown(revision),
                known=", ".join(DEFINITIONS),
            )
        )
        revision = NEWEST_REVISION
    return State((asked or tuple(codes))[0], revision), (*problems, *parsed.problems)


def write(state: State) -> dict[str, str]:
    """The URL's query of a state."""
    query = {"country": state.iso3}
    return query if state.revision == NEWEST_REVISION else {**query, "revision": state.revision}


def headline(layers: Catalogue, state: State) -> str:
    """How urban the country is and what its cities do, in one sentence."""
    country = layers["countries"].set_index("iso3").loc[state.iso3]
    share = urban_share(layers["country_years"], state.iso3, state.revision)
    cities = layers["cities"]
    clauses = (
        tr(
            "{share} of {people} people live in urban areas ({year}, {definition})",
            share=words.percent(share.iloc[-1], 0),
            people=words.people(country["population"]),
            year=int(share.index[-1]),
            definition=tr(DEFINITIONS[state.revision]),
        ),
        _work(cities[cities["iso3"] == state.iso3]),
    )
    return tr("{said}.", said="; ".join(clauses))


def _work(cities: pd.DataFrame) -> str:
    """How many projects the reports list of some member cities, and how many are completed."""
    projects = int(cities["projects"].sum())
    if not projects:
        return ntr(
            "the reports of {n} member city list none",
            "the reports of {n} member cities list none",
            len(cities),
        )
    return ntr(
        "the reports of {n} member city list {projects}, {done} completed",
        "the reports of {n} member cities list {projects}, {done} completed",
        len(cities),
        projects=ntr("{n} project", "{n} projects", projects),
        done=decimal(int(cities["projects_completed"].sum())),
    )


def key_figures(layers: Catalogue, state: State) -> list[Figure]:
    """The country in five figures."""
    country = layers["countries"].set_index("iso3").loc[state.iso3]
    share = urban_share(layers["country_years"], state.iso3, state.revision)
    year = int(share.index[-1])
    change = decimal(share.iloc[-1] - share.get(2000), 1)
    newest = tr("World Bank WDI, {year}", year=year)
    return [
        Figure(
            words.percent(share.iloc[-1]),
            tr(
                "of the population is urban, {definition}",
                definition=tr(DEFINITIONS[state.revision]),
            ),
            newest,
        ),
        Figure(
            tr("{number} points", number=change if change.startswith("−") else f"+{change}"),
            tr("change of the urban share since 2000"),
            tr("World Bank WDI, 2000 to {year}", year=year),
        ),
        Figure(words.growth(country["urban_growth"]), tr("growth of the urban population"), newest),
        Figure(
            words.people(country["population"]),
            tr("people"),
            tr("World Bank WDI, {year}", year=country["population_year"]),
        ),
        Figure(
            words.whole(country["land_area_km2"], "km²"),
            tr("of land; capital {city}", city=country["capital"]),
            tr("World Bank WDI; member of ASEAN since {year}", year=country["asean_since"][:4]),
        ),
    ]


def revision_note(layers: Catalogue, iso3: str) -> str:
    """How far the two definitions lie apart in their newest common year."""
    table = pd.DataFrame(
        {revision: urban_share(layers["country_years"], iso3, revision) for revision in DEFINITIONS}
    ).dropna()
    newest = table.iloc[-1]
    shares = [
        tr(
            "{share} by {definition}",
            share=words.percent(newest[revision]),
            definition=tr(name),
        )
        for revision, name in DEFINITIONS.items()
    ]
    return tr(
        "In {year} the share is {shares}; the two are never drawn in one line.",
        year=int(table.index[-1]),
        shares=words.listed(shares),
    )


def share_series(layers: Catalogue, state: State, colours: Palette) -> Chart:
    """Lines: urban share of the country by year, the other member states faint behind it."""
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
        }
    )
    x = alt.X(
        "year:Q",
        title=None,
        axis=alt.Axis(format="d", grid=False, tickCount=7),
        scale=alt.Scale(domain=[int(data["year"].min()), int(data["year"].max())]),
    )
    y = alt.Y("share:Q", title=tr("urban, % of total population"), scale=alt.Scale(domain=[0, 100]))
    tooltip = [
        alt.Tooltip("country:N", title=tr("Country")),
        alt.Tooltip("year:Q", title=tr("Year"), format="d"),
        alt.Tooltip("share:Q", title=tr("Urban, %"), format=".1f"),
    ]
    others = (
        alt.Chart(data[data["iso3"] != state.iso3])
        .mark_line(strokeWidth=1, color=colours.muted, opacity=0.35)
        .encode(x=x, y=y, detail="iso3:N", tooltip=tooltip)
    )
    own = data[data["iso3"] == state.iso3]
    line = (
        alt.Chart(own)
        .mark_line(strokeWidth=2.6, color=colours.accent)
        .encode(x=x, y=y, tooltip=tooltip)
    )
    end = (
        alt.Chart(own.tail(1))
        .mark_text(align="left", dx=6, fontWeight=600, color=colours.accent)
        .encode(x=x, y=y, text="country:N")
    )
    chart = (others + line + end).properties(
        height=290, padding={"right": 120, "left": 4, "top": 6, "bottom": 4}
    )
    return themed(chart, colours)


def growth_series(layers: Catalogue, iso3: str, colours: Palette) -> Chart:
    """Bars: growth of the urban population by year; years of loss stand below the line."""
    years = layers["country_years"]
    rows = years[(years["indicator_code"] == "SP.URB.GROW") & (years["iso3"] == iso3)]
    data = pd.DataFrame({"year": rows["year"].astype(int), "growth": rows["value"].round(2)})
    chart = (
        alt.Chart(data)
        .mark_bar(color=colours.accent)
        .encode(
            x=alt.X(
                "year:O",
                title=None,
                axis=alt.Axis(values=list(range(1970, 2030, 10)), labelAngle=0),
            ),
            y=alt.Y("growth:Q", title=tr("% per year")),
            tooltip=[
                alt.Tooltip("year:O", title=tr("Year")),
                alt.Tooltip("growth:Q", title=tr("% per year"), format="+.1f"),
            ],
        )
        .properties(height=290)
    )
    return themed(chart, colours)


def agglomerations(layers: Catalogue, iso3: str) -> str:
    """The country's agglomerations as an HTML table, largest first; member cities are linked."""
    rows = layers["agglomerations"]
    own = rows[rows["iso3"] == iso3].sort_values(
        "agglomeration_population_2018", ascending=False, kind="stable"
    )
    if not len(own):
        none = tr(
            "The UN lists no agglomeration of {people} people or more here.",
            people=decimal(300_000),
        )
        return f'<p class="said">{escape(none)}</p>'
    body, member = "", escape(tr("member city"))
    for row in records(own.drop(columns="geometry")):
        name = escape(row["name"])
        if not words.missing(row["city_id"]):
            name = f"{city_link(row['city_id'], row['name'])}<small>{member}</small>"
        cells = "".join(
            f'<td class="number">{words.people(row[f"agglomeration_population_{year}"])}</td>'
            for year in (2000, 2018, 2035)
        )
        cells += "".join(
            f'<td class="number">{words.growth(row[f"agglomeration_growth_{span}"])}</td>'
            for span in ("2000_2018", "2018_2035")
        )
        body += f'<tr><th scope="row">{name}</th>{cells}</tr>'
    people, growth = tr("people"), tr("growth")
    heads = (
        (tr("Agglomeration"), ""),
        ("2000", people),
        ("2018", people),
        ("2035", tr("people, projection")),
        ("2000–2018", growth),
        ("2018–2035", tr("growth, projection")),
    )
    return _table(heads, body, tr("Agglomerations"))


def cities(layers: Catalogue, iso3: str) -> str:
    """The country's member cities with their projects, as an HTML table."""
    rows = layers["cities"]
    body, names, none = "", terms(FOCUS_AREAS), escape(tr("none in the latest report"))
    for city in records(rows[rows["iso3"] == iso3].drop(columns="geometry")):
        areas = [
            f"{escape(name)} {city[focus_area_column(area)]}"
            for area, name in names.items()
            if city[focus_area_column(area)]
        ]
        body += (
            f'<tr><th scope="row">{city_link(city["city_id"], city["name"])}</th>'
            f'<td class="number">{city["joined_year"]}</td>'
            f'<td class="number">{city["projects"]}</td>'
            f'<td class="number">{city["projects_completed"]}</td>'
            f'<td class="number">{city["projects_no_longer_reported"]}</td>'
            f"<td>{', '.join(areas) or none}</td></tr>"
        )
    heads = (
        *(tr("City"), tr("Joined"), tr("Projects"), tr("Completed")),
        *(tr("No longer reported"), tr("By focus area")),
    )
    return _table([(head, "") for head in heads], body, tr("Member cities"))


def _table(heads: Sequence[tuple[str, str]], body: str, label: str) -> str:
    """A table with headings, each with what stands below it in small letters, if anything."""
    head = ""
    for name, below in heads:
        small = f"<small>{escape(below)}</small>" if below else ""
        head += f'<th scope="col">{escape(name)}{small}</th>'
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
        f'<table class="facts"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def national_body(layers: Catalogue, iso3: str) -> tuple[str, str]:
    """The body that represents the country in the network, and its source."""
    row = layers["members"].set_index("iso3").loc[iso3]
    titles = layers["documents"].set_index("document_id")["title"]
    return str(row["national_body"]), tr(
        "{title}, page {page}", title=titles[row["document"]], page=row["page"]
    )
