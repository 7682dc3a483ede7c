"""The command line: help, exports equal to the library's, one-sentence errors."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo import export
from geo.analysis.filter import PARAMETERS, Filter
from geo.analysis.layer_rows import filtered_rows
from geo.cli import main
from geo.export import FORMATS, Record
from geo.export.file import write_atomically
from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS

Capture = pytest.CaptureFixture[str]
SetCell = Callable[[str, int, str, str], Path]


def refused(arguments: list[str], capsys: Capture) -> str:
    """The error message of a failing command."""
    assert main(arguments) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("Error: ")
    assert output.err.endswith(".\n")
    assert output.err.count("\n") == 1
    return output.err


def expected(name: str, city_filter: Filter, extension: str, catalogue: Catalogue) -> bytes:
    selection = filtered_rows(name, city_filter, catalogue)
    record = Record.from_layer(LAYERS[name], catalogue.info(name), selection.filter_text)
    return export.encode(selection.rows, LAYERS[name], extension, record)


@pytest.mark.parametrize(
    "command", ["", "build", "validate", "export", "refresh", "report", "report add"]
)
def test_every_command_explains_itself(command: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command.split(), "--help"])
    assert left.value.code == 0
    output = capsys.readouterr().out
    assert f"usage: python -m geo {command}".strip() in output
    assert "%%" not in output


def test_help_of_export_names_layers_formats_and_filters(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    output = " ".join(capsys.readouterr().out.split())
    assert ", ".join(LAYERS) in output
    assert f".{', .'.join(FORMATS)}" in output
    assert all(f"--{name}" in output for name in PARAMETERS)


@pytest.mark.parametrize("arguments", [[], ["paint"], ["export", "roads", "-o", "x.csv"]])
def test_wrong_usage_leaves_with_code_two(arguments: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage: python -m geo" in capsys.readouterr().err


def test_module_runs_as_a_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "geo", "validate", "--layers", str(tmp_path)]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 1
    assert done.stdout == f"{len(LAYERS)} problems\n"


IN_TWO = (
    ["--country", "IDN,PHL", "--q", "smart"],
    Filter(("IDN", "PHL"), text="smart"),
)


@pytest.mark.parametrize(
    ("name", "options", "city_filter", "extension"),
    [
        *(("cities", *IN_TWO, extension) for extension in FORMATS),
        ("cities", [], Filter(), "csv"),
        ("places", ["--near", "dili", "--within", "50"], Filter(near="dili", within_km=50), "fgb"),
        ("countries", ["--joined", "2026.."], Filter(joined=(2026, None)), "geojson"),
        ("projects", ["--q", "flod"], Filter(text="flod"), "csv"),
        ("plan_targets", ["--q", "flood"], Filter(text="flood"), "csv"),
        (
            "cities",
            ["--without", "safety-security", "--partner", "any", "--completed_since", "2024"],
            Filter(without=("safety-security",), partners=("any",), completed_since=2024),
            "geojson",
        ),
    ],
)
def test_exported_file_equals_that_of_the_library(
    name: str,
    options: list[str],
    city_filter: Filter,
    extension: str,
    tmp_path: Path,
    catalogue: Catalogue,
    capsys: Capture,
) -> None:
    path = tmp_path / f"out.{extension}"
    assert main(["export", name, *options, "-o", str(path)]) == 0
    content = path.read_bytes()
    assert content == expected(name, city_filter, extension, catalogue)
    rows = len(filtered_rows(name, city_filter, catalogue).rows)
    assert capsys.readouterr().out == f"{path}: {rows:,} rows, {len(content):,} bytes\n"


@pytest.mark.parametrize("extension", ["parquet", "csv", "xlsx", "gpkg"])
def test_table_is_exported_without_geometry(
    extension: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    path = tmp_path / f"out.{extension}"
    assert main(["export", "projects", "--status", "completed", "-o", str(path)]) == 0
    city_filter = Filter(statuses=("completed",))
    assert path.read_bytes() == expected("projects", city_filter, extension, catalogue)


def test_layer_that_takes_no_filter_is_not_exported_as_if_it_did(
    tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "documents.csv"
    assert main(["export", "documents", "--q", "flood", "-o", str(path)]) == 1
    assert "takes no filter of cities" in capsys.readouterr().err
    assert not path.exists()


def test_record_beside_a_file_describes_the_columns_of_its_format(tmp_path: Path) -> None:
    path = tmp_path / "cities.fgb"
    assert main(["export", "cities", "--country", "IDN", "--metadata", "-o", str(path)]) == 0
    record = json.loads((tmp_path / "cities.metadata.json").read_text(encoding="utf-8"))
    [resource] = record["resources"]
    assert (resource["path"], record["query"]["parameters"]) == ("cities.fgb", {"country": "IDN"})
    named = [field["name"] for field in resource["schema"]["fields"]]
    assert named == list(LAYERS["cities"].columns)


def test_export_that_fails_halfway_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "cities.csv"
    path.write_bytes(b"old")

    def broken(target: Path) -> None:
        target.write_bytes(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_atomically(path, broken, "csv")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]


def test_folder_that_is_a_file_is_one_sentence(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "taken").write_bytes(b"")
    path = tmp_path / "taken" / "cities.csv"
    assert "cities.csv cannot be written" in refused(["export", "cities", "-o", str(path)], capsys)


def test_export_reads_the_layers_it_is_told(layer_copy: Path, tmp_path: Path) -> None:
    (layer_copy / "cities.parquet").unlink()
    path = tmp_path / "cities.csv"
    assert main(["export", "cities", "--layers", str(layer_copy), "-o", str(path)]) == 1
    assert not path.exists()


@pytest.mark.parametrize(
    ("options", "output"),
    [
        (
            ["cities", "-o", "a.csv", "--country", "XXX"],
            "Parameter country: 'XXX' is not recognised",
        ),
        (["cities", "-o", "a.csv", "--population", "2..1"], "'2..1' is the wrong way round"),
        (["cities", "-o", "a.shp"], "no format 'shp' for cities. Available: geojson, csv, xlsx"),
        (["cities", "-o", "a"], "no format '' for cities"),
        (["projects", "-o", "a.geojson"], "no format 'geojson' for projects. Available: csv"),
        (["cities", "-o", "a.csv", "--layers", "nowhere"], "cities.parquet is missing"),
    ],
)
def test_export_that_cannot_be_is_one_sentence(
    options: list[str],
    output: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert output in refused(["export", *options], capsys)
    assert not list(tmp_path.iterdir())


def test_output_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "taken.csv").mkdir()
    assert "taken.csv" in refused(["export", "cities", "-o", str(tmp_path / "taken.csv")], capsys)


def test_build_without_sources_is_one_sentence(tmp_path: Path, capsys: Capture) -> None:
    arguments = ["build", "--sources", str(tmp_path), "--layers", str(tmp_path / "layers")]
    assert main(arguments) == 1
    output = capsys.readouterr()
    assert output.err == f"Error: sources.csv is missing from {tmp_path}.\n"
    assert not (tmp_path / "layers").exists()


def test_validate_says_that_all_is_sound(capsys: Capture) -> None:
    assert main(["validate"]) == 0
    assert capsys.readouterr().out == f"{len(LAYERS)} layers and their tables are valid\n"


def test_validate_names_each_problem_and_counts_them(layer_copy: Path, capsys: Capture) -> None:
    (layer_copy / "cities.parquet").unlink()
    (layer_copy / "places.parquet").write_bytes(b"")
    assert main(["validate", "--layers", str(layer_copy)]) == 1
    output = capsys.readouterr()
    assert output.out == "2 problems\n"
    assert output.err.count("\n") == 2
    assert "cities.parquet is missing" in output.err
    assert "places.parquet is damaged" in output.err


def test_stale_layer_is_one_problem(set_cell: SetCell, capsys: Capture) -> None:
    sources = set_cell("partners", 2, "what", "Pays for something else")
    assert main(["validate", "--sources", str(sources)]) == 1
    output = capsys.readouterr()
    assert output.out == "1 problem\n"
    assert output.err.startswith("partners.parquet is not what ")


def test_example_of_the_help_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    line = "export cities --country IDN,PHL --focus built-infrastructure -o cities.csv"
    assert main(line.split()) == 0
    assert set(pd.read_csv("cities.csv")["iso3"]) == {"IDN", "PHL"}
