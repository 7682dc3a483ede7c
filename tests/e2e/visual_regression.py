"""Whether a page looks as its reference picture does.

Pictures are compared at half size after a slight blur, block by block, so that another hint of a
font or another smoothing of a line passes, and a text or a legend at another place does not.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

REFERENCES = Path(__file__).with_name("looks")

SCALE = 2
"""How much smaller a reference is than the window."""

BLUR = 1.5
"""Radius in pixels of a reference."""

BLOCK = 24
"""Side of a block in pixels of a reference."""

LARGEST_CHANGE = 22.0
"""Mean change of a block's pixels, of 255, up to which it counts as the same."""

LARGEST_GROWTH = 4
"""Pixels of a reference by which a page may be longer or shorter."""


def shrunk(picture: bytes) -> Image.Image:
    """A screenshot as references are kept."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    return image.resize((image.width // SCALE, image.height // SCALE), Image.Resampling.BOX)


def changes(before: Image.Image, now: Image.Image) -> list[tuple[int, int, float]]:
    """Blocks that differ: left and top in pixels of the window, and by how much.

    Raises
    ------
    AssertionError
        If the pages differ in size.
    """
    assert before.width == now.width, f"{now.width} pixels wide, not {before.width}"
    grown = abs(before.height - now.height)
    assert grown <= LARGEST_GROWTH, f"{now.height * SCALE} pixels high, not {before.height * SCALE}"
    height = min(before.height, now.height) // BLOCK * BLOCK
    width = before.width // BLOCK * BLOCK
    one, other = (
        np.asarray(image.filter(ImageFilter.GaussianBlur(BLUR)), dtype=float)[:height, :width]
        for image in (before, now)
    )
    apart = np.abs(one - other).max(axis=2)
    blocks = apart.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK).mean(axis=(1, 3))
    return [
        (int(x) * BLOCK * SCALE, int(y) * BLOCK * SCALE, round(float(blocks[y, x]), 1))
        for y, x in np.argwhere(blocks > LARGEST_CHANGE)
    ]
