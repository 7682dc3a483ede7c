"""What is shown of an address before it is opened."""

from __future__ import annotations

import pytest

from dashboard.discovery.addresses import page_path
from dashboard.discovery.head import CARD_SIZE
from dashboard.discovery.page_states import page_state
from dashboard.discovery.preview import MAX_DESCRIPTION, page_title, preview
from dashboard.i18n import languages
from dashboard.maps.picture import CARD, SIZES
from dashboard.navigation import PAGES
from geo.i18n import use_language
from tests.dashboard.asgi import ask

SHOWN = [
    ("overview", {}, "ASEAN Smart Cities", "/maps/overview.png?size=card"),
    (
        "explore",
        {"country": "IDN,PHL", "mode": "focus", "view": "120,0,4"},
        "Indonesia and Philippines · Explore · ASEAN Smart Cities",
        "/maps/explore.png?country=IDN,PHL&mode=focus&size=card&view=120,0,4",
    ),
    (
        "explore",
        {"view": "here"},
        "Explore · ASEAN Smart Cities",
        "/maps/explore.png?size=card",
    ),
    (
        "compare",
        {"city": "jakarta,manila", "wup": "2018"},
        "Jakarta and Manila · Compare · ASEAN Smart Cities",
        "/charts/projects-by-city.png?city=jakarta,manila",
    ),
    (
        "compare",
        {"city": "jakarta"},
        "Jakarta · Compare · ASEAN Smart Cities",
        "/maps/overview.png?size=card",
    ),
    (
        "plans",
        {"country": "IDN", "due": "2025", "table": "targets"},
        "Indonesia · Action plans · ASEAN Smart Cities",
        "/maps/plans.png?country=IDN&size=card",
    ),
    (
        "city",
        {"city": "jakarta", "lang": "en", "v": "152104cb591f", "utm_source": "x"},
        "Jakarta · City profile · ASEAN Smart Cities",
        "/maps/city.png?city=jakarta&size=card",
    ),
    (
        "country",
        {"country": "VNM"},
        "Viet Nam · Country profile · ASEAN Smart Cities",
        "/maps/country.png?country=VNM&size=card",
    ),
    (
        "urbanisation",
        {"year": "2050"},
        "Urbanisation · ASEAN Smart Cities",
        "/maps/urbanisation.png?year=2050&size=card",
    ),
    (
        "network",
        {"year": "2020", "part": "partners", "city": "jakarta"},
        "Network · ASEAN Smart Cities",
        "/maps/network.png?year=2020&part=partners&city=jakarta&size=card",
    ),
    (
        "data",
        {"layer": "cities"},
        "Member cities · Data · ASEAN Smart Cities",
        "/maps/overview.png?size=card",
    ),
    ("glossary", {}, "Glossary · ASEAN Smart Cities", "/maps/overview.png?size=card"),
]


@pytest.mark.parametrize(("page", "query", "title", "picture"), SHOWN)
def test_address_has_title_sentence_and_the_picture_of_its_state(
    page, query, title, picture, layers
):
    shown = preview(page, query, layers)
    assert (shown.title, shown.picture, shown.found) == (title, picture, True)
    assert title == page_title(page, query, layers)
    assert 20 < len(shown.description) <= MAX_DESCRIPTION
    assert shown.description[-1] in ".?…"
    assert not {"lang", "view", "v", "utm_source"} & set(shown.query)


def test_description_is_the_answer_of_the_page(layers):
    assert preview("city", {"city": "jakarta"}, layers).description.startswith("Jakarta, Indonesia")
    assert preview("explore", {"country": "BRN"}, layers).description.startswith("Bandar Seri")
    for page in set(PAGES) - {"compare"}:  # which needs cities for one
        assert preview(page, {}, layers).description != PAGES[page][1]


def test_equal_states_have_one_canonical_address(layers):
    asked = [{"country": "PHL,IDN"}, {"country": "PHL,IDN", "mode": "projects", "q": ""}]
    assert len({preview("explore", query, layers).path for query in asked}) == 1
    named = preview("data", {"layer": "cities"}, layers)
    assert named.path == page_path("data", {"layer": "cities"})


@pytest.mark.parametrize(
    ("page", "query"),
    [("city", {"city": "jakrta"}), ("country", {"country": "XX"}), ("data", {"layer": "nope"})],
)
def test_page_about_what_there_is_not_says_so(page, query, layers):
    shown = preview(page, query, layers)
    assert not shown.found
    assert shown.description.startswith("This link contains something we don't recognise: ")
    assert shown.picture == "/maps/overview.png?size=card"


@pytest.mark.parametrize("page", PAGES)
def test_preview_is_in_the_language_of_the_user(page, layers):
    english = preview(page, {}, layers)
    with use_language(languages()["id"]):
        indonesian = preview(page, {}, layers)
    assert indonesian.title != english.title
    assert indonesian.description != english.description
    assert indonesian.picture.endswith("&lang=id")


@pytest.mark.parametrize(("page", "query", "title", "picture"), SHOWN)
def test_picture_is_one_that_the_server_draws(page, query, title, picture, routes, layers):
    # The SVG is drawn from the same query, and is cheaper.
    answer = ask(routes, picture.replace(".png", ".svg"))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")


def test_picture_of_a_map_has_the_proportions_of_cards_in_chats(routes):
    svg = ask(routes, "/maps/network.svg?size=card").content.decode()
    assert 'width="1600" height="840"' in svg
    assert (1600 * SIZES[CARD].png_scale, 840 * SIZES[CARD].png_scale) == CARD_SIZE


def test_every_page_has_a_state(layers):
    for page in PAGES:
        assert page_state(page, {}, layers).problems == ()
