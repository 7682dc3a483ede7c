"""Sign-in with a provider on loopback: before it nothing answers, after it everything does."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Page, expect
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.dashboard.app_fixtures import addresses, cookie, environment, sent
from tests.dashboard.web.test_auth_gate import is_open
from tests.e2e.conftest import PHONE, WIDE, free_port, running_server
from tests.e2e.test_looks import violations

USER, STRANGER = "reader@asean.example", "who@elsewhere.example"

USERS = [
    User(sub=name, claims={"email": name, "email_verified": True}) for name in (USER, STRANGER)
]


@dataclass(frozen=True)
class Guarded:
    """A dashboard whose users sign in, the port of their provider, and the log."""

    address: str
    provider_port: int
    log: Path

    def cookie(self, **told: object) -> str:
        """a user's cookie, as this dashboard signs it."""
        return cookie(origin=self.address, **told)  # type: ignore[arg-type]

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
        """Status and body of an answer, without following it."""
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    port, provider, log = free_port(), free_port(), tmp_path_factory.mktemp("signin") / "log"
    told = {
        **environment(f"http://localhost:{port}/oauth2callback"),
        "DASHBOARD_OIDC_DISCOVERY": f"http://localhost:{provider}/.well-known/openid-configuration",
        "DASHBOARD_LOG_LEVEL": "debug",
    }
    with running_server(log, environment=told, port=port) as address:
        yield Guarded(address, provider, log)


@pytest.fixture
def provider(guarded: Guarded) -> Iterator[None]:
    with run_server_in_thread(guarded.provider_port, user_claims=USERS):
        yield


@contextmanager
def opened(browser: Browser, size: dict[str, int] = WIDE, scheme: str = "light") -> Iterator[Page]:
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def sign_in(page: Page, name: str) -> None:
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name=name).click()


def test_before_sign_in_no_route_answers(guarded: Guarded) -> None:
    for path in addresses():
        for method in ("GET", "PUT"):
            if not is_open(path):
                status, body = guarded.ask(path, method)
                assert (status, json.loads(body)["detail"]) == (401, "Please sign in first."), path
    assert guarded.ask("/healthz") == (200, b"ok")


def _socket(guarded: Guarded, headers: dict[str, str], origin: str = "") -> None:
    address = guarded.address.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(
        address,
        origin=origin or guarded.address,  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers=headers,
    ):
        pass


