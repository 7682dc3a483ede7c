"""Sentences and key figures of the Action plans page, from tables."""

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
    """The document of the plans, as source lines name it."""
    return tr("ASCN, Smart City Action Plans, {date}", date=date("2018-07-08"))


def reports_source(years: Sequence[int]) -> str:
    """The reports, as source lines name them."""
    return tr("ASCN Monitoring & Evaluation Reports {first}–{last}", first=years[0], last=years[-1])


def answer(
    projects: pd.DataFrame,
    everything: pd.DataFrame,
    priorities: pd.DataFrame,
    report: project_totals.Report,
    filtered: bool,
) -> str:
    """What the cities have committed to and what became of it.

    Parameters
    ----------
    projects, everything
        Projects that pass the filter, and all; see :data:`geo.schema.core.PROJECTS`.
    priorities
        Priority projects of the cities that pass; see :func:`geo.analysis.flows.priority_outcomes`.
    report
        The latest report with its totals.
    filtered
        Whether a filter is set.
    """
    first, last = int(everything["first_report"].min()), int(everything["last_report"].max())
    if projects.empty:
        return tr(
            "No project of the reports from {first} to {last} passes this filter.",
            first=first,
            last=last,
        )
    if filtered:
        listed = ntr(
            "{n} of the {total} projects listed in any report from {first} to {last} matches: "
            "{said}.",
            "{n} of the {total} projects listed in any report from {first} to {last} match: "
            "{said}.",
            len(projects),
            total=decimal(len(everything)),
            first=first,
            last=last,
            said=became(projects["status"]),
        )
    else:
        listed = _listed(projects, report, first)
    return f"{listed} {committed(priorities)}".strip()


def _listed(projects: pd.DataFrame, report: project_totals.Report, first: int) -> str:
    """How many projects any report lists, how many the latest, and how far these are."""
    last = report["report_year"]
    gone = int((projects["status"] == "no_longer_reported").sum())
    sentences = [
        ntr(
            "The reports from {first} to {last} list {n} project in all; {listed} is in that of "
            "{last}: {statuses}.",
            "The reports from {first} to {last} list {n} projects in all; {listed} are in that of "
            "{last}: {statuses}.",
            len(projects),
            first=first,
            last=last,
            listed=decimal(int((projects["last_report"] == last).sum())),
            statuses=project_totals.by_status(report),
        )
    ]
    if gone:
        sentences.append(
            ntr(
                "{n} was dropped without being marked complete.",
                "{n} were dropped without being marked complete.",
                gone,
            )
        )
    return " ".join(sentences)


def committed(priorities: pd.DataFrame) -> str:
    """What became of the priority projects of 2018, in one sentence; nothing without any."""
    if priorities.empty:
        return ""
    return tr(
        "In 2018, {cities} planned {projects}: {said}.",
        cities=ntr("{n} city", "{n} cities", priorities["city_id"].nunique()),
        projects=ntr("{n} priority project", "{n} priority projects", len(priorities)),
        said=became(priorities["outcome"], flows.uncertain(priorities)),
    )


def became(outcomes: pd.Series, uncertain: pd.Series | None = None) -> str:
    """How many projects are in each state, such as ``1 is completed and 2 are no longer reported``.

    Parameters
    ----------
    outcomes
        Slugs of :data:`geo.analysis.flows.PRIORITY_OUTCOMES`, at least one.
    uncertain
        Which of them are uncertain, on the same index; they are counted in brackets.
    """
    counts = outcomes.value_counts()
    unsure = counts * 0 if uncertain is None else outcomes[uncertain].value_counts()

    def clause(slug: str, text: str) -> str:
        return _with_doubt(text, int(unsure.get(slug, 0)), int(counts[slug]))

    if len(counts) == 1:
        slug = str(counts.index[0])
        return clause(slug, tr((_IT if len(outcomes) == 1 else _ALL)[slug]))
    return numbers.listed(
        [clause(slug, _some(slug, int(counts[slug]))) for slug in _ALL if slug in counts]
    )


def _with_doubt(clause: str, uncertain: int, projects: int) -> str:
    """A clause on some projects with how many of them are uncertain."""
    if not uncertain:
        return clause
    if uncertain == projects:
        return tr("{clause} (uncertain)", clause=clause)
    return ntr("{clause} ({n} uncertain)", "{clause} ({n} uncertain)", uncertain, clause=clause)


def uncertain_note() -> str:
    """What is meant by a priority project of which it is uncertain what became of it."""
    return tr(
        "Uncertain: the reports do not settle whether their project is the one of the plan; the "
        "link is our judgement."
    )


def assigned_note() -> str:
    """What is meant by a classification that is ours."""
    return tr("Our classification: the plan does not say so itself.")


_IT = {
    "ongoing_or_planning": mark("it is ongoing or in planning"),
    "completed": mark("it is completed"),
    "no_longer_reported": mark("it is no longer reported"),
    "not_reported": mark("it never appeared in a report"),
}

