"""The network by year: sentence, facts, timeline, map and legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import pandas as pd
import pydeck as pdk

from dashboard import maps, words
from dashboard.legends import Entry, Legend
from dashboard.networkview import (
    day,
    link,
    ordinal,
    short_title,
    source_html,
    titles_of,
    with_article,
)
from dashboard.theme import Palette, rgb
from geo.layers import Catalogue
from geo.network import YearState, documents_of, network_years, state_in, statements_of


def year_sentence(now: YearState) -> str:
    """The network in one year, in one sentence."""
    led = f", chaired by {with_article(now.chair['holder'])}" if now.chair else ""
    new = f"; {words.count(len(now.joined), 'city', 'cities')} joined" if now.joined else ""
    every = len(now.states) == now.city_countries
    of = f"all {len(now.states)}" if every else f"{now.city_countries} of the {len(now.states)}"
    return f"{now.year}: {now.cities} cities in {of} member states of ASEAN{led}{new}."


Entries = list[str]
"""What stands beside a label: HTML paragraphs, none when the sources tell nothing."""

ROWS = ("Chair", "Shepherd", "Annual meeting", "Documents", "Statements", "Joined")
"""What is told of each year."""


def _told(title: str, row: Mapping[str, Any], titles: Mapping[str, str], when: str = "") -> str:
    """A fact of the governance with its particulars and its source."""
    detail = f"{when}: {row['detail']}" if when else row["detail"]
    source = source_html(row, titles)
    return f"<p><b>{escape(title)}</b> {escape(detail)} <small>{source}</small></p>"


def _dated(rows: pd.DataFrame, title: str, date: str) -> Entries:
    """Documents or statements, linked to where they can be read."""
    return [
        f"<p>{link(row[title], row['url'])} <small>{day(row[date])}</small></p>"
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
            _told(term.holder, term.row, titles, f"{day(term.started_on)} to {day(term.ended_on)}")
            for term in now.shepherds
        ],
        [_told(day(meeting.held_on), meeting.row, titles)] if meeting else [],
        _dated(documents_of(layers["documents"], [now.year]), "title", "adopted_on"),
        _dated(statements_of(layers["declarations"], [now.year]), "summit", "held_on"),
        [f"<p>{escape(words.listed(joined))}</p>"] if joined else [],
    ]
    entries[-1] += [
        f"<p>{escape(states['name'][code])} joined ASEAN "
        f"<small>{day(states['asean_since'][code])}</small></p>"
        for code in now.new_states
    ]
    return _definitions("net-facts", entries)


EMPTY = ' class="empty"'


def _definitions(name: str, entries: Iterable[Entries]) -> str:
    body = "".join(
        f"<div{'' if said else EMPTY}><dt>{label}</dt>"
        f"<dd>{''.join(said) or _empty(label)}</dd></div>"
        for label, said in zip(ROWS, entries, strict=True)
    )
    return f'<dl class="{name}">{body}</dl>'


def _empty(label: str) -> str:
    """What stands where nothing is told: that no city joined is known, the rest is a gap."""
    said = "none" if label == "Joined" else "none found"
    return f'<p class="none">{said}</p>'


def _cell(text: str, note: str = "") -> str:
    # A slash is a place to break a line in the narrow columns.
    said = escape(text).replace("/", "/<wbr>")
    return f"<p>{said}{f'<small>{escape(note)}</small>' if note else ''}</p>"


def _cells(layers: Catalogue, now: YearState) -> list[Entries]:
    """Entries of the timeline for one year, in the order of :data:`ROWS`."""
    names = layers["cities"].set_index("city_id")["name"]
    states = layers["countries"].set_index("iso3")["name"]
    chair, meeting = now.chair, now.meeting
    joined = [str(names[city_id]) for city_id in now.joined]
    shepherds = ", then ".join(now.shepherd_names)
    renewed = "renewed" if len(now.shepherds) > len(now.shepherd_names) else ""
    documents = documents_of(layers["documents"], [now.year])["title"]
    cities = _cell(words.listed(joined), f"{now.cities} cities in all") if joined else ""
    if joined and not rings(now):
        cities = _cell(f"{len(joined)} pilot cities")
    return [
        [_cell(chair["holder"])] if chair else [],
        [_cell(shepherds, renewed)] if shepherds else [],
        [
            _cell(
                f"{ordinal(meeting.number)}, {meeting.place}",
                day(meeting.held_on, year=False),
            )
        ]
        if meeting
        else [],
        [_cell(short_title(title)) for title in documents],
        [_cell(name) for name in statements_of(layers["declarations"], [now.year])["summit"]],
        ([cities] if cities else [])
        + [_cell(str(states[code]), "joined ASEAN") for code in now.new_states],
    ]


def timeline_html(layers: Catalogue, chosen: int) -> str:
    """The network year by year: columns side by side, or a list in a narrow window.

    Parameters
    ----------
    chosen
        Year that is marked.
    """
    labels = "".join(f"<span>{label}</span>" for label in ROWS)
    years = []
    for year in network_years(layers["governance"]):
        mark = ' class="chosen" aria-current="date"' if year == chosen else ""
        cells = _definitions("cells", _cells(layers, state_in(layers, year)))
        years.append(f"<li{mark}><h3>{year}</h3>{cells}</li>")
    return (
        '<div class="scroll"><div class="net-time"><div class="labels" aria-hidden="true">'
        f"<span></span>{labels}</div><ol>{''.join(years)}</ol></div></div>"
    )


def deck(shown: maps.Map, now: YearState, colours: Palette) -> pdk.Deck:
    """The map of one year: its member cities on land that is coloured by who led."""
    drawn = maps.deck(shown, colours)
    [land] = [layer for layer in drawn.layers if layer.id == "countries"]
    parts = dict(land._subLayerProps)
    parts["polygons-fill"] = {"getFillColor": "@@=" + _land_expression(now, colours)}
    land._subLayerProps = parts
    # A new id has the browser take the new colours; it keeps the shapes in its cache.
    land.id = f"countries-{now.year}"
    return drawn


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
        entries.append(Entry(f"Chair: {now.chair['holder']}", chair))
    if now.shepherds:
        entries.append(Entry(f"Shepherd: {', then '.join(now.shepherd_names)}", shepherd))
    entries += [
        Entry("other member state", colours.land),
        Entry("not a member", colours.context),
        Entry("member city", colours.city, 10),
    ]
    ring = " A ring marks the cities that joined in that year." if rings(now) else ""
    return Legend(
        f"Members in {now.year}", "", entries, f"Member cities: ASCN; points: GeoNames.{ring}"
    )


def rings(now: YearState) -> tuple[str, ...]:
    """Cities that the map marks as new: none in the first year, when all are."""
    return now.joined if len(now.joined) < now.cities else ()
