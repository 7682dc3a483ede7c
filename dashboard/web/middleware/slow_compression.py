"""A thread that compresses again, as small as Brotli can, what every browser loads once.

The highest quality takes 2 s of processor time for 1 MB, nine times as long as that with which a
response is first sent, and leaves a twelfth less of scripts, a sixth of places and a third of
borders. It is worth it for the few files that are the same for everybody: 15 s for all that a cold
load of Explore fetches. They are compressed when they are first asked for, not when they are
installed or when the server starts, so that it needs no step of its own and costs nothing for pages
that nobody opens. A proxy that caches map sources keeps the first form.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import Full, Queue
from urllib.parse import parse_qsl

import brotli
from starlette.types import Scope

from dashboard import i18n

MAX_BYTES = 4 << 20
"""Largest body that is compressed again, in 8 s; borders in full detail are 2.2 MB."""

_FEW = {"v", "detail", i18n.PARAMETER}
"""Query parameters with few values: version, detail of boundaries, language."""

_PAUSE = 3
"""Pause after each body relative to the time that it took: the thread takes a quarter of a core at
most, also where a container's share of a processor is what limits the server."""

_MAX_WAITING = 500
"""Streamlit has 320 scripts and styles, a page 150 of them; all together they are 27 MB."""


def is_same_for_everybody(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether a response is one of few that browsers keep forever."""
    query = {name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"))}
    return "immutable" in headers.get("cache-control", "") and query <= _FEW


class SlowCompressor:
    """Compresses bodies one after the other, while nothing else needs the processor."""

    def __init__(self) -> None:
        self._waiting: Queue[tuple[bytes, Callable[[bytes], object]]] = Queue(_MAX_WAITING)
        self._thread: threading.Thread | None = None

    def submit(self, body: bytes, done: Callable[[bytes], object]) -> None:
        """Call ``done`` with the compressed body some time later, or never if too many wait."""
        if len(body) > MAX_BYTES:
            return
        with suppress(Full):
            self._waiting.put_nowait((body, done))
        if self._thread is None:
            # A daemon, so that the server need not wait for it when it stops.
            self._thread = threading.Thread(target=self._run, name="compression", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        if sys.platform == "linux":  # where a thread has a priority of its own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        while True:
            body, done = self._waiting.get()
            start = time.thread_time()
            done(brotli.compress(body, quality=11))  # without the interpreter's lock
            time.sleep(_PAUSE * (time.thread_time() - start))
