"""Colour palettes shared by maps, charts, legends and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.cache import Shared

Rgb = tuple[int, int, int]


def rgb(colour: str) -> Rgb:
    """``"#0b4f8a"`` as (11, 79, 138)."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


FOCUS_AREA_COLOURS: Mapping[str, str] = {
    "civic-social": "#4f8ce5",
    "health-well-being": "#d4679a",
    "safety-security": "#b36444",
    "quality-environment": "#158c6e",
    "built-infrastructure": "#9f60b4",
    "industry-innovation": "#b08601",
}
"""One hue per focus area, optimised to be as distinguishable as possible with normal vision,
protanopia, deuteranopia and tritanopia, with a contrast of 3:1 to land and sea in both themes and
4.5:1 to the black numbers on top."""


@dataclass(frozen=True)
class Palette(Shared):
    """Colours of one theme, as ``#rrggbb``.

    Attributes
    ----------
    share
        Ramp of the urban share, low to high.
    growth
        Ramp of the growth of agglomerations, low to high.
    difference
        Diverging ramp of a difference, negative to positive.
    city, city_ring, selected
        Fill and outline of a member city, ring of a selected one.
    accent, on_accent
        Accent, and text on it.
    outline
        Outline of symbols whose fill has too little contrast with the background.
    lines
        One colour per compared city, in the order of comparison.
    """

    name: str
    ground: str
    text: str
    muted: str
    rule: str
    sea: str
    context: str
    land: str
    border: str
    graticule: str
    no_data: str
    city: str
    city_ring: str
    outline: str
    selected: str
    place: str
    accent: str
    on_accent: str
    share: tuple[str, ...]
    growth: tuple[str, ...]
    difference: tuple[str, ...]
    lines: tuple[str, ...]
    statuses: Mapping[str, str]

    def __hash__(self) -> int:
        return hash(self.name)


LIGHT = Palette(
    name="light",
    ground="#ffffff",
    text="#16222e",
    muted="#52616f",
    rule="#d5dce3",
    sea="#eef3f7",
    context="#dfe3e6",
    land="#f6f2e8",
    border="#ffffff",
    graticule="#d9e2ea",
    no_data="#c9cdd1",
    city="#a33b12",
    city_ring="#ffffff",
    outline="#4a5966",
    selected="#16222e",
    place="#52616f",
    accent="#0b4f8a",
    on_accent="#ffffff",
    share=("#dbe7f1", "#b9d2e7", "#89b6d9", "#4488bd", "#0b5a97"),
    growth=("#f1d7b8", "#e5ad73", "#d1803c", "#aa5518", "#74340a"),
    difference=("#8c4310", "#c77f3f", "#ecc594", "#e9ebec", "#b5cfe5", "#4f8fc2", "#0b5a97"),
    lines=("#04489c", "#be4f74", "#705d01", "#7467cb", "#083900", "#7c1757"),
    statuses={
        "ongoing_or_planning": "#0b4f8a",
        "completed": "#2e9a6c",
        "no_longer_reported": "#7d8995",
        "reported": "#7fafd3",
    },
)

DARK = Palette(
    name="dark",
    ground="#0d141b",
    text="#e8eef4",
    muted="#9fb0c0",
    rule="#2b3947",
    sea="#0a1118",
    context="#1d2731",
    land="#24313d",
    border="#0a1118",
    graticule="#15202a",
    no_data="#4a545e",
    city="#f0894f",
    city_ring="#0a1118",
    outline="#c4d0da",
    selected="#ffffff",
    place="#9fb0c0",
    accent="#6cb2ec",
    on_accent="#0d141b",
    share=("#1f3549", "#26517a", "#3273a8", "#5a9dce", "#a5d0ee"),
    growth=("#43301d", "#724a20", "#a86a2a", "#d9944c", "#f7cfa0"),
    difference=("#f5c48d", "#c07f38", "#744a1c", "#2f3a44", "#28547c", "#4a8dc4", "#a5d0ee"),
    lines=("#78a0ff", "#d267a3", "#8d9200", "#5de5fd", "#dcab8e", "#d2ec73"),
    statuses={
        "ongoing_or_planning": "#6cb2ec",
        "completed": "#9fe0a0",
        "no_longer_reported": "#76848f",
        "reported": "#3273a8",
    },
)


def palette(theme: str | None) -> Palette:
    """The palette of Streamlit's theme type, ``"light"`` or ``"dark"``."""
    return DARK if theme == "dark" else LIGHT


THEMES = ("light", "dark")
