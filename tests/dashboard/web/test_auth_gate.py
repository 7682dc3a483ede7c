"""Sign-in: what answers before it, who is let in, and for how long."""

from __future__ import annotations

import time
from unittest.mock import patch

import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

import dashboard.server
from dashboard.settings import Settings
from dashboard.web.auth_cookie import SessionCookies, is_allowed, streamlit_secrets
from dashboard.web.middleware.auth_gate import PUBLIC_PATHS, PUBLIC_PREFIXES, AuthMiddleware
from dashboard.web.signin import NEXT, is_local_path
from tests.dashboard.app_fixtures import (
    SECRET,
    SIGNED_IN,
    addresses,
    chunks,
    cookie,
    environment,
    sent,
)
from tests.dashboard.asgi import Answer, ask, knock

HTML = "text/html,application/xhtml+xml"
STREAM = "/_stcore/stream"

gated = AuthMiddleware(dashboard.server.app, SIGNED_IN)


async def _inside(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for what is guarded: a page, a file, or a socket that answers each message."""
    if scope["type"] == "http":
        kind = HTMLResponse if scope["path"] == "/explore" else PlainTextResponse
        answer = kind("inside", headers={"Cache-Control": "public, max-age=60"})
        await answer(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": b"inside"})


def gate(**changed: str) -> AuthMiddleware:
    variables = {f"DASHBOARD_{name.upper()}": value for name, value in changed.items()}
    return AuthMiddleware(_inside, Settings.from_environment({**environment(), **variables}))


def is_open(address: str) -> bool:
    return address in PUBLIC_PATHS or address.startswith(PUBLIC_PREFIXES)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_no_route_of_the_table_answers_before_sign_in(method):
    guarded = [address for address in addresses() if not is_open(address)]
    assert len(guarded) > 25
    for address in guarded:
        answer = ask(gated, address, method)
        assert answer.status in (401, 403), address
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].endswith(".")


def test_only_these_are_open():
    assert sorted(address for address in addresses() if is_open(address)) == [
        "/.well-known/security.txt",
        "/auth/login",
        "/auth/logout",
        "/fonts/cities",
        "/healthz",
        "/oauth2callback",
        "/readyz",
        "/robots.txt",
        "/signin",
        "/style.css",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../download/cities.csv",
        "/static/%2e%2e/download/cities.csv",
        "/fonts/../download/cities.csv",
        "//download/cities.csv",
        "/healthz/../download/cities.csv",
        "/Download/cities.csv",
    ],
)
def test_no_way_of_writing_a_path_leads_past_the_gate(path):
    answer = ask(gated, path)
    assert answer.status in (400, 401, 404)
    assert b"city_id" not in answer.body


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/style.css", "/favicon.png"])
def test_probes_and_static_files_answer_before_sign_in(path):
    assert ask(gated, path).status == 200


@pytest.mark.parametrize("address", ["/", "/explore?country=IDN", "/download/cities.csv?q=a%26b"])
def test_a_browser_gets_the_page_to_sign_in_that_leads_back(address):
    answer = ask(gated, address, accept=HTML)
    page = answer.body.decode()
    assert answer.status == 401
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in page
    assert 'href="/signin?next=' in page
    assert page.count("<h1>") == 1


def test_the_page_speaks_the_browsers_language():
    page = ask(gated, "/", accept=HTML, accept_language="id").body.decode()
    assert '<html lang="id">' in page


def test_who_is_signed_in_and_allowed_reads_everything():
    for address in addresses():
        if is_open(address) or address == STREAM:
            continue
        answer = ask(gated, address, host="localhost", **sent(cookie()))
        assert answer.status not in (401, 403, 500), address


@pytest.mark.parametrize(
    ("hours", "status"),
    [(-2, 401), (0, 200), (7, 200), (9, 401)],
    ids=["before the sign-in", "right", "on by 7 hours", "on by more than the session"],
)
def test_clock_that_is_set_anew_lets_nobody_in_longer_and_is_no_fault(hours, status):
    held, now = sent(cookie()), time.time() + 3_600 * hours
    with patch("time.time", lambda: now):
        assert ask(gated, "/download/cities.csv", **held).status == status


@pytest.mark.parametrize(
    ("claims", "allowed"),
    [
        ({"email": "a@asean.example", "email_verified": True}, True),
        ({"email": "A@ASEAN.Example", "email_verified": True}, True),
        ({"email": "guest@example.org", "email_verified": True}, True),
        ({"email": "other@example.org", "email_verified": True}, False),
        ({"email": "a@sub.asean.example", "email_verified": True}, False),
        ({"email": "a@notasean.example", "email_verified": True}, False),
        ({"email": "a@asean.example.evil.org", "email_verified": True}, False),
        ({"email": "a@evil.org@asean.example", "email_verified": True}, False),
        ({"email": "@asean.example", "email_verified": True}, False),
        ({"email": "asean.example", "email_verified": True}, False),
        ({"email": "a@asean.example", "email_verified": False}, False),
        ({"email": "a@asean.example", "email_verified": "true"}, False),
        ({"email": "a@asean.example"}, False),
        ({"email": ["a@asean.example"], "email_verified": True}, False),
        ({}, False),
    ],
)
def test_who_may_read(claims, allowed):
    assert is_allowed(claims, SIGNED_IN) == allowed


def test_an_address_without_claim_counts_only_if_the_provider_is_trusted_for_it():
    trusting = Settings.from_environment({**environment(), "DASHBOARD_TRUST_EMAIL": "yes"})
    assert is_allowed({"email": "a@asean.example"}, trusting)
    assert not is_allowed({"email": "a@asean.example", "email_verified": False}, trusting)


def test_with_a_star_everybody_whom_the_provider_signs_in_may_read():
    everybody = Settings.from_environment({**environment(), "DASHBOARD_ALLOWED": "*"})
    assert is_allowed({}, everybody)


def test_an_address_that_is_not_allowed_is_told_so_and_can_sign_out():
    foreign = sent(cookie("someone<b>@elsewhere.example"))
    page = ask(gate(), "/explore", accept=HTML, **foreign)
    assert page.status == 403
    assert "someone&lt;b&gt;@elsewhere.example" in page.body.decode()
    assert 'href="/auth/logout"' in page.body.decode()
    route = ask(gate(), "/download/cities.csv", **foreign)
    assert (route.status, b"elsewhere" in route.body) == (403, False)
    assert knock(gate(), STREAM, **foreign) == [{"type": "websocket.close", "code": 1008}]


def _tampered() -> str:
    """The claims of one who may read under the signature of one who may not."""
    content = cookie().rsplit(".", 2)[0]
    return ".".join([content, *cookie("x@elsewhere.example").rsplit(".", 2)[1:]])


WRONG = {
    "none": "",
    "tampered": _tampered(),
    "cut": cookie()[:-2],
    "other secret": cookie(secret="b" * 40),
    "expired": cookie(age=8 * 3600 + 2),
    "not signed in": cookie(is_logged_in=False),
    "other server": cookie(origin="https://elsewhere.example"),
    "not a reader": URLSafeTimedSerializer(SECRET, salt=USER_COOKIE_NAME).dumps("[1, 2]"),
    "no JSON": URLSafeTimedSerializer(SECRET, salt=USER_COOKIE_NAME).dumps("{"),
    "no text": URLSafeTimedSerializer(SECRET, salt=USER_COOKIE_NAME).dumps({"a": 1}),
    "other cookie": create_signed_value(SECRET, "_streamlit_xsrf", "{}").decode(),
    "not latin": "é\x7f.x.y",
    "lacks chunks": create_signed_value(SECRET, USER_COOKIE_NAME, "chunks-3").decode(),
}


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG.keys())
def test_a_cookie_that_does_not_count_is_as_none(value):
    headers = sent(value)
    assert ask(gate(), "/download/cities.csv", **headers).status == 401
    assert ask(gate(), "/explore", accept=HTML, **headers).status == 401
    assert knock(gate(), STREAM, b"1", **headers) == [{"type": "websocket.close", "code": 1008}]


def test_a_cookie_counts_to_its_last_second():
    assert ask(gate(), "/explore", **sent(cookie(age=8 * 3600 - 60))).status == 200


def test_a_large_cookie_that_streamlit_splits_is_read():
    user = SessionCookies(SIGNED_IN).user(chunks())
    assert user is not None
    assert user.is_allowed


def test_an_open_socket_is_closed_at_its_next_message_after_the_sign_in_ended():
    app = gate()
    answers = knock(app, STREAM, b"1", b"2", **sent(cookie()))
    assert [a["type"] for a in answers] == ["websocket.accept", "websocket.send", "websocket.send"]
    with patch.object(app.session_cookies, "is_active", side_effect=(True, True, False)):
        answers = knock(app, STREAM, b"1", b"2", b"3", **sent(cookie()))
    assert [a["type"] for a in answers] == ["websocket.accept", "websocket.send", "websocket.close"]
    assert answers[-1]["code"] == 1008


def test_a_page_is_loaded_anew_when_the_sign_in_ends():
    headers = ask(gate(), "/explore", **sent(cookie(age=3600))).headers
    assert 7 * 3600 - 5 < int(headers["refresh"]) <= 7 * 3600 + 1
    assert "refresh" not in ask(gate(), "/download/cities.csv", **sent(cookie())).headers


def test_no_shared_cache_keeps_what_users_sign_in_for():
    for path in ("/explore", "/download/cities.csv"):
        headers = ask(gate(), path, **sent(cookie())).headers
        assert headers["cache-control"] == "private, max-age=60"


def test_after_sign_out_a_copy_of_the_cookie_lets_nobody_in():
    app, mine, other = gate(), sent(cookie()), sent(cookie("other@asean.example"))
    assert ask(app, "/explore", **mine).status == 200
    ask(app, "/auth/logout", **mine)
    assert ask(app, "/explore", **mine).status == 401
    assert knock(app, STREAM, **mine)[0]["type"] == "websocket.close"
    assert ask(app, "/explore", **other).status == 200


def _answers(answer: Response) -> AuthMiddleware:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(scope, receive, send)

    return AuthMiddleware(app, SIGNED_IN)


def _back(name: str = "", value: str = "") -> Answer:
    answer = RedirectResponse("/", 302)
    answer.set_cookie(USER_COOKIE_NAME, cookie())
    headers = {"cookie": f"{name}={value}"} if name else {}
    return ask(_answers(answer), "/oauth2callback?code=c&state=s", **headers)


def test_sign_in_leads_on_to_where_the_reader_wanted():
    assert _back(NEXT, "%2Fexplore%3Fcountry%3DIDN").headers["location"] == "/explore?country=IDN"


@pytest.mark.parametrize(
    "away", ["//evil.example", "https://evil.example", "/%5Cevil.example", "/a%0d%0aSet-Cookie:b"]
)
def test_sign_in_leads_nowhere_else(away):
    assert _back(NEXT, away.replace("/", "%2F")).headers["location"] == "/"


@pytest.mark.parametrize(
    ("address", "own"),
    [("/", True), ("/explore?a=b", True), ("", False), ("explore", False), ("//x", False),
     ("/\\x", False), ("/a\nb", False), ("/é", False), ("javascript:x", False)],
)  # fmt: skip
def test_an_address_of_this_server(address, own):
    assert is_local_path(address) == own


@pytest.mark.parametrize("query", ["code=c&state=s", "error=access_denied&state=s"])
def test_a_sign_in_that_was_not_completed_is_one_sentence_on_a_page(query):
    answer = ask(_answers(RedirectResponse("/", 302)), f"/oauth2callback?{query}")
    assert answer.status == 401
    assert "was not completed" in answer.body.decode()
    assert "location" not in answer.headers


def test_coming_back_from_sign_out_is_no_fault():
    answer = ask(_answers(RedirectResponse("/", 302)), "/oauth2callback")
    assert (answer.status, answer.headers["location"]) == (302, "/")


def test_a_provider_that_cannot_be_reached_is_one_sentence_on_a_page():
    answer = ask(_answers(PlainTextResponse("Authentication error", 400)), "/auth/login?provider=x")
    assert answer.status == 503
    assert "cannot be reached" in answer.body.decode()


def test_another_method_is_refused_and_no_fault_of_the_provider():
    for path in ("/auth/login", "/oauth2callback?code=c&state=s"):
        assert ask(_answers(PlainTextResponse("no", 405)), path, "DELETE").status == 405


def test_without_sign_in_the_gate_is_open():
    answer = ask(AuthMiddleware(_inside, Settings()), "/explore")
    assert (answer.status, "refresh" in answer.headers) == (200, False)


@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout", "/oauth2callback?code=c&state=s"])
def test_without_sign_in_its_routes_lead_to_the_overview(path):
    answer = ask(AuthMiddleware(_inside, Settings()), path)
    assert (answer.status, answer.headers["location"]) == (303, "/")


def test_streamlit_gets_the_provider_without_a_file():
    secrets = streamlit_secrets(SIGNED_IN)
    assert secrets is not None
    assert secrets["auth"]["cookie_secret"] == SECRET
    assert streamlit_secrets(Settings()) is None


METRICS = [
    # setting, client, headers, status
    ("off", "127.0.0.1", {}, 404),
    ("loopback", "127.0.0.1", {}, 200),
    ("loopback", "127.0.0.1", {"host": "127.0.0.1"}, 200),
    ("loopback", "::1", {"host": "[::1]:8501"}, 200),
    ("loopback", "203.0.113.9", {}, 403),
    ("loopback", "127.0.0.1", {"host": "cities.example.org"}, 403),
    ("loopback", "127.0.0.1", {"host": "localhost.example.org"}, 403),
    ("loopback", "127.0.0.1", {"host": "[::1"}, 403),
    ("loopback", "127.0.0.1", {"host": ""}, 403),
    ("loopback", "127.0.0.1", {"x_real_ip": "127.0.0.1"}, 403),
    ("loopback", "203.0.113.9", {"x_real_ip": "127.0.0.1"}, 403),
    ("loopback", "127.0.0.1", {"x_forwarded_host": "localhost"}, 403),
    ("loopback", "127.0.0.1", {"cf_connecting_ip": "127.0.0.1"}, 403),
    ("loopback", "127.0.0.1", {"via": "1.1 proxy"}, 403),
    ("loopback", "127.0.0.1", {"x_forwarded_for": "127.0.0.1"}, 403),
    ("loopback", "127.0.0.1", {"forwarded": "for=127.0.0.1"}, 403),
    ("token", "127.0.0.1", {}, 401),
    ("token", "203.0.113.9", {"authorization": "Bearer wrong"}, 401),
    ("token", "203.0.113.9", {"authorization": f"Basic {'t' * 20}"}, 401),
    ("token", "203.0.113.9", {"authorization": f"Bearer {'t' * 20}"}, 200),
    ("open", "203.0.113.9", {}, 200),
]


@pytest.mark.parametrize(("how", "client", "headers", "status"), METRICS)
@pytest.mark.parametrize("path", ["/metrics", "/_stcore/metrics"])
def test_who_may_read_the_metrics(how, client, headers, status, path):
    settings = Settings(metrics=how, metrics_token="t" * 20)
    variables = {"host": "localhost:8501", **headers}
    assert ask(AuthMiddleware(_inside, settings), path, client=client, **variables).status == status


@pytest.mark.parametrize("how", ["loopback", "open"])
def test_with_sign_in_metrics_need_it_too_or_a_token(how):
    here = {"host": "localhost:8501"}
    assert ask(gate(metrics=how), "/metrics", **here).status == 401
    assert ask(gate(metrics=how), "/metrics", **here, **sent(cookie())).status == 200
    token = gate(metrics="token", metrics_token="t" * 20)
    assert ask(token, "/metrics", authorization=f"Bearer {'t' * 20}").status == 200
    assert ask(token, "/metrics", **sent(cookie())).status == 401
