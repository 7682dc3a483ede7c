"""Action plans: what the cities have committed to, and what became of it."""

from __future__ import annotations

import streamlit as st

from dashboard import chartview, layout, plan_history, plan_tables, planned, plans
from dashboard.data import catalogue
from dashboard.filters import names_of
from dashboard.viewport import window_width
from geo import plan_flows
from geo.i18n import tr
from geo.query import select

layers = catalogue()
cities, projects, reports = layers.geo("cities"), layers["projects"], layers["project_reports"]
names = names_of(cities, "city_id")
colours = layout.colours()
years = plan_flows.report_years(reports)
last = years[-1]

session = planned.session(cities, projects)
state = planned.sidebar(session, session.current(), cities, layers["countries"])
wanted = state.wanted
kept = select(wanted, cities, projects)
city_ids, kept_ids = set(kept.cities["city_id"]), set(kept.projects["project_id"])
priorities = plan_flows.priority_outcomes(layers["plan_projects"], projects)
priorities = priorities[priorities["city_id"].isin(city_ids)]
support = layers["plan_support"].query("city_id in @city_ids")
listings = reports[reports["project_id"].isin(kept_ids)]
query = wanted.to_query()
plans_source, reports_source = plans.plans_source(), plans.reports_source(years)

layout.heading(tr("Action plans"), plans.answer(kept.projects, projects, priorities, bool(wanted)))
notice = st.container()
layout.figures(plans.key_figures(kept.projects, priorities, years))

state = planned.project_picker(session, state, projects, names)
if state.project:
    told = plan_flows.history(state.project, layers, layers["project_renames"])
    with st.container(border=True):
        st.html(plan_history.history(told, layers["documents"], colours))
        chartview.table_source("", "project-reports", {"project": state.project})

left, right = st.columns([1.75, 1], gap="large")
with left:
    layout.section(tr("Cities and focus areas, {year}", year=last), plans.matrix_note(wanted, last))
    listed = projects[projects["last_report"] == last]
    counted = (
        kept.projects if wanted.statuses else kept.projects[kept.projects["last_report"] == last]
    )
    named = layers["plan_focus_areas"]
    cells = plan_flows.coverage(counted, listed, named, kept.cities["city_id"])
    in_plans = int(named["city_id"].isin(city_ids).sum())
    st.html(plan_tables.matrix_key(cells, in_plans, last))
    st.html(plan_tables.matrix(cells, kept.cities, planned.cell_query(state), colours.ground))
    said = tr(
        "ASCN Monitoring & Evaluation Report {year}; {plans}. The plans cover the 26 pilot "
        "cities; for the later members the sources hold no plan of 2018.",
        year=last,
        plans=plans_source,
    )
    chartview.table_source(said, "projects-by-city-and-focus-area", query)
with right:
    planned.show_map(layers, wanted, kept.cities, colours, window_width())
    layout.section(
        tr("Priority projects of 2018"), tr("What the plans put first, and where it stands.")
    )
    st.html(plan_tables.outcome_bar(priorities, colours) + plan_tables.lost(priorities, names))
    said = tr("{plans}; state as of the report of {year}.", plans=plans_source, year=last)
    chartview.table_source(said, "priority-outcomes", query)

left, right = st.columns([1, 1.2], gap="large")
with left:
    layout.section(
        tr("Report by report"),
        tr("The reports of {years} give no state.", years=plans.stateless(reports)),
    )
    chartview.show(
        "projects-by-report",
        layers,
        query,
        nothing=tr("The reports list no project that passes this filter."),
    )
with right:
    layout.section(tr("From one report to the next"), tr("How the lists changed."))
    if len(listings):
        st.html(plan_tables.ledger(plan_flows.steps(listings, reports), colours))
    chartview.table_source(f"{reports_source}.", "project-steps", query)
    with layout.part():
        said = " ".join(plans.published(layers["reports"], layers["report_focus_shares"], reports))
        layout.source(said)

layout.section(tr("Support asked for in 2018"), plans.support_note(support, priorities))
if len(support):
    left, right = st.columns([1, 1.75], gap="large")
    with left:
        chartview.show("support", layers, query)
    with right:
        state = planned.support_kind(session, state)
        asked = support if state.support == "all" else support[support["kind"] == state.support]
        planned.show(plan_tables.support_frame(asked, priorities, names), 330)
        chartview.table_source("", "support-requests", state.to_query())

layout.section(tr("Every project and commitment"), tr("Open a project's history from its row."))
state = planned.table(session, state)
targets = layers["plan_targets"]
frames = {
    "projects": lambda: plan_tables.projects_frame(kept.projects, reports, names, query),
    "priorities": lambda: plan_tables.priorities_frame(priorities, names, query),
    "targets": lambda: plan_tables.targets_frame(targets[targets["city_id"].isin(city_ids)], names),
}
planned.show(frames[state.table](), 460)
chartview.table_source(f"{reports_source}; {plans_source}.", planned.FILES[state.table], query)

layout.section(tr("Download"), tr("What passes the filter; tables of the plans follow its cities."))
layout.downloads(planned.downloads(wanted))
session.keep(state)
with notice:
    layout.problems(session.problems(state))
