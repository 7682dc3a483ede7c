"""What the tests of ``dashboard`` share: the committed layers, spoilable copies, pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import dashboard.server
from dashboard.data import current
from dashboard.data.current import LAYERS_VARIABLE, ServedCatalogue, clear_caches
from dashboard.markup.theme import DARK, LIGHT, Palette
from dashboard.web.middleware import html_shell
from dashboard.web.middleware.compression import CompressionMiddleware
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR
from tests.dashboard.page_maps import page_maps
from tests.layer_sets import committed

APP = Path(dashboard.server.__file__).with_name("app.py")
PAGE_SECONDS = 120
"""After so long a page hangs; it says nothing about how fast pages are."""


@pytest.fixture(scope="session")
def layers() -> Catalogue:
    """The committed layers as they are served; not to be changed."""
    return ServedCatalogue(committed())


@pytest.fixture(scope="session", autouse=True)
def patient_previews() -> Iterator[None]:
    """Let pages wait for what they say of their address, which may load the texts of all first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html_shell, "PATIENCE_SECONDS", PAGE_SECONDS)
        yield


@pytest.fixture(scope="session", autouse=True)
def layers_decoded_once(layers: Catalogue) -> Iterator[None]:
    """Let all sets that pages and routes read take the frames of committed files from one
    catalogue: to decode all takes 2 s, and each test of other layers has two sets loaded."""

    class SharingCatalogue(ServedCatalogue):
        def __getitem__(self, name: str) -> pd.DataFrame:
            if name in self.files and self.files[name] == layers.files.get(name):
                self._frames.setdefault(name, layers[name])
            return super().__getitem__(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current, "ServedCatalogue", SharingCatalogue)
        yield


@pytest.fixture(params=[LIGHT, DARK], ids=lambda palette: palette.name)
def colours(request: pytest.FixtureRequest) -> Palette:
    """Each palette."""
    return request.param


@pytest.fixture
def layer_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the layers that a test may spoil, and that pages and routes read meanwhile."""
    copy = Path(shutil.copytree(LAYERS_DIR, tmp_path / "layers"))
    monkeypatch.setenv(LAYERS_VARIABLE, str(copy))
    clear_caches()
    yield copy
    clear_caches()


@pytest.fixture(scope="session")
def routes() -> Starlette:
    """The HTTP routes without the pages."""
    return Starlette(routes=dashboard.server.ROUTES, middleware=[Middleware(CompressionMiddleware)])


@pytest.fixture(scope="session", autouse=True)
def packages_searched_once() -> Iterator[None]:
    """Let Streamlit look for components in the packages of the environment once, not for each
    session: it takes longer than to run most pages."""
    with pytest.MonkeyPatch.context() as patch:
        search = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", search)
        yield


OpenPage = Callable[..., AppTest]


@pytest.fixture
def open_page() -> OpenPage:
    """Run a page of the app, such as ``open_page("explore", country="IDN")``, in a new session."""

    def opened(name: str = "overview", **query: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=PAGE_SECONDS)
        if name != "overview":
            # As ``switch_page`` does, which needs a run of the first page to know the others.
            app._page_hash = calc_hash(name)
        for parameter, value in query.items():
            app.query_params[parameter] = value
        return app.run()

    return opened


def run_alone(page: Path, **query: str) -> AppTest:
    """Run the file of a page by itself, without ``app.py``, with a URL query."""
    app = AppTest.from_file(str(page), default_timeout=PAGE_SECONDS)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def page_html(app: AppTest) -> str:
    """All of the page's own HTML, with that of its maps, and the links of its downloads."""
    maps = [part for one in page_maps(app) for part in (one["legend"], one["panel"])]
    html = "\n".join([*(html.proto.body for html in app.get("html")), *maps])
    return html + offered_links(html)


def offered_links(html: str) -> str:
    """Links of the panel of downloads, as the script of the page makes them of its marks."""
    groups = "\n".join(re.findall(r'data-files="([^"]+)"', html)).splitlines()
    files = [group.split(" ")[:2] for group in groups]
    return "".join(
        f'<a href="{url.replace("*", extension)}"></a>'
        for extensions, url in files
        for extension in extensions.split(",")
    )
