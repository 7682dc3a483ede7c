"""Build all layers from the source tables: read, check, join, write, report."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.analysis.city_areas import CityAreas
from geo.analysis.claims import Evidence
from geo.analysis.projects import place_coverage
from geo.analysis.un_cities import member_figures
from geo.analysis.urbanisation import latest_values, newest_urban_growth
from geo.build import boundaries
from geo.build.action_plans import build_project_reports, build_projects
from geo.build.cities import (
    build_cities,
    build_city_populations,
    check_first_level,
    differing_areas,
)
from geo.build.city_areas import (
    SHAPE_COLUMNS,
    SHAPES,
    areas_unlike_published,
    build_city_areas,
    published_areas,
    un_cities_of_others,
)
from geo.build.claims import build_claims
from geo.build.indicators import build_city_indicators
from geo.build.joins import check_rows, join
from geo.build.land import COLUMNS as LAND_COLUMNS
from geo.build.land import GSHHG, build_land, check_land, cities_in_the_sea, with_city_state
from geo.build.land import REMEDY as LAND_REMEDY
from geo.build.places import build_places
from geo.build.project_places import build_project_places, places_outside_their_city
from geo.build.promises import build_promises
from geo.build.urbanisation import (
    build_agglomerations,
    build_city_years,
    build_country_years,
    build_urban_rural_years,
    series_breaks,
)
from geo.build.wup2025 import build_degree_years, build_un_cities, build_un_city_years, check_places
from geo.errors import GeoError, SourceError
from geo.layers import atomic_write
from geo.layers import files as layer_files
from geo.layers.catalogue import Catalogue
from geo.layers.consistency import inconsistencies
from geo.layers.files import LAYERS_DIR
from geo.layers.history import HISTORY, decode, encode, extended
from geo.layers.store import REPORT
from geo.schema import COPIED, DECLARED, LAYERS, OPTIONAL, schema_digest
from geo.schema.column_sources import all_sources
from geo.schema.core import COUNTRIES, SIMPLIFIED
from geo.schema.declare import Layer
from geo.schema.plans import OF_ROWS, source_ids
from geo.sources import read as sources
from geo.sources.read import SOURCES_DIR

NATURAL_EARTH = "natural_earth_10m.parquet"

MAX_DEFECT_PERCENT = 0.01
"""Largest gap or overlap allowed between simplified boundaries, percent of a country's area."""

MAX_AREA_DIFFERENCE_PERCENT = 5.0
"""Largest difference allowed between a boundary's area and the official total area. Natural Earth
delineates coasts and inland water differently from the national surveys."""

SMALL_STATE_KM2 = 1_000.0
"""States below this area are too generalized for the area check; they are only reported."""

Progress = Callable[[str], None]


@dataclass
class Report:
    """Report of a build.

    Attributes
    ----------
    written
        Layer, rows, bytes, SHA-256 of the file and seconds, one row per layer.
    notes
        Tables of mismatches, by subject.
    """

    written: pd.DataFrame
    notes: dict[str, pd.DataFrame] = field(default_factory=dict)
    seconds: float = 0.0


def build(
    source_dir: Path = SOURCES_DIR,
    layer_dir: Path = LAYERS_DIR,
    progress: Progress = lambda line: None,
) -> Report:
    """Build all layers into ``layer_dir``.

    All layers are built, checked, encoded and written to disk before the first file is replaced,
    and replacements are rolled back on failure: a failed build leaves the old layers unchanged.
    Equal sources give equal bytes.

    Parameters
    ----------
    source_dir, layer_dir
        Directory of the source tables, and of the layers.
    progress
        Called with progress messages.

    Raises
    ------
    SourceError, LayerError
        If a table is invalid, a join drops or duplicates rows, or a file cannot be written; all
        old layers are kept then.
    """
    content, report = build_in_memory(source_dir, progress)
    files = {layer_dir / f"{name}.parquet": encoded for name, encoded in content.items()}
    history = _history(layer_dir, content, report)
    atomic_write.write_all(
        {**files, layer_dir / HISTORY: history, layer_dir / REPORT: _as_json(report)}
    )
    for name in OPTIONAL.keys() - content.keys():
        (layer_dir / f"{name}.parquet").unlink(missing_ok=True)
    return report


def _history(layer_dir: Path, content: Mapping[str, bytes], report: Report) -> bytes:
    """The history of a directory of layers with those that were built."""
    path, earlier = layer_dir / HISTORY, layer_dir / REPORT
    history = decode(path.read_bytes() if path.exists() else None)
    try:
        written = json.loads(earlier.read_bytes())["layers"]
    except (OSError, ValueError, KeyError):
        written = []  # a directory without a build, or with one of an earlier version
    before, after = (
        {row["layer"]: (int(row["rows"]), row["sha256"]) for row in rows}
        for rows in (written, report.written.to_dict("records"))
    )
    return encode(extended(history, Catalogue(content).version, before, after))


