"""What a request may cost, and which pages may open a session."""

from __future__ import annotations

import resource
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import net_util

import dashboard.server
from dashboard.quota.clients import NO_CLIENT
from dashboard.settings import Settings
from dashboard.web.middleware.limits import RateLimitMiddleware, TrustedHosts
from dashboard.web.middleware.sockets import SocketCounter, TokenBucket, capacity
from dashboard.web.middleware.uploads import UploadQuota, UploadQuotaError
from tests.dashboard.asgi import ask, knock

STREAM = "/_stcore/stream"
VISITOR = "203.0.113.9"


async def _body(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(socket.headers["host"])
    await socket.close()


async def _listen(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text(str(len(await socket.receive_bytes())))
    except WebSocketDisconnect:
        pass


def limited(**changed: object) -> Starlette:
    settings = Settings(**changed)  # type: ignore[arg-type]
    return Starlette(
        routes=[
            Route("/{path:path}", _body, methods=["GET", "POST", "PUT"]),
            WebSocketRoute(STREAM, _socket),
            WebSocketRoute("/listen", _listen),
        ],
        middleware=[Middleware(TrustedHosts, settings), Middleware(RateLimitMiddleware, settings)],
    )


def app_limits(app: Starlette) -> RateLimitMiddleware:
    """The middleware of an application, which is built with its first request."""
    if app.middleware_stack is None:
        app.middleware_stack = app.build_middleware_stack()
    found: Any = app.middleware_stack
    while not isinstance(found, RateLimitMiddleware):
        found = found.app
    return found


@pytest.mark.parametrize(
    ("address", "status"),
    [("/" + "a" * 1_023, 200), ("/" + "a" * 1_024, 414), ("/?q=" + "a" * 1_024, 414),
     ("/" + "%61" * 342, 414)],
)  # fmt: skip
def test_a_long_address_is_refused_by_its_bytes_as_sent(address, status):
    assert ask(limited(max_url=1_024), address).status == status


@pytest.mark.parametrize(("size", "status"), [(1_024, 200), (1_025, 413)])
@pytest.mark.parametrize("with_length", [True, False], ids=["length", "streamed"])
def test_a_large_body_is_refused_whether_or_not_it_says_its_length(size, status, with_length):
    headers = {"content_length": str(size)} if with_length else {}
    answer = ask(limited(max_body_kb=1), "/x", "POST", body=b"x" * size, **headers)
    assert answer.status == status


@pytest.mark.parametrize("content_length", ["-1", "1e3", "٣", "9" * 400, "x"])
def test_a_length_that_is_no_number_or_too_long_is_refused(content_length):
    assert ask(limited(), "/x", "POST", content_length=content_length).status == 413


def test_an_upload_has_its_own_limit():
    app, body = limited(max_body_kb=1, max_upload_mb=1), b"x" * 1_500_000
    assert ask(app, "/_stcore/upload_file/s/f", "PUT", body=body).status == 200
    assert ask(app, "/_stcore/upload_file/s/f", "PUT", body=body * 2).status == 413


def test_who_owes_is_refused_and_nobody_else():
    app = limited(share=50)
    owing = app_limits(app)
    owing.shares.for_client(VISITOR).charge(31)
    assert ask(app, "/download/cities.csv", client=VISITOR).status == 429
    assert ask(app, "/download/cities.csv", client="203.0.113.10").status == 200
    for free in ("/", "/explore", "/static/js/a.js", "/fonts/a", "/style.css", "/healthz"):
        assert ask(app, free, client=VISITOR).status == 200, free
    for counted in ("/labels/1/1/1.geojson", "/layers/a", "/readyz", "/_stcore/upload_file/s/f"):
        assert ask(app, counted, client=VISITOR).status == 429, counted
    assert knock(app, STREAM, client=VISITOR)[0] == {"type": "websocket.close", "code": 1013}


def test_refusal_says_when_to_come_again():
    app = limited(share=50)
    app_limits(app).shares.for_client(VISITOR).charge(37)  # 30 were saved up
    answer = ask(app, "/download/cities.csv?lang=id", client=VISITOR)
    wait = int(answer.headers["retry-after"])
    assert 13 <= wait <= 14
    assert (
        answer.json()["detail"]
        == f"Terlalu banyak permintaan; silakan coba lagi dalam {wait} detik."
    )


def test_proxies_that_name_no_client_and_no_limit_are_let_through():
    own, off = limited(share=50), limited(share=0)
    app_limits(own).shares.for_client(NO_CLIENT).charge(1_000)
    app_limits(off).shares.for_client(VISITOR).charge(1_000)
    assert ask(own, "/download/cities.csv", client="127.0.0.1").status == 200
    assert ask(off, "/download/cities.csv", client=VISITOR).status == 200


def test_a_client_cannot_name_another_address_itself():
    app = limited(share=50)
    app_limits(app).shares.for_client(VISITOR).charge(31)
    again = ask(app, "/download/cities.csv", client=VISITOR, x_forwarded_for="198.51.100.1")
    assert again.status == 429


def test_what_an_answer_costs_on_the_event_loop_is_charged():
    app = limited(share=50)
    accounts = app_limits(app).shares.accounts
    key = accounts.key(VISITOR)
    ask(app, "/x", "POST", client=VISITOR, body=b"x" * 200_000)
    cost = accounts.size - accounts._balances[key][0]
    assert 0 < cost < 1


def test_sockets_of_a_client_and_of_all_are_counted():
    sockets = SocketCounter(max_per_client=2, max_total=5)
    assert [sockets.open(VISITOR) for _ in range(3)] == [True, True, False]
    assert [sockets.open(NO_CLIENT) for _ in range(4)] == [True, True, True, False]
    assert not sockets.open("203.0.113.10")
    sockets.close(VISITOR)
    assert sockets.open("203.0.113.10")
    assert not sockets.open(VISITOR)


def test_a_socket_is_given_back_when_it_closes():
    app = limited(sockets=1)
    for _ in range(3):
        assert knock(app, STREAM, client=VISITOR)[0]["type"] == "websocket.accept"


@pytest.mark.parametrize(("files", "sockets"), [(1_024, 106), (8_192, 1_898), (65_536, 2_000)])
def test_capacity_follows_from_the_limit_of_open_files(files, sockets, monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda which: (files, files))
    assert capacity() == sockets


def test_messages_are_counted_and_too_many_close_the_socket():
    heard = knock(limited(), "/listen", *([b"x"] * 300), client=VISITOR)
    assert heard[-1] == {"type": "websocket.close", "code": 1008}
    assert 1 + 20 + 1 < len(heard) < 200  # accepted, each message told, closed
    quiet = knock(limited(), "/listen", *([b"x"] * 20), client=VISITOR)
    assert [message["type"] for message in quiet] == ["websocket.accept"] + ["websocket.send"] * 20


def test_bytes_of_messages_are_counted():
    large = [bytes(1_048_576)] * 12
    heard = knock(limited(max_message_mb=1), "/listen", *large, client=VISITOR)
    assert heard[-1] == {"type": "websocket.close", "code": 1008}
    assert len(heard) == 1 + 8 + 1


def test_a_flow_fills_again_by_the_clock():
    now = [0.0]
    flow = TokenBucket(2, 0.5, clock=lambda: now[0])
    assert [flow.take(1) for _ in range(4)] == [0, 0, 2, 4]
    now[0] = 4.0
    assert flow.take(1) == 2
    now[0] = 1e6
    assert [flow.take(1) for _ in range(3)] == [0, 0, 2]


def test_messages_of_a_client_wait_for_each_other_on_all_its_sockets():
    sockets = SocketCounter(max_per_client=60, max_total=100)
    one, other = sockets.bucket(VISITOR), sockets.bucket("203.0.113.10")
    assert one is sockets.bucket(VISITOR)
    assert one is not other
    assert sockets.bucket(NO_CLIENT) is not sockets.bucket(NO_CLIENT)


def test_messages_of_who_owes_wait(monkeypatch):
    paused = []

    async def sleep(seconds):
        paused.append(seconds)

    monkeypatch.setattr("dashboard.web.middleware.sockets.asyncio.sleep", sleep)
    app = limited(share=50)

    async def owing(scope, receive, send):
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            app_limits(app).shares.for_client(VISITOR).charge(100)
            await receive()

    app_limits(app).app = owing
    knock(app, STREAM, b"x", client=VISITOR)
    assert paused[-1] == 5.0


def test_files_of_a_client_have_room_for_four_at_once():
    uploads = UploadQuota(max_file_bytes=10)
    with uploads.reserve(VISITOR, "one", 25), uploads.reserve(VISITOR, "two", 15):
        with pytest.raises(UploadQuotaError), uploads.reserve(VISITOR, "three", 1):
            pass
        with uploads.reserve("203.0.113.10", "other", 40), uploads.reserve(NO_CLIENT, "any", 400):
            pass
    with uploads.reserve(VISITOR, "three", 40):
        pass


def test_files_that_are_kept_count_as_long_as_they_are_kept(monkeypatch):
    files = {}
    monkeypatch.setattr("dashboard.web.middleware.uploads.upload_bytes", lambda: files)
    uploads = UploadQuota(max_file_bytes=10)
    with uploads.reserve(VISITOR, "one", 10):
        files["one"] = 35
    with pytest.raises(UploadQuotaError), uploads.reserve(VISITOR, "two", 6):
        pass
    files.clear()
    with uploads.reserve(VISITOR, "two", 40):
        pass


def test_an_upload_without_room_is_refused_in_one_sentence():
    app = limited(max_upload_mb=1)
    with app_limits(app).uploads.reserve(VISITOR, "s", 4_000_000):
        answer = ask(app, "/_stcore/upload_file/s/f", "PUT", client=VISITOR, body=b"x")
    assert answer.status == 413
    assert answer.json()["detail"].startswith("More than 4 MB of your files are on the server;")


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
