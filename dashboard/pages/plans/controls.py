"""Widgets of the Action plans page, and its session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.markup import numbers
from dashboard.markup.breakpoints import PHONE_WIDTH, WITH_SIDEBAR, main_width
from dashboard.markup.code_snippets import Download
from dashboard.pages.plans.state import PlansState, plans_codec
from dashboard.ui import layout, map_widget, widgets
from dashboard.ui.page_session import PageSession
from geo.analysis import flows
from geo.analysis.filter import PARTNER_OPTIONS, Filter
from geo.analysis.layer_rows import due_years, names
from geo.i18n import ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES, PROMISE_STATES

Session = PageSession[PlansState]


def session(layers: Catalogue) -> Session:
    """Session of the page: its state and URL query."""
    cities, projects = sorted(layers["cities"]["city_id"]), set(layers["projects"]["project_id"])
    years = [str(year) for year in due_years(layers)]
    return PageSession("plans", plans_codec(cities, projects, years))


def sidebar(session: Session, state: PlansState, layers: Catalogue) -> PlansState:
    """Draw the filter in the sidebar; returns the updated state."""

    chosen = state.city_filter
    with st.sidebar:
        top = st.container()
        chosen = widgets.search(session, chosen)
        for field, label, options in (
            ("countries", tr("Country"), names(layers, "countries")),
            ("cities", tr("City"), names(layers, "cities")),
            ("focus_areas", tr("Focus area"), terms(FOCUS_AREAS)),
            ("statuses", tr("Project status"), terms(PROJECT_STATUSES)),
            ("without", tr("No project in"), terms(FOCUS_AREAS)),
            ("partners", tr("With a partner"), terms(PARTNER_OPTIONS)),
        ):
            if field == "cities" and chosen.countries:
                options = _cities_of(chosen.countries, layers)
            chosen = widgets.multiselect(session, chosen, field, label, options)
        chosen = widgets.without_text(session, chosen)
        years = flows.report_years(layers["project_reports"])
        chosen = widgets.completed_since(session, chosen, years)
        chosen = widgets.due(session, chosen, due_years(layers))
    filtered = bool(chosen or state.promise_states or state.due_years)
    empty = {"city_filter": Filter(), "promise_states": (), "due_years": ()}
    widgets.reset(top, session, filtered, **empty)
    return replace(state, city_filter=chosen)


def _cities_of(countries: tuple[str, ...], layers: Catalogue) -> dict[str, str]:
    """Ids and names of the cities of some countries."""
    cities = layers["cities"]
    of_these = set(cities.loc[cities["iso3"].isin(countries), "city_id"])
    return {city: name for city, name in names(layers, "cities").items() if city in of_these}


def project_picker(
    session: Session, state: PlansState, projects: pd.DataFrame, cities: Mapping[str, str]
) -> PlansState:
    """Select box that opens the history of a project; returns the updated state.

    Parameters
    ----------
    projects
        Projects to choose from, including the open one. If empty, nothing is drawn.
    """
    if projects.empty:
        return state
    label = projects["city_id"].map(cities) + " – " + projects["name"]
    labels = sorted(zip(label, projects["project_id"], strict=True))
    placeholder = ntr(
        "choose the project, or open it in the table below",
        "choose one of {n} projects, or open one in the table below",
        len(labels),
    )
    options = {project: text for text, project in labels}
    state = widgets.select(session, state, "project", tr("Project history"), options, placeholder)
    if state.project:
        st.button(
            tr("Close history"),
            on_click=lambda: session.change(replace(session.current(), project="")),
            key="plans_close",
        )
    return state


def promise_filter(session: Session, state: PlansState, promises: pd.DataFrame) -> PlansState:
    """Filters of the table of promises, with the states and years that it has; returns the updated
    state."""
    left, right = st.columns([1.6, 1])
    there = {*promises["state"], *state.promise_states}
    due = {*promises["due_year"].astype(str), *state.due_years}
    with left:
        label = tr("What is known")
        states = {code: name for code, name in terms(PROMISE_STATES).items() if code in there}
        state = widgets.multiselect(session, state, "promise_states", label, states)
    with right:
        years = {year: year for year in sorted(due)}
        return widgets.multiselect(session, state, "due_years", tr("Due in"), years)


def cell_query(state: PlansState) -> dict[str, str]:
    """Query that matrix cell links keep: all but city, focus area and open history."""
    query = plans_codec((), ()).to_query(state)  # which needs no known ids
    return {name: query[name] for name in query if name not in ("city", "focus", "project")}


def show_map(city_filter: Filter, window: int) -> None:
    """Map of the filtered cities by leading focus area."""
    layout.section(tr("Where the projects are"), tr("Circle size shows the number of projects."))
    height, width = 400, window - 40
    if window > PHONE_WIDTH:
        width = main_width(window, sidebar=True)
        width = width if window < WITH_SIDEBAR else int(0.34 * width)
    map_widget.show("plans", city_filter.to_query(), (width, height))


def downloads(city_filter: Filter) -> list[Download]:
    """Layer, filter and label of each download of the page."""
    return [
        ("promises", city_filter, tr("Dated promises")),
        ("projects", city_filter, tr("Projects listed in any report")),
        ("project_reports", city_filter, tr("Listings by report")),
        ("project_details", city_filter, tr("Project progress")),
        ("project_figures", city_filter, tr("Project figures")),
        ("plan_projects", city_filter, tr("Priority projects of 2018")),
        ("plan_targets", city_filter, tr("Targets of 2018")),
        ("plan_statements", city_filter, tr("What the plans say under each focus area")),
        ("plan_support", city_filter, tr("Support requested")),
        ("plan_focus_areas", city_filter, tr("Focus areas in the plans")),
        ("plans", city_filter, tr("2018 plans")),
        ("project_renames", city_filter, tr("Decisions on project names")),
        ("reports", Filter(), tr("Totals published in the reports")),
        ("report_focus_shares", Filter(), tr("Published shares by focus area")),
    ]


def show(frame: pd.DataFrame, height: int) -> None:
    """Show a table at most ``height`` pixels high, lower if it has fewer rows.

    Parameters
    ----------
    frame
        See :mod:`dashboard.pages.plans.tables`.
    """
    year = st.column_config.NumberColumn(format="%d")
    large = st.column_config.TextColumn(width="large")
    medium = st.column_config.TextColumn(width="medium")
    st.dataframe(
        frame,
        hide_index=True,
        height=min(height, 35 * (max(len(frame), 1) + 1) + 3),
        column_config={
            tr("History"): st.column_config.LinkColumn(display_text=tr("open"), width="small"),
            tr("Since"): year,
            tr("Target year"): year,
            tr("Year"): year,
            tr("Figure"): st.column_config.NumberColumn(format="localized", help=tr("see unit")),
            tr("Promise"): st.column_config.TextColumn(width=300),
            tr("Due"): st.column_config.TextColumn(width="small"),
            tr("Latest update"): large,
            tr("Target"): large,
            tr("What the plan says"): large,
            tr("Requested"): medium,
            tr("Focus area"): medium,
            tr("Related outcome"): medium,
            tr("Baseline"): medium,
            tr("Aim"): large,
            tr("Why they are linked"): large,
            tr("Page of the plan"): st.column_config.TextColumn(
                help=tr("Page of the PDF file of {document}", document="ascn-consolidated-scaps"),
                width="small",
            ),
        },
        placeholder=numbers.no_data(),
    )
