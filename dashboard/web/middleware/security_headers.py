"""Middleware that adds security headers: content security policy, permissions, HTTPS.

What Streamlit needs was determined in a browser: inline styles (Emotion), WebAssembly (protobuf,
deck.gl), ``blob:`` for the script of the dashboard's component and for workers and images of
deck.gl. It does not need ``unsafe-eval``: Vega interprets its expressions.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.settings import Settings
from dashboard.streamlit_internals import STATIC_DIR
from dashboard.web.middleware.html_shell import complete_page
from geo.i18n import Language

_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

_DISABLED_FEATURES = (
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
def _inline_script_hashes() -> str:
    """Hashes of the inline scripts of the HTML shell; no other inline script may run."""
    scripts = _SCRIPT.findall(complete_page((STATIC_DIR / "index.html").read_bytes(), Language()))
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


@cache
def content_security_policy(frame_ancestors: str = "'self'") -> str:
    """The content security policy of a page.

    Parameters
    ----------
    frame_ancestors
        Sources whose pages may embed this one in a frame.
    """
    rules = {
        "default-src": "'self'",
        "script-src": f"'self' blob: 'wasm-unsafe-eval' {_inline_script_hashes()}",
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


def security_headers(path: str, settings: Settings) -> dict[str, str]:
    """Default security headers of a response by name; headers that the response sets win.

    Parameters
    ----------
    path
        Path of the request.
    """
    headers = {
        "Content-Security-Policy": content_security_policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _DISABLED_FEATURES),
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if settings.https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


_PARTS = ("text/css", "text/javascript", "application/javascript", "application/geo+json", "font/")
"""Beginnings of the media types of what is only ever part of a page."""

_PART_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'",
    "Permissions-Policy": None,
    "Cross-Origin-Opener-Policy": None,
}
"""Headers of a part that differ from those of a page, by name. Browsers read them of documents and
workers only; without HTTP/2, which
sends repeated headers once, they were 470 bytes on each of the 180 parts of a cold load, 87 kB."""


def _of_part(headers: dict[str, str]) -> dict[str, str]:
    merged = {**headers, **_PART_HEADERS}
    return {name: value for name, value in merged.items() if value is not None}


class SecurityHeadersMiddleware:
    """ASGI middleware that adds security headers to all responses."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers of the path; with HTTPS, mark cookies as ``Secure`` and make links of it,
        also behind a proxy that does not tell how it was asked."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.settings.https:
            scope = {**scope, "scheme": "https"}
        defaults = security_headers(scope["path"], self.settings)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                is_part = headers.get("content-type", "").startswith(_PARTS)
                for name, value in (_of_part(defaults) if is_part else defaults).items():
                    headers.setdefault(name, value)
                message = {**message, "headers": self._secure_cookies(headers.raw)}
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _secure_cookies(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        if not self.settings.https:
            return headers
        return [
            (name, value + b"; Secure")
            if name == b"set-cookie" and b"; secure" not in value.lower()
            else (name, value)
            for name, value in headers
        ]
