"""How long a page takes until its map is seen."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import numpy as np
from PIL import Image
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import FloatRect, Page

from tests.e2e.screen import symbol_share


def until_seen(page: Page, colour: str, room: FloatRect, act: Callable[[], object]) -> float:
    """Seconds from an act until a part of the window shows the colour of the cities.

    Parameters
    ----------
    room
        The part that is looked at again and again; a picture of the whole window would take
        longer than what is measured.
    """
    started = time.perf_counter()
    act()
    while time.perf_counter() - started < 90:
        try:
            picture = page.screenshot(clip=room)
        except PlaywrightError:  # a slow machine has not drawn the page yet
            continue
        shown = Image.open(io.BytesIO(picture)).convert("RGB")
        if symbol_share(np.asarray(shown, dtype=int), colour) > 0.0008:
            return time.perf_counter() - started
        page.wait_for_timeout(20)
    raise TimeoutError(f"{page.url} shows no city")
