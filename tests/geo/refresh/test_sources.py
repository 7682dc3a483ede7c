"""Refresh of WUP 2025, GeoNames and Natural Earth, from files in their publishers' formats."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from geo.analysis.un_cities import member_series
from geo.build.boundaries import MEMBER_NUMERIC
from geo.build.boundaries import read as read_boundaries
from geo.build.run import build
from geo.build.validate import problems
from geo.errors import SourceError
from geo.layers.catalogue import Catalogue
from geo.refresh import archive, geonames, natural_earth, wup2025
from geo.refresh.run import refresh
from geo.refresh.source import Job
from geo.sources import read as sources
from geo.sources.read import SOURCES_DIR
from geo.vocabulary import MEMBER_STATES
from tests.geo.refresh.server import Server, publisher

YEARS = ("1975", "2025", "2026", "2050")


def refused(name: str, job: Job) -> str:
    before = {path: path.read_bytes() for path in job.sources_dir.iterdir()}
    with pytest.raises(SourceError) as raised:
        refresh(name, job, lambda line: None)
    assert {path: path.read_bytes() for path in job.sources_dir.iterdir()} == before
    return str(raised.value)


def refresh_lines(name: str, job: Job) -> list[str]:
    message: list[str] = []
    assert refresh(name, job, message.append)
    return message


# WUP 2025


Rows = tuple[tuple[object, ...], ...]


@cache
def workbook(**sheets: Rows) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


CITY_HEADING = (
    *("LocID", "Location", "Notes", "ISO3_Code", "ISO2_Code", "City_Code", "City_Name"),
    *("Capital", "PWCent_Longitude", "PWCent_Latitude", *YEARS),
)


def placed(
    iso3: str, code: int, name: str, longitude: float, latitude: float, *values: object
) -> tuple[object, ...]:
    return (1, "Land", None, iso3, iso3[:2], code, name, 0, longitude, latitude, *values)


def city(iso3: str, code: int, name: str, *values: object) -> tuple[object, ...]:
    return placed(iso3, code, name, 106.8271234, -6.2, *values)


JAKARTA, DILI = "5590", "172"


def _published() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Workbooks with every city of the tables, and years that the tables lack."""
    cities = sources.read("wup2025_cities")
    years = sources.read("wup2025_city_years")
    people = years.pivot(index="un_city_code", columns="year", values="population_thousands")
    area = years[years["year"] == 2025].set_index("un_city_code")["land_area_km2"]
    people[2026] = people[2025] + 0.1234567
    people, populations, areas = people.astype(object).where(people.notna(), None), [], []
    for row in cities.itertuples():
        here = (row.iso3, int(row.un_city_code), row.name, row.longitude, row.latitude)
        of_city = people.loc[row.un_city_code]
        populations.append(placed(*here, *(of_city[int(y)] for y in YEARS)))
        areas.append(placed(*here, None, float(area[row.un_city_code]) + 0.25))
    return populations, areas


POPULATIONS, AREA_ROWS = _published()
CITIES = (
    CITY_HEADING,
    *POPULATIONS,
    city("FRA", 902, "Paris", 8_000, 9_000, 9_001, 9_500),
    # Below 50,000 people until 2026: no city of 2025.
    city("TLS", 903, "Baucau", None, "..", 50.001, 90.5),
)
AREAS = (CITY_HEADING, *AREA_ROWS)
COUNTRIES = (
    ("LocID", "Location", "ISO3_Code", "LocTypeName", *YEARS),
    (900, "World", None, "World", 1, 2, 3, 4),
    *((n, iso3, iso3, "Country/Area", 10.5, 20, 21, 30) for n, iso3 in enumerate(MEMBER_STATES)),
)


def publish_wup(
    server: Server,
    cities: Iterable[tuple[object, ...]] = CITIES,
    areas: Iterable[tuple[object, ...]] = AREAS,
    countries: Mapping[str, Rows] | None = None,
) -> None:
    by_degree = countries or dict.fromkeys(("Cities", "Towns", "Rural"), COUNTRIES)
    for what, content in (
        ("population", workbook(Data=tuple(cities))),
        ("area", workbook(Data=tuple(areas))),
        ("countries", workbook(**by_degree)),
    ):
        server.on(urlsplit(wup2025.FILES[what]).path, publisher(content))


