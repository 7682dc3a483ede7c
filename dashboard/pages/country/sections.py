"""Sections of the Country page with widgets, maps and charts."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.data import un_revision
from dashboard.markup import numbers
from dashboard.markup.breakpoints import map_size
from dashboard.pages.country import tables, un_cities
from dashboard.pages.country.state import CountryState
from dashboard.ui import chart_widget, layout, map_widget, widgets
from dashboard.ui.dataframes import to_arrow
from dashboard.ui.html import render_html
from dashboard.ui.page_session import PageSession
from dashboard.ui.window import window_width
from geo.i18n import decimal, terms, tr
from geo.layers.catalogue import Catalogue

Session = PageSession[CountryState]


def country_map(session: Session, state: CountryState, layers: Catalogue) -> CountryState:
    """The country with its UN cities (2025 revision) or agglomerations (2018 revision); returns the
    updated state."""
    if state.wup == un_revision.NEWEST:
        headline = un_cities.headline(layers, state.iso3)
        layout.section(tr("UN cities of 2025"), headline, "map", tr("Map"))
        state = widgets.segmented(
            session, state, un_revision.SPAN, tr("Growth"), terms(un_revision.SPANS)
        )
    else:
        headline = un_cities.agglomerations_headline(layers, state.iso3)
        layout.section(tr("Urban agglomerations"), headline, "map", tr("Map"))
    size = map_size(window_width(), sidebar=False)
    map_widget.show("country", session.codec.to_query(state), size)
    return state


def urban_cities(state: CountryState, layers: Catalogue) -> None:
    """Table of UN cities (2025 revision) or agglomerations (2018 revision)."""
    if state.wup == un_revision.NEWEST:
        _un_cities(state, layers)
        return
    minimum = tr("With {people} or more people in 2018, largest first.", people=decimal(300_000))
    layout.section(tr("Urban agglomerations"), minimum, "un-cities", tr("Urban agglomerations"))
    render_html(tables.agglomerations(layers, state.iso3))
    source = tr("UN, World Urbanization Prospects 2018. An agglomeration is not the city proper.")
    chart_widget.table_source(source, "agglomerations", {"country": state.iso3})


def _un_cities(state: CountryState, layers: Catalogue) -> None:
    heading = tr("UN cities in this country, largest first")
    layout.section(heading, anchor="un-cities", short=tr("UN cities"))
    table = un_cities.table(layers, state.iso3)
    st.dataframe(
        to_arrow(table),
        hide_index=True,
        height=min(38 + 35 * len(table), 460),
        column_config=un_cities_config(),
        placeholder=numbers.no_data(),
        alt=tr("UN cities in this country, largest first."),
    )
    source = tr(
        "UN, World Urbanization Prospects 2025; figures for 1975 to 2025 are estimates. A UN "
        "city is not the city proper. Empty cells mean fewer than {people} people in that year.",
        people=decimal(50_000),
    )
    chart_widget.table_source(source, "un-cities", {"country": state.iso3})


def un_cities_config() -> dict[str, Any]:
    """``column_config`` of the table of UN cities."""
    number = st.column_config.NumberColumn
    people = {
        heading: number(
            format="localized", help=tr("people; empty if fewer than 50,000 in that year")
        )
        for heading in ("1975", "2000", "2025", tr("2050 (projection)"))
    }
    growth = {
        tr("Growth 2000–2025"): number(format="%.1f %%", help=tr("% per year, compound average")),
        tr("Growth 2025–2050"): number(format="%.1f %%", help=tr("% per year, projection")),
    }
    return {
        **people,
        **growth,
        tr("Land area, km²"): number(format="localized", help=tr("land area in 2025")),
        tr("Density"): number(format="localized", help=tr("people per km² in 2025")),
        tr("Member city"): st.column_config.LinkColumn(display_text=r"#(.*)$"),
    }
