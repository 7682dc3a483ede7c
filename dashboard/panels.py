"""What stands under the map of Explore: cities, projects, charts, downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import streamlit as st

from dashboard import charts, layout, tables, words
from dashboard.headlines import report_year
from dashboard.session import PageSession
from dashboard.state import MAX_COMPARED, MIN_COMPARED, Explore
from dashboard.theme import Palette
from geo.layers import Catalogue
from geo.query import Filter, Selection, restricting, select
from geo.schema import LAYERS

Panel = Callable[[Explore, Selection, Catalogue, Palette], None]

_FIELD_WORDS = {
    "countries": "country",
    "focus_areas": "focus area",
    "statuses": "project status",
    "joined": "joining year",
    "population": "population",
    "growth": "growth",
    "text": "search",
    "near": "distance",
}

DOWNLOADS = ("cities", "projects", "project_reports", "places", "agglomerations", "countries")
"""Layers offered under the map; the Data page has all."""


def loosen(wanted: Filter, cities: gpd.GeoDataFrame, projects: pd.DataFrame) -> None:
    """Say which part of a filter that keeps nothing to give up, and what that would bring back."""
    default = Filter()
    options = []
    for name in restricting(wanted):
        without = replace(wanted, **{name: getattr(default, name)})
        found = len(select(without, cities, projects).cities)
        if found:
            options.append(f"{_FIELD_WORDS[name]} (gives {words.count(found, 'city', 'cities')})")
    advice = f"Loosen one of these: {'; '.join(options)}." if options else "Reset all filters."
    st.info(f"No member city passes this filter. {advice}")


def selection_bar(session: PageSession[Explore], state: Explore, cities: gpd.GeoDataFrame) -> None:
    """The selected cities, with ways to let them go and to compare them."""
    if not state.selected:
        return
    names = cities.set_index("city_id")["name"]
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = words.listed([str(names[city_id]) for city_id in state.selected])
        st.html(f'<p class="said">Selected: {chosen}</p>', width="content")
        st.button(
            "Clear selection", on_click=session.change, args=(replace(state, selected=()), False)
        )
        if len(state.selected) == 1:
            st.page_link(
                "pages/city.py",
                label="All of this city",
                query_params={"city": state.selected[0]},
            )
        if MIN_COMPARED <= len(state.selected) <= MAX_COMPARED:
            st.page_link(
                "pages/compare.py",
                label="Compare these cities",
                query_params={"city": ",".join(state.selected)},
            )


def _cities(state: Explore, kept: Selection, layers: Catalogue, colours: Palette) -> None:
    table = tables.cities_table(kept.cities)
    report = report_year(layers)
    st.dataframe(
        table,
        hide_index=True,
        height=min(38 + 35 * len(table), 460) if len(table) else "auto",
        column_config=tables.CITIES_CONFIG,
        placeholder=words.NO_DATA,
        alt="Member cities that pass the filter and the selection.",
    )
    layout.source(
        "Population: official, year and territory differ by city. Agglomeration and growth: UN, "
        "World Urbanization Prospects 2018; empty is no data, not zero. Projects: ASCN Monitoring "
        f"& Evaluation Report {report}."
    )


def _projects(state: Explore, kept: Selection, layers: Catalogue, colours: Palette) -> None:
    table = tables.projects_table(kept.projects, layers["cities"])
    st.dataframe(
        table,
        hide_index=True,
        height=min(38 + 35 * len(table), 460) if len(table) else "auto",
        column_config={"Project": st.column_config.TextColumn(width="large")},
        alt="Projects of these cities.",
    )
    layout.source(
        "ASCN Monitoring & Evaluation Reports 2022 to "
        f"{report_year(layers)}. A project that left the reports without having been listed as "
        "completed is “no longer reported”."
    )


def _charts(state: Explore, kept: Selection, layers: Catalogue, colours: Palette) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        layout.section("Projects by focus area")
        if len(kept.projects):
            st.altair_chart(
                charts.projects_by_focus_area(kept.projects, colours), theme=None, width="stretch"
            )
            layout.source(f"ASCN Monitoring & Evaluation Reports 2022 to {report_year(layers)}.")
        else:
            st.info("These cities have no project that passes the filter.")
    with right:
        layout.section("Size and growth of agglomerations")
        known = kept.cities["agglomeration_population_2018"].notna()
        if known.any():
            st.altair_chart(
                charts.size_and_growth(kept.cities, colours), theme=None, width="stretch"
            )
            lost = int((~known).sum())
            without = (
                f" {words.count(lost, 'city', 'cities')} without a UN series not shown."
                if lost
                else ""
            )
            layout.source(f"UN, World Urbanization Prospects 2018.{without}")
        else:
            st.info("No UN series covers these cities; it starts at 300,000 people in 2018.")


def _download(state: Explore, kept: Selection, layers: Catalogue, colours: Palette) -> None:
    layout.section(
        "Download",
        "The same filter and selection as on screen; each file states source and licence.",
    )
    st.html(
        "".join(layout.download_links(name, state.rows, LAYERS[name].title) for name in DOWNLOADS)
    )


PANELS: Mapping[str, Panel] = {
    "cities": _cities,
    "projects": _projects,
    "charts": _charts,
    "download": _download,
}
"""Slug of :data:`dashboard.state.PANELS` -> what draws it."""
