"""Collections, filters and pages of the live service, without HTTP."""

from __future__ import annotations

import jsonschema_rs
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import NotFoundError, QueryError
from geo.ogc.boxes import bbox_geometry, parse_bbox
from geo.ogc.collection import Collections
from geo.ogc.crs import CRS84, WEB_MERCATOR
from geo.ogc.service import Service
from geo.ogc.times import parse_interval, parse_time
from geo.schema import LAYERS


@pytest.fixture(scope="module")
def known(catalogue) -> Collections:
    return Collections(catalogue)


@pytest.fixture(scope="module")
def service(known) -> Service:
    return Service(known, "https://example.org/ogc")


@pytest.mark.parametrize("name", LAYERS)
def test_ids_of_every_layer_are_unique_and_lead_to_their_row(name, known):
    collection = known[name]
    assert len({str(id_) for id_ in collection.ids}) == len(collection.frame)
    last = len(collection.frame) - 1
    assert collection.position(str(collection.ids[last])) == last


def test_id_of_several_columns_joins_them(known):
    key = known["city_years"].frame.loc[0, ["city_code", "year"]]
    assert known["city_years"].ids[0] == f"{key['city_code']}~{key['year']}"


def test_item_and_collection_that_are_not_there_are_named(known):
    with pytest.raises(NotFoundError, match="'atlantis' in cities"):
        known["cities"].position("atlantis")
    with pytest.raises(NotFoundError, match=r"'rivers'\. Available: countries"):
        known["rivers"]


def test_feature_has_the_values_of_its_row_and_null_where_one_is_missing(service, catalogue):
    row = catalogue["cities"].set_index("city_id").loc["dili"]
    feature = service.item("cities", "dili", []).content
    assert feature["geometry"] == {"type": "Point", "coordinates": list(row.geometry.coords[0])}
    for name, value in feature["properties"].items():
        if name != "city_id":
            assert (value is None) == pd.isna(row[name])
            assert value is None or value == row[name]
    assert feature["properties"]["agglomeration"] is None


def test_table_has_features_without_geometry(service):
    page = service.items("projects", [("limit", "1")]).content
    assert page["features"][0]["geometry"] is None


def test_box_across_the_antimeridian_is_two():
    across = bbox_geometry("170,-10,-170,10")
    assert shapely.contains_xy(across, [175, -175, 0], [0, 0, 0]).tolist() == [True, True, False]


@pytest.mark.parametrize("text", ["1,2,3", "1,2,3,x", "1,5,3,4", "nan,1,2,3", "1,2,inf,3", ""])
def test_box_that_is_none_is_refused(text):
    with pytest.raises(QueryError, match="bbox"):
        parse_bbox(text)


def test_height_of_a_box_is_left_out():
    assert parse_bbox("1,2,-5,3,4,5") == [1, 2, 3, 4]


def test_time_lasts_as_long_as_it_is_exact():
    assert [str(edge) for edge in parse_time("2024")] == [
        "2024-01-01T00:00:00",
        "2025-01-01T00:00:00",
    ]
    assert str(parse_time("2024-01-01T07:00:00+07:00")[0]) == "2024-01-01T00:00:00"


@pytest.mark.parametrize(
    "text", ["", "soon", "2024/2023", "2024-13", "2024-02-30", "1/2/3", "20240101", "2024-01-01T99"]
)
def test_datetime_that_is_none_is_refused(text):
    with pytest.raises(QueryError, match="datetime"):
        parse_interval(text)


@pytest.mark.parametrize("name", LAYERS)
def test_items_conform_to_the_schema_of_an_item(name, service):
    validator = jsonschema_rs.validator_for(service.item_schema(name).content)
    for feature in service.items(name, [("limit", "10000")]).content["features"]:
        validator.validate(feature)


def test_schema_of_an_item_refuses_a_missing_value_where_there_is_none_and_another_type(service):
    validator = jsonschema_rs.validator_for(service.item_schema("cities").content)
    feature = service.item("cities", "dili", []).content
    for column, value in (("name", None), ("population", "many"), ("agglomeration", 5)):
        broken = {**feature, "properties": {**feature["properties"], column: value}}
        assert not validator.is_valid(broken), column


