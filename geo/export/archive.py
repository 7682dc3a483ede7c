"""All layers in one ZIP archive: maps as GeoPackage, tables as CSV, and a table of contents."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from tempfile import TemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from geo import export
from geo.export.record import Record
from geo.schema.declare import Layer

MEDIA_TYPE = "application/zip"

CONTENTS = "contents.csv"
"""File that lists the others, with their sources and licences."""

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20


def extension(layer: Layer) -> str:
    """Format of a layer in the archive."""
    return "gpkg" if layer.geometry else "csv"


def stream(layers: Mapping[str, tuple[Layer, pd.DataFrame, Mapping[str, str]]]) -> Iterator[bytes]:
    """The archive in chunks; equal layers give equal bytes.

    Parameters
    ----------
    layers
        Name -> declaration, rows, and metadata of the layer's file.
    """
    with TemporaryFile() as file:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            _write(archive, CONTENTS, iter([_contents(layers)]))
            for name, (layer, rows, info) in layers.items():
                record = Record.from_layer(layer, info, "")
                chunks = export.stream(rows, layer, extension(layer), record)
                _write(archive, f"{name}.{extension(layer)}", chunks)
        file.seek(0)
        yield from iter(lambda: file.read(_CHUNK), b"")


def _write(archive: ZipFile, name: str, chunks: Iterator[bytes]) -> None:
    entry = ZipInfo(name, _NO_TIME)
    entry.compress_type = ZIP_DEFLATED
    with archive.open(entry, "w") as target:
        for chunk in chunks:
            target.write(chunk)


def _contents(layers: Mapping[str, tuple[Layer, pd.DataFrame, Mapping[str, str]]]) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    facts = ("licence", "attribution", "vintage", "content_hash")
    writer.writerow(["file", "title", "rows", *facts])
    for name, (layer, rows, info) in layers.items():
        file = f"{name}.{extension(layer)}"
        writer.writerow([file, layer.title, len(rows), *(info[fact] for fact in facts)])
    return text.getvalue().encode()
