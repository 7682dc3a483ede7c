"""The briefing of the network: what was promised, what is done, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dashboard.briefing.by_country import by_country_table
from dashboard.briefing.document import (
    Block,
    Cell,
    Columns,
    Document,
    Figures,
    Note,
    Picture,
    Points,
    Section,
    Slide,
    Text,
)
from dashboard.briefing.pictures import drawn_chart, map_of
from dashboard.briefing.promised import promises_by_year_slide
from dashboard.briefing.sources import boundaries_and_dates, plans_and_reports, publishers
from dashboard.maps.preview import Fetch
from dashboard.markup.tables import records
from dashboard.pages.city.text import reference
from dashboard.pages.network import text as network_text
from dashboard.pages.overview import text as overview_text
from dashboard.pages.plans import promise_text
from geo.i18n import ntr, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import REMARK_KINDS


def document(layers: Catalogue, fetch: Fetch) -> Document:
    """The briefing of the network.

    Parameters
    ----------
    fetch
        Reads the sources of its map.
    """
    located, promised = map_of("overview", layers, {}, fetch), layers["promises"]
    due, due_source = drawn_chart("promises-by-year", layers, {})
    said: list[Block] = [
        Text(promise_text.headline(promised)),
        Note(promise_text.as_of_note(promised)),
    ]
    return Document(
        kind=tr("Briefing on the network"),
        name=tr("ASEAN Smart Cities Network"),
        answer=overview_text.network_summary(layers),
        blocks=[
            Figures(overview_text.key_figures(layers), 3),
            Columns((1, 1), [[located], [due, Note(due_source)]]),
            Section(
                overview_text.changes_title(layers),
                [Text(overview_text.since_last_report(layers)), by_country_table(layers)],
            ),
            Section(tr("Dated promises"), said),
            Columns((1, 1), _projects(layers)),
            Section(
                tr("What the {year} report recommends", year=overview_text.report_year(layers)),
                [Points(_remarks(layers))],
            ),
            Section(tr("Who leads"), [Text(network_text.headline(layers))]),
        ],
        sources=sources_of_reports(layers),
        slides=partial(_slides, layers, located),
        page="overview",
    )


def _slides(layers: Catalogue, located: Picture) -> Sequence[Slide]:
    """The same in a few slides."""
    sources = sources_of_reports(layers)
    figures = Figures(overview_text.key_figures(layers))
    return [
        Slide(overview_text.network_summary(layers), [[located], [figures]], sources),
        Slide(overview_text.since_last_report(layers), [[by_country_table(layers)]], sources),
        Slide(_listed(layers), _projects(layers), sources),
        promises_by_year_slide(layers),
        Slide(_recommended(layers), [[Points(_remarks(layers))]], sources),
    ]


def _projects(layers: Catalogue) -> list[Sequence[Block]]:
    """Charts of the projects by report and by focus area."""
    charts = (
        drawn_chart(name, layers, {}) for name in ("projects-by-report", "projects-by-focus-area")
    )
    return [[picture, Note(source)] for picture, source in charts]


def _listed(layers: Catalogue) -> str:
    """How many projects the latest and the first report list."""
    listed = layers["project_reports"].groupby("report_year").size()
    return tr(
        "The {last} report lists {now} projects; the first, of {first}, listed {before}",
        last=int(listed.index[-1]),
        now=int(listed.iloc[-1]),
        first=int(listed.index[0]),
        before=int(listed.iloc[0]),
    )


def _latest_remarks(layers: Catalogue) -> Sequence[Mapping[str, Any]]:
    rows = layers["report_recommendations"]
    return records(rows[rows["report_year"] == rows["report_year"].max()])


def _remarks(layers: Catalogue) -> list[Cell]:
    """What the latest report recommends to the network as a whole, with pages."""
    return [
        Cell(f"{tr(REMARK_KINDS[row['kind']])}: {row['recommendation']}.", f"({reference(row)})")
        for row in _latest_remarks(layers)
    ]


def _recommended(layers: Catalogue) -> str:
    rows = _latest_remarks(layers)
    return ntr(
        "The {year} report has {n} remark for the network as a whole",
        "The {year} report has {n} remarks for the network as a whole",
        len(rows),
        year=rows[0]["report_year"],
    )


def sources_of_reports(layers: Catalogue) -> Sequence[str]:
    """Sources of what the reports list and what the plans promise."""
    return [plans_and_reports(layers), publishers(layers), *boundaries_and_dates(layers)]
