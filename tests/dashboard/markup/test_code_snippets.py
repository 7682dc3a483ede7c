"""Use of a page's data with curl, in Python and in QGIS."""

from __future__ import annotations

import ast
import re
import shlex
from html import unescape

import pytest

from dashboard.markup import code_snippets
from dashboard.ui.layout import layer_files
from geo.analysis.filter import Filter
from geo.schema import LAYERS
from tests.dashboard.asgi import ask
from tests.dashboard.conftest import page_html

HOST = "https://data.example.org"
WANTED = Filter(countries=("IDN",), text="a \"b\"; $(rm) `x` \\ 'y' & %")
FILES = [("cities", WANTED, "Cities"), ("projects", WANTED, "Projects")]


def paths(text: str) -> list[str]:
    return [word.removeprefix(HOST) for word in shlex.split(text) if word.startswith(HOST)]


def test_commands_ask_for_the_filter_on_screen_and_the_record(routes):
    asked = paths(code_snippets.curl(HOST, FILES))
    assert [path.partition("?")[0] for path in asked] == [
        "/download/cities.geojson",
        "/download/projects.csv",
        "/download/cities.metadata.json",
    ]
    for path in asked:
        assert ask(routes, path).status == 200
    record = ask(routes, asked[-1]).json()
    assert record["query"]["parameters"] == WANTED.to_query()


def test_nothing_of_a_search_can_run_in_a_shell():
    [command, *_] = code_snippets.curl(HOST, FILES).splitlines()
    address = command.removeprefix("curl -OJ ")
    assert not set(address[1:-1]) & set("\"'`$\\!\n")


@pytest.mark.parametrize("layer", LAYERS)
def test_script_is_python_that_reads_each_layer(layer):
    tree = ast.parse(code_snippets.python(HOST, [(layer, WANTED, "")]))
    [assignment] = [node for node in tree.body if isinstance(node, ast.Assign)]
    assert assignment.targets[0].id == layer
    [url] = [node.value for node in ast.walk(assignment) if isinstance(node, ast.Constant)]
    assert url.startswith(f"{HOST}/download/{layer}.")
    imported = {name.asname for node in tree.body for name in getattr(node, "names", [])}
    assert imported == ({"gpd"} if LAYERS[layer].geometry else {"pd"})


def test_addresses_for_qgis_are_flatgeobuf_and_csv():
    first, second = code_snippets.qgis(HOST, FILES).splitlines()
    assert first.startswith(f"{HOST}/download/cities.fgb?country=IDN")
    assert second.startswith(f"{HOST}/download/projects.csv?country=IDN")


def test_host_is_that_of_the_readers_address():
    assert (
        code_snippets.origin("https://a.example:8443/app/explore?q=x") == "https://a.example:8443"
    )
    assert code_snippets.origin(None) == code_snippets.origin("") == "http://localhost:8501"


def test_layer_is_offered_in_every_format_with_its_rows():
    offered = layer_files("cities", Filter(countries=("IDN",)), "Cities")
    assert 'data-title="Cities"' in offered
    assert 'data-rows="6 rows"' in offered
    assert (
        'data-files="geojson,csv,xlsx,parquet,gpkg,fgb,geojsons,metadata.json '
        '/download/cities.*?country=IDN"' in offered
    )
    assert "geojson" not in layer_files("projects", Filter(), "Projects")


def test_explore_shows_how_to_use_its_rows_elsewhere(open_page):
    app = open_page("explore", country="IDN", panel="download")
    assert not app.exception
    codes = [unescape(code) for code in re.findall(r"<pre>([^<]+)</pre>", page_html(app))]
    assert any("curl -OJ" in code and "cities.geojson?country=IDN" in code for code in codes)
    assert any("gpd.read_file" in code for code in codes)
    assert any(code.endswith("/ogc") for code in codes)
