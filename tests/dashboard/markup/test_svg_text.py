"""Text in SVG: lines that fit, nothing lost."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from dashboard.markup.svg_text import Block, paragraph, stack, text_width, wrapped

TEXT = "The largest UN city is Ho Chi Minh City; Thành phố Hồ Chí Minh, 14.1 million people."


@pytest.mark.parametrize("width", [60, 120, 400, 2_000])
@pytest.mark.parametrize("bold", [False, True])
def test_lines_fit_and_hold_the_whole_text(width, bold):
    lines = wrapped(TEXT, width, 20, bold)
    assert all(text_width(line, 20, bold) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == TEXT.replace(" ", "")
    assert len(lines) == 1 or len(lines) > text_width(TEXT, 20, bold) / width - 1


def test_word_wider_than_a_line_is_broken():
    lines = wrapped("a " + "x" * 100, 100, 20)
    assert "".join(lines) == "a" + "x" * 100
    assert max(text_width(line, 20) for line in lines) <= 100


def test_text_of_too_many_lines_ends_with_an_ellipsis():
    lines = wrapped(TEXT, 200, 20, max_lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert text_width(lines[-1], 20) <= 200


def test_empty_text_takes_no_room():
    assert paragraph("", 100, 20, "#000000") == Block(Markup(), 0)
    one = paragraph("a", 100, 20, "#000000")
    assert stack([Block(Markup(), 0), one, Block(Markup(), 0)], gap=50).height == one.height
