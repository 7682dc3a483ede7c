"""Bare pages for frames: what they show, and who may frame them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest

import dashboard.server
from dashboard.charts.registry import CHARTS, build_chart
from dashboard.maps.registry import MAPS
from dashboard.markup.embed_snippet import HEIGHTS, server_url, snippet
from dashboard.markup.theme import LIGHT
from dashboard.settings import current_settings
from dashboard.web.embed.chart_page import WIDTHS
from tests.dashboard.asgi import Answer, ask
from tests.dashboard.charts.test_registry import QUERIES, query_of


@pytest.fixture
def may_frame(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Says which sites may frame bare pages."""

    def say(sites: str) -> None:
        monkeypatch.setenv("DASHBOARD_FRAME_ANCESTORS", sites)
        current_settings.cache_clear()

    yield say
    current_settings.cache_clear()


def text(answer: Answer) -> str:
    return answer.body.decode()


@pytest.mark.parametrize("name", CHARTS)
def test_bare_chart_has_title_picture_source_and_the_way_to_its_page(name, routes, layers):
    answer = ask(routes, f"/embed/charts/{name}?theme=light&{QUERIES.get(name, '')}")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    found, page = build_chart(name, layers, query_of(name), LIGHT), unescape(text(answer))
    assert f"<h1>{found.title}</h1>" in page
    assert page.count(f'role="img" aria-label="{found.alt}"') == len(WIDTHS)
    assert f"Source: {found.source}" in page
    assert re.search(r'<a href="\.\./\.\./[^"]*" target="_blank" rel="noopener">', page)
    assert "<script" not in page


def test_bare_page_has_the_colours_of_both_themes_unless_one_is_asked_for(routes):
    counts = {
        theme: text(ask(routes, f"/embed/charts/support{query}")).count("<svg")
        for theme, query in {"auto": "", "dark": "?theme=dark"}.items()
    }
    assert counts == {"auto": 2 * len(WIDTHS), "dark": len(WIDTHS)}


def test_pictures_on_one_page_share_no_id(routes):
    page = text(ask(routes, "/embed/charts/support"))
    ids = re.findall(r'\bid="([^"]+)"', page)
    used = set(re.findall(r"url\(#([^)]+)\)", page))
    assert len(ids) == len(set(ids)) > 0
    assert used <= set(ids)


def test_bare_page_speaks_the_language_asked_for_and_keeps_it(routes):
    page = text(ask(routes, "/embed/charts/support?lang=id"))
    assert '<html lang="id"' in page
    assert "plans?lang=id" in page
    assert "Support requested in 2018" not in page


def test_search_words_stay_words(routes):
    page = text(ask(routes, "/embed/maps/explore?q=%3Cscript%3Ealert(1)%3C/script%3E"))
    assert "<script>" not in page
    assert "No member city matches this filter." in page


@pytest.mark.parametrize("name", MAPS)
def test_every_map_has_a_bare_page_with_boundary_note_and_way_to_its_page(name, routes):
    answer = ask(routes, f"/embed/maps/{name}")
    page = text(answer)
    assert answer.status == 200
    assert "imply no position on any territory" in page
    assert f'href="../../{"" if name == "overview" else name}' in page


def test_bare_map_tells_what_it_shows_in_words(routes):
    page = text(ask(routes, "/embed/maps/explore?country=BRN,SGP"))
    summary, cities = re.search(r'class="unseen"><p>(.*?)</p><ul>(.*?)</ul>', page).groups()
    assert summary.startswith("2 of 38 member cities have ")
    assert cities.count("<li>") == 2
    assert "Singapore, Singapore. Population: " in cities


@pytest.mark.parametrize("name", MAPS)
def test_deck_of_a_bare_map_is_that_of_its_page_at_the_size_of_the_frame(name, routes):
    near, far = (
        ask(routes, f"/embed/maps/{name}.json?width={size}&height={size}").json()
        for size in (1000, 250)
    )
    assert near["view"]["zoom"] == far["view"]["zoom"] + 2
    layers = [[layer["id"] for layer in json.loads(map["deck"])["layers"]] for map in (near, far)]
    assert layers[0] == layers[1]
    assert {"areas", "cities", "labels"} <= set(layers[0])


