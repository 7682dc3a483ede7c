"""Figures of indicators: as their source prints them in the table, as they may be shown in the
layer."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd
import pytest

from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows
from geo.build.indicators import build_city_indicators
from geo.errors import SourceError
from geo.layers.catalogue import Catalogue
from geo.layers.consistency import inconsistencies
from geo.ogc.collection import Collections
from geo.schema import LAYERS
from geo.schema.indicators import FIGURE_ROWS
from geo.sources.read import SOURCES_DIR


def rows_of(name: str) -> list[dict[str, str]]:
    with (SOURCES_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()


def band_in_words(value: Decimal) -> str:
    """Bands of hospitals, written out by hand."""
    if value < 20:
        return "under 20"
    return "20 to 40" if value < 40 else "40 and over"


def test_every_figure_is_that_of_its_source_row(catalogue: Catalogue) -> None:
    layer = {
        (row["subject"], row["indicator_id"], str(row["year"]), row["source_record"]): row
        for row in catalogue["city_indicators"].to_dict("records")
    }
    decimals = {row["indicator_id"]: row["decimals"] for row in rows_of("indicators")}
    rows = rows_of("city_indicators")
    assert len(rows) == 24 + 1 + 36 + 38 + 4 * 11 + 25
    for row in rows:
        shown = layer.pop((row["subject"], row["indicator_id"], row["year"], row["source_record"]))
        if row["indicator_id"] == "hospital-within-1km":
            assert pd.isna(shown["value"])
            assert shown["band"] == band_in_words(Decimal(row["value"]))
        elif row["value"]:
            step = Decimal(1).scaleb(-int(decimals[row["indicator_id"]]))
            rounded = Decimal(row["value"]).quantize(step, ROUND_HALF_UP)
            assert Decimal(repr(shown["value"])) == rounded
            assert pd.isna(shown["band"])
        else:
            assert (shown["code"], shown["meaning"]) == (row["code"], row["meaning"])
        assert shown["compared"] == (row["compared"] == "true")
    # What is left is taken from layer cities.
    density = catalogue["cities"].set_index("city_id")["un_city_density_per_km2"].dropna()
    assert {key[0]: row["value"] for key, row in layer.items()} == density.round().to_dict()
    assert {key[1] for key in layer} == {"un-city-density"}


def test_hospitals_are_of_a_territory_whose_people_stand_beside_those_of_the_city(
    catalogue: Catalogue,
) -> None:
    figures, cities = catalogue["city_indicators"], catalogue["cities"].set_index("city_id")
    hospital = figures[figures["indicator_id"] == "hospital-within-1km"].set_index("city_id")
    assert (hospital["territory_people_year"] == 2025).all()
    times = hospital["territory_people"] / cities["population"].reindex(hospital.index)
    assert (round(times.min(), 1), round(times.max())) == (0.1, 14)
    assert (times.idxmin(), times.idxmax()) == ("banyuwangi", "manila")
    [limits] = [
        r["limits"]
        for r in rows_of("indicators")
        if r["subject_kind"] == "city" and r["indicator_id"] == "hospital-within-1km"
    ]
    assert "0.1 to 14 times" in limits


def test_sources_allow_what_is_held(catalogue: Catalogue) -> None:
    figures = catalogue["city_indicators"]
    transport = figures[figures["indicator_id"] == "public-transport-access"]
    assert transport["subject"].nunique() == 24
    assert (transport["value"] % 1 == 0).all()
    assert transport.loc[transport["year"] != 2020, "subject"].tolist() == ["singapore"]
    assert transport.loc[~transport["compared"], "subject"].tolist() == ["singapore"]
    twice = transport[transport["subject"] == "vientiane"]
    assert sorted(twice["value"]) == [24, 25]
    assert twice["several_reason"].notna().all()
    hospital = figures[figures["indicator_id"] == "hospital-within-1km"]
    assert set(catalogue["cities"]["city_id"]) - set(hospital["subject"]) == {
        "rayong",
        "cauayan-city",
    }
    egdi = figures[figures["indicator_id"].str.startswith("egdi")]
    assert egdi["city_id"].isna().all()
    parts = egdi.pivot(index="iso3", columns="indicator_id", values="value")
    mean = parts.drop(columns="egdi").mean(axis=1)
    assert (mean - parts["egdi"]).abs().max() < 0.0001
    assert len(parts) == 11


def test_collection_has_an_id_for_each_figure_and_its_year_as_time(catalogue: Catalogue) -> None:
    collection = Collections(catalogue)["city_indicators"]
    assert len(set(collection.ids)) == len(catalogue["city_indicators"])
    assert collection.time_column == "year"
    row = collection.position("vientiane~public-transport-access~2020~SP_TRN_PUBL LA Viengchan")
    assert catalogue["city_indicators"]["value"].iloc[row] == 24


@pytest.mark.parametrize(
    ("city_filter", "subjects"),
    [
        (Filter(countries=("LAO",)), {"LAO", "luang-prabang", "vientiane"}),
        (Filter(cities=("dili",)), {"dili"}),
    ],
)
def test_filter_of_a_country_keeps_its_own_figures(
    catalogue: Catalogue, city_filter: Filter, subjects: set[str]
) -> None:
    rows = filtered_rows("city_indicators", city_filter, catalogue).rows
    assert set(rows["subject"]) == subjects


DEFINITION = {
    "indicator_id": "beds",
    "position": 1,
    "name": "Beds",
    "unit": "% of people",
    "subject_kind": "city",
    "role": "outcome",
    "form": "band",
    "decimals": 0,
    "minimum": 0.0,
    "maximum": 100.0,
    "breaks": "20;40",
    "describes": "Beds.",
    "territory": "the city",
    "limits": "None.",
    "source_id": "un",
}

FIGURE = {
    "subject": "a",
    "indicator_id": "beds",
    "year": 2020,
    "value": 1.0,
    "quality": "estimate",
    "compared": "true",
    "source_id": "un",
    "source_record": "1",
}


def table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = FIGURE_ROWS if name == "city_indicators" else LAYERS[name].columns
    frame = pd.DataFrame(rows, columns=list(columns))
    frame = frame.astype({column: str(one.dtype) for column, one in columns.items()})
    frame.index = pd.RangeIndex(2, len(frame) + 2, name="line")
    return frame


def build(*figures: Mapping[str, Any], **definition: Any) -> pd.DataFrame:
    """The layer of figures of one indicator, for cities a and b of Indonesia."""
    tables = {
        "indicators": table("indicators", [{**DEFINITION, **definition}]),
        "city_indicators": table("city_indicators", [{**FIGURE, **figure} for figure in figures]),
        "countries": pd.DataFrame({"iso3": ["IDN"]}),
    }
    cities = pd.DataFrame(
        {
            "city_id": ["a", "b"],
            "iso3": ["IDN", "IDN"],
            "un_city": ["A", None],
            "un_city_codes": ["7", None],
            "density": [12.4, None],
        }
    )
    return build_city_indicators(tables, cities)


@pytest.mark.parametrize(
    ("value", "band", "low", "high"),
    [
        (0.0, "under 20", None, 20),
        (19.999, "under 20", None, 20),
        (20.0, "20 to 40", 20, 40),
        (39.999, "20 to 40", 20, 40),
        (40.0, "40 and over", 40, None),
        (100.0, "40 and over", 40, None),
    ],
)
def test_lower_edge_belongs_to_a_band(
    value: float, band: str, low: float | None, high: float | None
) -> None:
    [row] = build({"value": value}).to_dict("records")
    assert row["band"] == band
    assert (row["band_from"] == low) if low else pd.isna(row["band_from"])
    assert (row["band_below"] == high) if high else pd.isna(row["band_below"])
    assert pd.isna(row["value"])


def test_indicator_that_is_added_by_rows_alone_is_built() -> None:
    layer = build({"value": 12.6}, form="number", breaks=None)
    assert layer[["subject", "city_id", "iso3", "value", "unit"]].iloc[0].tolist() == [
        *("a", "a", "IDN", 13.0, "% of people"),
    ]


def test_figure_of_a_country_has_no_city() -> None:
    [row] = build({"subject": "IDN"}, subject_kind="country").to_dict("records")
    assert pd.isna(row["city_id"])
    assert row["iso3"] == "IDN"


def test_column_of_cities_is_an_indicator_without_rows() -> None:
    layer = build(cities_column="density", form="number", breaks=None)
    assert layer[["subject", "value", "year", "source_record"]].values.tolist() == [
        ["a", 12.0, 2025, "7"]
    ]


@pytest.mark.parametrize(
    ("figures", "definition", "says"),
    [
        ([{"subject": "z"}], {}, "line 2, column subject: 'z' is not in cities.csv"),
        ([{"subject": "IDN"}], {}, "'IDN' is not in cities.csv"),
        ([{}], {"subject_kind": "country"}, "'a' is not in countries.csv"),
        ([{"value": 100.5}], {}, "100.5 is not from 0 to 100% of people"),
        ([{"value": None}], {}, "is not from 0 to 100% of people"),
        ([{}, {"source_record": "2"}], {}, "in 2020 has another row; say in several_reason why"),
        ([{"several_reason": "two"}], {}, "has this row only; leave several_reason empty"),
        ([{"first_year": 2020}], {}, "column first_year: is not before year 2020"),
        ([], {"breaks": "40;20"}, "'40;20' is not numbers in ascending order"),
        ([], {"breaks": "low"}, "'low' is not numbers in ascending order"),
        ([], {"breaks": None}, "column breaks: needs a value for the form 'band'"),
        ([], {"decimals": None}, "column decimals: needs a value for the form 'band'"),
        ([], {"classes": "A;B"}, "column classes: has to be empty for the form 'band'"),
        ([], {"focus_area": "civic-social"}, "focus_area and framework_element go together"),
        ([], {"cities_column": "beds"}, "layer cities has no column 'beds'"),
        ([{}], {"cities_column": "density"}, "'beds' is taken from layer cities"),
    ],
)
def test_faulty_row_is_named_in_one_sentence(
    figures: list[dict[str, Any]], definition: dict[str, Any], says: str
) -> None:
    with pytest.raises(SourceError) as error:
        build(*figures, **definition)
    assert says in str(error.value)
    assert str(error.value).startswith(("indicators.csv, line 2", "city_indicators.csv, line 2"))


@pytest.mark.parametrize("cells", [{"code": "X", "meaning": "x"}, {"code": "A"}, {}])
def test_class_has_a_known_code_and_a_meaning(cells: dict[str, str]) -> None:
    of_classes = {
        **dict.fromkeys(("decimals", "minimum", "maximum", "unit", "breaks")),
        "form": "class",
        "classes": "A;B",
    }
    layer = build({"value": None, "code": "B", "meaning": "b"}, **of_classes)
    assert layer["code"].tolist() == ["B"]
    with pytest.raises(SourceError, match=r"is not one of A, B\."):
        build({"value": None, **cells}, **of_classes)


def test_second_figure_of_a_year_is_kept_with_its_reason() -> None:
    reason = {"several_reason": "two spellings"}
    layer = build(reason, {"source_record": "2", **reason})
    assert layer["source_record"].tolist() == ["1", "2"]


def test_number_of_a_band_in_the_layer_is_an_inconsistency(catalogue: Catalogue) -> None:
    figures = catalogue["city_indicators"].copy()
    frames = {"indicators": catalogue["indicators"], "city_indicators": figures}
    assert list(inconsistencies(frames)) == []
    figures.loc[figures["band"].notna(), "value"] = 12.0
    [problem] = inconsistencies(frames)
    assert "column value: goes with the form number or rank, and only with that" in problem
