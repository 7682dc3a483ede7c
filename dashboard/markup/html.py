"""HTML and SVG as :class:`markupsafe.Markup`, which escapes every text put into it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from dashboard import i18n
from dashboard.markup import numbers
from geo.i18n import language, ntr, tr

Child: TypeAlias = "str | int | Iterable[Child] | None"
"""Content of an element: text, HTML, a number, or several; ``None`` and ``False`` are left out."""

_EMPTY = frozenset({"base", "br", "img", "link", "meta", "wbr"})
_SHAPES = frozenset({"circle", "path", "polyline", "rect"})
"""Elements of HTML and SVG without content."""


def tag(element: str, /, *children: Child, **attributes: Any) -> Markup:
    """An element.

    Parameters
    ----------
    attributes
        ``class_`` stands for ``class``, ``aria_label`` for ``aria-label``. ``True`` is an attribute
        without a value; one that is ``None`` or ``False`` is left out.

    Examples
    --------
    >>> tag("a", "Q&A", tag("br"), 7, class_="strong", href="/?a=1&b=2", hidden=False)
    Markup('<a class="strong" href="/?a=1&amp;b=2">Q&amp;A<br>7</a>')
    """
    opening = element
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        opening += f" {name.rstrip('_').replace('_', '-')}"
        if value is not True:
            opening += f'="{escape(value)}"'
    if element in _EMPTY:
        return Markup(f"<{opening}>")
    if element in _SHAPES and not children:
        return Markup(f"<{opening}/>")
    return Markup(f"<{opening}>{_content(children)}</{element}>")


def _content(child: Child) -> str:
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return escape(child)
    if child is None or child is False:
        return ""
    return str(child) if isinstance(child, int) else "".join(map(_content, child))


def join(children: Iterable[Child], separator: str = "") -> Markup:
    """Texts and HTML one after the other, with a separator of text or HTML between them."""
    # A separator that were Markup would escape again what ``_content`` returns.
    return Markup(str(_content(separator)).join(map(_content, children)))


def fill(message: str, **values: Child) -> Markup:
    """A translated message with HTML in its places.

    >>> fill("M&E: {name}", name=tag("b", "<x>"))
    Markup('M&amp;E: <b>&lt;x&gt;</b>')
    """
    return Markup(escape(message).format(**{name: join([value]) for name, value in values.items()}))


def style_sheet(rules: str) -> Markup:
    """CSS rules in a ``<style>`` element, which they cannot end: CSS reads ``\\3c`` as ``<``.

    >>> style_sheet('p::after{content:"</style>"}')
    Markup('<style>p::after{content:"\\\\3c /style>"}</style>')
    """
    return Markup(f"<style>{rules.replace('<', chr(92) + '3c ')}</style>")


def json_script(json: bytes, media_type: str) -> Markup:
    """JSON in a ``<script>`` element, which it cannot end: it may write ``<`` as an escape.

    >>> json_script(b'["</script>"]', "application/ld+json")
    Markup('<script type="application/ld+json">["\\\\u003c/script>"]</script>')
    """
    text = json.decode().replace("<", "\\u003c")
    return Markup(f'<script type="{escape(media_type)}">{text}</script>')


def link(href: str, *label: Child, **attributes: Any) -> Markup:
    """A link to another page of the dashboard, opened in the same window."""
    return tag("a", *label, href=href, target="_self", **attributes)


def page_link(page: str, label: str, **query: str) -> Markup:
    """:func:`link` to a page with a query, in the user's language."""
    return link(i18n.page_url(page, **query), label)


def web_link(url: Any, label: str) -> Markup:
    """A link to another site, opened in a new tab; only the label if ``url`` is not http(s)."""
    if not _is_web(url):
        return join([label])
    return tag("a", label, href=url, target="_blank", rel="noopener noreferrer")


def host_link(url: Any) -> Markup:
    """:func:`web_link` labelled with its host; "no data" if ``url`` is not http(s)."""
    host = urlsplit(url).netloc.rstrip(".").removeprefix("www.") if _is_web(url) else ""
    return web_link(url, host or numbers.no_data())


def _is_web(url: Any) -> bool:
    return isinstance(url, str) and urlsplit(url).scheme in ("http", "https")


def items(kind: str, children: Iterable[Child], **attributes: Any) -> Markup | None:
    """A list (``ul`` or ``ol``) with an item for each child; nothing without children."""
    lines = [tag("li", child) for child in children]
    return tag(kind, lines, **attributes) if lines else None


def definitions(entries: Iterable[tuple[str, Child]], **attributes: Any) -> Markup:
    """A list of terms and their descriptions."""
    lines = [(tag("dt", term), tag("dd", text)) for term, text in entries]
    return tag("dl", lines, **attributes)


