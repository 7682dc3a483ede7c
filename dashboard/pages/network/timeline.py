"""The network by year: sentence, facts, timeline, map and legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

import pandas as pd
import pydeck as pdk
from markupsafe import Markup

from dashboard.maps import deck as maps_deck
from dashboard.maps import view
from dashboard.maps.legends import Entry, Legend
from dashboard.markup import numbers
from dashboard.markup.html import join, small, tag, web_link
from dashboard.markup.tables import records
from dashboard.markup.theme import Palette, rgb
from dashboard.pages.network.text import (
    document_titles,
    short_title,
    source_html,
    with_article,
)
from geo.analysis.network import (
    YearState,
    documents_for_years,
    network_in_year,
    network_years,
    statements_for_years,
)
from geo.cache import memoized
from geo.i18n import date, mark, ntr, tr
from geo.layers.catalogue import Catalogue


def year_sentence(now: YearState) -> str:
    """Sentence on the network in one year."""
    cities = ntr("{n} city", "{n} cities", now.cities)
    if len(now.states) == now.city_countries:
        where = tr(
            "{cities} in all {states} ASEAN member states",
            cities=cities,
            states=len(now.states),
        )
    else:
        where = tr(
            "{cities} in {some} of the {states} ASEAN member states",
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
    return tr("{year}: {clauses}.", year=now.year, clauses="; ".join(clauses))


Entries = list[Markup]
"""HTML paragraphs of a label; empty if the sources have none."""

ROWS: Mapping[str, str] = {
    "chair": mark("Chair"),
    "shepherd": mark("Shepherd"),
    "meeting": mark("Annual meeting"),
    "documents": mark("Documents"),
    "statements": mark("Statements"),
    "joined": mark("Joined"),
}
"""Rows of each year: key -> label."""


def _fact(title: str, row: Mapping[str, Any], titles: Mapping[str, str], when: str = "") -> Markup:
    """A fact on governance with its details and source."""
    detail = f"{when}: {row['detail']}" if when else row["detail"]
    source = tag("small", source_html(row, titles))
    return tag("p", tag("b", title), " ", detail, " ", source)


def _dated_links(rows: pd.DataFrame, title: str, held: str) -> Entries:
    """Documents or statements with links and dates."""
    return [
        tag("p", web_link(row["url"], row[title]), " ", tag("small", date(row[held])))
        for row in records(rows)
    ]


def facts_html(layers: Catalogue, now: YearState) -> Markup:
    """Facts about one year, each with its source."""
    titles = document_titles(layers["documents"])
    names = layers["cities"].set_index("city_id")["name"]
    states = layers["countries"].set_index("iso3")
    chair, meeting = now.chair, now.meeting
    joined = [str(names[city_id]) for city_id in now.joined]
    entries: list[Entries] = [
        [_fact(chair["holder"], chair, titles)] if chair else [],
        [
            _fact(
                term.holder,
                term.row,
                titles,
                tr("{start} to {end}", start=date(term.started_on), end=date(term.ended_on)),
            )
            for term in now.shepherds
        ],
        [_fact(date(meeting.held_on), meeting.row, titles)] if meeting else [],
        _dated_links(documents_for_years(layers["documents"], [now.year]), "title", "adopted_on"),
        _dated_links(statements_for_years(layers["declarations"], [now.year]), "summit", "held_on"),
        [tag("p", numbers.format_list(joined))] if joined else [],
    ]
    for code in now.new_states:
        text = tr("{country} joined ASEAN", country=states["name"][code])
        when = date(states["asean_since"][code])
        entries[-1].append(tag("p", text, " ", tag("small", when)))
    return _definitions("net-facts", entries)


def panel(layers: Catalogue, now: YearState) -> Markup:
    """What is beside the map of a year: its sentence and its facts."""
    return join([tag("p", year_sentence(now)), facts_html(layers, now)])


def _definitions(name: str, entries: Iterable[Entries]) -> Markup:
    groups = [
        tag(
            "div",
            tag("dt", tr(label)),
            tag("dd", paragraphs or _empty(key)),
            class_=None if paragraphs else "empty",
        )
        for (key, label), paragraphs in zip(ROWS.items(), entries, strict=True)
    ]
    return tag("dl", groups, class_=name)


def _empty(key: str) -> Markup:
    """Placeholder of an empty row: "none" for joining cities, which is known, else "none found"."""
    return tag("p", tr("none") if key == "joined" else tr("none found"), class_="none")


def _cell(text: str, note: str = "") -> Markup:
    # Allows a line break after a slash in narrow columns.
    return tag("p", join(text.split("/"), separator="/" + tag("wbr")), small(note))


def _successive(names: Iterable[str]) -> str:
    """Successive holders of an office, as a phrase."""
    return reduce(lambda before, name: tr("{before}, then {name}", before=before, name=name), names)


_MEETINGS: Mapping[str, str] = {
    "st": mark("{number}st, {place}"),
    "nd": mark("{number}nd, {place}"),
    "rd": mark("{number}rd, {place}"),
    "th": mark("{number}th, {place}"),
}
"""Label of an annual meeting by the English ordinal suffix of its number."""


def meeting_label(number: int, place: str) -> str:
    """Ordinal and place of an annual meeting.

    >>> meeting_label(2, "Bangkok"), meeting_label(11, "Dili")
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
    if new_member_cities(now):
        in_all = ntr("{n} city in all", "{n} cities in all", now.cities)
        cities = [_cell(numbers.format_list(joined), in_all)]
    elif joined:
        cities = [_cell(ntr("{n} pilot city", "{n} pilot cities", len(joined)))]
    return [
        [_cell(chair["holder"])] if chair else [],
        [_cell(_successive(now.shepherd_names), renewed)] if now.shepherds else [],
        [_cell(meeting_label(meeting.number, meeting.place), date(meeting.held_on, year=False))]
        if meeting
        else [],
        [_cell(short_title(title)) for title in documents],
        [
            _cell(name)
            for name in statements_for_years(layers["declarations"], [now.year])["summit"]
        ],
        cities + [_cell(str(states[code]), tr("joined ASEAN")) for code in now.new_states],
    ]


