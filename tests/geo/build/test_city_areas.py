"""Areas of member cities: shapes, editions, figures, and the places in them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo.analysis.city_areas import CityAreas
from geo.build.boundaries import read
from geo.build.city_areas import (
    SHAPE_COLUMNS,
    SHAPES,
    areas_unlike_published,
    build_city_areas,
    published_areas,
    un_cities_of_others,
)
from geo.errors import SourceError
from geo.layers.catalogue import Catalogue
from geo.layers.consistency import inconsistencies
from geo.sources.read import SOURCES_DIR
from geo.vocabulary import CRS

WGS84 = Geod(ellps="WGS84")

# Two countries side by side, with a sea to the west, and a neighbour to the east.
STATES = gpd.GeoDataFrame(
    {"iso3": ["LAO", "THA"]},
    geometry=[shapely.box(100, 15, 101, 16), shapely.box(101, 15, 102, 16)],
    crs=CRS,
)
NEIGHBOURS = gpd.GeoDataFrame(
    {"name": ["China"]}, geometry=[shapely.box(102, 15, 103, 16)], crs=CRS
)
SQUARE = shapely.box(100.4, 15.4, 100.6, 15.6)


def tables(*rows: tuple[str, str, str]) -> dict[str, pd.DataFrame]:
    """Source tables of areas (city, edition, fit) of the cities ``lao`` and ``tha``."""
    areas = pd.DataFrame(rows, columns=["city_id", "edition", "fit"])
    areas["territory"], areas["note"], areas["source_id"] = "city", None, "wof"
    areas["source_record"] = "1"
    areas.index = pd.RangeIndex(2, len(areas) + 2, name="line")
    cities = pd.DataFrame(
        {
            "city_id": ["lao", "tha"],
            "name_en": ["City of Laos", "City of Thailand"],
            "iso3": ["LAO", "THA"],
            "longitude": [100.5, 101.5],
            "latitude": [15.5, 15.5],
        }
    )
    source = pd.DataFrame({"source_id": ["wof"], "attribution": ["Who"], "licence": ["CC0"]})
    return {"city_areas": areas, "cities": cities, "sources": source}


def shapes(*rows: tuple[str, str, shapely.Geometry]) -> gpd.GeoDataFrame:
    city_ids, editions, geometry = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"city_id": city_ids, "edition": editions}, geometry=list(geometry), crs=CRS
    )


TWO = tables(("tha", "network", "wider"), ("lao", "network", "exact"))
OF_TWO = shapes(
    ("lao", "network", SQUARE), ("tha", "network", shapely.box(101.4, 15.4, 101.6, 15.6))
)


def build(table: dict[str, pd.DataFrame], drawn: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return build_city_areas(table, drawn, STATES, NEIGHBOURS)


def of_laos(geometry: shapely.Geometry) -> gpd.GeoDataFrame:
    """The two shapes, that of Laos replaced."""
    return shapes(("lao", "network", geometry), ("tha", "network", OF_TWO.geometry[1]))


# Building


def test_row_gets_its_shape_its_citys_country_and_the_terms_of_its_source() -> None:
    areas = build(TWO, OF_TWO).set_index("city_id")
    assert areas.index.tolist() == ["lao", "tha"]
    assert areas.loc["lao", "geometry"].equals(SQUARE)
    assert areas.geom_type.tolist() == ["MultiPolygon"] * 2
    assert areas.loc["tha", ["name", "iso3", "source", "licence"]].tolist() == [
        *("City of Thailand", "THA", "Who", "CC0"),
    ]


def test_area_is_geodesic_and_only_of_an_exact_boundary() -> None:
    areas = build(TWO, OF_TWO).set_index("city_id")["area_km2"]
    metres, _ = WGS84.geometry_area_perimeter(shapely.orient_polygons(SQUARE))
    assert areas["lao"] == pytest.approx(metres / 1e6, abs=0.001)
    assert pd.isna(areas["tha"])


@pytest.mark.parametrize(
    ("geometry", "fault"),
    [
        (shapely.box(100.6, 15.6, 100.7, 15.7), "does not hold the city's point"),
        (
            shapely.Polygon([(100.4, 15.4), (100.6, 15.6), (100.6, 15.4), (100.4, 15.6)]),
            "is not a valid polygon",
        ),
        (shapely.MultiPolygon(), "is not a valid polygon"),
        # 45% in Laos, the rest in the sea to the west.
        (shapely.box(99.389, 15.4, 100.51, 15.6), "lies neither in its country nor on its coast"),
        # 90% in Laos, 10% in Thailand.
        (shapely.box(100.1, 15.4, 101.1, 15.6), "lies neither in its country nor on its coast"),
    ],
)
def test_unsound_shape_is_refused_with_its_line(geometry: shapely.Geometry, fault: str) -> None:
    with pytest.raises(SourceError, match=f"line 3: the shape of 'lao', .*{fault}"):
        build(TWO, of_laos(geometry))


@pytest.mark.parametrize(
    "geometry",
    [
        shapely.box(99.5, 15.4, 100.6, 15.6),  # 55% in Laos, the rest in the sea
        shapely.box(100.1, 15.4, 101.04, 15.6),  # 4% in Thailand
    ],
)
def test_shape_on_the_coast_or_slightly_across_a_border_is_taken(
    geometry: shapely.Geometry,
) -> None:
    assert len(build(TWO, of_laos(geometry))) == 2


def test_shape_across_a_neighbours_border_is_refused() -> None:
    across = shapes(
        ("lao", "network", SQUARE), ("tha", "network", shapely.box(101.1, 15.4, 102.2, 15.6))
    )
    with pytest.raises(SourceError, match=r"line 2: the shape of 'tha'.* neither in its country"):
        build(TWO, across)


@pytest.mark.parametrize(
    ("drawn", "message"),
    [
        (OF_TWO.iloc[:1], r"city_areas.parquet does not have the one row tha, network of city"),
        (
            pd.concat([OF_TWO, shapes(("lao", "merged_2025", SQUARE))], ignore_index=True),
            r"city_areas.csv does not have the one row lao, merged_2025 of city_areas.parquet",
        ),
        (
            pd.concat([OF_TWO, OF_TWO.iloc[:1]], ignore_index=True),
            r"city_areas.csv does not have the one row lao, network of city_areas.parquet twice",
        ),
    ],
)
def test_row_without_its_one_shape_is_named(drawn: gpd.GeoDataFrame, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        build(TWO, drawn)


def test_city_with_no_edition_of_the_network_is_named() -> None:
    table = tables(("lao", "network", "exact"), ("tha", "merged_2025", "exact"))
    drawn = OF_TWO.assign(edition=["network", "merged_2025"])
    with pytest.raises(SourceError, match="no row of edition 'network' for tha"):
        build(table, drawn)


# Places in areas


def located(areas: gpd.GeoDataFrame, *xy: tuple[float, float]) -> list[list[object]]:
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(*zip(*xy, strict=True)), crs=CRS, index=range(7, 7 + len(xy))
    )
    found = CityAreas(areas).locate(points)
    assert found.index.tolist() == points.index.tolist()
    assert found.columns.tolist() == ["within_city_id", "within_city", "within_edition"]
    return found.astype(object).where(found.notna(), None).to_numpy().tolist()


def test_point_lies_in_the_first_edition_that_holds_it() -> None:
    table = tables(
        ("lao", "merged_2025", "exact"), ("lao", "network", "exact"), ("tha", "network", "exact")
    )
    wider = shapely.box(100.2, 15.2, 100.8, 15.8)
    drawn = pd.concat([shapes(("lao", "merged_2025", wider)), OF_TWO], ignore_index=True)
    areas = build(table, drawn)
    spots = ((100.5, 15.5), (100.3, 15.5), (101.5, 15.5), (100.9, 15.5))
    assert located(areas, *spots) == [
        ["lao", "City of Laos", "network"],
        ["lao", "City of Laos", "merged_2025"],
        ["tha", "City of Thailand", "network"],
        [None, None, None],
    ]


@pytest.mark.parametrize("fit", ["wider", "partial", "approximate"])
def test_inexact_area_holds_no_place(fit: str) -> None:
    areas = build(tables(("lao", "network", fit), ("tha", "network", "exact")), OF_TWO)
    assert located(areas, (100.5, 15.5)) == [[None, None, None]]


# Disagreements


def test_area_unlike_the_published_one_is_told_by_edition() -> None:
    areas = pd.DataFrame(
        {
            "city_id": ["a", "a", "b", "c"],
            "edition": ["network", "merged_2025", "network", "network"],
            "area_km2": [104.0, 220.0, 94.0, None],
        }
    )
    cities = pd.DataFrame({"city_id": ["a", "b", "c"], "land_area_km2": [100.0] * 3})
    cities["land_area_territory"] = "city"
    figures = pd.DataFrame(
        {
            "city_id": ["a", "a", "b"],
            "edition": ["after the merger", "before the merger", None],
            "land_area_km2": [200.0, 50.0, 10.0],
            "territory": ["merged city", "city", "province"],
        }
    )
    unlike = areas_unlike_published(areas, published_areas(cities, figures))
    rows = unlike.set_index(["city_id", "edition"])[["difference_percent", "territory"]]
    assert rows.to_dict("index") == {
        ("a", "merged_2025"): {"difference_percent": 10.0, "territory": "merged city"},
        ("b", "network"): {"difference_percent": -6.0, "territory": "city"},
    }


def test_un_city_outside_its_member_or_inside_another_is_told() -> None:
    areas = pd.DataFrame({"city_id": ["a", "b", "c"], "fit": ["exact", "exact", "wider"]})
    rows = [
        ("1", "a", "same", "a"),  # as it should be
        ("2", "a", "part", None),  # outside its member
        ("3", None, None, "b"),  # inside a member that does not count it
        ("4", "a", "holds", None),  # far larger than its member
        ("5", "c", "same", None),  # its member has no exact area
        ("6", None, None, None),
    ]
    columns = ["un_city_code", "city_id", "member_role", "within_city_id"]
    cities = pd.DataFrame(rows, columns=columns).assign(name="", within_edition="network")
    assert un_cities_of_others(cities, areas)["un_city_code"].tolist() == ["2", "3"]


# The committed layers


def test_thirty_eight_cities_and_three_editions_after_the_merger(catalogue: Catalogue) -> None:
    areas = catalogue["city_areas"]
    network = areas[areas["edition"] == "network"]
    assert set(network["city_id"]) == set(catalogue["cities"]["city_id"])
    assert network["fit"].value_counts().to_dict() == {
        **{"exact": 29, "wider": 5, "partial": 1, "approximate": 3},
    }
    merged = areas[areas["edition"] == "merged_2025"].set_index("city_id")["area_km2"]
    assert merged.round().to_dict() == {
        **{"da-nang": 11_552, "hanoi": 3_355, "ho-chi-minh-city": 6_736},
    }


def test_every_area_unlike_the_published_one_says_so(catalogue: Catalogue) -> None:
    areas = catalogue["city_areas"]
    published = published_areas(catalogue["cities"], catalogue["city_populations"])
    unlike = areas_unlike_published(areas, published)
    assert set(unlike["edition"]) == {"network"}
    exact = areas[areas["fit"] == "exact"].set_index(["city_id", "edition"])["note"]
    noted = exact[exact.str.contains("published", na=False)].reset_index()
    assert set(noted["city_id"]) == set(unlike["city_id"])
    above = noted.loc[noted["note"].str.contains("above"), "city_id"]
    assert set(above) == set(unlike.loc[unlike["difference_percent"] > 0, "city_id"])


def test_layer_keeps_the_shapes_of_its_source(catalogue: Catalogue) -> None:
    drawn = read(SOURCES_DIR / SHAPES, SHAPE_COLUMNS).set_index(["city_id", "edition"])
    areas = catalogue.geo("city_areas").set_index(["city_id", "edition"])
    assert drawn.geometry.reindex(areas.index).geom_equals(areas.geometry).all()
    assert (SOURCES_DIR / SHAPES).stat().st_size < 600_000


def test_places_of_a_merged_province_lie_in_the_city_since_the_merger(
    catalogue: Catalogue,
) -> None:
    places = catalogue["places"].set_index("name")
    assert places.loc["Vũng Tàu", ["within_city_id", "within_edition"]].tolist() == [
        *("ho-chi-minh-city", "merged_2025"),
    ]
    assert places.loc["Ho Chi Minh City", "within_edition"] == "network"
    assert pd.isna(places.loc["Ipoh", "within_city_id"])  # its boundary is not exact


@pytest.mark.parametrize(
    ("layer", "key", "column", "value", "message"),
    [
        ("city_areas", "hanoi", "area_km2", 9.0, "column area_km2: is not that of the geometry"),
        ("city_areas", "hanoi", "area_km2", None, "column area_km2: goes with an exact boundary"),
        ("city_areas", "ipoh", "area_km2", 385.5, "column area_km2: goes with an exact boundary"),
        ("city_areas", "ipoh", "note", None, "column note: has to say how an inexact boundary"),
        ("city_areas", "ipoh", "iso3", "TLS", "column city_id, iso3: [('ipoh', 'TLS')] not in"),
        (
            "city_areas",
            "ipoh",
            "geometry",
            shapely.MultiPolygon([SQUARE]),
            "column geometry: lacks its city (ipoh)",
        ),
        ("wup2025_cities", "172", "within_city_id", "hanoi", "within_city_id: is not that of laye"),
        ("wup2025_cities", "172", "within_edition", None, "within_edition: is not that of layer"),
    ],
)
def test_layers_that_disagree_about_areas_are_told(
    layer: str, key: str, column: str, value: object, message: str, catalogue: Catalogue
) -> None:
    names = ("cities", "countries", "city_areas", "wup2025_cities")
    frames = {name: catalogue[name] for name in names}
    changed = frames[layer].copy()
    row = changed.index[changed.iloc[:, 0] == key][0]
    changed.at[row, column] = value
    assert list(inconsistencies(frames)) == []
    assert any(message in problem for problem in inconsistencies({**frames, layer: changed}))
