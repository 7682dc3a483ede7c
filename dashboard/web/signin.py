"""The sign-in page, and ``/signin``, which redirects to the provider.

The page is plain HTML without scripts: no Streamlit session is opened before sign-in.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from dashboard import i18n
from dashboard.markup.html import document, link, style_sheet, tag
from dashboard.settings import current_settings
from dashboard.streamlit_internals import encode_provider_token
from dashboard.web.http import guarded
from dashboard.web.middleware.html_shell import TITLE
from dashboard.web.request_info import request_path
from geo.i18n import tr

PATH = "/signin"

SIGN_OUT = "/auth/logout"
"""Streamlit's route that ``st.logout`` redirects to."""

NEXT = "dashboard_next"
"""Cookie with the URL to return to after sign-in."""

_NEXT_MAX_AGE = 900

_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --text: #16222e; --muted: #566370;
  --accent: #0b4f8a; --on-accent: #fff; --rule: #d5dce3; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d141b; --text: #e8eef4;
  --muted: #9fb0bf; --accent: #6cb2ec; --on-accent: #0d141b; --rule: #2b3947; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; align-content: center; padding: 2rem 1.5rem;
  background: var(--ground); color: var(--text);
  font: 1.05rem/1.5 "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; }
main { width: 100%; max-width: 34rem; margin: 0 auto; border-top: 3px solid var(--accent);
  padding-top: 1.4rem; }
h1 { font-size: 1.9rem; font-weight: 650; line-height: 1.2; letter-spacing: -.01em;
  margin: 0 0 .6rem; }
p { margin: 0 0 1.1rem; text-wrap: pretty; }
p.said { border-left: 3px solid var(--rule); padding-left: .9rem; }
p.note { color: var(--muted); font-size: .92rem; margin: 1.6rem 0 0; }
a.button { display: inline-block; background: var(--accent); color: var(--on-accent);
  font-weight: 600; text-decoration: none; padding: .6rem 1.4rem; border-radius: .3rem; }
a.button:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
"""


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
    title = tr(TITLE)
    note = note or tr(
        "Your organisation's own page asks for your password; this one never sees it."
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("link", rel="icon", href="/favicon.png"),
        style_sheet(_STYLE),
    )
    main = tag(
        "main",
        tag("h1", title),
        tag("p", tr("A dashboard of the ASEAN Smart Cities Network for invited readers.")),
        message and tag("p", message, class_="said", role="alert"),
        tag("a", button or tr("Sign in"), class_="button", href=href),
        tag("p", note, class_="note"),
    )
    content = document(head, tag("body", main))
    return HTMLResponse(content, status, {"Cache-Control": "no-store", "Vary": "Accept-Language"})


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
