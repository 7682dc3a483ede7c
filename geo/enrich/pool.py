"""Management of the worker process: start, requests, restart, shutdown."""

from __future__ import annotations

import json
import os
import pickle
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import BoundedSemaphore, Lock

import geo
from geo.enrich import wire
from geo.enrich.join import PlaceJoiner
from geo.errors import BusyError
from geo.i18n import tr
from geo.idle import IdleTimer

MAX_CONCURRENT = 2
"""Files read at the same time; each may take a core."""

QUEUE_SECONDS = 20.0
"""Maximum waiting time for other files, in seconds."""

IDLE_SECONDS = 120.0
"""After the last file until the worker, which holds 160 MB, ends."""

GRACE = 10.0
"""Seconds beyond a file's time limit after which the worker counts as dead."""

ENVIRONMENT = {
    # The process forks, so it must have no threads; each would also reserve address space.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "GDAL_NUM_THREADS": "1",
    "OGR_GPKG_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "GDAL_CACHEMAX": "32",
    # mimalloc, Arrow's default, reserves a gigabyte of address space.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


class WorkerDiedError(Exception):
    """The worker does not respond any more."""


@dataclass
class WorkerPipes:
    """The two pipes of a worker's response, read with a deadline."""

    response: int
    status: int
    deadline: float

    def read(self, length: int) -> bytearray:
        """Read ``length`` bytes of the response, fewer at its end.

        Raises
        ------
        WorkerDiedError
            If the deadline has passed.
        """
        content = bytearray(length)
        view = memoryview(content)
        total = 0
        while total < length:
            self._wait(self.response)
            count = os.readv(self.response, [view[total:]])
            if not count:
                break
            total += count
        view.release()
        del content[total:]
        return content

    def end(self) -> dict[str, object]:
        """Exit status of the process: ``signal`` and ``why``; empty if unknown."""
        self._wait(self.status)
        content = os.read(self.status, 1_000)
        return dict(json.loads(content)) if content else {}

    def _wait(self, descriptor: int) -> None:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        left = self.deadline - time.monotonic()
        endless = left == float("inf")
        if not poll.poll(None if endless else max(0.0, left * 1_000)):
            raise WorkerDiedError


class WorkerPool:
    """A worker that reads a few files at a time.

    It is started on first use, or by :meth:`start`, and ends when it is idle, or with this process.

    Parameters
    ----------
    max_concurrent, queue_seconds
        Number of files read at a time, and seconds that further ones wait.
    idle_seconds
        Idle time after which the worker ends.
    """

    def __init__(
        self,
        max_concurrent: int = MAX_CONCURRENT,
        queue_seconds: float = QUEUE_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._idle = IdleTimer(idle_seconds, self.close)
        self._free = BoundedSemaphore(max_concurrent)
        self._queue_seconds = queue_seconds
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._joiner: PlaceJoiner | None = None

    def __enter__(self) -> WorkerPool:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the worker unless it runs; it imports its modules in the background."""
        with self._idle.busy(), self._lock:
            self._ensure_started()

    def close(self) -> None:
        """Stop the worker and everything it is reading."""
        with self._lock:
            self._drop()

    @property
    def pid(self) -> int:
        """Process id of the worker; 0 if none runs."""
        return self._process.pid if self._process else 0

    @contextmanager
    def submit(
        self, job: wire.Job, data: bytes | None, joiner: PlaceJoiner
    ) -> Iterator[WorkerPipes]:
        """Send a job to the worker; yields the pipes of its response.

        Raises
        ------
        BusyError
            If the worker is busy for too long.
        WorkerDiedError
            If the worker does not respond.
        """
        if not self._free.acquire(timeout=self._queue_seconds):
            raise BusyError(tr("Other users' files are being read; please try again in a minute."))
        with ExitStack() as stack:
            stack.callback(self._free.release)
            stack.enter_context(self._idle.busy())
            response, status = _pipe(stack), _pipe(stack)
            worker_ends = [response.pop(), status.pop()]
            content = [] if data is None else [_memory_file(data, stack)]
            try:
                self._send(job, [*worker_ends, *content], joiner)
            finally:
                for descriptor in worker_ends:
                    os.close(descriptor)
            deadline = time.monotonic() + job.limits.clock + GRACE
            try:
                yield WorkerPipes(response[0], status[0], deadline)
            except WorkerDiedError:
                self.close()
                raise

    def _send(self, job: wire.Job, descriptors: list[int], joiner: PlaceJoiner) -> None:
        with self._lock:
            for may_retry in (True, False):
                control = self._ensure_started()
                known = joiner is self._joiner
                content = pickle.dumps(replace(job, joiner=None if known else joiner))
                try:
                    head = wire.LENGTH.pack(len(content))
                    socket.send_fds(control, [head], descriptors)
                    control.sendall(content)
                except OSError:  # it has just died
                    self._drop()
                    if not may_retry:
                        raise WorkerDiedError from None
                else:
                    self._joiner = joiner
                    return

    def _ensure_started(self) -> socket.socket:
        if self._process and self._process.poll() is not None:
            self._drop()
        if self._control is None:
            self._control, worker_end = socket.socketpair()
            path = os.pathsep.join(
                [str(Path(geo.__file__).parent.parent), *filter(None, [os.getenv("PYTHONPATH")])]
            )
            with worker_end:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "geo.enrich.worker", str(worker_end.fileno())],
                    env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,  # libraries print file contents there
                    pass_fds=[worker_end.fileno()],
                    start_new_session=True,  # ignores keyboard interrupts
                )
        return self._control

    def _drop(self) -> None:
        if self._control:
            self._control.close()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._control = self._process = self._joiner = None


def _pipe(stack: ExitStack) -> list[int]:
    """Both ends of a pipe; the read end is closed with ``stack``."""
    ends = list(os.pipe())
    stack.callback(os.close, ends[0])
    return ends


def _memory_file(data: bytes, stack: ExitStack) -> int:
    descriptor = os.memfd_create("places")
    stack.callback(os.close, descriptor)
    with open(descriptor, "wb", closefd=False) as file:
        file.write(data)
    return descriptor
