"""Natural Earth's countries: from its own server, or as npm ``world-atlas`` has them."""

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

from geo.analysis import boundaries as boundaries_
from geo.analysis.boundaries import Shapes, as_series, polygon_parts
from geo.build import boundaries
from geo.build.boundaries import COLUMNS, MEMBER_NUMERIC
from geo.build.run import NATURAL_EARTH, check_boundaries
from geo.errors import FetchError, GeoError, SourceError
from geo.refresh import archive
from geo.refresh.cache import Fetched, sha256_of
from geo.refresh.changes import require_enough
from geo.refresh.source import Job, Renewed, Source, vintage
from geo.sources import read as sources
from geo.vocabulary import CRS

WINDOW = (80.0, -25.0, 165.0, 40.0)
"""West, south, east, north of the map; neighbours are cut here, member states lie inside."""

URL = "https://naciscdn.org/naturalearth/10m/cultural/ne_10m_admin_0_countries.zip"

WORLD_ATLAS = "world-atlas@2.0.2"

WORLD_ATLAS_SHA512 = (
    "IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ=="
)
"""Integrity of the package as npm publishes it."""

SOURCE_ID = "natural-earth"

_NAME = "ne_10m_admin_0_countries"
_MEMBERS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MEMBER_FILE = "package/countries-10m.json"
_SECONDS = 300
_LARGEST, _LARGEST_UNPACKED = 50_000_000, 200_000_000
_MOVED_PERCENT = 0.1
_UNCHANGED = f"{NATURAL_EARTH}: unchanged"


def renew(job: Job) -> Renewed:
    """The boundaries in ``natural_earth_10m.parquet``.

    Raises
    ------
    FetchError, SourceError, GeoError
        If the file cannot be had or is not as expected, or the build would not take what is in it.
    """
    with tempfile.TemporaryDirectory() as directory:
        got, raw, said = (_from_npm if job.from_package else _from_publisher)(job, Path(directory))
    frame = compacted(raw, got.path.name)
    path = job.sources_dir / NATURAL_EARTH
    old = path.read_bytes() if path.is_file() else b""
    before = boundaries.read(path) if old else frame.iloc[:0]
    require_enough(NATURAL_EARTH, len(before), len(frame), job.accept_fewer)
    states = boundaries.member_states(frame, sources.read("countries", job.sources_dir))
    check_boundaries(states, sources.read("countries", job.sources_dir))
    boundaries.context(frame, sources.read("context_countries", job.sources_dir))
    content = encode(frame)
    return Renewed(
        files={NATURAL_EARTH: content},
        said=[{"source_id": SOURCE_ID, **said}],
        fetched=[vintage(SOURCE_ID, got, said["vintage"], job)],
        lines=differences(before, frame) if content != old else [_UNCHANGED],
    )


def _from_publisher(job: Job, directory: Path) -> tuple[Fetched, gpd.GeoDataFrame, dict[str, str]]:
    got = job.downloader.get(URL, f"{SOURCE_ID}/{_NAME}.zip", _LARGEST)
    with archive.opened(got.path, _LARGEST_UNPACKED) as opened:
        for ending in _MEMBERS:
            archive.unpack(opened, f"{_NAME}{ending}", directory / f"{_NAME}{ending}")
        version = archive.unpack(opened, f"{_NAME}.VERSION.txt", directory / "version")
        release = version.read_text(encoding="utf-8", errors="replace").strip()[:20]
    try:
        raw = gpd.read_file(directory / f"{_NAME}.shp")
    except pyogrio.errors.DataSourceError as error:
        raise SourceError(f"{got.path.name} cannot be read as a shapefile: {error}.") from None
    raw = raw.rename(columns=str.upper).rename(columns={"GEOMETRY": "geometry"})
    # Newer releases keep the code that a state uses in a column of its own; -99 is none.
    code = next((column for column in ("ISO_N3_EH", "ISO_N3") if column in raw.columns), "")
    if not code or "NAME" not in raw.columns:
        raise SourceError(f"{got.path.name} lacks column {'NAME' if code else 'ISO_N3'}.")
    raw = raw.set_geometry("geometry")[[code, "NAME", "geometry"]]
    raw = raw.rename(columns={code: "id", "NAME": "name"})
    raw["id"] = raw["id"].astype(str).where(raw["id"].astype(str).str.fullmatch(r"\d{3}"), "")
    said = {
        "title": f"Natural Earth {release}, 1:10m cultural vectors",
        "vintage": release,
    }
    return got, raw, said


def _from_npm(job: Job, directory: Path) -> tuple[Fetched, gpd.GeoDataFrame, dict[str, str]]:
    tarball = download(directory)
    raw = read_topojson(unpack(tarball))
    got = Fetched(tarball, f"npm:{WORLD_ATLAS}", sha256_of(tarball), tarball.stat().st_size)
    said = {
        "title": "Natural Earth 4.1.0, 1:10m cultural vectors, as packaged in npm "
        + WORLD_ATLAS.replace("@", " "),
        "vintage": "4.1.0 (2018)",
    }
    return got, raw, said


