"""Sources that several kinds of briefings name."""

from __future__ import annotations

from dashboard.maps.notes import BOUNDARY_NOTE
from dashboard.markup.citations import pages_note
from dashboard.pages.plans import text as plans_text
from geo.analysis import flows
from geo.i18n import tr
from geo.layers.catalogue import Catalogue


def plans_and_reports(layers: Catalogue) -> str:
    """The plans and the reports, and what their page numbers are."""
    sources = tr(
        "Plan and reports: {plans}; {reports}.",
        plans=plans_text.plans_source(),
        reports=plans_text.reports_source(flows.report_years(layers["project_reports"])),
    )
    return f"{sources} {pages_note()}"


def publishers(layers: Catalogue, *others: str) -> str:
    """Publishers of the figures of cities, but for those that are named beside a figure."""
    named = layers.info("cities")["attribution"].split("; ")
    return f"{'; '.join([*(one for one in named if not one.startswith('As named')), *others])}."


def boundaries_and_dates(layers: Catalogue) -> tuple[str, str]:
    """What boundaries imply, and the dates of the data of cities."""
    dates = tr("Dates of the data: {dates}.", dates=layers.info("cities")["vintage"])
    return tr(BOUNDARY_NOTE), dates
