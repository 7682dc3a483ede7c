"""Countries of Natural Earth, from its server or from the npm package ``world-atlas``."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio.errors
import shapely

from geo.analysis import boundaries as analysis_boundaries
from geo.analysis.boundaries import Numbers, Shapes, as_series, polygon_parts
from geo.build import boundaries
from geo.build.boundaries import COLUMNS, MEMBER_NUMERIC
from geo.build.run import NATURAL_EARTH, check_boundaries
from geo.errors import FetchError, GeoError, SourceError
from geo.refresh import archive
from geo.refresh.cache import Fetched, file_sha256
from geo.refresh.changes import require_enough
from geo.refresh.source import Job, RefreshResult, Source, vintage_row
from geo.sources import read as sources
from geo.vocabulary import CRS

WINDOW = (40.0, -60.0, 180.0, 70.0)
"""West, south, east, north in degrees of what maps can show; all land is clipped to it. A map of
350 by 600 or 2,600 by 1,000 pixels that shows the member states beside its buttons and legend shows
no more."""

DETAILED = (80.0, -25.0, 165.0, 40.0)
"""West, south, east, north in degrees of the land in full detail; member states lie inside."""

COARSE_TOLERANCE = 0.25
"""Tolerance in degrees of the land around it, as in :data:`geo.build.boundaries.TOLERANCES`: it
adds 2,450 vertices instead of 74,000."""

COARSE_ISLAND_KM2 = 500.0
"""Islands around it below this area are dropped; the largest part of each country is kept."""

URL = "https://naciscdn.org/naturalearth/10m/cultural/ne_10m_admin_0_countries.zip"

WORLD_ATLAS = "world-atlas@2.0.2"

WORLD_ATLAS_SHA512 = (
    "IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ=="
)
"""Integrity hash of the package published by npm."""

SOURCE_ID = "natural-earth"

_NAME = "ne_10m_admin_0_countries"
_MEMBERS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MEMBER_FILE = "package/countries-10m.json"
_SECONDS = 300
_MAX_BYTES, _MAX_UNPACKED = 50_000_000, 200_000_000
_MOVED_PERCENT = 0.1
_UNCHANGED = f"{NATURAL_EARTH}: unchanged"


def renew(job: Job) -> RefreshResult:
    """Refresh the boundaries in ``natural_earth_10m.parquet``.

    Raises
    ------
    FetchError, SourceError, GeoError
        If the file is unavailable or not as expected, or would fail the checks of the build.
    """
    with tempfile.TemporaryDirectory() as directory:
        file, raw, source_row = (_from_npm if job.from_package else _from_publisher)(
            job, Path(directory)
        )
    frame = prepare_countries(raw, file.path.name)
    path = job.sources_dir / NATURAL_EARTH
    old = path.read_bytes() if path.is_file() else b""
    before = boundaries.read(path) if old else frame.iloc[:0]
    require_enough(NATURAL_EARTH, len(before), len(frame), job.accept_fewer)
    states = boundaries.member_states(frame, sources.read("countries", job.sources_dir))
    check_boundaries(states, sources.read("countries", job.sources_dir))
    boundaries.context(frame, sources.read("context_countries", job.sources_dir))
    content = encode(frame)
    return RefreshResult(
        files={NATURAL_EARTH: content},
        source_rows=[{"source_id": SOURCE_ID, **source_row}],
        fetched=[vintage_row(SOURCE_ID, file, source_row["vintage"], job)],
        lines=differences(before, frame) if content != old else [_UNCHANGED],
    )


def _from_publisher(job: Job, directory: Path) -> tuple[Fetched, gpd.GeoDataFrame, dict[str, str]]:
    file = job.downloader.get(URL, f"{SOURCE_ID}/{_NAME}.zip", _MAX_BYTES)
    with archive.open_zip(file.path, _MAX_UNPACKED) as zip_file:
        for ending in _MEMBERS:
            archive.unpack(zip_file, f"{_NAME}{ending}", directory / f"{_NAME}{ending}")
        version = archive.unpack(zip_file, f"{_NAME}.VERSION.txt", directory / "version")
        release = version.read_text(encoding="utf-8", errors="replace").strip()[:20]
    try:
        raw = gpd.read_file(directory / f"{_NAME}.shp")
    except pyogrio.errors.DataSourceError as error:
        raise SourceError(f"{file.path.name} cannot be read as a shapefile: {error}.") from None
    raw = raw.rename(columns=str.upper).rename(columns={"GEOMETRY": "geometry"})
    # Newer releases have the code that a state itself uses in ISO_N3_EH; -99 is missing.
    code = next((column for column in ("ISO_N3_EH", "ISO_N3") if column in raw.columns), "")
    if not code or "NAME" not in raw.columns:
        raise SourceError(f"{file.path.name} lacks column {'NAME' if code else 'ISO_N3'}.")
    raw = raw.set_geometry("geometry")[[code, "NAME", "geometry"]]
    raw = raw.rename(columns={code: "id", "NAME": "name"})
    raw["id"] = raw["id"].astype(str).where(raw["id"].astype(str).str.fullmatch(r"\d{3}"), "")
    source_row = {
        "title": f"Natural Earth {release}, 1:10m cultural vectors",
        "vintage": release,
    }
    return file, raw, source_row


def _from_npm(job: Job, directory: Path) -> tuple[Fetched, gpd.GeoDataFrame, dict[str, str]]:
    tarball = download(directory)
    raw = read_topojson(unpack(tarball))
    file = Fetched(tarball, f"npm:{WORLD_ATLAS}", file_sha256(tarball), tarball.stat().st_size)
    source_row = {
        "title": "Natural Earth 4.1.0, 1:10m cultural vectors, as packaged in npm "
        + WORLD_ATLAS.replace("@", " "),
        "vintage": "4.1.0 (2018)",
    }
    return file, raw, source_row


def differences(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> list[str]:
    """Describe the changes between two results of :func:`prepare_countries`, one line each."""
    old, new = (_areas(frame) for frame in (before, after))
    moved = {
        key: 100 * (new[key] / old[key] - 1)
        for key in new
        if key in old and abs(new[key] / old[key] - 1) > _MOVED_PERCENT / 100
    }
    lines = [f"{NATURAL_EARTH}: {len(after)} countries and areas; boundaries differ"]
    for what, keys in (("added", new.keys() - old.keys()), ("dropped", old.keys() - new.keys())):
        if keys:
            lines.append(f"  {what}: {', '.join(name for _, name in sorted(keys))}")
    return lines + [
        f"  {name}: area {percent:+.2f}%"
        for (_, name), percent in sorted(moved.items(), key=lambda item: -abs(item[1]))
    ]


def _areas(frame: gpd.GeoDataFrame) -> Mapping[tuple[str, str], float]:
    keys = zip(frame["iso_numeric"], frame["name"], strict=True)
    return dict(zip(keys, analysis_boundaries.areas_km2(frame.geometry), strict=True))


def download(directory: Path) -> Path:
    """Download the tarball of ``world-atlas`` to ``directory``, from npm's configured registry."""
    command = ["npm", "pack", WORLD_ATLAS, "--silent", "--pack-destination", str(directory)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS)
    except FileNotFoundError:
        raise FetchError("npm is needed to fetch boundaries; install Node.js.") from None
    except subprocess.TimeoutExpired:
        raise FetchError(f"npm did not answer within {_SECONDS} s; check the network.") from None
    except subprocess.CalledProcessError as error:
        reason = (error.stderr or error.stdout).strip() or "no reason given"
        raise FetchError(f"npm could not fetch {WORLD_ATLAS}: {reason}") from None
    tarballs = sorted(directory.glob("*.tgz"))
    if len(tarballs) != 1:
        raise FetchError(f"npm gave {len(tarballs)} packages instead of one for {WORLD_ATLAS}.")
    return tarballs[0]


