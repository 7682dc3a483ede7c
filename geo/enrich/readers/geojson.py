"""GeoJSON: a FeatureCollection, a Feature, or a text sequence with one feature per line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import orjson
import pandas as pd

from geo.enrich import shapes
from geo.enrich.faults import ValidationReport
from geo.enrich.limits import CHUNK_ROWS, Limits
from geo.enrich.names import safe_column_names
from geo.enrich.readers.base import Chunk, Reader, UserFile
from geo.errors import InputError, LimitError
from geo.i18n import mark, tr

_LONG_NUMBER = re.compile(rb"(?<![\d.])\d{20,}(?![\d.eE])")
"""A whole number that may exceed 64 bits; orjson makes a float of it."""

_OTHERS = {
    "Topology": mark("TopoJSON; save it as GeoJSON"),
    "geometryType": mark("Esri JSON; save it as GeoJSON (f=geojson)"),
    "data": mark("JSON with the features inside another object; save only the FeatureCollection"),
    "elements": mark("OpenStreetMap JSON (Overpass); save it as GeoJSON"),
}
"""Type, or name at the top, of JSON that is no GeoJSON -> description and remedy."""

_RECORD_SEPARATOR = b"\x1e"
_MAX_LINE = 32_000_000

_MAX_DOCUMENT_BYTES = 64_000_000
"""Maximum size of a document, which is parsed as a whole; text sequences are read by line."""


class GeoJsonReader(Reader):
    """GeoJSON document or text sequence, detected from the first lines."""

    format = "GeoJSON"
    has_geometry = True

    def __init__(self, source: UserFile, limits: Limits, utf16: str = "") -> None:
        super().__init__(source, limits)
        if utf16:  # PowerShell's ">" writes it
            self._check_size()
            with source.open() as stream:
                text = stream.read().decode(utf16, "replace").removeprefix("\ufeff")
            self.source = source = UserFile(source.name, text.encode())
        self._constants: set[str] = set()
        self.is_sequence = self._is_sequence()
        self._document: list[Any] | None = None
        if self.is_sequence:
            self.format = tr("GeoJSON text sequence")
        else:
            self._document = self._read_document()
        self._names: dict[str, str] = {}
        self.columns = ()

    def _is_sequence(self) -> bool:
        """Whether each line is a separate feature.

        A document can be a single line, too, so this also checks that the first line is complete
        JSON and is followed by another.
        """
        with self.source.open() as stream:
            first = b""
            while not first:
                line = stream.readline(_MAX_LINE)
                if not line:
                    return False
                first = line.removeprefix(b"\xef\xbb\xbf").strip()
            if first.startswith(_RECORD_SEPARATOR):
                return True
            following = b""
            while not following and (line := stream.readline(1_000)):
                following = line.strip()
        if not following:
            return False
        try:
            return bool(isinstance(self._loads(first), dict))
        except (ValueError, RecursionError):
            return False

    def _check_size(self) -> None:
        if self.source.size > _MAX_DOCUMENT_BYTES:
            raise LimitError(
                tr(
                    "{file} is a GeoJSON document of {size} MB, which would have to be read "
                    "all at once; save it as GeoParquet, CSV or a GeoJSON text sequence (one "
                    "feature per line).",
                    file=self.source.label,
                    size=self.source.size // 1_000_000,
                )
            )

    def _read_document(self) -> list[Any]:
        self._check_size()
        with self.source.open() as stream:
            content = stream.read().removeprefix(b"\xef\xbb\xbf")
        try:
            document = self._loads(content)
        except (ValueError, RecursionError) as error:
            if "memory" in str(error):  # of its own buffer
                raise MemoryError from None
            raise self.damaged(error) from None
        kind = document.get("type") if isinstance(document, dict) else None
        if kind == "FeatureCollection" and isinstance(document.get("features"), list):
            if stated := _stated_crs(document.get("crs")):
                self.state_crs(stated)
            return list(document["features"])
        if kind == "Feature":
            return [document]
        if kind in shapes.GEOJSON_TYPES:
            return [{"type": "Feature", "geometry": document}]
        raise self._no_geojson(document)

    def _no_geojson(self, document: Any) -> InputError:
        for name, what in _OTHERS.items():
            if isinstance(document, dict) and name in (document.get("type"), *document):
                return InputError(tr("{file} is {what}.", file=self.source.label, what=tr(what)))
        return InputError(
            tr(
                "{file} is JSON but not a GeoJSON FeatureCollection or Feature.",
                file=self.source.label,
            )
        )

    def _loads(self, content: bytes) -> Any:
        """Parse JSON; NaN and Infinity, which Python writes, become null.

        Python's parser takes three times as long, but keeps numbers of 20 and more digits whole.
        """
        try:
            if not _LONG_NUMBER.search(content):
                return orjson.loads(content)
        except orjson.JSONDecodeError:
            if not re.search(rb"[:\[,]\s*(?:NaN|-?Infinity)", content):
                raise
        return json.loads(content, parse_constant=self._skip_constant)

    def _skip_constant(self, name: str) -> None:
        self._constants.add(name)

    @property
    def notes(self) -> list[str]:
        """Values that are no JSON."""
        if not self._constants:
            return []
        names = ", ".join(sorted(self._constants))
        return [
            tr(
                "{names} is not valid JSON and was read as no data; write null instead.",
                names=names,
            )
        ]

    def total(self) -> int | None:
        """Number of features of a document."""
        return None if self._document is None else len(self._document)

    def chunks(self, faults: ValidationReport) -> Iterator[Chunk]:
        """Features, with their properties as JSON values."""
        self.check_rows(self.total() or 0)
        for rows, features in self._parts(faults):
            yield self._chunk(rows, features, faults)

    def _parts(self, faults: ValidationReport) -> Iterator[tuple[list[int], list[Any]]]:
        numbered: Iterable[tuple[int, Any]]
        numbered = self._lines(faults) if self._document is None else enumerate(self._document, 1)
        rows: list[int] = []
        features: list[Any] = []
        for row, feature in numbered:
            rows.append(row)
            features.append(feature)
            if len(rows) == CHUNK_ROWS:
                yield rows, features
                rows, features = [], []
        yield rows, features

    def _lines(self, faults: ValidationReport) -> Iterator[tuple[int, Any]]:
        with self.source.open() as stream:
            number = 0
            while line := stream.readline(_MAX_LINE):
                number += 1
                self.check_rows(number)
                if len(line) == _MAX_LINE:
                    raise self.damaged(tr("line {line} is too long", line=number))
                text = line.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n" + _RECORD_SEPARATOR)
                if not text:
                    continue
                try:
                    yield number, self._loads(text)
                except (ValueError, RecursionError):
                    faults.add("not_json", number, "", text[:100].decode("utf-8", "replace"))

    def _chunk(self, rows: list[int], features: list[Any], faults: ValidationReport) -> Chunk:
        is_valid = [_is_feature(feature) for feature in features]
        for row, feature, good in zip(rows, features, is_valid, strict=True):
            if not good:
                faults.add("no_feature", row, "", feature)
        valid = [feature for feature, good in zip(features, is_valid, strict=True) if good]
        properties = [_properties(feature) for feature in valid]
        for one in properties:
            self._learn(one)
        columns = {name: [one.get(key) for one in properties] for key, name in self._names.items()}
        return Chunk(
            np.array(rows, dtype=np.int64)[np.array(is_valid, dtype=bool)],
            pd.DataFrame({n: pd.Series(v, dtype=object) for n, v in columns.items()}),
            shapes.from_geojson([feature.get("geometry") for feature in valid]),
        )

    def _learn(self, properties: dict[str, Any]) -> None:
        """Add names of properties that have not occurred before."""
        if properties.keys() <= self._names.keys():
            return
        known = [*self._names, *(key for key in properties if key not in self._names)]
        self.check_columns(len(known))
        self._names = dict(zip(known, safe_column_names(known), strict=True))
        self.columns = tuple(self._names.values())


def _is_feature(feature: Any) -> bool:
    return (
        isinstance(feature, dict)
        and feature.get("type") == "Feature"
        and isinstance(feature.get("properties"), dict | None)
        and isinstance(feature.get("geometry"), dict | None)
    )


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    """Properties of a feature, including its id unless there is a property of that name."""
    properties = feature.get("properties") or {}
    identifier = feature.get("id")
    if isinstance(identifier, str | int) and "id" not in properties:
        return {"id": identifier, **properties}
    return dict(properties)


def _stated_crs(crs: Any) -> Any:
    """The CRS of a GeoJSON 2008 document: ``{"type": "name", "properties": {"name": …}}``, or
    ``{"type": "EPSG", "properties": {"code": …}}`` of GeoServer."""
    if not isinstance(crs, dict):
        return crs
    properties = crs.get("properties")
    stated = properties if isinstance(properties, dict) else {}
    return stated.get("name") or stated.get("code") or orjson.dumps(crs).decode()
