"""Glossary page: terms and their meaning here."""

from __future__ import annotations

from dashboard.pages.glossary import terms
from dashboard.ui import layout
from dashboard.ui.html import render_html
from geo.i18n import tr

layout.heading(tr("Glossary"), terms.headline())
layout.warn_parameters()
render_html(terms.terms_html())
