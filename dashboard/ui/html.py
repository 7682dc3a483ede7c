"""The one place where HTML is put on a page."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup


def render_html(*parts: Markup | None) -> None:
    """Draw HTML one part after the other; nothing without parts.

    Takes no plain text: :mod:`dashboard.markup.html` makes HTML of texts and escapes them.
    """
    html = Markup("").join(part for part in parts if part)
    if html:
        st.html(str(html))
