"""Scripts and styles in gzip; everything else as it comes."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboard.web.middleware.static_gzip import StaticGzipMiddleware
from tests.dashboard.asgi import ask

SCRIPT = b"let answer = 42;" * 500
calls: list[str] = []


def _script(request: Request) -> Response:
    calls.append(request.url.path)
    if request.headers.get("if-none-match", "").removeprefix("W/") == '"1"':
        return Response(status_code=304, headers={"ETag": '"1"'})
    return Response(SCRIPT, media_type="text/javascript", headers={"ETag": '"1"'})


def _streamed(request: Request) -> Response:
    return StreamingResponse(iter([SCRIPT[:100], SCRIPT[100:]]), media_type="text/css")


def _image(request: Request) -> Response:
    return Response(SCRIPT, media_type="image/png")


def _missing(request: Request) -> Response:
    return PlainTextResponse("no", status_code=404)


app = Starlette(
    routes=[
        Route("/static/a.js", _script, methods=["GET", "HEAD"]),
        Route("/static/a.css", _streamed),
        Route("/static/a.png", _image),
        Route("/static/none.js", _missing),
        Route("/a.js", _script),
    ],
    middleware=[Middleware(StaticGzipMiddleware)],
)


@pytest.mark.parametrize("path", ["/static/a.js", "/static/a.css"])
def test_script_and_style_are_sent_in_gzip_and_read_back_the_same(path):
    answer = ask(app, path, accept_encoding="gzip, br")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-length"] == str(len(answer.body)) < str(len(SCRIPT))
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == SCRIPT


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/a.js", {}),
        ("/static/a.js", {"accept_encoding": "br"}),
        ("/static/a.js", {"accept_encoding": "gzip;q=0"}),
        ("/static/a.js", {"accept_encoding": "gzip", "range": "bytes=0-9"}),
        ("/static/a.png", {"accept_encoding": "gzip"}),
        ("/static/none.js", {"accept_encoding": "gzip"}),
        ("/a.js", {"accept_encoding": "gzip"}),
    ],
)
def test_anything_else_passes_as_it_comes(path, headers):
    assert "content-encoding" not in ask(app, path, **headers).headers


def test_client_that_holds_the_compressed_answer_is_told_so():
    tag = ask(app, "/static/a.js", accept_encoding="gzip").headers["etag"]
    assert tag == 'W/"1"'
    held = ask(app, "/static/a.js", accept_encoding="gzip", if_none_match=tag)
    assert held.status == 304
    assert held.body == b""


def test_what_is_kept_does_not_grow_with_the_ways_to_write_a_path():
    async def anything(scope, receive, send):
        answer = Response(SCRIPT, media_type="text/javascript", headers={"ETag": '"1"'})
        await answer(scope, receive, send)

    compression = StaticGzipMiddleware(anything)
    for number in range(20):
        assert ask(compression, f"/{number}/static/a.js", accept_encoding="gzip").content == SCRIPT
    assert len(compression._cache) == 1
