"""State of the Action plans page and its URL query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from dashboard.pages.explore.state import unknown_parameters
from geo.analysis.filter import Filter, parse
from geo.errors import not_known, quoted
from geo.i18n import mark, tr
from geo.vocabulary import SUPPORT_KINDS

FILTERS = ("country", "city", "focus", "status", "q")


PARAMETERS = (*FILTERS, "project", "support", "table")
"""URL query parameters of the page; the first are those of :data:`FILTERS`."""


TABLES: Mapping[str, str] = {
    "projects": mark("Projects of all reports"),
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


@dataclass(frozen=True)
class PlansState:
    """State of the Action plans page.

    Attributes
    ----------
    city_filter
        Filter by country, city, focus area, project status and text.
    project
        Id of the project whose history is open; empty for none.
    support
        Kind of support of the table of requests, or ``all``.
    table
        One of :data:`TABLES`.
    """

    city_filter: Filter = field(default_factory=Filter)
    project: str = ""
    support: str = "all"
    table: str = "projects"

    def to_query(self) -> dict[str, str]:
        """URL query parameters, without defaults."""
        query = self.city_filter.to_query()
        for name in ("project", "support", "table"):
            if getattr(self, name) != getattr(PlansState(), name):
                query[name] = getattr(self, name)
        return query


def read_plans(
    query: Mapping[str, str], city_ids: Collection[str], project_ids: Collection[str]
) -> tuple[PlansState, tuple[str, ...]]:
    """Parse the page's query; returns the state and a message for each invalid parameter."""
    problems = unknown_parameters(query, PARAMETERS)
    parsed = parse({name: query[name] for name in FILTERS if name in query}, city_ids)
    problems += parsed.problems
    project = query.get("project", "")
    if project and project not in project_ids:
        problems.append(
            tr(
                "Parameter {name}: {value} is not a project; the table of projects lists them all.",
                name="project",
                value=quoted(project),
            )
        )
        project = ""

    def one_of(name: str, known: Mapping[str, str]) -> str:
        default: str = getattr(PlansState(), name)
        value = query.get(name, default)
        if value in known:
            return value
        problems.append(not_known(name, value, known))
        return default

    state = PlansState(parsed.filter, project, one_of("support", KINDS), one_of("table", TABLES))
    return state, tuple(problems)
