"""Urban shares and growth rates of countries and cities."""

from __future__ import annotations

import pandas as pd

from geo.errors import QueryError
from geo.i18n import tr
from geo.vocabulary import MEMBER_STATES, NEWEST_REVISION

URBAN_SHARE = "SP.URB.TOTL.IN.ZS"


def break_years(country_years: pd.DataFrame, iso3: str, revision: str) -> list[int]:
    """Years of series breaks in a country's urban share in one release, ascending.

    ``country_years``: see :data:`geo.schema.core.COUNTRY_YEARS`; ``rapid_change`` is not a break.
    """
    marks = urban_share_marks(country_years, iso3, revision)
    return sorted(int(year) for year in marks.index[marks == "break"])


def urban_share_marks(country_years: pd.DataFrame, iso3: str, revision: str) -> pd.Series:
    """``series_break`` of a country's urban share in one release, by year."""
    rows = country_years[
        (country_years["indicator_code"] == URBAN_SHARE)
        & (country_years["iso3"] == iso3)
        & (country_years["revision"] == revision)
    ]
    return rows.set_index("year")["series_break"].sort_index()


def urban_share(country_years: pd.DataFrame, iso3: str, revision: str) -> pd.Series:
    """Urban share of a country's population by year.

    Parameters
    ----------
    country_years
        See :data:`geo.schema.core.COUNTRY_YEARS`.
    iso3
        ISO 3166-1 alpha-3 code of a member state, such as ``"KHM"``.
    revision
        One of :data:`geo.vocabulary.REVISIONS`; the two are never mixed.

    Returns
    -------
    pandas.Series
        Percent of total population, indexed by year (ascending), no gaps filled.
    """
    rows = country_years[
        (country_years["indicator_code"] == URBAN_SHARE)
        & (country_years["iso3"] == iso3)
        & (country_years["revision"] == revision)
    ]
    return rows.set_index("year")["value"].sort_index()


def urban_growth(country_years: pd.DataFrame, iso3: str, revision: str) -> pd.Series:
    """Annual growth rate of a country's urban population, computed here.

    The urban population is the share of one release times the population, so that each revision
    has its own growth. The World Bank publishes it for its newest release only, and as a
    difference of logarithms: Cambodia's of 1975 is −142.9%, a compound rate of −76%. A year with
    a series break (:func:`break_years`) has a rate too, which is not growth alone and has to be
    labelled as such.

    Parameters
    ----------
    country_years
        See :data:`geo.schema.core.COUNTRY_YEARS`.
    iso3
        ISO 3166-1 alpha-3 code of a member state, such as ``"KHM"``.
    revision
        Revision of the share, one of :data:`geo.vocabulary.REVISIONS`. The population is from
        :data:`geo.vocabulary.NEWEST_REVISION`.

    Returns
    -------
    pandas.Series
        Percent per year, compound, never below −100; indexed by year (ascending), without years
        whose share or population, or that of the year before, is missing.

    References
    ----------
    World Bank, WDI indicators SP.URB.TOTL.IN.ZS, SP.POP.TOTL and, for the published rate,
    SP.URB.GROW.
    """
    rows = country_years[
        (country_years["indicator_code"] == "SP.POP.TOTL")
        & (country_years["iso3"] == iso3)
        & (country_years["revision"] == NEWEST_REVISION)
    ]
    share = urban_share(country_years, iso3, revision)
    urban = (share / 100 * rows.set_index("year")["value"]).dropna().sort_index()
    before = pd.Series(urban.reindex(urban.index - 1).to_numpy(), index=urban.index)
    return annual_growth(before, urban, 1).dropna()


def newest_urban_growth(country_years: pd.DataFrame) -> pd.DataFrame:
    """Latest growth of the urban population by country, from :data:`NEWEST_REVISION`.

    Years with a series break are skipped: their rate is not growth alone.

    Returns
    -------
    pandas.DataFrame
        ``year`` and ``value`` (% per year, compound), indexed by ``iso3``.
    """
    newest = {}
    for iso3 in sorted(country_years["iso3"].unique()):
        growth = urban_growth(country_years, str(iso3), NEWEST_REVISION)
        growth = growth.drop(
            break_years(country_years, str(iso3), NEWEST_REVISION), errors="ignore"
        )
        if len(growth):
            newest[str(iso3)] = {"year": int(growth.index[-1]), "value": float(growth.iloc[-1])}
    table = pd.DataFrame.from_dict(newest, orient="index", columns=["year", "value"])
    return table.rename_axis("iso3")


def latest_values(
    country_years: pd.DataFrame, indicator: str, revision: str = NEWEST_REVISION
) -> pd.DataFrame:
    """Latest value of an indicator by country: ``year`` and ``value``, indexed by ``iso3``."""
    rows = country_years[
        (country_years["indicator_code"] == indicator) & (country_years["revision"] == revision)
    ]
    newest = rows.loc[rows.groupby("iso3")["year"].idxmax()]
    return newest.set_index("iso3")[["year", "value"]].sort_index()


def annual_growth(start: pd.Series, end: pd.Series, years: int) -> pd.Series:
    """Mean annual compound growth in percent; missing where either end is missing or zero.

    Rounded to five decimals: pages round to one, and rounding twice could be 0.1 off.
    """
    ratio = end.astype(float) / start.astype(float).where(start > 0)
    return ((ratio ** (1 / years) - 1) * 100).round(5)


def regional_urban_share(
    country_years: pd.DataFrame, year: int, revision: str = NEWEST_REVISION
) -> tuple[float, float]:
    """Urban and total population of all member states in one year, in people.

    The urban population is each country's share in one release times its population, so that
    shares of different revisions are never mixed.

    Raises
    ------
    QueryError
        If a member state has no value for that year.
    """
    rows = country_years[country_years["year"] == year]
    share = rows[
        (rows["indicator_code"] == URBAN_SHARE) & (rows["revision"] == revision)
    ].set_index("iso3")["value"]
    population = rows[rows["indicator_code"] == "SP.POP.TOTL"].set_index("iso3")["value"]
    missing = sorted(set(MEMBER_STATES) - (set(share.index) & set(population.index)))
    if missing:
        raise QueryError(
            tr(
                "There is no urban share or population for {countries} in {year}.",
                countries=", ".join(missing),
                year=year,
            )
        )
    return float((share / 100 * population).sum()), float(population.sum())


def regional_urban_people(country_years: pd.DataFrame, revision: str) -> pd.Series:
    """Urban population of all member states together by year, in people; see
    :func:`regional_urban_share`.

    Years are ascending; those without a value of every member state are left out.
    """
    indicator = country_years["indicator_code"]
    values = country_years.set_index(["year", "iso3"])["value"]
    is_share = (indicator == URBAN_SHARE) & (country_years["revision"] == revision)
    share = values[is_share.to_numpy()]
    population = values[(indicator == "SP.POP.TOTL").to_numpy()]
    by_country = (share / 100 * population).unstack("iso3").reindex(columns=sorted(MEMBER_STATES))
    return by_country.dropna().sum(axis=1)
