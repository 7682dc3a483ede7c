"""Text in SVG images: measured and broken into lines here, because SVG does neither."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup
from PIL import ImageFont

from dashboard.markup.html import join, tag

LINE_HEIGHT = 1.3
"""Height of a line, relative to the font size."""

_FONTS = Path(__file__).parents[1] / "fonts"

_FALLBACK_WIDTH = 1.08
"""Width of text in other fonts, such as Arial, relative to Source Sans: an SVG names its font but
does not contain it."""

_MEASURED_SIZE = 100


@dataclass(frozen=True)
class Block:
    """A part of an image: elements from the origin to the right and down, and their height in
    pixels."""

    elements: Markup
    height: float

    def at(self, x: float, y: float) -> Markup:
        """The elements, moved."""
        return tag("g", self.elements, transform=f"translate({x:g} {y:g})")


def stack(blocks: Iterable[Block], gap: float) -> Block:
    """Blocks one below the other, ``gap`` pixels apart; empty ones are left out."""
    parts: list[Markup] = []
    height = 0.0
    for block in blocks:
        if not block.height:
            continue
        top = height + gap if parts else 0.0
        parts.append(block.at(0, round(top, 1)))
        height = top + block.height
    return Block(join(parts), height)


def paragraph(
    text: str,
    width: float,
    size: float,
    colour: str,
    bold: bool = False,
    max_lines: int | None = None,
) -> Block:
    """A text in lines of at most ``width`` pixels.

    Parameters
    ----------
    size
        Font size in pixels.
    max_lines
        Number of lines after which the text ends with an ellipsis.
    """
    lines = wrapped(text, width, size, bold, max_lines)
    elements = [
        tag(
            "text",
            line,
            y=f"{(row * LINE_HEIGHT + 0.97) * size:.1f}",
            font_size=f"{size:g}",
            font_weight=600 if bold else None,
            fill=colour,
        )
        for row, line in enumerate(lines)
    ]
    return Block(join(elements), len(lines) * LINE_HEIGHT * size)


def wrapped(
    text: str, width: float, size: float, bold: bool = False, max_lines: int | None = None
) -> list[str]:
    """The lines of a text; see :func:`paragraph`."""
    lines: list[str] = []
    for word in _words(text, width, size, bold):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if max_lines is None or len(lines) <= max_lines:
        return lines
    last = f"{lines[max_lines - 1]}…"
    while text_width(last, size, bold) > width and len(last) > 1:
        last = f"{last[:-2]}…"
    return [*lines[: max_lines - 1], last]


def _words(text: str, width: float, size: float, bold: bool) -> Iterator[str]:
    """The words of a text; those wider than a line in several parts."""
    for word in text.split():
        if text_width(word, size, bold) <= width:
            yield word
            continue
        part = ""
        for letter in word:
            if part and text_width(part + letter, size, bold) > width:
                yield part
                part = ""
            part += letter
        yield part


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line in pixels, with room for a wider font than Source Sans."""
    return _length(text, bold) / _MEASURED_SIZE * size * _FALLBACK_WIDTH


@lru_cache(maxsize=4096)
def _length(text: str, bold: bool) -> float:
    """Width of a text at the measured size, the same for every size of the same words."""
    return _font(bold).getlength(text)


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    weight = "Semibold" if bold else "Regular"
    # The basic layout does without libraqm, which not every build of Pillow has.
    return ImageFont.truetype(
        str(_FONTS / f"SourceSansPro-{weight}.otf"),
        _MEASURED_SIZE,
        layout_engine=ImageFont.Layout.BASIC,
    )
