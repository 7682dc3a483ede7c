"""``/ogc``: documents, formats, caching, wrong questions, pages that run nothing."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dashboard.server
from dashboard.data.current import layer_reloader
from dashboard.web.http import ONE_MINUTE
from dashboard.web.routes.ogc_html import POLICY
from geo.layers.atomic_write import write_bytes
from geo.layers.files import encode
from geo.ogc.collection import Collections
from geo.ogc.service import Service
from geo.schema import LAYERS
from tests.dashboard.asgi import ask
from tests.examples import examples

CITIES = "/ogc/collections/cities"

DOCUMENTS = (
    "/ogc",
    "/ogc/",
    "/ogc/conformance",
    "/ogc/openapi",
    "/ogc/collections",
    CITIES,
    f"{CITIES}/queryables",
    f"{CITIES}/schema",
    f"{CITIES}/item-schema",
    f"{CITIES}/items",
    f"{CITIES}/items/dili",
    "/ogc/collections/projects/items?limit=3",
)

each_document = pytest.mark.parametrize("path", DOCUMENTS)


def with_(path: str, query: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{query}"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/ogc", "application/json"),
        ("/ogc/openapi", "application/vnd.oai.openapi+json;version=3.0"),
        (f"{CITIES}/items", "application/geo+json"),
        (f"{CITIES}/items/dili", "application/geo+json"),
        (f"{CITIES}/schema", "application/schema+json"),
        (f"{CITIES}/items?f=html", "text/html; charset=utf-8"),
    ],
)
def test_document_has_its_media_type(path, media_type, routes):
    answer = ask(routes, path)
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)


@pytest.mark.parametrize(
    ("accept", "start"),
    [
        ("*/*", "application/geo+json"),
        ("application/geo+json, application/json", "application/geo+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json;q=0.5, text/html", "text/html"),
        ("application/ld+json", "application/geo+json"),
        ("text/html;q=0", "application/geo+json"),
        ("text/html;q=many, image/png;;", "application/geo+json"),
        (",;q=1", "application/geo+json"),
    ],
)
def test_accept_header_decides_the_format_when_the_address_does_not(accept, start, routes):
    answer = ask(routes, f"{CITIES}/items", accept=accept)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(start)
    assert "accept" in {part.strip().lower() for part in answer.headers["vary"].split(",")}


@pytest.mark.parametrize("path", DOCUMENTS[2:11])
def test_slash_at_the_end_of_an_address_changes_nothing(path, routes):
    answer = ask(routes, f"{path}/")
    assert (answer.status, answer.body) == (200, ask(routes, path).body)


@each_document
def test_gzip_and_validators_are_as_on_the_other_routes(path, routes):
    plain, zipped = ask(routes, path), ask(routes, path, accept_encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert plain.headers["cache-control"] == ONE_MINUTE
    assert plain.headers["etag"] != zipped.headers["etag"]
    again = ask(routes, path, if_none_match=plain.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_validator_is_one_for_each_query_format_and_host(routes):
    asked = [
        ask(routes, path, host=host).headers["etag"]
        for path in (CITIES, with_(CITIES, "f=html"), with_(CITIES, "f=html&lang=id"))
        for host in ("one", "two")
    ]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("host", ["asean.example:8501", "[::1]"])
@each_document
def test_links_lead_to_the_host_that_was_asked(path, host, routes):
    text = ask(routes, path, host=host).content.decode()
    assert (f'"http://{host}/ogc' in text) == (path != "/ogc/conformance")
    assert "testserver" not in text


def test_links_keep_scheme_and_prefix_that_the_server_was_told_of(routes):
    async def behind_a_proxy(scope, receive, send):
        forwarded = {"scheme": "https", "root_path": "/asean", "path": f"/asean{scope['path']}"}
        await routes({**scope, **forwarded}, receive, send)

    links = ask(behind_a_proxy, f"{CITIES}/items").json()["links"]
    assert links[-1]["href"] == "https://testserver/asean/ogc/collections/cities"


def test_forwarded_headers_that_the_server_does_not_trust_change_no_link(routes):
    forged = {"x_forwarded_host": "evil.example", "x_forwarded_proto": "https"}
    assert b"evil" not in ask(routes, "/ogc", forwarded="host=evil.example", **forged).body


WRONG = (
    ("limit=0", "limit"),
    ("limit=many", "limit"),
    ("limit=-1", "limit"),
    ("limit=", "limit"),
    ("limit=1.5", "limit"),
    ("limit=٣", "limit"),
    ("limit=1&limit=2", "twice"),
    ("offset=-1", "offset"),
    ("offset=1e3", "offset"),
    (f"offset={'9' * 40}", "offset"),
    ("bbox=1,2,3", "bbox"),
    ("bbox=a,b,c,d", "bbox"),
    ("bbox=0,10,1,5", "bbox"),
    ("bbox=nan,0,1,1", "bbox"),
    ("bbox-crs=http://www.opengis.net/def/crs/OGC/1.3/CRS84", "without bbox"),
    ("overdue=1", "no parameter 'overdue'"),
    ("due_before=2026", "no parameter 'due_before'"),
    ("bbox=0,0,1,1&bbox-crs=EPSG:3857", "bbox-crs"),
    ("crs=", "crs"),
    ("crs=http://www.opengis.net/def/crs/EPSG/0/99999", "crs"),
    ("datetime=soon", "datetime"),
    ("sortby=", "sortby"),
    ("sortby=river", "'river'"),
    ("sortby=--name", "sortby"),
    ("properties=river", "'river'"),
    ("properties=", "properties"),
    ("skipGeometry=perhaps", "skipGeometry"),
    ("resulttype=all", "resulttype"),
    ("filter=name%20%3D", "too early"),
    ("filter=river%20%3D%201", "'river'"),
    ("filter=name%3D'x'&filter-lang=cql2-json", "filter-lang"),
    ("filter-crs=EPSG:4326", "filter-crs"),
    ("population=many", "population"),
    ("colour=red", "'colour'"),
    ("f=xml", "'xml'"),
    ("f=jsonld", "json, html"),
    ("f=", "f: ''"),
)


@pytest.mark.parametrize(("query", "named"), WRONG)
def test_wrong_question_is_one_sentence_that_names_what_is_wrong(query, named, routes):
    answer = ask(routes, f"{CITIES}/items?{query}")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    detail = answer.json()["detail"]
    assert named in detail
    assert detail.endswith(".")
    assert "\n" not in detail
    assert len(detail) < 1_500


@pytest.mark.parametrize("path", DOCUMENTS[:11])
def test_unknown_parameter_is_refused_everywhere(path, routes):
    assert "'colour'" in ask(routes, with_(path, "colour=red")).json()["detail"]


@pytest.mark.parametrize("host", ['"><script>', "a b", "[::1", "host:port", "a/b"])
def test_host_that_is_none_is_refused(host, routes):
    assert ask(routes, "/ogc", host=host).status == 400


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/ogc/collections/rivers", "'rivers'"),
        ("/ogc/collections/rivers/items", "'rivers'"),
        ("/ogc/collections/rivers/items/1", "'rivers'"),
        ("/ogc/collections/rivers/schema", "'rivers'"),
        (f"{CITIES}/items/atlantis", "'atlantis'"),
        ("/ogc/processes", "/ogc/processes"),
    ],
)
def test_what_is_not_there_is_404_in_one_sentence(path, named, routes):
    answer = ask(routes, path)
    assert answer.status == 404
    assert named in answer.json()["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(method, routes):
    assert ask(routes, f"{CITIES}/items", method=method).status == 405


def test_item_is_found_by_an_id_with_any_character(routes, layers):
    collection = Collections(layers)["project_renames"]
    for id_ in collection.ids:
        answer = ask(routes, f"/ogc/collections/project_renames/items/{quote(str(id_), safe='')}")
        assert answer.json()["id"] == id_


def test_page_of_an_item_leads_to_itself_in_other_formats(routes, layer_copy, layers):
    context = layers.geo("context").copy()
    context.loc[0, "name"] = "A/b? c#d"
    content = encode(context, LAYERS["context"], layers.info("context"))
    write_bytes(layer_copy / "context.parquet", content)
    page = ask(routes, "/ogc/collections/context/items/A%2Fb%3F%20c%23d?f=html").content.decode()
    at = re.search(r'href="http://testserver([^"]+)" type="application/json"', page).group(1)
    assert ask(routes, at).json()["id"] == "A/b? c#d"


def test_replaced_layer_is_served_without_a_new_start(routes, layer_copy, layers):
    address = f"{CITIES}/items/dili"
    before = ask(routes, address)
    cities = layers.geo("cities").copy()
    cities.loc[cities["city_id"] == "dili", "name"] = "Díli"
    content = encode(cities, LAYERS["cities"], layers.info("cities"))
    (layer_copy / "build_report.json").unlink()
    write_bytes(layer_copy / "cities.parquet", content)
    layer_reloader().poll()
    after = ask(routes, address, if_none_match=before.headers["etag"])
    assert before.json()["properties"]["name"] == "Dili"
    assert after.json()["properties"]["name"] == "Díli"


def test_damaged_layer_is_told_of_and_hides_no_other(routes, layer_copy):
    (layer_copy / "cities.parquet").write_bytes(b"no Parquet")
    names = {each["id"] for each in ask(routes, "/ogc/collections").json()["collections"]}
    assert names == set(LAYERS) - {"cities"}
    answer = ask(routes, f"{CITIES}/items")
    assert answer.status == 503
    assert "cities.parquet" in answer.json()["detail"]


class _Tags(HTMLParser):
    """What a page has besides text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.fetched: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        given = dict(attrs)
        if tag != "a":
            self.fetched += [given[name] for name in ("src", "href") if name in given]


