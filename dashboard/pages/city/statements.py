"""HTML of the statements of a city's plan by focus area."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import Child, items, tag
from dashboard.markup.tables import area_badge, records
from geo.analysis.city_profile import CityProfile
from geo.cache import memoized
from geo.i18n import tr


def plan_area(area: str, assigned: bool) -> Markup:
    """Badge of a focus area of the plan, with an asterisk if the classification is ours."""
    return tag("span", area_badge(area), assigned and _star())


def _star() -> Markup:
    meaning = tr("our classification")
    return tag("sup", "*", tag("span", meaning, class_="unseen"), title=meaning)


@memoized
def statements(profile: CityProfile) -> Markup:
    """Statements of the plan: one block per heading, in the order of the plan."""
    headings = groupby(records(profile.statements), key=_heading)
    blocks = [_block(list(rows)) for _, rows in headings]
    return tag("div", blocks, class_="statements") if blocks else Markup("")


def _heading(row: Mapping[str, Any]) -> tuple[str, str]:
    """Focus area and heading of a row; empty strings if missing."""
    area, heading = row["focus_area"], row["heading"]
    return (
        "" if numbers.is_missing(area) else str(area),
        "" if numbers.is_missing(heading) else str(heading),
    )


def _block(rows: list[dict[str, Any]]) -> Markup:
    """One heading of the plan with its statements."""
    area, printed = _heading(rows[0])
    basis = rows[0]["focus_area_basis"]
    name = tag("em", tr("none of the six focus areas"))
    if area:
        name = plan_area(area, basis == "assigned")
    heading: Child = None
    if printed and basis != "stated":  # a heading that is the name of the area says nothing new
        heading = (" ", tag("small", tr("“{heading}”", heading=printed)))
    return tag("section", tag("h3", name, heading), items("ul", map(_point, rows)))


def _point(row: Mapping[str, Any]) -> Child:
    """A statement of the plan with its page."""
    text = numbers.named_only() if numbers.is_missing(row["statement"]) else str(row["statement"])
    return text, " ", tag("small", tr("p. {page}", page=row["page"]))


def assigned(profile: CityProfile) -> bool:
    """Whether any focus area of the plan was classified by us."""
    return bool((profile.statements["focus_area_basis"] == "assigned").any())
