"""Sections of the City page on its figures, its plan and its projects."""

from __future__ import annotations

import streamlit as st

from dashboard.data import un_revision as wup
from dashboard.markup import citations
from dashboard.markup import project_totals as totals
from dashboard.markup.theme import Palette
from dashboard.pages.city import markup as cityparts
from dashboard.pages.city import official_figures as cityfigures
from dashboard.pages.city import statements as citystatements
from dashboard.pages.city import tables as cityhistory
from dashboard.pages.city import text as cityview
from dashboard.pages.city import un_figures as uncityview
from dashboard.pages.plans import text as plans
from dashboard.ui import chart_widget as chartview
from dashboard.ui import layout
from geo.analysis import flows as plan_flows
from geo.analysis.city_profile import Dossier
from geo.i18n import tr
from geo.layers.catalogue import Catalogue


def un_city(about: Dossier, revision: str) -> None:
    """How UN city and member city relate and differ; nothing beside figures of 2018."""
    if revision == wup.NEWEST:
        st.html(cityparts.paragraph(uncityview.summary(about.city)))


def population(about: Dossier, revision: str, layers: Catalogue) -> None:
    """The population by year of the UN city, or of the agglomeration of 2018."""
    asked = {"city": about.city["city_id"]}
    if revision == wup.NEWEST:
        layout.section(*uncityview.series_heading(about.city))
        nothing = uncityview.series_source(about.city, about.un_series)
        chartview.show("un-city-population", layers, asked, nothing=nothing)
        return
    layout.section(*cityview.series_heading(about))
    chartview.show("population", layers, asked, nothing=cityview.series_source(about))


def plan(about: Dossier, colours: Palette) -> None:
    """The plan of 2018, what it aims at, and what became of its priority projects."""
    document, reports = plans.plans_source(), plans.reports_source(about.report_years)
    asked = {"city": about.city["city_id"]}
    with layout.part(tr("The plan of 2018")):
        st.html(cityhistory.plan(about))
    with layout.part():
        if len(about.statements):
            layout.section(tr("What the plan says under each focus area"), tr("Our summary."))
            st.html(citystatements.statements(about))
            notes = [f"{document}."]
            if citystatements.assigned(about):
                notes.append(f"* {plans.assigned_note()}")
            chartview.table_source(" ".join(notes), "plan-statements", asked)
    with layout.part():
        if len(about.targets):
            layout.section(tr("What the plan aims at"), tr("Strategic targets, in our own words."))
            st.html(cityhistory.targets(about))
            notes = [f"{document}."]
            if (about.targets["outcome_basis"] == "assigned").any():
                notes.append(plans.assigned_note())
            chartview.table_source(" ".join(notes), "targets", asked)
    with layout.part():
        if len(about.priorities):
            layout.section(tr("Priority projects of 2018, and what became of them"))
            st.html(cityhistory.priorities(about, colours))
            notes = [f"{document}; {reports}."]
            if (about.priorities["focus_area_basis"] == "assigned").any():
                notes.append(plans.assigned_note())
            if plan_flows.uncertain(about.priorities).any():
                notes.append(plans.uncertain_note())
            chartview.table_source(" ".join(notes), "priority-projects", asked)


def other_figures(about: Dossier) -> None:
    """Other official populations and land areas; nothing where the sources hold none."""
    if not len(about.populations):
        return
    layout.section(
        tr("Other official figures"),
        tr("Earlier counts, other bases and other boundaries; figures of two rows do not mix."),
    )
    st.html(cityfigures.others(about))
    chartview.table_source("", "city-populations", {"city": about.city["city_id"]})


def projects(about: Dossier, colours: Palette) -> None:
    """The projects in each report, and what the reports tell of them."""
    reports = plans.reports_source(about.report_years)
    opens = tr("A name opens the history of the project.")
    stateless = tr("The lists of 2022 and 2023 give no status.")
    with layout.part(tr("Projects by report"), f"{opens} {stateless}"):
        st.html(cityhistory.states_by_report(about, colours))
        said = tr(
            "{source}; a project that left them unfinished is “no longer reported”. {lists} "
            "{pages}",
            source=reports,
            lists=totals.lists_note(),
            pages=citations.pages_note(),
        )
        chartview.table_source(said, "project-reports", {"city": about.city["city_id"]})
    with layout.part(
        tr("What the reports say about each project"),
        tr("Latest first; expand for earlier years."),
    ):
        st.html(cityhistory.histories(about, colours))
        layout.source(cityhistory.histories_source(about, reports))
