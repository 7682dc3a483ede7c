"""What the head of an address' HTML says: canonical address, languages, preview, data sets."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest

import dashboard.server
from dashboard.settings import current_settings
from geo.schema import LAYERS
from tests.dashboard.asgi import ask


class _Head(HTMLParser):
    """Elements of a page as a chat client reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, list[str]] = {}
        self.links: list[dict[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" and "content" in values:
            name = values.get("property") or values.get("name", "")
            self.meta.setdefault(name, []).append(values["content"])
        if tag == "link":
            self.links.append(values)

    def link(self, **wanted):
        return [one["href"] for one in self.links if wanted.items() <= one.items()]


def read(address: str, **headers: str) -> _Head:
    return _Head(ask(dashboard.server.app, address, **headers).content.decode())


@pytest.fixture
def public_url(monkeypatch):
    monkeypatch.setenv("DASHBOARD_PUBLIC_URL", "https://cities.example.org/asean")
    current_settings.cache_clear()
    yield "https://cities.example.org/asean"
    monkeypatch.undo()
    current_settings.cache_clear()


def test_address_names_itself_and_its_languages():
    head = read("/city?city=da-nang&lang=id&utm_source=chat")
    base = "http://testserver/city?city=da-nang"
    assert head.link(rel="canonical") == [f"{base}&lang=id"]
    assert head.link(rel="alternate", hreflang="en") == [f"{base}&lang=en"]
    assert head.link(rel="alternate", hreflang="id") == [f"{base}&lang=id"]
    assert head.link(rel="alternate", hreflang="x-default") == [base]


def test_address_without_a_language_is_canonical_in_all():
    for accepted in ("en", "id"):
        head = read("/", accept_language=accepted)
        assert head.link(rel="canonical") == ["http://testserver/"]


def test_cards_show_title_sentence_and_picture():
    meta = read("/country?country=IDN&lang=id").meta
    assert meta["og:title"] == ["Indonesia · Profil negara · Kota Cerdas ASEAN"]
    assert meta["og:description"] == meta["description"]
    assert meta["og:image"] == ["http://testserver/maps/country.png?country=IDN&size=card&lang=id"]
    assert meta["og:locale"] == ["id_ID"]
    assert meta["og:locale:alternate"] == ["en_US"]
    assert meta["twitter:card"] == ["summary_large_image"]


def test_settings_name_the_address_whatever_the_host_header_says(public_url):
    head = read("/explore", host="evil.example")
    assert head.link(rel="canonical") == [f"{public_url}/explore"]
    assert head.meta["og:image"][0].startswith(f"{public_url}/maps/explore.png")
    assert "evil.example" not in json.dumps([head.meta, head.links])


def test_page_opens_without_preview_for_a_host_that_is_none():
    answer = ask(dashboard.server.app, "/explore", host='"><script>')
    page = answer.content.decode()
    assert (answer.status, "og:title" in page) == (200, False)
    assert "<title>ASEAN Smart Cities</title>" in page


def test_what_an_address_holds_is_escaped():
    page = ask(
        dashboard.server.app, "/explore?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    ).content.decode()
    assert "<script>alert" not in page
    canonical = re.search(r'rel="canonical" href="([^"]*)"', page)
    assert canonical
    assert unescape(canonical[1]).startswith("http://testserver/explore?q=%22%3E%3Cscript")


def _json_ld(page: str) -> dict[str, object]:
    return json.loads(page.partition('<script type="application/ld+json">')[2].partition("<")[0])


def test_data_page_describes_every_layer_and_an_open_one_in_full():
    every = _json_ld(ask(dashboard.server.app, "/data").content.decode())
    assert every["@type"] == "DataCatalog"
    names = [one["url"].partition("layer=")[2] for one in every["dataset"]]
    assert set(names) >= set(LAYERS)
    for one in every["dataset"]:
        assert 50 <= len(one["description"]) <= 5_000
        assert one["license"]
    full = _json_ld(ask(dashboard.server.app, "/data?layer=country_years&lang=id").content.decode())
    assert (full["@type"], full["inLanguage"]) == ("Dataset", "id")
    assert full["temporalCoverage"] == "1950/2050" or "/" in full["temporalCoverage"]
    assert {one["encodingFormat"] for one in full["distribution"]} >= {"text/csv"}
    assert "iso3" in full["variableMeasured"]


def test_only_the_data_page_carries_data_sets_and_after_its_scripts():
    assert b"ld+json" not in ask(dashboard.server.app, "/").content
    page = ask(dashboard.server.app, "/data").content.decode()
    assert page.index('<script type="module"') < page.index('<script type="application/ld+json">')
    assert read("/data").link(type="application/ld+json") == ["./catalog.json"]


def test_policy_allows_no_script_for_it():
    policies = {
        ask(dashboard.server.app, path).headers["content-security-policy"]
        for path in ("/", "/data", "/city?city=dili")
    }
    assert len(policies) == 1
    assert "unsafe-inline" not in policies.pop().partition("style-src")[0]
