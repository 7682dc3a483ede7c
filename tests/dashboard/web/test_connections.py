"""Connections as uvicorn has them: counted, closed when silent, websockets read piece by piece."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from dashboard.settings import Settings
from dashboard.web.middleware import connections
from dashboard.web.middleware.connections import ConnectionCounter, HttpProtocol, WebSocketProtocol


async def _echo(opened: WebSocket) -> None:
    await opened.accept()
    async for message in opened.iter_bytes():
        await opened.send_bytes(message)


@pytest.fixture
def counted() -> ConnectionCounter:
    counter = ConnectionCounter(Settings())
    counter.max_per_client = 2
    return counter


@pytest.fixture
def port(counted: ConnectionCounter) -> Iterator[int]:
    app = Starlette(
        routes=[
            Route("/", lambda request: PlainTextResponse("ok")),
            WebSocketRoute("/echo", _echo),
        ]
    )
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        http=partial(HttpProtocol, counted),  # type: ignore[arg-type]
        ws=partial(WebSocketProtocol, counted),  # type: ignore[arg-type]
        log_config=None,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()


def opened(port: int, source: str = "127.0.0.2") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 10, (source, 0))


def status(connection: socket.socket) -> bytes:
    """The first line that is answered; nothing where the connection is closed."""
    try:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return connection.recv(4_096).partition(b"\r\n")[0]
    except ConnectionError:
        return b""


def test_connections_of_a_client_are_counted(port: int, counted: ConnectionCounter) -> None:
    held = [opened(port) for _ in range(2)]
    assert [status(one) for one in held] == [b"HTTP/1.1 200 OK"] * 2
    assert status(opened(port)) == b""
    assert status(opened(port, "127.0.0.3")) == b"HTTP/1.1 200 OK"
    trusted = [opened(port, "127.0.0.1") for _ in range(4)]
    assert [status(one) for one in trusted] == [b"HTTP/1.1 200 OK"] * 4
    for one in held:
        one.close()
    deadline = time.monotonic() + 10
    while counted._open["127.0.0.2"] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert status(opened(port)) == b"HTTP/1.1 200 OK"


def test_a_connection_that_asks_nothing_is_closed(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.2)
    silent, slow = opened(port), opened(port)
    slow.sendall(b"GET / HTTP/1.1\r\nHo")
    assert silent.recv(1) == b""
    assert slow.recv(1) == b""


def test_a_websocket_is_a_connection_to_its_end(port: int, counted: ConnectionCounter) -> None:
    address = f"ws://127.0.0.1:{port}/echo"
    with connect(address, source_address=("127.0.0.2", 0)) as one:
        assert counted._open["127.0.0.2"] == 1
        one.send(b"x")
        assert one.recv(timeout=10) == b"x"
    deadline = time.monotonic() + 10
    while counted._open["127.0.0.2"] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert counted._open["127.0.0.2"] == 0


@pytest.mark.parametrize("compression", ["deflate", None])
def test_messages_read_in_pieces_are_whole(port: int, compression: str | None) -> None:
    sent = [bytes([number]) * size for number, size in enumerate((1, 1_023, 1_024, 5_000, 300_000))]
    with connect(f"ws://127.0.0.1:{port}/echo", compression=compression) as one:
        for message in sent:
            one.send(message)
        assert [one.recv(timeout=20) for _ in sent] == sent
