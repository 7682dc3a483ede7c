"""Registry of all charts by name: pages, image files and scripts get the same chart from the same
query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard.charts import base, findings, population_series
from dashboard.charts.declaration import (
    PANEL_COLUMNS,
    PANEL_WIDTH,
    ChartDeclaration,
    TitledChart,
    filter_from_query,
    said,
)
from dashboard.charts.outcomes import OUTCOME_CHARTS
from dashboard.charts.promises import PROMISE_CHARTS
from dashboard.charts.true_size import TRUE_SIZE_CHARTS
from dashboard.charts.un_cities import UN_CHARTS
from dashboard.charts.urbanisation import URBANISATION_CHARTS
from dashboard.markup import numbers, project_totals
from dashboard.markup.theme import Palette
from dashboard.pages.city import text as city_text
from dashboard.pages.compare import text as compare_text
from dashboard.pages.overview import text as overview_text
from dashboard.pages.plans import charts as plan_charts
from dashboard.pages.plans import text as plans_text
from geo.analysis import flows
from geo.analysis.city_profile import city_profile
from geo.analysis.filter import PARAMETERS as FILTER
from geo.analysis.layer_rows import filtered_rows, recounted_cities, selected
from geo.analysis.projects import latest_projects
from geo.errors import LayerError, NotFoundError, no_such
from geo.i18n import mark, ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query, reject_unknown_params
from geo.vocabulary import (
    FOCUS_AREAS,
    SUPPORT_KINDS,
)


def build_chart(
    name: str,
    layers: Catalogue,
    query: Query,
    colours: Palette,
    panels: tuple[int, int] = (PANEL_COLUMNS, PANEL_WIDTH),
) -> TitledChart:
    """The chart of a name, for a query.

    Raises
    ------
    NotFoundError
        If there is no such chart.
    QueryError
        If a parameter is invalid.
    """
    check_query(name, query)
    return CHARTS[name].draw(layers, query, colours, panels)


def check_query(name: str, query: Query) -> None:
    """Raise for an unknown chart or a parameter that it does not have."""
    if name not in CHARTS:
        raise NotFoundError(
            no_such(mark("There is no chart {name}. Available: {known}."), name, CHARTS)
        )
    reject_unknown_params(query, CHARTS[name].parameters)


def _reports(layers: Catalogue) -> str:
    return plans_text.reports_source(flows.report_years(layers["project_reports"]))


def _focus_areas(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    city_filter = filter_from_query(layers, query)
    filtered = selected(city_filter, layers).projects
    report = project_totals.latest_report(layers)
    in_latest_report = filtered[filtered["last_report"] == report["report_year"]]
    lists_note = project_totals.lists_note() if city_filter else project_totals.totals_note(report)
    if query.get("reports") == "all":
        years = flows.report_years(layers["project_reports"])
        note = project_totals.ever_listed_note(len(filtered), len(in_latest_report), years)
        return TitledChart(
            base.projects_by_focus_area(filtered, colours) if len(filtered) else None,
            focus_title(layers, city_filter.cities),
            said(tr("By focus area and status: {counted}", counted=note), _largest_areas(filtered)),
            f"{_reports(layers)}. {note} {lists_note}",
        )
    source = tr(
        "ASCN Monitoring & Evaluation Report {year}; each project has one focus area.",
        year=report["report_year"],
    )
    return TitledChart(
        base.projects_by_focus_area(in_latest_report, colours) if len(in_latest_report) else None,
        project_totals.listed_in_title(report["report_year"]),
        said(
            ntr(
                "{n} project listed in {year} by focus area and status.",
                "{n} projects listed in {year} by focus area and status.",
                len(in_latest_report),
                year=report["report_year"],
            ),
            _largest_areas(in_latest_report),
        ),
        f"{source} {lists_note}",
    )


def _largest_areas(projects: pd.DataFrame) -> str:
    return findings.largest(
        projects["focus_area"].map(terms(FOCUS_AREAS)).value_counts(), findings.count
    )


def focus_title(layers: Catalogue, city_ids: Sequence[str]) -> str:
    """Title of the projects of all reports by focus area, with the city if it is only one."""
    years = flows.report_years(layers["project_reports"])
    if len(city_ids) != 1:
        return project_totals.ever_listed_title(years)
    return project_totals.ever_listed_title(
        years, layers["cities"].set_index("city_id")["name"][city_ids[0]]
    )


def _size_and_growth(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    filtered = recounted_cities(filter_from_query(layers, query), layers)
    has_series = bool(filtered["agglomeration_population_2018"].notna().any())
    return TitledChart(
        base.size_and_growth(filtered, colours) if has_series else None,
        tr("Size and growth of agglomerations"),
        said(
            tr("Each agglomeration by size, growth and number of projects."),
            findings.size_and_growth(
                filtered, base.AGGLOMERATION_SIZES.people, base.AGGLOMERATION_SIZES.growth
            ),
        ),
        tr("UN, World Urbanization Prospects 2018."),
    )


def _population(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    ids = filter_from_query(layers, {"city": query.get("city", "")}).cities
    if len(ids) == 1:
        return _population_of_city(layers, ids[0], colours)
    all_names = layers["cities"].set_index("city_id")["name"]
    names = {city_id: str(all_names[city_id]) for city_id in ids}
    series = layers["city_years"]
    known = set(series["city_id"])
    with_series = {city_id: name for city_id, name in names.items() if city_id in known}
    return TitledChart(
        population_series.population_series(series, with_series, colours) if with_series else None,
        tr("Population of the agglomerations"),
        said(
            tr("Population of each agglomeration by year, 1950 to 2035."),
            findings.courses(series, with_series, "city_id", "population", numbers.people),
        ),
        compare_text.series_note(names, with_series),
    )


def _population_of_city(layers: Catalogue, city_id: str, colours: Palette) -> TitledChart:
    """The series of one city, or of the agglomeration that includes it."""
    profile = city_profile(layers, city_id)
    name, series = city_text.series_name(profile), profile.series.assign(city_id=city_id)
    return TitledChart(
        population_series.population_series(series, {city_id: name}, colours)
        if len(series)
        else None,
        tr("Population of the agglomeration of {city}", city=name),
        said(
            tr("Population of the agglomeration of {city} by year, 1950 to 2035.", city=name),
            findings.courses(series, {city_id: name}, "city_id", "population", numbers.people),
        ),
        city_text.series_source(profile),
    )


def _projects_by_city(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    ids = filter_from_query(layers, {"city": query.get("city", "")}).cities
    all_names = layers["cities"].set_index("city_id")["name"]
    names = {city_id: str(all_names[city_id]) for city_id in ids}
    report = overview_text.report_year(layers)
    listed = latest_projects(layers["projects"])
    counts = listed["city_id"].value_counts().reindex(list(names), fill_value=0)
    return TitledChart(
        base.projects_by_city(listed, names, colours) if names else None,
        tr("Projects listed in {year}, by city and focus area", year=report),
        said(
            tr("Number of projects of each city listed in {year}, by focus area.", year=report),
            findings.largest(counts.rename(names), findings.count, limit=len(names)),
        ),
        tr("ASCN Monitoring & Evaluation Report {year}.", year=report),
    )


def _projects_by_report(
    layers: Catalogue, query: Query, colours: Palette, _: object
) -> TitledChart:
    filtered = selected(filter_from_query(layers, query), layers).projects
    reports = layers["project_reports"]
    listings = reports[reports["project_id"].isin(set(filtered["project_id"]))]
    published = None if filter_from_query(layers, query) else published_totals(layers)
    note = project_totals.lists_note()
    if published is not None:
        note = tr(
            "Wide bars: projects on the report's list. Narrow bars: totals published in the "
            "report. {lists}",
            lists=note,
        )
    return TitledChart(
        plan_charts.timeline(flows.states_by_report(listings, reports), colours, published)
        if len(listings)
        else None,
        tr("Projects listed in each report, by status"),
        said(
            tr(
                "Projects listed in each report, by status. The table next to it gives the "
                "same numbers."
            ),
            findings.reports(flows.states_by_report(listings, reports)) if len(listings) else "",
        ),
        f"{_reports(layers)}. {note}",
    )


def published_totals(layers: Catalogue) -> pd.DataFrame | None:
    """Totals by status that the reports publish; ``None`` if the layer cannot be read, which the
    page reports next to the chart."""
    try:
        return layers["reports"]
    except LayerError:
        return None


def _support(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    support = filtered_rows("plan_support", filter_from_query(layers, query), layers).rows
    kinds = flows.support_by_kind(support)
    return TitledChart(
        plan_charts.support_bars(kinds, colours) if len(support) else None,
        tr("Support requested in 2018"),
        said(
            tr("Priority projects of 2018 by kind of support requested."),
            findings.largest(
                kinds.set_index(kinds["kind"].map(terms(SUPPORT_KINDS)))["projects"], findings.count
            ),
        ),
        tr(
            "{source}. A project may request several kinds of support.",
            source=plans_text.plans_source(),
        ),
    )


CHARTS: Mapping[str, ChartDeclaration] = {
    "projects-by-focus-area": ChartDeclaration(_focus_areas, (*FILTER, "reports")),
    "size-and-growth": ChartDeclaration(_size_and_growth, FILTER),
    "population": ChartDeclaration(_population, ("city",)),
    "projects-by-city": ChartDeclaration(_projects_by_city, ("city",)),
    "projects-by-report": ChartDeclaration(_projects_by_report, FILTER),
    "support": ChartDeclaration(_support, FILTER),
    **PROMISE_CHARTS,
    **URBANISATION_CHARTS,
    **OUTCOME_CHARTS,
    **UN_CHARTS,
    **TRUE_SIZE_CHARTS,
}
"""Charts by the name in their URL."""

FORMER_NAMES: Mapping[str, str] = {"definitions-of-urban": "urban-share-revisions"}
"""Former names of charts in URLs -> current names; old URLs redirect to the new ones."""
