"""Frames of the Action plans page, for ``st.dataframe``."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard import i18n
from dashboard.markup import numbers
from dashboard.markup.citations import page_numbers
from dashboard.markup.tables import records
from dashboard.pages.city import text as city_text
from dashboard.pages.plans import promise_text
from geo.analysis.flows import PRIORITY_OUTCOMES, uncertain
from geo.i18n import terms, tr
from geo.vocabulary import FOCUS_AREAS, OUTCOMES, PROMISE_KINDS, SUPPORT_KINDS


def _history_url(project_id: object, query: Mapping[str, str]) -> str | None:
    if numbers.is_missing(project_id):
        return None
    return i18n.page_url("plans", **{**query, "project": str(project_id)})


def promises_frame(
    promises: pd.DataFrame,
    projects: pd.DataFrame,
    names: Mapping[str, str],
    query: Mapping[str, str],
) -> pd.DataFrame:
    """Dated promises with what is known of each, by year and city.

    Parameters
    ----------
    promises
        See :data:`geo.schema.promises.PROMISES`.
    projects
        See :data:`geo.schema.core.PROJECTS`.
    names
        City id to name.
    query
        Page query that links to a project keep.
    """
    by_id = {row["project_id"]: row for row in records(projects)}
    rows = promises.assign(city=promises["city_id"].map(names)).sort_values(
        ["due_year", "city", "promise_id"]
    )
    known = records(rows)
    return pd.DataFrame(
        {
            tr("City"): rows["city"],
            tr("Promise"): rows["what"],
            tr("Due"): rows["due"].map(promise_text.due_cell),
            tr("What is known"): _state_labels(rows),
            tr("Latest update"): [promise_text.latest_word(row, by_id) for row in known],
            tr("Since"): rows["state_since"],
            tr("Focus area"): rows["focus_area"].map(terms(FOCUS_AREAS)),
            tr("Kind"): rows["kind"].map(terms(PROMISE_KINDS)),
            tr("History"): [_history_url(row["project_id"], query) for row in known],
            tr("Promised in"): [city_text.reference(row) for row in known],
            tr("Source of latest update"): [promise_text.word_source(row) for row in known],
        }
    ).reset_index(drop=True)


def _state_labels(promises: pd.DataFrame) -> pd.Series:
    """State of each promise, marked where its project is our judgement."""
    labels = [promise_text.state_label(row) for row in records(promises)]
    stated = pd.Series(labels, index=promises.index, dtype=object)
    unsure = stated.map(lambda state: tr("{state} (uncertain)", state=state))
    return stated.where(promises["link_certainty"] != "uncertain", unsure)


def priorities_frame(
    priorities: pd.DataFrame, names: Mapping[str, str], query: Mapping[str, str]
) -> pd.DataFrame:
    """Priority projects of 2018 with their outcomes.

    Parameters
    ----------
    priorities
        See :func:`geo.analysis.flows.priority_outcomes`.
    """
    return pd.DataFrame(
        {
            tr("City"): priorities["city_id"].map(names),
            tr("Priority project of 2018"): priorities["name"],
            tr("Status today"): _outcome_labels(priorities),
            tr("History"): [
                _history_url(project_id, query) for project_id in priorities["project_id"]
            ],
            tr("Aim"): priorities["aim"],
            tr("Why they are linked"): priorities["link_reason"],
            tr("Page of the plan"): page_numbers(priorities),
        }
    ).sort_values([tr("City"), tr("Priority project of 2018")], ignore_index=True)


def targets_frame(targets: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Strategic targets of the plans of 2018, in the order of the plans."""
    return pd.DataFrame(
        {
            tr("City"): targets["city_id"].map(names),
            tr("Target"): targets["target"],
            tr("Figure"): targets["figure"],
            tr("Unit"): targets["unit"],
            tr("Target year"): targets["target_year"],
            tr("Related outcome"): _classification_labels(targets, "outcome", OUTCOMES),
            tr("Baseline"): [city_text.baseline(row) for row in records(targets)],
            tr("Page of the plan"): page_numbers(targets),
        }
    ).sort_values(tr("City"), kind="stable", ignore_index=True)


def _classification_labels(rows: pd.DataFrame, column: str, names: Mapping[str, str]) -> pd.Series:
    """Labels of a classification; ``<column>_basis`` tells which are marked as ours."""
    stated = rows[column].map(terms(names))
    assigned = stated.map(
        lambda name: tr("{name} (our classification)", name=name), na_action="ignore"
    )
    return stated.where(rows[f"{column}_basis"] != "assigned", assigned)


def statements_frame(statements: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Statements of the plans of 2018 by focus area, in the order of the plans."""
    return pd.DataFrame(
        {
            tr("City"): statements["city_id"].map(names),
            tr("Focus area"): _classification_labels(statements, "focus_area", FOCUS_AREAS),
            tr("Heading in the plan"): statements["heading"],
            tr("What the plan says"): statements["statement"].fillna(numbers.named_only()),
            tr("Figure"): statements["figure"],
            tr("Unit"): statements["unit"],
            tr("Year"): statements["year"],
            tr("Page of the plan"): page_numbers(statements),
        }
    ).sort_values(tr("City"), kind="stable", ignore_index=True)


def _outcome_labels(priorities: pd.DataFrame) -> pd.Series:
    """Outcome label of each priority project, marked if uncertain."""
    stated = priorities["outcome"].map(terms(PRIORITY_OUTCOMES))
    uncertain_text = stated.map(lambda outcome: tr("{outcome} (uncertain)", outcome=outcome))
    return stated.where(~uncertain(priorities), uncertain_text)


def support_frame(
    support: pd.DataFrame, priorities: pd.DataFrame, names: Mapping[str, str]
) -> pd.DataFrame:
    """Requests for support with the requesting project and its outcome."""
    key = ["city_id", "project_no"]
    rows = support.merge(
        priorities[[*key, "name", "outcome", "link_certainty"]],
        on=key,
        how="left",
        validate="many_to_one",
    )
    return pd.DataFrame(
        {
            tr("City"): rows["city_id"].map(names),
            tr("Kind"): rows["kind"].map(terms(SUPPORT_KINDS)),
            tr("Requested"): rows["request"],
            tr("Project today"): _outcome_labels(rows),
            tr("Priority project of 2018"): rows["name"],
            tr("Page of the plan"): page_numbers(rows),
        }
    ).sort_values([tr("City"), tr("Kind")], kind="stable", ignore_index=True)
