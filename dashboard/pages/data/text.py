"""The sentence of the Data page."""

from __future__ import annotations

from geo.i18n import ntr


def headline(number: int) -> str:
    """How many layers there are, and that they can be downloaded."""
    return ntr(
        "These pages are based on {n} layer or table. It can be downloaded in full, with its "
        "sources and licence.",
        "These pages are based on {n} layers and tables. Each can be downloaded in full, with "
        "its sources and licence.",
        number,
    )