@memoized
def timeline_html(layers: Catalogue, chosen: int) -> Markup:
    """The network year by year: columns, or a list in a narrow window.

    Parameters
    ----------
    chosen
        Highlighted year.
    """
    years = [
        tag(
            "li",
            tag("h3", year),
            _definitions("cells", _cells(layers, network_in_year(layers, year))),
            class_="chosen" if year == chosen else None,
            aria_current="date" if year == chosen else None,
        )
        for year in network_years(layers["governance"])
    ]
    labels = [tag("span"), *(tag("span", tr(label)) for label in ROWS.values())]
    timeline = tag(
        "div",
        tag("div", labels, class_="labels", aria_hidden="true"),
        tag("ol", years),
        class_="net-time",
    )
    return tag("div", timeline, class_="scroll")


def deck(map_spec: view.Map, now: YearState, colours: Palette) -> pdk.Deck:
    """Map of one year: member cities, with the land of the Chair and Shepherd coloured."""
    return maps_deck.deck(map_spec, colours, _land_expression(now, colours))


def leading_colours(colours: Palette) -> tuple[str, str]:
    """Land colours of the Chair and the Shepherd."""
    return colours.share[2], colours.growth[1]


def _land_expression(now: YearState, colours: Palette) -> str:
    """deck.gl expression for the land colour of each state by its role in a year."""
    chair, shepherd = leading_colours(colours)
    choice = str(list(rgb(colours.context)))
    states = dict.fromkeys(now.states, colours.land)
    states |= {term.iso3: shepherd for term in now.shepherds}
    states |= {now.chair["iso3"]: chair} if now.chair else {}
    for code, colour in states.items():
        choice = f"properties.iso3 == '{code}' ? {list(rgb(colour))} : {choice}"
    return choice


def legend(now: YearState, colours: Palette) -> Legend:
    """Legend of :func:`deck`."""
    chair, shepherd = leading_colours(colours)
    entries = []
    if now.chair:
        entries.append(Entry(tr("Chair: {country}", country=now.chair["holder"]), chair))
    if now.shepherds:
        holders = _successive(now.shepherd_names)
        entries.append(Entry(tr("Shepherd: {country}", country=holders), shepherd))
    entries += [
        Entry(tr("other member state"), colours.land),
        Entry(tr("not a member"), colours.context),
        Entry(tr("member city"), colours.city, 10),
    ]
    notes = [tr("ASCN (member cities), GeoNames (points).")]
    if new_member_cities(now):
        notes.append(tr("A ring marks cities that joined that year."))
    return Legend(tr("Members in {year}", year=now.year), "", entries, " ".join(notes))


def new_member_cities(now: YearState) -> tuple[str, ...]:
    """Ids of the cities marked as new; empty in the first year, when all are new."""
    return now.joined if len(now.joined) < now.cities else ()
