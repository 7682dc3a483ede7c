"""Names that were probably meant."""

from __future__ import annotations

import pytest

from geo.analysis.similar import similar, similar_cities, similar_countries
from geo.layers.catalogue import Catalogue


@pytest.fixture(scope="module")
def layers() -> Catalogue:
    return Catalogue()


@pytest.mark.parametrize(
    ("typed", "city_id"),
    [
        ("jakrta", "jakarta"),
        ("Jakarta", "jakarta"),
        ("manilla", "manila"),
        ("hochiminh", "ho-chi-minh-city"),
        ("da nang", "da-nang"),
        ("Đà Nẵng", "da-nang"),
        ("krung thep", "bangkok"),
        ("Cebu", "cebu-city"),
    ],
)
def test_city_is_found_by_a_name_like_it(typed, city_id, layers):
    assert next(iter(similar_cities(typed, layers))) == city_id


@pytest.mark.parametrize("typed", ["indonesia", "xyzzy", "", "a", "km", "2018"])
def test_no_city_is_guessed_from_a_country_or_what_is_no_name(typed, layers):
    assert not similar_cities(typed, layers)


@pytest.mark.parametrize(
    ("typed", "iso3"),
    [("indonesa", "IDN"), ("vietnam", "VNM"), ("idn", "IDN"), ("Timor Leste", "TLS")],
)
def test_country_is_found_by_a_name_or_code_like_it(typed, iso3, layers):
    assert next(iter(similar_countries(typed, layers))) == iso3


def test_no_other_member_city_is_named_for_a_name_that_is_right(layers):
    for city_id in layers["cities"]["city_id"]:
        assert next(iter(similar_cities(city_id, layers))) == city_id


def test_best_comes_first_and_few_are_named():
    known = [(number, f"city {'a' * number}") for number in range(1, 9)]
    assert similar("city aaaa", known) == [4, 5, 3]
