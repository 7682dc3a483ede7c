"""HTTP routes: content, caching, compression, errors in one sentence."""

from __future__ import annotations

import json
import resource
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import quote

import pytest

import dashboard.server
from dashboard.markup.urls import download_url
from dashboard.web.http import IMMUTABLE, ONE_MINUTE, REVALIDATE
from dashboard.web.routes.downloads import file_name
from dashboard.web.routes.health import CORE
from geo import export
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows
from geo.export import FORMATS, Record
from geo.schema import LAYERS
from tests.dashboard.asgi import ask

KEPT = (
    "/layers/cities.geojson",
    "/maps/dili.svg",
    "/maps/network.svg",
    "/maps/pages/overview.svg",
    "/briefing/dili.pdf",
    "/briefing/network.pptx",
    "/style.css",
)
"""Addresses that carry a version."""

PLAIN = (
    *KEPT,
    "/download/cities.csv",
    "/charts/support.csv",
    "/tables/cities.json",
    "/embed/charts/support",
    "/embed/maps/explore",
    "/embed/maps/explore.json",
    "/embed/bare.css",
)

TEXTS = [path for path in PLAIN if not path.endswith((".pdf", ".pptx"))]
"""What compression makes smaller."""

FILES = [
    (name, extension)
    for name, layer in LAYERS.items()
    for extension, format in FORMATS.items()
    if layer.geometry or not format.geometry_needed
]


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/layers/ground.geojson", "application/geo+json"),
        ("/maps/dili.svg", "image/svg+xml"),
        ("/download/cities.csv", "text/csv; charset=utf-8"),
        ("/download/cities.geojson", "application/geo+json"),
        ("/download/cities.parquet", "application/vnd.apache.parquet"),
        ("/download/cities.metadata.json", "application/json"),
        ("/style.css", "text/css; charset=utf-8"),
    ],
)
def test_answer_has_its_media_type_and_is_not_to_be_guessed(path, media_type, routes):
    answer = ask(routes, path)
    assert answer.status == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_compressed_form_goes_only_to_who_takes_it_and_is_the_same_content(path, coding, routes):
    plain, zipped = ask(routes, path), ask(routes, path, accept_encoding=coding)
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == coding
    assert len(zipped.body) < len(plain.body)
    assert zipped.content == plain.body
    for answer in (plain, zipped):
        assert "accept-encoding" in answer.headers["vary"].lower()
        assert answer.headers["content-length"] == str(len(answer.body))


def test_gzip_is_not_sent_to_who_refuses_it(routes):
    answer = ask(routes, "/maps/dili.svg", accept_encoding="identity, gzip;q=0")
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", PLAIN)
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_client_that_holds_the_content_gets_304_without_it(path, encoding, routes):
    first = ask(routes, path, accept_encoding=encoding)
    for form in ("{}", "W/{}", '"other", {}', "*"):
        held = form.format(first.headers["etag"])
        again = ask(routes, path, accept_encoding=encoding, if_none_match=held)
        assert (again.status, again.body) == (304, b""), form
        for name in ("etag", "cache-control", "vary"):
            assert again.headers.get(name) == first.headers.get(name), form


@pytest.mark.parametrize("path", TEXTS)
def test_validator_is_one_for_each_encoding_and_query(path, routes):
    other = {"cities": "?country=IDN", "dili.svg": "?theme=dark"}
    tags = [ask(routes, path).headers["etag"]]
    tags.append(ask(routes, path, accept_encoding="gzip").headers["etag"])
    tags += [ask(routes, path + q).headers["etag"] for part, q in other.items() if part in path]
    assert len(set(tags)) == len(tags)
    assert ask(routes, path, if_none_match=tags[1]).status == 200


@pytest.mark.parametrize("path", ["/layers/cities.geojson", "/maps/dili.svg"])
def test_address_with_the_version_of_the_layers_is_kept_for_good(path, routes, layers):
    assert ask(routes, f"{path}?v={layers.version}").headers["cache-control"] == IMMUTABLE


