"""Tables as pages show them: frames for ``st.dataframe`` and HTML for comparisons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import words
from geo.columns import Layer
from geo.peers import Peer
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES


def cities_table(cities: pd.DataFrame) -> pd.DataFrame:
    """The filtered cities, one row each, with headings that carry unit and year."""
    return pd.DataFrame(
        {
            "City": cities["name"],
            "Country": cities["country"],
            "Joined": cities["joined_year"],
            "Population": cities["population"],
            "Year": cities["population_year"],
            "Agglomeration 2018": cities["agglomeration_population_2018"],
            "Growth 2000–2018": cities["agglomeration_growth_2000_2018"].round(1),
            "Projects": cities["projects"],
            "Completed": cities["projects_completed"],
            "No longer reported": cities["projects_no_longer_reported"],
            "Most projects in": cities["dominant_focus_area"].map(FOCUS_AREAS),
        }
    ).reset_index(drop=True)


CITIES_CONFIG = {
    "Joined": st.column_config.NumberColumn(format="%d"),
    "Population": st.column_config.NumberColumn(
        format="localized", help="people, official figure of the year beside it"
    ),
    "Year": st.column_config.NumberColumn(format="%d", help="year of the population"),
    "Agglomeration 2018": st.column_config.NumberColumn(
        format="localized", help="people in the urban agglomeration, UN WUP 2018"
    ),
    "Growth 2000–2018": st.column_config.NumberColumn(
        format="%.1f %%", help="% per year, mean of the agglomeration, UN WUP 2018"
    ),
}
"""How ``st.dataframe`` shows :func:`cities_table`."""


def projects_table(projects: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Projects, one row each, ordered by city and name."""
    names = cities.set_index("city_id")["name"]
    table = pd.DataFrame(
        {
            "City": projects["city_id"].map(names),
            "Project": projects["name"],
            "Focus area": projects["focus_area"],
            "Status": projects["status"].map(PROJECT_STATUSES),
            "In reports": projects["first_report"].astype(str)
            + "–"
            + projects["last_report"].astype(str),
        }
    )
    table["Focus area"] = table["Focus area"].map(FOCUS_AREAS)
    return table.sort_values(["City", "Project"], ignore_index=True)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


@dataclass(frozen=True)
class Measure:
    """A row of the comparison.

    Attributes
    ----------
    label, unit, source
        What it is; unit and year; where it is from.
    value
        Number that is compared, of a row of ``cities``.
    text
        What the cell shows.
    more_is_better
        Whether the highest is the best; ``None`` where neither end is better than the other,
        which is then marked highest and lowest.
    """

    label: str
    unit: str
    source: str
    value: Callable[[Mapping[str, Any]], Any]
    text: Callable[[Mapping[str, Any]], str]
    more_is_better: bool | None = None


def _completed_share(city: Mapping[str, Any]) -> float | None:
    return 100 * city["projects_completed"] / city["projects"] if city["projects"] else None


def measures(report: int) -> list[Measure]:
    """The rows of the comparison."""
    wup = "UN, World Urbanization Prospects 2018"
    me = f"ASCN Monitoring & Evaluation Report {report}"

    def agglomeration(year: int) -> Measure:
        name = f"agglomeration_population_{year}"
        projected = ", projection" if year > 2018 else ""
        return Measure(
            "Urban agglomeration",
            f"people, {year}{projected}",
            wup,
            lambda city: city[name],
            lambda city: words.people(city[name]),
        )

    def growth(start: int, end: int) -> Measure:
        name = f"agglomeration_growth_{start}_{end}"
        projected = ", projection" if end > 2018 else ""
        return Measure(
            "Growth of the agglomeration",
            f"% per year, {start}–{end}{projected}",
            wup,
            lambda city: city[name],
            lambda city: words.growth(city[name]),
        )

    return [
        Measure(
            "Official population",
            "people",
            "year and territory differ by city, see the cell",
            lambda city: city["population"],
            _population_text,
        ),
        Measure(
            "Density",
            "people per km² of land",
            "official population per official land area",
            lambda city: city["density_per_km2"],
            lambda city: words.whole(city["density_per_km2"]),
        ),
        agglomeration(2018),
        agglomeration(2035),
        growth(2000, 2018),
        growth(2018, 2035),
        Measure(
            "Urban share of the country",
            "% of total population",
            "World Bank WDI, newest revision",
            lambda city: city["national_urban_share"],
            lambda city: (
                f"{words.percent(city['national_urban_share'])} "
                f"({city['national_urban_share_year']})"
            ),
        ),
        Measure(
            "Projects",
            f"projects, {report}",
            me,
            lambda city: city["projects"],
            lambda city: words.whole(city["projects"]),
        ),
        Measure(
            "Completed projects",
            f"% of projects, {report}",
            me,
            _completed_share,
            _completed_text,
            more_is_better=True,
        ),
        Measure(
            "No longer reported",
            "projects of earlier reports, not listed as completed",
            me,
            lambda city: city["projects_no_longer_reported"],
            lambda city: words.whole(city["projects_no_longer_reported"]),
            more_is_better=False,
        ),
    ]


def _population_text(city: Mapping[str, Any]) -> str:
    if words.missing(city["population"]):
        return words.NO_DATA
    territory = city["population_territory"]
    said = "" if words.missing(territory) else f", {territory}"
    return f"{words.people(city['population'])} ({city['population_year']}{said})"


