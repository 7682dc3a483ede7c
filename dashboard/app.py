"""Entry point of the pages: navigation and shared layout; Streamlit runs it for each session."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.data import current as data
from dashboard.markup.footer import footer
from dashboard.markup.html import tag
from dashboard.navigation import FILTERED, PAGES
from dashboard.telemetry import metrics
from dashboard.ui import language, layout, page_runs, window
from dashboard.ui.html import render_html
from dashboard.web import signin
from dashboard.web.middleware.html_shell import TITLE
from geo.i18n import tr

ICON = Path(__file__).with_name("assets") / "icon.png"

with page_runs.rerun():
    data.pin_layers()
    language.activate_session_language()
    st.set_page_config(page_title=tr(TITLE), page_icon=str(ICON), layout="wide")
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
    layout.style(name in FILTERED)
    languages = st.container(key="languages")
    layout.question(tr(PAGES[name][1]))
    window.watch_window()
    try:
        with metrics.rerun(name):
            page.run()
    finally:
        render_html(footer())
        # A page may stop early; its URL is final only now.
        language.keep_in_url()
        with languages:
            render_html(tag("div", language.language_links(), signin.sign_out_link(), class_="bar"))
