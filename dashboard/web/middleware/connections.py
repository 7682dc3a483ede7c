"""Limits of uvicorn's connections: number per client, idle time, and rate at which websockets are
read."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import get_remote_addr
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from dashboard.quota.clients import NO_CLIENT, ClientResolver
from dashboard.settings import Settings

EXTRA_CONNECTIONS = 140
"""Connections of one client in addition to its websockets: a browser opens six for a moment."""

IDLE_SECONDS = 20.0
"""An idle connection is closed after this time, at the latest after twice as long."""

READ_BYTES = 1_024
"""Bytes read from a websocket at once. uvicorn itself reads 256 kB: 40,000 pings, which take half a
second, or compressed messages, which may be a thousand times larger when decompressed."""

REST_FACTOR = 100
"""After each read a websocket pauses for this many times the time that it took, so that it uses at
most a hundredth of the event loop. A large message of a page, 100 kB, takes 50 ms."""

_MAX_UNREAD = 65_536


class ConnectionCounter:
    """Counts the connections of each client, except of proxies."""

    def __init__(self, settings: Settings) -> None:
        self.clients = ClientResolver(settings.proxies)
        self.max_per_client = settings.sockets + EXTRA_CONNECTIONS
        self._open: Counter[str] = Counter()

    def client(self, transport: asyncio.Transport) -> str:
        """The client of an open connection."""
        address = get_remote_addr(transport)
        return self.clients.from_address(address[0]) if address else NO_CLIENT

    def open(self, client: str) -> bool:
        """Count a new connection; returns whether it may stay open."""
        self._open[client] += 1
        return client == NO_CLIENT or self._open[client] <= self.max_per_client

    def close(self, client: str) -> None:
        """Uncount a closed connection."""
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with a limit of connections per client and an idle timeout."""

    def __init__(self, connections: ConnectionCounter, **options: Any) -> None:
        super().__init__(**options)
        self._connections = connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Abort the connection if the client has too many."""
        super().connection_made(transport)
        self._client = self._connections.client(transport)
        if not self._connections.open(self._client):
            transport.abort()
        self.loop.call_later(IDLE_SECONDS, self._close_if_idle, None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Uncount the connection."""
        self._connections.close(self._client)
        super().connection_lost(exc)

    def _close_if_idle(self, last_cycle: object) -> None:
        """Close the connection unless a request is active or was made since the last check."""
        if self not in self.connections:  # closed, or a websocket now
            return
        is_active = self.cycle is not None and not self.cycle.response_complete
        if not is_active and self.cycle is last_cycle:
            self.transport.close()
        else:
            self.loop.call_later(IDLE_SECONDS, self._close_if_idle, self.cycle)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's websocket protocol that reads in small chunks, with a pause after each."""

    def __init__(self, connections: ConnectionCounter, **options: Any) -> None:
        super().__init__(**options)
        self._connections = connections
        self._unread = bytearray()
        self._resting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over a connection, which is already counted."""
        super().connection_made(transport)
        self._client = self._connections.client(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Uncount the connection, which was counted before the upgrade."""
        self._unread.clear()
        self._connections.close(self._client)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Buffer received bytes until the earlier ones are read."""
        self._unread += data
        if len(self._unread) > _MAX_UNREAD:
            self.transport.pause_reading()
        self._read()

    async def receive(self) -> ASGIReceiveEvent:
        """The next message."""
        message = await super().receive()
        self._read()
        return message

    def _read(self) -> None:
        """Read a chunk, unless a message is pending or the websocket pauses."""
        if self._resting or self.read_paused or not self._unread:
            return
        chunk = bytes(self._unread[:READ_BYTES])
        del self._unread[:READ_BYTES]
        started = time.thread_time()
        super().data_received(chunk)
        self._resting = True
        self.loop.call_later(REST_FACTOR * (time.thread_time() - started), self._resume)

    def _resume(self) -> None:
        self._resting = False
        if self.disconnected or self.transport.is_closing():
            return
        if len(self._unread) <= _MAX_UNREAD and not self.read_paused:
            self.transport.resume_reading()
        self._read()
