"""What validation finds in spoiled tables and layers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo.layers import Catalogue, encode, write_bytes
from geo.schema import LAYERS
from geo.validate import problems

SetCell = Callable[[str, int, str, str], Path]


def rewrite(directory: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Replace a layer by a changed one that is of its schema still."""
    catalogue = Catalogue(directory)
    content = encode(change(catalogue[name].copy()), LAYERS[name], catalogue.info(name))
    write_bytes(directory / f"{name}.parquet", content)


def with_value(row: int, column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame.index[row], column] = value
        return frame

    return change


def test_committed_tables_and_layers_have_no_problem() -> None:
    assert list(problems()) == []


def test_missing_layer_is_one_problem(layer_copy: Path) -> None:
    (layer_copy / "cities.parquet").unlink()
    assert list(problems(layer_copy)) == [
        "cities.parquet is missing; build it with `python -m geo build`."
    ]


def test_every_wrong_table_and_layer_is_told(layer_copy: Path, set_cell: SetCell) -> None:
    set_cell("cities", 4, "longitude", "200")
    sources = set_cell("reports", 2, "projects", "many")
    (layer_copy / "context.parquet").write_bytes(b"")
    found = list(problems(layer_copy, sources))
    assert [problem.split(",")[0].split(" ")[0] for problem in found] == [
        "cities.csv",
        "reports.csv",
        "context.parquet",
    ]


@pytest.mark.parametrize(
    ("name", "column", "value", "where"),
    [
        ("places", "city_id", "atlantis", "cities.city_id"),
        ("agglomerations", "city_id", "atlantis", "cities.city_id"),
        ("city_years", "city_code", "0", "agglomerations.city_code"),
        ("project_reports", "project_id", "atlantis--port", "projects.project_id"),
        ("cities", "city_code", "0", "agglomerations.city_code"),
    ],
)
def test_reference_to_nothing_is_a_problem(
    name: str, column: str, value: str, where: str, layer_copy: Path
) -> None:
    rewrite(layer_copy, name, with_value(0, column, value))
    assert f"Layer {name}, column {column}: ['{value}'] not in {where}." in problems(layer_copy)


def test_country_lost_from_its_layer_is_a_problem(layer_copy: Path) -> None:
    rewrite(layer_copy, "countries", lambda frame: frame[frame["iso3"] != "LAO"])
    found = list(problems(layer_copy))
    assert found == [
        f"Layer {name}, column iso3: ['LAO'] not in countries.iso3."
        for name in ("cities", "places", "agglomerations", "country_years")
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [("projects", 99), ("projects_completed", 99), ("dominant_focus_area", None)],
)
def test_count_that_differs_from_the_projects_is_a_problem(
    column: str, value: object, layer_copy: Path
) -> None:
    rewrite(layer_copy, "cities", with_value(0, column, value))
    assert list(problems(layer_copy)) == [
        f"Layer cities, column {column}: differs from what layer projects counts "
        "(bandar-seri-begawan)."
    ]
