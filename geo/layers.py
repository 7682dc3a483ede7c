"""Read and write the layers: GeoParquet 1.1 and plain Parquet with their description inside.

Layers are written to temporary files and renamed, so that a reader sees an old file or a new one,
never half of one, and a build that fails leaves all old ones. Both directions check the schema.
"""

from __future__ import annotations

import glob
import hashlib
import io
import json
import os
import shutil
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pandera.errors
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geo.cache import Cache
from geo.columns import Layer
from geo.errors import LayerError, no_such
from geo.i18n import mark, ntr, tr
from geo.schema import DECLARED, LAYERS, OPTIONAL
from geo.vocabulary import CRS

DATA = Path(__file__).resolve().parent.parent / "data"
SOURCES_DIR = DATA / "sources"
LAYERS_DIR = DATA / "layers"

ROW_GROUP_ROWS = 2_048
"""Rows in Hilbert order and small row groups let a reader skip by bounding box; with fewer rows
than this one group is read at once anyway."""

_INFO_KEY = b"layer"

_LEFT_SECONDS = 3_600
"""Age from which a temporary file is taken for what a killed process has left."""

Info = Mapping[str, str]
"""Metadata in the file, see :data:`INFO`."""

Made = TypeVar("Made")

MOST_MADE, MOST_MADE_BYTES = 300, 64 << 20
"""Results that a catalogue keeps of what was made of its layers, and their bytes together."""

INFO = ("title", "description", "licence", "attribution", "vintage", "content_hash")
"""What a layer file says of itself."""


def plain(value: object) -> object:
    """A NumPy scalar as Python's own number, which reads better in a message."""
    return value.item() if isinstance(value, np.generic) else value


def failures(error: pandera.errors.SchemaErrors, frame: pd.DataFrame, most: int = 5) -> str:
    """The failing cases of a schema check in words: row, column, value and what would be right."""
    cases = error.failure_cases
    said = []
    for case in cases.head(most).itertuples():
        check = str(case.check)
        if case.index is None or pd.isna(case.index):
            said.append(f"{case.column or tr('table')}: {check} ({case.failure_case})")
        else:
            at = int(case.index)
            key = f" ({frame.columns[0]} {plain(frame.iloc[at, 0])!r})" if at < len(frame) else ""
            said.append(
                tr(
                    "row {row}, column {column}: {value} is not {check}",
                    row=f"{at + 1}{key}",
                    column=case.column,
                    value=repr(plain(case.failure_case)),
                    check=check,
                )
            )
    if len(cases) > most:
        said.append(ntr("and {n} more", "and {n} more", len(cases) - most))
    return "; ".join(said)


