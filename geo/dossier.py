"""All that the layers hold on one member city, gathered for its page and its briefing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.errors import LayerError, QueryError, shown
from geo.i18n import tr
from geo.layers import Catalogue
from geo.query import distance_from
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES

NEARBY_PLACES = 10


@dataclass(frozen=True)
class Dossier:
    """One member city in every layer that tells of it.

    Attributes
    ----------
    city, plan
        Its rows of :data:`geo.schema.CITIES` and :data:`geo.schema_plans.PLANS`.
    focus_areas
        Focus areas that the plan of 2018 names, in the order of the vocabulary.
    targets, priorities, support
        Strategic targets, priority projects of 2018 and the support that each asks for.
    projects
        Its projects, by focus area, state and name, each in the order of the vocabulary.
    reports, details, figures
        What each report lists, tells and counts of these projects, oldest report first.
    partners
        Partnerships of the city, newest first.
    series
        Population by year of the agglomeration that the city is or lies in; empty without one.
    places
        The nearest places other than the city itself, with ``km`` from it.
    report_years
        Years of all reports, whether or not they list a project of the city.
    """

    city: Mapping[str, Any]
    plan: Mapping[str, Any]
    focus_areas: tuple[str, ...]
    targets: pd.DataFrame
    priorities: pd.DataFrame
    support: pd.DataFrame
    projects: pd.DataFrame
    reports: pd.DataFrame
    details: pd.DataFrame
    figures: pd.DataFrame
    partners: pd.DataFrame
    series: pd.DataFrame
    places: pd.DataFrame
    report_years: tuple[int, ...]

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
        """Number of projects by state, in the order of the vocabulary, without those of none."""
        found = self.projects["status"].value_counts()
        return {state: int(found[state]) for state in PROJECT_STATUSES if state in found}


def dossier(layers: Catalogue, city_id: str) -> Dossier:
    """Gather one city.

    Raises
    ------
    QueryError
        If there is no such city.
    LayerError
        If a layer that has a row for every city lacks this one's.
    """
    cities = layers["cities"]
    if city_id not in set(cities["city_id"]):
        raise QueryError(tr("There is no member city {city}.", city=shown(city_id)))
    city = _only(layers, "cities", city_id)
    projects = _in_order(_of_city(layers["projects"], city_id))
    ids = set(projects["project_id"])

    def of_projects(name: str) -> pd.DataFrame:
        rows = layers[name]
        return rows[rows["project_id"].isin(ids)].sort_values(
            ["report_year", "project_id"], kind="stable", ignore_index=True
        )

    areas = set(_of_city(layers["plan_focus_areas"], city_id)["focus_area"])
    years = layers["city_years"]
    return Dossier(
        city=city,
        plan=_only(layers, "plans", city_id),
        focus_areas=tuple(area for area in FOCUS_AREAS if area in areas),
        targets=_of_city(layers["plan_targets"], city_id).sort_values("target_no"),
        priorities=_of_city(layers["plan_projects"], city_id).sort_values("project_no"),
        support=_of_city(layers["plan_support"], city_id),
        projects=projects,
        reports=of_projects("project_reports"),
        details=of_projects("project_details"),
        figures=of_projects("project_figures"),
        partners=_of_city(layers["partners"], city_id).sort_values(
            ["year", "partner"], ascending=[False, True], kind="stable", ignore_index=True
        ),
        series=years[years["city_code"] == city["city_code"]].sort_values("year"),
        places=nearby_places(layers, city_id),
        report_years=tuple(
            sorted(int(y) for y in layers["project_reports"]["report_year"].unique())
        ),
    )


def nearby_places(layers: Catalogue, city_id: str, most: int = NEARBY_PLACES) -> pd.DataFrame:
    """The places nearest to a city, other than the city itself, with geodesic ``km`` from it."""
    cities, places = layers.geo("cities"), layers.geo("places")
    source = str(cities.set_index("city_id")["coordinates_source"][city_id])
    own = re.match(r"GeoNames (\d+)", source)
    others = places[places["geonameid"] != int(own[1])] if own else places
    table = pd.DataFrame(others.drop(columns="geometry"))
    table["km"] = distance_from(city_id, cities, others)
    return table.nsmallest(most, "km").reset_index(drop=True)


def _of_city(frame: pd.DataFrame, city_id: str) -> pd.DataFrame:
    return frame[frame["city_id"] == city_id].reset_index(drop=True)


def _only(layers: Catalogue, name: str, city_id: str) -> dict[str, Any]:
    frame = layers[name]
    rows = frame[frame["city_id"] == city_id].to_dict("records")
    if not rows:
        raise LayerError(
            tr(
                "Layer {layer} has no row for {city}; build it again with `python -m geo build`.",
                layer=name,
                city=shown(city_id),
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