@pytest.mark.parametrize("path", KEPT)
@pytest.mark.parametrize("query", ["", "?v="])
def test_address_without_a_version_is_kept_briefly(path, query, routes):
    assert ask(routes, path + query).headers["cache-control"] == ONE_MINUTE


@pytest.mark.parametrize("path", KEPT)
def test_other_content_is_never_kept_unasked_under_a_version(path, routes):
    answer = ask(routes, f"{path}?v=000000000000")
    assert (answer.status, answer.body) == (200, ask(routes, path).body)
    assert answer.headers["cache-control"] == REVALIDATE


def test_download_is_kept_briefly(routes):
    assert ask(routes, "/download/cities.csv").headers["cache-control"] == ONE_MINUTE


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/layers/cities.geojson?colour=red", "'colour'"),
        ("/layers/cities.geojson?size=huge", "'huge'"),
        ("/labels/3/6/3.geojson?zoom=99", "'99'"),
        ("/labels/3/6/3.geojson?window=1,2", "'1,2'"),
        ("/layers/cities.geojson?country=XXX", "'XXX'"),
        ("/download/cities.shp", "'shp'"),
        ("/download/projects.geojson", "'geojson'"),
        ("/download/cities.csv?colour=red", "'colour'"),
        ("/download/cities.csv?v=1", "'v'"),
        ("/download/cities.csv?city=atlantis", "'atlantis'"),
        ("/download/cities.csv?within=-1&near=dili", "'-1'"),
        ("/maps/dili.svg?theme=blue", "'blue'"),
        ("/charts/pressure.csv?span=x", "'x'"),
        ("/charts/pressure.json?city=manila", "'city'"),
        ("/charts/population.csv?city=atlantis", "'atlantis'"),
        ("/tables/cities.xml", "'xml'"),
        ("/tables/cities.csv?colour=red", "'colour'"),
        ("/tables/claims.csv?city=dili", "'city'"),
        ("/tables/nearby-places.csv?city=dili,hanoi", "'dili,hanoi'"),
        ("/tables/partnerships.csv?kind=friend", "'friend'"),
        ("/tables/support-requests.csv?support=x", "'x'"),
        ("/tables/project-reports.csv?project=x", "'x'"),
        ("/tables/agglomerations.csv?country=XXX", "'XXX'"),
        ("/tables/columns.csv?layer=rivers", "'rivers'"),
        ("/embed/maps/explore.json?theme=auto", "'auto'"),
        ("/embed/maps/explore.json?width=1e9", "'1e9'"),
        ("/embed/maps/urbanisation.json?year=1800", "'1800'"),
        ("/embed/maps/plans.json?project=x", "'x'"),
    ],
)
def test_wrong_question_is_one_sentence_that_names_what_is_wrong(path, named, routes):
    answer = ask(routes, path)
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert problem["status"] == 400
    assert named in problem["detail"]
    assert problem["detail"].endswith(".")
    assert "\n" not in problem["detail"]


@pytest.mark.parametrize("form", ["/layers/{}.geojson", "/download/{}.csv", "/maps/{}.svg"])
def test_long_wrong_name_is_cut_in_the_sentence(form, routes):
    assert len(ask(routes, form.format("x" * 5_000)).body) < 800


OUTWARD = (
    "/layers/../cities.geojson",
    "/layers/..%2f..%2fcities.geojson",
    "/layers/%2e%2e.geojson",
    "/download/..%2fcities.csv",
    "/download/..%5ccities.csv",
    "/download/%2fetc%2fpasswd.csv",
    "/download/cities.parquet%00.csv",
    "/maps/..%2f..%2fpyproject.svg",
    "/maps/%2e%2e.svg",
    "/maps/pages/..%2f..%2fpyproject.svg",
    "/maps/pages/%2e%2e.svg",
)


@pytest.mark.parametrize("path", OUTWARD)
def test_way_out_of_the_directory_is_refused(path, routes):
    assert ask(routes, path).status in (400, 404)


@pytest.mark.parametrize("path", OUTWARD)
def test_server_gives_no_file_for_a_way_out_of_the_directory(path):
    answer = ask(dashboard.server.app, path)
    # Streamlit answers its page to any path that it does not know.
    assert answer.status in (400, 404) or b"<title>Streamlit</title>" in answer.body


