"""Read the tables that people edit, ``data/sources/*.csv``, and check them row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from geo.columns import integer, iso3, number, one_of, slug, text, year
from geo.errors import SourceError
from geo.layers import SOURCES_DIR, plain
from geo.schema import COPIED, LAYERS
from geo.vocabulary import FOCUS_AREAS, INDICATORS, REPORT_STATUSES, REVISIONS

_FOCUS_NAMES = list(FOCUS_AREAS.values())

_LARGEST_WHOLE = 2**53
"""Whole numbers above this are not exact in the file reader's floating point."""

_OPTIONAL: Mapping[str, bool] = {"nullable": True}

TABLES: Mapping[str, pa.DataFrameSchema] = {
    name: pa.DataFrameSchema(columns, strict=True, unique=list(key), name=name)
    for name, key, columns in (
        (
            "sources",
            ("source_id",),
            {
                "source_id": slug("id of the source"),
                "title": text("title"),
                "publisher": text("publisher"),
                "licence": text("licence or terms"),
                "attribution": text("attribution to print"),
                "vintage": text("date or release of the data"),
                "url": text("where the source is", **_OPTIONAL),
            },
        ),
        (
            "countries",
            ("iso3",),
            {
                "iso3": iso3(),
                "iso2": text("ISO 3166-1 alpha-2", pa.Check.str_matches("^[A-Z]{2}$")),
                "iso_numeric": text("ISO 3166-1 numeric", pa.Check.str_matches("^[0-9]{3}$")),
                "name_en": text("short name ASEAN uses"),
                "official_name_en": text("official name"),
                "name_local": text("name in the national language"),
                "capital": text("capital"),
                "asean_since": text("ISO date", pa.Check.str_matches(r"^\d{4}-\d\d-\d\d$")),
                "asean_since_source": text("source"),
                "land_area_km2": number("official land area", "km²", 100, 3e6),
                "land_area_year": year("year", **_OPTIONAL),
                "land_area_source": text("source"),
                "total_area_km2": number("official total area", "km²", 100, 3e6),
                "total_area_source": text("source"),
            },
        ),
        (
            "context_countries",
            ("iso_numeric",),
            {
                "iso_numeric": text("ISO 3166-1 numeric"),
                "iso3": text("ISO 3166-1 alpha-3"),
                "name_en": text("English name"),
                "source_id": slug("id in sources.csv"),
            },
        ),
        (
            "cities",
            ("city_id",),
            {
                "city_id": slug("stable id"),
                "name_en": text("English name"),
                "name_local": text("official local name"),
                "local_language": text("BCP 47"),
                "iso3": iso3(),
                "joined_year": year("joining year", 2018),
                "joined_source": text("source"),
                "longitude": number("longitude", "°", 90, 145),
                "latitude": number("latitude", "°", -15, 30),
                "coordinates_source": text("source"),
                "geonameid": integer("GeoNames id", "", 1, 10**8, **_OPTIONAL),
                "admin1_code": text("GeoNames first-level code"),
                "admin1_name": text("first-level area"),
                "population": integer("population", "people", 1000, 5 * 10**7, **_OPTIONAL),
                "population_year": year("year", 1990, **_OPTIONAL),
                "population_territory": text("what is counted", **_OPTIONAL),
                "population_source": text("source", **_OPTIONAL),
                "population_page": integer("page", "page", 1, 1000, **_OPTIONAL),
                "land_area_km2": number("land area", "km²", 1, 1e5, **_OPTIONAL),
                "land_area_territory": text("what is measured", **_OPTIONAL),
                "land_area_source": text("source", **_OPTIONAL),
                "land_area_page": integer("page", "page", 1, 1000, **_OPTIONAL),
                "note": text("remark", **_OPTIONAL),
            },
        ),
        (
            "city_agglomerations",
            ("city_id",),
            {
                "city_id": slug("member city"),
                "city_code": text("UN code", **_OPTIONAL),
                "urban_agglomeration": text("UN name", **_OPTIONAL),
                "relation": one_of("relation", ("same", "within", "none")),
                "reason": text("reason"),
                "document": text("document"),
            },
        ),
        (
            "projects",
            ("project_id",),
            {
                "project_id": slug("stable id"),
                "city_id": slug("member city"),
                "name": text("name in the newest report"),
                "note": text("remark", **_OPTIONAL),
                "document": text("document of the name"),
                "page": integer("page", "page", 1, 1000),
            },
        ),
        (
            "project_reports",
            ("report_year", "project_id"),
            {
                "report_year": year("report", 2022),
                "project_id": slug("project"),
                "city_id": slug("member city"),
                "name_in_report": text("name as listed"),
                "focus_area": one_of("focus area", _FOCUS_NAMES),
                "status": one_of("state", list(REPORT_STATUSES)),
                "document": text("document"),
                "page": integer("page", "page", 1, 1000),
            },
        ),
        (
            "project_renames",
            ("project_id", "report_year", "name_before"),
            {
                "project_id": slug("project"),
                "report_year": year("first report with the new name", 2022),
                "name_before": text("name in the report before"),
                "name_after": text("name in this report"),
                "decision": one_of("one project or two", ("same", "different")),
                "reason": text("reason"),
                "document": text("document"),
                "page": integer("page", "page", 1, 1000),
            },
        ),
        (
            "reports",
            ("report_year",),
            {
                "report_year": year("report", 2022),
                "document": slug("document id"),
                "as_of": text("ISO date", pa.Check.str_matches(r"^\d{4}-\d\d-\d\d$")),
                "projects": integer("published total", "projects", 1, 10_000),
                "ongoing": integer("published total", "projects", 0, 10_000, **_OPTIONAL),
                "planning": integer("published total", "projects", 0, 10_000, **_OPTIONAL),
                "completed": integer("published total", "projects", 0, 10_000, **_OPTIONAL),
                "page": integer("page of the totals", "page", 1, 1000),
            },
        ),
        (
            "country_indicators",
            ("iso3", "indicator_code", "revision", "year"),
            {
                "iso3": iso3(),
                "indicator_code": one_of("indicator", list(INDICATORS)),
                "revision": one_of("release", list(REVISIONS)),
                "year": year("year", 1960),
                "value": number("value", "", -200, 1e10),
                "source": text("source"),
            },
        ),
        (
            "wup2018_agglomerations",
            ("city_code",),
            {
                "city_code": text("UN code"),
                "urban_agglomeration": text("UN name"),
                "iso3": iso3(),
                "longitude": number("longitude", "°", 90, 145),
                "latitude": number("latitude", "°", -15, 30),
                "source_id": slug("id in sources.csv"),
            },
        ),
        (
            "wup2018_population",
            ("city_code", "year"),
            {
                "city_code": text("UN code"),
                "year": year("year"),
                "population_thousands": number("population", "thousands", 0, 100_000),
                "is_projection": one_of("projection", ("false", "true")),
                "source_id": slug("id in sources.csv"),
            },
        ),
        (
            "geonames_places",
            ("geonameid",),
            {
                "geonameid": integer("GeoNames id", "", 1, 10**8),
                "name": text("name"),
                "iso2": text("ISO 3166-1 alpha-2"),
                "admin1_code": text("first-level code", **_OPTIONAL),
                "longitude": number("longitude", "°", 90, 145),
                "latitude": number("latitude", "°", -15, 30),
                "population": integer("population", "people", 500, 5 * 10**7),
                "source_id": slug("id in sources.csv"),
            },
        ),
        *((name, LAYERS[name].key, dict(LAYERS[name].columns)) for name in COPIED),
    )
}
"""Schema of each source table; rows are named by line of the file in every error."""


