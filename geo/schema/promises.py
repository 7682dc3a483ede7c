"""Dated promises of plans and reports, and what is known of each."""

from __future__ import annotations

from geo.schema.declare import (
    Check,
    Column,
    Layer,
    date,
    integer,
    iso3,
    number,
    one_of,
    slug,
    text,
    year,
)
from geo.schema.plans import EVERY_REPORT, page_range_columns, source_columns
from geo.vocabulary import (
    DONE_TIMINGS,
    FOCUS_AREAS,
    LINK_CERTAINTIES,
    PROMISE_KINDS,
    PROMISE_SCOPES,
    PROMISE_STATES,
    REPORT_WORDS,
)

DUE_FORMS = {
    "year": r"20\d\d",
    "month": r"20\d\d-(?:0[1-9]|1[0-2])",
    "quarter": r"20\d\d-Q[1-4]",
    "span": r"20\d\d/20\d\d",
}
"""How precisely a document states when something is due -> form of such a date."""


def _due(description: str, nullable: bool = False) -> Column:
    form = "^(?:" + "|".join(DUE_FORMS.values()) + ")$"
    return text(description, Check.str_matches(form), nullable=nullable)


_DUE = _due("when it is due, as stated: a year, a month (2025-03), a quarter (2024-Q4) or a span")
_RESTATED = _due("date that a later report gives in place of it", nullable=True)
_DONE_ON = _due("when it was done, where a report says so", nullable=True)
_SCOPE = one_of(
    "whether the promise is the reported project itself or something that belongs to it",
    PROMISE_SCOPES,
    nullable=True,
)
_REASON = text("why it belongs to the project", nullable=True)
_CERTAINTY = one_of(
    "whether the sources settle that it belongs to the project or it is our judgement",
    LINK_CERTAINTIES,
    nullable=True,
)

STATED_DATES = {
    "city_id": slug("member city"),
    "date_no": integer("number of the date among those of the city", "", 1, 100),
    "project_id": text("reported project", nullable=True),
    "scope": _SCOPE,
    "what": text("what is expected, in our own words"),
    "due": _DUE,
    **page_range_columns(),
}
"""Columns of the source table of dates that plans and reports state for projects."""

PROMISE_LINKS = {
    "promise_id": slug("promise"),
    "project_id": slug("reported project"),
    "scope": one_of("the project itself, or a part or effect of it", PROMISE_SCOPES),
    "link_certainty": one_of("whether the sources settle it", LINK_CERTAINTIES),
    "link_reason": text("reason"),
    "link_document": text("document of the reason"),
    "link_page": integer("its page, of the PDF file", "page", 1, 1_000),
}
"""Columns of the source table of reported projects that targets and aims belong to."""

PROMISE_WORDS = {
    "promise_id": slug("promise"),
    "report_year": year("report that speaks of it", 2022),
    "says": one_of("what it says", REPORT_WORDS),
    "word": text("what it says, in our own words"),
    "restated_due": _RESTATED,
    "done_on": _DONE_ON,
    **source_columns(),
}
"""Columns of the source table of what reports say of promises."""

PROMISES = Layer(
    name="promises",
    title="Dated promises",
    description="Every dated promise of the plans of 2018 and of the reports: strategic "
    "targets, dated points under a focus area, and dates by which projects are "
    "expected, with what the reports say about each. A promise is due if it names "
    "the year of the latest report or an earlier one.",
    columns={
        "promise_id": slug("promise"),
        "kind": one_of("kind of promise", list(PROMISE_KINDS)),
        "city_id": slug("member city"),
        "iso3": iso3(),
        "project_id": text("reported project that it belongs to", nullable=True),
        "scope": _SCOPE,
        "link_certainty": _CERTAINTY,
        "link_reason": _REASON,
        "focus_area": one_of(
            "focus area that the plan states, otherwise that of the project",
            list(FOCUS_AREAS),
            nullable=True,
        ),
        "what": text("what is promised (our summary)"),
        "figure": number("figure aimed at", "see unit", -1e9, 1e12, nullable=True),
        "unit": text("unit of the figure", nullable=True),
        "promised_year": year("year of the plan or report that states it", 2018),
        "due": _DUE,
        "due_year": year("year in which it falls due, the last of a span", 2000, 2100),
        "due_precision": one_of("how precisely the document states it", list(DUE_FORMS)),
        **page_range_columns(),
        "state": one_of("what the reports say about it", list(PROMISE_STATES)),
        "state_since": year(
            "year of the report that first says so, or in which it fell due; empty if not due",
            2000,
            nullable=True,
        ),
        "done_on": _DONE_ON,
        "done_timing": one_of(
            "whether it was done by its date, as far as the reports tell; empty if not done",
            list(DONE_TIMINGS),
            nullable=True,
        ),
        "as_of": date("date of the latest report's data, against whose year it is due (ISO 8601)"),
        "restated_due": _RESTATED,
        "word": text("latest word of a report on it (our summary)", nullable=True),
        "word_report": year("report of the latest word or listing", 2022, nullable=True),
        "word_document": text("its document", nullable=True),
        "word_page": integer("its page, of the PDF file", "page", 1, 1_000, nullable=True),
    },
    key=("promise_id",),
    sources=("ascn-consolidated-scaps", EVERY_REPORT),
)
