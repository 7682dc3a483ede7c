"""The HTML shell: what it says of an address, and our scripts; everything else passes untouched."""

from __future__ import annotations

import logging
from threading import Event

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

import dashboard.server
from dashboard.discovery import preview
from dashboard.i18n import languages
from dashboard.markup.breakpoints import WIDTH_COOKIE_SCRIPT
from dashboard.web.middleware import html_shell
from dashboard.web.middleware.html_shell import HtmlShellMiddleware, complete_page
from tests.dashboard.asgi import ask

HTML = "text/html,application/xhtml+xml"
PAGE = b"<html><head><title>Streamlit</title></head><body>caf\xc3\xa9</body></html>"


def _page(request: Request) -> Response:
    return HTMLResponse(PAGE, headers={"ETag": '"1"', "Last-Modified": "x", "X-Kept": "yes"})


def _streamed(request: Request) -> Response:
    return StreamingResponse(iter([PAGE[:20], PAGE[20:40], PAGE[40:]]), media_type="text/html")


def _text(request: Request) -> Response:
    return PlainTextResponse(PAGE, headers={"ETag": '"1"'})


def _echo(request: Request) -> Response:
    return PlainTextResponse(",".join(sorted(request.headers.keys())))


def _missing(request: Request) -> Response:
    return HTMLResponse(PAGE, status_code=404)


app = Starlette(
    routes=[
        Route("/glossary", _page),
        Route("/places", _streamed),
        Route("/data", _text),
        Route("/network", _echo),
        Route("/explore", _missing),
        Route("/no-page", _page),
    ],
    middleware=[Middleware(HtmlShellMiddleware)],
)


@pytest.mark.parametrize("accept", [HTML, "*/*"])
@pytest.mark.parametrize("path", ["/glossary", "/places", "/explore"])
def test_html_of_a_page_is_completed_for_whoever_asks_and_says_its_length(path, accept):
    answer = ask(app, path, accept=accept)
    assert "ASEAN Smart Cities</title>" in answer.body.decode()
    assert answer.body.endswith(b"caf\xc3\xa9</body></html>")
    assert answer.headers["content-length"] == str(len(answer.body))


def test_completed_html_carries_no_validator_of_the_plain_one():
    headers = ask(app, "/glossary", accept=HTML).headers
    assert not {"etag", "last-modified"} & set(headers)
    assert headers["x-kept"] == "yes"


def test_status_of_an_html_answer_stays():
    assert ask(app, "/explore", accept=HTML).status == 404


@pytest.mark.parametrize("path", ["/data", "/no-page"])
def test_what_is_no_html_of_a_page_passes_untouched(path):
    answer = ask(app, path, accept=HTML)
    assert answer.body == PAGE
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["content-length"] == str(len(PAGE))


def test_html_is_asked_for_whole_and_plain():
    told = {"accept_encoding": "gzip", "if_none_match": '"1"', "if_modified_since": "x"}
    names = ask(app, "/network", accept=HTML, **told).body.decode().split(",")
    assert names == ["accept", "host"]


def test_head_of_the_shell_says_the_length_that_get_sends():
    get, head = (ask(dashboard.server.app, "/", how, accept=HTML) for how in ("GET", "HEAD"))
    assert head.status == get.status == 200
    assert head.headers.get("content-length", str(len(get.body))) == str(len(get.body))


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "ASEAN Smart Cities"),
        ("/explore", "Explore · ASEAN Smart Cities"),
        ("/compare", "Compare · ASEAN Smart Cities"),
        ("/city?city=da-nang", "Da Nang · City profile · ASEAN Smart Cities"),
    ],
)
def test_every_page_gets_its_own_title_and_the_address_of_the_server(path, title):
    answer = ask(dashboard.server.app, path, accept=HTML)
    page = answer.body.decode()
    assert answer.status == 200
    assert page.count(f"<title>{title}</title>") == 1
    assert "<title>Streamlit</title>" not in page
    assert page.count("BACKEND_BASE_URL") == 1
    assert page.index("BACKEND_BASE_URL") < page.index("<script type=")
    assert answer.headers["content-length"] == str(len(answer.body))


def test_nothing_of_streamlit_is_said_to_who_reads_without_scripts():
    page = ask(dashboard.server.app, "/country?country=IDN").body.decode()
    assert "_stcore/agent" not in page
    assert "You need to enable JavaScript" not in page
    said = page.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "<h1>Indonesia · Country profile" in said
    assert 'href="./catalog.json"' in said


def test_the_style_sheet_that_the_shell_links_is_served():
    page = ask(dashboard.server.app, "/", accept=HTML).body.decode()
    address = page.split('<link rel="stylesheet" href="./style.css')[1].split('"')[0]
    answer = ask(dashboard.server.app, f"/style.css{address}")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/css")


def test_the_page_tells_the_width_of_its_window_before_its_script_runs():
    page = ask(dashboard.server.app, "/", accept=HTML).body.decode()
    assert page.index('name="viewport"') < page.index(WIDTH_COOKIE_SCRIPT) < page.index("</head>")


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/", "fr", "en"),
        ("/", "id-ID,id;q=0.9,en;q=0.8", "id"),
        ("/?lang=id", "en", "id"),
        ("/explore?lang=en", "id", "en"),
        ("/?lang=xx", "id", "id"),
        ("/?lang=%3Cscript%3E", "en", "en"),
    ],
)
def test_the_shell_is_in_the_language_of_address_or_browser(path, accepted, language):
    answer = ask(dashboard.server.app, path, accept=HTML, accept_language=accepted)
    assert f'<html lang="{language}">' in answer.body.decode()
    assert "Accept-Language" in answer.headers["vary"]


def test_page_opens_while_what_it_says_of_its_address_takes_long(monkeypatch):
    started, go_on = Event(), Event()

    def slow(*_: object) -> None:
        started.set()
        go_on.wait(60)

    monkeypatch.setattr(preview, "preview", slow)
    monkeypatch.setattr(html_shell, "PATIENCE_SECONDS", 0.01)
    page = ask_without_waiting("/explore?country=TLS", go_on)
    assert started.is_set()
    assert "<title>ASEAN Smart Cities</title>" in page


def ask_without_waiting(address: str, go_on: Event) -> str:
    """A page, after which what still runs may go on: a loop ends when its threads do."""
    said: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_on(message: Message) -> None:
            said.append(message.get("body", b""))
            if said[-1] and not message.get("more_body", False):
                go_on.set()
            await send(message)

        await dashboard.server.app(scope, receive, send_on)

    return ask(app, address, accept=HTML).body.decode()


def test_fault_of_a_preview_is_logged_and_the_page_opens(monkeypatch, caplog):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(preview, "preview", broken)
    with caplog.at_level(logging.ERROR, "dashboard"):
        answer = ask(dashboard.server.app, "/explore?country=MMR", accept=HTML)
    assert answer.status == 200
    assert "<title>ASEAN Smart Cities</title>" in answer.body.decode()
    assert "preview_failed" in caplog.text


def test_skip_links_come_first_in_the_language_of_the_page():
    indonesian = complete_page(PAGE, languages()["id"]).decode()
    body = indonesian.partition("<body>")[2]
    assert body.startswith('<a href="#content" class="skip"')
    assert ">Langsung ke isi</a>" in body.partition("café")[0]
    assert ">Langsung ke peta</a>" in body.partition("café")[0]
