"""File readers, one module per format; the format is detected from the content, not the name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from geo.enrich.limits import MEGABYTE, Limits
from geo.enrich.readers.base import Chunk, Hints, Reader, UserFile
from geo.enrich.readers.encoding import find_utf16
from geo.enrich.readers.geojson import GeoJsonReader
from geo.enrich.readers.geopackage import GeoPackageReader
from geo.enrich.readers.parquet import ParquetReader
from geo.enrich.readers.text import TextReader
from geo.errors import InputError, LimitError
from geo.i18n import decimal, mark, tr

__all__ = ["Chunk", "Hints", "Reader", "UserFile", "open_source"]

_OTHERS: Mapping[bytes, str] = {
    b"version https://git-lfs": mark("a Git LFS pointer; fetch the file itself (git lfs pull)"),
    b"{\\rtf": mark("a text document (RTF); save the table in it as CSV"),
    b"ARROW1": mark("an Arrow file (Feather); save it as Parquet"),
    b"ORC": mark("an ORC file; save it as Parquet"),
    b"\x1f\x8b": mark("compressed with gzip; decompress it first"),
    b"PK\x03\x04": mark(
        "a ZIP archive (such as a zipped shapefile, KMZ or spreadsheet); save it as "
        "GeoPackage, GeoJSON or CSV"
    ),
    b"PK\x05\x06": mark("an empty ZIP archive"),
    b"7z\xbc\xaf": mark("a 7z archive; unpack it first"),
    b"BZh": mark("compressed with bzip2; decompress it first"),
    b"\xfd7zXZ": mark("compressed with xz; decompress it first"),
    b"\x28\xb5\x2f\xfd": mark("compressed with zstd; decompress it first"),
    b"\x00\x00\x27\x0a": mark("a shapefile; save it as GeoPackage, GeoJSON or CSV"),
    b"\xd0\xcf\x11\xe0": mark("an old Office document; save it as CSV"),
    b"fgb": mark("a FlatGeobuf file; save it as GeoPackage, GeoParquet or GeoJSON"),
    b"%PDF": mark("a PDF document; no table can be read from it"),
    b"<": mark("XML or HTML (such as KML or GPX); save it as GeoPackage, GeoJSON or CSV"),
    b"\x89PNG": mark("an image"),
    b"\xff\xd8\xff": mark("an image"),
    b"II*\x00": mark("an image"),
    b"MM\x00*": mark("an image"),
}
"""Magic bytes of unsupported files -> description and remedy."""


def open_source(source: UserFile, limits: Limits, hints: Hints | None = None) -> Reader:
    """The reader of a file.

    Parameters
    ----------
    source
        A path, or the content in memory, in which case nothing is written to disk.
    limits
        Size limits.
    hints
        Layer, encoding and separator, if they are not to be detected.

    Raises
    ------
    InputError
        If the file is empty, damaged or of an unsupported format.
    LimitError
        If it is too large.
    """
    hints = hints or Hints()
    try:
        size = source.size
        head = source.head(4_096).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            tr("{file} cannot be opened: {reason}.", file=source.label, reason=reason)
        ) from None
    if not size:
        raise InputError(tr("{file} is empty.", file=source.label))
    if size > limits.bytes:
        raise LimitError(
            tr(
                "{file} is {size} MB; the limit is {most} MB.",
                file=source.label,
                size=decimal(size / MEGABYTE, 1),
                most=decimal(limits.bytes / MEGABYTE),
            )
        )
    return _reader(source, head, limits, hints)


def _reader(source: UserFile, head: bytes, limits: Limits, hints: Hints) -> Reader:
    if head.startswith(b"PAR1"):
        return ParquetReader(source, limits)
    if head.startswith(b"SQLite format 3\0"):
        return GeoPackageReader(source, limits, hints)
    utf16 = find_utf16(head)
    if utf16:
        head = head.decode(utf16, "ignore").encode()
    start = head.lstrip(b" \t\r\n\x1e")
    for magic, what in _OTHERS.items():
        if start.startswith(magic):
            raise InputError(tr("{file} is {what}.", file=source.label, what=tr(what)))
    if start.startswith((b"{", b"[")):
        return GeoJsonReader(source, limits, utf16)
    if not hints.encoding and _is_binary(head):
        raise InputError(
            tr(
                "{file} is not in a supported format; use CSV, GeoJSON, GeoParquet or GeoPackage.",
                file=source.label,
            )
        )
    return TextReader(source, limits, hints)


def _is_binary(head: bytes) -> bool:
    """Whether it is no text; a few NULs in a text are mended."""
    nul = head.count(0)
    return nul * 20 > len(head) or bool(nul and re.search(rb"[\x01-\x08\x0e-\x1a]", head))