@each_document
@pytest.mark.parametrize("lang", ["en", "id"])
def test_page_runs_nothing_and_asks_no_other_host(path, lang, routes):
    answer = ask(routes, with_(path, f"f=html&lang={lang}"))
    assert answer.status == 200
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["content-language"] == lang
    page = answer.content.decode()
    assert f'<html lang="{lang}">' in page
    read = _Tags()
    read.feed(page)
    assert not read.tags & {"script", "iframe", "img", "form", "object"}
    assert all(at.startswith(("http://testserver/style.css?", "data:,")) for at in read.fetched)


def test_names_with_markup_are_shown_as_text(routes, layer_copy, layers):
    nasty = "<script>alert('x')</script>\"&"
    cities = layers.geo("cities").copy()
    cities.loc[cities["city_id"] == "dili", ["name", "country"]] = nasty
    content = encode(cities, LAYERS["cities"], layers.info("cities"))
    write_bytes(layer_copy / "cities.parquet", content)
    for path in (f"{CITIES}/items?city_id=dili&f=html", f"{CITIES}/items/dili?f=html"):
        page = ask(routes, path).content.decode()
        assert "<script" not in page
        assert "&lt;script&gt;alert(&#39;x&#39;)" in page


def test_query_with_markup_is_shown_as_text(routes):
    query = quote('"><script>alert(1)</script>')
    page = ask(routes, f"{CITIES}/items?name={query}&f=html").content.decode()
    assert "<script" not in page