def test_wup_2025_replaces_the_transcription(job: Job, server: Server) -> None:
    publish_wup(server)
    message = refresh_lines("wup-2025", job)
    # 2000, which this publisher does not give, goes; 2026 comes.
    assert "wup2025_cities.csv: 881 rows, unchanged" in message
    assert "wup2025_city_years.csv: 2,986 rows; 881 added, 881 changed, 628 dropped" in message
    assert "wup2025_country_years.csv: 132 rows; 132 added, 0 changed, 0 dropped" in message
    years = sources.read("wup2025_city_years", job.sources_dir)
    jakarta = years[years["un_city_code"] == JAKARTA]
    assert jakarta.drop(columns=["un_city_code", "land_area_km2"]).values.tolist() == [
        [1975, 11696.369, "false", "wup-2025"],
        [2025, 41913.86, "false", "wup-2025"],
        [2026, 41913.983, "true", "wup-2025"],
        [2050, 51784.216, "true", "wup-2025"],
    ]
    assert jakarta["land_area_km2"].dropna().tolist() == [4883.25]
    assert set(years["un_city_code"]) == set(
        sources.read("wup2025_cities", job.sources_dir)["un_city_code"]
    )
    assert "903" not in set(years["un_city_code"])
    for name in ("wup2018_population.csv", "wup2018_agglomerations.csv", "city_wup2025.csv"):
        assert (job.sources_dir / name).read_bytes() == (SOURCES_DIR / name).read_bytes()
    source = sources.read("sources", job.sources_dir).set_index("source_id").loc["wup-2025"]
    assert source["vintage"] == "2025 revision"
    assert "transcription" not in source["title"]
    before = {path: path.read_bytes() for path in job.sources_dir.iterdir()}
    assert not refresh("wup-2025", job, lambda line: None)
    assert {path: path.read_bytes() for path in job.sources_dir.iterdir()} == before


def test_refreshed_wup_2025_is_built_with_its_years(
    job: Job, server: Server, tmp_path: Path
) -> None:
    publish_wup(server)
    refresh_lines("wup-2025", job)
    build(job.sources_dir, tmp_path / "layers")
    layers = Catalogue(tmp_path / "layers")
    assert "wup2025_country_years" in layers.layers
    assert set(layers["wup2025_country_years"]["degree"]) == {"cities", "towns", "rural"}
    jakarta = layers["wup2025_cities"].set_index("un_city_code").loc[JAKARTA]
    assert (jakarta["population_2025"], jakarta["area_km2"]) == (41_913_860, 4_883.25)
    assert pd.isna(jakarta["population_2000"])
    assert pd.isna(jakarta["growth_2000_2025"])
    singapore = layers["cities"].set_index("city_id").loc["singapore"]
    assert singapore["un_city_population_2025"] == 5_842_549
    series = member_series(singapore["un_city_codes"], layers["wup2025_city_years"])
    assert series["year"].tolist() == [1975, 2025, 2026, 2050]
    assert list(problems(tmp_path / "layers", job.sources_dir)) == []


def test_wup_2025_without_a_city_that_a_member_is_matched_to_is_refused(
    job: Job, server: Server
) -> None:
    dili = int(DILI)
    publish_wup(
        server,
        cities=[row for row in CITIES if row[5] != dili],
        areas=[row for row in AREAS if row[5] != dili],
    )
    message = refused("wup-2025", job)
    assert (
        "city_wup2025.csv, line 13, column un_city_codes: '172' is not in wup2025_cities" in message
    )


def test_wup_2025_that_holds_much_less_is_refused(job: Job, server: Server) -> None:
    publish_wup(server, cities=CITIES[:600], areas=AREAS[:600])
    message = refused("wup-2025", job)
    assert message.startswith("wup2025_cities.csv: 599 rows, where there were 881; fewer than 95%")


