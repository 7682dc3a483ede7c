"""Links to the files of a chart, table or map."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from dashboard import i18n
from dashboard.markup.html import join, link, tag
from dashboard.markup.urls import briefing_url, urlencode
from geo.i18n import tr


def file_links(files: Mapping[str, str], title: str, label: str = "") -> Markup:
    """Download links that stay on one line.

    Parameters
    ----------
    files
        File extension -> URL.
    title
        What the files show, for screen readers.
    label
        Text before the links.
    """
    links = [
        tag(
            "a",
            extension.upper(),
            href=url,
            download=True,
            aria_label=tr("Download as {format}: {title}", format=extension.upper(), title=title),
        )
        for extension, url in files.items()
    ]
    return tag("span", join([label, *links] if label else links, separator=" "), class_="pictures")


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


def source_line(text: str, *links: Markup) -> Markup:
    """A source line with the results of :func:`file_links` and :func:`cite_link`."""
    kind = "source" if text else "source alone"
    return tag("p", text, " ", join(links, separator=" "), class_=kind)
