"""The process that draws charts."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.charts.renderer import Renderer

BAR = json.dumps(
    {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": [{"city": "Dili", "projects": 3}]},
        "mark": "bar",
        "encoding": {"x": {"field": "projects"}, "y": {"field": "city"}},
    }
)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    renderer = Renderer()
    yield renderer
    renderer.end()


def process_id(renderer: Renderer) -> int:
    assert renderer._process is not None
    return renderer._process.pid


def test_images_are_those_of_the_format(renderer: Renderer) -> None:
    assert "Dili" in renderer.draw(BAR, "svg").decode()
    assert renderer.draw(BAR, "png").startswith(b"\x89PNG")


def test_what_cannot_be_drawn_is_an_error_and_the_next_image_is_drawn(renderer: Renderer) -> None:
    renderer.draw(BAR, "svg")
    process = process_id(renderer)
    with pytest.raises(ValueError, match="conversion failed"):
        renderer.draw('{"mark": 1}', "svg")
    assert renderer.draw(BAR, "svg")
    assert process_id(renderer) == process


def test_threads_get_their_own_images(renderer: Renderer) -> None:
    names = [f"City {number}" for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        images = pool.map(lambda name: renderer.draw(BAR.replace("Dili", name), "svg"), names)
    assert all(f">{name}<" in image.decode() for name, image in zip(names, images, strict=True))


def test_process_that_the_system_ended_is_replaced(renderer: Renderer) -> None:
    renderer.draw(BAR, "svg")
    process = process_id(renderer)
    os.kill(process, signal.SIGKILL)
    assert "Dili" in renderer.draw(BAR, "svg").decode()
    assert process_id(renderer) != process


def test_idle_process_ends() -> None:
    renderer = Renderer(idle_seconds=0.05)
    renderer.draw(BAR, "svg")
    deadline = time.monotonic() + 20
    while renderer._process and time.monotonic() < deadline:
        time.sleep(0.02)
    assert renderer._process is None
