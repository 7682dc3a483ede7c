"""``/style.css``: style of the dashboard's own HTML, sent once and kept by the browser."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.routes.http import BRIEFLY, FOREVER, answer, etag, zipped

_CONTENT = Path(__file__).parent.with_name("style.css").read_bytes()

VERSION = hashlib.sha256(_CONTENT).hexdigest()[:12]
"""Part of the address, so that a new style is fetched at once."""


def _style(request: Request) -> Response:
    def body(zip_it: bool) -> bytes:
        return zipped(_CONTENT) if zip_it else _CONTENT

    kept_for = FOREVER if request.query_params.get("v") == VERSION else BRIEFLY
    return answer(request, body, "text/css", etag(VERSION), {"Cache-Control": kept_for})


ROUTES = [Route("/style.css", _style, methods=["GET"])]
