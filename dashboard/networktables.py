"""Framework, documents, statements, partners and national bodies, as figures and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.networkview import day, link, short_title, source_html, titles_of
from dashboard.theme import FOCUS_AREA_COLOURS
from geo.layers import Catalogue
from geo.network import (
    SYSTEMS,
    WHOLE_NETWORK,
    Standing,
    mentions,
    partner_counts,
    standing,
    state_in,
    terms,
)
from geo.vocabulary import DOCUMENT_KINDS, PARTNER_KINDS

Row = Mapping[str, Any]


def cards(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts that a narrow window shows as one block a row.

    Parameters
    ----------
    heads
        Column headings.
    rows
        Cells as HTML; the first one names the row.
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


def _records(table: pd.DataFrame) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _said(value: Any) -> str:
    return words.NO_DATA if words.missing(value) else escape(str(value))


def framework_html(layers: Catalogue) -> str:
    """The framework from outcomes to steps; definitions of the smallest parts open on demand."""
    titles = titles_of(layers["documents"])
    rows = _records(layers["framework"].sort_values(["order_no", "element_id"]))
    top = {kind: [row for row in rows if row["kind"] == kind and _root(row)] for kind in _KINDS}
    children: dict[str, list[Row]] = {}
    for row in rows:
        if not _root(row):
            children.setdefault(row["parent_id"], []).append(row)
    blocks = []
    for kind, (name, title) in _KINDS.items():
        heading = f"<h3>{len(top[kind])} {title}</h3>"
        inside = "".join(
            _element(row, children.get(row["element_id"], []), titles) for row in top[kind]
        )
        blocks.append(f'<section class="{name}">{heading}<ol>{inside}</ol></section>')
    return f'<div class="net-framework">{"".join(blocks)}</div>'


_KINDS: Mapping[str, tuple[str, str]] = {
    "strategic_outcome": ("outcomes", "strategic outcomes: what for"),
    "focus_area": ("areas", "focus areas: where to act"),
    "enabling_foundation": ("foundations", "foundations: what carries it"),
    "step": ("steps", "steps: how a city goes about it, and the network with it"),
}
"""Kind of element -> class and title of its part of the figure."""


def _root(row: Row) -> bool:
    return words.missing(row["parent_id"])


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
    """The eight systems: what each does, where it stands in the sources, what is missing."""
    documents, not_found = layers["documents"], layers["not_found"]
    titles = titles_of(documents)
    rows = []
    for slug, system in SYSTEMS.items():
        found = standing(system, documents, not_found)
        main = (found.told + found.read)[0] if found.told else found.read[0]
        says = _institutions(layers, year) if slug == "institutions" else escape(main["binds"])
        rows.append((escape(system.name), says, _standing(found, titles), _missing(found)))
    return cards(("System", "What it does", "Where it stands", "Not found in the sources"), rows)


def _institutions(layers: Catalogue, year: int) -> str:
    """Who holds the offices in a year, in one sentence."""
    now, bodies = state_in(layers, year), len(layers["members"])
    chair = now.chair["holder"] if now.chair else words.NO_DATA
    term = now.shepherds[-1] if now.shepherds else None
    shepherd = f"{term.holder} until {day(term.ended_on)}" if term else words.NO_DATA
    return escape(
        f"Chair of {year}: {chair}; Shepherd: {shepherd}; {bodies} National Representatives, one "
        "for each member state"
    )


def _standing(found: Standing, titles: Mapping[str, str]) -> str:
    lines = [f"Text read: {_document(row)}" for row in found.read]
    lines += [f"Known from {source_html(row, titles)}" for row in found.told]
    return "<br>".join(lines)


def _missing(found: Standing) -> str:
    return "<br>".join(escape(question) for question in found.missing) or "–"


def _document(row: Row) -> str:
    dated = "" if words.missing(row["adopted_on"]) else f" ({escape(day(row['adopted_on']))})"
    return link(short_title(row["title"]), row["url"]) + dated


def documents_html(documents: pd.DataFrame) -> str:
    """All documents, oldest first and undated last."""
    titles = titles_of(documents)
    ordered = documents.sort_values(["adopted_on", "document_id"], na_position="last")
    return cards(
        ("Document", "Kind", "Date", "Adopted or published by", "What it binds", "Source"),
        (
            (
                link(row["title"], row["url"]),
                escape(DOCUMENT_KINDS[row["kind"]]),
                day(row["adopted_on"]),
                escape(row["adopted_by"]),
                escape(row["binds"]),
                source_html(row, titles),
            )
            for row in _records(ordered)
        ),
    )


def statements_html(declarations: pd.DataFrame) -> str:
    """What each statement says of the network, oldest first."""
    return cards(
        ("Summit or meeting", "When and where", "What it says", "Paragraph", "Source"),
        (
            (
                escape(row["summit"]),
                escape(f"{day(row['held_on'])}, {row['place']}"),
                escape(row["says"]),
                _said(row["paragraph"]),
                link(row["source_title"], row["url"]),
            )
            for row in _records(declarations.sort_values(["held_on", "statement_id"]))
        ),
    )


def unread_statements(not_found: pd.DataFrame) -> int:
    """Statements of the Chair that were looked for and not read on the network."""
    subjects = not_found.loc[not_found["question"].str.startswith("What does it say"), "subject"]
    return int(subjects[subjects.str.startswith("Chairman's Statement")].nunique())


def partners_sentence(kept: pd.DataFrame) -> str:
    """How many partners help where, in one sentence."""
    if not len(kept):
        return "No partnership passes this filter."
    whole = kept["place"] == WHOLE_NETWORK
    cities = words.count(kept.loc[~whole, "place"].nunique(), "member city", "member cities")
    served = [
        f"{number} with {what}"
        for number, what in (
            (kept.loc[~whole, "partner"].nunique(), cities),
            (kept.loc[whole, "partner"].nunique(), "the network as a whole"),
        )
        if number
    ]
    stated = int(kept["amount"].notna().sum())
    entries = words.count(len(kept), "entry", "entries")
    amounts = f"{stated} of {entries} {'states' if stated == 1 else 'state'} an amount"
    return (
        f"{words.count(kept['partner'].nunique(), 'partner')}: {words.listed(served)}; "
        f"{amounts if stated else 'no amount is stated'}."
    )


def place_names(cities: pd.DataFrame) -> dict[str, str]:
    """City id to name by name, after the whole network."""
    ordered = cities.sort_values("name")
    return {
        WHOLE_NETWORK: "Whole network",
        **dict(zip(ordered["city_id"], ordered["name"], strict=True)),
    }


def matrix(
    counts: pd.DataFrame, corner: str, rows: Mapping[str, str], columns: Mapping[str, str]
) -> str:
    """Counts as a table whose cells are the darker the more they hold.

    Parameters
    ----------
    counts
        Whole numbers; a zero is left empty.
    corner
        What the rows are.
    rows, columns
        Name of each row and column; one that is not named is its own name.
    """
    most = int(counts.to_numpy().max()) if counts.size else 1
    head = "".join(
        f'<th scope="col">{escape(columns.get(str(name), str(name)))}</th>' for name in counts
    )
    body = []
    for name, row in counts.iterrows():
        cells = "".join(
            f'<td style="--part:{10 + 45 * int(n) / most:.0f}%">{int(n)}</td>' if n else "<td></td>"
            for n in row
        )
        title = rows.get(str(name), str(name))
        body.append(f'<tr><th scope="row">{escape(title)}</th>{cells}</tr>')
    return (
        f'<div class="scroll"><table class="facts net-matrix"><thead><tr><th scope="col">'
        f"{escape(corner)}</th>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def kinds_html(kept: pd.DataFrame, places: Mapping[str, str]) -> str:
    """Number of partners by city and kind."""
    return matrix(partner_counts(kept), "City", places, PARTNER_KINDS)


def widest_html(kept: pd.DataFrame, places: Mapping[str, str]) -> str:
    """Partners of several places, and how often the sources name them for each."""
    return matrix(mentions(kept), "Partner", {}, places)


def _years(years: pd.Series) -> str:
    known = sorted({int(year) for year in years.dropna()})
    if not known:
        return words.NO_DATA
    return str(known[0]) if len(known) == 1 else f"{known[0]}–{known[-1]}"


def programmes_html(kept: pd.DataFrame, places: Mapping[str, str]) -> str:
    """Programmes with their partners, places and years, those of most partners first."""
    named = kept.dropna(subset=["programme"])
    rows = []
    for programme, entries in named.groupby("programme"):
        partners = list(dict.fromkeys(entries["partner"]))
        where = list(dict.fromkeys(places[place] for place in entries["place"]))
        rows.append((len(partners), str(programme), partners, where, _years(entries["year"])))
    rows.sort(key=lambda row: (-row[0], row[1]))
    return cards(
        ("Programme", "Partners", "Where", "Years"),
        (
            (escape(name), escape("; ".join(partners)), escape(", ".join(where)), years)
            for _, name, partners, where, years in rows
        ),
    )


def amount(row: Row) -> str:
    """An amount with its currency, as exact as it is stated.

    >>> amount({"amount": 1014690000.0, "currency": "USD"})
    'USD 1,014.69 million'
    >>> amount({"amount": 200e9, "currency": "JPY"})
    'JPY 200 billion'
    """
    value = float(row["amount"])
    size, name = (1e9, "billion") if value >= 1e10 else (1e6, "million")
    return f"{row['currency']} {value / size:,.10g} {name}"


def amounts_html(kept: pd.DataFrame, places: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """Every stated amount by itself, by place; amounts of different kinds are not added up."""
    stated = kept.dropna(subset=["amount"])
    stated = stated.assign(where=stated["place"].map(places)).sort_values(
        ["where", "programme", "currency", "amount"], ascending=[True, True, True, False]
    )
    return cards(
        ("Partner", "Where", "Programme", "Amount", "Year", "What for", "Source"),
        (
            (
                escape(row["partner"]),
                escape(row["where"]),
                _said(row["programme"]),
                f"<strong>{escape(amount(row))}</strong>",
                _said(row["year"]),
                escape(row["what"]),
                source_html(row, titles),
            )
            for row in _records(stated)
        ),
    )


def partners_table(
    kept: pd.DataFrame, places: Mapping[str, str], titles: Mapping[str, str]
) -> pd.DataFrame:
    """All partnerships, one row each, by place and partner."""
    document = kept["document"].map(titles).map(short_title, na_action="ignore")
    page = ", p. " + kept["page"].astype("Int64").astype(str)
    table = pd.DataFrame(
        {
            "Partner": kept["partner"],
            "Kind": kept["kind"].map(PARTNER_KINDS),
            "Where": kept["place"].map(places),
            "Programme": kept["programme"],
            "What": kept["what"],
            "Amount": [
                None if words.missing(row["amount"]) else amount(row) for row in _records(kept)
            ],
            "Year": kept["year"],
            "Document": (document + page).where(document.notna(), None),
            "Address": kept["url"],
        }
    )
    return table.sort_values(["Where", "Partner", "Year"], ignore_index=True)


def bodies_html(layers: Catalogue) -> str:
    """The body that represents each member state, with the offices the state held."""
    titles = titles_of(layers["documents"])
    names = layers["countries"].set_index("iso3")["name"]
    chairs = layers["governance"].query("role == 'chair'")
    shepherds: dict[str, list[str]] = {}
    for term in terms(layers["governance"]):
        span = f"{term.started_on[:4]}–{term.ended_on[:4]}"
        shepherds.setdefault(term.iso3, []).append(f"Shepherd {span}")
    rows = []
    for row in _records(layers["members"]):
        chaired = [f"Chair {year}" for year in chairs.loc[chairs["iso3"] == row["iso3"], "year"]]
        rows.append(
            (
                escape(names[row["iso3"]]),
                escape(row["national_body"]),
                escape(row["role"].removeprefix("National Representative: ")),
                escape("; ".join(chaired + shepherds.get(row["iso3"], []))) or "–",
                day(row["asean_since"]),
                source_html(row, titles),
            )
        )
    return cards(
        (
            *("Member state", "National body", "Represented by the office of"),
            *("Offices in the network", "In ASEAN since", "Source"),
        ),
        sorted(rows),
    )


def not_found_html(not_found: pd.DataFrame) -> str:
    """What was looked for in vain, where and when."""
    return cards(
        ("Subject", "What was looked for", "Where", "On"),
        (
            (
                escape(row["subject"]),
                escape(row["question"]),
                escape(row["where_looked"]),
                day(row["date"]),
            )
            for row in _records(not_found)
        ),
    )
