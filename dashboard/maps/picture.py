"""Pictures of maps for slides and documents: title, map, legends, scale and sources in one SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard.maps.deck_layers import FONT
from dashboard.maps.legends import source_text
from dashboard.maps.notes import BOUNDARY_NOTE
from dashboard.maps.picture_content import Content, DrawnMap
from dashboard.maps.picture_legend import LegendStyle, legend_block
from dashboard.markup.html import join, tag
from dashboard.markup.svg_text import Block, paragraph, stack
from dashboard.markup.theme import Palette
from geo.i18n import mark, tr

PNG_SCALE = 2.0
"""Device pixels of a PNG for each pixel of the picture."""


@dataclass(frozen=True)
class Layout:
    """Kind of picture; sizes in pixels.

    Attributes
    ----------
    label
        Name of the kind.
    height
        ``None`` for as high as the content.
    title, text, small
        Font sizes of the title, of summary and legends, and of the sources.
    symbol_scale
        Size of symbols and labels relative to those of a map on a page.
    png_scale
        Device pixels of its PNG for each pixel.
    """

    label: str
    width: int
    height: int | None
    margin: int
    title: float
    text: float
    small: float
    symbol_scale: float
    png_scale: float = PNG_SCALE


LAYOUTS: Mapping[str, Layout] = {
    "slide": Layout(mark("Slide"), 1600, 900, 48, 46, 22, 18, 1.8),
    "page": Layout(mark("Page"), 1000, None, 32, 32, 19, 15, 1.45),
}
"""Parameter ``size`` -> kind: a 16:9 slide with legends beside the map; the width of a page with
legends below the map, whose texts have 8 to 9 points at a width of 16 cm."""

CARD = "card"

SIZES: Mapping[str, Layout] = {
    **LAYOUTS,
    CARD: replace(LAYOUTS["slide"], label=mark("Preview"), height=840, png_scale=0.75),
}
"""Those of :data:`LAYOUTS`, which pages offer, and the preview of a link in chats: 1200 × 630
device pixels, proportions that no chat crops."""

DEFAULT_SIZE = "slide"

SIDE_WIDTH = 500
"""Minimum width in pixels of the legends beside a map."""

PAGE_MAP_HEIGHT = 0.7
"""Height of the map above its legends, relative to its width."""


@dataclass(frozen=True)
class Picture:
    """A picture of a map: SVG with its size in pixels, the texts that describe it, and the device
    pixels of its PNG for each pixel."""

    svg: str
    width: int
    height: int
    title: str
    summary: str
    png_scale: float = PNG_SCALE


def picture(content: Content, layout: Layout, version: str, colours: Palette) -> Picture:
    """The picture of a map.

    Parameters
    ----------
    version
        Version of the layers.
    """
    inner = layout.width - 2 * layout.margin
    title = paragraph(content.title, inner, layout.title, colours.text, bold=True, max_lines=2)
    sources = paragraph(_sources(content, version), inner, layout.small, colours.muted)
    arrange = _below_each_other if layout.height is None else _side_by_side
    body = arrange(content, layout, colours, title, sources)
    return _picture(content, body, layout, colours)


def untitled(content: Content, layout: Layout, colours: Palette) -> Picture:
    """The map with its legends below, for a document that has title and sources itself."""
    body = stack(_map_and_legends(content, layout, colours), 0.8 * layout.text)
    return _picture(content, body, layout, colours)


def _picture(content: Content, body: Block, layout: Layout, colours: Palette) -> Picture:
    height = round(body.height + 2 * layout.margin)
    svg = tag(
        "svg",
        tag("title", content.title),
        tag("desc", content.summary),
        tag("rect", width=layout.width, height=height, fill=colours.ground),
        body.at(layout.margin, layout.margin),
        xmlns="http://www.w3.org/2000/svg",
        width=layout.width,
        height=height,
        viewBox=f"0 0 {layout.width} {height}",
        role="img",
        font_family=FONT,
    )
    return Picture(svg, layout.width, height, content.title, content.summary, layout.png_scale)


def _sources(content: Content, version: str) -> str:
    # The part of the version after the hyphen is that of the code.
    data_version = tr("Data version {version}", version=version.partition("-")[0])
    return " ".join(
        (
            tr("Source: {source}", source=source_text(content.legends)),
            tr(BOUNDARY_NOTE),
            f"{tr('ASEAN Smart Cities dashboard')}. {data_version}.",
        )
    )


def _side_by_side(
    content: Content, layout: Layout, colours: Palette, title: Block, sources: Block
) -> Block:
    """Title, map with summary and legends on its right, sources; as high as the layout says."""
    gap = layout.text
    inner, height = layout.width - 2 * layout.margin, (layout.height or 0) - 2 * layout.margin
    top = title.height + 0.6 * gap
    map_height = int(height - top - sources.height - 0.7 * gap)
    drawn = content.draw(int(inner - SIDE_WIDTH - 1.3 * gap), map_height, layout.symbol_scale)
    left = drawn.width + 1.3 * gap
    width = inner - left
    legends, bar = _legends(content, layout, colours, width), _scale_bar(drawn, layout, colours)
    room = map_height - bar.height - gap
    summary = paragraph(content.summary, width, layout.text, colours.text)
    # What does not fit goes without its summary, then closer together, before it shrinks.
    choices = ([summary, *legends], gap), (legends, gap), (legends, gap / 2)
    sides = [stack(blocks, space) for blocks, space in choices]
    side = next((one for one in sides if one.height <= room), sides[-1])
    shrunk = min(1.0, room / side.height)
    parts = [
        title.elements,
        _framed(drawn, colours).at(0, top),
        tag("g", side.elements, transform=f"translate({left:g} {top:g}) scale({shrunk:.3g})"),
        bar.at(left, top + map_height - bar.height),
        sources.at(0, height - sources.height),
    ]
    return Block(join(parts), height)


def _below_each_other(
    content: Content, layout: Layout, colours: Palette, title: Block, sources: Block
) -> Block:
    """Title, summary, map, legends in two columns, sources."""
    inner, gap = layout.width - 2 * layout.margin, layout.text
    summary = paragraph(content.summary, inner, layout.text, colours.text, max_lines=4)
    heading = stack([title, summary], 0.2 * gap)
    return stack([heading, *_map_and_legends(content, layout, colours), sources], 0.8 * gap)


def _map_and_legends(content: Content, layout: Layout, colours: Palette) -> tuple[Block, Block]:
    """The map, and what stands below it: legends and scale in two columns."""
    inner, gap = layout.width - 2 * layout.margin, layout.text
    drawn = content.draw(inner, round(PAGE_MAP_HEIGHT * inner), layout.symbol_scale)
    width = (inner - 2 * gap) / 2
    columns: tuple[list[Block], list[Block]] = ([], [])
    for block in (*_legends(content, layout, colours, width), _scale_bar(drawn, layout, colours)):
        min(columns, key=lambda column: stack(column, gap).height).append(block)
    left, right = (stack(column, gap) for column in columns)
    below = Block(left.elements + right.at(width + 2 * gap, 0), max(left.height, right.height))
    return _framed(drawn, colours), below


def _framed(drawn: DrawnMap, colours: Palette) -> Block:
    """The map, cut off at its edges, with a thin frame."""
    frame = {"width": drawn.width, "height": drawn.height}
    return Block(
        join(
            [
                tag("clipPath", tag("rect", **frame), id="map"),
                tag("g", drawn.elements, clip_path="url(#map)"),
                tag("rect", **frame, fill="none", stroke=colours.rule),
            ]
        ),
        drawn.height,
    )


def _legends(content: Content, layout: Layout, colours: Palette, width: float) -> list[Block]:
    style = LegendStyle(width, layout.text, layout.symbol_scale, colours)
    return [legend_block(legend, style) for legend in content.legends]


def _scale_bar(drawn: DrawnMap, layout: Layout, colours: Palette) -> Block:
    """The scale bar with its label."""
    bar, size = drawn.scale, layout.text
    tick, width = 0.4 * size, size / 10
    line = tag(
        "path",
        d=f"M{width / 2:g},{width:g}v{tick:g}h{bar.pixels:.2f}v-{tick:g}",
        fill="none",
        stroke=colours.text,
        stroke_width=f"{width:g}",
    )
    label = paragraph(bar.label, SIDE_WIDTH, size, colours.text)
    return Block(line + label.at(0, 0.6 * size), 0.6 * size + label.height)
