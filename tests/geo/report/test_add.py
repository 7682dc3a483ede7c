"""Adding a report, derived from that of 2025 with a few rows changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geo.analysis.flows import steps
from geo.build.action_plans import build_project_reports, build_projects
from geo.build.run import describe
from geo.cli import main
from geo.report.listing import template as blank
from geo.report.matching import similarity
from geo.schema import LAYERS
from geo.sources.read import SOURCES_DIR, read
from tests.fifth_report import (
    ADDED,
    COMPLETED,
    DROPPED,
    MOVED,
    RENAMED,
    Rows,
    add_to_copy,
    blanks,
    decide,
    made_up,
    written,
)

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def rows() -> Rows:
    return made_up()


def add(path: Path, directory: Path, *options: str) -> int:
    return main(["report", "add", str(path), "--sources", str(directory), *options])


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Source tables with the report of 2026 in them."""
    return add_to_copy(tmp_path_factory.mktemp("fifth"))


def test_preview_tells_what_changes_and_writes_nothing(
    rows: Rows, source_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    before = contents(source_copy)
    assert add(written(rows, tmp_path / "r.csv"), source_copy) == 0
    output = capsys.readouterr().out
    for line in (
        "Report of 2026: 134 projects in 36 cities; that of 2025 lists 134.\n",
        f"New projects: 1\n  denpasar: {ADDED['title']!r}, Quality Environment, ongoing\n",
        f"Completed since: 1\n  banyuwangi: {COMPLETED!r}, was ongoing or in planning\n",
        f"In another focus area: 1\n  bandar-seri-begawan: {MOVED!r}, Civic & Social -> Safety",
        f"  bangkok: {DROPPED!r}\n",
        f"  makassar: {RENAMED[0]!r}, unless it is decided otherwise below\n",
        f"To decide: {RENAMED[1]!r} of makassar (r.csv, line ",
        f"  {RENAMED[0]!r}, 95% alike\n",
        f"  makassar--smart-e-tax,2026,{RENAMED[0]},{RENAMED[1]},same,REASON,ascn-me-2026,31\n",
        f"  makassar--smart-e-tax-2-0,2026,{RENAMED[0]},{RENAMED[1]},different,REASON,ascn-me-2026",
        "Before it can be written:\n  'Smart E-Tax 2.0' of makassar waits for a decision.\n",
    ):
        assert line in output
    counts = {tuple(line.split()) for line in output.splitlines()}
    assert ("Safety", "&", "Security", "19", "20", "+1") in counts
    assert ("completed", "18", "19", "+1") in counts
    assert {("denpasar", "0", "1", "+1"), ("bangkok", "2", "1", "-1")} <= counts
    assert output.endswith("Nothing was written.\n")
    assert contents(source_copy) == before


def test_undecided_name_keeps_the_report_from_being_written(
    rows: Rows, source_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    before = contents(source_copy)
    path = written(rows, tmp_path / "r.csv")
    assert add(path, source_copy, "--write") == 1
    assert contents(source_copy) == before
    decide(source_copy, reason="REASON")
    assert add(path, source_copy, "--write") == 1
    assert "decision on 'Smart E-Tax 2.0' has no reason yet" in capsys.readouterr().out


def test_decision_of_two_projects_is_kept(
    rows: Rows, source_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    with (source_copy / "project_renames.csv").open("a", encoding="utf-8") as file:
        file.write(
            f"makassar--etax-second,2026,{RENAMED[0]},{RENAMED[1]},different,Other,ascn-me-2026,31\n"
        )
    path = written(rows, tmp_path / "r.csv")
    assert add(path, source_copy, "--write") == 0
    output = capsys.readouterr().out
    assert f"  makassar: {RENAMED[0]!r}, while the city has new names\n" in output
    listed = read("project_reports", source_copy)
    of_2026 = listed[listed["report_year"] == 2026].set_index("project_id")["name_in_report"]
    assert of_2026["makassar--etax-second"] == RENAMED[1]
    assert "makassar--smart-e-tax" not in of_2026.index


def test_report_is_written_into_all_tables_and_other_lines_stay(added: Path) -> None:
    directory = added
    reports = read("reports", directory).set_index("report_year").loc[2026]
    assert (reports["document"], reports["as_of"], reports["projects"]) == (
        "ascn-me-2026",
        "2026-09-30",
        134,
    )
    assert len(read("report_focus_shares", directory).query("report_year == 2026")) == 6
    listed = read("project_reports", directory).query("report_year == 2026")
    renamed = listed.set_index("name_in_report").loc[RENAMED[1]]
    assert renamed["project_id"] == "makassar--smart-e-tax"
    projects = read("projects", directory).set_index("project_id")
    assert projects.loc["makassar--smart-e-tax", "name"] == RENAMED[1]
    new = projects.loc["denpasar--cista-plaz-1st-phase"]
    assert (new["name"], new["note"]) == (ADDED["title"], "Made up")
    assert projects.loc["bangkok--bang-sue-smart-city", "document"] == "ascn-me-2025"
    assert read("documents", directory).set_index("document_id").loc["ascn-me-2026", "kind"] == (
        "monitoring_report"
    )
    for name in ("sources", "documents", "reports", "report_focus_shares", "project_reports"):
        old = (SOURCES_DIR / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        now = (directory / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert [line for line in now if "2026" not in line or line in old] == old


def test_projects_follow_from_the_report(added: Path) -> None:
    tables = {name: read(name, added) for name in ("projects", "project_reports", "reports")}
    listings = build_project_reports(
        tables["project_reports"], tables["projects"], tables["reports"]
    )
    [*_, last] = steps(listings)
    assert (last.start, last.end, last.new, last.left) == (2025, 2026, 1, 1)
    assert last.newly_completed == 1
    projects = build_projects(tables["projects"], listings, read("cities")).set_index("project_id")
    assert projects.loc["bangkok--bang-sue-smart-city", "status"] == "no_longer_reported"
    assert projects.loc["makassar--smart-e-tax", "reports"] == 5


def test_metadata_of_layers_name_the_newest_report(added: Path) -> None:
    known = read("sources", added)
    assert describe(LAYERS["projects"], known, pd.DataFrame())["vintage"].endswith(
        "ascn-me-2026: 2026-09-30"
    )
    cities = describe(LAYERS["cities"], known, pd.DataFrame())["vintage"]
    assert "ascn-me-2026: 2026-09-30" in cities
    assert "ascn-me-2025" not in cities


def test_report_is_not_added_twice(
    added: Path, rows: Rows, tmp_path: Path, capsys: Capture
) -> None:
    before = contents(added)
    path = written(rows, tmp_path / "r.csv")
    assert add(path, added, "--write") == 1
    assert "The report of 2026 stands already in reports.csv" in capsys.readouterr().err
    [year] = [row for row in rows if row["city"] == "# year"]
    year["title"] = "2021"
    assert add(written(rows, path), added, "--write") == 1
    assert "2021 is not after 2026, the year of the latest report" in capsys.readouterr().err
    assert contents(added) == before


@pytest.mark.parametrize(
    ("column", "value", "output"),
    [
        ("city", "Atlantis", "'Atlantis' is no member city; write its id or its name"),
        ("title", "", "'' is empty; write the name as the report lists it"),
        ("focus_area", "Fun", "'Fun' is no focus area; write one of civic-social, health"),
        ("state", "done", "'done' is no state; write one of ongoing, planning, completed"),
        ("page", "p. 9", "'p. 9' is not a page; write a whole number from 1 to 1000"),
        ("page", "0", "'0' is not a page"),
    ],
)
def test_faulty_row_is_named_and_nothing_is_written(
    column: str,
    value: str,
    output: str,
    rows: Rows,
    source_copy: Path,
    tmp_path: Path,
    capsys: Capture,
) -> None:
    before = contents(source_copy)
    rows[40][column] = value
    assert add(written(rows, tmp_path / "r.csv"), source_copy, "--write") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"r.csv, line 42, column {column}: {output}" in captured.err
    assert captured.err.endswith("problems; nothing was written.\n")
    assert contents(source_copy) == before


def test_all_faulty_rows_are_told_at_once(
    rows: Rows, source_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    rows[30]["page"], rows[50]["state"] = "", "?"
    rows.append(dict(rows[60]))
    rows.append({**rows[0], "city": "# colour"})
    rows[1]["title"] = "30 September"
    assert add(written(rows, tmp_path / "r.csv"), source_copy) == 1
    output = capsys.readouterr().err
    for part in (
        "line 3, column title: '30 September' is not a date, such as 2026-09-30",
        "line 32, column page: '' is not a page",
        "line 52, column state: '?' is no state",
        "stands already in line 62; each may stand once",
        "column city: '# colour' tells nothing that is known; there are year, as_of,",
    ):
        assert part in output


def test_totals_that_are_not_those_of_the_list_are_told(
    rows: Rows, source_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    place = next(i for i, row in enumerate(rows) if row["city"] == "# projects")
    rows[place]["title"] = "140"
    assert add(written(rows, tmp_path / "r.csv"), source_copy) == 1
    assert "publishes 140 projects, but the file lists 134" in capsys.readouterr().err


def test_what_the_report_publishes_may_be_added_later(
    rows: Rows, source_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    decide(source_copy)
    projects = [row for row in rows if not row["city"].startswith("#")]
    [year] = [row for row in rows if row["city"] == "# year"]
    path = written([year, *projects], tmp_path / "r.csv")
    assert add(path, source_copy) == 0
    output = capsys.readouterr().out
    assert "r.csv does not tell # as_of (date of its data, such as 2026-09-30)." in output
    assert "r.csv does not tell # projects (number of projects that the report" in output
    assert add(written(projects, path), source_copy) == 1
    assert "the year is missing; give a row # year" in capsys.readouterr().err
    year["title"] = "next"
    assert add(written([year, *projects], path), source_copy) == 1
    assert "'next' is not a year, such as 2026." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "output"),
    [
        (
            "makassar--smart-e-tax,2026,Smart E-Tax,Other,same,Why,ascn-me-2026,31",
            "column name_after: 'Other' is not listed for the city of 'makassar--smart-e-tax'",
        ),
        (
            f"makassar--smart-e-tax,2026,E-Tax,{RENAMED[1]},same,Why,ascn-me-2026,31",
            "'E-Tax' is no name that project 'makassar--smart-e-tax' has in the earlier reports; "
            "it was last called 'Smart E-Tax'",
        ),
        (
            f"makassar--smart-e-tax,2026,Smart E-Tax,{RENAMED[1]},different,Why,ascn-me-2026,31",
            "'makassar--smart-e-tax' is an earlier project; two projects need an id of its own",
        ),
    ],
)
def test_decision_that_does_not_fit_is_told(
    line: str, output: str, rows: Rows, source_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    with (source_copy / "project_renames.csv").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    assert add(written(rows, tmp_path / "r.csv"), source_copy) == 1
    assert output in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("city;title;focus_area;state;page\n", "lacks column city, title, focus_area, state, page"),
        ("city,title,focus_area,state,page,colour\n", "has unknown column colour"),
        ("city,title,focus_area,state,page,page\n", "has a column twice"),
        ("", "is empty, not a UTF-8 CSV table"),
        ("city,title,focus_area,state,page\na,b,c,d,e,f\n", "line 2: 6 cells"),
    ],
)
def test_file_of_other_columns_is_one_sentence(
    text: str, output: str, source_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    assert add(path, source_copy) == 1
    assert output in capsys.readouterr().err


def test_template_is_a_file_of_the_projects_listed_last(capsys: Capture) -> None:
    assert main(["report", "add", "--template"]) == 0
    assert capsys.readouterr().out == blank(read("project_reports"))
    assert ("bangkok", DROPPED) in {(row["city"], row["title"]) for row in blanks()}


def test_no_file_says_how_to_get_one(capsys: Capture) -> None:
    assert main(["report", "add"]) == 1
    assert "`python -m geo report add --template`" in capsys.readouterr().err


def test_names_of_one_project_are_mostly_found_alike() -> None:
    renames = read("project_renames")
    city = renames["project_id"].str.partition("--")[0]
    alike = pd.Series(
        [
            similarity(row.name_before, row.name_after, of)
            for row, of in zip(renames.itertuples(), city, strict=True)
        ],
        index=renames.index,
    )
    same = renames["decision"] == "same"
    assert (alike[same] >= 0.55).mean() > 0.7
    assert alike[~same].median() < 0.4
