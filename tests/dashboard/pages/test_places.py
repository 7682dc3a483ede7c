"""Your places page: texts, map and tables of a user's file, and its privacy."""

from __future__ import annotations

import io
import json
import tempfile
from threading import BoundedSemaphore
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
import streamlit as st
from starlette.applications import Starlette
from starlette.formparsers import MultiPartParser
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_routes import create_upload_routes

from dashboard.data import current as current_data
from dashboard.markup.theme import LIGHT
from dashboard.pages.places import formats, upload
from dashboard.pages.places import text as places_text
from dashboard.pages.places.text import OUTSIDE, PlacesState
from geo.enrich import Choice, UserFile, enrich
from geo.enrich.limits import PAGE
from geo.enrich.pool import WorkerPool
from geo.i18n import use_language
from tests.dashboard.asgi import ask
from tests.dashboard.conftest import page_html
from tests.dashboard.page_maps import components, page_map
from tests.dashboard.pages.test_pages import headline
from tests.pseudolocale import MARKED

TABLE = (
    "name,beds,lon,lat\n<b>Monas</b>,5,106.827,-6.175\nBến Thành,9,106.698,10.772\n"
    "Kunming,,102.71,25.04\nTurned,1,-6.2,106.8\n"
)


def joined(content: str, layers, **options):
    return enrich(
        UserFile("mine.csv", content.encode()), layers, current_data.place_joiner(), **options
    )


@pytest.fixture(scope="module")
def mine():
    return joined(TABLE, current_data.source_catalogue())


def give(app: AppTest, content: str | bytes, name: str = "mine.csv") -> AppTest:
    raw = content.encode() if isinstance(content, str) else content
    app.file_uploader[0].set_value((name, raw, "text/csv"))
    return app.run()


def test_page_without_a_file_says_what_it_does_and_that_nothing_is_kept(open_page):
    app = open_page("places")
    assert not app.exception
    assert headline(app).startswith("Upload a file of points or polygons")
    assert "it is not stored" in page_html(app)
    assert "World Bank WDI, March 2026" in page_html(app)


def test_page_with_a_file_answers_first_and_lists_what_was_set_aside(open_page):
    app = give(open_page("places"), TABLE)
    assert not app.exception
    assert headline(app) == (
        "2 of your 3 places lie in 2 member states; the farthest from a member city is 548 km from "
        "Hanoi. 1 row was set aside; the table below says why."
    )
    table, added, faults = (frame.value for frame in app.dataframe)
    assert table["Country"].fillna("").tolist() == ["Indonesia", "Viet Nam", ""]
    assert "ascn_urban_share" in set(added["Column"])
    assert faults["Row"].tolist() == [5]
    assert dict(app.query_params) == {}


def test_swapped_rows_are_turned_round_by_the_button(open_page):
    app = give(open_page("places"), TABLE)
    assert "In 1 row, longitude and latitude seem to be swapped" in app.warning[0].value
    next(button for button in app.button if button.label == "Swap them").click().run()
    assert headline(app).startswith("3 of your 4 places lie in 2 member states")
    assert not app.warning


def test_columns_that_were_guessed_can_be_changed(open_page):
    app = give(open_page("places"), "x,y,a,b\n106.8,-6.2,100.5,13.7\n")
    longitude, latitude = app.selectbox[0], app.selectbox[1]
    assert (longitude.value, latitude.value) == ("x", "y")
    longitude.set_value("a").run()
    app.selectbox[1].set_value("b").run()
    assert not app.exception
    assert app.dataframe[0].value["Country"].tolist() == ["Thailand"]


def test_file_in_metres_asks_for_its_reference_system(open_page):
    app = give(open_page("places"), "x,y\n700000,9300000\n")
    assert headline(app) == "Your file could not be matched yet."
    assert "give its EPSG code" in app.error[0].value
    app.text_input[0].set_value("EPSG:32748").run()
    assert not app.error
    assert headline(app).startswith("1 of your 1 places lie in 1 member state")


@pytest.mark.parametrize("content", [b"\x1f\x8b", b"", b"a,b\n1,2\n", b"[" * 2_000])
def test_file_that_cannot_be_read_is_one_sentence(content, open_page):
    app = give(open_page("places"), content)
    assert not app.exception
    [error] = app.error
    assert "\n" not in error.value


def test_unforeseen_error_is_one_sentence_and_logs_nothing_of_the_file(
    open_page, monkeypatch, caplog
):
    def fail(*arguments: object) -> None:
        raise RuntimeError("Bến Thành")

    monkeypatch.setattr("geo.enrich.bounded.BoundedReading.begin", fail)
    app = give(open_page("places"), TABLE)
    assert not app.exception
    assert "could not be read" in app.error[0].value
    assert "Bến Thành" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_file_that_ends_what_reads_it_is_one_sentence_and_the_page_goes_on(open_page):
    nulls = pa.LargeListArray.from_arrays([0, 120_000_000], pa.nulls(120_000_000, pa.int8()))
    buffer = io.BytesIO()
    table = pa.table({"lon": [106.8], "lat": [-6.2], "nulls": nulls})
    pq.write_table(table, buffer, compression="zstd")
    app = give(open_page("places"), buffer.getvalue())
    assert not app.exception
    [error] = app.error
    assert error.value.startswith("'mine.csv' takes more than 500 MB of memory to read;")
    assert headline(give(open_page("places"), TABLE)).startswith("2 of your 3 places")


