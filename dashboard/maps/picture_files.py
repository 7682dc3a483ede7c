"""Pictures of maps as files: SVG, PNG and PDF."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import typst

from dashboard import i18n
from dashboard.maps.picture import DEFAULT_SIZE, Picture
from dashboard.markup.theme import THEMES
from dashboard.markup.urls import urlencode
from geo.i18n import language

_HERE = Path(__file__).parent

_CSS_PPI = 96
"""Pixels of CSS in an inch."""


def svg(picture: Picture) -> bytes:
    """The picture as SVG, with text as text elements."""
    return picture.svg.encode()


def png(picture: Picture) -> bytes:
    """The picture as PNG."""
    content = _compiled(picture, "png", ppi=picture.png_scale * _CSS_PPI)
    _forget_pixels()
    return content


def pdf(picture: Picture) -> bytes:
    """The picture as a PDF of one page, in vectors, with title, language and text alternative."""
    return _compiled(picture, "pdf")


def _compiled(picture: Picture, file_format: Literal["png", "pdf"], **options: Any) -> bytes:
    """A page with the picture, set by Typst, which renders as the library behind charts does, in a
    fifth of the time; only the fonts of the dashboard are used."""
    compiler = typst.Compiler(
        str(_HERE / "picture.typ"),
        root=str(_HERE),
        font_paths=[str(_HERE.parent / "fonts")],
        ignore_system_fonts=True,
    )
    content = {
        "svg": str(picture.svg),
        "width": picture.width,
        "height": picture.height,
        "title": picture.title,
        "alt": f"{picture.title}. {picture.summary}",
        "lang": language().code,
    }
    inputs = {"content": json.dumps(content, ensure_ascii=False)}
    document = compiler.compile(format=file_format, sys_inputs=inputs, **options)
    assert isinstance(document, bytes)
    return document


def _forget_pixels() -> None:
    """Let Typst drop what it keeps of the last ten documents, which is up to 24 MB of pixels each.

    After 14 pictures that was 224 MB. Each document makes earlier ones older; eleven empty ones
    take 9 ms, a picture 150.
    """
    empty = typst.Compiler(str(_HERE / "empty.typ"), root=str(_HERE), ignore_system_fonts=True)
    for _ in range(11):
        empty.compile(format="pdf")


FORMATS: Mapping[str, tuple[Callable[[Picture], bytes], str]] = {
    "png": (png, "image/png"),
    "svg": (svg, "image/svg+xml"),
    "pdf": (pdf, "application/pdf"),
}
"""File extension -> function that makes the file, and its media type."""


def picture_url(name: str, extension: str, query: Mapping[str, str], size: str, theme: str) -> str:
    """The URL path of a picture, in the active language.

    Parameters
    ----------
    name, query
        One of :data:`dashboard.maps.registry.MAPS`, and the query of its page.
    size
        One of :data:`dashboard.maps.picture.LAYOUTS`.
    theme
        One of :data:`dashboard.markup.theme.THEMES`.
    """
    options = {
        **({} if size == DEFAULT_SIZE else {"size": size}),
        **({} if theme == THEMES[0] else {"theme": theme}),
    }
    params = urlencode({**query, **options, **i18n.language_params()})
    return f"/maps/{name}.{extension}" + (f"?{params}" if params else "")
