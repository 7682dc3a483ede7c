"""CSV that spreadsheets open well and that cannot run a formula."""

from __future__ import annotations

import re

import geopandas as gpd
import pandas as pd

from geo.columns import Layer
from geo.export.record import Record

_FORMULA = re.compile(r"^[\s\x00-\x1f\u200b\u2060\ufeff]*[=+\-@\t\r＝＋－＠]")
"""What a spreadsheet may take for a formula: its first sign, in the narrow or the full-width form
that East Asian editions read alike, behind spaces, control characters and invisible signs."""


def encode(frame: pd.DataFrame, layer: Layer, record: Record) -> bytes:
    """Rows as CSV: UTF-8 with byte-order mark, CRLF, a header, source and licence on every row.

    Points become ``longitude`` and ``latitude``; boundaries are left out. A text that a
    spreadsheet would run as a formula is preceded by an apostrophe (OWASP, CSV injection). No
    rows give one row that holds nothing but source and licence, so that every file states them.
    """
    table = pd.DataFrame(frame[[c for c in layer.columns if c in frame.columns]])
    if layer.geometry == "Point" and isinstance(frame, gpd.GeoDataFrame):
        table["longitude"] = frame.geometry.x.round(6)
        table["latitude"] = frame.geometry.y.round(6)
    return written(table, record.attribution, record.licence)


def written(table: pd.DataFrame, attribution: str, licence: str) -> bytes:
    """Any table as :func:`encode` writes it, with the source and licence given."""
    table = table.copy()
    for name in table.columns:
        if table[name].dtype == object or pd.api.types.is_string_dtype(table[name].dtype):
            table[name] = table[name].map(_safe, na_action="ignore")
    if table.empty:
        table = table.reset_index(drop=True).reindex([0])
    table["source_attribution"] = harmless(attribution)
    table["source_licence"] = harmless(licence)
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _safe(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value


def harmless(value: str) -> str:
    """``value`` so that no spreadsheet takes it for a formula.

    >>> harmless("=1+1")
    "'=1+1"
    >>> harmless("Ha Noi")
    'Ha Noi'
    """
    return f"'{value}" if _FORMULA.match(value) else value
