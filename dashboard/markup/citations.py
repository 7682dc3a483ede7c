"""Citations of documents and pages, and of the dashboard itself, in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.markup import numbers
from dashboard.navigation import SITE
from geo.i18n import date, ntr, tr

Row = Mapping[Any, Any]

VERSION = "v"
"""URL parameter of the data version that a citation names."""


def format_pages(*rows: Row, prefix: str = "") -> str:
    """The cited pages of one document; consecutive pages become a range.

    Parameters
    ----------
    rows
        Each with ``page`` and, if its facts may be on several pages, ``page_to``.
    prefix
        Prefix of the names of these columns, such as ``"link_"``.

    Examples
    --------
    >>> format_pages({"page": 9}), format_pages({"page": 13, "page_to": 14}, {"page": 13})
    ('page 9', 'pages 13–14')
    >>> format_pages({"page": 20, "page_to": None}, {"page": 24, "page_to": 25})
    'pages 20 and 24–25'
    """
    pages = set[int]().union(*(_pages(row, prefix) for row in rows))
    return ntr("page {pages}", "pages {pages}", len(pages), pages=numbers.format_ranges(pages))


def _pages(row: Row, prefix: str = "") -> range:
    first, last = row[f"{prefix}page"], row.get(f"{prefix}page_to")
    return range(int(first), int(first if last is None or pd.isna(last) else last) + 1)


def page_numbers(rows: pd.DataFrame) -> list[str]:
    """Pages of each row, numbers only: ``"9"`` or ``"13–14"``."""
    return [numbers.format_ranges(_pages(row)) for row in rows.to_dict("records")]


def cite(title: str, *rows: Row, prefix: str = "") -> str:
    """The title of a document with the cited pages.

    >>> cite("M&E Report 2025", {"page": 13, "page_to": 14})
    'M&E Report 2025, pages 13–14'
    """
    return tr("{title}, {pages}", title=title, pages=format_pages(*rows, prefix=prefix))


def pages_note() -> str:
    """Note on page numbers, for the source line of a table that shows some."""
    return tr("Page numbers refer to the PDF file.")


def ascn_pages_note() -> str:
    """The same note if there are also pages of documents by other publishers."""
    return tr("Page numbers of ASCN documents refer to the PDF file.")


@dataclass(frozen=True)
class Citation:
    """How to cite something of the dashboard.

    Attributes
    ----------
    key
        Key in a bibliography: letters, digits and hyphens.
    title
        Of the chart, map, table or layer.
    version, date
        Version of the data, and its ISO date.
    address
        URL of the page with it, with the data version.
    """

    key: str
    title: str
    version: str
    date: str
    address: str

    @property
    def text(self) -> str:
        """As a sentence, in the active language."""
        return tr(
            "{site}: {title}. Data version {version} of {date}. {address}",
            site=tr(SITE),
            title=self.title.rstrip("."),
            version=self.version,
            date=date(self.date),
            address=self.address,
        )

    @property
    def bibtex(self) -> str:
        """As an entry for BibTeX and BibLaTeX.

        >>> print(Citation("x-1", "R&D", "1", "2026-12-01", "https://x.org/a_b").bibtex)
        @misc{x-1,
          author = {{ASEAN Smart Cities}},
          title = {{R\\&D}},
          year = {2026},
          date = {2026-12-01},
          version = {1},
          note = {Data version 1},
          url = {https://x.org/a_b}
        }
        """
        fields = {
            "author": f"{{{_bibtex(tr(SITE))}}}",
            "title": f"{{{_bibtex(self.title)}}}",
            "year": self.date[:4],
            "date": self.date,
            "version": self.version,
            "note": _bibtex(tr("Data version {version}", version=self.version)),
            "url": self.address,
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@misc{{{self.key},\n{lines}\n}}"


_BIBTEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}


def _bibtex(text: str) -> str:
    """A text with the characters escaped that TeX reads as commands."""
    return "".join(_BIBTEX.get(character, character) for character in text)
