"""What stands between network and pages, on the real server and in a real browser."""

from __future__ import annotations

import http.client
import urllib.request
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.e2e.conftest import OpenWindow


def raw(server: str, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    """Status and body; the path is sent as it is written."""
    parts = urlsplit(server)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection._validate_path = lambda url: None  # type: ignore[attr-defined]
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def socket(server: str, origin: str) -> ClientConnection:
    address = server.replace("http", "ws", 1) + "/_stcore/stream"
    return connect(address, origin=origin, subprotocols=["streamlit"])  # type: ignore[arg-type, list-item]


_WATCH = """() => new Promise(resolve => {
    const seen = [];
    setTimeout(() => resolve(seen), 5000);
    document.addEventListener("securitypolicyviolation", event => {
        seen.push(event.effectiveDirective);
        if (seen.length === 4) resolve(seen.sort());
    });
    const script = document.createElement("script");
    script.textContent = "window.hostile = true";
    document.body.append(script);
    new Image().src = "https://elsewhere.example/a.png";
    fetch("https://elsewhere.example/").catch(() => null);
    setTimeout("window.hostile = true");
})"""


def test_the_browser_refuses_foreign_scripts_pictures_and_requests(
    server: str, browser: Browser
) -> None:
    # That our own pages break no rule shows in every browser test: a violation is a console error.
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server}/glossary")
    page.locator("header.page h1").wait_for()
    refused = page.evaluate(_WATCH)
    assert refused == ["connect-src", "img-src", "script-src", "script-src-elem"]
    assert page.evaluate("window.hostile") is None
    context.close()


def test_a_socket_opens_to_the_servers_own_pages_alone(server: str) -> None:
    with socket(server, server):
        pass
    for origin in ("https://elsewhere.example", "http://localhost", "null"):
        with pytest.raises(InvalidStatus) as refused, socket(server, origin):
            pass
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize("message", [b"\xff" * (5 * 1_048_576), b"\xff\xfe no protobuf", "text"])
def test_a_socket_that_sends_what_it_may_not_is_closed(server: str, message: str | bytes) -> None:
    with socket(server, server) as opened:
        opened.send(message)
        with pytest.raises(ConnectionClosed):
            opened.recv(timeout=20)
    assert raw(server, "/healthz") == (200, b"ok")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/download/..%2f..%2fpyproject.toml", 400),
        ("/../../pyproject.toml", 400),
        ("/download/cities.csv%00", 400),
        ("/layers/%252e%252e.geojson", 404),
        (f"/explore?q={'a' * 8_200}", 414),
        ("//elsewhere.example/%2e%2e", 400),
    ],
)
def test_hostile_lines_are_refused_as_they_come(server: str, path: str, status: int) -> None:
    told, body = raw(server, path)
    assert told == status
    assert b"[project]" not in body


def test_metrics_tell_of_sessions_and_reruns(server: str, window: OpenWindow) -> None:
    window().open("glossary")
    with urllib.request.urlopen(f"{server}/metrics", timeout=20) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    told = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    assert told["dashboard_sessions_active",] >= 1
    assert told["dashboard_sessions_total", "connect"] >= 1
    assert told["dashboard_rerun_seconds_count", "glossary", "no"] >= 1
    assert told["dashboard_requests_total", "/glossary", "200"] >= 1