_ALL = {
    "ongoing_or_planning": mark("all are ongoing or in planning"),
    "completed": mark("all are completed"),
    "no_longer_reported": mark("all are no longer reported"),
    "not_reported": mark("none appeared in a report"),
}


def _some(outcome: str, number: int) -> str:
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
    """The reports and the plans in five figures.

    Parameters
    ----------
    projects, priorities
        As for :func:`answer`.
    years
        Years of the reports, ascending.
    statuses
        How far the projects of the latest report are, by its own totals; empty for a part of them.
    """
    gone = int((projects["status"] == "no_longer_reported").sum())
    listed = projects[projects["last_report"] == years[-1]]
    done = int((listed["status"] == "completed").sum())
    latest_label = tr("of these listed in {year}", year=years[-1])
    if statuses:
        latest_label = tr("{listed}: {statuses}", listed=latest_label, statuses=statuses)
    completed = tr("completed")
    if 0 < done < len(listed):
        completed = tr(
            "completed, {share} of the {projects} listed",
            share=numbers.percent(100 * done / len(listed), 0),
            projects=decimal(len(listed)),
        )
    reported = priorities[priorities["outcome"] != flows.NOT_REPORTED]
    found = numbers.no_data()
    if len(priorities):
        found = tr("{number} of {total}", number=len(reported), total=len(priorities))
    reported_since = tr("priority projects of 2018 reported since")
    if unsure := int(flows.uncertain(reported).sum()):
        reported_since = ntr(
            "priority projects of 2018 reported since, {n} of them uncertain",
            "priority projects of 2018 reported since, {n} of them uncertain",
            unsure,
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
        Figure(decimal(done), completed, latest),
        Figure(
            decimal(gone),
            tr("dropped without being marked complete"),
            all_reports,
        ),
        Figure(
            found,
            reported_since,
            tr("Action plans 2018, {reports}", reports=all_reports),
        ),
    ]


def matrix_note(wanted: Filter, report: int) -> str:
    """What the numbers of the matrix count under a filter."""
    if not wanted.statuses:
        return tr(
            "Projects listed in {year}. Select a number to list those projects.",
            year=report,
        )
    return tr(
        "Projects of any report with this status as of {year}: {statuses}. Select a number to list "
        "those projects.",
        year=report,
        statuses=", ".join(tr(PROJECT_STATUSES[status]) for status in wanted.statuses),
    )


def stateless(project_reports: pd.DataFrame) -> str:
    """Years of the reports that list projects without a state, in words."""
    without = project_reports.loc[project_reports["status"] == "reported", "report_year"]
    return numbers.listed([str(year) for year in sorted(without.unique())])


def published(reports: pd.DataFrame) -> str:
    """How many projects are in each state by the reports' own totals, in one sentence.

    Parameters
    ----------
    reports
        See :data:`geo.schema.plans.REPORTS`.
    """
    rows = records(reports.sort_values("report_year"))
    counted = "; ".join(
        tr("{year}: {statuses}", year=row["report_year"], statuses=project_totals.by_status(row))
        for row in rows
    )
    computed = [row["report_year"] for row in rows if row["states_basis"] == "computed"]
    basis = ""
    if computed:
        basis = ntr(
            "The numbers of {years} are computed from the shares that this report prints.",
            "The numbers of {years} are computed from the shares that these reports print.",
            len(computed),
            years=numbers.listed([str(year) for year in computed]),
        )
    published = tr("Totals that the reports publish: {counted}.", counted=counted)
    return f"{published} {basis}".strip()


def shares_apart_note(apart: pd.DataFrame) -> str:
    """Which reports print shares of focus areas unlike their lists, and how far apart they are.

    Parameters
    ----------
    apart
        See :func:`geo.analysis.flows.share_discrepancies`, at least one row.
    """
    years = sorted({int(year) for year in apart["report_year"]})
    return tr(
        "The shares of focus areas published for {years} differ from the reports' own "
        "lists by up to {points} points; here the lists are counted.",
        years=numbers.listed([str(year) for year in years]),
        points=decimal(float(apart["points"].abs().max()), 1),
    )


def support_note(support: pd.DataFrame, priorities: pd.DataFrame) -> str:
    """Who asked for money, and what became of these projects, in one sentence."""
    key = ["city_id", "project_no"]
    money = support.loc[support["kind"] == "finance", key].drop_duplicates()
    if money.empty:
        return tr("None of these cities asks for finance in its plan of 2018.")
    known = priorities[[*key, "outcome", "link_certainty"]]
    rows = money.merge(known, on=key, how="left", validate="one_to_one")
    return ntr(
        "{n} city asks for finance for {projects}: {said}.",
        "{n} cities ask for finance for {projects}: {said}.",
        money["city_id"].nunique(),
        projects=ntr("{n} priority project", "{n} priority projects", len(money)),
        said=became(rows["outcome"], flows.uncertain(rows)),
    )
