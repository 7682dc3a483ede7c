"""Where things stand on a drawn map, and what colour they have."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Request

from dashboard.maps.view import View, web_mercator_pixels
from dashboard.markup.theme import Palette, rgb

if TYPE_CHECKING:
    from tests.e2e.conftest import Watched

MAP = '[data-testid="stDeckGlJsonChart"] canvas'


def spot(page: Page, view: View, longitude: float, latitude: float) -> tuple[float, float]:
    """Position in the browser window of a point on the page's map that shows ``view``."""
    box = page.locator(MAP).first.bounding_box()
    assert box is not None
    here = web_mercator_pixels([longitude], [latitude], view.zoom)[0]
    middle = web_mercator_pixels([view.longitude], [view.latitude], view.zoom)[0]
    right, down = (here - middle).tolist()
    return box["x"] + box["width"] / 2 + right, box["y"] + box["height"] / 2 + down


PLACE = '[class*="_map_place"]'
"""Where a page's map stands, on its picture."""

_BARE = f"{PLACE} {{ background-image: none !important }}"

NO_PICTURE = f"""addEventListener("DOMContentLoaded", () => document.head.append(
    Object.assign(document.createElement("style"), {{textContent: '{_BARE}'}})))"""
"""Script that takes the pictures under the maps away before a page is drawn."""


def picture(page: Page) -> np.ndarray:
    """What the window shows once it stands still, as an array of rows, columns and RGB.

    The pictures under the maps are taken away, so that only what WebGL draws is seen.
    """
    page.add_style_tag(content=_BARE)
    before = b""
    for _ in range(20):
        now = page.screenshot()
        if now == before:
            break
        before = now
        page.wait_for_timeout(300)
    return pixels_of(now)


def pixels_of(png: bytes) -> np.ndarray:
    """A picture as an array of rows, columns and RGB."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)


def map_picture(page: Page) -> np.ndarray:
    """What the page's map shows."""
    return part(picture(page), page, MAP)


def part(pixels: np.ndarray, page: Page, selector: str) -> np.ndarray:
    """The part of a picture of the window where an element stands."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    left, top = round(box["x"]), round(box["y"])
    bottom, right = top + round(box["height"]), left + round(box["width"])
    return pixels[top:bottom, left:right]


def share_of(pixels: np.ndarray, colour: str, tolerance: int = 6) -> float:
    """Share of the pixels that have a colour."""
    return float((np.abs(pixels - np.array(rgb(colour))).max(axis=2) <= tolerance).mean())


def has_colour_at(
    pixels: np.ndarray, at: tuple[float, float], colour: str, around: int = 2
) -> bool:
    """Whether a colour is drawn within a few pixels of a position."""
    x, y = round(at[0]), round(at[1])
    patch = pixels[y - around : y + around + 1, x - around : x + around + 1]
    return share_of(patch, colour) > 0


def label_windows(page: Page) -> set[str]:
    """The views that the page asks labels for; grows from now on."""
    windows: set[str] = set()

    def note(request: Request) -> None:
        if "/labels/" in request.url:
            windows.add(parse_qs(urlsplit(request.url).query)["window"][0])

    page.on("request", note)
    return windows


def assert_choropleth(drawn: np.ndarray, colours: Palette) -> None:
    """Sea, cities and each class of the urban share are on the picture of a map."""
    assert share_of(drawn, colours.sea) > 0.2
    assert share_of(drawn, colours.city) > 0.001
    assert all(share_of(drawn, colour) > 0.002 for colour in colours.share[1:])


def assert_drawn_as_in_its_picture(tab: Watched, colours: Palette) -> np.ndarray:
    """Draw a page's map, which was a picture until now, and compare; what it shows then."""
    page = tab.page
    windows = label_windows(page)
    early = part(pixels_of(page.screenshot()), page, PLACE)
    assert page.locator(MAP).count() == 0
    tab.draw_maps()
    drawn = map_picture(page)
    assert early.shape == drawn.shape
    # Names are only on the map, and edges are smoothed in other ways.
    assert (np.abs(early - drawn).max(axis=2) > 40).mean() < 0.05
    for colour in (colours.sea, colours.context, colours.city):
        share = share_of(drawn, colour)
        assert share_of(early, colour) == pytest.approx(share, rel=0.1, abs=0.002)
    assert len(windows) == 1  # fitted to the window at once
    return drawn