def check(frame: pd.DataFrame, layer: Layer) -> None:
    """Check attributes, geometry and CRS of ``frame`` against ``layer``.

    Raises
    ------
    LayerError
        Naming the layer and the first few failing rows.
    """
    attributes = pd.DataFrame(frame.drop(columns=list(layer.geometry_columns), errors="ignore"))
    attributes = attributes.reset_index(drop=True)
    try:
        layer.schema.validate(attributes, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise LayerError(
            tr("Layer {layer}: {failures}.", layer=layer.name, failures=failures(error, attributes))
        ) from None
    if layer.geometry is None:
        return
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None or frame.crs != CRS:
        raise LayerError(tr("Layer {layer}: geometry must be in {crs}.", layer=layer.name, crs=CRS))
    lacking = [name for name in layer.geometry_columns if name not in frame.columns]
    if lacking:
        raise LayerError(
            tr(
                "Layer {layer}: geometry column {column} is missing.",
                layer=layer.name,
                column=lacking[0],
            )
        )
    for name in layer.geometry_columns:
        shapes = frame[name].array
        wrong = shapes.is_empty | ~shapes.is_valid | (shapes.geom_type != layer.geometry)
        if wrong.any():
            keys = frame.loc[wrong, list(layer.key)].astype(str).agg("/".join, axis=1).tolist()
            raise LayerError(
                tr(
                    "Layer {layer}, column {column}: not a valid {geometry} for {keys}.",
                    layer=layer.name,
                    column=name,
                    geometry=layer.geometry,
                    keys=keys[:5],
                )
            )


def in_hilbert_order(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rows ordered along a Hilbert curve over their bounding box, ties by index."""
    distance = frame.hilbert_distance()
    return frame.iloc[distance.reset_index(drop=True).sort_values(kind="stable").index]


def _arrow(frame: pd.DataFrame, layer: Layer) -> pa.Table:
    buffer = io.BytesIO()
    if layer.geometry:
        frame.to_parquet(
            buffer, index=False, write_covering_bbox=True, schema_version="1.1.0"
        )  # geopandas knows the "geo" metadata; the final file is written below
    else:
        frame.to_parquet(buffer, index=False)
    return pq.read_table(io.BytesIO(buffer.getvalue()))


def content_hash(table: pa.Table) -> str:
    """A hash over names and values of all columns, whatever the file's encoding."""
    digest = hashlib.sha256()
    for name in table.column_names:
        digest.update(name.encode())
        digest.update(json.dumps(table.column(name).to_pylist(), default=repr).encode())
    return digest.hexdigest()[:16]


def write_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and rename it into place; see :func:`write_all`."""
    write_all({path: content})


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write files that belong together: all of them, or none.

    Each content is written beside its path first. Only when all are on the disk are they renamed
    into place; when one of these cannot be, those before it are put back. What a process that was
    killed has left beside them goes once it is older than an hour.

    Raises
    ------
    LayerError
        If a file cannot be written; what stood there stays, in all places.
    """
    temporary = {path: _beside(path, "tmp") for path in contents}
    kept: dict[Path, Path] = {}
    path = Path()
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            _drop_leftovers(path)
            temporary[path].write_bytes(content)
        for path in contents:
            if path.is_file():
                kept[path] = _second_name(path)
        try:
            for path in contents:
                temporary[path].replace(path)
        except (OSError, KeyboardInterrupt):
            for done in contents:
                if not temporary[done].exists():
                    kept[done].replace(done) if done in kept else done.unlink()
            raise
    except OSError as error:
        raise LayerError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        for spare in (*temporary.values(), *kept.values()):
            spare.unlink(missing_ok=True)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{ending}")


def _drop_leftovers(path: Path) -> None:
    for ending in ("tmp", "old"):
        for left in path.parent.glob(f".{glob.escape(path.name)}.*.{ending}"):
            with suppress(FileNotFoundError):  # another process tidies up as well
                if time.time() - left.stat().st_ctime > _LEFT_SECONDS:
                    left.unlink()


def _second_name(path: Path) -> Path:
    """A second name of a file, so that its content outlives being replaced."""
    second = _beside(path, "old")
    second.unlink(missing_ok=True)
    try:
        second.hardlink_to(path)
    except OSError:  # some file systems have no links
        shutil.copyfile(path, second)
    return second


def encode(frame: pd.DataFrame, layer: Layer, info: Info) -> bytes:
    """A checked layer as the bytes of its Parquet file; equal input gives equal bytes.

    Raises
    ------
    LayerError
        If the frame is not of the layer's schema.
    """
    check(frame, layer)
    table = _arrow(frame, layer)
    described = {**info, "content_hash": content_hash(table)}
    metadata = dict(table.schema.metadata or {})
    metadata[_INFO_KEY] = json.dumps(described, sort_keys=True, ensure_ascii=False).encode()
    buffer = io.BytesIO()
    pq.write_table(
        table.replace_schema_metadata(metadata),
        buffer,
        compression="zstd",
        compression_level=12,
        row_group_size=ROW_GROUP_ROWS,
    )
    return buffer.getvalue()


def info_in(content: bytes) -> dict[str, str]:
    """The description in the content of a layer file, as :func:`encode` writes it."""
    return _info(pq.read_schema(io.BytesIO(content)).metadata)


def _info(metadata: Mapping[bytes, bytes]) -> dict[str, str]:
    info = json.loads(metadata[_INFO_KEY])
    return {name: str(info[name]) for name in INFO}


def read_info(path: Path) -> dict[str, str]:
    """The description stored in a layer file.

    Raises
    ------
    LayerError
        If the file is missing, is not Parquet or was not written by this project.
    """
    return _read_info(path.name, path)


def _read_info(file: str, content: Path | io.BytesIO) -> dict[str, str]:
    try:
        metadata = pq.read_schema(content).metadata or {}
    except FileNotFoundError:
        raise _missing(file) from None
    except (pa.ArrowInvalid, OSError):
        raise LayerError(
            tr(
                "{file} is damaged or not Parquet; build it again with `python -m geo build`.",
                file=file,
            )
        ) from None
    try:
        return _info(metadata)
    except (KeyError, TypeError, ValueError):
        raise LayerError(
            tr(
                "{file} carries no layer description, so it was not built by this project; build "
                "it with `python -m geo build`.",
                file=file,
            )
        ) from None


def _missing(file: str) -> LayerError:
    return LayerError(tr("{file} is missing; build it with `python -m geo build`.", file=file))


def _unknown(name: str) -> LayerError:
    return LayerError(no_such(mark("There is no layer {name}; there are {known}."), name, LAYERS))


def read(name: str, directory: Path = LAYERS_DIR) -> pd.DataFrame:
    """One layer, checked.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        Columns as declared in :mod:`geo.schema`; a GeoDataFrame in OGC:CRS84 when the layer
        has a geometry.

    Raises
    ------
    LayerError
        If the name is unknown, or the file is missing, damaged or of another schema.
    """
    if name not in DECLARED:
        raise _unknown(name)
    return _read(DECLARED[name], directory / f"{name}.parquet")


def _read(layer: Layer, content: Path | io.BytesIO) -> pd.DataFrame:
    file = f"{layer.name}.parquet"
    _read_info(file, content)
    try:
        frame = gpd.read_parquet(content) if layer.geometry else pd.read_parquet(content)
        frame = frame.drop(columns="bbox", errors="ignore")
        check(frame, layer)
    except LayerError as error:
        raise LayerError(
            tr(
                "{file} is not sound. {fault} Build it again with `python -m geo build`.",
                file=file,
                fault=error,
            )
        ) from None
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError) as error:
        raise LayerError(
            tr(
                "{file} cannot be read ({fault}). Build it again with `python -m geo build`.",
                file=file,
                fault=error,
            )
        ) from None
    return frame


class Catalogue:
    """The layers of one directory or of files in memory, each read at most once.

    Frames are shared by every page and route of the process: take a copy before changing one.

    Parameters
    ----------
    files
        Directory of the layer files, or their contents by the name of the layer.

    Examples
    --------
    >>> len(Catalogue()["cities"])
    38
    """

    def __init__(self, files: Path | Mapping[str, bytes] = LAYERS_DIR) -> None:
        self.files = files
        self._frames: dict[str, pd.DataFrame] = {}
        self._infos: dict[str, dict[str, str]] = {}
        self._made: Cache[Any] = Cache(MOST_MADE_BYTES, MOST_MADE)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` makes of the layers, kept under a key for those who ask again.

        The results asked for last are kept, as long as the catalogue is. Take a copy before
        changing one. What raises is not kept.
        """
        made: Made = self._made.get(key, make)
        return made

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            content = self.content(name)
            self._frames[name] = _read(DECLARED[name], content)
        return self._frames[name]

    def content(self, name: str) -> Path | io.BytesIO:
        """The file of a layer, to be read.

        Raises
        ------
        LayerError
            If the name is unknown, or there is no such file in memory.
        """
        if name not in DECLARED:
            raise _unknown(name)
        if isinstance(self.files, Path):
            return self.files / f"{name}.parquet"
        if name not in self.files:
            raise _missing(f"{name}.parquet")
        return io.BytesIO(self.files[name])

    def _holds(self, name: str) -> bool:
        if isinstance(self.files, Path):
            return (self.files / f"{name}.parquet").is_file()
        return name in self.files

    def share(self, earlier: Catalogue) -> None:
        """Take over what an earlier catalogue read of files that are the same in both."""
        if isinstance(self.files, Path) or isinstance(earlier.files, Path):
            return
        for name, frame in list(earlier._frames.items()):
            if earlier.files.get(name) == self.files.get(name):
                self._frames[name] = frame

    def geo(self, name: str) -> gpd.GeoDataFrame:
        """A layer that has a geometry."""
        frame = self[name]
        if not isinstance(frame, gpd.GeoDataFrame):
            raise LayerError(tr("Layer {layer} has no geometry.", layer=repr(name)))
        return frame

    @cached_property
    def layers(self) -> Mapping[str, Layer]:
        """Declarations of the layers that the directory should hold: all that are not optional,
        and of the optional ones those whose file is there."""
        there = {name: layer for name, layer in OPTIONAL.items() if self._holds(name)}
        return {**LAYERS, **there}

    def info(self, name: str) -> dict[str, str]:
        """Title, licence, attribution, vintage and content hash of a layer."""
        if name not in self._infos:
            self._infos[name] = _read_info(f"{name}.parquet", self.content(name))
        return self._infos[name]

    @cached_property
    def version(self) -> str:
        """One hash over all layers: changes when any layer changes.

        A layer that cannot be read does not keep the others from being shown.
        """
        hashes = []
        for name in self.layers:
            try:
                hashes.append(self.info(name)["content_hash"])
            except LayerError:
                hashes.append("unreadable")
        return hashlib.sha256("".join(hashes).encode()).hexdigest()[:12]


def extent(frame: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees."""
    west, south, east, north = shapely.total_bounds(frame.geometry.to_numpy())
    return float(west), float(south), float(east), float(north)
