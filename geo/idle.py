"""Ending what is idle, such as a process that holds memory and is quick to start again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer


class IdleTimer:
    """Calls a function when nothing has been busy for some time.

    Parameters
    ----------
    seconds
        Idle time.
    end
        What is called then, in a thread of its own. Nothing becomes busy meanwhile.
    """

    def __init__(self, seconds: float, end: Callable[[], None]) -> None:
        self._seconds = seconds
        self._end = end
        self._lock = Lock()
        self._busy = 0
        self._timer: Timer | None = None

    @contextmanager
    def busy(self) -> Iterator[None]:
        """A time that is not idle; such times may overlap."""
        with self._lock:
            self._busy += 1
            self._cancel()
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1
                if not self._busy:
                    self._timer = Timer(self._seconds, self._end_if_idle)
                    self._timer.daemon = True
                    self._timer.start()

    def _cancel(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _end_if_idle(self) -> None:
        with self._lock:
            if not self._busy:
                self._end()
