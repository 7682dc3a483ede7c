"""The Network page's state, its sentence and key figures, and how dates and sources are told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from dashboard import words
from dashboard.layout import Figure
from geo.errors import shown
from geo.layers import Catalogue
from geo.network import (
    WHOLE_NETWORK,
    guiding_documents,
    network_years,
    state_in,
)
from geo.vocabulary import PARTNER_KINDS

PARTS: Mapping[str, str] = {
    "framework": "Framework",
    "documents": "Documents",
    "statements": "Statements",
    "partners": "Partners",
    "bodies": "National bodies",
}
"""Parts of the page below the timeline: slug in the URL -> label."""

PARAMETERS = ("year", "part", "city", "kind")

FOUNDING_STATEMENT = "asean-32"
"""The statement by which the Leaders set the network up."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Network:
    """The state of the Network page.

    Attributes
    ----------
    year
        Year that the map and the facts beside it show.
    part
        One of :data:`PARTS`.
    cities, kinds
        Cities (or ``"network"``) and kinds that partners are kept to; empty keeps all.
    """

    year: int
    part: str = "framework"
    cities: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def to_query(self, newest_year: int) -> dict[str, str]:
        """URL query parameters, without those that say nothing new."""
        query = {
            "year": "" if self.year == newest_year else str(self.year),
            "part": "" if self.part == Network.part else self.part,
            "city": ",".join(self.cities),
            "kind": ",".join(self.kinds),
        }
        return {name: value for name, value in query.items() if value}


def read(
    query: Mapping[str, str], years: Sequence[int], city_ids: Iterable[str]
) -> tuple[Network, tuple[str, ...]]:
    """The state that a URL asks for, and a sentence for each part that is not understood."""
    problems = [
        f"There is no parameter {shown(name)}; there are {', '.join(PARAMETERS)}."
        for name in query
        if name not in PARAMETERS
    ]

    def several(name: str, known: Sequence[str]) -> tuple[str, ...]:
        asked = dict.fromkeys(part.strip() for part in query.get(name, "").split(",") if part)
        problems.extend(
            f"Parameter {name}: {shown(value)} is not known; known are {', '.join(known)}."
            for value in asked
            if value not in known
        )
        return tuple(value for value in asked if value in known)

    year, part = query.get("year", ""), query.get("part", "")
    known_year = year in {str(known) for known in years}
    if year and not known_year:
        problems.append(
            f"Parameter year: {shown(year)} is not a year from {years[0]} to {years[-1]}."
        )
    if part and part not in PARTS:
        problems.append(
            f"Parameter part: {shown(part)} is not known; known are {', '.join(PARTS)}."
        )
    state = Network(
        year=int(year) if known_year else years[-1],
        part=part if part in PARTS else Network.part,
        cities=several("city", [WHOLE_NETWORK, *city_ids]),
        kinds=several("kind", list(PARTNER_KINDS)),
    )
    return state, tuple(problems)


def day(date: Any, year: bool = True) -> str:
    """A date in words, as exact as it is given.

    >>> day("2018-07-08"), day("2018-07-08", year=False), day("2018-10"), day("2018")
    ('8 July 2018', '8 July', 'October 2018', '2018')
    """
    if words.missing(date):
        return words.NO_DATA
    parts = str(date).split("-")
    said = ([str(int(parts[2]))] if len(parts) > 2 else []) + [
        _MONTHS[int(part) - 1] for part in parts[1:2]
    ]
    return " ".join(said + ([parts[0]] if year or not said else []))


