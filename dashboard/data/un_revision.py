"""The UN revisions of city figures, of which one is shown at a time."""

from __future__ import annotations

from collections.abc import Mapping

from geo.i18n import mark

PARAMETER = "wup"
"""URL parameter of the revision."""

NEWEST, EARLIER = "2025", "2018"

UN_REVISIONS: Mapping[str, str] = {
    NEWEST: mark("UN cities of 2025"),
    EARLIER: mark("Agglomerations of 2018"),
}
"""Year of the revision -> its cities: by the degree of urbanisation, or agglomerations as each
country defines them."""

SPARSE_YEARS = 10
"""Maximum number of years of a series whose values are drawn as dots, with a note that the line
between them is interpolated."""

SPAN = "span"
"""URL parameter of the span of growth."""

SPANS: Mapping[str, str] = {
    "2000_2025": mark("2000–2025"),
    "2025_2050": mark("2025–2050"),
}
"""Spans of growth of the UN cities of 2025: name in columns -> label. The second is a projection,
which charts and maps point out."""

DEFAULT_SPAN = "2000_2025"

SPAN_YEARS: Mapping[str, int] = {"2000_2025": 2025, "2025_2050": 2050}
"""Span -> year of the population that is shown with its growth."""
