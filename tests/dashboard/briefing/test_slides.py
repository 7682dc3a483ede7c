"""Briefings as slides: what PowerPoint and screen readers find in the file."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from functools import cache
from io import BytesIO
from itertools import combinations
from time import process_time

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.oxml.ns import qn

from dashboard.briefing.document import Document, Slide, Table
from dashboard.briefing.slide_blocks import Area, split
from dashboard.briefing.slides import EPOCH, pptx
from dashboard.i18n import languages
from geo.i18n import use_language
from tests.dashboard.briefing.test_pdf import KINDS, SECONDS, STAMP, made

LANGUAGES = {"en": "en-GB", "id": "id-ID"}


@cache
def file_of(kind: str, language: str = "en") -> bytes:
    """The slides of a briefing of a kind."""
    with use_language(languages()[language]):
        return pptx(made(kind, language)[0], STAMP)


def opened(kind: str, language: str = "en"):
    return Presentation(BytesIO(file_of(kind, language)))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", KINDS)
def test_every_slide_has_a_title_of_a_sentence_notes_and_texts_in_its_language(kind, language):
    slides = opened(kind, language)
    assert (slides.slide_width / slides.slide_height) == pytest.approx(16 / 9, rel=1e-3)
    assert len(slides.slides) >= 4
    for slide in slides.slides:
        title = slide.shapes.title.text_frame.text
        assert len(title.split()) >= 5
        assert not title.endswith(".")
        notes = slide.notes_slide.notes_text_frame.text
        assert STAMP.address in notes
        assert len(notes.splitlines()) >= 4
        for properties in slide.element.iter(qn("a:rPr")):
            assert properties.get("lang") == LANGUAGES[language]
    assert slides.core_properties.language == LANGUAGES[language]


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_and_tables_are_described_and_nothing_leaves_its_slide(kind):
    slides = opened(kind)
    tables = pictures = 0
    for slide in slides.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= slides.slide_width
            assert shape.top >= 0
            assert shape.top + shape.height <= slides.slide_height
            if shape.shape_type == MSO_SHAPE_TYPE.PICTURE or shape.has_table:
                described = next(shape.element.iter(qn("p:cNvPr"))).get("descr")
                assert len(described) > 20
                pictures += shape.shape_type == MSO_SHAPE_TYPE.PICTURE
            if shape.has_table:
                tables += 1
                assert shape.table.first_row
                assert all(cell.text_frame.text for cell in shape.table.rows[0].cells)
    assert tables
    assert pictures


@pytest.mark.parametrize("kind", KINDS)
def test_shapes_of_a_slide_do_not_cover_each_other(kind):
    for slide in opened(kind).slides:
        for one, other in combinations(slide.shapes, 2):
            apart = (
                one.left + one.width <= other.left
                or other.left + other.width <= one.left
                or one.top + one.height <= other.top
                or other.top + other.height <= one.top
            )
            assert apart, (slide.shapes.title.text_frame.text, one.name, other.name)


def test_picture_has_two_pixels_for_each_of_its_own():
    [picture] = [
        shape
        for shape in opened("network").slides[0].shapes
        if shape.shape_type == MSO_SHAPE_TYPE.PICTURE
    ]
    assert picture.image.content_type == "image/png"
    assert picture.image.size[0] == 2 * 640
    width, height = picture.image.size
    assert picture.width / picture.height == pytest.approx(width / height, rel=0.01)


def test_file_has_no_date_of_making_and_no_name_of_the_library_author():
    content = file_of("city")
    with use_language(languages()["en"]):
        assert pptx(made("city")[0], STAMP) == content
    with zipfile.ZipFile(BytesIO(content)) as package:
        assert package.testzip() is None
        assert {info.date_time for info in package.infolist()} == {EPOCH.timetuple()[:6]}
        about = package.read("docProps/core.xml").decode()
    assert "Canny" not in about
    assert "ASEAN Smart Cities dashboard" in about
    assert opened("city").core_properties.modified == EPOCH


@pytest.mark.parametrize("kind", KINDS)
def test_slides_are_made_in_less_than_two_seconds(kind, layers):
    file_of(kind)
    start = process_time()
    pptx(KINDS[kind](layers), STAMP)
    assert process_time() - start < SECONDS


def rows(number: int, words: int = 4) -> Table:
    return Table(("One", "Two"), [(str(row), "word " * words) for row in range(number)], (1, 2))


def test_long_table_goes_on_on_the_next_slide_in_even_parts_with_every_row_once():
    table = rows(40)
    parts = [part for [part] in split([table], Area(0, 0, 12, 5))]
    assert [row for part in parts for row in part.rows] == table.rows
    assert len(parts) == 3
    lengths = [len(part.rows) for part in parts]
    assert max(lengths) - min(lengths) <= 2
    assert all(part.head == table.head for part in parts)


def test_short_tables_share_a_slide_and_long_ones_do_not():
    area = Area(0, 0, 12, 5)
    assert list(split([rows(3), rows(4)], area)) == [[rows(3), rows(4)]]
    assert len(list(split([rows(3), rows(14)], area))) == 2


def test_title_of_a_table_on_several_slides_counts_them():
    slide = Slide("A sentence.", [[rows(40)]], ["source"])
    document = Document("kind", "name", "", [], [], lambda: [slide], "city")
    slides = Presentation(BytesIO(pptx(document, STAMP))).slides
    assert [one.shapes.title.text_frame.text for one in slides] == [
        f"A sentence ({part} of 3)" for part in (1, 2, 3)
    ]


def test_text_of_the_layers_is_never_markup():
    evil = '<a:t>&amp;"]]>'
    slide = Slide(evil, [[Table((evil, evil), [(evil, evil)], (1, 1))]], [evil])
    document = Document(evil, evil, evil, [], [], lambda: [slide], "city")
    [made_slide] = Presentation(BytesIO(pptx(document, STAMP))).slides
    assert made_slide.shapes.title.text_frame.text == evil
    assert evil in made_slide.notes_slide.notes_text_frame.text


def test_server_starts_without_the_library_of_slides():
    code = "import sys, dashboard.server; print('pptx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("False")
