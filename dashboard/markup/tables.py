"""Rows as records, and HTML fragments shared by tables."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from dashboard import i18n


def newest_pages(project_reports: pd.DataFrame) -> pd.Series:
    """Page of the newest report that lists each project, by ``project_id``."""
    return project_reports.sort_values("report_year").groupby("project_id")["page"].last()


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def city_link(city_id: str, name: str) -> str:
    """A link to the page of a city."""
    href = escape(i18n.page_url("city", city=city_id))
    return f'<a href="{href}" target="_self">{escape(name)}</a>'
