"""HTML of the framework, documents, statements and national bodies.

Partners are in :mod:`dashboard.pages.network.partners`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import CARDS, Child, fill, join, table, tag, web_link
from dashboard.markup.tables import records
from dashboard.markup.theme import FOCUS_AREA_COLOURS
from dashboard.pages.network.text import document_titles, short_title, source_html
from geo.analysis.network import SYSTEMS, Standing, network_in_year, standing
from geo.analysis.network import terms as shepherd_terms
from geo.cache import memoized
from geo.i18n import date, ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import DOCUMENT_KINDS

Row = Mapping[str, Any]


NET_CARDS = f"{CARDS} net-cards"
"""Kind of table whose rows become blocks already in a window of medium width."""


def text_or_no_data(value: Any) -> str:
    """The value, or "no data" if it is missing."""
    return numbers.no_data() if numbers.is_missing(value) else str(value)


@memoized
def framework_html(layers: Catalogue) -> Markup:
    """The framework from outcomes to steps; sub-elements expand to their definitions."""
    titles = document_titles(layers["documents"])
    rows = records(layers["framework"].sort_values(["order_no", "element_id"]))
    children: dict[str, list[Row]] = {}
    for row in rows:
        if not _is_root(row):
            children.setdefault(row["parent_id"], []).append(row)
    blocks = []
    for kind, name in _KINDS.items():
        elements = [row for row in rows if row["kind"] == kind and _is_root(row)]
        heading = tag("h3", _element_count(kind, len(elements)))
        inside = [_element(row, children.get(row["element_id"], []), titles) for row in elements]
        blocks.append(tag("section", heading, tag("ol", inside), class_=name))
    return tag("div", blocks, class_="net-framework")


_KINDS: Mapping[str, str] = {
    "strategic_outcome": "outcomes",
    "focus_area": "areas",
    "enabling_foundation": "foundations",
    "step": "steps",
}
"""Kind of element -> CSS class of its section."""


def _element_count(kind: str, number: int) -> str:
    """Number of elements of a kind, and the question they answer."""
    return {
        "strategic_outcome": ntr(
            "{n} strategic outcome: the goal", "{n} strategic outcomes: the goals", number
        ),
        "focus_area": ntr("{n} focus area: where to act", "{n} focus areas: where to act", number),
        "enabling_foundation": ntr(
            "{n} foundation: what supports it", "{n} foundations: what supports it", number
        ),
        "step": ntr(
            "{n} step from vision to reporting",
            "{n} steps from vision to reporting",
            number,
        ),
    }[kind]


def _is_root(row: Row) -> bool:
    return numbers.is_missing(row["parent_id"])


def _element(row: Row, parts: Sequence[Row], titles: Mapping[str, str]) -> Markup:
    colour = FOCUS_AREA_COLOURS.get(row["element_id"])
    return tag(
        "li",
        tag("h4", row["name"]),
        _definition(row, titles),
        [tag("details", tag("summary", part["name"]), _definition(part, titles)) for part in parts],
        style=colour and f"--area:{colour}",
    )


def _definition(row: Row, titles: Mapping[str, str]) -> Markup:
    return tag("p", row["definition"], " ", tag("small", source_html(row, titles)))


@memoized
def systems_html(layers: Catalogue, year: int) -> Markup:
    """Table of the eight systems: function, sources, and what the sources lack."""
    documents, not_found = layers["documents"], layers["not_found"]
    titles = document_titles(documents)
    rows = []
    for slug, system in SYSTEMS.items():
        state = standing(system, documents, not_found)
        main = (state.described + state.read if state.described else state.read)[0]
        rows.append(
            (
                tr(system.name),
                institutions(layers, year) if slug == "institutions" else main["binds"],
                _standing_html(state, titles),
                join(state.missing, separator=tag("br")) or "–",
            )
        )
    headings = (
        *(tr("System"), tr("What it does")),
        *(tr("Where it is set out"), tr("Not found in the sources")),
    )
    return table("", headings, rows, NET_CARDS)


def institutions(layers: Catalogue, year: int) -> str:
    """Holders of the offices in a year, in one sentence."""
    now = network_in_year(layers, year)
    chair = now.chair["holder"] if now.chair else numbers.no_data()
    shepherd = numbers.no_data()
    if now.shepherds:
        term = now.shepherds[-1]
        shepherd = tr("{country} until {date}", country=term.holder, date=date(term.ended_on))
    clauses = (
        tr("Chair in {year}: {country}", year=year, country=chair),
        tr("Shepherd: {country}", country=shepherd),
        ntr(
            "{n} National Representative, one for each member state",
            "{n} National Representatives, one for each member state",
            len(layers["members"]),
        ),
    )
    return "; ".join(clauses)


def _standing_html(state: Standing, titles: Mapping[str, str]) -> Markup:
    lines = [
        *(fill(tr("Text read: {document}"), document=_document(row)) for row in state.read),
        *(
            fill(tr("Described in {document}"), document=source_html(row, titles))
            for row in state.described
        ),
    ]
    return join(lines, separator=tag("br"))


def _document(row: Row) -> Child:
    dated = None if numbers.is_missing(row["adopted_on"]) else f" ({date(row['adopted_on'])})"
    return web_link(row["url"], short_title(row["title"])), dated


def _date_or_no_data(iso: Any) -> str:
    return numbers.no_data() if numbers.is_missing(iso) else date(iso)


def documents_html(documents: pd.DataFrame) -> Markup:
    """Table of all documents, oldest first, undated ones last."""
    titles, kinds = document_titles(documents), terms(DOCUMENT_KINDS)
    ordered = documents.sort_values(["adopted_on", "document_id"], na_position="last")
    headings = (
        *(tr("Document"), tr("Kind"), tr("Date"), tr("Adopted or published by")),
        *(tr("What it sets out"), tr("Source")),
    )
    rows = [
        (
            web_link(row["url"], row["title"]),
            kinds[row["kind"]],
            _date_or_no_data(row["adopted_on"]),
            row["adopted_by"],
            row["binds"],
            source_html(row, titles),
        )
        for row in records(ordered)
    ]
    return table("", headings, rows, NET_CARDS)


def statements_html(declarations: pd.DataFrame) -> Markup:
    """Table of what each statement says about the network, oldest first."""
    headings = (
        *(tr("Summit or meeting"), tr("When and where"), tr("What it says")),
        *(tr("Paragraph"), tr("Source")),
    )
    rows = [
        (
            row["summit"],
            f"{date(row['held_on'])}, {row['place']}",
            row["says"],
            text_or_no_data(row["paragraph"]),
            web_link(row["url"], row["source_title"]),
        )
        for row in records(declarations.sort_values(["held_on", "statement_id"]))
    ]
    return table("", headings, rows, NET_CARDS)


def unread_statements(not_found: pd.DataFrame) -> int:
    """Number of Chair's statements whose text on the network was not found.

    Parameters
    ----------
    not_found
        The untranslated layer: rows are recognized by their English text.
    """
    subjects = not_found.loc[not_found["question"].str.startswith("What it says"), "subject"]
    return int(subjects[subjects.str.startswith("Chairman's Statement")].nunique())


@memoized
def bodies_html(layers: Catalogue) -> Markup:
    """Table of the national bodies, with the offices each member state has held."""
    titles = document_titles(layers["documents"])
    names = layers["countries"].set_index("iso3")["name"]
    chairs = layers["governance"].query("role == 'chair'")
    shepherds: dict[str, list[str]] = {}
    for term in shepherd_terms(layers["governance"]):
        first, last = term.started_on[:4], term.ended_on[:4]
        label = tr("Shepherd {first}–{last}", first=first, last=last)
        shepherds.setdefault(term.iso3, []).append(label)
    rows = []
    for row in records(layers["members"]):
        years = chairs.loc[chairs["iso3"] == row["iso3"], "year"]
        chaired = [tr("Chair {year}", year=year) for year in years]
        rows.append(
            (
                str(names[row["iso3"]]),
                row["national_body"],
                row["role"].rpartition(": ")[2],
                "; ".join(chaired + shepherds.get(row["iso3"], [])) or "–",
                date(row["asean_since"]),
                source_html(row, titles),
            )
        )
    headings = (
        *(tr("Member state"), tr("National body"), tr("Represented by the office of")),
        *(tr("Offices in the network"), tr("ASEAN member since"), tr("Source")),
    )
    return table("", headings, sorted(rows), NET_CARDS)


def not_found_html(not_found: pd.DataFrame) -> Markup:
    """Table of the open questions, with where and when we searched."""
    rows = [
        (row["subject"], row["question"], row["where_looked"], date(row["date"]))
        for row in records(not_found)
    ]
    headings = (tr("Subject"), tr("Not found"), tr("Where we looked"), tr("Date"))
    return table("", headings, rows, NET_CARDS)
