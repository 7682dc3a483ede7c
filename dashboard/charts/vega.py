"""Vega-Lite specifications: the parts that most charts consist of, and their JSON.

Specifications are shared by threads: take a copy before changing one. Their properties are
documented at https://vega.github.io/vega-lite/docs/.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
import pandas as pd

Spec = dict[str, Any]
"""A chart, or a part of one."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def inline(frame: pd.DataFrame, columns: Sequence[str] = ()) -> Spec:
    """Columns of a table, by default all, as data of a chart; missing and infinite values are null.

    >>> inline(pd.DataFrame({"city": ["Dili"], "people": [float("nan")]}))
    {'values': [{'city': 'Dili', 'people': None}]}
    """
    names = columns or [str(name) for name in frame]
    cells = [[_json_value(cell) for cell in frame[name].tolist()] for name in names]
    return {"values": [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]}


def _json_value(cell: Any) -> Any:
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    return None if cell is pd.NA or cell is pd.NaT else cell


def quantitative(field: str, **properties: Any) -> Spec:
    """Encoding of a channel by a column of numbers."""
    return {"field": field, "type": "quantitative", **properties}


def nominal(field: str, **properties: Any) -> Spec:
    """Encoding of a channel by a column of names."""
    return {"field": field, "type": "nominal", **properties}


def ordinal(field: str, **properties: Any) -> Spec:
    """Encoding of a channel by a column of ordered values."""
    return {"field": field, "type": "ordinal", **properties}


def marks(kind: str, style: Spec, /, *, data: Spec | None = None, **channels: Any) -> Spec:
    """A view with one kind of marks.

    Parameters
    ----------
    style
        Properties of the marks.
    data
        By default, those of the chart that the view is a part of.
    channels
        Encodings; a list for ``tooltip``.
    """
    view = {"mark": {"type": kind, **style}, "encoding": channels}
    return view if data is None else {"data": data, **view}


def layered(*views: Spec, data: Spec | None = None, **channels: Any) -> Spec:
    """Views drawn over each other, with what they have in common; see :func:`marks`."""
    view = {"encoding": channels, "layer": list(views)}
    return view if data is None else {"data": data, **view}


def to_json(chart: Spec) -> str:
    """Compact JSON."""
    return orjson.dumps(chart).decode()
