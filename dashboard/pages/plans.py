"""Action plans: what the cities have committed to, and what became of it."""

from __future__ import annotations

import streamlit as st

from dashboard import layout, plan_history, plan_tables, planned, plans
from dashboard.data import catalogue
from dashboard.filters import names_of
from geo import plan_flows
from geo.query import select

layers = catalogue()
cities, projects, reports = layers.geo("cities"), layers["projects"], layers["project_reports"]
names = names_of(cities, "city_id")
colours = layout.colours()
years = plan_flows.report_years(reports)
first, last = years[0], years[-1]

session = planned.session(cities, projects)
state = planned.sidebar(session, session.current(), cities, layers["countries"])
wanted = state.wanted
kept = select(wanted, cities, projects)
city_ids, kept_ids = set(kept.cities["city_id"]), set(kept.projects["project_id"])
priorities = plan_flows.priority_outcomes(layers["plan_projects"], projects)
priorities = priorities[priorities["city_id"].isin(city_ids)]
support = layers["plan_support"]
support = support[support["city_id"].isin(city_ids)]
listings = reports[reports["project_id"].isin(kept_ids)]
query = wanted.to_query()

layout.heading("Action plans", plans.answer(kept.projects, projects, priorities, bool(wanted)))
notice = st.container()
layout.figures(plans.key_figures(kept.projects, priorities, years))

state = planned.project_picker(session, state, projects, names)
if state.project:
    told = plan_flows.history(state.project, layers, plan_history.decided_renames())
    with st.container(border=True):
        st.html(plan_history.history(told, layers["documents"], colours))

left, right = st.columns([1.75, 1], gap="large")
with left:
    layout.section(f"Cities and focus areas, {last}", plans.matrix_note(wanted, last))
    listed = projects[projects["last_report"] == last]
    counted = (
        kept.projects if wanted.statuses else kept.projects[kept.projects["last_report"] == last]
    )
    named = layers["plan_focus_areas"]
    cells = plan_flows.coverage(counted, listed, named, kept.cities["city_id"])
    in_plans = int(named["city_id"].isin(city_ids).sum())
    st.html(plan_tables.matrix_key(cells, in_plans, last))
    cell_query = {name: query[name] for name in ("status",) if name in query}
    st.html(plan_tables.matrix(cells, kept.cities, cell_query, colours.ground))
    layout.source(
        f"ASCN Monitoring & Evaluation Report {last}; {plans.PLANS_SOURCE}. The plans cover the 26 "
        "pilot cities; for the later members the sources hold no plan of 2018."
    )
with right:
    layout.section("Report by report", f"The reports of {plans.stateless(reports)} give no state.")
    if len(listings):
        st.altair_chart(
            plans.timeline(plan_flows.states_by_report(listings, reports), colours),
            theme=None,
            width="stretch",
            alt="Projects of each report by state; the table below gives the same numbers.",
        )
        st.html(plan_tables.ledger(plan_flows.steps(listings, reports), colours))
    else:
        st.html('<p class="said">The reports list no project that passes this filter.</p>')
    layout.source(f"ASCN Monitoring & Evaluation Reports {first}–{last}.")
    layout.section("Priority projects of 2018", "What the plans put first, and where it stands.")
    st.html(plan_tables.outcome_bar(priorities, colours) + plan_tables.lost(priorities, names))
    layout.source(f"{plans.PLANS_SOURCE}; state as of the report of {last}.")

layout.section("Support asked for in 2018", plans.support_note(support, priorities))
if len(support):
    left, right = st.columns([1, 1.75], gap="large")
    with left:
        kinds = plan_flows.support_by_kind(support)
        st.altair_chart(plans.support_bars(kinds, colours), theme=None, width="stretch")
        layout.source(f"{plans.PLANS_SOURCE}. A project may ask for several kinds.")
    with right:
        state = planned.support_kind(session, state)
        asked = support if state.support == "all" else support[support["kind"] == state.support]
        planned.show(plan_tables.support_frame(asked, priorities, names), 330)

layout.section("Every project and commitment", "Open a project's history from its row.")
state = planned.table(session, state)
targets = layers["plan_targets"]
frames = {
    "projects": lambda: plan_tables.projects_frame(kept.projects, names, query),
    "priorities": lambda: plan_tables.priorities_frame(priorities, names, query),
    "targets": lambda: plan_tables.targets_frame(targets[targets["city_id"].isin(city_ids)], names),
}
planned.show(frames[state.table](), 460)
layout.source(f"ASCN Monitoring & Evaluation Reports {first}–{last}; {plans.PLANS_SOURCE}.")

layout.section("Download", "What passes the filter; tables of the plans follow its cities.")
st.html("".join(layout.download_links(*row) for row in planned.downloads(wanted)))
session.keep(state)
with notice:
    layout.problems(session.problems(state))
