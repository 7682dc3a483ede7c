"""Rows as records, and links and badges shared by tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import join, page_link, tag
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from geo.i18n import tr
from geo.vocabulary import FOCUS_AREAS


def newest_pages(project_reports: pd.DataFrame) -> pd.Series:
    """Page of the newest report that lists each project, by ``project_id``."""
    return project_reports.sort_values("report_year").groupby("project_id")["page"].last()


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def city_link(city_id: str, name: str) -> Markup:
    """A link to the page of a city."""
    return page_link("city", name, city=city_id)


def project_link(project: Mapping[str, Any]) -> Markup:
    """Name of a project, linked to its full history.

    Parameters
    ----------
    project
        Its ``project_id`` and ``name``.
    """
    return page_link("plans", project["name"], project=project["project_id"])


def paragraph(text: str) -> Markup:
    """A sentence in place of, or beside, a chart or table."""
    return tag("p", text, class_="said")


def area_badge(area: Any) -> Markup | None:
    """Badge of a focus area in its colour; nothing if missing."""
    if numbers.is_missing(area):
        return None
    background = f"background:{FOCUS_AREA_COLOURS[area]}"
    return tag("span", tr(FOCUS_AREAS[area]), class_="area", style=background)


def uncertain_mark(project: Mapping[str, Any]) -> Markup | None:
    """What follows a priority project of 2018 whose link to the reports is uncertain.

    Parameters
    ----------
    project
        Its ``link_certainty``.
    """
    if project["link_certainty"] != "uncertain":
        return None
    return join([" ", tag("em", f"({tr('uncertain')})")])


def state_badge(status: str, label: str, colours: Palette) -> Markup:
    """Badge of a status: a coloured dot and its label."""
    dot = tag("i", style=f"background:{colours.statuses[status]}")
    return tag("span", dot, label, class_="state")
