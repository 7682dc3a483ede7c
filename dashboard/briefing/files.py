"""Briefings as files: what there is, by the path and the query of its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboard.briefing import city, comparison, country, meeting, network
from dashboard.briefing.document import Document
from dashboard.briefing.pdf import pdf
from dashboard.briefing.stamp import Stamp
from dashboard.maps.preview import Fetch
from dashboard.pages.compare.state import MAX_COMPARED, MIN_COMPARED, compare_codec
from dashboard.pages.url_state import strict_state
from geo.errors import NotFoundError, QueryError, no_such, quoted
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query, reject_unknown_params


@dataclass(frozen=True)
class Briefing:
    """A briefing that an address names.

    Attributes
    ----------
    key
        What distinguishes it from the others; part of the names of its files.
    document
        Makes it from layers; the argument reads the sources of maps.
    """

    key: str
    document: Callable[[Catalogue, Fetch], Document]


def _pptx(document: Document, stamp: Stamp) -> bytes:
    from dashboard.briefing.slides import pptx  # half a second, for those who want slides

    return pptx(document, stamp)


FORMATS: Mapping[str, tuple[Callable[[Document, Stamp], bytes], str]] = {
    "pdf": (pdf, "application/pdf"),
    "pptx": (
        _pptx,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
}
"""File extension -> function that makes the file, and its media type."""

COMPARE, NETWORK, MEETING = "compare", "network", "meeting"
"""Briefings that are of no single city or country; no city has one of these ids."""


def named_briefing(layers: Catalogue, name: str, query: Query) -> Briefing:
    """The briefing of a name: one of the three above, or the id of a member city.

    Raises
    ------
    NotFoundError
        If there is none of this name.
    QueryError
        If a parameter is invalid.
    """
    if name == COMPARE:
        return _comparison(layers, query)
    reject_unknown_params(query, ())
    if name == NETWORK:
        return Briefing(name, network.document)
    if name == MEETING:
        return Briefing(name, meeting.document)
    if name not in set(layers["cities"]["city_id"]):
        raise NotFoundError(tr("There is no member city {city}.", city=quoted(name)))
    return Briefing(name, lambda layers, _: city.document(layers, name))


def country_briefing(layers: Catalogue, iso3: str, query: Query) -> Briefing:
    """The briefing of a member state.

    Raises
    ------
    NotFoundError
        If no member state has this code.
    QueryError
        If there is a parameter.
    """
    reject_unknown_params(query, ())
    known = sorted(layers["countries"]["iso3"])
    if iso3 not in known:
        raise NotFoundError(
            no_such(mark("There is no country {name}. Available: {known}."), iso3, known)
        )
    return Briefing(iso3, lambda layers, fetch: country.document(layers, iso3, fetch))


def _comparison(layers: Catalogue, query: Query) -> Briefing:
    reject_unknown_params(query, ("city",))
    city_ids = strict_state(compare_codec(list(layers["cities"]["city_id"])), query).cities
    if len(city_ids) < MIN_COMPARED:
        raise QueryError(
            tr(
                "Name {least} to {most} member cities, such as {example}.",
                least=MIN_COMPARED,
                most=MAX_COMPARED,
                example="city=jakarta,manila",
            )
        )
    key = "_".join((COMPARE, *city_ids))
    return Briefing(key, lambda layers, _: comparison.document(layers, city_ids))
