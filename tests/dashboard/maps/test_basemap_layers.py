"""The host's own base map on maps: its layers, its tiles, and whom the note names."""

from __future__ import annotations

import json
from typing import Any

import pytest

import dashboard.maps.deck
import dashboard.maps.notes
import dashboard.web.routes.map_basemap
from dashboard.data.basemap import Basemap
from dashboard.maps.component import map_data
from dashboard.maps.deck import deck, fit
from dashboard.maps.notes import map_note
from dashboard.maps.registry import page_map
from dashboard.maps.view import REGION, Map
from dashboard.markup.theme import DARK, LIGHT
from geo.i18n import Language, use_language
from tests.basemap_archive import write_archive
from tests.dashboard.asgi import ask

TILE = "/basemap/9/408/265.mvt"
MAP = Map(mode="share", view=fit(REGION, 900, 560), version="0", revision="r", year=2020)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Basemap:
    return Basemap(str(write_archive(tmp_path_factory.mktemp("basemap") / "a.pmtiles")))


@pytest.fixture
def archive(opened: Basemap, monkeypatch: pytest.MonkeyPatch) -> Basemap:
    """The base map, as if the server had been started with it."""
    for module in (dashboard.maps.deck, dashboard.maps.notes, dashboard.web.routes.map_basemap):
        monkeypatch.setattr(module, "basemap", lambda: opened)
    return opened


def drawn(colours=LIGHT) -> dict[str, dict[str, Any]]:
    return {layer["id"]: layer for layer in json.loads(deck(MAP, colours).to_json())["layers"]}


def test_without_an_archive_nothing_of_it_is_on_the_map_or_in_the_note(routes):
    assert not any(name.startswith("basemap") for name in drawn())
    assert "OpenStreetMap" not in map_note()
    assert ask(routes, TILE).status == 404


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda colours: colours.name)
def test_base_map_lies_between_land_and_cities_from_zoom_8_on(archive, colours):
    layers = drawn(colours)
    order = list(layers)
    assert order[1:4] == ["land", "basemap", "basemap-names"]
    assert order.index("basemap-names") < order.index("areas") < order.index("cities")
    for name in ("basemap", "basemap-names"):
        assert layers[name]["data"] == f"/basemap/{{z}}/{{x}}/{{y}}.mvt?v={archive.version}"
        assert layers[name]["visibleMinZoom"] == layers[name]["minZoom"] == 8
        assert layers[name]["maxZoom"] == 10


def test_names_are_in_the_language_of_the_page_then_in_english_then_in_latin_letters(archive):
    with use_language(Language("id")):
        name = drawn()["basemap-names"]["getName"]
    wanted = ("properties['name:id']", "properties['name:en']", "properties.script ? ''")
    assert [name.index(text) for text in wanted] == sorted(name.index(text) for text in wanted)


def test_tile_is_compressed_and_kept_for_good_under_the_version_of_the_archive(archive, routes):
    answer = ask(routes, f"{TILE}?v={archive.version}", accept_encoding="gzip")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.content == archive.tile(9, 408, 265)
    again = ask(routes, TILE, if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert ask(routes, f"{TILE}?v=other").headers["cache-control"] == "public, no-cache"


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/basemap/7/100/63.mvt", 404, "8 to 10"),
        ("/basemap/11/1/1.mvt", 404, "8 to 10"),
        ("/basemap/9/512/0.mvt", 404, "0 to 511"),
        (f"{TILE}?city=manila", 400, "'city'"),
    ],
)
def test_tile_or_parameter_that_does_not_exist_is_one_sentence(
    archive, path, status, message, routes
):
    answer = ask(routes, path)
    assert (answer.status, message in answer.json()["detail"]) == (status, True)


def test_note_and_saved_picture_name_openstreetmap_and_the_archives_own(archive, layers):
    credit = "from zoom level 8: © OpenStreetMap contributors; Test & Co."
    assert credit in map_note()
    assert credit in map_data(page_map("explore", layers, {}, (900, 560)), LIGHT)["source"]
