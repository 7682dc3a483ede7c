"""HTML of the framework, documents, statements and national bodies.

Partners are in :mod:`dashboard.pages.network.partners`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from dashboard.markup import numbers
from dashboard.markup.tables import records
from dashboard.markup.theme import FOCUS_AREA_COLOURS
from dashboard.pages.network.text import document_titles, link, short_title, source_html
from geo.analysis.network import SYSTEMS, Standing, network_in_year, standing
from geo.analysis.network import terms as shepherd_terms
from geo.i18n import date, ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import DOCUMENT_KINDS

Row = Mapping[str, Any]


def stacking_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Table of texts whose rows become blocks in a narrow window.

    Parameters
    ----------
    heads
        Column headings.
    rows
        HTML cells; the first one is the row heading.
    """
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(
            f'<td data-label="{escape(label)}">{cell}</td>'
            for label, cell in zip(heads[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<table class="facts net-cards"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def text_or_no_data(value: Any) -> str:
    """Escaped value, or "no data" if it is missing."""
    return escape(numbers.no_data() if numbers.is_missing(value) else str(value))


def framework_html(layers: Catalogue) -> str:
    """The framework from outcomes to steps; sub-elements expand to their definitions."""
    titles = document_titles(layers["documents"])
    rows = records(layers["framework"].sort_values(["order_no", "element_id"]))
    top = {kind: [row for row in rows if row["kind"] == kind and _is_root(row)] for kind in _KINDS}
    children: dict[str, list[Row]] = {}
    for row in rows:
        if not _is_root(row):
            children.setdefault(row["parent_id"], []).append(row)
    blocks = []
    for kind, name in _KINDS.items():
        heading = f"<h3>{escape(_element_count(kind, len(top[kind])))}</h3>"
        inside = "".join(
            _element(row, children.get(row["element_id"], []), titles) for row in top[kind]
        )
        blocks.append(f'<section class="{name}">{heading}<ol>{inside}</ol></section>')
    return f'<div class="net-framework">{"".join(blocks)}</div>'


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
            "{n} strategic outcome: what for", "{n} strategic outcomes: what for", number
        ),
        "focus_area": ntr("{n} focus area: where to act", "{n} focus areas: where to act", number),
        "enabling_foundation": ntr(
            "{n} foundation: what carries it", "{n} foundations: what carries it", number
        ),
        "step": ntr(
            "{n} step: how a city goes about it, and the network with it",
            "{n} steps: how a city goes about it, and the network with it",
            number,
        ),
    }[kind]


def _is_root(row: Row) -> bool:
    return numbers.is_missing(row["parent_id"])


def _element(row: Row, parts: Sequence[Row], titles: Mapping[str, str]) -> str:
    colour = FOCUS_AREA_COLOURS.get(row["element_id"])
    style = f' style="--area:{colour}"' if colour else ""
    inside = "".join(
        f"<details><summary>{escape(part['name'])}</summary>"
        f"<p>{escape(part['definition'])} <small>{source_html(part, titles)}</small></p></details>"
        for part in parts
    )
    return (
        f"<li{style}><h4>{escape(row['name'])}</h4><p>{escape(row['definition'])} "
        f"<small>{source_html(row, titles)}</small></p>{inside}</li>"
    )


def systems_html(layers: Catalogue, year: int) -> str:
    """Table of the eight systems: function, sources, and what the sources lack."""
    documents, not_found = layers["documents"], layers["not_found"]
    titles = document_titles(documents)
    rows = []
    for slug, system in SYSTEMS.items():
        system_standing = standing(system, documents, not_found)
        main = (
            (system_standing.described + system_standing.read)[0]
            if system_standing.described
            else system_standing.read[0]
        )
        says = institutions(layers, year) if slug == "institutions" else main["binds"]
        name = escape(tr(system.name))
        rows.append(
            (name, escape(says), _standing_html(system_standing, titles), _missing(system_standing))
        )
    heads = (
        *(tr("System"), tr("What it does")),
        *(tr("Where it stands"), tr("Not found in the sources")),
    )
    return stacking_table(heads, rows)


def institutions(layers: Catalogue, year: int) -> str:
    """Holders of the offices in a year, in one sentence."""
    now = network_in_year(layers, year)
    chair = now.chair["holder"] if now.chair else numbers.no_data()
    shepherd = numbers.no_data()
    if now.shepherds:
        term = now.shepherds[-1]
        shepherd = tr("{country} until {date}", country=term.holder, date=date(term.ended_on))
    clauses = (
        tr("Chair of {year}: {country}", year=year, country=chair),
        tr("Shepherd: {country}", country=shepherd),
        ntr(
            "{n} National Representative, one for each member state",
            "{n} National Representatives, one for each member state",
            len(layers["members"]),
        ),
    )
    return "; ".join(clauses)


def _standing_html(system_standing: Standing, titles: Mapping[str, str]) -> str:
    read, described = escape(tr("Text read: {document}")), escape(tr("Known from {document}"))
    lines = [read.format(document=_document(row)) for row in system_standing.read]
    lines += [
        described.format(document=source_html(row, titles)) for row in system_standing.described
    ]
    return "<br>".join(lines)


def _missing(system_standing: Standing) -> str:
    return "<br>".join(escape(question) for question in system_standing.missing) or "–"


def _document(row: Row) -> str:
    dated = "" if numbers.is_missing(row["adopted_on"]) else f" ({escape(date(row['adopted_on']))})"
    return link(short_title(row["title"]), row["url"]) + dated


def _date_or_no_data(iso: Any) -> str:
    return numbers.no_data() if numbers.is_missing(iso) else date(iso)


def documents_html(documents: pd.DataFrame) -> str:
    """Table of all documents, oldest first, undated ones last."""
    titles, kinds = document_titles(documents), terms(DOCUMENT_KINDS)
    ordered = documents.sort_values(["adopted_on", "document_id"], na_position="last")
    return stacking_table(
        (
            *(tr("Document"), tr("Kind"), tr("Date"), tr("Adopted or published by")),
            *(tr("What it binds"), tr("Source")),
        ),
        (
            (
                link(row["title"], row["url"]),
                escape(kinds[row["kind"]]),
                escape(_date_or_no_data(row["adopted_on"])),
                escape(row["adopted_by"]),
                escape(row["binds"]),
                source_html(row, titles),
            )
            for row in records(ordered)
        ),
    )


def statements_html(declarations: pd.DataFrame) -> str:
    """Table of what each statement says about the network, oldest first."""
    return stacking_table(
        (
            *(tr("Summit or meeting"), tr("When and where"), tr("What it says")),
            *(tr("Paragraph"), tr("Source")),
        ),
        (
            (
                escape(row["summit"]),
                escape(f"{date(row['held_on'])}, {row['place']}"),
                escape(row["says"]),
                text_or_no_data(row["paragraph"]),
                link(row["source_title"], row["url"]),
            )
            for row in records(declarations.sort_values(["held_on", "statement_id"]))
        ),
    )


def unread_statements(not_found: pd.DataFrame) -> int:
    """Number of Chair's statements whose text on the network was not found.

    Parameters
    ----------
    not_found
        The untranslated layer: rows are recognized by their English text.
    """
    subjects = not_found.loc[not_found["question"].str.startswith("What it says"), "subject"]
    return int(subjects[subjects.str.startswith("Chairman's Statement")].nunique())


def bodies_html(layers: Catalogue) -> str:
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
                escape(names[row["iso3"]]),
                escape(row["national_body"]),
                escape(row["role"].rpartition(": ")[2]),
                escape("; ".join(chaired + shepherds.get(row["iso3"], []))) or "–",
                escape(date(row["asean_since"])),
                source_html(row, titles),
            )
        )
    return stacking_table(
        (
            *(tr("Member state"), tr("National body"), tr("Represented by the office of")),
            *(tr("Offices in the network"), tr("In ASEAN since"), tr("Source")),
        ),
        sorted(rows),
    )


def not_found_html(not_found: pd.DataFrame) -> str:
    """Table of the open questions, with where and when we searched."""
    return stacking_table(
        (tr("Subject"), tr("Not found"), tr("Searched"), tr("Date")),
        (
            (
                escape(row["subject"]),
                escape(row["question"]),
                escape(row["where_looked"]),
                escape(date(row["date"])),
            )
            for row in records(not_found)
        ),
    )
