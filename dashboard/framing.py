"""Which sites may show parts of the dashboard in a frame, as every answer tells the browser.

Bare pages for frames (``/embed/...``) name the sites of :data:`VARIABLE`; every other answer may
be framed by the dashboard's own pages only, so that no other site can lay something over it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.errors import SettingError, shown

VARIABLE = "DASHBOARD_FRAME_ANCESTORS"
"""Environment variable with the sites that may frame ``/embed/...``, separated by spaces."""

PREFIX = "/embed/"
"""How the path of a bare page begins."""

OWN = "'self'"

HEADER = "Content-Security-Policy"

_SITE = re.compile(
    r"(https?:)"  # any site of a scheme
    r"|(https?://)?(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
    r"(:(\d{1,5}|\*))?",
    re.IGNORECASE,
)
"""What CSP 3 takes as a source of ``frame-ancestors``, without a path, which it ignores."""


def frame_ancestors(environment: Mapping[str, str] = os.environ) -> str:
    """The sites that may frame ``/embed/...``: the value of ``frame-ancestors``.

    Raises
    ------
    SettingError
        If :data:`VARIABLE` holds anything but ``'none'``, ``'self'``, ``*`` and sites.

    Examples
    --------
    >>> frame_ancestors({})
    "'self'"
    >>> frame_ancestors({VARIABLE: "'self'  https://asean.org"})
    "'self' https://asean.org"
    """
    sites = environment.get(VARIABLE, "").split() or [OWN]
    for site in sites:
        if site == "'none'" and len(sites) > 1:
            raise SettingError(f"{VARIABLE}: 'none' stands alone or not at all.")
        if site not in ("'none'", OWN, "*") and not _SITE.fullmatch(site):
            raise SettingError(
                f"{VARIABLE}: {shown(site)} is not a site; give 'self', 'none', * or sites such as "
                "https://example.org or https://*.example.org:8443, separated by spaces."
            )
    return " ".join(sites)


def is_bare(scope: Scope) -> bool:
    """Whether a request asks for a bare page or a part of one."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")).startswith(PREFIX)


def policy() -> str:
    """The policy of a bare page: it draws from its own server only."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src blob:; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors {frame_ancestors()}"
    )


class Framing:
    """ASGI middleware: an answer without a policy of its own may be framed by own pages only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; add the header to answers over HTTP."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if HEADER not in headers:
                    headers[HEADER] = f"frame-ancestors {OWN}"
            await send(message)

        await self.app(scope, receive, send_with_policy)