def short_title(title: str) -> str:
    """A document's title without what all of them share.

    >>> short_title("ASCN Monitoring and Evaluation Report 2022")
    'M&E Report 2022'
    """
    title = title.split(",")[0].replace("Monitoring and Evaluation", "M&E")
    title = re.sub(r"^ASEAN Smart Cities Network: |^ASCN |^ASEAN |: .*$", "", title)
    return re.sub(r" of the (ASEAN Smart Cities Network|network)$", "", title)


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``11th``."""
    last = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"


def link(text: str, url: Any) -> str:
    """A link to another site, opened apart; the text alone when there is no web address."""
    if words.missing(url) or urlsplit(str(url)).scheme not in {"http", "https"}:
        return escape(text)
    return (
        f'<a href="{escape(str(url))}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'
    )


def source_html(row: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Document and page that a row rests on, and its address, as HTML.

    Parameters
    ----------
    titles
        Document id to title; see :func:`titles_of`.
    """
    parts = []
    if not words.missing(row["document"]):
        title = short_title(titles.get(row["document"], row["document"]))
        parts.append(escape(f"{title}, p. {int(row['page'])}"))
    if not words.missing(row.get("url")):
        host = urlsplit(str(row["url"])).netloc.rstrip(".").removeprefix("www.")
        parts.append(link(host, row["url"]))
    return "; ".join(parts) or words.NO_DATA


def titles_of(documents: pd.DataFrame) -> dict[str, str]:
    """Document id to title."""
    return dict(zip(documents["document_id"], documents["title"], strict=True))


def with_article(country: str) -> str:
    """A country's name as it stands in a sentence."""
    return f"the {country}" if country == "Philippines" else country


def headline(layers: Catalogue) -> str:
    """Who founded the network, who leads it, what guides it and who helps, in two sentences."""
    years = network_years(layers["governance"])
    now = state_in(layers, years[-1])
    declarations = layers["declarations"].set_index("statement_id")
    founded = day(declarations["held_on"].get(FOUNDING_STATEMENT, str(years[0])))
    leaders = []
    if now.chair:
        leaders.append(f"{with_article(now.chair['holder'])} chairs it")
    if now.shepherds:
        end = day(now.shepherds[-1].ended_on)
        leaders.append(f"{with_article(now.shepherds[-1].holder)} is its Shepherd until {end}")
    who = f" In {now.year} {words.listed(leaders)}." if leaders else ""
    number = len(guiding_documents(layers["documents"], years))
    partners = layers["partners"]["partner"].nunique()
    return (
        f"Founded by the ASEAN Leaders on {founded}, the network now joins {now.cities} cities in "
        f"{now.city_countries} countries.{who} {words.count(number, 'document')} since "
        f"{years[0]} guide it or report on it, and {words.count(partners, 'partner')} are named "
        "in the sources."
    )


def key_figures(layers: Catalogue) -> list[Figure]:
    """Founding, members, leaders, documents and partners, each with its source."""
    years = network_years(layers["governance"])
    first, now = state_in(layers, years[0]), state_in(layers, years[-1])
    titles = titles_of(layers["documents"])
    founding = layers["declarations"].set_index("statement_id").loc[FOUNDING_STATEMENT]
    chair, term = now.chair, now.shepherds[-1] if now.shepherds else None
    return [
        Figure(str(years[0]), "founded by the ASEAN Leaders", str(founding["summit"])),
        Figure(
            str(now.cities),
            f"member cities in {now.city_countries} countries",
            f"ASCN, {now.year}; {first.cities} pilot cities in {first.year}",
        ),
        Figure(
            chair["holder"] if chair else words.NO_DATA,
            f"Chair in {now.year}",
            _basis(chair, titles) if chair else "",
        ),
        Figure(
            term.holder if term else words.NO_DATA,
            f"Shepherd until {day(term.ended_on)}" if term else "Shepherd",
            _basis(term.row, titles) if term else "",
        ),
        Figure(
            str(len(guiding_documents(layers["documents"], years))),
            "documents that guide or report",
            f"dated {years[0]} to {years[-1]}; listed below",
        ),
        Figure(
            str(layers["partners"]["partner"].nunique()),
            "partners named",
            "reports, funders and press; listed below",
        ),
    ]


def _basis(row: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """What a key figure rests on, without links."""
    return re.sub(r"<[^>]+>", "", source_html(row, titles))
