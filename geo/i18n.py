"""Sentences and numbers in the reader's language.

Messages are written in English where they are said and looked up when they are said, in the
translations of the running context: a page, a request or a command. Without any they stay
English, so ``geo`` alone needs no catalogue; :mod:`dashboard.i18n` has the catalogues.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

ENGLISH = "en"


@dataclass(frozen=True)
class Language:
    """A language that readers may choose.

    Attributes
    ----------
    code
        BCP 47 code, such as ``"id"``.
    name
        Its name in itself.
    """

    code: str = ENGLISH
    name: str = "English"
    translations: NullTranslations = field(
        default_factory=NullTranslations, repr=False, compare=False
    )


_ENGLISH = Language()

_active: ContextVar[Language] = ContextVar("language", default=_ENGLISH)


def language() -> Language:
    """The language of the running context."""
    return _active.get()


def activate(chosen: Language) -> None:
    """Speak ``chosen`` from here on in the running context."""
    _active.set(chosen)


@contextmanager
def use_language(chosen: Language) -> Iterator[None]:
    """Speak ``chosen`` within a block.

    Examples
    --------
    >>> with speaking(Language("id", "Bahasa Indonesia")):
    ...     decimal(1234.5, 1)
    '1.234,5'
    """
    token = _active.set(chosen)
    try:
        yield
    finally:
        _active.reset(token)


def mark(message: str) -> str:
    """``message`` as it is; marks it for the catalogues where it is not said at once."""
    return message


def tr(message: str, /, **values: Any) -> str:
    """``message`` in the reader's language, with ``values`` in its places.

    Examples
    --------
    >>> tr("{city} grew", city="Dili")
    'Dili grew'
    """
    said = language().translations.gettext(message) if message else ""
    return said.format(**values) if values else said


def terms(vocabulary: Mapping[str, str]) -> dict[str, str]:
    """The names of a vocabulary in the reader's language, by their slugs."""
    return {slug: tr(name) for slug, name in vocabulary.items()}


def ntr(one: str, many: str, number: int, /, **values: Any) -> str:
    """``one`` or ``many`` by ``number``, which ``{n}`` shows with its groups.

    Examples
    --------
    >>> ntr("{n} city", "{n} cities", 1), ntr("{n} city", "{n} cities", 1200)
    ('1 city', '1,200 cities')
    """
    said = language().translations.ngettext(one, many, int(number))
    return said.format(n=decimal(number), **values)


def decimal(value: float, digits: int = 0) -> str:
    """A number with the groups and the decimal sign of the language, and a minus that is one.

    >>> decimal(15903), decimal(-1.25, 1)
    ('15,903', '−1.2')
    """
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=language().code).replace("-", "−")


def exact(value: float, digits: int = 10) -> str:
    """A number as exact as it is given, to at most ``digits`` significant digits.

    >>> exact(1280.5), exact(45.0), exact(1474393, 3)
    ('1,280.5', '45', '1,470,000')
    """
    rounded = float(f"{value:.{digits}g}")
    said = format_decimal(rounded, format="#,##0.##########", locale=language().code)
    return said.replace("-", "−")


def date(iso: str, year: bool = True) -> str:
    """A date in words, as exact as it is given.

    >>> date("2018-07-08"), date("2018-07-08", year=False), date("2018-10"), date("2018")
    ('8 July 2018', '8 July', 'October 2018', '2018')
    """
    parts = [int(part) for part in iso.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    pattern = ("d " if len(parts) > 2 else "") + "MMMM" + (" y" if year else "")
    when = datetime.date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)
    return format_date(when, pattern, locale=language().code)
