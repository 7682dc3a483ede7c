"""Ask an ASGI application without a server: one request in, one whole answer out."""

from __future__ import annotations

import asyncio
import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import brotli
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True)
class Answer:
    """Status, headers by lower-case name, and body as it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> bytes:
        """The body without its content encoding."""
        decode = {"gzip": gzip.decompress, "br": brotli.decompress}
        coding = self.headers.get("content-encoding")
        return decode[coding](self.body) if coding else self.body

    def json(self) -> Any:
        return json.loads(self.content)


def ask(
    app: ASGIApp,
    address: str,
    method: str = "GET",
    *,
    client: str = "127.0.0.1",
    body: bytes = b"",
    **headers: str,
) -> Answer:
    """The answer to a request; ``if_none_match=...`` gives the header ``if-none-match``.

    The path is sent as it is written, so that ``/a/../b`` reaches the application, which no
    browser or HTTP library would send.
    """
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (name.replace("_", "-").encode(), value.encode())
            for name, value in {"host": "testserver", **headers}.items()
        ],
        "client": (client, 50_000),
        "server": ("testserver", 80),
    }
    sent: list[Message] = []
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()  # the client stays; whoever listens for its leaving waits
        return waiting.pop()

    async def send(message: Message) -> None:
        sent.append(dict(message))

    _run(app, scope, receive, send)
    start = sent[0]
    return Answer(
        status=start["status"],
        headers={name.decode().lower(): value.decode() for name, value in start["headers"]},
        body=b"".join(message.get("body", b"") for message in sent[1:]),
    )


def knock(
    app: ASGIApp, path: str, *messages: bytes, client: str = "127.0.0.1", **headers: str
) -> list[Message]:
    """What a websocket's client is sent for its messages; it leaves after the last."""
    scope = {
        "type": "websocket",
        "path": path,
        "query_string": b"",
        "root_path": "",
        "subprotocols": [],
        "headers": [
            (name.replace("_", "-").encode(), value.encode())
            for name, value in {"host": "testserver", **headers}.items()
        ],
        "client": (client, 50_000),
    }
    waiting: list[Message] = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", "bytes": message} for message in messages),
        {"type": "websocket.disconnect", "code": 1000},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    _run(app, scope, receive, send)
    return sent


def _run(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    # In a thread of its own: the browser tests keep an event loop running in theirs.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, app(scope, receive, send)).result()  # type: ignore[arg-type]
