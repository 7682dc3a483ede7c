"""Headers that tell a browser what it may do, on every answer."""

from __future__ import annotations

import re

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import Receive, Scope, Send

import dashboard.server
from dashboard.maps.component import SCRIPT_URL
from dashboard.settings import Settings
from dashboard.web.middleware.security_headers import (
    SecurityHeadersMiddleware,
    content_security_policy,
)
from tests.dashboard.app_fixtures import addresses
from tests.dashboard.asgi import ask

HTML = "text/html,application/xhtml+xml"
ALWAYS = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
}
PARTS = ("text/css", "text/javascript", "application/geo+json", "font/")
OF_PAGES = {"permissions-policy", "cross-origin-opener-policy"}


def rules(policy: str) -> dict[str, list[str]]:
    return {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}


@pytest.mark.parametrize("accept", ["*/*", HTML])
def test_every_route_has_them_once(accept):
    for address in addresses():
        headers = ask(dashboard.server.app, address, accept=accept).headers
        is_part = headers.get("content-type", "").startswith(PARTS)
        assert set(headers) >= (ALWAYS - OF_PAGES if is_part else ALWAYS), address
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("address", "status"),
    [("/layers/rivers.geojson", 404), (f"/?q={'a' * 9_000}", 414), ("/download/../x.csv", 400)],
)
def test_refusals_have_them_too(address, status):
    answer = ask(dashboard.server.app, address)
    assert answer.status == status
    assert set(answer.headers) >= ALWAYS


def test_policy_lets_no_other_host_in_and_no_script_of_a_page():
    allowed = rules(content_security_policy())
    assert allowed["default-src"] == ["'self'"]
    assert allowed["frame-ancestors"] == ["'self'"]
    assert "'unsafe-inline'" not in allowed["script-src"]
    assert "'unsafe-eval'" not in allowed["script-src"]
    for name, sources in allowed.items():
        hosts = [source for source in sources if not re.fullmatch(r"'[^']+'|data:|blob:", source)]
        assert hosts == [], name


def test_every_script_in_the_shell_is_named_by_its_hash():
    page = ask(dashboard.server.app, "/explore", accept=HTML).body
    inside = re.findall(rb"<script>", page)
    assert len(inside) == 4
    assert content_security_policy().count("'sha256-") == len(inside)


@pytest.mark.parametrize("address", ["/style.css", "/layers/cities.geojson", SCRIPT_URL])
def test_a_part_of_a_page_may_load_nothing_itself(address):
    headers = ask(dashboard.server.app, address).headers
    allowed = rules(headers["content-security-policy"])
    assert allowed == {"default-src": ["'none'"], "frame-ancestors": ["'self'"]}
    assert not OF_PAGES & set(headers)


def test_who_may_frame_a_page_is_a_parameter():
    policy = rules(content_security_policy("'self' https://asean.example"))
    assert policy["frame-ancestors"] == ["'self'", "https://asean.example"]


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    await HTMLResponse("page", headers={"Referrer-Policy": "no-referrer"})(scope, receive, send)


def test_an_answers_own_header_stays():
    assert (
        ask(SecurityHeadersMiddleware(_page, Settings()), "/").headers["referrer-policy"]
        == "no-referrer"
    )


def test_only_behind_https_browsers_are_told_to_keep_to_it():
    plain = ask(SecurityHeadersMiddleware(_page, Settings()), "/").headers
    https = ask(SecurityHeadersMiddleware(_page, Settings(https=True)), "/").headers
    assert "strict-transport-security" not in plain
    assert https["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("name", ["a", "b"])
def test_behind_https_every_cookie_is_sent_by_it_alone(name):
    async def one(scope: Scope, receive: Receive, send: Send) -> None:
        answer = PlainTextResponse("page")
        answer.set_cookie(name, "1", secure=name == "b")
        await answer(scope, receive, send)

    cookie = ask(SecurityHeadersMiddleware(one, Settings(https=True)), "/").headers["set-cookie"]
    assert cookie.lower().count("; secure") == 1


def test_behind_https_links_are_of_https_whatever_the_proxy_tells():
    seen = []

    async def page(scope, receive, send):
        seen.append(scope["scheme"])
        await _page(scope, receive, send)

    for https in (False, True):
        ask(SecurityHeadersMiddleware(page, Settings(https=https)), "/")
    assert seen == ["http", "https"]
