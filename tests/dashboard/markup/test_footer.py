"""The footer: the way to tell the host of an error."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.i18n import languages
from dashboard.markup.footer import footer, report_link
from dashboard.settings import current_settings
from geo.i18n import use_language

QUERY = {"city": "da-nang", "wup": "2018"}


def filled(contact: str, query: dict[str, str] = QUERY) -> tuple[str, dict[str, list[str]]]:
    """Address of the link without query, and what is filled in."""
    link = report_link(contact, "city", query, "d31a6f32754f")
    href = re.search(r'href="([^"]+)"', str(link))
    assert href
    parts = urlsplit(unescape(href[1]))
    return parts._replace(query="").geturl(), parse_qs(parts.query)


def test_letter_names_page_row_and_data_version():
    address, fields = filled("mailto:cities@example.org")
    assert address == "mailto:cities@example.org"
    assert fields["subject"] == ["Error on the page City"]
    lines = fields["body"][0].split("\r\n")
    assert lines[:3] == [
        "Page: City (/city?city=da-nang&wup=2018)",
        "Row: city = da-nang",
        "Data version d31a6f32754f",
    ]


def test_form_gets_the_same_as_title_and_body_beside_its_own_parameters():
    address, fields = filled("https://example.org/new?kind=data")
    assert address == "https://example.org/new"
    assert fields["kind"] == ["data"]
    assert fields["title"] == ["Error on the page City"]
    assert "Row: city = da-nang" in fields["body"][0]


def test_what_an_address_holds_adds_no_line_and_no_field():
    _, fields = filled("mailto:a@example.org", {"city": "x\r\nBcc: b@example.org&cc=c@example.org"})
    assert set(fields) == {"subject", "body"}


def test_letter_is_in_the_language_of_the_user():
    with use_language(languages()["id"]):
        _, fields = filled("mailto:cities@example.org")
    assert fields["subject"] == ["Kesalahan di halaman Kota"]


@pytest.mark.parametrize("contact", ["", "mailto:cities@example.org"])
def test_link_is_shown_only_if_the_host_names_a_contact(contact, monkeypatch):
    monkeypatch.setenv("DASHBOARD_CONTACT", contact)
    current_settings.cache_clear()
    try:
        assert ("Report an error" in str(footer("overview", {}))) == bool(contact)
    finally:
        monkeypatch.undo()
        current_settings.cache_clear()
