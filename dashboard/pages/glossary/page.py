"""Glossary page: terms and their meaning here."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.glossary import terms
from dashboard.ui import layout
from geo.i18n import tr

layout.heading(
    tr("Glossary"), tr("What the terms of the network and of its figures mean on these pages.")
)
layout.warn_parameters()
st.html(terms.terms_html())
