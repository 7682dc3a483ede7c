"""HTML of the statements of a city's plan by focus area."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import groupby
from typing import Any

from dashboard.markup import numbers
from dashboard.markup.tables import records
from dashboard.pages.city.markup import area_badge
from geo.analysis.city_profile import CityProfile
from geo.i18n import tr


def plan_area(area: str, assigned: bool) -> str:
    """Badge of a focus area of the plan, with an asterisk if the classification is ours."""
    return f"<span>{area_badge(area)}{_star() if assigned else ''}</span>"


def _star() -> str:
    meaning = escape(tr("our classification"))
    return f'<sup title="{meaning}">*<span class="unseen">{meaning}</span></sup>'


def statements(profile: CityProfile) -> str:
    """Statements of the plan: one block per heading, in the order of the plan."""
    blocks = "".join(
        _block(list(rows)) for _, rows in groupby(records(profile.statements), key=_heading)
    )
    return f'<div class="statements">{blocks}</div>' if blocks else ""


def _heading(row: Mapping[str, Any]) -> tuple[str, str]:
    """Focus area and heading of a row; empty strings if missing."""
    area, heading = row["focus_area"], row["heading"]
    return (
        "" if numbers.is_missing(area) else str(area),
        "" if numbers.is_missing(heading) else str(heading),
    )


def _block(rows: list[dict[str, Any]]) -> str:
    """One heading of the plan with its statements."""
    area, printed = _heading(rows[0])
    basis = rows[0]["focus_area_basis"]
    name = f"<em>{escape(tr('none of the six focus areas'))}</em>"
    if area:
        name = plan_area(area, basis == "assigned")
    heading = ""
    if printed and basis != "stated":  # a heading that is the name of the area says nothing new
        heading = f" <small>{escape(tr('“{heading}”', heading=printed))}</small>"
    points = "".join(f"<li>{_point(row)}</li>" for row in rows)
    return f"<section><h3>{name}{heading}</h3><ul>{points}</ul></section>"


def _point(row: Mapping[str, Any]) -> str:
    """A statement of the plan with its page."""
    text = numbers.named_only() if numbers.is_missing(row["statement"]) else str(row["statement"])
    return f"{escape(text)} <small>{escape(tr('p. {page}', page=row['page']))}</small>"


def assigned(profile: CityProfile) -> bool:
    """Whether any focus area of the plan was classified by us."""
    return bool((profile.statements["focus_area_basis"] == "assigned").any())
