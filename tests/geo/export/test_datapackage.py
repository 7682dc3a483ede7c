"""Metadata of an export: columns, sources and licence."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import frictionless
import pytest

from geo import export
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows
from geo.export import Record, datapackage
from geo.export.fields import fields
from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS
from geo.schema.column_sources import column_sources
from geo.sources.read import read

WANTED = Filter(countries=("IDN", "PHL"))


def record_of(name: str, layers: Catalogue, city_filter: Filter = WANTED) -> dict[str, Any]:
    layer, rows = LAYERS[name], filtered_rows(name, city_filter, layers)
    record = Record.from_layer(layer, layers.info(name), rows.filter_text)
    paths = {
        extension: f"https://x.org/{name}.{extension}" for extension in export.formats_for(layer)
    }
    return dict(
        json.loads(
            datapackage.encode(
                rows.rows, layer, record, paths, city_filter.to_query(), "https://x.org"
            )
        )
    )


@pytest.mark.parametrize("name", LAYERS)
def test_schema_is_the_columns_of_the_csv_in_order(name: str, catalogue: Catalogue) -> None:
    found = record_of(name, catalogue)
    [table] = [resource for resource in found["resources"] if "schema" in resource]
    record = Record.from_layer(LAYERS[name], catalogue.info(name))
    content = export.encode(catalogue[name].iloc[:1], LAYERS[name], "csv", record)
    header = next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [field["name"] for field in table["schema"]["fields"]] == header
    assert table["format"] == "csv"
    assert set(table["schema"]["primaryKey"]) <= set(header)


@pytest.mark.parametrize("name", LAYERS)
def test_every_field_has_meaning_type_and_sources_that_are_told(
    name: str, catalogue: Catalogue
) -> None:
    found = record_of(name, catalogue)
    stated = {source["id"]: source for source in found["sources"]}
    known = read("sources").set_index("source_id")
    assert all(stated[id]["title"] == known.loc[id, "title"] for id in stated)
    assert found["licenses"]
    for field in fields(LAYERS[name], list(stated)):
        assert field.description
        assert field.type in {"string", "date", "integer", "number", "boolean"}
        assert field.sources
        assert set(field.sources) <= set(stated)


@pytest.mark.parametrize(
    ("layer", "column", "sources"),
    [
        ("cities", "agglomeration_growth_2000_2018", ("wup-2018",)),
        ("cities", "population", ("cities",)),
        ("cities", "projects_completed", ("ascn-me-2025",)),
        ("countries", "population_year", ("wdi-2026-03",)),
        ("countries", "boundary_area_km2", ("natural-earth",)),
        ("places", "distance_km", ("geonames", "cities")),
        ("agglomerations", "name", ("wup-2018",)),
    ],
)
def test_column_of_a_joined_layer_names_the_source_it_rests_on(
    layer: str, column: str, sources: tuple[str, ...]
) -> None:
    known = list(read("sources")["source_id"])
    assert column_sources(LAYERS[layer], column, known) == sources


def test_constraints_are_those_of_the_schema() -> None:
    found = {field.name: field for field in fields(LAYERS["cities"], [])}
    assert found["joined_year"].constraints == {"required": True, "minimum": 2018, "maximum": 2050}
    assert "required" not in found["population"].constraints
    assert found["agglomeration_relation"].constraints["enum"] == ["same", "within", "none"]
    assert found["population"].unit == "people"


def test_length_of_a_text_is_no_range_of_values() -> None:
    vision = {field.name: field for field in fields(LAYERS["plans"], [])}["vision"]
    assert {"minLength", "maxLength"} <= set(vision.constraints)
    assert not {"minimum", "maximum"} & set(vision.constraints)


@pytest.mark.parametrize("city_filter", [Filter(), WANTED, Filter(text="no such city")], ids=str)
@pytest.mark.parametrize("name", LAYERS)
def test_csv_is_valid_by_its_own_record(
    name: str, city_filter: Filter, catalogue: Catalogue, tmp_path: Path
) -> None:
    layer, filtered = LAYERS[name], filtered_rows(name, city_filter, catalogue)
    record = Record.from_layer(layer, catalogue.info(name), filtered.filter_text)
    export.save(filtered.rows, layer, "csv", record, tmp_path / f"{name}.csv")
    query = city_filter.to_query()
    package = datapackage.encode(filtered.rows, layer, record, {"csv": f"{name}.csv"}, query)
    (tmp_path / "datapackage.json").write_bytes(package)
    report = frictionless.validate(tmp_path / "datapackage.json")
    assert report.flatten(["rowNumber", "fieldName", "type", "note"]) == []


def test_record_tells_filter_rows_place_and_time(catalogue: Catalogue) -> None:
    found = record_of("cities", catalogue)
    rows = filtered_rows("cities", WANTED, catalogue).rows
    assert found["query"] == {
        "words": "Indonesia or Philippines",
        "parameters": {"country": "IDN,PHL"},
        "address": "https://x.org",
    }
    assert found["rows"] == len(rows)
    assert found["crs"] == "OGC:CRS84"
    assert found["bbox"] == rows.total_bounds.round(6).tolist()
    assert found["version"] == catalogue.info("cities")["content_hash"]
    age = datetime.now(UTC) - datetime.fromisoformat(found["created"])
    assert 0 <= age.total_seconds() < 3_600
    assert {licence["name"] for licence in found["licenses"]} >= {"CC-BY-4.0", "CC-BY-3.0-IGO"}


def test_content_hash_is_of_the_rows_and_not_of_the_time(catalogue: Catalogue) -> None:
    layer, info = LAYERS["cities"], catalogue.info("cities")
    record, frame = Record.from_layer(layer, info), catalogue["cities"]
    whole = datapackage.content_hash(frame, layer, record)
    assert whole == record_of("cities", catalogue, Filter())["content_hash"]
    assert whole != datapackage.content_hash(frame.iloc[1:], layer, record)
    assert whole == datapackage.content_hash(frame, layer, replace(record, selection="other words"))


def test_layer_without_geometry_has_no_place(catalogue: Catalogue) -> None:
    assert not {"crs", "bbox", "geometry"} & set(record_of("projects", catalogue))
    assert "bbox" not in record_of("cities", catalogue, Filter(text="no such city"))
