"""Declaration of an enriched file: columns with meaning, unit, year and source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from geo.analysis.urbanisation import URBAN_SHARE, latest_values, newest_urban_growth
from geo.enrich.checks import POLYGON, ROW
from geo.enrich.names import PREFIX
from geo.enrich.values import TEXT
from geo.export import Record
from geo.i18n import Language, date, mark, tr, use_language
from geo.layers.catalogue import Catalogue
from geo.layers.files import sources_in
from geo.schema.cities import CITY_AREAS
from geo.schema.core import AGGLOMERATIONS, CITIES, COUNTRIES
from geo.schema.declare import Check, Column, Layer, column, integer, number, text, year

_JOINED = (COUNTRIES, CITIES, AGGLOMERATIONS, CITY_AREAS)

SOURCES = ("natural-earth", "geonames", "wup-2018", "wdi-2026-03", *CITY_AREAS.sources)
"""Ids of the sources of the added columns."""

_NAMES: Mapping[str, str] = {
    "natural-earth": mark("Natural Earth {date}"),
    "wdi-2026-03": mark("World Bank WDI, {date}"),
    "wup-2018": mark("UN WUP {date}"),
    "geonames": "GeoNames",
    "cities": "ASCN",
    "countries": "ASEAN",
}
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
            mark("column as in the original file"),
            nullable=True,
        )
        for name, kind in kinds.items()
    }
    row = integer(
        mark("line of the text file (the header is line 1), otherwise the feature number"),
        "",
        1,
        2**62,
    )
    return Layer(
        name="places_enriched",
        title=mark("Your places, joined to the ASEAN Smart Cities Network"),
        description=mark(
            "Places from a user's own file, with the member state each lies in, its "
            "urbanisation, the nearest member city and urban agglomeration, and the member "
            "city whose area contains the place. Boundaries are for orientation and imply no "
            "position on any territory."
        ),
        columns={ROW: row, **user_columns, **added_columns(geometry, layers)},
        key=(ROW,),
        geometry=geometry,
        sources=SOURCES,
    )


def result_record(layer: Layer, layers: Catalogue, selection: str = "") -> Record:
    """Metadata of an exported file: terms of the added columns, and of the others."""
    infos = [layers.info(one.name) for one in _JOINED]

    def merged(what: str) -> str:
        return "; ".join(dict.fromkeys(part for info in infos for part in info[what].split("; ")))

    known = _joined_sources(layers)
    return Record(
        title=layer.title,
        description=layer.description,
        selection=selection,
        attribution=f"Columns {PREFIX}*: {merged('attribution')}",
        licence=f"Columns {PREFIX}*: {merged('licence')}. Other columns: as their owner states",
        vintage=merged("vintage"),
        version=layers.version,
        sources=[known[id] for id in SOURCES],
    )


def _joined_sources(layers: Catalogue) -> dict[str, dict[str, str]]:
    """The sources of the layers that places are joined to, by id."""
    infos = (layers.info(one.name) for one in _JOINED)
    return {source["id"]: source for info in infos for source in sources_in(info)}


def added_columns(geometry: str, layers: Catalogue) -> dict[str, Column]:
    """Columns that :meth:`geo.enrich.join.PlaceJoiner.join` adds, in its order.

    The metadata of each has ``unit``, ``year`` and ``source``.
    """
    known = _joined_sources(layers)
    sources = {id: _Source.of(name, known[id]["vintage"]) for id, name in _NAMES.items()}
    report = str(int(layers["project_reports"]["report_year"].max()))
    country = {**_country_columns(geometry, sources), **_figure_columns(layers, sources)}
    spans = _span_columns(sources["natural-earth"]) if geometry == POLYGON else {}
    city = _city_columns(sources, _Source(_REPORT, report, report))
    return {
        **country,
        **spans,
        **city,
        **_agglomeration_columns(sources["wup-2018"]),
        **_within_columns([known[id]["vintage"] for id in CITY_AREAS.sources]),
    }


@dataclass(frozen=True)
class _Source:
    """Name of a source with a place for its date, its date, and its year."""

    name: str
    date: str = ""
    year: str = ""

    @classmethod
    def of(cls, name: str, vintage: str) -> _Source:
        """The source of a vintage such as ``2026-03-01``, ``4.1.0 (2018)`` or ``2018 to 2026``."""
        return cls(name, vintage.partition(" ")[0], "".join(_years(vintage)[-1:]))


def _years(vintage: str) -> list[str]:
    return re.findall(r"\b(?:19|20)\d\d\b", vintage)


def _period(years: Iterable[int | str]) -> str:
    """The first and the last year, or the only one; empty without any."""
    known = sorted(map(str, years))
    return "–".join(dict.fromkeys(known[:1] + known[-1:]))


def source_name(metadata: Mapping[str, str]) -> str:
    """Name of the source of an added column, in the user's language, from its metadata."""
    when = metadata["source_date"]
    month = re.match(r"\d{4}-\d\d", when)
    return tr(metadata["source_name"], date=date(month[0]) if month else when, year=when)


