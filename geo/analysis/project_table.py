"""Everything that the layers hold of a project, in one row: the table of projects of all pages."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.analysis.promises import of_projects
from geo.cache import memoized
from geo.layers.catalogue import Catalogue


@memoized
def project_facts(layers: Catalogue) -> pd.DataFrame:
    """All projects with what plans, reports and partners tell of each.

    Returns
    -------
    pandas.DataFrame
        Columns of :data:`geo.schema.core.PROJECTS`, in its order, and, as lists of rows that may be
        empty:

        - ``promises``: see :func:`geo.analysis.promises.of_projects`;
        - ``partners``: rows of :data:`geo.schema.network.PARTNERS`, newest first;
        - ``figures``: rows of :data:`geo.schema.plans.PROJECT_FIGURES` of the newest report that
          states any;
        - ``pages``: the newest listing, and what the same report tells of the project.
    """
    projects = layers["projects"]
    figures = layers["project_figures"]
    newest = figures.groupby("project_id")["report_year"].transform("max")
    partners = layers["partners"].dropna(subset=["project_id"])
    listings = layers["project_reports"]
    last = listings["project_id"].map(projects.set_index("project_id")["last_report"])
    listed = listings[listings["report_year"] == last]
    key = ["project_id", "report_year"]
    details = layers["project_details"].merge(listed[key], on=key)
    grouped = {
        "promises": of_projects(layers["promises"]),
        "partners": partners.sort_values(["year", "partner"], ascending=[False, True]),
        "figures": figures[figures["report_year"] == newest],
        "pages": pd.concat([listed, details])[["project_id", "document", "page", "page_to"]],
    }
    rows = {name: _by_project(frame) for name, frame in grouped.items()}
    facts = projects.copy()
    for name, by_project in rows.items():
        facts[name] = pd.Series(
            [by_project.get(project, []) for project in projects["project_id"]],
            index=projects.index,
            dtype=object,
        )
    return facts


def _by_project(rows: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in rows.to_dict("records"):
        named = {str(name): value for name, value in row.items()}
        grouped.setdefault(str(named["project_id"]), []).append(named)
    return grouped