def unpack(tarball: Path) -> Path:
    """Verify a tarball and extract its TopoJSON file next to it.

    Raises
    ------
    FetchError, GeoError
        If the file is not in the tarball, or its SHA-512 is not the published one.
    """
    content = tarball.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != WORLD_ATLAS_SHA512:
        raise GeoError(f"{tarball.name} is not {WORLD_ATLAS} as published: its SHA-512 differs.")
    with tarfile.open(tarball) as archive:
        try:
            member = archive.extractfile(_MEMBER_FILE)
        except KeyError:
            member = None
        if member is None:
            raise FetchError(f"{tarball.name} holds no {_MEMBER_FILE}.")
        path = tarball.with_name(Path(_MEMBER_FILE).name)
        path.write_bytes(member.read())
    return path


def read_topojson(topojson: Path) -> gpd.GeoDataFrame:
    """Read ``id``, ``name`` and ``geometry`` from a TopoJSON file of ``world-atlas``.

    Raises
    ------
    SourceError
        If the file is not as expected.
    """
    try:
        raw = gpd.read_file(topojson, layer="countries")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise SourceError(f"{topojson.name} cannot be read as TopoJSON: {error}.") from None
    lacking = {"id", "name"} - set(raw.columns)
    if lacking:
        raise SourceError(f"{topojson.name} lacks {', '.join(sorted(lacking))} of its countries.")
    return raw


