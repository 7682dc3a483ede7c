"""World Bank, World Development Indicators, through the World Bank's API (version 2)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from geo.errors import SourceError
from geo.refresh.cache import Fetched
from geo.refresh.changes import changes, require_enough
from geo.refresh.source import Job, RefreshResult, Source, vintage_row
from geo.sources.read import table_schema
from geo.vocabulary import INDICATORS, MEMBER_STATES, NEWEST_REVISION

API = "https://api.worldbank.org/v2"

TABLE = "country_indicators"

RANGES: Mapping[str, tuple[float, float]] = {
    "SP.URB.TOTL.IN.ZS": (0, 100),
    "SP.URB.GROW": (-200, 200),
    "SP.URB.TOTL": (0, 1e9),
    "SP.POP.TOTL": (10_000, 1e9),
    "EN.URB.MCTY.TL.ZS": (0, 100),
    "IT.NET.USER.ZS": (0, 100),
}
"""Valid range of each indicator of a member state."""

OTHER_REVISION = 2.0
"""Median change of a country's urban share, in percentage points, above which the newer series is
assumed to be of another revision. The two revisions in the tables now differ by up to 14 points."""

_SHARE = "SP.URB.TOTL.IN.ZS"
_PER_PAGE = 1_000
_MAX_PAGES = 50
_MAX_BYTES = 20_000_000
_SOURCE = "World Bank WDI, API version 2"


@dataclass(frozen=True)
class _Page:
    number: int
    pages: int
    total: int
    released: str
    rows: list[Mapping[str, Any]]


def renew(job: Job) -> RefreshResult:
    """Refresh the indicators of :data:`geo.vocabulary.INDICATORS` from the latest release.

    They replace the rows of :data:`geo.vocabulary.NEWEST_REVISION`; an older release, based on
    another UN revision, is left unchanged.

    Raises
    ------
    FetchError, SourceError
        If an indicator is unavailable or incomplete, has a value out of range, or seems to be
        based on another UN revision.
    """
    fetched: list[Fetched] = []
    released: set[str] = set()
    rows: list[dict[str, str]] = []
    for code in INDICATORS:
        for page in _pages(code, job, fetched):
            released.add(page.released)
            rows += [cells for row in page.rows if (cells := _cells(row, code))]
    if len(released) > 1:
        raise SourceError(
            f"The World Bank changed its release while it was read ({', '.join(sorted(released))}):"
            " run the command again."
        )
    return _renewed(job, rows, fetched, released.pop())


def _pages(code: str, job: Job, fetched: list[Fetched]) -> Iterator[_Page]:
    """All pages of an indicator, checked against their stated totals."""
    seen: set[tuple[str, str]] = set()
    number, count, pages, total = 1, 0, 1, 0
    while number <= pages:
        url = (
            f"{API}/country/{';'.join(MEMBER_STATES)}/indicator/{code}"
            f"?format=json&per_page={_PER_PAGE}&page={number}"
        )
        file = job.downloader.get(url, f"world-bank/{code}-{number}.json", _MAX_BYTES)
        page = _page(file.path.read_bytes(), code, number)
        if page.number != number or page.pages > _MAX_PAGES:
            raise SourceError(
                f"World Bank, {code}: asked for page {number}, got page {page.number} of "
                f"{page.pages}."
            )
        fetched.append(file)
        for row in page.rows:
            key = (str(row.get("countryiso3code")), str(row.get("date")))
            if key in seen:
                raise SourceError(f"World Bank, {code}: {' '.join(key)} stands twice.")
            seen.add(key)
        count, pages, total = count + len(page.rows), page.pages, page.total
        yield page
        number += 1
    if count != total:
        raise SourceError(
            f"World Bank, {code}: {count:,} rows came in {pages} pages, but it states a total of "
            f"{total:,}."
        )


def _page(content: bytes, code: str, number: int) -> _Page:
    """Parse a page: ``[{page, pages, per_page, total, lastupdated, ...}, [row, ...]]``."""
    where = f"World Bank, {code}, page {number}"
    try:
        document = json.loads(content)
    except ValueError:
        kind = "an HTML page" if content.lstrip()[:1] == b"<" else "no JSON"
        raise SourceError(f"{where}: the answer is {kind}.") from None
    if (
        isinstance(document, list)
        and document
        and isinstance(document[0], dict)
        and "message" in document[0]
    ):
        reasons = [f"{m.get('key')}: {m.get('value')}" for m in document[0]["message"]]
        raise SourceError(f"World Bank: {code} is refused, {'; '.join(reasons)}")
    try:
        head, rows = document
        page = _Page(
            int(head["page"]),
            int(head["pages"]),
            int(head["total"]),
            str(head["lastupdated"] or ""),
            rows or [],
        )
    except (ValueError, TypeError, KeyError):
        raise SourceError(
            f"{where}: the answer is not [{{page, pages, total, lastupdated}}, [rows]]; the API "
            "may have changed."
        ) from None
    if not page.total:
        raise SourceError(f"World Bank: {code} holds no row any more.")
    return page


def _cells(row: Mapping[str, Any], code: str) -> dict[str, str] | None:
    """Convert to a row of the table; ``None`` if the World Bank gives no value."""
    try:
        iso3, year, value = row["countryiso3code"], row["date"], row["value"]
        indicator = row["indicator"]["id"]
    except (KeyError, TypeError):
        raise SourceError(
            f"World Bank, {code}: a row lacks countryiso3code, date, value or indicator; the API "
            "may have changed."
        ) from None
    if indicator != code or iso3 not in MEMBER_STATES or not str(year).isdigit():
        raise SourceError(f"World Bank, {code}: got {indicator} of {iso3} in {year}.")
    if value is None:
        return None
    low, high = RANGES[code]
    number = float(value) if isinstance(value, int | float) else math.nan
    if not low <= number <= high:
        raise SourceError(
            f"World Bank, {code}, {iso3} {year}: {value!r} is not a number from {low:,.10g} to "
            f"{high:,.10g}."
        )
    return {
        "iso3": iso3,
        "indicator_code": code,
        "revision": NEWEST_REVISION,
        "year": str(year),
        "value": repr(number),
        "source": _SOURCE,
    }


def _renewed(
    job: Job, rows: list[dict[str, str]], fetched: list[Fetched], released: str
) -> RefreshResult:
    table = job.table(TABLE)
    before = table.rows()
    old = {key for key, row in before.items() if row["revision"] == NEWEST_REVISION}
    new = {table.key_of(row): row for row in rows}
    # The key is country, indicator, revision and year.
    for iso3, code in sorted({key[:2] for key in old} - {key[:2] for key in new}):
        require_enough(f"World Bank, {code} of {iso3}", 1, 0, job.accept_fewer)
    require_enough("World Bank", len(old), len(new), job.accept_fewer)
    _require_same_revision(before, new)
    table.remove(old - new.keys())
    table.put(new.values())
    source_row = {
        "source_id": NEWEST_REVISION,
        "title": f"World Development Indicators, release of {released} (urban share on the newer "
        "UN revision)",
        "vintage": released,
    }
    return RefreshResult(
        files={f"{TABLE}.csv": table.encode()},
        source_rows=[source_row],
        fetched=[vintage_row(NEWEST_REVISION, file, released, job) for file in fetched],
        lines=changes(f"{TABLE}.csv", before, table.rows(), table_schema(TABLE)).lines(),
    )


def _require_same_revision(before: Mapping[Any, Any], new: Mapping[Any, Any]) -> None:
    """Reject urban shares that changed so much that they must be of another revision."""
    for iso3 in MEMBER_STATES:
        moved = [
            abs(float(row["value"]) - float(before[key]["value"]))
            for key, row in new.items()
            if key[:2] == (iso3, _SHARE) and key in before
        ]
        if moved and median(moved) > OTHER_REVISION:
            raise SourceError(
                f"World Bank, {_SHARE} of {iso3} is {median(moved):.1f} points from the release "
                "before in the middle of its years: it seems to rest on another revision of the "
                "UN's. That is a revision of its own (REVISIONS in geo/vocabulary.py), never newer "
                "figures of this one."
            )


SOURCE = Source("World Bank, World Development Indicators (api.worldbank.org)", renew)
