"""Content security policy of embed pages, with the sites that may frame them.

Embed pages (``/embed/...``) allow the sites of the settings; all other responses may be framed by
the dashboard itself only (:mod:`dashboard.web.middleware.security_headers`), against clickjacking.
"""

from __future__ import annotations

from dashboard.settings import current_settings

HEADER = "Content-Security-Policy"


def frame_ancestors() -> str:
    """The sites that may frame ``/embed/...``, as the value of ``frame-ancestors``."""
    return current_settings().frame_ancestors


def embed_policy() -> str:
    """The policy of an embed page: it loads from its own server only."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src blob:; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors {frame_ancestors()}"
    )
