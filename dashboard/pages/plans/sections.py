"""Sections of the Action plans page."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from typing import TypeVar

import pandas as pd
import streamlit as st
from markupsafe import Markup

from dashboard.datasets.plans import PLAN_TABLES
from dashboard.markup import citations, project_totals
from dashboard.markup.breakpoints import WITH_SIDEBAR
from dashboard.markup.figures import Figure
from dashboard.markup.theme import Palette
from dashboard.pages.plans import controls, frames, project_table, text
from dashboard.pages.plans import state as plans_state
from dashboard.pages.plans import tables as plans_tables
from dashboard.pages.plans.controls import Session
from dashboard.pages.plans.state import KINDS, TABLES, PlansState
from dashboard.ui import chart_widget, dataframes, layout, widgets
from dashboard.ui.html import render_html
from geo.analysis import flows
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows, names, selected
from geo.analysis.selection import Selection
from geo.cache import memoized
from geo.i18n import is_explicit, terms, tr
from geo.layers.catalogue import Catalogue

T = TypeVar("T")


class PlansSelection:
    """Tables filtered by the page's city filter; see :func:`plans_selection`.

    Tables are read lazily, so that an unreadable layer fails only the sections that use it.
    """

    def __init__(self, layers: Catalogue, city_filter: Filter) -> None:
        self.layers = layers
        self.city_filter = city_filter
        self.query = city_filter.to_query()

    @property
    def projects(self) -> pd.DataFrame:
        """All projects."""
        return self.layers["projects"]

    @property
    def reports(self) -> pd.DataFrame:
        """All listings in reports."""
        return self.layers["project_reports"]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years of the reports."""
        return flows.report_years(self.reports)

    @cached_property
    def names(self) -> dict[str, str]:
        """City id to name of all member cities."""
        return names(self.layers, "cities")

    @cached_property
    def selection(self) -> Selection:
        """Cities and projects."""
        return selected(self.city_filter, self.layers)

    def with_history(self, project: str) -> pd.DataFrame:
        """Projects offered in the history picker: the filtered ones and the open one."""
        passing = self.projects["project_id"].isin(set(self.selection.projects["project_id"]))
        return self.projects[passing | (self.projects["project_id"] == project)]

    def cached(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` returns for these layers and this filter, cached."""
        return self.layers.cached(("plans", is_explicit(), self.city_filter, key), make)

    @cached_property
    def priorities(self) -> pd.DataFrame:
        """Priority projects of 2018, see :func:`geo.analysis.flows.priority_outcomes`."""
        return flows.priority_outcomes(self._passing("plan_projects"), self.projects)

    @cached_property
    def all_priorities(self) -> pd.DataFrame:
        """The same without a filter, which requests for support refer to."""
        return flows.priority_outcomes(self.layers["plan_projects"], self.projects)

    @property
    def promises(self) -> pd.DataFrame:
        """Dated promises."""
        return filtered_rows("promises", self.city_filter, self.layers).rows

    @cached_property
    def support(self) -> pd.DataFrame:
        """Requests for support."""
        return self._passing("plan_support")

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Targets of 2018."""
        return self._passing("plan_targets")

    @cached_property
    def statements(self) -> pd.DataFrame:
        """Statements of the plans by focus area."""
        return self._passing("plan_statements")

    def _passing(self, layer: str) -> pd.DataFrame:
        return filtered_rows(layer, self.city_filter, self.layers).rows

    def answer(self) -> str:
        """Summary sentence: the cities' commitments and their outcomes."""
        return text.summary_sentence(
            self.selection.projects,
            self.projects,
            self.priorities,
            project_totals.latest_report(self.layers),
            bool(self.city_filter),
        )

    def figures(self) -> list[Figure]:
        """Key figures of the reports and the plans."""
        statuses = (
            ""
            if self.city_filter
            else project_totals.by_status(project_totals.latest_report(self.layers))
        )
        return text.key_figures(self.selection.projects, self.priorities, self.years, statuses)

    @property
    def totals_note(self) -> str:
        """Note on totals by status and the gaps of the lists; with numbers if unfiltered."""
        if self.city_filter:
            return project_totals.lists_note()
        return project_totals.totals_note(project_totals.latest_report(self.layers))

    @property
    def reports_source(self) -> str:
        """The reports as named in source lines."""
        return text.reports_source(self.years)


def plans_selection(layers: Catalogue, city_filter: Filter) -> PlansSelection:
    """The cached tables of a filter."""
    return layers.cached(("plans", city_filter), lambda: PlansSelection(layers, city_filter))


def matrix(plans: PlansSelection, state: PlansState, colours: Palette) -> None:
    """Matrix of cities by focus area."""
    last = plans.years[-1]
    layout.section(
        tr("Cities and focus areas, {year}", year=last),
        text.matrix_note(plans.city_filter, last),
        "focus-areas",
        tr("Focus areas"),
    )
    link_query = controls.cell_query(state)
    key = ("matrix", tuple(link_query.items()), colours.ground)
    render_html(plans.cached(key, lambda: _matrix(plans, link_query, colours)))
    source = tr(
        "ASCN Monitoring & Evaluation Report {year}; {plans}. The plans cover the 26 pilot "
        "cities; our sources include no 2018 plan for cities that joined later.",
        year=last,
        plans=text.plans_source(),
    )
    source = f"{source} {plans.totals_note}"
    chart_widget.table_source(source, "projects-by-city-and-focus-area", plans.query)


def _matrix(plans: PlansSelection, link_query: Mapping[str, str], colours: Palette) -> Markup:
    last, selection = plans.years[-1], plans.selection
    listed_projects = plans.projects[plans.projects["last_report"] == last]
    counted_projects = selection.projects
    if not plans.city_filter.statuses:
        counted_projects = counted_projects[counted_projects["last_report"] == last]
    plan_areas = plans.layers["plan_focus_areas"]
    cells = flows.coverage(
        counted_projects, listed_projects, plan_areas, selection.cities["city_id"]
    )
    in_plans = int(plan_areas["city_id"].isin(set(selection.cities["city_id"])).sum())
    matrix_table = plans_tables.matrix(cells, selection.cities, link_query, colours.ground)
    return plans_tables.matrix_key(cells, in_plans, last) + matrix_table


def priorities(plans: PlansSelection, colours: Palette) -> None:
    """Priority projects of 2018 by outcome."""
    layout.section(
        tr("Priority projects of 2018"),
        tr("Priority projects and their status today."),
        "priorities",
        tr("Priority projects"),
    )
    rows = plans.priorities
    render_html(
        plans.cached(
            ("priorities", colours.name),
            lambda: (
                plans_tables.outcome_bar(rows, colours)
                + plans_tables.unreported_priorities(rows, plans.names, plans.query)
            ),
        )
    )
    source = tr(
        "{plans}; status as of the {year} report.",
        plans=text.plans_source(),
        year=plans.years[-1],
    )
    if flows.uncertain(rows).any():
        source = f"{source} {text.uncertain_note()}"
    chart_widget.table_source(source, "priority-outcomes", plans.query)


def reports(plans: PlansSelection, colours: Palette) -> None:
    """Projects by report, changes between reports, and the totals that reports publish."""
    left, right = layout.responsive_columns("reports", [1, 1.2], WITH_SIDEBAR)
    stateless = text.years_without_status(plans.reports)
    with (
        left,
        layout.part(
            tr("Report by report"),
            tr("The lists for {years} give no status.", years=stateless),
            "reports",
            tr("Reports"),
        ),
    ):
        chart_widget.show(
            "projects-by-report",
            plans.layers,
            plans.query,
            nothing=tr("The reports list no project that matches this filter."),
        )
    with right:
        layout.section(tr("Changes between reports"))
        render_html(plans.cached(("steps", colours.name), lambda: _steps(plans, colours)))
        chart_widget.table_source(f"{plans.reports_source}.", "project-steps", plans.query)
        with layout.part():
            layout.source(text.published_totals(plans.layers["reports"]))
        with layout.part():
            discrepancies = _share_discrepancies(plans.layers)
            layout.source(text.share_discrepancy_note(discrepancies))
            with st.expander(tr(PLAN_TABLES["printed-shares"].title)):
                render_html(plans_tables.share_discrepancies(discrepancies))
                chart_widget.table_source(citations.pages_note(), "printed-shares")


def _steps(plans: PlansSelection, colours: Palette) -> Markup:
    ids = set(plans.selection.projects["project_id"])
    listings = plans.reports[plans.reports["project_id"].isin(ids)]
    if not len(listings):
        return Markup("")
    return plans_tables.step_table(flows.steps(listings, plans.reports), colours)


@memoized
def _share_discrepancies(layers: Catalogue) -> pd.DataFrame:
    return flows.share_discrepancies(layers["report_focus_shares"], layers["project_reports"])


def support(plans: PlansSelection, session: Session, state: PlansState) -> PlansState:
    """Support requested in 2018; returns the state with the chosen kind."""
    layout.section(
        tr("Support requested in 2018"),
        text.support_note(plans.support, plans.all_priorities),
        "support",
        tr("Support"),
    )
    if not len(plans.support):
        return state
    left, right = layout.responsive_columns("support", [1, 1.75], WITH_SIDEBAR)
    with left:
        chart_widget.show("support", plans.layers, plans.query)
    with right:
        state = widgets.segmented(session, state, "support", tr("Kind of support"), terms(KINDS))
        kind = state.support
        requests = plans.support
        if kind != "all":
            requests = requests[requests["kind"] == kind]
        frame = plans.cached(
            ("support", kind),
            lambda: frames.support_frame(requests, plans.all_priorities, plans.names),
        )
        controls.show(frame, 330)
        chart_widget.table_source(
            citations.pages_note(), "support-requests", session.codec.to_query(state)
        )
    return state


def tables(plans: PlansSelection, session: Session, state: PlansState) -> PlansState:
    """Projects and commitments, as one of four tables; returns the state with the chosen table."""
    opens = tr("Open a project's history from its row.")
    layout.section(tr("All projects and commitments"), opens, "projects", tr("All projects"))
    state = widgets.segmented(session, state, "table", tr("Table"), terms(TABLES))
    names, query = plans.names, plans.query
    if state.table == "projects":
        with layout.part():
            found = plans.selection.found.projects if plans.city_filter.text else None
            table = plans.cached(
                "projects",
                lambda: project_table.frame(plans.layers, plans.selection.projects, query, found),
            )
            dataframes.show_projects(table)
    else:
        tables: Mapping[str, Callable[[], pd.DataFrame]] = {
            "priorities": lambda: frames.priorities_frame(plans.priorities, names, query),
            "targets": lambda: frames.targets_frame(plans.targets, names),
            "statements": lambda: frames.statements_frame(plans.statements, names),
        }
        with layout.part():
            controls.show(plans.cached(("table", state.table), tables[state.table]), 460)
    source = f"{plans.reports_source}; {text.plans_source()}. {citations.pages_note()}"
    if state.table in ("targets", "statements"):
        source = f"{source} {text.assigned_note()}"
    chart_widget.table_source(source, plans_state.FILES[state.table], query)
    return state
