"""What a page says of the parts of its address that it does not understand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import fill, join, page_link, tag
from dashboard.pages.url_state import Unknown
from geo.analysis.similar import similar_cities, similar_countries
from geo.i18n import ntr, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query

_SIMILAR: Mapping[str, Callable[[str, Catalogue], Mapping[str, str]]] = {
    "city": similar_cities,
    "near": similar_cities,
    "country": similar_countries,
}
"""Parameter -> function that finds what was probably meant."""

_MOST_SHOWN = 40
"""Most characters that are shown of a part."""


def sentence(unknown: Sequence[Unknown]) -> str:
    """One sentence about all of them."""
    parts = list(dict.fromkeys(_shown(one) for one in unknown))
    return ntr(
        "This link contains something we don't recognise: {parts}.",
        "This link contains {n} things we don't recognise: {parts}.",
        len(parts),
        parts=numbers.format_list(parts),
    )


def meant(unknown: Sequence[Unknown], page: str, query: Query, layers: Catalogue) -> Markup | None:
    """Links to what was probably meant; nothing if no name is like any of them.

    Parameters
    ----------
    page, query
        Page and query of the address.
    """
    links = [link for one in unknown for link in _meant(one, page, query, layers)]
    if not links:
        return None
    return tag("p", fill(tr("Did you mean {links}?"), links=join(links, ", ")), class_="meant")


def _shown(one: Unknown) -> str:
    """The part as it stands in the address; a number says nothing without its parameter."""
    value = one.value or one.parameter
    if one.value and not any(character.isalpha() for character in one.value):
        value = f"{one.parameter}={one.value}"
    return value if len(value) <= _MOST_SHOWN else value[:_MOST_SHOWN] + "…"


def _meant(one: Unknown, page: str, query: Query, layers: Catalogue) -> list[Markup]:
    find = _SIMILAR.get(one.parameter)
    if find is None:
        return []
    path = "" if page == "overview" else page
    links = []
    for part in one.value.split(", "):
        for code, name in find(part, layers).items():
            asked = [value.strip() for value in query.get(one.parameter, "").split(",")]
            corrected = ",".join(dict.fromkeys(code if it == part else it for it in asked))
            links.append(page_link(path, name, **{**query, one.parameter: corrected}))
    return links
