"""A reader's own places as words, map and table: pure functions of the joined rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pydeck as pdk
import shapely

from dashboard.maps import deck as maps_deck
from dashboard.maps import view
from dashboard.maps.legends import Entry, Legend
from dashboard.markup import numbers
from dashboard.markup.theme import Palette, rgb
from geo.enrich import Enriched
from geo.enrich.checks import POLYGON, ROW
from geo.enrich.faults import KINDS, OUTCOMES, Faults, visible
from geo.enrich.names import PREFIX
from geo.enrich.result import added_columns
from geo.i18n import decimal, mark, ntr, tr
from geo.layers.catalogue import Catalogue
from geo.schema.declare import Layer

MAP_PLACES = 5_000
"""Places that a map draws: about 600 kB in the deck. Of more, one in each cell of a grid stays."""

MAP_VERTICES = 20_000
"""Vertices of polygons that a map draws; of more, each polygon is a point."""

TABLE_ROWS = 2_000

OUTSIDE = "outside"
"""Stands for places outside the member states where countries are chosen."""


@dataclass(frozen=True)
class PlacesState:
    """Which of the places are shown and exported; an empty field does not restrict.

    Attributes
    ----------
    countries
        ``iso3`` codes and :data:`OUTSIDE`.
    within_km
        Largest distance to the nearest member city.
    column
        Column of the file that ``text`` or ``low`` to ``high`` refers to.
    """

    countries: tuple[str, ...] = ()
    within_km: float | None = None
    column: str = ""
    text: str = ""
    low: float | None = None
    high: float | None = None


def kept(rows: gpd.GeoDataFrame, wanted: PlacesState) -> gpd.GeoDataFrame:
    """The rows that pass a filter."""
    keep = pd.Series(True, index=rows.index)
    if wanted.countries:
        keep &= rows[f"{PREFIX}iso3"].fillna(OUTSIDE).isin(wanted.countries)
    if wanted.within_km is not None:
        keep &= rows[f"{PREFIX}city_distance_km"] <= wanted.within_km
    if wanted.column and wanted.text:
        said = rows[wanted.column].astype("str")
        keep &= said.str.contains(wanted.text, case=False, regex=False, na=False)
    for limit, is_low in ((wanted.low, True), (wanted.high, False)):
        if wanted.column and limit is not None:
            values = rows[wanted.column].astype(float)
            keep &= (values >= limit) if is_low else (values <= limit)
    return rows[keep]


def summary(rows: gpd.GeoDataFrame, faults: Faults, layers: Catalogue) -> str:
    """What the file tells in one or two sentences."""
    total = len(rows) + faults.aside
    aside = ""
    if faults.aside:
        aside = " " + ntr(
            "{n} row was set aside; the table below says why.",
            "{n} rows were set aside; the table below says why.",
            faults.aside,
        )
    if not len(rows):
        return tr("None of your {n} rows could be placed.", n=decimal(total)) + aside
    inside = rows[rows[f"{PREFIX}iso3"].notna()]
    states = inside[f"{PREFIX}iso3"].nunique()
    farthest = rows.loc[rows[f"{PREFIX}city_distance_km"].idxmax()]
    names = layers["cities"].set_index("city_id")["name"]
    where = ntr(
        "{inside} of your {total} places lie in {n} member state",
        "{inside} of your {total} places lie in {n} member states",
        states,
        inside=decimal(len(inside)),
        total=decimal(len(rows)),
    )
    far = tr(
        "the farthest from a member city is {km} km from {city}",
        km=decimal(farthest[f"{PREFIX}city_distance_km"]),
        city=names[farthest[f"{PREFIX}city_id"]],
    )
    return f"{where}; {far}.{aside}"


def thinned(rows: gpd.GeoDataFrame, most: int = MAP_PLACES) -> gpd.GeoDataFrame:
    """At most ``most`` points, spread as all are: the first in each cell of a grid."""
    if len(rows) <= most:
        return rows
    x, y = rows.geometry.x.to_numpy(), rows.geometry.y.to_numpy()
    across = max(float(np.ptp(x)), float(np.ptp(y)), 1e-9)
    cells = int(np.sqrt(most)) - 1
    cell = np.floor((y - y.min()) / across * cells) * (cells + 1)
    cell += np.floor((x - x.min()) / across * cells)
    return rows[~pd.Series(cell, index=rows.index).duplicated()]


def drawn(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What the map draws of some rows: all, simplified to the map's scale, or fewer."""
    shapes = rows.geometry.to_numpy()
    if len(rows) and shapely.get_type_id(shapes[0]) == shapely.GeometryType.MULTIPOLYGON:
        west, south, east, north = rows.total_bounds
        simple = shapely.simplify(shapes, max(east - west, north - south) / 2_000)
        few = shapely.get_num_coordinates(simple).sum() <= MAP_VERTICES
        if few and not shapely.is_empty(simple).any():
            return rows.set_geometry(gpd.GeoSeries(simple, index=rows.index, crs=rows.crs))
        spots = gpd.GeoSeries(shapely.point_on_surface(shapes), index=rows.index, crs=rows.crs)
        rows = rows.set_geometry(spots)
    return thinned(rows)


