"""Pages and their groups."""

from __future__ import annotations

from dashboard.navigation import GROUPS, PAGES
from tests.dashboard.conftest import page_html


def test_every_group_begins_with_a_page_and_the_first_with_the_first():
    assert list(GROUPS) == [page for page in PAGES if page in GROUPS]
    assert next(iter(GROUPS)) == next(iter(PAGES))


def test_groups_are_named_before_their_first_pages(open_page):
    html = page_html(open_page("glossary", lang="id"))
    for page, name in zip(GROUPS, ["Sekilas", "Kota dan negara", "Topik"], strict=False):
        number = list(PAGES).index(page) + 1
        assert f':nth-child({number})::before{{content:"{name}"}}' in html


def test_sidebar_is_away_where_it_would_be_empty(open_page):
    hidden = '[data-testid="stSidebar"],.stApp [data-testid="stExpandSidebarButton"]{display:none}'
    assert hidden in page_html(open_page("glossary"))
    assert hidden not in page_html(open_page("explore"))
