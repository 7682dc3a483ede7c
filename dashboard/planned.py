"""State and widgets of the Action plans page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.filters import names_of
from dashboard.session import PageSession
from geo.errors import shown
from geo.query import Filter, parse
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES, SUPPORT_KINDS

FILTERS = ("country", "city", "focus", "status")
PARAMETERS = (*FILTERS, "project", "support", "table")
"""Names of the URL query parameters of the page; the first ones are those of a filter."""

TABLES: Mapping[str, str] = {
    "projects": "Projects of the reports",
    "priorities": "Priority projects of 2018",
    "targets": "Targets of 2018",
}
"""Which table is shown: slug in the URL -> label."""

KINDS: Mapping[str, str] = {"all": "All kinds", **SUPPORT_KINDS}

CONFIG = {
    "History": st.column_config.LinkColumn(display_text="open", width="small"),
    "First report": st.column_config.NumberColumn(format="%d"),
    "Last report": st.column_config.NumberColumn(format="%d"),
    "By": st.column_config.NumberColumn(format="%d", help="year aimed at"),
    "Figure": st.column_config.NumberColumn(format="localized", help="see unit"),
    "Project": st.column_config.TextColumn(width="large"),
    "Target": st.column_config.TextColumn(width="large"),
    "Asked for": st.column_config.TextColumn(width="medium"),
    "Set out to": st.column_config.TextColumn(width="large"),
    "Why they are linked": st.column_config.TextColumn(width="large"),
    "Page of the plan": st.column_config.NumberColumn(
        format="%d", help="page of ascn-consolidated-scaps", width="small"
    ),
}
"""How ``st.dataframe`` shows the frames of :mod:`dashboard.plan_tables`."""


@dataclass(frozen=True)
class Plans:
    """The state of the Action plans page.

    Attributes
    ----------
    wanted
        Countries, cities, focus areas and states of projects.
    project
        Id of the project whose history is open; empty for none.
    support
        Kind of support of the table of requests, or ``all``.
    table
        One of :data:`TABLES`.
    """

    wanted: Filter = field(default_factory=Filter)
    project: str = ""
    support: str = "all"
    table: str = "projects"

    def to_query(self) -> dict[str, str]:
        """URL query parameters, without those that say nothing new."""
        query = self.wanted.to_query()
        for name in ("project", "support", "table"):
            if getattr(self, name) != getattr(Plans(), name):
                query[name] = getattr(self, name)
        return query


def read_plans(
    query: Mapping[str, str], city_ids: Collection[str], project_ids: Collection[str]
) -> tuple[Plans, tuple[str, ...]]:
    """The state that a URL asks for, and a sentence for each parameter that is not understood."""
    problems = [
        f"There is no parameter {shown(name)}; there are {', '.join(PARAMETERS)}."
        for name in query
        if name not in PARAMETERS
    ]
    parsed = parse({name: query[name] for name in FILTERS if name in query}, city_ids)
    problems += parsed.problems
    project = query.get("project", "")
    if project and project not in project_ids:
        problems.append(
            f"Parameter project: {shown(project)} is not a project; the table of projects lists "
            "them all."
        )
        project = ""

    def one_of(name: str, known: Mapping[str, str]) -> str:
        usual: str = getattr(Plans(), name)
        value = query.get(name, usual)
        if value in known:
            return value
        problems.append(
            f"Parameter {name}: {shown(value)} is not known; known are {', '.join(known)}."
        )
        return usual

    state = Plans(parsed.filter, project, one_of("support", KINDS), one_of("table", TABLES))
    return state, tuple(problems)


Session = PageSession[Plans]


def _change(page: Session, **fields: Any) -> None:
    """From a callback, change fields of the state as the last run left it."""
    page.change(replace(page.current(), **fields))


def session(cities: pd.DataFrame, projects: pd.DataFrame) -> Session:
    """The page's state in the reader's session."""
    city_ids, project_ids = set(cities["city_id"]), set(projects["project_id"])
    return PageSession(
        "plans",
        read=lambda query: read_plans(query, sorted(city_ids), project_ids),
        write=Plans.to_query,
    )


def sidebar(page: Session, state: Plans, cities: pd.DataFrame, countries: pd.DataFrame) -> Plans:
    """Draw the filter in the sidebar and return the state with what it asks for."""

    def several(label: str, name: str, options: Mapping[str, str]) -> tuple[str, ...]:
        key, initial = page.widget(name, list(getattr(state.wanted, name)))
        return tuple(
            st.multiselect(label, list(options), initial, format_func=options.__getitem__, key=key)
        )

    with st.sidebar:
        st.button(
            "Reset all filters",
            on_click=_change,
            args=(page,),
            kwargs={"wanted": Filter()},
            disabled=not state.wanted,
            width="stretch",
            key="plans_reset",
        )
        wanted = Filter(
            countries=several("Country", "countries", names_of(countries, "iso3")),
            cities=several("City", "cities", names_of(cities, "city_id")),
            focus_areas=several("Focus area", "focus_areas", FOCUS_AREAS),
            statuses=several("Project status", "statuses", PROJECT_STATUSES),
        )
    return replace(state, wanted=wanted)


def project_picker(
    page: Session, state: Plans, projects: pd.DataFrame, cities: Mapping[str, str]
) -> Plans:
    """The control that opens the history of a project."""
    label = projects["city_id"].map(cities) + " – " + projects["name"]
    options = dict(zip(projects["project_id"], label, strict=True))
    ordered = sorted(options, key=options.__getitem__)
    key, initial = page.widget("project", state.project)
    chosen = st.selectbox(
        "History of a project",
        ordered,
        index=ordered.index(initial) if initial else None,
        format_func=options.__getitem__,
        placeholder=f"choose one of {len(ordered)} projects, or open one in the table below",
        key=key,
    )
    if chosen:
        st.button(
            "Close the history",
            on_click=_change,
            args=(page,),
            kwargs={"project": ""},
            key="plans_close",
        )
    return replace(state, project=chosen or "")


def support_kind(page: Session, state: Plans) -> Plans:
    """The control that chooses a kind of support."""
    return replace(state, support=_one(page, "Kind of support", "support", KINDS, state.support))


def table(page: Session, state: Plans) -> Plans:
    """The control that chooses a table."""
    return replace(state, table=_one(page, "Table", "table", TABLES, state.table))


def _one(page: Session, label: str, name: str, options: Mapping[str, str], chosen: str) -> str:
    key, initial = page.widget(name, chosen)
    picked: str = st.segmented_control(
        label,
        list(options),
        default=initial,
        format_func=options.__getitem__,
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    return picked


def downloads(wanted: Filter) -> list[tuple[str, Filter, str]]:
    """Layer, filter and label of each download of the page."""
    return [
        ("projects", wanted, "Projects"),
        ("project_reports", wanted, "Listings by report"),
        ("project_details", wanted, "Progress of projects"),
        ("project_figures", wanted, "Figures of projects"),
        ("plan_projects", wanted, "Priority projects of 2018"),
        ("plan_targets", wanted, "Targets of 2018"),
        ("plan_support", wanted, "Support asked for"),
        ("plan_focus_areas", wanted, "Focus areas of the plans"),
    ]


def show(frame: pd.DataFrame, height: int) -> None:
    """A long table, no higher than ``height`` pixels and no higher than its rows."""
    st.dataframe(
        frame,
        hide_index=True,
        height=min(height, 35 * (max(len(frame), 1) + 1) + 3),
        column_config=CONFIG,
        placeholder=words.NO_DATA,
    )
