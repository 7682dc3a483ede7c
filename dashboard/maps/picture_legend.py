"""Map legends as SVG, for pictures of maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dashboard.maps.legends import Entry, Legend
from dashboard.markup.html import join, tag
from dashboard.markup.svg_text import LINE_HEIGHT, Block, paragraph, stack
from dashboard.markup.theme import Palette


@dataclass(frozen=True)
class LegendStyle:
    """Look of a legend.

    Attributes
    ----------
    width, size
        Width of the legend, and its font size, in pixels.
    symbol_scale
        Factor of the sizes of round swatches, as on the map.
    """

    width: float
    size: float
    symbol_scale: float
    colours: Palette


def legend_block(legend: Legend, style: LegendStyle) -> Block:
    """Title, unit and all entries of a legend; its source is for the picture to name."""
    width, size, colours = style.width, style.size, style.colours
    nested = [entry for entry in legend.entries if entry.nested]
    listed = [entry for entry in legend.entries if not entry.nested]
    heading = stack(
        [
            paragraph(legend.title, width, size * 1.06, colours.text, bold=True),
            paragraph(legend.unit, width, size, colours.muted),
        ],
        gap=0,
    )
    entries = [_nested_circles(nested, style)] if nested else []
    return stack([heading, *entries, _list(listed, style)], gap=0.35 * size)


def _list(entries: Sequence[Entry], style: LegendStyle) -> Block:
    """Entries one below the other, each with its swatch on the left."""
    size = style.size
    column = max([1.6 * size, *(_diameter(entry, style) + 4 for entry in entries)])
    indent = column + 0.5 * size
    rows = []
    for entry in entries:
        label = paragraph(entry.label, style.width - indent, size, style.colours.text)
        height = max(label.height, _diameter(entry, style) + 4)
        # The swatch is level with the first line of a label.
        middle = max(LINE_HEIGHT * size, _diameter(entry, style) + 4) / 2
        swatch = _swatch(entry, column / 2, middle, style)
        elements = swatch + label.at(indent, max(0.0, middle - LINE_HEIGHT * size / 2))
        rows.append(Block(elements, height))
    return stack(rows, gap=0.1 * size)


def _diameter(entry: Entry, style: LegendStyle) -> float:
    return 0.0 if entry.size is None else entry.size * style.symbol_scale


def _swatch(entry: Entry, x: float, y: float, style: LegendStyle) -> Markup:
    """A swatch around a point: a circle, or a rectangle with an outline, since the colour of land
    may be close to the ground's."""
    if entry.size is None:
        width, height = 1.6 * style.size, style.size
        outlined, thin = bool(entry.border), entry.border == "thin"
        return tag(
            "rect",
            x=f"{x - width / 2:.1f}",
            y=f"{y - height / 2:.1f}",
            width=f"{width:.1f}",
            height=f"{height:.1f}",
            fill="none" if thin else entry.colour,
            fill_opacity=0.2 if outlined else None,
            stroke=entry.colour if outlined else style.colours.rule,
            stroke_width=f"{(0.8 if thin else 1.6) * style.symbol_scale:g}" if outlined else None,
            stroke_dasharray="6 4" if entry.border == "dashed" else None,
        )
    outline = entry.hollow or entry.empty
    return tag(
        "circle",
        cx=f"{x:.1f}",
        cy=f"{y:.1f}",
        r=f"{_diameter(entry, style) / 2:.1f}",
        fill="none" if entry.empty else entry.colour,
        fill_opacity=0.27 if entry.hollow else None,
        stroke=entry.colour if outline else None,
        stroke_width=f"{1.6 * style.symbol_scale:g}" if outline else None,
    )


def _nested_circles(entries: Sequence[Entry], style: LegendStyle) -> Block:
    """Circles on one base line, the largest behind, each with a line to its label."""
    size, colours = style.size, style.colours
    ordered = sorted(entries, key=lambda entry: entry.size or 0, reverse=True)
    largest, line = _diameter(ordered[0], style), LINE_HEIGHT * size
    height = max(largest, line * len(ordered)) + 2
    base = (height + largest) / 2
    circles: list[Markup] = []
    labels: list[Markup] = []
    middle = -line / 2
    for entry in ordered:
        radius = _diameter(entry, style) / 2
        top = base - 2 * radius
        middle = max(top, middle + line)
        circles.append(
            tag(
                "circle",
                cx=f"{largest / 2:.1f}",
                cy=f"{base - radius:.1f}",
                r=f"{radius:.1f}",
                fill=entry.colour,
                fill_opacity=0.12 if entry.hollow else 0.27,
                stroke=entry.colour,
                stroke_width=f"{1.2 * style.symbol_scale:g}",
            )
        )
        corner = largest + 0.3 * size
        bend = f"{corner + 0.5 * size:.1f},{middle:.1f}"
        labels += [
            tag(
                "path",
                d=f"M{largest / 2:.1f},{top:.1f}H{corner:.1f}L{bend}",
                fill="none",
                stroke=colours.muted,
            ),
            paragraph(entry.label, style.width, size, colours.text).at(
                round(corner + 0.8 * size, 1), round(middle - line / 2, 1)
            ),
        ]
    return Block(join([*circles, *labels]), max(height, middle + line / 2))
