"""Sentences on the UN city of a member city."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.data.current import catalogue
from dashboard.pages.city import un_figures

CITIES: dict[str, dict[str, Any]] = {
    row["city_id"]: row for row in catalogue()["cities"].to_dict("records")
}


@pytest.mark.parametrize(
    ("city_id", "text"),
    [
        ("hanoi", "Hanoi corresponds to the UN city Hà Nội (Hanoi)."),
        (
            "jakarta",
            "Jakarta is part of a larger UN city of the same name. The figures are for the UN "
            "city, not for Jakarta itself.",
        ),
        (
            "bangkok",
            "Bangkok is part of a larger UN city, Krung Thep Maha Nakhon (Bangkok). The "
            "figures are for the UN city, not for Bangkok itself.",
        ),
        (
            "singapore",
            "The UN counts 2 cities in Singapore, combined here: Singapore and Sembawang.",
        ),
        ("yangon", "The UN counts 2 cities in Yangon, combined here: Yangon."),
        ("cauayan-city", "The UN lists no city in Cauayan City for 2025."),
    ],
)
def test_relation_is_a_sentence(city_id: str, text: str) -> None:
    assert un_figures.relation(CITIES[city_id]) == text


@pytest.mark.parametrize(
    ("city_id", "text"),
    [
        (
            "manila",
            "The UN city has 13 times as many people as Manila's own territory: 24.7 million "
            "people in 2,438 km² (2025, UN estimate), compared with 1.9 million people in 25 km² "
            "(2024).",
        ),
        (
            "vientiane",
            "The UN city's population is 26% of that of Vientiane's own territory: 216,000 "
            "people in 84 km² (2025, UN estimate), compared with 821,000 people in 3,920 km² "
            "(2015).",
        ),
        ("johor-bahru", ""),
        ("cauayan-city", ""),
    ],
)
def test_difference_is_told_from_twice_on(city_id: str, text: str) -> None:
    assert un_figures.difference(CITIES[city_id]) == text


def test_difference_is_told_of_every_city_that_differs_and_of_no_other() -> None:
    apart = {city_id for city_id, city in CITIES.items() if un_figures.difference(city)}
    assert apart == {
        *("bandar-seri-begawan", "bangkok", "banyuwangi", "cebu-city", "chiang-mai", "denpasar"),
        *("jakarta", "khon-kaen", "kuala-lumpur", "manila", "nay-pyi-taw", "sumedang"),
        "vientiane",
    }


def test_difference_without_a_land_area_tells_people_only() -> None:
    city = {**CITIES["manila"], "land_area_km2": None}
    assert un_figures.difference(city).endswith("compared with 1.9 million people (2024).")


def test_without_an_official_population_there_is_nothing_to_compare() -> None:
    city = {**CITIES["manila"], "population": None}
    assert un_figures.people_ratio(city) is None
    assert un_figures.difference(city) == ""
