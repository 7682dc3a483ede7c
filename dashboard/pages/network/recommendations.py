"""Recommendations of the reports for the network as a whole: a sentence, and tables."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from dashboard.markup import numbers
from dashboard.markup.tables import records
from dashboard.pages.network.documents import stacking_table, text_or_no_data
from dashboard.pages.network.text import source_html
from geo.i18n import date, ntr, terms, tr
from geo.vocabulary import REMARK_KINDS, REMARK_TOPICS

Row = Mapping[str, Any]


def sentence(rows: pd.DataFrame) -> str:
    """Sentence on the number of remarks by kind.

    Parameters
    ----------
    rows
        See :data:`geo.schema.plans.REPORT_RECOMMENDATIONS`.
    """
    counts = rows["kind"].value_counts()
    return tr(
        "The reports from {first} to {last} hold {counted} for the network as a whole.",
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


def reports_html(rows: pd.DataFrame, reports: pd.DataFrame, titles: Mapping[str, str]) -> str:
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
    blocks: list[str] = []
    for year in sorted(as_of.index, reverse=True):
        remarks = rows[rows["report_year"] == year]
        if remarks.empty:
            continue
        heading = tr("Report of {year}, as of {date}", year=year, date=date(str(as_of[year])))
        first = "" if blocks else " open"
        blocks.append(
            f"<details{first}><summary>{escape(heading)}</summary>"
            f"{_table(remarks, titles)}</details>"
        )
    return f'<div class="net-remarks">{"".join(blocks)}</div>'


def _table(rows: pd.DataFrame, titles: Mapping[str, str]) -> str:
    kinds, topics = terms(REMARK_KINDS), terms(REMARK_TOPICS)
    return stacking_table(
        (
            *(tr("What the report says"), tr("Kind"), tr("Topic")),
            *(tr("Addressed to"), tr("Source")),
        ),
        (
            (
                escape(row["recommendation"]),
                escape(kinds[row["kind"]]),
                escape(topics[row["topic"]]),
                _addressee(row),
                source_html(row, titles),
            )
            for row in records(rows.sort_values("recommendation_no"))
        ),
    )


def _addressee(row: Row) -> str:
    if numbers.is_missing(row["addressed_to"]):
        return escape(tr("not stated"))
    return text_or_no_data(row["addressed_to"])
