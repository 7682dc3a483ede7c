"""Sentences and tables of the partners of the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import Cells, cell, table, tag
from dashboard.markup.tables import records
from dashboard.pages.network.documents import NET_CARDS, text_or_no_data
from dashboard.pages.network.text import cited, source_html
from geo.analysis.partners import WHOLE_NETWORK, government_body_count, mentions, partner_counts
from geo.i18n import decimal, exact, ntr, terms, tr
from geo.vocabulary import PARTNER_KINDS

Row = Mapping[str, Any]


def partners_sentence(partnerships: pd.DataFrame) -> str:
    """Sentence on the number of partners of cities and of the network."""
    if not len(partnerships):
        return tr("No partnership passes this filter.")
    whole = partnerships["place"] == WHOLE_NETWORK
    with_cities, with_whole = partnerships.loc[~whole], partnerships.loc[whole]
    served = []
    if len(with_cities):
        served.append(
            tr(
                "{number} with {cities}",
                number=decimal(with_cities["partner"].nunique()),
                cities=ntr("{n} member city", "{n} member cities", with_cities["place"].nunique()),
            )
        )
    if len(with_whole):
        number = decimal(with_whole["partner"].nunique())
        served.append(tr("{number} with the network as a whole", number=number))
    stated = int(partnerships["amount"].notna().sum())
    amounts = tr("no amount is stated")
    if stated:
        amounts = ntr(
            "{n} of {entries} states an amount",
            "{n} of {entries} state an amount",
            stated,
            entries=ntr("{n} entry", "{n} entries", len(partnerships)),
        )
    clauses = [
        tr(
            "{partners}: {served}",
            partners=ntr("{n} partner", "{n} partners", partnerships["partner"].nunique()),
            served=numbers.format_list(served),
        )
    ]
    if government_bodies := government_body_count(partnerships):
        clauses.append(
            ntr(
                "{n} is a body of the city's own state",
                "{n} are bodies of the cities' own states",
                government_bodies,
            )
        )
    return tr("{clauses}.", clauses="; ".join([*clauses, amounts]))


def kinds_note() -> str:
    """Note defining the kinds of partner that could be misread."""
    return tr(
        "Own government: national or local bodies of the city's own state. Other country: "
        "governments abroad with their agencies. State-owned companies count as companies."
    )


def place_names(cities: pd.DataFrame) -> dict[str, str]:
    """City id to name, ordered by name; the whole network comes first."""
    ordered = cities.sort_values("name")
    return {
        WHOLE_NETWORK: tr("Whole network"),
        **dict(zip(ordered["city_id"], ordered["name"], strict=True)),
    }


def matrix(
    label: str,
    counts: pd.DataFrame,
    corner: str,
    rows: Mapping[str, str],
    columns: Mapping[str, str],
) -> Markup:
    """HTML heat map table of counts.

    Parameters
    ----------
    label
        Name of the table for screen readers.
    counts
        Integers; zeros become empty cells.
    corner
        Heading of the row labels.
    rows, columns
        Labels by index and column; defaults to the index or column itself.
    """
    maximum = int(counts.to_numpy().max()) if counts.size else 1
    headings = [columns.get(str(name), str(name)) for name in counts]
    lines: list[Cells] = [
        (
            rows.get(str(name), str(name)),
            *(
                cell(n, style=f"--part:{10 + 45 * n / maximum:.0f}%") if n else cell()
                for n in map(int, values)
            ),
        )
        for name, values in counts.iterrows()
    ]
    return table(label, (corner, *headings), lines, "net-matrix")


def kinds_html(partnerships: pd.DataFrame, places: Mapping[str, str]) -> Markup:
    """Number of partners by city and kind."""
    counts, kinds = partner_counts(partnerships), terms(PARTNER_KINDS)
    return matrix(tr("Partners by city and kind"), counts, tr("City"), places, kinds)


def multi_place_html(partnerships: pd.DataFrame, places: Mapping[str, str]) -> Markup:
    """Partners of several places, with the number of mentions for each."""
    counts = mentions(partnerships)
    return matrix(tr("Partners of more than one place"), counts, tr("Partner"), {}, places)


def _years(years: pd.Series) -> str:
    known = sorted({int(year) for year in years.dropna()})
    if not known:
        return numbers.no_data()
    return str(known[0]) if len(known) == 1 else f"{known[0]}–{known[-1]}"


def programmes_html(partnerships: pd.DataFrame, places: Mapping[str, str]) -> Markup:
    """Programmes with their partners, places and years, by number of partners (descending)."""
    programmes = partnerships.dropna(subset=["programme"]).groupby("programme")
    by_partners = sorted(programmes, key=lambda group: (-group[1]["partner"].nunique(), group[0]))
    rows = [
        (
            str(programme),
            "; ".join(dict.fromkeys(entries["partner"])),
            ", ".join(dict.fromkeys(entries["place"].map(places))),
            _years(entries["year"]),
        )
        for programme, entries in by_partners
    ]
    headings = (tr("Programme"), tr("Partners"), tr("Where"), tr("Years"))
    return table("", headings, rows, NET_CARDS)


def amount(row: Row) -> str:
    """Format an amount with its currency at its stated precision.

    >>> amount({"amount": 1014690000.0, "currency": "USD"})
    'USD 1,014.69 million'
    >>> amount({"amount": 200e9, "currency": "JPY"})
    'JPY 200 billion'
    """
    value = float(row["amount"])
    if value >= 1e10:
        text = tr("{number} billion", number=exact(value / 1e9))
    else:
        text = tr("{number} million", number=exact(value / 1e6))
    return f"{row['currency']} {text}"


def amounts_html(
    partnerships: pd.DataFrame, places: Mapping[str, str], titles: Mapping[str, str]
) -> Markup:
    """Table of stated amounts by place; they are not added up because their kinds differ."""
    stated = partnerships.dropna(subset=["amount"])
    stated = stated.assign(where=stated["place"].map(places)).sort_values(
        ["where", "programme", "currency", "amount"], ascending=[True, True, True, False]
    )
    headings = (
        *(tr("Partner"), tr("Where"), tr("Programme"), tr("Amount")),
        *(tr("Year"), tr("What for"), tr("Source")),
    )
    rows = [
        (
            row["partner"],
            row["where"],
            text_or_no_data(row["programme"]),
            tag("strong", amount(row)),
            text_or_no_data(row["year"]),
            row["what"],
            source_html(row, titles),
        )
        for row in records(stated)
    ]
    return table("", headings, rows, NET_CARDS)


def partners_table(
    partnerships: pd.DataFrame, places: Mapping[str, str], titles: Mapping[str, str]
) -> pd.DataFrame:
    """All partnerships, one per row, sorted by place, partner and year."""
    rows = records(partnerships)
    frame = pd.DataFrame(
        {
            tr("Partner"): partnerships["partner"],
            tr("Kind"): partnerships["kind"].map(terms(PARTNER_KINDS)),
            tr("Where"): partnerships["place"].map(places),
            tr("Programme"): partnerships["programme"],
            tr("What"): partnerships["what"],
            tr("Amount"): [
                None if numbers.is_missing(row["amount"]) else amount(row) for row in rows
            ],
            tr("Year"): partnerships["year"],
            tr("Document"): [
                None if numbers.is_missing(row["document"]) else cited(row, titles) for row in rows
            ],
            tr("Address"): partnerships["url"],
        }
    )
    return frame.sort_values([tr("Where"), tr("Partner"), tr("Year")], ignore_index=True)
