"""State of the Compare page and its URL query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dashboard.data import un_revision
from dashboard.pages import url_state
from geo.i18n import ntr

MAX_COMPARED = 6
MIN_COMPARED = 2


def _too_many(number: int) -> str:
    return ntr(
        "{n} city asked for; the first {most} are compared.",
        "{n} cities asked for; the first {most} are compared.",
        number,
        most=MAX_COMPARED,
    )


@dataclass(frozen=True)
class CompareState:
    """State of the Compare page: cities and a UN revision."""

    cities: tuple[str, ...] = url_state.code_list("city", MAX_COMPARED, _too_many)
    wup: str = url_state.choice(un_revision.PARAMETER, un_revision.UN_REVISIONS, un_revision.NEWEST)


def compare_codec(city_ids: Collection[str]) -> url_state.QueryCodec[CompareState]:
    """Codec of the page."""
    return url_state.QueryCodec(CompareState, {"cities": city_ids})
