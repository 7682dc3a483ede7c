"""Sections of the Action plans page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import pandas as pd
import streamlit as st

from dashboard.datasets.plans import PLAN_TABLES
from dashboard.markup import citations, project_totals
from dashboard.markup.breakpoints import WITH_SIDEBAR
from dashboard.markup.figures import Figure
from dashboard.markup.theme import Palette
from dashboard.pages.explore.controls import names_of
from dashboard.pages.plans import controls, text
from dashboard.pages.plans import state as plans_state
from dashboard.pages.plans import tables as plans_tables
from dashboard.pages.plans.controls import Session
from dashboard.pages.plans.state import PlansState
from dashboard.ui import chart_widget, layout
from geo.analysis import flows
from geo.analysis.layer_rows import selected
from geo.analysis.selection import Selection
from geo.i18n import tr
from geo.layers.catalogue import Catalogue


class PlansSelection:
    """What passes the filter of the page; each table is read when it is first asked for, so that
    one that cannot be read costs only the sections that show it."""

    def __init__(self, layers: Catalogue, state: PlansState) -> None:
        self.layers = layers
        self.state = state
        self.wanted = state.wanted
        self.query = state.wanted.to_query()
        self.projects, self.reports = layers["projects"], layers["project_reports"]
        self.years = flows.report_years(self.reports)

    @cached_property
    def names(self) -> dict[str, str]:
        """City id to name of all member cities."""
        return names_of(self.layers["cities"], "city_id")

    @cached_property
    def selection(self) -> Selection:
        """Cities and projects."""
        return selected(self.wanted, self.layers)

    @property
    def with_history(self) -> pd.DataFrame:
        """Projects whose history can be opened: those that pass, and the one that is open."""
        passing = self.projects["project_id"].isin(set(self.selection.projects["project_id"]))
        return self.projects[passing | (self.projects["project_id"] == self.state.project)]

    @cached_property
    def priorities(self) -> pd.DataFrame:
        """Priority projects of 2018, see :func:`geo.analysis.flows.priority_outcomes`."""
        rows = flows.priority_outcomes(self.layers["plan_projects"], self.projects)
        return self._of_cities(rows)

    @cached_property
    def support(self) -> pd.DataFrame:
        """Requests for support."""
        return self._of_cities(self.layers["plan_support"])

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Targets of 2018."""
        return self._of_cities(self.layers["plan_targets"])

    @cached_property
    def statements(self) -> pd.DataFrame:
        """What the plans say under their focus areas."""
        return self._of_cities(self.layers["plan_statements"])

    def _of_cities(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["city_id"].isin(set(self.selection.cities["city_id"]))]

    def answer(self) -> str:
        """What the cities committed to and what became of it."""
        return text.answer(
            self.selection.projects,
            self.projects,
            self.priorities,
            project_totals.latest_report(self.layers),
            bool(self.wanted),
        )

    def figures(self) -> list[Figure]:
        """The reports and the plans in key figures."""
        statuses = (
            ""
            if self.wanted
            else project_totals.by_status(project_totals.latest_report(self.layers))
        )
        return text.key_figures(self.selection.projects, self.priorities, self.years, statuses)

    @property
    def totals_note(self) -> str:
        """Totals by status and what the lists do not tell; without a filter with the numbers."""
        if self.wanted:
            return project_totals.lists_note()
        return project_totals.totals_note(project_totals.latest_report(self.layers))

    @property
    def reports_source(self) -> str:
        """The reports, as source lines name them."""
        return text.reports_source(self.years)


def matrix(kept: PlansSelection, colours: Palette) -> None:
    """Cities by focus area."""
    last, selection = kept.years[-1], kept.selection
    layout.section(
        tr("Cities and focus areas, {year}", year=last), text.matrix_note(kept.wanted, last)
    )
    listed = kept.projects[kept.projects["last_report"] == last]
    counted = selection.projects
    if not kept.wanted.statuses:
        counted = counted[counted["last_report"] == last]
    named = kept.layers["plan_focus_areas"]
    cells = flows.coverage(counted, listed, named, selection.cities["city_id"])
    in_plans = int(named["city_id"].isin(set(selection.cities["city_id"])).sum())
    link_query = controls.cell_query(kept.state)
    st.html(plans_tables.matrix_key(cells, in_plans, last))
    st.html(plans_tables.matrix(cells, selection.cities, link_query, colours.ground))
    said = tr(
        "ASCN Monitoring & Evaluation Report {year}; {plans}. The plans cover the 26 pilot "
        "cities; for the later members the sources hold no plan of 2018.",
        year=last,
        plans=text.plans_source(),
    )
    said = f"{said} {kept.totals_note}"
    chart_widget.table_source(said, "projects-by-city-and-focus-area", kept.query)


