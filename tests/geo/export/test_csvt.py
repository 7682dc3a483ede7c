"""Types of columns beside a CSV file, as GDAL reads them."""

from __future__ import annotations

import pyogrio
import pytest

from geo import export
from geo.export import csvt
from geo.layers.catalogue import Catalogue


def read(name, folder, rows=5):
    layers = Catalogue()
    layer = layers.layers[name]
    record = export.Record.from_layer(layer, layers.info(name))
    path = folder / f"{name}.csv"
    path.write_bytes(export.encode(layers[name].head(rows), layer, "csv", record))
    path.with_suffix(".csvt").write_bytes(csvt.encode(layer))
    return pyogrio.read_dataframe(path)


def test_codes_stay_texts_and_coordinates_become_points(tmp_path):
    places = read("places", tmp_path, rows=8_000)
    assert {"05", "NCR"} <= set(places["admin1_code"])
    assert places.geometry.geom_type.eq("Point").all()
    assert places["population"].dtype.kind == "i"


@pytest.mark.parametrize("name", Catalogue().layers)
def test_there_is_a_type_for_each_column(name, tmp_path):
    layers = Catalogue()
    layer = layers.layers[name]
    record = export.Record.from_layer(layer, layers.info(name))
    head = export.encode(layers[name].head(0), layer, "csv", record).decode("utf-8-sig")
    assert csvt.encode(layer).count(b'"') == 2 * len(head.split(","))
