"""UN cities (World Urbanization Prospects 2025) that member cities are or lie in."""

from __future__ import annotations

from typing import Any

import pandas as pd

SEPARATOR = ";"
"""Between UN codes in the table of matches, and in the layer of member cities."""


def split_codes(codes: Any) -> list[str]:
    """UN codes of a cell, none where it is empty.

    >>> split_codes("165;329")
    ['165', '329']
    """
    return [] if pd.isna(codes) else str(codes).split(SEPARATOR)


def member_series(codes: Any, un_city_years: pd.DataFrame) -> pd.DataFrame:
    """Population of a member's UN city or cities by year.

    Parameters
    ----------
    codes
        Column ``un_city_codes`` of layer ``cities``.
    un_city_years
        See :data:`geo.schema.wup2025.CITY_YEARS`.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``population`` (people), ``is_projection``; only years in which every one of the
        UN cities has a figure.
    """
    wanted = split_codes(codes)
    rows = un_city_years[un_city_years["un_city_code"].isin(wanted)]
    years = rows.groupby("year").agg(
        population=("population", "sum"),
        is_projection=("is_projection", "any"),
        parts=("population", "size"),
    )
    whole = years[years["parts"] == len(wanted)]
    return whole[["population", "is_projection"]].reset_index()


def member_years(cities: pd.DataFrame, un_city_years: pd.DataFrame) -> pd.DataFrame:
    """Population by year of the UN city or cities of some member cities.

    Parameters
    ----------
    cities
        ``city_id`` and ``un_city_codes`` of layer ``cities``.
    un_city_years
        See :data:`geo.schema.wup2025.CITY_YEARS`.

    Returns
    -------
    pandas.DataFrame
        ``city_id`` and the columns of :func:`member_series`; no row of a city without one.
    """
    empty = member_series(None, un_city_years).assign(city_id=pd.Series(dtype="str"))
    series = (
        member_series(codes, un_city_years).assign(city_id=city_id)
        for city_id, codes in zip(cities["city_id"], cities["un_city_codes"], strict=True)
    )
    return pd.concat([empty, *(rows for rows in series if len(rows))], ignore_index=True)