def _with_source(declared: Column, source: _Source, years: str = "") -> Column:
    """Add year and source to the metadata and description of a column.

    The metadata also has the meaning and the parts of the source alone, for translation.
    """
    years = years or source.year
    more = {"source_name": source.name, "source_date": source.date}
    with use_language(Language()):
        name = source_name(more)
    more |= {"year": years, "source": name, "meaning": str(declared.description)}
    declared.metadata = {**declared.metadata, **more}
    end = ", ".join(part for part in (years, name) if part)
    declared.description = f"{declared.description} ({end})"
    return declared


def _country_columns(geometry: str, sources: Mapping[str, _Source]) -> dict[str, Column]:
    boundaries = sources["natural-earth"]
    description = mark(
        "ISO 3166-1 alpha-3 code of the member state that contains the place, or is nearest "
        "within 5 km; empty outside the member states"
    )
    if geometry == POLYGON:
        description = mark(
            "ISO 3166-1 alpha-3 code of the member state that contains most of the polygon, or "
            "is nearest within 5 km; empty outside the member states"
        )
    return {
        f"{PREFIX}iso3": _with_source(
            text(description, nullable=True),
            boundaries,
        ),
        f"{PREFIX}country": _with_source(
            text(mark("English short name of that member state"), nullable=True),
            sources["countries"],
        ),
        f"{PREFIX}country_basis": _with_source(
            text(
                mark(
                    "inside: the boundary contains the place (for a polygon, a point on it); "
                    "nearest: it lies outside, within 5 km, and in no neighbouring country"
                ),
                Check.isin(["inside", "nearest"]),
                nullable=True,
            ),
            boundaries,
        ),
        f"{PREFIX}distance_to_boundary_km": _with_source(
            number(mark("distance outside the boundary, 0 when inside"), "km", 0, 5, nullable=True),
            boundaries,
        ),
    }


def _figure_years(layers: Catalogue) -> tuple[str, str]:
    """Years of the countries' urban shares, and of their growth."""
    country_years = layers["country_years"]
    tables = latest_values(country_years, URBAN_SHARE), newest_urban_growth(country_years)
    share, growth = (_period(table["year"]) for table in tables)
    return share, growth


def _figure_columns(layers: Catalogue, sources: Mapping[str, _Source]) -> dict[str, Column]:
    wdi = sources["wdi-2026-03"]
    share, growth = layers.cached("years of figures", lambda: _figure_years(layers))
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
            wdi,
            share,
        ),
        f"{PREFIX}urban_share_year": _with_source(
            year(mark("year of the urban share"), nullable=True), wdi, share
        ),
        f"{PREFIX}urban_growth": _with_source(
            number(
                mark("growth of the country's urban population from the year before, compound"),
                "% per year",
                -20,
                30,
                nullable=True,
            ),
            wdi,
            growth,
        ),
        f"{PREFIX}urban_growth_year": _with_source(
            year(mark("year of that growth"), nullable=True), wdi, growth
        ),
    }