@pytest.mark.parametrize("age", [None, 8 * 3600 + 5], ids=["none", "expired"])
def test_the_socket_opens_for_who_is_signed_in_alone(guarded: Guarded, age: float | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        _socket(guarded, sent(guarded.cookie(age=age)) if age else {})
    assert refused.value.response.status_code == 403
    _socket(guarded, sent(guarded.cookie()))


def test_the_socket_opens_to_no_foreign_page(guarded: Guarded) -> None:
    with pytest.raises(InvalidStatus) as refused:
        _socket(guarded, sent(guarded.cookie()), "https://elsewhere.example")
    assert refused.value.response.status_code == 403


def test_who_signs_in_comes_to_where_they_wanted_and_reads(
    guarded: Guarded, provider: None, browser: Browser
) -> None:
    with opened(browser) as page:
        sockets: list[str] = []
        page.on("websocket", lambda socket: sockets.append(socket.url))
        first = page.goto(f"{guarded.address}/glossary?lang=en")
        assert first is not None
        assert first.status == 401
        assert page.locator("script").count() == 0
        sign_in(page, USER)
        page.locator("header.page h1").wait_for()
        assert page.url == f"{guarded.address}/glossary?lang=en"
        assert len(sockets) == 1
        held = {c["name"]: c for c in page.context.cookies()}
        assert held[USER_COOKIE_NAME]["httpOnly"]
        headers = {"cookie": f"{USER_COOKIE_NAME}={held[USER_COOKIE_NAME]['value']}"}
        for path in ("/download/cities.csv", "/layers/cities.geojson", "/maps/dili.svg"):
            assert guarded.ask(path, **headers)[0] == 200
        page.get_by_role("link", name="Sign out").click()
        page.get_by_role("button", name="End session").click()
        page.get_by_role("link", name="Sign in").wait_for()
        assert USER_COOKIE_NAME not in {c["name"] for c in page.context.cookies()}
        assert guarded.ask("/download/cities.csv", **headers)[0] == 401  # nor by a copy of it


def test_an_address_that_is_not_allowed_is_told_so_and_may_sign_out(
    guarded: Guarded, provider: None, browser: Browser
) -> None:
    with opened(browser, PHONE, "dark") as page:
        page.goto(guarded.address)
        sign_in(page, STRANGER)
        expect(page.get_by_role("alert")).to_have_text(
            f"{STRANGER} does not have access to this dashboard."
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert violations(page) == []
        page.get_by_role("link", name="Sign out").click()
        page.get_by_role("button", name="End session").click()
        page.get_by_role("link", name="Sign in").wait_for()


def test_who_refuses_at_the_provider_is_told_so(
    guarded: Guarded, provider: None, browser: Browser
) -> None:
    with opened(browser) as page:
        page.goto(guarded.address)
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("button", name="Deny").click()
        expect(page.get_by_role("alert")).to_contain_text("was not completed")


def test_without_its_provider_the_dashboard_says_so_and_keeps_answering(
    guarded: Guarded, browser: Browser
) -> None:
    with opened(browser) as page:
        page.goto(guarded.address)
        page.get_by_role("link", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
        expect(page.get_by_role("link", name="Try again")).to_be_visible()
    assert guarded.ask("/healthz") == (200, b"ok")
    assert guarded.ask("/download/cities.csv", **sent(guarded.cookie()))[0] == 200


def test_an_open_page_asks_to_sign_in_anew_when_the_session_ends(
    guarded: Guarded, browser: Browser
) -> None:
    with opened(browser) as page:
        ends_soon = guarded.cookie(age=8 * 3600 - 3)
        page.context.add_cookies(
            [{"name": USER_COOKIE_NAME, "value": ends_soon, "url": guarded.address}]
        )
        first = page.goto(f"{guarded.address}/glossary")
        assert first is not None
        assert first.status == 200
        page.get_by_role("link", name="Sign in").wait_for()
        assert page.url == f"{guarded.address}/glossary"


def test_an_upload_needs_a_reader(guarded: Guarded) -> None:
    files = {"file": ("places.csv", b"name,lat,lon\nhush@asean.example,1,2\n")}
    address = f"{guarded.address}/_stcore/upload_file/session/file"
    assert httpx.put(address, files=files).status_code == 401


def test_the_log_tells_of_no_reader_and_no_secret(guarded: Guarded, browser: Browser) -> None:
    # Last in this file: what is above went through this log, at its most talkative.
    with opened(browser) as page:
        page.context.add_cookies(
            [{"name": USER_COOKIE_NAME, "value": guarded.cookie(), "url": guarded.address}]
        )
        page.goto(f"{guarded.address}/glossary")
        page.locator("header.page h1").wait_for()
    for asked in ("/download/cities.csv?q=hush%40asean.example", "/explore?country=XXX", "/x@y.zz"):
        guarded.ask(asked, **sent(guarded.cookie()))
    told = guarded.log.read_text()
    lines = [json.loads(line) for line in told.splitlines()[1:]]
    assert {"started", "request", "websocket", "rerun"} <= {line["event"] for line in lines}
    for line in lines:
        assert {"time", "level", "event"} <= set(line)
    for hush in ("asean.example", "elsewhere", "secret-of", "127.0.0.1", "::1", "code=", "state="):
        assert hush not in told
    for hush in (USER_COOKIE_NAME, "Mozilla", "country=", "eyJ", "places.csv"):
        assert hush not in told
    assert not re.search(r"[\w-]{40,}", told)
