"""Preview of the changes by a new report, as lines of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from geo.report.listing import STATES, Listing, Project
from geo.report.matching import Candidate, Match, Matching
from geo.vocabulary import FOCUS_AREAS, REPORT_STATUSES, report_document

REASON = "REASON"
"""Placeholder for the reason in a suggested line."""

_HALF_A_POINT = 0.55


@dataclass(frozen=True)
class LatestReport:
    """The latest report in the tables: its year and its rows by project."""

    year: int
    rows: Mapping[str, Mapping[str, str]]

    @classmethod
    def from_table(cls, project_reports: pd.DataFrame) -> LatestReport:
        """The latest report of source table ``project_reports``."""
        year = int(project_reports["report_year"].max())
        latest = project_reports[project_reports["report_year"] == year]
        rows = latest.astype("str").to_dict("records")
        named = [{str(name): str(value) for name, value in row.items()} for row in rows]
        return cls(year, {row["project_id"]: row for row in named})


def preview(
    listing: Listing, matching: Matching, before: LatestReport, completed_once: frozenset[str]
) -> Iterator[str]:
    """Describe the changes by a report, line by line.

    Parameters
    ----------
    completed_once
        Projects that any earlier report lists as completed.
    """
    cities = len({row.city_id for row in listing.projects})
    yield (
        f"Report of {listing.year}: {len(listing.projects)} projects in {cities} cities; that of "
        f"{before.year} lists {len(before.rows)}."
    )
    listed_before = [match for match in matching.matches if not match.is_new]
    new = [match for match in matching.matches if match.is_new and not match.candidates]
    yield from _section("New projects", (_line(match.row, _state(match.row)) for match in new))
    yield from _section(
        "New names, as project_renames.csv decides",
        (
            _line(match.row, f"was {match.name_before!r}")
            for match in listed_before
            if match.name_before != match.row.title
        ),
    )
    yield from _changes(listed_before, before)
    yield from _section("No longer reported", _dropped(matching, before, completed_once))
    yield from _totals(listing, before)
    yield from _shares(listing)
    yield from _undecided(listing, matching)


def _changes(listed_before: list[Match], before: LatestReport) -> Iterator[str]:
    """Changes of the projects that were listed before."""

    def where(test: Callable[[Match, Mapping[str, str]], str]) -> Iterator[str]:
        for match in listed_before:
            if match.project_id in before.rows and (
                text := test(match, before.rows[match.project_id])
            ):
                yield _line(match.row, text)

    yield from _section(
        "Completed since",
        where(
            lambda match, old: (
                f"was {_named(old['status'])}"
                if match.row.state == "completed" != old["status"]
                else ""
            )
        ),
    )
    yield from _section(
        "Completed before, now not",
        where(
            lambda match, old: (
                f"now {match.row.state}" if old["status"] == "completed" != match.row.state else ""
            )
        ),
    )
    yield from _section(
        "In another focus area",
        where(
            lambda match, old: (
                f"{old['focus_area']} -> {FOCUS_AREAS[match.row.focus_area]}"
                if FOCUS_AREAS[match.row.focus_area] != old["focus_area"]
                else ""
            )
        ),
    )
    yield from _section(
        f"Listed again, not in the report of {before.year}",
        (
            _line(match.row, f"is {match.project_id}")
            for match in listed_before
            if match.project_id not in before.rows
        ),
    )


def _dropped(
    matching: Matching, before: LatestReport, completed_once: frozenset[str]
) -> Iterator[str]:
    listed = {match.project_id for match in matching.matches if not match.is_new}
    newcomers = {match.row.city_id for match in matching.matches if match.is_new}
    open_ones = {one.project_id for match in matching.undecided for one in match.candidates}
    for project_id, row in before.rows.items():
        if project_id not in listed:
            done = ", completed before" if project_id in completed_once else ""
            hint = ", while the city has new names" if row["city_id"] in newcomers else ""
            hint = ", unless it is decided otherwise below" if project_id in open_ones else hint
            yield f"{row['city_id']}: {row['name_in_report']!r}{done}{hint}"


def _totals(listing: Listing, before: LatestReport) -> Iterator[str]:
    old, rows = list(before.rows.values()), listing.projects
    yield from _table(
        f"Projects by focus area, {before.year} and {listing.year}",
        pd.Series([row["focus_area"] for row in old]),
        pd.Series([FOCUS_AREAS[row.focus_area] for row in rows]),
    )
    yield from _table(
        f"Projects by state, {before.year} and {listing.year}",
        pd.Series([_named(row["status"]) for row in old]),
        pd.Series([_named(STATES[row.state]) for row in rows]),
    )
    yield from _table(
        f"Projects by city, {before.year} and {listing.year}",
        pd.Series([row["city_id"] for row in old]),
        pd.Series([row.city_id for row in rows]),
    )


def _table(title: str, before: pd.Series, after: pd.Series) -> Iterator[str]:
    counts = pd.DataFrame({"before": before.value_counts(), "after": after.value_counts()})
    counts = counts.fillna(0).astype(int).sort_index()
    width = max(len(str(name)) for name in counts.index)
    yield from _section(
        title,
        (
            f"{name:<{width}} {old:>4} {new:>4}" + (f" {new - old:+5}" if new != old else "")
            for name, old, new in counts.itertuples()
        ),
    )


def _shares(listing: Listing) -> Iterator[str]:
    """Printed shares of focus areas that differ from the list."""
    differing = []
    for area, name in FOCUS_AREAS.items():
        number = sum(row.focus_area == area for row in listing.projects)
        share = 100 * number / len(listing.projects)
        printed = listing.values.get(area)
        if printed and abs(float(printed) - share) > _HALF_A_POINT:
            differing.append(f"{name}: printed {float(printed):g}%, the list counts {share:.1f}%")
    yield from _section("Printed shares that are not what the list counts", differing)


def _undecided(listing: Listing, matching: Matching) -> Iterator[str]:
    for match in matching.undecided:
        yield ""
        yield (
            f"To decide: {match.row.title!r} of {match.row.city_id} ({listing.file}, line "
            f"{match.row.line}) may be"
        )
        for candidate in match.candidates:
            yield f"  {candidate.name!r}, {100 * candidate.similarity:.0f}% alike"
        yield "  Add to project_renames.csv one of these, with the reason, and run this again:"
        for line in suggestions(match, listing.year):
            yield f"  {line}"


def suggestions(match: Match, year: int) -> Iterator[str]:
    """Lines for ``project_renames.csv``: same as, or different from, each candidate."""
    for candidate in match.candidates:
        yield _decision(candidate.project_id, candidate, "same", match.row, year)
    for candidate in match.candidates:
        yield _decision(match.project_id, candidate, "different", match.row, year)


def _decision(project_id: str, candidate: Candidate, decision: str, row: Project, year: int) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(
        [
            *(project_id, year, candidate.name, row.title, decision),
            *(REASON, report_document(year), row.page),
        ]
    )
    return buffer.getvalue()


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    items = list(lines)
    if items:
        yield ""
        yield f"{title}: {len(items)}" if not title.startswith("Projects by") else title
        yield from (f"  {line}" for line in items)


def _line(row: Project, text: str) -> str:
    return f"{row.city_id}: {row.title!r}, {text}"


def _state(row: Project) -> str:
    return f"{FOCUS_AREAS[row.focus_area]}, {row.state}"


def _named(status: str) -> str:
    return REPORT_STATUSES[status].lower()
