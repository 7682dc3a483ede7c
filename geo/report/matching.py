"""Which project of the earlier reports each row of a new report is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

import pandas as pd

from geo.errors import quoted
from geo.report.listing import Listing, Project
from geo.sources.read import line_of

ALIKE = 0.55
"""Likeness from which two names may be one project's: of the names that changed so far, those that
a report itself takes as one mostly lie above it. It only asks for a decision, it makes none."""

_SHARED = 0.95
"""What it counts that all words of the shorter name stand in the longer: near to the same."""

_COMMON = frozenset(
    [
        *("a", "and", "city", "for", "in", "of", "on", "the", "to", "with"),
        *("management", "platform", "programme", "project", "smart", "system"),
    ]
)
"""Words that tell no two projects apart."""


@dataclass(frozen=True)
class Candidate:
    """An earlier project that a new name may mean, and how alike the names are (0 to 1)."""

    project_id: str
    name: str
    likeness: float


@dataclass(frozen=True)
class Match:
    """A row of the new report and what it is.

    Attributes
    ----------
    project_id
        The project that it is, of its own when ``is_new``.
    name_before
        Its name in the report that listed it last, empty for a new one.
    candidates
        Earlier projects that it may be; as long as there are some, it is not decided.
    """

    row: Project
    project_id: str
    is_new: bool
    name_before: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Matching:
    """All rows of a report; ``problems`` are sentences on decisions that do not fit."""

    matches: tuple[Match, ...]
    problems: tuple[str, ...]

    @property
    def undecided(self) -> tuple[Match, ...]:
        """Rows that wait for a decision."""
        return tuple(match for match in self.matches if match.candidates)


def match(listing: Listing, project_reports: pd.DataFrame, renames: pd.DataFrame) -> Matching:
    """Find the project of each row.

    A name that stood in an earlier report of the city is that project. A name that
    ``project_renames`` decides for this year is what it decides. Any other name is a new project,
    unless an unmatched one of the city is called alike: then it is left open.

    Parameters
    ----------
    project_reports, renames
        Source tables ``project_reports`` and ``project_renames``.
    """
    names = _names(project_reports)
    decided = renames[renames["report_year"] == listing.year]
    problems = list(_unfit(listing, decided, names))
    sure: dict[int, str] = {}
    for row in listing.projects:
        same = _decisions(decided, row, "same")["project_id"]
        known = [*same, *_called(names, row)]
        if known:
            sure[row.line] = known[0]
    taken: dict[str, int] = {}
    for line, project_id in sure.items():
        if project_id in taken:
            problems.append(
                f"{listing.file}, line {line}: it is {project_id!r}, as line {taken[project_id]} "
                "is; decide one of them in project_renames.csv."
            )
        taken[project_id] = line
    fresh: set[str] = set(names)
    matches = [
        Match(row, sure[row.line], False, names[sure[row.line]].last)
        if row.line in sure
        else _unmatched(row, names, taken, decided, fresh)
        for row in listing.projects
    ]
    return Matching(tuple(matches), tuple(problems))


@dataclass(frozen=True)
class _Names:
    city_id: str
    last: str
    every: tuple[str, ...]


def _names(project_reports: pd.DataFrame) -> Mapping[str, _Names]:
    """Names of each project, newest last, projects of the newest report first."""
    rows = project_reports.sort_values("report_year", kind="stable")
    found = {
        str(project_id): _Names(
            group["city_id"].iloc[-1],
            group["name_in_report"].iloc[-1],
            tuple(group["name_in_report"]),
        )
        for project_id, group in rows.groupby("project_id")
    }
    last = rows.groupby("project_id")["report_year"].max().sort_values(ascending=False)
    return {str(project_id): found[str(project_id)] for project_id in last.index}


def _called(names: Mapping[str, _Names], row: Project) -> list[str]:
    """Projects of the city that bear exactly this name, now before formerly."""
    own = {id: known for id, known in names.items() if known.city_id == row.city_id}
    now = [id for id, known in own.items() if known.last == row.title]
    return now + [id for id, known in own.items() if row.title in known.every and id not in now]


def _decisions(decided: pd.DataFrame, row: Project, decision: str) -> pd.DataFrame:
    of_city = decided["project_id"].str.startswith(f"{row.city_id}--")
    of_name = decided["name_after"] == row.title
    return decided[of_city & of_name & (decided["decision"] == decision)]


def _unmatched(
    row: Project,
    names: Mapping[str, _Names],
    taken: Collection[str],
    decided: pd.DataFrame,
    fresh: set[str],
) -> Match:
    different = _decisions(decided, row, "different")
    project_id = next(iter(different["project_id"]), "") or new_id(row.city_id, row.title, fresh)
    fresh.add(project_id)
    denied = set(different["name_before"])
    candidates = [
        Candidate(id, known.last, likeness(known.last, row.title, row.city_id))
        for id, known in names.items()
        if known.city_id == row.city_id and id not in taken and known.last not in denied
    ]
    near = sorted(
        (one for one in candidates if one.likeness >= ALIKE), key=lambda one: -one.likeness
    )
    return Match(row, project_id, True, "", tuple(near))


def _unfit(listing: Listing, decided: pd.DataFrame, names: Mapping[str, _Names]) -> Iterator[str]:
    """Decisions of this year that do not fit the list."""
    listed = {(row.city_id, row.title) for row in listing.projects}
    for place, row in enumerate(decided.itertuples()):
        where = f"project_renames.csv, line {line_of(decided, place)}"
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


def likeness(before: str, after: str, city_id: str = "") -> float:
    """How alike two names are, 0 to 1: by their letters, or by the words that they share.

    >>> likeness("Smart E-Tax Services", "Smart E-Tax")
    0.95
    >>> round(likeness("Comprehensive University", "Knowledge Hub"), 2)
    0.27
    """
    left, right = before.casefold(), after.casefold()
    letters = SequenceMatcher(None, left, right, autojunk=False).ratio()
    common = _COMMON | set(city_id.split("-"))
    one, other = (set(re.findall(r"\w+", text)) - common for text in (left, right))
    shared = len(one & other) / min(len(one), len(other)) if one and other else 0.0
    return max(letters, _SHARED * shared)


def new_id(city_id: str, title: str, taken: Collection[str]) -> str:
    """Id of a new project: the city's and the letters of its name, with a number if need be.

    >>> new_id("da-nang", "Trung tâm IOC (2nd)", {"da-nang--trung-tam-ioc-2nd"})
    'da-nang--trung-tam-ioc-2nd-2'
    """
    plain = unicodedata.normalize("NFKD", title.replace("đ", "d").replace("Đ", "D"))
    letters = plain.encode("ascii", "ignore").decode().casefold()
    id = f"{city_id}--{re.sub('[^a-z0-9]+', '-', letters).strip('-') or 'project'}"
    number = 2
    while (found := id if number == 2 else f"{id}-{number - 1}") in taken:
        number += 1
    return found