def build_in_memory(
    source_dir: Path = SOURCES_DIR, progress: Progress = lambda line: None
) -> tuple[dict[str, bytes], Report]:
    """Build all layers in memory: file contents by layer name, and the report.

    Raises
    ------
    SourceError, LayerError
        If a table is invalid, or a join drops or duplicates rows.
    """
    started = time.perf_counter()
    progress("Reading and checking source tables")
    tables = sources.read_all(source_dir)
    frames, notes = assemble(
        tables,
        boundaries.read(source_dir / NATURAL_EARTH),
        boundaries.read(source_dir / SHAPES, SHAPE_COLUMNS, "restore it from the repository"),
        boundaries.read(source_dir / GSHHG, LAND_COLUMNS, LAND_REMEDY),
        progress,
    )
    encoded = {}
    rows = []
    for name, frame in frames.items():
        layer = DECLARED[name]
        began = time.perf_counter()
        encoded[name] = layer_files.encode(frame, layer, describe(layer, tables["sources"], frame))
        rows.append(
            {
                "layer": name,
                "rows": len(frame),
                "bytes": len(encoded[name]),
                "sha256": hashlib.sha256(encoded[name]).hexdigest(),
                "seconds": round(time.perf_counter() - began, 2),
            }
        )
        progress(f"Encoded {name}: {len(frame):,} rows, {len(encoded[name]):,} bytes")
    for problem in inconsistencies(frames):
        raise SourceError(f"The tables of {source_dir} do not fit together. {problem}")
    return encoded, Report(pd.DataFrame(rows), notes, time.perf_counter() - started)


