"""Charts of pages are made once for all who see the same."""

from __future__ import annotations

import json

import pytest

from dashboard.charts import page_chart as module
from dashboard.charts.declaration import PANEL_COLUMNS, PANEL_WIDTH
from dashboard.charts.page_chart import page_chart
from dashboard.charts.registry import build_chart
from dashboard.markup.theme import DARK, LIGHT
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

    monkeypatch.setattr(module, "build_chart", noted)
    return names


def test_chart_is_drawn_once_for_each_query_theme_and_size(made):
    layers = Catalogue()
    first = page_chart("population", layers, QUERY, LIGHT, SIZE)
    assert page_chart("population", layers, dict(QUERY), LIGHT, SIZE) is first
    assert made == ["population"]
    for query, colours, size in (
        ({"city": "dili,manila"}, LIGHT, SIZE),
        (QUERY, DARK, SIZE),
        (QUERY, LIGHT, (2, PANEL_WIDTH)),
    ):
        assert page_chart("population", layers, query, colours, size) is not first
    assert len(made) == 4


def test_other_layers_are_drawn_anew(made):
    for layers in (Catalogue(), Catalogue()):
        page_chart("population", layers, QUERY, LIGHT, SIZE)
    assert len(made) == 2


def test_chart_without_data_has_no_specification():
    chart = page_chart("population", Catalogue(), {"city": "siem-reap"}, LIGHT, SIZE)
    assert not chart.specification
    assert chart.source


def test_fluid_charts_fit_their_place_and_panels_keep_their_width():
    def autosize(name, query):
        chart = page_chart(name, Catalogue(), query, LIGHT, SIZE)
        return json.loads(chart.specification)["autosize"]["type"]

    assert autosize("population", QUERY) == "fit"
    assert autosize("largest-agglomerations", {}) == "pad"
