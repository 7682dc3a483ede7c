"""Urbanisation of countries (World Bank) and of urban agglomerations (United Nations)."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.analysis.geodesy import points
from geo.analysis.urbanisation import URBAN_SHARE, annual_growth
from geo.errors import SourceError
from geo.sources.read import require_known
from geo.vocabulary import INDICATORS, MEMBER_STATES, NEWEST_REVISION, WUP_2018

SHARES = (URBAN_SHARE, "EN.URB.MCTY.TL.ZS")
"""Shares of population by place of residence. Internet users are not checked: their share may
legitimately rise by more than two points a year."""

BREAK_POINTS = 2.0
"""Minimum annual change of a share, in percentage points, to be examined; see
:func:`series_breaks`. Without breaks the shares of member states change by 1.9 points at most."""


def build_country_years(indicators: pd.DataFrame) -> pd.DataFrame:
    """The ``country_years`` table from source table ``country_indicators``.

    Returns
    -------
    pandas.DataFrame
        See :data:`geo.schema.core.COUNTRY_YEARS`; ordered by country, indicator, revision, year.
    """
    table = indicators.copy()
    table["unit"] = table["indicator_code"].map(
        {code: unit for code, (_, unit) in INDICATORS.items()}
    )
    order = ["iso3", "indicator_code", "revision", "year"]
    table = table.sort_values(order, ignore_index=True)
    table["series_break"] = _marked_breaks(table)
    return table


def series_breaks(country_years: pd.DataFrame) -> pd.DataFrame:
    """Years in which a published urban share changes by more than two points.

    Such a change is a ``break`` if it differs by more than two points from that of the year before
    or after. If the adjacent years change similarly, it is a ``rapid_change``, which the
    publisher's interpolation spreads over several years. In the UN's 2025 revision Thailand's
    share rises by 1.35, 5.35 and 1.34 points in 2017, 2018 and 2019: a break. Cambodia's rises by
    2.05 to 2.63 points in each year from 2014 to 2018: rapid change.

    Parameters
    ----------
    country_years
        Columns ``iso3``, ``indicator_code``, ``revision``, ``year``, ``value``.

    Returns
    -------
    pandas.DataFrame
        ``iso3``, ``indicator_code`` (one of :data:`SHARES`), ``revision``, ``year``,
        ``value_before`` (year before) and ``value`` in % of total population, ``change`` in
        percentage points, ``series_break`` (see :data:`geo.vocabulary.SERIES_BREAKS`); ordered by
        these. Consecutive years only.
    """
    series = ["iso3", "indicator_code", "revision"]
    rows = country_years[country_years["indicator_code"].isin(SHARES)].sort_values(
        [*series, "year"]
    )
    groups = rows.groupby(series, sort=False)
    before = groups["value"].shift().where(groups["year"].diff() == 1)
    change = (rows["value"] - before).astype(float)
    shifted = change.groupby([rows[name] for name in series], sort=False)
    # NaN for an adjacent year without a value, which max() ignores.
    difference = pd.concat([(change - shifted.shift(step)).abs() for step in (1, -1)], axis=1).max(
        axis=1
    )
    kind = difference.gt(BREAK_POINTS).map({True: "break", False: "rapid_change"})
    table = rows[[*series, "year"]].assign(
        value_before=before.round(2),
        value=rows["value"].round(2),
        change=change.round(2),
        series_break=kind,
    )
    return table[change.abs() > BREAK_POINTS].reset_index(drop=True)


def _marked_breaks(country_years: pd.DataFrame) -> pd.Series:
    """``series_break`` of each row; series derived from the urban share inherit its mark."""
    breaks = series_breaks(country_years)
    urban = breaks[
        (breaks["indicator_code"] == URBAN_SHARE) & (breaks["revision"] == NEWEST_REVISION)
    ]
    derived = [urban.assign(indicator_code=code) for code in ("SP.URB.TOTL", "SP.URB.GROW")]
    key = ["iso3", "indicator_code", "revision", "year"]
    marks = pd.concat([breaks, *derived]).set_index(key)["series_break"]
    return pd.Series(
        marks.reindex(pd.MultiIndex.from_frame(country_years[key])).to_numpy(),
        index=country_years.index,
        dtype="str",
    )


def build_city_years(
    population: pd.DataFrame, agglomerations: pd.DataFrame, matches: pd.DataFrame
) -> pd.DataFrame:
    """The ``city_years`` table: population of each UN agglomeration by year.

    Parameters
    ----------
    population, agglomerations
        Source tables ``wup2018_population`` (thousands) and ``wup2018_agglomerations``.
    matches
        Source table ``city_agglomerations``; relation ``same`` determines the ``city_id``.

    Returns
    -------
    pandas.DataFrame
        See :data:`geo.schema.core.CITY_YEARS`; population in people.
    """
    require_known(
        population,
        "city_code",
        agglomerations["city_code"],
        "wup2018_population.csv",
        "wup2018_agglomerations.csv",
    )
    member_city = _matched_cities(matches)
    table = population.merge(
        agglomerations[["city_code", "iso3"]], on="city_code", how="left", validate="many_to_one"
    )
    table["city_id"] = table["city_code"].map(member_city).astype("str")
    table["population"] = (table["population_thousands"] * 1_000).round().astype("Int64")
    table["is_projection"] = table["is_projection"] == "true"
    table["revision"] = WUP_2018
    columns = ["city_code", "iso3", "city_id", "year", "population", "is_projection", "revision"]
    return table[columns].sort_values(["city_code", "year"], ignore_index=True)


def build_urban_rural_years(urban_rural: pd.DataFrame) -> pd.DataFrame:
    """The ``urban_rural_years`` table from source table ``wup2018_urban_rural`` (thousands).

    Returns
    -------
    pandas.DataFrame
        See :data:`geo.schema.core.URBAN_RURAL_YEARS`; population in people.
    """
    area = urban_rural["area_code"]
    table = pd.DataFrame(
        {
            "area_code": area,
            "iso3": area.where(area.isin(MEMBER_STATES)),
            "year": urban_rural["year"],
            **{
                f"{kind}_population": (urban_rural[f"{kind}_thousands"] * 1_000)
                .round()
                .astype("Int64")
                for kind in ("urban", "rural")
            },
            "is_projection": urban_rural["is_projection"] == "true",
            "revision": WUP_2018,
        }
    )
    return table.sort_values(["area_code", "year"], ignore_index=True)


def _matched_cities(matches: pd.DataFrame) -> pd.Series:
    """City code -> the member city that *is* this agglomeration."""
    same = matches[matches["relation"] == "same"]
    doubled = same[same.duplicated("city_code", keep=False)]
    if len(doubled):
        raise SourceError(
            f"city_agglomerations.csv: agglomeration {doubled['city_code'].iloc[0]} is 'same' for "
            f"{', '.join(doubled['city_id'])}; it may be that of one member city."
        )
    return same.set_index("city_code")["city_id"]


def agglomeration_figures(city_years: pd.DataFrame) -> pd.DataFrame:
    """Population in 2000, 2018 and 2035 and mean annual growth in between, by ``city_code``."""
    wide = city_years.pivot(index="city_code", columns="year", values="population")
    figures = pd.DataFrame(
        {
            f"agglomeration_population_{year}": wide[year].astype("Int64")
            for year in (2000, 2018, 2035)
        }
    )
    for start, end in ((2000, 2018), (2018, 2035)):
        figures[f"agglomeration_growth_{start}_{end}"] = annual_growth(
            wide[start], wide[end], end - start
        )
    return figures


def build_agglomerations(
    agglomerations: pd.DataFrame, city_years: pd.DataFrame, matches: pd.DataFrame
) -> gpd.GeoDataFrame:
    """The ``agglomerations`` layer; see :data:`geo.schema.core.AGGLOMERATIONS`."""
    ordered = agglomerations.sort_values("city_code", ignore_index=True)
    table = points(ordered.rename(columns={"urban_agglomeration": "name"}))
    table["city_id"] = table["city_code"].map(_matched_cities(matches)).astype("str")
    return table.merge(
        agglomeration_figures(city_years),
        left_on="city_code",
        right_index=True,
        how="left",
        validate="one_to_one",
    )
