"""United Nations, World Urbanization Prospects: The 2025 Revision, from its workbooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from geo.errors import FetchError, SourceError
from geo.refresh import archive
from geo.refresh.cache import Fetched
from geo.refresh.changes import changes, require_enough
from geo.refresh.source import Job, RefreshResult, Source, vintage_row
from geo.sources.edit import Cells
from geo.sources.read import table_schema
from geo.vocabulary import BASE_YEAR_2025, DEGREES, MEMBER_STATES, WUP_2025

_DOWNLOAD = "https://population.un.org/wup/assets/Download"

FILES: Mapping[str, str] = {
    "population": f"{_DOWNLOAD}/Cities/WUP2025-F21-DEGURBA-Cities_Pop.xlsx",
    "area": f"{_DOWNLOAD}/Cities/WUP2025-F25-DEGURBA-Cities_AREA_km2.xlsx",
    "countries": f"{_DOWNLOAD}/Countries%20and%20Aggregates/"
    "WUP2025-F01-Degree-of-Urbanization_Pop_by_category.xlsx",
}
"""Workbooks: file 21, population of a city in thousands, and 25, its land area in km², one row per
city in sheet ``Data``; file 1, population of a country in thousands, one sheet per degree of
urbanisation. The header is in one of the first rows; years are columns, 1975 (file 1: 1950) to
2050. A city has figures for the years in which it has 50,000 people or more."""

_SHEETS: Mapping[str, str] = {"cities": "Cities", "towns": "Towns", "rural": "Rural"}
_CITY = ("City_Code", "City_Name", "ISO3_Code", "PWCent_Longitude", "PWCent_Latitude")
_YEARS = range(1950, 2051)
_HEADING_WITHIN = 40
_MAX_BYTES, _MAX_UNPACKED = 100_000_000, 1_000_000_000
_MISSING = {"", "..", "...", "…", "-", "–", "—"}

SOURCE_ROW: Mapping[str, str] = {
    "source_id": WUP_2025,
    "title": "World Urbanization Prospects: The 2025 Revision, files 1, 21 and 25, by the degree "
    "of urbanisation",
    "publisher": "United Nations, Department of Economic and Social Affairs, Population Division",
    "licence": "CC BY 3.0 IGO",
    "attribution": "United Nations, DESA, Population Division, World Urbanization Prospects: The "
    "2025 Revision",
    "vintage": "2025 revision",
    "url": "https://population.un.org/wup/",
}
"""The row of the source in ``sources.csv``."""


def renew(job: Job) -> RefreshResult:
    """Refresh the three tables of the 2025 revision: member states, and their cities of 2025.

    All cities and years are replaced. Settlements that are cities only before or only after 2025
    are excluded.

    Raises
    ------
    FetchError, SourceError
        If a workbook is unavailable or unreadable, lacks a column, a member state or many of its
        former rows, or lists a city twice.
    """
    files = {
        what: job.downloader.get(url, f"{WUP_2025}/{url.rpartition('/')[2]}", _MAX_BYTES)
        for what, url in FILES.items()
    }
    people, area = _cities(files["population"].path), _cities(files["area"].path)
    unknown = sorted(area.keys() - people.keys())
    if unknown:
        raise SourceError(
            f"{files['area'].path.name}: city {unknown[0]} is not in "
            f"{files['population'].path.name}."
        )
    now = _cities_of_the_base_year(people, files["population"].path)
    tables = {
        "wup2025_cities": [_city(row) for row in now.values()],
        "wup2025_city_years": list(_city_years(now, area)),
        "wup2025_country_years": list(_country_years(files["countries"].path)),
    }
    return _renewed(job, tables, files)


def _renewed(
    job: Job, tables: Mapping[str, Sequence[Cells]], fetched: Mapping[str, Fetched]
) -> RefreshResult:
    files, lines = {}, []
    for name, rows in tables.items():
        table = job.table(name)
        before = table.rows()
        require_enough(f"{name}.csv", len(before), len(rows), job.accept_fewer)
        table.remove(before.keys() - {table.key_of(row) for row in rows})
        table.put(rows)
        files[f"{name}.csv"] = table.encode()
        lines += changes(f"{name}.csv", before, table.rows(), table_schema(name)).lines()
    return RefreshResult(
        files=files,
        source_rows=[SOURCE_ROW],
        fetched=[vintage_row(WUP_2025, one, one.modified, job) for one in fetched.values()],
        lines=lines,
    )


def _sheet(path: Path, name: str, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a sheet as text, below the header that contains ``columns``."""
    try:
        # Only this source needs it.
        import openpyxl
    except ImportError:
        raise FetchError(
            "openpyxl is needed to read the UN's workbooks; install it with `pip install openpyxl`."
        ) from None
    with archive.open_zip(path, _MAX_UNPACKED):
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        if name not in book.sheetnames:
            raise SourceError(
                f"{path.name} holds no sheet {name}; there are {', '.join(book.sheetnames)}."
            )
        rows = book[name].iter_rows(values_only=True)
        heading = _heading(rows, columns, f"{path.name}, sheet {name}")
        for row in rows:
            yield dict(zip(heading, map(_text, row), strict=False))
    finally:
        book.close()


