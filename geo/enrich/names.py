"""Names of a reader's columns: usable in every format, and which hold what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

PREFIX = "ascn_"
"""Starts the name of every column that is added; a reader's own columns of such names, as in a file
that was enriched before, give way."""

_RESERVED = {"geometry", "bbox", "fid", "ogc_fid", "source_attribution", "source_licence"}
"""Names that a format of :data:`geo.export.FORMATS` uses for itself."""

_LONGEST = 80

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
        ("id", "uid", "gid", "identifier", "code"),
        ("place_id", "site_id", "objectid", "osm_id"),
    ),
}
"""Words for what a column may hold, in English and languages of the region, likely ones first."""


@dataclass(frozen=True)
class Choice:
    """Which columns hold what, and how coordinates are to be read.

    Attributes
    ----------
    longitude, latitude
        Columns of coordinates (or easting and northing), empty when a geometry says where.
    wkt
        Column with geometry as well-known text, empty when there is none.
    name, id
        Columns with a name to show and with what identifies a row; empty when there are none.
    crs
        Code of the reference system, such as ``"EPSG:32648"``; empty for that of the file.
    swap
        Whether rows whose coordinates seem to be swapped are turned round.
    """

    longitude: str = ""
    latitude: str = ""
    wkt: str = ""
    name: str = ""
    id: str = ""
    crs: str = ""
    swap: bool = False

    def changed(self, name: str, value: str) -> Choice:
        """The choice with another column or reference system."""
        changes: dict[str, Any] = {name: value}
        return replace(self, **changes)


def guess(columns: Sequence[str], has_geometry: bool) -> Choice:
    """Which columns seem to hold coordinates, geometry, name and id.

    >>> guess(["Nama", "Lintang", "Bujur"], False)
    Choice(longitude='Bujur', latitude='Lintang', wkt='', name='Nama', id='', crs='', swap=False)
    """
    found = {what: _best(columns, words) for what, words in _WORDS.items()}
    if has_geometry:
        return Choice(name=found["name"], id=found["id"])
    if not (found["longitude"] and found["latitude"]):
        found["longitude"] = found["latitude"] = ""
    else:
        found["wkt"] = ""
    return Choice(
        longitude=found["longitude"],
        latitude=found["latitude"],
        wkt=found["wkt"],
        name=found["name"],
        id=found["id"],
    )


def _best(columns: Sequence[str], words: tuple[tuple[str, ...], ...]) -> str:
    ranked = [word for group in words for word in group]
    plain = {_plain(name): name for name in reversed(columns)}
    return next((plain[word] for word in ranked if word in plain), "")


def _plain(name: str) -> str:
    """A heading in lower case without accents, units in brackets or spaces."""
    without = re.sub(r"[\(\[].*", "", name.replace("đ", "d").replace("Đ", "D"))
    apart = unicodedata.normalize("NFKD", without.strip().lower())
    bare = "".join(c for c in apart if not "\u0300" <= c <= "\u036f")
    return re.sub(r"[\s\-.]+", "_", unicodedata.normalize("NFC", bare))


def safe(names: Iterable[object]) -> list[str]:
    """Column names that every format can hold: of visible signs, not empty, not twice.

    Two names that differ in case only count as the same, as they do in a GeoPackage.

    >>> safe(["Name", "name", "", "geometry"])
    ['Name', 'name_2', 'column_3', 'geometry_text']
    """
    used: set[str] = set()
    result = []
    for place, name in enumerate(names, start=1):
        visible = "".join(c for c in str(name) if unicodedata.category(c)[0] != "C").strip()
        wanted = visible[:_LONGEST] or f"column_{place}"
        if wanted.lower() in _RESERVED:
            wanted += "_text"
        chosen, again = wanted, 2
        while chosen.lower() in used:
            chosen, again = f"{wanted}_{again}", again + 1
        used.add(chosen.lower())
        result.append(chosen)
    return result
