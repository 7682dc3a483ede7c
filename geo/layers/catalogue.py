"""Lazy, cached access to a set of layers.

Layers are written to temporary files and renamed, so that a reader sees an old file or a new one,
never a partial one, and a failed build leaves all old files. Writing checks the schema, and so does
reading files that are not known to be those that were checked.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import pandas as pd

from geo.cache import Cache, Shared
from geo.errors import LayerError
from geo.i18n import tr
from geo.layers.files import LAYERS_DIR, missing_layer, read_frame, read_frame_info, unknown_layer
from geo.schema import DECLARED, LAYERS, OPTIONAL
from geo.schema.declare import Layer

T = TypeVar("T")


class Catalogue(Shared):
    """The layers of one directory or of files in memory, each read at most once.

    Frames are shared by every page and route of the process: take a copy before changing one.

    Parameters
    ----------
    files
        Directory of the layer files, or their contents by the name of the layer.
    checked
        Whether the files are known to fit the schema; see :class:`geo.layers.store.Snapshot`.

    Examples
    --------
    >>> len(Catalogue()["cities"])
    38
    """

    def __init__(
        self, files: Path | Mapping[str, bytes] = LAYERS_DIR, checked: bool = False
    ) -> None:
        self.files, self._checked = files, checked
        self._frames: dict[str, pd.DataFrame] = {}
        self._infos: dict[str, dict[str, str]] = {}
        self._made: Cache[Any] = Cache("results")

    def cached(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the result of ``make``, cached under ``key`` for the catalogue's lifetime.

        The least recently used results are evicted first; exceptions are not cached. Copy a
        result before modifying it.
        """
        made: T = self._made.get(key, make)
        return made

    @property
    def source(self) -> Catalogue:
        """The layers in English as in their files."""
        return self

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            content = self.content(name)
            self._frames[name] = read_frame(DECLARED[name], content, self._checked)
        return self._frames[name]

    def content(self, name: str) -> Path | io.BytesIO:
        """The file of a layer, to be read.

        Raises
        ------
        LayerError
            If the name is unknown, or there is no such file in memory.
        """
        if name not in DECLARED:
            raise unknown_layer(name)
        if isinstance(self.files, Path):
            return self.files / f"{name}.parquet"
        if name not in self.files:
            raise missing_layer(f"{name}.parquet")
        return io.BytesIO(self.files[name])

    def _holds(self, name: str) -> bool:
        if isinstance(self.files, Path):
            return (self.files / f"{name}.parquet").is_file()
        return name in self.files

    def share(self, earlier: Catalogue) -> None:
        """Reuse the frames of an earlier catalogue whose files are identical."""
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
        """Declarations of the expected layers: all required ones, and the optional ones whose
        file exists."""
        existing = {name: layer for name, layer in OPTIONAL.items() if self._holds(name)}
        return {**LAYERS, **existing}

    def info(self, name: str) -> dict[str, str]:
        """Title, licence, attribution, vintage, content hash and sources of a layer."""
        if name not in self._infos:
            self._infos[name] = read_frame_info(f"{name}.parquet", self.content(name))
        return self._infos[name]

    @cached_property
    def version(self) -> str:
        """One hash over all layers: changes when content or metadata of any layer changes.

        An unreadable layer does not prevent the others from being served.
        """
        hashes = []
        for name in self.layers:
            try:
                hashes.append(json.dumps(self.info(name), sort_keys=True))
            except LayerError:
                hashes.append("unreadable")
        return hashlib.sha256("".join(hashes).encode()).hexdigest()[:12]
