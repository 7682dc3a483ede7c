"""Charts drawn by vl-convert, in a process of its own that ends when it has nothing to do.

Its JavaScript engine holds 130 MB from the first image on and never gives them back.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO, Literal

from geo.idle import IdleTimer

IDLE_SECONDS = 30.0
"""After the last image until the process ends. The next image waits 0.5 s for a new one."""

PNG_SCALE = 2.0
"""Device pixels of a PNG for each CSS pixel."""

Format = Literal["svg", "png"]

_HEADER = struct.Struct("!3s?Q")
"""Format, whether the request failed, and length of what follows."""


class Renderer:
    """Draws Vega-Lite specifications, one after the other; safe to call from any thread."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle = IdleTimer(idle_seconds, self.end)
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def draw(self, specification: str, file_format: Format) -> bytes:
        """A Vega-Lite specification, as JSON, as an image.

        Raises
        ------
        ValueError
            If it cannot be drawn.
        """
        request = specification.encode()
        with self._idle.busy(), self._lock:
            try:
                failed, content = self._ask(request, file_format)
            except (EOFError, BrokenPipeError):  # ended by the system while it was idle
                self._end()
                failed, content = self._ask(request, file_format)
        if failed:
            raise ValueError(content.decode())
        return content

    def end(self) -> None:
        """End the process, if it runs; the next image starts another."""
        with self._lock:
            self._end()

    def _ask(self, request: bytes, file_format: Format) -> tuple[bool, bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __spec__.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parents[2],
            )
        assert self._process.stdin
        assert self._process.stdout
        _write(self._process.stdin, file_format, False, request)
        _, failed, content = _read(self._process.stdout)
        return failed, content

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _write(stream: IO[bytes], file_format: str, failed: bool, content: bytes) -> None:
    stream.write(_HEADER.pack(file_format.encode(), failed, len(content)) + content)
    stream.flush()


def _read(stream: IO[bytes]) -> tuple[str, bool, bytes]:
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise EOFError
    file_format, failed, length = _HEADER.unpack(header)
    return file_format.decode(), failed, stream.read(length)


def _serve(requests: IO[bytes], responses: IO[bytes]) -> None:
    """Draw what is asked for until the other end closes."""
    import vl_convert

    vl_convert.register_font_directory(str(Path(__file__).parents[1] / "fonts"))
    with suppress(EOFError):
        while True:
            file_format, _, request = _read(requests)
            try:
                content = (
                    vl_convert.vegalite_to_png(request.decode(), scale=PNG_SCALE)
                    if file_format == "png"
                    else vl_convert.vegalite_to_svg(request.decode()).encode()
                )
            except ValueError as error:
                _write(responses, file_format, True, str(error).encode())
            else:
                _write(responses, file_format, False, content)


renderer = Renderer()

if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
