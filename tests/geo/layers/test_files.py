"""Reading and writing layers: invalid files, reproducibility, hashes."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geo.analysis import geodesy
from geo.errors import LayerError
from geo.i18n import use_language
from geo.layers import files
from geo.layers.atomic_write import write_all, write_bytes
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR, encode
from geo.schema import LAYERS
from tests.pseudolocale import MARK, MARKED

CITIES = LAYERS["cities"]
INFO = {"title": "t", "description": "d", "licence": "l", "attribution": "a", "vintage": "v"}
BUILD_AGAIN = "python -m geo build"


def saved(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def altered(change: Callable[[pa.Table], pa.Table]) -> Callable[[bytes], bytes]:
    """Change the table inside a layer file without its metadata."""

    def alter(content: bytes) -> bytes:
        table = pq.read_table(io.BytesIO(content))
        return saved(change(table).replace_schema_metadata(table.schema.metadata))

    return alter


def with_column(name: str, values: list[object]) -> Callable[[bytes], bytes]:
    return altered(
        lambda table: table.set_column(table.column_names.index(name), name, pa.array(values))
    )


SPOILED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "truncated": ("cities", lambda content: content[:-100]),
    "empty": ("cities", lambda content: b""),
    "not Parquet": ("cities", lambda content: b"city_id,name\n"),
    "not ours": ("cities", lambda content: saved(pa.table({"a": [1]}))),
    "description not ours": (
        "cities",
        lambda content: saved(pa.table({"a": [1]}).replace_schema_metadata({"layer": "no json"})),
    ),
    "attribute lost": ("cities", altered(lambda table: table.drop_columns("name"))),
    "attribute of another type": ("cities", with_column("joined_year", ["x"] * 38)),
    "value out of range": ("cities", with_column("joined_year", [1900] * 38)),
    "geometry lost": ("cities", altered(lambda table: table.drop_columns("geometry"))),
    "row doubled": ("cities", altered(lambda table: pa.concat_tables([table, table.slice(0, 1)]))),
}


@pytest.mark.parametrize("case", SPOILED)
def test_spoiled_file_is_named_with_the_remedy(case: str, layer_copy: Path) -> None:
    name, spoil = SPOILED[case]
    path = layer_copy / f"{name}.parquet"
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(LayerError) as caught:
        files.read(name, layer_copy)
    assert path.name in str(caught.value)
    assert BUILD_AGAIN in str(caught.value)


def test_another_layer_under_the_name_is_refused(layer_copy: Path) -> None:
    shutil.copy(layer_copy / "countries.parquet", layer_copy / "cities.parquet")
    with pytest.raises(LayerError, match="cities"):
        files.read("cities", layer_copy)


def test_missing_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    for ask in (
        lambda: files.read("cities", tmp_path),
        lambda: Catalogue(tmp_path).info("cities"),
    ):
        with pytest.raises(LayerError, match=rf"\.parquet is missing; .*{BUILD_AGAIN}"):
            ask()


def test_one_unreadable_layer_leaves_the_catalogue_a_version(layer_copy: Path) -> None:
    whole = Catalogue(layer_copy).version
    (layer_copy / "places.parquet").write_bytes(b"PAR1")
    assert Catalogue(layer_copy).version not in ("", whole)


@pytest.mark.parametrize(
    "ask", [lambda c: c["roads"], lambda c: c.info("roads")], ids=["rows", "info"]
)
def test_unknown_layer_is_named_with_those_there_are(
    ask: Callable[[Catalogue], object], catalogue: Catalogue
) -> None:
    with pytest.raises(LayerError, match=r"no layer 'roads'\. Available: countries, context, land"):
        ask(catalogue)


def test_a_damaged_layer_is_told_of_in_the_language(layer_copy: Path) -> None:
    (layer_copy / "cities.parquet").write_bytes(b"PAR1")
    with use_language(MARKED), pytest.raises(LayerError, match=f"^{MARK}cities.parquet is "):
        files.read("cities", layer_copy)


def test_table_without_geometry_is_no_map_layer(catalogue: Catalogue) -> None:
    with pytest.raises(LayerError, match="'projects' has no geometry"):
        catalogue.geo("projects")


# What is checked when a layer is written


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("iso3", "XXX", "city_id 'alpha'.*column iso3: 'XXX'"),
        ("population", 3, "column population"),
        ("name", None, "column name"),
        ("geometry", shapely.Point(), "column geometry: not a valid Point for .'alpha'"),
        ("geometry", None, "column geometry: not a valid Point for .'alpha'"),
        ("geometry", shapely.box(0, 0, 1, 1), "column geometry: not a valid Point for .'alpha'"),
    ],
    ids=["code", "range", "missing", "empty point", "no point", "polygon"],
)
def test_row_that_is_not_of_the_schema_is_not_written(
    column: str, value: object, message: str, catalogue: Catalogue
) -> None:
    frame = catalogue.geo("cities").iloc[:1].copy()
    frame["city_id"] = "alpha"
    if column == "geometry":
        frame = frame.set_geometry(gpd.GeoSeries([value], index=frame.index, crs=frame.crs))
    else:
        frame[column] = pd.Series([value], index=frame.index, dtype=frame[column].dtype)
    with pytest.raises(LayerError, match=f"Layer cities.*{message}"):
        encode(frame, CITIES, INFO)


def test_self_crossing_boundary_is_not_written(catalogue: Catalogue) -> None:
    frame = catalogue.geo("countries").iloc[:1].copy()
    bow = shapely.MultiPolygon([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])])
    frame["geometry"] = gpd.GeoSeries([bow], index=frame.index, crs=frame.crs)
    with pytest.raises(LayerError, match=r"geometry: not a valid MultiPolygon for .'BRN'"):
        encode(frame, LAYERS["countries"], INFO)


@pytest.mark.parametrize("name", [name for name, layer in LAYERS.items() if layer.geometry])
def test_geopandas_writes_what_it_reads_from_a_layer(name: str, tmp_path: Path) -> None:
    frame = gpd.read_parquet(files.LAYERS_DIR / f"{name}.parquet").iloc[:3]
    assert len(json.loads(frame.to_json())["features"]) == 3
    frame.to_file(tmp_path / "layer.gpkg")
    assert len(gpd.read_file(tmp_path / "layer.gpkg")) == 3


def test_other_crs_or_plain_frame_is_not_written(catalogue: Catalogue) -> None:
    cities = catalogue.geo("cities")
    for frame in (cities.to_crs("EPSG:3857"), pd.DataFrame(cities)):
        with pytest.raises(LayerError, match="geometry must be in OGC:CRS84"):
            encode(frame, CITIES, INFO)


# What stays the same, and what a hash tells


@pytest.mark.parametrize("name", LAYERS)
def test_layer_read_and_written_again_has_the_same_bytes(name: str, catalogue: Catalogue) -> None:
    stored = (LAYERS_DIR / f"{name}.parquet").read_bytes()
    assert encode(catalogue[name], LAYERS[name], catalogue.info(name)) == stored


def test_hash_and_version_change_with_one_value(layer_copy: Path, catalogue: Catalogue) -> None:
    same = Catalogue(layer_copy)
    assert same.version == catalogue.version
    frame = catalogue["cities"].copy()
    frame.loc[0, "name"] = "Another name"
    content = encode(frame, CITIES, catalogue.info("cities"))
    write_bytes(layer_copy / "cities.parquet", content)
    changed = Catalogue(layer_copy)
    assert changed.info("cities")["content_hash"] != catalogue.info("cities")["content_hash"]
    assert changed.info("places") == catalogue.info("places")
    assert changed.version != catalogue.version


def test_hash_tells_a_moved_point(catalogue: Catalogue, tmp_path: Path) -> None:
    hashes = set()
    for shift in (0.0, 1e-5):
        frame = catalogue.geo("cities").copy()
        frame["geometry"] = frame.translate(shift)
        path = tmp_path / "cities.parquet"
        write_bytes(path, encode(frame, CITIES, INFO))
        hashes.add(files.read_info(path)["content_hash"])
    assert len(hashes) == 2


def test_layer_is_read_once(catalogue: Catalogue) -> None:
    assert catalogue["cities"] is catalogue["cities"]


# Writing a file


def test_writing_replaces_the_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.parquet"
    write_bytes(path, b"old")
    with path.open("rb") as reader:
        write_bytes(path, b"new")
        assert reader.read() == b"old"  # who reads meanwhile sees the old file whole
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        write_bytes(path, "not bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_files_written_together_are_put_back_when_one_cannot_be_placed(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Path, target: Path) -> None:
        raise OSError("no links here")

    if not links:
        monkeypatch.setattr(Path, "hardlink_to", refused)
    old, new, taken = (tmp_path / name for name in ("old", "new", "taken"))
    old.write_bytes(b"old")
    taken.mkdir()
    with pytest.raises(LayerError, match=f"^{taken} cannot be written: "):
        write_all({old: b"1", new: b"2", taken: b"3"})
    assert old.read_bytes() == b"old"
    assert sorted(tmp_path.iterdir()) == [old, taken]


def test_files_written_together_are_all_replaced(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "deep" / "new"
    old.write_bytes(b"old")
    write_all({old: b"1", new: b"2"})
    assert (old.read_bytes(), new.read_bytes()) == (b"1", b"2")
    assert sorted(tmp_path.rglob("*")) == [new.parent, new, old]


# Order and extent


def test_hilbert_order_keeps_every_row_and_brings_neighbours_together(
    catalogue: Catalogue,
) -> None:
    mixed = catalogue.geo("places").sample(frac=1, random_state=1)
    ordered = files.in_hilbert_order(mixed)
    assert sorted(ordered["geonameid"]) == sorted(mixed["geonameid"])

    def steps(frame: gpd.GeoDataFrame) -> float:
        xy = frame.get_coordinates()
        return float((xy.diff() ** 2).sum(axis=1).pow(0.5).sum())

    assert steps(ordered) < steps(mixed) / 20
    assert steps(catalogue.geo("places")) == pytest.approx(steps(ordered))


def test_extent_is_west_south_east_north() -> None:
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy([100, 110], [-5, 20]), crs="OGC:CRS84")
    assert geodesy.extent(frame) == (100.0, -5.0, 110.0, 20.0)


def test_what_was_made_of_the_layers_is_made_once_by_catalogue():
    catalogue, made = Catalogue({}), []

    def ask(key: str) -> int:
        return catalogue.cached(key, lambda: made.append(key) or len(made))

    assert [ask("a"), ask("b"), ask("a")] == [1, 2, 1]
    assert made == ["a", "b"]
    assert Catalogue({}).cached("a", lambda: "another") == "another"


def test_what_cannot_be_made_is_tried_again():
    catalogue = Catalogue({})
    with pytest.raises(ZeroDivisionError):
        catalogue.cached("a", lambda: 1 / 0)
    assert catalogue.cached("a", lambda: 1) == 1
