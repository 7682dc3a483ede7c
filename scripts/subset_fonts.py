"""Make subsets of fonts of the installed Streamlit, ``dashboard/fonts/streamlit-<version>/``.

Run it with ``scripts/subset-fonts``. Each subset has the name of its font, which contains a digest
of it. Functions import fontTools themselves, so that a test can ask for the icons without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

STREAMLIT = Path(st.__file__).parent
MEDIA = STREAMLIT / "static" / "static" / "media"
DASHBOARD = Path(__file__).parents[1] / "dashboard"
FOLDER = DASHBOARD / "fonts" / f"streamlit-{st.__version__}"

ICON = re.compile(r":material/(\w+)")
WORD = re.compile(r"[`'\"](\w+)[`'\"]")
DRAWS_ICONS = re.compile(r"iconFont\b|DynamicIcon")

LETTERS = (
    (0x0020, 0x024F),  # Latin, with Vietnamese's horned letters
    (0x02B0, 0x036F),  # modifiers and combining marks
    (0x1E00, 0x1EFF),  # Latin with two marks, which Vietnamese has
    (0x2000, 0x22FF),  # punctuation, raised figures, currencies, fractions, arrows, mathematics
    (0x25A0, 0x25FF),  # shapes
    (0x2713, 0x2713),  # check mark
    (0xFB00, 0xFB06),  # ligatures
    (0xFEFF, 0xFFFD),  # signs of characters without a glyph
)
"""Ranges of characters of the text font, first and last; a browser takes others from the system."""


def icon_names() -> set[str]:
    """Names of icons, ``:material/...:``, in Streamlit's modules and scripts and in our own."""
    return {name for path in _sources() for name in ICON.findall(path.read_text("utf-8"))}


def quoted_words() -> set[str]:
    """Words in quotes in scripts that deal with icons: tables draw theirs on a canvas, by name."""
    texts = (path.read_text("utf-8") for path in _sources() if path.suffix == ".js")
    return {word for text in texts if DRAWS_ICONS.search(text) for word in WORD.findall(text)}


def _sources() -> Iterator[Path]:
    yield from DASHBOARD.rglob("*.py")
    yield from STREAMLIT.rglob("*.py")
    yield from (STREAMLIT / "static").rglob("*.js")


def keep_ligatures(font: TTFont, names: set[str]) -> None:
    """Remove ligatures of other words, which would keep their icons: all are made of letters."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for subtable in (extension.ExtSubTable for extension in lookup.SubTable):
            for first, ligatures in list(subtable.ligatures.items()):
                subtable.ligatures[first] = [
                    ligature
                    for ligature in ligatures
                    if "".join(letters[glyph] for glyph in (first, *ligature.Component)) in names
                ]
                if not subtable.ligatures[first]:
                    del subtable.ligatures[first]


def rename(font: TTFont, family: str) -> None:
    """The licence reserves the name "Source" for the font as published."""
    names = {1: family, 3: family, 4: family, 6: family.replace(" ", ""), 16: family}
    for record in list(font["name"].names):
        if record.nameID in names:
            record.string = names[record.nameID]


def write_subset(font: TTFont, name: str, characters: Iterable[int]) -> None:
    """Write the glyphs of some characters, with what the text layout makes of them."""
    from fontTools.subset import Options, Subsetter

    options = Options(hinting=False, glyph_names=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    if "fvar" not in font:
        options.layout_features = ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff2"
    FOLDER.mkdir(exist_ok=True)
    font.save(FOLDER / name)
    before, after = ((folder / name).stat().st_size for folder in (MEDIA, FOLDER))
    print(f"{name}: {before:,} -> {after:,} bytes")


def main() -> None:
    """Make the subsets of the icon font and of the text font."""
    from fontTools.ttLib import TTFont

    (icons,) = MEDIA.glob("MaterialSymbols-Rounded.*.woff2")
    font = TTFont(icons, recalcTimestamp=False)
    keep_ligatures(font, icon_names() | quoted_words())
    write_subset(font, icons.name, range(0x20, 0x7F))
    (text,) = MEDIA.glob("SourceSansVF-Upright.*.woff2")
    font = TTFont(text, recalcTimestamp=False)
    rename(font, "ASEAN Smart Cities Sans")
    write_subset(font, text.name, chain(*(range(first, last + 1) for first, last in LETTERS)))


if __name__ == "__main__":
    main()