def prepare_countries(raw: gpd.GeoDataFrame, file: str) -> gpd.GeoDataFrame:
    """Repair and clip the countries of Natural Earth.

    Self-intersections are repaired (in the member states: Indonesia, Myanmar, the Philippines
    and Viet Nam), overlaps are assigned to the smaller country, neighbours are clipped to
    :data:`WINDOW` and simplified outside of :data:`DETAILED`. Adjacent countries keep identical
    vertices along their common border.

    Parameters
    ----------
    raw
        All countries: ``id`` (ISO 3166-1 numeric, empty or missing if there is none), ``name``
        and ``geometry`` in degrees on WGS 84.
    file
        Name of their file, for the message.

    Returns
    -------
    geopandas.GeoDataFrame
        ``iso_numeric`` (empty if Natural Earth gives no code, as for disputed areas),
        ``name`` and ``geometry`` (MultiPolygon), ordered by code and name.

    Raises
    ------
    SourceError
        If a member state is missing or reaches beyond :data:`DETAILED`.
    """
    table = _parts_in_window(raw)
    rows = [
        (code, name, shapely.multipolygons(group.to_numpy()))
        for (code, name), group in table.groupby(["iso_numeric", "name"])["part"]
    ]
    frame = gpd.GeoDataFrame(rows, columns=list(COLUMNS), geometry="geometry", crs=CRS)
    member = frame["iso_numeric"].isin(MEMBER_NUMERIC.values())
    _check_members(frame[member], file)
    cut = shapely.intersection(frame.geometry.to_numpy(), shapely.box(*WINDOW))
    shapes = _without_overlaps(polygon_parts(np.where(member, frame.geometry.to_numpy(), cut)))
    beyond = ~shapely.covered_by(shapes, shapely.box(*DETAILED))
    shapes[beyond] = _simplify_around(shapes[beyond])
    frame = frame.set_geometry(as_series(shapes, frame.index))
    return frame[~frame.is_empty].reset_index(drop=True)


def _parts_in_window(raw: gpd.GeoDataFrame) -> pd.DataFrame:
    """``iso_numeric``, ``name`` and ``part``: valid unclipped polygons that meet the window."""
    codes, names = raw["id"].fillna("").astype(str), raw["name"].astype(str)
    # Natural Earth lists some islands separately under the code of their state (Australia's 036).
    by_size = raw.geometry.bounds.eval("(maxx - minx) * (maxy - miny)").sort_values(kind="stable")
    state = names[by_size.index].groupby(codes[by_size.index]).last()
    names = names.where(codes == "", codes.map(state))
    repaired = shapely.make_valid(_unwrapped(raw.geometry.to_numpy()), method="structure")
    parts, row = shapely.get_parts(polygon_parts(repaired), return_index=True)
    keep = shapely.intersects(parts, shapely.box(*WINDOW))
    return pd.DataFrame(
        {
            "iso_numeric": codes.to_numpy()[row[keep]],
            "name": names.to_numpy()[row[keep]],
            "part": parts[keep],
        }
    )


