"""Match the rows of a new report to the projects of earlier reports."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

import pandas as pd

from geo.errors import quoted
from geo.report.listing import Listing, Project
from geo.sources.read import line_number

SIMILARITY_THRESHOLD = 0.55
"""Similarity from which two names may be of the same project: most of the renamings that a report
itself confirms lie above it. A match above it asks for a decision, it makes none."""

_SHARED = 0.95
"""Similarity if the longer name contains all words of the shorter one."""

_COMMON = frozenset(
    [
        *("a", "and", "city", "for", "in", "of", "on", "the", "to", "with"),
        *("management", "platform", "programme", "project", "smart", "system"),
    ]
)
"""Words that do not distinguish projects."""


@dataclass(frozen=True)
class Candidate:
    """An earlier project that a new name may refer to, and the similarity of the names (0 to 1)."""

    project_id: str
    name: str
    similarity: float


@dataclass(frozen=True)
class Match:
    """A row of the new report and its project.

    Attributes
    ----------
    project_id
        Id of its project, a new one if ``is_new``.
    name_before
        Its name in the last report that listed it, empty for a new one.
    candidates
        Earlier projects that it may be; the match is undecided if there are any.
    """

    row: Project
    project_id: str
    is_new: bool
    name_before: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Matching:
    """All rows of a report; ``problems`` are sentences on invalid decisions."""

    matches: tuple[Match, ...]
    problems: tuple[str, ...]

    @property
    def undecided(self) -> tuple[Match, ...]:
        """Rows that need a decision."""
        return tuple(match for match in self.matches if match.candidates)


def match(listing: Listing, project_reports: pd.DataFrame, renames: pd.DataFrame) -> Matching:
    """Find the project of each row.

    Decisions in ``project_renames`` for this year apply first, then names that earlier reports
    list for the city. Any other name is a new project, unless it resembles an unmatched project
    of the city: then the match is undecided.

    Parameters
    ----------
    project_reports, renames
        Source tables ``project_reports`` and ``project_renames``.
    """
    names = _names(project_reports)
    decided = renames[renames["report_year"] == listing.year]
    problems = list(_invalid_decisions(listing, decided, names))
    known_ids: dict[int, str] = {}
    for row in listing.projects:
        same = _decisions(decided, row, "same")["project_id"]
        known = [*same, *_projects_named(names, row)]
        if known:
            known_ids[row.line] = known[0]
    line_by_id: dict[str, int] = {}
    for line, project_id in known_ids.items():
        if project_id in line_by_id:
            problems.append(
                f"{listing.file}, line {line}: it is {project_id!r}, as line "
                f"{line_by_id[project_id]} is; decide one of them in project_renames.csv."
            )
        line_by_id[project_id] = line
    new_ids: set[str] = set(names)
    matches = [
        Match(row, known_ids[row.line], False, names[known_ids[row.line]].last)
        if row.line in known_ids
        else _unmatched(row, names, line_by_id, decided, new_ids)
        for row in listing.projects
    ]
    return Matching(tuple(matches), tuple(problems))


@dataclass(frozen=True)
class _Names:
    city_id: str
    last: str
    every: tuple[str, ...]


def _names(project_reports: pd.DataFrame) -> Mapping[str, _Names]:
    """Names of each project, latest last; projects of the latest report first."""
    rows = project_reports.sort_values("report_year", kind="stable")
    names = {
        str(project_id): _Names(
            group["city_id"].iloc[-1],
            group["name_in_report"].iloc[-1],
            tuple(group["name_in_report"]),
        )
        for project_id, group in rows.groupby("project_id")
    }
    last = rows.groupby("project_id")["report_year"].max().sort_values(ascending=False)
    return {str(project_id): names[str(project_id)] for project_id in last.index}


def _projects_named(names: Mapping[str, _Names], row: Project) -> list[str]:
    """Projects of the city with exactly this name, current names before former ones."""
    in_city = {id: known for id, known in names.items() if known.city_id == row.city_id}
    now = [id for id, known in in_city.items() if known.last == row.title]
    return now + [id for id, known in in_city.items() if row.title in known.every and id not in now]


def _decisions(decided: pd.DataFrame, row: Project, decision: str) -> pd.DataFrame:
    same_city = decided["project_id"].str.startswith(f"{row.city_id}--")
    same_name = decided["name_after"] == row.title
    return decided[same_city & same_name & (decided["decision"] == decision)]


def _unmatched(
    row: Project,
    names: Mapping[str, _Names],
    taken: Collection[str],
    decided: pd.DataFrame,
    new_ids: set[str],
) -> Match:
    different = _decisions(decided, row, "different")
    project_id = next(iter(different["project_id"]), "") or new_id(row.city_id, row.title, new_ids)
    new_ids.add(project_id)
    denied = set(different["name_before"])
    candidates = [
        Candidate(id, known.last, similarity(known.last, row.title, row.city_id))
        for id, known in names.items()
        if known.city_id == row.city_id and id not in taken and known.last not in denied
    ]
    similar = sorted(
        (one for one in candidates if one.similarity >= SIMILARITY_THRESHOLD),
        key=lambda one: -one.similarity,
    )
    return Match(row, project_id, True, "", tuple(similar))


def _invalid_decisions(
    listing: Listing, decided: pd.DataFrame, names: Mapping[str, _Names]
) -> Iterator[str]:
    """Decisions for this year that do not agree with the list."""
    listed = {(row.city_id, row.title) for row in listing.projects}
    for position, row in enumerate(decided.itertuples()):
        where = f"project_renames.csv, line {line_number(decided, position)}"
        id = str(row.project_id)
        if (id.partition("--")[0], row.name_after) not in listed:
            yield (
                f"{where}, column name_after: {quoted(str(row.name_after))} is not listed for the "
                f"city of {id!r} in {listing.file}."
            )
        if row.decision == "same" and (id not in names or row.name_before != names[id].last):
            last = f"; it was last called {quoted(names[id].last)}" if id in names else ""
            yield (
                f"{where}: {quoted(str(row.name_before))} is no name that project {id!r} has in "
                f"the earlier reports{last}."
            )
        if row.decision == "different" and id in names:
            yield (
                f"{where}, column project_id: {id!r} is an earlier project; two projects "
                "need an id of its own for the later one."
            )


def similarity(before: str, after: str, city_id: str = "") -> float:
    """Similarity of two names, 0 to 1: the larger of letter-based and word-based similarity.

    >>> similarity("Smart E-Tax Services", "Smart E-Tax")
    0.95
    >>> round(similarity("Comprehensive University", "Knowledge Hub"), 2)
    0.27
    """
    left, right = before.casefold(), after.casefold()
    letters = SequenceMatcher(None, left, right, autojunk=False).ratio()
    common = _COMMON | set(city_id.split("-"))
    one, other = (set(re.findall(r"\w+", text)) - common for text in (left, right))
    shared = len(one & other) / min(len(one), len(other)) if one and other else 0.0
    return max(letters, _SHARED * shared)


def new_id(city_id: str, title: str, taken: Collection[str]) -> str:
    """Id of a new project: city id and slug of the name, numbered if taken.

    >>> new_id("da-nang", "Trung tâm IOC (2nd)", {"da-nang--trung-tam-ioc-2nd"})
    'da-nang--trung-tam-ioc-2nd-2'
    """
    plain = unicodedata.normalize("NFKD", title.replace("đ", "d").replace("Đ", "D"))
    letters = plain.encode("ascii", "ignore").decode().casefold()
    id = f"{city_id}--{re.sub('[^a-z0-9]+', '-', letters).strip('-') or 'project'}"
    number = 2
    while (candidate := id if number == 2 else f"{id}-{number - 1}") in taken:
        number += 1
    return candidate
