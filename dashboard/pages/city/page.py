"""City page: one member city with its plan, projects and surroundings."""

from __future__ import annotations

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.markup import citations, project_totals
from dashboard.markup.breakpoints import NARROW
from dashboard.markup.file_links import briefing_links
from dashboard.pages.city import markup, official_figures, partners, sections, tables, text
from dashboard.pages.city.state import city_codec
from dashboard.pages.data import place_coverage
from dashboard.pages.plans import text as plans_text
from dashboard.ui import chart_widget, layout, widgets
from dashboard.ui.html import render_html
from dashboard.ui.page_session import PageSession
from geo.analysis.city_profile import city_profile
from geo.analysis.layer_rows import names
from geo.analysis.peers import peer_ids, peers
from geo.i18n import tr

layers = catalogue()
city_names = names(layers, "cities")
colours = layout.colours()

session = PageSession("city", city_codec(list(city_names)))
state = session.current()
title = st.container()
with st.container(key="city_controls"):
    left, right = st.columns([1, 1.4], vertical_alignment="bottom")
    with left:
        state = widgets.subject(
            session, state, "city_id", "city", tr("City"), city_names, tr("choose a city")
        )
    with right:
        state = widgets.un_cities_revision(session, state)
city_id = state.city_id
session.save(state)
layout.warn_problems(session.problems(state))
if not city_id:
    with title:
        layout.heading(tr("City"), text.no_selection_text(len(city_names)))
else:
    profile, params = city_profile(layers, city_id), {"city": city_id}
    reports = plans_text.reports_source(profile.report_years)
    with title:
        layout.heading(str(profile.city["name"]), lambda: text.headline(profile))
        nearest = peer_ids(peers(layers, city_id))
        render_html(markup.links(profile, nearest, city_names, briefing_links(city_id)))

    layout.figures(text.key_figures(profile, state.wup))
    layout.index()
    left, right = layout.responsive_columns("map", [2.1, 1], NARROW)
    with left, layout.part():
        sections.city_map(profile, session.codec.to_query(state))
    with right, layout.part():
        sections.project_places(profile)
    with st.container() if len(profile.project_places) else right:
        sections.un_city(profile, state.wup)
        layout.source(text.population_source(profile, state.wup))
        render_html(official_figures.remarks(profile))
    with layout.part():
        sections.standing(profile)
    with layout.part():
        sections.outcome_figures(profile, layers)
    with layout.part():
        sections.other_figures(profile)
    left, right = st.columns(2, gap="large")
    with left, layout.part():
        sections.population(profile, state.wup, layers)
    with (
        right,
        layout.part(
            project_totals.ever_listed_title(profile.report_years, profile.city["name"]),
            tr("All reported projects, by status today."),
            "focus-areas",
            tr("Focus areas"),
        ),
    ):
        chart_widget.show(
            "projects-by-focus-area",
            layers,
            {**params, "reports": "all"},
            nothing=tr("No report lists any projects for this city."),
            note=tr("Status as of the latest report."),
        )

    with layout.part():
        sections.projections_of(profile, layers)
    sections.plan(profile, layers, colours)
    if len(profile.projects):
        sections.projects(profile, layers, colours)

    with layout.part(tr("Partners"), anchor="partners", short=tr("Partners")):
        render_html(partners.partners(profile))
        note = tr(
            "{reports}; public web pages as linked. Amounts as stated in the source. {pages}",
            reports=reports,
            pages=citations.pages_note(),
        )
        chart_widget.table_source(note, "partnerships", params)

    with layout.part():
        sections.who_has_done_this(profile, layers, colours)
    with layout.part():
        sections.nearest_peers(session, state, layers, city_names)

    with layout.part(
        tr("Nearby places"),
        tr("The ten nearest with a population of 500 or more in GeoNames."),
        "nearby",
        tr("Nearby places"),
    ):
        render_html(tables.nearby(profile, names(layers, "countries")))
        attribution = layers.info("places")["attribution"]
        note = tr("{source}; straight-line distance.", source=attribution)
        note = f"{note} {place_coverage.note(layers, str(profile.city['iso3']))}"
        chart_widget.table_source(note, "nearby-places", params)
    layout.downloads(markup.downloads(profile))