def _unwrapped(shapes: Shapes) -> Shapes:
    """Countries on both sides of the antimeridian with longitudes from 0 to 360 degrees; a part
    that crosses it (in Russia and Fiji) would else be a band around the globe."""
    west, _, east, _ = shapely.bounds(shapes).T
    return np.where(east - west > 180, shapely.transform(shapes, _from_0_to_360), shapes)


def _from_0_to_360(lon_lat: Numbers) -> Numbers:
    return np.column_stack([lon_lat[:, 0] % 360, lon_lat[:, 1]])


def _check_members(members: gpd.GeoDataFrame, file: str) -> None:
    missing = [i for i, code in MEMBER_NUMERIC.items() if code not in set(members["iso_numeric"])]
    if missing:
        raise SourceError(f"{file} lacks {', '.join(missing)}.")
    west, south, east, north = DETAILED
    b = members.bounds
    inside = (b.minx > west) & (b.miny > south) & (b.maxx < east) & (b.maxy < north)
    if not inside.all():
        raise SourceError(f"{file}: {', '.join(members.loc[~inside, 'name'])} leaves the window.")


def _simplify_around(shapes: Shapes) -> Shapes:
    """Simplify the land outside of :data:`DETAILED`; the land inside keeps its vertices."""
    window = shapely.box(*DETAILED)
    inside = polygon_parts(shapely.intersection(shapes, window))
    around = polygon_parts(shapely.difference(shapes, window))
    # As a neighbour of the land around it, with a vertex wherever a coast or border meets its edge,
    # the window keeps these vertices in place, so that both parts of a country still meet.
    edge, vertices = window.exterior, shapely.get_coordinates(around)
    vertices = vertices[shapely.intersects_xy(edge, *vertices.T)]
    ring = np.unique(np.concatenate([shapely.get_coordinates(edge), vertices]), axis=0)
    ring = ring[shapely.line_locate_point(edge, shapely.points(ring)).argsort()]
    coverage = np.array([*around, shapely.Polygon(ring)])
    simplified = polygon_parts(shapely.coverage_simplify(coverage, COARSE_TOLERANCE))
    around = boundaries.without_islets(simplified, COARSE_ISLAND_KM2)[:-1]
    return polygon_parts(shapely.coverage_union_all(np.column_stack([inside, around]), axis=1))


def _without_overlaps(shapes: Shapes) -> Shapes:
    """Assign overlaps to the smaller country, with identical vertices in both."""
    shapes = shapes.copy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for i, j in zip(left, right, strict=True):
        if i >= j:
            continue
        common = polygon_parts(np.array([shapely.intersection(shapes[i], shapes[j])]))[0]
        if common.is_empty:
            continue
        small, large = (i, j) if shapes[i].area < shapes[j].area else (j, i)
        # Rebuilt from its pieces, the smaller one gets the nodes of the cut, too.
        pieces = [shapely.difference(shapes[small], shapes[large]), common]
        cut = shapely.difference(shapes[large], shapes[small])
        shapes[[small, large]] = polygon_parts(np.array([shapely.union_all(pieces), cut]))
    return shapes


def encode(natural_earth: gpd.GeoDataFrame) -> bytes:
    """Encode the result of :func:`prepare_countries` as GeoParquet; equal input gives equal
    bytes."""
    buffer = io.BytesIO()
    natural_earth.to_parquet(
        buffer, index=False, compression="zstd", compression_level=19, schema_version="1.1.0"
    )
    return buffer.getvalue()


SOURCE = Source("Natural Earth, boundaries (naciscdn.org; npm world-atlas)", renew, package=True)
