"""The HTML of an embed page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from dashboard.markup.theme import DARK, LIGHT, Palette
from dashboard.web.routes.style import VERSION as STYLE_VERSION
from geo.i18n import language, tr

THEMES = {"light": LIGHT, "dark": DARK}

FOLLOW = "auto"
"""Theme of a page that follows the browser's color scheme."""


def palettes(theme: str) -> Sequence[Palette]:
    """The palettes that a page needs: both if it follows the browser's color scheme."""
    return [THEMES[theme]] if theme in THEMES else list(THEMES.values())


def themed(theme: str, part: Callable[[Palette], str]) -> str:
    """A part rendered in each palette that its page needs; CSS shows one of them."""
    return "".join(
        f'<div class="in-{colours.name}">{part(colours)}</div>' for colours in palettes(theme)
    )


def document(
    title: str,
    theme: str,
    body: str,
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
    source = f'<p class="source">{escape(source_text)}</p>' if source_text else ""
    link = escape(f"../..{page}")
    page_link = (
        f'<p class="way"><a href="{link}" target="_blank" rel="noopener">'
        f"{escape(tr('Open in the dashboard'))}</a></p>"
    )
    tags = "".join(f'<script src="../..{escape(path)}" defer></script>' for path in scripts)
    # With the class stApp, the styles of legends apply here too.
    return (
        f'<!doctype html><html lang="{language().code}" data-theme="{theme}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title>"
        f'<link rel="stylesheet" href="../../style.css?v={STYLE_VERSION}">'
        '<link rel="stylesheet" href="../../embed/bare.css">'
        f'{tags}</head><body class="stApp"><main><h1>{escape(title)}</h1>{body}'
        f"<footer>{source}{page_link}</footer></main></body></html>"
    )


def error_page(sentence: str) -> str:
    """An embed page that says what is wrong with its URL."""
    return document(tr("Nothing to show"), FOLLOW, f"<p>{escape(sentence)}</p>", (), "/")
