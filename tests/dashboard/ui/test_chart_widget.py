"""Charts on pages: drawn once for all who see the same, as Streamlit draws the chart itself."""

from __future__ import annotations

import json

import pytest

from dashboard.charts.declaration import PANEL_COLUMNS, PANEL_WIDTH
from dashboard.charts.registry import build_chart
from dashboard.markup.theme import DARK, LIGHT
from dashboard.ui import chart_widget
from geo.layers.catalogue import Catalogue

QUERY = {"city": "jakarta,manila"}
SIZE = (PANEL_COLUMNS, PANEL_WIDTH)


@pytest.fixture
def made(monkeypatch):
    """Names of the charts that were drawn."""
    names = []

    def noted(name, *arguments):
        names.append(name)
        return build_chart(name, *arguments)

    monkeypatch.setattr(chart_widget, "build_chart", noted)
    return names


def test_chart_is_drawn_once_for_each_query_theme_and_size(made):
    layers = Catalogue()
    first = chart_widget._sent_chart("population", layers, QUERY, LIGHT, SIZE)
    assert chart_widget._sent_chart("population", layers, dict(QUERY), LIGHT, SIZE) is first
    assert made == ["population"]
    for query, colours, size in (
        ({"city": "dili,manila"}, LIGHT, SIZE),
        (QUERY, DARK, SIZE),
        (QUERY, LIGHT, (2, PANEL_WIDTH)),
    ):
        assert chart_widget._sent_chart("population", layers, query, colours, size) is not first
    assert len(made) == 4


def test_other_layers_are_drawn_anew(made):
    for layers in (Catalogue(), Catalogue()):
        chart_widget._sent_chart("population", layers, QUERY, LIGHT, SIZE)
    assert len(made) == 2


def test_what_is_kept_is_the_chart_with_its_data_apart():
    found = chart_widget._sent_chart("population", Catalogue(), QUERY, LIGHT, SIZE)
    chart = build_chart("population", Catalogue(), QUERY, LIGHT).chart
    assert chart is not None
    spec, whole = json.loads(found.spec), chart.to_dict()
    assert spec["layer"][0]["mark"] == whole["layer"][0]["mark"]
    assert len(found.datasets) == len(whole["datasets"])
    assert all(stream.startswith(b"\xff\xff\xff\xff") for stream in found.datasets.values())
    assert all(name in found.spec for name in found.datasets)


def test_query_that_leaves_nothing_to_draw_has_no_specification():
    found = chart_widget._sent_chart("population", Catalogue(), {"city": "siem-reap"}, LIGHT, SIZE)
    assert found.spec == ""