def test_rows_are_sorted_with_missing_last_and_equal_rows_in_order(service, known):
    page = service.items("cities", [("sortby", "-density_per_km2"), ("limit", "50")]).content
    found = [feature["properties"]["density_per_km2"] for feature in page["features"]]
    known_ = [value for value in found if value is not None]
    assert known_ == sorted(known_, reverse=True)
    assert found[len(known_) :] == [None] * (len(found) - len(known_))
    by_country = service.items("cities", [("sortby", "iso3"), ("limit", "50")]).content
    frame = known["cities"].frame.sort_values("iso3", kind="stable")
    assert [feature["id"] for feature in by_country["features"]] == frame["city_id"].tolist()


def test_column_that_is_asked_for_twice_is_given_once_and_sorted_by_its_first_place(service):
    query = [("properties", "name,iso3,name"), ("sortby", "-iso3,name,iso3"), ("limit", "50")]
    found = [
        feature["properties"] for feature in service.items("cities", query).content["features"]
    ]
    assert list(found[0]) == ["name", "iso3"]
    assert [row["iso3"] for row in found] == sorted((row["iso3"] for row in found), reverse=True)


@pytest.mark.parametrize("sign", ["", "+", " "])
def test_plus_sorts_upwards_even_when_the_address_made_a_space_of_it(sign, service, known):
    page = service.items("cities", [("sortby", f"{sign}name"), ("limit", "3")]).content
    first = known["cities"].frame["name"].sort_values().head(3)
    assert [feature["properties"]["name"] for feature in page["features"]] == first.tolist()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"bbox": "125,-9,-50,126,-8,50"}, 1),
        ({"bbox": "125,-9,126,-8"}, 1),
        ({"bbox": "126,-9,125,-8"}, 2),  # all the way round
        ({"bbox": "-180,-90,180,90"}, 38),
        ({"bbox": "-1e300,-1e300,1e300,1e300"}, 38),
        ({"bbox": "-2e7,-2e7,2e7,2e7", "bbox-crs": WEB_MERCATOR}, 38),
        ({"bbox": "1e300,-1e300,1e300,1e300", "bbox-crs": WEB_MERCATOR}, 0),
    ],
)
def test_box_keeps_what_touches_it(query, found, service):
    page = service.items("cities", list(query.items())).content
    assert page["numberMatched"] == found


def test_pages_add_up_to_the_whole_and_the_last_has_no_next(service):
    ids, offset = [], 0
    while True:
        query = [
            ("limit", "10"),
            ("offset", str(offset)),
            ("iso3", "IDN"),
            ("filter-lang", "cql-text"),
        ]
        page = service.items("agglomerations", query).content
        ids += [feature["id"] for feature in page["features"]]
        rels = {link["rel"]: link["href"] for link in page["links"]}
        assert ("prev" in rels) == (offset > 0)
        assert page["numberReturned"] == len(page["features"])
        if "next" not in rels:
            break
        offset += 10
        assert f"offset={offset}" in rels["next"]
        assert "iso3=IDN" in rels["next"]
    assert len(ids) == len(set(ids)) == page["numberMatched"]


def test_page_that_ends_with_the_last_row_has_no_next(service):
    page = service.items("cities", [("limit", "19"), ("offset", "19")]).content
    assert page["numberReturned"] == 19
    assert "next" not in {link["rel"] for link in page["links"]}


def test_page_before_the_second_item_starts_with_the_first(service):
    page = service.items("cities", [("limit", "5"), ("offset", "1")]).content
    [before] = [link["href"] for link in page["links"] if link["rel"] == "prev"]
    assert "offset=0" in before


def test_hits_give_the_number_alone(service):
    page = service.items("places", [("resulttype", "hits")]).content
    assert (page["numberMatched"], page["numberReturned"], page["features"]) == (7618, 0, [])


