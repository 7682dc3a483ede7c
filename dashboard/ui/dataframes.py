"""Data frames for ``st.dataframe``, and the description of layers on the Data page."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from dashboard import i18n
from dashboard.data.un_revision import NEWEST
from dashboard.markup import numbers
from dashboard.markup.citations import cite
from dashboard.markup.tables import newest_pages
from geo.analysis.projects import leading_focus_areas
from geo.i18n import terms, tr
from geo.schema.declare import Layer
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES


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
                format="localized", help=tr("people in the UN city, estimate, UN WUP 2025")
            ),
            tr("Growth 2000–2025"): number(
                format="%.1f %%", help=tr("% per year, mean of the UN city, UN WUP 2025")
            ),
            tr("Growth 2025–2050"): number(
                format="%.1f %%", help=tr("% per year, projection for the UN city, UN WUP 2025")
            ),
        }
        if revision == NEWEST
        else {
            tr("Agglomeration 2018"): number(
                format="localized", help=tr("people in the urban agglomeration, UN WUP 2018")
            ),
            tr("Growth 2000–2018"): number(
                format="%.1f %%", help=tr("% per year, mean of the agglomeration, UN WUP 2018")
            ),
        }
    )
    return {
        tr("Joined"): number(format="%d"),
        tr("Population"): number(
            format="localized", help=tr("people, official figure of the year beside it")
        ),
        tr("Year"): number(format="%d", help=tr("year of the population")),
        **un_columns,
    }


def projects_table(
    projects: pd.DataFrame, cities: pd.DataFrame, project_reports: pd.DataFrame
) -> pd.DataFrame:
    """Projects, one row each, sorted by city and name, with the URL of their history and their page
    in the newest report that lists them."""
    names = cities.set_index("city_id")["name"]
    newest = newest_pages(project_reports)
    columns = {
        "city": projects["city_id"].map(names),
        "project": projects["name"],
        "history": [i18n.page_url("plans", project=project) for project in projects["project_id"]],
        "area": projects["focus_area"].map(terms(FOCUS_AREAS)),
        "status": projects["status"].map(terms(PROJECT_STATUSES)),
        "reports": projects["first_report"].astype(str) + "–" + projects["last_report"].astype(str),
        "source": [
            cite(tr("M&E Report {year}", year=year), {"page": page})
            for year, page in zip(
                projects["last_report"], projects["project_id"].map(newest), strict=True
            )
        ],
    }
    table = pd.DataFrame(columns).sort_values(["city", "project"], ignore_index=True)
    return table.set_axis(project_headings(), axis=1)


def project_headings() -> list[str]:
    """Headings of :func:`projects_table`."""
    return [
        tr("City"),
        tr("Project"),
        tr("History"),
        tr("Focus area"),
        tr("Status"),
        tr("In reports"),
        tr("Source"),
    ]


def projects_config() -> dict[str, Any]:
    """Column configuration of :func:`projects_table`."""
    return {
        tr("Project"): st.column_config.TextColumn(width="large"),
        tr("History"): st.column_config.LinkColumn(display_text=tr("open"), width="small"),
    }


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