def read(name: str, directory: Path = SOURCES_DIR) -> pd.DataFrame:
    """A source table, typed and checked.

    Parameters
    ----------
    name
        File stem in ``directory``, one of :data:`TABLES`.

    Raises
    ------
    SourceError
        If the file is missing or not CSV, lacks or adds a column, repeats a key, or holds a
        value that is not of its column; the message names file, row, column and value.
    """
    schema, path = TABLES[name], directory / f"{name}.csv"
    try:
        raw = pd.read_csv(
            path, dtype="str", keep_default_na=False, encoding="utf-8", skip_blank_lines=False
        )
    except FileNotFoundError:
        raise SourceError(f"{path.name} is missing from {directory}.") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name} is not a UTF-8 CSV table: {error}.") from None
    _check_columns(raw, schema, path)
    raw = raw[~(raw == "").all(axis=1)]  # blank lines; the index still tells the line
    frame = pd.DataFrame({c: _typed(raw[c], schema.columns[c], path) for c in schema.columns})
    _check_key(frame, list(schema.unique or ()), path)
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise SourceError(_first_failure(error, path)) from None
    return frame.reset_index(drop=True)


def _check_columns(raw: pd.DataFrame, schema: pa.DataFrameSchema, path: Path) -> None:
    missing = [c for c in schema.columns if c not in raw.columns]
    unknown = [c for c in raw.columns if c not in schema.columns]
    if missing or unknown:
        said = [f"lacks column {', '.join(missing)}"] if missing else []
        said += [f"has unknown column {', '.join(unknown)}"] if unknown else []
        raise SourceError(f"{path.name} {' and '.join(said)}; see data/sources/README.md.")


def _typed(values: pd.Series, declared: pa.Column, path: Path) -> pd.Series:
    """Text cells as the column's type; an empty cell is missing."""
    stripped = values.str.strip()
    empty = stripped == ""
    dtype = str(declared.dtype)
    if dtype.startswith("str"):
        return stripped.mask(empty)
    numbers = pd.to_numeric(stripped.mask(empty), errors="coerce")
    whole = dtype == "Int64"
    inexact = (numbers % 1 != 0) | (numbers.abs() > _LARGEST_WHOLE)
    wrong = ~empty & (numbers.isna() | (whole & inexact))
    if wrong.any():
        row: Any = wrong.idxmax()
        kind = "a whole number" if whole else "a number"
        raise SourceError(
            f"{path.name}, line {_line(row)}, column {values.name}: {values[row]!r} is not {kind}."
        )
    return numbers.astype("Int64") if whole else numbers.astype(float)


