"""Column names of a user's file: detect their roles, and make them valid in every format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

PREFIX = "ascn_"
"""Prefix of all added columns; the user's own columns with this prefix, as in a file that was
enriched before, are replaced."""

_RESERVED = {"geometry", "bbox", "fid", "ogc_fid", "source_attribution", "source_licence"}
"""Names reserved by a format of :data:`geo.export.FORMATS`."""

_MAX_LENGTH = 80

_WORDS = {
    "longitude": (
        ("longitude", "lon", "lng", "long", "x", "bujur", "kinh_do", "ลองจิจูด", "longitud"),
        (
            "easting",
            "x_coord",
            "coord_x",
            "xcoord",
            "point_x",
            "lon_dd",
            "long_dd",
            "decimallongitude",
        ),
    ),
    "latitude": (
        ("latitude", "lat", "y", "lintang", "vi_do", "ละติจูด", "latitud"),
        ("northing", "y_coord", "coord_y", "ycoord", "point_y", "lat_dd", "decimallatitude"),
    ),
    "wkt": (
        ("wkt", "geom", "the_geom", "geometry", "geometry_text", "shape"),
        ("geom_wkt", "wkt_geom"),
    ),
    "name": (
        ("name", "nama", "title", "label", "place", "city", "ชื่อ", "ten", "pangalan"),
        ("name_en", "place_name", "site", "site_name", "location", "town", "kota", "municipality"),
    ),
    "id": (
        ("id", "uid", "gid", "identifier", "code", "kode"),
        ("place_id", "site_id", "objectid", "osm_id"),
    ),
}
"""Names of columns by role, in English and languages of the region, most likely first."""


@dataclass(frozen=True)
class Choice:
    """Roles of the columns, and how to read coordinates.

    Attributes
    ----------
    longitude, latitude
        Columns of coordinates (or easting and northing), empty if there is a geometry.
    wkt
        Column with geometry as well-known text, empty if there is none.
    name, id
        Columns with the display name and the id of a row; empty if there are none.
    crs
        Code of the CRS, such as ``"EPSG:32648"``; empty for that of the file.
    swap
        Whether to swap coordinates back where they seem to be swapped.
    """

    longitude: str = ""
    latitude: str = ""
    wkt: str = ""
    name: str = ""
    id: str = ""
    crs: str = ""
    swap: bool = False

    def changed(self, name: str, value: str) -> Choice:
        """A copy with one field changed."""
        changes: dict[str, Any] = {name: value}
        return replace(self, **changes)


def guess_choice(columns: Sequence[str], has_geometry: bool) -> Choice:
    """Guess the columns with coordinates, geometry, name and id.

    >>> guess_choice(["Nama", "Lintang", "Bujur"], False)
    Choice(longitude='Bujur', latitude='Lintang', wkt='', name='Nama', id='', crs='', swap=False)
    """
    guessed = {what: _best(columns, words) for what, words in _WORDS.items()}
    if not (guessed["longitude"] and guessed["latitude"]):
        guessed["longitude"], guessed["latitude"] = _pair_by_part(columns)
    if has_geometry:
        return Choice(name=guessed["name"], id=guessed["id"])
    if guessed["longitude"]:
        guessed["wkt"] = ""
    return Choice(
        longitude=guessed["longitude"],
        latitude=guessed["latitude"],
        wkt=guessed["wkt"],
        name=guessed["name"],
        id=guessed["id"],
    )


def _best(columns: Sequence[str], words: tuple[tuple[str, ...], ...]) -> str:
    ranked = [word for group in words for word in group]
    plain = {_plain(name): name for name in reversed(columns)}
    return next((plain[word] for word in ranked if word in plain), "")


def _pair_by_part(columns: Sequence[str]) -> tuple[str, str]:
    """The first two columns whose names differ in the coordinate only: ``_gps_longitude`` of
    KoboToolbox, ``LON_WGS84``.

    >>> _pair_by_part(["_gps_latitude", "_gps_longitude", "_gps_precision"])
    ('_gps_longitude', '_gps_latitude')
    """
    plain = {_plain(name): name for name in reversed(columns)}
    for candidate in map(_plain, columns):
        for longitude, latitude in _PARTS:
            other = re.sub(rf"(?<![^_]){longitude}(?![^_])", latitude, candidate)
            if other != candidate and other in plain:
                return plain[candidate], plain[other]
    return "", ""


_PARTS = (
    ("longitude", "latitude"),
    ("lon", "lat"),
    ("lng", "lat"),
    ("long", "lat"),
    ("bujur", "lintang"),
    ("x", "y"),
)


def is_code(name: str) -> bool:
    """Whether a header says that the column holds codes: ``Kode Wilayah``, ``ADM2_PCODE``.

    >>> is_code("kode_kec"), is_code("codename")
    (True, False)
    """
    return not _CODE_WORDS.isdisjoint(_plain(name).split("_"))


_CODE_WORDS = {"id", "uid", "gid", "code", "pcode", "kode", "kod", "ma", "รหัส", "psgc", "version"}


def _plain(name: str) -> str:
    """Normalize a header: lower case without accents, bracketed units or spaces."""
    stripped = re.sub(r"[\(\[].*", "", name.replace("đ", "d").replace("Đ", "D"))
    decomposed = unicodedata.normalize("NFKD", stripped.strip().lower())
    base_letters = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
    return re.sub(r"[\s\-.:/]+", "_", unicodedata.normalize("NFC", base_letters)).strip("_")


def safe_column_names(names: Iterable[object]) -> list[str]:
    """Make column names valid in every format: printable, not empty, unique.

    Names are compared case-insensitively, as in a GeoPackage.

    >>> safe_column_names(["Name", "name", "", "geometry"])
    ['Name', 'name_2', 'column_3', 'geometry_text']
    """
    used: set[str] = set()
    result = []
    for position, name in enumerate(names, start=1):
        visible = "".join(c for c in str(name) if unicodedata.category(c)[0] != "C").strip()
        candidate = visible[:_MAX_LENGTH] or f"column_{position}"
        if candidate.lower() in _RESERVED:
            candidate += "_text"
        unique, number = candidate, 2
        while unique.lower() in used:
            unique, number = f"{candidate}_{number}", number + 1
        used.add(unique.lower())
        result.append(unique)
    return result
