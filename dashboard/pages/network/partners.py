"""Partners of the network: who helps where, with what, as sentences and tables."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from dashboard.markup import numbers
from dashboard.markup.tables import records
from dashboard.pages.network.documents import cards, said
from dashboard.pages.network.text import cited, source_html
from geo.analysis.partners import WHOLE_NETWORK, government_body_count, mentions, partner_counts
from geo.i18n import decimal, exact, ntr, terms, tr
from geo.vocabulary import PARTNER_KINDS

Row = Mapping[str, Any]


def partners_sentence(kept: pd.DataFrame) -> str:
    """How many partners help where, in one sentence."""
    if not len(kept):
        return tr("No partnership passes this filter.")
    whole = kept["place"] == WHOLE_NETWORK
    with_cities, with_whole = kept.loc[~whole], kept.loc[whole]
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
    stated = int(kept["amount"].notna().sum())
    amounts = tr("no amount is stated")
    if stated:
        amounts = ntr(
            "{n} of {entries} states an amount",
            "{n} of {entries} state an amount",
            stated,
            entries=ntr("{n} entry", "{n} entries", len(kept)),
        )
    clauses = [
        tr(
            "{partners}: {served}",
            partners=ntr("{n} partner", "{n} partners", kept["partner"].nunique()),
            served=numbers.listed(served),
        )
    ]
    if own := government_body_count(kept):
        clauses.append(
            ntr(
                "{n} is a body of the city's own state",
                "{n} are bodies of the cities' own states",
                own,
            )
        )
    return tr("{said}.", said="; ".join([*clauses, amounts]))


def kinds_note() -> str:
    """What the kinds of partner mean that readers could take for something else."""
    return tr(
        "Own government: national or local bodies of the city's own state. Other country: "
        "governments abroad with their agencies. State-owned companies count as companies."
    )


def place_names(cities: pd.DataFrame) -> dict[str, str]:
    """City id to name by name, after the whole network."""
    ordered = cities.sort_values("name")
    return {
        WHOLE_NETWORK: tr("Whole network"),
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
    return matrix(partner_counts(kept), tr("City"), places, terms(PARTNER_KINDS))


def widest_html(kept: pd.DataFrame, places: Mapping[str, str]) -> str:
    """Partners of several places, and how often the sources name them for each."""
    return matrix(mentions(kept), tr("Partner"), {}, places)


def _years(years: pd.Series) -> str:
    known = sorted({int(year) for year in years.dropna()})
    if not known:
        return escape(numbers.no_data())
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
        (tr("Programme"), tr("Partners"), tr("Where"), tr("Years")),
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
    if value >= 1e10:
        said = tr("{number} billion", number=exact(value / 1e9))
    else:
        said = tr("{number} million", number=exact(value / 1e6))
    return f"{row['currency']} {said}"


def amounts_html(kept: pd.DataFrame, places: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """Every stated amount by itself, by place; amounts of different kinds are not added up."""
    stated = kept.dropna(subset=["amount"])
    stated = stated.assign(where=stated["place"].map(places)).sort_values(
        ["where", "programme", "currency", "amount"], ascending=[True, True, True, False]
    )
    return cards(
        (
            *(tr("Partner"), tr("Where"), tr("Programme"), tr("Amount")),
            *(tr("Year"), tr("What for"), tr("Source")),
        ),
        (
            (
                escape(row["partner"]),
                escape(row["where"]),
                said(row["programme"]),
                f"<strong>{escape(amount(row))}</strong>",
                said(row["year"]),
                escape(row["what"]),
                source_html(row, titles),
            )
            for row in records(stated)
        ),
    )


def partners_table(
    kept: pd.DataFrame, places: Mapping[str, str], titles: Mapping[str, str]
) -> pd.DataFrame:
    """All partnerships, one row each, by place and partner."""
    rows = records(kept)
    table = pd.DataFrame(
        {
            tr("Partner"): kept["partner"],
            tr("Kind"): kept["kind"].map(terms(PARTNER_KINDS)),
            tr("Where"): kept["place"].map(places),
            tr("Programme"): kept["programme"],
            tr("What"): kept["what"],
            tr("Amount"): [None if numbers.missing(row["amount"]) else amount(row) for row in rows],
            tr("Year"): kept["year"],
            tr("Document"): [
                None if numbers.missing(row["document"]) else cited(row, titles) for row in rows
            ],
            tr("Address"): kept["url"],
        }
    )
    return table.sort_values([tr("Where"), tr("Partner"), tr("Year")], ignore_index=True)
