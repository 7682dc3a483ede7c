"""The sign-in page, and ``/signin``, which redirects to the provider.

The page is plain HTML without scripts: no Streamlit session is opened before sign-in.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from dashboard import i18n
from dashboard.markup.html import link, tag
from dashboard.navigation import SITE
from dashboard.settings import current_settings
from dashboard.streamlit_internals import encode_provider_token
from dashboard.web.http import guarded
from dashboard.web.plain_page import plain_page
from dashboard.web.request_info import request_path
from geo.i18n import tr

PATH = "/signin"

SIGN_OUT = "/auth/logout"
"""Streamlit's route that ``st.logout`` redirects to."""

NEXT = "dashboard_next"
"""Cookie with the URL to return to after sign-in."""

_NEXT_MAX_AGE = 900


def requested_url(scope: Scope) -> str:
    """Path and query of a request, to return to after sign-in."""
    query = scope["query_string"].decode("latin-1")
    return quote(request_path(scope), safe="/") + (f"?{query}" if query else "")


def is_local_path(url: str) -> bool:
    """Whether a URL is a path on this server; guards against open redirects."""
    return (
        url.startswith("/")
        and not url.startswith(("//", "/\\"))
        and url.isascii()
        and url.isprintable()
        and "\\" not in url
    )


def sign_in_page(
    status: int, message: str = "", href: str = PATH, button: str = "", note: str = ""
) -> Response:
    """The sign-in page in the user's language.

    Parameters
    ----------
    message
        What went wrong, one sentence; empty for a new visitor.
    href, button, note
        Target and label of the button, and a note below it; the default is to sign in.
    """
    title = tr(SITE)
    note = note or tr(
        "You enter your password on your organisation's own page; this site never sees it."
    )
    return plain_page(
        status,
        title,
        tag("p", tr("A dashboard of the ASEAN Smart Cities Network for invited users.")),
        message and tag("p", message, class_="said", role="alert"),
        tag("a", button or tr("Sign in"), class_="button", href=href),
        tag("p", note, class_="note"),
    )


def sign_in_url(next_url: str) -> str:
    """URL of ``/signin`` that returns to a URL of this server."""
    query = {**({"next": next_url} if is_local_path(next_url) else {}), **i18n.language_params()}
    return PATH + (f"?{urlencode(query)}" if query else "")


def sign_out_link() -> Markup | None:
    """A sign-out link as HTML; nothing if sign-in is off."""
    if current_settings().signin == "off":
        return None
    return link(SIGN_OUT, tr("Sign out"), class_="sign-out")


def _signin(request: Request) -> Response:
    if current_settings().signin == "off":
        return RedirectResponse("/", 303)
    token = urlencode({"provider": encode_provider_token("default")})
    response = RedirectResponse(f"/auth/login?{token}", 303, {"Cache-Control": "no-store"})
    next_url = request.query_params.get("next", "")
    if is_local_path(next_url):
        response.set_cookie(
            NEXT, quote(next_url, safe=""), _NEXT_MAX_AGE, path="/", httponly=True, samesite="lax"
        )
    return response


ROUTES = [Route(PATH, guarded(_signin), methods=["GET"])]
