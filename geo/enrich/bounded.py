"""Read and join a user's file in a worker process with enforced resource limits."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import geopandas as gpd

from geo.enrich import wire
from geo.enrich.faults import KINDS, Fault, ValidationReport
from geo.enrich.join import PlaceJoiner
from geo.enrich.limits import MEGABYTE, PAGE, Limits
from geo.enrich.names import Choice
from geo.enrich.pipeline import Enriched, combine_parts
from geo.enrich.pool import WorkerDiedError, WorkerPipes, WorkerPool
from geo.enrich.readers import Hints, UserFile
from geo.enrich.result import result_layer
from geo.enrich.task import UNEXPECTED
from geo.enrich.worker import BY_CLOCK
from geo.errors import BusyError, CrsError, InputError, LimitError, NoRowError
from geo.i18n import decimal, language, tr
from geo.layers.catalogue import Catalogue

Buffer = bytes | bytearray
T = TypeVar("T")

_ERRORS = {error.__name__: error for error in (InputError, CrsError, LimitError, NoRowError)}


class UnexpectedError(InputError):
    """Reading failed with an unexpected error; ``kind`` is its class."""

    kind = ""


class BoundedReading:
    """A file being read by a worker; the attributes are filled as the response arrives.

    Attributes
    ----------
    file_info
        Description of the file.
    reading_info
        Interpretation of its rows.
    faults
        Faults of the rows so far.
    """

    def __init__(
        self, source: UserFile, limits: Limits, line: WorkerPipes, faults: ValidationReport
    ) -> None:
        self.source, self.limits, self.faults = source, limits, faults
        self.file_info = wire.FileInfo()
        self.reading_info = wire.ReadingInfo()
        self._line = line
        self._left = limits.result * MEGABYTE

    def begin(self) -> None:
        """Wait for the interpretation of the rows.

        Raises
        ------
        InputError, CrsError
            If nothing in the file can be joined.
        LimitError
            If it exceeds a limit; the message names the limit.
        """
        while not self.reading_info.geometry:
            kind, content = self._frame()
            if kind == wire.ABOUT:
                self.file_info = self._parse(wire.parse_file_info, content)
            elif kind == wire.READING:
                self.reading_info = self._parse(wire.parse_reading_info, content)
            else:
                raise self._invalid_response()

    def parts(self) -> Iterator[gpd.GeoDataFrame]:
        """The joined rows, part by part; errors as for :meth:`begin`."""
        rows = 0
        while True:
            kind, content = self._frame()
            if kind == wire.END:
                return
            if kind == wire.FAULTS:
                self._parse(lambda frame: self._note(wire.parse_json(frame)), content)
                continue
            if kind != wire.PART:
                raise self._invalid_response()
            part = self._parse(wire.from_arrow, content)
            rows += len(part)
            if rows > self.limits.rows:
                raise self._invalid_response()
            yield part

    def enriched(self, layers: Catalogue) -> Enriched:
        """The whole joined file; errors as for :meth:`begin`."""
        self.begin()
        parts = list(self.parts())
        layer = result_layer(self.reading_info.kinds, self.reading_info.geometry, layers)
        info = self.reading_info
        return combine_parts(self.source, parts, layer, self.faults, info.choice, info.notes)

    def _frame(self) -> tuple[bytes, bytearray]:
        head = self._line.read(wire.HEAD.size)
        if len(head) < wire.HEAD.size:
            raise self._truncated_response()
        kind, length = wire.HEAD.unpack(head)
        max_bytes = self.limits.memory * MEGABYTE if kind == wire.PART else wire.MAX_JSON_BYTES
        if length > max_bytes:
            raise self._invalid_response()
        self._left -= length
        if self._left < 0:
            raise LimitError(
                tr(
                    "{file} expands to more than {most} MB of rows; split it into parts, or "
                    "use `python -m geo enrich`.",
                    file=self.source.label,
                    most=decimal(self.limits.result),
                )
            )
        content = self._line.read(length)
        if len(content) < length:
            raise self._truncated_response()
        if kind == wire.ERROR:
            raise self._parse(lambda frame: self._error(wire.parse_json(frame)), content)
        return kind, content

    def _note(self, message: Any) -> None:
        self.faults.counts = Counter(
            {kind: int(message["counts"][kind]) for kind in message["counts"]}
        )
        self.faults.aside = int(message["aside"])
        for row, column, value, kind in message["listed"]:
            fault = Fault(int(row), str(column), str(value), str(kind))
            if not self.faults.counts.keys() | {kind} <= KINDS.keys():
                raise ValueError("a fault of no kind")
            if len(self.faults.listed) < self.faults.max_listed:
                self.faults.listed.append(fault)
            if self.faults.sink:
                self.faults.sink(fault)

    def _parse(self, read: Callable[[Buffer], T], content: Buffer) -> T:
        """Parse a frame; an invalid one raises an error."""
        try:
            return read(content)
        except (wire.InvalidResponseError, KeyError, TypeError, ValueError, AttributeError):
            raise self._invalid_response() from None

    def _invalid_response(self) -> InputError:
        """The error for an invalid response."""
        return LimitError(
            tr(
                "Reading {file} ended unexpectedly: it is damaged, or takes more than {most} MB of "
                "memory.",
                file=self.source.label,
                most=decimal(self.limits.memory),
            )
        )

    def _truncated_response(self) -> InputError:
        """The error for a truncated response."""
        status = self._line.end()
        if not status:
            raise WorkerDiedError
        clock = status.get("why") == BY_CLOCK
        if clock or status.get("signal") == signal.SIGXCPU:
            limit = self.limits.clock if clock else self.limits.seconds
            return LimitError(
                tr(
                    "{file} takes more than {most} seconds to read; split it into parts, or "
                    "simplify its polygons.",
                    file=self.source.label,
                    most=decimal(limit),
                )
            )
        return self._invalid_response()

    def _error(self, message: dict[str, str]) -> InputError:
        if message["kind"] != UNEXPECTED:
            return _ERRORS.get(message["kind"], InputError)(message["message"])
        error = UnexpectedError(
            tr("{file} could not be read; its content is unusual.", file=self.source.label)
        )
        error.kind = message["message"]
        return error


@contextmanager
def read_bounded(
    pool: WorkerPool,
    source: UserFile,
    joiner: PlaceJoiner,
    choice: Choice | None = None,
    hints: Hints | None = None,
    limits: Limits = PAGE,
    faults: ValidationReport | None = None,
) -> Iterator[BoundedReading]:
    """Read and join a file in a worker.

    Parameters
    ----------
    choice, hints
        Explicit choices; the rest is guessed.
    faults
        Report to fill; if it has a sink, all faults are sent, not just the first ones.

    Raises
    ------
    BusyError
        If the queue is full for too long, or the worker dies.
    """
    faults = faults or ValidationReport()
    data = source.data if isinstance(source.data, bytes) else None
    path = "" if isinstance(source.data, bytes) else str(source.data.absolute())
    job = wire.Job(
        name=source.name,
        path=path,
        choice=choice or Choice(),
        hints=hints or Hints(),
        limits=limits,
        every_fault=faults.sink is not None,
        language=language(),
        joiner=None,
    )
    try:
        with pool.submit(job, data, joiner) as line:
            yield BoundedReading(source, limits, line, faults)
    except WorkerDiedError:
        raise BusyError(
            tr("Reading {file} was interrupted; please try again.", file=source.label)
        ) from None
