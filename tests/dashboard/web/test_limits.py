"""What a request may cost, and which pages may open a session."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from streamlit import net_util

import dashboard.server
from dashboard.settings import Settings
from dashboard.web.middleware.limits import Buckets, Hosts, Limits
from tests.dashboard.asgi import ask, knock

STREAM = "/_stcore/stream"
VISITOR = "203.0.113.9"


async def _body(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(socket.headers["host"])
    await socket.close()


def limited(**changed: object) -> Starlette:
    settings = Settings(**changed)  # type: ignore[arg-type]
    return Starlette(
        routes=[
            Route("/{path:path}", _body, methods=["GET", "POST", "PUT"]),
            WebSocketRoute(STREAM, _socket),
        ],
        middleware=[Middleware(Hosts, settings), Middleware(Limits, settings)],
    )


@pytest.mark.parametrize(
    ("address", "status"),
    [("/" + "a" * 1_023, 200), ("/" + "a" * 1_024, 414), ("/?q=" + "a" * 1_024, 414),
     ("/" + "%61" * 342, 414)],
)  # fmt: skip
def test_a_long_address_is_refused_by_its_bytes_as_sent(address, status):
    assert ask(limited(max_url=1_024), address).status == status


@pytest.mark.parametrize(("size", "status"), [(1_024, 200), (1_025, 413)])
@pytest.mark.parametrize("told", [True, False], ids=["length", "streamed"])
def test_a_large_body_is_refused_whether_or_not_it_says_its_length(size, status, told):
    headers = {"content_length": str(size)} if told else {}
    answer = ask(limited(max_body_kb=1), "/x", "POST", body=b"x" * size, **headers)
    assert answer.status == status


@pytest.mark.parametrize("told", ["-1", "1e3", "٣", "9" * 400, "x"])
def test_a_length_that_is_no_number_or_too_long_is_refused(told):
    assert ask(limited(), "/x", "POST", content_length=told).status == 413


def test_an_upload_has_its_own_limit():
    app, body = limited(max_body_kb=1, max_upload_mb=1), b"x" * 1_500_000
    assert ask(app, "/_stcore/upload_file/s/f", "PUT", body=body).status == 200
    assert ask(app, "/_stcore/upload_file/s/f", "PUT", body=body * 2).status == 413


def test_costly_requests_are_limited_for_each_client_alone():
    app = limited(rate=8)  # two at once
    statuses = [ask(app, "/download/cities.csv", client=VISITOR).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert ask(app, "/download/cities.csv", client="203.0.113.10").status == 200
    assert ask(app, "/explore", client=VISITOR).status == 200
    assert knock(app, STREAM, client=VISITOR)[0]["type"] == "websocket.close"


def test_refusal_says_when_to_come_again():
    app = limited(rate=4)
    ask(app, "/download/cities.csv", client=VISITOR)
    answer = ask(app, "/download/cities.csv", client=VISITOR)
    assert answer.headers["retry-after"] == "15"
    assert answer.json()["detail"] == "Too many requests; please try again in 15 s."


def test_this_machine_and_no_limit_are_let_through():
    own, off = limited(rate=4), limited(rate=0)
    for _ in range(5):
        assert ask(own, "/download/cities.csv", client="127.0.0.1").status == 200
        assert ask(off, "/download/cities.csv", client=VISITOR).status == 200


def test_a_client_cannot_name_another_address_itself():
    app = limited(rate=4)
    ask(app, "/download/cities.csv", client=VISITOR)
    again = ask(app, "/download/cities.csv", client=VISITOR, x_forwarded_for="198.51.100.1")
    assert again.status == 429


def test_bucket_fills_again_by_the_clock():
    now = [0.0]
    buckets = Buckets(60, clock=lambda: now[0])  # 15 at once, one a second
    assert [buckets.take(VISITOR) for _ in range(16)] == [0] * 15 + [1]
    now[0] = 1.0
    assert [buckets.take(VISITOR) for _ in range(2)] == [0, 1]
    now[0] = 1e6
    assert [buckets.take(VISITOR) for _ in range(16)] == [0] * 15 + [1]


def test_addresses_of_one_ipv6_network_share_a_bucket():
    buckets = Buckets(4)
    assert buckets.take("2001:db8:1:2::1") == 0
    assert buckets.take("2001:db8:1:2:ffff::9") > 0
    assert buckets.take("2001:db8:1:3::1") == 0


def test_memory_is_bounded_and_holds_no_address():
    buckets = Buckets(60)
    for number in range(10_050):
        buckets.take(f"10.0.{number // 250}.{number % 250}")
    assert len(buckets._left) == 10_000
    assert not any(b"10.0" in key for key in buckets._left)
    assert Buckets(60)._key(VISITOR) != buckets._key(VISITOR)


@pytest.mark.parametrize(
    ("host", "status"),
    [("cities.example", 200), ("CITIES.example:8501", 200), ("a.net.example", 200),
     ("elsewhere.example", 400), ("cities.example.evil", 400), ("net.example", 400), ("", 400)],
)  # fmt: skip
def test_only_the_names_of_the_settings_are_answered(host, status):
    app = limited(hosts=("cities.example", "*.net.example"))
    assert ask(app, "/", host=host).status == status


def test_probes_are_answered_by_any_name():
    app = limited(hosts=("cities.example",))
    assert ask(app, "/healthz", host="10.1.2.3:8501").status == 200
    assert ask(app, "/healthz/x", host="10.1.2.3:8501").status == 400


@pytest.mark.parametrize("origin", ["http://testserver", "https://testserver"])
def test_a_socket_opens_to_the_servers_own_pages(origin):
    assert knock(limited(), STREAM, origin=origin)[0]["type"] == "websocket.accept"


FOREIGN = (
    "https://evil.example",
    "http://localhost",
    "http://127.0.0.1:8501",
    "http://testserver.evil.example",
    "http://evil.example/testserver",
    "http://testserver@evil.example",
    "http://testserver:81",
    "http://[",
    "null",
    "",
)


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("host", ["testserver", ""])
def test_a_socket_opens_to_no_foreign_page(origin, host):
    assert knock(limited(), STREAM, origin=origin, host=host) == [
        {"type": "websocket.close", "code": 1008}
    ]


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_page_makes_the_server_ask_no_other_host(origin, monkeypatch):
    # Streamlit alone asks a public service for this machine's address to compare origins with.
    asked = []
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda *a, **k: asked.append(a))
    answers = knock(dashboard.server.app, STREAM, origin=origin)
    assert answers == [{"type": "websocket.close", "code": 1008}]
    assert asked == []


def test_an_origin_of_the_settings_is_let_in_as_the_servers_own():
    app = limited(origins=("https://cities.example",))
    answers = knock(app, STREAM, origin="https://cities.example")
    assert answers[1]["text"] == "cities.example"
