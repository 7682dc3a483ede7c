"""The data of each chart, one row per mark."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.charts.registry import published_totals
from dashboard.charts.urbanisation import country_state, urban_state
from dashboard.data import un_revision
from dashboard.datasets.declared import (
    CITY_AND_COUNTRY_FIELDS,
    CITY_FIELDS,
    COUNTRY_FIELDS,
    PROJECTION,
    Dataset,
    DatasetRequest,
    Field,
    count_field,
    layer_fields,
    page_link,
)
from dashboard.datasets.outcomes import OUTCOME_CHART_DATA
from dashboard.datasets.promises import PROMISE_CHART_DATA
from dashboard.datasets.territories import TERRITORY_CHART_DATA
from dashboard.datasets.uncities import UN_CHART_DATA
from dashboard.pages.city import text as city_text
from dashboard.pages.plans.charts import PUBLISHED
from dashboard.pages.plans.state import FILTERS
from dashboard.pages.urbanisation import claims, revisions
from dashboard.pages.urbanisation import text as urbanisation_text
from geo.analysis import flows
from geo.analysis.city_profile import city_profile
from geo.analysis.filter import PARAMETERS as FILTER
from geo.analysis.pressure import pressure
from geo.analysis.projects import latest_projects
from geo.analysis.urbanisation import urban_growth, urban_share_marks
from geo.parameters import Query
from geo.vocabulary import BASE_YEAR_2018, FOCUS_AREAS, PROJECT_STATUSES, SUPPORT_KINDS

_FOCUS = (
    *layer_fields("projects", "focus_area"),
    Field("focus_area_name", "projects", "name of the focus area"),
)
_PROJECTS = count_field("projects", "projects", "number of projects", "projects")

PEOPLE_BY_YEAR = layer_fields("city_years", "year", "population", PROJECTION)

SHARE_BY_YEAR = (
    *COUNTRY_FIELDS,
    *layer_fields("country_years", "year", "revision"),
    Field(
        "urban_share",
        "country_years",
        "urban share of the population, rounded to one decimal as the chart draws it",
        "% of total population",
        "number",
    ),
    *layer_fields("country_years", "series_break"),
)


def _focus_areas(request: DatasetRequest) -> pd.DataFrame:
    projects = request.selection.projects
    if request.query.get("reports") != "all":
        projects = latest_projects(projects, request.source["projects"])
    rows = projects.groupby(["focus_area", "status"]).size().rename("projects").reset_index()
    return rows.assign(
        focus_area_name=rows["focus_area"].map(FOCUS_AREAS),
        status_name=rows["status"].map(PROJECT_STATUSES),
    )


def _size_and_growth(request: DatasetRequest) -> pd.DataFrame:
    rows = pd.DataFrame(request.recounted_cities).rename(columns={"name": "city"})
    return rows.dropna(subset=["agglomeration_population_2018", "agglomeration_growth_2000_2018"])


def _population(request: DatasetRequest) -> pd.DataFrame:
    ids = request.filter.cities
    if len(ids) == 1:
        profile = city_profile(request.source, ids[0])
        return profile.series.assign(city_id=ids[0], name=city_text.series_name(profile))
    years = request.source["city_years"]
    rows = years[years["city_id"].isin(ids)]
    return rows.assign(name=rows["city_id"].map(request.cities))


def _by_city(request: DatasetRequest) -> pd.DataFrame:
    latest = latest_projects(request.source["projects"])
    rows = latest[latest["city_id"].isin(request.filter.cities)]
    counts = rows.groupby(["city_id", "focus_area"]).size().rename("projects").reset_index()
    return request.with_names(counts.assign(focus_area_name=counts["focus_area"].map(FOCUS_AREAS)))


def _by_report(request: DatasetRequest) -> pd.DataFrame:
    reports = request.source["project_reports"]
    listings = reports[reports["project_id"].isin(set(request.selection.projects["project_id"]))]
    if listings.empty:
        return listings
    rows = flows.states_by_report(listings, reports)
    listed = rows.assign(state_name=rows["state"].map(flows.REPORT_STATES), basis="list")
    totals = None if request.filter else published_totals(request.source)
    if totals is None:
        return listed
    by_status = totals[["report_year", *PUBLISHED]]
    published = by_status.melt("report_year", var_name="state", value_name="projects")
    names = published["state"].map(PUBLISHED)
    return pd.concat([listed, published.assign(state_name=names, basis="published")])


def _support(request: DatasetRequest) -> pd.DataFrame:
    support = request.for_selected_cities("plan_support")
    if support.empty:
        return support
    rows = flows.support_by_kind(support)
    return rows.assign(kind_name=rows["kind"].map(SUPPORT_KINDS))


def _shares(request: DatasetRequest, revision: str, year: int | None = None) -> pd.DataFrame:
    rows = urbanisation_text.urban_shares(request.source, revision, year)
    codes = {name: code for code, name in request.countries.items()}
    return rows.assign(
        iso3=rows["country"].map(codes), revision=revision, urban_share=rows["share"]
    )


def _revisions(request: DatasetRequest) -> pd.DataFrame:
    rows = revisions.differences(request.source)
    codes = {name: code for code, name in request.countries.items()}
    return rows.assign(iso3=rows["country"].map(codes))


def _urban_growth(request: DatasetRequest) -> pd.DataFrame:
    state = country_state(request.source, request.query)
    country_years = request.source["country_years"]
    growth = urban_growth(country_years, state.iso3, state.revision)
    breaks = urban_share_marks(country_years, state.iso3, state.revision)
    return request.with_names(
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


def _agglomerations_of_year(request: DatasetRequest) -> pd.DataFrame:
    year = urban_state(request.source, request.query).year
    rows = urbanisation_text.largest_agglomerations(request.source, year, urbanisation_text.LARGEST)
    return rows.assign(
        year=year,
        population=rows["people"].astype("Int64"),
        is_projection=year > BASE_YEAR_2018,
    )


def _largest_agglomerations(request: DatasetRequest) -> pd.DataFrame:
    order = urbanisation_text.largest_agglomerations(
        request.source, BASE_YEAR_2018, urbanisation_text.LARGEST_SERIES
    )
    years = request.source["city_years"]
    return request.with_names(years[years["city_id"].isin(order["city_id"])])


def pressure_rows(request: DatasetRequest) -> pd.DataFrame:
    """Growth, projects and quadrant of the member cities that have a UN series."""
    span = urban_state(request.source, request.query).span
    rows = pressure(request.source["cities"], span).rename(columns={"name": "city"})
    codes = request.source["cities"].set_index("city_id")["iso3"]
    start, end = span.split("_")
    return rows.assign(
        iso3=rows["city_id"].map(codes),
        start=int(start),
        end=int(end),
        is_projection=int(end) > BASE_YEAR_2018,
    )


PRESSURE = (
    *CITY_AND_COUNTRY_FIELDS,
    count_field("start", "agglomerations", "first year of the growth", "year"),
    count_field("end", "agglomerations", "last year of the growth", "year"),
    Field(
        "growth",
        "agglomerations",
        "mean annual growth of the urban agglomeration between the two years, compound",
        "% per year",
        "number",
    ),
    Field(PROJECTION, "agglomerations", "true where the growth is a projection", "", "true/false"),
    *layer_fields("cities", "projects"),
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
    return page_link("explore", *FILTER, panel="charts")(query)


def _population_page(query: Query) -> tuple[str, Query]:
    city = query.get("city", "")
    return ("compare" if "," in city else "city"), {
        "city": city,
        un_revision.PARAMETER: un_revision.EARLIER,
    }


CHART_DATA: Mapping[str, Dataset] = {
    "projects-by-focus-area": Dataset(
        (
            *_FOCUS,
            *layer_fields("projects", "status"),
            Field("status_name", "projects", "name of the status"),
            _PROJECTS,
        ),
        _focus_areas,
        _focus_page,
    ),
    "size-and-growth": Dataset(
        (
            *CITY_AND_COUNTRY_FIELDS,
            *layer_fields(
                "cities", "agglomeration_population_2018", "agglomeration_growth_2000_2018"
            ),
            *layer_fields("cities", "projects"),
        ),
        _size_and_growth,
        page_link("explore", *FILTER, panel="charts", mode="growth"),
    ),
    "population": Dataset(
        (
            CITY_FIELDS[0],
            Field("name", "city_years", "name of the line: the city, or its agglomeration"),
            *PEOPLE_BY_YEAR,
        ),
        _population,
        _population_page,
    ),
    "projects-by-city": Dataset(
        (*CITY_FIELDS, *_FOCUS, _PROJECTS), _by_city, page_link("compare", "city")
    ),
    "projects-by-report": Dataset(
        (
            *layer_fields("project_reports", "report_year"),
            Field("basis", "reports", "list of the report, or the totals that it publishes"),
            Field("state", "project_reports", "status; in a list seen from the report before"),
            Field("state_name", "project_reports", "name of the status"),
            count_field(
                "projects",
                "project_reports",
                "number of projects; those of the state left are in the report before only",
                "projects",
            ),
        ),
        _by_report,
        page_link("plans", *FILTERS),
    ),
    "support": Dataset(
        (
            *layer_fields("plan_support", "kind"),
            Field("kind_name", "plan_support", "name of the kind"),
            count_field(
                "projects", "plan_support", "priority projects that ask for it", "projects"
            ),
            count_field("cities", "plan_support", "cities that ask for it", "cities"),
            count_field("requests", "plan_support", "requests", "requests"),
        ),
        _support,
        page_link("plans", *FILTERS),
    ),
    "urban-share": Dataset(
        SHARE_BY_YEAR,
        lambda request: _shares(request, country_state(request.source, request.query).revision),
        page_link("country", "country", "revision"),
    ),
    "urban-growth": Dataset(
        (
            *COUNTRY_FIELDS,
            *layer_fields("country_years", "year", "revision"),
            Field(
                "urban_growth",
                "country_years",
                "growth of the urban population from the year before, compound; computed here as "
                "urban share times population, rounded to two decimals",
                "% per year",
                "number",
            ),
            *layer_fields("country_years", "series_break"),
        ),
        _urban_growth,
        page_link("country", "country", "revision"),
    ),
    "urban-shares-of-year": Dataset(
        SHARE_BY_YEAR,
        lambda request: _shares(
            request,
            urban_state(request.source, request.query).revision,
            urban_state(request.source, request.query).year,
        ),
        page_link("urbanisation", "year", "revision"),
    ),
    "agglomerations-of-year": Dataset(
        (*CITY_FIELDS, *PEOPLE_BY_YEAR),
        _agglomerations_of_year,
        page_link("urbanisation", "year", wup=un_revision.EARLIER),
    ),
    "urban-share-by-country": Dataset(
        SHARE_BY_YEAR,
        lambda request: _shares(request, urban_state(request.source, request.query).revision),
        page_link("urbanisation", "revision"),
    ),
    "urban-share-revisions": Dataset(
        (
            *COUNTRY_FIELDS,
            *layer_fields("country_years", "year"),
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
        page_link("urbanisation"),
    ),
    "claims-by-base-year": Dataset(
        (
            *layer_fields(
                "urbanisation_claims", "claim_id", "claim", "claimed_value", "claimed_year"
            ),
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
        lambda request: claims.gains_of_claims(request.source),
        page_link("urbanisation"),
    ),
    "largest-agglomerations": Dataset(
        (*CITY_FIELDS, *PEOPLE_BY_YEAR),
        _largest_agglomerations,
        page_link("urbanisation", wup=un_revision.EARLIER),
    ),
    "pressure": Dataset(PRESSURE, pressure_rows, page_link("urbanisation", "span")),
    **PROMISE_CHART_DATA,
    **OUTCOME_CHART_DATA,
    **UN_CHART_DATA,
    **TERRITORY_CHART_DATA,
}
"""The data of each of :data:`dashboard.charts.registry.CHARTS`."""
