"""A line between browser and server that is slow, or that breaks."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 16_384


@dataclass
class Line:
    """Passes bytes on between a port of its own and that of a server.

    Attributes
    ----------
    port
        Where the browser connects.
    delay, rate
        Of what a websocket sends, either way: seconds until each piece is passed on, and bytes a
        second.
    """

    listener: socket.socket
    server: int
    delay: float = 0.0
    rate: float = float("inf")
    sockets: list[socket.socket] = field(default_factory=list)
    opened: int = 0

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def cut(self) -> None:
        """Break every websocket that is open."""
        for end in self.sockets:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.sockets.clear()

    def serve(self) -> None:
        """Accept connections until the listener is closed."""
        while True:
            try:
                browser, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(browser,), daemon=True).start()

    def _connect(self, browser: socket.socket) -> None:
        with browser, suppress(OSError), socket.create_connection(("127.0.0.1", self.server)) as s:
            first = browser.recv(CHUNK)
            is_websocket = b"upgrade: websocket" in first.lower()
            if is_websocket:
                self.opened += 1
                self.sockets += [browser, s]
            s.sendall(first)
            back = threading.Thread(target=self._pass, args=(s, browser, is_websocket), daemon=True)
            back.start()
            self._pass(browser, s, is_websocket)
            back.join()

    def _pass(self, source: socket.socket, target: socket.socket, is_slow: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(CHUNK):
                if is_slow:
                    time.sleep(self.delay + len(piece) / self.rate)
                target.sendall(piece)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@contextmanager
def line(address: str) -> Iterator[tuple[str, Line]]:
    """A line to the server of an address, and the address at which a browser uses it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        opened = Line(listener, int(address.rsplit(":", 1)[1]))
        threading.Thread(target=opened.serve, daemon=True).start()
        try:
            yield f"http://localhost:{opened.port}", opened
        finally:
            opened.cut()
            listener.shutdown(socket.SHUT_RDWR)
