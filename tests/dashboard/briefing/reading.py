"""What a reader finds in a briefing: its blocks, and the text of a PDF as a program copies it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO

import pikepdf

from dashboard.briefing.document import Block, Columns, Document, Section

STAMP_ADDRESS = "https://cities.example.org"


def every_block(blocks: Iterable[Block]) -> Iterator[Block]:
    """All blocks, those within others too, in the order of reading."""
    for block in blocks:
        yield block
        if isinstance(block, Section):
            yield from every_block(block.blocks)
        elif isinstance(block, Columns):
            for column in block.columns:
                yield from every_block(column)


def section(document: Document, title: str) -> list[Block]:
    """What stands below a heading."""
    [found] = [
        block
        for block in every_block(document.blocks)
        if isinstance(block, Section) and block.title == title
    ]
    return list(found.blocks)


def titles(document: Document) -> list[str]:
    return [block.title for block in every_block(document.blocks) if isinstance(block, Section)]


def texts(value: object) -> Iterator[str]:
    """Every text of a document, however deep."""
    if isinstance(value, str):
        yield value
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from texts(getattr(value, name))
    elif isinstance(value, Iterable):
        for one in value:
            yield from texts(one)


def pdf_text(made: bytes) -> str:
    """Text of a PDF as programs copy it: the replacement of a marked part where it has one,
    otherwise what the font says of each glyph."""
    with pikepdf.open(BytesIO(made)) as pdf:
        return "\n".join("".join(_page_text(page)) for page in pdf.pages)


def _page_text(page: pikepdf.Page) -> Iterator[str]:
    fonts = {name: _letters(font) for name, font in page.Resources.Font.items()}
    font: dict[int, str] = {}
    replaced: list[bool] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                marks = operands[1] if len(operands) > 1 else None
                has_text = isinstance(marks, pikepdf.Dictionary) and "/ActualText" in marks
                if has_text and not any(replaced):
                    yield str(marks.ActualText)
                replaced.append(has_text)
            case "EMC":
                replaced.pop()
            case "Tf":
                font = fonts[str(operands[0])]
            case "Tj" | "TJ" if not any(replaced):
                shown = operands[0] if str(operator) == "TJ" else [operands[0]]
                for part in shown:
                    if isinstance(part, pikepdf.String):
                        codes = bytes(part)
                        pairs = zip(codes[::2], codes[1::2], strict=True)
                        yield "".join(font[256 * high + low] for high, low in pairs)


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """Code of a glyph -> text that it stands for."""
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", font.ToUnicode.read_bytes(), re.DOTALL):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return found
