"""Briefings as PDF: pages, fonts, PDF/UA, text that copies as it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from time import process_time

import pikepdf
import pytest
from pdfua import validate

import dashboard.briefing
from dashboard.briefing import city, comparison, country, meeting, network
from dashboard.briefing.document import Document, Local, Text
from dashboard.briefing.pdf import pdf
from dashboard.briefing.stamp import Stamp, stamp
from dashboard.data.current import catalogue
from dashboard.i18n import languages
from dashboard.web.routes.map_land import fetch
from geo.i18n import use_language
from tests.dashboard.briefing.reading import STAMP_ADDRESS, pdf_text, titles

CITY_IDS = tuple(catalogue()["cities"]["city_id"])

SECONDS = 2
"""Of the processor; a briefing is promised in less."""

KINDS = {
    "country": lambda layers: country.document(layers, "LAO", fetch),
    "compare": lambda layers: comparison.document(layers, ("jakarta", "manila", "phuket")),
    "network": lambda layers: network.document(layers, fetch),
    "meeting": lambda layers: meeting.document(layers, fetch),
    "city": lambda layers: city.document(layers, "phnom-penh"),
}
PAGES = {"country": 2, "compare": 2, "network": 2, "meeting": 6, "city": 2}
"""The most pages of each kind."""

STAMP = Stamp("Data version 0.", STAMP_ADDRESS)


@cache
def made(kind: str, language: str = "en") -> tuple[Document, bytes]:
    """A briefing of a kind in a language, and its PDF."""
    with use_language(languages()[language]):
        document = KINDS[kind](catalogue())
        return document, pdf(document, STAMP)


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", content))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("city_id", CITY_IDS)
def test_every_city_has_a_briefing_of_at_most_two_a4_pages_in_vectors(city_id, language):
    with use_language(languages()[language]):
        content = pdf(city.document(catalogue(), city_id), STAMP)
    assert content.startswith(b"%PDF-")
    assert 1 <= pages(content) <= 2
    box = re.search(rb"/MediaBox\s*\[([^\]]+)\]", content)
    assert box
    assert [float(side) for side in box[1].split()] == pytest.approx([0, 0, 595.28, 841.89], abs=1)
    assert b"/Subtype/Image" not in content.replace(b" ", b"")


@pytest.mark.parametrize("iso3", catalogue()["countries"]["iso3"])
def test_every_country_has_a_briefing_of_at_most_two_pages(iso3, layers):
    assert pages(pdf(country.document(layers, iso3, fetch), STAMP)) <= 2


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", KINDS)
def test_briefing_is_pdf_ua_as_far_as_a_program_can_tell(kind, language, tmp_path):
    document, content = made(kind, language)
    assert pages(content) <= PAGES[kind]
    path = tmp_path / "briefing.pdf"
    path.write_bytes(content)
    assert [(found.rule_id, found.message) for found in validate(str(path)).findings] == []
    with pikepdf.open(BytesIO(content)) as opened:
        assert str(opened.Root.Lang) == language
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        assert str(opened.docinfo.Title) == f"{document.kind}: {document.name}"
        with opened.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def structure(content: bytes) -> list[tuple[str, str]]:
    """Kind and text alternative of each element that a screen reader meets, in order."""
    with pikepdf.open(BytesIO(content)) as opened:
        return list(_elements(opened.Root.StructTreeRoot.K))


def _elements(element: pikepdf.Object) -> Iterator[tuple[str, str]]:
    if isinstance(element, pikepdf.Array):
        for child in element:
            yield from _elements(child)
    elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
        yield str(element.S), str(element.get("/Alt", ""))
        yield from _elements(element.get("/K", pikepdf.Array()))


@pytest.mark.parametrize("kind", KINDS)
def test_headings_table_heads_and_pictures_are_tagged_in_the_order_of_reading(kind):
    document, content = made(kind)
    elements = structure(content)
    kinds = [name for name, _ in elements]
    assert kinds.count("/H1") == 1
    headings = [name for name in kinds if re.fullmatch("/H[1-6]", name)]
    assert headings[0] == "/H1"
    assert len(headings) == 2 + len(titles(document))  # its name, and the sources
    assert kinds.count("/Table") >= 1
    assert kinds.count("/THead") == kinds.count("/Table")
    pictures = [alt for name, alt in elements if name == "/Figure"]
    assert pictures
    assert all(len(alt) > 20 for alt in pictures)


def test_sources_and_address_are_read_out_and_the_address_is_a_link():
    document, content = made("country")
    text = pdf_text(content).replace("\n", "")
    url = f"{STAMP_ADDRESS}/country?country=LAO"
    assert url in text
    assert document.sources[0].replace(" ", "") in text.replace(" ", "")
    with pikepdf.open(BytesIO(content)) as opened:
        links = [
            str(note.A.URI)
            for page in opened.pages
            for note in page.get("/Annots", [])
            if "/A" in note
        ]
    assert url in links


@pytest.mark.parametrize("row", list(catalogue()["cities"].itertuples()), ids=CITY_IDS)
def test_names_in_every_script_copy_as_they_read(row):
    local = Local(row.name_local, row.local_language)
    content = pdf(Document("kind", "name", "", [], [], list, "city", local), STAMP)
    assert row.name_local.replace(" ", "") in pdf_text(content).replace(" ", "")


LATIN_FONTS = {"SourceSansPro-Regular", "SourceSansPro-Semibold"}

LOCAL_FONTS = {
    "bangkok": "NotoSansThai-Regular",
    "vientiane": "NotoSansLao-Regular",
    "siem-reap": "NotoSansKhmer-Regular",
    "yangon": "NotoSansMyanmar-Regular",
}


def embedded(content: bytes) -> set[str]:
    """Names of the fonts in a PDF, without the mark of a subset."""
    names = re.findall(rb"/FontName/[A-Z]{6}\+([\w-]+)", content.replace(b" ", b""))
    return {name.decode() for name in names}


def test_fonts_are_embedded_and_none_but_ours(layers):
    content = pdf(city.document(layers, "ho-chi-minh-city"), STAMP)
    assert embedded(content) == LATIN_FONTS
    assert b"/FontFile3" in content


@pytest.mark.parametrize("city_id", LOCAL_FONTS)
def test_local_name_stands_in_its_own_script_in_less_than_two_seconds(city_id, layers):
    start = process_time()
    content = pdf(city.document(layers, city_id), STAMP)
    assert process_time() - start < SECONDS
    assert embedded(content) == {*LATIN_FONTS, LOCAL_FONTS[city_id]}


def test_same_data_gives_the_same_bytes_and_no_date_of_making():
    document, first = made("network")
    assert pdf(document, STAMP) == first
    assert b"CreationDate" not in first
    assert b"CreateDate" not in first


@pytest.mark.parametrize("kind", KINDS)
def test_briefing_is_made_in_less_than_two_seconds(kind, layers):
    made(kind)  # layers and map sources are read once per process
    start = process_time()
    pdf(KINDS[kind](layers), STAMP)
    assert process_time() - start < SECONDS


def test_template_has_no_words_of_its_own():
    template = Path(dashboard.briefing.__file__).with_name("briefing.typ").read_text()
    strings = re.findall(r'"([^"\n]*)"', template)
    assert {text for text in strings if re.search(r"\w \w", text)} == {
        "Source Sans Pro",
        *(f"Noto Sans {script}" for script in ("Thai", "Lao", "Khmer", "Myanmar")),
    }
    assert not re.search(r"\[\s*\w{2}", template)


def test_text_of_the_layers_is_never_markup():
    evil = '#panic("markup") *x* $y$ \\ ] } "'
    document = Document(evil, evil, evil, [Text(evil, evil)], [evil], list, "city")
    content = pdf(document, STAMP)
    assert pdf_text(content).replace(" ", "").count(evil.replace(" ", "")) >= 5


def test_stamp_names_version_and_date_of_the_data(layers):
    data, code = layers.version.split("-")
    said = stamp(layers, STAMP_ADDRESS).data
    assert f" {data}." in said
    assert code not in said
    assert re.search(r"Newest source: \d+ \w+ 20\d\d\.", said)
