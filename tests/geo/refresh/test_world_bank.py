"""Refresh of World Bank indicators, from responses in the API's documented format."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from geo.cli import main
from geo.errors import FetchError, GeoError, SourceError
from geo.refresh.run import refresh
from geo.refresh.source import Job
from geo.refresh.world_bank import RANGES
from geo.sources.read import SOURCES_DIR, read
from geo.vocabulary import INDICATORS, MEMBER_STATES, NEWEST_REVISION
from tests.geo.refresh.server import Answer, Server

RELEASE = "2026-10-13"
COUNTRIES = ";".join(MEMBER_STATES)

Row = dict
Edit = Callable[[str, list[Row]], list[Row]]


def as_it_is(code: str, rows: list[Row]) -> list[Row]:
    return rows


@cache
def committed() -> pd.DataFrame:
    return read("country_indicators")


def rows_of(code: str) -> list[Row]:
    """The committed figures as API rows, newest first, including a year without a value."""
    table = committed()
    selected = table[(table["indicator_code"] == code) & (table["revision"] == NEWEST_REVISION)]
    rows = [
        {
            "indicator": {"id": code, "value": INDICATORS[code][0]},
            "country": {"id": row.iso3[:2], "value": row.iso3},
            "countryiso3code": row.iso3,
            "date": str(row.year),
            "value": int(row.value) if code == "SP.POP.TOTL" else row.value,
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for row in selected.sort_values(["iso3", "year"], ascending=[True, False]).itertuples()
    ]
    return [{**rows[0], "date": "2025", "value": None}, *rows]


def page(rows: list[Row], number: int = 1, pages: int = 1, total: int | None = None) -> Answer:
    head = {
        "page": number,
        "pages": pages,
        "per_page": 1000,
        "total": len(rows) if total is None else total,
        "sourceid": "2",
        "lastupdated": RELEASE,
    }
    return Answer(json.dumps([head, rows]).encode(), headers={"Content-Type": "application/json"})


def path_of(code: str, number: int = 1) -> str:
    return f"/v2/country/{COUNTRIES}/indicator/{code}?format=json&per_page=1000&page={number}"


def publish(server: Server, edit: Edit = as_it_is) -> None:
    """All indicators, with rows changed by ``edit``; the population comes in three pages."""
    for code in INDICATORS:
        rows = edit(code, rows_of(code))
        if code == "SP.POP.TOTL":
            for number in (1, 2, 3):
                some = rows[(number - 1) * 300 : number * 300]
                server.on(path_of(code, number), page(some, number, 3, len(rows)))
        else:
            server.on(path_of(code), page(rows))


def refused(job: Job, error: type[GeoError] = SourceError) -> str:
    before = {path: path.read_bytes() for path in job.sources_dir.iterdir()}
    with pytest.raises(error) as raised:
        refresh("world-bank", job, lambda line: None)
    assert {path: path.read_bytes() for path in job.sources_dir.iterdir()} == before
    return str(raised.value)


def lines_that_differ(job: Job, name: str) -> list[str]:
    old = (SOURCES_DIR / name).read_text(encoding="utf-8").splitlines()
    new = (job.sources_dir / name).read_text(encoding="utf-8").splitlines()
    return [line for line in new if line not in set(old)]


SAID = "World Bank WDI, API version 2"


@pytest.fixture
def api_job(job: Job) -> Job:
    """A job on tables that name the API as their source already, so that only new data differ."""
    path = job.sources_dir / "country_indicators.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["revision"] == NEWEST_REVISION:
            row["source"] = SAID
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return job


def test_unchanged_figures_change_no_line(api_job: Job, server: Server) -> None:
    publish(server)
    before = (api_job.sources_dir / "country_indicators.csv").read_bytes()
    message: list[str] = []
    assert refresh("world-bank", api_job, message.append)
    assert (api_job.sources_dir / "country_indicators.csv").read_bytes() == before
    assert "country_indicators.csv: 4,411 rows, unchanged" in message
    told_of = [line.split(",")[:2] for line in lines_that_differ(api_job, "vintages.csv")]
    assert told_of == [
        [NEWEST_REVISION, name]
        for code in sorted(INDICATORS)
        for name in (
            [f"{code}-{n}.json" for n in (1, 2, 3)] if code == "SP.POP.TOTL" else [f"{code}-1.json"]
        )
    ]
    [source] = lines_that_differ(api_job, "sources.csv")
    assert source.startswith(
        f'{NEWEST_REVISION},"World Development Indicators, release of {RELEASE}'
    )
    everything = {path: path.read_bytes() for path in api_job.sources_dir.iterdir()}
    assert not refresh(
        "world-bank", dataclasses.replace(api_job, today=api_job.today.replace(day=9)), print
    )
    assert {path: path.read_bytes() for path in api_job.sources_dir.iterdir()} == everything


def test_news_are_told_and_are_the_only_lines_that_differ(api_job: Job, server: Server) -> None:
    def edit(code: str, rows: list[Row]) -> list[Row]:
        if code == "SP.URB.TOTL.IN.ZS":
            rows[0]["value"] = 80.25  # the year that had none
            rows[1]["value"] += 0.5
        return rows

    publish(server, edit)
    path = api_job.sources_dir / "country_indicators.csv"
    before = set(path.read_text().splitlines())
    message: list[str] = []
    assert refresh("world-bank", api_job, message.append)
    assert "country_indicators.csv: 4,412 rows; 1 added, 1 changed, 0 dropped" in message
    assert any("BRN SP.URB.TOTL.IN.ZS wdi-2026-03 2024: value" in line for line in message)
    assert "  added: BRN SP.URB.TOTL.IN.ZS wdi-2026-03 2025" in message
    differ = [line for line in path.read_text().splitlines() if line not in before]
    assert [line.split(",")[3] for line in differ] == ["2024", "2025"]
    assert (
        differ[1] == 'BRN,SP.URB.TOTL.IN.ZS,wdi-2026-03,2025,80.25,"World Bank WDI, API version 2"'
    )
    assert message[-1].startswith("Wrote country_indicators.csv, sources.csv, vintages.csv")


def test_older_revision_stays_as_it_is(job: Job, server: Server) -> None:
    publish(server)
    refresh("world-bank", job, lambda line: None)
    older = [
        line
        for line in (SOURCES_DIR / "country_indicators.csv").read_text().splitlines()
        if ",wdi-2025-07," in line
    ]
    now = (job.sources_dir / "country_indicators.csv").read_text().splitlines()
    assert [line for line in now if ",wdi-2025-07," in line] == older


def test_dry_run_writes_nothing(api_job: Job, server: Server) -> None:
    publish(server)
    before = {path: path.read_bytes() for path in api_job.sources_dir.iterdir()}
    message: list[str] = []
    assert not refresh("world-bank", api_job, message.append, dry_run=True)
    assert {path: path.read_bytes() for path in api_job.sources_dir.iterdir()} == before
    assert message[-1] == "Nothing was written; sources.csv, vintages.csv would change."


FIRST = next(iter(INDICATORS))
"""The urban share, which is read before the other indicators."""


def changed(**values: object) -> Edit:
    """The newest row that has a value, with other values."""
    return lambda code, rows: [{**rows[1], **values}, *rows[2:]] if code == FIRST else rows


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (changed(value=100.5), "BRN 2024: 100.5 is not a number from 0 to 100"),
        (changed(value="many"), "BRN 2024: 'many' is not a number from 0 to 100"),
        (changed(countryiso3code="FRA"), f"got {FIRST} of FRA in 2024"),
        (changed(date="2024Q1"), f"got {FIRST} of BRN in 2024Q1"),
        (changed(indicator={"id": "X"}), "got X of BRN in 2024"),
        (lambda code, rows: [*rows, rows[3]], f"{FIRST}: BRN 2022 stands twice"),
        (lambda code, rows: [{"iso": "BRN"}], "a row lacks countryiso3code, date, value"),
        (lambda code, rows: [r for r in rows if r["date"] > "1985"], "fewer than 95% are not"),
        (
            lambda code, rows: [r for r in rows if r["countryiso3code"] != "KHM"],
            "World Bank, EN.URB.MCTY.TL.ZS of KHM: 0 rows, where there were 1",
        ),
        (
            lambda code, rows: [
                {**r, "value": r["value"] and r["value"] / 1.6} if code == FIRST else r
                for r in rows
            ],
            "it seems to rest on another revision of the",
        ),
    ],
    ids=[
        "too much",
        "text",
        "country",
        "date",
        "indicator",
        "twice",
        "columns",
        "too few",
        "no Cambodia",
        "revision of the UN",
    ],
)
def test_odd_rows_are_refused_and_nothing_is_written(
    edit: Edit, message: str, job: Job, server: Server
) -> None:
    publish(server, edit)
    assert message in refused(job)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(b"<!DOCTYPE html><p>Sorry"), "page 1: the answer is an HTML page"),
        (Answer(b'[{"page": 1, '), "page 1: the answer is no JSON"),
        (Answer(b'{"data": []}'), "the answer is not [{page, pages, total, lastupdated}"),
        (
            Answer(
                b'[{"message":[{"id":"175","key":"Invalid format","value":"The indicator was not '
                b'found. It may have been deleted or archived."}]}]'
            ),
            "SP.URB.GROW is refused, Invalid format: The indicator was not found. It may",
        ),
        (
            Answer(
                b'[{"page":0,"pages":0,"per_page":1000,"total":0,"sourceid":null,'
                b'"lastupdated":null},null]'
            ),
            "SP.URB.GROW holds no row any more",
        ),
        (page([], number=2, pages=3, total=9), "asked for page 1, got page 2 of 3"),
        (page([], pages=10**6, total=10**9), "got page 1 of 1000000"),
    ],
    ids=["html", "half json", "object", "vanished", "empty", "other page", "endless pages"],
)
def test_answer_of_another_shape_is_refused(
    answer: Answer, message: str, job: Job, server: Server
) -> None:
    publish(server)
    server.on(path_of("SP.URB.GROW"), answer)
    assert message in refused(job)


def test_page_that_is_missing_is_noticed_by_the_total(job: Job, server: Server) -> None:
    publish(server)
    rows = rows_of("SP.URB.TOTL")
    server.on(path_of("SP.URB.TOTL"), page(rows[:-9], total=len(rows)))
    message = refused(job)
    assert f"{len(rows) - 9} rows came in 1 pages, but it states a total of {len(rows)}" in message


def test_release_that_changes_while_it_is_read_is_refused(job: Job, server: Server) -> None:
    publish(server)
    rows = rows_of("SP.URB.GROW")
    newer = page(rows).body.replace(RELEASE.encode(), b"2026-12-01")
    server.on(path_of("SP.URB.GROW"), Answer(newer))
    assert "changed its release while it was read (2026-10-13, 2026-12-01)" in refused(job)


def test_wrong_answer_is_not_kept_for_the_next_time(api_job: Job, server: Server) -> None:
    publish(server)
    etag = {"ETag": '"wrong"'}
    server.on(path_of("SP.URB.GROW"), Answer(b"<html>", headers=etag))
    refused(api_job)
    publish(server)
    assert refresh("world-bank", api_job, lambda line: None)


def test_fewer_rows_are_taken_when_accepted(job: Job, server: Server) -> None:
    publish(server, lambda code, rows: [r for r in rows if int(r["date"]) >= 1980])
    assert "--accept-fewer" in refused(job)
    assert refresh("world-bank", dataclasses.replace(job, accept_fewer=True), lambda line: None)


def test_server_that_fails_leaves_the_tables(job: Job, server: Server) -> None:
    publish(server)
    server.on(path_of("SP.URB.GROW"), Answer(status=500))
    assert "could not be had in 6 tries: it answered 500" in refused(job, FetchError)


def test_every_indicator_has_a_range() -> None:
    assert RANGES.keys() == INDICATORS.keys()


def test_source_without_a_package_says_which_have_one(job: Job) -> None:
    packaged = dataclasses.replace(job, from_package=True)
    assert "geonames, natural-earth, gshhg do" in refused(packaged, GeoError)


def test_command_writes_and_says_what_to_do_next(
    job: Job,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    publish(server)
    options = ["--base-url", server.url, "--sources", str(job.sources_dir)]
    assert main(["refresh", "world-bank", *options]) == 0
    message = capsys.readouterr().out
    assert message.endswith("run `python -m geo build`.\n")
    assert main(["refresh", "world-bank", "--dry-run", *options]) == 0
    assert "Nothing to write" in capsys.readouterr().out
    assert main(["refresh", "geonames", "world-bank", *options]) == 1
    failed = capsys.readouterr()
    assert failed.err.startswith("Error: geonames is unchanged. ")
    assert "Nothing to write" in failed.out
    assert main(["refresh", "mars", *options]) == 1
    assert "There is no source 'mars'; there are world-bank, " in capsys.readouterr().err
    assert (tmp_path / "own" / "asean-smart-cities" / "world-bank").is_dir()