def differences(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> list[str]:
    """What changed between two results of :func:`compacted`, one line each."""
    old, new = (_areas(frame) for frame in (before, after))
    moved = {
        key: 100 * (new[key] / old[key] - 1)
        for key in new
        if key in old and abs(new[key] / old[key] - 1) > _MOVED_PERCENT / 100
    }
    said = [f"{NATURAL_EARTH}: {len(after)} countries and areas; boundaries differ"]
    for what, keys in (("added", new.keys() - old.keys()), ("dropped", old.keys() - new.keys())):
        if keys:
            said.append(f"  {what}: {', '.join(name for _, name in sorted(keys))}")
    return said + [
        f"  {name}: area {percent:+.2f} %"
        for (_, name), percent in sorted(moved.items(), key=lambda item: -abs(item[1]))
    ]


def _areas(frame: gpd.GeoDataFrame) -> Mapping[tuple[str, str], float]:
    keys = zip(frame["iso_numeric"], frame["name"], strict=True)
    return dict(zip(keys, boundaries_.areas_km2(frame.geometry), strict=True))


def download(directory: Path) -> Path:
    """The tarball of ``world-atlas`` in ``directory``, from the registry that npm is set to."""
    command = ["npm", "pack", WORLD_ATLAS, "--silent", "--pack-destination", str(directory)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS)
    except FileNotFoundError:
        raise FetchError("npm is needed to fetch boundaries; install Node.js.") from None
    except subprocess.TimeoutExpired:
        raise FetchError(f"npm did not answer within {_SECONDS} s; check the network.") from None
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout).strip() or "no reason given"
        raise FetchError(f"npm could not fetch {WORLD_ATLAS}: {said}") from None
    found = sorted(directory.glob("*.tgz"))
    if len(found) != 1:
        raise FetchError(f"npm gave {len(found)} packages instead of one for {WORLD_ATLAS}.")
    return found[0]


def unpack(tarball: Path) -> Path:
    """The TopoJSON file of a verified tarball, written beside it.

    Raises
    ------
    FetchError
        If the tarball's SHA-512 is not the published one, or the file is not in it.
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
    """Columns ``id``, ``name`` and ``geometry`` of a TopoJSON file of ``world-atlas``.

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


def compacted(raw: gpd.GeoDataFrame, file: str) -> gpd.GeoDataFrame:
    """The countries of Natural Earth around the member states.

    Self-intersections are repaired (in the member states: Indonesia, Myanmar, the Philippines
    and Viet Nam), overlaps are given to the smaller country, neighbours are cut at
    :data:`WINDOW`. Neighbours keep the same vertices along their common border.

    Parameters
    ----------
    raw
        All countries: ``id`` (ISO 3166-1 numeric, empty or missing where there is none), ``name``
        and ``geometry`` in degrees on WGS 84.
    file
        Where they are from, for the message.

    Returns
    -------
    geopandas.GeoDataFrame
        ``iso_numeric`` (empty where Natural Earth gives no code, as for disputed areas),
        ``name`` and ``geometry`` (MultiPolygon), ordered by code and name.

    Raises
    ------
    SourceError
        If a member state is missing or reaches the window's edge.
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
    frame = frame.set_geometry(as_series(shapes, frame.index))
    return frame[~frame.is_empty].reset_index(drop=True)


def _parts_in_window(raw: gpd.GeoDataFrame) -> pd.DataFrame:
    """``iso_numeric``, ``name`` and ``part``, a whole valid polygon that meets the window."""
    codes, names = raw["id"].fillna("").astype(str), raw["name"].astype(str)
    # Natural Earth lists some islands apart under the code of their state (Australia's 036).
    by_size = raw.geometry.bounds.eval("(maxx - minx) * (maxy - miny)").sort_values(kind="stable")
    state = names[by_size.index].groupby(codes[by_size.index]).last()
    names = names.where(codes == "", codes.map(state))
    repaired = shapely.make_valid(raw.geometry.to_numpy(), method="structure")
    parts, row = shapely.get_parts(polygon_parts(repaired), return_index=True)
    bounds = shapely.bounds(parts)
    # A part that crosses the antimeridian (Fiji) is drawn as a band around the globe.
    keep = (bounds[:, 2] - bounds[:, 0] < 180) & shapely.intersects(parts, shapely.box(*WINDOW))
    return pd.DataFrame(
        {
            "iso_numeric": codes.to_numpy()[row[keep]],
            "name": names.to_numpy()[row[keep]],
            "part": parts[keep],
        }
    )


def _check_members(members: gpd.GeoDataFrame, file: str) -> None:
    lost = [i for i, code in MEMBER_NUMERIC.items() if code not in set(members["iso_numeric"])]
    if lost:
        raise SourceError(f"{file} lacks {', '.join(lost)}.")
    west, south, east, north = WINDOW
    b = members.bounds
    inside = (b.minx > west) & (b.miny > south) & (b.maxx < east) & (b.maxy < north)
    if not inside.all():
        raise SourceError(f"{file}: {', '.join(members.loc[~inside, 'name'])} leaves the window.")


def _without_overlaps(shapes: Shapes) -> Shapes:
    """Give what two countries both claim to the smaller one, with the same vertices in both."""
    shapes = shapes.copy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for i, j in zip(left, right, strict=True):
        if i >= j:
            continue
        common = polygon_parts(np.array([shapely.intersection(shapes[i], shapes[j])]))[0]
        if common.is_empty:
            continue
        small, large = (i, j) if shapes[i].area < shapes[j].area else (j, i)
        # Put together again from its pieces, the smaller one has the nodes of the cut too.
        pieces = [shapely.difference(shapes[small], shapes[large]), common]
        cut = shapely.difference(shapes[large], shapes[small])
        shapes[[small, large]] = polygon_parts(np.array([shapely.union_all(pieces), cut]))
    return shapes


def encode(natural_earth: gpd.GeoDataFrame) -> bytes:
    """The result of :func:`compacted` as GeoParquet; equal input gives equal bytes."""
    buffer = io.BytesIO()
    natural_earth.to_parquet(
        buffer, index=False, compression="zstd", compression_level=19, schema_version="1.1.0"
    )
    return buffer.getvalue()


SOURCE = Source("Natural Earth, boundaries (naciscdn.org; npm world-atlas)", renew, package=True)
