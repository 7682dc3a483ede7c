"""The worker process of a server or command: started, asked, replaced, ended."""

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
from geo.enrich.join import Network
from geo.errors import BusyError
from geo.i18n import tr

AT_ONCE = 2
"""Files that are read at the same time: each may take a core."""

PATIENCE = 20.0
"""Seconds that a file waits for those of others."""

GRACE = 10.0
"""Seconds beyond a file's own after which a worker counts as dead."""

ENVIRONMENT = {
    # A process that forks has no threads, and each thread would reserve address space of its own.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "GDAL_NUM_THREADS": "1",
    "OGR_GPKG_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "GDAL_CACHEMAX": "32",
    # mimalloc, Arrow's own, reserves a gigabyte of address space at once.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


class WorkerDiedError(Exception):
    """The worker does not answer any more."""


@dataclass
class Line:
    """The two pipes on which a worker answers, both read without ever waiting for long."""

    answer: int
    status: int
    deadline: float

    def read(self, length: int) -> bytearray:
        """So many bytes of the answer, fewer when it ends before.

        Raises
        ------
        WorkerDiedError
            If the time is up.
        """
        content = bytearray(length)
        into = memoryview(content)
        done = 0
        while done < length:
            self._wait(self.answer)
            got = os.readv(self.answer, [into[done:]])
            if not got:
                break
            done += got
        into.release()
        del content[done:]
        return content

    def end(self) -> dict[str, object]:
        """How the process ended: ``signal`` and ``why``; nothing when nobody knows."""
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


class Pool:
    """A worker that reads a few files at a time.

    It is started when it is first needed, or by :meth:`start`, and ends with this process.

    Parameters
    ----------
    at_once, patience
        How many files are read at a time, and how many seconds another one waits.
    """

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._free = BoundedSemaphore(at_once)
        self._patience = patience
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._network: Network | None = None

    def __enter__(self) -> Pool:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the worker unless it runs; it imports what it needs while this process goes on."""
        with self._lock:
            self._started()

    def close(self) -> None:
        """End the worker and whatever it reads."""
        with self._lock:
            self._drop()

    @property
    def pid(self) -> int:
        """Of the worker; 0 when none runs."""
        return self._process.pid if self._process else 0

    @contextmanager
    def ask(self, job: wire.Job, data: bytes | None, network: Network) -> Iterator[Line]:
        """Have a file read; its answer comes on the line.

        Raises
        ------
        BusyError
            If files of others are being read, and are so for long.
        WorkerDiedError
            If there is no worker that answers.
        """
        if not self._free.acquire(timeout=self._patience):
            raise BusyError(
                tr("The files of other readers are being read; read yours again in a minute.")
            )
        with ExitStack() as held:
            held.callback(self._free.release)
            answer, status = _pipe(held), _pipe(held)
            theirs = [answer.pop(), status.pop()]
            content = [] if data is None else [_memory_file(data, held)]
            try:
                self._send(job, [*theirs, *content], network)
            finally:
                for descriptor in theirs:
                    os.close(descriptor)
            deadline = time.monotonic() + job.limits.clock + GRACE
            try:
                yield Line(answer[0], status[0], deadline)
            except WorkerDiedError:
                self.close()
                raise

    def _send(self, job: wire.Job, descriptors: list[int], network: Network) -> None:
        with self._lock:
            for again in (True, False):
                control = self._started()
                known = network is self._network
                content = pickle.dumps(replace(job, network=None if known else network))
                try:
                    head = wire.LENGTH.pack(len(content))
                    socket.send_fds(control, [head], descriptors)
                    control.sendall(content)
                except OSError:  # it died a moment ago
                    self._drop()
                    if not again:
                        raise WorkerDiedError from None
                else:
                    self._network = network
                    return

    def _started(self) -> socket.socket:
        if self._process and self._process.poll() is not None:
            self._drop()
        if self._control is None:
            self._control, theirs = socket.socketpair()
            path = os.pathsep.join(
                [str(Path(geo.__file__).parent.parent), *filter(None, [os.getenv("PYTHONPATH")])]
            )
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "geo.enrich.worker", str(theirs.fileno())],
                    env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,  # libraries quote the file there
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # an interrupt from the keyboard is not for it
                )
        return self._control

    def _drop(self) -> None:
        if self._control:
            self._control.close()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._control = self._process = self._network = None


def _pipe(held: ExitStack) -> list[int]:
    """Both ends of a pipe; the one to read from is closed with ``held``."""
    ends = list(os.pipe())
    held.callback(os.close, ends[0])
    return ends


def _memory_file(data: bytes, held: ExitStack) -> int:
    descriptor = os.memfd_create("places")
    held.callback(os.close, descriptor)
    with open(descriptor, "wb", closefd=False) as file:
        file.write(data)
    return descriptor
