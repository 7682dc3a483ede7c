"""Middleware that serves subsets of two of Streamlit's fonts in place of the whole fonts.

Streamlit asks for both on every page: 375 kB of icons, of which it draws some dozens, and 170 kB of
Latin, Greek and Cyrillic letters. The subsets are 19 and 62 kB. They are those of one version of
Streamlit; any other serves its own fonts until ``scripts/subset-fonts`` has made new subsets. This
is no route, because Streamlit allows none below ``/static/``.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.web.http import IMMUTABLE, CachedContent, cached

SUBSETS = {
    path.name: path.read_bytes()
    for path in sorted(
        (Path(__file__).parents[2] / "fonts" / f"streamlit-{version('streamlit')}").glob("*.woff2")
    )
}
"""Subsets by the name of Streamlit's font, which contains a digest of it."""

_FOLDER = "/static/media/"


@cached
def _font(request: Request) -> CachedContent:
    name = Path(request.url.path).name
    headers = {"Cache-Control": IMMUTABLE}
    return CachedContent("font/woff2", (name,), lambda: SUBSETS[name], headers, "subset")


class StreamlitFontsMiddleware:
    """ASGI middleware that answers requests for the fonts of which there are subsets."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a subset; pass everything else on."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        is_read = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        if is_read and path.startswith(_FOLDER) and path.removeprefix(_FOLDER) in SUBSETS:
            await _font(Request(scope))(scope, receive, send)
        else:
            await self.app(scope, receive, send)
