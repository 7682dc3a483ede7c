"""State of the Network page and its URL query."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dashboard.pages import url_state
from geo.analysis.partners import WHOLE_NETWORK
from geo.i18n import mark
from geo.vocabulary import PARTNER_KINDS

PARTS: Mapping[str, str] = {
    "framework": mark("Framework"),
    "documents": mark("Documents"),
    "statements": mark("Statements"),
    "recommendations": mark("Recommendations"),
    "partners": mark("Partners"),
    "bodies": mark("National bodies"),
}
"""Parts of the page below the timeline: slug in the URL -> label."""

FORMER_KINDS: Mapping[str, tuple[str, ...]] = {"country": ("own_government", "other_country")}
"""Kinds of partner in older links -> kinds that replaced them."""


@dataclass(frozen=True)
class NetworkState:
    """State of the Network page.

    Attributes
    ----------
    year
        Year of the map and the facts beside it.
    part
        One of :data:`PARTS`.
    cities, kinds
        Filter of the partners by city (or ``"network"``) and kind; empty for all.
    """

    year: int = url_state.year()
    part: str = url_state.choice("part", PARTS, "framework")
    cities: tuple[str, ...] = url_state.each_code("city")
    kinds: tuple[str, ...] = url_state.each_code("kind", tuple(PARTNER_KINDS), FORMER_KINDS)


def network_codec(
    years: Sequence[int], city_ids: Collection[str]
) -> url_state.QueryCodec[NetworkState]:
    """Codec of the page; ``years`` are ascending."""
    known = {"year": years, "cities": (WHOLE_NETWORK, *city_ids)}
    return url_state.QueryCodec(NetworkState, known, {"year": years[-1]})