def without(column: str) -> Rows:
    place = CITY_HEADING.index(column)
    return tuple(row[:place] + row[place + 1 :] for row in CITIES)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cities": without("ISO3_Code")}, "F21-DEGURBA-Cities_Pop.xlsx, sheet Data lacks column"),
        ({"cities": without("City_Code")}, "lacks column City_Code in its first 40 rows"),
        ({"cities": [row[:10] for row in CITIES]}, "has no column of a year"),
        ({"cities": [*CITIES, CITIES[1]]}, "city 158 (Buthidaung) stands twice"),
        ({"cities": [CITY_HEADING, CITIES[-2]]}, "holds no city of a member state"),
        ({"cities": [CITY_HEADING, CITIES[-1]], "areas": [CITY_HEADING, CITIES[-1]]}, "in 2025."),
        ({"cities": [*CITIES, city("IDN", 9, "Ende", 1, 60, 1, "many")]}, "2050: 'many' is no"),
        ({"cities": [*CITIES, city("IDN", 9, "Ende", 1, -3, 1, 1)]}, "population_thousands: -3.0"),
        ({"areas": [*AREAS, city("IDN", 7, "Bogor", 1)]}, "city 7 is not in WUP2025-F21"),
        ({"countries": {"Cities": COUNTRIES, "Towns": COUNTRIES}}, "holds no sheet Rural; there"),
        (
            {"countries": dict.fromkeys(("Cities", "Towns", "Rural"), COUNTRIES[:-2])},
            "sheet Cities lacks TLS, VNM",
        ),
    ],
)
def test_workbook_of_another_shape_is_refused(
    changed: dict, message: str, job: Job, server: Server
) -> None:
    publish_wup(server, **changed)
    assert message in refused("wup-2025", job)


def test_page_in_place_of_a_workbook_is_refused(job: Job, server: Server) -> None:
    publish_wup(server)
    server.on(urlsplit(wup2025.FILES["area"]).path, publisher(b"<!DOCTYPE html><h1>Not found"))
    message = refused("wup-2025", job)
    assert (
        message == "WUP2025-F25-DEGURBA-Cities_AREA_km2.xlsx is an HTML page, not a whole zip file."
    )


# GeoNames


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return buffer.getvalue()


def dump(rows: pd.DataFrame) -> str:
    """Rows of the table in the format of ``cities500.txt``, and a place of another country."""
    lines = [
        f"{row.geonameid}\t{row.name}\t{row.name}\t\t{row.latitude}\t{row.longitude}\tP\tPPL\t"
        f"{row.iso2}\t\t{row.admin1_code}\t\t\t\t{row.population}\t\t9\tAsia/Jakarta\t2026-10-01"
        for row in rows.fillna("").itertuples(index=False)
    ]
    lines.insert(3, '1\tÀ "X\tX\t\t48.8\t2.3\tP\tPPL\tFR\t\t11\t\t\t\t900\t\t9\tEurope/Paris\t-')
    return "\n".join(lines) + "\n"


def publish_geonames(server: Server, text: str) -> None:
    path = urlsplit(geonames.URL).path
    server.on(path, publisher(zipped({"cities500.txt": text.encode()})))


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return pd.read_csv(
        SOURCES_DIR / "geonames_places.csv", dtype=str, keep_default_na=False, na_values=[]
    )


def test_unchanged_places_change_no_line(job: Job, server: Server, places: pd.DataFrame) -> None:
    publish_geonames(server, dump(places.sample(frac=1, random_state=1)))
    assert "geonames_places.csv: 7,618 rows, unchanged" in refresh_lines("geonames", job)
    path = job.sources_dir / "geonames_places.csv"
    assert path.read_bytes() == (SOURCES_DIR / "geonames_places.csv").read_bytes()
    row = sources.read("sources", job.sources_dir).set_index("source_id").loc["geonames"]
    assert (row["title"], row["vintage"]) == (
        "GeoNames geographical database, cities500",
        "2026-11",
    )


def test_changed_places_are_told(job: Job, server: Server, places: pd.DataFrame) -> None:
    newer = places.iloc[1:].copy()
    newer.loc[newer.index[5], "population"] = "70000"
    newer.loc[newer.index[9], "population"] = "499"
    publish_geonames(server, dump(newer))
    message = refresh_lines("geonames", job)
    assert "geonames_places.csv: 7,616 rows; 0 added, 1 changed, 2 dropped" in message
    assert any("population" in line and "-> 70,000 (" in line for line in message)


def test_dump_of_another_shape_is_refused(job: Job, server: Server, places: pd.DataFrame) -> None:
    text = dump(places)
    for odd, message in (
        (text.replace("\tPPL", ""), "line 1: 18 columns, where GeoNames documents 19"),
        (text.replace("\tP\t", "\tP\tP\t").replace("\t9\t", "\t"), "its columns have changed"),
        (text + text.partition("\n")[0], "stands twice"),
        (dump(places.iloc[:3000]), "3,000 rows, where there were 7,618"),
    ):
        job.downloader.forget("geonames")
        server.on(urlsplit(geonames.URL).path)
        publish_geonames(server, odd)
        assert message in refused("geonames", job)


