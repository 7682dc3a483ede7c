"""Vintages and sources of a published set come from the set, not from the code."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from dashboard.data.current import LAYERS_VARIABLE, clear_caches, layer_reloader, source_catalogue
from dashboard.pages.places import text as places_text
from geo.enrich.result import result_layer, result_record
from geo.export import FORMATS
from geo.layers.catalogue import Catalogue
from geo.layers.files import sources_in
from tests.dashboard.asgi import ask
from tests.dashboard.conftest import OpenPage, page_html
from tests.layer_sets import committed, put_set, with_vintage

NEWER = {
    "wdi-2026-03": "2026-09-01",
    "wdi-2025-07": "2025-08-02",
    "natural-earth": "5.1.2 (2022)",
    "geonames": "2027-01",
    "cod-ab-tha": "2021",  # the oldest of the dated sources of city_areas, before 2019
}
OLDER = (b"2026-03-01", b"4.1.0", b"March 2026", b"WDI, July 2025")


@pytest.fixture(scope="module", autouse=True)
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A set whose sources are newer than those of the committed tables, as it is served."""
    directory = tmp_path_factory.mktemp("published")
    put_set(directory, with_vintage(committed(), NEWER))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(LAYERS_VARIABLE, str(directory))
        clear_caches()
        yield directory
    clear_caches()


def texts(content: bytes) -> bytes:
    """What a file says, also within a ZIP archive; titles of sources name versions themselves."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return re.sub(
        rb"Natural Earth 4\.1\.0, 1:10m|as of 2026-03-01|release of 2025-07-01", b"", content
    )


@pytest.mark.parametrize("extension", [*FORMATS, "metadata.json"])
def test_files_carry_the_vintages_of_the_set(extension: str, routes: Starlette) -> None:
    answer = ask(routes, f"/download/countries.{extension}")
    assert answer.status == 200
    content = texts(answer.body)
    assert [old for old in OLDER if old in content] == []
    if extension not in ("csv", "geojsons"):  # they have no place for it
        assert b"wdi-2026-03: 2026-09-01" in content


def test_data_package_names_the_sources_of_the_set(routes: Starlette) -> None:
    package = json.loads(ask(routes, "/download/countries.metadata.json").body)
    vintages = {source["id"]: source["vintage"] for source in package["sources"]}
    assert vintages["natural-earth"] == "5.1.2 (2022)"
    assert {"cities", "countries"} < set(vintages)  # "cities" is the source of one column only
    assert "wdi-2026-03: 2026-09-01" in package["vintage"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/ogc/collections/country_years?f=html", "2026-09-01"),
        ("/charts/urban-share.json?country=KHM", "2026-09-01"),
        ("/charts/urban-share.json?country=KHM&revision=wdi-2025-07", "August 2025"),
        ("/embed/charts/urban-share?country=KHM", "World Bank WDI, September 2026"),
        ("/embed/charts/urban-share?country=KHM&lang=id", "WDI Bank Dunia, September 2026"),
        ("/embed/maps/urbanisation", "World Bank WDI, September 2026"),
    ],
)
def test_routes_tell_the_vintages_of_the_set(path: str, text: str, routes: Starlette) -> None:
    answer = ask(routes, path)
    assert answer.status == 200
    assert text in answer.body.decode()
    assert [old for old in OLDER if old in texts(answer.body)] == []


@pytest.mark.parametrize(
    ("page", "query", "shown"),
    [
        ("overview", {}, ("Newest source: January 2027",)),
        ("urbanisation", {}, ("World Bank WDI, September 2026",)),
        ("country", {"country": "KHM"}, ("World Bank WDI, September 2026",)),
        ("data", {"layer": "country_years"}, ("wdi-2026-03: 2026-09-01",)),
        ("places", {}, ("World Bank WDI, September 2026", "Natural Earth 5.1.2")),
    ],
)
def test_pages_tell_the_vintages_of_the_set(
    page: str, query: dict[str, str], shown: tuple[str, ...], open_page: OpenPage
) -> None:
    app = open_page(page, **query)
    assert not app.exception
    html = page_html(app)
    assert [text for text in shown if text not in html] == []
    assert [old for old in OLDER if old.decode() in html] == []


def test_places_of_users_are_joined_with_the_sources_of_the_set() -> None:
    layer = result_layer({}, "Point", source_catalogue())
    share = layer.columns["ascn_urban_share"]
    assert share.metadata["source"] == "World Bank WDI, September 2026"
    assert layer.columns["ascn_iso3"].description.endswith("(2022, Natural Earth 5.1.2)")
    assert "World Bank WDI, September 2026" in places_text.columns_table(layer).to_string()
    within = layer.columns["ascn_within_city"]
    assert within.metadata["year"] == "2021–2025"
    assert within.description.endswith("(2021–2025, boundaries of the member cities)")
    record = result_record(layer, source_catalogue())
    assert [source["vintage"] for source in record.sources][:2] == ["5.1.2 (2022)", "2027-01"]


def test_another_vintage_is_another_version(layers: Catalogue) -> None:
    assert layer_reloader().get_or_raise().source.version != layers.version


def test_set_of_an_earlier_version_has_ids_and_vintages(layers: Catalogue) -> None:
    info = {name: text for name, text in layers.info("countries").items() if name != "sources"}
    vintages = {source["id"]: source["vintage"] for source in sources_in(info)}
    assert vintages == {
        "natural-earth": "4.1.0 (2018)",
        "countries": "2018 to 2026",
        "wdi-2026-03": "2026-03-01",
    }
