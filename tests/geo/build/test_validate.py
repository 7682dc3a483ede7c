"""Validation of corrupted tables and layers."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.build.validate import problems, stale_layers, table_problems
from geo.layers.atomic_write import write_bytes
from geo.layers.catalogue import Catalogue
from geo.layers.consistency import EVERY, REFERENCES, inconsistencies
from geo.layers.files import check, encode
from geo.layers.validate import layer_problems
from geo.schema import LAYERS
from geo.schema.core import NEIGHBOURS

SetCell = Callable[[str, int, str, str], Path]
Change = Callable[[pd.DataFrame], pd.DataFrame]


def rewrite(directory: Path, name: str, change: Change) -> None:
    """Replace a layer by a changed but valid one, with a matching hash."""
    catalogue = Catalogue(directory)
    content = encode(change(catalogue[name].copy()), LAYERS[name], catalogue.info(name))
    write_bytes(directory / f"{name}.parquet", content)


def alter(directory: Path, name: str, column: str, value: str) -> None:
    """Write a value into the first row of a file without updating its hash."""
    path = directory / f"{name}.parquet"
    table = pq.read_table(path)
    values = table.column(column).to_pylist()
    at = table.column_names.index(column)
    changed = table.set_column(at, column, pa.array([value, *values[1:]], table.column(at).type))
    buffer = io.BytesIO()
    pq.write_table(changed.replace_schema_metadata(table.schema.metadata), buffer)
    path.write_bytes(buffer.getvalue())


def with_value(row: int, column: str, value: object) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame.index[row], column] = value
        return frame

    return change


def without(column: str, value: object) -> Change:
    return lambda frame: frame[frame[column] != value]


def problems_with(catalogue: Catalogue, name: str, change: Change) -> list[str]:
    """Inconsistencies of the committed layers with one of them changed, but valid by itself."""
    changed = change(catalogue[name].copy())
    check(changed, LAYERS[name])
    return list(inconsistencies({**{it: catalogue[it] for it in LAYERS}, name: changed}))


def found(directory: Path) -> list[str]:
    return list(layer_problems(Catalogue(directory)))


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
    message = list(problems(layer_copy, sources))
    assert [problem.split(",")[0].split(" ")[0] for problem in message] == [
        "cities.csv",
        "reports.csv",
        "context.parquet",
    ]


def test_row_that_another_table_calls_for_is_told(source_copy: Path) -> None:
    path = source_copy / "plans.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith("dili,")), encoding="utf-8")
    assert list(table_problems(source_copy)) == [
        "plans.csv has no row for dili; every city_id in cities.csv needs one."
    ]


# Layers against each other


def test_every_id_in_every_layer_is_followed() -> None:
    followed = {(name, column) for name, columns, *_ in REFERENCES for column in columns}
    ids = ("iso3", "city_id", "project_id", "city_code", "report_year", "document", "parent_id")
    own = {
        *((name, "iso3") for name in ("land", *NEIGHBOURS)),
        ("countries", "iso3"),
        ("cities", "city_id"),
        ("agglomerations", "city_code"),
        ("projects", "project_id"),
        ("reports", "report_year"),
    }
    held = {(name, column) for name, layer in LAYERS.items() for column in layer.columns}
    assert {pair for pair in held - own if pair[1] in ids} <= followed
    assert all(LAYERS[other].columns.keys() >= set(keys) for *_, other, keys in REFERENCES)


@pytest.mark.parametrize(
    ("name", "column", "value", "where"),
    [
        ("places", "city_id", "atlantis", "cities.city_id"),
        ("agglomerations", "city_id", "atlantis", "cities.city_id"),
        ("partners", "city_id", "atlantis", "cities.city_id"),
        ("partners", "project_id", "atlantis--port", "projects.project_id"),
        ("city_years", "city_code", "0", "agglomerations.city_code"),
        ("project_reports", "project_id", "atlantis--port", "projects.project_id"),
        ("project_renames", "project_id", "atlantis--port", "projects.project_id"),
        ("cities", "city_code", "0", "agglomerations.city_code"),
        ("governance", "iso3", "XXX", "countries.iso3"),
        ("members", "document", "no-such-report", "documents.document_id"),
        ("documents", "related_to", "no-such-report", "documents.document_id"),
        ("framework", "parent_id", "nothing", "framework.element_id"),
        ("report_focus_shares", "report_year", 2049, "reports.report_year"),
        ("report_recommendations", "report_year", 2049, "reports.report_year"),
    ],
)
def test_reference_to_nothing_is_a_problem(
    name: str, column: str, value: object, where: str, catalogue: Catalogue
) -> None:
    message = problems_with(catalogue, name, with_value(0, column, value))
    assert f"Layer {name}, column {column}: [{value!r}] not in {where}." in message


def test_detail_of_a_project_that_its_report_does_not_list_is_a_problem(
    catalogue: Catalogue,
) -> None:
    details, projects = (catalogue[name] for name in ("project_details", "projects"))
    first = details["project_id"].map(projects.set_index("project_id")["first_report"])
    row = int((first == 2025).argmax())
    changed = with_value(row, "report_year", 2022)
    assert problems_with(catalogue, "project_details", changed) == [
        "Layer project_details, column report_year, project_id: "
        f"[(2022, {details['project_id'].iloc[row]!r})] not in project_reports.report_year, "
        "project_reports.project_id."
    ]


@pytest.mark.parametrize("name", ["project_details", "plan_projects", "framework", "documents"])
def test_last_page_before_the_first_is_a_problem(name: str, catalogue: Catalogue) -> None:
    row = catalogue[name].iloc[0]
    key = ", ".join(str(row[column]) for column in LAYERS[name].key)
    assert problems_with(catalogue, name, with_value(0, "page_to", int(row["page"]))) == [
        f"Layer {name}, {key}: page_to is no page after page; leave it empty where the row rests "
        "on one page."
    ]


def test_country_lost_from_its_layer_is_a_problem(catalogue: Catalogue) -> None:
    message = problems_with(catalogue, "countries", without("iso3", "LAO"))
    for name in ("cities", "places", "agglomerations", "country_years", "projects", "members"):
        assert f"Layer {name}, column iso3: ['LAO'] not in countries.iso3." in message
    assert "Layer countries has no row for LAO." in message


@pytest.mark.parametrize(
    ("name", "column", "value", "message"),
    [
        ("plans", "city_id", "dili", "plans has no row for dili; every city_id in cities"),
        ("members", "iso3", "VNM", "members has no row for VNM; every iso3 in countries"),
        ("country_years", "iso3", "LAO", "country_years has no row for LAO; every iso3 in"),
        ("places", "iso3", "SGP", "places has no row for SGP; every iso3 in countries"),
        ("city_years", "city_code", "22617", "city_years has no row for 22617; every city_code"),
        ("report_focus_shares", "report_year", 2023, "report_focus_shares has no row for 2023"),
        (
            "report_focus_shares",
            "focus_area",
            "civic-social",
            "report_focus_shares has no row of 2022 for civic-social",
        ),
    ],
)
def test_row_lost_from_a_layer_is_a_problem(
    name: str, column: str, value: object, message: str, catalogue: Catalogue
) -> None:
    found = problems_with(catalogue, name, without(column, value))
    assert any(problem.startswith(f"Layer {message}") for problem in found)


def test_completeness_is_asked_of_columns_that_there_are() -> None:
    for name, column, other, key in EVERY:
        assert column in LAYERS[name].columns
        assert key in LAYERS[other].columns


@pytest.mark.parametrize(
    ("column", "value"),
    [("projects", 99), ("projects_completed", 99), ("dominant_focus_area", None)],
)
def test_count_that_differs_from_the_projects_is_a_problem(
    column: str, value: object, catalogue: Catalogue
) -> None:
    assert problems_with(catalogue, "cities", with_value(0, column, value)) == [
        f"Layer cities, column {column}: differs from what layer projects counts "
        "(bandar-seri-begawan)."
    ]


@pytest.mark.parametrize(
    ("layer", "column", "value", "what"),
    [
        (
            "cities",
            "density_per_km2",
            5.0,
            "density_per_km2: is not the population per land area of one territory",
        ),
        (
            "cities",
            "population_territory",
            "province",
            "density_per_km2: is not the population per land area of one territory",
        ),
        (
            "cities",
            "density_note",
            "none",
            "density_note: has to say why there is no density, and only then",
        ),
        ("cities", "population_basis", None, "population_basis: has to go with population"),
        (
            "city_populations",
            "density_per_km2",
            5.0,
            "density_per_km2: is not the population per land area",
        ),
        (
            "city_populations",
            "population_basis",
            None,
            "population_basis: has to go with population",
        ),
    ],
)
def test_figure_that_does_not_fit_its_territory_or_basis_is_a_problem(
    layer: str, column: str, value: object, what: str, catalogue: Catalogue
) -> None:
    city = catalogue[layer]["city_id"].iloc[0]
    message = f"Layer {layer}, column {what} ({city})."
    assert problems_with(catalogue, layer, with_value(0, column, value)) == [message]


def test_other_figure_without_a_figure_is_a_problem(catalogue: Catalogue) -> None:
    area_only = catalogue["city_populations"]["population"].isna().to_numpy()
    row = int(area_only.argmax())
    changed = with_value(row, "land_area_km2", None)
    assert problems_with(catalogue, "city_populations", changed) == [
        "Layer city_populations, column population: has neither a population nor a land area "
        "(banyuwangi)."
    ]


# Layers against their hash and their sources


@pytest.mark.parametrize(
    ("name", "column"), [("partners", "what"), ("cities", "name"), ("urbanisation_claims", "claim")]
)
def test_cell_altered_after_the_build_is_a_problem(
    name: str, column: str, layer_copy: Path
) -> None:
    alter(layer_copy, name, column, "altered")
    assert found(layer_copy) == [
        f"{name}.parquet was changed after it was built: its content is not that of its hash. "
        "Build it again with `python -m geo build`."
    ]


def test_layer_of_older_tables_is_told(layer_copy: Path, set_cell: SetCell) -> None:
    sources = set_cell("partners", 2, "what", "Pays for something else")
    assert list(stale_layers(Catalogue(layer_copy), sources)) == [
        f"partners.parquet is not what {sources} builds now; build it again with "
        "`python -m geo build`."
    ]


def test_layer_rewritten_with_a_hash_of_its_own_is_told(layer_copy: Path) -> None:
    rewrite(layer_copy, "partners", with_value(0, "what", "Pays for something else"))
    assert found(layer_copy) == []
    [message] = stale_layers(Catalogue(layer_copy))
    assert message.startswith("partners.parquet is not what ")


def test_changed_licence_makes_a_layer_stale(layer_copy: Path, source_copy: Path) -> None:
    path = source_copy / "sources.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Made with Natural Earth", "By Natural Earth"), encoding="utf-8")
    stale = [message.split(" ")[0] for message in stale_layers(Catalogue(layer_copy), source_copy)]
    levels = ("", "_medium", "_low")
    boundaries = [f"{name}{level}" for name in ("countries", "context") for level in levels]
    assert sorted(stale) == sorted(
        f"{name}.parquet" for name in [*boundaries, "cities", "land", "places"]
    )


def test_tables_that_cannot_be_built_are_told_and_nothing_compared(
    layer_copy: Path, set_cell: SetCell
) -> None:
    sources = set_cell("cities", 14, "iso3", "LAO")
    [message] = stale_layers(Catalogue(layer_copy), sources)
    assert message.startswith("city_areas.csv, line 15: the shape of 'hanoi', ")


def test_no_layers_are_not_compared(tmp_path: Path) -> None:
    assert list(stale_layers(Catalogue(tmp_path))) == []