def test_page_links_to_the_pages_before_and_after_it_in_its_language(routes):
    page = ask(routes, f"{CITIES}/items?limit=5&offset=10&iso3=IDN&f=html&lang=id").content.decode()
    turns = re.findall(r'<a href="([^"]+)" rel="(prev|next)">', page)
    assert {rel for _, rel in turns} == {"prev"}
    assert "offset=5&amp;f=html&amp;lang=id" in turns[0][0]
    assert "iso3=IDN" in turns[0][0]


def test_shell_of_the_dashboard_leaves_the_pages_of_the_service_alone():
    page = ask(dashboard.server.app, "/ogc", accept="text/html", accept_encoding="gzip")
    assert page.headers["content-encoding"] == "gzip"
    assert b"__streamlit" not in page.content
    assert b"<h1>Live service</h1>" in page.content


_TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "0", "-1", "1e400", "nan", "null", "true", "'", '"', "%", "\0", "../..", "IDN"]
    ),
)


def _valid(schema: dict) -> st.SearchStrategy[str]:
    """Values as the OpenAPI document describes them."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"]).map(str)
    if schema["type"] == "integer":
        return st.integers(schema.get("minimum", -5), schema.get("maximum", 20_000)).map(str)
    if schema["type"] == "number":
        return st.floats().map(str)
    if schema["type"] == "boolean":
        return st.sampled_from(["true", "false"])
    if schema["type"] == "array":
        minimum, maximum = schema.get("minItems", 0), schema.get("maxItems", 4)
        return st.lists(_valid(schema["items"]), min_size=minimum, max_size=maximum).map(",".join)
    return st.text(max_size=12)


_DOCUMENT = (
    Service(Collections(dashboard.data.current.source_catalogue()), "http://h/ogc")
    .openapi()
    .content
)


@st.composite
def _requests(draw: st.DrawFn) -> str:
    """An address from the OpenAPI document, with parameters right and wrong."""
    path = draw(st.sampled_from(list(_DOCUMENT["paths"])))
    operation = _DOCUMENT["paths"][path]["get"]
    given = [
        _DOCUMENT["components"]["parameters"][each["$ref"].rpartition("/")[2]]
        if "$ref" in each
        else each
        for each in operation["parameters"]
    ]
    if "{featureId}" in path:
        path = path.replace("{featureId}", quote(draw(_TEXT), safe=""))
    asked = draw(
        st.lists(st.sampled_from([each for each in given if each["in"] == "query"]), max_size=4)
    )
    pairs = [
        f"{each['name']}={quote(draw(st.one_of(_valid(each['schema']), _TEXT)), safe='')}"
        for each in asked
    ]
    return f"/ogc{path}?{'&'.join(pairs)}"


@settings(max_examples=examples(250))
@given(address=_requests())
def test_no_request_fails_or_takes_long(address, routes):
    started = time.process_time()  # other processes may be busy
    answer = ask(routes, address)
    assert answer.status in {200, 400, 404}
    assert time.process_time() - started < 5
    if answer.status != 200:
        assert answer.json()["detail"].endswith(".")


_NAMES = ("name", "population", "iso3", "geometry", "'x'", "''", '"name"', "5", "1e9", "TRUE")
_SIGNS = (
    "=",
    "<>",
    "<",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    ",",
    "(",
    ")",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NULL",
)
_CALLS = (
    "DIV",
    "GEOMETRYCOLLECTION",
    "LIKE",
    "BETWEEN",
    "CASEI",
    "BBOX",
    "POINT",
    "POLYGON",
    "S_INTERSECTS",
    "S_TOUCHES",
)
_WORDS = st.sampled_from(_NAMES + _SIGNS + _CALLS)


@settings(max_examples=examples(150))
@given(words=st.lists(_WORDS, max_size=9))
def test_no_filter_fails(words, routes):
    answer = ask(routes, f"{CITIES}/items?limit=1&filter={quote(' '.join(words))}")
    assert answer.status in {200, 400}
