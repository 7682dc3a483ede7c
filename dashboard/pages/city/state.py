"""State of the City page and its URL query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dashboard.data import un_revision
from dashboard.pages import url_state
from geo.analysis.peers import EQUAL, Weights, parse_weights, weights_text
from geo.i18n import ntr


def _several(number: int) -> str:
    return ntr(
        "{n} city requested; the first is shown.",
        "{n} cities requested; only the first is shown.",
        number,
    )


@dataclass(frozen=True)
class CityState:
    """State of the City page.

    Attributes
    ----------
    city_id
        A member city; empty for none.
    wup
        One of :data:`dashboard.data.un_revision.UN_REVISIONS`.
    weights
        Of the measures by which peers are found.
    """

    city_id: str = url_state.subject("city", _several)
    wup: str = url_state.choice(un_revision.PARAMETER, un_revision.UN_REVISIONS, un_revision.NEWEST)
    weights: Weights = url_state.parsed("weights", parse_weights, weights_text, EQUAL)


def city_codec(city_ids: Collection[str]) -> url_state.QueryCodec[CityState]:
    """Codec of the page; the first city is the default."""
    return url_state.QueryCodec(CityState, {"city_id": city_ids})
