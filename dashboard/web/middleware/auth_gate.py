"""Authentication middleware: users must be signed in if the settings require it.

All paths are protected except those listed here, so a new route is protected by default.
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

from dashboard.settings import Settings
from dashboard.streamlit_internals import USER_COOKIE_NAME
from dashboard.telemetry import metrics
from dashboard.web import signin
from dashboard.web.auth_cookie import SessionCookies, SignedInUser
from dashboard.web.http import problem
from dashboard.web.request_info import PROBES, is_local, request_language, request_path
from dashboard.web.routes.discovery import PUBLIC_PATHS as UNGUARDED
from geo.i18n import tr, use_language

_SIGN_IN = _LOGIN, _CALLBACK = "/auth/login", "/oauth2callback"

PUBLIC_PATHS = frozenset(
    (*PROBES, signin.PATH, signin.SIGN_OUT, *_SIGN_IN, "/style.css", "/favicon.png", *UNGUARDED)
)
"""Paths that are served without sign-in."""

PUBLIC_PREFIXES = ("/static/", "/fonts/")
"""Prefixes of such paths: scripts, styles and fonts, which are the same for all users."""


class AuthMiddleware:
    """ASGI middleware that protects the application and its metrics."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.session_cookies = SessionCookies(settings) if settings.signin == "oidc" else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on requests to public paths and by allowed users; refuse all others."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path = request_path(scope)
        if path in metrics.PATHS and scope["type"] == "http":
            refusal = _metrics_refusal(scope, self.settings)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
            if self.settings.metrics == "token":
                await self.app(scope, receive, send)
                return
        if self.session_cookies is None:
            signin_path = scope["type"] == "http" and path in (*_SIGN_IN, signin.SIGN_OUT)
            # Streamlit would log a configuration error for each such request.
            await (RedirectResponse("/", 303) if signin_path else self.app)(scope, receive, send)
            return
        user = self.session_cookies.user(HTTPConnection(scope).cookies)
        if path == signin.SIGN_OUT and user is not None:
            self.session_cookies.sign_out(user)
        if scope["type"] == "websocket":
            await self._websocket(user, scope, receive, send)
        elif path in _SIGN_IN and scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, _SignInResponse(scope, receive, send))
        elif path in PUBLIC_PATHS or path.startswith(PUBLIC_PREFIXES):
            await self.app(scope, receive, send)
        elif user is not None and user.is_allowed:
            await self.app(scope, receive, _private_until_expiry(user, send))
        else:
            await _refusal(user, scope)(scope, receive, send)

    async def _websocket(
        self, user: SignedInUser | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if user is None or not user.is_allowed:
            await send({"type": "websocket.close", "code": 1008})
            return
        session_cookies = self.session_cookies
        assert session_cookies is not None

        async def while_signed_in() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and not session_cookies.is_active(user):
                await send({"type": "websocket.close", "code": 1008})
                return {"type": "websocket.disconnect", "code": 1008}
            return message

        await self.app(scope, while_signed_in, send)


def _metrics_refusal(scope: Scope, settings: Settings) -> Response | None:
    """The response to a client that may not read the metrics; ``None`` if it may."""
    access = settings.metrics
    if access == "off":
        return problem(404, "There are no metrics here; DASHBOARD_METRICS is off.")
    if access == "loopback" and not is_local(scope):
        return problem(403, "Metrics are for this machine only; see DASHBOARD_METRICS.")
    if access == "token":
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        token_matches = hmac.compare_digest(token.strip().encode(), settings.metrics_token.encode())
        if scheme.lower() != "bearer" or not token_matches:
            response = problem(401, "Metrics need the bearer token of DASHBOARD_METRICS_TOKEN.")
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
    return None


def _refusal(user: SignedInUser | None, scope: Scope) -> Response:
    """An HTML page for a browser navigation, problem JSON for any other request."""
    headers = Headers(scope=scope)
    is_navigation = scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", "")
    with use_language(request_language(scope)[0]):
        if user is None:
            if not is_navigation:
                return problem(401, tr("Please sign in first."))
            return signin.sign_in_page(401, href=signin.sign_in_url(signin.requested_url(scope)))
        if not user.email:
            message = tr(
                "Your account does not provide an email address, so you cannot use this dashboard."
            )
        else:
            message = tr("{address} does not have access to this dashboard.", address=user.email)
        if not is_navigation:
            return problem(403, tr("This account does not have access to this dashboard."))
        note = tr("Sign out to use a different address.")
        return signin.sign_in_page(403, message, signin.SIGN_OUT, tr("Sign out"), note)


def _private_until_expiry(user: SignedInUser, send: Send) -> Send:
    """Make browsers reload a page when the sign-in expires, and responses private to the user."""

    async def send_private(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            if headers.get("content-type", "").startswith("text/html"):
                headers["refresh"] = str(max(1, int(user.expires - time.time()) + 1))
            cache_control = headers.get("cache-control", "")
            headers["cache-control"] = cache_control.replace("public", "private") or "private"
            message = {**message, "headers": headers.raw}
        await send(message)

    return send_private


class _SignInResponse:
    """Replaces a failed sign-in with an error page; redirects after a successful one."""

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
            failure = self._failure(message["status"], headers)
            if failure:
                self.replaced = True
                await self._send_failure(failure, headers.getlist("set-cookie"))
                return
            if request_path(self.scope) == _CALLBACK and _sets_user_cookie(
                headers.getlist("set-cookie")
            ):
                self._redirect_onwards(headers)
            message = {**message, "headers": headers.raw}
        await self.send(message)

    def _failure(self, status: int, headers: MutableHeaders) -> str:
        if request_path(self.scope) == _LOGIN:
            return "unreachable" if status >= 400 else ""
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        # Without either, the provider redirects a user who signed out.
        is_signing_in = "code" in query or "error" in query
        failed = is_signing_in and not _sets_user_cookie(headers.getlist("set-cookie"))
        return "failed" if failed else ""

    async def _send_failure(self, failure: str, cookies: Sequence[str]) -> None:
        with use_language(request_language(self.scope)[0]):
            if failure == "unreachable":
                text = tr("The sign-in service cannot be reached. Please try again later.")
                response = signin.sign_in_page(503, text, button=tr("Try again"))
            else:
                response = signin.sign_in_page(
                    401, tr("The sign-in was not completed. Please try again.")
                )
        for cookie in cookies:
            response.headers.append("set-cookie", cookie)
        await response(self.scope, self.receive, self.send)

    def _redirect_onwards(self, headers: MutableHeaders) -> None:
        target = unquote(HTTPConnection(self.scope).cookies.get(signin.NEXT, ""))
        if signin.is_local_path(target):
            headers["location"] = target
        headers.append("set-cookie", f"{signin.NEXT}=; Max-Age=0; Path=/; HttpOnly; SameSite=lax")


def _sets_user_cookie(cookies: Sequence[str]) -> bool:
    values = [c.partition("=") for c in cookies]
    return any(
        name == USER_COOKIE_NAME and not rest.startswith(('""', ";")) for name, _, rest in values
    )
