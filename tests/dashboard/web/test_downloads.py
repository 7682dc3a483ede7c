"""Downloads by HTTP: ranges, validators, records beside the files; nothing waits for nothing."""

from __future__ import annotations

import asyncio
import io
import re
import sqlite3
import threading
from itertools import pairwise
from zipfile import ZipFile

import pandas as pd
import pyogrio
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route

import dashboard.server
from dashboard.data.current import source_catalogue
from dashboard.markup.urls import download_url
from dashboard.web import byte_ranges
from dashboard.web.byte_ranges import Content, ranged_response
from dashboard.web.export_cache import ExportCache
from dashboard.web.http import ONE_MINUTE
from dashboard.web.middleware.compression import CompressionMiddleware
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filter_for
from geo.cache import Budget
from geo.export import FORMATS
from geo.schema import LAYERS
from tests.dashboard.asgi import ask

CITIES = [f"/download/cities.{extension}?country=IDN" for extension in FORMATS]
WHOLE = bytes(range(256)) * 20_000


@pytest.fixture(autouse=True)
def export_cache(monkeypatch):
    """An export cache of the test alone."""
    cache = ExportCache()
    monkeypatch.setattr(byte_ranges, "export_cache", cache)
    return cache


def app_of(make, spooled=False):
    content = Content(make, "text/plain", '"tag"', spooled)
    return Starlette(
        routes=[Route("/x", lambda request: ranged_response(request, content, {}))],
        middleware=[Middleware(CompressionMiddleware)],
    )


def pieces():
    return iter([WHOLE[at : at + 100_000] for at in range(0, len(WHOLE), 100_000)])


@pytest.mark.parametrize("path", CITIES)
@pytest.mark.parametrize(
    ("byte_range", "start", "end"),
    [("0-99", 0, 100), ("100-", 100, None), ("-50", -50, None), ("20-999999999", 20, None)],
)
def test_range_is_that_part_of_the_whole(path, byte_range, start, end, routes):
    whole = ask(routes, path)
    part = ask(routes, path, range=f"bytes={byte_range}", accept_encoding="gzip")
    wanted = whole.body[start:end]
    assert (part.status, part.body) == (206, wanted)
    first = start if start >= 0 else len(whole.body) + start
    size = len(whole.body)
    assert part.headers["content-range"] == f"bytes {first}-{first + len(wanted) - 1}/{size}"
    assert part.headers["content-length"] == str(len(wanted))
    assert part.headers["etag"] == whole.headers["etag"]
    assert "content-encoding" not in part.headers
    assert whole.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("byte_range", ["999999999-", "-0"])
@pytest.mark.parametrize("path", CITIES[:3])
def test_range_beyond_the_end_is_416_with_the_size(path, byte_range, routes):
    answer = ask(routes, path, range=f"bytes={byte_range}")
    assert (answer.status, answer.body) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{len(ask(routes, path).body)}"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "byte_range",
    ["bytes=0-1,4-5", "bytes=5-2", "bytes=-", "bytes=a-b", "lines=0-1", f"bytes={'9' * 5_000}-"],
)
def test_range_that_is_none_or_several_is_answered_with_all(byte_range, routes):
    answer = ask(routes, CITIES[0], range=byte_range)
    assert answer.status == 200
    assert answer.body == ask(routes, CITIES[0]).body


def test_range_of_what_the_client_no_longer_has_right_is_answered_with_all(routes):
    tag = ask(routes, CITIES[0]).headers["etag"]
    zipped = ask(routes, CITIES[0], accept_encoding="gzip").headers["etag"]
    assert ask(routes, CITIES[0], range="bytes=0-9", if_range=tag).status == 206
    for held in (zipped, f"W/{tag}", '"other"', "Tue, 24 Nov 2026 10:00:00 GMT"):
        assert ask(routes, CITIES[0], range="bytes=0-9", if_range=held).status == 200


def test_client_that_holds_the_content_gets_304_even_for_a_range(routes):
    tag = ask(routes, CITIES[0]).headers["etag"]
    assert ask(routes, CITIES[0], range="bytes=0-9", if_none_match=tag).status == 304


@pytest.mark.parametrize("path", CITIES)
def test_validator_is_strong_and_changes_with_format_and_filter(path, routes):
    tags = [ask(routes, each, "HEAD").headers["etag"] for each in CITIES]
    assert len(set(tags)) == len(CITIES)
    tag = ask(routes, path).headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{20}"', tag)
    assert tag == ask(routes, path).headers["etag"]
    assert tag != ask(routes, path.replace("IDN", "PHL")).headers["etag"]


def test_validator_changes_with_the_libraries_that_write(routes, monkeypatch):
    before = ask(routes, CITIES[0]).headers["etag"]
    monkeypatch.setattr("geo.export.library_versions", lambda: "another GDAL")
    assert ask(routes, CITIES[0]).headers["etag"] != before


