"""What websockets may cost: how many there are, and what is sent on each."""

from __future__ import annotations

import asyncio
import resource
import time
from collections import Counter
from collections.abc import Callable

from starlette.types import Message, Receive, Send

from dashboard.serving.clients import NOBODY
from dashboard.serving.shares import Share

DESCRIPTORS = 4
"""Open files that one costs: itself, and three of the event loop that Streamlit makes for its
session's scripts."""

RESERVED = 600
"""Open files for everything else: 128 sessions whose readers may come back, three each, and 216
of layers, libraries and requests."""

MOST = 2_000
"""Websockets of a process that may open files without end; a session that is used takes 162 kB."""

MESSAGES_PER_SECOND, MESSAGES_AT_ONCE = 15, 20
"""Messages on one websocket: a reader who drags a slider sends about five a second."""

TAKEN_PER_SECOND, TAKEN_AT_ONCE = 25, 10
"""Messages of one client that are taken; others wait. Most start a thread, on which the event loop
waits for up to 5 ms. 50 readers at one address send 12 a second."""

LARGEST_PER_MINUTE = 8
"""Bytes of a minute, in messages of the largest size."""

_LONGEST_PAUSE = 5.0
"""Seconds that a message waits for a client's debt: with more, the browser's answers to pings
would wait with it, and the server would take the reader for gone."""


def capacity() -> int:
    """Websockets that this process may have open, by its limit of open files."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MOST
    return min(MOST, max(DESCRIPTORS, files - RESERVED) // DESCRIPTORS)


class Sockets:
    """Counts open websockets.

    Parameters
    ----------
    most_of_one
        Of one client.
    most
        In all.
    """

    def __init__(self, most_of_one: int, most: int) -> None:
        self.most_of_one = most_of_one
        self.most = most
        self._open: Counter[str] = Counter()
        self._paces: dict[str, Flow] = {}

    def pace(self, client: str) -> Flow:
        """The flow that all websockets of a client share; one of its own for each of nobody's."""
        if client == NOBODY:
            return Flow(TAKEN_AT_ONCE, TAKEN_PER_SECOND)
        return self._paces.setdefault(client, Flow(TAKEN_AT_ONCE, TAKEN_PER_SECOND))

    def open(self, client: str) -> bool:
        """Count one more, if there may be."""
        full = client != NOBODY and self._open[client] >= self.most_of_one
        if full or self._open.total() >= self.most:
            return False
        self._open[client] += 1
        return True

    def close(self, client: str) -> None:
        """Count one less."""
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]
            self._paces.pop(client, None)


class Flow:
    """A bucket: so much at once, so much a second."""

    def __init__(
        self, at_once: float, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._size = self._left = at_once
        self._per_second = per_second
        self._clock = clock
        self._before = clock()

    def take(self, amount: float) -> float:
        """Take so much; seconds until it is there, 0 when it is."""
        now = self._clock()
        left = min(self._size, self._left + (now - self._before) * self._per_second)
        self._before, self._left = now, left - amount
        return max(0.0, -self._left / self._per_second)


def paced(receive: Receive, send: Send, share: Share, pace: Flow, largest: int) -> Receive:
    """Messages of a websocket as a client may send them.

    Those of a client in debt, or of one with many, wait; a websocket on which more is sent than a
    page ever would is closed with 1008.

    Parameters
    ----------
    pace
        At which messages of the client are taken.
    largest
        Bytes of the largest message.
    """
    messages = Flow(MESSAGES_AT_ONCE, MESSAGES_PER_SECOND)
    size = Flow(LARGEST_PER_MINUTE * largest, LARGEST_PER_MINUTE * largest / 60)

    async def next_message() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        content = message.get("bytes") or (message.get("text") or "").encode()
        if messages.take(1) or size.take(len(content)):
            await send({"type": "websocket.close", "code": 1008})
            return {"type": "websocket.disconnect", "code": 1008}
        # Also without a wait others have their turn: what is there already is received at once.
        await asyncio.sleep(min(max(pace.take(1), share.wait()), _LONGEST_PAUSE))
        return message

    return next_message
