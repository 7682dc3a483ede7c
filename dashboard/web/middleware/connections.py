"""Connections of uvicorn: how many a client may hold, for how long without asking, and how fast
what it sends is read."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import get_remote_addr
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from dashboard.quota.clients import NOBODY, Clients
from dashboard.settings import Settings

SPARE = 140
"""Connections of one client beside those of its open pages: a browser opens six, for a moment."""

PATIENCE_SECONDS = 20.0
"""A connection on which nothing is asked for as long is closed, at the latest after twice that."""

PIECE = 1_024
"""Bytes of a websocket that are read at once, of which uvicorn alone reads 256 kB: 40,000 pings,
which take half a second, or packed messages of nothing, which are a thousand times larger."""

REST = 100
"""Times as long as reading a piece took, a websocket then rests: it takes a hundredth of the event
loop. A large message of a page, 100 kB, takes 50 ms."""

_MOST_UNREAD = 65_536


class Connections:
    """Counts the connections of each address that is no proxy."""

    def __init__(self, settings: Settings) -> None:
        self.clients = Clients(settings.proxies)
        self.most = settings.sockets + SPARE
        self._open: Counter[str] = Counter()

    def client(self, transport: asyncio.Transport) -> str:
        """Whose connection it is; to be asked while it is open."""
        address = get_remote_addr(transport)
        return self.clients.named(address[0]) if address else NOBODY

    def open(self, client: str) -> bool:
        """Count a connection; whether it may stay."""
        self._open[client] += 1
        return client == NOBODY or self._open[client] <= self.most

    def close(self, client: str) -> None:
        """Count it no more."""
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]


class HttpProtocol(HttpToolsProtocol):
    """A connection as uvicorn serves it, counted, and closed when nothing is asked for."""

    def __init__(self, connections: Connections, **options: Any) -> None:
        super().__init__(**options)
        self._counted = connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Close one too many at once."""
        super().connection_made(transport)
        self._client = self._counted.client(transport)
        if not self._counted.open(self._client):
            transport.abort()
        self.loop.call_later(PATIENCE_SECONDS, self._look, None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        self._counted.close(self._client)
        super().connection_lost(exc)

    def _look(self, before: object) -> None:
        """Close the connection unless it asks, or asked since this was looked at before."""
        if self not in self.connections:  # closed, or a websocket now
            return
        asks = self.cycle is not None and not self.cycle.response_complete
        if not asks and self.cycle is before:
            self.transport.close()
        else:
            self.loop.call_later(PATIENCE_SECONDS, self._look, self.cycle)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """A websocket as uvicorn serves it, read piece by piece, with a rest after each."""

    def __init__(self, connections: Connections, **options: Any) -> None:
        super().__init__(**options)
        self._counted = connections
        self._unread = bytearray()
        self._rests = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over a connection, which is counted."""
        super().connection_made(transport)
        self._client = self._counted.client(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more; it was counted as a connection before."""
        self._unread.clear()
        self._counted.close(self._client)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Keep what comes until what came before is read."""
        self._unread += data
        if len(self._unread) > _MOST_UNREAD:
            self.transport.pause_reading()
        self._read()

    async def receive(self) -> ASGIReceiveEvent:
        """The next message."""
        message = await super().receive()
        self._read()
        return message

    def _read(self) -> None:
        """Read a piece, unless a message waits to be taken or the websocket rests."""
        if self._rests or self.read_paused or not self._unread:
            return
        piece = bytes(self._unread[:PIECE])
        del self._unread[:PIECE]
        started = time.thread_time()
        super().data_received(piece)
        self._rests = True
        self.loop.call_later(REST * (time.thread_time() - started), self._go_on)

    def _go_on(self) -> None:
        self._rests = False
        if self.disconnected or self.transport.is_closing():
            return
        if len(self._unread) <= _MOST_UNREAD and not self.read_paused:
            self.transport.resume_reading()
        self._read()
