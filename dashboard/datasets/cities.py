"""Tables of cities, countries and their urbanisation."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.charts.urbanisation import country_state
from dashboard.data import un_revision
from dashboard.datasets.charts import PRESSURE, pressure_rows
from dashboard.datasets.declared import (
    CITY_AND_COUNTRY_FIELDS,
    CITY_FIELDS,
    COUNTRY_FIELDS,
    Dataset,
    DatasetRequest,
    Field,
    count_field,
    join_values,
    layer_fields,
    page_link,
)
from dashboard.markup import numbers
from dashboard.markup.tables import newest_pages, records
from dashboard.pages.compare.outcomes import all_measures
from dashboard.pages.data import place_coverage
from dashboard.pages.data.state import DataState
from dashboard.pages.overview.text import report_year
from dashboard.pages.plans import project_table
from geo.analysis.city_profile import nearby_places
from geo.analysis.claims import Evidence, check_claims
from geo.analysis.filter import PARAMETERS as FILTER
from geo.analysis.peers import (
    EQUAL,
    MEASURES,
    Climate,
    Comparison,
    Mix,
    parse_weights,
    peers,
)
from geo.analysis.projects import leading_focus_areas
from geo.i18n import mark
from geo.parameters import one_of
from geo.schema import LAYERS
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES, focus_area_column


def _cities(request: DatasetRequest) -> pd.DataFrame:
    rows = pd.DataFrame(request.recounted_cities)
    leads = [join_values(lead) for lead in leading_focus_areas(rows)]
    return rows.rename(columns={"name": "city"}).assign(leading_focus_areas=leads)


def _projects(request: DatasetRequest) -> pd.DataFrame:
    rows = request.with_names(request.selection.projects)
    newest = newest_pages(request.source["project_reports"])
    texts = project_table.texts(request.source).set_index("project_id").reindex(rows["project_id"])
    for name in ("expected", "due", "partners", "amounts", "figures"):
        rows[name] = [join_values(parts) or None for parts in texts[name]]
    return rows.assign(
        project=rows["name"],
        focus_area_name=rows["focus_area"].map(FOCUS_AREAS),
        status_name=rows["status"].map(PROJECT_STATUSES),
        page=rows["project_id"].map(newest),
        history="/plans?project=" + rows["project_id"],
    ).sort_values(["city", "project"])


def _comparison(request: DatasetRequest) -> pd.DataFrame:
    rows = request.source["cities"].set_index("city_id", drop=False)
    compared = rows.loc[list(request.filter.cities)]
    revision = one_of(
        un_revision.PARAMETER, request.query, un_revision.UN_REVISIONS, un_revision.NEWEST
    )
    return pd.DataFrame(
        [
            {
                "city_id": city["city_id"],
                "city": city["name"],
                "measure": measure.label,
                "value": None if numbers.is_missing(value) else float(value),
                "unit": measure.unit,
                "shown_as": measure.text(city),
                "compared": measure.compared(city) is not None,
                "source": measure.source,
            }
            for measure in all_measures(request.source, report_year(request.source), revision)
            for city in records(compared)
            for value in [measure.value(city)]
        ]
    )


def _peers(request: DatasetRequest) -> pd.DataFrame:
    text = request.query.get("weights", "")
    weights = parse_weights(text) if text else EQUAL
    by_measure = dict(zip(MEASURES, weights, strict=True))
    rows = [
        {
            "city_id": city_id,
            "rank": rank,
            "peer_id": peer.city_id,
            "peer": request.cities[peer.city_id],
            "distance": round(peer.distance, 3),
            "weight": by_measure[one.measure],
            **_compared(one),
            "not_counted": join_values(peer.missing) or None,
        }
        for city_id in request.filter.cities
        for rank, peer in enumerate(peers(request.source, city_id, weights), 1)
        for one in peer.compared
    ]
    return request.with_names(pd.DataFrame(rows))


def _compared(one: Comparison) -> dict[str, object]:
    """What is compared of a city and its peer, as a number or a class."""
    cells: dict[str, object] = {
        "measure": one.measure,
        "measure_distance": round(one.distance, 3),
    }
    for name, value in (("own", one.own), ("peer", one.other)):
        if isinstance(value, Climate):
            cells[f"{name}_class"] = value.code
        else:
            cells[f"{name}_value"] = value.number if isinstance(value, Mix) else value
    if isinstance(one.own, Mix):
        cells["shared_percent"] = round(100 * one.own.shared(one.other), 1)
    return cells


def _nearby(request: DatasetRequest) -> pd.DataFrame:
    city_id = request.single_city_id()
    places = nearby_places(request.source, city_id)
    return request.with_names(places.assign(city_id=city_id, place=places["name"]))


def _project_places(request: DatasetRequest) -> pd.DataFrame:
    places = request.for_selected_cities("project_places")
    projects = request.source["projects"][["project_id", "name"]]
    named = places.merge(projects.rename(columns={"name": "project"}), on="project_id")
    return named.sort_values(["city", "project", "place"])


def _agglomerations(request: DatasetRequest) -> pd.DataFrame:
    rows = request.source["agglomerations"]
    if "country" in request.query:
        rows = rows[rows["iso3"] == country_state(request.source, request.query).iso3]
    ordered = rows.sort_values("agglomeration_population_2018", ascending=False, kind="stable")
    return ordered.assign(country=ordered["iso3"].map(request.countries))


def _quadrants(request: DatasetRequest) -> pd.DataFrame:
    """The cities of each quadrant, then those without a series."""
    with_series = pressure_rows(request)
    cities = request.source["cities"].rename(columns={"name": "city"})
    without_series = cities[~cities["city_id"].isin(set(with_series["city_id"]))]
    rows = pd.concat(
        [with_series, without_series[["city_id", "city", "iso3", "country", "projects"]]]
    )
    return rows.sort_values(["quadrant", "city"], na_position="last")


def _claims(request: DatasetRequest) -> pd.DataFrame:
    layers = request.source
    claims = layers["urbanisation_claims"]
    findings = check_claims(claims, Evidence.from_catalogue(layers))
    return claims.assign(
        verdict=[finding.verdict for finding in findings],
        conclusion=[finding.conclusion for finding in findings],
        calculation=[finding.calculation for finding in findings],
    )


def _columns(request: DatasetRequest) -> pd.DataFrame:
    name = one_of("layer", request.query, LAYERS, DataState.layer)
    layer = LAYERS[name]
    return pd.DataFrame(
        [
            {
                "layer": name,
                "column": column,
                "description": declared.description,
                "unit": layer.unit(column) or None,
                "type": layer.type_name(column),
                "nullable": bool(declared.nullable),
            }
            for column, declared in layer.columns.items()
        ]
    )


_POPULATION_COLUMNS = [name for name in LAYERS["city_populations"].columns if name != "city_id"]

CITY_TABLES: Mapping[str, Dataset] = {
    "cities": Dataset(
        (
            *CITY_AND_COUNTRY_FIELDS,
            *layer_fields("cities", "joined_year", "population", "population_year"),
            *layer_fields("cities", "population_basis", "population_territory"),
            *layer_fields("cities", "un_city", "un_city_relation"),
            *layer_fields("cities", "un_city_population_2025", "un_city_growth_2000_2025"),
            *layer_fields("cities", "un_city_growth_2025_2050", "agglomeration_population_2018"),
            *layer_fields(
                "cities", "agglomeration_growth_2000_2018", "projects", "projects_completed"
            ),
            *layer_fields(
                "cities", "projects_no_longer_reported", *map(focus_area_column, FOCUS_AREAS)
            ),
            Field("leading_focus_areas", "projects", "focus areas with most projects"),
        ),
        _cities,
        page_link("explore", *FILTER),
        mark("Member cities"),
        mark(
            "Member cities that match the filter; projects are those listed in the latest report."
        ),
        FILTER,
    ),
    "projects": Dataset(
        (
            *CITY_FIELDS,
            *COUNTRY_FIELDS,
            *layer_fields("projects", "project_id", project="name"),
            *layer_fields("projects", "focus_area"),
            Field("focus_area_name", "projects", "name of the focus area"),
            *layer_fields("projects", "status"),
            Field("status_name", "projects", "name of the status"),
            *layer_fields("projects", "first_report", "last_report"),
            count_field(
                "page",
                "project_reports",
                "page of the PDF file of the last report that lists it",
                "page",
            ),
            Field("expected", "promises", "when it or a part of it is expected, as stated"),
            Field("due", "promises", "whether that fell due, and what the reports tell of it"),
            Field("partners", "partners", "partners that the sources name"),
            Field("amounts", "partners", "amounts as stated: currency, partner and year"),
            Field("figures", "project_figures", "figures of the newest report that states any"),
            Field("history", "projects", "address of the project on this server"),
        ),
        _projects,
        page_link("explore", *FILTER, panel="projects"),
        mark("Projects listed in any report"),
        mark(
            "Projects of the cities that match the filter, from all reports; last_report shows "
            "which of them are in the latest."
        ),
        FILTER,
    ),
    "comparison": Dataset(
        (
            *CITY_FIELDS,
            Field("measure", "cities", "what is compared"),
            Field("value", "cities", "figure; empty is no data", "see unit", "number"),
            Field("unit", "cities", "unit and year of the figure"),
            Field("shown_as", "cities", "the figure as the page writes it, with its year"),
            Field(
                "compared",
                "cities",
                "whether the figure can be highest or lowest; not where there is none, or where "
                "the city joined in the year of the report or later",
                "",
                "true/false",
            ),
            Field("source", "cities", "source of the figure"),
        ),
        _comparison,
        page_link("compare", "city", un_revision.PARAMETER),
        mark("Comparison of cities"),
        mark("Each measure for each compared city."),
        ("city", un_revision.PARAMETER),
    ),
    "peers": Dataset(
        (
            *CITY_FIELDS,
            count_field("rank", "cities", "place among the peers, the most similar first", ""),
            Field("peer_id", "cities", "id of the peer"),
            Field("peer", "cities", "English name of the peer"),
            Field(
                "distance",
                "cities",
                "weighted mean of the distances by measure; 0: the same",
                "",
                "number",
            ),
            Field(
                "measure",
                "cities",
                "what is compared: size, growth, density, climate, focus (areas of the projects), "
                "territory",
            ),
            count_field("weight", "cities", "how much the measure counts", ""),
            Field(
                "measure_distance",
                "cities",
                "distance by the measure; 1: the median of any two member cities; climate zones: "
                "0 the same, 1 another",
                "",
                "number",
            ),
            Field(
                "own_value",
                "cities",
                "what is compared of the city: people, % per year, people per km², projects, km²",
                "see measure",
                "number",
            ),
            Field("peer_value", "cities", "the same of the peer", "see measure", "number"),
            Field("own_class", "city_indicators", "climate zone of the city"),
            Field("peer_class", "city_indicators", "climate zone of the peer"),
            Field(
                "shared_percent",
                "cities",
                "focus only: part of the two mixes of focus areas that is the same",
                "%",
                "number",
            ),
            Field("not_counted", "cities", "measures for which the peer has no figure"),
        ),
        _peers,
        page_link("city", "city", "weights"),
        mark("Similar cities for each city"),
        mark(
            "The member cities most similar to each city in size, growth, density, climate "
            "zone, focus areas and territory."
        ),
        ("city", "weights"),
    ),
    "project-places": Dataset(
        (
            *CITY_FIELDS,
            *layer_fields("project_places", "project_id"),
            *layer_fields("projects", project="name"),
            *layer_fields("project_places", "place", "precision", "located_as", "source"),
            *layer_fields("project_places", "document", "page"),
        ),
        _project_places,
        page_link("city", "city"),
        mark("Project locations"),
        mark("Locations that action plans and reports name for the cities' projects."),
        ("city",),
    ),
    "nearby-places": Dataset(
        (
            *CITY_FIELDS,
            *layer_fields("places", "geonameid", place="name"),
            *layer_fields("places", "iso3"),
            COUNTRY_FIELDS[1],
            Field("km", "places", "geodesic distance from the city", "km", "number"),
            *layer_fields("places", "population"),
        ),
        _nearby,
        page_link("city", "city"),
        mark("Nearby places"),
        mark("The ten nearest places with a population of 500 or more in GeoNames."),
        ("city",),
    ),
    "places-coverage": Dataset(
        (
            *COUNTRY_FIELDS,
            count_field(
                "places", "places", "places for which GeoNames gives a population", "places"
            ),
            *layer_fields("countries", "population", "population_year"),
            Field("people_per_place", "places", "population per place", "people", "number"),
        ),
        lambda request: place_coverage.coverage(request.source),
        page_link("data", layer="places"),
        mark("Coverage of places by country"),
        mark("Places with a population in GeoNames, by member state."),
    ),
    "city-populations": Dataset(
        (*CITY_FIELDS, *layer_fields("city_populations", *_POPULATION_COLUMNS)),
        lambda request: request.for_selected_cities("city_populations"),
        page_link("city", "city"),
        mark("Other official figures"),
        mark("Official populations and land areas of a city other than its main figures."),
        ("city",),
    ),
    "agglomerations": Dataset(
        (
            *layer_fields("agglomerations", *LAYERS["agglomerations"].columns),
            COUNTRY_FIELDS[1],
        ),
        _agglomerations,
        page_link("country", "country", wup=un_revision.EARLIER),
        mark("Urban agglomerations"),
        mark("UN urban agglomerations of 300,000 people or more in 2018, largest first."),
        ("country",),
    ),
    "quadrants": Dataset(
        PRESSURE,
        _quadrants,
        page_link("urbanisation", "span"),
        mark("Member cities by quadrant"),
        mark("Member cities by quadrant; those without a UN series have no quadrant."),
        ("span",),
    ),
    "claims": Dataset(
        layer_fields("urbanisation_claims", *LAYERS["urbanisation_claims"].columns),
        _claims,
        page_link("urbanisation"),
        mark("Claims and verdicts"),
        mark("Claims about urbanisation in ASCN documents, each checked."),
    ),
    "columns": Dataset(
        (
            Field("layer", "", "name of the layer"),
            Field("column", "", "name of the column"),
            Field("description", "", "what it holds"),
            Field("unit", "", "unit of its values"),
            Field("type", "", "type of its values"),
            Field("nullable", "", "whether values may be missing", "", "true/false"),
        ),
        _columns,
        page_link("data", "layer"),
        mark("Columns of a layer"),
        mark("What each column of a layer contains."),
        ("layer",),
    ),
}
"""Tables of the pages Explore, Compare, City, Country, Urbanisation and Data by name."""
