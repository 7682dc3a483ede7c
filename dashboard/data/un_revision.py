"""Which of the UN's two revisions the figures on cities are of; one is shown at a time."""

from __future__ import annotations

from collections.abc import Mapping

from geo.errors import not_known
from geo.i18n import mark

PARAMETER = "wup"
"""Name of the parameter of a page's URL."""

NEWEST, EARLIER = "2025", "2018"

WUPS: Mapping[str, str] = {
    NEWEST: mark("UN cities of 2025"),
    EARLIER: mark("Agglomerations of 2018"),
}
"""Year of the revision -> what it lists: cities by the degree of urbanisation, or agglomerations
as each country defines them."""

SPARSE = 10
"""Years of a series up to which its figures are marked, and its line is said to be drawn straight
between them."""

SPAN = "span"
"""Name of the parameter of a URL that tells the years of growth."""

SPANS: Mapping[str, str] = {
    "2000_2025": mark("2000–2025"),
    "2025_2050": mark("2025–2050"),
}
"""Years of growth of the UN's cities of 2025: as columns name them -> label. The latter are a
projection, which what shows them says."""

USUAL_SPAN = "2000_2025"

SHOWN_YEARS: Mapping[str, int] = {"2000_2025": 2025, "2025_2050": 2050}
"""Year whose population stands beside the growth of each of :data:`SPANS`."""


def read(query: Mapping[str, str], problems: list[str]) -> str:
    """The revision that a URL asks for, the newest without one or with one that is unknown.

    Parameters
    ----------
    problems
        Gets a sentence for one that is unknown.
    """
    asked = query.get(PARAMETER) or NEWEST
    if asked not in WUPS:
        problems.append(not_known(PARAMETER, asked, WUPS))
        return NEWEST
    return asked


def write(revision: str) -> dict[str, str]:
    """The part of a URL's query that tells the revision, empty for the newest."""
    return {} if revision == NEWEST else {PARAMETER: revision}
