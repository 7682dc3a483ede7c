"""Texts, map and tables of a user's places; pure functions of the joined rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pydeck as pdk
import shapely
from markupsafe import Markup

from dashboard.maps import deck as maps_deck
from dashboard.maps import legends as map_legends
from dashboard.maps import view
from dashboard.maps.legends import Entry, Legend
from dashboard.maps.registry import PageMap
from dashboard.markup import html, numbers
from dashboard.markup.html import items, tag
from dashboard.markup.theme import Palette, rgb
from geo.enrich import Enriched
from geo.enrich.checks import POLYGON, ROW
from geo.enrich.faults import KINDS, OUTCOMES, ValidationReport, visible
from geo.enrich.names import PREFIX
from geo.enrich.result import added_columns, source_name
from geo.i18n import decimal, ntr, tr
from geo.layers.catalogue import Catalogue
from geo.schema.declare import Layer

MAP_PLACES = 5_000
"""Maximum number of places on the map (about 600 kB in the deck); above it, they are thinned."""

MAP_VERTICES = 20_000
"""Maximum number of polygon vertices on the map; above it, polygons are drawn as points."""

TABLE_ROWS = 2_000

OUTSIDE = "outside"
"""Value of the country filter for places outside the member states."""


@dataclass(frozen=True)
class PlacesState:
    """Filter of the shown and exported places; an empty field does not restrict.

    Attributes
    ----------
    countries
        ``iso3`` codes and :data:`OUTSIDE`.
    within_km
        Maximum distance to the nearest member city.
    column
        Column of the file that ``text`` or ``low`` and ``high`` apply to.
    """

    countries: tuple[str, ...] = ()
    within_km: float | None = None
    column: str = ""
    text: str = ""
    low: float | None = None
    high: float | None = None


def invitation() -> str:
    """What the page does with a file, before there is one."""
    return tr(
        "Upload a file of points or polygons. Each is matched to its member state, the nearest "
        "member city and the nearest urban agglomeration."
    )


def filter_places(rows: gpd.GeoDataFrame, place_filter: PlacesState) -> gpd.GeoDataFrame:
    """Rows that pass a filter."""
    mask = pd.Series(True, index=rows.index)
    if place_filter.countries:
        mask &= rows[f"{PREFIX}iso3"].fillna(OUTSIDE).isin(place_filter.countries)
    if place_filter.within_km is not None:
        mask &= rows[f"{PREFIX}city_distance_km"] <= place_filter.within_km
    if place_filter.column and place_filter.text:
        texts = rows[place_filter.column].astype("str")
        mask &= texts.str.contains(place_filter.text, case=False, regex=False, na=False)
    for limit, is_low in ((place_filter.low, True), (place_filter.high, False)):
        if place_filter.column and limit is not None:
            values = rows[place_filter.column].astype(float)
            mask &= (values >= limit) if is_low else (values <= limit)
    return rows[mask]


def summary(rows: gpd.GeoDataFrame, faults: ValidationReport, layers: Catalogue) -> str:
    """Summary of the joined file in one or two sentences."""
    total = len(rows) + faults.aside
    excluded_note = ""
    if faults.aside:
        excluded_note = " " + ntr(
            "{n} row was set aside; the table below says why.",
            "{n} rows were set aside; the table below says why.",
            faults.aside,
        )
    if not len(rows):
        return tr("None of your {n} rows could be located.", n=decimal(total)) + excluded_note
    inside = rows[rows[f"{PREFIX}iso3"].notna()]
    states = inside[f"{PREFIX}iso3"].nunique()
    farthest = rows.loc[rows[f"{PREFIX}city_distance_km"].idxmax()]
    names = layers["cities"].set_index("city_id")["name"]
    count_clause = ntr(
        "{inside} of your {total} places lie in {n} member state",
        "{inside} of your {total} places lie in {n} member states",
        states,
        inside=decimal(len(inside)),
        total=decimal(len(rows)),
    )
    farthest_clause = tr(
        "the farthest from a member city is {km} km from {city}",
        km=decimal(farthest[f"{PREFIX}city_distance_km"]),
        city=names[farthest[f"{PREFIX}city_id"]],
    )
    return f"{count_clause}; {farthest_clause}.{excluded_note}"


def thin(rows: gpd.GeoDataFrame, limit: int = MAP_PLACES) -> gpd.GeoDataFrame:
    """Thin to at most ``limit`` points: the first in each cell of a regular grid."""
    if len(rows) <= limit:
        return rows
    x, y = rows.geometry.x.to_numpy(), rows.geometry.y.to_numpy()
    across = max(float(np.ptp(x)), float(np.ptp(y)), 1e-9)
    cells = int(np.sqrt(limit)) - 1
    cell = np.floor((y - y.min()) / across * cells) * (cells + 1)
    cell += np.floor((x - x.min()) / across * cells)
    return rows[~pd.Series(cell, index=rows.index).duplicated()]


def map_geometries(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rows with geometries for the map: simplified, replaced by points, or thinned as needed."""
    shapes = rows.geometry.to_numpy()
    if len(rows) and shapely.get_type_id(shapes[0]) == shapely.GeometryType.MULTIPOLYGON:
        west, south, east, north = rows.total_bounds
        simple = shapely.simplify(shapes, max(east - west, north - south) / 2_000)
        few_vertices = shapely.get_num_coordinates(simple).sum() <= MAP_VERTICES
        if few_vertices and not shapely.is_empty(simple).any():
            return rows.set_geometry(gpd.GeoSeries(simple, index=rows.index, crs=rows.crs))
        points = gpd.GeoSeries(shapely.point_on_surface(shapes), index=rows.index, crs=rows.crs)
        rows = rows.set_geometry(points)
    return thin(rows)


