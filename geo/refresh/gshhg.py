"""Land of GSHHG, from its publisher or from Debian's package ``gmt-gshhg-full``.

Both hold the netCDF file that GMT reads. It cuts the shorelines into squares of one degree; in each
square land lies to the left of every line. The squares are kept: they are what maps ask for, and a
square can be simplified by itself as long as its edges stay as they are.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis.boundaries import Shapes, areas_km2, polygon_parts
from geo.build import boundaries
from geo.build.city_areas import SHAPE_COLUMNS, SHAPES
from geo.build.land import COLUMNS, GRID, GSHHG, squares_of
from geo.errors import FetchError, SourceError
from geo.refresh.cache import Fetched, file_sha256
from geo.refresh.changes import require_enough
from geo.refresh.source import Job, RefreshResult, Source, vintage_row
from geo.vocabulary import CRS

REGION = (90, -13, 144, 30)
"""West, south, east, north of the land at city scale: the member states, in whole degrees."""

VERSION = "2.3.7"

URL = f"https://www.soest.hawaii.edu/pwessel/gshhg/gshhg-gmt-{VERSION}.tar.gz"

SHA256 = "9bb1a956fca0718c083bef842e625797535a00ce81f175df08b042c2a92cfe7f"
"""Of the publisher's archive, as the packagers of GMT state it (Homebrew, MacPorts)."""

DEBIAN_FILE = Path("/usr/share/gmt-gshhg/binned_GSHHS_f.nc")
"""Where Debian's package ``gmt-gshhg-full`` puts the shorelines at full resolution."""

SOURCE_ID = "gshhg"

NEAR_DEGREES = 0.55
"""About 60 km: squares this near to a member city keep every vertex."""

FAR_TOLERANCE = 0.0016
"""Tolerance of the other squares in degrees, as in :data:`geo.build.boundaries.TOLERANCES`: they
keep a third of 1,050,000 vertices. At the nearest zoom of an embedded map, 10, it is 2.3 pixels."""

_MEMBER = f"gshhg-gmt-{VERSION}/binned_GSHHS_f.nc"
_MAX_BYTES = 100_000_000
_STEPS = 65_535  # a square is as many units wide
_UNCHANGED = f"{GSHHG}: unchanged"


def renew(job: Job) -> RefreshResult:
    """Refresh the land in ``gshhg_land.parquet``.

    Raises
    ------
    FetchError, SourceError, GeoError
        If the file is unavailable or not as expected.
    """
    file, content, packaged = (_from_debian if job.from_package else _from_publisher)(job)
    shorelines = Shorelines.read(content, file.path.name)
    cities = boundaries.read(job.sources_dir / SHAPES, SHAPE_COLUMNS)
    frame = simplified(land(shorelines), shapely.union_all(cities.geometry.to_numpy()))
    path = job.sources_dir / GSHHG
    old = path.read_bytes() if path.is_file() else b""
    before = boundaries.read(path, COLUMNS) if old else frame.iloc[:0]
    require_enough(GSHHG, len(before), len(frame), job.accept_fewer)
    encoded = encode(frame)
    return RefreshResult(
        files={GSHHG: encoded},
        source_rows=[
            {
                "source_id": SOURCE_ID,
                "title": "GSHHG, Global Self-consistent, Hierarchical, High-resolution Geography "
                f"{shorelines.version}{packaged}",
                "publisher": "Paul Wessel, University of Hawaii; Walter H. F. Smith, NOAA",
                "licence": "LGPL 3.0",
                "attribution": f"GSHHG {shorelines.version} (Wessel and Smith 1996)",
                "vintage": f"{shorelines.version} (2017)",
                "url": "https://www.soest.hawaii.edu/pwessel/gshhg/",
            }
        ],
        fetched=[vintage_row(SOURCE_ID, file, shorelines.version, job)],
        lines=[_difference(before, frame) if encoded != old else _UNCHANGED],
    )