def _heading(rows: Iterator[tuple[Any, ...]], columns: Sequence[str], where: str) -> list[str]:
    for _, row in zip(range(_HEADING_WITHIN), rows, strict=False):
        heading = [_text(cell) for cell in row]
        if columns[0] in heading:
            lacking = [column for column in columns if column not in heading]
            if lacking:
                raise SourceError(f"{where} lacks column {', '.join(lacking)}.")
            if not any(cell.isdigit() and int(cell) in _YEARS for cell in heading):
                raise SourceError(f"{where} has no column of a year.")
            return heading
    raise SourceError(f"{where} lacks column {columns[0]} in its first {_HEADING_WITHIN} rows.")


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _cities(path: Path) -> dict[str, dict[str, str]]:
    """Rows of the member states' cities by UN code."""
    cities: dict[str, dict[str, str]] = {}
    for row in _sheet(path, "Data", _CITY):
        if row["ISO3_Code"] not in MEMBER_STATES:
            continue
        code = row["City_Code"]
        if code in cities or not code:
            raise SourceError(
                f"{path.name}: city {code or 'without a code'} ({row['City_Name']}) stands twice."
                if code
                else f"{path.name}: {row['City_Name']} has no City_Code."
            )
        cities[code] = row
    if not cities:
        raise SourceError(f"{path.name} holds no city of a member state.")
    return cities


def _cities_of_the_base_year(
    people: Mapping[str, dict[str, str]], path: Path
) -> dict[str, dict[str, str]]:
    year = str(BASE_YEAR_2025)
    now = {code: row for code, row in people.items() if _number(row, year, 3) is not None}
    if not now:
        raise SourceError(f"{path.name} holds no population of a member state's city in {year}.")
    return now


def _city(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "un_city_code": row["City_Code"],
        "name": row["City_Name"],
        "iso3": row["ISO3_Code"],
        "longitude": _number(row, "PWCent_Longitude", 5) or "",
        "latitude": _number(row, "PWCent_Latitude", 5) or "",
        "source_id": WUP_2025,
    }


def _city_years(
    people: Mapping[str, Mapping[str, str]], area: Mapping[str, Mapping[str, str]]
) -> Iterator[dict[str, str]]:
    for code, row in people.items():
        for year in filter(str.isdigit, row):
            population = _number(row, year, 3)
            if population is not None:
                yield {
                    "un_city_code": code,
                    **_year(year),
                    "population_thousands": population,
                    "land_area_km2": _number(area.get(code, {}), year, 3) or "",
                }


def _country_years(path: Path) -> Iterator[dict[str, str]]:
    for degree in DEGREES:
        seen = set()
        for row in _sheet(path, _SHEETS[degree], ("ISO3_Code", "Location")):
            iso3 = row["ISO3_Code"]
            if iso3 not in MEMBER_STATES:
                continue
            if iso3 in seen:
                raise SourceError(f"{path.name}, sheet {_SHEETS[degree]}: {iso3} stands twice.")
            seen.add(iso3)
            for year in filter(str.isdigit, row):
                population = _number(row, year, 3)
                if population is not None:
                    yield {
                        "iso3": iso3,
                        "degree": degree,
                        **_year(year),
                        "population_thousands": population,
                    }
        missing = [iso3 for iso3 in MEMBER_STATES if iso3 not in seen]
        if missing:
            raise SourceError(f"{path.name}, sheet {_SHEETS[degree]} lacks {', '.join(missing)}.")


def _year(year: str) -> dict[str, str]:
    projected = int(year) > BASE_YEAR_2025
    return {
        "year": year,
        "is_projection": "true" if projected else "false",
        "source_id": WUP_2025,
    }


def _number(row: Mapping[str, str], column: str, digits: int) -> str | None:
    """A figure in the format of the tables; ``None`` if missing."""
    text = row.get(column, "")
    if text in _MISSING:
        return None
    try:
        return repr(round(float(text), digits))
    except ValueError:
        where = row.get("City_Name") or row.get("Location") or ""
        raise SourceError(f"WUP 2025, {where}, column {column}: {text!r} is no number.") from None


SOURCE = Source("UN, World Urbanization Prospects 2025 (population.un.org)", renew)