def own_map(
    rows: gpd.GeoDataFrame, result: Enriched, layers: Catalogue, map_size: tuple[int, int]
) -> PageMap:
    """Map of the network with a user's places, which only this session receives.

    Parameters
    ----------
    rows
        Rows of ``result`` to draw.
    map_size
        Width and height of the map in pixels.
    """
    drawn = map_geometries(rows)
    polygons = result.layer.geometry == POLYGON
    own = features(drawn, result.choice.name, layers)

    def draw(map_spec: view.Map, colours: Palette) -> pdk.Deck:
        deck = maps_deck.deck(map_spec, colours)
        below_labels = [layer.id for layer in deck.layers].index("labels")
        deck.layers.insert(below_labels, _own_layer(own, polygons, colours))
        return deck

    return PageMap(
        title=tr("Your places"),
        summary=tr("Map of your places; the table below lists them."),
        map=view.Map("plain", maps_deck.fit_cities(drawn, *map_size), layers.version, "", 0),
        legends=lambda colours: [
            legend(polygons, len(rows), len(drawn), colours),
            map_legends.cities_legend(colours),
            map_legends.areas_legend(layers, colours),
        ],
        cities=layers.geo("cities"),
        page="places",
        query={},
        draw=draw,
    )


def _own_layer(data: Mapping[str, Any], polygons: bool, colours: Palette) -> pdk.Layer:
    fill, ring = list(rgb(colours.accent)), list(rgb(colours.city_ring))
    return pdk.Layer(
        "GeoJsonLayer",
        data=data,
        id="own",
        point_type=pdk.types.String("circle"),
        point_radius_units=pdk.types.String("pixels"),
        get_point_radius=4.5,
        line_width_units=pdk.types.String("pixels"),
        get_fill_color=[*fill, 90] if polygons else fill,
        get_line_color=fill if polygons else ring,
        get_line_width=1.5 if polygons else 1,
    )


def features(rows: gpd.GeoDataFrame, name: str, layers: Catalogue) -> dict[str, Any]:
    """Places as GeoJSON with the texts of their tooltips."""
    countries = layers["countries"].set_index("iso3")["name"]
    cities = layers["cities"].set_index("city_id")["name"]
    country_names = rows[f"{PREFIX}iso3"].map(countries).fillna(tr("outside the member states"))
    nearest_cities = rows[f"{PREFIX}city_id"].map(cities)
    titles = [title_of(row, name) for row in rows[[ROW, *([name] if name else [])]].to_numpy()]
    shapes = shapely.transform(rows.geometry.to_numpy(), lambda xy: xy.round(4))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "title": title,
                    "facts": f"{country}\n" + tr("{km} km from {city}", km=decimal(km), city=city),
                },
                "geometry": shapely.geometry.mapping(shape),
            }
            for title, country, km, city, shape in zip(
                titles,
                country_names,
                rows[f"{PREFIX}city_distance_km"],
                nearest_cities,
                shapes,
                strict=True,
            )
        ],
    }


def title_of(row: Any, name: str) -> str:
    """Name of a place, or else its row number."""
    if name and not numbers.is_missing(row[1]) and str(row[1]).strip():
        return visible(str(row[1])[:80])
    return tr("Row {number}", number=row[0])


def legend(polygons: bool, total: int, shown: int, colours: Palette) -> Legend:
    """Legend of the user's places, noting how many are drawn if not all."""
    note = tr("From your file.")
    if shown < total:
        note = tr(
            "From your file. The map shows {shown} of {total} places, spread like the full "
            "set; the table and downloads include all.",
            shown=decimal(shown),
            total=decimal(total),
        )
    size = None if polygons else 9
    entry = Entry(tr("your place"), colours.accent, size)
    return Legend(tr("Your places"), "", [entry], note)


