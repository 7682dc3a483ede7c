"""Add a new report to the source tables atomically."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geo.build.validate import new_problems
from geo.errors import SourceError
from geo.layers.atomic_write import write_all
from geo.report.listing import STATES, TOTALS, Listing, read_listing
from geo.report.matching import Matching, match
from geo.report.preview import REASON, LatestReport, preview
from geo.sources import read as sources
from geo.sources.edit import TableText
from geo.vocabulary import FOCUS_AREAS, report_document

URL = "https://asean.org/our-communities/asean-smart-cities-network/"

_PUBLISHER = "ASEAN Secretariat"


class NewReport:
    """The table of a new report, matched with the source tables.

    Parameters
    ----------
    path
        The file; see :func:`geo.report.listing.read_listing`.
    sources_dir
        Directory of the source tables.

    Raises
    ------
    SourceError
        If the file or a source table cannot be read.
    """

    def __init__(self, path: Path, sources_dir: Path) -> None:
        self.directory = sources_dir
        tables = {
            name: sources.read(name, sources_dir)
            for name in ("cities", "reports", "project_reports", "project_renames")
        }
        self._reports = tables["reports"]
        self._project_reports = tables["project_reports"]
        self._renames = tables["project_renames"]
        self.listing = read_listing(path, tables["cities"])
        self.matching: Matching = match(self.listing, self._project_reports, self._renames)

    def problems(self) -> Iterator[str]:
        """One sentence for each problem; with any, the other methods give no valid result."""
        yield from self.listing.problems
        years = self._reports["report_year"].astype(int)
        year = self.listing.year
        if not year:
            yield f"{self.listing.file}: the year is missing; give a row # year."
        elif year in set(years):
            yield f"The report of {year} stands already in reports.csv; it cannot be added twice."
        elif year < years.max():
            yield f"{year} is not after {years.max()}, the year of the latest report."
        yield from _odd_totals(self.listing)
        yield from self.matching.problems

    def preview(self) -> Iterator[str]:
        """Describe the changes, line by line."""
        rows = self._project_reports
        done = frozenset(rows.loc[rows["status"] == "completed", "project_id"])
        yield from preview(self.listing, self.matching, LatestReport.from_table(rows), done)

    def open_questions(self) -> Iterator[str]:
        """What is missing before a valid report can be written."""
        for missing in self.listing.missing():
            yield f"{self.listing.file} does not tell {missing}."
        decided = self._renames[self._renames["report_year"] == self.listing.year]
        for row in decided[decided["reason"] == REASON].itertuples():
            yield f"project_renames.csv: the decision on {row.name_after!r} has no reason yet."
        for one in self.matching.undecided:
            yield f"{one.row.title!r} of {one.row.city_id} waits for a decision."

    def files(self) -> dict[Path, bytes]:
        """New contents of all tables that the report changes."""
        report = _Rows(self.listing, self.matching)
        changed = {
            "sources": [report.source()],
            "documents": [report.document()],
            "reports": [report.report()],
            "report_focus_shares": report.shares(),
            "project_reports": report.project_reports(),
        }
        files = {}
        for name, rows in changed.items():
            table = TableText.read(name, self.directory)
            table.put(rows)
            files[self.directory / f"{name}.csv"] = table.encode()
        projects = TableText.read("projects", self.directory)
        known = {key[0]: row for key, row in projects.rows().items()}
        projects.put({**known.get(row["project_id"], {}), **row} for row in report.projects())
        files[self.directory / "projects.csv"] = projects.encode()
        return files

    def write(self) -> list[Path]:
        """Write the tables.

        Raises
        ------
        SourceError
            If there is a problem or an open question, or the tables would fail validation;
            nothing is written then.
        """
        for wrong in (*self.problems(), *self.open_questions()):
            raise SourceError(wrong)
        files = self.files()
        for problem in new_problems(files, self.directory):
            raise SourceError(f"The tables with the report do not pass the check. {problem}")
        write_all(files)
        return list(files)


def _odd_totals(listing: Listing) -> Iterator[str]:
    """Published totals that differ from the list."""
    states = [row.state for row in listing.projects]
    listed = {"projects": len(states), **{state: states.count(state) for state in TOTALS}}
    for name, number in listed.items():
        published = listing.values.get(name)
        if published and int(published) != number:
            label = "projects" if name == "projects" else f"projects {name}"
            yield (
                f"{listing.file}: the report publishes {published} {label}, but the file lists "
                f"{number}; one of the two is wrong."
            )


class _Rows:
    """Rows that a report adds or changes, by table."""

    def __init__(self, listing: Listing, matching: Matching) -> None:
        self._values, self._pages = listing.values, listing.pages
        self._matches, self._year = matching.matches, listing.year
        self._document = report_document(listing.year)
        self._title = listing.values.get(
            "document", f"ASCN Monitoring and Evaluation Report {listing.year}"
        )
        self._url = listing.values.get("url", URL)

    def source(self) -> dict[str, str]:
        return {
            "source_id": self._document,
            "title": self._title,
            "publisher": _PUBLISHER,
            "licence": f"Official report, cite the {_PUBLISHER}",
            "attribution": "ASEAN Smart Cities Network, Monitoring and Evaluation Report "
            f"{self._year}",
            "vintage": self._values["as_of"],
            "url": self._url,
        }

    def document(self) -> dict[str, str]:
        return {
            "document_id": self._document,
            "title": self._title,
            "kind": "monitoring_report",
            "adopted_on": self._values["as_of"],
            "adopted_by": "ASEAN Smart Cities Network",
            "binds": f"Reports on {self._values['projects']} projects by focus area and city"
            f"{self._by_status()}; the date is that of its data",
            "related_to": "ascn-consolidated-scaps",
            "document": self._document,
            "page": str(self._pages["projects"]),
            "url": self._url,
        }

    def _by_status(self) -> str:
        going, planned, done = (self._values[name] for name in TOTALS)
        counted = f"{going} ongoing, {planned} in planning and {done} completed"
        computed = self._values.get("states_basis") == "computed"
        return f", by its shares {counted}" if computed else f": {counted}"

    def report(self) -> dict[str, str]:
        return {
            "report_year": str(self._year),
            "document": self._document,
            "as_of": self._values["as_of"],
            "projects": self._values["projects"],
            "page": str(self._pages["projects"]),
            **{name: self._values[name] for name in TOTALS},
            "states_basis": self._values.get("states_basis", "stated"),
            "states_page": str(self._pages["ongoing"]),
            **{f"{name}_percent": self._values[f"{name}_percent"] for name in TOTALS},
            "note": self._values.get("remark", ""),
        }

    def shares(self) -> list[dict[str, str]]:
        return [
            {
                "report_year": str(self._year),
                "focus_area": area,
                "percent": self._values[area],
                "document": self._document,
                "page": str(self._pages[area]),
            }
            for area in FOCUS_AREAS
        ]

    def project_reports(self) -> list[dict[str, str]]:
        return [
            {
                "report_year": str(self._year),
                "project_id": match.project_id,
                "city_id": match.row.city_id,
                "name_in_report": match.row.title,
                "focus_area": FOCUS_AREAS[match.row.focus_area],
                "status": STATES[match.row.state],
                "document": self._document,
                "page": str(match.row.page),
            }
            for match in self._matches
        ]

    def projects(self) -> list[dict[str, str]]:
        """New projects, and the latest names of known ones."""
        return [
            {
                "project_id": match.project_id,
                "city_id": match.row.city_id,
                "name": match.row.title,
                **({"note": match.row.note} if match.row.note else {}),
                "document": self._document,
                "page": str(match.row.page),
            }
            for match in self._matches
        ]
