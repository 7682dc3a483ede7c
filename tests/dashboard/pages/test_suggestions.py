"""Comparisons that the Compare page suggests, and what it says of links it does not understand."""

from __future__ import annotations

from itertools import combinations

from dashboard.discovery import not_understood
from dashboard.discovery.page_states import page_state
from dashboard.pages.compare.suggestions import most_alike, suggestions, suggestions_html
from dashboard.pages.url_state import Note, Unknown
from dashboard.ui.layout import markdown_text
from geo.analysis.peers import peers


def test_three_comparisons_are_computed_from_the_layers(layers):
    found = dict(suggestions(layers))
    cities = layers["cities"].set_index("city_id")
    largest = found["The largest by official population"]
    assert set(largest) == set(cities["population"].nlargest(3).index)
    [most] = [ids for why, ids in found.items() if why.startswith("The most projects in the ")]
    assert cities.loc[list(most), "projects"].min() > cities.drop(list(most))["projects"].max()
    assert 2 <= len(most) <= 6
    assert len(found) == 3


def test_no_pair_is_more_alike_than_the_suggested_one(layers):
    least = min(
        peer.distance
        for city_id in layers["cities"]["city_id"]
        for peer in peers(layers, city_id, limit=38)
        if not peer.missing
    )
    first, second = most_alike(layers)
    [peer] = [one for one in peers(layers, first, limit=38) if one.city_id == second]
    assert peer.distance == least


def test_each_suggestion_is_a_link_with_its_reason(layers):
    html = str(suggestions_html(layers))
    for why, ids in suggestions(layers):
        assert f'href="./compare?city={",".join(ids)}"' in html
        assert why in html
    assert all(set(a[1]) != set(b[1]) for a, b in combinations(suggestions(layers), 2))


def unknown(page, query, layers):
    return [one for one in page_state(page, query, layers).problems if isinstance(one, Unknown)]


def test_each_part_that_is_not_understood_is_named_with_its_parameter(layers):
    query = {"country": "IDN,XXX", "population": "5", "city": "hanoy,jakarta", "km": "1"}
    found = {(one.parameter, one.value) for one in unknown("explore", query, layers)}
    assert found == {("country", "XXX"), ("population", "5"), ("city", "hanoy"), ("km", "")}


def test_one_plain_sentence_says_them_all_without_listing_what_there_is(layers):
    sentence = not_understood.sentence(unknown("city", {"city": "jakrta", "km": "1"}, layers))
    assert sentence == "This link contains 2 things we don't recognise: km and jakrta."
    one = not_understood.sentence(unknown("explore", {"population": "5"}, layers))
    assert one == "This link contains something we don't recognise: population=5."
    long = not_understood.sentence(unknown("city", {"city": "x" * 500}, layers))
    assert len(long) < 120


def test_link_to_what_was_meant_keeps_the_rest_of_the_address(layers):
    query = {"city": "jakrta,manila", "wup": "2018"}
    links = not_understood.meant(unknown("compare", query, layers), "compare", query, layers)
    assert './compare?city=jakarta,manila&amp;wup=2018" target="_self">Jakarta<' in str(links)
    query = {"mode": "3d"}
    assert not_understood.meant(unknown("explore", query, layers), "explore", query, layers) is None


def test_what_is_understood_in_part_only_is_told_as_before(layers):
    problems = page_state("city", {"city": "dili,hanoi"}, layers).problems
    assert problems == ("2 cities requested; only the first is shown.",)
    assert isinstance(problems[0], Note)


def test_text_of_an_address_is_no_markdown():
    assert markdown_text("[x](http://a) *b* `c`") == r"\[x\](http://a) \*b\* \`c\`"


def test_page_without_cities_shows_them_and_a_faulty_link_what_was_meant(open_page):
    html = "".join(part.proto.body for part in open_page("compare").get("html"))
    assert "Worth comparing" in html
    app = open_page("city", city="jakrta")
    [warning] = app.warning
    assert warning.value == "This link contains something we don't recognise: jakrta."
    html = "".join(part.proto.body for part in app.get("html"))
    assert 'Did you mean <a href="./city?city=jakarta" target="_self">Jakarta</a>?' in html
