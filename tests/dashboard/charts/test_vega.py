"""Parts of Vega-Lite specifications."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from dashboard.charts.style import themed
from dashboard.charts.vega import inline, layered, marks, nominal, quantitative, to_json
from dashboard.markup.theme import LIGHT
from tests.dashboard.charts.specs import validate


def test_data_are_values_of_json():
    frame = pd.DataFrame(
        {
            "people": pd.array([1, None], dtype="Int64"),
            "growth": [np.inf, np.nan],
            "year": np.array([2020, 2025], dtype="int16"),
            "name": pd.array(["Dili", None], dtype="str"),
            "mixed": pd.Series([np.float32(0.5), pd.NaT], dtype=object),
            "known": [True, False],
            "unused": [object(), object()],
        }
    )
    data = inline(frame, [name for name in frame if name != "unused"])
    first = {"people": 1, "growth": None, "year": 2020, "name": "Dili", "mixed": 0.5}
    second = dict.fromkeys(["people", "growth", "name", "mixed"]) | {"year": 2025}
    assert data == {"values": [{**first, "known": True}, {**second, "known": False}]}
    assert json.loads(to_json(data)) == data


def test_table_without_rows_is_data_without_values():
    assert inline(pd.DataFrame({"city": []})) == {"values": []}


def test_chart_of_several_views_is_what_vega_lite_documents():
    data = inline(pd.DataFrame({"city": ["Dili"], "people": [1]}))
    bars = marks("bar", {"height": 5}, y=nominal("city", title=None))
    names = marks("text", {}, data=data, text=nominal("city"))
    chart = themed(layered(bars, names, data=data, x=quantitative("people")), LIGHT, height=9)
    validate(chart)
    x, y = {"field": "people", "type": "quantitative"}, {"field": "city", "type": "nominal"}
    del chart["$schema"], chart["config"]
    assert chart == {
        "height": 9,
        "data": data,
        "encoding": {"x": x},
        "layer": [
            {"mark": {"type": "bar", "height": 5}, "encoding": {"y": {**y, "title": None}}},
            {"mark": {"type": "text"}, "data": data, "encoding": {"text": y}},
        ],
    }
