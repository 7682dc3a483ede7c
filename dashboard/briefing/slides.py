"""A briefing as slides (PowerPoint, 16:9) with native titles, tables and notes.

``pptx`` is imported here, and this module only when slides are asked for: that takes half a second.
Equal data give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from babel.core import get_global
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Slides
from pptx.slide import Slide as PptxSlide
from pptx.slide import SlideLayout
from pptx.util import Inches

from dashboard.briefing.document import COLOURS, Document, Slide, pages_language
from dashboard.briefing.slide_blocks import Area, draw, lines, split, write
from dashboard.briefing.stamp import Stamp
from geo.i18n import tr

WIDTH, HEIGHT = 13.333, 7.5
"""Size of a slide in inches."""

BODY = Area(0.6, 1.85, WIDTH - 1.2, 4.95)
"""What is left for the content below the title and above the footer, in inches."""

GAP = 0.4
"""Inches between columns."""

TITLE_SIZES = (28, 24, 20)
"""Sizes in points of titles, the largest with which one has two lines."""

SMALLEST_TITLE = 18

EPOCH = datetime(1980, 1, 1)
"""Instead of the time of making: the earliest that a ZIP file can state."""

_SPELLINGS = {"en": "en-GB"}
"""Languages that are written as in another country than where most speak them."""


def pptx(document: Document, stamp: Stamp) -> bytes:
    """The briefing as slides."""
    slides = Presentation()
    layout = _prepare(slides, document, stamp)
    for slide in document.slides():
        parts = list(_parts(slide))
        for number, part in enumerate(parts, 1):
            title = part.title.rstrip(".")
            if len(parts) > 1:
                title = tr(
                    "{title} ({part} of {parts})", title=title, part=number, parts=len(parts)
                )
            _draw(slides.slides.add_slide(layout), part, title, document, stamp)
    _set_language(slides)
    return _reproducible(slides)


def _parts(slide: Slide) -> Iterator[Slide]:
    """A slide, or several where its tables are longer than the room."""
    if len(slide.columns) > 1:
        yield slide
        return
    for blocks in split(slide.columns[0], BODY):
        yield Slide(slide.title, [blocks], slide.sources)


def _prepare(slides: Slides, document: Document, stamp: Stamp) -> SlideLayout:
    """Size, properties and the one layout; returns it."""
    slides.slide_width, slides.slide_height = Inches(WIDTH), Inches(HEIGHT)
    about = slides.core_properties
    about.title, about.subject = f"{document.kind}: {document.name}", document.kind
    about.author = about.last_modified_by = tr("ASEAN Smart Cities dashboard")
    about.comments = about.keywords = ""
    about.language = _language()
    about.created = about.modified = EPOCH
    layout = next(
        one
        for one in slides.slide_layouts
        if [place.placeholder_format.type for place in one.placeholders][:2]
        == [PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.DATE]
    )
    for other in list(slides.slide_layouts):
        if other is not layout:
            slides.slide_layouts.remove(other)
    for places in (slides.slide_master.placeholders, layout.placeholders):
        for place in places:
            area = _PLACES.get(place.placeholder_format.type)
            if area:
                place.left, place.top = Inches(area.left), Inches(area.top)
                place.width, place.height = Inches(area.width), Inches(area.height)
    return layout


_PLACES = {
    PP_PLACEHOLDER.TITLE: Area(BODY.left, 0.65, BODY.width, 1.1),
    PP_PLACEHOLDER.BODY: BODY,
    PP_PLACEHOLDER.FOOTER: Area(BODY.left, 6.95, BODY.width - 1, 0.35),
    PP_PLACEHOLDER.SLIDE_NUMBER: Area(BODY.left + BODY.width - 0.9, 6.95, 0.9, 0.35),
    PP_PLACEHOLDER.DATE: Area(BODY.left, 7.2, 1, 0.2),
}
"""Kind of placeholder -> its place in inches."""


def _draw(made: PptxSlide, slide: Slide, title: str, document: Document, stamp: Stamp) -> None:
    """Fill a slide."""
    heading = made.shapes.title
    assert heading is not None
    fitting = (size for size in TITLE_SIZES if lines(title, BODY.width, size, bold=True) <= 2)
    size = next(fitting, SMALLEST_TITLE)
    write(heading.text_frame, [title], size, COLOURS["text"], bold=True, middle=True)
    above = made.shapes.add_textbox(
        Inches(BODY.left), Inches(0.3), Inches(BODY.width), Inches(0.35)
    )
    write(above.text_frame, [f"{document.kind} · {document.name}"], 12, COLOURS["accent"])
    for column, area in zip(slide.columns, _columns(slide), strict=True):
        draw(made, column, area, title)
    _footer(made, f"{stamp.data} {stamp.url(document)}")
    notes = made.notes_slide.notes_text_frame
    assert notes is not None
    notes.text = "\n".join([tr("Sources"), *slide.sources, stamp.data, stamp.url(document)])


def _columns(slide: Slide) -> Iterator[Area]:
    shares = slide.widths or [1.0] * len(slide.columns)
    room = BODY.width - GAP * (len(shares) - 1)
    left = BODY.left
    for share in shares:
        width = room * share / sum(shares)
        yield Area(left, BODY.top, width, BODY.height)
        left += width + GAP


def _footer(made: PptxSlide, text: str) -> None:
    """Footer and number of a slide, which are not inherited from its layout."""
    for place in made.slide_layout.placeholders:
        kind = place.placeholder_format.type
        if kind in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
            made.shapes.element.append(deepcopy(place.element))
            copied = made.shapes[-1]
            if kind == PP_PLACEHOLDER.FOOTER:
                write(copied.text_frame, [text], 10, COLOURS["muted"])


def _language() -> str:
    """Language of the texts with a country, as PowerPoint's spelling checker wants it."""
    code = pages_language()
    likely = str(get_global("likely_subtags").get(code, code)).split("_")
    return _SPELLINGS.get(code, "-".join(dict.fromkeys((likely[0], likely[-1]))))


def _set_language(slides: Slides) -> None:
    language = _language()
    for slide in slides.slides:
        for part in (slide, slide.notes_slide):
            for kind in ("a:rPr", "a:endParaRPr"):
                for properties in part.element.iter(qn(kind)):
                    properties.set("lang", language)
    for properties in slides.element.iter(qn("a:defRPr")):
        properties.set("lang", language)


def _reproducible(slides: Slides) -> bytes:
    """The file without the time of making."""
    written, made = BytesIO(), BytesIO()
    slides.save(written)
    with ZipFile(written) as source, ZipFile(made, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = ZipInfo(name, EPOCH.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return made.getvalue()
