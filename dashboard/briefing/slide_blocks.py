"""The blocks of a briefing on a slide: text boxes, native tables, pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import ceil
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.slide import Slide as PptxSlide
from pptx.table import _Cell as PptxCell
from pptx.text.text import TextFrame
from pptx.util import Inches, Pt

from dashboard.briefing.document import (
    COLOURS,
    Blocks,
    Cell,
    Figures,
    Note,
    Picture,
    Points,
    Table,
    Text,
)
from dashboard.maps import picture_files
from dashboard.maps.picture import Picture as SvgPicture
from dashboard.markup.svg_text import text_width, wrapped
from geo.i18n import tr

TABLE_SIZES = (16, 14, 12)
"""Sizes in points of the text of a table, the largest that fits is taken."""

TOGETHER = 14
"""Size of the text of tables that stand below each other."""

TEXT_SIZE, NOTE_SIZE, CAPTION_SIZE = 18, 12, 14

_MARGIN = 0.06
"""Inches between text and the edges of a table cell."""

_GAP = 0.15
"""Inches below a picture or table."""

_LINE = 1.22
"""Height of a line, relative to the size of its text."""

_WIDEST = 0.3
"""Largest part of the width of a table for a column that is as wide as its content."""

_STRONG = 4
"""Points by which a figure that is read from afar is larger."""

_PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's table style without fills and lines."""


