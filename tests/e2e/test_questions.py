"""Ten questions of analysts, each answered by one address."""

from __future__ import annotations

import json
import urllib.request

import pytest

from tests.e2e.conftest import OpenWindow

ANSWERS = {
    "large cities without a flood or water project": (
        "explore?without_q=flood,+water&population=1000000..&panel=cities",
        (
            "14 of 38 member cities",
            "Included because the words appear only in other texts: Ho Chi Minh City",
        ),
    ),
    "Indonesian projects completed since 2024, and who paid": (
        "explore?country=IDN&completed_since=2024&panel=projects",
        ("1 completed",),
    ),
    "most like Makassar, and what to learn from them": (
        "city?city=makassar",
        ("Most similar member cities", "UN city", "completed"),
    ),
    "Davao in 2035, and how sure": (
        "city?city=davao-city",
        ("How sure are the projections?", "WUP 2018", "WUP 2025"),
    ),
    "three Malaysian cities side by side": (
        "compare?city=seberang-perai,ipoh,johor-bahru",
        ("Seberang Perai", "Ipoh", "Johor Bahru", "Density"),
    ),
    "what Phnom Penh promised in 2018, and what became of it": (
        "city?city=phnom-penh",
        ("Dated promises", "Fell due"),
    ),
    "what is overdue": (
        "plans?promise=ongoing,without_word",
        ("fell due by 2025", "Fell due, listed as ongoing"),
    ),
    "which projects are overdue, on the map": (
        "explore?overdue=1&panel=projects",
        ("12 of 38 member cities have 12 projects listed in 2025",),
    ),
    "cities within 200 km of Bangkok": (
        "explore?near=bangkok&within=200",
        ("3 of 38 member cities", "within 200 km of Bangkok"),
    ),
}
"""Question -> address, and what the page says. What is overdue has two; two more are files, see
below."""


@pytest.mark.parametrize("question", ANSWERS)
def test_question_is_answered_by_an_address(question: str, window: OpenWindow) -> None:
    address, said = ANSWERS[question]
    page = window(maps="near=" in address).open(f"{address}&lang=en")
    text = page.locator('[data-testid="stMain"]').inner_text()
    assert [words for words in said if words not in text] == []
    assert page.locator('[data-testid="stAlert"]').count() == 0


def test_file_of_cities_counts_the_projects_that_pass(window: OpenWindow) -> None:
    tab = window()
    query = "country=THA,VNM&focus=built-infrastructure"
    page = tab.open(f"explore?{query}&panel=download&lang=en")
    headline = tab.headline()
    path = f"/download/cities.geojson?{query}"
    assert page.get_by_role("dialog").locator(f'a[href=".{path}"]').count() == 1
    with urllib.request.urlopen(tab.server + path) as answer:
        features = json.load(answer)["features"]
    assert headline.startswith(f"{len(features)} of 38 member cities")
    projects = sum(feature["properties"]["projects"] for feature in features)
    assert f"{projects} projects listed in 2025" in headline


def test_map_of_focus_areas_is_a_picture_for_a_slide(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("explore?mode=focus&lang=en")
    page.get_by_role("button", name="Download: Member cities").first.click()
    link = page.get_by_role("dialog").locator('a[href*="/maps/explore.png"]').first
    address = str(link.get_attribute("href")).removeprefix(".")
    with urllib.request.urlopen(tab.server + address) as answer:
        picture = answer.read()
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
    assert width / height == pytest.approx(16 / 9, abs=0.01)
