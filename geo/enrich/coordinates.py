"""Coordinates as people write them: decimal degrees, decimal commas, degrees and minutes."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.enrich.faults import Faults

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

_LONGEST = 40
"""Characters that a coordinate may have; more is no coordinate, and costs no time to find out."""


def sexagesimal(text: str) -> float | None:
    """Degrees of a text with degrees, minutes and seconds; ``None`` when it is none.

    >>> sexagesimal("106°49'30\\"E"), sexagesimal("S 6 12.6"), sexagesimal("Jakarta")
    (106.825, -6.21, None)
    """
    found = _SEXAGESIMAL.match(text) if len(text) <= _LONGEST else None
    if not found:
        return None
    degrees, minutes, seconds = (
        float(found[name].replace(",", ".")) if found[name] else 0.0
        for name in ("degrees", "minutes", "seconds")
    )
    if minutes >= 60 or seconds >= 60:
        return None
    signs = {(found["before"] or "").upper(), (found["after"] or "").upper()} - {"", "+"}
    if len(signs) > 1:
        return None
    size = degrees + minutes / 60 + seconds / 3600
    return -size if signs & _NEGATIVE else size


def numbers(values: pd.Series, rows: Rows, name: str, faults: Faults) -> tuple[Numbers, Rows]:
    """A column of coordinates as numbers, and the positions that have none.

    Parameters
    ----------
    values
        Texts or numbers.
    rows, name
        Number of each row and name of the column, for the faults.

    Returns
    -------
    numbers, positions
        NaN where there is no number; every such position is noted in ``faults``.
    """
    parsed = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    parsed = np.array(parsed)
    texts = values.astype("str").fillna("").str.strip().to_numpy(dtype=object)
    open_ = np.flatnonzero(~np.isfinite(parsed))
    kinds = np.array([_parsed(texts[at], int(at), parsed) for at in open_], dtype="U16")
    for kind in ("missing", "not_a_number", "decimal_comma", "sexagesimal"):
        at = open_[kinds == kind]
        if len(at):
            faults.extend(kind, rows[at], name, texts[at])
    return parsed, open_[np.isin(kinds, ("missing", "not_a_number"))]


def _parsed(text: str, at: int, into: Numbers) -> str:
    """Put the number of a text into its place, and tell how it was written."""
    into[at] = np.nan
    if text.lower() in ("", "nan", "null", "none", "n/a", "na", "-", "<na>"):
        return "missing"
    if len(text) > _LONGEST:
        return "not_a_number"
    if _COMMA.match(text):
        into[at] = float(text.replace(",", "."))
        return "decimal_comma"
    degrees = sexagesimal(text)
    if degrees is None:
        return "not_a_number"
    into[at] = degrees
    return "sexagesimal"
