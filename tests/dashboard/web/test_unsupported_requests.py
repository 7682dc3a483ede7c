"""Files that there are not, text on the websocket, a path prefix that a proxy cuts or leaves."""

from __future__ import annotations

import pytest

import dashboard.server
from dashboard.i18n import languages
from dashboard.navigation import PAGES
from dashboard.web.middleware.unsupported_requests import UnsupportedRequestMiddleware
from dashboard.web.request_info import PathPrefixMiddleware
from geo.i18n import tr, use_language
from tests.dashboard.asgi import ask, knock

HTML = "text/html,application/xhtml+xml"


@pytest.mark.parametrize("accept", ["*/*", HTML])
@pytest.mark.parametrize("headers", [{}, {"range": "bytes=0-9"}, {"accept_encoding": "gzip"}])
@pytest.mark.parametrize(
    "path",
    [
        "/nothing.json",
        "/explore/nothing.png",
        "/static/js/nothing.js",
        "/_stcore/nothing.html",
        "/wp-login.php",
        "/.env",
        "/labels/3/6.geojson",
    ],
)
def test_file_that_there_is_not_is_404(path, headers, accept):
    answer = ask(dashboard.server.app, path, accept=accept, **headers)
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("path", ["/", "/explore", "/favicon.png"])
def test_pages_and_files_that_there_are_come_as_before(path):
    assert ask(dashboard.server.app, path, accept=HTML).status == 200


@pytest.mark.parametrize("path", ["/overview?lang=id", "/index.html?lang=id"])
def test_other_addresses_of_the_first_page_lead_to_it(path):
    answer = ask(dashboard.server.app, path, accept=HTML)
    assert (answer.status, answer.headers["location"]) == (308, "./?lang=id")


@pytest.mark.parametrize("headers", [{}, {"if_modified_since": "Fri, 01 Jan 2100 00:00:00 GMT"}])
@pytest.mark.parametrize("path", ["/no-page", "/explore/nothing", "/no-page?lang=id"])
def test_address_of_no_page_is_404_in_the_language_of_the_user(path, headers):
    answer = ask(dashboard.server.app, path, accept=HTML, **headers)
    page = answer.content.decode()
    assert answer.status == 404
    assert "<script" not in page
    for name, (title, _) in PAGES.items():
        with use_language(languages()["id" if "lang=id" in path else "en"]):
            query = "?lang=id" if "lang=id" in path else ""
            link = f'href="./{"" if name == "overview" else name}{query}"'
            assert f'{link} target="_self">{tr(title)}</a>' in page


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/jakrta", './city?city=jakarta" target="_self">Jakarta<'),
        ("/Da%20Nangg", './city?city=da-nang" target="_self">Da Nang<'),
        ("/viet_nam", './country?country=VNM" target="_self">Viet Nam<'),
        ("/explor", './explore" target="_self">Explore<'),
    ],
)
def test_page_that_there_is_not_names_what_was_probably_meant(path, link):
    page = ask(dashboard.server.app, path, accept=HTML).content.decode()
    assert link in page.partition("Did you mean")[2].partition("</p>")[0]


def test_far_from_every_name_nothing_is_guessed():
    assert b"Did you mean" not in ask(dashboard.server.app, "/xyzzy", accept=HTML).content


def test_script_that_asks_for_no_page_gets_problem_json():
    answer = ask(dashboard.server.app, "/no-page", accept="*/*")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    ["/city?city=jakrta", "/country?country=XXX", "/data?layer=nothing"],
)
def test_page_about_what_there_is_not_opens_and_is_404(path):
    answer = ask(dashboard.server.app, path, accept=HTML)
    page = answer.content.decode()
    assert answer.status == 404
    assert '<meta name="robots" content="noindex">' in page
    assert '<div id="root">' in page


@pytest.mark.parametrize(
    "path",
    [
        "/download/nothing.csv",
        "/download/nothing.metadata.json",
        "/layers/nothing.geojson",
        "/charts/nothing.png",
        "/charts/nothing.csv",
        "/tables/nothing.csv",
        "/maps/nothing.png",
        "/briefing/nothing.pdf",
        "/fonts/nothing.ttf",
        "/cite/layers/nothing",
        "/cite/nothing/cities",
        "/ogc/collections/nothing",
    ],
)
def test_what_there_is_not_is_404_on_every_route(path):
    answer = ask(dashboard.server.app, path)
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_text_on_the_websocket_ends_it_without_a_fault():
    async def streamlit(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            if message.get("bytes") is None:
                raise TypeError("WebSocket text frames are not supported")
            await send({"type": "websocket.send", "bytes": message["bytes"]})

    app = UnsupportedRequestMiddleware(streamlit)
    assert [m["type"] for m in knock(app, "/_stcore/stream", b"1", b"2")] == [
        "websocket.accept",
        "websocket.send",
        "websocket.send",
    ]

    async def with_text(scope, receive, send):
        async def texts():
            message = await receive()
            bytes_ = message.pop("bytes", None)
            return {**message, "text": bytes_.decode()} if bytes_ else message

        await app(scope, texts, send)

    sent = knock(with_text, "/_stcore/stream", b"hello")
    assert sent[1:] == [{"type": "websocket.close", "code": 1003}]


@pytest.mark.parametrize(
    ("root", "asked", "wanted"),
    [
        ("", "/cities/healthz", "/cities/healthz"),
        ("/cities", "/cities/healthz", "/cities/healthz"),  # the proxy cut it off
        ("/cities", "/cities/cities/healthz", "/cities/healthz"),  # it did not
        ("/cities", "/cities/cities", "/cities/"),
        ("/cities", "/cities/citiesx", "/cities/citiesx"),
        ("/a/b", "/a/b/a/b/explore", "/a/b/explore"),
        ("/city", "/city/city", "/city/city"),  # the page
    ],
)
def test_prefix_may_be_cut_off_or_left(root, asked, wanted):
    seen = []

    async def app(scope, receive, send):
        seen.append((scope["path"], scope["raw_path"].decode() or "/"))
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def under(scope, receive, send):
        await PathPrefixMiddleware(app)({**scope, "root_path": root}, receive, send)

    ask(under, asked)
    assert [path for path, _ in seen] == [wanted]
    assert seen[0][1].rstrip("/") == wanted.rstrip("/")


def test_probe_behind_a_prefix_is_open_before_sign_in():
    async def under(scope, receive, send):
        path = f"/cities{scope['path']}"
        told = {"root_path": "/cities", "path": path, "raw_path": path.encode()}
        await dashboard.server.app({**scope, **told}, receive, send)

    for path in ("/healthz", "/cities/healthz"):
        answer = ask(under, path)
        assert (answer.status, answer.body) == (200, b"ok")
