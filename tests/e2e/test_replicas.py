"""Hosted behind nginx: a replica that dies or is renewed costs no request and no user's view."""

from __future__ import annotations

import json
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from tests.benchmarks.session import Session
from tests.e2e.conftest import OpenWindow
from tests.e2e.replicas import Hosted, hosted

STATELESS = (
    "/download/cities.geojson?country=IDN,PHL",
    "/download/places.csv?country=KHM",
    "/layers/ground.geojson",
    "/charts/urban-share.svg?country=KHM",
    "/healthz",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    with hosted(tmp_path_factory.mktemp("hosted")) as running:
        yield running


@dataclass
class Load:
    """What users requested and what they got."""

    answers: list[tuple[str, object]] = field(default_factory=list)

    def failures(self) -> list[tuple[str, object]]:
        return [(path, status) for path, status in self.answers if status != 200]

    def wait_for(self, count: int) -> None:
        """Wait until so many requests were answered."""
        deadline = time.monotonic() + 60
        while len(self.answers) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(self.answers) >= count


def ask(address: str, **headers: str) -> tuple[int, Mapping[str, str]]:
    """Status and headers of a GET."""
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


@contextmanager
def load(address: str, clients: int = 3) -> Iterator[Load]:
    """Readers that ask for stateless routes, one request after the other, until the end."""
    measured, ended = Load(), threading.Event()

    def read() -> None:
        while not ended.is_set():
            for path in STATELESS:
                try:
                    measured.answers.append((path, ask(address + path)[0]))
                except OSError as error:
                    measured.answers.append((path, repr(error)))
                ended.wait(0.05)

    threads = [threading.Thread(target=read) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield measured
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def headline(page: Page) -> str:
    return page.locator("header.page p").inner_text()


def test_killed_replica_costs_no_request_and_its_readers_get_their_view_again(
    site: Hosted, window: OpenWindow
):
    tab = window(address=site.address)
    page = tab.open("explore?country=PHL&lang=en")
    before = tab.headline()
    assert before.startswith("4 of 38 member cities")
    for victim in site.replicas:  # one of the two holds the page
        with load(site.address) as measured:
            victim.end(signal.SIGKILL)
            measured.wait_for(len(measured.answers) + 40)
            page.wait_for_timeout(2_000)
        assert measured.failures() == []
        tab.settle()
        assert headline(page) == before
        victim.start()
    page.get_by_role("textbox", name="Search cities, projects and plans").fill("water")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=water**")
    tab.settle()
    assert headline(page) != before
    tab.console_errors.clear()  # the browser tells of the connection that was lost


def upload(address: str, session: Session, cookie: str = "") -> int:
    """Give a file of 200 kB to a session and say what was answered."""
    token = ask(address + "/_stcore/health")[1]["Set-Cookie"].split(";")[0].split("=", 1)[1]
    body = (
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n" + b"x" * 200_000 + b"\r\n--B--\r\n"
    )
    headers = {
        "Cookie": f"{cookie}; _streamlit_xsrf={token}",
        "X-Xsrftoken": token,
        "Content-Type": "multipart/form-data; boundary=B",
    }
    path = f"/_stcore/upload_file/{session.id}/{uuid4()}"
    request = urllib.request.Request(address + path, body, headers, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_session_and_its_uploads_stay_with_one_replica_and_go_on_without_it(site: Hosted):
    cookies = [f"replica=reader-{number}" for number in range(12)]
    pairs = [(Session(site.address, "places", cookie=cookie), cookie) for cookie in cookies]
    for session, _ in pairs:
        session.run()
    replicas = [f"http://127.0.0.1:{replica.port}" for replica in site.replicas]
    holders = [tuple(upload(one, session) for one in replicas) for session, _ in pairs]
    assert set(holders) == {(204, 400), (400, 204)}
    assert {upload(site.address, session, cookie) for session, cookie in pairs} == {204}
    site.replicas[0].end(signal.SIGKILL)
    for session, cookie in pairs:
        session.socket.close()
        with Session(site.address, "places", cookie=cookie) as again:
            again.run()
            assert upload(site.address, again, cookie) == 204
    site.replicas[0].start()
    assert "buffered to a temporary file" not in site.log.read_text()


def test_rolling_update_loses_no_request(site: Hosted):
    with load(site.address) as measured:
        for replica in site.replicas:
            replica.end(signal.SIGTERM)
            measured.wait_for(len(measured.answers) + 40)
            replica.start()
    assert measured.failures() == []


def test_reader_gets_the_cookie_that_chooses_a_replica_once(site: Hosted):
    cookie = ask(site.address)[1]["Set-Cookie"]
    assert cookie.startswith("replica=")
    assert "HttpOnly" in cookie
    assert ask(site.address, Cookie=cookie.split(";")[0])[1]["Set-Cookie"] is None


@pytest.mark.parametrize(
    "path",
    [
        *("/ogc?f=json", "/ogc/collections?f=json", "/tables/cities.csv", "/embed/charts/support"),
        *("/healthz", "/readyz", "/layers/ground.geojson", "/style.css"),
    ],
)
def test_answers_without_a_session_choose_no_replica(path: str, site: Hosted):
    status, headers = ask(site.address + path)
    assert status == 200
    assert headers["Set-Cookie"] is None
    assert headers["Server"] == "nginx"


def test_links_are_of_https_where_a_proxy_before_ends_it(site: Hosted):
    def links(**headers: str) -> set[str]:
        request = urllib.request.Request(site.address + "/ogc?f=json", headers=headers)
        with urllib.request.urlopen(request) as answer:
            return {urlsplit(link["href"]).scheme for link in json.load(answer)["links"]}

    assert links() == {"http"}
    assert links(**{"X-Forwarded-Proto": "https"}) == {"https"}


def test_proxy_keeps_map_layers_and_compresses(site: Hosted):
    layer = site.address + "/layers/ground.geojson"
    ask(layer, **{"Accept-Encoding": "gzip"})
    _, kept = ask(layer, **{"Accept-Encoding": "gzip"})
    assert (kept["X-Cache"], kept["Content-Encoding"]) == ("HIT", "gzip")
    _, small = ask(site.address + "/download/cities.csv", **{"Accept-Encoding": "br"})
    assert small["Content-Encoding"] == "br"


def test_costly_routes_are_limited_and_metrics_are_not_public(site: Hosted):
    with ThreadPoolExecutor(16) as readers:
        asked = list(readers.map(ask, [site.address + "/download/none.csv"] * 400))
    assert {status for status, _ in asked} == {404, 429}
    assert {headers["Retry-After"] for status, headers in asked if status == 429} == {"5"}
    assert ask(site.address + "/metrics")[0] == 404
