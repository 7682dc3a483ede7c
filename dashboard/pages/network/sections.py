"""Sections of the Network page: the network in one year, and the parts below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from dashboard.data.current import source_catalogue
from dashboard.markup import numbers
from dashboard.markup.breakpoints import map_size
from dashboard.markup.citations import pages_note
from dashboard.markup.tables import paragraph
from dashboard.pages.network import documents as network_documents
from dashboard.pages.network import partners, recommendations
from dashboard.pages.network import timeline as network_timeline
from dashboard.pages.network.partners import kinds_note
from dashboard.pages.network.state import NetworkState
from dashboard.pages.network.text import document_titles
from dashboard.ui import chart_widget, layout, map_widget, widgets
from dashboard.ui.html import render_html
from dashboard.ui.page_session import PageSession
from geo.analysis.filter import Filter
from geo.analysis.network import network_years
from geo.analysis.partners import WHOLE_NETWORK, mentions, partnerships
from geo.i18n import ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import PARTNER_KINDS, is_report

Session = PageSession[NetworkState]
Part = Callable[[Session, NetworkState, Catalogue], NetworkState]
"""Draws a part of the page and returns the state updated from its widgets."""


def _framework(session: Session, state: NetworkState, layers: Catalogue) -> NetworkState:
    layout.section(
        tr("ASEAN Smart Cities Framework"),
        tr("Expand an item to read its definition."),
        "framework",
        tr("Framework"),
    )
    render_html(network_documents.framework_html(layers))
    chart_widget.table_source(
        tr("Definitions: our summary, with document and page. {pages}", pages=pages_note()),
        "framework",
    )
    return state


def _documents(session: Session, state: NetworkState, layers: Catalogue) -> NetworkState:
    heading = tr("The network's eight systems besides its cities")
    layout.section(heading, anchor="systems", short=tr("Systems"))
    render_html(network_documents.systems_html(layers, network_years(layers["governance"])[-1]))
    chart_widget.table_source(pages_note(), "systems")
    layout.section(
        tr("All documents"),
        tr("What each document sets out or asks for, oldest first; undated documents last."),
        "documents",
        tr("Documents"),
    )
    render_html(network_documents.documents_html(layers["documents"]))
    chart_widget.table_source(
        tr(
            "M&E reports are dated by their data cut-off. Names in blue link to other sites. "
            "{pages}",
            pages=pages_note(),
        ),
        "documents",
    )
    return state


def _statements(session: Session, state: NetworkState, layers: Catalogue) -> NetworkState:
    unread = network_documents.unread_statements(source_catalogue()["not_found"])
    declarations = layers["declarations"]
    paragraphs = int(declarations["paragraph"].notna().sum())
    notes = [
        ntr(
            "{n} statement was read directly, with its paragraph number.",
            "{n} statements were read directly, with their paragraph numbers.",
            paragraphs,
        ),
        ntr(
            "{n} is taken from another source, which is named.",
            "{n} are taken from other sources, which are named.",
            len(declarations) - paragraphs,
        ),
        ntr(
            "{n} more statement by the Chair could not be read in full; see Not found below.",
            "{n} more statements by the Chair could not be read in full; see Not found below.",
            unread,
        ),
    ]
    heading = tr("What the summits say about the network")
    layout.section(heading, " ".join(notes), "statements", tr("Statements"))
    render_html(network_documents.statements_html(layers["declarations"]))
    chart_widget.table_source("", "statements")
    return state


def _recommendations(session: Session, state: NetworkState, layers: Catalogue) -> NetworkState:
    rows = layers["report_recommendations"]
    sentence = recommendations.sentence(rows)
    layout.section(
        tr("What the reports recommend"), sentence, "recommendations", tr("Recommendations")
    )
    render_html(
        recommendations.reports_html(rows, layers["reports"], document_titles(layers["documents"]))
    )
    chart_widget.table_source(
        tr(
            "Our summary, in the order of each report; topics are our classification. {pages}",
            pages=pages_note(),
        ),
        "recommendations",
    )
    return state


def _partners(session: Session, state: NetworkState, layers: Catalogue) -> NetworkState:
    layout.section(tr("Partners and support"), anchor="partners", short=tr("Partners"))
    places, titles = partners.place_names(layers["cities"]), document_titles(layers["documents"])
    state = _partner_filter(session, state, layers, places)
    filtered = partnerships(layers["partners"], state.cities, state.kinds)
    render_html(paragraph(partners.partners_sentence(filtered)))
    if not len(filtered):
        return state
    layout.section(
        tr("Partners by city and kind"),
        tr("Number of different partners named in the sources. {kinds}", kinds=kinds_note()),
        "kinds",
        tr("By kind"),
    )
    query = session.codec.to_query(state)
    query = {name: query[name] for name in query if name in ("city", "kind")}
    render_html(partners.kinds_html(filtered, places))
    chart_widget.table_source("", "partners-by-kind", query)
    if len(mentions(filtered)):
        layout.section(
            tr("Partners in more than one place"),
            tr("How often the sources name them for each place, and the amounts stated."),
            "shared",
            tr("Several places"),
        )
        render_html(partners.multi_place_html(filtered, places))
        chart_widget.table_source("", "partners-of-several-places", query)
    layout.section(
        tr("Support requested and partners named"),
        partners.asked_sentence(layers, state.cities),
        "asked",
        tr("Support requested"),
    )
    render_html(partners.asked_html(layers, state.cities))
    chart_widget.table_source(partners.asked_note(), "support-and-partners", query)
    if filtered["amount"].notna().any():
        layout.section(
            tr("Amounts stated in a source"),
            tr(
                "Loans, grants and budgets, listed separately: they differ in kind, currency "
                "and year and cannot be added up."
            ),
            "amounts",
            tr("Amounts"),
        )
        render_html(partners.amounts_html(filtered, places, titles))
        chart_widget.table_source(pages_note(), "amounts", query)
    with st.expander(ntr("{n} programme", "{n} programmes", filtered["programme"].nunique())):
        render_html(partners.programmes_html(filtered, places))
        chart_widget.table_source("", "programmes", query)
    layout.section(tr("All partnerships"), anchor="partnerships", short=tr("All partnerships"))
    table = partners.partners_table(filtered, places, titles)
    st.dataframe(
        table,
        hide_index=True,
        height=min(38 + 35 * len(table), 460),
        column_config={
            tr("Description"): st.column_config.TextColumn(width="large"),
            tr("Year"): st.column_config.NumberColumn(format="%d"),
            tr("Address"): st.column_config.LinkColumn(width="medium"),
        },
        placeholder=numbers.no_data(),
        alt=tr("Partnerships matching the filter."),
    )
    documents = layers["partners"]["document"].dropna()
    report_years = sorted(id.rpartition("-")[2] for id in documents if is_report(id))
    chart_widget.table_source(
        tr(
            "2018 action plans, Monitoring & Evaluation reports {first} to {last}, funders and "
            "press; each row gives its source. {pages}",
            first=report_years[0],
            last=report_years[-1],
            pages=pages_note(),
        ),
        "partnerships",
        query,
    )
    city_filter = Filter(cities=state.cities if WHOLE_NETWORK not in state.cities else ())
    note = tr("Partners of these cities, all kinds")
    layout.offer([("partners", city_filter, note)])
    return state


def _partner_filter(
    session: Session, state: NetworkState, layers: Catalogue, places: Mapping[str, str]
) -> NetworkState:
    """Filters of the partners by city and kind; returns the updated state."""
    every = partnerships(layers["partners"])
    left, right = st.columns(2)
    present = {*every["place"], *state.cities}
    cities = {place: name for place, name in places.items() if place in present}
    present = {*every["kind"], *state.kinds}
    kinds = {kind: label for kind, label in terms(PARTNER_KINDS).items() if kind in present}
    with left:
        everywhere = tr("all cities and the network")
        state = widgets.multiselect(session, state, "cities", tr("City"), cities, everywhere)
    with right:
        label, all_kinds = tr("Kind of partner"), tr("all kinds")
        return widgets.multiselect(session, state, "kinds", label, kinds, all_kinds)


def _bodies(session: Session, state: NetworkState, layers: Catalogue) -> NetworkState:
    layout.section(
        tr("National bodies"),
        tr("Who represents each member state in the network: bodies, not individuals."),
        "bodies",
        tr("National bodies"),
    )
    render_html(network_documents.bodies_html(layers))
    chart_widget.table_source(pages_note(), "national-bodies")
    return state


RENDERERS: Mapping[str, Part] = {
    "framework": _framework,
    "documents": _documents,
    "statements": _statements,
    "recommendations": _recommendations,
    "partners": _partners,
    "bodies": _bodies,
}
"""Slug of :data:`dashboard.pages.network.state.PARTS` -> function that draws it."""


def year_section(session: Session, state: NetworkState, layers: Catalogue, width: int) -> None:
    """Map and facts of one year, and the timeline with the year marked."""
    map_widget.show(
        "network",
        {"year": str(state.year)},
        map_size(width, sidebar=False),
        events=map_widget.year_event(session),
    )
    years = network_years(layers["governance"])
    layout.section(
        tr("{first} to {last}", first=years[0], last=years[-1]),
        tr("Leadership, meetings, adopted documents and new members, by year."),
        "timeline",
        tr("Timeline"),
    )
    render_html(network_timeline.timeline_html(layers, state.year))
    chart_widget.table_source("", "network-years")