# Natural Earth


def shapefile(directory: Path, frame: gpd.GeoDataFrame, version: str = "5.9.9\n") -> bytes:
    stem = "ne_10m_admin_0_countries"
    frame.to_file(directory / f"{stem}.shp", encoding="utf-8")
    members = {path.name: path.read_bytes() for path in directory.glob(f"{stem}.*")}
    return zipped({**members, f"{stem}.VERSION.txt": version.encode(), "README.html": b"-"})


@pytest.fixture(scope="module")
def countries() -> gpd.GeoDataFrame:
    """The committed boundaries in the format of a Natural Earth release."""
    frame = read_boundaries(SOURCES_DIR / "natural_earth_10m.parquet")
    codes = frame["iso_numeric"].where(frame["iso_numeric"] != "", "-99")
    return gpd.GeoDataFrame(
        {"ISO_N3": "-99", "ISO_N3_EH": codes, "NAME": frame["name"]}, geometry=frame.geometry
    )


def test_boundaries_come_from_a_shapefile(
    job: Job, server: Server, countries: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    smaller = countries.copy()
    brunei = smaller["NAME"] == "Brunei"
    smaller.loc[brunei, "geometry"] = smaller.loc[brunei, "geometry"].apply(
        lambda shape: shapely.difference(shape, shapely.box(115.0, 4.0, 115.02, 6.0))
    )
    server.on(urlsplit(natural_earth.URL).path, publisher(shapefile(tmp_path, smaller)))
    message = refresh_lines("natural-earth", job)
    assert any(line.startswith("  Brunei: area -") for line in message)
    row = sources.read("sources", job.sources_dir).set_index("source_id").loc["natural-earth"]
    assert row["vintage"] == "5.9.9"
    frame = read_boundaries(job.sources_dir / "natural_earth_10m.parquet")
    assert set(MEMBER_NUMERIC.values()) <= set(frame["iso_numeric"])


def test_shapefile_without_a_member_or_a_column_is_refused(
    job: Job, server: Server, countries: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    for number, (frame, message) in enumerate(
        (
            (countries[countries["NAME"] != "Vietnam"], "lacks VNM"),
            (countries.drop(columns=["ISO_N3", "ISO_N3_EH"]), "lacks column ISO_N3"),
            (countries.drop(columns="NAME"), "lacks column NAME"),
        )
    ):
        directory = tmp_path / f"odd{number}"
        directory.mkdir()
        job.downloader.forget("natural-earth")
        server.on(urlsplit(natural_earth.URL).path, publisher(shapefile(directory, frame)))
        assert message in refused("natural-earth", job)


# Zip files


def refusal_of(path: Path, content: bytes, largest: int = 1_000) -> str:
    path.write_bytes(content)
    with pytest.raises(SourceError) as raised, archive.open_zip(path, largest) as opened:
        archive.unpack(opened, "a", path.with_name("out"))
    return str(raised.value)


@pytest.mark.parametrize("name", ["../a", "/etc/a", "a/../../b", "C:\\a", "..\\a", "\\\\host\\a"])
def test_member_that_leads_out_of_the_archive_is_refused(name: str, tmp_path: Path) -> None:
    assert "leads out of the archive" in refusal_of(tmp_path / "x.zip", zipped({name: b"x"}))


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    content = zipped({"a": bytes(10_000_000)})
    assert len(content) < 20_000
    message = refusal_of(tmp_path / "x.zip", content)
    assert message == "x.zip unpacks to 10,000,000 bytes; 1,000 are allowed."
    assert not (tmp_path / "out").exists()


def test_member_that_is_larger_than_it_says_is_cut_and_refused(tmp_path: Path) -> None:
    content = zipped({"a": bytes(5_000)})
    lying = content.replace((5_000).to_bytes(4, "little"), (500).to_bytes(4, "little"))
    assert "is something else, not a whole zip" in refusal_of(tmp_path / "x.zip", lying)
    assert (tmp_path / "out").stat().st_size <= 500


def test_damaged_or_other_file_is_refused(tmp_path: Path) -> None:
    content = zipped({"a": bytes(range(256))})
    assert "not a whole zip file" in refusal_of(tmp_path / "x.zip", content[:-30])
    assert "holds no a; b" in refusal_of(tmp_path / "x.zip", zipped({"b": b"x"}))
