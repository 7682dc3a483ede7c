"""Text goes out in Brotli or gzip to who takes it, under an ETag of its own; the rest as it is."""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from pathlib import Path

import brotli
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

import dashboard.server
from dashboard.web.http import IMMUTABLE
from dashboard.web.middleware.compression import CompressionMiddleware, accepted_coding
from dashboard.web.middleware.slow_compression import MAX_BYTES, SlowCompressor
from geo.export import FORMATS
from tests.dashboard.asgi import ask

DEPLOY = Path(__file__).parents[3] / "deploy"
SCRIPT = b"let answer = 42;" * 500


def _script(request: Request) -> Response:
    assert "accept-encoding" not in request.headers
    if request.headers.get("if-none-match", "").removeprefix("W/") == '"1"':
        return Response(status_code=304, headers={"ETag": '"1"'})
    headers = {"ETag": '"1"', "Accept-Ranges": "bytes"}
    return Response(SCRIPT, media_type="text/javascript", headers=headers)


def _streamed(request: Request) -> Response:
    return StreamingResponse(iter([SCRIPT[:100], SCRIPT[100:]]), media_type="text/css")


def _of(content: bytes, media_type: str, **headers: str) -> Route:
    name = media_type.replace("/", "-")
    return Route(
        f"/{name}", lambda _: Response(content, media_type=media_type, headers={**headers})
    )


app = Starlette(
    routes=[
        Route("/a.js", _script, methods=["GET", "HEAD"]),
        Route("/a.css", _streamed),
        Route("/none.js", lambda _: PlainTextResponse(SCRIPT, status_code=404)),
        Route("/small.txt", lambda _: PlainTextResponse("ok")),
        Route("/a.json.br", lambda _: Response(SCRIPT, 200, {"Content-Encoding": "br"}, "text/x")),
        *(_of(SCRIPT, format.media_type) for format in FORMATS.values()),
        *(_of(SCRIPT, other) for other in ("image/png", "application/zip", "application/pdf")),
    ],
    middleware=[Middleware(CompressionMiddleware)],
)


@pytest.mark.parametrize("path", ["/a.js", "/a.css", "/text-csv; charset=utf-8"])
@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_text_is_sent_compressed_and_reads_back_the_same(path, coding):
    answer = ask(app, path, accept_encoding=coding)
    assert answer.headers["content-encoding"] == coding
    assert len(answer.body) < len(SCRIPT)
    assert answer.headers.get("content-length", str(len(answer.body))) == str(len(answer.body))
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "accept-ranges" not in answer.headers
    assert answer.content == SCRIPT


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/a.js", {}),
        ("/a.js", {"accept_encoding": "zstd"}),
        ("/a.js", {"accept_encoding": "gzip;q=0"}),
        ("/a.js", {"accept_encoding": "gzip", "range": "bytes=0-9"}),
        ("/none.js", {"accept_encoding": "gzip"}),
        ("/small.txt", {"accept_encoding": "gzip"}),
        *(
            (f"/{media_type.replace('/', '-')}", {"accept_encoding": "gzip"})
            for media_type in (
                *(FORMATS[name].media_type for name in ("gpkg", "fgb", "parquet", "xlsx")),
                *("image/png", "application/zip", "application/pdf"),
            )
        ),
    ],
)
def test_anything_else_passes_as_it_comes(path, headers):
    answer, plain = ask(app, path, **headers), ask(app, path)
    assert "content-encoding" not in answer.headers
    assert (answer.body, answer.headers) == (plain.body, plain.headers)


def test_what_is_coded_already_is_not_coded_again():
    answer = ask(app, "/a.json.br", accept_encoding="gzip, br")
    assert (answer.headers["content-encoding"], answer.body) == ("br", SCRIPT)


def test_each_coding_has_a_validator_of_its_own():
    codings = ("br", "gzip", "identity")
    tags = [ask(app, "/a.js", accept_encoding=it).headers["etag"] for it in codings]
    assert tags == ['"1-br"', '"1-gzip"', '"1"']
    for coding, tag in zip(codings[:2], tags, strict=False):
        for held in (tag, f"W/{tag}"):
            again = ask(app, "/a.js", accept_encoding=coding, if_none_match=held)
            assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    for held in (tags[0], tags[1], f"W/{tags[0]}"):
        assert ask(app, "/a.js", if_none_match=held).status == 200


def test_head_tells_the_coding_of_get():
    head, get = (ask(app, "/a.js", how, accept_encoding="gzip") for how in ("HEAD", "GET"))
    told = {name: value for name, value in get.headers.items() if name != "content-length"}
    assert head.headers == told


