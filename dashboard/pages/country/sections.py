"""Sections of the Country page with widgets, maps and charts."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.data import un_revision
from dashboard.maps import legends, page_specs
from dashboard.maps.deck import deck
from dashboard.markup import numbers
from dashboard.markup.breakpoints import NARROW, map_size
from dashboard.markup.theme import Palette
from dashboard.pages.country import tables, un_cities
from dashboard.pages.country.state import CountryState
from dashboard.ui import chart_widget, embed_snippet, layout, map_widget, widgets
from dashboard.ui.dataframes import to_arrow
from dashboard.ui.html import render_html
from dashboard.ui.page_session import PageSession
from dashboard.ui.window import window_width
from geo.i18n import decimal, terms, tr
from geo.layers.catalogue import Catalogue

Session = PageSession[CountryState]


def urban_cities(
    session: Session, state: CountryState, layers: Catalogue, colours: Palette
) -> CountryState:
    """UN cities (2025 revision) or agglomerations (2018 revision); returns the updated state."""
    if state.wup == un_revision.NEWEST:
        return _un_cities(session, state, layers, colours)
    minimum = tr("Of {people} people or more in 2018, largest first.", people=decimal(300_000))
    layout.section(tr("Urban agglomerations"), minimum)
    render_html(tables.agglomerations(layers, state.iso3))
    source = tr("UN, World Urbanization Prospects 2018. An agglomeration is not the city proper.")
    chart_widget.table_source(source, "agglomerations", {"country": state.iso3})
    return state


def _un_cities(
    session: Session, state: CountryState, layers: Catalogue, colours: Palette
) -> CountryState:
    layout.section(tr("UN cities of 2025"), un_cities.headline(layers, state.iso3))
    left, right = layout.responsive_columns("un_map", [2.6, 1], NARROW)
    with right:
        state = widgets.segmented(
            session, state, un_revision.SPAN, tr("Growth"), terms(un_revision.SPANS)
        )
        for legend in legends.un_legends(state.span, layers, colours):
            render_html(legend.html())
    with left:
        map_size_px = map_size(window_width(), sidebar=False)
        map_spec = page_specs.country(layers, state, map_size_px)
        query = session.codec.to_query(state)
        map_widget.show(
            "country",
            query,
            map_spec,
            deck(map_spec, colours),
            colours,
            alt=tr("Map of the UN cities of the country; the table below lists the same cities."),
        )
        embed_snippet.map_note("country", query, un_cities.title(layers, state.iso3))
    table = un_cities.table(layers, state.iso3)
    st.dataframe(
        to_arrow(table),
        hide_index=True,
        height=min(38 + 35 * len(table), 460),
        column_config=un_cities_config(),
        placeholder=numbers.no_data(),
        alt=tr("UN cities of the country, largest first."),
    )
    source = tr(
        "UN, World Urbanization Prospects 2025; 1975 to 2025 are estimates. A UN city is not the "
        "city proper. Empty: fewer than {people} people in that year.",
        people=decimal(50_000),
    )
    chart_widget.table_source(source, "un-cities", {"country": state.iso3})
    return state


def un_cities_config() -> dict[str, Any]:
    """``column_config`` of the table of UN cities."""
    number = st.column_config.NumberColumn
    people = {
        heading: number(format="localized", help=tr("people; empty: fewer than 50,000 then"))
        for heading in ("1975", "2000", "2025", tr("2050 (projection)"))
    }
    growth = {
        tr("Growth 2000–2025"): number(format="%.1f %%", help=tr("% per year, mean, compound")),
        tr("Growth 2025–2050"): number(format="%.1f %%", help=tr("% per year, projection")),
    }
    return {
        **people,
        **growth,
        tr("Land, km²"): number(format="localized", help=tr("land area in 2025")),
        tr("Density"): number(format="localized", help=tr("people per km² in 2025")),
        tr("Member city"): st.column_config.LinkColumn(display_text=r"#(.*)$"),
    }