def assemble(
    tables: Mapping[str, pd.DataFrame],
    natural_earth: gpd.GeoDataFrame,
    city_shapes: gpd.GeoDataFrame,
    land_squares: gpd.GeoDataFrame,
    progress: Progress,
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Join checked source tables into the frames of all layers and tables of mismatches."""
    progress("Boundaries: repair, dissolve, simplify")
    states = boundaries.member_states(natural_earth, tables["countries"])
    context = boundaries.context(natural_earth, tables["context_countries"])
    notes = {"boundary areas": check_boundaries(states, tables["countries"])}
    areas = build_city_areas(tables, city_shapes, states, context)
    city_areas = CityAreas(areas)
    progress("Land at city scale: divide by country")
    land, land_notes = _land(land_squares, states, context, areas, tables["countries"])
    notes |= land_notes
    progress("Urbanisation")
    country_years = build_country_years(tables["country_indicators"])
    notes["years in which an urban share changes by more than 2 points"] = series_breaks(
        country_years
    )
    city_years = build_city_years(
        tables["wup2018_population"],
        tables["wup2018_agglomerations"],
        tables["city_agglomerations"],
    )
    un_cities = build_un_cities(tables, states, city_areas)
    progress("Action plans")
    project_reports = build_project_reports(
        tables["project_reports"], tables["projects"], tables["reports"]
    )
    projects = build_projects(tables["projects"], project_reports, tables["cities"])
    progress("Member cities")
    check_first_level(tables["cities"], tables["geonames_places"], tables["countries"])
    cities = build_cities(
        tables["cities"],
        tables["countries"],
        states,
        tables["city_agglomerations"],
        tables["wup2018_agglomerations"],
        city_years,
        member_figures(tables["city_wup2025"], un_cities),
        country_years,
        projects,
    )
    populations = build_city_populations(tables["city_populations"])
    notes |= _notes_on_cities(cities)
    notes["published land areas that differ"] = differing_areas(
        cities, populations, tables["plans"]
    )
    published = published_areas(cities, populations)
    notes["areas that differ from the published ones"] = areas_unlike_published(areas, published)
    notes[
        "UN cities whose centre lies outside their member, or in one that does not count them"
    ] = un_cities_of_others(un_cities, areas)
    check_places(tables["city_wup2025"], tables["cities"], tables["wup2025_cities"])
    notes["UN cities outside their boundary"] = _outside(un_cities, "un_city_code")
    project_places = build_project_places(tables, projects, tables["cities"])
    notes["projects by places"] = pd.DataFrame([place_coverage(projects, project_places)])
    notes["places of projects outside the exact area of their city"] = places_outside_their_city(
        project_places, city_areas.locate(project_places)
    )
    progress("Places with a population in GeoNames")
    places, disagreements = build_places(
        tables["geonames_places"], states, tables["countries"], cities, context, city_areas
    )
    notes["places whose country differs from GeoNames or the polygon"] = disagreements
    agglomerations = build_agglomerations(
        tables["wup2018_agglomerations"], city_years, tables["city_agglomerations"]
    )
    urban_rural_years = build_urban_rural_years(tables["wup2018_urban_rural"])
    built: dict[str, pd.DataFrame] = {
        "countries": join_countries(states, tables["countries"], cities, country_years),
        "context": context,
        "land": land,
        "cities": cities,
        "city_areas": areas,
        "city_populations": populations,
        "city_indicators": build_city_indicators(tables, cities),
        "places": layer_files.in_hilbert_order(places),
        "agglomerations": agglomerations,
        "wup2025_cities": un_cities,
        "country_years": country_years,
        "city_years": city_years,
        "wup2025_city_years": build_un_city_years(tables["wup2025_city_years"], un_cities),
        "projects": projects,
        "project_reports": project_reports,
        "project_places": project_places,
        "promises": build_promises(tables, projects, project_reports),
        "urban_rural_years": urban_rural_years,
        "urbanisation_claims": build_claims(
            tables["urbanisation_claims"],
            Evidence(
                country_years,
                agglomerations,
                urban_rural_years,
                tables["countries"].set_index("iso3")["name_en"],
            ),
        ),
        **{name: tables[name].sort_values(list(LAYERS[name].key)) for name in COPIED},
    }
    built |= build_degree_years(tables)
    built |= {
        layer.name: _simplified(built["countries" if layer.key == ("iso3",) else "context"], layer)
        for layer in SIMPLIFIED
    }
    frames = {
        name: built[name][[*layer.columns, *(["geometry"] if layer.geometry else [])]].reset_index(
            drop=True
        )
        for name, layer in DECLARED.items()
        if name in built
    }
    return frames, notes


def _land(
    squares: gpd.GeoDataFrame,
    states: gpd.GeoDataFrame,
    context: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    countries: pd.DataFrame,
) -> tuple[gpd.GeoDataFrame, dict[str, pd.DataFrame]]:
    """The land at city scale by country, and tables of mismatches."""
    names = countries.set_index("iso3")["name_en"]
    named = with_city_state(states.assign(name=states["iso3"].map(names)), areas)
    land = build_land(squares, named, context)
    return land, {
        "land at city scale": check_land(land, countries),
        "areas of cities partly in the sea": cities_in_the_sea(areas, land, states),
    }


def _notes_on_cities(cities: pd.DataFrame) -> dict[str, pd.DataFrame]:
    without = cities[cities["agglomeration_relation"] != "same"]
    relation = ["city_id", "agglomeration_relation", "agglomeration_note"]
    un_relation = ["city_id", "un_city_relation", "un_city_codes", "un_city_note"]
    not_same = cities[cities["un_city_relation"] != "same"]
    return {
        "cities outside their boundary": _outside(cities, "city_id"),
        "cities without an agglomeration series": pd.DataFrame(without[relation]),
        "cities that are not one UN city of 2025": pd.DataFrame(not_same[un_relation]),
    }


def _outside(points: pd.DataFrame, key: str) -> pd.DataFrame:
    columns = [key, "iso3", "distance_to_boundary_km"]
    return pd.DataFrame(points.loc[points["distance_to_boundary_km"] > 0, columns])


def join_countries(
    states: gpd.GeoDataFrame,
    countries: pd.DataFrame,
    cities: pd.DataFrame,
    country_years: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """The ``countries`` layer: boundaries with official facts and latest indicators."""
    names = countries.rename(columns={"name_en": "name", "official_name_en": "official_name"})
    shapes = states.rename(columns={"land_area_km2": "boundary_area_km2"})
    check_rows(shapes["iso3"], countries["iso3"], "countries.csv")
    table = join(shapes, names, "iso3", "countries.csv")
    table["boundary_area_km2"] = table["boundary_area_km2"].round(1)
    table["member_cities"] = table["iso3"].map(cities.groupby("iso3").size()).astype("Int64")
    for code, value, year_column in (
        ("SP.POP.TOTL", "population", "population_year"),
        ("SP.URB.TOTL.IN.ZS", "urban_share", "urban_share_year"),
    ):
        newest = latest_values(country_years, code)
        table[value] = table["iso3"].map(newest["value"])
        table[year_column] = table["iso3"].map(newest["year"]).astype("Int64")
    growth = newest_urban_growth(country_years)
    table["urban_growth"] = table["iso3"].map(growth["value"])
    table["urban_growth_year"] = table["iso3"].map(growth["year"]).astype("Int64")
    table["population"] = table["population"].round().astype("Int64")
    label = label_points(table["geometry_low"])
    table["label_longitude"], table["label_latitude"] = label.x.round(3), label.y.round(3)
    empty = sorted(table.loc[table["member_cities"].isna(), "iso3"])
    if empty:
        raise SourceError(f"countries.csv: {', '.join(empty)} has no member city in cities.csv.")
    columns = [*COUNTRIES.columns, *boundaries.LEVELS]
    return table[columns].sort_values("iso3", ignore_index=True)


def _simplified(frame: gpd.GeoDataFrame, layer: Layer) -> gpd.GeoDataFrame:
    """One of the lower levels of detail in a frame of boundaries."""
    level = f"geometry_{layer.name.rpartition('_')[2]}"
    columns = frame[["iso3", "name", level]]
    return columns.set_geometry(level).rename_geometry("geometry")


def label_points(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Label position of each country: centre of the maximum inscribed circle of its largest part.
    Shapes and points in OGC:CRS84."""
    largest = shapes.explode(index_parts=False)
    area = pd.Series(shapely.area(largest.to_numpy()), index=largest.index)
    largest = largest[area.groupby(level=0).rank(method="first", ascending=False) == 1]
    circles = shapely.maximum_inscribed_circle(largest.to_numpy(), tolerance=0.01)
    return gpd.GeoSeries(shapely.get_point(circles, 0), index=largest.index, crs=shapes.crs)


def check_boundaries(states: gpd.GeoDataFrame, countries: pd.DataFrame) -> pd.DataFrame:
    """Compare areas with the official ones; measure gaps and overlaps at each level of detail.

    Returns
    -------
    pandas.DataFrame
        ``iso3``, ``boundary_area_km2``, ``total_area_km2``, ``difference_percent``,
        ``defect_percent`` (maximum over the levels).

    Raises
    ------
    GeoError
        If a defect or difference exceeds its limit.
    """
    official = countries.set_index("iso3")["total_area_km2"]
    table = pd.DataFrame(
        {
            "iso3": states["iso3"],
            "boundary_area_km2": states["land_area_km2"].round(1),
            "total_area_km2": states["iso3"].map(official),
        }
    )
    table["difference_percent"] = (
        (table["boundary_area_km2"] / table["total_area_km2"] - 1) * 100
    ).round(2)
    worst = pd.Series(0.0, index=table["iso3"])
    for name in boundaries.LEVELS:
        defects = boundaries.coverage_defects(states, name).set_index("iso3")["share_percent"]
        worst = worst.combine(defects, max, fill_value=0.0)
    table["defect_percent"] = table["iso3"].map(worst).round(5)
    broken = table[table["defect_percent"] > MAX_DEFECT_PERCENT]
    large = table["total_area_km2"] >= SMALL_STATE_KM2
    deviating = table[large & (table["difference_percent"].abs() > MAX_AREA_DIFFERENCE_PERCENT)]
    for wrong, what in (
        (broken, "gaps or overlaps"),
        (deviating, "an area unlike the official one"),
    ):
        if len(wrong):
            raise GeoError(f"Boundaries of {', '.join(wrong['iso3'])} have {what}:\n{wrong}")
    return table


def describe(layer: Layer, source_table: pd.DataFrame, rows: pd.DataFrame) -> dict[str, str]:
    """Title, licence, attribution, vintage and sources of a layer, from the table of sources."""
    known = source_table.set_index("source_id")
    if OF_ROWS in layer.sources:
        known = known[known.index.isin(set(rows["source_id"]))]
    used = known.reindex(source_ids(layer.sources, known.index))
    unknown = used[used["title"].isna()].index
    if len(unknown):
        raise SourceError(f"sources.csv has no row {unknown[0]!r}, which layer {layer.name} names.")
    return {
        "title": layer.title,
        "description": layer.description,
        "licence": "; ".join(dict.fromkeys(used["licence"])),
        "attribution": "; ".join(dict.fromkeys(used["attribution"])),
        "vintage": "; ".join(f"{id}: {vintage}" for id, vintage in used["vintage"].items()),
        "sources": layer_files.encode_sources(known.loc[all_sources(layer, known.index)]),
    }


def _as_json(report: Report) -> bytes:
    """The report without timings, so that equal sources give equal bytes."""
    content = {
        "declarations": schema_digest(),
        "layers": report.written.drop(columns="seconds").to_dict("records"),
        "notes": {
            subject: json.loads(rows.to_json(orient="records"))
            for subject, rows in report.notes.items()
        },
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