def _completed_text(city: Mapping[str, Any]) -> str:
    share = _completed_share(city)
    if share is None:
        return "no project in this report"
    return f"{words.percent(share, 0)} ({city['projects_completed']} of {city['projects']})"


def marks(values: Sequence[Any], more_is_better: bool | None) -> list[str]:
    """``best``, ``worst``, ``highest``, ``lowest`` or nothing for each value.

    Cities that share an end are all marked; when all values are equal, or fewer than two are
    known, none is.
    """
    known = [float(value) for value in values if not words.missing(value)]
    if len(known) < 2 or min(known) == max(known):
        return [""] * len(values)
    top, bottom = "highest", "lowest"
    if more_is_better is not None:
        top, bottom = ("best", "worst") if more_is_better else ("worst", "best")
    ends = {max(known): top, min(known): bottom}
    return ["" if words.missing(value) else ends.get(float(value), "") for value in values]


def city_link(city_id: str, name: str) -> str:
    """A link to the page of a city; pages stand side by side in one path."""
    return f'<a href="./city?city={escape(city_id)}" target="_self">{escape(name)}</a>'


def comparison(cities: Sequence[Mapping[str, Any]], report: int) -> str:
    """The comparison of cities as an HTML table, one column a city.

    Parameters
    ----------
    cities
        Rows of :data:`geo.schema.CITIES`, in the order of columns.
    """
    head = "".join(
        f'<th scope="col">{city_link(city["city_id"], city["name"])}'
        f"<small>{escape(city['country'])}</small></th>"
        for city in cities
    )
    body = "".join(_comparison_row(measure, cities) for measure in measures(report))
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Comparison of cities">'
        f'<table class="facts"><thead><tr><th scope="col">Measure</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _comparison_row(measure: Measure, cities: Sequence[Mapping[str, Any]]) -> str:
    found = marks([measure.value(city) for city in cities], measure.more_is_better)
    cells = ""
    for city, mark in zip(cities, found, strict=True):
        badge = f'<span class="mark {mark}">{mark}</span>' if mark else ""
        cells += f'<td class="number">{escape(measure.text(city))}{badge}</td>'
    return (
        f'<tr><th scope="row">{escape(measure.label)}<small>{escape(measure.unit)} · '
        f"{escape(measure.source)}</small></th>{cells}</tr>"
    )


_PEER_HEADINGS = {
    "size": "Alike in size",
    "growth": "Alike in growth",
    "projects": "Alike in projects",
}


def peer_reason(peer: Peer) -> str:
    """Why a city is a peer, in words."""
    if peer.measure == "size":
        return f"{words.people(peer.value)} people against {words.people(peer.own_value)}"
    if peer.measure == "growth":
        return f"{words.growth(peer.value)} against {words.growth(peer.own_value)}"
    return (
        f"{words.percent(peer.shared_percent, 0)} of the mix of focus areas is the same, "
        f"{words.count(int(peer.value), 'project')} against {int(peer.own_value)}"
    )


def peers_table(found: Mapping[str, Sequence[Peer]], names: Mapping[str, str]) -> str:
    """Peers of each compared city as an HTML table, one row a city, one column a measure.

    Parameters
    ----------
    found
        City id to its peers, see :func:`geo.peers.peers`.
    names
        City id to name, of all member cities.
    """
    head = "".join(f'<th scope="col">{heading}</th>' for heading in _PEER_HEADINGS.values())
    body = ""
    for city_id, its_peers in found.items():
        cells = ""
        for measure in _PEER_HEADINGS:
            lines = "".join(
                f"<li>{city_link(peer.city_id, names[peer.city_id])}"
                f"<small>{escape(peer_reason(peer))}</small></li>"
                for peer in its_peers
                if peer.measure == measure
            )
            cells += f"<td><ol>{lines}</ol></td>" if lines else f"<td>{words.NO_DATA}</td>"
        body += f'<tr><th scope="row">{city_link(city_id, names[city_id])}</th>{cells}</tr>'
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Peers of each city">'
        f'<table class="facts"><thead><tr><th scope="col">City</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


SCRIPT_EXAMPLE = """import geopandas as gpd

cities = gpd.read_file("http://localhost:8501/download/cities.geojson?country=IDN,PHL")
places = gpd.read_file("http://localhost:8501/download/places.geojson?near=jakarta&within=200")
"""


def description(layer: Layer, rows: int, info: Mapping[str, str]) -> str:
    """What a layer is and where it comes from, as an HTML table."""
    said = {
        "What it is": layer.description,
        "Rows": f"{rows:,}",
        "Geometry": f"{layer.geometry}, OGC:CRS84" if layer.geometry else "none",
        "Key": ", ".join(layer.key),
        "Licence": info["licence"],
        "Attribution": info["attribution"],
        "Vintage": info["vintage"],
        "Content hash": info["content_hash"],
    }
    body = "".join(
        f'<tr><th scope="row">{label}</th><td>{escape(value)}</td></tr>'
        for label, value in said.items()
    )
    return f'<div class="scroll"><table class="facts"><tbody>{body}</tbody></table></div>'


def columns_table(layer: Layer) -> pd.DataFrame:
    """The columns of a layer: name, meaning, unit, type, whether values may be missing."""
    return pd.DataFrame(
        [
            {
                "Column": name,
                "Meaning": declared.description,
                "Unit": layer.unit(name),
                "Type": layer.type_name(name),
                "Missing": "possible" if declared.nullable else "never",
            }
            for name, declared in layer.columns.items()
        ]
    )
