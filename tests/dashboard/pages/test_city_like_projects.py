"""Who has done this: like projects of other cities on the City page and as a file."""

from __future__ import annotations

import re

import pytest

from dashboard.i18n import languages
from dashboard.i18n.texts import TranslatedCatalogue
from dashboard.markup.theme import LIGHT
from dashboard.pages.city import like_projects as text
from geo.analysis.city_profile import city_profile
from geo.i18n import use_language
from geo.layers.catalogue import Catalogue


def test_every_priority_and_ongoing_project_is_wanted_once(layers: Catalogue) -> None:
    projects, plans = layers["projects"], layers["plan_projects"]
    for city_id in layers["cities"]["city_id"]:
        own = plans[plans["city_id"] == city_id]
        ongoing = projects[
            (projects["city_id"] == city_id) & (projects["status"] == "ongoing_or_planning")
        ]
        others = set(ongoing["project_id"]) - set(own["project_id"])
        assert len(text.wanted(layers, city_id)) == len(own) + len(others)


def test_a_row_names_status_words_partners_pages_and_requests(layers: Catalogue) -> None:
    html = text.who_has_done_this(layers, "phnom-penh", LIGHT)
    assert "./plans?project=khon-kaen--smart-bus" in html
    assert "words in common: bus, transport; same focus area · M&amp;E Report 2025, page 31" in html
    assert "Partners: Khon Kaen Bus Transit Company" in html
    assert "Also requested: Funds that strengthen the capacity of the city bus operator" in html
    assert "Ongoing or in planning" in html


def test_completed_projects_come_first_and_are_counted_apart(layers: Catalogue) -> None:
    status = layers["projects"].set_index("project_id")["status"]
    for city_id in layers["cities"]["city_id"]:
        like = {id for one in text.wanted(layers, city_id) for id in one.found}
        done = sum(status[id] == "completed" for id in like)
        assert f"{done} completed, {len(like) - done} ongoing" in text.summary(layers, city_id)
    for line in re.findall(r"<ul>(.*?)</ul>", text.who_has_done_this(layers, "hanoi", LIGHT)):
        states = re.findall(r"(Completed|Ongoing or in planning)<", line)
        assert states == sorted(states)


def test_what_has_no_like_project_is_named(layers: Catalogue) -> None:
    assert text.nothing_found(layers, "phnom-penh") == (
        "For 2 of them, no similar project with matching wording was found elsewhere: "
        "Build4People; Phnom Penh Smart City Hub."
    )
    assert not text.nothing_found(layers, "sumedang") or text.wanted(layers, "sumedang")


def test_file_has_every_row_of_the_cities_asked_for(layers: Catalogue) -> None:
    rows = text.every_row(layers, {"phnom-penh"})
    assert set(rows["city_id"]) == {"phnom-penh"}
    assert not rows[["project", "like_city", "status", "source", "words"]].isna().any(axis=None)
    assert text.every_row(layers, {"dili"}).empty


def test_another_language_finds_the_same_projects(layers: Catalogue) -> None:
    indonesian = languages()["id"]
    translated = TranslatedCatalogue(layers, indonesian)
    found = [list(one.found) for one in text.wanted(layers, "phnom-penh")]
    with use_language(indonesian):
        assert [list(one.found) for one in text.wanted(translated, "phnom-penh")] == found


@pytest.mark.parametrize("city_id", ["bandar-seri-begawan", "dili"])
def test_briefing_puts_completed_projects_first(city_id: str, layers: Catalogue) -> None:
    rows = text.briefing_rows(city_profile(layers, city_id), layers, 4)
    assert len(rows) <= 4
    for row in rows:
        first, *others = row["found"].split("; M&E")
        assert "completed" in first.lower() or all("ompleted" not in other for other in others)
