"""Declaration of an enriched file: columns with meaning, unit, year and source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandera.pandas as pa

from geo.analysis.urbanisation import URBAN_SHARE, latest_values, newest_urban_growth
from geo.enrich.checks import POLYGON, ROW
from geo.enrich.names import PREFIX
from geo.enrich.values import TEXT
from geo.export import Record
from geo.i18n import mark
from geo.layers.catalogue import Catalogue
from geo.schema.core import AGGLOMERATIONS, CITIES, COUNTRIES
from geo.schema.declare import Layer, column, integer, number, text, year

SOURCES = ("natural-earth", "geonames", "wup-2018", "wdi-2026-03")
"""Ids in ``data/sources/sources.csv`` of the added columns."""

_BOUNDARIES = mark("Natural Earth 4.1.0")
_WDI = mark("World Bank WDI, March 2026")
_WUP = mark("UN WUP 2018")
_REPORT = mark("ASCN Monitoring & Evaluation Report {year}")


def result_layer(kinds: Mapping[str, str], geometry: str, layers: Catalogue) -> Layer:
    """The declaration of an enriched file.

    Parameters
    ----------
    kinds
        Types of the user's own columns.
    geometry
        ``"Point"`` or ``"MultiPolygon"``.
    layers
        Determine the years of the figures.
    """
    user_columns = {
        name: column(
            kind or TEXT,
            mark("column of the file as it was given"),
            nullable=True,
        )
        for name, kind in kinds.items()
    }
    row = integer(
        mark("line of the text file (the header is line 1), else number of the feature"),
        "",
        1,
        2**62,
    )
    return Layer(
        name="places_enriched",
        title=mark("Your places, joined to the ASEAN Smart Cities Network"),
        description=mark(
            "Places of a reader's own file with the member state each lies in, its urbanisation, "
            "and the nearest member city and urban agglomeration. Boundaries are for orientation "
            "and imply no position on any territory."
        ),
        columns={ROW: row, **user_columns, **added_columns(geometry, layers)},
        key=(ROW,),
        geometry=geometry,
        sources=SOURCES,
    )


def result_record(layer: Layer, layers: Catalogue, selection: str = "") -> Record:
    """Metadata of an exported file: terms of the added columns, and of the others."""
    infos = [layers.info(one.name) for one in (COUNTRIES, CITIES, AGGLOMERATIONS)]

    def merged(what: str) -> str:
        return "; ".join(dict.fromkeys(part for info in infos for part in info[what].split("; ")))

    return Record(
        title=layer.title,
        description=layer.description,
        selection=selection,
        attribution=f"Columns {PREFIX}*: {merged('attribution')}",
        licence=f"Columns {PREFIX}*: {merged('licence')}. Other columns: as their owner states",
        vintage=merged("vintage"),
        version=layers.version,
    )


def added_columns(geometry: str, layers: Catalogue) -> dict[str, pa.Column]:
    """Columns that :meth:`geo.enrich.join.PlaceJoiner.join` adds, in its order.

    The metadata of each has ``unit``, ``year`` and ``source``.
    """
    report = str(int(layers["project_reports"]["report_year"].max()))
    country = {
        **_country_columns(geometry),
        **_figure_columns(layers),
    }
    spans = _span_columns() if geometry == POLYGON else {}
    return {**country, **spans, **_city_columns(report), **_agglomeration_columns()}


def _with_source(declared: pa.Column, source: str, years: str = "") -> pa.Column:
    """Add year and source to the metadata and description of a column.

    The metadata also has the meaning alone, for translation.
    """
    more = {"year": years, "source": source, "meaning": str(declared.description)}
    declared.metadata = {**(declared.metadata or {}), **more}
    end = ", ".join(part for part in (years, source) if part)
    declared.description = f"{declared.description} ({end})"
    return declared


def _country_columns(geometry: str) -> dict[str, pa.Column]:
    description = mark(
        "ISO 3166-1 alpha-3 code of the member state that holds the place, or is nearest within "
        "5 km; none outside the member states"
    )
    if geometry == POLYGON:
        description = mark(
            "ISO 3166-1 alpha-3 code of the member state that holds most of the polygon, or is "
            "nearest within 5 km; none outside the member states"
        )
    return {
        f"{PREFIX}iso3": _with_source(
            text(description, nullable=True),
            _BOUNDARIES,
            "2018",
        ),
        f"{PREFIX}country": _with_source(
            text(mark("English short name of that member state"), nullable=True),
            "ASEAN",
            "2026",
        ),
        f"{PREFIX}country_basis": _with_source(
            text(
                mark(
                    "inside: the boundary holds the place (of a polygon, a point on it); nearest: "
                    "it lies outside, within 5 km, and in no neighbour"
                ),
                pa.Check.isin(["inside", "nearest"]),
                nullable=True,
            ),
            _BOUNDARIES,
            "2018",
        ),
        f"{PREFIX}distance_to_boundary_km": _with_source(
            number(mark("distance outside the boundary, 0 when inside"), "km", 0, 5, nullable=True),
            _BOUNDARIES,
            "2018",
        ),
    }


def _figure_columns(layers: Catalogue) -> dict[str, pa.Column]:
    country_years = layers["country_years"]
    years = [
        latest_values(country_years, URBAN_SHARE)["year"],
        newest_urban_growth(country_years)["year"],
    ]
    share, growth = (
        str(year_values.min())
        if year_values.min() == year_values.max()
        else f"{year_values.min()} to {year_values.max()}"
        for year_values in years
    )
    return {
        f"{PREFIX}urban_share": _with_source(
            number(
                mark(
                    "urban share of the country's population, national definition, UN 2025 revision"
                ),
                "% of total population",
                0,
                100,
                nullable=True,
            ),
            _WDI,
            share,
        ),
        f"{PREFIX}urban_share_year": _with_source(
            year(mark("year of the urban share"), nullable=True), _WDI, share
        ),
        f"{PREFIX}urban_growth": _with_source(
            number(
                mark("growth of the country's urban population from the year before, compound"),
                "% per year",
                -20,
                30,
                nullable=True,
            ),
            _WDI,
            growth,
        ),
        f"{PREFIX}urban_growth_year": _with_source(
            year(mark("year of that growth"), nullable=True), _WDI, growth
        ),
    }


def _span_columns() -> dict[str, pa.Column]:
    def measured(description: str, unit: str, high: float) -> pa.Column:
        return _with_source(number(description, unit, 0, high, nullable=True), _BOUNDARIES, "2018")

    return {
        f"{PREFIX}area_km2": _with_source(
            number(mark("area of the polygon on the WGS 84 ellipsoid"), "km²", 0, 6e8),
            mark("computed from the file"),
        ),
        f"{PREFIX}countries": _with_source(
            text(mark("codes of all member states that the polygon lies in"), nullable=True),
            _BOUNDARIES,
            "2018",
        ),
        f"{PREFIX}percent_in_country": measured(
            mark("share of the polygon's area that lies in its member state"),
            "% of the polygon",
            100,
        ),
        f"{PREFIX}percent_of_country": measured(
            mark("share of the member state's area that the polygon covers"),
            "% of the country",
            100.1,
        ),
    }


def _city_columns(report: str) -> dict[str, pa.Column]:
    counted = _REPORT.format(year=report)
    projects = {
        "projects": mark("nearest member city: its SCAP projects in the latest report"),
        "projects_ongoing_or_planning": mark("of these, ongoing or in planning"),
        "projects_completed": mark("of these, completed"),
        "projects_no_longer_reported": mark(
            "nearest member city: projects of earlier reports that left them without having been "
            "listed as completed"
        ),
    }
    return {
        f"{PREFIX}city_id": _with_source(
            text(mark("nearest member city: stable id")), "ASCN", "2026"
        ),
        f"{PREFIX}city": _with_source(
            text(mark("nearest member city: English name")), "ASCN", "2026"
        ),
        f"{PREFIX}city_distance_km": _with_source(
            number(mark("geodesic distance to the nearest member city"), "km", 0, 20_100),
            "GeoNames",
            "2026",
        ),
        f"{PREFIX}city_iso3": _with_source(
            text(mark("nearest member city: its member state")), "ASCN", "2026"
        ),
        **{
            f"{PREFIX}city_{name}": _with_source(
                integer(description, "projects", 0, 1_000), counted, report
            )
            for name, description in projects.items()
        },
    }


def _agglomeration_columns() -> dict[str, pa.Column]:
    return {
        f"{PREFIX}agglomeration_code": _with_source(
            text(mark("nearest urban agglomeration of 300,000 people or more: UN code")),
            _WUP,
            "2018",
        ),
        f"{PREFIX}agglomeration": _with_source(
            text(mark("nearest urban agglomeration: name as the UN gives it")), _WUP, "2018"
        ),
        f"{PREFIX}agglomeration_distance_km": _with_source(
            number(mark("geodesic distance to its point"), "km", 0, 20_100), _WUP, "2018"
        ),
        f"{PREFIX}agglomeration_iso3": _with_source(
            text(mark("nearest urban agglomeration: its member state")), _WUP, "2018"
        ),
        f"{PREFIX}agglomeration_population_2018": _with_source(
            integer(mark("its population"), "people", 0, 100_000_000), _WUP, "2018"
        ),
    }


def column_metadata(layer: Layer, name: str) -> dict[str, Any]:
    """Meaning, unit, year and source of a column, for file metadata."""
    declared = layer.columns[name]
    metadata = {**(declared.metadata or {}), "description": str(declared.description)}
    metadata.pop("meaning", None)
    return {key: value for key, value in metadata.items() if value}
