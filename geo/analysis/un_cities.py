"""UN cities (World Urbanization Prospects 2025) that correspond to or contain member cities."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.analysis.urbanisation import annual_growth
from geo.schema.wup2025 import UN_CITY_COLUMNS, UN_CITY_YEARS
from geo.vocabulary import BASE_YEAR_2025

SEPARATOR = ";"
"""Separator of UN codes in the table of matches and in layer ``cities``."""


def split_codes(codes: Any) -> list[str]:
    """Split a cell of UN codes; a missing one gives an empty list.

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
        ``year``, ``population`` (people), ``is_projection``; only years with a figure for every
        one of the UN cities.
    """
    un_codes = split_codes(codes)
    rows = un_city_years[un_city_years["un_city_code"].isin(un_codes)]
    years = rows.groupby("year").agg(
        population=("population", "sum"),
        is_projection=("is_projection", "any"),
        parts=("population", "size"),
    )
    whole = years[years["parts"] == len(un_codes)]
    return whole[["population", "is_projection"]].reset_index()


def member_years(cities: pd.DataFrame, un_city_years: pd.DataFrame) -> pd.DataFrame:
    """Population by year of the UN city or cities of several member cities.

    Parameters
    ----------
    cities
        ``city_id`` and ``un_city_codes`` of layer ``cities``.
    un_city_years
        See :data:`geo.schema.wup2025.CITY_YEARS`.

    Returns
    -------
    pandas.DataFrame
        ``city_id`` and the columns of :func:`member_series`; no rows for a city without one.
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
    """Add growth and density to ``figures``; missing where an operand is missing."""
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

    Several UN cities are summed. The sum is missing for a year in which one of them has no
    figure: it would be too low.

    Parameters
    ----------
    matches
        Source table ``city_wup2025``, checked by :func:`geo.build.wup2025.member_roles`.
    un_cities
        See :func:`geo.build.wup2025.build_un_cities`.
    """
    known = un_cities.set_index("un_city_code")
    summed = {
        "area_km2": "un_city_area_km2",
        **{f"population_{year}": f"un_city_population_{year}" for year in UN_CITY_YEARS[1:]},
    }
    figures = matches.set_index("city_id")[["relation", "un_city_codes", "reason"]]
    figures = figures.rename(columns={"relation": "un_city_relation", "reason": "un_city_note"})
    parts = figures["un_city_codes"].map(split_codes).explode().dropna()
    un_figures = known.reindex(parts.to_numpy())[["name", *summed]].set_axis(parts.index)
    groups = un_figures.groupby(level=0)
    figures["un_city"] = groups["name"].agg("; ".join).astype("str")
    for column, name in summed.items():
        complete = un_figures[column].notna().groupby(level=0).all()
        figures[name] = groups[column].sum().where(complete)
    return with_growth_rates(
        figures,
        "un_city_population",
        "un_city_growth",
        "un_city_area_km2",
        "un_city_density_per_km2",
    )[list(UN_CITY_COLUMNS)]