def test_file_that_waited_for_others_in_vain_can_be_read_again(open_page, monkeypatch):
    busy = WorkerPool(max_concurrent=1, queue_seconds=0)
    monkeypatch.setattr(upload, "POOL", busy)
    with busy, monkeypatch.context() as taken:
        taken.setattr(busy, "_free", BoundedSemaphore(1))
        busy._free.acquire()
        app = give(open_page("places"), TABLE)
        assert "Other users' files are being read" in app.error[0].value
        busy._free.release()
        next(button for button in app.button if button.label == "Read again").click().run()
        assert headline(app).startswith("2 of your 3 places")


def test_file_without_a_row_that_can_be_placed_says_why(open_page):
    app = give(open_page("places"), "lon,lat\n0,0\n")
    assert headline(app).startswith("None of your 1 rows could be located. 1 row was set aside")
    assert not components(app)
    assert "both 0" in page_html(app)


def test_forgotten_file_is_gone_from_the_session(open_page):
    app = give(open_page("places"), TABLE)
    next(button for button in app.button if button.label == "Remove file").click().run()
    assert headline(app).startswith("Upload a file")
    assert "own_file" not in app.session_state


def test_file_stays_while_other_pages_are_read_and_another_session_sees_none(open_page):
    app = give(open_page("places"), TABLE)
    app.switch_page("pages/glossary/page.py").run()
    app.switch_page("pages/places/page.py").run()
    assert headline(app).startswith("2 of your 3 places")
    assert headline(open_page("places")).startswith("Upload a file")


def test_no_shared_cache_holds_rows_of_a_file(open_page):
    before = current_data.place_joiner()
    give(open_page("places"), TABLE)
    assert current_data.place_joiner() is before
    assert current_data._network_index.cache_info().currsize == 1
    names = {name for frame in vars(before).values() for name in getattr(frame, "columns", ())}
    assert not names & {"name_2", "beds", "lon"}


def test_filters_limit_table_and_headline_of_the_table(open_page):
    app = give(open_page("places"), TABLE)
    app.multiselect(key="own_countries").set_value([OUTSIDE, "VNM"]).run()
    assert "2 of 3 places" in page_html(app)
    app.selectbox(key="own_column").set_value("beds").run()
    app.number_input(key="own_low_beds").set_value(6).run()
    assert not app.exception
    assert app.dataframe[0].value["Place"].tolist() == ["Bến Thành"]


@pytest.mark.parametrize(
    ("place_filter", "rows"),
    [
        (PlacesState(), [2, 3, 4]),
        (PlacesState(countries=("IDN", OUTSIDE)), [2, 4]),
        (PlacesState(within_km=100), [2, 3]),
        (PlacesState(column="name", text="bến"), [3]),
        (PlacesState(column="name", text="("), []),
        (PlacesState(column="beds", low=6), [3]),
        (PlacesState(column="beds", high=6), [2]),
    ],
)
def test_rows_are_kept_by_country_distance_and_column(place_filter, rows, mine):
    assert places_text.filter_places(mine.rows, place_filter)["ascn_row"].tolist() == rows


def test_text_of_a_file_reaches_the_map_as_it_is_but_not_in_the_deck(open_page):
    names = ["<img src=x onerror=alert(1)>", "@@=alert(1)", "{facts}", "a\u202eb", ""]
    rows = "".join(f"{name},{106 + number / 10},-6.2\n" for number, name in enumerate(names))
    app = give(open_page("places"), "name,lon,lat\n" + rows)
    assert not app.exception
    sent = page_map(app)
    found = {
        feature["properties"]["title"]: feature["geometry"]["coordinates"][0]
        for feature in sent["inline"]["own"]["features"]
    }
    shown = [*names[:3], "a\\u202eb", "Row 6"]
    assert found == {title: 106 + number / 10 for number, title in enumerate(shown)}
    assert list(sent["inline"]) == ["own"]
    [own] = [layer for layer in json.loads(sent["deck"])["layers"] if layer["id"] == "own"]
    assert own["data"] == ""
    assert "alert" not in json.dumps({name: sent[name] for name in sent if name != "inline"})


def test_own_places_are_drawn_over_the_cities_and_below_the_names(open_page):
    sent = page_map(give(open_page("places"), TABLE))
    drawn = [layer["id"] for layer in json.loads(sent["deck"])["layers"]]
    assert drawn == ["ground", "land", "areas", "cities", "own", "labels"]
    assert sent["title"] == "Your places"
    assert "From your file." in sent["legend"]
    assert sent["legend"].count('class="legend"') == 2
    assert sent["legend"].count('class="legend of-areas"') == 1


