"""Navigation of the dashboard; the server runs this file for each reader."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import layout
from dashboard.shell import TITLE

ICON = Path(__file__).with_name("assets") / "icon.png"

st.set_page_config(page_title=TITLE, page_icon=str(ICON), layout="wide")
page = st.navigation(
    [
        st.Page("pages/overview.py", title="Overview", default=True),
        st.Page("pages/explore.py", title="Explore", url_path="explore"),
        st.Page("pages/compare.py", title="Compare", url_path="compare"),
        st.Page("pages/plans.py", title="Action plans", url_path="plans"),
        st.Page("pages/city.py", title="City", url_path="city"),
        st.Page("pages/country.py", title="Country", url_path="country"),
        st.Page("pages/urbanisation.py", title="Urbanisation", url_path="urbanisation"),
        st.Page("pages/network.py", title="Network", url_path="network"),
        st.Page("pages/data.py", title="Data", url_path="data"),
    ],
    position="top",
)
layout.style()
page.run()
