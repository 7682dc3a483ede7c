"""Sections of the City page on its figures, its plan and its projects."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.data import un_revision
from dashboard.markup import citations, project_totals
from dashboard.markup import standings as standing_text
from dashboard.markup.breakpoints import map_size
from dashboard.markup.html import fold
from dashboard.markup.tables import paragraph
from dashboard.markup.theme import Palette
from dashboard.pages.city import (
    like_projects,
    map_text,
    markup,
    official_figures,
    outcomes,
    projections,
    standings,
    statements,
    tables,
    text,
    un_figures,
)
from dashboard.pages.city.state import CityState
from dashboard.pages.compare import peers as compare_peers
from dashboard.pages.overview.text import report_year
from dashboard.pages.plans import project_table, promise_sections
from dashboard.pages.plans import text as plans_text
from dashboard.ui import chart_widget, layout, map_widget, widgets
from dashboard.ui.html import render_html
from dashboard.ui.page_session import PageSession
from dashboard.ui.window import window_width
from geo.analysis import flows
from geo.analysis.city_profile import CityProfile
from geo.analysis.peers import peer_ids, peers, uncounted
from geo.analysis.projections import projections as projections_by_revision
from geo.i18n import tr
from geo.layers.catalogue import Catalogue


def city_map(profile: CityProfile, query: Mapping[str, str]) -> None:
    """The city with its area, and what is around it."""
    city = profile.city
    note = f"{city['name_local']}, {city['admin1_name']}."
    inexact = map_text.inexact_sentence(profile)
    map_widget.show(
        "city",
        query,
        map_size(window_width(), sidebar=False),
        " ".join(sentence for sentence in (note, inexact) if sentence),
    )


def project_places(profile: CityProfile) -> None:
    """Places of the city's projects, and for how many projects the sources name one."""
    coverage = map_text.coverage_sentence(profile)
    if not coverage:
        return
    layout.section(tr("Project locations"), coverage)
    if len(profile.project_places):
        render_html(map_text.project_places(profile))
        params = {"city": profile.city["city_id"]}
        chart_widget.table_source(citations.pages_note(), "project-places", params)


def un_city(profile: CityProfile, revision: str) -> None:
    """How the UN city relates to the member city; nothing for the 2018 revision."""
    if revision == un_revision.NEWEST:
        render_html(paragraph(un_figures.summary(profile.city)))


def population(profile: CityProfile, revision: str, layers: Catalogue) -> None:
    """Population by year of the UN city (2025 revision) or agglomeration (2018 revision)."""
    params = {"city": profile.city["city_id"]}
    if revision == un_revision.NEWEST:
        layout.section(*un_figures.series_heading(profile.city), "growth", tr("Growth"))
        empty_note = un_figures.series_source(profile.city, profile.un_series)
        chart_widget.show("un-city-population", layers, params, nothing=empty_note)
        return
    layout.section(*text.series_heading(profile), "growth", tr("Growth"))
    chart_widget.show("population", layers, params, nothing=text.series_source(profile))


def projections_of(profile: CityProfile, layers: Catalogue) -> None:
    """Projected populations in both UN revisions, and how far the older one has been off."""
    city = profile.city
    layout.section(
        tr("How sure are the projections?"),
        projections.sentence(city, projections_by_revision(layers, city["city_id"])),
        "projections",
        tr("Projections"),
    )
    render_html(projections.revisions_table(layers, (str(city["city_id"]),)))
    chart_widget.table_source(projections.note(), "projections", {"city": city["city_id"]})


def plan(profile: CityProfile, layers: Catalogue, colours: Palette) -> None:
    """The plan of 2018 with its targets, what was promised with a date, and the outcome of its
    priority projects."""
    document, reports = plans_text.plans_source(), plans_text.reports_source(profile.report_years)
    params = {"city": profile.city["city_id"]}
    with layout.part(tr("The 2018 plan"), anchor="plan", short=tr("2018 plan")):
        render_html(tables.plan(profile))
    with layout.part():
        if len(profile.statements):
            layout.section(tr("What the plan says under each focus area"), tr("Our summary."))
            rows = len(profile.statements)
            render_html(fold(statements.statements(profile), rows, tr("Show all")))
            notes = [f"{document}."]
            if statements.assigned(profile):
                notes.append(f"* {plans_text.assigned_note()}")
            chart_widget.table_source(" ".join(notes), "plan-statements", params)
    with layout.part():
        if len(profile.targets):
            layout.section(tr("Aims of the plan"), tr("Strategic targets; our summary."))
            render_html(tables.targets(profile))
            notes = [f"{document}."]
            if (profile.targets["outcome_basis"] == "assigned").any():
                notes.append(plans_text.assigned_note())
            chart_widget.table_source(" ".join(notes), "targets", params)
    with layout.part():
        promise_sections.of_place(layers, "city_id", str(profile.city["city_id"]))
    with layout.part():
        if len(profile.priorities):
            layout.section(tr("Priority projects of 2018 and their status today"))
            render_html(tables.priorities(profile, colours))
            notes = [f"{document}; {reports}."]
            if (profile.priorities["focus_area_basis"] == "assigned").any():
                notes.append(plans_text.assigned_note())
            if flows.uncertain(profile.priorities).any():
                notes.append(plans_text.uncertain_note())
            chart_widget.table_source(" ".join(notes), "priority-projects", params)


