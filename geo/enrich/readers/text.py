"""CSV with detection of separator, encoding and header, read line by line."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from geo.enrich.faults import ValidationReport
from geo.enrich.limits import CHUNK_ROWS, Limits
from geo.enrich.names import safe_column_names
from geo.enrich.readers.base import Chunk, Hints, Reader, UserFile
from geo.enrich.readers.encoding import ENCODINGS, Encoding, find_encoding
from geo.errors import InputError, quoted
from geo.i18n import mark, tr

SEPARATORS = {
    ",": mark("comma"),
    ";": mark("semicolon"),
    "\t": mark("tab"),
    "|": mark("bar"),
}
"""Supported separators -> name on the command line."""

_MAX_LINE = 4_000_000
_SAMPLE_LINES = 30

_MAX_REPEATED = 1_000_000
"""Lines that are read again after quotation marks that are not closed: about a second."""


class TextReader(Reader):
    """A text table with coordinate columns or geometry as text."""

    format = "CSV"
    has_geometry = False

    def __init__(self, source: UserFile, limits: Limits, hints: Hints) -> None:
        super().__init__(source, limits)
        self.encoding = _known(hints.encoding) if hints.encoding else find_encoding(source)
        self.is_guess = self.encoding.is_guess
        sample = list(itertools.islice(self._lines(), _SAMPLE_LINES))
        self._header_line, separator = _first_line(sample)
        sample = sample[self._header_line :]
        if not sample:
            raise InputError(tr("{file} contains no text.", file=source.label))
        self.separator = hints.separator or separator or find_separator(sample)
        self._skips_spaces = any(f'{self.separator} "' in line for line in sample)
        self._skip_title(sample)
        try:
            header = next(self._csv(sample), [])
        except csv.Error as error:
            raise self.damaged(error) from None
        self.check_columns(len(header))
        self.has_header = not all(_is_number(cell) for cell in header)
        self.columns = tuple(safe_column_names(header if self.has_header else [""] * len(header)))

    @property
    def notes(self) -> list[str]:
        """How the text was read."""
        notes = [
            tr(
                "Read as {encoding} text, values separated by {separator}.",
                encoding=self.encoding.name.upper(),
                separator=tr(SEPARATORS.get(self.separator, self.separator)),
            )
        ]
        if self.is_guess:
            notes.append(
                tr(
                    "The encoding is a guess: if letters are wrong, choose another one ({known}).",
                    known=", ".join(ENCODINGS),
                )
            )
        if self._header_line:
            notes.append(tr("The table starts on line {line}.", line=self._header_line + 1))
        return notes

    def _csv(self, lines: Iterable[str], strict: bool = False) -> Iterator[list[str]]:
        return csv.reader(
            lines, delimiter=self.separator, skipinitialspace=self._skips_spaces, strict=strict
        )

    def _skip_title(self, sample: list[str]) -> None:
        """Skip lines of one value before a table of several columns, and blank lines."""
        try:
            widths = [len(row) for row in self._csv(sample)]
        except csv.Error:  # a long value, which belongs to no title
            return
        titles = itertools.takewhile(lambda width: width < 2, widths)
        filled = [width for width in widths if width]
        if max(filled, key=filled.count, default=0) > 1:
            number = len(list(titles))
            del sample[:number]
            self._header_line += number

    def _lines(self, faults: ValidationReport | None = None) -> Iterator[str]:
        """Lines with their line ends; NUL characters, which end the text for some parsers, are
        dropped."""
        name, errors = self.encoding.name, "strict" if self.encoding.is_strict else "replace"
        name = "utf-8-sig" if name == "utf-8" else name
        with io.TextIOWrapper(self.source.open(), encoding=name, errors=errors, newline="") as text:
            number = 0
            is_lenient = errors == "replace" and faults is not None
            is_decomposed = name == "cp1258"  # tones are characters of their own
            try:
                while line := text.readline(_MAX_LINE):
                    number += 1
                    if len(line) == _MAX_LINE:
                        raise InputError(
                            tr(
                                "{file}, line {line}, is longer than 4 million characters, so "
                                "this is not a table of places.",
                                file=self.source.label,
                                line=number,
                            )
                        )
                    if is_lenient and faults and "\ufffd" in line:
                        faults.extend("replaced", [number], "", [line.strip()])
                    if "\0" in line:
                        if faults:
                            faults.extend("nul", [number], "", [line.strip()])
                        line = line.replace("\0", "")
                    yield unicodedata.normalize("NFC", line) if is_decomposed else line
            except UnicodeError:
                raise InputError(
                    tr(
                        "{file} is not {encoding} text after line {line}; give its encoding: "
                        "{known}.",
                        file=self.source.label,
                        encoding=self.encoding.name.upper(),
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
        lines = _Lines(itertools.islice(self._lines(faults), self._header_line, None))
        reader = self._csv(lines)
        record, line = lines.record, self._header_line + 1
        width = len(self.columns)
        if self.has_header:
            next(reader)
        for number in itertools.count():
            self.check_rows(number)
            line += len(record)
            record.clear()
            values: list[str] | None
            try:
                values = next(reader)
            except csv.Error:
                values = None
            except StopIteration:
                return
            if len(record) > 1 and not self._is_closed(lines, values):
                faults.add("open_quote", line, "", record[0].strip())
                if lines.rewind():
                    reader = self._csv(lines)
            elif values is None:
                faults.add("long_text", line)
            elif len(values) == width:
                yield line, values
            elif not any(value.strip() for value in values):
                continue  # an empty line
            elif len(values) > width and not any(value.strip() for value in values[width:]):
                yield line, values[:width]  # empty cells at the end, as spreadsheets write
            else:
                faults.add("ragged", line, "", self.separator.join(values[:20]))

    def _is_closed(self, lines: _Lines, values: list[str] | None) -> bool:
        """Whether a record of several lines is sound: its quotation mark may be closed by none, or
        by that of a later row."""
        width = len(self.columns)
        if values is None or lines.has_ended or len(values) < width or any(values[width:]):
            return False
        end = re.compile(f'" +(?={re.escape(self.separator)}|\\r?\\n?$)')
        record = (end.sub('"', line) for line in lines.record)  # "a" ,b is sound
        try:
            return len(next(self._csv(record, strict=True))) == len(values)
        except csv.Error:
            return False

    def _chunk(self, rows: list[list[str]], lines: list[int]) -> Chunk:
        cells = zip(*rows, strict=True) if rows else ([] for _ in self.columns)
        table = pd.DataFrame(
            {
                name: pd.Series(list(values), dtype="str")
                for name, values in zip(self.columns, cells, strict=True)
            }
        )
        return Chunk(np.array(lines, dtype=np.int64), table, None)


class _Lines:
    """Lines of a text that can be read again from the second line of a record.

    Attributes
    ----------
    record
        Lines read since it was cleared last.
    has_ended
        Whether the text has no further line.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self._repeated = 0
        self.record: list[str] = []
        self.has_ended = False

    def __iter__(self) -> Iterator[str]:
        record = self.record
        while self._again:
            record.append(self._again.popleft())
            yield record[-1]
        for line in self._lines:
            record.append(line)
            yield line
        self.has_ended = True

    def rewind(self) -> bool:
        """Go back to the second line of the record, unless that happened too often; the text then
        has to be iterated anew."""
        self._repeated += len(self.record)
        if self._repeated > _MAX_REPEATED:
            return False
        self._again.extendleft(reversed(self.record[1:]))
        del self.record[1:]
        self.has_ended = False
        return True


def _first_line(sample: Sequence[str]) -> tuple[int, str]:
    """Number of lines before the table, and the separator that one of them names (``sep=;``, for
    Excel)."""
    separator = ""
    for number, line in enumerate(sample):
        if match := re.match(r'"?sep=(.)"?\s*$', line, re.IGNORECASE):
            separator = match[1]
        elif line.strip(' \t\r\n,;"'):
            return number, separator
    return len(sample), separator


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
        width = max(widths, key=widths.count, default=0)
        if width > 1:
            score = (widths.count(width) / len(widths), width)
            if score > best_score:
                best, best_score = separator, score
    return best


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _known(encoding: str) -> Encoding:
    try:
        codecs.lookup(encoding)
    except (LookupError, OSError):  # a confined process cannot look for more codecs
        raise InputError(
            tr(
                "{value} is not an encoding. Available: {known}.",
                value=quoted(encoding),
                known=", ".join(ENCODINGS),
            )
        ) from None
    return Encoding(encoding)


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
            "{value} is not a separator. Available: {known}.",
            value=quoted(name),
            known=", ".join(SEPARATORS.values()),
        )
    )