@dataclass(frozen=True)
class Area:
    """A part of a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    def below(self, used: float) -> Area:
        """What is left below what is used."""
        return replace(self, top=self.top + used, height=self.height - used)


def draw(slide: PptxSlide, blocks: Blocks, area: Area, title: str) -> None:
    """Draw blocks one below the other.

    Parameters
    ----------
    title
        Of the slide; it is the text alternative of its tables.
    """
    # Small print below a picture takes its room first.
    notes = sum(
        _text_height([one.text], NOTE_SIZE, area) for one in blocks if isinstance(one, Note)
    )
    pictures = sum(isinstance(one, Picture) for one in blocks)
    several = sum(isinstance(one, Table) for one in blocks) > 1
    height = (area.height - notes) / max(1, pictures)
    for block in blocks:
        if isinstance(block, Picture):
            area = area.below(_picture(slide, block, replace(area, height=height)))
        elif isinstance(block, Table):
            size = TOGETHER if several else _size(block, area)
            area = area.below(_table(slide, block, area, size, title))
        elif isinstance(block, Figures):
            figures = _of_figures(block)
            area = area.below(_table(slide, figures, area, _size(figures, area), title))
        elif isinstance(block, Points):
            texts = [f"• {_said(one)}" for one in block.items]
            area = area.below(_text(slide, texts, TEXT_SIZE, COLOURS["text"], area))
        elif isinstance(block, Text):
            text = f"{block.name}. {block.text}" if block.name else block.text
            area = area.below(_text(slide, [text], TEXT_SIZE, COLOURS["text"], area))
        elif isinstance(block, Note):
            area = area.below(_text(slide, [block.text], NOTE_SIZE, COLOURS["muted"], area))


def split(blocks: Blocks, area: Area) -> Iterator[Blocks]:
    """The blocks of a slide, or of several slides where tables are longer than the room."""
    tables = [one for one in blocks if isinstance(one, Table)]
    if len(tables) < len(blocks) or _fit_together(tables, area):
        yield blocks
        return
    for one in tables:
        yield from ([part] for part in _split_table(one, area))


def _fit_together(tables: Sequence[Table], area: Area) -> bool:
    """Whether several tables fit below each other."""
    heights = (sum(_heights(one, area, TOGETHER)) + _GAP for one in tables)
    return len(tables) > 1 and sum(heights) <= area.height


def _split_table(table: Table, area: Area) -> Iterator[Table]:
    """A table in parts of about the same height that fit."""
    head, *heights = _heights(table, area, _size(table, area))
    part = sum(heights) / max(1, ceil(sum(heights) / (area.height - head)))
    rows: list[Sequence[str | Cell]] = []
    parts, above, used = 1, 0.0, 0.0
    for row, height in zip(table.rows, heights, strict=True):
        # A part ends where even parts would, however those above it were rounded.
        if rows and (above + height / 2 > parts * part or head + used + height > area.height):
            yield replace(table, rows=rows)
            rows, used, parts = [], 0.0, parts + 1
        rows.append(row)
        above += height
        used += height
    yield replace(table, rows=rows)


def write(
    frame: TextFrame,
    paragraphs: Sequence[str],
    size: float,
    colour: str,
    bold: bool = False,
    middle: bool = False,
) -> None:
    """Replace the text of a frame, whose margins are removed.

    Parameters
    ----------
    middle
        Whether the text stands in the middle of the height, rather than at the top.
    """
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.clear()
    for number, text in enumerate(paragraphs):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        if number:
            paragraph.space_before = Pt(size / 2)
        _run(paragraph, text, size, colour, bold)


def _run(paragraph: Any, text: str, size: float, colour: str, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())


def lines(text: str, width: float, size: float, bold: bool = False) -> int:
    """Number of lines of a text in a width in inches."""
    if text_width(text, size, bold) <= width * 72:
        return 1
    return len(wrapped(text, width * 72, size, bold))


def _text_height(texts: Sequence[str], size: float, area: Area) -> float:
    number = sum(lines(text, area.width, size) for text in texts)
    return (number * _LINE * size + len(texts) * size / 2) / 72


def _text(slide: PptxSlide, texts: Sequence[str], size: float, colour: str, area: Area) -> float:
    """A text box; returns its height."""
    height = _text_height(texts, size, area)
    box = slide.shapes.add_textbox(
        Inches(area.left), Inches(area.top), Inches(area.width), Inches(height)
    )
    write(box.text_frame, texts, size, colour)
    return height


def _picture(slide: PptxSlide, picture: Picture, area: Area) -> float:
    """A picture with its caption above, as large as the area allows; returns the height of both."""
    caption = 0.0
    if picture.caption:
        caption = _text(slide, [picture.caption], CAPTION_SIZE, COLOURS["text"], area)
    room = area.below(caption)
    scale = min(room.width / picture.width, (room.height - _GAP) / picture.height)
    width, height = scale * picture.width, scale * picture.height
    image = SvgPicture(
        picture.svg, ceil(picture.width), ceil(picture.height), picture.caption, picture.alt
    )
    drawn = slide.shapes.add_picture(
        BytesIO(picture_files.png(image)),
        Inches(room.left),
        Inches(room.top),
        Inches(width),
        Inches(height),
    )
    _describe(drawn, picture.caption or tr("Picture"), picture.alt)
    return caption + height + _GAP


def _describe(shape: Any, name: str, alt: str) -> None:
    """Name and text alternative of a shape."""
    shape.name = name
    next(shape.element.iter(qn("p:cNvPr"))).set("descr", alt)


def _of_figures(figures: Figures) -> Table:
    """Key figures as a table."""
    rows = [
        (
            Cell(figure.value, below=figure.place, strong=True),
            Cell(figure.label, below=figure.source),
        )
        for figure in figures.items
    ]
    return Table((tr("Figure"), tr("What it is, year and source")), rows, (1, 2))


def _said(cell: str | Cell) -> str:
    """Text of a cell on one line."""
    return cell if isinstance(cell, str) else " ".join(filter(None, (cell.text, cell.small)))


def _widths(table: Table, area: Area) -> list[float]:
    """Widths of columns in inches."""
    every: list[Sequence[str | Cell]] = [table.head, *table.rows]
    fixed = [
        0.0
        if share
        else min(_WIDEST * area.width, max(_natural_width(cells[column]) for cells in every))
        for column, share in enumerate(table.widths)
    ]
    part = (area.width - sum(fixed)) / sum(table.widths)
    return [width or part * share for width, share in zip(fixed, table.widths, strict=True)]


def _natural_width(cell: str | Cell) -> float:
    """Width in inches of a cell on one line, at the largest size."""
    dot = 0 if isinstance(cell, str) or not (cell.dot or cell.badge) else 0.2
    return text_width(_said(cell), TABLE_SIZES[0]) / 72 + 2 * _MARGIN + dot


def _heights(table: Table, area: Area, size: float) -> list[float]:
    """Heights in inches of the head and the rows."""
    widths = _widths(table, area)

    def height(cells: Sequence[str | Cell], bold: bool) -> float:
        points = [
            lines(_said(cell), width - 2 * _MARGIN - 0.05, _sized(cell, size), bold)
            * _sized(cell, size)
            + (
                lines(cell.below, width - 2 * _MARGIN, _small(size)) * _small(size)
                if isinstance(cell, Cell) and cell.below
                else 0
            )
            for cell, width in zip(cells, widths, strict=True)
        ]
        return max(points) * _LINE / 72 + 2 * _MARGIN

    return [height(list(table.head), True), *(height(row, False) for row in table.rows)]


def _sized(cell: str | Cell, size: float) -> float:
    return size + _STRONG if isinstance(cell, Cell) and cell.strong else size


def _small(size: float) -> float:
    return max(10, size - 3)


def _size(table: Table, area: Area) -> float:
    """The largest size of text with which a table fits; the smallest if none does."""
    fitting = (size for size in TABLE_SIZES if sum(_heights(table, area, size)) <= area.height)
    return next(fitting, TABLE_SIZES[-1])


def _table(slide: PptxSlide, table: Table, area: Area, size: float, title: str) -> float:
    """A native table with texts of a size; returns its height with the gap below."""
    heights, widths = _heights(table, area, size), _widths(table, area)
    frame = slide.shapes.add_table(
        len(heights),
        len(widths),
        Inches(area.left),
        Inches(area.top),
        Inches(area.width),
        Inches(sum(heights)),
    )
    _describe(frame, tr("Table"), title)
    made = frame.table
    made.horz_banding = False
    made.first_col = True
    next(frame.element.iter(qn("a:tableStyleId"))).text = _PLAIN
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Inches(width)
    for number, height in enumerate(heights):
        made.rows[number].height = Inches(height)
    for number, cells in enumerate([list(table.head), *table.rows]):
        for column, cell in enumerate(cells):
            right = column in table.numbers
            _fill(made.cell(number, column), cell, size, number == 0, right)
    return sum(heights) + _GAP


def _fill(made: PptxCell, cell: str | Cell, size: float, head: bool, right: bool) -> None:
    """Text, margins and the line below a table cell."""
    cell = Cell(cell) if isinstance(cell, str) else cell
    made.margin_left = made.margin_right = made.margin_top = made.margin_bottom = Inches(_MARGIN)
    frame = made.text_frame
    frame.word_wrap = True
    paragraph = frame.paragraphs[0]
    if hue := cell.dot or cell.badge:
        _run(paragraph, "● " if cell.dot else "■ ", size, hue)
    colour = COLOURS["accent"] if cell.strong else COLOURS["text"]
    _run(paragraph, cell.text, _sized(cell, size), colour, head or cell.strong)
    if cell.small:
        _run(paragraph, f" {cell.small}", _small(size), COLOURS["muted"])
    if cell.below:
        _run(frame.add_paragraph(), cell.below, _small(size), COLOURS["muted"])
    for one in frame.paragraphs:
        one.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    _line_below(made, COLOURS["accent"] if head else COLOURS["rule"], 1.5 if head else 0.75)


def _line_below(made: PptxCell, colour: str, points: float) -> None:
    """A line below a table cell, for which python-pptx has no function."""
    line = OxmlElement("a:lnB")
    line.set("w", str(Pt(points)))
    fill, value = OxmlElement("a:solidFill"), OxmlElement("a:srgbClr")
    value.set("val", colour.lstrip("#").upper())
    fill.append(value)
    line.append(fill)
    # Lines come before any fill.
    made._tc.get_or_add_tcPr().insert(0, line)
