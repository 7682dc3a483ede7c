"""Limits of websockets: their number, and the messages on each."""

from __future__ import annotations

import asyncio
import resource
import time
from collections import Counter
from collections.abc import Callable

from starlette.types import Message, Receive, Send

from dashboard.quota.clients import NO_CLIENT
from dashboard.quota.shares import Share

DESCRIPTORS = 4
"""File descriptors of one websocket: its own, and three of the event loop that Streamlit creates
for the scripts of its session."""

RESERVED = 600
"""File descriptors for everything else: three for each of 128 disconnected sessions, and 216 for
layers, libraries and requests."""

MAX_SOCKETS = 2_000
"""Websockets of a process without a limit of file descriptors; an active session takes 162 kB."""

MESSAGES_PER_SECOND, MESSAGE_BURST = 15, 20
"""Limits of messages on one websocket: dragging a slider sends about five a second."""

CLIENT_MESSAGES_PER_SECOND, CLIENT_MESSAGE_BURST = 25, 10
"""Rate at which messages of one client are accepted; others wait. Most start a thread, which blocks
the event loop for up to 5 ms. 50 users at one IP address send 12 a second."""

LARGEST_PER_MINUTE = 8
"""Limit of bytes per minute, in messages of the maximum size."""

_MAX_PAUSE = 5.0
"""Maximum seconds that a message waits while a client is in debt: pongs wait with it, and after a
longer time the server would assume that the browser has disconnected."""


def capacity() -> int:
    """Number of websockets that this process may have open, from its limit of file descriptors."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MAX_SOCKETS
    return min(MAX_SOCKETS, max(DESCRIPTORS, files - RESERVED) // DESCRIPTORS)


class SocketCounter:
    """Counts open websockets.

    Parameters
    ----------
    max_per_client
        Limit of one client.
    max_total
        Limit of the process.
    """

    def __init__(self, max_per_client: int, max_total: int) -> None:
        self.max_per_client = max_per_client
        self.max_total = max_total
        self._open: Counter[str] = Counter()
        self._buckets: dict[str, TokenBucket] = {}

    def bucket(self, client: str) -> TokenBucket:
        """The token bucket shared by all websockets of a client; without a client, a new one."""
        bucket = TokenBucket(CLIENT_MESSAGE_BURST, CLIENT_MESSAGES_PER_SECOND)
        return bucket if client == NO_CLIENT else self._buckets.setdefault(client, bucket)

    def open(self, client: str) -> bool:
        """Count a new websocket; returns whether it may stay open."""
        full = client != NO_CLIENT and self._open[client] >= self.max_per_client
        if full or self._open.total() >= self.max_total:
            return False
        self._open[client] += 1
        return True

    def close(self, client: str) -> None:
        """Uncount a closed websocket."""
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]
            self._buckets.pop(client, None)


class TokenBucket:
    """A token bucket: ``burst`` tokens at once, refilled by ``per_second``."""

    def __init__(
        self, burst: float, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = self._tokens = burst
        self._per_second = per_second
        self._clock = clock
        self._updated = clock()

    def take(self, amount: float) -> float:
        """Take tokens; returns the seconds until they are available, 0 if they already are."""
        now = self._clock()
        tokens = min(self._burst, self._tokens + (now - self._updated) * self._per_second)
        self._updated, self._tokens = now, tokens - amount
        return max(0.0, -self._tokens / self._per_second)


def paced_messages(
    receive: Receive, send: Send, share: Share, bucket: TokenBucket, max_message_bytes: int
) -> Receive:
    """Messages of a websocket, at the pace that its client may send them.

    Messages wait if the client is in debt or sends many; a websocket with more messages than a page
    ever sends is closed with 1008.

    Parameters
    ----------
    bucket
        Token bucket of the client's messages.
    max_message_bytes
        Maximum size of a message.
    """
    message_bucket = TokenBucket(MESSAGE_BURST, MESSAGES_PER_SECOND)
    byte_bucket = TokenBucket(
        LARGEST_PER_MINUTE * max_message_bytes, LARGEST_PER_MINUTE * max_message_bytes / 60
    )

    async def next_message() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        content = message.get("bytes") or (message.get("text") or "").encode()
        if message_bucket.take(1) or byte_bucket.take(len(content)):
            await send({"type": "websocket.close", "code": 1008})
            return {"type": "websocket.disconnect", "code": 1008}
        # Sleep even for 0 s, to let other tasks run: buffered messages arrive without waiting.
        await asyncio.sleep(min(max(bucket.take(1), share.wait()), _MAX_PAUSE))
        return message

    return next_message
