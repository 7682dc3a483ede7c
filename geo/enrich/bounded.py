"""A reader's file, read and joined by a process that cannot take more than its limits allow."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import geopandas as gpd

from geo.enrich import wire
from geo.enrich.faults import KINDS, Fault, Faults
from geo.enrich.join import Network
from geo.enrich.limits import MEGABYTE, PAGE, Limits
from geo.enrich.names import Choice
from geo.enrich.pipeline import Enriched, gathered
from geo.enrich.pool import Line, Pool, WorkerDiedError
from geo.enrich.readers import Hints, Source
from geo.enrich.result import result_layer
from geo.enrich.task import UNFORESEEN
from geo.enrich.worker import BY_CLOCK
from geo.errors import BusyError, CrsError, InputError, LimitError
from geo.i18n import decimal, language, tr
from geo.layers.catalogue import Catalogue

Buffer = bytes | bytearray
T = TypeVar("T")

_ERRORS = {error.__name__: error for error in (InputError, CrsError, LimitError)}


class UnforeseenError(InputError):
    """Reading failed as nobody thought it would; ``kind`` is the class of the error."""

    kind = ""


class Bounded:
    """A file that a worker reads; what is known of it grows while its answer comes.

    Attributes
    ----------
    about
        What the file is.
    found
        How its rows are understood.
    faults
        Those of the rows so far.
    """

    def __init__(self, source: Source, limits: Limits, line: Line, faults: Faults) -> None:
        self.source, self.limits, self.faults = source, limits, faults
        self.about = wire.About()
        self.found = wire.Found()
        self._line = line
        self._left = limits.result * MEGABYTE

    def begin(self) -> None:
        """Wait until it is known how the rows are understood.

        Raises
        ------
        InputError, CrsError
            If nothing in the file can be joined.
        LimitError
            If it costs more than is allowed; the message names the limit.
        """
        while not self.found.geometry:
            kind, content = self._frame()
            if kind == wire.ABOUT:
                self.about = self._believed(wire.about_of, content)
            elif kind == wire.READING:
                self.found = self._believed(wire.found_of, content)
            else:
                raise self._broken()

    def parts(self) -> Iterator[gpd.GeoDataFrame]:
        """The joined rows, part by part; raises as :meth:`begin` does."""
        rows = 0
        while True:
            kind, content = self._frame()
            if kind == wire.END:
                return
            if kind == wire.FAULTS:
                self._believed(lambda frame: self._note(wire.of_json(frame)), content)
                continue
            if kind != wire.PART:
                raise self._broken()
            part = self._believed(wire.part_of, content)
            rows += len(part)
            if rows > self.limits.rows:
                raise self._broken()
            yield part

    def enriched(self, layers: Catalogue) -> Enriched:
        """The whole file; raises as :meth:`begin` does."""
        self.begin()
        parts = list(self.parts())
        layer = result_layer(self.found.kinds, self.found.geometry, layers)
        found = self.found
        return gathered(self.source, parts, layer, self.faults, found.choice, found.notes)

    def _frame(self) -> tuple[bytes, bytearray]:
        head = self._line.read(wire.HEAD.size)
        if len(head) < wire.HEAD.size:
            raise self._ended()
        kind, length = wire.HEAD.unpack(head)
        most = self.limits.memory * MEGABYTE if kind == wire.PART else wire.MOST_JSON
        if length > most:
            raise self._broken()
        self._left -= length
        if self._left < 0:
            raise LimitError(
                tr(
                    "{file} becomes more than {most} MB of rows; cut it into parts, or use "
                    "`python -m geo enrich`.",
                    file=self.source.said,
                    most=decimal(self.limits.result),
                )
            )
        content = self._line.read(length)
        if len(content) < length:
            raise self._ended()
        if kind == wire.ERROR:
            raise self._believed(lambda frame: self._error(wire.of_json(frame)), content)
        return kind, content

    def _note(self, told: Any) -> None:
        self.faults.counts = Counter({kind: int(told["counts"][kind]) for kind in told["counts"]})
        self.faults.aside = int(told["aside"])
        for row, column, value, kind in told["listed"]:
            fault = Fault(int(row), str(column), str(value), str(kind))
            if not self.faults.counts.keys() | {kind} <= KINDS.keys():
                raise ValueError("a fault of no kind")
            if len(self.faults.listed) < self.faults.most:
                self.faults.listed.append(fault)
            if self.faults.sink:
                self.faults.sink(fault)

    def _believed(self, read: Callable[[Buffer], T], content: Buffer) -> T:
        """What a frame holds, once it is found to be such a one."""
        try:
            return read(content)
        except (wire.BadAnswerError, KeyError, TypeError, ValueError, AttributeError):
            raise self._broken() from None

    def _broken(self) -> InputError:
        """The error of an answer that no process gives which does what it should."""
        return LimitError(
            tr(
                "Reading {file} ended unexpectedly: it is damaged, or takes more than {most} MB of "
                "memory.",
                file=self.source.said,
                most=decimal(self.limits.memory),
            )
        )

    def _ended(self) -> InputError:
        """The error of an answer that is cut off."""
        status = self._line.end()
        if not status:
            raise WorkerDiedError
        clock = status.get("why") == BY_CLOCK
        if clock or status.get("signal") == signal.SIGXCPU:
            most = self.limits.clock if clock else self.limits.seconds
            return LimitError(
                tr(
                    "{file} takes more than {most} seconds to read; cut it into parts, or simplify "
                    "its polygons.",
                    file=self.source.said,
                    most=decimal(most),
                )
            )
        return self._broken()

    def _error(self, said: dict[str, str]) -> InputError:
        if said["kind"] != UNFORESEEN:
            return _ERRORS.get(said["kind"], InputError)(said["message"])
        error = UnforeseenError(
            tr("{file} could not be read; its content is unusual.", file=self.source.said)
        )
        error.kind = said["message"]
        return error


@contextmanager
def reading(
    pool: Pool,
    source: Source,
    network: Network,
    wanted: Choice | None = None,
    hints: Hints | None = None,
    limits: Limits = PAGE,
    faults: Faults | None = None,
) -> Iterator[Bounded]:
    """Have a file read and joined by a worker.

    Parameters
    ----------
    wanted, hints
        What is not to be guessed.
    faults
        Where faults are noted; when it has a sink, all are told, not just the first.

    Raises
    ------
    BusyError
        If files of others are being read for long, or there is no worker that answers.
    """
    faults = faults or Faults()
    data = source.data if isinstance(source.data, bytes) else None
    path = "" if isinstance(source.data, bytes) else str(source.data.absolute())
    job = wire.Job(
        name=source.name,
        path=path,
        wanted=wanted or Choice(),
        hints=hints or Hints(),
        limits=limits,
        every_fault=faults.sink is not None,
        language=language(),
        network=None,
    )
    try:
        with pool.ask(job, data, network) as line:
            yield Bounded(source, limits, line, faults)
    except WorkerDiedError:
        raise BusyError(
            tr("Reading {file} was broken off; read it again.", file=source.said)
        ) from None
