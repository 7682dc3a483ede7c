"""Places of projects: points of the records named, and places without a point."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows
from geo.analysis.projects import PlaceCoverage, place_coverage
from geo.build.project_places import build_project_places, places_outside_their_city
from geo.errors import LayerError, SourceError
from geo.export import FORMATS, Record, encode
from geo.layers.catalogue import Catalogue
from geo.layers.consistency import inconsistencies
from geo.layers.files import check
from geo.ogc.collection import Collections
from geo.schema import LAYERS
from geo.schema.project_places import PLACE_ROWS

OWN = {"located_as": "Airport", "longitude": 100.1, "latitude": 15.1}


def row(place: str, **cells: Any) -> dict[str, Any]:
    return {"project_id": "a--bus", "place": place, "document": "report", "page": 3, **cells}


def of_geonames(place: str, record: str = "7") -> dict[str, Any]:
    return row(place, precision="city", source_id="geonames", source_record=record)


def of_airports(place: str, **cells: Any) -> dict[str, Any]:
    return row(place, **{"precision": "site", "source_id": "air", "source_record": "X", **cells})


def build(*rows: dict[str, Any], latitude: float = 15.2) -> gpd.GeoDataFrame:
    """The layer of some rows; record 7 of GeoNames is ``Town``, 9 of the UN is ``UN Town``."""
    table = pd.DataFrame(rows, columns=list(PLACE_ROWS))
    table = table.astype({name: str(one.dtype) for name, one in PLACE_ROWS.items()})
    table.index = pd.RangeIndex(2, len(table) + 2, name="line")
    tables = {
        "project_places": table,
        "geonames_places": pd.DataFrame(
            {
                "geonameid": pd.array([7], dtype="Int64"),
                "name": ["Town"],
                "longitude": [100.2],
                "latitude": [latitude],
            }
        ),
        "wup2025_cities": pd.DataFrame(
            {
                "un_city_code": ["9"],
                "name": ["UN Town"],
                "longitude": [100.3],
                "latitude": [15.3],
            }
        ),
        "sources": pd.DataFrame(
            {
                "source_id": ["geonames", "wup-2025", "air"],
                "attribution": ["GeoNames", "UN", "Airports"],
                "licence": ["CC BY 4.0", "CC BY 3.0 IGO", "MIT"],
            }
        ),
    }
    projects = pd.DataFrame({"project_id": ["a--bus"], "city_id": ["a"], "iso3": ["LAO"]})
    cities = pd.DataFrame({"city_id": ["a"], "longitude": [100.0], "latitude": [15.0]})
    return build_project_places(tables, projects, cities)


# Building


def test_point_and_name_are_those_of_the_record_that_the_row_names() -> None:
    un = row("Towne", precision="city", source_id="wup-2025", source_record="9")
    places = build(of_geonames("Old Town"), un, of_airports("Airfield", **OWN)).set_index("place")
    points = {place: (point.x, point.y) for place, point in places.geometry.items()}
    assert points == {
        **{"Old Town": (100.2, 15.2), "Towne": (100.3, 15.3), "Airfield": (100.1, 15.1)},
    }
    columns = ["located_as", "source", "licence", "city_id", "iso3"]
    assert places[columns].to_dict("index") == {
        "Airfield": dict(zip(columns, ("Airport", "Airports", "MIT", "a", "LAO"), strict=True)),
        "Old Town": dict(zip(columns, ("Town", "GeoNames", "CC BY 4.0", "a", "LAO"), strict=True)),
        "Towne": dict(zip(columns, ("UN Town", "UN", "CC BY 3.0 IGO", "a", "LAO"), strict=True)),
    }


def test_place_without_a_record_has_no_point_and_no_source() -> None:
    places = build(row("River"), of_geonames("Old Town")).set_index("place")
    assert places.loc["River", "geometry"] is None
    unlocated = ["precision", "located_as", "source", "source_record", "licence"]
    assert places.loc["River", unlocated].isna().all()
    assert places.loc["River", ["document", "page"]].tolist() == ["report", 3]
    assert places.loc["Old Town", unlocated].notna().all()


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (row("River", source_id="geonames"), "column source_id: goes with a precision"),
        (row("River", source_record="7"), "column source_record: goes with a precision"),
        (row("River", longitude=100.0), "column longitude: goes with a point of a source other"),
        (row("River", precision="site"), "column source_id: goes with a precision"),
        ({**of_geonames("Old Town"), "latitude": 15.0}, "column latitude: goes with a point of a"),
        (of_airports("Airfield"), "column located_as: goes with a point of a source other than"),
        (of_airports("Airfield", **{**OWN, "latitude": None}), "column latitude: goes with"),
        (of_geonames("Old Town", "8"), "'8' is no record of geonames_places.csv"),
        (of_airports("Airfield", **{**OWN, "longitude": 101.0}), "lies 108 km from 'a'; 75 km at"),
    ],
)
def test_row_that_is_half_located_or_far_away_is_refused_with_its_line(
    cells: dict[str, Any], message: str
) -> None:
    with pytest.raises(SourceError, match=f"^project_places.csv, line 3.*{message}"):
        build(of_geonames("Town"), cells)


def test_place_outside_its_citys_exact_area_is_told() -> None:
    places = build(of_geonames("In"), of_airports("Out", **OWN), row("River"))
    within = pd.DataFrame({"within_city_id": ["a", None, None]})
    outside = places_outside_their_city(places, within)
    assert outside["place"].tolist() == ["Out"]
    other = pd.DataFrame({"within_city_id": ["b", "a", None]})
    assert places_outside_their_city(places, other)["place"].tolist() == ["In"]


def test_coverage_counts_projects_with_a_name_and_with_a_point() -> None:
    projects = pd.DataFrame({"project_id": ["p", "q", "r", "s"]})
    places = pd.DataFrame(
        {
            "project_id": ["p", "p", "q", "gone"],
            "precision": ["site", None, None, "city"],
        }
    )
    assert place_coverage(projects, places) == PlaceCoverage(4, 2, 1)
    assert place_coverage(projects.iloc[1:], places) == PlaceCoverage(3, 1, 0)


# The committed layer


def test_thirty_of_the_projects_have_a_place_and_nine_a_point(catalogue: Catalogue) -> None:
    places = catalogue["project_places"]
    assert place_coverage(catalogue["projects"], places) == PlaceCoverage(140, 30, 9)
    assert places["precision"].value_counts().to_dict() == {
        **{"neighbourhood": 7, "city": 4, "site": 1},
    }


def test_tatkone_is_the_town_in_the_union_territory_not_its_namesake(
    catalogue: Catalogue,
) -> None:
    places = catalogue.geo("project_places").set_index("place")
    point = places.loc["Tatkone", "geometry"]
    assert (point.x, point.y) == (96.206, 20.132)
    assert places.loc["Tatkone", "page"] == 33


def test_places_follow_the_projects_of_a_filter(catalogue: Catalogue) -> None:
    city_filter = Filter(cities=("mandalay",), text="parks")
    rows = filtered_rows("project_places", city_filter, catalogue).rows
    assert rows["place"].tolist() == ["Yandanabon Park"]


def test_feature_without_a_point_has_a_null_geometry(catalogue: Catalogue, record: Record) -> None:
    places = catalogue.geo("project_places")
    named = places["precision"].isna()
    features = json.loads(encode(places, LAYERS["project_places"], "geojson", record))["features"]
    assert [feature["geometry"] is None for feature in features] == named.tolist()
    collection = Collections(catalogue)["project_places"]
    items = collection.features(named.to_numpy().nonzero()[0])
    assert {feature["geometry"] for feature in items} == {None}
    assert collection.bounds == [*shapely.total_bounds(places.geometry.to_numpy())]


@pytest.mark.filterwarnings("ignore:More than one layer found")  # the workbook's metadata
@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_every_format_takes_places_with_and_without_a_point(
    extension: str, catalogue: Catalogue, record: Record, tmp_path: Path
) -> None:
    places = catalogue.geo("project_places")
    file = tmp_path / f"places.{extension}"
    file.write_bytes(encode(places, LAYERS["project_places"], extension, record))
    read = gpd.read_parquet(file) if extension == "parquet" else pyogrio.read_dataframe(file)
    assert sorted(read["place"]) == sorted(places["place"])
    if isinstance(read, gpd.GeoDataFrame):
        points = places.set_index("place").geometry.to_dict()
        assert read.set_index("place").geometry.to_dict() == points


def test_only_a_layer_that_says_so_may_lack_a_geometry(catalogue: Catalogue) -> None:
    check(catalogue["project_places"], LAYERS["project_places"])
    cities = catalogue.geo("cities").copy()
    cities.loc[cities.index[0], "geometry"] = None
    with pytest.raises(LayerError, match="not a valid Point"):
        check(cities, LAYERS["cities"])


def test_an_empty_point_is_no_missing_point(catalogue: Catalogue) -> None:
    places = catalogue.geo("project_places").copy()
    places.loc[places.index[0], "geometry"] = shapely.Point()
    with pytest.raises(LayerError, match="not a valid Point"):
        check(places, LAYERS["project_places"])


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("precision", None, "column geometry: has to go with precision (bandar-seri-begawan--kamp"),
        ("licence", None, "column licence: has to go with precision (bandar-seri-begawan--kamp"),
        ("city_id", "dili", "column project_id, city_id, iso3: [('bandar-seri-begawan--kampong-a"),
        ("document", "none", "column document: ['none'] not in documents.document_id"),
    ],
)
def test_layer_that_contradicts_itself_or_the_projects_is_told(
    column: str, value: object, message: str, catalogue: Catalogue
) -> None:
    frames = {name: catalogue[name] for name in ("project_places", "projects", "documents")}
    changed = frames["project_places"].copy()
    row_of = changed.index[changed["place"] == "Kampong Ayer"][0]
    changed.loc[row_of, column] = value
    assert list(inconsistencies(frames)) == []
    problems = list(inconsistencies({**frames, "project_places": changed}))
    assert any(message in problem for problem in problems)
