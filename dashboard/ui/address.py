"""What the address of a page says, and what the page says about it: title, unknown parts, data
version."""

from __future__ import annotations

import streamlit as st

from dashboard.data import current as data
from dashboard.data.current import catalogue
from dashboard.discovery import not_found, versions
from dashboard.discovery.preview import page_title
from dashboard.markup.citations import VERSION
from dashboard.markup.html import tag
from dashboard.navigation import SITE
from dashboard.ui import language
from dashboard.ui.html import render_html
from geo.errors import GeoError, LayerError
from geo.i18n import tr


def title(page: str, unknown: str = "") -> str:
    """Title of the browser's tab.

    Parameters
    ----------
    unknown
        Name of the page that was asked for, if there is none such.
    """
    if unknown:
        return tr(not_found.TITLE)
    try:
        return page_title(page, language.page_query(), catalogue())
    except GeoError:
        return tr(SITE)


def no_such_page(asked: str) -> None:
    """Draw what a session is shown of a page that there is not."""
    try:
        layers = catalogue()
    except LayerError:
        layers = None
    render_html(
        tag("header", tag("h1", tr(not_found.TITLE)), class_="page"),
        tag("div", not_found.content(asked, layers), class_="not-found"),
    )


def changed_since() -> None:
    """Draw a note if the address names another data version than the one that is shown."""
    named = st.query_params.get(VERSION, "")
    if not named:
        return
    try:
        served = data.served_layers()
    except LayerError:
        return
    if note := versions.changed_note(named, served.source, served.snapshot.history):
        render_html(tag("p", note, class_="changed-since", role="status"))