def who_has_done_this(profile: CityProfile, layers: Catalogue, colours: Palette) -> None:
    """Projects of other cities like what the city plans, asks for or runs; nothing if it has
    neither plan nor ongoing project."""
    city_id = str(profile.city["city_id"])
    wanted = like_projects.wanted(layers, city_id)
    if not wanted:
        return
    layout.section(
        tr("Similar projects in other cities"),
        like_projects.summary(layers, city_id),
        "like-projects",
        tr("Similar projects"),
    )
    if any(one.found for one in wanted):
        render_html(like_projects.who_has_done_this(layers, city_id, colours))
    if sentence := like_projects.nothing_found(layers, city_id):
        render_html(paragraph(sentence))
    note = f"{like_projects.note()} {project_totals.lists_note()} {citations.pages_note()}"
    chart_widget.table_source(note, "who-has-done-this", {"city": city_id})


def nearest_peers(
    session: PageSession[CityState],
    state: CityState,
    layers: Catalogue,
    names: Mapping[str, str],
) -> None:
    """The most similar cities by the weights that the user gives."""
    note = tr("From all member cities, with what they have in common.")
    layout.section(tr("Most similar member cities"), note, "peers", tr("Similar cities"))
    state = widgets.weights(session, state)
    city_id, weights = state.city_id, state.weights
    if not any(weights):
        render_html(paragraph(tr("No measure has a weight. Give a weight to at least one.")))
        return
    if sentence := compare_peers.not_counted(uncounted(layers, city_id, weights)):
        render_html(paragraph(f"{names[city_id]}: {sentence}"))
    found = peers(layers, city_id, weights)
    if not found:
        return
    render_html(
        compare_peers.city_table(layers, city_id, found, names),
        markup.compare_link(city_id, peer_ids(found), names),
    )
    note = compare_peers.note(report_year(layers))
    chart_widget.table_source(note, "peers", session.codec.to_query(state))


def standing(profile: CityProfile) -> None:
    """Where the city stands among the member cities by each measure."""
    layout.section(
        tr("Where {city} stands", city=profile.city["name"]),
        tr("Rank among the member cities."),
        "standing",
        tr("Ranking"),
    )
    render_html(standings.standings_table(profile), standings.key(profile))
    with st.expander(tr("Cities not ranked, and why")):
        render_html(standings.left_out(profile))
    chart_widget.table_source(
        standing_text.key_note(), "standings", {"city": profile.city["city_id"]}
    )


def outcome_figures(profile: CityProfile, layers: Catalogue) -> None:
    """Each indicator of cities with its figure."""
    layout.section(
        tr("Outcomes"),
        tr("Conditions for people in the city, not results of its projects."),
        "outcomes",
        tr("Outcomes"),
    )
    render_html(outcomes.outcomes(layers, str(profile.city["city_id"])))
    chart_widget.table_source("", "outcomes", {"city": profile.city["city_id"]})


def other_figures(profile: CityProfile) -> None:
    """Other official populations and land areas; nothing if the sources have none."""
    if not len(profile.populations):
        return
    layout.section(
        tr("Other official figures"),
        tr(
            "Earlier counts, and figures on another basis or for other boundaries. Do not "
            "combine figures from different rows."
        ),
    )
    render_html(official_figures.other_figures(profile))
    chart_widget.table_source("", "city-populations", {"city": profile.city["city_id"]})


def projects(profile: CityProfile, layers: Catalogue, colours: Palette) -> None:
    """The projects, their status by report, and what each report says about them."""
    reports = plans_text.reports_source(profile.report_years)
    params = {"city": profile.city["city_id"]}
    opens = tr("Select a name to see the project's history.")
    with layout.part(tr("Projects"), opens, "projects", tr("Projects")):
        render_html(project_table.markup_of(layers, ("city_id", profile.city["city_id"]), colours))
        source = tr(
            "{source}. “No longer reported” means that the project dropped out of the reports "
            "before being listed as completed. {lists} {pages}",
            source=reports,
            lists=project_totals.lists_note(),
            pages=citations.pages_note(),
        )
        chart_widget.table_source(source, "projects", params)
    with layout.part(), st.expander(tr("Status by report")):
        render_html(tables.status_by_report(profile, colours))
        stateless = tr("The 2022 and 2023 lists do not give a status.")
        chart_widget.table_source(stateless, "project-reports", params)
    with layout.part(
        tr("What the reports say about each project"),
        tr("Latest first; expand for earlier years."),
    ):
        described = len(profile.details)
        render_html(fold(tables.histories(profile, colours), described, tr("Show all")))
        layout.source(tables.histories_source(profile, reports))
