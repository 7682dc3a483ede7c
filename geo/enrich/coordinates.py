"""Parse coordinates: decimal degrees, decimal commas, degrees and minutes."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.enrich.faults import ValidationReport

Numbers = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_COMMA = re.compile(r"^[+-]?\d{1,9},\d+$")

_SEXAGESIMAL = re.compile(
    r"""^\s*(?P<before>L[SU]|B[TB]|[NSEWO+\-−])?\s*
    (?P<degrees>\d{1,3}(?:[.,]\d+)?)\s*[°º˚ᵒd:\s]?\s*
    (?:(?P<minutes>\d{1,2}(?:[.,]\d+)?)\s*['’′‵m:\s]?\s*)?
    (?:(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:["”″s]|''|’’|′′)?\s*)?
    (?P<after>L[SU]|B[TB]|[NSEWO])?\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
"""``106°49'38"E``, ``S 6 12.5``, ``6:12:30 S``, ``6°12' LS``."""

_NEGATIVE = {"S", "W", "O", "LS", "BB", "-", "−"}
"""South and west, also in Portuguese (*oeste*) and Indonesian (*lintang selatan, bujur barat*)."""

_MAX_LENGTH = 40
"""Maximum characters of a coordinate; longer text is rejected without parsing."""


def sexagesimal(text: str) -> float | None:
    """Parse degrees, minutes and seconds; ``None`` if the text has another format.

    >>> sexagesimal("106°49'30\\"E"), sexagesimal("S 6 12.6"), sexagesimal("Jakarta")
    (106.825, -6.21, None)
    """
    match = _SEXAGESIMAL.match(text) if len(text) <= _MAX_LENGTH else None
    if not match:
        return None
    degrees, minutes, seconds = (
        float(match[name].replace(",", ".")) if match[name] else 0.0
        for name in ("degrees", "minutes", "seconds")
    )
    if minutes >= 60 or seconds >= 60:
        return None
    signs = {(match["before"] or "").upper(), (match["after"] or "").upper()} - {"", "+"}
    if len(signs) > 1:
        return None
    size = degrees + minutes / 60 + seconds / 3600
    return -size if signs & _NEGATIVE else size


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
    parsed = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    parsed = np.array(parsed)
    texts = values.astype("str").fillna("").str.strip().to_numpy(dtype=object)
    unparsed = np.flatnonzero(~np.isfinite(parsed))
    kinds = np.array(
        [_parsed(texts[positions], int(positions), parsed) for positions in unparsed], dtype="U16"
    )
    for kind in ("missing", "not_a_number", "decimal_comma", "sexagesimal"):
        positions = unparsed[kinds == kind]
        if len(positions):
            faults.extend(kind, rows[positions], name, texts[positions])
    return parsed, unparsed[np.isin(kinds, ("missing", "not_a_number"))]


def _parsed(text: str, position: int, target: Numbers) -> str:
    """Parse a text into ``target[position]`` and return the format or fault."""
    target[position] = np.nan
    if text.lower() in ("", "nan", "null", "none", "n/a", "na", "-", "<na>"):
        return "missing"
    if len(text) > _MAX_LENGTH:
        return "not_a_number"
    if _COMMA.match(text):
        target[position] = float(text.replace(",", "."))
        return "decimal_comma"
    degrees = sexagesimal(text)
    if degrees is None:
        return "not_a_number"
    target[position] = degrees
    return "sexagesimal"
