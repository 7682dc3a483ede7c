"""Parse coordinates: decimal degrees, decimal commas, degrees and minutes, pairs in one text."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.enrich.faults import ValidationReport

Numbers = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

REGION = (92.0, -11.2, 141.2, 28.6)
"""West, south, east, north of the member states in degrees: every longitude is above 90, so that
swapped coordinates are detected reliably."""

_COMMA = re.compile(r"^[+-]?\d{1,9},\d+$")
_PLAIN = re.compile(r"^[+-]?\d{1,9}(?:\.\d*)?$")

_BETWEEN = re.compile(r"\s*[;/]\s*|\s*,\s+")
"""What stands between the coordinates of a pair. A comma without a space may be a decimal one."""

_HEMISPHERE = r"(?i:L[SU]|B[TB]|[NSEWO])"

_SEXAGESIMAL = re.compile(
    rf"""^(?P<before>{_HEMISPHERE}|[+\-−])?\s*
    (?P<degrees>\d{{1,3}})
    (?:(?:\s*[°º˚ᵒd:]\s*|\s+)(?P<minutes>\d{{1,2}})
    (?:(?:\s*['’′‵:]\s*|\s+|\s*(?P<m>m)\s*)(?P<seconds>\d{{1,2}}))?)?
    (?P<fraction>[.,]\d+)?\s*
    (?(m)s?|(?:''|’’|′′|[°º˚ᵒd'’′‵m"”″])?)\s*
    (?P<after>{_HEMISPHERE})?$""",
    re.VERBOSE,
)
"""``106°49'38"E``, ``S 6 12.5``, ``6:12:30 S``, ``6°12' LS``, ``6d12m30s``.

Only the last number has decimals, and something stands between numbers: ``106.827.153`` is a
grouped number. An ``S`` without ``m`` before it is south, not seconds."""

_NEGATIVE = {"S", "W", "LS", "BB", "-", "−"}
"""South and west, also in Indonesian (*lintang selatan, bujur barat*)."""

_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff\u202a\u202c\u2066\u2069"
"""Zero-width characters and marks of the direction, which chats and maps put around a number."""

_MAX_LENGTH = 40
"""Maximum characters of a coordinate; longer text is rejected without parsing."""


def sexagesimal(text: str) -> float | None:
    """Parse degrees, minutes and seconds; ``None`` if the text has another format.

    ``O`` is east in German and Dutch, west in Spanish, Portuguese, Italian and French. It is read
    as east if that is in the region, otherwise not at all.

    >>> sexagesimal("106°49'30\\"E"), sexagesimal("S 6 12.6"), sexagesimal("106.827.153")
    (106.825, -6.21, None)
    """
    match = _SEXAGESIMAL.match(text) if len(text) <= _MAX_LENGTH else None
    if not match:
        return None
    parts = [match[name] for name in ("degrees", "minutes", "seconds") if match[name]]
    parts[-1] += (match["fraction"] or "").replace(",", ".")
    degrees, minutes, seconds = (*map(float, parts), *[0.0] * (3 - len(parts)))
    if minutes >= 60 or seconds >= 60:
        return None
    signs = {(match["before"] or "").upper(), (match["after"] or "").upper()} - {"", "+"}
    size = degrees + minutes / 60 + seconds / 3600
    if len(signs) > 1 or ("O" in signs and not REGION[0] <= size <= REGION[2]):
        return None
    return -size if signs & _NEGATIVE else size


def pair(text: str) -> tuple[float, float] | None:
    """Parse both coordinates in one text to x and y; ``None`` if the text has another format.

    Latitude comes first, as in map services and in ODK (``lat lon altitude accuracy``), unless
    only the other order is possible or in the region, or it is a JSON array.

    >>> pair("-6.1754, 106.8272"), pair("[106.8272,-6.1754]"), pair("6°12'S 106°49'30\\"E")
    ((106.8272, -6.1754), (106.8272, -6.1754), (106.825, -6.2))
    """
    text = text.strip().strip(_INVISIBLE)
    if len(text) > 2 * _MAX_LENGTH:
        return None
    parsed = _number_pair(text) or _angle_pair(text)
    if parsed is None:
        return None
    first, second = parsed
    west, south, east, north = REGION
    is_latitude_first = south <= first <= north and west <= second <= east
    if not is_latitude_first and (text.startswith("[") or abs(first) > 90):
        return first, second
    return second, first


def _number_pair(text: str) -> tuple[float, float] | None:
    inner = text.strip("()[] ")
    parts = _BETWEEN.split(inner)
    if len(parts) == 1:  # "6.1 106.8 12 4", "6.1,106.8", but not "6,1" or "106 49 30"
        parts = inner.split() if " " in inner else inner.split(",")
        if not all("." in part or len(part) > 4 for part in parts[:2]):
            return None
    is_number = [_PLAIN.match(part) or _COMMA.match(part) for part in parts]
    if not 2 <= len(parts) <= 4 or not all(is_number):
        return None
    first, second = (float(part.replace(",", ".")) for part in parts[:2])
    return first, second


def _angle_pair(text: str) -> tuple[float, float] | None:
    parts = _BETWEEN.split(text)
    if len(parts) == 1:
        parts = re.split(r"(?<=[NSEWOUTB])[\s,]*(?=\d)", text)
    angles = [sexagesimal(part) for part in parts]
    if len(parts) != 2 or angles[0] is None or angles[1] is None:
        return None
    is_longitude_first = re.search(r"[EWO]|B[TB]", parts[0], re.IGNORECASE)
    return (angles[1], angles[0]) if is_longitude_first else (angles[0], angles[1])


def numbers(
    values: pd.Series, rows: Rows, name: str, faults: ValidationReport
) -> tuple[Numbers, Rows]:
    """Parse a column of coordinates.

    Parameters
    ----------
    values
        Texts or numbers.
    rows, name
        Row numbers and column name, for the faults.

    Returns
    -------
    numbers, positions
        Coordinates, NaN if missing or invalid, and the positions of these, which are recorded in
        ``faults``.
    """
    parsed = pd.to_numeric(values, errors="coerce").to_numpy(float, copy=True, na_value=np.nan)
    unparsed = np.flatnonzero(~np.isfinite(parsed))
    texts = values.iloc[unparsed].astype("str").fillna("").str.strip().to_numpy(dtype=object)
    kinds = np.empty(len(unparsed), dtype="U16")
    for number, text in enumerate(texts):
        kinds[number], parsed[unparsed[number]] = _parsed(text)
    for kind in np.unique(kinds):
        faults.extend(str(kind), rows[unparsed[kinds == kind]], name, texts[kinds == kind])
    return parsed, unparsed[np.isin(kinds, ("missing", "not_a_number"))]


def _parsed(text: str) -> tuple[str, float]:
    """The fault of a text, and the coordinate in it, NaN if there is none."""
    text = text.strip(_INVISIBLE).strip()
    if text.lower() in ("", "nan", "null", "none", "n/a", "na", "-", "<na>"):
        return "missing", np.nan
    if len(text) > _MAX_LENGTH:
        return "not_a_number", np.nan
    if _PLAIN.match(text):
        return "invisible", float(text)
    if _COMMA.match(text):
        return "decimal_comma", float(text.replace(",", "."))
    degrees = sexagesimal(text)
    if degrees is None:
        return "not_a_number", np.nan
    return ("letter_o" if "O" in text.upper() else "sexagesimal"), degrees
