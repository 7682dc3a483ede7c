"""Documents and pages that a statement rests on, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import words
from geo.i18n import ntr, tr

Row = Mapping[Any, Any]


def pages_of(*rows: Row, prefix: str = "") -> str:
    """The pages of one document that some rows rest on; pages that follow each other as a range.

    Parameters
    ----------
    rows
        Each with ``page`` and, where its facts may stand on several pages, ``page_to``.
    prefix
        What the names of these columns start with, such as ``"link_"``.

    Examples
    --------
    >>> pages_of({"page": 9}), pages_of({"page": 13, "page_to": 14}, {"page": 13})
    ('page 9', 'pages 13–14')
    >>> pages_of({"page": 20, "page_to": None}, {"page": 24, "page_to": 25})
    'pages 20 and 24–25'
    """
    pages = set[int]().union(*(_pages(row, prefix) for row in rows))
    return ntr("page {pages}", "pages {pages}", len(pages), pages=words.ranges(pages))


def _pages(row: Row, prefix: str = "") -> range:
    first, last = row[f"{prefix}page"], row.get(f"{prefix}page_to")
    return range(int(first), int(first if last is None or pd.isna(last) else last) + 1)


def page_numbers(rows: pd.DataFrame) -> list[str]:
    """Pages that each row rests on, without the word: ``"9"`` or ``"13–14"``."""
    return [words.ranges(_pages(row)) for row in rows.to_dict("records")]


def cited(title: str, *rows: Row, prefix: str = "") -> str:
    """The title of a document with the pages of it that some rows rest on.

    >>> cited("M&E Report 2025", {"page": 13, "page_to": 14})
    'M&E Report 2025, pages 13–14'
    """
    return tr("{title}, {pages}", title=title, pages=pages_of(*rows, prefix=prefix))


def pages_note() -> str:
    """Which pages are meant, for the source line of a table that shows some."""
    return tr("Pages are those of the PDF file.")


def ascn_pages_note() -> str:
    """The same beside pages of documents of other publishers."""
    return tr("Pages of ASCN documents are those of the PDF file.")
