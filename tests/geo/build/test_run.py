"""The build is reproducible and atomic."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo import cli
from geo.build.run import Report, build, check_boundaries, describe, join_countries, label_points
from geo.errors import GeoError, LayerError, SourceError
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR
from geo.layers.history import HISTORY
from geo.schema import LAYERS
from geo.vocabulary import CRS
from tests.geo.conftest import FILES

SetCell = Callable[[str, int, str, str], Path]
Built = tuple[Path, Report]


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def drop_lines(path: Path, start: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_fresh_build_equals_the_committed_layers_byte_for_byte(name: str, built: Built) -> None:
    assert (built[0] / name).read_bytes() == (LAYERS_DIR / name).read_bytes()


def test_second_build_by_the_command_line_gives_the_same_bytes(
    built: Built, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["build", "--layers", str(tmp_path)]) == 0
    assert contents(tmp_path) == contents(built[0])
    message = capsys.readouterr().out
    assert "Encoded places: 7,618 rows" in message
    assert f"{len(LAYERS)} layers, " in message


def test_build_writes_every_layer_its_report_and_history_and_nothing_else(built: Built) -> None:
    directory, report = built
    assert sorted(contents(directory)) == sorted([*FILES, HISTORY])
    assert report.written["layer"].tolist() == list(LAYERS)
    stored = json.loads((directory / "build_report.json").read_text(encoding="utf-8"))
    for row, entry in zip(report.written.itertuples(), stored["layers"], strict=True):
        content = (directory / f"{row.layer}.parquet").read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        assert entry == {
            "layer": row.layer,
            "rows": row.rows,
            "bytes": len(content),
            "sha256": digest,
        }
        assert row.rows == len(Catalogue(directory)[str(row.layer)])
    assert list(stored["notes"]) == list(report.notes)


def test_build_reads_tables_and_writes_layers_where_told(
    source_copy: Path, tmp_path: Path, built: Built
) -> None:
    path = source_copy / "cities.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nhanoi,Hanoi,", "\nhanoi,Ha Noi,"), encoding="utf-8")
    build(source_copy, tmp_path / "layers")
    changed, before = Catalogue(tmp_path / "layers"), Catalogue(built[0])
    names = changed["cities"].set_index("city_id")["name"]
    assert names["hanoi"] == "Ha Noi"
    assert changed.version != before.version
    assert changed.info("places") == before.info("places")


def test_fault_found_last_leaves_the_old_layers_untouched(
    source_copy: Path, old_layers: Path
) -> None:
    # Without this row only the description of a late layer fails.
    drop_lines(source_copy / "sources.csv", "wdi-2025-07,")
    before = contents(old_layers)
    with pytest.raises(SourceError, match="no row 'wdi-2025-07', which layer country_years names"):
        build(source_copy, old_layers)
    assert contents(old_layers) == before


@pytest.mark.parametrize("name", [FILES[0], "places.parquet", FILES[-1]])
def test_file_that_cannot_be_replaced_leaves_all_old_layers(name: str, old_layers: Path) -> None:
    (old_layers / name).unlink()
    (old_layers / name / "taken").mkdir(parents=True)
    with pytest.raises(LayerError, match=rf"{name} cannot be written: .*directory"):
        build(layer_dir=old_layers)
    assert sorted(path.name for path in old_layers.iterdir()) == sorted(FILES)
    others = {path.read_bytes() for path in old_layers.iterdir() if path.is_file()}
    assert others == {b"old"}


@pytest.mark.parametrize(
    ("table", "start", "message"),
    [
        ("plans", "dili,", r"plans\.csv has no row for dili; every city_id in cities\.csv"),
        ("members", "VNM,", r"members\.csv has no row for VNM; every iso3 in countries\.csv"),
        ("report_focus_shares", "2023,civic-social", r"no row of 2023 for civic-social"),
        ("cities", "dili,", r"csv.* 'dili' is not in cities\.csv"),
    ],
)
def test_row_that_a_page_needs_is_missed_by_the_build(
    table: str, start: str, message: str, source_copy: Path, old_layers: Path
) -> None:
    drop_lines(source_copy / f"{table}.csv", start)
    before = contents(old_layers)
    with pytest.raises(SourceError, match=message):
        build(source_copy, old_layers)
    assert contents(old_layers) == before


def test_report_names_the_places_in_a_neighbours_polygon(built: Built) -> None:
    differing = built[1].notes["places whose country differs from GeoNames or the polygon"]
    beyond = differing.dropna(subset="neighbour")
    assert set(beyond["name"]) == {"Panglong", "Pangkham", "Móng Cái", "Thị Trấn Phố Bảng"}
    assert set(beyond["neighbour"]) == {"China"}
    stored = json.loads((built[0] / "build_report.json").read_text(encoding="utf-8"))["notes"]
    rows = stored["places whose country differs from GeoNames or the polygon"]
    assert [row["name"] for row in rows if row["neighbour"]] == beyond["name"].tolist()


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("cities", "city_id", "bandar-seri-begawan", "cities.csv, line 4, column city_id"),
        ("project_reports", "city_id", "Atlantis", "project_reports.csv, line 4, column city_id"),
    ],
)
def test_wrong_row_is_named_and_leaves_the_old_layers_untouched(
    table: str, column: str, value: str, message: str, old_layers: Path, set_cell: SetCell
) -> None:
    before = contents(old_layers)
    with pytest.raises(SourceError, match=message):
        build(set_cell(table, 4, column, value), old_layers)
    assert contents(old_layers) == before


def test_missing_boundaries_are_named(source_copy: Path, tmp_path: Path) -> None:
    (source_copy / "natural_earth_10m.parquet").unlink()
    with pytest.raises(SourceError, match=r"natural_earth_10m\.parquet is missing"):
        build(source_copy, tmp_path / "layers")


# Steps of the build


def states(catalogue: Catalogue) -> gpd.GeoDataFrame:
    """Member states in the format of :func:`geo.build.boundaries.member_states`."""
    frame = catalogue.geo("countries")
    return frame[["iso3", "geometry"]].assign(
        geometry_medium=catalogue.geo("countries_medium").geometry,
        geometry_low=catalogue.geo("countries_low").geometry,
        land_area_km2=frame["boundary_area_km2"],
    )


def neighbours(catalogue: Catalogue) -> gpd.GeoDataFrame:
    frame = states(catalogue)
    return frame[frame["iso3"].isin(["KHM", "LAO"])].reset_index(drop=True)


def test_area_unlike_the_official_one_is_named(
    catalogue: Catalogue, tables: dict[str, pd.DataFrame]
) -> None:
    countries = tables["countries"].copy()
    found = check_boundaries(neighbours(catalogue), countries)
    assert found["iso3"].tolist() == ["KHM", "LAO"]
    assert found["defect_percent"].max() < 0.01
    countries.loc[countries["iso3"] == "LAO", "total_area_km2"] *= 1.2
    with pytest.raises(GeoError, match="Boundaries of LAO have an area unlike the official one"):
        check_boundaries(neighbours(catalogue), countries)


def test_gap_between_neighbours_is_named(
    catalogue: Catalogue, tables: dict[str, pd.DataFrame]
) -> None:
    broken = neighbours(catalogue)
    khmer, lao = broken["geometry_low"]
    broken["geometry_low"] = gpd.GeoSeries([khmer, shapely.buffer(lao, -0.05)], crs=CRS)
    with pytest.raises(GeoError, match=r"Boundaries of .*LAO have gaps or overlaps"):
        check_boundaries(broken, tables["countries"])


def test_country_without_a_member_city_is_named(
    catalogue: Catalogue, tables: dict[str, pd.DataFrame]
) -> None:
    cities = catalogue["cities"]
    fewer = cities[cities["iso3"] != "SGP"]
    with pytest.raises(SourceError, match="SGP has no member city"):
        join_countries(states(catalogue), tables["countries"], fewer, catalogue["country_years"])


def test_country_without_a_boundary_or_in_two_is_named(
    catalogue: Catalogue, tables: dict[str, pd.DataFrame]
) -> None:
    shapes, years = states(catalogue), catalogue["country_years"]
    fewer = shapes[shapes["iso3"] != "LAO"]
    with pytest.raises(SourceError, match=r"countries\.csv: the joins lost 'LAO'"):
        join_countries(fewer, tables["countries"], catalogue["cities"], years)
    more = pd.concat([shapes, shapes[shapes["iso3"] == "LAO"]])
    with pytest.raises(SourceError, match=r"countries\.csv: the joins doubled 'LAO'"):
        join_countries(more, tables["countries"], catalogue["cities"], years)


def test_licences_and_attributions_are_named_once_each(tables: dict[str, pd.DataFrame]) -> None:
    message = describe(LAYERS["projects"], tables["sources"], pd.DataFrame())
    assert message["licence"] == "Official report, cite the ASEAN Secretariat"
    assert message["attribution"].count("Monitoring and Evaluation Report") == 4
    assert message["vintage"].startswith("ascn-me-2022: 2022-09-21; ascn-me-2023: ")


def test_sources_may_be_those_that_the_rows_name(
    tables: dict[str, pd.DataFrame],
) -> None:
    rows = pd.DataFrame({"source_id": ["egdi-2024", "wup-2025", "egdi-2024"]})
    message = describe(LAYERS["city_indicators"], tables["sources"], rows)
    assert message["vintage"].startswith("egdi-2024: 2024; wup-2025: 2025 revision")


def test_label_stands_in_the_widest_part_of_the_largest_piece() -> None:
    # A handle of 1 by 10, a blade of 4 by 4 at its end, and an island aside.
    blade = shapely.union(shapely.box(0, 0, 10, 1), shapely.box(10, -2, 14, 2))
    shapes = gpd.GeoSeries([shapely.MultiPolygon([shapely.box(20, 0, 23, 3), blade])], crs=CRS)
    point = label_points(shapes).iloc[0]
    assert point.distance(shapely.Point(12, 0)) < 0.05
