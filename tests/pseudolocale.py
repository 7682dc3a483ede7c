"""A language for tests: English with a mark before each message and the numbers of Indonesian, so
that words that are not looked up show."""

from __future__ import annotations

from gettext import NullTranslations

from geo.i18n import Language

MARK = "»"


class _Marked(NullTranslations):
    def gettext(self, message: str) -> str:
        return MARK + message

    def ngettext(self, one: str, many: str, number: int) -> str:
        return MARK + (one if number == 1 else many)


MARKED = Language("id", "Marked", _Marked())
