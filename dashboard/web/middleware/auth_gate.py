"""Middleware that lets in who may read: signed in if the settings ask for it.

Everything is closed but what is named here, so that a new route need not be remembered.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Sequence
from urllib.parse import parse_qs, unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard import i18n
from dashboard.settings import Settings
from dashboard.telemetry import metrics
from dashboard.web import signin
from dashboard.web.auth_cookie import Reader, Readers
from dashboard.web.http import problem
from dashboard.web.request_info import PROBES, is_of_this_machine, path_of
from geo.i18n import Language, speaking, tr

_SIGN_IN = _LOGIN, _CALLBACK = "/auth/login", "/oauth2callback"

OPEN = frozenset((*PROBES, signin.PATH, signin.SIGN_OUT, *_SIGN_IN, "/style.css", "/favicon.png"))
"""Paths that answer before sign-in."""

OPEN_BELOW = ("/static/", "/fonts/")
"""Beginnings of such paths: scripts, styles and fonts, the same for everybody."""


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.readers = Readers(settings) if settings.signin == "oidc" else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is open and who may read; answer everybody else."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path = path_of(scope)
        if path in metrics.PATHS and scope["type"] == "http":
            refusal = _metrics_refusal(scope, self.settings)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
            if self.settings.metrics == "token":
                await self.app(scope, receive, send)
                return
        if self.readers is None:
            nobody_signs_in = scope["type"] == "http" and path in (*_SIGN_IN, signin.SIGN_OUT)
            # Streamlit would log a fault of its settings for each such request.
            await (RedirectResponse("/", 303) if nobody_signs_in else self.app)(
                scope, receive, send
            )
            return
        reader = self.readers.reader(HTTPConnection(scope).cookies)
        if path == signin.SIGN_OUT and reader is not None:
            self.readers.sign_out(reader)
        if scope["type"] == "websocket":
            await self._websocket(reader, scope, receive, send)
        elif path in _SIGN_IN and scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, _Outcome(scope, receive, send))
        elif path in OPEN or path.startswith(OPEN_BELOW):
            await self.app(scope, receive, send)
        elif reader is not None and reader.may_read:
            await self.app(scope, receive, _until(reader, send))
        else:
            await _refusal(reader, scope)(scope, receive, send)

    async def _websocket(
        self, reader: Reader | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if reader is None or not reader.may_read:
            await send({"type": "websocket.close", "code": 1008})
            return
        readers = self.readers
        assert readers is not None

        async def while_signed_in() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and not readers.counts(reader):
                await send({"type": "websocket.close", "code": 1008})
                return {"type": "websocket.disconnect", "code": 1008}
            return message

        await self.app(scope, while_signed_in, send)


def _metrics_refusal(scope: Scope, settings: Settings) -> Response | None:
    """Why a client may not read the metrics."""
    how = settings.metrics
    if how == "off":
        return problem(404, "There are no metrics here; DASHBOARD_METRICS is off.")
    if how == "loopback" and not is_of_this_machine(scope):
        return problem(403, "Metrics are for this machine only; see DASHBOARD_METRICS.")
    if how == "token":
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        right = hmac.compare_digest(token.strip().encode(), settings.metrics_token.encode())
        if scheme.lower() != "bearer" or not right:
            answer = problem(401, "Metrics need the bearer token of DASHBOARD_METRICS_TOKEN.")
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
    return None


def _language(scope: Scope) -> Language:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    asked = i18n.of_query({name: values[-1] for name, values in query.items()})
    return asked or i18n.of_browser(Headers(scope=scope).get("accept-language", ""))


def _refusal(reader: Reader | None, scope: Scope) -> Response:
    """A page for a browser that goes somewhere, a sentence for everything else."""
    headers = Headers(scope=scope)
    browses = scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", "")
    with speaking(_language(scope)):
        if reader is None:
            if not browses:
                return problem(401, tr("Please sign in first."))
            return signin.page(401, href=signin.address(signin.wanted(scope)))
        if not reader.address:
            said = tr("Your sign-in tells no e-mail address, so this dashboard cannot let you in.")
        else:
            said = tr("{address} may not read this dashboard.", address=reader.address)
        if not browses:
            return problem(403, tr("This sign-in may not read this dashboard."))
        note = tr("Sign out to use another address.")
        return signin.page(403, said, signin.SIGN_OUT, tr("Sign out"), note)


def _until(reader: Reader, send: Send) -> Send:
    """Have browsers load a page anew when the sign-in ends, and keep answers to this reader."""

    async def until(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            if headers.get("content-type", "").startswith("text/html"):
                headers["refresh"] = str(max(1, int(reader.expires - time.time()) + 1))
            kept = headers.get("cache-control", "")
            headers["cache-control"] = kept.replace("public", "private") or "private"
            message = {**message, "headers": headers.raw}
        await send(message)

    return until


class _Outcome:
    """Says in one sentence on a page that a sign-in failed; leads on where the reader wanted."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.replaced = False

    async def __call__(self, message: Message) -> None:
        if self.replaced:
            return
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            said = self._fault(message["status"], headers)
            if said:
                self.replaced = True
                await self._instead(said, headers.getlist("set-cookie"))
                return
            if path_of(self.scope) == _CALLBACK and _signs_in(headers.getlist("set-cookie")):
                self._lead_on(headers)
            message = {**message, "headers": headers.raw}
        await self.send(message)

    def _fault(self, status: int, headers: MutableHeaders) -> str:
        if path_of(self.scope) == _LOGIN:
            return "unreachable" if status >= 400 else ""
        asked = parse_qs(self.scope["query_string"].decode("latin-1"))
        # Without either, the provider sends back who signed out.
        comes_to_sign_in = "code" in asked or "error" in asked
        failed = comes_to_sign_in and not _signs_in(headers.getlist("set-cookie"))
        return "failed" if failed else ""

    async def _instead(self, fault: str, cookies: Sequence[str]) -> None:
        with speaking(_language(self.scope)):
            if fault == "unreachable":
                said = tr("The sign-in service cannot be reached. Please try again later.")
                answer = signin.page(503, said, button=tr("Try again"))
            else:
                answer = signin.page(401, tr("The sign-in was not completed. Please try again."))
        for cookie in cookies:
            answer.headers.append("set-cookie", cookie)
        await answer(self.scope, self.receive, self.send)

    def _lead_on(self, headers: MutableHeaders) -> None:
        after = unquote(HTTPConnection(self.scope).cookies.get(signin.NEXT, ""))
        if signin.is_own(after):
            headers["location"] = after
        headers.append("set-cookie", f"{signin.NEXT}=; Max-Age=0; Path=/; HttpOnly; SameSite=lax")


def _signs_in(cookies: Sequence[str]) -> bool:
    values = [c.partition("=") for c in cookies]
    return any(
        name == USER_COOKIE_NAME and not rest.startswith(('""', ";")) for name, _, rest in values
    )
