"""The data that each chart draws, one row a mark."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.charts.registry import country_state, published_totals, urban_state
from dashboard.data import un_revision as wup
from dashboard.datasets.declared import (
    CITY,
    CITY_AND_COUNTRY,
    COUNTRY,
    PROJECTION,
    Asked,
    Dataset,
    Field,
    count,
    of,
    page,
)
from dashboard.datasets.uncities import UN_CHART_DATA
from dashboard.pages.city import text as cityview
from dashboard.pages.plans.charts import PUBLISHED
from dashboard.pages.plans.state import FILTERS
from dashboard.pages.urbanisation import claims as claimsview
from dashboard.pages.urbanisation import revisions as revisionview
from dashboard.pages.urbanisation import text as urbanview
from geo.analysis import flows as plan_flows
from geo.analysis.city_profile import dossier
from geo.analysis.filter import PARAMETERS as FILTER
from geo.analysis.pressure import pressure
from geo.analysis.projects import latest_projects
from geo.analysis.urbanisation import urban_growth, urban_share_marks
from geo.parameters import Query
from geo.vocabulary import (
    BASE_YEAR_2018,
    FOCUS_AREAS,
    PROJECT_STATUSES,
    SUPPORT_KINDS,
)

_FOCUS = (
    *of("projects", "focus_area"),
    Field("focus_area_name", "projects", "name of the focus area"),
)
_PROJECTS = count("projects", "projects", "number of projects", "projects")

PEOPLE_BY_YEAR = of("city_years", "year", "population", PROJECTION)

SHARE_BY_YEAR = (
    *COUNTRY,
    *of("country_years", "year", "revision"),
    Field(
        "urban_share",
        "country_years",
        "urban share of the population, rounded to one decimal as the chart draws it",
        "% of total population",
        "number",
    ),
    *of("country_years", "series_break"),
)


def _focus_areas(asked: Asked) -> pd.DataFrame:
    projects = asked.kept.projects
    if asked.query.get("reports") != "all":
        projects = latest_projects(projects, asked.plain["projects"])
    rows = projects.groupby(["focus_area", "status"]).size().rename("projects").reset_index()
    return rows.assign(
        focus_area_name=rows["focus_area"].map(FOCUS_AREAS),
        status_name=rows["status"].map(PROJECT_STATUSES),
    )


def _size_and_growth(asked: Asked) -> pd.DataFrame:
    rows = pd.DataFrame(asked.counted).rename(columns={"name": "city"})
    return rows.dropna(subset=["agglomeration_population_2018", "agglomeration_growth_2000_2018"])


def _population(asked: Asked) -> pd.DataFrame:
    ids = asked.filter.cities
    if len(ids) == 1:
        about = dossier(asked.plain, ids[0])
        return about.series.assign(city_id=ids[0], name=cityview.series_name(about))
    years = asked.plain["city_years"]
    rows = years[years["city_id"].isin(ids)]
    return rows.assign(name=rows["city_id"].map(asked.cities))


def _by_city(asked: Asked) -> pd.DataFrame:
    latest = latest_projects(asked.plain["projects"])
    rows = latest[latest["city_id"].isin(asked.filter.cities)]
    counts = rows.groupby(["city_id", "focus_area"]).size().rename("projects").reset_index()
    return asked.named(counts.assign(focus_area_name=counts["focus_area"].map(FOCUS_AREAS)))


def _by_report(asked: Asked) -> pd.DataFrame:
    reports = asked.plain["project_reports"]
    listings = reports[reports["project_id"].isin(set(asked.kept.projects["project_id"]))]
    if listings.empty:
        return listings
    rows = plan_flows.states_by_report(listings, reports)
    listed = rows.assign(state_name=rows["state"].map(plan_flows.REPORT_STATES), basis="list")
    totals = None if asked.filter else published_totals(asked.plain)
    if totals is None:
        return listed
    by_status = totals[["report_year", *PUBLISHED]]
    published = by_status.melt("report_year", var_name="state", value_name="projects")
    names = published["state"].map(PUBLISHED)
    return pd.concat([listed, published.assign(state_name=names, basis="published")])


def _support(asked: Asked) -> pd.DataFrame:
    support = asked.of_kept_cities("plan_support")
    if support.empty:
        return support
    rows = plan_flows.support_by_kind(support)
    return rows.assign(kind_name=rows["kind"].map(SUPPORT_KINDS))


def _shares(asked: Asked, revision: str, year: int | None = None) -> pd.DataFrame:
    rows = urbanview.shares(asked.plain, revision, year)
    codes = {name: code for code, name in asked.countries.items()}
    return rows.assign(
        iso3=rows["country"].map(codes), revision=revision, urban_share=rows["share"]
    )


def _revisions(asked: Asked) -> pd.DataFrame:
    rows = revisionview.differences(asked.plain)
    codes = {name: code for code, name in asked.countries.items()}
    return rows.assign(iso3=rows["country"].map(codes))


def _urban_growth(asked: Asked) -> pd.DataFrame:
    state = country_state(asked.plain, asked.query)
    country_years = asked.plain["country_years"]
    growth = urban_growth(country_years, state.iso3, state.revision)
    breaks = urban_share_marks(country_years, state.iso3, state.revision)
    return asked.named(
        pd.DataFrame(
            {
                "iso3": state.iso3,
                "year": growth.index.astype(int),
                "revision": state.revision,
                "urban_growth": growth.round(2).to_numpy(),
                "series_break": breaks.reindex(growth.index).to_numpy(),
            }
        )
    )


def _agglomerations_of_year(asked: Asked) -> pd.DataFrame:
    year = urban_state(asked.plain, asked.query).year
    rows = urbanview.largest(asked.plain, year, urbanview.LARGEST)
    return rows.assign(
        year=year,
        population=rows["people"].astype("Int64"),
        is_projection=year > BASE_YEAR_2018,
    )


def _largest_agglomerations(asked: Asked) -> pd.DataFrame:
    order = urbanview.largest(asked.plain, BASE_YEAR_2018, urbanview.LARGEST_SERIES)
    years = asked.plain["city_years"]
    return asked.named(years[years["city_id"].isin(order["city_id"])])


def pressure_rows(asked: Asked) -> pd.DataFrame:
    """Growth, projects and quadrant of the member cities that have a UN series."""
    span = urban_state(asked.plain, asked.query).span
    rows = pressure(asked.plain["cities"], span).rename(columns={"name": "city"})
    codes = asked.plain["cities"].set_index("city_id")["iso3"]
    start, end = span.split("_")
    return rows.assign(
        iso3=rows["city_id"].map(codes),
        start=int(start),
        end=int(end),
        is_projection=int(end) > BASE_YEAR_2018,
    )


PRESSURE = (
    *CITY_AND_COUNTRY,
    count("start", "agglomerations", "first year of the growth", "year"),
    count("end", "agglomerations", "last year of the growth", "year"),
    Field(
        "growth",
        "agglomerations",
        "mean annual growth of the urban agglomeration between the two years, compound",
        "% per year",
        "number",
    ),
    Field(PROJECTION, "agglomerations", "true where the growth is a projection", "", "true/false"),
    *of("cities", "projects"),
    Field(
        "quadrant",
        "agglomerations",
        "growth at least the median of these cities is fast, more projects than the median many",
    ),
)


def _focus_page(query: Query) -> tuple[str, Query]:
    if query.get("reports") != "all":
        return "", {}
    city = query.get("city", "")
    if set(query) == {"reports", "city"} and city and "," not in city:
        return "city", {"city": city}
    return page("explore", *FILTER, panel="charts")(query)


def _population_page(query: Query) -> tuple[str, Query]:
    city = query.get("city", "")
    return ("compare" if "," in city else "city"), {"city": city, wup.PARAMETER: wup.EARLIER}


CHART_DATA: Mapping[str, Dataset] = {
    "projects-by-focus-area": Dataset(
        (
            *_FOCUS,
            *of("projects", "status"),
            Field("status_name", "projects", "name of the status"),
            _PROJECTS,
        ),
        _focus_areas,
        _focus_page,
    ),
    "size-and-growth": Dataset(
        (
            *CITY_AND_COUNTRY,
            *of("cities", "agglomeration_population_2018", "agglomeration_growth_2000_2018"),
            *of("cities", "projects"),
        ),
        _size_and_growth,
        page("explore", *FILTER, panel="charts", mode="growth"),
    ),
    "population": Dataset(
        (
            CITY[0],
            Field("name", "city_years", "name of the line: the city, or its agglomeration"),
            *PEOPLE_BY_YEAR,
        ),
        _population,
        _population_page,
    ),
    "projects-by-city": Dataset((*CITY, *_FOCUS, _PROJECTS), _by_city, page("compare", "city")),
    "projects-by-report": Dataset(
        (
            *of("project_reports", "report_year"),
            Field("basis", "reports", "list of the report, or the totals that it publishes"),
            Field("state", "project_reports", "status; in a list seen from the report before"),
            Field("state_name", "project_reports", "name of the status"),
            count(
                "projects",
                "project_reports",
                "number of projects; those of the state left are in the report before only",
                "projects",
            ),
        ),
        _by_report,
        page("plans", *FILTERS),
    ),
    "support": Dataset(
        (
            *of("plan_support", "kind"),
            Field("kind_name", "plan_support", "name of the kind"),
            count("projects", "plan_support", "priority projects that ask for it", "projects"),
            count("cities", "plan_support", "cities that ask for it", "cities"),
            count("requests", "plan_support", "requests", "requests"),
        ),
        _support,
        page("plans", *FILTERS),
    ),
    "urban-share": Dataset(
        SHARE_BY_YEAR,
        lambda asked: _shares(asked, country_state(asked.plain, asked.query).revision),
        page("country", "country", "revision"),
    ),
    "urban-growth": Dataset(
        (
            *COUNTRY,
            *of("country_years", "year", "revision"),
            Field(
                "urban_growth",
                "country_years",
                "growth of the urban population from the year before, compound; computed here as "
                "urban share times population, rounded to two decimals",
                "% per year",
                "number",
            ),
            *of("country_years", "series_break"),
        ),
        _urban_growth,
        page("country", "country", "revision"),
    ),
    "urban-shares-of-year": Dataset(
        SHARE_BY_YEAR,
        lambda asked: _shares(
            asked,
            urban_state(asked.plain, asked.query).revision,
            urban_state(asked.plain, asked.query).year,
        ),
        page("urbanisation", "year", "revision"),
    ),
    "agglomerations-of-year": Dataset(
        (*CITY, *PEOPLE_BY_YEAR),
        _agglomerations_of_year,
        page("urbanisation", "year", wup=wup.EARLIER),
    ),
    "urban-share-by-country": Dataset(
        SHARE_BY_YEAR,
        lambda asked: _shares(asked, urban_state(asked.plain, asked.query).revision),
        page("urbanisation", "revision"),
    ),
    "urban-share-revisions": Dataset(
        (
            *COUNTRY,
            *of("country_years", "year"),
            *(
                Field(name, "country_years", f"{what}, rounded to one decimal", unit, "number")
                for name, what, unit in (
                    ("older", "urban share, UN 2018 revision", "% of total population"),
                    ("newer", "urban share, UN 2025 revision", "% of total population"),
                    ("points", "newer less older", "percentage points"),
                )
            ),
        ),
        _revisions,
        page("urbanisation"),
    ),
    "claims-by-base-year": Dataset(
        (
            *of("urbanisation_claims", "claim_id", "claim", "claimed_value", "claimed_year"),
            Field("series", "urban_rural_years", "UN 2018 revision or release of the World Bank"),
            Field("base_year", "", "year that the gain is counted from", "year", "whole number"),
            Field(
                "gain",
                "country_years",
                "urban people gained from the base year to the claimed year in the eleven member "
                "states together",
                "people",
                "number",
                projection=True,
            ),
            Field(
                "carried_on",
                "",
                "whether the series ends before the claimed year and was carried on at its mean "
                "yearly gain since the base year",
                "",
                "true/false",
            ),
        ),
        lambda asked: claimsview.gains(asked.plain),
        page("urbanisation"),
    ),
    "largest-agglomerations": Dataset(
        (*CITY, *PEOPLE_BY_YEAR),
        _largest_agglomerations,
        page("urbanisation", wup=wup.EARLIER),
    ),
    "pressure": Dataset(PRESSURE, pressure_rows, page("urbanisation", "span")),
    **UN_CHART_DATA,
}
"""The data of each of :data:`dashboard.charts.registry.CHARTS`."""
