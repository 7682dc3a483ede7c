"""The HTML of an embed page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from dashboard.markup import html
from dashboard.markup.html import Child, join, tag
from dashboard.markup.theme import DARK, LIGHT, Palette
from dashboard.web.routes.style import VERSION as STYLE_VERSION
from geo.i18n import tr

THEMES = {"light": LIGHT, "dark": DARK}

FOLLOW = "auto"
"""Theme of a page that follows the browser's color scheme."""


def palettes(theme: str) -> Sequence[Palette]:
    """The palettes that a page needs: both if it follows the browser's color scheme."""
    return [THEMES[theme]] if theme in THEMES else list(THEMES.values())


def themed(theme: str, part: Callable[[Palette], Child]) -> Markup:
    """A part rendered in each palette that its page needs; CSS shows one of them."""
    return join(
        tag("div", part(colours), class_=f"in-{colours.name}") for colours in palettes(theme)
    )


def document(
    title: str,
    theme: str,
    body: Markup,
    notes: Sequence[str],
    page: str,
    scripts: Sequence[str] = (),
) -> str:
    """A complete embed page.

    Parameters
    ----------
    theme
        ``light``, ``dark`` or :data:`FOLLOW`.
    body
        HTML of the chart or map with its legend.
    notes
        Sentences below it: sources.
    page
        Path of the dashboard page that shows the same, from the server root.
    scripts
        Paths of scripts, from the server root.
    """
    source_text = " ".join(note for note in notes if note)
    way = tag(
        "a",
        tr("Open in the dashboard"),
        href=f"../..{page}",
        target="_blank",
        rel="noopener",
    )
    footer = tag(
        "footer",
        source_text and tag("p", source_text, class_="source"),
        tag("p", way, class_="way"),
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width,initial-scale=1"),
        tag("title", title),
        tag("link", rel="stylesheet", href=f"../../style.css?v={STYLE_VERSION}"),
        tag("link", rel="stylesheet", href="../../embed/bare.css"),
        [tag("script", src=f"../..{path}", defer=True) for path in scripts],
    )
    # With the class stApp, the styles of legends apply here too.
    main = tag("body", tag("main", tag("h1", title), body, footer), class_="stApp")
    return html.document(head, main, data_theme=theme)


def error_page(sentence: str) -> str:
    """An embed page that says what is wrong with its URL."""
    return document(tr("Nothing to show"), FOLLOW, tag("p", sentence), (), "/")
