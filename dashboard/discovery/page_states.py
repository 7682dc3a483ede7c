"""The state that an address of any page names, without running the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.i18n import PARAMETER
from dashboard.maps.indicators import modes
from dashboard.maps.view import VIEW
from dashboard.markup.citations import VERSION
from dashboard.pages.city.state import city_codec
from dashboard.pages.compare.state import compare_codec
from dashboard.pages.country.state import country_codec
from dashboard.pages.data.state import DATA_CODEC
from dashboard.pages.explore.state import explore_codec
from dashboard.pages.network.state import network_codec
from dashboard.pages.overview.text import share_years
from dashboard.pages.plans.state import plans_codec
from dashboard.pages.urbanisation.state import UrbanisationCodec, known_years
from dashboard.pages.url_state import Codec, QueryCodec
from geo.analysis.layer_rows import due_years, names
from geo.analysis.network import network_years
from geo.layers.catalogue import Catalogue
from geo.parameters import Query

NOT_OF_PAGES = frozenset({PARAMETER, VIEW, VERSION})
"""Parameters of addresses that are no part of a page's state: language, view of the map, and the
data version that a citation names."""


@dataclass(frozen=True)
class NoState:
    """State of a page without parameters."""


NO_CODEC: QueryCodec[NoState] = QueryCodec(NoState)


def _cities(layers: Catalogue) -> list[str]:
    return list(names(layers, "cities"))


_CODECS: Mapping[str, Callable[[Catalogue], Codec[Any]]] = {
    "explore": lambda layers: explore_codec(_cities(layers), share_years(layers), modes(layers)),
    "compare": lambda layers: compare_codec(_cities(layers)),
    "plans": lambda layers: plans_codec(
        _cities(layers),
        set(layers["projects"]["project_id"]),
        [str(year) for year in due_years(layers)],
    ),
    "city": lambda layers: city_codec(_cities(layers)),
    "country": lambda layers: country_codec(list(names(layers, "countries"))),
    "urbanisation": lambda layers: UrbanisationCodec(known_years(layers)),
    "network": lambda layers: network_codec(network_years(layers["governance"]), _cities(layers)),
    "data": lambda _: DATA_CODEC,
}

SUBJECTS: Mapping[str, str] = {"city": "city", "country": "country", "data": "layer"}
"""Page that is about one thing -> parameter that names it; without that thing there is no page."""


@dataclass(frozen=True)
class PageState:
    """What an address of a page names.

    Attributes
    ----------
    page
        One of :data:`dashboard.navigation.PAGES`.
    state
        State of the page, such as :class:`dashboard.pages.city.state.CityState`.
    query
        The state as a query in canonical form.
    problems
        A sentence for each parameter that is not understood.
    found
        Whether what the page would be about exists.
    """

    page: str
    state: Any
    query: Query
    problems: tuple[str, ...]
    found: bool


def page_state(page: str, query: Query, layers: Catalogue) -> PageState:
    """What an address names.

    Parameters
    ----------
    query
        Query of the address.
    """
    make = _CODECS.get(page)
    codec = make(layers) if make else NO_CODEC
    own = {name: value for name, value in query.items() if name not in NOT_OF_PAGES}
    state, problems = codec.from_query(own)
    subject = SUBJECTS.get(page, "")
    canonical = codec.to_query(state)
    asked = own.get(subject, "").strip()
    if page == "data":
        found = not asked or asked in layers.layers
        canonical = {subject: asked} if asked and found else {}  # the default layer is named too
    else:
        found = not asked or bool(canonical.get(subject))
    return PageState(page, state, canonical, problems, found)
