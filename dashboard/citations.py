"""Documents and pages that a statement rests on, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import words
from geo.i18n import ntr, tr

Row = Mapping[str, Any]


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
    pages: set[int] = set()
    for row in rows:
        first = int(row[f"{prefix}page"])
        last: Any = row.get(f"{prefix}page_to")
        pages.update(range(first, (first if words.missing(last) else int(last)) + 1))
    said = words.listed([_range(run) for run in _runs(sorted(pages))])
    return ntr("page {pages}", "pages {pages}", len(pages), pages=said)


def _runs(pages: Sequence[int]) -> list[list[int]]:
    """Pages in ascending order, those that follow each other together."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and runs[-1][-1] == page - 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return runs


def _range(run: Sequence[int]) -> str:
    return str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}"


def cited(title: str, *rows: Row, prefix: str = "") -> str:
    """The title of a document with the pages of it that some rows rest on.

    >>> cited("M&E Report 2025", {"page": 13, "page_to": 14})
    'M&E Report 2025, pages 13–14'
    """
    return tr("{title}, {pages}", title=title, pages=pages_of(*rows, prefix=prefix))


def pages_note() -> str:
    """Which pages are meant, for the source line of a table that shows some."""
    return tr("Pages are those of the PDF file.")
