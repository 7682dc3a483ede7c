"""Land of GSHHG: squares of shorelines, from the publisher's archive and Debian's package."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import tarfile
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import h5py
import numpy as np
import pytest
import shapely
import shapely.affinity

from geo.build import boundaries
from geo.build.land import COLUMNS, GRID, GSHHG
from geo.errors import FetchError, GeoError
from geo.refresh import gshhg
from geo.refresh.run import refresh
from geo.refresh.source import Job
from geo.sources import read as sources
from tests.geo.refresh.server import Server, publisher

BOX = shapely.box(0, 0, 65_535, 65_535)
ISLAND = [(10_000, 10_000), (40_000, 10_000), (40_000, 40_000), (10_000, 40_000), (10_000, 10_000)]
LAKE = [(20_000, 20_000), (20_000, 30_000), (30_000, 30_000), (30_000, 20_000), (20_000, 20_000)]
COAST = [(0, 50_000), (30_000, 55_000), (65_535, 50_000)]
"""To its left, which is north, is land."""

SQUARES = {(103, 1): [ISLAND, LAKE, COAST], (104, 1): [ISLAND]}
WHOLE = (105, 1)


def shorelines() -> bytes:
    """A netCDF file of GMT: lines in two squares, a square of land without lines, and sea."""
    count, first, node = (np.zeros(360 * 180, dtype=np.int32) for _ in range(3))
    lines: list[list[tuple[int, int]]] = []
    for (lon, lat), of_square in SQUARES.items():
        square = (89 - lat) * 360 + lon
        first[square], count[square] = len(lines), len(of_square)
        lines += of_square
    node[(89 - WHOLE[1]) * 360 + WHOLE[0]] = 0b001_001_001_001
    sizes = np.array([len(line) for line in lines])
    xy = np.array([vertex for line in lines for vertex in line], dtype=np.uint16).view(np.int16)
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs["version"] = np.bytes_("2.3.7")
        file["Bin_size_in_minutes"] = np.array([60], dtype=np.int32)
        file["Id_of_first_segment_in_a_bin"] = first
        file["N_segments_in_a_bin"] = count.astype(np.int16)
        file["Embedded_node_levels_in_a_bin"] = node.astype(np.int16)
        file["Embedded_npts_levels_exit_entry_for_a_segment"] = (sizes << 9).astype(np.int32)
        file["Id_of_first_point_in_a_segment"] = (np.cumsum(sizes) - sizes).astype(np.int32)
        file["Relative_longitude_from_SW_corner_of_bin"] = xy[:, 0]
        file["Relative_latitude_from_SW_corner_of_bin"] = xy[:, 1]
    return buffer.getvalue()


@pytest.fixture
def debian(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A refresh from an installed package; the committed land is taken away."""
    (job.sources_dir / GSHHG).unlink()
    path = tmp_path / "binned_GSHHS_f.nc"
    path.write_bytes(shorelines())
    monkeypatch.setattr(gshhg, "DEBIAN_FILE", path)
    return dataclasses.replace(job, from_package=True)


def test_land_is_to_the_left_of_shorelines() -> None:
    lines = np.array([shapely.LineString(line) for line in (ISLAND, LAKE, COAST)])
    land = gshhg.land_left_of(lines, BOX)
    island = shapely.Polygon(ISLAND, [LAKE])
    north = shapely.Polygon([*COAST, (65_535, 65_535), (0, 65_535)])
    assert land.equals(shapely.union(island, north))


def test_file_of_the_package_becomes_squares_of_land(debian: Job) -> None:
    said: list[str] = []
    assert refresh("gshhg", debian, said.append)
    assert any(line.startswith(f"{GSHHG}: 3 squares") for line in said)
    frame = boundaries.read(debian.sources_dir / GSHHG, COLUMNS)
    assert list(zip(frame["west"], frame["south"], strict=True)) == [(103, 1), (104, 1), (105, 1)]
    assert frame.is_valid.all()
    area = shapely.area(frame.geometry.to_numpy())
    assert area[2] == 1
    assert area[1] == pytest.approx((30_000 / 65_535) ** 2, rel=1e-3)
    xy = shapely.get_coordinates(frame.geometry)
    assert (xy / GRID == np.round(xy / GRID)).all()
    row = sources.read("sources", debian.sources_dir).set_index("source_id").loc["gshhg"]
    assert (row["licence"], row["vintage"]) == ("LGPL 3.0", "2.3.7 (2017)")
    assert not refresh("gshhg", debian, said.append)


def archive(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        member = tarfile.TarInfo("gshhg-gmt-2.3.7/binned_GSHHS_f.nc")
        member.size = len(content)
        file.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def test_archive_of_the_publisher_is_read_if_its_hash_is_the_published_one(
    debian: Job, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = archive(shorelines())
    server.on(urlsplit(gshhg.URL).path, publisher(content))
    job = dataclasses.replace(debian, from_package=False)
    with pytest.raises(GeoError, match="its SHA-256 differs"):
        refresh("gshhg", job, lambda line: None)
    assert not (job.sources_dir / GSHHG).exists()
    monkeypatch.setattr(gshhg, "SHA256", hashlib.sha256(content).hexdigest())
    assert refresh("gshhg", job, lambda line: None)
    assert len(boundaries.read(job.sources_dir / GSHHG, COLUMNS)) == 3


def test_missing_or_foreign_file_is_refused_in_one_sentence(debian: Job) -> None:
    gshhg.DEBIAN_FILE.write_bytes(b"\x89HDF no")
    with pytest.raises(GeoError, match=r"binned_GSHHS_f\.nc is not the netCDF file of GSHHG"):
        refresh("gshhg", debian, lambda line: None)
    gshhg.DEBIAN_FILE.unlink()
    with pytest.raises(FetchError, match="install gmt-gshhg-full"):
        refresh("gshhg", debian, lambda line: None)


def test_squares_near_a_city_keep_every_vertex_and_far_ones_their_edges() -> None:
    wave = [(x, 30_000 + 60 * (x // 100 % 2)) for x in range(0, 65_500, 100)]
    wavy = shapely.Polygon([*wave, (65_535, 65_535), (0, 65_535)])
    squares = [
        shapely.transform(wavy, lambda xy, west=west: xy / 65_535 + (west, 1))
        for west in (103, 110)
    ]
    frame = gpd.GeoDataFrame(
        {"west": [103, 110], "south": [1, 1]}, geometry=squares, crs="OGC:CRS84"
    )
    near, far = gshhg.simplified(frame, shapely.Point(103.8, 1.3)).geometry
    assert shapely.get_num_coordinates(near) > 650 > 2 * shapely.get_num_coordinates(far)
    assert far.bounds == shapely.set_precision(squares[1], GRID).bounds