def table(rows: gpd.GeoDataFrame, result: Enriched, layers: Catalogue) -> pd.DataFrame:
    """Table of the places: joined columns, then the file's columns, with invisible characters
    made visible."""
    countries = layers["countries"].set_index("iso3")["name"]
    cities = layers["cities"].set_index("city_id")["name"]
    rows = rows.head(TABLE_ROWS)
    name = result.choice.name
    columns: dict[str, Any] = {tr("Row"): rows[ROW]}
    if name:
        columns[tr("Place")] = _visible(rows[name])
    columns |= {
        tr("Country"): rows[f"{PREFIX}iso3"].map(countries),
        tr("Nearest member city"): rows[f"{PREFIX}city_id"].map(cities),
        tr("Distance, km"): rows[f"{PREFIX}city_distance_km"].round(1),
        tr("In member city"): rows[f"{PREFIX}within_city_id"].map(cities),
        tr("Nearest agglomeration"): rows[f"{PREFIX}agglomeration"],
        tr("Agglomeration distance, km"): rows[f"{PREFIX}agglomeration_distance_km"].round(1),
        tr("Urban share, %"): rows[f"{PREFIX}urban_share"],
    }
    if result.layer.geometry == POLYGON:
        columns[tr("Area, km²")] = rows[f"{PREFIX}area_km2"].round(2)
    for column in file_columns(result):
        if column != name:
            heading = column if column not in columns else f"{column} ({tr('your file')})"
            columns[heading] = _visible(rows[column])
    return pd.DataFrame(columns).reset_index(drop=True)


def sources(result: Enriched) -> str:
    """Years and sources of the figures in the table."""
    share = result.layer.columns[f"{PREFIX}urban_share"].metadata or {}
    return tr(
        "Country: Natural Earth boundaries; for places outside them, the nearest country "
        "within 5 km. Urban share: {source}, {year}. Agglomerations: UN, World Urbanization "
        "Prospects 2018. Empty cells mean no data, not zero.",
        source=source_name(share),
        year=share["year"],
    )


def added_columns_html(layers: Catalogue) -> Markup:
    """HTML table of the columns added to each place, with unit, year and source."""
    columns = added_columns(POLYGON, layers)
    measures = (
        (tr("Member state"), "iso3"),
        (tr("National urban share"), "urban_share"),
        (tr("National urban population growth"), "urban_growth"),
        (tr("Nearest member city"), "city"),
        (tr("Distance to that city"), "city_distance_km"),
        (tr("That city's projects, by status"), "city_projects"),
        (tr("Nearest urban agglomeration"), "agglomeration"),
        (tr("Member city whose area contains it"), "within_city"),
        (tr("Area of a polygon"), "area_km2"),
        (tr("Share of a polygon in each country"), "percent_in_country"),
    )
    rows = []
    for label, name in measures:
        metadata = columns[f"{PREFIX}{name}"].metadata or {}
        parts = (
            tr(metadata["unit"]) if metadata["unit"] else "",
            metadata["year"],
            source_name(metadata),
        )
        rows.append((label, " · ".join(part for part in parts if part)))
    return html.table("", (), rows, "stacked")


def columns_table(layer: Layer) -> pd.DataFrame:
    """Columns of a joined file: name, meaning, unit, year, source."""
    rows = []
    for name, declared in layer.columns.items():
        metadata = declared.metadata or {}
        cells = {
            tr("Column"): name,
            tr("Meaning"): tr(str(metadata.get("meaning", declared.description))),
            tr("Unit"): tr(layer.unit(name)),
            tr("Year"): metadata.get("year", ""),
            tr("Source"): source_name(metadata) if "source" in metadata else tr("your file"),
        }
        rows.append(cells)
    return pd.DataFrame(rows)


def file_columns(result: Enriched) -> list[str]:
    """Columns of the user's file."""
    return [c for c in result.layer.columns if c != ROW and not c.startswith(PREFIX)]


def _visible(values: pd.Series) -> pd.Series:
    if not isinstance(values.dtype, pd.StringDtype):
        return values
    return values.map(lambda text: visible(text[:200]), na_action="ignore")


def faults_html(faults: ValidationReport) -> Markup | None:
    """HTML list of the number of faults by kind, excluded rows first."""
    lines = []
    for kind, number in faults.summary():
        outcome, meaning, remedy = KINDS[kind]
        sentence = f" {tr(OUTCOMES[outcome])}: {tr(meaning)}. "
        lines.append((tag("strong", decimal(number)), sentence, tag("small", tr(remedy))))
    return items("ul", lines, class_="faults")
