"""Sentences on dated promises, for pages and the briefing.

The words say what documents state and what reports tell: a promise falls due, and a report lists it
as ongoing or says nothing of it. They do not judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.markup import numbers
from dashboard.pages.city.text import reference
from geo.analysis import promises
from geo.i18n import date, mark, ntr, tr
from geo.vocabulary import DONE_TIMINGS, PROJECT_STATUSES, PROMISE_STATES

Promise = Mapping[str, Any]

_QUARTERS = {
    "Q1": mark("the first quarter of {year}"),
    "Q2": mark("the second quarter of {year}"),
    "Q3": mark("the third quarter of {year}"),
    "Q4": mark("the fourth quarter of {year}"),
}


SHORT_STATES: Mapping[str, str] = {
    "done": mark("Done"),
    "ongoing": mark("Ongoing"),
    "without_word": mark("No information"),
    "no_longer_reported": mark("No longer reported"),
    "never_reported": mark("No project listed"),
    "not_due": mark("Not yet due"),
}
"""States of :data:`geo.vocabulary.PROMISE_STATES` where it is said elsewhere what fell due."""


def due_text(due: str) -> str:
    """When something is due, within a sentence.

    >>> due_text("2025"), due_text("2025-03"), due_text("2024-Q4"), due_text("2030/2031")
    ('2025', 'March 2025', 'the fourth quarter of 2024', '2030–2031')
    """
    year, _, part = due.partition("-")
    if part in _QUARTERS:
        return tr(_QUARTERS[part], year=year)
    return date(due) if part else due.replace("/", "–")


def due_cell(due: str) -> str:
    """When something is due, in a column that sorts by it.

    >>> due_cell("2025-03"), due_cell("2024-Q4"), due_cell("2030/2031")
    ('2025-03', '2024 Q4', '2030–2031')
    """
    return due.replace("-Q", " Q").replace("/", "–")


def state_sentence(promise: Promise) -> str:
    """What is known of a promise, without a full stop.

    Parameters
    ----------
    promise
        See :data:`geo.schema.promises.PROMISES`.
    """
    due, report = due_text(str(promise["due"])), promise["word_report"]
    told, state = not numbers.is_missing(promise["word"]), promise["state"]
    latest = str(promise["as_of"])[:4]
    if state == "done":
        timing = tr(DONE_TIMINGS[promise["done_timing"]])
        sentence = tr("{sentence}, {timing}", sentence=_done(promise, due), timing=timing)
        if promise["link_certainty"] != "uncertain":
            return sentence
        return tr("{sentence}; linking it to this project is our judgement", sentence=sentence)
    if state == promises.NOT_DUE:
        if not numbers.is_missing(restated := promise["restated_due"]):
            return tr(
                "due in {due}; the {report} report gives {later}",
                due=due,
                report=report,
                later=due_text(str(restated)),
            )
        return tr("due in {due}", due=due)
    if state == "ongoing":
        if told:
            return tr(
                "fell due in {due}; the {report} report says it is under way",
                due=due,
                report=latest,
            )
        return tr(
            "fell due in {due}; the {report} report lists it as ongoing or in planning",
            due=due,
            report=latest,
        )
    if state == "no_longer_reported":
        return tr(
            "fell due in {due}; the reports after {report} no longer list its project",
            due=due,
            report=report,
        )
    if state == "never_reported":
        return tr("fell due in {due}; no report lists a project for it", due=due)
    return tr("fell due in {due}; no report says what became of it", due=due)


def _done(promise: Promise, due: str) -> str:
    """That a report tells of a promise as done, and when it was, where it says so."""
    report = promise["word_report"]
    if not numbers.is_missing(when := promise["done_on"]):
        return tr(
            "due in {due}; the {report} report says it was done in {when}",
            due=due,
            report=report,
            when=due_text(str(when)),
        )
    if not numbers.is_missing(promise["word"]):
        return tr("due in {due}; the {report} report says it is done", due=due, report=report)
    return tr("due in {due}; the {report} report lists it as completed", due=due, report=report)


def state_label(promise: Promise) -> str:
    """State of a promise in a table; of what is done, whether it was by its date."""
    state = tr(PROMISE_STATES[promise["state"]])
    if promise["state"] != "done":
        return state
    timing = tr(DONE_TIMINGS[promise["done_timing"]])
    return tr("{sentence}, {timing}", sentence=state, timing=timing)


def latest_word(promise: Promise, projects: Mapping[str, Promise]) -> str:
    """Newest words of a report on a promise, otherwise the status of its project; empty without.

    Parameters
    ----------
    projects
        Project id -> row of :data:`geo.schema.core.PROJECTS`.
    """
    if not numbers.is_missing(promise["word"]):
        return str(promise["word"])
    if numbers.is_missing(promise["project_id"]):
        return ""
    project = projects[promise["project_id"]]
    return tr(
        "{project}: {status}",
        project=project["name"],
        status=tr(PROJECT_STATUSES[project["status"]]),
    )


def word_source(promise: Promise) -> str:
    """Document and page of the latest word; empty without one."""
    if numbers.is_missing(promise["word_page"]):
        return ""
    return reference(promise, "word_")


def headline(rows: pd.DataFrame) -> str:
    """How many promises are dated, how many fell due, and what the reports tell of these.

    Parameters
    ----------
    rows
        See :data:`geo.schema.promises.PROMISES`.
    """
    if rows.empty:
        return tr("No dated promise matches this filter.")
    counts, latest = promises.count(rows), promises.report_year(rows)
    dated = ntr("{n} promise has a due date", "{n} promises have a due date", counts.promises)
    if not counts.due:
        return tr("{dated}; none fell due by {year}.", dated=dated, year=latest)
    states = numbers.format_list([_clause(s, n, latest) for s, n in counts.states.items()])
    if counts.done_after:
        after = ntr(
            "as far as the reports show, {n} of those done was done after its date",
            "as far as the reports show, {n} of those done were done after their date",
            counts.done_after,
        )
        states = tr("{states}; {more}", states=states, more=after)
    if counts.due == counts.promises:
        return tr(
            "{dated} and fell due by {year}: {states}.", dated=dated, year=latest, states=states
        )
    fell_due = ntr("{n} fell due by {year}", "{n} fell due by {year}", counts.due, year=latest)
    return tr("{dated}; {fell_due}: {states}.", dated=dated, fell_due=fell_due, states=states)


def states_title(number: int) -> str:
    """Title of promises by what is known of them."""
    return ntr(
        "What the reports say of {n} dated promise",
        "What the reports say of {n} dated promises",
        number,
    )


def years_finding(rows: pd.DataFrame) -> str:
    """The year that most promises name, before what is known of them all."""
    if rows.empty:
        return headline(rows)
    due = rows["due_year"].value_counts().sort_index()
    most = ntr(
        "{year} is the year named most often, by {n} promise.",
        "{year} is the year named most often, by {n} promises.",
        int(due.max()),
        year=due.idxmax(),
    )
    return f"{most} {headline(rows)}"


def _clause(state: str, number: int, latest: int) -> str:
    return {
        "done": ntr("{n} is reported as done", "{n} are reported as done", number),
        "ongoing": ntr(
            "{n} is ongoing according to the {year} report",
            "{n} are ongoing according to the {year} report",
            number,
            year=latest,
        ),
        "without_word": ntr(
            "no report says what became of {n}",
            "no report says what became of {n}",
            number,
        ),
        "no_longer_reported": ntr(
            "the project of {n} is no longer reported",
            "the projects of {n} are no longer reported",
            number,
        ),
        "never_reported": ntr(
            "no report lists a project for {n}", "no report lists a project for {n}", number
        ),
    }[state]


def as_of_note(rows: pd.DataFrame) -> str:
    """Against which year promises are due, and what that leaves open."""
    if rows.empty:
        return ""
    counts, latest = promises.count(rows), promises.report_year(rows)
    sentences = [
        tr(
            "A promise counts as due if it names {year}, the year of the latest report, or an "
            "earlier year; that report's data end on {day}.",
            year=latest,
            day=date(str(rows["as_of"].iloc[0])),
        )
    ]
    if counts.due_in_report_year:
        sentences.append(
            ntr(
                "{n} of those due names {year} itself, which had not ended by then.",
                "{n} of those due name {year} itself, which had not ended by then.",
                counts.due_in_report_year,
                year=latest,
            )
        )
    return " ".join(sentences)


def kinds_note() -> str:
    """What is counted as a promise, and what is not."""
    return tr(
        "Promises are strategic targets in the 2018 plans that name a year, points under a "
        "focus area that name a year, and dates by which a plan or report expects a project or "
        "part of one. Time frames without a year (“within two years”), visions and start dates "
        "of work in reports are not counted. Where marked as uncertain, which project a "
        "promise belongs to is our judgement."
    )
