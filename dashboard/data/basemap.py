"""The host's own base map: a PMTiles archive of the Protomaps basemap, ``DASHBOARD_BASEMAP``.

The server reads tiles from the archive by byte ranges and hands them out one by one, so that the
browser asks no other host, and no archive has to be reachable for it.

References
----------
PMTiles, version 3: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md.
Protomaps basemap, version 4: https://docs.protomaps.com/basemaps/layers.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import os
import re
import zlib
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

import requests
from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from dashboard.settings import current_settings, variable_name
from geo.errors import LayerError, SettingError, quoted

BASEMAP_MIN_ZOOM = 8
"""Zoom of the map from which the base map is drawn."""

LAYERS = ("water", "roads", "places")
"""The layers of the archive that are drawn."""

ATTRIBUTION = "© OpenStreetMap contributors"
"""Required by the licence of the data, ODbL 1.0."""

_START = 16_384
"""Bytes at the start of an archive that hold its header and root directory."""

_HEADER = 127
_MAX_DEPTH = 4
_TIMEOUT_SECONDS = 10
_MAX_DIRECTORIES = 64

GetBytes = Callable[[int, int], bytes]
"""Returns bytes of an archive by offset and length."""


class _UnfitError(Exception):
    """An archive cannot be used; the message is a clause that follows its name."""


def _file_bytes(path: str) -> GetBytes:
    # Kept open: a file that is replaced while the server runs stays the one whose header was read.
    descriptor = os.open(path, os.O_RDONLY)
    return lambda offset, length: os.pread(descriptor, length, offset)


def _remote_bytes(url: str) -> GetBytes:
    etag = ""

    def get(offset: int, length: int) -> bytes:
        nonlocal etag
        headers = {"Range": f"bytes={offset}-{offset + length - 1}", "Accept-Encoding": "identity"}
        if etag:
            headers["If-Match"] = etag  # ranges of another archive would be mixed with this one's
        with requests.get(url, headers=headers, timeout=_TIMEOUT_SECONDS, stream=True) as response:
            response.raise_for_status()
            if response.status_code != requests.codes.partial_content:
                raise OSError("its server does not support byte ranges")
            tag = response.headers.get("ETag", "")
            etag = "" if tag.startswith("W/") else tag
            return response.content

    return get


class Basemap:
    """An archive of vector tiles.

    Attributes
    ----------
    min_zoom, max_zoom
        Least and greatest zoom of the tiles that are drawn.
    attribution
        Whom the map has to name, as text.
    version
        Hash of header, root directory and metadata, equal for copies of one archive.

    Raises
    ------
    SettingError
        If the archive cannot be read or holds no tiles of the Protomaps basemap.
    """

    def __init__(self, location: str) -> None:
        self._directory = lru_cache(_MAX_DIRECTORIES)(self._read_directory)
        try:
            remote = location.startswith(("https:", "http:"))
            self._get_bytes = _remote_bytes(location) if remote else _file_bytes(location)
            start = self._get_bytes(0, _START)
            self._header = deserialize_header(start[:_HEADER])
            metadata = self._metadata()
            _check_scheme(self._header, metadata)
            self._directory(self._header["root_offset"], self._header["root_length"])
            end = self._header["tile_data_offset"] + self._header["tile_data_length"]
            self._read(end - 1, 1)
        except _UnfitError as unfit:
            raise _setting_error(location, str(unfit)) from None
        except (MagicNumberNotFound, SpecVersionUnsupported, UnicodeDecodeError, IndexError):
            raise _setting_error(location, "which is no PMTiles archive of version 3") from None
        except _UNREADABLE as error:
            raise _setting_error(location, f"which cannot be read ({_reason(error)})") from None
        self.min_zoom = BASEMAP_MIN_ZOOM
        self.max_zoom = int(self._header["max_zoom"])
        own = html.unescape(re.sub(r"<[^>]*>", "", metadata.get("attribution", ""))).strip(" .")
        # Protomaps' own archives state it in short.
        if own.removesuffix(" contributors") == ATTRIBUTION.removesuffix(" contributors"):
            own = ""
        self.attribution = "; ".join(part for part in (ATTRIBUTION, own) if part)
        identity = start + json.dumps(metadata, sort_keys=True).encode()
        self.version = hashlib.sha256(identity).hexdigest()[:12]

    def tile(self, zoom: int, column: int, row: int) -> bytes:
        """A Mapbox Vector Tile, uncompressed; empty where the archive has none.

        Raises
        ------
        LayerError
            If the archive can no longer be read.
        """
        packed = self._header["tile_compression"] == Compression.GZIP
        try:
            content = self._content(zxy_to_tileid(zoom, column, row))
            return gzip.decompress(content) if packed and content else content
        except _UNREADABLE as error:
            raise LayerError(f"The base map cannot be read: {_reason(error)}.") from None

    def _content(self, tile_id: int) -> bytes:
        """The bytes of a tile as the archive holds them."""
        header = self._header
        offset, length = header["root_offset"], header["root_length"]
        for _ in range(_MAX_DEPTH):
            entry = find_tile(self._directory(offset, length), tile_id)
            if entry is None:
                break
            if entry.run_length:
                return self._read(header["tile_data_offset"] + entry.offset, entry.length)
            offset, length = header["leaf_directory_offset"] + entry.offset, entry.length
        return b""

    def _read(self, offset: int, length: int) -> bytes:
        content = self._get_bytes(offset, length)
        if len(content) != length:
            raise EOFError("it is truncated")
        return content

    def _read_directory(self, offset: int, length: int) -> list[Entry]:
        return deserialize_directory(self._read(offset, length))

    def _metadata(self) -> dict[str, Any]:
        if self._header["internal_compression"] != Compression.GZIP:
            raise _UnfitError("whose directories are not compressed by gzip")
        content = self._read(self._header["metadata_offset"], self._header["metadata_length"])
        metadata: dict[str, Any] = json.loads(gzip.decompress(content))
        return metadata


_UNREADABLE = (OSError, EOFError, ValueError, zlib.error)
"""What reading a damaged or unreachable archive raises; requests' errors are OSErrors."""


def _reason(error: Exception) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"status {error.response.status_code}"
    if isinstance(error, requests.RequestException):
        return "its server does not answer"
    return getattr(error, "strerror", None) or str(error)


def _check_scheme(header: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
    if header["tile_type"] != TileType.MVT:
        raise _UnfitError(f"whose tiles are {header['tile_type'].name}, not vector tiles")
    if header["tile_compression"] not in (Compression.GZIP, Compression.NONE):
        raise _UnfitError(f"whose tiles are compressed by {header['tile_compression'].name}")
    if not header["min_zoom"] <= BASEMAP_MIN_ZOOM <= header["max_zoom"]:
        zooms = f"{header['min_zoom']} to {header['max_zoom']}"
        raise _UnfitError(f"with zooms {zooms} and not {BASEMAP_MIN_ZOOM}")
    fields = {
        layer.get("id"): layer.get("fields", ()) for layer in metadata.get("vector_layers", ())
    }
    missing = [name for name in LAYERS if "kind" not in fields.get(name, ())]
    if missing:
        raise _UnfitError(f"without the layers {', '.join(missing)} of that basemap")


def _setting_error(location: str, problem: str) -> SettingError:
    return SettingError(
        f"{variable_name('basemap')} is {quoted(location)}, {problem}; it must be a PMTiles "
        "archive of the Protomaps basemap, version 4."
    )


@cache
def basemap() -> Basemap | None:
    """The base map of this process, opened once; ``None`` without ``DASHBOARD_BASEMAP``."""
    location = current_settings().basemap
    return Basemap(location) if location else None
