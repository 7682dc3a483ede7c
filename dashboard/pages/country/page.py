"""Country page: urbanisation and member cities of one member state."""

from __future__ import annotations

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps import notes
from dashboard.markup import citations, project_totals, standings
from dashboard.markup.tables import paragraph
from dashboard.pages.country import beside, sections, tables, text
from dashboard.pages.country.state import country_codec
from dashboard.pages.overview.text import report_year
from dashboard.pages.plans import project_table, promise_sections
from dashboard.pages.plans import text as plans_text
from dashboard.ui import chart_widget, layout, widgets
from dashboard.ui.html import render_html
from dashboard.ui.page_session import PageSession
from geo.analysis import flows
from geo.analysis.layer_rows import names
from geo.i18n import terms, tr
from geo.vocabulary import REVISION_NAMES

layers = catalogue()
country_names = names(layers, "countries")
colours = layout.colours()

session = PageSession("country", country_codec(list(country_names)))
state = session.current()
title = st.container()
with st.container(key="country_controls"):
    left, right, last = st.columns([1, 1, 1.3], vertical_alignment="bottom")
    with left:
        state = widgets.subject(
            session, state, "iso3", "country", tr("Country"), country_names, tr("choose a country")
        )
    with right:
        state = widgets.share_revision(session, state)
    with last:
        state = widgets.un_cities_revision(session, state)
iso3 = state.iso3
notice = st.container()
if not iso3:
    with title:
        layout.heading(tr("Country"), text.no_selection_text(len(country_names)))
else:
    with title:
        layout.heading(country_names[iso3], lambda: text.headline(layers, state))
        layout.briefings(f"country/{iso3}")
    with layout.part():
        layout.figures(text.key_figures(layers, state))
    layout.index()

    with layout.part():
        state = sections.country_map(session, state, layers)

    left, right = st.columns(2, gap="large")
    grey = tr("Grey: the other member states.")
    with left, layout.part(tr("Urban share"), grey, "urban-share", tr("Urban share")):
        chart_widget.show(
            "urban-share",
            layers,
            state.share,
            note=text.revision_note(layers, state),
        )
    growth = tr("Year on year, {revision}.", revision=terms(REVISION_NAMES)[state.revision])
    with right, layout.part(tr("Urban population growth"), growth):
        chart_widget.show(
            "urban-growth",
            layers,
            state.share,
            note=text.growth_note(layers, state),
        )

    with layout.part(
        tr("Compared with the other member states"), beside.note(), "standing", tr("Ranking")
    ):
        render_html(beside.beside_table(layers, iso3), standings.key(country_names[iso3]))
        chart_widget.table_source(standings.key_note(), "country-standings", {"country": iso3})

    with layout.part():
        sections.urban_cities(state, layers)

    params, report = {"country": iso3}, report_year(layers)
    with layout.part(tr("Member cities"), anchor="cities", short=tr("Member cities")):
        render_html(tables.cities(layers, iso3))
        source = tr("ASCN Monitoring & Evaluation Report {year}.", year=report)
        chart_widget.table_source(source, "cities", params)

    listed = tables.projects_note(layers, iso3)
    with layout.part(tr("Projects"), listed, "projects", tr("Projects")):
        link = tables.plans_link(iso3, country_names[iso3])
        if listed:
            table = project_table.markup_of(layers, ("iso3", iso3), colours)
        else:
            table = paragraph(tr("No report lists a project in this country."))
        render_html(table, link)
        reports = plans_text.reports_source(flows.report_years(layers["project_reports"]))
        source = tr(
            "{reports}; status as of the latest report. {lists} {pages}",
            reports=reports,
            lists=project_totals.lists_note(),
            pages=citations.pages_note(),
        )
        chart_widget.table_source(source, "projects", params)

    with layout.part():
        promise_sections.of_place(layers, "iso3", iso3)

    with layout.part(tr("Represented in the network by"), anchor="body", short=tr("National body")):
        body, source = tables.national_body(layers, iso3)
        render_html(paragraph(body))
        layout.source(source)

    layout.downloads(tables.downloads(iso3))
    layout.source(tr(notes.BOUNDARY_NOTE))

session.save(state)
with notice:
    layout.warn_problems(session.problems(state))