@pytest.mark.parametrize("path", CITIES)
def test_only_text_is_sent_in_gzip(path, routes):
    answer, plain = ask(routes, path, accept_encoding="gzip"), ask(routes, path)
    text = re.search(r"\.(\w+)\?", path)[1] in {"csv", "geojson", "geojsons"}
    assert ("content-encoding" in answer.headers) == text == ("accept-ranges" not in answer.headers)
    assert (answer.headers["etag"] != plain.headers["etag"]) == text
    assert answer.content == plain.body


@pytest.mark.parametrize("path", CITIES)
def test_download_that_broke_off_is_resumed_with_the_bytes_that_lack(path, routes):
    """The server's whole stack, Streamlit's own compression included."""
    begun = ask(dashboard.server.app, path, accept_encoding="gzip")
    held, tag = begun.body[: len(begun.body) // 2], begun.headers["etag"]
    coding, resume = begun.headers.get("content-encoding"), f"bytes={len(held)}-"
    rest = ask(dashboard.server.app, path, accept_encoding="gzip", range=resume, if_range=tag)
    if coding is None:
        assert begun.headers["content-length"] == str(len(begun.body))
        assert (rest.status, held + rest.body) == (206, begun.body)
    else:
        assert (rest.status, rest.body) == (200, begun.content)


@pytest.mark.parametrize("path", CITIES)
def test_head_tells_the_size_and_sends_nothing(path, routes):
    head = ask(routes, path, "HEAD")
    assert head.headers == ask(routes, path).headers
    assert head.body == b""


def test_large_text_is_sent_while_it_is_made():
    taken = []

    def make():
        for at in range(1_000):
            taken.append(at)
            yield b"x" * 100

    assert len(ask(app_of(make), "/x").body) == 100_000
    taken.clear()
    head = ask(app_of(make), "/x", "HEAD")
    assert (head.body, len(taken)) == (b"", 2)
    assert "content-length" not in head.headers


def test_large_text_in_gzip_is_the_same_text_and_the_same_bytes_each_time():
    first, again = (ask(app_of(pieces), "/x", accept_encoding="gzip") for _ in range(2))
    assert first.content == WHOLE
    assert first.body == again.body
    assert first.headers["etag"] == '"tag-gzip"'


def test_other_requests_are_answered_while_a_download_is_made():
    waiting, go_on = threading.Event(), threading.Event()

    def make():
        yield b"first"
        yield b"second"
        waiting.set()
        assert go_on.wait(30)
        yield b"third"

    app = app_of(make)
    app.router.routes.append(Route("/other", lambda request: Response("here")))

    async def receive():
        await asyncio.Event().wait()

    async def body(path):
        sent = []

        async def send(message):
            sent.append(message.get("body", b""))

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        await app(scope, receive, send)
        return b"".join(sent)

    async def both():
        large = asyncio.create_task(body("/x"))
        assert await asyncio.to_thread(waiting.wait, 30)
        other = await body("/other")
        go_on.set()
        return other, await large

    assert asyncio.run(both()) == (b"here", b"firstsecondthird")


def test_ranges_make_the_file_once(export_cache):
    made = []

    def make():
        made.append(1)
        return pieces()

    app = app_of(make, spooled=True)
    edges = [0, 10, 300_000, 2_500_000, len(WHOLE)]
    parts = [ask(app, "/x", range=f"bytes={a}-{b - 1}").body for a, b in pairwise(edges)]
    assert b"".join(parts) == WHOLE
    assert ask(app, "/x").body == WHOLE
    assert len(made) == 1
    assert '"tag"' in export_cache


def test_file_is_forgotten_when_others_need_the_room_and_still_read_to_its_end():
    cache = ExportCache(disk=Budget(280), in_memory_bytes=0)
    first = cache.get("a", lambda: iter([b"a" * 100]))
    reading = first.read()
    cache.get("b", lambda: iter([b"b" * 100]))
    cache.get("a", lambda: iter([b"never"]))
    cache.get("c", lambda: iter([b"c" * 100]))
    assert ("a" in cache, "b" in cache, "c" in cache) == (True, False, True)
    cache.get("d", lambda: iter([b"d" * 300]))
    assert "a" not in cache
    assert b"".join(reading) == b"a" * 100


@pytest.mark.parametrize("in_memory_bytes", [0, 100])
def test_file_that_could_not_be_made_is_made_anew(in_memory_bytes):
    cache = ExportCache(in_memory_bytes=in_memory_bytes)

    def broken():
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError):
        cache.get("a", broken)
    assert b"".join(cache.get("a", lambda: iter([b"whole"])).read()) == b"whole"