def priorities(kept: PlansSelection, colours: Palette) -> None:
    """Priority projects of 2018 and where each stands."""
    layout.section(
        tr("Priority projects of 2018"), tr("What the plans put first, and where it stands.")
    )
    rows = kept.priorities
    st.html(
        plans_tables.outcome_bar(rows, colours) + plans_tables.lost(rows, kept.names, kept.query)
    )
    said = tr(
        "{plans}; status as of the {year} report.",
        plans=text.plans_source(),
        year=kept.years[-1],
    )
    if flows.uncertain(rows).any():
        said = f"{said} {text.uncertain_note()}"
    chart_widget.table_source(said, "priority-outcomes", kept.query)


def reports(kept: PlansSelection, colours: Palette) -> None:
    """The reports one by one, from one to the next, and what they publish themselves."""
    left, right = layout.beside("reports", [1, 1.2], WITH_SIDEBAR)
    stateless = text.stateless(kept.reports)
    with (
        left,
        layout.part(
            tr("Report by report"), tr("The lists of {years} give no status.", years=stateless)
        ),
    ):
        chart_widget.show(
            "projects-by-report",
            kept.layers,
            kept.query,
            nothing=tr("The reports list no project that passes this filter."),
        )
    with right:
        layout.section(tr("Changes between reports"))
        ids = set(kept.selection.projects["project_id"])
        listings = kept.reports[kept.reports["project_id"].isin(ids)]
        if len(listings):
            st.html(plans_tables.ledger(flows.steps(listings, kept.reports), colours))
        chart_widget.table_source(f"{kept.reports_source}.", "project-steps", kept.query)
        with layout.part():
            layout.source(text.published(kept.layers["reports"]))
        with layout.part():
            apart = flows.share_discrepancies(kept.layers["report_focus_shares"], kept.reports)
            layout.source(text.shares_apart_note(apart))
            with st.expander(tr(PLAN_TABLES["printed-shares"].title)):
                st.html(plans_tables.shares_apart(apart))
                chart_widget.table_source(citations.pages_note(), "printed-shares")


def support(kept: PlansSelection, session: Session, state: PlansState) -> PlansState:
    """Support asked for in 2018."""
    layout.section(
        tr("Support asked for in 2018"), text.support_note(kept.support, kept.priorities)
    )
    if not len(kept.support):
        return state
    left, right = layout.beside("support", [1, 1.75], WITH_SIDEBAR)
    with left:
        chart_widget.show("support", kept.layers, kept.query)
    with right:
        state = controls.support_kind(session, state)
        asked = kept.support
        if state.support != "all":
            asked = asked[asked["kind"] == state.support]
        controls.show(plans_tables.support_frame(asked, kept.priorities, kept.names), 330)
        chart_widget.table_source(citations.pages_note(), "support-requests", state.to_query())
    return state


def tables(kept: PlansSelection, session: Session, state: PlansState) -> PlansState:
    """Every project and commitment, one of four tables at a time."""
    layout.section(tr("Every project and commitment"), tr("Open a project's history from its row."))
    state = controls.table(session, state)
    names, query = kept.names, kept.query
    frames: Mapping[str, Callable[[], pd.DataFrame]] = {
        "projects": lambda: plans_tables.projects_frame(
            kept.selection.projects, kept.reports, names, query
        ),
        "priorities": lambda: plans_tables.priorities_frame(kept.priorities, names, query),
        "targets": lambda: plans_tables.targets_frame(kept.targets, names),
        "statements": lambda: plans_tables.statements_frame(kept.statements, names),
    }
    with layout.part():
        controls.show(frames[state.table](), 460)
    said = f"{kept.reports_source}; {text.plans_source()}. {citations.pages_note()}"
    if state.table in ("targets", "statements"):
        said = f"{said} {text.assigned_note()}"
    chart_widget.table_source(said, plans_state.FILES[state.table], query)
    return state
