"""Malicious requests never cause a server error, read other files or inject headers."""

from __future__ import annotations

import random
from collections.abc import Mapping
from urllib.parse import quote

import pytest

import dashboard.server
from dashboard.maps.source_urls import Drawing
from dashboard.pages.city.state import city_codec
from dashboard.pages.compare.state import compare_codec
from dashboard.pages.country.state import country_codec
from dashboard.pages.data.state import DATA_CODEC
from dashboard.pages.explore.state import explore_codec
from dashboard.pages.network.state import network_codec
from dashboard.pages.plans.state import plans_codec
from dashboard.pages.urbanisation.state import UrbanisationCodec, known_years
from dashboard.pages.url_state import Codec
from geo.analysis.filter import PARAMETERS, Filter
from geo.analysis.network import network_years
from geo.errors import QueryError
from geo.layers.catalogue import Catalogue
from tests.dashboard.app_fixtures import addresses
from tests.dashboard.asgi import Answer, ask

WAYS_OUT = (
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/%252e%252e%252fetc%252fpasswd",
    "/..%5c..%5cetc%5cpasswd",
    "/....//....//etc/passwd",
    "/%2fetc%2fpasswd",
    "/%c0%ae%c0%ae/etc/passwd",
    "%00.csv",
    "/pyproject.toml",
    "/dashboard/server.py",
    ";/etc/passwd",
)

QUERIES = (
    "url=http://169.254.169.254/latest/meta-data/&layer=file:///etc/passwd",
    "q=%0d%0aSet-Cookie:%20hostile=1&city=%0d%0aX-Hostile:%201&lang=%0d%0aX-Hostile:1",
    "&".join(f"city=jakarta{number}" for number in range(300)),
    "country=" + "IDN," * 1_500,
    "bbox=nan,nan,inf,-inf&near=9e999,1&within=1e400&limit=99999999999999999999&offset=-1",
    "q=%00%01%ff%fe&v=%F0%9F%98%80&theme=../../x&lang=../id",
    "%=%&&&==&;;&q",
    "q=' OR 1=1 --&filter=1);DROP TABLE cities&city=${7*7}{{7*7}}<script>",
    "f=../../etc/passwd&crs=http://evil.example/crs&datetime=9999999/..&ids=[]",
)

METHODS = ("TRACE", "CONNECT", "PROPFIND", "PATCH", "POST", "DELETE", "get", "G<T", "X" * 40)


def check(answer: Answer, what: str) -> None:
    assert answer.status < 500, what
    assert b"root:x:0" not in answer.body, what
    assert b"[project]" not in answer.body, what
    assert b"def _say_error" not in answer.body, what
    assert not {"x-hostile"} & set(answer.headers), what
    assert "hostile" not in answer.headers.get("set-cookie", ""), what
    assert "\n" not in "".join(answer.headers.values()), what


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_way_out_of_any_route_leads_to_a_file(way):
    for route in addresses():
        path = route.rstrip("/") + way
        check(ask(dashboard.server.app, path), path)


@pytest.mark.parametrize("query", QUERIES)
def test_no_query_of_any_route_is_a_fault(query):
    for path in addresses():
        url = f"{path}?{quote(query, safe='%&=;:/.,-+*<>(){}$')}"
        check(ask(dashboard.server.app, url), url)


@pytest.mark.parametrize("method", METHODS)
def test_no_method_of_any_route_is_a_fault(method):
    for path in addresses():
        check(ask(dashboard.server.app, path, method, body=b"\x00{"), f"{method} {path}")


@pytest.mark.parametrize("place", ["name", "layer.csv", "jakarta", "%0d%0aX-Hostile:1"])
def test_what_names_a_file_to_save_is_no_header_of_the_readers(place):
    for start in ("/download/cities.csv?q=", "/charts/projects.svg?q=", "/briefing/"):
        check(
            ask(dashboard.server.app, f"{start}{place}%22%0d%0aX-Hostile:1%0d%0a%0d%0a.pdf"), place
        )


RUNS = 10_000

_STRANGE = (
    *("", "0", "1", "-1", "nan", "inf", "1e309", "2018", "1950", "٣", "²", "1.5", "0x10", "None"),
    *(
        ",",
        ",,,",
        "a,b",
        "all",
        "%00",
        "\x00",
        "\n",
        "\r\nX: 1",
        "é" * 40,
        "😀",
        "‮",
        "'",
        '"',
        "{}",
    ),
    *("{name}", "<b>", "../..", "file:///etc/passwd", "IDN", "IDN,PHL", "idn", "jakarta,manila"),
    *("2018 WUP", "projects", "charts", "selection", "planned", "5,105,-8,120", "x" * 300),
)


def queries(names: tuple[str, ...], values: tuple[str, ...]) -> list[dict[str, str]]:
    """Random queries of a page, the same ones each time."""
    chance = random.Random(20_180_428)
    known, pool = (*names, "lang", "", "naïve", "__class__"), (*_STRANGE, *values)
    return [
        {chance.choice(known): chance.choice(pool) for _ in range(chance.randint(0, 4))}
        for _ in range(RUNS)
    ]


@pytest.fixture(scope="module")
def page_codecs(layers: Catalogue) -> Mapping[str, Codec[object]]:
    """The codec of each page with the committed layers."""
    cities, years = list(layers["cities"]["city_id"]), known_years(layers)
    return {
        "explore": explore_codec(cities, years.shares),
        "compare": compare_codec(cities),
        "plans": plans_codec(cities, set(layers["projects"]["project_id"])),
        "city": city_codec(cities),
        "country": country_codec(list(layers["countries"]["iso3"])),
        "urbanisation": UrbanisationCodec(years),
        "network": network_codec(network_years(layers["governance"]), cities),
        "data": DATA_CODEC,
    }


@pytest.mark.parametrize(
    "page",
    ["explore", "compare", "plans", "city", "country", "urbanisation", "network", "data"],
)
def test_any_query_of_a_page_is_a_state_and_sentences(page, page_codecs, layers):
    codec = page_codecs[page]
    values = tuple(layers["cities"]["city_id"])[:5]
    for query in queries(codec.parameters, values):
        page_state, problems = codec.from_query(query)
        assert all(message.endswith(".") and len(message) < 1_500 for message in problems), query
        again, none = codec.from_query(codec.to_query(page_state))
        assert none == (), query
        # These two show nothing for an unknown id; that state has no URL of its own.
        none_shown = page in ("city", "country") and page not in codec.to_query(page_state)
        assert again == page_state or none_shown, query


def test_any_query_of_a_route_is_a_filter_or_one_sentence(layers):
    cities = list(layers["cities"]["city_id"])
    for query in queries((*PARAMETERS, "detail", "size", "zoom", "window"), tuple(cities[:5])):
        for read in (lambda q: Filter.from_query(q, cities), Drawing.from_query):
            try:
                read(query)
                message = "."
            except QueryError as wrong:
                message = str(wrong)
            assert message.endswith("."), query