def _from_publisher(job: Job) -> tuple[Fetched, bytes, str]:
    file = job.downloader.get(URL, f"{SOURCE_ID}/gshhg-gmt-{VERSION}.tar.gz", _MAX_BYTES)
    if file.sha256 != SHA256:
        raise SourceError(f"{file.path.name} is not as published: its SHA-256 differs.")
    with tarfile.open(file.path) as archive:
        member = archive.extractfile(_MEMBER)
        assert member is not None  # the hash is that of an archive with this file
        return file, member.read(), ""


def _from_debian(job: Job) -> tuple[Fetched, bytes, str]:
    try:
        content = DEBIAN_FILE.read_bytes()
    except FileNotFoundError:
        raise FetchError(f"{DEBIAN_FILE} is missing; install gmt-gshhg-full.") from None
    file = Fetched(DEBIAN_FILE, "deb:gmt-gshhg-full", file_sha256(DEBIAN_FILE), len(content))
    return file, content, ", as packaged in Debian gmt-gshhg-full"


@dataclass(frozen=True)
class Shorelines:
    """The shorelines of a file, cut into squares of one degree.

    Attributes
    ----------
    version
        Release of GSHHG.
    first, count
        Index of the first line of each square, and number of its lines. Squares go from west to
        east and from north to south, beginning at 0° E, 90° N.
    is_land
        Whether the corners of each square are land: that of a square without lines is all of it.
    start, size
        Index of the first vertex of each line, and number of its vertices.
    vertices
        Units to the east and north of the square's south-western corner.
    """

    version: str
    first: npt.NDArray[np.int64]
    count: npt.NDArray[np.int64]
    is_land: npt.NDArray[np.bool_]
    start: npt.NDArray[np.int64]
    size: npt.NDArray[np.int64]
    vertices: npt.NDArray[np.uint16]

    @classmethod
    def read(cls, content: bytes, name: str) -> Shorelines:
        """Read the netCDF file of GMT.

        Raises
        ------
        FetchError
            If h5py is not installed.
        SourceError
            If it is not of the known format.
        """
        try:
            import h5py
        except ImportError:
            raise FetchError(
                "h5py is needed to read the file of GSHHG; install it with `pip install h5py`."
            ) from None
        try:
            with h5py.File(io.BytesIO(content)) as file:
                minutes = int(file["Bin_size_in_minutes"][0])
                embedded = file["Embedded_npts_levels_exit_entry_for_a_segment"][:]
                relative = [
                    file[f"Relative_{axis}_from_SW_corner_of_bin"][:]
                    for axis in ("longitude", "latitude")
                ]
                read = cls(
                    version=file.attrs["version"].decode(),
                    first=file["Id_of_first_segment_in_a_bin"][:],
                    count=file["N_segments_in_a_bin"][:],
                    # Levels alternate from 0, the sea; three bits for each of the four corners.
                    is_land=file["Embedded_node_levels_in_a_bin"][:] % 2 == 1,
                    start=file["Id_of_first_point_in_a_segment"][:],
                    size=(embedded.view(np.uint32) >> 9).astype(np.int64),
                    vertices=np.column_stack(relative).view(np.uint16),
                )
        except (OSError, KeyError, AttributeError) as error:
            raise SourceError(f"{name} is not the netCDF file of GSHHG: {error}.") from None
        if minutes != 60:
            raise SourceError(f"{name} has squares of {minutes} minutes instead of 60.")
        return read

    def lines(self, square: int) -> Shapes:
        """The shorelines of a square, in its units."""
        of_square = slice(self.first[square], self.first[square] + self.count[square])
        sizes = self.size[of_square]
        starts = np.repeat(self.start[of_square] - np.cumsum(sizes) + sizes, sizes)
        vertices = self.vertices[starts + np.arange(sizes.sum())]
        lines = shapely.linestrings(
            vertices.astype(float), indices=np.repeat(np.arange(len(sizes)), sizes)
        )
        return np.asarray(lines, dtype=object)