def test_clients_that_come_together_share_one_file():
    cache, made, gate = ExportCache(), [], threading.Event()

    def make():
        made.append(1)
        assert gate.wait(30)
        yield b"once"

    found = []
    threads = [
        threading.Thread(target=lambda: found.append(b"".join(cache.get("a", make).read())))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert (found, made) == ([b"once"] * 4, [1])


@pytest.mark.parametrize("name", LAYERS)
def test_every_download_leads_to_its_record(name, routes):
    answer = ask(routes, f"/download/{name}.csv?country=IDN")
    beside = re.match(r'<([^>]+)>; rel="describedby"', answer.headers["link"])[1]
    record = ask(routes, beside)
    assert record.status == 200
    assert record.headers["content-type"] == "application/json"
    assert record.headers["cache-control"] == ONE_MINUTE
    paths = {r["format"]: r["path"] for r in record.json()["resources"]}
    city_filter = filter_for(name, Filter(countries=("IDN",)), source_catalogue())
    assert paths["csv"] == f"http://testserver{download_url(name, 'csv', city_filter)}"
    assert record.headers["content-disposition"].endswith('.metadata.json"')


def test_record_is_validated_weakly_because_it_states_its_time(routes):
    path = "/download/cities.metadata.json"
    first = ask(routes, path)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert ask(routes, path, if_none_match=tag).status == 304
    zipped = ask(routes, path, accept_encoding="gzip")
    assert zipped.json()["name"] == first.json()["name"] == "cities"


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/download/cities.metadata.json?colour=red", "'colour'"),
        ("/download/cities.metadata.json?country=XXX", "'XXX'"),
        ("/download/cities.json", "'json'"),
        ("/download/projects.fgb", "'fgb' for projects"),
        ("/download/projects.geojsons", "'geojsons' for projects"),
    ],
)
def test_wrong_question_is_one_sentence(path, named, routes):
    answer = ask(routes, path)
    assert answer.status == 400
    assert named in answer.json()["detail"]


def test_geopackage_that_was_sent_is_sound(tmp_path, routes):
    path = tmp_path / "places.gpkg"
    path.write_bytes(ask(routes, "/download/places.gpkg?country=BRN,SGP").body)
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert set(pyogrio.read_dataframe(path)["iso3"]) == {"BRN", "SGP"}
    assert io.BytesIO(path.read_bytes()).read(6) == b"SQLite"


def test_downloaded_cities_count_the_projects_that_pass(routes):
    table = pd.read_csv(io.BytesIO(ask(routes, "/download/cities.csv?q=flood").content))
    counts = dict(zip(table["city_id"], table["projects"], strict=True))
    assert counts["kuching"] == counts["seberang-perai"] == 1
    projects = pd.read_csv(io.BytesIO(ask(routes, "/download/projects.csv?q=flood").content))
    assert sum(counts.values()) == (projects["status"] != "no_longer_reported").sum() == 6


@pytest.mark.parametrize("query", ["q=flod", "q=banjir&lang=id"])
def test_download_of_a_search_is_the_same_with_an_error_and_in_indonesian(query, routes):
    for name in ("projects", "project_details", "plan_targets", "partners"):
        right = pd.read_csv(io.BytesIO(ask(routes, f"/download/{name}.csv?q=flood").content))
        found = pd.read_csv(io.BytesIO(ask(routes, f"/download/{name}.csv?{query}").content))
        pd.testing.assert_frame_equal(found, right)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("completed_since=2024&country=IDN", 1),
        ("partner=development_bank,fund", 6),
        ("without=quality-environment&population=1000000..", 40),
        ("overdue=1", 12),
        ("due_before=2026", 17),
        ("due_before=2024&overdue=1", 5),
    ],
)
def test_filters_of_projects_apply_to_downloads(query, rows, routes):
    table = pd.read_csv(io.BytesIO(ask(routes, f"/download/projects.csv?{query}").content))
    assert len(table) == rows


def test_filter_that_a_layer_cannot_take_is_in_neither_name_nor_record(routes):
    answer = ask(routes, "/download/documents.csv?country=IDN&q=flood")
    assert "IDN" not in answer.headers["content-disposition"]
    assert answer.body == ask(routes, "/download/documents.csv").body
    record = ask(routes, "/download/documents.metadata.json?country=IDN").body.decode()
    assert "Indonesia" not in record.split('"resources"')[0]


def test_dates_of_projects_are_in_name_and_record_of_what_takes_them(routes):
    query = "overdue=1&due_before=2026"
    answer = ask(routes, f"/download/partners.csv?{query}")
    assert "_partners_due-before-2026-overdue_" in answer.headers["content-disposition"]
    record = ask(routes, f"/download/partners.metadata.json?{query}").body.decode()
    assert "due before 2026" in record
    for wrong in ("overdue=yes", "due_before=soon"):
        problem = ask(routes, f"/download/partners.csv?{wrong}")
        assert problem.status == 400
        assert wrong.split("=")[0] in problem.json()["detail"]


def test_column_types_of_a_csv_file_are_beside_it(routes):
    answer = ask(routes, "/download/places.csvt?country=PHL")
    assert answer.status == 200
    assert "_places_PHL_" in answer.headers["content-disposition"]
    assert answer.content.startswith(b'"Integer64","String"')
    assert ask(routes, "/download/nothing.csvt").status == 404


def test_all_data_is_one_archive_of_every_layer(routes):
    answer = ask(routes, "/download/all.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert re.search(r'"asean-smart-cities_all_\w{8}\.zip"', answer.headers["content-disposition"])
    names = {name.partition(".")[0] for name in ZipFile(io.BytesIO(answer.body)).namelist()}
    assert names == {"contents", *LAYERS}
    assert ask(routes, "/download/all.zip?country=IDN").status == 400
