"""Entry point of the pages: navigation and shared layout; Streamlit runs it for each session."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.data import current as data
from dashboard.markup.footer import footer
from dashboard.markup.html import tag
from dashboard.navigation import FILTERED, PAGES
from dashboard.streamlit_internals import unknown_page
from dashboard.telemetry import metrics
from dashboard.ui import address, language, layout, page_runs, window
from dashboard.ui.html import render_html
from dashboard.web import signin
from geo.i18n import tr

ICON = Path(__file__).with_name("assets") / "icon.png"

with page_runs.rerun():
    data.pin_layers()
    language.activate_session_language()
    pages = {
        name: st.Page(
            f"pages/{name}/page.py",
            title=tr(title),
            url_path="" if name == "overview" else name,
            default=name == "overview",
        )
        for name, (title, _) in PAGES.items()
    }
    page = st.navigation(list(pages.values()), position="top")
    [name] = [name for name, one in pages.items() if one == page]
    unknown = unknown_page()
    title = address.title(name, unknown)
    st.set_page_config(page_title=title, page_icon=str(ICON), layout="wide")
    layout.style(name in FILTERED)
    languages = st.container(key="languages")
    address.changed_since()
    layout.question("" if unknown else tr(PAGES[name][1]))
    window.watch_window()
    try:
        with metrics.rerun(name):
            if unknown:
                address.no_such_page(unknown)
            else:
                page.run()
    finally:
        render_html(footer(name, language.page_query()))
        # A page may stop early; its URL is final only now.
        language.keep_in_url()
        if address.title(name, unknown) != title:
            st.set_page_config(page_title=address.title(name, unknown))
        with languages:
            render_html(tag("div", language.language_links(), signin.sign_out_link(), class_="bar"))
