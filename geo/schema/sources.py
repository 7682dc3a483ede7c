"""Schemas of the source tables, and the references between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geo.schema import COPIED, LAYERS
from geo.schema.cities import AREA_ROWS, CITY_AREAS, CITY_POPULATIONS, POPULATION_FIGURES
from geo.schema.declare import Check, Table, date, integer, iso3, number, one_of, slug, text, year
from geo.schema.indicators import FIGURE_ROWS
from geo.schema.indicators import KEY as FIGURE_KEY
from geo.schema.network import CLAIMS
from geo.schema.project_places import PLACE_ROWS, PROJECT_PLACES
from geo.schema.promises import PROMISE_LINKS, PROMISE_WORDS, STATED_DATES
from geo.schema.wup2025 import OPTIONAL_SOURCE_TABLES, SOURCE_TABLES
from geo.vocabulary import (
    FOCUS_AREAS,
    INDICATORS,
    MEMBER_STATES,
    POPULATION_BASES,
    REPORT_STATUSES,
    REVISIONS,
)

_FOCUS_NAMES = list(FOCUS_AREAS.values())

_OPTIONAL: Mapping[str, bool] = {"nullable": True}

Reference = tuple[str, str, str, str]
"""Table and column, other table and column."""

TABLES: Mapping[str, Table] = {
    name: Table(name, columns, key)
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
                "iso2": text("ISO 3166-1 alpha-2", Check.str_matches("^[A-Z]{2}$")),
                "iso_numeric": text("ISO 3166-1 numeric", Check.str_matches("^[0-9]{3}$")),
                "name_en": text("short name ASEAN uses"),
                "official_name_en": text("official name"),
                "name_local": text("name in the national language"),
                "capital": text("capital"),
                "asean_since": date("ISO date"),
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
                "joined_year": year("year joined", 2018),
                "joined_source": text("source"),
                "joined_note": text("what another source says", **_OPTIONAL),
                "longitude": number("longitude", "°", 90, 145),
                "latitude": number("latitude", "°", -15, 30),
                "coordinates_source": text("source"),
                "geonameid": integer("GeoNames id", "", 1, 10**8, **_OPTIONAL),
                "admin1_code": text("GeoNames first-level code"),
                "admin1_name": text("first-level area"),
                "population": integer("population", "people", 1000, 5 * 10**7, **_OPTIONAL),
                "population_year": year("year", 1990, **_OPTIONAL),
                "population_basis": one_of("basis", list(POPULATION_BASES), **_OPTIONAL),
                "population_territory": text("what is counted", **_OPTIONAL),
                "population_source": text("source", **_OPTIONAL),
                "population_page": integer("page", "page", 1, 1000, **_OPTIONAL),
                "land_area_km2": number("land area", "km²", 1, 1e5, **_OPTIONAL),
                "land_area_territory": text("what is measured", **_OPTIONAL),
                "land_area_year": year("year", 1990, **_OPTIONAL),
                "land_area_source": text("source", **_OPTIONAL),
                "land_area_page": integer("page", "page", 1, 1000, **_OPTIONAL),
                "density_note": text("why there is no density", **_OPTIONAL),
                "figures_note": text("remark on the figures", **_OPTIONAL),
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
            "wup2018_urban_rural",
            ("area_code", "year"),
            {
                "area_code": one_of("area", (*MEMBER_STATES, "SEA", "WLD")),
                "year": year("year"),
                "urban_thousands": number("urban population", "thousands", 0, 1e7),
                "rural_thousands": number("rural population", "thousands", 0, 1e7),
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
        (
            "vintages",
            ("source_id", "file"),
            {
                "source_id": slug("id in sources.csv"),
                "file": text("name of the file that was fetched"),
                "url": text("where it was fetched from"),
                "sha256": text("SHA-256 of its content", Check.str_matches("^[0-9a-f]{64}$")),
                "bytes": integer("its size", "bytes", 1, 10**10),
                "released": text("release or date that the publisher states", **_OPTIONAL),
                "fetched_on": date("ISO date"),
            },
        ),
        ("city_areas", CITY_AREAS.key, AREA_ROWS),
        ("city_populations", CITY_POPULATIONS.key, POPULATION_FIGURES),
        ("city_indicators", FIGURE_KEY, dict(FIGURE_ROWS)),
        ("project_places", PROJECT_PLACES.key, PLACE_ROWS),
        ("stated_dates", ("city_id", "date_no"), STATED_DATES),
        ("promise_links", ("promise_id",), PROMISE_LINKS),
        ("promise_words", ("promise_id", "report_year"), PROMISE_WORDS),
        *((name, key, dict(columns)) for name, (key, columns) in SOURCE_TABLES.items()),
        ("urbanisation_claims", ("claim_id",), CLAIMS),
        *((name, LAYERS[name].key, dict(LAYERS[name].columns)) for name in COPIED),
    )
}
"""Schema of each source table; errors give the line number in the file."""

OPTIONAL_TABLES: Mapping[str, Table] = {
    name: Table(name, columns, key) for name, (key, columns) in OPTIONAL_SOURCE_TABLES.items()
}
"""Schema of the optional tables."""

REFERENCES: Sequence[Reference] = (
    ("cities", "iso3", "countries", "iso3"),
    ("context_countries", "source_id", "sources", "source_id"),
    ("city_areas", "city_id", "cities", "city_id"),
    ("city_areas", "source_id", "sources", "source_id"),
    ("city_populations", "city_id", "cities", "city_id"),
    ("city_names", "source_id", "sources", "source_id"),
    ("city_agglomerations", "city_id", "cities", "city_id"),
    ("city_agglomerations", "city_code", "wup2018_agglomerations", "city_code"),
    ("city_agglomerations", "document", "sources", "source_id"),
    ("indicators", "source_id", "sources", "source_id"),
    ("indicators", "framework_element", "framework", "element_id"),
    ("city_indicators", "indicator_id", "indicators", "indicator_id"),
    ("city_indicators", "source_id", "sources", "source_id"),
    ("projects", "city_id", "cities", "city_id"),
    ("projects", "document", "sources", "source_id"),
    ("project_reports", "project_id", "projects", "project_id"),
    ("project_reports", "city_id", "cities", "city_id"),
    ("project_reports", "report_year", "reports", "report_year"),
    ("project_reports", "document", "sources", "source_id"),
    ("project_places", "project_id", "projects", "project_id"),
    ("project_places", "source_id", "sources", "source_id"),
    ("project_places", "document", "documents", "document_id"),
    ("stated_dates", "city_id", "cities", "city_id"),
    ("stated_dates", "project_id", "projects", "project_id"),
    ("stated_dates", "document", "documents", "document_id"),
    ("promise_links", "project_id", "projects", "project_id"),
    ("promise_links", "link_document", "documents", "document_id"),
    ("promise_words", "report_year", "reports", "report_year"),
    ("promise_words", "document", "documents", "document_id"),
    ("urbanisation_claims", "document", "documents", "document_id"),
    ("reports", "document", "sources", "source_id"),
    ("country_indicators", "iso3", "countries", "iso3"),
    ("wup2018_agglomerations", "iso3", "countries", "iso3"),
    ("wup2018_agglomerations", "source_id", "sources", "source_id"),
    ("wup2018_population", "city_code", "wup2018_agglomerations", "city_code"),
    ("wup2018_population", "source_id", "sources", "source_id"),
    ("wup2018_urban_rural", "source_id", "sources", "source_id"),
    ("geonames_places", "source_id", "sources", "source_id"),
    ("vintages", "source_id", "sources", "source_id"),
    ("wup2025_cities", "iso3", "countries", "iso3"),
    ("wup2025_cities", "source_id", "sources", "source_id"),
    ("wup2025_city_years", "un_city_code", "wup2025_cities", "un_city_code"),
    ("wup2025_city_years", "source_id", "sources", "source_id"),
    ("wup2025_country_years", "source_id", "sources", "source_id"),
    ("city_wup2025", "city_id", "cities", "city_id"),
    ("city_wup2025", "un_city_codes", "wup2025_cities", "un_city_code"),
    ("city_wup2025", "codes_inside", "wup2025_cities", "un_city_code"),
    ("city_wup2025", "document", "sources", "source_id"),
    *(
        (name, column, other, key)
        for name in COPIED
        for column, other, key in (
            ("iso3", "countries", "iso3"),
            ("city_id", "cities", "city_id"),
            ("project_id", "projects", "project_id"),
            ("report_year", "reports", "report_year"),
            ("document", "documents", "document_id"),
            ("link_document", "documents", "document_id"),
        )
        if column in LAYERS[name].columns and name != other
    ),
    ("documents", "document", "documents", "document_id"),
    ("documents", "related_to", "documents", "document_id"),
    ("framework", "parent_id", "framework", "element_id"),
)
"""Foreign keys: table, column -> referenced table, column."""

LISTS = frozenset({("city_wup2025", "un_city_codes"), ("city_wup2025", "codes_inside")})
"""Table and column whose cells hold several values, separated by semicolons."""

EVERY: Sequence[Reference] = (
    ("cities", "iso3", "countries", "iso3"),
    ("plans", "city_id", "cities", "city_id"),
    ("city_agglomerations", "city_id", "cities", "city_id"),
    ("city_areas", "city_id", "cities", "city_id"),
    ("members", "iso3", "countries", "iso3"),
    ("country_indicators", "iso3", "countries", "iso3"),
    ("project_reports", "project_id", "projects", "project_id"),
    ("project_reports", "report_year", "reports", "report_year"),
    ("report_focus_shares", "report_year", "reports", "report_year"),
    ("wup2018_population", "city_code", "wup2018_agglomerations", "city_code"),
    ("wup2018_urban_rural", "area_code", "countries", "iso3"),
    ("wup2025_city_years", "un_city_code", "wup2025_cities", "un_city_code"),
    ("city_wup2025", "city_id", "cities", "city_id"),
    ("wup2025_country_years", "iso3", "countries", "iso3"),
)
"""Completeness: table and column that must hold every value of -> table, column. Pages show one
row of each."""
