"""What tests read of a Vega-Lite specification."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import altair
import pandas as pd
from jsonschema import Draft7Validator

from dashboard.charts.vega import Spec


@cache
def _validator() -> Draft7Validator:
    """Of Vega-Lite's own schema, which Altair has a copy of."""
    schema = Path(altair.__file__).parent / "vegalite" / "v6" / "schema" / "vega-lite-schema.json"
    return Draft7Validator(json.loads(schema.read_text()))


def validate(spec: Spec) -> None:
    """Raise if Vega-Lite does not know a chart's properties."""
    _validator().validate(spec)


def datasets(spec: Any) -> list[list[dict[str, Any]]]:
    """Rows of each data set, in drawing order."""
    if isinstance(spec, list):
        return [rows for part_of_it in spec for rows in datasets(part_of_it)]
    if not isinstance(spec, dict):
        return []
    own = [spec["data"]["values"]] if "data" in spec else []
    return own + [rows for key, value in spec.items() if key != "data" for rows in datasets(value)]


def rows_of(spec: Spec) -> list[dict[str, Any]]:
    """Rows of all data sets."""
    return [row for rows in datasets(spec) for row in rows]


def part(spec: Spec, at: int) -> pd.DataFrame:
    """Data of one layer of a chart."""
    return pd.DataFrame(spec["layer"][at].get("data", spec.get("data"))["values"])