@pytest.mark.parametrize(
    ("accept_encoding", "accepted"),
    [
        ("gzip", "gzip"),
        ("GZIP;q=0.1", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", "br"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("identity;q=0, *", "br"),
        ("gzip, identity;q=0", "gzip"),
        ("identity;q=0.5, gzip", "gzip"),
        ("", None),
        ("deflate, zstd", None),
        ("gzip;q=0", None),
        ("gzip; q=0.000", None),
        ("x-gzip;q=0", None),
        ("gzip;q=0, br;q=0, *", None),
        ("*;q=0", None),
        ("identity", None),
        ("identity;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("gzip;q=much", None),
        ("gzip;q=nan", None),
        ("gzip;q=2", None),
        ("gzipped", None),
    ],
)
def test_weights_of_the_codings_are_obeyed(accept_encoding, accepted):
    coding = accepted_coding(accept_encoding)
    assert (coding and coding.name) == accepted


@pytest.mark.parametrize("path", ["/style.css", "/ogc", "/layers/cities.geojson"])
def test_server_obeys_who_refuses_gzip(path):
    answer = ask(dashboard.server.app, path, accept_encoding="gzip;q=0")
    assert answer.status == 200
    assert "content-encoding" not in answer.headers
    vary = answer.headers.get("vary", "").lower()
    assert vary.count("accept-encoding") == 1


def test_what_is_kept_does_not_grow_with_the_ways_to_write_a_path():
    async def anything(scope, receive, send):
        answer = Response(SCRIPT, media_type="text/javascript", headers={"ETag": '"1"'})
        await answer(scope, receive, send)

    compression = CompressionMiddleware(anything)
    for number in range(20):
        assert ask(compression, f"/{number}/static/a.js", accept_encoding="gzip").content == SCRIPT
    assert len(compression._cache) == 1


def _served(cache_control: str, content: bytes = SCRIPT) -> CompressionMiddleware:
    headers = {"Cache-Control": cache_control, "ETag": '"1"'}

    async def anything(scope, receive, send):
        answer = Response(content, media_type="text/javascript", headers=headers)
        await answer(scope, receive, send)

    return CompressionMiddleware(anything)


LONG = "".join(f"let name{number} = {number**3};\n" for number in range(2_000)).encode()


@pytest.mark.parametrize("path", ["/static/a.js", "/a.geojson?lang=en&v=1", "/a?detail=low&v=1"])
def test_what_everybody_keeps_is_soon_sent_as_small_as_brotli_can(path):
    compression = _served(IMMUTABLE, LONG)
    first = ask(compression, path, accept_encoding="br")
    assert first.body == brotli.compress(LONG, quality=9)
    deadline = time.monotonic() + 20
    while len(ask(compression, path, accept_encoding="br").body) == len(first.body):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    again = ask(compression, path, accept_encoding="br")
    assert again.body == brotli.compress(LONG, quality=11)
    assert again.headers["etag"] == first.headers["etag"]
    assert compression._slow._waiting.empty()


@pytest.mark.parametrize(
    ("path", "cache_control", "coding"),
    [
        ("/a.geojson?country=IDN&v=1", IMMUTABLE, "br"),
        ("/a.js", "public, max-age=60", "br"),
        ("/a.js", IMMUTABLE, "gzip"),
    ],
)
def test_answers_that_few_get_are_compressed_once(path, cache_control, coding):
    compression = _served(cache_control)
    ask(compression, path, accept_encoding=coding)
    assert compression._slow._thread is None


def test_bodies_that_would_take_long_and_those_beyond_the_queue_are_not_compressed_again():
    slow, done = SlowCompressor(), []
    slow.submit(bytes(MAX_BYTES + 1), done.append)
    assert slow._thread is None
    slow._thread = threading.current_thread()  # none of its own
    for _ in range(600):
        slow.submit(SCRIPT, done.append)
    assert (slow._waiting.qsize(), done) == (500, [])


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_slow_compression_has_the_least_priority():
    slow, done = SlowCompressor(), threading.Event()
    slow.submit(SCRIPT, lambda _: done.set())
    assert done.wait(20)
    assert os.getpriority(os.PRIO_PROCESS, slow._thread.native_id) == 19
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) < 19


@pytest.mark.parametrize("name", ["nginx.conf", "nginx-brotli.conf"])
def test_proxy_compresses_no_binary_format(name):
    types = re.search(r"(?:gzip|brotli)_types ([^;]+);", (DEPLOY / name).read_text())[1].split()
    binary = {FORMATS[name].media_type for name in ("gpkg", "fgb", "parquet", "xlsx")}
    assert "application/geo+json" in types
    assert not {*binary, "*", "image/png", "application/zip", "application/pdf"} & set(types)
