"""Who has done this: projects of other cities that are like what a city plans, asks for or runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import CARDS, Child, items, small, table
from dashboard.markup.tables import city_link, project_link, records, state_badge
from dashboard.markup.theme import Palette
from dashboard.pages.plans import project_table
from geo.analysis.city_profile import CityProfile
from geo.analysis.like_projects import (
    ASKS,
    LIKE_ACROSS_AREAS,
    LIKE_WITHIN_AREA,
    like_projects,
)
from geo.cache import memoized
from geo.i18n import decimal, ntr, tr
from geo.layers.catalogue import Catalogue

SHOWN = 4
"""Maximum number of like projects of one row; the file has all."""

Row = Mapping[str, Any]


@dataclass
class Wanted:
    """A priority project of 2018 or an ongoing project of a city, with its like projects.

    Attributes
    ----------
    found
        Rows of :func:`geo.analysis.like_projects.like_projects` by project, the most similar
        first.
    requests
        Like project -> the requests for support that it is like too.
    """

    name: str
    kind: str
    found: dict[str, Row] = field(default_factory=dict)
    requests: dict[str, list[str]] = field(default_factory=dict)


@memoized
def wanted(layers: Catalogue, city_id: str) -> list[Wanted]:
    """What a city plans, asks for or runs: its priority projects, with their requests, then the
    ongoing projects that are none of them."""
    rows = like_projects(layers.original)
    plans, projects = layers["plan_projects"], layers["projects"]
    own_plans = plans[plans["city_id"] == city_id].sort_values("project_no")
    requests = _requests(layers, city_id)
    listed = []
    for plan in records(own_plans):
        one = Wanted(plan["name"], "priority")
        of_plan = rows[(rows["city_id"] == city_id) & (rows["ask_no"] == plan["project_no"])]
        for row in records(of_plan.sort_values("similarity", ascending=False, kind="stable")):
            one.found.setdefault(row["project_id"], row)
            if row["ask_kind"] == "support":
                text = requests[row["ask"]]
                one.requests.setdefault(row["project_id"], []).append(text)
        listed.append(one)
    became = set(own_plans["project_id"].dropna())
    ongoing = projects[
        (projects["city_id"] == city_id) & (projects["status"] == "ongoing_or_planning")
    ]
    for project in records(ongoing[~ongoing["project_id"].isin(became)]):
        of_project = rows[
            (rows["ask_kind"] == "ongoing") & (rows["ask_project_id"] == project["project_id"])
        ]
        found: dict[str, Row] = {row["project_id"]: row for row in records(of_project)}
        listed.append(Wanted(project["name"], "ongoing", found))
    return listed


def _requests(layers: Catalogue, city_id: str) -> dict[str, str]:
    """Requests of a city in English -> in the user's language."""
    english, translated = layers.original["plan_support"], layers["plan_support"]
    own = english["city_id"] == city_id
    return dict(zip(english.loc[own, "request"], translated.loc[own, "request"], strict=True))


@memoized
def who_has_done_this(layers: Catalogue, city_id: str, colours: Palette) -> Markup:
    """A row for each thing wanted that has a like project, completed ones first."""
    facts = project_facts(layers)
    rows = [
        (
            (one.name, small(tr(ASKS[one.kind]))),
            items(
                "ul",
                [
                    _like(facts[id], row, one.requests.get(id, ()), colours)
                    for id, row in _completed_first(one, facts)[:SHOWN]
                ],
            ),
        )
        for one in wanted(layers, city_id)
        if one.found
    ]
    heads = (tr("Planned, requested or started here"), tr("Similar project elsewhere, with status"))
    return table(tr("Similar projects in other cities"), heads, rows, CARDS)


def _completed_first(one: Wanted, facts: Mapping[str, Row]) -> list[tuple[str, Row]]:
    return sorted(one.found.items(), key=lambda like: facts[like[0]]["status"] != "completed")


@memoized
def summary(layers: Catalogue, city_id: str) -> str:
    """Sentence on how many like projects there are, by status."""
    facts = project_facts(layers)
    like = {id for one in wanted(layers, city_id) for id in one.found}
    done = sum(facts[id]["status"] == "completed" for id in like)
    return tr(
        "Projects in other cities similar to those planned, requested or started here: {done} "
        "completed, {others} ongoing or in planning.",
        done=decimal(done),
        others=decimal(len(like) - done),
    )


