"""``python -m geo enrich``: files of any size, formats, faults."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import geopandas as gpd
import orjson
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest

from geo.cli import INTERRUPTED, main
from geo.enrich.limits import CHUNK_ROWS
from geo.enrich.writers import WRITERS
from tests.e2e.conftest import ROOT
from tests.geo.conftest import interruptible

TABLE = "name,lon,lat\n=Monas,106.827,-6.175\nbad,x,1\nBến Thành,106.698,10.772\nsea,112,12\n"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def shared_pool(pool, monkeypatch):
    """Share one worker in this module; starting one takes a second."""
    monkeypatch.setattr("geo.enrich.command.WorkerPool", lambda max_concurrent: nullcontext(pool))


def run(*arguments: object) -> int:
    return main(["enrich", *map(str, arguments)])


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_holds_the_same_rows(ending, mine, tmp_path, capsys):
    output = tmp_path / f"out.{ending}"
    assert run(mine, "-o", output) == 0
    assert "3 rows written, 1 set aside" in capsys.readouterr().out
    if ending == "csv":
        rows = pd.read_csv(output)
        assert rows["name"][0] == "'=Monas"
        assert rows["source_licence"].notna().all()
        assert rows[["longitude", "latitude"]].notna().all(axis=None)
    else:
        rows = gpd.read_parquet(output) if ending == "parquet" else gpd.read_file(output)
        assert sorted(rows.geometry.x) == pytest.approx([106.698, 106.827, 112])
    assert sorted(rows["ascn_row"]) == [2, 4, 5]
    assert set(rows["ascn_iso3"].dropna()) == {"IDN", "VNM"}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([mine.name, output.name])


def test_geoparquet_states_meaning_unit_year_and_source_of_its_columns(mine, tmp_path):
    output = tmp_path / "out.parquet"
    run(mine, "-o", output)
    schema = pq.read_schema(output)
    share = {k.decode(): v.decode() for k, v in schema.field("ascn_urban_share").metadata.items()}
    assert share["unit"] == "% of total population"
    assert share["source"].startswith("World Bank")
    assert share["year"] == "2024"
    metadata = pq.read_metadata(output).metadata
    geo = json.loads(metadata[b"geo"])
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert "Natural Earth" in json.loads(metadata[b"layer"])["attribution"]
    assert len(gpd.read_parquet(output, bbox=(106, -7, 107, -6))) == 1


def test_polygons_of_a_layer_in_metres_are_written_and_read_back(tmp_path):
    boxes = gpd.GeoSeries.from_wkt(["POLYGON((104 12,105 12,105 13,104 13,104 12))"], crs=4326)
    source = tmp_path / "plots.gpkg"
    pyogrio.write_dataframe(gpd.GeoDataFrame(geometry=boxes.to_crs(32648)), source, layer="plots")
    for ending in ("parquet", "fgb", "geojsonl"):
        output = tmp_path / f"out.{ending}"
        assert run(source, "-o", output, "--layer", "plots") == 0
        rows = gpd.read_parquet(output) if ending == "parquet" else gpd.read_file(output)
        assert rows["ascn_iso3"].tolist() == ["KHM"]
        assert rows["ascn_area_km2"][0] == pytest.approx(12_040, rel=0.01)


def test_all_faults_are_written_to_a_file(mine, tmp_path, capsys):
    mine.write_text(TABLE + "many,x,1\n" * 2_000, encoding="utf-8")
    bad = tmp_path / "bad.csv"
    assert run(mine, "-o", tmp_path / "out.csv", "--faults", bad) == 0
    with bad.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2_001
    assert rows[0]["Row"] == "3"
    assert rows[0]["Value"] == "x"
    stderr = capsys.readouterr().err
    assert "2,001 × this is not a coordinate" in stderr
    assert stderr.count("  row ") == 10


@pytest.mark.parametrize(
    ("content", "options", "stderr"),
    [
        ("a,b\n1,2\n", [], "no column recognised as coordinates"),
        (TABLE, ["--lon", "x", "--lat", "lat"], "no column 'x'"),
        (TABLE, ["--lon", "lon"], "Give both columns"),
        (TABLE, ["--crs", "EPSG:1"], "is not a known reference system"),
        (TABLE, ["--separator", "x"], "is not a separator"),
        ("lon,lat\n0,0\n", [], "No row of 'mine.csv' can be joined: longitude and latitude are"),
        ("lon,lat\n700000,1\n", [], "give its EPSG code"),
    ],
)
def test_file_of_which_nothing_can_be_joined_is_one_sentence_and_writes_nothing(
    content, options, stderr, mine, tmp_path, capsys
):
    mine.write_text(content, encoding="utf-8")
    output = tmp_path / "out.parquet"
    output.write_bytes(b"before")
    assert run(mine, "-o", output, *options) == 1
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("Error: ")
    assert stderr in error
    assert output.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.csv", "out.parquet"]


@pytest.mark.parametrize("ending", ["parquet", "csv", "geojsonl", "fgb"])
def test_failure_in_the_middle_leaves_no_half_file(ending, mine, tmp_path, monkeypatch, capsys):
    point = {"type": "Point", "coordinates": [106.8, -6.2]}
    line = orjson.dumps({"type": "Feature", "properties": {"n": 1}, "geometry": point})
    source = tmp_path / "mine.geojsonl"
    source.write_bytes(b"\n".join([line] * (CHUNK_ROWS + 1)))
    calls = []

    def fail(*arguments: object) -> None:
        calls.append(1)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("geo.enrich.command.Progress.add", fail)
    output = tmp_path / f"out.{ending}"
    assert run(source, "-o", output) == 1
    assert "Error" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.csv", "mine.geojsonl"]


@pytest.mark.parametrize(
    ("content", "options", "stderr"),
    [
        (b"name,lon,lat\n" + b"x,1,2\n" * 300_000, ["--seconds", 1], "more than 1 seconds"),
        (b'{"a":' * 100_000, [], "cannot be read as such (depth limit exceeded"),
        (
            b'{"type":"FeatureCollection","features":[' + b"[]," * 5_000_000 + b"0]}",
            ["--memory", 100],
            "100 MB of memory",
        ),
    ],
    ids=["seconds", "deep", "memory"],
)
def test_file_beyond_what_the_options_allow_is_one_sentence_and_writes_nothing(
    content, options, stderr, tmp_path, capsys
):
    source = tmp_path / "mine"
    source.write_bytes(content)
    assert run(source, "-o", tmp_path / "out.parquet", *options) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("Error: ")
    assert stderr in error
    assert ("Use --memory and --seconds to raise the limits." in error) == bool(options)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("option", ["--memory", "--seconds"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "9" * 5_000])
def test_limit_that_is_no_number_is_refused(option, value, mine, tmp_path, capsys):
    with pytest.raises(SystemExit):
        run(mine, "-o", tmp_path / "out.csv", option, value)
    assert "is not a whole number of 1 or more" in capsys.readouterr().err


def test_interrupt_is_one_sentence_and_leaves_nothing(tmp_path):
    source = tmp_path / "mine.csv"
    source.write_bytes(b"name,lon,lat\n" + b"x,106.8,-6.2\n" * 2_000_000)
    command = [sys.executable, "-m", "geo", "enrich", source, "-o", tmp_path / "out.parquet"]
    running = subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=interruptible
    )
    deadline = time.monotonic() + 60
    while not [path for path in tmp_path.iterdir() if path.name.startswith(".")]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    stderr = running.communicate(timeout=20)[1]
    assert running.returncode == INTERRUPTED
    assert stderr.splitlines()[-1] == "Interrupted; no file was left incomplete."
    assert "Traceback" not in stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_unknown_ending_is_one_sentence(mine, tmp_path, capsys):
    assert run(mine, "-o", tmp_path / "out.shp") == 1
    assert "end its name with .parquet, " in capsys.readouterr().err


def test_layers_of_another_directory_are_used(mine, tmp_path, capsys):
    assert run(mine, "-o", tmp_path / "out.csv", "--layers", tmp_path) == 1
    assert ".parquet is missing" in capsys.readouterr().err
