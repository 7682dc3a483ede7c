"""Read the table of a new report, transcribed by hand from the document."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geo.errors import SourceError, quoted
from geo.sources.read import cells
from geo.vocabulary import FOCUS_AREAS

COLUMNS: Mapping[str, str] = {
    "city": "id or English name of the member city",
    "title": "name of the project as the report lists it",
    "focus_area": "one of the six focus areas",
    "state": "ongoing, planning or completed",
    "page": "page of the document that lists it",
    "note": "remark, may be left out",
}
"""Column of the file -> its content."""

STATES: Mapping[str, str] = {
    "ongoing": "ongoing_or_planning",
    "planning": "ongoing_or_planning",
    "completed": "completed",
}
"""State in the file -> state in ``project_reports.csv``."""

TOTALS = ("ongoing", "planning", "completed")

DATED: Mapping[str, str] = {
    "year": "year of the report",
    "as_of": "date of its data, such as 2026-09-30",
}

OPTIONAL: Mapping[str, str] = {
    "document": "title of the document",
    "url": "its address",
    "states_basis": "stated, or computed when the report prints the shares by state only",
    "remark": "a misprint, for reports.csv",
}

PRINTED: Mapping[str, str] = {
    "projects": "number of projects that the report publishes, with its page",
    "ongoing": "of these ongoing, with the page of the totals by state",
    "planning": "of these in planning",
    "completed": "of these completed",
    "ongoing_percent": "share ongoing, as printed",
    "planning_percent": "share in planning, as printed",
    "completed_percent": "share completed, as printed",
    **{
        area: f"share of {name} in percent, as printed, with its page"
        for area, name in FOCUS_AREAS.items()
    },
}
"""Figures that the report publishes besides its list. Without all of these it can be previewed, but
not written."""

_PAGED = ("projects", "ongoing", *FOCUS_AREAS)
_REQUIRED = ("city", "title", "focus_area", "state", "page")
_MARK = "#"


@dataclass(frozen=True)
class Project:
    """A listed project: ``line`` of the file, ``state`` one of :data:`STATES`, ``focus_area`` a
    slug."""

    line: int
    city_id: str
    title: str
    focus_area: str
    state: str
    page: int
    note: str


@dataclass(frozen=True)
class Listing:
    """The list of a report and its published figures.

    Attributes
    ----------
    values
        Name in :data:`DATED`, :data:`OPTIONAL` or :data:`PRINTED` -> value as written.
    pages
        Name in :data:`PRINTED` -> page, if given.
    problems
        One sentence for each problem.
    """

    file: str
    projects: tuple[Project, ...]
    values: Mapping[str, str]
    pages: Mapping[str, int]
    problems: tuple[str, ...]

    @property
    def year(self) -> int:
        """Year of the report, 0 if the file does not give it."""
        return int(self.values.get("year") or 0)

    def missing(self) -> list[str]:
        """Descriptions of the missing values without which the report cannot be written."""
        known = {**DATED, **PRINTED}
        result = [f"{_MARK} {n} ({known[n]})" for n in known if not self.values.get(n)]
        return result + [
            f"page of {_MARK} {name}"
            for name in _PAGED
            if self.values.get(name) and name not in self.pages
        ]


def read_listing(path: Path, cities: pd.DataFrame) -> Listing:
    """Read the table of a new report.

    A row whose ``city`` starts with ``#`` gives a value of the report itself: the name follows the
    ``#``, the value is in column ``title``, and its page in ``page``.

    Parameters
    ----------
    path
        CSV with the columns of :data:`COLUMNS`.
    cities
        Source table ``cities``.

    Raises
    ------
    SourceError
        If the file is not CSV or lacks a column. Problems of single rows are in
        :attr:`Listing.problems`.
    """
    table = cells(path)
    lacking = [column for column in _REQUIRED if column not in table.columns]
    unknown = [column for column in table.columns if column not in COLUMNS]
    if lacking or unknown or table.columns.has_duplicates:
        wrong = (
            f"lacks column {', '.join(lacking)}"
            if lacking
            else (f"has unknown column {', '.join(unknown)}" if unknown else "has a column twice")
        )
        raise SourceError(
            f"{path.name} {wrong}; its columns are {', '.join(COLUMNS)}, with commas between. "
            "`python -m geo report add --template` prints an example."
        )
    ids = {id: id for id in cities["city_id"]}
    ids |= dict(zip(cities["name_en"].str.casefold(), cities["city_id"], strict=True))
    problems: list[str] = []
    projects: list[Project] = []
    report_values: dict[str, str] = {}
    pages: dict[str, int] = {}
    for line, row in zip(table.index, table.to_dict("records"), strict=True):
        cell_texts = {str(column): " ".join(text.split()) for column, text in row.items()}
        parsed = _Row(path.name, int(line), cell_texts, problems)
        if parsed.values["city"].startswith(_MARK):
            _read_report_value(parsed, report_values, pages)
        elif project := _project(parsed, ids):
            projects.append(project)
    problems += _duplicates(path.name, projects)
    if not projects and not problems:
        problems.append(f"{path.name} lists no project.")
    return Listing(path.name, tuple(projects), report_values, pages, tuple(problems))


@dataclass(frozen=True)
class _Row:
    file: str
    line: int
    values: Mapping[str, str]
    problems: list[str]

    def wrong(self, column: str, remedy: str) -> None:
        value = quoted(self.values.get(column, ""))
        self.problems.append(f"{self.file}, line {self.line}, column {column}: {value} {remedy}")

    def page(self) -> int | None:
        text = self.values["page"]
        if text.isdigit() and 1 <= int(text) <= 1_000:
            return int(text)
        self.wrong("page", "is not a page; write a whole number from 1 to 1000.")
        return None


def _project(row: _Row, ids: Mapping[str, str]) -> Project | None:
    city_id = ids.get(row.values["city"].casefold())
    if not city_id:
        row.wrong("city", "is no member city; write its id or its name as in cities.csv.")
    if not row.values["title"]:
        row.wrong("title", "is empty; write the name as the report lists it.")
    area = _focus_area(row.values["focus_area"])
    if not area:
        row.wrong("focus_area", f"is no focus area; write one of {', '.join(FOCUS_AREAS)}.")
    state = row.values["state"].casefold().removeprefix("in ")
    if state not in STATES:
        row.wrong("state", f"is no state; write one of {', '.join(STATES)}.")
    page = row.page()
    if not (city_id and row.values["title"] and area and state in STATES and page):
        return None
    return Project(
        row.line, city_id, row.values["title"], area, state, page, row.values.get("note", "")
    )


def _focus_area(text: str) -> str:
    """Slug of a focus area given by slug or name; empty if unknown."""
    normalized = text.casefold().replace(" and ", " & ")
    areas = FOCUS_AREAS.items()
    return next((slug for slug, name in areas if normalized in {slug, name.casefold()}), "")


def _read_report_value(row: _Row, report_values: dict[str, str], pages: dict[str, int]) -> None:
    name = row.values["city"].removeprefix(_MARK).strip()
    value = row.values["title"]
    known = {**DATED, **OPTIONAL, **PRINTED}
    if name not in known:
        row.wrong("city", f"tells nothing that is known; there are {', '.join(known)}.")
    elif name in report_values:
        row.wrong("city", "stands twice; each may stand once.")
    elif value:
        check, remedy = _CHECKS.get(name, _CHECKS["percent" if name in PRINTED else ""])
        if not check(value):
            row.wrong("title", remedy)
            return
        report_values[name] = value
        if row.values["page"] and (page := row.page()):
            pages[name] = page


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_percent(text: str) -> bool:
    try:
        return 0 <= float(text) <= 100
    except ValueError:
        return False


_WHOLE = (str.isdigit, "is not a whole number.")
_CHECKS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "": (bool, ""),
    "percent": (_is_percent, "is not a share in percent, such as 18 or 75.32."),
    "year": (lambda text: text.isdigit() and len(text) == 4, "is not a year, such as 2026."),
    "as_of": (_is_date, "is not a date, such as 2026-09-30."),
    "states_basis": (lambda text: text in {"stated", "computed"}, "is not stated or computed."),
    "projects": _WHOLE,
    **dict.fromkeys(TOTALS, _WHOLE),
}


def _duplicates(file: str, projects: list[Project]) -> Iterator[str]:
    seen: dict[tuple[str, str], int] = {}
    for project in projects:
        first = seen.setdefault((project.city_id, project.title.casefold()), project.line)
        if first != project.line:
            yield (
                f"{file}, line {project.line}, column title: {quoted(project.title)} of "
                f"{project.city_id} stands already in line {first}; each may stand once."
            )


def template(project_reports: pd.DataFrame) -> str:
    """A template of the file: the values of a report, and the projects of the latest report with
    empty states and pages."""
    year = int(project_reports["report_year"].max())
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, meaning in {**DATED, **OPTIONAL, **PRINTED}.items():
        value = {"year": str(year + 1), "states_basis": "stated"}.get(name, "")
        writer.writerow([f"{_MARK} {name}", value, "", "", "", meaning])
    latest = project_reports[project_reports["report_year"] == year]
    for row in latest.itertuples():
        writer.writerow([row.city_id, row.name_in_report, row.focus_area, "", "", ""])
    return buffer.getvalue()
