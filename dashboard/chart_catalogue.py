"""Every chart of the pages by name: pages, picture files and scripts draw the same one from the
same query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import (
    charts,
    cityview,
    claimsview,
    compared,
    countryview,
    headlines,
    plan_charts,
    plans,
    pressureview,
    revisionview,
    serieschart,
    totals,
    urbanstate,
    urbanview,
    wup,
)
from dashboard.drawing import (
    COLUMNS,
    PANEL,
    Drawing,
    Drawn,
    Query,
    filter_of,
    one_of,
    refuse_others,
)
from dashboard.theme import Palette
from dashboard.uncharts import UN_CHARTS
from geo import plan_flows
from geo.action_plans import latest_projects
from geo.dossier import dossier
from geo.errors import LayerError, NotFoundError, no_such
from geo.i18n import mark, ntr, terms, tr
from geo.layers import Catalogue
from geo.query import PARAMETERS as FILTER
from geo.rows import recounted_cities, selected
from geo.vocabulary import NEWEST_REVISION, REVISION_NAMES, REVISIONS


def drawn(
    name: str,
    layers: Catalogue,
    query: Query,
    colours: Palette,
    panels: tuple[int, int] = (COLUMNS, PANEL),
) -> Drawn:
    """The chart of a name.

    Raises
    ------
    NotFoundError
        If there is no such chart.
    QueryError
        If the query asks for something unknown.
    """
    check(name, query)
    return CHARTS[name].draw(layers, query, colours, panels)


def check(name: str, query: Query) -> None:
    """Refuse a chart that there is not, and parameters that it does not have."""
    if name not in CHARTS:
        raise NotFoundError(
            no_such(mark("There is no chart {name}; there are {known}."), name, CHARTS)
        )
    refuse_others(query, CHARTS[name].parameters)


def _reports(layers: Catalogue) -> str:
    return plans.reports_source(plan_flows.report_years(layers["project_reports"]))


def _focus_areas(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    wanted = filter_of(layers, query)
    kept = selected(wanted, layers).projects
    report = totals.latest_report(layers)
    listed = kept[kept["last_report"] == report["report_year"]]
    lists = totals.lists_note() if wanted else totals.totals_note(report)
    if query.get("reports") == "all":
        years = plan_flows.report_years(layers["project_reports"])
        counted = totals.ever_listed_note(len(kept), len(listed), years)
        return Drawn(
            charts.projects_by_focus_area(kept, colours) if len(kept) else None,
            focus_title(layers, wanted.cities),
            tr("By focus area and status: {counted}", counted=counted),
            f"{_reports(layers)}. {counted} {lists}",
        )
    source = tr(
        "ASCN Monitoring & Evaluation Report {year}; a project has one focus area.",
        year=report["report_year"],
    )
    return Drawn(
        charts.projects_by_focus_area(listed, colours) if len(listed) else None,
        totals.listed_in(report["report_year"]),
        ntr(
            "{n} project listed in {year} by focus area and status.",
            "{n} projects listed in {year} by focus area and status.",
            len(listed),
            year=report["report_year"],
        ),
        f"{source} {lists}",
    )


def focus_title(layers: Catalogue, city_ids: Sequence[str]) -> str:
    """Heading of the projects of all reports by focus area, with the city when it is one."""
    years = plan_flows.report_years(layers["project_reports"])
    if len(city_ids) != 1:
        return totals.ever_listed(years)
    return totals.ever_listed(years, layers["cities"].set_index("city_id")["name"][city_ids[0]])


def _size_and_growth(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    kept = recounted_cities(filter_of(layers, query), layers)
    known = bool(kept["agglomeration_population_2018"].notna().any())
    return Drawn(
        charts.size_and_growth(kept, colours) if known else None,
        tr("Size and growth of agglomerations"),
        tr("Size of each agglomeration beside its growth and its number of projects."),
        tr("UN, World Urbanization Prospects 2018."),
    )


def _population(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    ids = filter_of(layers, {"city": query.get("city", "")}).cities
    if len(ids) == 1:
        return _population_of(layers, ids[0], colours)
    all_names = layers["cities"].set_index("city_id")["name"]
    names = {city_id: str(all_names[city_id]) for city_id in ids}
    series = layers["city_years"]
    known = {city_id: name for city_id, name in names.items() if city_id in set(series["city_id"])}
    return Drawn(
        serieschart.population_series(series, known, colours) if known else None,
        tr("Population of the agglomerations"),
        tr("Population of each agglomeration by year, 1950 to 2035."),
        compared.series_note(names, known),
    )


def _population_of(layers: Catalogue, city_id: str, colours: Palette) -> Drawn:
    """The series of one city, or of the agglomeration that its people are counted in."""
    about = dossier(layers, city_id)
    name, series = cityview.series_name(about), about.series.assign(city_id=city_id)
    return Drawn(
        serieschart.population_series(series, {city_id: name}, colours) if len(series) else None,
        tr("Population of the agglomeration of {city}", city=name),
        tr("Population of the agglomeration of {city} by year, 1950 to 2035.", city=name),
        cityview.series_source(about),
    )


def _by_city(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    ids = filter_of(layers, {"city": query.get("city", "")}).cities
    all_names = layers["cities"].set_index("city_id")["name"]
    names = {city_id: str(all_names[city_id]) for city_id in ids}
    report = headlines.report_year(layers)
    return Drawn(
        charts.projects_by_city(latest_projects(layers["projects"]), names, colours)
        if names
        else None,
        tr("Projects listed in {year}, by city and focus area", year=report),
        tr("Number of projects of each city listed in {year}, by focus area.", year=report),
        tr("ASCN Monitoring & Evaluation Report {year}.", year=report),
    )


def _by_report(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    kept = selected(filter_of(layers, query), layers).projects
    reports = layers["project_reports"]
    listings = reports[reports["project_id"].isin(set(kept["project_id"]))]
    published = None if filter_of(layers, query) else published_totals(layers)
    note = totals.lists_note()
    if published is not None:
        note = tr(
            "Wide bars: projects of the report's list. Narrow bars: totals that the report "
            "publishes. {lists}",
            lists=note,
        )
    return Drawn(
        plan_charts.timeline(plan_flows.states_by_report(listings, reports), colours, published)
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
    """Totals by status that the reports publish; none when they cannot be read, which the page
    tells beside the chart."""
    try:
        return layers["reports"]
    except LayerError:
        return None


def _support(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    kept = selected(filter_of(layers, query), layers).cities
    support = layers["plan_support"]
    support = support[support["city_id"].isin(set(kept["city_id"]))]
    kinds = plan_flows.support_by_kind(support)
    return Drawn(
        plan_charts.support_bars(kinds, colours) if len(support) else None,
        tr("Support asked for in 2018"),
        tr("Priority projects of 2018 by the kind of support that they ask for."),
        tr(
            "{source}. A project may ask for several kinds.",
            source=plans.plans_source(),
        ),
    )


def country_state(layers: Catalogue, query: Query) -> countryview.State:
    """Country and revision that a query asks for."""
    codes = {str(code): None for code in layers["countries"]["iso3"]}
    return countryview.State(
        one_of("country", query, codes, next(iter(codes))),
        one_of("revision", query, REVISION_NAMES, countryview.State("").revision),
    )


def _country_name(layers: Catalogue, iso3: str) -> str:
    return str(layers["countries"].set_index("iso3")["name"][iso3])


def _country_share(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    state = country_state(layers, query)
    country = _country_name(layers, state.iso3)
    return Drawn(
        countryview.share_series(layers, state, colours),
        tr("Urban share of {country}", country=country),
        tr("Urban share of {country} by year beside the other member states.", country=country),
        f"{terms(REVISIONS)[state.revision]}.",
    )


def _country_growth(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    state = country_state(layers, query)
    country = _country_name(layers, state.iso3)
    return Drawn(
        countryview.growth_series(layers, state, colours),
        tr(
            "Growth of the urban population of {country}, {revision}",
            country=country,
            revision=terms(REVISION_NAMES)[state.revision],
        ),
        tr("Growth of the urban population of {country} by year.", country=country),
        countryview.growth_source(state),
    )


def urban_state(layers: Catalogue, query: Query) -> urbanstate.State:
    """Year, revision and span that a query asks for."""
    usual = headlines.share_years(layers)[-1]
    years = {str(year): None for year in urbanstate.all_years(layers)}
    state = urbanstate.State(usual)
    earlier = pressureview.spans_of(wup.EARLIER)
    return urbanstate.State(
        int(one_of("year", query, years, str(usual))),
        one_of("revision", query, REVISION_NAMES, state.revision),
        one_of("span", query, earlier, next(iter(earlier))),
    )


def _shares_of_year(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    state = urban_state(layers, query)
    known = state.year in headlines.share_years(layers)
    return Drawn(
        urbanview.country_ranking(layers, state, colours) if known else None,
        tr("Urban share, {year}, %", year=state.year),
        tr("Urban share of each member state in {year}, %.", year=state.year),
        f"{terms(REVISIONS)[state.revision]}.",
    )


def _agglomerations_of_year(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    year = urban_state(layers, query).year
    return Drawn(
        urbanview.city_ranking(layers, year, colours),
        tr(
            "Largest member agglomerations, {year}, million people", year=urbanview.year_title(year)
        ),
        tr("Population of the largest agglomerations of member cities in {year}.", year=year),
        tr("UN, World Urbanization Prospects 2018."),
    )


def _share_panels(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> Drawn:
    state = urban_state(layers, query)
    return Drawn(
        urbanview.country_panels(layers, state, colours, *panels),
        tr("Urban share by country"),
        tr("Urban share of each member state by year, one small chart a country."),
        tr(
            "{source}. Only this revision is shown.",
            source=terms(REVISIONS)[state.revision],
        ),
    )


def _agglomeration_panels(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> Drawn:
    return Drawn(
        urbanview.city_panels(layers, colours, *panels),
        tr("The twelve largest member agglomerations"),
        tr("Population of each agglomeration by year, one small chart a city."),
        tr("UN, World Urbanization Prospects 2018; agglomerations, not cities proper."),
    )


def _revisions(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    return Drawn(
        revisionview.chart(layers, colours),
        tr(
            "What the newer revision changes, {year}, percentage points",
            year=revisionview.year_of(layers),
        ),
        tr("Urban share of each member state by both UN revisions, and their difference."),
        "; ".join(terms(REVISIONS).values()) + ".",
    )


def _claims(layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]) -> Drawn:
    return Drawn(
        claimsview.base_year_chart(layers, colours, *panels),
        tr("Claimed gains by the year they may count from"),
        tr(
            "People that the urban population of the eleven member states gains by the claimed "
            "year, counted from each base year, beside the claimed gain (line across)."
        ),
        tr(
            "UN, World Urbanization Prospects 2018 (projection); {source}, carried on at its mean "
            "yearly gain since the base year.",
            source=terms(REVISIONS)[NEWEST_REVISION],
        ),
    )


def _pressure(layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]) -> Drawn:
    span = urban_state(layers, query).span
    return Drawn(
        pressureview.pressure_chart(layers, span, colours, panels[0] * panels[1]),
        tr("Pressure and action, agglomerations of 2018"),
        tr("Growth of each agglomeration beside the projects of its city."),
        tr(
            "UN, World Urbanization Prospects 2018; ASCN Monitoring & Evaluation Report {year}. "
            "A number of projects does not tell their size.",
            year=headlines.report_year(layers),
        ),
    )


CHARTS: Mapping[str, Drawing] = {
    "projects-by-focus-area": Drawing(_focus_areas, (*FILTER, "reports")),
    "size-and-growth": Drawing(_size_and_growth, FILTER),
    "population": Drawing(_population, ("city",)),
    "projects-by-city": Drawing(_by_city, ("city",)),
    "projects-by-report": Drawing(_by_report, FILTER),
    "support": Drawing(_support, FILTER),
    "urban-share": Drawing(_country_share, ("country", "revision")),
    "urban-growth": Drawing(_country_growth, ("country", "revision")),
    "urban-shares-of-year": Drawing(_shares_of_year, ("year", "revision")),
    "agglomerations-of-year": Drawing(_agglomerations_of_year, ("year",)),
    "urban-share-by-country": Drawing(_share_panels, ("revision",), fluid=False),
    "largest-agglomerations": Drawing(_agglomeration_panels, (), fluid=False),
    "urban-share-revisions": Drawing(_revisions, ()),
    "claims-by-base-year": Drawing(_claims, (), fluid=False),
    "pressure": Drawing(_pressure, ("span",)),
    **UN_CHARTS,
}
"""Charts by the name in their address."""

FORMER_NAMES: Mapping[str, str] = {"definitions-of-urban": "urban-share-revisions"}
"""Names that charts had in addresses before -> theirs now; old addresses lead to the new ones."""
