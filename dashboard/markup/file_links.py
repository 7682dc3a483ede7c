"""What the files of a chart, table, map or layer are, for the panel of downloads of a page.

The page carries one short mark a thing; ``page_tools.js`` makes the panel of them when it opens.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dashboard import i18n
from dashboard.markup.html import join, link, tag
from dashboard.markup.urls import briefing_url, urlencode
from geo.i18n import tr

ANY = "*"
"""Stands in an address for the extension."""


@dataclass(frozen=True)
class Files:
    """Files that differ by format only.

    Attributes
    ----------
    extensions
        Of the files, the most common one first.
    url
        Their URL path, with :data:`ANY` for the extension.
    label
        What tells them from other files of the same thing, such as its size.
    """

    extensions: Collection[str]
    url: str
    label: str = ""

    def __str__(self) -> str:
        return f"{','.join(self.extensions)} {self.url} {self.label}".rstrip()


def files_button(title: str, *files: Files) -> Markup:
    """The button below a chart, table or map that opens the panel at its files.

    Parameters
    ----------
    title
        What the files show.
    """
    return tag(
        "button",
        tr("Download"),
        type="button",
        class_="files",
        data_title=title,
        data_files=_encoded(files),
        aria_label=tr("Download: {title}", title=title),
    )


def briefing_links(name: str, query: Mapping[str, str] | None = None) -> Markup:
    """A briefing as PDF and as slides, in a few words that stand anywhere.

    Parameters
    ----------
    name, query
        See :func:`dashboard.markup.urls.briefing_url`.
    """
    label = tr("Meeting pack") if name == "meeting" else tr("Briefing")
    links = [
        link(
            briefing_url(name, extension, query or {}),
            title,
            class_="strong",
            aria_label=f"{label}, {title}",
        )
        for extension, title in (("pdf", "PDF"), ("pptx", tr("Slides")))
    ]
    return tag("span", f"{label}: ", join(links, separator=" · "))


LAYERS = "layers"
"""Second path segment of the URL of a layer's citation; those of charts, maps and tables are the
first of their own."""


def cite_url(kind: str, name: str, query: Mapping[str, str], extension: str = "") -> str:
    """The URL path of a citation, in the active language.

    Parameters
    ----------
    kind
        ``charts``, ``maps``, ``tables`` or :data:`LAYERS`.
    extension
        ``.bib`` for BibTeX.
    """
    params = urlencode({**query, **i18n.language_params()})
    return f"/cite/{kind}/{name}{extension}" + (f"?{params}" if params else "")


def cite_link(kind: str, name: str, query: Mapping[str, str], title: str) -> Markup:
    """A link to how to cite a chart, map, table or layer; ``html_shell.js`` shows it in a dialog.

    Parameters
    ----------
    title
        What is cited, for screen readers.
    """
    cite = tr("Cite")
    return tag(
        "a",
        cite,
        class_="cite",
        href=cite_url(kind, name, query),
        target="_blank",
        rel="noopener",
        aria_label=f"{cite}: {title}",
    )


def files_mark(title: str, *files: Files, rows: str = "", cite: str = "") -> Markup:
    """Files that the panel offers and the page does not show.

    Parameters
    ----------
    rows
        How much they hold.
    cite
        URL path of how to cite them.
    """
    return tag(
        "span",
        data_title=title,
        data_files=_encoded(files),
        data_rows=rows or None,
        data_cite=cite or None,
    )


def _encoded(files: Sequence[Files]) -> str:
    return "\n".join(map(str, files))


def source_line(text: str, *links: Markup) -> Markup:
    """A source line with the results of :func:`files_button` and :func:`cite_link`."""
    kind = "source" if text else "source alone"
    return tag("p", text, " ", join(links, separator=" "), class_=kind)
