"""What pages of other sites may read: the public data, and nothing else."""

from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse

import dashboard.server
from dashboard.settings import Settings
from dashboard.web.middleware.cors import PublicDataCorsMiddleware
from tests.dashboard.asgi import Answer, ask

KEPLER, UMAP = "https://kepler.example", "https://umap.example"
PUBLIC = (
    "/ogc",
    "/ogc/collections/cities/items?limit=1",
    "/download/cities.csv",
    "/charts/urban-share.csv?country=IDN",
    "/tables/cities.json",
    "/layers/cities.geojson",
)
REFUSED = (
    ("/ogc/collections/cities/items?limit=0", 400),
    ("/ogc/collections/rivers", 404),
    ("/ogc/nowhere", 404),
    ("/download/cities.shp", 400),
    ("/tables/rivers.csv", 404),
    (f"/ogc?q={'a' * 9_000}", 414),
)
PRIVATE = ("/", "/style.css", "/healthz", "/metrics", "/signin", "/ogcx", "/downloads/cities.csv")


def preflight(app, address: str, origin: str = KEPLER, method: str = "GET") -> Answer:
    asked = {"access_control_request_method": method, "access_control_request_headers": "x-own"}
    return ask(app, address, "OPTIONS", origin=origin, **asked)


def cors_headers(answer: Answer) -> set[str]:
    return {name for name in answer.headers if name.startswith("access-control-")}


def guarded(**settings) -> PublicDataCorsMiddleware:
    return PublicDataCorsMiddleware(PlainTextResponse("data"), Settings(**settings))


@pytest.mark.parametrize("address", PUBLIC)
def test_page_of_any_site_may_read_public_data_with_headers_of_its_own(address):
    answer = preflight(dashboard.server.app, address)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert answer.headers["access-control-allow-headers"] == "x-own"
    assert "GET" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-max-age"] == "86400"
    read = ask(dashboard.server.app, address, origin=KEPLER)
    assert (read.status, read.headers["access-control-allow-origin"]) == (200, "*")
    exposed = read.headers["access-control-expose-headers"].lower().split(", ")
    assert {"content-crs", "content-range", "etag"} <= set(exposed)
    assert "access-control-allow-credentials" not in read.headers


@pytest.mark.parametrize(("address", "status"), REFUSED)
def test_page_of_another_site_reads_why_it_is_refused(address, status):
    answer = ask(dashboard.server.app, address, origin=KEPLER)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (status, "*")
    assert answer.json()["detail"].endswith(".")


def test_answer_without_an_origin_is_the_same_so_that_shared_caches_keep_one():
    plain, cross = (ask(dashboard.server.app, "/ogc", **more) for more in ({}, {"origin": KEPLER}))
    assert plain.headers == cross.headers
    assert "origin" not in plain.headers["vary"].lower()


@pytest.mark.parametrize("address", PRIVATE)
def test_other_addresses_are_for_the_servers_own_pages(address):
    for answer in (ask(dashboard.server.app, address, origin=KEPLER),
                   preflight(dashboard.server.app, address)):  # fmt: skip
        assert not cors_headers(answer)


def test_nothing_can_be_written_from_another_site():
    assert preflight(dashboard.server.app, "/ogc/collections", method="PUT").status == 400


def test_setting_names_the_origins():
    app = guarded(cors_origins=(KEPLER,))
    for answer in (ask(app, "/ogc", origin=KEPLER), preflight(app, "/ogc")):
        assert answer.headers["access-control-allow-origin"] == KEPLER
        assert "Origin" in answer.headers["vary"]
    for answer in (ask(app, "/ogc", origin=UMAP), preflight(app, "/ogc", UMAP)):
        assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in ask(app, "/ogc").headers["vary"]


@pytest.mark.parametrize("settings", [{"cors_origins": ("none",)}, {"signin": "oidc"}])
def test_nobody_reads_from_another_site_where_it_is_off_or_sign_in_is_on(settings):
    app = guarded(**settings)
    for answer in (ask(app, "/ogc", origin=KEPLER), preflight(app, "/ogc")):
        assert answer.body == b"data"  # passed on as it came
        assert not cors_headers(answer)
