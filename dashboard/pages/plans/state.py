"""State of the Action plans page and its URL query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dashboard.pages import url_state
from geo.analysis.filter import Filter
from geo.errors import quoted
from geo.i18n import mark, tr
from geo.vocabulary import PROMISE_STATES, SUPPORT_KINDS

FILTERS = (
    "country",
    "city",
    "focus",
    "status",
    "without",
    "without_q",
    "completed_since",
    "due_before",
    "overdue",
    "partner",
    "q",
)
"""Parameters of the filter of cities and projects."""

TABLES: Mapping[str, str] = {
    "projects": mark("Projects in all reports"),
    "priorities": mark("Priority projects of 2018"),
    "targets": mark("Targets of 2018"),
    "statements": mark("What the plans say"),
}
"""Tables of the page: slug in the URL -> label."""


FILES: Mapping[str, str] = {
    "projects": "projects",
    "priorities": "priority-projects",
    "targets": "targets",
    "statements": "plan-statements",
}
"""Slug of :data:`TABLES` -> name of the table in its download URLs."""


KINDS: Mapping[str, str] = {"all": mark("All kinds"), **SUPPORT_KINDS}


GROUPS: Mapping[str, tuple[str, str]] = {
    "country": ("iso3", mark("By country")),
    "city": ("city_id", mark("By city")),
    "focus": ("focus_area", mark("By focus area")),
}
"""How promises are counted: slug in the URL -> column of the layer, label."""


def _no_project(name: str, value: str, _: object) -> str:
    return tr(
        "Parameter {name}: {value} is not a project. See the table of projects for the full list.",
        name=name,
        value=quoted(value),
    )


@dataclass(frozen=True)
class PlansState:
    """State of the Action plans page.

    Attributes
    ----------
    city_filter
        Filter by country, city, focus area, project status, completion, partner and text.
    project
        Id of the project whose history is open; empty for none.
    support
        Kind of support of the table of requests, or ``all``.
    table
        One of :data:`TABLES`.
    promise_states, due_years
        States and years of the promises in their table; empty for all.
    group
        One of :data:`GROUPS`.
    """

    city_filter: Filter = url_state.city_filter(FILTERS)
    project: str = url_state.choice("project", (), "", _no_project)
    support: str = url_state.choice("support", KINDS, "all")
    table: str = url_state.choice("table", TABLES, "projects")
    promise_states: tuple[str, ...] = url_state.each_code("promise", PROMISE_STATES)
    due_years: tuple[str, ...] = url_state.each_code("due")
    group: str = url_state.choice("by", GROUPS, "country")


def plans_codec(
    city_ids: Collection[str], project_ids: Collection[str], due_years: Collection[str] = ()
) -> url_state.QueryCodec[PlansState]:
    """Codec of the page.

    Parameters
    ----------
    due_years
        Years in which a promise falls due.
    """
    known = {"city_filter": city_ids, "project": project_ids, "due_years": due_years}
    return url_state.QueryCodec(PlansState, known)
