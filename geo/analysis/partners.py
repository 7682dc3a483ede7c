"""Partnerships of the network and its cities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

WHOLE_NETWORK = "network"
"""Place of a partnership that serves the whole network."""


def table_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as dictionaries by column name."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def partnerships(
    partners: pd.DataFrame, cities: Iterable[str] = (), kinds: Iterable[str] = ()
) -> pd.DataFrame:
    """Partnerships filtered by city and kind (all by default), with column ``place``.

    Parameters
    ----------
    partners
        See :data:`geo.schema.network.PARTNERS`.
    cities
        City ids; :data:`WHOLE_NETWORK` for partnerships that serve all cities.
    kinds
        See :data:`geo.vocabulary.PARTNER_KINDS`.

    Returns
    -------
    pandas.DataFrame
        ``partners`` with ``place``, the city id or :data:`WHOLE_NETWORK`.
    """
    table = partners.assign(place=partners["city_id"].fillna(WHOLE_NETWORK))
    place_ids, kind_slugs = set(cities), set(kinds)
    if place_ids:
        table = table[table["place"].isin(place_ids)]
    return table[table["kind"].isin(kind_slugs)] if kind_slugs else table


def government_body_count(partners: pd.DataFrame) -> int:
    """Number of distinct partners that are national or local bodies of the cities' own states.

    Parameters
    ----------
    partners
        See :data:`geo.schema.network.PARTNERS`.
    """
    return int(partners.loc[partners["kind"] == "own_government", "partner"].nunique())


def partner_counts(partnerships: pd.DataFrame) -> pd.DataFrame:
    """Number of distinct partners by place (rows) and kind (columns), largest first.

    A partner named for a city by several reports counts once.
    """
    distinct = partnerships.drop_duplicates(["place", "kind", "partner"])
    counts = distinct.groupby(["place", "kind"]).size().unstack(fill_value=0)
    rows = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index
    columns = counts.sum(axis=0).sort_values(ascending=False, kind="stable").index
    return counts.loc[rows, columns]


def mentions(partnerships: pd.DataFrame, places: int = 2) -> pd.DataFrame:
    """Number of mentions of each partner (rows) by place (columns), most places first.

    Parameters
    ----------
    places
        Minimum number of places of a partner.
    """
    counts = partnerships.groupby(["partner", "place"]).size().unstack(fill_value=0)
    wide = (counts > 0).sum(axis=1)
    rows = pd.DataFrame({"places": wide, "mentions": counts.sum(axis=1)})
    rows = rows[rows["places"] >= places].sort_values(
        ["places", "mentions"], ascending=False, kind="stable"
    )
    selected = counts.loc[rows.index]
    used = selected.sum(axis=0)
    columns = used[used > 0].sort_values(ascending=False, kind="stable").index
    return selected[columns]
