"""What the search of the bar finds, grouped."""

from __future__ import annotations

import pytest

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.search.results import GROUPS, Answer, answer, snippet
from geo.i18n import use_language


def ask(text: str, limit: int = 5, code: str = "en") -> Answer:
    with use_language(i18n.languages()[code]):
        return answer(catalogue(), text, limit)


def titles(found: Answer) -> dict[str, list[str]]:
    return {group.kind: [one.title for one in group.results] for group in found.groups}


@pytest.mark.parametrize(
    ("text", "kind", "title", "url"),
    [
        ("danang", "cities", "Da Nang", "./city?city=da-nang"),
        ("Saigon", "cities", "Ho Chi Minh City", "./city?city=ho-chi-minh-city"),
        ("KL", "cities", "Kuala Lumpur", "./city?city=kuala-lumpur"),
        (
            "flood pump",
            "projects",
            "Integrated Flood and Monitoring Pump House System",
            "./plans?project=seberang-perai--integrated-flood-and-pump-house-system",
        ),
        ("flash floods canal", "projects", "Solid Waste and Wastewater Treatment", ""),
        ("concept note", "documents", "Concept Note: ASEAN Smart Cities Network", ""),
        ("Bekasi", "places", "Bekasi", "./explore?places=1&view=106.990,-6.235,9"),
        ("Philippines", "pages", "Philippines", "./country?country=PHL"),
        ("scap", "pages", "SCAP", "./glossary#scap"),
        ("fact your places", "pages", "", ""),
        ("Glossary", "pages", "Glossary", "./glossary"),
    ],
)
def test_first_of_its_kind_and_its_address(text: str, kind: str, title: str, url: str) -> None:
    groups = {group.kind: group for group in ask(text).groups}
    if not title:
        assert kind not in groups
        return
    first = groups[kind].results[0]
    assert first.title == title
    assert not url or first.url == url


def test_each_result_says_where_the_words_stand_with_a_line_around_them() -> None:
    [projects] = [group for group in ask("flash floods canal").groups if group.kind == "projects"]
    assert projects.results[0].where == "progress, place"
    assert "against flash floods" in projects.results[0].context
    [city] = [group for group in ask("Rangoon").groups if group.kind == "cities"]
    assert city.results[0].context == "Yangon, Myanmar; also called Rangoon"


def test_typing_error_is_told_and_finds_the_same() -> None:
    wrong, right = ask("flod"), ask("flood")
    assert wrong.note == "No text contains “flod”; searched for “flood” instead."
    assert wrong.groups == right.groups
    assert right.note == ""
    assert titles(ask("Bekasy"))["places"] == ["Bekasi"]


@pytest.mark.parametrize(
    ("text", "kind", "note"),
    [
        ("Bekasy", "places", "No text contains “bekasy”; searched for “bekasi” instead."),
        ("glosary", "pages", "No text contains “glosary”; searched for “glossary” instead."),
        ("glosary zzzqqq", "", ""),
    ],
)
def test_typing_error_is_told_for_every_kind(text: str, kind: str, note: str) -> None:
    found = ask(text)
    assert [group.kind for group in found.groups] == ([kind] if kind else [])
    assert found.note == note


def test_compound_is_in_the_line_of_context() -> None:
    line = snippet("word " * 60 + "wastewater " + "word " * 60, ["water"])
    assert "wastewater" in line


def test_search_in_indonesian_finds_the_same_projects() -> None:
    english, indonesian = titles(ask("flood", 100)), titles(ask("banjir", 100, "id"))
    assert sorted(indonesian["projects"]) == sorted(english["projects"])
    [projects] = [one for one in ask("banjir", 1, "id").groups if one.kind == "projects"]
    assert projects.label == "Proyek"
    assert "banjir" in projects.results[0].context
    assert projects.results[0].url.endswith("&lang=id")


def test_groups_are_in_order_and_count_more_than_they_list() -> None:
    groups = ask("smart", 2).groups
    kinds = [group.kind for group in groups]
    assert kinds == [kind for kind in GROUPS if kind in kinds]
    assert all(len(group.results) == min(2, group.total) for group in groups)


@pytest.mark.parametrize("text", ["zzzqqq", "flood zzzqqq", "..."])
def test_nothing_found_is_an_answer_without_groups(text: str) -> None:
    assert ask(text).groups == ()


def test_line_of_context_begins_before_the_word_and_marks_what_is_left_out() -> None:
    line = snippet("word " * 60 + "flood " + "word " * 60, ["flood"])
    assert line.startswith("… word")
    assert line.endswith("word …")
    assert "flood" in line
    assert len(line) < 130
