"""Snippets on a page to embed its charts and maps on other sites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.maps import notes
from dashboard.maps.picture import LAYOUTS
from dashboard.maps.picture_files import FORMATS, picture_url
from dashboard.markup.embed_snippet import MAPS, server_url, snippet
from dashboard.markup.file_links import ANY, Files, cite_link, files_button, source_line
from dashboard.markup.html import tag
from dashboard.markup.theme import LIGHT
from dashboard.settings import SELF, current_settings
from dashboard.ui import layout
from dashboard.ui.html import render_html
from geo.i18n import tr


def takeaway_row(kind: str, name: str) -> DeltaGenerator:
    """Container for a source line and its embed snippet."""
    return st.container(horizontal=True, key=f"takeaway_{kind}_{name}")


def show_snippet(kind: str, name: str, query: Mapping[str, str], title: str) -> None:
    """Draw the snippet of a chart or map in a popover."""
    with st.popover(tr("Embed"), type="tertiary"):
        instruction = tr("To show this on another site, paste this code there:")
        render_html(tag("p", instruction, class_="embed"))
        dashboard_url = server_url(st.context.url or "")
        st.code(snippet(dashboard_url, kind, name, query, title), language=None, wrap_lines=True)
        render_html(tag("p", _frame_note(), class_="embed note"))


def map_note(name: str, query: Mapping[str, str], title: str, text: str = "") -> None:
    """Draw the line below a map: a text, the boundary note, the pictures of the map, its snippet.

    Parameters
    ----------
    query
        Query of the map, its pictures and its embed page.
    """
    with takeaway_row(MAPS, name):
        note = f"{text} {notes.map_note()}".strip()
        cite = cite_link(MAPS, name, query, title)
        line = source_line(note, files_button(title, *_pictures(name, query)), cite)
        render_html(line)
        show_snippet(MAPS, name, query, title)
    layout.missing_land_notices()


def on_paper(name: str, query: Mapping[str, str], title: str) -> None:
    """Draw the picture that stands for a map on paper, where its canvas is empty; fetched when
    printed."""
    url = picture_url(name, "svg", query, "page", LIGHT.name)
    render_html(tag("img", class_="on-paper", loading="lazy", src=url, alt=title))


def _pictures(name: str, query: Mapping[str, str]) -> Iterator[Files]:
    theme = layout.colours().name
    for size, picture_layout in LAYOUTS.items():
        yield Files(FORMATS, picture_url(name, ANY, query, size, theme), tr(picture_layout.label))


def _frame_note() -> str:
    theme_note = tr(
        "It follows the user's light or dark theme; add theme=light or theme=dark to fix it."
    )
    if current_settings().frame_ancestors != SELF:
        return theme_note
    self_only_note = tr(
        "This server can only be embedded in its own pages; its operator can allow other sites."
    )
    return f"{theme_note} {self_only_note}"
