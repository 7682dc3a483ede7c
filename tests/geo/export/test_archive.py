"""All layers in one archive."""

from __future__ import annotations

import csv
import io
from zipfile import ZipFile

import pyogrio

from geo.export import archive
from geo.layers.catalogue import Catalogue
from geo.schema import DECLARED
from tests.layer_sets import committed


def archived(*names):
    layers = Catalogue(committed())
    return b"".join(
        archive.stream({name: (DECLARED[name], layers[name], layers.info(name)) for name in names})
    )


def test_archive_has_maps_as_geopackage_tables_as_csv_and_a_list_with_licences(tmp_path):
    package = ZipFile(io.BytesIO(archived("cities", "projects")))
    assert package.namelist() == [archive.CONTENTS, "cities.gpkg", "projects.csv"]
    package.extract("cities.gpkg", tmp_path)
    assert len(pyogrio.read_dataframe(tmp_path / "cities.gpkg")) == 38
    listed = list(csv.DictReader(io.StringIO(package.read(archive.CONTENTS).decode())))
    assert [row["file"] for row in listed] == ["cities.gpkg", "projects.csv"]
    assert listed[0]["rows"] == "38"
    assert all(row["licence"] and row["attribution"] for row in listed)


def test_equal_layers_give_equal_bytes():
    assert archived("cities", "projects") == archived("cities", "projects")
