"""``python -m dashboard.i18n [LANGUAGE]``: bring the catalogues up to date.

New messages are added without a translation, translations are kept, and what is said no longer is
dropped. With the code of a new language its catalogue is begun. Ends with what is left to do.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from babel.plural import to_gettext

from dashboard.i18n import CATALOGUES, FILES, read_catalogue
from dashboard.i18n.template import code_messages, data_messages
from geo.layers.atomic_write import write_bytes
from geo.layers.catalogue import Catalogue

COMMENT = """\
# {language} messages of the ASEAN smart cities dashboard: {what}.
# Translations are kept by `python -m dashboard.i18n`."""

WHAT = {"messages.po": "what the code says", "data.po": "what the layers say"}


def update(path: Path, template: Catalog) -> tuple[int, int]:
    """Update a catalogue file; returns its number of messages and of untranslated ones."""
    code = path.parent.name
    catalogue = read_catalogue(path) if path.exists() else Catalog(locale=code, fuzzy=False)
    catalogue.mime_headers = _headers(code)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = COMMENT.format(language=code, what=WHAT[path.name])
    for message in catalogue:
        message.flags.discard(
            "python-format"
        )  # percent signs are literal; placeholders are {named}
    buffer = io.BytesIO()
    # No line numbers and dates, so that diffs contain only translations.
    write_po(
        buffer, catalogue, width=100, sort_output=True, include_lineno=False, ignore_obsolete=True
    )
    lines = [
        line
        for line in buffer.getvalue().splitlines()
        if b"-Date:" not in line and b"Generated-By" not in line
    ]
    write_bytes(path, b"\n".join(lines) + b"\n")
    messages = [message for message in catalogue if message.id]
    untranslated = [
        message
        for message in messages
        if not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]
    return len(messages), len(untranslated)


def _headers(code: str) -> list[tuple[str, str]]:
    return [
        ("Project-Id-Version", "asean-smart-cities"),
        ("Report-Msgid-Bugs-To", ""),
        ("Last-Translator", ""),
        ("Language-Team", ""),
        ("Language", code),
        ("Plural-Forms", to_gettext(Locale.parse(code).plural_form)),
    ]


def main() -> None:
    """Update the catalogues of all languages, or start a new one."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.i18n", description=__doc__)
    parser.add_argument("language", nargs="?", help="code of a language to begin, such as th")
    new_code = parser.parse_args().language
    codes = sorted({path.parent.name for path in CATALOGUES.glob("*/*.po")} | {new_code} - {None})
    templates = dict(zip(FILES, (code_messages(), data_messages(Catalogue())), strict=True))
    for code in codes:
        for name, template in templates.items():
            total, untranslated = update(CATALOGUES / code / name, template)
            print(f"{code}/{name}: {total} messages, {untranslated} without translation")


if __name__ == "__main__":
    main()
