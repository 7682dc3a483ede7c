"""Partnerships of the network and its cities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from geo.cache import memoized
from geo.layers.catalogue import Catalogue

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


def stated_amounts(partnerships: pd.DataFrame) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Rows that state an amount, by partner and place."""
    stated: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in table_rows(partnerships.dropna(subset=["amount"])):
        stated.setdefault((row["partner"], row["place"]), []).append(row)
    return stated


NO_AREA = ""
"""Focus area of requests and partnerships that the sources tie to none."""


@memoized
def asked_and_named(layers: Catalogue) -> pd.DataFrame:
    """Support that the plans of 2018 ask for, and partners that any source names, by city and focus
    area.

    A request has the focus area of the project that its priority project became, else that of the
    plan; a partnership that of its project.

    Returns
    -------
    pandas.DataFrame
        One row per city and focus area (:data:`NO_AREA` where there is none) with either:
        ``city_id``, ``focus_area``, ``requests`` (number), ``partners`` (number of different
        partners) and ``rows`` (rows of :data:`geo.schema.network.PARTNERS`).
    """
    area_of = layers["projects"].set_index("project_id")["focus_area"]
    key = ["city_id", "project_no"]
    plans = layers["plan_projects"].set_index(key)
    plan_area = plans["project_id"].map(area_of).fillna(plans["focus_area"]).fillna(NO_AREA)
    support = layers["plan_support"].join(plan_area.rename("area"), on=key)
    requests = support.groupby(["city_id", "area"]).size()
    partners = layers["partners"].dropna(subset=["city_id"])
    named: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in table_rows(partners):
        area = area_of.get(row["project_id"], NO_AREA)
        named.setdefault((row["city_id"], area), []).append(row)
    return pd.DataFrame(
        [
            {
                "city_id": city_id,
                "focus_area": area,
                "requests": int(requests.get((city_id, area), 0)),
                "partners": len({row["partner"] for row in named.get((city_id, area), [])}),
                "rows": named.get((city_id, area), []),
            }
            for city_id, area in sorted({*requests.index, *named})
        ]
    )
