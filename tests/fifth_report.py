"""A report of 2026, made up for the tests out of that of 2025: a few rows changed."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from geo.report.add import NewReport
from geo.report.listing import template as blank
from geo.sources.read import SOURCES_DIR, read
from geo.vocabulary import FOCUS_AREAS

Rows = list[dict[str, str]]

DROPPED = "Bang Sue Smart City"
RENAMED = ("Smart E-Tax", "Smart E-Tax 2.0")
ADDED = {"city": "Denpasar", "title": "Čistá pláž, 1st phase", "focus_area": "quality-environment"}
COMPLETED = "Caring for Stunting"
MOVED = "Digital Identity"


def filled(rows: Rows) -> Rows:
    """The template as a person fills it in from the made-up report of 2026."""
    old = read("project_reports")
    last = old[old["report_year"] == 2025].set_index(["city_id", "name_in_report"])["status"]
    told = {row["city"].removeprefix("# "): row for row in rows if row["city"].startswith("#")}
    projects = [
        {**row, "page": "31", "state": state}
        for row in rows
        if row["city"] not in {"", *(f"# {name}" for name in told)} and row["title"] != DROPPED
        for state in [last[row["city"], row["title"]].replace("ongoing_or_planning", "ongoing")]
    ]
    by_title = {(row["city"], row["title"]): row for row in projects}
    by_title["makassar", RENAMED[0]]["title"] = RENAMED[1]
    by_title["banyuwangi", COMPLETED]["state"] = "Completed"
    by_title["bandar-seri-begawan", MOVED] |= {
        "focus_area": "Safety and Security",
        "state": "in planning",
    }
    projects.append({**ADDED, "state": "ongoing", "page": "32", "note": "Made up"})
    states = [row["state"].casefold().removeprefix("in ") for row in projects]
    values = {"as_of": "2026-09-30", "projects": len(projects), "year": 2026}
    for state in ("ongoing", "planning", "completed"):
        values[state] = states.count(state)
        values[f"{state}_percent"] = round(100 * states.count(state) / len(projects), 1)
    values |= dict(zip(FOCUS_AREAS, (25, 6, 14, 19, 24, 12), strict=True))
    head = [
        {**row, "title": str(values.get(name, row["title"])), "page": "5"}
        for name, row in told.items()
    ]
    return [*head, *projects]


def blanks() -> Rows:
    return list(csv.DictReader(blank(read("project_reports")).splitlines()))


def made_up() -> Rows:
    return filled(blanks())


def written(rows: Rows, path: Path) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["city", "title", "focus_area", "state", "page", "note"])
        writer.writeheader()
        writer.writerows(rows)
    return path


def decide(directory: Path, *, reason: str = "One service, its second version") -> None:
    line = f'makassar--smart-e-tax,2026,{RENAMED[0]},{RENAMED[1]},same,"{reason}",ascn-me-2026,31\n'
    with (directory / "project_renames.csv").open("a", encoding="utf-8") as file:
        file.write(line)


def add_to_copy(root: Path) -> Path:
    """Source tables in ``root`` with the report in them."""
    directory = Path(shutil.copytree(SOURCES_DIR, root / "sources"))
    decide(directory)
    NewReport(written(made_up(), root / "report.csv"), directory).write()
    return directory