@pytest.mark.parametrize("path", [*PLAIN, "/healthz", "/readyz"])
def test_routes_only_read(path, routes):
    for method in ("POST", "PUT", "DELETE"):
        answer = ask(routes, path, method)
        assert answer.status == 405
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", PLAIN)
def test_head_has_the_headers_of_get(path, routes):
    assert ask(routes, path, "HEAD").headers == ask(routes, path).headers


@pytest.mark.parametrize(
    ("layer", "extension", "city_filter"),
    [
        *((layer, extension, Filter(countries=("BRN", "TLS"))) for layer, extension in FILES),
        *(("cities", extension, Filter()) for extension in FORMATS),
    ],
)
def test_download_is_the_export_of_the_same_filter(layer, extension, city_filter, routes, layers):
    filtered = filtered_rows(layer, city_filter, layers)
    record = Record.from_layer(LAYERS[layer], layers.info(layer), filtered.filter_text)
    answer = ask(routes, download_url(layer, extension, city_filter))
    assert answer.status == 200
    assert answer.body == export.encode(filtered.rows, LAYERS[layer], extension, record)


@pytest.mark.parametrize(
    ("city_filter", "name"),
    [
        (Filter(), "cities"),
        (Filter(countries=("IDN", "PHL")), "cities_IDN-PHL"),
        (Filter(text='a"; b\r\nSet-Cookie: x'), "cities_a-b-Set-Cookie-x"),
        (Filter(text="Đà Nẵng/.."), "cities_N-ng"),
        (Filter(text="…"), "cities"),
    ],
    ids=["all", "countries", "header", "accents", "nothing-left"],
)
def test_file_is_named_after_filter_and_version_in_plain_characters(
    city_filter, name, routes, layers
):
    version = layers.info("cities")["content_hash"]
    name = f"asean-smart-cities_{name}_{version[:8]}.csv"
    assert file_name("cities", "csv", city_filter, version) == name
    answer = ask(routes, download_url("cities", "csv", city_filter))
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


def test_long_filter_gives_a_file_name_that_any_disk_takes(layers):
    city_filter = Filter(cities=tuple(layers["cities"]["city_id"]))
    assert len(file_name("project_reports", "parquet", city_filter, "0" * 16)) < 120


def test_map_layer_without_a_result_is_empty(routes):
    for name in ("cities", "places"):
        answer = ask(routes, f"/layers/{name}.geojson?q=no%20such%20city")
        assert (answer.status, answer.json()["features"]) == (200, [])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_city_maps_are_well_formed_and_differ_by_theme(theme, routes):
    svg = ask(routes, f"/maps/manila.svg?theme={theme}").body
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert (svg == ask(routes, "/maps/manila.svg").body) == (theme == "light")


def test_health_asks_nothing_of_the_layers(routes, layer_copy):
    for file in layer_copy.iterdir():
        file.unlink()
    assert ask(routes, "/healthz").body == b"ok"


def test_ready_tells_version_and_rows(routes, layers):
    answer = ask(routes, "/readyz").json()
    assert answer["version"] == layers.version
    assert answer["rows"] == {name: len(layers[name]) for name in LAYERS}
    assert answer["damaged"] == {}


def test_process_is_ready_without_a_layer_that_few_parts_need_and_names_it(routes, layer_copy):
    _cut(layer_copy / "partners.parquet")
    _remove(layer_copy / "places.parquet")
    answer = ask(routes, "/readyz")
    assert answer.status == 200
    report = answer.json()
    assert set(report["damaged"]) == {"partners", "places"}
    assert report["damaged"]["places"].startswith("places.parquet is missing")
    assert set(report["rows"]) == set(LAYERS) - set(report["damaged"])


@pytest.mark.parametrize("name", CORE)
def test_process_without_a_core_layer_is_not_ready(name, routes, layer_copy):
    _cut(layer_copy / f"{name}.parquet")
    answer = ask(routes, "/readyz")
    assert answer.status == 503
    assert answer.json()["detail"].startswith(f"{name}.parquet ")


