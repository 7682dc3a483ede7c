"""Sentences and tables of the partners of the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import Cell, Cells, Child, cell, small, table, tag
from dashboard.markup.tables import records
from dashboard.pages.network.documents import NET_CARDS, text_or_no_data
from dashboard.pages.network.text import cited, source_html
from geo.analysis.layer_rows import names
from geo.analysis.partners import (
    NO_AREA,
    WHOLE_NETWORK,
    asked_and_named,
    government_body_count,
    mentions,
    partner_counts,
    stated_amounts,
)
from geo.cache import memoized
from geo.i18n import decimal, exact, ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, PARTNER_KINDS

Row = Mapping[str, Any]


def partners_sentence(partnerships: pd.DataFrame) -> str:
    """Sentence on the number of partners of cities and of the network."""
    if not len(partnerships):
        return tr("No partnership matches this filter.")
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
                "{n} is a government body of the city's own country",
                "{n} are government bodies of the cities' own countries",
                government_bodies,
            )
        )
    return tr("{clauses}.", clauses="; ".join([*clauses, amounts]))


def kinds_note() -> str:
    """Note defining the kinds of partner that could be misread."""
    return tr(
        "Own government: national or local bodies of the city's own country. Other country: "
        "foreign governments and their agencies. State-owned companies count as companies."
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
    more: Mapping[tuple[str, str], Child] | None = None,
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
    more
        What follows a number, by index and column.
    """
    below = more or {}
    maximum = int(counts.to_numpy().max()) if counts.size else 1
    headings = [columns.get(str(name), str(name)) for name in counts]
    lines: list[Cells] = [
        (
            rows.get(str(name), str(name)),
            *(
                cell(
                    n,
                    below.get((str(name), str(column))),
                    style=f"--part:{10 + 45 * n / maximum:.0f}%",
                )
                if n
                else cell()
                for column, n in values.astype(int).items()
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
    stated = {key: small(_amounts(rows)) for key, rows in stated_amounts(partnerships).items()}
    label = tr("Partners in more than one place")
    return matrix(label, counts, tr("Partner"), {}, places, stated)


def _amounts(rows: Iterable[Row]) -> str:
    """Amounts as stated, each with its year."""
    return "; ".join(
        tr(
            "{amount} ({year})",
            amount=amount(row),
            year=tr("no year") if numbers.is_missing(row["year"]) else row["year"],
        )
        for row in rows
    )


def _asked(layers: Catalogue, cities: Sequence[str]) -> pd.DataFrame:
    """Rows of :func:`geo.analysis.partners.asked_and_named` of some cities; of all by default."""
    rows = asked_and_named(layers)
    rows = rows[rows["city_id"].isin(cities)] if cities else rows
    return rows.assign(nobody_named=(rows["partners"] == 0) & (rows["requests"] > 0))


@memoized
def asked_html(layers: Catalogue, cities: Sequence[str]) -> Markup:
    """Support asked for and partners named, by city and focus area.

    Parameters
    ----------
    cities
        Cities whose rows are shown; all by default.
    """
    asked = _asked(layers, cities)
    cells = {(row["city_id"], row["focus_area"]): row for row in records(asked)}
    areas = {**terms(FOCUS_AREAS), NO_AREA: tr("No focus area")}
    shown = set(asked["city_id"])
    rows: list[Cells] = [
        (name, *(_asked_cell(cells.get((city, area))) for area in areas))
        for city, name in names(layers, "cities").items()
        if city in shown
    ]
    label = tr("Support requested and partners named")
    return table(label, (tr("City"), *areas.values()), rows, "net-matrix asked")


def _asked_cell(row: Row | None) -> Cell:
    """Number of partners with the amounts stated, or that nobody is named; empty without either."""
    if row is None:
        return cell()
    asked = ntr("{n} request", "{n} requests", row["requests"]) if row["requests"] else None
    if not row["partners"]:
        return cell(tag("em", tr("requested, no partner named")), small(asked))
    stated = [one for one in row["rows"] if not numbers.is_missing(one["amount"])]
    named = ntr("{n} partner", "{n} partners", row["partners"])
    return cell(named, small(_amounts(stated)), small(asked), style="--part:20%")


def asked_sentence(layers: Catalogue, cities: Sequence[str]) -> str:
    """How many requests stand where no partner is named."""
    rows = _asked(layers, cities)
    alone = rows[rows["nobody_named"]]
    return tr(
        "{alone} of {all} requests in the 2018 plans fall in {cells} where no source names a "
        "partner. A named partner is not necessarily the one requested.",
        alone=decimal(int(alone["requests"].sum())),
        all=decimal(int(rows["requests"].sum())),
        cells=ntr(
            "{n} combination of city and focus area",
            "{n} combinations of city and focus area",
            len(alone),
        ),
    )


def asked_note() -> str:
    """Where requests and partners have their focus area from."""
    return tr(
        "2018 action plans; partners named in any source. Focus area: from the reported "
        "project, otherwise from the plan. The filter by kind of partner does not apply here."
    )


def asked_rows(layers: Catalogue, cities: Sequence[str]) -> pd.DataFrame:
    """Rows of :func:`geo.analysis.partners.asked_and_named` as text."""
    rows = _asked(layers, cities)
    partners = [sorted({row["partner"] for row in of_cell}) for of_cell in rows["rows"]]
    amounts = [
        _amounts(row for row in of_cell if not numbers.is_missing(row["amount"])) or None
        for of_cell in rows["rows"]
    ]
    return rows.assign(
        focus_area=rows["focus_area"].replace(NO_AREA, None),
        partner_names=pd.Series(["; ".join(of_cell) or None for of_cell in partners], rows.index),
        amounts=pd.Series(amounts, rows.index, dtype=object),
    )


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
        *(tr("Year"), tr("Purpose"), tr("Source")),
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
            tr("Description"): partnerships["what"],
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
