"""Headers that tell a browser what pages of this server may do.

What Streamlit needs was found in a browser: styles written into the page (Emotion), WebAssembly
(protobuf, deck.gl), ``blob:`` for the script of our own component and for workers and pictures of
deck.gl. It needs no ``unsafe-eval``: Vega interprets its expressions.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.settings import Settings
from dashboard.web.middleware.html_shell import completed
from geo.i18n import Language

_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

_INDEX = Path(streamlit.__file__).parent / "static" / "index.html"

_UNUSED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)


@cache
def _inline_scripts() -> str:
    """Hashes of the scripts inside the HTML shell, which are then the only ones to run."""
    scripts = _SCRIPT.findall(completed(_INDEX.read_bytes(), Language()))
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


@cache
def content_security_policy(frame_ancestors: str = "'self'") -> str:
    """What a page may load and run.

    Parameters
    ----------
    frame_ancestors
        Sources whose pages may hold ours in a frame.
    """
    rules = {
        "default-src": "'self'",
        "script-src": f"'self' blob: 'wasm-unsafe-eval' {_inline_scripts()}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": frame_ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def headers_for(path: str, settings: Settings) -> dict[str, str]:
    """Security headers of an answer, by name; an answer's own header of a name goes before.

    Parameters
    ----------
    path
        Path of the request.
    """
    headers = {
        "Content-Security-Policy": content_security_policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if settings.https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


class SecurityHeaders:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers of the path to its answer; with https, keep its cookies to it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wanted = headers_for(scope["path"], self.settings)

        async def completed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                for name, value in wanted.items():
                    headers.setdefault(name, value)
                message = {**message, "headers": self._kept_to_https(headers.raw)}
            await send(message)

        await self.app(scope, receive, completed_send)

    def _kept_to_https(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        if not self.settings.https:
            return headers
        return [
            (name, value + b"; Secure")
            if name == b"set-cookie" and b"; secure" not in value.lower()
            else (name, value)
            for name, value in headers
        ]
