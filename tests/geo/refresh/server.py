"""A local HTTP server that imitates a publisher, including its failures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """A response; ``cut`` ends the body after that many bytes, ``silent`` sends nothing."""

    body: bytes = b""
    status: int = 200
    headers: Headers = field(default_factory=dict)
    cut: int | None = None
    silent: bool = False


def publisher(content: bytes, etag: str = '"one"', cut: int | None = None) -> Callable:
    """Responses of a correct server: the whole file, the requested range, or not modified."""

    def answer(headers: Headers) -> Answer:
        start = re.fullmatch(r"bytes=(\d+)-", headers.get("Range", ""))
        response_headers = {"ETag": etag, "Last-Modified": "Tue, 03 Nov 2026 10:00:00 GMT"}
        if headers.get("If-None-Match") == etag:
            return Answer(status=304, headers=response_headers)
        if start and headers.get("If-Range") == etag:
            at, last = int(start[1]), len(content) - 1
            response_headers["Content-Range"] = f"bytes {at}-{last}/{len(content)}"
            return Answer(content[at:], 206, response_headers)
        return Answer(content, 200, response_headers, cut)

    return answer


@dataclass
class Server:
    """Answers by path, each list in order and its last one for good.

    Attributes
    ----------
    url
        Where it listens.
    requests
        Path with query, and headers, of each request.
    """

    url: str
    answers: dict[str, list] = field(default_factory=dict)
    requests: list[tuple[str, Headers]] = field(default_factory=list)
    released: Event = field(default_factory=Event)
    _times: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def on(self, path: str, *answers: Answer | Callable) -> None:
        """What a path answers; the path may hold a query, which is then to be the same."""
        self.answers[path] = list(answers)

    def answer(self, path: str, headers: Headers) -> Answer:
        self.requests.append((path, headers))
        key = path if path in self.answers else path.partition("?")[0]
        if key not in self.answers:
            return Answer(b"not here", 404)
        there = self.answers[key]
        found = there[min(self._times[key], len(there) - 1)]
        self._times[key] += 1
        return found(headers) if callable(found) else found


def listening() -> tuple[Server, ThreadingHTTPServer]:
    """A server and its listener, which the caller starts and stops."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = server.answer(self.path, dict(self.headers.items()))
            if answer.silent:
                server.released.wait(10)
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # who asked may have had enough
                self.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server = Server(f"http://127.0.0.1:{listener.server_address[1]}")
    return server, listener
