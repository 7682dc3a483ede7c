"""Parts of a briefing, as plain values: what the template of the PDF and the slides both draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from babel import Locale

from dashboard.markup.figures import Figure
from dashboard.markup.theme import LIGHT
from geo.i18n import language

Cells: TypeAlias = "Sequence[str | Cell]"
Blocks: TypeAlias = "Sequence[Block]"


@dataclass(frozen=True)
class Cell:
    """A table cell.

    Attributes
    ----------
    small, below
        Small print after the text, and on a line of its own.
    dot, badge
        Colour of a dot before the text, or of the ground of the text; empty without one.
    strong
        Whether it is a figure that is read from afar.
    """

    text: str
    small: str = ""
    below: str = ""
    dot: str = ""
    badge: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Text:
    """A paragraph; ``name`` stands before it in bold."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class Note:
    """Small print."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list of short texts."""

    items: Cells


@dataclass(frozen=True)
class Badges:
    """Short names on coloured grounds, side by side."""

    items: Sequence[Cell]


@dataclass(frozen=True)
class Figures:
    """Key figures, in rows of so many columns."""

    items: Sequence[Figure]
    columns: int = 2


@dataclass(frozen=True)
class Picture:
    """A map or chart.

    Attributes
    ----------
    svg
        The picture, whose texts are in a font of the dashboard.
    width, height
        Its size in pixels.
    alt
        What it shows, as text.
    caption
        Name above it; empty without one.
    """

    svg: str
    width: float
    height: float
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose first column names its rows.

    Attributes
    ----------
    head
        Headings of the columns.
    rows
        One text or cell per column.
    widths
        Relative widths of the columns; 0 for one as wide as its content.
    numbers
        Columns of numbers, which are set right.
    """

    head: Sequence[str]
    rows: Sequence[Cells]
    widths: Sequence[float]
    numbers: Sequence[int] = ()


@dataclass(frozen=True)
class Columns:
    """Blocks side by side, in columns of these relative widths."""

    widths: Sequence[float]
    columns: Sequence[Blocks]


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it; ``level`` 2 for a part of the briefing, 3 within one."""

    title: str
    blocks: Blocks
    level: int = 2


Block: TypeAlias = "Text | Note | Points | Badges | Figures | Picture | Table | Columns | Section"


@dataclass(frozen=True)
class Slide:
    """A slide: a sentence that gives the answer, what shows it, and whence it is known.

    Attributes
    ----------
    title
        A sentence; its full stop is left out.
    columns
        What stands side by side.
    sources
        For the notes.
    widths
        Relative widths of the columns; equal ones if empty.
    """

    title: str
    columns: Sequence[Blocks]
    sources: Sequence[str]
    widths: Sequence[float] = ()


@dataclass(frozen=True)
class Local:
    """The name of a place in its own language, with the code of that language."""

    text: str
    language: str


@dataclass(frozen=True)
class Document:
    """A briefing.

    Attributes
    ----------
    kind
        What kind of briefing it is, such as "City briefing".
    name
        Whom or what it is about; its title.
    local
        That name in the language of the place, if it is another.
    answer
        The sentences that a minute allows.
    blocks
        Everything below them.
    sources
        Of everything, one per line.
    slides
        Makes the same for a projector.
    page
        Address of the page about the same, below the address of the dashboard.
    """

    kind: str
    name: str
    answer: str
    blocks: Blocks
    sources: Sequence[str]
    slides: Callable[[], Sequence[Slide]]
    page: str
    local: Local | None = None


def as_json(value: Any) -> Any:
    """A part of a briefing as values of JSON; each names its class as ``kind``."""
    if hasattr(value, "__dataclass_fields__"):
        values = {one.name: getattr(value, one.name) for one in fields(value)}
        own = {name: as_json(one) for name, one in values.items() if not callable(one)}
        return {"is": type(value).__name__, **own}
    if isinstance(value, str | int | float) or value is None:
        return value
    return [as_json(one) for one in value]


def pages_language() -> str:
    """Language of a briefing, as its readers' programs know it."""
    return Locale.parse(language().code).language


COLOURS = {name: getattr(LIGHT, name) for name in ("accent", "muted", "rule", "text")}
"""Colours of briefings, which are for paper and projectors."""
