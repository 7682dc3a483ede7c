"""``python -m geo.enrich.worker``: forks a process for each user's file, and enforces its deadline.

This process has no threads, imports everything once and never reads a file. Each forked process
sandboxes itself (:mod:`geo.enrich.confine`), reads and joins one file, writes the response to a
pipe and exits; it is killed from here if it takes too long or its client is gone. All of them end
with the process that started this one, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import pickle
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass, field

from geo.enrich import confine, task, wire
from geo.enrich.join import PlaceJoiner
from geo.enrich.limits import MEGABYTE
from geo.i18n import activate, decimal

BY_CLOCK = "clock"
"""Reason of an exit: the process was killed because it took too long."""


@dataclass
class RunningProcess:
    """A process that reads a file."""

    pid: int
    handle: int
    """Descriptor of the process, which is readable once it has ended."""
    status: int
    """Pipe for its exit status."""
    deadline: float
    why: str = ""


@dataclass
class Worker:
    """Receives requests from a socket and starts a process for each."""

    control: socket.socket
    joiner: PlaceJoiner | None = None
    running: dict[int, RunningProcess] = field(default_factory=dict)

    def serve(self) -> None:
        """Serve until the other end of the socket is closed."""
        while True:
            poll = select.poll()
            poll.register(self.control, select.POLLIN)
            for process in self.running.values():
                poll.register(process.handle, select.POLLIN)
                poll.register(process.status, 0)  # reports an error if the client has closed it
            events = dict(poll.poll(self._wait()))
            for process in list(self.running.values()):
                if process.status in events:
                    signal.pidfd_send_signal(process.handle, signal.SIGKILL)
                if process.handle in events:
                    self._tell_end(self.running.pop(process.handle))
            if self.control.fileno() in events and not self._take():
                return
            for process in self.running.values():
                if time.monotonic() > process.deadline:
                    process.why, process.deadline = BY_CLOCK, math.inf
                    signal.pidfd_send_signal(process.handle, signal.SIGKILL)

    def _wait(self) -> float | None:
        """Milliseconds until the next deadline."""
        first = min((process.deadline for process in self.running.values()), default=math.inf)
        return None if math.isinf(first) else max(0, (first - time.monotonic()) * 1_000 + 1)

    def _tell_end(self, process: RunningProcess) -> None:
        status = os.waitpid(process.pid, 0)[1]
        exit_status = {
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "why": process.why,
        }
        with contextlib.suppress(BrokenPipeError):
            os.write(process.status, json.dumps(exit_status).encode())
        os.close(process.status)
        os.close(process.handle)

    def _take(self) -> bool:
        """Receive a request and start its process; ``False`` at the end of the stream."""
        head, descriptors, _, _ = socket.recv_fds(self.control, wire.LENGTH.size, 3)
        if len(head) < wire.LENGTH.size:
            return False
        content = bytearray()
        (length,) = wire.LENGTH.unpack(head)
        while len(content) < length:
            block = self.control.recv(min(MEGABYTE, length - len(content)))  # no part of the next
            if not block:
                return False
            content += block
        job: wire.Job = pickle.loads(content)  # of the process that started this one
        if job.joiner is not None:
            self.joiner = job.joiner
            task.warm_up(job.joiner)
        activate(job.language)
        decimal(1.5, 1)  # Babel reads the language's numbers from a file
        answer, status, *data = descriptors
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            self._be_alone(parent, status)
            assert self.joiner is not None
            task.run(job, self.joiner, answer, data[0] if data else None)
        for descriptor in (answer, *data):
            os.close(descriptor)
        deadline = time.monotonic() + job.limits.clock
        process = RunningProcess(pid, os.pidfd_open(pid), status, deadline)
        self.running[process.handle] = process
        return True

    def _be_alone(self, parent: int, status: int) -> None:
        """Close the parent's descriptors in the forked process."""
        confine.die_with_parent(parent)
        self.control.close()
        os.close(status)
        for process in self.running.values():
            os.close(process.handle)
            os.close(process.status)


def main() -> None:
    """Serve the socket whose descriptor is the only argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Worker(socket.socket(fileno=int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
