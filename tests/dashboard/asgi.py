"""Ask an ASGI application without a server: one request in, one whole answer out."""

from __future__ import annotations

import asyncio
import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Answer:
    """Status, headers by lower-case name, and body as it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> bytes:
        """The body without its content encoding."""
        zipped = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if zipped else self.body

    def json(self) -> Any:
        return json.loads(self.content)


def ask(
    app: ASGIApp, address: str, method: str = "GET", body: bytes = b"", **headers: str
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
            (b"host", b"testserver"),
            *((n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()),
        ],
        "client": ("127.0.0.1", 50_000),
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

    # In a thread of its own: the browser tests keep an event loop running in theirs.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, app(scope, receive, send)).result()  # type: ignore[arg-type]
    start = sent[0]
    return Answer(
        status=start["status"],
        headers={name.decode().lower(): value.decode() for name, value in start["headers"]},
        body=b"".join(message.get("body", b"") for message in sent[1:]),
    )