def project_facts(layers: Catalogue) -> dict[str, dict[str, Any]]:
    """Rows of :func:`dashboard.pages.plans.project_table.texts` by project."""
    return {row["project_id"]: row for row in records(project_table.texts(layers))}


def _like(project: Row, row: Row, requests: Sequence[str], colours: Palette) -> Child:
    partners = numbers.format_list(project["partners"]) if project["partners"] else ""
    return (
        project_link(project),
        ", ",
        city_link(project["city_id"], project["city"]),
        " ",
        state_badge(project["status"], project["state_name"], colours),
        small(f"{reasons(row)} · {project['source']}"),
        small(tr("Partners: {partners}", partners=partners) if partners else None),
        [small(tr("Also requested: {request}", request=request)) for request in requests],
    )


def reasons(row: Row) -> str:
    """Why a project is listed as like another."""
    parts = [tr("words in common: {words}", words=", ".join(row["words"]))]
    if row["same_area"]:
        parts.append(tr("same focus area"))
    if row["common_partners"]:
        partners = numbers.format_list(list(row["common_partners"]))
        parts.append(tr("same partner: {partners}", partners=partners))
    return "; ".join(parts)


def nothing_found(layers: Catalogue, city_id: str) -> str:
    """Sentence on what is wanted and has no like project; empty if there is none."""
    without = [one.name for one in wanted(layers, city_id) if not one.found]
    if not without:
        return ""
    return ntr(
        "For {n} of them, no similar project with matching wording was found elsewhere: {names}.",
        "For {n} of them, no similar project with matching wording was found elsewhere: {names}.",
        len(without),
        names="; ".join(without),
    )


def note() -> str:
    """Note on how like projects are found."""
    return tr(
        "Similarity is based on the words of names, objectives and aims in English; rare words "
        "count more. Projects are listed from a score of {within} (same focus area) or "
        "{across} (another focus area) out of 1. Words can mislead: check the cited pages.",
        within=decimal(LIKE_WITHIN_AREA, 2),
        across=decimal(LIKE_ACROSS_AREAS, 2),
    )


def briefing_rows(profile: CityProfile, layers: Catalogue, limit: int) -> list[dict[str, str]]:
    """What is wanted, and its two most similar projects elsewhere, completed ones first."""
    facts = project_facts(layers)
    rows = []
    for one in wanted(layers, str(profile.city["city_id"])):
        found = [id for id, _ in _completed_first(one, facts)[:2]]
        if found:
            rows.append({"name": one.name, "found": "; ".join(_brief(facts[id]) for id in found)})
    return rows[:limit]


def _brief(project: Row) -> str:
    partners = project["partners"]
    return tr(
        "{project}, {city} ({details})",
        project=project["name"],
        city=project["city"],
        details="; ".join(
            [
                project["state_name"],
                *([tr("Partners: {partners}", partners=", ".join(partners))] if partners else []),
                project["source"],
            ]
        ),
    )


def every_row(layers: Catalogue, city_ids: set[str]) -> pd.DataFrame:
    """All rows of some cities with status, report, partners and pages of each like project."""
    rows = like_projects(layers.original)
    rows = rows[rows["city_id"].isin(city_ids)]
    facts = project_table.texts(layers).set_index("project_id")
    of_like = facts.reindex(rows["project_id"])
    return rows.assign(
        ask_no=rows["ask_no"].astype("Int64"),
        ask_kind_name=rows["ask_kind"].map(ASKS),
        words=["; ".join(words) for words in rows["words"]],
        common_partners=_joined(rows["common_partners"]),
        project=of_like["name"].to_list(),
        like_city=of_like["city"].to_list(),
        status=of_like["status"].to_list(),
        last_report=of_like["last_report"].to_list(),
        partners=_joined(of_like["partners"]),
        source=of_like["source"].to_list(),
    )


def _joined(lists: pd.Series) -> list[Any]:
    """Lists as texts; ``None`` for an empty one."""
    return ["; ".join(names) or None for names in lists]
