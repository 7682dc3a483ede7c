"""Figures for Prometheus: what is counted, and that labels stay few."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from streamlit.runtime.scriptrunner_utils.exceptions import StopException

import dashboard.server
from dashboard.data.current import LAYERS_VARIABLE, clear_caches
from dashboard.navigation import PAGES
from dashboard.telemetry import metrics
from dashboard.telemetry.metrics import OTHER
from dashboard.web.request_info import RouteNames
from geo.export import FORMATS
from geo.schema import LAYERS
from tests.dashboard.app_fixtures import addresses, routes
from tests.dashboard.asgi import ask
from tests.layer_sets import committed, put_set


def samples() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample as Prometheus reads it."""
    answer = ask(dashboard.server.app, "/metrics", host="localhost:8501")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def grown(act: object, name: str, **labels: str) -> float:
    key = (name, tuple(sorted(labels.items())))
    before = samples().get(key, 0.0)
    act()  # type: ignore[operator]
    return samples()[key] - before


def test_requests_are_counted_by_route_and_status():
    route = "/download/{layer}.{extension}"

    def asked() -> None:
        for path in ("/download/cities.csv", "/download/rivers.csv"):
            ask(dashboard.server.app, path)

    assert grown(asked, "dashboard_requests_total", route=route, status="200") == 1
    assert grown(asked, "dashboard_requests_total", route=route, status="404") == 1
    assert grown(asked, "dashboard_request_seconds_count", route=route) == 2


def test_a_download_is_counted_with_its_bytes_once_it_is_taken():
    labels = {"layer": "cities", "format": "csv"}
    size = len(ask(dashboard.server.app, "/download/cities.csv").body)

    def take() -> None:
        ask(dashboard.server.app, "/download/cities.csv")
        ask(dashboard.server.app, "/download/cities.csv", "HEAD")
        ask(dashboard.server.app, "/download/rivers.csv")

    assert grown(take, "dashboard_downloads_total", **labels) == 1
    assert grown(take, "dashboard_download_bytes_total", **labels) == size


def test_reruns_are_counted_and_timed_by_page(open_page):
    labels = {"page": "overview", "part": "no"}
    assert grown(open_page, "dashboard_rerun_seconds_count", **labels) >= 1


def test_a_run_that_stops_early_counts_and_leaves_no_page_behind():
    def stopped() -> None:
        with suppress(StopException), metrics.rerun("data"):
            assert metrics.page() == "data"
            raise StopException

    assert grown(stopped, "dashboard_rerun_seconds_count", page="data", part="no") == 1
    assert metrics.page() == ""
    assert metrics.last_page() == "data"


def test_layers_and_process_are_told(layers):
    values = samples()
    assert values["dashboard_layers_info", (("version", layers.version),)] == 1
    assert values["process_resident_memory_bytes", ()] > 1e7


def test_bytes_and_entries_of_each_cache_are_told(layers):
    layers.cached("told by metrics", lambda: b"x" * 1_000)
    values = samples()
    told = {dict(labels)["cache"] for name, labels in values if name == "dashboard_cache_bytes"}
    assert {"results", "responses", "files of responses"} <= told
    assert values["dashboard_cache_bytes", (("cache", "results"),)] > 1_000
    assert values["dashboard_cache_entries", (("cache", "results"),)] >= 1


def test_layers_that_cannot_be_read_do_no_harm(layer_copy):
    for file in layer_copy.iterdir():
        file.unlink()
    assert samples()["process_resident_memory_bytes", ()] > 1e7


def test_age_of_published_layers_is_told(tmp_path, monkeypatch):
    put_set(tmp_path, committed(), datetime.now(UTC) - timedelta(hours=2))
    monkeypatch.setenv(LAYERS_VARIABLE, str(tmp_path))
    clear_caches()
    assert 7_000 < samples()["dashboard_layers_age_seconds", ()] < 8_000
    monkeypatch.undo()
    clear_caches()


def test_labels_stay_few_whatever_is_asked():
    before = set(samples())
    for number in range(100):
        for path in (f"/no-such-{number}", f"/x/{number}/y", f"/download/l{number}.f{number}"):
            ask(dashboard.server.app, path, f"M{number}")
        ask(dashboard.server.app, f"/layers/n{number}.geojson")
    templates = {getattr(route, "path", "") for route in routes()}
    own = {OTHER, "/", "/static/*", *(f"/{page}" for page in PAGES)}
    for name, labels in set(samples()) - before:
        label_values = dict(labels)
        if "route" in label_values:
            assert label_values["route"].removesuffix("/*") in {*templates, *own}, name
        assert label_values.get("layer", OTHER) in {*LAYERS, OTHER}
        assert label_values.get("format", OTHER) in {*FORMATS, OTHER}


def test_every_route_has_its_own_name():
    names = RouteNames(routes())
    unnamed = [address for address in addresses() if names.name(address) == OTHER]
    assert unnamed == ["/x"]  # what Streamlit answers with its shell


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "/"),
        ("/explore", "/explore"),
        ("/explore/deeper", OTHER),
        ("/layers/cities.geojson", "/layers/{name}.geojson"),
        ("/layers/cities.csv", OTHER),
        ("/layers", OTHER),
        ("/_stcore/upload_file/a/b", "/_stcore/upload_file/{session_id}/{file_id}"),
        ("/static/js/a.js", "/static/*"),
        ("/statically", OTHER),
    ],
)
def test_a_path_is_named_by_its_template(path, name):
    assert RouteNames(routes()).name(path) == name
