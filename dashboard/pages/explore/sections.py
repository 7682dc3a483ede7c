"""Sections of the Explore page below the map: cities, projects, charts, downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st
from markupsafe import Markup

from dashboard.charts import registry as chart_registry
from dashboard.data.un_revision import NEWEST
from dashboard.maps.cards import city_facts
from dashboard.markup import citations, numbers, project_totals
from dashboard.markup.breakpoints import NARROW
from dashboard.markup.html import items, tag
from dashboard.markup.tables import city_link, records
from dashboard.markup.theme import Palette
from dashboard.markup.urls import urlencode
from dashboard.pages.compare.state import MAX_COMPARED, MIN_COMPARED
from dashboard.pages.explore.controls import SELECTED
from dashboard.pages.explore.state import SELECTION, ExploreState
from dashboard.pages.overview.text import report_year
from dashboard.pages.plans import project_table
from dashboard.ui import chart_widget, dataframes, layout
from dashboard.ui.language import language_params
from dashboard.ui.page_session import PageSession
from geo.analysis.filter import Filter, restricting
from geo.analysis.layer_rows import recounted_cities, selected
from geo.analysis.projects import leading_focus_areas
from geo.analysis.selection import Selection
from geo.i18n import is_explicit, mark, ntr, tr
from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS

Panel = Callable[[ExploreState, Selection, Catalogue, Palette], None]

_FILTER_LABELS = {
    "countries": mark("country"),
    "focus_areas": mark("focus area"),
    "statuses": mark("project status"),
    "without": mark("no project in"),
    "without_text": mark("no project about"),
    "completed_since": mark("completion year"),
    "due_before": mark("due date"),
    "overdue": mark("fell due"),
    "partners": mark("partner"),
    "joined": mark("year joined"),
    "population": mark("population"),
    "un_population": mark("people of the UN city"),
    "un_growth": mark("growth of the UN city"),
    "growth": mark("growth of the agglomeration"),
    "text": mark("search"),
    "near": mark("distance"),
    "cities": mark("city"),
}

DOWNLOADS = (
    *("cities", "projects", "project_reports", "places"),
    *("wup2025_cities", "agglomerations", "countries"),
)
"""Layers offered for download; the Data page has all of them."""


def suggest_fewer_filters(city_filter: Filter, layers: Catalogue) -> None:
    """For a filter without a match, name the parts to remove and the number of cities then."""
    default = Filter()
    options = []
    for name in restricting(city_filter):
        without = replace(city_filter, **{name: getattr(default, name)})
        count = len(selected(without, layers).cities)
        if count:
            options.append(
                tr(
                    "{field} (to see {cities})",
                    field=tr(_FILTER_LABELS[name]),
                    cities=ntr("{n} city", "{n} cities", count),
                )
            )
    if options:
        advice = tr("Clear one of these: {fields}.", fields="; ".join(options))
    else:
        advice = tr("Reset all filters.")
    st.info(f"{tr('No member city matches this filter.')} {advice}")


def map_note(state: ExploreState) -> str:
    """Note on selecting cities on the map, and on where other UN cities are listed."""
    text = tr("Click a city to see its card. Hold Shift and draw a box to select several.")
    if state.mode != "un":
        return text
    return f"{text} {tr('All UN cities are listed on the page of their country.')}"


CARDS = 3
"""Number of selected cities shown as cards, the most recent ones."""


def selection_actions(session: PageSession[ExploreState], state: ExploreState) -> None:
    """Buttons and links of a selection: zoom, clear, open the city, compare the cities."""
    if not state.selected:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            tr("Zoom to selection"),
            on_click=_zoom,
            args=(session, replace(state, at=SELECTION)),
            disabled=state.at == SELECTION,
        )
        st.button(tr("Clear selection"), on_click=_clear, args=(session, state))
        if len(state.selected) == 1:
            st.page_link(
                "pages/city/page.py",
                label=tr("Full city profile"),
                query_params={"city": state.selected[0], **language_params()},
            )
        if MIN_COMPARED <= len(state.selected) <= MAX_COMPARED:
            st.page_link(
                "pages/compare/page.py",
                label=tr("Compare these cities"),
                query_params={"city": ",".join(state.selected), **language_params()},
            )


def _zoom(session: PageSession[ExploreState], state: ExploreState) -> None:
    session.change(state, redraw=False)
    session.set_widget("at", state.at)


def _clear(session: PageSession[ExploreState], state: ExploreState) -> None:
    cleared = replace(state, selected=(), at="" if state.at == SELECTION else state.at)
    session.change(cleared, redraw=False)
    session.set_widget(SELECTED, [])
    session.set_widget("at", cleared.at)


def cards(state: ExploreState, cities: pd.DataFrame) -> Markup:
    """HTML cards with facts on the most recently selected cities."""
    rows = {row["city_id"]: row for row in records(cities)}
    leads = dict(zip(cities["city_id"], leading_focus_areas(cities), strict=True))
    articles = [
        tag(
            "article",
            tag("h2", city_link(city_id, rows[city_id]["name"])),
            items("ul", city_facts(rows[city_id], leads[city_id], state.wup)),
            class_="card",
        )
        for city_id in reversed(state.selected[-CARDS:])
    ]
    return tag("div", articles, class_="cards")


def _cities(state: ExploreState, filtered: Selection, layers: Catalogue, colours: Palette) -> None:
    table = layers.cached(
        ("cities table", state.rows, state.wup),
        lambda: dataframes.to_arrow(
            dataframes.cities_table(recounted_cities(state.rows, layers), state.wup)
        ),
    )
    report = report_year(layers)
    st.dataframe(
        table,
        key=_table_key(state),
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        height=min(38 + 35 * len(table), 460) if len(table) else "auto",
        column_config=dataframes.cities_config(state.wup),
        placeholder=numbers.no_data(),
        alt=tr("Member cities matching the filter and selection."),
    )
    source = (
        tr(
            "Population: official; year and territory vary by city. UN city and growth: UN, "
            "World Urbanization Prospects 2025; a UN city can be far larger or smaller than "
            "the member city. Empty cells mean no data, not zero. Projects: ASCN Monitoring & "
            "Evaluation Report {year}.",
            year=report,
        )
        if state.wup == NEWEST
        else tr(
            "Population: official; year and territory vary by city. Agglomeration and growth: "
            "UN, World Urbanization Prospects 2018. Empty cells mean no data, not zero. "
            "Projects: ASCN Monitoring & Evaluation Report {year}.",
            year=report,
        )
    )
    chart_widget.table_source(
        source,
        "cities",
        state.rows.to_query(),
    )


def _table_key(state: ExploreState) -> str:
    """Widget key of the table; rows of another filter are other cities."""
    return f"explore_cities_{urlencode(state.rows.to_query())}"


SIZE_CHARTS = ("un-size-and-growth", "size-and-growth")
"""Charts whose points are cities."""


def city_in_focus(state: ExploreState, layers: Catalogue) -> str:
    """Id of the city whose row in the table or point in a chart the user marked; empty if there is
    none."""
    if state.panel == "charts":
        return chart_widget.picked_city(SIZE_CHARTS[state.wup != NEWEST])
    marked = st.session_state.get(_table_key(state))
    rows = marked["selection"]["rows"] if marked else []
    cities = recounted_cities(state.rows, layers)["city_id"]
    return str(cities.iloc[rows[0]]) if rows and rows[0] < len(cities) else ""


def _projects(
    state: ExploreState, filtered: Selection, layers: Catalogue, colours: Palette
) -> None:
    found = filtered.found.projects if state.rows.text else None
    dataframes.show_projects(
        layers.cached(
            ("projects table", is_explicit(), state.rows),
            lambda: project_table.frame(layers, filtered.projects, found=found),
        )
    )
    chart_widget.table_source(
        tr(
            "ASCN Monitoring & Evaluation Reports 2022 to {year}. “No longer reported” means "
            "that a project left the reports without being listed as completed. {lists} {pages}",
            year=report_year(layers),
            lists=project_totals.lists_note(),
            pages=citations.pages_note(),
        ),
        "projects",
        state.rows.to_query(),
    )


def _charts(state: ExploreState, filtered: Selection, layers: Catalogue, colours: Palette) -> None:
    query = state.rows.to_query()
    left, right = layout.responsive_columns("charts", [1, 1], NARROW)
    with left:
        layout.section(chart_registry.focus_title(layers, state.rows.cities))
        chart_widget.show(
            "projects-by-focus-area",
            layers,
            {**query, "reports": "all"},
            nothing=tr("These cities have no project that matches the filter."),
        )
    with right:
        if state.wup == NEWEST:
            _un_size_and_growth(query, filtered, layers)
        else:
            _size_and_growth(query, filtered, layers)


def _un_size_and_growth(query: Mapping[str, str], filtered: Selection, layers: Catalogue) -> None:
    layout.section(tr("Size and growth of UN cities"))
    figures = filtered.cities[["un_city_population_2025", "un_city_growth_2000_2025"]]
    missing = int(figures.isna().any(axis=1).sum())
    note = ntr(
        "{n} city without both figures is not shown.",
        "{n} cities without both figures are not shown.",
        missing,
    )
    chart_widget.show(
        "un-size-and-growth",
        layers,
        query,
        nothing=tr("None of these cities has both figures."),
        picking=True,
        note=note if missing else "",
    )


def _size_and_growth(query: Mapping[str, str], filtered: Selection, layers: Catalogue) -> None:
    layout.section(tr("Size and growth of agglomerations"))
    missing = int(filtered.cities["agglomeration_population_2018"].isna().sum())
    note = ntr(
        "{n} city without a UN series is not shown.",
        "{n} cities without a UN series are not shown.",
        missing,
    )
    chart_widget.show(
        "size-and-growth",
        layers,
        query,
        nothing=tr("None of these cities has a UN series."),
        picking=True,
        note=note if missing else "",
    )


def downloads(state: ExploreState) -> None:
    """Layers with the filter and selection of the page."""
    layout.downloads(
        [(name, state.rows, tr(LAYERS[name].title)) for name in DOWNLOADS],
        tr("Same filter and selection as on screen; each file states its source and licence."),
    )


PANELS: Mapping[str, Panel] = {
    "cities": _cities,
    "projects": _projects,
    "charts": _charts,
}
"""Slug of :data:`dashboard.pages.explore.state.PANELS` -> function that draws it."""
