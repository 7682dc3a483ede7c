"""What a user's file may look like: rules, and small files that follow them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely
from markupsafe import Markup

from dashboard.markup import html
from geo.enrich.limits import MAX_COLUMNS, MAX_TEXT, MEGABYTE, PAGE
from geo.i18n import decimal, mark, tr
from geo.layers.catalogue import Catalogue

_RULES = (
    (
        mark("Formats"),
        mark(
            "CSV and other delimited text, GeoJSON (a collection, or one feature per line), "
            "GeoParquet and Parquet, GeoPackage. The format is recognised by the file's "
            "content, not its name. Save spreadsheets as CSV, and shapefiles, KML and KMZ as "
            "GeoPackage."
        ),
    ),
    (
        mark("Text tables"),
        mark(
            "One place per row, below a single header row; columns separated by commas, "
            "semicolons, tabs or bars. If a value contains the separator, a line break or a "
            "quotation mark, put it in quotation marks and double the marks inside it. Title "
            "lines and Excel's sep=; above the header are skipped."
        ),
    ),
    (
        mark("Encoding"),
        mark(
            "Preferably UTF-8. UTF-16 is recognised. For Western European (cp1252), Thai "
            "(cp874), Vietnamese (cp1258) and Chinese (GB 18030) text the encoding is guessed; "
            "the page says so and lets you choose another."
        ),
    ),
    (
        mark("Coordinates"),
        mark(
            "Two columns in decimal degrees, such as lon and lat, x and y or bujur and "
            "lintang; you can choose others. Decimal commas (106,8272), degrees and minutes "
            "(106°49'38\"E, 6 10 31 S) and both coordinates in one column (-6.1754, 106.8272) "
            "are also read, and reported. A number with several points (106.827.153) is set "
            "aside: a spreadsheet has treated its point as a thousands separator."
        ),
    ),
    (
        mark("Geometry in a column"),
        mark(
            "Well-known text, with or without an SRID; WKB in hexadecimal, as databases export it; "
            "or GeoJSON."
        ),
    ),
    (
        mark("Shapes"),
        mark(
            "Points or polygons, one kind per file. Lines and collections are set aside, "
            "heights are ignored, and polygons that cross themselves are repaired."
        ),
    ),
    (
        mark("Reference system"),
        mark(
            "WGS 84 longitude and latitude, unless the file states another system or you enter an "
            "EPSG code, such as EPSG:32748 for UTM zone 48 south. Coordinates in metres need one."
        ),
    ),
    (
        mark("Values"),
        mark(
            "Codes and IDs keep all their digits: 007, 32.10 and 20-digit numbers remain text. "
            "An empty cell means no data."
        ),
    ),
)


def rules_html() -> Markup:
    """HTML table of what is read, by topic, and the limits."""
    limits = tr(
        "{mb} MB, {rows} rows, {columns} columns, {characters} characters per value and {seconds} "
        "seconds to read. For larger files: python -m geo enrich.",
        mb=decimal(PAGE.bytes // MEGABYTE),
        rows=decimal(PAGE.rows),
        columns=decimal(MAX_COLUMNS),
        characters=decimal(MAX_TEXT),
        seconds=decimal(PAGE.seconds),
    )
    rules = [*((tr(topic), tr(rule)) for topic, rule in _RULES), (tr("Limits"), limits)]
    return html.table("", (), rules, "stacked")


SAMPLE_COUNTRY = "VNM"


@dataclass(frozen=True)
class Example:
    """A small file to start from.

    Attributes
    ----------
    name, media_type, content
        Of the file.
    label
        Its form, for a button.
    """

    name: str
    label: str
    media_type: str
    content: bytes


def sample_csv(layers: Catalogue) -> bytes:
    """Sample CSV: the member cities of one country."""
    return _csv(_sample(layers).drop(columns="geometry"))


def examples(layers: Catalogue) -> Iterator[Example]:
    """The member cities of one country in several forms."""
    cities = _sample(layers)
    table = cities.drop(columns=["geometry", "longitude", "latitude"])
    commas = table.assign(
        **{name: cities[name].map("{:.5f}".format) for name in ("longitude", "latitude")}
    ).replace({r"^(\d+)\.(\d+)$": r"\1,\2"}, regex=True)
    angles = table.assign(
        longitude=cities["longitude"].map(lambda value: _angle(value, "E")),
        latitude=cities["latitude"].map(lambda value: _angle(value, "N")),
    )
    x, y = cities["longitude"], cities["latitude"]
    squares = shapely.box(x - 0.05, y - 0.05, x + 0.05, y + 0.05)
    csv = "text/csv"
    yield Example("points.csv", tr("Points (CSV)"), csv, sample_csv(layers))
    yield Example(
        "semicolons.csv", tr("Semicolons and decimal commas (CSV)"), csv, _csv(commas, ";")
    )
    yield Example("degrees_minutes.csv", tr("Degrees and minutes (CSV)"), csv, _csv(angles))
    polygons = table.assign(wkt=shapely.to_wkt(squares, rounding_precision=5))
    yield Example("polygons.csv", tr("Polygons as well-known text (CSV)"), csv, _csv(polygons))
    geojson = cities.drop(columns=["longitude", "latitude"]).to_json(ensure_ascii=False)
    yield Example(
        "points.geojson", tr("Points (GeoJSON)"), "application/geo+json", geojson.encode()
    )


def _sample(layers: Catalogue) -> gpd.GeoDataFrame:
    cities = layers.geo("cities")
    cities = cities[cities["iso3"] == SAMPLE_COUNTRY].set_geometry("geometry")
    return gpd.GeoDataFrame(
        {
            "name": cities["name"],
            "longitude": cities.geometry.x.round(5),
            "latitude": cities.geometry.y.round(5),
            "joined": cities["joined_year"],
        },
        geometry=cities.geometry,
    )


def _angle(degrees: float, letter: str) -> str:
    minutes, seconds = divmod(round(degrees * 3_600), 60)
    return f"{minutes // 60}°{minutes % 60:02}'{seconds:02}\"{letter}"


def _csv(table: pd.DataFrame, separator: str = ",") -> bytes:
    text: str = pd.DataFrame(table).to_csv(index=False, sep=separator, lineterminator="\r\n")
    return text.encode("utf-8-sig")
