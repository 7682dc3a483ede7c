"""Tables of outcomes, of where a city or country stands, and of outcome beside effort."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dashboard.charts.outcomes import indicator_from_query
from dashboard.charts.urbanisation import country_state
from dashboard.datasets.declared import (
    CITY_AND_COUNTRY_FIELDS,
    CITY_FIELDS,
    COUNTRY_FIELDS,
    Dataset,
    DatasetRequest,
    Field,
    count_field,
    layer_fields,
    page_link,
)
from dashboard.pages.city.standings import topics
from dashboard.pages.country.beside import figures
from dashboard.pages.urbanisation.effort import group_of
from geo.analysis.city_profile import city_profile
from geo.analysis.effort import effort
from geo.analysis.standing import Standing
from geo.i18n import mark
from geo.schema import LAYERS

_FIGURES = tuple(
    name for name in LAYERS["city_indicators"].columns if name not in ("city_id", "iso3")
)


def _outcomes(request: DatasetRequest) -> pd.DataFrame:
    rows = request.for_selected_cities("city_indicators")
    names = request.source["indicators"].set_index("indicator_id")
    order = rows["indicator_id"].map(names["position"])
    named = rows.assign(indicator=rows["indicator_id"].map(names["name"]), position=order)
    return named.sort_values(["city_id", "position", "year"], kind="stable")


_STANDING = (
    count_field("place", "city_indicators", "place, the largest figure first", "place"),
    count_field("last_place", "city_indicators", "last place, where a figure has two values", ""),
    count_field("alike", "city_indicators", "others with the same figure", ""),
    count_field("number", "city_indicators", "how many have a figure", ""),
)


def _place(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        return {}
    return {
        "value": standing.values[-1],
        "place": standing.first,
        "last_place": standing.last,
        "alike": standing.ties,
        "number": standing.number,
        "median": standing.median,
        "country_median": standing.group_median,
    }


def _standings(request: DatasetRequest) -> pd.DataFrame:
    city_id = request.single_city_id()
    rows = [
        {
            "city_id": city_id,
            "topic": topic.name,
            "measure": measure.label,
            "source": measure.source,
            "shown_as": measure.value,
            "remark": measure.reason,
            "left_out": measure.left_out,
            **_place(measure.standing),
        }
        for topic in topics(city_profile(request.source, city_id))
        for measure in topic.measures
    ]
    return request.with_names(pd.DataFrame(rows))


def _country_standings(request: DatasetRequest) -> pd.DataFrame:
    iso3 = country_state(request.source, request.query).iso3
    rows = [
        {
            "iso3": iso3,
            "indicator": figure.name,
            "unit": figure.unit,
            "year": figure.year or None,
            "source": figure.source,
            "shown_as": figure.value,
            **_place(figure.standing),
        }
        for figure in figures(request.source, iso3)
    ]
    return request.with_names(pd.DataFrame(rows))


def _chart_rows(request: DatasetRequest) -> pd.DataFrame:
    """The cities that the chart draws."""
    found = effort(request.source, indicator_from_query(request.source, request.query))
    rows = found.rows.drop(columns=["name", "country"]).assign(
        indicator_id=found.indicator.id, group=found.rows["city_id"].map(group_of(found))
    )
    ends = rows[["low", "high"]].astype(float)
    rows[["low", "high"]] = ends.mask(np.isinf(ends))
    cities = request.source["cities"].set_index("city_id")
    return request.with_names(rows.assign(iso3=rows["city_id"].map(cities["iso3"])))


def effort_rows(request: DatasetRequest) -> pd.DataFrame:
    """Outcome, projects and group of each city; those without a figure have no group."""
    indicator_id = indicator_from_query(request.source, request.query)
    found = effort(request.source, indicator_id)
    figures_of = request.source["city_indicators"]
    own = figures_of[figures_of["indicator_id"] == indicator_id].set_index("city_id")
    cities = request.source["cities"].rename(columns={"name": "city"})
    rows = cities[["city_id", "city", "iso3", "country"]].assign(
        indicator_id=indicator_id,
        group=cities["city_id"].map(group_of(found)),
        projects=cities["city_id"].map(found.rows.set_index("city_id")["projects"]),
    )
    joined = rows.join(own[["value", "band", "unit", "year", "quality", "note"]], on="city_id")
    return joined.sort_values(["city", "value"], ignore_index=True)


EFFORT = (
    *CITY_AND_COUNTRY_FIELDS,
    *layer_fields("city_indicators", "indicator_id", "year", "value", "band", "unit", "quality"),
    count_field(
        "projects",
        "projects",
        "projects of the indicator's focus area in the latest report; empty for cities in no group",
        "projects",
    ),
    Field("group", "city_indicators", "group by outcome and projects; empty for cities in none"),
    *layer_fields("city_indicators", "note"),
)

OUTCOME_CHART_DATA: Mapping[str, Dataset] = {
    "outcome-and-projects": Dataset(
        (
            *CITY_AND_COUNTRY_FIELDS,
            *layer_fields("city_indicators", "indicator_id"),
            Field(
                "low",
                "city_indicators",
                "value, the smaller of two, or lower end of the band; empty where it is open",
                "see indicator",
                "number",
            ),
            Field(
                "high",
                "city_indicators",
                "value, the larger of two, or upper end of the band; empty where it is open",
                "see indicator",
                "number",
            ),
            count_field(
                "projects",
                "projects",
                "projects of the indicator's focus area in the latest report",
                "projects",
            ),
            Field("group", "city_indicators", "group by outcome and projects"),
        ),
        _chart_rows,
        page_link("urbanisation"),
    ),
}
"""The data of the charts of outcomes."""

OUTCOME_TABLES: Mapping[str, Dataset] = {
    "outcomes": Dataset(
        (
            *CITY_FIELDS,
            Field("indicator", "indicators", "name of the indicator"),
            *layer_fields("city_indicators", *_FIGURES),
        ),
        _outcomes,
        page_link("city", "city"),
        mark("Outcomes"),
        mark("Figures for each indicator of a city, all years."),
        ("city",),
    ),
    "standings": Dataset(
        (
            *CITY_FIELDS,
            Field("topic", "cities", "what is measured"),
            Field("measure", "cities", "definition of the measure"),
            Field("value", "cities", "figure; the larger of two", "see shown_as", "number"),
            Field("shown_as", "cities", "the figure as the page writes it, with its unit"),
            Field("source", "cities", "year and source"),
            *_STANDING,
            Field("median", "cities", "median of all member cities", "as the value", "number"),
            Field(
                "country_median",
                "cities",
                "median of the country's cities; empty with one",
                "as the value",
                "number",
            ),
            Field("remark", "cities", "why there is no place"),
            Field("left_out", "cities", "member cities without a place, and why"),
        ),
        _standings,
        page_link("city", "city"),
        mark("Where the city stands"),
        mark("A city's rank among the member cities on each measure, with medians."),
        ("city",),
    ),
    "country-standings": Dataset(
        (
            *COUNTRY_FIELDS,
            Field("indicator", "indicators", "name of the indicator"),
            Field("value", "city_indicators", "figure", "see unit", "number"),
            Field("unit", "indicators", "unit of the figure"),
            Field("shown_as", "city_indicators", "the figure as the page writes it"),
            Field("year", "city_indicators", "year of the figure, and what it rests on"),
            Field("source", "country_years", "source of the figure"),
            *_STANDING,
            Field("median", "city_indicators", "median of the member states", "see unit", "number"),
        ),
        _country_standings,
        page_link("country", "country"),
        mark("Compared with the other member states"),
        mark("A country's figures, its rank among the member states and their median."),
        ("country",),
    ),
    "outcome-and-projects": Dataset(
        EFFORT,
        effort_rows,
        page_link("urbanisation"),
        mark("Outcomes and projects"),
        mark("Member cities by outcome and number of projects in the related focus area."),
        ("indicator",),
    ),
}
"""Tables of outcomes by name."""
