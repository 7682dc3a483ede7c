"""CSV with detection of separator, encoding and header, read line by line."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from geo.enrich.faults import ValidationReport
from geo.enrich.limits import CHUNK_ROWS, Limits
from geo.enrich.names import safe_column_names
from geo.enrich.readers.base import Chunk, Hints, Reader, UserFile
from geo.errors import InputError, quoted
from geo.i18n import mark, tr

SEPARATORS = {
    ",": mark("comma"),
    ";": mark("semicolon"),
    "\t": mark("tab"),
    "|": mark("bar"),
}
"""Supported separators -> name on the command line."""

ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp874", "cp1258")
"""Encodings that a user can choose: Unicode, Western European, Thai, Vietnamese."""

_MAX_LINE = 4_000_000
_SAMPLE_LINES = 30


class TextReader(Reader):
    """A text table with coordinate columns or geometry as well-known text."""

    format = "CSV"
    has_geometry = False

    def __init__(self, source: UserFile, limits: Limits, hints: Hints) -> None:
        super().__init__(source, limits)
        self.encoding = hints.encoding or find_encoding(source)
        sample = list(self._sample())
        if not sample:
            raise InputError(tr("{file} holds no line of text.", file=source.label))
        self.separator = hints.separator or find_separator(sample)
        header = self._first(sample)
        self.check_columns(len(header))
        self.has_header = not all(_is_number(cell) for cell in header)
        self.columns = tuple(safe_column_names(header if self.has_header else [""] * len(header)))

    @property
    def notes(self) -> list[str]:
        """How the text was read."""
        return [
            tr(
                "Read as {encoding} text, values separated by {separator}.",
                encoding=self.encoding.upper(),
                separator=tr(SEPARATORS.get(self.separator, self.separator)),
            )
        ]

    def _first(self, sample: Sequence[str]) -> list[str]:
        try:
            return next(csv.reader(sample, delimiter=self.separator))
        except (csv.Error, StopIteration) as error:
            raise self.damaged(error) from None

    def _sample(self) -> Iterator[str]:
        for number, line in enumerate(self._lines(), start=1):
            yield line
            if number >= _SAMPLE_LINES:
                return

    def _lines(self) -> Iterator[str]:
        """Lines with their line ends; NUL characters, which end the text for some parsers, are
        dropped."""
        with io.TextIOWrapper(
            self.source.open(), encoding=_without_mark(self.encoding), newline=""
        ) as text:
            number = 0
            try:
                while line := text.readline(_MAX_LINE):
                    number += 1
                    if len(line) == _MAX_LINE:
                        raise InputError(
                            tr(
                                "{file}, line {line}, is longer than 4 million characters, so that "
                                "this is no table of places.",
                                file=self.source.label,
                                line=number,
                            )
                        )
                    yield line.replace("\0", "") if "\0" in line else line
            except UnicodeError:
                raise InputError(
                    tr(
                        "{file} is not {encoding} text after line {line}; name its encoding: "
                        "{known}.",
                        file=self.source.label,
                        encoding=self.encoding.upper(),
                        line=number,
                        known=", ".join(ENCODINGS),
                    )
                ) from None

    def chunks(self, faults: ValidationReport) -> Iterator[Chunk]:
        """Rows as text; lines that do not match the header are set aside."""
        rows: list[list[str]] = []
        lines: list[int] = []
        for line, values in self._rows(faults):
            rows.append(values)
            lines.append(line)
            if len(rows) == CHUNK_ROWS:
                yield self._chunk(rows, lines)
                rows, lines = [], []
        yield self._chunk(rows, lines)

    def _rows(self, faults: ValidationReport) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._lines(), delimiter=self.separator)
        width = len(self.columns)
        if self.has_header:
            next(reader)
        for number in itertools.count():
            self.check_rows(number)
            line = reader.line_num + 1
            try:
                values = next(reader)
            except csv.Error:
                faults.add("long_text", line)
                continue
            except StopIteration:
                return
            if len(values) == width:
                yield line, values
            elif not any(value.strip() for value in values):
                continue  # an empty line
            elif len(values) > width and not any(value.strip() for value in values[width:]):
                yield line, values[:width]  # empty cells at the end, as spreadsheets write
            else:
                faults.add("ragged", line, "", self.separator.join(values[:20]))

    def _chunk(self, rows: list[list[str]], lines: list[int]) -> Chunk:
        cells = zip(*rows, strict=True) if rows else ([] for _ in self.columns)
        table = pd.DataFrame(
            {
                name: pd.Series(list(values), dtype="str")
                for name, values in zip(self.columns, cells, strict=True)
            }
        )
        return Chunk(np.array(lines, dtype=np.int64), table, None)


def _without_mark(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def find_encoding(source: UserFile) -> str:
    """Detect the encoding: from the byte-order mark, else UTF-8 if valid, else by a heuristic.

    Thai in a single-byte encoding has runs of high bytes; the accents of Western European
    languages are isolated.
    """
    head = source.head(1_000_000)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _is_utf8(source):
        return "utf-8"
    high = len(re.findall(rb"[\x80-\xff]", head))
    in_runs = sum(len(run) for run in re.findall(rb"[\xa1-\xfb]{4,}", head))
    return "cp874" if in_runs > high / 2 else "cp1252"


def _is_utf8(source: UserFile) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open() as stream:
        try:
            while block := stream.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def find_separator(lines: Sequence[str]) -> str:
    """Detect the separator that gives the most lines the same number of values, at least two.

    >>> find_separator(["a;b;c", "1,5;2,5;x"])
    ';'
    """
    best, best_score = ",", (0.0, 0)
    for separator in SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        except csv.Error:
            continue
        width = widths[0] if widths else 0
        if width > 1:
            score = (sum(one == width for one in widths) / len(widths), width)
            if score > best_score:
                best, best_score = separator, score
    return best


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def parse_separator(name: str) -> str:
    """A separator by its character or name.

    Raises
    ------
    InputError
        If it is none of :data:`SEPARATORS`.
    """
    for sign, word in SEPARATORS.items():
        if name in (sign, word):
            return sign
    raise InputError(
        tr(
            "{value} is no separator; there are {known}.",
            value=quoted(name),
            known=", ".join(SEPARATORS.values()),
        )
    )