def _check_key(frame: pd.DataFrame, key: list[str], path: Path) -> None:
    repeated = frame.duplicated(key, keep="first")
    if repeated.any():
        row: Any = repeated.idxmax()
        value = ", ".join(str(v) for v in frame.loc[row, key])
        first = frame[key].eq(frame.loc[row, key]).all(axis=1).idxmax()
        raise SourceError(
            f"{path.name}, line {_line(row)}, column {', '.join(key)}: {value!r} stands already "
            f"in line {_line(first)}; each may stand once."
        )


def _first_failure(error: pandera.errors.SchemaErrors, path: Path) -> str:
    case = error.failure_cases.iloc[0]
    others = len(error.failure_cases) - 1
    more = f" ({others} more rows are wrong)" if others else ""
    line = "" if pd.isna(case["index"]) else f", line {_line(case['index'])}"
    check = str(case["check"])
    if check == "not_nullable":
        return f"{path.name}{line}, column {case['column']}: empty, but a value is needed{more}."
    return (
        f"{path.name}{line}, column {case['column']}: {plain(case['failure_case'])!r} is not "
        f"{check}{more}."
    )


def _line(row: Any) -> int:
    """Line of the file of a row, counted from 0 after the heading."""
    return int(row) + 2


REFERENCES: Sequence[tuple[str, str, str, str]] = (
    ("cities", "iso3", "countries", "iso3"),
    ("context_countries", "source_id", "sources", "source_id"),
    ("city_agglomerations", "city_id", "cities", "city_id"),
    ("city_agglomerations", "city_code", "wup2018_agglomerations", "city_code"),
    ("city_agglomerations", "document", "sources", "source_id"),
    ("projects", "city_id", "cities", "city_id"),
    ("projects", "document", "sources", "source_id"),
    ("project_reports", "project_id", "projects", "project_id"),
    ("project_reports", "city_id", "cities", "city_id"),
    ("project_reports", "report_year", "reports", "report_year"),
    ("project_reports", "document", "sources", "source_id"),
    ("project_renames", "project_id", "projects", "project_id"),
    ("project_renames", "document", "sources", "source_id"),
    ("reports", "document", "sources", "source_id"),
    ("country_indicators", "iso3", "countries", "iso3"),
    ("wup2018_agglomerations", "iso3", "countries", "iso3"),
    ("wup2018_agglomerations", "source_id", "sources", "source_id"),
    ("wup2018_population", "city_code", "wup2018_agglomerations", "city_code"),
    ("wup2018_population", "source_id", "sources", "source_id"),
    ("geonames_places", "source_id", "sources", "source_id"),
    *(
        (name, "city_id", "cities", "city_id")
        for name in COPIED
        if "city_id" in LAYERS[name].columns
    ),
    *(
        (name, "project_id", "projects", "project_id")
        for name in COPIED
        if "project_id" in LAYERS[name].columns
    ),
    *(
        (name, "document", "documents", "document_id")
        for name in COPIED
        if "document" in LAYERS[name].columns
    ),
    ("documents", "related_to", "documents", "document_id"),
    ("framework", "parent_id", "framework", "element_id"),
)
"""Table, column -> table, column that has to know each of its values."""


def dangling(tables: Mapping[str, pd.DataFrame]) -> Iterator[SourceError]:
    """One error for each reference between tables that leads nowhere.

    Parameters
    ----------
    tables
        Source tables by name; a reference whose tables are not both there is not checked.
    """
    for name, column, other, key in REFERENCES:
        if name in tables and other in tables:
            try:
                require_known(
                    tables[name], column, tables[other][key], f"{name}.csv", f"{other}.csv"
                )
            except SourceError as error:
                yield error


def read_all(directory: Path = SOURCES_DIR) -> dict[str, pd.DataFrame]:
    """All source tables, each checked, and their references to each other.

    Raises
    ------
    SourceError
        See :func:`read` and :func:`require_known`.
    """
    tables = {name: read(name, directory) for name in TABLES}
    for error in dangling(tables):
        raise error
    return tables


def require_known(
    frame: pd.DataFrame, column: str, known: pd.Series, path_name: str, known_in: str
) -> None:
    """Fail when ``frame[column]`` holds a value that ``known`` lacks.

    Raises
    ------
    SourceError
        Naming file, line, column and value of the first one.
    """
    unknown = frame[column].notna() & ~frame[column].isin(set(known))
    if unknown.any():
        row = int(unknown.to_numpy().argmax())
        raise SourceError(
            f"{path_name}, line {row + 2}, column {column}: {frame[column].iloc[row]!r} is not in "
            f"{known_in}."
        )
