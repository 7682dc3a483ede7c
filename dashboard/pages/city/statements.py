"""Focus areas of a city's plan and what it says under each of them, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import groupby
from typing import Any

from dashboard.markup import numbers as words
from dashboard.markup.tables import records
from dashboard.pages.city.markup import area_badge
from geo.analysis.city_profile import Dossier
from geo.i18n import tr


def plan_area(area: str, assigned: bool) -> str:
    """A focus area of the plan in its hue, starred where the classification is ours."""
    return f"<span>{area_badge(area)}{_star() if assigned else ''}</span>"


def _star() -> str:
    meaning = escape(tr("our classification"))
    return f'<sup title="{meaning}">*<span class="unseen">{meaning}</span></sup>'


def statements(about: Dossier) -> str:
    """What the plan says under its focus areas: one block for each heading of the plan, in the
    order of the plan."""
    blocks = "".join(
        _block(list(rows)) for _, rows in groupby(records(about.statements), key=_heading)
    )
    return f'<div class="statements">{blocks}</div>' if blocks else ""


def _heading(row: Mapping[str, Any]) -> tuple[str, str]:
    """Focus area and heading of a row, empty where it has none."""
    area, heading = row["focus_area"], row["heading"]
    return (
        "" if words.missing(area) else str(area),
        "" if words.missing(heading) else str(heading),
    )


def _block(rows: list[dict[str, Any]]) -> str:
    """One heading of the plan with the points under it."""
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
    """A point of the plan with its page."""
    text = words.named_only() if words.missing(row["statement"]) else str(row["statement"])
    return f"{escape(text)} <small>{escape(tr('p. {page}', page=row['page']))}</small>"


def assigned(about: Dossier) -> bool:
    """Whether the classification of a focus area of the plan is ours."""
    return bool((about.statements["focus_area_basis"] == "assigned").any())
