"""Messages, numbers and dates in the user's language.

Messages are written in English in the code and translated at run time, with the translations of
the running context: a page, a request or a command. Without translations they stay English, so
``geo`` alone needs no catalogue; :mod:`dashboard.i18n` has the catalogues.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

ENGLISH = "en"


@dataclass(frozen=True)
class Language:
    """A language that users can choose.

    Attributes
    ----------
    code
        BCP 47 code, such as ``"id"``.
    name
        Native name.
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
    """Use a language from here on in the running context."""
    _active.set(chosen)


_explicit: ContextVar[bool] = ContextVar("explicit", default=False)


def set_explicit(explicitly: bool) -> None:
    """Set whether the active language was requested explicitly, so that links name it."""
    _explicit.set(explicitly)


def is_explicit() -> bool:
    """Whether links name the active language: it was requested, or is not English."""
    return _explicit.get() or language().code != ENGLISH


@contextmanager
def use_language(chosen: Language) -> Iterator[None]:
    """Use a language within a block.

    Examples
    --------
    >>> with use_language(Language("id", "Bahasa Indonesia")):
    ...     decimal(1234.5, 1)
    '1.234,5'
    """
    token = _active.set(chosen)
    try:
        yield
    finally:
        _active.reset(token)


def mark(message: str) -> str:
    """Return ``message`` unchanged; marks it for translation at a later time."""
    return message


def tr(message: str, /, **values: Any) -> str:
    """Translate ``message`` to the user's language and format it with ``values``.

    Examples
    --------
    >>> tr("{city} grew", city="Dili")
    'Dili grew'
    """
    translated = language().translations.gettext(message) if message else ""
    return translated.format(**values) if values else translated


def terms(vocabulary: Mapping[str, str]) -> dict[str, str]:
    """The names of a vocabulary in the user's language, by slug."""
    return {slug: tr(name) for slug, name in vocabulary.items()}


def ntr(one: str, many: str, number: int, /, **values: Any) -> str:
    """Translate ``one`` or ``many``, depending on ``number``, which replaces ``{n}``.

    Examples
    --------
    >>> ntr("{n} city", "{n} cities", 1), ntr("{n} city", "{n} cities", 1200)
    ('1 city', '1,200 cities')
    """
    translated = language().translations.ngettext(one, many, int(number))
    return translated.format(n=decimal(number), **values)


def decimal(value: float, digits: int = 0) -> str:
    """Format a number with the group and decimal separators of the language and a true minus.

    >>> decimal(15903), decimal(-1.25, 1)
    ('15,903', '−1.2')
    """
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=language().code).replace("-", "−")


def exact(value: float, digits: int = 10) -> str:
    """Format a number with up to ``digits`` significant digits, without trailing zeros.

    >>> exact(1280.5), exact(45.0), exact(1474393, 3)
    ('1,280.5', '45', '1,470,000')
    """
    rounded = float(f"{value:.{digits}g}")
    formatted = format_decimal(rounded, format="#,##0.##########", locale=language().code)
    return formatted.replace("-", "−")


def percent(number: str) -> str:
    """A formatted number with the percent sign as the language sets it: ``13%``, or ``13%``.

    >>> percent(decimal(54.31, 1))
    '54.3%'
    """
    return f"{number}{Locale.parse(language().code).percent_formats[None].suffix[0]}"


def date(iso: str, year: bool = True) -> str:
    """Format an ISO 8601 date, month or year in words.

    >>> date("2018-07-08"), date("2018-07-08", year=False), date("2018-10"), date("2018")
    ('8 July 2018', '8 July', 'October 2018', '2018')
    """
    parts = [int(part) for part in iso.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    pattern = ("d " if len(parts) > 2 else "") + "MMMM" + (" y" if year else "")
    when = datetime.date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)
    return format_date(when, pattern, locale=language().code)
