"""State of the Country page and its URL query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dashboard.data import un_revision
from dashboard.pages import url_state
from geo.i18n import ntr
from geo.vocabulary import NEWEST_REVISION, REVISION_NAMES


def _several(number: int) -> str:
    return ntr(
        "{n} country requested; only the first is shown.",
        "{n} countries requested; only the first is shown.",
        number,
    )


@dataclass(frozen=True)
class CountryState:
    """State of the Country page.

    Attributes
    ----------
    iso3
        A member state; empty for none.
    revision
        Revision of the urban share; one of :data:`geo.vocabulary.REVISIONS`.
    span
        Period of UN city growth; one of :data:`dashboard.data.un_revision.SPANS`.
    wup
        UN revision of the city figures; one of :data:`dashboard.data.un_revision.UN_REVISIONS`.
    """

    iso3: str = url_state.subject("country", _several)
    revision: str = url_state.choice("revision", REVISION_NAMES, NEWEST_REVISION)
    wup: str = url_state.choice(un_revision.PARAMETER, un_revision.UN_REVISIONS, un_revision.NEWEST)
    span: str = url_state.choice(un_revision.SPAN, un_revision.SPANS, un_revision.DEFAULT_SPAN)

    @property
    def share(self) -> dict[str, str]:
        """Query of the urban share charts."""
        query = country_codec(()).to_query(self)  # which needs no known codes
        return {name: query[name] for name in query if name in ("country", "revision")}


def country_codec(codes: Collection[str]) -> url_state.QueryCodec[CountryState]:
    """Codec of the page; the first ``iso3`` code is the default."""
    return url_state.QueryCodec(CountryState, {"iso3": codes})
