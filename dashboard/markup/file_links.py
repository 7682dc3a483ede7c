"""Links to the files of a chart, table or map."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from dashboard.markup.html import join, link, tag
from dashboard.markup.urls import briefing_url
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


def source_line(text: str, *links: Markup) -> Markup:
    """A source line with the results of :func:`file_links`."""
    kind = "source" if text else "source alone"
    return tag("p", text, " ", join(links, separator=" "), class_=kind)