def test_map_of_many_places_is_thinned_evenly_and_says_so(mine, layers):
    rng = np.random.default_rng(0)
    spots = gpd.points_from_xy(rng.uniform(95, 140, 60_000), rng.uniform(-10, 25, 60_000))
    rows = gpd.GeoDataFrame(pd.DataFrame(index=range(60_000)), geometry=spots, crs="OGC:CRS84")
    drawn = places_text.map_geometries(rows)
    assert 2_000 < len(drawn) <= places_text.MAP_PLACES
    assert drawn.total_bounds == pytest.approx(rows.total_bounds, abs=1)
    words = places_text.legend(False, len(rows), len(drawn), LIGHT).html()
    assert f"The map shows {len(drawn):,} of 60,000 places" in words
    assert "The map shows" not in places_text.legend(False, 3, 3, LIGHT).html()


def test_polygons_are_drawn_simplified_and_many_vertices_as_points():
    circles = [shapely.MultiPolygon([shapely.Point(x, 12).buffer(0.2, 64)]) for x in (100, 120)]
    few = gpd.GeoDataFrame(geometry=circles, crs="OGC:CRS84")
    drawn = places_text.map_geometries(few)
    assert drawn.geom_type.eq("MultiPolygon").all() or drawn.geom_type.eq("Polygon").all()
    vertices = shapely.get_num_coordinates(drawn.geometry.to_numpy()).sum()
    assert vertices < shapely.get_num_coordinates(circles).sum()
    many = gpd.GeoDataFrame(geometry=circles * 1_500, crs="OGC:CRS84")
    assert places_text.map_geometries(many).geom_type.eq("Point").all()


def test_table_shows_hidden_signs_and_keeps_the_files_columns(layers):
    found = joined("Country,name,lon,lat\nA\u202eB,x\x07,106.8,-6.2\n", layers)
    table = places_text.table(found.rows, found, layers)
    assert table["Place"].tolist() == ["x\\x07"]
    assert table["Country (your file)"].tolist() == ["A\\u202eB"]
    assert table["Country"].tolist() == ["Indonesia"]


def test_examples_can_be_given_back(layers):
    cities = (layers["cities"]["iso3"] == formats.SAMPLE_COUNTRY).sum()
    kinds = {"decimal_comma", "sexagesimal"}
    for example in formats.examples(layers):
        found = joined(example.content.decode("utf-8-sig"), layers)
        assert len(found.rows) == cities, example.name
        assert set(found.rows["ascn_iso3"]) == {formats.SAMPLE_COUNTRY}
        assert (found.rows["ascn_city_distance_km"] < 0.02).all()
        assert found.faults.counts.keys() <= kinds


def test_page_says_what_a_file_may_look_like_and_gives_examples(open_page):
    html = page_html(open_page("places"))
    for words in ("separated by commas, semicolons", "guessed", "EPSG:32748", "200,000 rows"):
        assert words in html


def test_summary_and_reading_speak_the_readers_language(mine, layers):
    with use_language(MARKED):
        assert places_text.summary(mine.rows, mine.faults, layers).startswith("»")
        assert "»" in places_text.faults_html(mine.faults)


def test_changed_choice_is_another_reading(layers):
    content = "a,b,lon,lat\n100.5,13.7,106.8,-6.2\n"
    found = joined(
        content, layers, choice=Choice().changed("longitude", "a").changed("latitude", "b")
    )
    assert found.rows["ascn_iso3"].tolist() == ["THA"]


@pytest.fixture
def uploads(monkeypatch) -> tuple[Starlette, MemoryUploadedFileManager]:
    """Streamlit's upload route for one session; no temporary file can be made."""

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("an upload went to the disk")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    manager = MemoryUploadedFileManager("/_stcore/upload_file")
    runtime = SimpleNamespace(is_active_session=lambda session: session == "mine")
    previous = st.get_option("server.enableXsrfProtection")
    st._config.set_option("server.enableXsrfProtection", False)
    yield Starlette(routes=create_upload_routes(runtime, manager, None)), manager
    st._config.set_option("server.enableXsrfProtection", previous)


def put(app: Starlette, size: int, session: str = "mine", **headers: str):
    head = b'--B\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'
    body = head + b"x" * size + b"\r\n--B--\r\n"
    kind = "multipart/form-data; boundary=B"
    address = f"/_stcore/upload_file/{session}/one"
    return ask(app, address, "PUT", body=body, content_type=kind, **headers)


def test_upload_stays_in_memory_in_the_session_that_sent_it(uploads):
    app, manager = uploads
    assert put(app, 5_000_000).status == 204
    [file] = manager.get_files("mine", ["one"])
    assert len(file.data) == 5_000_000
    assert manager.get_files("other", ["one"]) == []
    assert put(app, 10, session="other").status == 400


def test_upload_beyond_the_limit_is_refused_whether_it_states_its_size_or_not(uploads):
    app, manager = uploads
    most = st.get_option("server.maxUploadSize") * 1_048_576
    assert most == PAGE.bytes
    assert put(app, most + 2_000_000).status == 413
    assert put(app, 10, content_length=str(most + 1)).status == 413
    assert manager.get_files("mine", ["one"]) == []


def test_multipart_parser_of_the_server_never_rolls_over_to_the_disk():
    assert MultiPartParser.spool_max_size > 2 * PAGE.bytes