def land(shorelines: Shorelines) -> gpd.GeoDataFrame:
    """The land of :data:`REGION`, one row per square of one degree that has any.

    Lakes, and rivers so wide that GSHHG draws both banks, are not land.

    Returns
    -------
    geopandas.GeoDataFrame
        ``west`` and ``south`` of the square, and ``geometry`` (MultiPolygon) in OGC:CRS84.
    """
    rows = list(_land_by_square(shorelines))
    frame = gpd.GeoDataFrame(rows, columns=list(COLUMNS), geometry="geometry", crs=CRS)
    return frame[~frame.is_empty].reset_index(drop=True)


def _land_by_square(shorelines: Shorelines) -> Iterator[tuple[int, int, shapely.Geometry]]:
    whole = shapely.box(0, 0, _STEPS, _STEPS)
    west, south, east, north = REGION
    for lat in range(south, north):
        for lon in range(west, east):
            square = (89 - lat) * 360 + lon
            if shorelines.count[square]:
                shape = land_left_of(shorelines.lines(square), whole)
            else:
                shape = whole if shorelines.is_land[square] else shapely.Polygon()
            yield lon, lat, _in_degrees(shape, lon, lat)


def _in_degrees(shape: shapely.Geometry, lon: int, lat: int) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: xy / _STEPS + (lon, lat))


def land_left_of(lines: Shapes, square: shapely.Polygon) -> shapely.Geometry:
    """The part of a square that lies to the left of the lines in it.

    Parameters
    ----------
    lines
        Rings inside the square, and lines from edge to edge, with integer coordinates below 2**16.
    """
    noded = shapely.union_all([*lines, square.exterior])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    # Counter-clockwise shells and clockwise holes have the face to their left.
    rings, face = shapely.get_rings(shapely.orient_polygons(faces), return_index=True)
    edges, ring = _directed_edges(rings)
    shores, _ = _directed_edges(lines)
    ahead, back = np.isin(edges, shores), np.isin(edges, shores.imag + 1j * shores.real)
    votes = np.bincount(face[ring], ahead.astype(int) - back, len(faces))
    return shapely.union_all(faces[votes > 0])


def _directed_edges(lines: Shapes) -> tuple[npt.NDArray[np.complex128], npt.NDArray[np.intp]]:
    """Edges as complex numbers, start + end * i, and the index of the line of each."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    vertex = xy[:, 0] * 2**16 + xy[:, 1]
    within = line[1:] == line[:-1]
    return (vertex[:-1] + 1j * vertex[1:])[within], line[:-1][within]


def simplified(frame: gpd.GeoDataFrame, cities: shapely.Geometry) -> gpd.GeoDataFrame:
    """Land on the :data:`GRID`, with fewer vertices far from cities.

    Parameters
    ----------
    frame
        See :func:`land`.
    cities
        Areas of the member cities in OGC:CRS84.
    """
    squares, shapes = squares_of(frame), frame.geometry.to_numpy().copy()
    for row in np.flatnonzero(~shapely.dwithin(squares, cities, NEAR_DEGREES)):
        sea = shapely.difference(squares[row], shapes[row])
        # With the sea beside it, the coast is an inner edge; those of the square stay.
        coverage = shapely.coverage_simplify(
            [shapes[row], sea], FAR_TOLERANCE, simplify_boundary=False
        )
        shapes[row] = coverage[0]
    on_grid = polygon_parts(shapely.set_precision(shapes, GRID))
    return frame.set_geometry(gpd.GeoSeries(on_grid, crs=CRS))


def encode(frame: gpd.GeoDataFrame) -> bytes:
    """Encode the result of :func:`simplified` as GeoParquet; equal input gives equal bytes."""
    buffer = io.BytesIO()
    frame.to_parquet(
        buffer, index=False, compression="zstd", compression_level=19, schema_version="1.1.0"
    )
    return buffer.getvalue()


def _difference(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> str:
    counts = (
        f"{len(frame):,} squares, {shapely.get_num_coordinates(frame.geometry).sum():,} vertices, "
        f"{areas_km2(frame.geometry).sum():,.0f} km²"
        for frame in (after, before)
    )
    return f"{GSHHG}: {'; before '.join(counts)}"


SOURCE = Source("GSHHG, land at city scale (soest.hawaii.edu; Debian gmt-gshhg-full)", renew, True)
