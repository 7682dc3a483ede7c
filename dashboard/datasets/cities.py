"""Tables of cities, countries and their urbanisation."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.charts.registry import country_state
from dashboard.data import un_revision as wup
from dashboard.datasets.charts import PRESSURE, pressure_rows
from dashboard.datasets.declared import (
    CITY,
    CITY_AND_COUNTRY,
    COUNTRY,
    Asked,
    Dataset,
    Field,
    count,
    joined,
    of,
    page,
)
from dashboard.markup import numbers as words
from dashboard.markup.tables import newest_pages, records
from dashboard.pages.compare.tables import measures
from dashboard.pages.data import place_coverage as placecoverage
from dashboard.pages.explore.state import USUAL_LAYER
from dashboard.pages.overview.text import report_year
from geo.analysis.city_profile import nearby_places
from geo.analysis.claims import Evidence, check_claims
from geo.analysis.filter import PARAMETERS as FILTER
from geo.analysis.peers import peers_of
from geo.analysis.projects import leading_focus_areas
from geo.i18n import mark
from geo.parameters import one_of
from geo.schema import LAYERS
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES, focus_area_column


def _cities(asked: Asked) -> pd.DataFrame:
    rows = pd.DataFrame(asked.counted)
    leads = [joined(lead) for lead in leading_focus_areas(rows)]
    return rows.rename(columns={"name": "city"}).assign(leading_focus_areas=leads)


def _projects(asked: Asked) -> pd.DataFrame:
    rows = asked.named(asked.kept.projects)
    newest = newest_pages(asked.plain["project_reports"])
    return rows.assign(
        project=rows["name"],
        focus_area_name=rows["focus_area"].map(FOCUS_AREAS),
        status_name=rows["status"].map(PROJECT_STATUSES),
        page=rows["project_id"].map(newest),
    ).sort_values(["city", "project"])


def _comparison(asked: Asked) -> pd.DataFrame:
    rows = asked.plain["cities"].set_index("city_id", drop=False)
    wanted = rows.loc[list(asked.filter.cities)]
    revision = one_of(wup.PARAMETER, asked.query, wup.WUPS, wup.NEWEST)
    return pd.DataFrame(
        [
            {
                "city_id": city["city_id"],
                "city": city["name"],
                "measure": measure.label,
                "value": None if words.missing(value) else float(value),
                "unit": measure.unit,
                "shown_as": measure.text(city),
                "compared": measure.compared(city) is not None,
                "source": measure.source,
            }
            for measure in measures(report_year(asked.plain), revision)
            for city in records(wanted)
            for value in [measure.value(city)]
        ]
    )


def _peers(asked: Asked) -> pd.DataFrame:
    rows = [
        {
            "city_id": city_id,
            "measure": peer.measure,
            "peer_id": peer.city_id,
            "peer": asked.cities[peer.city_id],
            "own_value": peer.own_value,
            "peer_value": peer.value,
            "shared_percent": peer.shared_percent,
        }
        for city_id in asked.filter.cities
        for peer in peers_of(city_id, asked.plain)
    ]
    return asked.named(pd.DataFrame(rows))


def _nearby(asked: Asked) -> pd.DataFrame:
    city_id = asked.one_city()
    places = nearby_places(asked.plain, city_id)
    return asked.named(places.assign(city_id=city_id, place=places["name"]))


def _agglomerations(asked: Asked) -> pd.DataFrame:
    rows = asked.plain["agglomerations"]
    if "country" in asked.query:
        rows = rows[rows["iso3"] == country_state(asked.plain, asked.query).iso3]
    ordered = rows.sort_values("agglomeration_population_2018", ascending=False, kind="stable")
    return ordered.assign(country=ordered["iso3"].map(asked.countries))


def _quadrants(asked: Asked) -> pd.DataFrame:
    """The cities of each quadrant, then those without a series."""
    known = pressure_rows(asked)
    cities = asked.plain["cities"].rename(columns={"name": "city"})
    without = cities[~cities["city_id"].isin(set(known["city_id"]))]
    rows = pd.concat([known, without[["city_id", "city", "iso3", "country", "projects"]]])
    return rows.sort_values(["quadrant", "city"], na_position="last")


def _claims(asked: Asked) -> pd.DataFrame:
    plain = asked.plain
    claims = plain["urbanisation_claims"]
    checked = check_claims(claims, Evidence.of(plain))
    return claims.assign(
        verdict=[finding.verdict for finding in checked],
        conclusion=[finding.conclusion for finding in checked],
        calculation=[finding.calculation for finding in checked],
    )


def _columns(asked: Asked) -> pd.DataFrame:
    name = one_of("layer", asked.query, LAYERS, USUAL_LAYER)
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
            *CITY_AND_COUNTRY,
            *of("cities", "joined_year", "population", "population_year"),
            *of("cities", "population_basis", "population_territory"),
            *of("cities", "un_city", "un_city_relation"),
            *of("cities", "un_city_population_2025", "un_city_growth_2000_2025"),
            *of("cities", "un_city_growth_2025_2050", "agglomeration_population_2018"),
            *of("cities", "agglomeration_growth_2000_2018", "projects", "projects_completed"),
            *of("cities", "projects_no_longer_reported", *map(focus_area_column, FOCUS_AREAS)),
            Field("leading_focus_areas", "projects", "focus areas with most projects"),
        ),
        _cities,
        page("explore", *FILTER),
        mark("Member cities"),
        mark(
            "Member cities that pass the filter; projects are those that the latest report lists."
        ),
        FILTER,
    ),
    "projects": Dataset(
        (
            *CITY,
            *COUNTRY,
            *of("projects", "project_id", project="name"),
            *of("projects", "focus_area"),
            Field("focus_area_name", "projects", "name of the focus area"),
            *of("projects", "status"),
            Field("status_name", "projects", "name of the status"),
            *of("projects", "first_report", "last_report"),
            count(
                "page",
                "project_reports",
                "page of the PDF file of the last report that lists it",
                "page",
            ),
        ),
        _projects,
        page("explore", *FILTER, panel="projects"),
        mark("Projects listed in any report"),
        mark(
            "Projects of the cities that pass the filter, of all reports; last_report tells which "
            "of them the latest lists."
        ),
        FILTER,
    ),
    "comparison": Dataset(
        (
            *CITY,
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
        page("compare", "city", wup.PARAMETER),
        mark("Comparison of cities"),
        mark("Each measure of each compared city."),
        ("city", wup.PARAMETER),
    ),
    "peers": Dataset(
        (
            *CITY,
            Field("measure", "cities", "what the two are alike in: size, growth or projects"),
            Field("peer_id", "cities", "id of the peer; nearest first"),
            Field("peer", "cities", "English name of the peer"),
            Field(
                "own_value",
                "cities",
                "what is compared of the city: people, % per year, or projects",
                "see measure",
                "number",
            ),
            Field("peer_value", "cities", "the same of the peer", "see measure", "number"),
            Field(
                "shared_percent",
                "cities",
                "projects only: part of the two mixes of focus areas that is the same",
                "%",
                "number",
            ),
        ),
        _peers,
        page("compare", "city"),
        mark("Peers of each city"),
        mark("Member cities most like each in size, growth and mix of projects."),
        ("city",),
    ),
    "nearby-places": Dataset(
        (
            *CITY,
            *of("places", "geonameid", place="name"),
            *of("places", "iso3"),
            COUNTRY[1],
            Field("km", "places", "geodesic distance from the city", "km", "number"),
            *of("places", "population"),
        ),
        _nearby,
        page("city", "city"),
        mark("Nearby places"),
        mark("The ten nearest places for which GeoNames gives a population of 500 or more."),
        ("city",),
    ),
    "places-coverage": Dataset(
        (
            *COUNTRY,
            count("places", "places", "places for which GeoNames gives a population", "places"),
            *of("countries", "population", "population_year"),
            Field("people_per_place", "places", "population per place", "people", "number"),
        ),
        lambda asked: placecoverage.coverage(asked.plain),
        page("data", layer="places"),
        mark("Coverage of places by country"),
        mark("Places for which GeoNames gives a population, by member state."),
    ),
    "city-populations": Dataset(
        (*CITY, *of("city_populations", *_POPULATION_COLUMNS)),
        lambda asked: asked.of_kept_cities("city_populations"),
        page("city", "city"),
        mark("Other official figures"),
        mark("Official populations and land areas of a city beside its principal ones."),
        ("city",),
    ),
    "agglomerations": Dataset(
        (
            *of("agglomerations", *LAYERS["agglomerations"].columns),
            COUNTRY[1],
        ),
        _agglomerations,
        page("country", "country", wup=wup.EARLIER),
        mark("Urban agglomerations"),
        mark("UN urban agglomerations of 300,000 people or more in 2018, largest first."),
        ("country",),
    ),
    "quadrants": Dataset(
        PRESSURE,
        _quadrants,
        page("urbanisation", "span"),
        mark("Member cities by quadrant"),
        mark("Member cities by quadrant; those without a UN series have no quadrant."),
        ("span",),
    ),
    "claims": Dataset(
        of("urbanisation_claims", *LAYERS["urbanisation_claims"].columns),
        _claims,
        page("urbanisation"),
        mark("Claims and verdicts"),
        mark("Claims of the network's texts on urbanisation, each checked."),
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
        page("data", "layer"),
        mark("Columns of a layer"),
        mark("What each column of a layer holds."),
        ("layer",),
    ),
}
"""Tables of the pages Explore, Compare, City, Country, Urbanisation and Data by name."""
