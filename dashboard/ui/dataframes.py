"""Data frames for ``st.dataframe``, and the description of layers on the Data page."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from dashboard.data.un_revision import NEWEST
from dashboard.markup import numbers
from geo.analysis.projects import leading_focus_areas
from geo.i18n import tr
from geo.schema.declare import Layer
from geo.vocabulary import FOCUS_AREAS


def cities_table(cities: pd.DataFrame, revision: str = NEWEST) -> pd.DataFrame:
    """The filtered cities, one row each, with unit and year in the headings.

    Parameters
    ----------
    revision
        UN revision of the urban columns, one of :data:`dashboard.data.un_revision.UN_REVISIONS`.
    """
    un_columns = (
        {
            tr("UN city 2025"): cities["un_city_population_2025"],
            tr("Growth 2000–2025"): cities["un_city_growth_2000_2025"].round(1),
            tr("Growth 2025–2050"): cities["un_city_growth_2025_2050"].round(1),
        }
        if revision == NEWEST
        else {
            tr("Agglomeration 2018"): cities["agglomeration_population_2018"],
            tr("Growth 2000–2018"): cities["agglomeration_growth_2000_2018"].round(1),
        }
    )
    return pd.DataFrame(
        {
            tr("City"): cities["name"],
            tr("Country"): cities["country"],
            tr("Joined"): cities["joined_year"],
            tr("Population"): cities["population"],
            tr("Year"): cities["population_year"],
            **un_columns,
            tr("Projects"): cities["projects"],
            tr("Completed"): cities["projects_completed"],
            tr("No longer reported"): cities["projects_no_longer_reported"],
            tr("Most projects in"): [
                numbers.format_list([tr(FOCUS_AREAS[area]) for area in lead])
                if lead
                else tr("none")
                for lead in leading_focus_areas(cities)
            ],
        }
    ).reset_index(drop=True)


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """An Arrow table for ``st.dataframe`` without pandas metadata, which is a third of its size."""
    return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)


def cities_config(revision: str = NEWEST) -> dict[str, Any]:
    """Column configuration of :func:`cities_table`."""
    number = st.column_config.NumberColumn
    un_columns = (
        {
            tr("UN city 2025"): number(
                format="localized", help=tr("population of the UN city, estimate, UN WUP 2025")
            ),
            tr("Growth 2000–2025"): number(
                format="%.1f %%", help=tr("mean growth of the UN city, % per year, UN WUP 2025")
            ),
            tr("Growth 2025–2050"): number(
                format="%.1f %%",
                help=tr("projected growth of the UN city, % per year, UN WUP 2025"),
            ),
        }
        if revision == NEWEST
        else {
            tr("Agglomeration 2018"): number(
                format="localized", help=tr("population of the urban agglomeration, UN WUP 2018")
            ),
            tr("Growth 2000–2018"): number(
                format="%.1f %%",
                help=tr("mean growth of the agglomeration, % per year, UN WUP 2018"),
            ),
        }
    )
    return {
        tr("Joined"): number(format="%d"),
        tr("Population"): number(
            format="localized", help=tr("official population in the year shown next to it")
        ),
        tr("Year"): number(format="%d", help=tr("year of the population figure")),
        **un_columns,
    }


def projects_config() -> dict[str, Any]:
    """Column configuration of :func:`dashboard.pages.plans.project_table.frame`."""
    text, year = st.column_config.TextColumn, st.column_config.NumberColumn(format="%d")
    return {
        tr("Project"): text(width=260),
        tr("History"): st.column_config.LinkColumn(display_text=tr("open"), width="small"),
        tr("First report"): year,
        tr("Last report"): year,
        tr("Expected completion"): text(
            width=140, help=tr("of the project or part of it, as stated in the plan or report")
        ),
        tr("Fell due?"): text(
            width="medium", help=tr("compared with the year of the latest report")
        ),
        tr("Partners"): text(width="medium"),
        tr("Amount as stated"): text(width="medium", help=tr("with currency, partner and year")),
        tr("Figures"): text(width="large", help=tr("from the latest report that gives any")),
    }


def show_projects(table: pd.DataFrame) -> None:
    """Show :func:`dashboard.pages.plans.project_table.frame`."""
    st.dataframe(
        to_arrow(table),
        hide_index=True,
        height=min(38 + 35 * len(table), 460) if len(table) else "auto",
        column_config=projects_config(),
        placeholder="",
        alt=tr("Projects in these cities."),
    )


def columns_table(layer: Layer) -> pd.DataFrame:
    """The columns of a layer: name, meaning, unit, type, whether nullable."""
    return pd.DataFrame(
        [
            {
                tr("Column"): name,
                tr("Meaning"): tr(str(declared.description)),
                tr("Unit"): tr(layer.unit(name)),
                tr("Type"): layer.type_name(name),
                tr("Missing"): tr("possible") if declared.nullable else tr("never"),
            }
            for name, declared in layer.columns.items()
        ]
    )
