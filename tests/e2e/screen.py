"""Where things stand on a drawn map, and what colour they have."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, Request

from dashboard.maps.deck_layers import SYMBOL_OPACITY
from dashboard.markup.theme import Palette, rgb

if TYPE_CHECKING:
    from tests.e2e.conftest import Watched

MAP = ".map canvas"

PICTURE = ".map-preview"
"""The picture under a page's map."""

BARE = f"""{PICTURE}::before {{ background-image: none !important }}
.map :is(.controls, .key, .scale, .status, .hint, .card, .tooltip) {{ visibility: hidden }}"""
"""Style that leaves of a map only what WebGL draws."""


def style_script(style: str) -> str:
    """Script that adds a style to a page before it is drawn."""
    return f"""addEventListener("DOMContentLoaded", () => document.head.append(
    Object.assign(document.createElement("style"), {{textContent: `{style}`}})))"""


NO_PICTURE = style_script(BARE)
"""Script that sets :data:`BARE` before a page is drawn."""


def city(page: Page, name: str) -> Locator:
    """The button over the symbol of a city."""
    return page.locator(f'.map .cities button[aria-label^="{name},"]')


def middle(part: Locator) -> tuple[float, float]:
    """Position in the browser window of the middle of an element."""
    box = part.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def view(page: Page) -> tuple[float, float, float]:
    """Longitude, latitude and zoom of the map in the page's address."""
    [text] = parse_qs(urlsplit(page.url).query)["view"]
    longitude, latitude, zoom = map(float, text.split(","))
    return longitude, latitude, zoom


def go_home(page: Page) -> None:
    """Lead the page's map back to its first view."""
    for _ in range(6):  # a flight that was under way may end after the first click
        button(page, "Reset view").click()
        page.wait_for_timeout(1_200)
        if "view=" not in page.url:
            return
    pytest.fail(f"{page.url} does not come home")


def picture(page: Page) -> np.ndarray:
    """What the window shows once it stands still, as an array of rows, columns and RGB; of a map
    only what WebGL draws."""
    before = b""
    for _ in range(20):
        now = page.screenshot(style=BARE)
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
    box = page.locator(MAP).first.bounding_box()
    assert box is not None
    return part(picture(page), box)


def part(pixels: np.ndarray, box: FloatRect) -> np.ndarray:
    """A part of a picture of the window."""
    left, top = round(box["x"]), round(box["y"])
    bottom, right = top + round(box["height"]), left + round(box["width"])
    return pixels[top:bottom, left:right]


def share_of(pixels: np.ndarray, colour: str, tolerance: int = 6) -> float:
    """Share of the pixels that have a colour."""
    return float((np.abs(pixels - np.array(rgb(colour))).max(axis=2) <= tolerance).mean())


def symbol_share(pixels: np.ndarray, colour: str) -> float:
    """Share of the pixels that a symbol of a colour takes, through which the ground is seen."""
    opacity = SYMBOL_OPACITY / 255
    grounds = (1 - opacity) * 127.5
    seen = np.array(rgb(colour)) * opacity + grounds
    return float((np.abs(pixels - seen).max(axis=2) <= grounds + 6).mean())


def has_symbol_at(pixels: np.ndarray, at: tuple[float, float], colour: str) -> bool:
    """Whether a symbol of a colour is drawn at a position."""
    x, y = round(at[0]), round(at[1])
    return symbol_share(pixels[y - 2 : y + 3, x - 2 : x + 3], colour) > 0.5


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
        query = parse_qs(urlsplit(request.url).query)
        if "/labels/" in request.url:
            windows.update(query.get("window", []))

    page.on("request", note)
    return windows


def assert_rings_of_statuses(drawn: np.ndarray, colours: Palette) -> None:
    """Sea, member states and both statuses of projects are on the picture of a map."""
    assert share_of(drawn, colours.sea) > 0.2
    assert share_of(drawn, colours.land) > 0.05
    for status in ("ongoing_or_planning", "completed"):
        assert symbol_share(drawn, colours.statuses[status]) > 0.0005, status


def _place_of_picture(page: Page) -> FloatRect:
    """Where the picture of a page's map stands, between its buttons and its legend."""
    box: FloatRect = page.locator(PICTURE).evaluate(
        """node => {
            const frame = node.getBoundingClientRect(), style = getComputedStyle(node);
            const [left, right] = [style.paddingLeft, style.paddingRight].map(parseFloat);
            const width = frame.width - left - right;
            return {x: frame.x + left, y: frame.y, width, height: frame.height};
        }"""
    )
    return box


def assert_drawn_as_in_its_picture(tab: Watched, colours: Palette) -> np.ndarray:
    """Draw a page's map, which was a picture until now, and compare; what it shows then."""
    page = tab.page
    windows = label_windows(page)
    place = _place_of_picture(page)
    early = part(pixels_of(page.screenshot()), place)
    assert page.locator(MAP).count() == 0
    tab.draw_maps()
    assert _place_of_picture(page) == place
    drawn = part(picture(page), place)
    # Names are only on the map, and edges are smoothed in other ways.
    assert (np.abs(early - drawn).max(axis=2) > 40).mean() < 0.09
    for colour in (colours.sea, colours.context):
        share = share_of(drawn, colour)
        assert share_of(early, colour) == pytest.approx(share, rel=0.1, abs=0.002)
    shares = [symbol_share(pixels, colours.city) for pixels in (early, drawn)]
    assert max(shares) < 1.6 * min(shares) + 0.001  # of a city's outline, smoothing takes a part
    assert len(windows) <= 1  # fitted to the window at once; a map of one city asks by tiles
    return drawn
