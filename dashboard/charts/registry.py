"""Registry of all charts by name: pages, image files and scripts get the same chart from the same
query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard.charts import base, population_series
from dashboard.charts.declaration import (
    PANEL_COLUMNS,
    PANEL_WIDTH,
    ChartDeclaration,
    TitledChart,
    filter_from_query,
)
from dashboard.charts.outcomes import OUTCOME_CHARTS
from dashboard.charts.true_size import TRUE_SIZE_CHARTS
from dashboard.charts.un_cities import UN_CHARTS
from dashboard.data import un_revision
from dashboard.data.releases import revision_name
from dashboard.markup import project_totals
from dashboard.markup.theme import Palette
from dashboard.pages.city import text as city_text
from dashboard.pages.compare import text as compare_text
from dashboard.pages.country import text as country_text
from dashboard.pages.country.state import CountryState, country_codec
from dashboard.pages.overview import text as overview_text
from dashboard.pages.plans import charts as plan_charts
from dashboard.pages.plans import promise_charts
from dashboard.pages.plans import text as plans_text
from dashboard.pages.urbanisation import claims, pressure, revisions
from dashboard.pages.urbanisation import state as urbanisation_state
from dashboard.pages.urbanisation import text as urbanisation_text
from dashboard.pages.url_state import QueryCodec, strict_state
from geo.analysis import flows, promises
from geo.analysis.city_profile import city_profile
from geo.analysis.filter import PARAMETERS as FILTER
from geo.analysis.layer_rows import filtered_rows, recounted_cities, selected
from geo.analysis.projects import latest_projects
from geo.errors import LayerError, NotFoundError, no_such
from geo.i18n import mark, ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query, reject_unknown_params
from geo.vocabulary import NEWEST_REVISION, REVISION_NAMES, REVISIONS


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
            no_such(mark("There is no chart {name}; there are {known}."), name, CHARTS)
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
            tr("By focus area and status: {counted}", counted=note),
            f"{_reports(layers)}. {note} {lists_note}",
        )
    source = tr(
        "ASCN Monitoring & Evaluation Report {year}; a project has one focus area.",
        year=report["report_year"],
    )
    return TitledChart(
        base.projects_by_focus_area(in_latest_report, colours) if len(in_latest_report) else None,
        project_totals.listed_in_title(report["report_year"]),
        ntr(
            "{n} project listed in {year} by focus area and status.",
            "{n} projects listed in {year} by focus area and status.",
            len(in_latest_report),
            year=report["report_year"],
        ),
        f"{source} {lists_note}",
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
        tr("Size of each agglomeration beside its growth and its number of projects."),
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
        tr("Population of each agglomeration by year, 1950 to 2035."),
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
        tr("Population of the agglomeration of {city} by year, 1950 to 2035.", city=name),
        city_text.series_source(profile),
    )


def _projects_by_city(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    ids = filter_from_query(layers, {"city": query.get("city", "")}).cities
    all_names = layers["cities"].set_index("city_id")["name"]
    names = {city_id: str(all_names[city_id]) for city_id in ids}
    report = overview_text.report_year(layers)
    return TitledChart(
        base.projects_by_city(latest_projects(layers["projects"]), names, colours)
        if names
        else None,
        tr("Projects listed in {year}, by city and focus area", year=report),
        tr("Number of projects of each city listed in {year}, by focus area.", year=report),
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
            "Wide bars: projects of the report's list. Narrow bars: totals that the report "
            "publishes. {lists}",
            lists=note,
        )
    return TitledChart(
        plan_charts.timeline(flows.states_by_report(listings, reports), colours, published)
        if len(listings)
        else None,
        tr("Projects listed in each report, by status"),
        tr(
            "Projects that each report lists, by status; the table beside it gives the same "
            "numbers."
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
        tr("Support asked for in 2018"),
        tr("Priority projects of 2018 by the kind of support that they ask for."),
        tr(
            "{source}. A project may ask for several kinds.",
            source=plans_text.plans_source(),
        ),
    )


def _promises_by_year(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    rows = filtered_rows("promises", filter_from_query(layers, query), layers).rows
    chart = None
    if len(rows):
        latest = promises.report_year(rows)
        chart = promise_charts.by_year(promises.by_year(rows), latest, colours)
    return TitledChart(
        chart,
        tr("Dated promises by year"),
        tr(
            "Dated promises of plans and reports by the year in which they are due, and by what "
            "the reports tell of them."
        ),
        tr(
            "{plans}; {reports}. Dashed line: the year of the latest report.",
            plans=plans_text.plans_source(),
            reports=_reports(layers),
        ),
    )


def country_state(layers: Catalogue, query: Query) -> CountryState:
    """Country and revision of a query."""
    params = {name: query[name] for name in ("country", "revision") if name in query}
    return strict_state(country_codec(list(layers["countries"]["iso3"])), params)


def _country_name(layers: Catalogue, iso3: str) -> str:
    return str(layers["countries"].set_index("iso3")["name"][iso3])


def _country_share(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    state = country_state(layers, query)
    country = _country_name(layers, state.iso3)
    return TitledChart(
        country_text.share_series(layers, state, colours),
        tr("Urban share of {country}", country=country),
        tr("Urban share of {country} by year beside the other member states.", country=country),
        f"{revision_name(layers, state.revision)}.",
    )


def _country_growth(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    state = country_state(layers, query)
    country = _country_name(layers, state.iso3)
    return TitledChart(
        country_text.growth_series(layers, state, colours),
        tr(
            "Growth of the urban population of {country}, {revision}",
            country=country,
            revision=terms(REVISION_NAMES)[state.revision],
        ),
        tr("Growth of the urban population of {country} by year.", country=country),
        country_text.growth_source(layers, state),
    )


def urban_state(layers: Catalogue, query: Query) -> urbanisation_state.UrbanisationState:
    """Year, revision and span of a query."""
    spans = pressure.spans_of(un_revision.EARLIER)
    codec = QueryCodec(
        urbanisation_state.UrbanisationState,
        {"year": urbanisation_state.all_years(layers), "span": spans},
        {"year": overview_text.share_years(layers)[-1], "span": next(iter(spans))},
    )
    return strict_state(codec, query)


def _shares_of_year(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    state = urban_state(layers, query)
    has_shares = state.year in overview_text.share_years(layers)
    return TitledChart(
        urbanisation_text.country_ranking(layers, state, colours) if has_shares else None,
        tr("Urban share, {year}, %", year=state.year),
        tr("Urban share of each member state in {year}, %.", year=state.year),
        f"{revision_name(layers, state.revision)}.",
    )


def _agglomerations_of_year(
    layers: Catalogue, query: Query, colours: Palette, _: object
) -> TitledChart:
    year = urban_state(layers, query).year
    return TitledChart(
        urbanisation_text.city_ranking(layers, year, colours),
        tr(
            "Largest member agglomerations, {year}, million people",
            year=urbanisation_text.year_title(year),
        ),
        tr("Population of the largest agglomerations of member cities in {year}.", year=year),
        tr("UN, World Urbanization Prospects 2018."),
    )


def _share_panels(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    state = urban_state(layers, query)
    return TitledChart(
        urbanisation_text.country_panels(layers, state, colours, *panels),
        tr("Urban share by country"),
        tr("Urban share of each member state by year, one small chart a country."),
        tr(
            "{source}. Only this revision is shown.",
            source=revision_name(layers, state.revision),
        ),
    )


def _agglomeration_panels(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    return TitledChart(
        urbanisation_text.city_panels(layers, colours, *panels),
        tr("The twelve largest member agglomerations"),
        tr("Population of each agglomeration by year, one small chart a city."),
        tr("UN, World Urbanization Prospects 2018; agglomerations, not cities proper."),
    )


def _revisions(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    return TitledChart(
        revisions.chart(layers, colours),
        tr(
            "What the newer revision changes, {year}, percentage points",
            year=revisions.common_year(layers),
        ),
        tr("Urban share of each member state by both UN revisions, and their difference."),
        "; ".join(revision_name(layers, revision) for revision in REVISIONS) + ".",
    )


def _claims(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    return TitledChart(
        claims.base_year_chart(layers, colours, *panels),
        tr("Claimed gains by the year they may count from"),
        tr(
            "People that the urban population of the eleven member states gains by the claimed "
            "year, counted from each base year, beside the claimed gain (line across)."
        ),
        tr(
            "UN, World Urbanization Prospects 2018 (projection); {source}, carried on at its mean "
            "yearly gain since the base year.",
            source=revision_name(layers, NEWEST_REVISION),
        ),
    )


def _pressure(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    span = urban_state(layers, query).span
    return TitledChart(
        pressure.pressure_chart(layers, span, colours, panels[0] * panels[1]),
        tr("Pressure and action, agglomerations of 2018"),
        tr("Growth of each agglomeration beside the projects of its city."),
        tr(
            "UN, World Urbanization Prospects 2018; ASCN Monitoring & Evaluation Report {year}. "
            "A number of projects does not tell their size.",
            year=overview_text.report_year(layers),
        ),
    )


CHARTS: Mapping[str, ChartDeclaration] = {
    "projects-by-focus-area": ChartDeclaration(_focus_areas, (*FILTER, "reports")),
    "size-and-growth": ChartDeclaration(_size_and_growth, FILTER),
    "population": ChartDeclaration(_population, ("city",)),
    "projects-by-city": ChartDeclaration(_projects_by_city, ("city",)),
    "projects-by-report": ChartDeclaration(_projects_by_report, FILTER),
    "promises-by-year": ChartDeclaration(_promises_by_year, FILTER),
    "support": ChartDeclaration(_support, FILTER),
    "urban-share": ChartDeclaration(_country_share, ("country", "revision")),
    "urban-growth": ChartDeclaration(_country_growth, ("country", "revision")),
    "urban-shares-of-year": ChartDeclaration(_shares_of_year, ("year", "revision")),
    "agglomerations-of-year": ChartDeclaration(_agglomerations_of_year, ("year",)),
    "urban-share-by-country": ChartDeclaration(_share_panels, ("revision",), fluid=False),
    "largest-agglomerations": ChartDeclaration(_agglomeration_panels, (), fluid=False),
    "urban-share-revisions": ChartDeclaration(_revisions, ()),
    "claims-by-base-year": ChartDeclaration(_claims, (), fluid=False),
    "pressure": ChartDeclaration(_pressure, ("span",)),
    **OUTCOME_CHARTS,
    **UN_CHARTS,
    **TRUE_SIZE_CHARTS,
}
"""Charts by the name in their URL."""

FORMER_NAMES: Mapping[str, str] = {"definitions-of-urban": "urban-share-revisions"}
"""Former names of charts in URLs -> current names; old URLs redirect to the new ones."""
