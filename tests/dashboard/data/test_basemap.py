"""The host's own base map: read from a file or by byte ranges, and refused in one sentence."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyogrio
import pytest
from pmtiles.tile import TileType

import dashboard.data.basemap
from dashboard.data.basemap import Basemap, basemap
from dashboard.maps.land_tiles import tile_bounds
from dashboard.settings import Settings
from geo.errors import LayerError, SettingError
from tests.basemap_archive import JAKARTA, METADATA, write_archive


def tile_at(longitude: float, latitude: float, zoom: int) -> tuple[int, int, int]:
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return zoom, int((longitude + 180) / 360 * 2**zoom), int(y * 2**zoom)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_archive(tmp_path_factory.mktemp("basemap") / "jakarta.pmtiles")


class Site(ThreadingHTTPServer):
    """A site that serves one file by ranges and holds what it was asked for."""

    content = b""
    etag = '"first"'
    by_ranges = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Ranges)
        self.asked: list[tuple[int, int]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/a.pmtiles"


class Ranges(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
        self.server.asked.append((first, last))
        content = self.server.content[first : last + 1]
        same = self.headers.get("If-Match", self.server.etag) == self.server.etag
        self.send_response((206 if self.server.by_ranges else 200) if same else 412)
        self.send_header("ETag", self.server.etag)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(archive: Path) -> Iterator[Site]:
    served = Site()
    served.content = archive.read_bytes()
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()


def names(content: bytes, tile: tuple[int, int, int], folder: Path) -> set[str]:
    """Names of the places of a tile, as GDAL reads it."""
    z, x, y = tile
    path = folder / str(z) / str(x) / f"{y}.mvt"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    places = pyogrio.read_dataframe(path, layer="places")
    west, south, east, north = tile_bounds(tile)
    assert south < JAKARTA[1] < north
    assert west < JAKARTA[0] < east
    return set(places["name"])


def test_tile_of_a_file_is_that_which_was_written(archive, tmp_path):
    tile = tile_at(*JAKARTA, 9)
    assert "Jakarta" in names(Basemap(str(archive)).tile(*tile), tile, tmp_path)


def test_tile_that_the_archive_does_not_hold_is_empty(archive):
    assert Basemap(str(archive)).tile(*tile_at(121, 14.6, 9)) == b""


def test_attribution_names_openstreetmap_and_the_archives_own_as_text(archive):
    own = Basemap(str(archive))
    assert own.attribution == "© OpenStreetMap contributors; Test & Co"
    assert (own.min_zoom, own.max_zoom) == (8, 10)


def test_attribution_of_protomaps_own_archives_is_not_repeated(tmp_path):
    link = '<a href="https://www.openstreetmap.org/copyright" target="_blank">&copy; {}</a>'
    for name in ("OpenStreetMap", "OpenStreetMap contributors"):
        metadata = {**METADATA, "attribution": link.format(name)}
        own = Basemap(str(write_archive(tmp_path / f"{name}.pmtiles", metadata)))
        assert own.attribution == "© OpenStreetMap contributors"


def test_copies_of_an_archive_have_one_version_and_other_archives_another(archive, tmp_path):
    copy = tmp_path / "copy.pmtiles"
    copy.write_bytes(archive.read_bytes())
    other = write_archive(tmp_path / "other.pmtiles", {**METADATA, "version": "4.14.0"})
    version = Basemap(str(archive)).version
    assert Basemap(str(copy)).version == version
    assert Basemap(str(other)).version != version


def test_file_that_is_replaced_stays_the_one_that_was_opened(archive, tmp_path):
    path = tmp_path / "a.pmtiles"
    path.write_bytes(archive.read_bytes())
    own, tile = Basemap(str(path)), tile_at(*JAKARTA, 9)
    before = own.tile(*tile)
    newer = tmp_path / "newer"
    newer.write_bytes(b"other")
    newer.replace(path)
    assert own.tile(*tile) == before


def test_remote_archive_is_read_by_ranges_and_its_directory_once(site, archive):
    remote, tile = Basemap(site.address), tile_at(*JAKARTA, 9)
    site.asked.clear()
    assert remote.tile(*tile) == Basemap(str(archive)).tile(*tile)
    assert remote.tile(*tile_at(*JAKARTA, 8))
    assert len(site.asked) == 2
    assert sum(last - first for first, last in site.asked) < len(site.content) / 2


def test_remote_archive_that_is_replaced_is_not_mixed_with_the_old_one(site):
    remote = Basemap(site.address)
    site.etag = '"second"'
    with pytest.raises(LayerError, match=r"^The base map cannot be read: status 412\.$"):
        remote.tile(*tile_at(*JAKARTA, 9))


def test_site_without_byte_ranges_is_refused(site):
    site.by_ranges = False
    with pytest.raises(SettingError, match="does not support byte ranges"):
        Basemap(site.address)


def _text(path: Path) -> Path:
    path.write_text("roads")
    return path


def _truncated(path: Path) -> Path:
    write_archive(path)
    path.write_bytes(path.read_bytes()[:-10])
    return path


def _damaged(path: Path) -> Path:
    content = bytearray(write_archive(path).read_bytes())
    content[127:140] = bytes(13)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("write", "problem"),
    [
        (lambda path: path, "cannot be read (No such file or directory)"),
        (_text, "is no PMTiles archive of version 3"),
        (lambda path: path.touch() or path, "is no PMTiles archive of version 3"),
        (_truncated, "cannot be read (it is truncated)"),
        (_damaged, "cannot be read ("),
        (lambda path: write_archive(path, tile_type=TileType.PNG), "tiles are PNG, not vector"),
        (lambda path: write_archive(path, zooms=(9, 10)), "with zooms 9 to 10 and not 8"),
        (lambda path: write_archive(path, {}), "without the layers water, roads, places"),
    ],
)
def test_wrong_archive_is_one_sentence(write: Callable[[Path], Path], problem, tmp_path):
    path = write(tmp_path / "a.pmtiles")
    with pytest.raises(SettingError) as wrong:
        Basemap(str(path))
    message = str(wrong.value)
    assert message.startswith(f"DASHBOARD_BASEMAP is '{str(path)[:50]}")
    assert problem in message
    assert message.endswith("; it must be a PMTiles archive of the Protomaps basemap, version 4.")
    assert "\n" not in message


def test_without_the_variable_there_is_none(monkeypatch):
    monkeypatch.setattr(dashboard.data.basemap, "current_settings", Settings)
    assert basemap.__wrapped__() is None
