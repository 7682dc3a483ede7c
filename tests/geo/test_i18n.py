"""Messages, numbers and dates in the language of the running context."""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping
from contextvars import copy_context
from gettext import GNUTranslations

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.plural import to_gettext

from geo.i18n import (
    ENGLISH,
    Language,
    activate,
    date,
    decimal,
    exact,
    language,
    mark,
    ntr,
    terms,
    tr,
    use_language,
)

ONE_CITY, CITIES = "{n} city", "{n} cities"


def spoken(
    code: str,
    messages: Mapping[str, str] | None = None,
    plurals: Mapping[tuple[str, str], tuple[str, ...]] | None = None,
) -> Language:
    """A language whose catalogue has these messages, with the plural rule of ``code``."""
    catalogue = Catalog(locale=code)
    # The rule of the Unicode CLDR: Babel's own table lacks Indonesian, for one.
    rule = to_gettext(Locale.parse(code).plural_form)
    catalogue.mime_headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Plural-Forms", rule),
    ]
    for message, translation in {**(messages or {}), **(plurals or {})}.items():
        catalogue.add(message, translation)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    name = Locale.parse(code).display_name or code
    return Language(code, name, GNUTranslations(io.BytesIO(compiled.getvalue())))


INDONESIAN = spoken(
    "id",
    {"Projects of {city}": "Proyek {city}", "Completed": "Selesai", "{a} and {b}": "{b} dan {a}"},
    {(ONE_CITY, CITIES): ("{n} kota",)},
)
POLISH = spoken("pl", plurals={(ONE_CITY, CITIES): ("{n} miasto", "{n} miasta", "{n} miast")})


def test_without_a_language_messages_stay_as_they_are_written() -> None:
    assert language().code == ENGLISH
    assert tr("Projects of {city}", city="Dili") == "Projects of Dili"


def test_a_message_is_said_in_the_language_of_the_context() -> None:
    with use_language(INDONESIAN):
        assert tr("Projects of {city}", city="Dili") == "Proyek Dili"


def test_a_translation_may_put_its_places_in_another_order() -> None:
    with use_language(INDONESIAN):
        assert tr("{a} and {b}", a="1", b="2") == "2 dan 1"


def test_a_message_without_a_translation_stays_english() -> None:
    with use_language(INDONESIAN):
        assert tr("Cities of {country}", country="Laos") == "Cities of Laos"
        assert ntr("{n} road", "{n} roads", 1) == "1 road"
        assert ntr("{n} road", "{n} roads", 1200) == "1.200 roads"


def test_the_empty_message_is_empty_and_not_the_head_of_the_catalogue() -> None:
    with use_language(INDONESIAN):
        assert tr("") == ""


def test_braces_in_a_value_or_in_a_message_without_values_stay() -> None:
    assert tr("Projects of {city}", city="{city}") == "Projects of {city}"
    assert tr("{number} million") == "{number} million"


def test_a_marked_message_is_english_until_it_is_said() -> None:
    with use_language(INDONESIAN):
        assert mark("Completed") == "Completed"
        assert tr(mark("Completed")) == "Selesai"


def test_names_of_a_vocabulary_are_said_by_their_slugs() -> None:
    vocabulary = {"completed": "Completed", "other": "Other"}
    assert terms(vocabulary) == vocabulary
    with use_language(INDONESIAN):
        assert terms(vocabulary) == {"completed": "Selesai", "other": "Other"}


@pytest.mark.parametrize(
    ("number", "english", "indonesian", "polish"),
    [
        (0, "0 cities", "0 kota", "0 miast"),
        (1, "1 city", "1 kota", "1 miasto"),
        (2, "2 cities", "2 kota", "2 miasta"),
        (5, "5 cities", "5 kota", "5 miast"),
        (22, "22 cities", "22 kota", "22 miasta"),
        (1200, "1,200 cities", "1.200 kota", "1\N{NO-BREAK SPACE}200 miast"),
    ],
)
def test_number_agrees_by_the_rule_of_the_language(
    number: int, english: str, indonesian: str, polish: str
) -> None:
    assert ntr(ONE_CITY, CITIES, number) == english
    for chosen, said in ((INDONESIAN, indonesian), (POLISH, polish)):
        with use_language(chosen):
            assert ntr(ONE_CITY, CITIES, number) == said


def test_a_counted_message_takes_other_values_too() -> None:
    said = ntr("{n} city of {country}", "{n} cities of {country}", 2, country="Laos")
    assert said == "2 cities of Laos"


@pytest.mark.parametrize(
    ("value", "digits", "english", "indonesian"),
    [
        (0, 0, "0", "0"),
        (999, 0, "999", "999"),
        (15903, 0, "15,903", "15.903"),
        (1234567.891, 2, "1,234,567.89", "1.234.567,89"),
        (2, 1, "2.0", "2,0"),
        (-1.26, 1, "−1.3", "−1,3"),
    ],
)
def test_decimal_has_groups_digits_and_sign_of_the_language(
    value: float, digits: int, english: str, indonesian: str
) -> None:
    assert decimal(value, digits) == english
    with use_language(INDONESIAN):
        assert decimal(value, digits) == indonesian


@pytest.mark.parametrize(
    ("value", "digits", "english", "indonesian"),
    [
        (45.0, 10, "45", "45"),
        (1280.5, 10, "1,280.5", "1.280,5"),
        (0.25, 10, "0.25", "0,25"),
        (-2.5, 10, "−2.5", "−2,5"),
        (1474393, 3, "1,470,000", "1.470.000"),
    ],
)
def test_exact_shows_no_digit_too_many(
    value: float, digits: int, english: str, indonesian: str
) -> None:
    assert exact(value, digits) == english
    with use_language(INDONESIAN):
        assert exact(value, digits) == indonesian


@pytest.mark.parametrize(
    ("iso", "year", "english", "indonesian"),
    [
        ("2018-07-08", True, "8 July 2018", "8 Juli 2018"),
        ("2018-07-08", False, "8 July", "8 Juli"),
        ("2018-10", True, "October 2018", "Oktober 2018"),
        ("2018-10", False, "October", "Oktober"),
        ("2018", True, "2018", "2018"),
        ("2018", False, "2018", "2018"),
    ],
)
def test_date_is_as_exact_as_it_is_given(
    iso: str, year: bool, english: str, indonesian: str
) -> None:
    assert date(iso, year) == english
    with use_language(INDONESIAN):
        assert date(iso, year) == indonesian


def test_the_language_before_comes_back_after_a_block_also_from_within_another() -> None:
    with use_language(INDONESIAN):
        with use_language(POLISH):
            assert language() == POLISH
        assert language() == INDONESIAN
    assert language().code == ENGLISH


def test_the_language_before_comes_back_after_an_error() -> None:
    with pytest.raises(ValueError, match="fault"), use_language(INDONESIAN):
        raise ValueError("fault")
    assert language().code == ENGLISH


def test_a_language_is_spoken_in_its_own_context_only() -> None:
    def choose() -> str:
        activate(INDONESIAN)
        return tr("Completed")

    assert copy_context().run(choose) == "Selesai"
    assert tr("Completed") == "Completed"
    others: list[str] = []
    with use_language(INDONESIAN):
        thread = threading.Thread(target=lambda: others.append(language().code))
        thread.start()
        thread.join()
    assert others == [ENGLISH]
