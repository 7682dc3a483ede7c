"""The catalogues: which languages there are, and which one a reader gets.

A directory here with a ``messages.po`` in it is a language; nothing else names it. Catalogues are
compiled by Babel when the process starts, so that what is read is what is reviewed.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from urllib.parse import urlencode

from babel import Locale, negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.plural import to_gettext

from dashboard.settings import current, variable
from geo.i18n import ENGLISH, Language, language, mark

CATALOGUES = Path(__file__).parent

CATALOGUES_VARIABLE = variable("catalogues")
"""Environment variable that names a directory of catalogues to be used in place of these."""

FILES = ("messages.po", "data.po")
"""Catalogues of a language: what the code says, and what the layers say."""

PARAMETER = "lang"
"""Name of the URL query parameter that asks for a language."""

NAME = mark("English")
"""Each catalogue translates this into its own language's name for itself."""


def read_catalogue(path: Path) -> Catalog:
    """One catalogue file; a wrong one is an error that names file and line."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


class Translations(GNUTranslations):
    """Catalogues as one, which another process can be given.

    Parameters
    ----------
    compiled
        As :func:`babel.messages.mofile.write_mo` writes them.
    """

    def __init__(self, compiled: bytes) -> None:
        self.compiled = compiled
        super().__init__(io.BytesIO(compiled))

    def __reduce__(self) -> tuple[type[Translations], tuple[bytes]]:
        return Translations, (self.compiled,)


def _translations(directory: Path) -> Translations:
    """The catalogues of a language as one; what is not translated stays English."""
    joined = Catalog(locale=directory.name)
    joined.mime_headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        # From CLDR, because Babel's own table of gettext rules lacks Indonesian.
        ("Plural-Forms", to_gettext(Locale.parse(directory.name).plural_form)),
    ]
    for name in FILES:
        if (directory / name).exists():
            for message in read_catalogue(directory / name):
                if message.id and message.string:
                    joined.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, joined)
    return Translations(compiled.getvalue())


@cache
def languages() -> Mapping[str, Language]:
    """Languages by code, English first."""
    found = {ENGLISH: Language()}
    root = Path(current().catalogues or CATALOGUES)
    for path in sorted(root.glob("*/messages.po")):
        translations = _translations(path.parent)
        code = path.parent.name
        found[code] = Language(code, translations.gettext(NAME), translations)
    return found


def of_query(query: Mapping[str, str]) -> Language | None:
    """The language that a URL's query asks for, if there is such a one."""
    return languages().get(query.get(PARAMETER, ""))


def of_browser(accept_language: str) -> Language:
    """The language that a browser's ``Accept-Language`` prefers among those there are.

    >>> of_browser("id-ID,id;q=0.9,en;q=0.8").code, of_browser("fr").code
    ('id', 'en')
    """
    offers = []
    for rank, part in enumerate(accept_language.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            offers.append((-float(weight or 1), rank, tag.replace("-", "_")))
        except ValueError:
            continue
    wanted = [tag for weight, _, tag in sorted(offers) if tag and weight < 0]
    code = negotiate_locale(wanted, list(languages())) or ENGLISH
    return languages().get(code, languages()[ENGLISH])


_asked: ContextVar[bool] = ContextVar("language_asked", default=False)


def ask(explicitly: bool) -> None:
    """Say whether the running context's language was asked for by its URL."""
    _asked.set(explicitly)


def parameters() -> dict[str, str]:
    """URL parameters that make another address speak the language of the running context."""
    code = language().code
    return {PARAMETER: code} if _asked.get() or code != ENGLISH else {}


def page(path: str, **query: str) -> str:
    """The address of another page of the dashboard, in the same language.

    Pages stand side by side in one path, so it is relative.

    >>> page("city", city="da-nang")
    './city?city=da-nang'
    """
    asked = urlencode({**query, **parameters()}, safe=",")
    return f"./{path}" + (f"?{asked}" if asked else "")
