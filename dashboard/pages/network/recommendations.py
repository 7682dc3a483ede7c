"""Recommendations of the reports for the network as a whole: a sentence, and tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import table, tag
from dashboard.markup.tables import records
from dashboard.pages.network.documents import NET_CARDS
from dashboard.pages.network.text import source_html
from geo.i18n import date, ntr, terms, tr
from geo.vocabulary import REMARK_KINDS, REMARK_TOPICS


def sentence(rows: pd.DataFrame) -> str:
    """Sentence on the number of remarks by kind.

    Parameters
    ----------
    rows
        See :data:`geo.schema.plans.REPORT_RECOMMENDATIONS`.
    """
    counts = rows["kind"].value_counts()
    return tr(
        "The reports from {first} to {last} contain {counted} for the network as a whole.",
        first=int(rows["report_year"].min()),
        last=int(rows["report_year"].max()),
        counted=numbers.format_list(
            [_remark_count(kind, int(counts.get(kind, 0))) for kind in REMARK_KINDS]
        ),
    )


def _remark_count(kind: str, number: int) -> str:
    return {
        "recommendation": ntr("{n} recommendation", "{n} recommendations", number),
        "lesson": ntr("{n} lesson", "{n} lessons", number),
        "challenge": ntr("{n} challenge", "{n} challenges", number),
        "next_step": ntr("{n} next step", "{n} next steps", number),
    }[kind]


def reports_html(rows: pd.DataFrame, reports: pd.DataFrame, titles: Mapping[str, str]) -> Markup:
    """Remarks by report; the latest comes first and is expanded.

    Parameters
    ----------
    rows
        See :data:`geo.schema.plans.REPORT_RECOMMENDATIONS`.
    reports
        See :data:`geo.schema.plans.REPORTS`.
    titles
        Document id to title.
    """
    as_of = reports.set_index("report_year")["as_of"]
    blocks: list[Markup] = []
    for year in sorted(as_of.index, reverse=True):
        remarks = rows[rows["report_year"] == year]
        if remarks.empty:
            continue
        heading = tr("{year} report, as of {date}", year=year, date=date(str(as_of[year])))
        content = _table(remarks, titles)
        blocks.append(tag("details", tag("summary", heading), content, open=not blocks))
    return tag("div", blocks, class_="net-remarks")


def _table(rows: pd.DataFrame, titles: Mapping[str, str]) -> Markup:
    kinds, topics = terms(REMARK_KINDS), terms(REMARK_TOPICS)
    headings = (
        *(tr("What the report says"), tr("Kind"), tr("Topic")),
        *(tr("Addressed to"), tr("Source")),
    )
    cells = [
        (
            row["recommendation"],
            kinds[row["kind"]],
            topics[row["topic"]],
            tr("not stated") if numbers.is_missing(row["addressed_to"]) else row["addressed_to"],
            source_html(row, titles),
        )
        for row in records(rows.sort_values("recommendation_no"))
    ]
    return table("", headings, cells, NET_CARDS)
