"""CQL2 text filters: matching rows, and errors."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import QueryError
from geo.ogc import cql
from geo.ogc.collection import Collection, Collections


@pytest.fixture(scope="module")
def known(catalogue) -> Collections:
    return Collections(catalogue)


def matching_ids(text: str, collection: Collection) -> list:
    return [collection.ids[at] for at in np.flatnonzero(cql.filter_mask(text, collection))]


PRECEDENCE = "iso3 = 'IDN' OR iso3 = 'PHL' AND population > 1000000"


def test_and_binds_closer_than_or(known):
    frame = known["cities"].frame
    both = (frame["iso3"] == "PHL") & (frame["population"] > 1_000_000)
    expected = frame.loc[(frame["iso3"] == "IDN") | both, "city_id"].tolist()
    assert matching_ids(PRECEDENCE, known["cities"]) == expected


_TEXTS = st.sampled_from(["name", "iso3", "agglomeration", "dominant_focus_area"])
_NUMBERS = st.sampled_from(["population", "density_per_km2", "agglomeration_growth_2000_2018"])
_VALUES = st.sampled_from([0, 1, 2.5, 1000, 1_500_000])
_WORDS = st.sampled_from(["'IDN'", "'Dili'", "'Da Nang'", "''", "'O''Brien'"])
_PATTERNS = st.sampled_from(["'%a%'", "'D_l%'", "'I%'", "'%n'"])
_SIGNS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
_NOT = st.sampled_from(["", " NOT"])
_PREDICATES = st.one_of(
    st.builds("{} {} {}".format, _TEXTS, _SIGNS, _WORDS),
    st.builds("{} {} {}".format, _NUMBERS, _SIGNS, _VALUES),
    st.builds("{} * 2 + 1 {} {}".format, _NUMBERS, _SIGNS, _NUMBERS),
    st.builds("{}% 7 {} {}".format, _NUMBERS, _SIGNS, st.sampled_from([0, 1, 2.5])),
    st.builds("{}{} LIKE {}".format, _TEXTS, _NOT, _PATTERNS),
    st.builds("{}{} ILIKE {}".format, _TEXTS, _NOT, _PATTERNS),
    st.builds("{}{} IN ({}, {})".format, _TEXTS, _NOT, _WORDS, _WORDS),
    st.builds("{}{} BETWEEN {} AND {}".format, _NUMBERS, _NOT, _VALUES, _VALUES),
    st.builds("{} IS{} NULL".format, _TEXTS, _NOT),
)
_FILTERS = st.recursive(
    _PREDICATES,
    lambda inner: st.one_of(
        st.builds("{} AND {}".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
        st.builds("NOT ({})".format, inner),
        st.builds("({})".format, inner),
        st.builds("NOT {}".format, inner),
    ),
    max_leaves=6,
)


@given(text=_FILTERS)
def test_filter_keeps_the_rows_that_sql_keeps(text, known):
    cities = pd.DataFrame(known["cities"].frame.drop(columns="geometry"))  # noqa: F841
    rows = duckdb.sql(f"SELECT city_id FROM cities WHERE {text}").fetchall()
    assert sorted(matching_ids(text, known["cities"])) == sorted(id_ for (id_,) in rows)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("cities", "CASEI(name) = CASEI('DILI')", ["dili"]),
        ("cities", "city_id\nIN ('dili')", ["dili"]),
        ("cities", "\"name\" = 'Dili'", ["dili"]),
        ("cities", "density_per_km2 < 1e9 AND agglomeration = 'Da Nang'", ["da-nang"]),
        ("reports", "as_of >= DATE('2024-09-25') AND TRUE", [2024, 2025]),
        ("reports", "NOT (TRUE)", []),
        ("city_years", "is_projection = true AND city_code = '20333' AND year <= 2020", 2),
        ("countries", "S_INTERSECTS(geometry, POINT(106.8 -6.2))", ["IDN"]),
        ("countries", "S_CONTAINS(geometry, POINT(106.8 -6.2))", ["IDN"]),
        ("countries", "S_INTERSECTS(POINT(106.8 -6.2), geometry)", ["IDN"]),
        ("cities", "S_WITHIN(geometry, POLYGON((125 -9, 126 -9, 126 -8, 125 -8, 125 -9)))", 1),
        ("cities", "S_INTERSECTS(geometry, BBOX(125, -9, 126, -8))", ["dili"]),
        ("cities", "NOT S_DISJOINT(geometry, BBOX(125, -9, 126, -8))", ["dili"]),
        ("cities", "S_INTERSECTS(geometry, BBOX(170, -90, -170, 90))", []),
        ("cities", "2 ^ 3 ^ 2 = 512 AND -2 ^ 2 = 4 AND city_id = 'dili'", ["dili"]),
        ("cities", "7 DIV 2 = 3 AND -7 div 2 = -3 AND -7% 4 = -3 AND city_id = 'dili'", ["dili"]),
        ("cities", "population > +10 ^ 6.9 AND iso3 = 'PHL'", 0),
        ("cities", "(-8) ^ 0.5 = 2", []),
        ("city_years", "is_projection = 1 AND city_code = '20333' AND year <= 2020", 2),
        ("city_years", "0 = is_projection AND city_code = '20333' AND year >= 2017", 2),
        ("city_years", "is_projection IN (1) AND city_code = '20333' AND year <= 2020", 2),
        ("city_years", "is_projection IN (true, 0) AND city_code = '20333' AND year = 2020", 1),
    ],
)
def test_filter_reads_what_cql2_has_beyond_sql(name, text, expected, known):
    found = matching_ids(text, known[name])
    assert len(found) == expected if isinstance(expected, int) else found == expected


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ("'O''Brien'", "O'Brien"),
        (r"'O\'Brien'", "O'Brien"),
        (r"'a\\b'", "a\\b"),
        (r"'a\tb\nc\a\b\v\f\r'", "a\tb\nc\a\b\v\f\r"),
        (r"'10\%\_'", r"10\%\_"),
        ("'\n'", "\n"),
    ],
)
def test_escapes_of_a_text_are_read(literal, text):
    assert next(cql.parse(f"name = {literal}").find_data("text")).children == [literal]
    assert cql.unescape(literal) == text


def test_escaped_wildcard_of_a_pattern_stands_for_itself(known):
    assert matching_ids(r"'100%' LIKE '100\%' AND '1000' NOT LIKE '100\%'", known["cities"])


RELATIONS = (
    "intersects",
    "disjoint",
    "contains",
    "within",
    "touches",
    "crosses",
    "overlaps",
    "equals",
)
SHAPES = {
    "POINT Z (106.8 -6.2 5)": shapely.Point(106.8, -6.2),
    "MULTIPOINT((125.57361 -8.55861), (0 0))": shapely.MultiPoint([(125.57361, -8.55861), (0, 0)]),
    "LINESTRING(100 10, 110 12)": shapely.LineString([(100, 10), (110, 12)]),
    "POLYGONZ((125 -9 1, 126 -9 1, 126 -8 1, 125 -8 1, 125 -9 1))": shapely.box(125, -9, 126, -8),
    "GEOMETRYCOLLECTION(POLYGON((125 -9, 126 -9, 126 -8, 125 -8, 125 -9)), POINT(106.8 -6.2))": (
        shapely.GeometryCollection([shapely.box(125, -9, 126, -8), shapely.Point(106.8, -6.2)])
    ),
}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("text", SHAPES)
@pytest.mark.parametrize("name", ["cities", "countries"])
def test_each_relation_to_each_shape_is_shapelys(name, text, relation, known, catalogue):
    geometry = catalogue.geo(name).geometry
    expected = np.flatnonzero(getattr(shapely, relation)(geometry.array, SHAPES[text]))
    ids = [known[name].ids[index] for index in expected]
    assert matching_ids(f"S_{relation.upper()}(geometry, {text})", known[name]) == ids


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "too early"),
        ("name =", "too early"),
        ("name ; 1", "';' is not expected at character 6"),
        ("name = 'x", "at character 8"),
        ("river = 1", "'river'"),
        ("name = 5", "text with a number"),
        ("name + 1 = 2", "text where a number is expected"),
        ("population LIKE '1%'", "a number where text is expected"),
        ("name LIKE name", "pattern of LIKE"),
        ("geometry = 'x'", "a geometry"),
        ("S_INTERSECTS(name, POINT(1 1))", "a geometry is expected"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))", "an invalid geometry"),
        ("S_INTERSECTS(geometry, BBOX(0, 5, 1, 2))", "bbox"),
        ("1 / 0 = 1", "divides by zero"),
        ("population div 0 = 1", "divides by zero"),
        ("population % 0 = 1", "divides by zero"),
        ("population = TRUE", "a number with true or false"),
        ("name = 'x\\'", "at character 8"),
        ("S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(1)))", "an invalid geometry"),
        ("T_AFTER(joined_year, DATE('2018-01-01'))", "not CQL2"),
        ("name = DATE('soon')", "a time is expected"),
        (" OR ".join(["name = 'x'"] * 800), "longer than"),
        (" OR ".join(["S_INTERSECTS(geometry, POINT(1 1))"] * 21), "more than 20"),
    ],
)
def test_filter_that_cannot_be_kept_to_is_one_sentence(text, named, known):
    with pytest.raises(QueryError, match=named) as error:
        cql.filter_mask(text, known["cities"])
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("text", ["(" * 3_900 + "1 = 1" + ")" * 3_900, "NOT " * 1_900 + "1 = 1"])
def test_depth_of_a_filter_has_no_end_but_its_length(text, known):
    assert cql.filter_mask(text, known["cities"]).all()


def test_pattern_made_to_be_slow_is_matched(known):
    assert matching_ids("name LIKE '" + "%a" * 400 + "'", known["places"]) == []
