"""HTML table of a city's partners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import CARDS, Cells, Child, host_link, join, small, table, tag
from dashboard.markup.tables import paragraph, project_link, records
from dashboard.pages.city.text import none_stated, number, reference
from geo.analysis.city_profile import CityProfile
from geo.cache import memoized
from geo.i18n import tr
from geo.vocabulary import PARTNER_KINDS


@memoized
def partners(profile: CityProfile) -> Markup:
    """Partnerships of the city, or a note that the sources name none."""
    if not len(profile.partners):
        sentence = tr(
            "No partners are recorded for this city, apart from those named in project "
            "descriptions in the reports."
        )
        return paragraph(sentence)
    projects = {row["project_id"]: project_link(row) for row in records(profile.projects)}
    return table(
        tr("Partners"),
        (
            *(tr("Partner"), tr("What it does"), tr("Project")),
            *(tr("Amount"), tr("Year"), tr("Source")),
        ),
        [_partner(rows, projects) for rows in _by_partner(profile)],
        CARDS,
    )


def _by_partner(profile: CityProfile) -> list[list[dict[str, Any]]]:
    """Rows of each partner and project: what several sources say of both is one row."""
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in records(profile.partners):
        grouped.setdefault((row["partner"], str(row["project_id"])), []).append(row)
    return list(grouped.values())


def _partner(rows: Sequence[Mapping[str, Any]], projects: Mapping[str, Markup]) -> Cells:
    first = rows[0]
    years = [int(row["year"]) for row in rows if not numbers.is_missing(row["year"])]
    sources = [
        host_link(row["url"]) if numbers.is_missing(row["document"]) else reference(row)
        for row in rows
    ]
    return (
        (first["partner"], tag("small", tr(PARTNER_KINDS[first["kind"]]))),
        _lines((row["what"], small(row["programme"])) for row in rows),
        projects.get(first["project_id"]) or tr("not linked to one"),
        _lines(filter(None, map(_amount, rows))) or none_stated(),
        numbers.format_ranges(set(years)) if years else numbers.no_data(),
        _lines(sources),
    )


def _lines(parts: Iterable[Child]) -> Markup:
    """Texts one below the other, each once."""
    return join(dict.fromkeys(join([part]) for part in parts), separator=tag("br"))


def _amount(row: Mapping[str, Any]) -> str:
    if numbers.is_missing(row["amount"]):
        return ""
    currency = "" if numbers.is_missing(row["currency"]) else f"{row['currency']} "
    return f"{currency}{number(row['amount'])}"