def test_deck_of_a_bare_map_keeps_filter_language_and_view(routes):
    message = ask(routes, "/embed/maps/explore.json?country=IDN&lang=id&view=106.8,-6.2,7.3").json()
    deck, view = json.loads(message["deck"]), message["view"]
    assert (view["longitude"], view["latitude"], view["zoom"]) == (106.8, -6.2, 7.25)
    [cities] = [layer for layer in deck["layers"] if layer["id"] == "cities"]
    assert "country=IDN" in cities["data"]
    assert "lang=id" in cities["data"]


@pytest.mark.parametrize("view", ["106.8,-6.2", "x", "500,0,5", "0,0,99", "nan,0,5"])
def test_view_that_is_none_is_refused(view, routes):
    answer = ask(routes, f"/embed/maps/explore.json?view={view}")
    assert answer.status == 400
    assert repr(view) in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/embed/maps/nothing", 404, "'nothing'. Available: overview, explore"),
        ("/embed/charts/nothing", 404, "'nothing'. Available: projects-by-focus-area"),
        ("/embed/tables/cities", 404, "'tables'"),
        ("/embed/charts/population", 400, "nothing to draw"),
        ("/embed/charts/support?theme=pink", 400, "'pink'"),
        ("/embed/maps/overview?country=IDN", 400, "'country'"),
        ("/embed/maps/city?city=atlantis", 400, "'atlantis'"),
        ("/embed/maps/explore?view=1", 400, "'1'"),
    ],
)
def test_wrong_address_shows_one_sentence_in_the_frame(path, status, message, routes):
    answer = ask(routes, path)
    assert answer.status == status
    assert message in unescape(text(answer))
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


def test_script_with_its_version_is_kept_for_good(routes):
    page = text(ask(routes, "/embed/maps/explore"))
    [address] = re.findall(r'src="\.\./\.\.(/embed/map\.js\?v=\w+)"', page)
    answer = ask(routes, address, accept_encoding="gzip")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


def test_font_of_bare_pages_is_one_that_the_server_has():
    style = text(ask(dashboard.server.app, "/embed/bare.css"))
    [font] = re.findall(r'url\("\.\.(/static/[^"]+)"\)', style)
    assert ask(dashboard.server.app, font).headers["content-type"] != "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/", "/explore", "/charts/support.svg", "/healthz", "/nothing"])
def test_any_other_answer_may_be_framed_by_own_pages_only(path, may_frame):
    may_frame("*")
    answer = ask(dashboard.server.app, path, accept="text/html")
    assert answer.headers["content-security-policy"].endswith("; frame-ancestors 'self'")


def test_bare_page_names_the_sites_of_the_setting_and_keeps_its_own_html(may_frame):
    may_frame("'self' https://asean.org")
    answer = ask(dashboard.server.app, "/embed/charts/support", accept="text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("; frame-ancestors 'self' https://asean.org")
    assert "__streamlit" not in text(answer)


def test_snippet_is_a_frame_with_address_title_and_height():
    message = snippet(
        "https://x.org", "charts", "population", {"city": "a,b"}, 'The "largest" & <b>'
    )
    assert 'src="https://x.org/embed/charts/population?city=a,b"' in message
    assert 'title="The &#34;largest&#34; &amp; &lt;b&gt;"' in message
    assert f'height="{HEIGHTS["charts"]}"' in message


def test_page_offers_the_snippet_of_the_map_that_it_shows(open_page):
    app = open_page("explore", country="IDN", mode="focus", panel="charts")
    codes = [code.value for code in app.code]
    assert 'src="/embed/maps/explore?country=IDN&amp;mode=focus"' in codes[0]
    assert 'src="/embed/charts/un-size-and-growth?country=IDN"' in codes[-1]


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("https://x.org/", "https://x.org"),
        ("https://x.org/explore?q=a/b", "https://x.org"),
        ("https://x.org/cities/explore", "https://x.org/cities"),
    ],
)
def test_snippet_names_the_server_of_the_page(page, address):
    assert server_url(page) == address
