"""Marks of files, of which the script of a page makes its panel of downloads."""

from __future__ import annotations

from dashboard.markup.file_links import Files, files_button, files_mark, source_line


def test_button_names_its_thing_and_holds_the_address_of_each_format_once():
    slide = Files(("png", "svg"), "/maps/city.*?city=dili", "Slide")
    page = Files(("png", "svg"), "/maps/city.*?city=dili&size=page", "Page")
    button = files_button("Dili & sea", slide, page)
    assert 'aria-label="Download: Dili &amp; sea"' in button
    assert (
        'data-files="png,svg /maps/city.*?city=dili Slide\n'
        'png,svg /maps/city.*?city=dili&amp;size=page Page"' in button
    )


def test_mark_of_what_is_not_shown_has_no_button():
    mark = files_mark("Cities", Files(("csv",), "/download/cities.*"), rows="38 rows")
    assert "<button" not in mark
    assert 'data-rows="38 rows"' in mark


def test_line_without_a_text_is_its_button_alone():
    assert source_line("").startswith('<p class="source alone">')
