"""Which sites may show parts of the dashboard in a frame, as every answer tells the browser.

Bare pages for frames (``/embed/...``) name the sites of the settings; every other answer may be
framed by the dashboard's own pages only (:mod:`dashboard.web.middleware.security_headers`), so
that no other site can lay something over it.
"""

from __future__ import annotations

from starlette.types import Scope

from dashboard.settings import current

PREFIX = "/embed/"
"""How the path of a bare page begins."""

HEADER = "Content-Security-Policy"


def frame_ancestors() -> str:
    """The sites that may frame ``/embed/...``: the value of ``frame-ancestors``."""
    return current().frame_ancestors


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
