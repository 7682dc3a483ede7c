"""Navigation of the dashboard; the server runs this file for each reader."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import language, layout
from dashboard.shell import TITLE
from geo.i18n import tr

ICON = Path(__file__).with_name("assets") / "icon.png"

language.start()
st.set_page_config(page_title=tr(TITLE), page_icon=str(ICON), layout="wide")
page = st.navigation(
    [
        st.Page("pages/overview.py", title=tr("Overview"), default=True),
        st.Page("pages/explore.py", title=tr("Explore"), url_path="explore"),
        st.Page("pages/compare.py", title=tr("Compare"), url_path="compare"),
        st.Page("pages/plans.py", title=tr("Action plans"), url_path="plans"),
        st.Page("pages/city.py", title=tr("City"), url_path="city"),
        st.Page("pages/country.py", title=tr("Country"), url_path="country"),
        st.Page("pages/urbanisation.py", title=tr("Urbanisation"), url_path="urbanisation"),
        st.Page("pages/network.py", title=tr("Network"), url_path="network"),
        st.Page("pages/data.py", title=tr("Data"), url_path="data"),
        st.Page("pages/glossary.py", title=tr("Glossary"), url_path="glossary"),
    ],
    position="top",
)
layout.style()
languages = st.container(key="languages")
try:
    page.run()
finally:
    # A page may stop early; its address is final only now.
    language.keep()
    with languages:
        st.html(language.switch())
