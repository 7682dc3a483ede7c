"""Message catalogues, available languages, and language negotiation.

Each directory here that contains a ``messages.po`` is a language; there is no other list. Babel
compiles the catalogues when the process starts, so that the reviewed files are the ones used.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from urllib.parse import urlencode

from babel import Locale, negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.plural import to_gettext

from dashboard.settings import current_settings, variable_name
from geo.i18n import ENGLISH, Language, is_explicit, language, mark

CATALOGUES = Path(__file__).parent

CATALOGUES_VARIABLE = variable_name("catalogues")
"""Environment variable with a directory of catalogues to use instead of these."""

FILES = ("messages.po", "data.po")
"""Catalogues of a language: messages of the code, and texts of the layers."""

PARAMETER = "lang"
"""URL query parameter of the language."""

NAME = mark("English")
"""Each catalogue translates this as the language's own name."""


def read_catalogue(path: Path) -> Catalog:
    """Read a catalogue file; an invalid one raises an error with file and line."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


class Translations(GNUTranslations):
    """Merged catalogues that can be pickled.

    Parameters
    ----------
    compiled
        MO file, as written by :func:`babel.messages.mofile.write_mo`.
    """

    def __init__(self, compiled: bytes) -> None:
        self.compiled = compiled
        super().__init__(io.BytesIO(compiled))

    def __reduce__(self) -> tuple[type[Translations], tuple[bytes]]:
        return Translations, (self.compiled,)


def _translations(directory: Path) -> Translations:
    """The merged catalogues of a language; untranslated messages stay English."""
    merged = Catalog(locale=directory.name)
    merged.mime_headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        # From CLDR, because Babel's table of gettext rules lacks Indonesian.
        ("Plural-Forms", to_gettext(Locale.parse(directory.name).plural_form)),
    ]
    for name in FILES:
        if (directory / name).exists():
            for message in read_catalogue(directory / name):
                if message.id and message.string:
                    merged.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    return Translations(compiled.getvalue())


@cache
def languages() -> Mapping[str, Language]:
    """Languages by code, English first."""
    languages_by_code = {ENGLISH: Language()}
    root = Path(current_settings().catalogues or CATALOGUES)
    for path in sorted(root.glob("*/messages.po")):
        translations = _translations(path.parent)
        code = path.parent.name
        languages_by_code[code] = Language(code, translations.gettext(NAME), translations)
    return languages_by_code


def language_from_query(query: Mapping[str, str]) -> Language | None:
    """The language of a query; ``None`` if it has none or an unknown one."""
    return languages().get(query.get(PARAMETER, ""))


def language_from_header(accept_language: str) -> Language:
    """The available language that an ``Accept-Language`` header prefers.

    >>> language_from_header("id-ID,id;q=0.9,en;q=0.8").code, language_from_header("fr").code
    ('id', 'en')
    """
    offers = []
    for rank, part in enumerate(accept_language.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            offers.append((-float(weight or 1), rank, tag.replace("-", "_")))
        except ValueError:
            continue
    accepted = [tag for weight, _, tag in sorted(offers) if tag and weight < 0]
    code = negotiate_locale(accepted, list(languages())) or ENGLISH
    return languages().get(code, languages()[ENGLISH])


def language_params() -> dict[str, str]:
    """URL parameters that keep the active language in links."""
    return {PARAMETER: language().code} if is_explicit() else {}


def page_url(path: str, **query: str) -> str:
    """The URL of another page of the dashboard, in the same language.

    It is relative, because all pages have the same parent path.

    >>> page_url("city", city="da-nang")
    './city?city=da-nang'
    """
    params = urlencode({**query, **language_params()}, safe=",")
    return f"./{path}" + (f"?{params}" if params else "")
