"""Data of one member city across all layers, for its page and its briefing."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from geo.analysis.city_areas import area_of
from geo.analysis.indicators import Reading, indicators, readings
from geo.analysis.layer_rows import names
from geo.analysis.selection import distance_from
from geo.analysis.standing import (
    Standing,
    city_standing,
    indicator_standing,
    unranked,
    unranked_by_indicator,
)
from geo.analysis.un_cities import member_series
from geo.cache import memoized
from geo.errors import LayerError, QueryError, quoted
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES

T = TypeVar("T")

NEARBY_PLACES = 10


class CityProfile:
    """One member city across all layers.

    Each attribute is read from its layer on first access, so that an unreadable layer affects
    only what is rendered from it.

    Parameters
    ----------
    layers
        The catalogue to read from.
    city_id
        A member city.
    """

    def __init__(self, layers: Catalogue, city_id: str) -> None:
        self._layers = layers
        self._city_id = city_id

    @cached_property
    def city(self) -> Mapping[str, Any]:
        """Its row of :data:`geo.schema.core.CITIES`."""
        return _only(self._layers, "cities", self._city_id)

    @cached_property
    def populations(self) -> pd.DataFrame:
        """Its other official figures, newest first."""
        return self._city_rows("city_populations").sort_values(
            ["year", "territory"], ascending=[False, True], kind="stable", ignore_index=True
        )

    @cached_property
    def area(self) -> Mapping[str, Any]:
        """Its area as the network's plans count it; see :data:`geo.schema.cities.CITY_AREAS`."""
        area = area_of(self._city_id, self._layers.geo("city_areas"))
        return {str(column): value for column, value in area.items()}

    @cached_property
    def plan(self) -> Mapping[str, Any]:
        """Its row of :data:`geo.schema.plans.PLANS`."""
        return _only(self._layers, "plans", self._city_id)

    @cached_property
    def focus_areas(self) -> tuple[str, ...]:
        """Focus areas that the plan of 2018 names, in the order of the vocabulary."""
        named = set(self._city_rows("plan_focus_areas")["focus_area"])
        return tuple(area for area in FOCUS_AREAS if area in named)

    @cached_property
    def statements(self) -> pd.DataFrame:
        """Statements of the plan by focus area, in the order of the plan."""
        return self._city_rows("plan_statements").sort_values("statement_no")

    @cached_property
    def assigned_areas(self) -> frozenset[str]:
        """Focus areas that the plan words differently: the classification is ours."""
        rows = self._city_rows("plan_focus_areas")
        return frozenset(rows.loc[rows["focus_area_basis"] == "assigned", "focus_area"])

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Strategic targets of the plan."""
        return self._city_rows("plan_targets").sort_values("target_no")

    @cached_property
    def promises(self) -> pd.DataFrame:
        """Its dated promises, by year."""
        return self._city_rows("promises").sort_values(
            ["due_year", "promise_id"], ignore_index=True
        )

    @cached_property
    def priorities(self) -> pd.DataFrame:
        """Priority projects of 2018."""
        return self._city_rows("plan_projects").sort_values("project_no")

    @cached_property
    def support(self) -> pd.DataFrame:
        """Support requested by each priority project."""
        return self._city_rows("plan_support")

    @cached_property
    def projects(self) -> pd.DataFrame:
        """Its projects, sorted by focus area and state (in vocabulary order) and name."""
        return _in_order(self._city_rows("projects"))

    @cached_property
    def reports(self) -> pd.DataFrame:
        """Listings of these projects in the reports, oldest report first."""
        return self._project_rows("project_reports")

    @cached_property
    def details(self) -> pd.DataFrame:
        """Details of these projects from the reports, oldest report first."""
        return self._project_rows("project_details")

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Figures on these projects from the reports, oldest report first."""
        return self._project_rows("project_figures")

    @cached_property
    def project_places(self) -> pd.DataFrame:
        """Places that plan and reports name for these projects, those with a point first."""
        rows = self._city_rows("project_places")
        return rows.sort_values("precision", key=pd.isna, kind="stable", ignore_index=True)

    @cached_property
    def partners(self) -> pd.DataFrame:
        """Partnerships of the city, newest first."""
        return self._city_rows("partners").sort_values(
            ["year", "partner"], ascending=[False, True], kind="stable", ignore_index=True
        )

    @cached_property
    def series(self) -> pd.DataFrame:
        """Population by year of the city's agglomeration; empty if there is none."""
        years = self._layers["city_years"]
        rows: pd.DataFrame = years[years["city_code"] == self.city["city_code"]]
        return rows.sort_values("year")

    @cached_property
    def un_series(self) -> pd.DataFrame:
        """Population by year of the city's UN city or cities of 2025; empty if there is none. See
        :func:`geo.analysis.un_cities.member_series`."""
        return member_series(self.city["un_city_codes"], self._layers["wup2025_city_years"])

    @cached_property
    def places(self) -> pd.DataFrame:
        """The nearest places, without the city itself, with their distance ``km``."""
        return nearby_places(self._layers, self._city_id)

    @cached_property
    def report_years(self) -> tuple[int, ...]:
        """Years of all reports, including those that list no project of the city."""
        years = self._layers["project_reports"]["report_year"].unique()
        return tuple(sorted(int(year) for year in years))

    @cached_property
    def readings(self) -> dict[str, Reading | None]:
        """The newest figure of each indicator of cities, in the order of the pages; ``None`` where
        the sources have none."""
        return {
            one.id: readings(self._layers, one.id).get(self._city_id)
            for one in indicators(self._layers)
        }

    def standing(self, column: str) -> Standing | None:
        """Its place by a column of ``cities``; see :func:`geo.analysis.standing.city_standing`."""
        return city_standing(self._layers, column, self._city_id)

    def indicator_standing(self, indicator_id: str) -> Standing | None:
        """Its place by an indicator."""
        return indicator_standing(self._layers, indicator_id, self._city_id)

    def unranked(self, measure: str) -> list[str]:
        """Names of the member cities without a place by a column of ``cities`` or an indicator."""
        layers = self._layers
        is_column = measure in layers["cities"].columns
        ids = (unranked if is_column else unranked_by_indicator)(layers, measure)
        return [name for id, name in names(layers, "cities").items() if id in ids]

    @property
    def has_plan(self) -> bool:
        """Whether the sources hold a plan of the city."""
        return bool(self.plan["plan_published"] == "true")

    @property
    def listed(self) -> pd.DataFrame:
        """The projects that the latest report lists."""
        return self.projects[self.projects["last_report"] == self.report_years[-1]]

    @property
    def counts(self) -> dict[str, int]:
        """Number of projects by state, in vocabulary order, without zeros."""
        by_state = self.projects["status"].value_counts()
        return {state: int(by_state[state]) for state in PROJECT_STATUSES if state in by_state}

    def cached(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` returns for this city, cached with the layers."""
        return self._layers.cached(("city", self._city_id, key), make)

    def _city_rows(self, name: str) -> pd.DataFrame:
        frame = self._layers[name]
        rows: pd.DataFrame = frame[frame["city_id"] == self._city_id].reset_index(drop=True)
        return rows

    def _project_rows(self, name: str) -> pd.DataFrame:
        rows = self._layers[name]
        return rows[rows["project_id"].isin(set(self.projects["project_id"]))].sort_values(
            ["report_year", "project_id"], kind="stable", ignore_index=True
        )


@memoized
def city_profile(layers: Catalogue, city_id: str) -> CityProfile:
    """The profile of one member city.

    Raises
    ------
    QueryError
        If there is no such city. Attributes raise :class:`geo.errors.LayerError` if their layer
        cannot be read, or lacks the row that every city should have.
    """
    if city_id not in set(layers["cities"]["city_id"]):
        raise QueryError(tr("There is no member city {city}.", city=quoted(city_id)))
    return CityProfile(layers, city_id)


def nearby_places(layers: Catalogue, city_id: str, limit: int = NEARBY_PLACES) -> pd.DataFrame:
    """The places nearest to a city, without the city itself, with their geodesic distance
    ``km``."""
    cities, places = layers.geo("cities"), layers.geo("places")
    source = str(cities.set_index("city_id")["coordinates_source"][city_id])
    own_id = re.match(r"GeoNames (\d+)", source)
    others = places[places["geonameid"] != int(own_id[1])] if own_id else places
    table = pd.DataFrame(others.drop(columns="geometry"))
    table["km"] = distance_from(city_id, cities, others)
    return table.nsmallest(limit, "km").reset_index(drop=True)


def _only(layers: Catalogue, name: str, city_id: str) -> dict[str, Any]:
    frame = layers[name]
    rows = frame[frame["city_id"] == city_id].to_dict("records")
    if not rows:
        raise LayerError(
            tr(
                "Layer {layer} has no row for {city}; build it again with `python -m geo build`.",
                layer=name,
                city=quoted(city_id),
            )
        )
    return {str(column): value for column, value in rows[0].items()}


def _in_order(projects: pd.DataFrame) -> pd.DataFrame:
    keys = pd.DataFrame(
        {
            "area": projects["focus_area"].map(list(FOCUS_AREAS).index),
            "state": projects["status"].map(list(PROJECT_STATUSES).index),
            "name": projects["name"],
        }
    )
    order = keys.sort_values(["area", "state", "name"], kind="stable").index
    return projects.loc[order].reset_index(drop=True)
