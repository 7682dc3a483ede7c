"""The network by year: sentence, facts, timeline, map and legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from html import escape
from typing import Any

import pandas as pd
import pydeck as pdk

from dashboard.maps import deck as maps_deck
from dashboard.maps import view
from dashboard.maps.legends import Entry, Legend
from dashboard.markup import numbers
from dashboard.markup.theme import Palette, rgb
from dashboard.pages.network.text import link, short_title, source_html, titles_of, with_article
from geo.analysis.network import (
    YearState,
    documents_for_years,
    network_in_year,
    network_years,
    statements_for_years,
)
from geo.i18n import date, mark, ntr, tr
from geo.layers.catalogue import Catalogue


def year_sentence(now: YearState) -> str:
    """The network in one year, in one sentence."""
    cities = ntr("{n} city", "{n} cities", now.cities)
    if len(now.states) == now.city_countries:
        where = tr(
            "{cities} in all {states} member states of ASEAN",
            cities=cities,
            states=len(now.states),
        )
    else:
        where = tr(
            "{cities} in {some} of the {states} member states of ASEAN",
            cities=cities,
            some=now.city_countries,
            states=len(now.states),
        )
    clauses = [where]
    if now.chair:
        chair = with_article(now.chair["holder"], now.chair["iso3"])
        clauses.append(tr("chaired by {country}", country=chair))
    if now.joined:
        clauses.append(ntr("{n} city joined", "{n} cities joined", len(now.joined)))
    return tr("{year}: {said}.", year=now.year, said="; ".join(clauses))


Entries = list[str]
"""What stands beside a label: HTML paragraphs, none when the sources tell nothing."""

ROWS: Mapping[str, str] = {
    "chair": mark("Chair"),
    "shepherd": mark("Shepherd"),
    "meeting": mark("Annual meeting"),
    "documents": mark("Documents"),
    "statements": mark("Statements"),
    "joined": mark("Joined"),
}
"""What is told of each year."""


def _told(title: str, row: Mapping[str, Any], titles: Mapping[str, str], when: str = "") -> str:
    """A fact of the governance with its particulars and its source."""
    detail = f"{when}: {row['detail']}" if when else row["detail"]
    source = source_html(row, titles)
    return f"<p><b>{escape(title)}</b> {escape(detail)} <small>{source}</small></p>"


def _dated(rows: pd.DataFrame, title: str, held: str) -> Entries:
    """Documents or statements, linked to where they can be read."""
    return [
        f"<p>{link(row[title], row['url'])} <small>{escape(date(row[held]))}</small></p>"
        for row in rows.to_dict("records")
    ]


def facts_html(layers: Catalogue, now: YearState) -> str:
    """What the sources tell of one year, each with its source."""
    titles = titles_of(layers["documents"])
    names = layers["cities"].set_index("city_id")["name"]
    states = layers["countries"].set_index("iso3")
    chair, meeting = now.chair, now.meeting
    joined = [str(names[city_id]) for city_id in now.joined]
    entries: list[Entries] = [
        [_told(chair["holder"], chair, titles)] if chair else [],
        [
            _told(
                term.holder,
                term.row,
                titles,
                tr("{start} to {end}", start=date(term.started_on), end=date(term.ended_on)),
            )
            for term in now.shepherds
        ],
        [_told(date(meeting.held_on), meeting.row, titles)] if meeting else [],
        _dated(documents_for_years(layers["documents"], [now.year]), "title", "adopted_on"),
        _dated(statements_for_years(layers["declarations"], [now.year]), "summit", "held_on"),
        [f"<p>{escape(numbers.listed(joined))}</p>"] if joined else [],
    ]
    for code in now.new_states:
        said = tr("{country} joined ASEAN", country=states["name"][code])
        when = date(states["asean_since"][code])
        entries[-1].append(f"<p>{escape(said)} <small>{escape(when)}</small></p>")
    return _definitions("net-facts", entries)


EMPTY = ' class="empty"'


def _definitions(name: str, entries: Iterable[Entries]) -> str:
    body = "".join(
        f"<div{'' if said else EMPTY}><dt>{escape(tr(label))}</dt>"
        f"<dd>{''.join(said) or _empty(row)}</dd></div>"
        for (row, label), said in zip(ROWS.items(), entries, strict=True)
    )
    return f'<dl class="{name}">{body}</dl>'


def _empty(row: str) -> str:
    """What stands where nothing is told: that no city joined is known, the rest is a gap."""
    said = tr("none") if row == "joined" else tr("none found")
    return f'<p class="none">{escape(said)}</p>'


def _cell(text: str, note: str = "") -> str:
    # A slash is a place to break a line in the narrow columns.
    said = escape(text).replace("/", "/<wbr>")
    return f"<p>{said}{f'<small>{escape(note)}</small>' if note else ''}</p>"


def _in_turn(names: Iterable[str]) -> str:
    """Holders of an office, one after the other."""
    return reduce(lambda before, name: tr("{before}, then {name}", before=before, name=name), names)


_MEETINGS: Mapping[str, str] = {
    "st": mark("{number}st, {place}"),
    "nd": mark("{number}nd, {place}"),
    "rd": mark("{number}rd, {place}"),
    "th": mark("{number}th, {place}"),
}
"""Which annual meeting it was, and where: by the ending that English gives the number."""


def meeting_told(number: int, place: str) -> str:
    """Which annual meeting it was, and where.

    >>> meeting_told(2, "Bangkok"), meeting_told(11, "Dili")
    ('2nd, Bangkok', '11th, Dili')
    """
    teen = 10 < number % 100 < 14
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return tr(_MEETINGS[ending], number=number, place=place)


def _cells(layers: Catalogue, now: YearState) -> list[Entries]:
    """Entries of the timeline for one year, in the order of :data:`ROWS`."""
    names = layers["cities"].set_index("city_id")["name"]
    states = layers["countries"].set_index("iso3")["name"]
    chair, meeting = now.chair, now.meeting
    joined = [str(names[city_id]) for city_id in now.joined]
    renewed = tr("renewed") if len(now.shepherds) > len(now.shepherd_names) else ""
    documents = documents_for_years(layers["documents"], [now.year])["title"]
    cities: Entries = []
    if rings(now):
        in_all = ntr("{n} city in all", "{n} cities in all", now.cities)
        cities = [_cell(numbers.listed(joined), in_all)]
    elif joined:
        cities = [_cell(ntr("{n} pilot city", "{n} pilot cities", len(joined)))]
    return [
        [_cell(chair["holder"])] if chair else [],
        [_cell(_in_turn(now.shepherd_names), renewed)] if now.shepherds else [],
        [_cell(meeting_told(meeting.number, meeting.place), date(meeting.held_on, year=False))]
        if meeting
        else [],
        [_cell(short_title(title)) for title in documents],
        [
            _cell(name)
            for name in statements_for_years(layers["declarations"], [now.year])["summit"]
        ],
        cities + [_cell(str(states[code]), tr("joined ASEAN")) for code in now.new_states],
    ]


def timeline_html(layers: Catalogue, chosen: int) -> str:
    """The network year by year: columns side by side, or a list in a narrow window.

    Parameters
    ----------
    chosen
        Year that is marked.
    """
    labels = "".join(f"<span>{escape(tr(label))}</span>" for label in ROWS.values())
    years = []
    for year in network_years(layers["governance"]):
        current = ' class="chosen" aria-current="date"' if year == chosen else ""
        cells = _definitions("cells", _cells(layers, network_in_year(layers, year)))
        years.append(f"<li{current}><h3>{year}</h3>{cells}</li>")
    return (
        '<div class="scroll"><div class="net-time"><div class="labels" aria-hidden="true">'
        f"<span></span>{labels}</div><ol>{''.join(years)}</ol></div></div>"
    )


def deck(shown: view.Map, now: YearState, colours: Palette) -> pdk.Deck:
    """The map of one year: its member cities on land that is coloured by who led."""
    return maps_deck.deck(shown, colours, _land_expression(now, colours))


def leading_colours(colours: Palette) -> tuple[str, str]:
    """Colours of the land of the Chair and of the Shepherd."""
    return colours.share[2], colours.growth[1]


def _land_expression(now: YearState, colours: Palette) -> str:
    """The map expression that gives a state the colour of its part in a year."""
    chair, shepherd = leading_colours(colours)
    choice = str(list(rgb(colours.context)))
    states = dict.fromkeys(now.states, colours.land)
    states |= {term.iso3: shepherd for term in now.shepherds}
    states |= {now.chair["iso3"]: chair} if now.chair else {}
    for code, colour in states.items():
        choice = f"properties.iso3 == '{code}' ? {list(rgb(colour))} : {choice}"
    return choice


def legend(now: YearState, colours: Palette) -> Legend:
    """The legend of :func:`deck`."""
    chair, shepherd = leading_colours(colours)
    entries = []
    if now.chair:
        entries.append(Entry(tr("Chair: {country}", country=now.chair["holder"]), chair))
    if now.shepherds:
        holders = _in_turn(now.shepherd_names)
        entries.append(Entry(tr("Shepherd: {country}", country=holders), shepherd))
    entries += [
        Entry(tr("other member state"), colours.land),
        Entry(tr("not a member"), colours.context),
        Entry(tr("member city"), colours.city, 10),
    ]
    notes = [tr("Member cities: ASCN; points: GeoNames.")]
    if rings(now):
        notes.append(tr("A ring marks the cities that joined in that year."))
    return Legend(tr("Members in {year}", year=now.year), "", entries, " ".join(notes))


def rings(now: YearState) -> tuple[str, ...]:
    """Cities that the map marks as new: none in the first year, when all are."""
    return now.joined if len(now.joined) < now.cities else ()