def small(value: Any) -> Markup | None:
    """Small print; nothing if the value is missing."""
    return None if numbers.is_missing(value) or value == "" else tag("small", value)


CARDS = "cards"
"""Kind of table whose rows become blocks in a narrow window, with the headings beside the cells."""


@dataclass(frozen=True)
class Cell:
    """A table cell with attributes of its own; a heading if ``scope`` is one of them."""

    content: Child
    attributes: Mapping[str, Any]

    def html(self) -> Markup:
        """The cell as an element."""
        return tag("th" if "scope" in self.attributes else "td", self.content, **self.attributes)


def cell(*content: Child, **attributes: Any) -> Cell:
    """A :class:`Cell`."""
    return Cell(content, attributes)


Cells: TypeAlias = "Sequence[Child | Cell]"


def row(
    cells: Cells, labels: Cells = (), figures: Collection[int] = (), **attributes: Any
) -> Markup:
    """A table row; its first cell is its heading unless it is a :class:`Cell`.

    Parameters
    ----------
    labels
        Headings of the other cells, for a table of kind :data:`CARDS`.
    figures
        Which of the other cells are figures, counted from 0.
    """
    first, *others = cells
    heading = (first if isinstance(first, Cell) else cell(first, scope="row")).html()
    plain = [_content(content) for content in others if not isinstance(content, Cell)]
    if plain and not labels and not figures and len(plain) == len(others):
        # Half the time of an element for each cell, in a table of 10,000 rows.
        return tag("tr", heading, Markup(f"<td>{'</td><td>'.join(plain)}</td>"), **attributes)
    html = [heading]
    for index, content in enumerate(others):
        if isinstance(content, Cell):
            html.append(content.html())
            continue
        kind = "number" if index in figures else None
        if labels:
            html.append(tag("td", tag("div", content), data_label=labels[index], class_=kind))
        else:
            html.append(tag("td", content, class_=kind))
    return tag("tr", html, **attributes)


def table(
    label: str,
    headings: Cells,
    rows: Iterable[Cells | Markup],
    kind: str | None = None,
    figures: Collection[int] = (),
    sortable: bool = False,
) -> Markup:
    """A table that scrolls sideways if it is too wide.

    Parameters
    ----------
    label
        Name for screen readers; a table without one does not scroll.
    headings
        Of the columns, or none.
    rows
        Cells of each row, or the result of :func:`row`.
    kind
        CSS classes, such as :data:`CARDS`.
    figures
        Which of the columns but the first hold figures, counted from 0: they are aligned to the
        right, and their unit stands in the heading.
    sortable
        Whether the headings are buttons with which the script of the page sorts the rows.
    """
    labels = headings[1:] if kind and CARDS in kind else ()
    rows = list(rows)
    head = (
        tag(
            "thead",
            row(
                [
                    heading
                    if isinstance(heading, Cell)
                    else cell(
                        tag("button", heading, type="button", class_="sort")
                        if sortable
                        else heading,
                        scope="col",
                        class_="number" if index in figures else None,
                    )
                    for index, heading in enumerate(headings, -1)
                ]
            ),
        )
        if headings
        else None
    )
    body = tag(
        "tbody", [part if isinstance(part, Markup) else row(part, labels, figures) for part in rows]
    )
    html = tag("table", head, body, class_=f"facts {kind}" if kind else "facts")
    html = scroll(label, html) if label else html
    if not labels:
        return html
    return fold(html, len(rows), ntr("All {n} row", "All {n} rows", len(rows)))


UNFOLDED = 1
"""Most rows that are never folded, even where they are blocks."""


def fold(content: Markup, number: int, label: str) -> Markup:
    """Content of which the page shows the beginning until it is opened.

    Its end is clipped, not hidden, so that a search in the page finds it.

    Parameters
    ----------
    number
        How many rows or other parts it has. Of more than :data:`UNFOLDED`, the script of the page
        folds those that are higher than their beginning in the window.
    label
        Of what opens it.
    """
    if number <= UNFOLDED:
        return content
    summary = tag("summary", tag("span", label), tag("span", tr("Show fewer")))
    return tag("details", summary, content, class_="rest")


def scroll(label: str, content: Markup) -> Markup:
    """A region that scrolls sideways, also with the keyboard."""
    return tag("div", content, class_="scroll", tabindex=0, role="region", aria_label=label)


def document(head: Markup, body: Markup, **attributes: Any) -> str:
    """A whole page in the active language."""
    return Markup("<!doctype html>") + tag("html", head, body, lang=language().code, **attributes)