def _span_columns(boundaries: _Source) -> dict[str, Column]:
    def measured(description: str, unit: str, high: float) -> Column:
        return _with_source(number(description, unit, 0, high, nullable=True), boundaries)

    return {
        f"{PREFIX}area_km2": _with_source(
            number(mark("area of the polygon on the WGS 84 ellipsoid"), "km²", 0, 6e8),
            _Source(mark("computed from the file")),
        ),
        f"{PREFIX}countries": _with_source(
            text(mark("codes of all member states that the polygon lies in"), nullable=True),
            boundaries,
        ),
        f"{PREFIX}percent_in_country": measured(
            mark("share of the polygon's area that lies in its member state"),
            mark("% of the polygon"),
            100,
        ),
        f"{PREFIX}percent_of_country": measured(
            mark("share of the member state's area that the polygon covers"),
            "% of the country",
            100.1,
        ),
    }


def _city_columns(sources: Mapping[str, _Source], report: _Source) -> dict[str, Column]:
    projects = {
        "projects": mark("nearest member city: its SCAP projects in the latest report"),
        "projects_ongoing_or_planning": mark("of these, ongoing or in planning"),
        "projects_completed": mark("of these, completed"),
        "projects_no_longer_reported": mark(
            "nearest member city: projects in earlier reports that were dropped without being "
            "marked complete"
        ),
    }
    return {
        f"{PREFIX}city_id": _with_source(
            text(mark("nearest member city: stable id")), sources["cities"]
        ),
        f"{PREFIX}city": _with_source(
            text(mark("nearest member city: English name")), sources["cities"]
        ),
        f"{PREFIX}city_distance_km": _with_source(
            number(mark("geodesic distance to the nearest member city"), "km", 0, 20_100),
            sources["geonames"],
        ),
        f"{PREFIX}city_iso3": _with_source(
            text(mark("nearest member city: its member state")), sources["cities"]
        ),
        **{
            f"{PREFIX}city_{name}": _with_source(integer(description, "projects", 0, 1_000), report)
            for name, description in projects.items()
        },
    }


def _agglomeration_columns(source: _Source) -> dict[str, Column]:
    return {
        f"{PREFIX}agglomeration_code": _with_source(
            text(mark("nearest urban agglomeration of 300,000 people or more: UN code")),
            source,
        ),
        f"{PREFIX}agglomeration": _with_source(
            text(mark("nearest urban agglomeration: name as the UN gives it")), source
        ),
        f"{PREFIX}agglomeration_distance_km": _with_source(
            number(mark("geodesic distance to its point"), "km", 0, 20_100), source
        ),
        f"{PREFIX}agglomeration_iso3": _with_source(
            text(mark("nearest urban agglomeration: its member state")), source
        ),
        f"{PREFIX}agglomeration_population_2018": _with_source(
            integer(mark("its population"), "people", 0, 100_000_000), source
        ),
    }


def _within_columns(vintages: Iterable[str]) -> dict[str, Column]:
    """Columns of the city area, from the vintages of its sources; the year in that of an undated
    one ("undated copy of November 2026") is not of its boundaries."""
    dated = [vintage for vintage in vintages if not vintage.startswith("undated")]
    years = _period([year for vintage in dated for year in _years(vintage)])
    source = _Source(mark("boundaries of the member cities"))
    described = {
        "within_city_id": mark(
            "member city whose area contains the place (for a polygon, a point on it): stable "
            "id; empty where no exact boundary of the city is available"
        ),
        "within_city": mark("member city whose area contains the place: English name"),
        "within_edition": mark(
            "network: the area as counted in the network's plans; merged_2025: the place has "
            "been in the city only since the merger of 1 July 2025"
        ),
    }
    return {
        f"{PREFIX}{name}": _with_source(text(description, nullable=True), source, years)
        for name, description in described.items()
    }


def column_metadata(layer: Layer, name: str) -> dict[str, Any]:
    """Meaning, unit, year and source of a column, for file metadata."""
    declared = layer.columns[name]
    metadata = {**declared.metadata, "description": str(declared.description)}
    internal = ("meaning", "source_name", "source_date")
    return {key: value for key, value in metadata.items() if value and key not in internal}
