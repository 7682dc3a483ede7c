"""Who works with the network and its cities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

WHOLE_NETWORK = "network"
"""Stands for a city where a partnership serves the whole network."""


def rows_of_table(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as dictionaries by column name."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def partnerships(
    partners: pd.DataFrame, cities: Iterable[str] = (), kinds: Iterable[str] = ()
) -> pd.DataFrame:
    """Partnerships of some cities and kinds, all without a choice, with column ``place``.

    Parameters
    ----------
    partners
        See :data:`geo.schema.network.PARTNERS`.
    cities
        City ids; :data:`WHOLE_NETWORK` for what serves all cities.
    kinds
        See :data:`geo.vocabulary.PARTNER_KINDS`.

    Returns
    -------
    pandas.DataFrame
        ``partners`` with ``place``, the city id or :data:`WHOLE_NETWORK`.
    """
    table = partners.assign(place=partners["city_id"].fillna(WHOLE_NETWORK))
    wanted, of_kind = set(cities), set(kinds)
    if wanted:
        table = table[table["place"].isin(wanted)]
    return table[table["kind"].isin(of_kind)] if of_kind else table


def own_bodies(partners: pd.DataFrame) -> int:
    """How many different partners are national or local bodies of the cities' own states.

    Parameters
    ----------
    partners
        See :data:`geo.schema.network.PARTNERS`.
    """
    return int(partners.loc[partners["kind"] == "own_government", "partner"].nunique())


def partner_counts(partnerships: pd.DataFrame) -> pd.DataFrame:
    """Number of different partners by place (rows) and kind (columns), most first.

    A partner that several reports name for a city counts once there.
    """
    once = partnerships.drop_duplicates(["place", "kind", "partner"])
    counts = once.groupby(["place", "kind"]).size().unstack(fill_value=0)
    rows = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index
    columns = counts.sum(axis=0).sort_values(ascending=False, kind="stable").index
    return counts.loc[rows, columns]


def mentions(partnerships: pd.DataFrame, places: int = 2) -> pd.DataFrame:
    """How often the sources name a partner (rows) for a place (columns), most places first.

    Parameters
    ----------
    places
        Partners of fewer places are left out.
    """
    counts = partnerships.groupby(["partner", "place"]).size().unstack(fill_value=0)
    wide = (counts > 0).sum(axis=1)
    rows = pd.DataFrame({"places": wide, "mentions": counts.sum(axis=1)})
    rows = rows[rows["places"] >= places].sort_values(
        ["places", "mentions"], ascending=False, kind="stable"
    )
    kept = counts.loc[rows.index]
    used = kept.sum(axis=0)
    columns = used[used > 0].sort_values(ascending=False, kind="stable").index
    return kept[columns]
