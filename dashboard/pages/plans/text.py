"""Sentences and key figures of the Action plans page."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard.markup import numbers, project_totals
from dashboard.markup.figures import Figure
from dashboard.markup.tables import records
from geo.analysis import flows
from geo.analysis.filter import Filter
from geo.i18n import date, decimal, mark, ntr, tr
from geo.vocabulary import PROJECT_STATUSES


def plans_source() -> str:
    """The plans document as named in source lines."""
    return tr("ASCN, Smart City Action Plans, {date}", date=date("2018-07-08"))


def reports_source(years: Sequence[int]) -> str:
    """The reports as named in source lines."""
    return tr("ASCN Monitoring & Evaluation Reports {first}–{last}", first=years[0], last=years[-1])


def summary_sentence(
    projects: pd.DataFrame,
    everything: pd.DataFrame,
    priorities: pd.DataFrame,
    report: project_totals.Report,
    filtered: bool,
) -> str:
    """Summary of the cities' commitments and their outcomes.

    Parameters
    ----------
    projects, everything
        Filtered projects, and all projects; see :data:`geo.schema.core.PROJECTS`.
    priorities
        Priority projects of the filtered cities; see
        :func:`geo.analysis.flows.priority_outcomes`.
    report
        The latest report with its totals.
    filtered
        Whether a filter is set.
    """
    first, last = int(everything["first_report"].min()), int(everything["last_report"].max())
    if projects.empty:
        return tr(
            "No project in the reports from {first} to {last} matches this filter.",
            first=first,
            last=last,
        )
    if filtered:
        listed = ntr(
            "{n} of the {total} projects listed in any report from {first} to {last} matches: "
            "{clauses}.",
            "{n} of the {total} projects listed in any report from {first} to {last} match: "
            "{clauses}.",
            len(projects),
            total=decimal(len(everything)),
            first=first,
            last=last,
            clauses=status_summary(projects["status"]),
        )
    else:
        listed = _listed_sentence(projects, report, first)
    return f"{listed} {priority_outcome_sentence(priorities)}".strip()


def _listed_sentence(projects: pd.DataFrame, report: project_totals.Report, first: int) -> str:
    """Number of projects in any report and in the latest one, with their status."""
    last = report["report_year"]
    dropped = int((projects["status"] == "no_longer_reported").sum())
    sentences = [
        ntr(
            "The reports from {first} to {last} list {n} project in all; {listed} is in the "
            "{last} report: {statuses}.",
            "The reports from {first} to {last} list {n} projects in all; {listed} are in the "
            "{last} report: {statuses}.",
            len(projects),
            first=first,
            last=last,
            listed=decimal(int((projects["last_report"] == last).sum())),
            statuses=project_totals.by_status(report),
        )
    ]
    if dropped:
        sentences.append(
            ntr(
                "{n} was dropped without being marked complete.",
                "{n} were dropped without being marked complete.",
                dropped,
            )
        )
    return " ".join(sentences)


def priority_outcome_sentence(priorities: pd.DataFrame) -> str:
    """Sentence on the outcomes of the priority projects of 2018; empty without any."""
    if priorities.empty:
        return ""
    return tr(
        "In 2018, {cities} planned {projects}: {clauses}.",
        cities=ntr("{n} city", "{n} cities", priorities["city_id"].nunique()),
        projects=ntr("{n} priority project", "{n} priority projects", len(priorities)),
        clauses=status_summary(priorities["outcome"], flows.uncertain(priorities)),
    )


def status_summary(outcomes: pd.Series, uncertain: pd.Series | None = None) -> str:
    """Number of projects by outcome, such as ``1 is completed and 2 are no longer reported``.

    Parameters
    ----------
    outcomes
        Slugs of :data:`geo.analysis.flows.PRIORITY_OUTCOMES`, at least one.
    uncertain
        Boolean mask on the same index; uncertain outcomes are counted in parentheses.
    """
    counts = outcomes.value_counts()
    uncertain_counts = counts * 0 if uncertain is None else outcomes[uncertain].value_counts()

    def clause(slug: str, text: str) -> str:
        return _with_uncertain_count(text, int(uncertain_counts.get(slug, 0)), int(counts[slug]))

    if len(counts) == 1:
        slug = str(counts.index[0])
        return clause(slug, tr((_SINGLE_CLAUSES if len(outcomes) == 1 else _ALL_CLAUSES)[slug]))
    return numbers.format_list(
        [
            clause(slug, _count_clause(slug, int(counts[slug])))
            for slug in _ALL_CLAUSES
            if slug in counts
        ]
    )


def _with_uncertain_count(clause: str, uncertain: int, projects: int) -> str:
    """Append the number of uncertain projects to a clause."""
    if not uncertain:
        return clause
    if uncertain == projects:
        return tr("{clause} (uncertain)", clause=clause)
    return ntr("{clause} ({n} uncertain)", "{clause} ({n} uncertain)", uncertain, clause=clause)


def uncertain_note() -> str:
    """Note explaining uncertain outcomes of priority projects."""
    return tr(
        "Uncertain: the reports do not make clear whether the project they list is the one in "
        "the plan; the link is our judgement."
    )


def assigned_note() -> str:
    """Note explaining classifications made by us."""
    return tr("Our classification; the plan does not state it.")


_SINGLE_CLAUSES = {
    "ongoing_or_planning": mark("it is ongoing or in planning"),
    "completed": mark("it is completed"),
    "no_longer_reported": mark("it is no longer reported"),
    "not_reported": mark("it never appeared in a report"),
}

_ALL_CLAUSES = {
    "ongoing_or_planning": mark("all are ongoing or in planning"),
    "completed": mark("all are completed"),
    "no_longer_reported": mark("all are no longer reported"),
    "not_reported": mark("none appeared in a report"),
}


def _count_clause(outcome: str, number: int) -> str:
    return {
        "ongoing_or_planning": ntr(
            "{n} is ongoing or in planning", "{n} are ongoing or in planning", number
        ),
        "completed": ntr("{n} is completed", "{n} are completed", number),
        "no_longer_reported": ntr(
            "{n} is no longer reported", "{n} are no longer reported", number
        ),
        "not_reported": ntr(
            "{n} never appeared in a report", "{n} never appeared in a report", number
        ),
    }[outcome]


def key_figures(
    projects: pd.DataFrame, priorities: pd.DataFrame, years: Sequence[int], statuses: str = ""
) -> list[Figure]:
    """Five key figures of the reports and the plans.

    Parameters
    ----------
    projects, priorities
        As for :func:`summary_sentence`.
    years
        Years of the reports, ascending.
    statuses
        Statuses of the latest report by its own totals; empty for a subset of its projects.
    """
    dropped = int((projects["status"] == "no_longer_reported").sum())
    listed = projects[projects["last_report"] == years[-1]]
    completed_count = int((listed["status"] == "completed").sum())
    latest_label = tr("of which listed in {year}", year=years[-1])
    if statuses:
        latest_label = tr("{listed}: {statuses}", listed=latest_label, statuses=statuses)
    completed = tr("completed")
    if 0 < completed_count < len(listed):
        completed = tr(
            "completed, {share} of the {projects} listed",
            share=numbers.percent(100 * completed_count / len(listed), 0),
            projects=decimal(len(listed)),
        )
    reported = priorities[priorities["outcome"] != flows.NOT_REPORTED]
    reported_text = numbers.no_data()
    if len(priorities):
        reported_text = tr("{number} of {total}", number=len(reported), total=len(priorities))
    reported_since = tr("priority projects of 2018 reported since")
    if uncertain_count := int(flows.uncertain(reported).sum()):
        reported_since = ntr(
            "priority projects of 2018 reported since, {n} of them uncertain",
            "priority projects of 2018 reported since, {n} of them uncertain",
            uncertain_count,
        )
    latest = tr("ASCN M&E Report {year}", year=years[-1])
    all_reports = tr("ASCN M&E Reports {first}–{last}", first=years[0], last=years[-1])
    return [
        Figure(
            decimal(len(projects)),
            ntr(
                "project listed in any of {reports}",
                "projects listed in any of {reports}",
                len(projects),
                reports=ntr("{n} report", "{n} reports", len(years)),
            ),
            all_reports,
        ),
        Figure(decimal(len(listed)), latest_label, latest),
        Figure(decimal(completed_count), completed, latest),
        Figure(
            decimal(dropped),
            tr("dropped without being marked complete"),
            all_reports,
        ),
        Figure(
            reported_text,
            reported_since,
            tr("Action plans 2018, {reports}", reports=all_reports),
        ),
    ]


def matrix_note(city_filter: Filter, report: int) -> str:
    """Note on what the numbers of the matrix count."""
    if not city_filter.statuses:
        return tr(
            "Projects listed in {year}. Select a number to list those projects.",
            year=report,
        )
    return tr(
        "Projects in any report with this status as of {year}: {statuses}. Select a number to "
        "list those projects.",
        year=report,
        statuses=", ".join(tr(PROJECT_STATUSES[status]) for status in city_filter.statuses),
    )


def years_without_status(project_reports: pd.DataFrame) -> str:
    """Years of the reports that list projects without a status, as a phrase."""
    without = project_reports.loc[project_reports["status"] == "reported", "report_year"]
    return numbers.format_list([str(year) for year in sorted(without.unique())])


def published_totals(reports: pd.DataFrame) -> str:
    """Sentence on projects by status according to the reports' own totals.

    Parameters
    ----------
    reports
        See :data:`geo.schema.plans.REPORTS`.
    """
    rows = records(reports.sort_values("report_year"))
    totals = "; ".join(
        tr("{year}: {statuses}", year=row["report_year"], statuses=project_totals.by_status(row))
        for row in rows
    )
    computed = [row["report_year"] for row in rows if row["states_basis"] == "computed"]
    basis = ""
    if computed:
        basis = ntr(
            "The numbers for {years} are computed from the percentages printed in that report.",
            "The numbers for {years} are computed from the percentages printed in those reports.",
            len(computed),
            years=numbers.format_list([str(year) for year in computed]),
        )
    text = tr("Totals published in the reports: {counted}.", counted=totals)
    return f"{text} {basis}".strip()


def share_discrepancy_note(discrepancies: pd.DataFrame) -> str:
    """Which reports print focus area shares that differ from their lists, and by how much.

    Parameters
    ----------
    discrepancies
        See :func:`geo.analysis.flows.share_discrepancies`, at least one row.
    """
    years = sorted({int(year) for year in discrepancies["report_year"]})
    return tr(
        "The focus area shares published for {years} differ from the reports' own lists by up "
        "to {points} percentage points; the figures here are counted from the lists.",
        years=numbers.format_list([str(year) for year in years]),
        points=decimal(float(discrepancies["points"].abs().max()), 1),
    )


def support_note(support: pd.DataFrame, priorities: pd.DataFrame) -> str:
    """Sentence on the cities that request finance and the outcomes of these projects."""
    key = ["city_id", "project_no"]
    money = support.loc[support["kind"] == "finance", key].drop_duplicates()
    if money.empty:
        return tr("None of these cities requested finance in its 2018 plan.")
    known = priorities[[*key, "outcome", "link_certainty"]]
    rows = money.merge(known, on=key, how="left", validate="one_to_one")
    return ntr(
        "{n} city requested finance for {projects}: {clauses}.",
        "{n} cities requested finance for {projects}: {clauses}.",
        money["city_id"].nunique(),
        projects=ntr("{n} priority project", "{n} priority projects", len(money)),
        clauses=status_summary(rows["outcome"], flows.uncertain(rows)),
    )
