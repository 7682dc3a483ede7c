"""The page for who is not signed in, and ``/signin``, which leads to the provider.

The page is plain HTML without a script: before sign-in no session of Streamlit is opened.
"""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope
from streamlit.auth_util import encode_provider_token

from dashboard import i18n
from dashboard.settings import current
from dashboard.web.http import guarded
from dashboard.web.middleware.html_shell import TITLE
from dashboard.web.request_info import path_of
from geo.i18n import language, tr

PATH = "/signin"

SIGN_OUT = "/auth/logout"
"""Streamlit's own route, which ``st.logout`` leads to."""

NEXT = "dashboard_next"
"""Cookie that keeps where a reader wanted to go."""

_NEXT_SECONDS = 900

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


def wanted(scope: Scope) -> str:
    """Path and query of a request, to come back to after sign-in."""
    query = scope["query_string"].decode("latin-1")
    return quote(path_of(scope), safe="/") + (f"?{query}" if query else "")


def is_own(address: str) -> bool:
    """Whether an address is a path on this server, and nothing that leads away from it."""
    return (
        address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and address.isascii()
        and address.isprintable()
        and "\\" not in address
    )


def page(
    status: int, said: str = "", href: str = PATH, button: str = "", note: str = ""
) -> Response:
    """A page in the reader's language.

    Parameters
    ----------
    said
        What went wrong, one sentence; empty for who just comes.
    href, button, note
        What to do about it: the link, its words and a line below it; without, to sign in.
    """
    title = escape(tr(TITLE))
    about = escape(tr("A dashboard of the ASEAN Smart Cities Network for invited readers."))
    note = note or tr(
        "Your organisation's own page asks for your password; this one never sees it."
    )
    told = f'<p class="said" role="alert">{escape(said)}</p>' if said else ""
    content = (
        f'<!doctype html><html lang="{language().code}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="icon" href="/favicon.png"><style>{_STYLE}</style>'
        f"</head><body><main><h1>{title}</h1><p>{about}</p>{told}"
        f'<a class="button" href="{escape(href)}">{escape(button or tr("Sign in"))}</a>'
        f'<p class="note">{escape(note)}</p></main></body></html>'
    )
    return HTMLResponse(content, status, {"Cache-Control": "no-store", "Vary": "Accept-Language"})


def address(next_address: str) -> str:
    """``/signin`` for who wants to go on to an address of this server."""
    query = {**({"next": next_address} if is_own(next_address) else {}), **i18n.parameters()}
    return PATH + (f"?{urlencode(query)}" if query else "")


def sign_out_link() -> str:
    """A link to sign out, as HTML; empty when nobody signs in."""
    if current().signin == "off":
        return ""
    return f'<a class="sign-out" href="{SIGN_OUT}" target="_self">{escape(tr("Sign out"))}</a>'


def _signin(request: Request) -> Response:
    if current().signin == "off":
        return RedirectResponse("/", 303)
    token = urlencode({"provider": encode_provider_token("default")})
    answer = RedirectResponse(f"/auth/login?{token}", 303, {"Cache-Control": "no-store"})
    after = request.query_params.get("next", "")
    if is_own(after):
        answer.set_cookie(
            NEXT, quote(after, safe=""), _NEXT_SECONDS, path="/", httponly=True, samesite="lax"
        )
    return answer


ROUTES = [Route(PATH, guarded(_signin), methods=["GET"])]