def deck(
    rows: gpd.GeoDataFrame,
    name: str,
    layers: Catalogue,
    colours: Palette,
    room: tuple[int, int],
) -> pdk.Deck:
    """The map of the network with a reader's own places on it.

    Parameters
    ----------
    rows
        As :func:`drawn` gives them; they stand in the deck itself, which only this session gets.
    name
        Column with the name of a place, or nothing.
    room
        Width and height of the map in pixels.
    """
    shown = view.Map(
        mode="plain",
        view=maps_deck.fit_cities(rows, *room),
        version=layers.version,
        revision="",
        year=0,
    )
    made = maps_deck.deck(shown, colours)
    at = [layer.id for layer in made.layers].index("labels")
    made.layers.insert(at, _own_layer(features(rows, name, layers), colours))
    return made


def _own_layer(data: Mapping[str, Any], colours: Palette) -> pdk.Layer:
    fill, ring = list(rgb(colours.accent)), list(rgb(colours.city_ring))
    return pdk.Layer(
        "GeoJsonLayer",
        data=data,
        id="own",
        pickable=True,
        stroked=True,
        filled=True,
        point_type=pdk.types.String("circle"),
        point_radius_units=pdk.types.String("pixels"),
        get_point_radius=4.5,
        line_width_units=pdk.types.String("pixels"),
        _subLayerProps={
            "points-circle": {"getFillColor": fill, "getLineColor": ring, "getLineWidth": 1},
            "polygons-fill": {"getFillColor": [*fill, 90]},
            "polygons-stroke": {"getColor": fill, "getWidth": 1.5},
        },
    )


def features(rows: gpd.GeoDataFrame, name: str, layers: Catalogue) -> dict[str, Any]:
    """Places as GeoJSON with the words of their card, in which nothing of a file is markup."""
    countries = layers["countries"].set_index("iso3")["name"]
    cities = layers["cities"].set_index("city_id")["name"]
    where = rows[f"{PREFIX}iso3"].map(countries).fillna(tr("outside the member states"))
    near = rows[f"{PREFIX}city_id"].map(cities)
    titles = [title_of(row, name) for row in rows[[ROW, *([name] if name else [])]].to_numpy()]
    shapes = shapely.transform(rows.geometry.to_numpy(), lambda xy: xy.round(4))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "title": harmless(title),
                    "facts": f"{harmless(country)}\n"
                    + harmless(tr("{km} km from {city}", km=decimal(km), city=city)),
                },
                "geometry": shapely.geometry.mapping(shape),
            }
            for title, country, km, city, shape in zip(
                titles, where, rows[f"{PREFIX}city_distance_km"], near, shapes, strict=True
            )
        ],
    }


def title_of(row: Any, name: str) -> str:
    """Name of a place, else the number of its row."""
    if name and not numbers.missing(row[1]) and str(row[1]).strip():
        return visible(str(row[1])[:80])
    return tr("Row {number}", number=row[0])


def harmless(text: str) -> str:
    """A text as HTML in a deck: no tag, and no ``@@=``, which deck.gl would run as an expression.

    >>> harmless("@@=<b>")
    '&#64;&#64;=&lt;b&gt;'
    """
    return escape(text).replace("@", "&#64;").replace("{", "&#123;")


def legend(polygons: bool, total: int, shown: int, colours: Palette) -> Legend:
    """What is drawn, and that it is not all when it is not."""
    note = tr("From your file.")
    if shown < total:
        note = tr(
            "From your file. The map draws {shown} of {total} places, spread as all are; table and "
            "downloads have all.",
            shown=decimal(shown),
            total=decimal(total),
        )
    size = None if polygons else 9
    entry = Entry(tr("your place"), colours.accent, size)
    return Legend(tr("Your places"), "", [entry], note)


