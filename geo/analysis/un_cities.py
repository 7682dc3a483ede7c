"""UN cities (World Urbanization Prospects 2025) that member cities are or lie in."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.analysis.urbanisation import annual_growth
from geo.schema.wup2025 import UN_CITY_COLUMNS, UN_CITY_YEARS
from geo.vocabulary import BASE_YEAR_2025

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


_GROWTH = ((2000, 2025), (2025, 2050))


def with_growth_rates(
    figures: pd.DataFrame, population: str, growth: str, area: str, density: str
) -> pd.DataFrame:
    """``figures`` with growth and density, which are missing where a part of them is."""
    for start, end in _GROWTH:
        figures[f"{growth}_{start}_{end}"] = annual_growth(
            figures[f"{population}_{start}"].astype("Float64").astype(float),
            figures[f"{population}_{end}"].astype("Float64").astype(float),
            end - start,
        )
    people = figures[f"{population}_{BASE_YEAR_2025}"].astype("Float64")
    figures[density] = (people / figures[area]).astype(float).round(3)
    return figures


def member_figures(matches: pd.DataFrame, un_cities: pd.DataFrame) -> pd.DataFrame:
    """Columns :data:`geo.schema.wup2025.UN_CITY_COLUMNS` by ``city_id``.

    Several UN cities are added up. The sum of a year in which one of them has no figure is
    missing: it would leave out people.

    Parameters
    ----------
    matches
        Source table ``city_wup2025``, checked by :func:`member_roles`.
    un_cities
        See :func:`build_un_cities`.
    """
    known = un_cities.set_index("un_city_code")
    summed = {
        "area_km2": "un_city_area_km2",
        **{f"population_{at}": f"un_city_population_{at}" for at in UN_CITY_YEARS[1:]},
    }
    figures = matches.set_index("city_id")[["relation", "un_city_codes", "reason"]]
    figures = figures.rename(columns={"relation": "un_city_relation", "reason": "un_city_note"})
    parts = figures["un_city_codes"].map(split_codes).explode().dropna()
    each = known.reindex(parts.to_numpy())[["name", *summed]].set_axis(parts.index)
    groups = each.groupby(level=0)
    figures["un_city"] = groups["name"].agg("; ".join).astype("str")
    for column, name in summed.items():
        complete = each[column].notna().groupby(level=0).all()
        figures[name] = groups[column].sum().where(complete)
    return with_growth_rates(
        figures,
        "un_city_population",
        "un_city_growth",
        "un_city_area_km2",
        "un_city_density_per_km2",
    )[list(UN_CITY_COLUMNS)]
