"""How the Data page tells of the live service."""

from __future__ import annotations

import pytest

from dashboard.markup import connect_gis as connect
from tests.dashboard.conftest import page_html


@pytest.mark.parametrize(
    ("page", "service"),
    [
        ("https://example.org/asean/data?lang=id", "https://example.org/asean/ogc"),
        ("http://10.0.0.7:8501/data", "http://10.0.0.7:8501/ogc"),
        (None, "http://localhost:8501/ogc"),
    ],
)
def test_service_stands_beside_the_page(page, service):
    assert connect.service_url(page) == service


def test_address_with_markup_is_shown_as_text():
    assert "<script" not in connect.qgis_steps("http://h/<script>/ogc")


def test_data_page_tells_the_address_and_the_way_in_qgis(open_page):
    page = page_html(open_page("data"))
    assert "/ogc</code>" in page
    assert "<b>Layer ▸ Add Layer ▸ Add WFS / OGC API - Features Layer</b>" in page
