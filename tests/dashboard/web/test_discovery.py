"""What other programs read first: robots.txt, site map, security.txt, catalogue, feed, OpenAPI."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

import dashboard.server
from dashboard.discovery import feed
from dashboard.navigation import PAGES
from dashboard.settings import current_settings
from dashboard.web import openapi
from geo import export
from geo.layers.files import LAYERS_DIR
from geo.layers.history import HISTORY, decode
from geo.schema import LAYERS
from tests.dashboard.asgi import ask

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def setting(monkeypatch):
    def change(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"DASHBOARD_{name.upper()}", value)
        current_settings.cache_clear()

    yield change
    monkeypatch.undo()
    current_settings.cache_clear()


def test_robots_find_the_site_map_and_leave_parts_alone(routes):
    text = ask(routes, "/robots.txt").content.decode()
    assert text.endswith("Sitemap: http://testserver/sitemap.xml\n")
    assert "Disallow: /labels/" in text
    assert "Disallow: /\n" not in text


def test_robots_are_let_in_nowhere_with_sign_in(setting, routes):
    secret = "x" * 40
    setting(
        signin="oidc",
        oidc_discovery="https://id.example.org/.well-known/openid-configuration",
        oidc_client_id="a",
        oidc_client_secret=secret,
        oidc_redirect="https://example.org/oauth2callback",
        cookie_secret=secret,
        allowed="*",
    )
    assert ask(routes, "/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_security_contact_is_that_of_the_settings(setting, routes):
    setting(contact="mailto:cities@example.org", public_url="https://example.org/cities")
    answer = ask(routes, "/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer.headers["content-type"].startswith("text/plain; charset=utf-8")
    assert fields["Contact"] == "mailto:cities@example.org"
    assert fields["Canonical"] == "https://example.org/cities/.well-known/security.txt"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=100) < expires - datetime.now(UTC) < timedelta(days=365)


def test_without_a_contact_there_is_no_security_txt(routes):
    answer = ask(routes, "/.well-known/security.txt")
    assert answer.status == 404
    assert "DASHBOARD_CONTACT" in answer.json()["detail"]


def test_site_map_has_pages_cities_countries_and_layers_in_every_language(routes, layers):
    answer = ask(routes, "/sitemap.xml")
    urls = list(ET.fromstring(answer.content))
    located = [url.findtext(f"{SITEMAP}loc") for url in urls]
    expected = len(PAGES) + len(layers["cities"]) + len(layers["countries"]) + len(layers.layers)
    assert len(located) == len(set(located)) == 2 * expected
    assert "http://testserver/city?city=da-nang&lang=id" in located
    assert "http://testserver/data?layer=cities&lang=en" in located
    for url in urls:
        alternates = {one.get("hreflang"): one.get("href") for one in url.iter(f"{XHTML}link")}
        assert set(alternates) == {"en", "id", "x-default"}
        assert url.findtext(f"{SITEMAP}loc") in alternates.values()
        assert url.findtext(f"{SITEMAP}lastmod") == newest().date.isoformat()


def newest():
    return decode((LAYERS_DIR / HISTORY).read_bytes())[-1]


@pytest.mark.parametrize("lang", ["en", "id"])
def test_catalogue_has_every_layer_with_its_files(lang, routes, layers):
    answer = ask(routes, f"/catalog.json?lang={lang}")
    catalogue = answer.json()
    assert answer.headers["content-type"] == "application/ld+json"
    assert catalogue["@type"] == "dcat:Catalog"
    by_name = {one["dct:identifier"]: one for one in catalogue["dcat:dataset"]}
    assert set(by_name) == set(layers.layers) >= set(LAYERS)
    for name, dataset in by_name.items():
        assert dataset["dct:title"]["@language"] == lang
        assert dataset["dct:title"]["@value"]
        files = {one["dcat:downloadURL"]["@id"] for one in dataset["dcat:distribution"]}
        assert files == {
            f"http://testserver/download/{name}.{extension}"
            for extension in export.formats_for(layers.layers[name])
        }
        assert all(one["dct:license"] for one in dataset["dcat:distribution"])
    assert catalogue["dct:modified"] == {
        "@type": "xsd:date",
        "@value": newest().date.isoformat(),
    }


def test_catalogue_uses_no_prefix_that_its_context_lacks(routes):
    catalogue = ask(routes, "/catalog.json").json()
    prefixes = set(re.findall(r'"@?(\w+):\w+":', ask(routes, "/catalog.json").content.decode()))
    assert prefixes <= set(catalogue["@context"])


def test_feed_is_valid_atom_with_reports_and_versions_of_the_data(routes, layers):
    answer = ask(routes, "/feed.atom?lang=en")
    root = ET.fromstring(answer.content)
    assert answer.headers["content-type"] == feed.MEDIA_TYPE
    check_atom(root)
    titles = [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]
    years = [int(year) for year in layers["reports"]["report_year"]]
    for year in years:
        assert f"ASCN Monitoring & Evaluation Report {year}" in titles
    assert f"Data version {newest().version}" in titles
    assert root.findtext(f"{ATOM}updated") == f"{newest().date.isoformat()}T00:00:00Z"


def check_atom(root: ET.Element) -> None:
    """What RFC 4287 requires of a feed and its entries."""
    assert root.tag == f"{ATOM}feed"
    own = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert own["self"] == root.findtext(f"{ATOM}id")
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    parts = [root, *root.findall(f"{ATOM}entry")]
    ids = [part.findtext(f"{ATOM}id") for part in parts]
    assert len(ids) == len(set(ids))
    for part in parts:
        for required in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{required}")) == 1, required
        assert re.fullmatch(r"(https?|tag):\S+", part.findtext(f"{ATOM}id") or "")
        datetime.strptime(part.findtext(f"{ATOM}updated") or "", "%Y-%m-%dT%H:%M:%S%z")
        alternate = [one for one in part.findall(f"{ATOM}link") if one.get("rel") == "alternate"]
        assert len(alternate) == 1
    updated = [entry.findtext(f"{ATOM}updated") for entry in parts[1:]]
    assert updated == sorted(updated, reverse=True)


def test_feed_is_in_the_language_of_its_address(routes):
    english, indonesian = (ask(routes, f"/feed.atom?lang={code}").content for code in ("en", "id"))
    assert b'xml:lang="id"' in indonesian
    titles = [ET.fromstring(it).findtext(f"{ATOM}title") for it in (english, indonesian)]
    assert titles[0] != titles[1]


def test_feed_without_history_has_the_reports_alone(layers):
    entries = feed.entries(layers, ())
    assert [entry.slug for entry in entries] == [
        f"report-{year}" for year in sorted(layers["reports"]["report_year"], reverse=True)
    ]
    check_atom(ET.fromstring(feed.feed(entries, "https://example.org")))
    check_atom(ET.fromstring(feed.feed((), "https://example.org")))


def _template(path: str) -> str:
    """Path of a route without the kinds of its parameters."""
    return re.sub(r":\w+}", "}", path)


def test_openapi_has_every_route_and_no_other(layers):
    routed = {_template(route.path) for route in dashboard.server.ROUTES}
    own = {path for path in routed if path.strip("/").split("/")[0] != "ogc"}
    assert own < routed
    assert set(openapi.operations(layers)) == own


def test_openapi_refers_to_what_it_has_and_to_the_live_service(routes):
    document = ask(routes, "/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["externalDocs"]["url"] == "http://testserver/ogc/openapi"
    names = [one["get"]["operationId"] for one in document["paths"].values()]
    assert len(names) == len(set(names))
    tags = {one["name"] for one in document["tags"]}
    for path, one in document["paths"].items():
        get = one["get"]
        assert set(get["tags"]) <= tags
        in_path = {it["name"] for it in get["parameters"] if it.get("in") == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path)), path
        for reference in re.findall(r"'\$ref': '#/([^']+)'", str(get)):
            part = document
            for key in reference.split("/"):
                part = part[key]


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("/search.json", "/search.json?q=flood"),
        ("/charts/{name}.{extension}", "/charts/support.svg"),
        ("/tables/{name}.{extension}", "/tables/cities.csv"),
        ("/download/{layer}.{extension}", "/download/cities.geojson"),
        ("/download/{layer}.metadata.json", "/download/cities.metadata.json"),
        ("/layers/{name}.geojson", "/layers/cities.geojson"),
        ("/cite/{kind}/{name}", "/cite/layers/cities"),
        ("/cite/{kind}/{name}.bib", "/cite/layers/cities.bib"),
        ("/maps/{name}.{extension}", "/maps/dili.svg"),
        ("/feed.atom", "/feed.atom"),
        ("/catalog.json", "/catalog.json"),
        ("/openapi.json", "/openapi.json"),
        ("/sitemap.xml", "/sitemap.xml"),
        ("/healthz", "/healthz"),
        ("/charts/definitions-of-urban.{extension}", "/charts/definitions-of-urban.png"),
    ],
)
def test_routes_answer_as_openapi_says(template, address, routes, layers):
    declared, answer = openapi.operations(layers)[template], ask(routes, address)
    assert answer.status == declared.status
    media_type = answer.headers.get("content-type", "").partition("; charset")[0]
    assert media_type in (declared.media_types or ("",))


@pytest.mark.parametrize("path", ["/catalog.json", "/feed.atom", "/sitemap.xml", "/openapi.json"])
def test_unknown_parameters_are_refused_and_copies_kept_for_a_minute(path, routes):
    assert ask(routes, f"{path}?colour=red").status == 400
    first = ask(routes, path)
    assert first.headers["cache-control"] == "public, max-age=60"
    assert ask(routes, path, if_none_match=first.headers["etag"]).status == 304


def test_pages_of_other_sites_may_read_catalogue_and_feed():
    for path in ("/catalog.json", "/feed.atom", "/openapi.json"):
        headers = ask(dashboard.server.app, path, origin="https://portal.example").headers
        assert headers["access-control-allow-origin"] == "*"