def table(rows: gpd.GeoDataFrame, result: Enriched, layers: Catalogue) -> pd.DataFrame:
    """The places with what was found, then the file's own columns; signs that are not seen are
    written out."""
    countries = layers["countries"].set_index("iso3")["name"]
    cities = layers["cities"].set_index("city_id")["name"]
    rows = rows.head(TABLE_ROWS)
    name = result.choice.name
    found: dict[str, Any] = {tr("Row"): rows[ROW]}
    if name:
        found[tr("Place")] = _seen(rows[name])
    found |= {
        tr("Country"): rows[f"{PREFIX}iso3"].map(countries),
        tr("Nearest member city"): rows[f"{PREFIX}city_id"].map(cities),
        tr("Distance, km"): rows[f"{PREFIX}city_distance_km"].round(1),
        tr("Nearest agglomeration"): rows[f"{PREFIX}agglomeration"],
        tr("Distance to it, km"): rows[f"{PREFIX}agglomeration_distance_km"].round(1),
        tr("Urban share, %"): rows[f"{PREFIX}urban_share"],
    }
    if result.layer.geometry == POLYGON:
        found[tr("Area, km²")] = rows[f"{PREFIX}area_km2"].round(2)
    for own in own_columns(result):
        if own != name:
            heading = own if own not in found else f"{own} ({tr('your file')})"
            found[heading] = _seen(rows[own])
    return pd.DataFrame(found).reset_index(drop=True)


def sources(result: Enriched) -> str:
    """Years and sources of the table's figures."""
    share = result.layer.columns[f"{PREFIX}urban_share"].metadata or {}
    return tr(
        "Country: Natural Earth boundaries, the nearest within 5 km for places off them. Urban "
        "share: World Bank WDI, March 2026, {year}. Agglomerations: UN, World Urbanization "
        "Prospects 2018. Empty is no data, not zero.",
        year=share["year"],
    )


def gains(layers: Catalogue) -> str:
    """What is added to each place, with unit, year and source, as an HTML table."""
    columns = added_columns(POLYGON, layers)
    said = (
        (tr("Member state"), "iso3"),
        (tr("Urban share of the country"), "urban_share"),
        (tr("Growth of its urban population"), "urban_growth"),
        (tr("Nearest member city"), "city"),
        (tr("Distance to it"), "city_distance_km"),
        (tr("Its projects, by state"), "city_projects"),
        (tr("Nearest urban agglomeration"), "agglomeration"),
        (tr("Area of a polygon"), "area_km2"),
        (tr("Part of it in each country"), "percent_in_country"),
    )
    body = ""
    for label, name in said:
        known = columns[f"{PREFIX}{name}"].metadata or {}
        parts = (tr(known["unit"]) if known["unit"] else "", known["year"], tr(known["source"]))
        cell = " · ".join(part for part in parts if part)
        body += f'<tr><th scope="row">{escape(label)}</th><td>{escape(cell)}</td></tr>'
    return f'<table class="facts stacked"><tbody>{body}</tbody></table>'


def columns_table(layer: Layer) -> pd.DataFrame:
    """The columns of a joined file: name, meaning, unit, year, source."""
    rows = []
    for name, declared in layer.columns.items():
        known = declared.metadata or {}
        cells = {
            tr("Column"): name,
            tr("Meaning"): tr(str(known.get("meaning", declared.description))),
            tr("Unit"): tr(layer.unit(name)),
            tr("Year"): known.get("year", ""),
            tr("Source"): tr(str(known.get("source") or mark("your file"))),
        }
        rows.append(cells)
    return pd.DataFrame(rows)


def own_columns(result: Enriched) -> list[str]:
    """The columns of the file."""
    return [c for c in result.layer.columns if c != ROW and not c.startswith(PREFIX)]


def _seen(values: pd.Series) -> pd.Series:
    if not isinstance(values.dtype, pd.StringDtype):
        return values
    return values.map(lambda text: visible(text[:200]), na_action="ignore")


def faults_html(faults: Faults) -> str:
    """Kinds of faults with their numbers, what was set aside first, as an HTML list."""
    lines = "".join(
        f"<li><strong>{decimal(number)}</strong> {escape(tr(OUTCOMES[KINDS[kind][0]]))}: "
        f"{escape(tr(KINDS[kind][1]))}. <small>{escape(tr(KINDS[kind][2]))}</small></li>"
        for kind, number in faults.summary()
    )
    return f'<ul class="faults">{lines}</ul>'


SAMPLE_COUNTRY = "VNM"


def sample(layers: Catalogue) -> bytes:
    """A small CSV to start from: the member cities of one country."""
    cities = layers.geo("cities")
    cities = cities[cities["iso3"] == SAMPLE_COUNTRY]
    rows = pd.DataFrame(
        {
            "name": cities["name"],
            "longitude": cities.geometry.x.round(5),
            "latitude": cities.geometry.y.round(5),
            "joined": cities["joined_year"],
        }
    )
    return rows.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