def _remove(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _scramble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8:2_000] = bytes(1_992)
    path.write_bytes(content)


@pytest.mark.parametrize("spoil", [_remove, _cut, _empty, _scramble])
@pytest.mark.parametrize("path", ["/readyz", "/download/cities.csv", "/layers/cities.geojson?q=a"])
def test_layer_that_cannot_be_read_is_503_with_file_and_remedy(spoil, path, routes, layer_copy):
    spoil(layer_copy / "cities.parquet")
    answer = ask(routes, path)
    assert answer.status == 503
    assert answer.headers["content-type"] == "application/problem+json"
    detail = answer.json()["detail"]
    assert "cities.parquet" in detail
    assert "python -m geo build" in detail
    assert str(layer_copy) not in detail


@pytest.mark.parametrize(
    "path", ["/download/cities.csv", "/layers/cities.geojson", "/maps/dili.svg"]
)
def test_a_damaged_layer_that_is_not_needed_does_no_harm(path, routes, layer_copy):
    _cut(layer_copy / "city_years.parquet")
    assert ask(routes, path).status == 200


def test_problem_of_a_map_layer_is_json_even_to_who_takes_gzip(routes):
    answer = ask(routes, "/layers/rivers.geojson", accept_encoding="gzip")
    assert json.loads(answer.body)["status"] == 404


@pytest.mark.parametrize(
    ("path", "repeated", "listed"),
    [
        ("/download/cities.csv", "country=IDN&country=PHL", "country=IDN,PHL"),
        ("/layers/cities.geojson", "city=dili&city=manila", "city=dili,manila"),
        ("/labels/1/1/1.geojson", "country=IDN&country=PHL", "country=IDN,PHL"),
        ("/charts/population.svg", "city=jakarta&city=manila", "city=jakarta,manila"),
    ],
)
def test_repeated_parameter_is_a_list(path, repeated, listed, routes):
    last = repeated.rpartition("&")[2]
    answers = [ask(routes, f"{path}?{query}") for query in (repeated, listed, last)]
    assert [answer.status for answer in answers] == [200] * 3
    assert answers[0].body == answers[1].body != answers[2].body


@pytest.mark.parametrize(
    "path",
    [
        "/download/cities.csv?near=dili&near=manila",
        "/charts/urban-share.svg?revision=wdi-2026-03&revision=wdi-2025-07",
        "/layers/ground.geojson?detail=low&detail=full",
    ],
)
def test_parameter_of_one_value_that_is_repeated_is_refused_in_a_sentence(path, routes):
    answer = ask(routes, path)
    assert answer.status == 400
    assert "Parameter " in answer.json()["detail"]


@pytest.mark.parametrize(
    ("most", "status"),
    [(4_096, 200), (resource.RLIM_INFINITY, 200), (20, 503)],
    ids=["room", "no limit", "full"],
)
def test_a_process_that_runs_out_of_descriptors_lives_and_is_not_ready(
    most, status, routes, monkeypatch
):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (most, most))
    answer = ask(routes, "/readyz")
    assert answer.status == status
    assert status == 200 or "of 20 file descriptors are open" in answer.json()["detail"]
    assert ask(routes, "/healthz").status == 200


def test_a_process_without_one_descriptor_to_count_them_with_is_not_ready(routes, monkeypatch):
    def none_left(path):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("dashboard.web.routes.health.os.listdir", none_left)
    assert ask(routes, "/readyz").status == 503


@pytest.mark.parametrize("value", ["0", "3001", "9" * 5_000, "²", "٣", "-1", "1e3", "1_000", ""])
@pytest.mark.parametrize("name", ["width", "height"])
@pytest.mark.parametrize("path", ["/maps/pages/overview.svg", "/embed/maps/overview.json"])
def test_pixels_are_a_whole_number_of_a_few_digits(path, name, value, routes):
    answer = ask(routes, f"{path}?{name}={quote(value)}")
    assert answer.status == 400
    assert f"Parameter {name}:" in answer.json()["detail"]