def test_columns_and_geometry_can_be_left_out(service):
    query = [("properties", "name,iso3"), ("skipGeometry", "true"), ("limit", "1")]
    feature = service.items("cities", query).content["features"][0]
    assert list(feature["properties"]) == ["name", "iso3"]
    assert feature["geometry"] is None
    assert feature["id"] == "bandar-seri-begawan"


def test_polygon_is_found_by_its_shape_and_not_its_bounding_box(service):
    # In the Gulf of Thailand: inside Thailand's bounding box, outside Thailand.
    page = service.items("countries", [("bbox", "100.6,10.2,101.2,10.8")]).content
    assert page["features"] == []


def test_queryables_tell_meaning_unit_range_and_allowed_values(service):
    columns = service.queryables("cities").content["properties"]
    assert columns["population"]["title"] == "official population"
    assert columns["population"]["x-ogc-unit"] == "people"
    assert columns["population"]["minimum"] == 1_000
    assert columns["iso3"]["enum"][0] == "BRN"
    assert columns["city_id"]["x-ogc-role"] == "id"
    assert columns["geometry"]["format"] == "geometry-point"
    assert "geometry" not in service.queryables("projects").content["properties"]
    assert list(service.schema("projects").content["properties"]) == list(
        LAYERS["projects"].columns
    )


def test_schema_of_an_item_calls_a_column_date_only_when_all_of_it_is_days(service):
    def columns(name):
        return service.item_schema(name).content["properties"]["properties"]["properties"]

    assert columns("governance")["ended_on"]["$ref"].endswith("string~1null")  # one is a year
    assert columns("members")["asean_since"]["format"] == "date"


@pytest.mark.parametrize("name", LAYERS)
def test_description_has_the_layers_own_metadata(name, service, catalogue):
    described, layer = service.describe_one(name).content, LAYERS[name]
    info = catalogue.info(name)
    assert (described["title"], described["description"]) == (layer.title, layer.description)
    assert (described["license"], described["attribution"]) == (
        info["licence"],
        info["attribution"],
    )
    assert ("spatial" in described["extent"]) == bool(layer.geometry)
    assert described["itemType"] == "feature"
    assert described["crs"] == [CRS84, WEB_MERCATOR]
    links = {link["rel"]: link["href"] for link in described["links"]}
    assert links["enclosure"] == f"https://example.org/download/{name}.parquet"
    assert links["license"] == f"https://example.org/data?layer={name}"


def test_extents_are_those_of_the_rows(service, catalogue):
    described = service.describe_one("cities").content
    assert np.allclose(described["extent"]["spatial"]["bbox"], [catalogue["cities"].total_bounds])
    times = service.describe_one("city_years").content["extent"]["temporal"]["interval"]
    assert times == [["1950-01-01T00:00:00Z", "2035-12-31T23:59:59Z"]]


def test_every_document_leads_only_to_what_is_served(service):
    documents = [service.landing(), service.describe(), service.items("cities", [])]
    licences = ("https://creativecommons.org/", "https://www.gnu.org/licenses/")
    served = ("https://example.org/", *licences)
    for document in documents:
        groups = [document.content, *document.content.get("collections", [])]
        for link in (link for group in groups for link in group["links"]):
            assert link["href"].startswith(served)
            assert "TileMatrixSets" not in link["href"]
            assert "processes" not in link["href"]
            assert "jobs" not in link["href"]


def test_openapi_document_refers_to_nothing_outside_itself(service):
    document = service.openapi().content
    text = str(document)
    assert "schemas.opengis.net" not in text
    assert document["servers"] == [{"url": "https://example.org/ogc"}]
    references = set(_references(document))
    for reference in references:
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def _references(part):
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def test_search_keeps_the_items_that_have_its_words(service: Service) -> None:
    projects = service.items("projects", [("q", "flod"), ("resulttype", "hits")]).content
    assert projects["numberMatched"] == 7
    targets = service.items("plan_targets", [("q", "flood")]).content["features"]
    assert len(targets) == 3
    assert all("flood" in one["properties"]["target"].lower() for one in targets)


def test_collection_without_cities_takes_no_search(service: Service) -> None:
    with pytest.raises(QueryError, match="'documents' is not linked to a city or project"):
        service.items("documents", [("q", "flood")])
