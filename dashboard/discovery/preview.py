"""What a browser's tab, a chat and a search engine show of an address: title, sentence, picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.discovery import not_understood
from dashboard.discovery.addresses import page_path
from dashboard.discovery.page_states import PageState, page_state
from dashboard.i18n import PARAMETER
from dashboard.maps.picture import CARD
from dashboard.maps.registry import MAPS, parse_view
from dashboard.maps.view import VIEW
from dashboard.markup import numbers, project_totals
from dashboard.markup.urls import urlencode
from dashboard.navigation import PAGES, SITE
from dashboard.pages.city import text as city_text
from dashboard.pages.compare.state import MIN_COMPARED
from dashboard.pages.country import text as country_text
from dashboard.pages.data import text as data_text
from dashboard.pages.glossary import terms as glossary_terms
from dashboard.pages.network import text as network_text
from dashboard.pages.overview import text as overview_text
from dashboard.pages.places import text as places_text
from dashboard.pages.plans import text as plans_text
from dashboard.pages.plans.state import FILTERS
from dashboard.pages.urbanisation import text as urbanisation_text
from dashboard.pages.url_state import Unknown
from geo.analysis import flows
from geo.analysis.city_profile import city_profile
from geo.analysis.layer_rows import filtered_rows, names, selected
from geo.errors import GeoError, QueryError
from geo.i18n import ENGLISH, language, mark, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query

PROFILES: Mapping[str, str] = {"city": mark("City profile"), "country": mark("Country profile")}
"""Page about one place -> what it is called beside the name of the place."""

MAX_DESCRIPTION = 300
"""Most characters of a description; chats show 150 to 300."""


@dataclass(frozen=True)
class Preview:
    """What is shown of an address before it is opened, in the active language.

    Attributes
    ----------
    page
        One of :data:`dashboard.navigation.PAGES`.
    query
        Query of the canonical address.
    title, description
        Title with the name of the dashboard, and the page's own answer.
    picture
        URL path of a PNG of the map or chart.
    subject
        What the page is about, such as a city; empty if nothing in particular.
    found
        Whether what the page would be about exists.
    """

    page: str
    query: Query
    title: str
    description: str
    picture: str
    subject: str
    found: bool

    @property
    def path(self) -> str:
        """URL path and query of the canonical address, without a language."""
        return page_path(self.page, self.query)


def preview(page: str, query: Query, layers: Catalogue) -> Preview:
    """The preview of an address.

    Parameters
    ----------
    page, query
        Page and query of the address.
    layers
        Layers in the active language.
    """
    named = page_state(page, query, layers)
    subject = _subject(named, query, layers)
    return Preview(
        page,
        named.query,
        _title(page, subject),
        shortened(_description(named, subject, layers)),
        _picture(named, query),
        subject,
        named.found,
    )


def page_title(page: str, query: Query, layers: Catalogue) -> str:
    """Title of an address, as its tab shows it."""
    return _title(page, _subject(page_state(page, query, layers), query, layers))


def _title(page: str, subject: str) -> str:
    if page == "overview":
        return tr(SITE)
    name = tr(PROFILES[page]) if subject and page in PROFILES else tr(PAGES[page][0])
    return " · ".join(part for part in (subject, name, tr(SITE)) if part)


def _subject(named: PageState, query: Query, layers: Catalogue) -> str:
    """Name of what the page is about."""
    state = named.state
    if named.page == "city":
        return names(layers, "cities").get(state.city_id, "")
    if named.page == "country":
        return names(layers, "countries").get(state.iso3, "")
    if named.page == "compare" and state.cities:
        known = names(layers, "cities")
        return numbers.format_list([known[city_id] for city_id in state.cities])
    if named.page == "data" and "layer" in query and named.found:
        return tr(layers.layers[state.layer].title)
    if named.page == "plans" and state.project:
        return str(layers["projects"].set_index("project_id")["name"][state.project])
    if named.page in ("explore", "plans") and state.city_filter.countries:
        known = names(layers, "countries")
        return numbers.format_list([known[iso3] for iso3 in state.city_filter.countries])
    return ""


def _description(named: PageState, subject: str, layers: Catalogue) -> str:
    if not named.found:
        unknown = [one for one in named.problems if isinstance(one, Unknown)]
        return not_understood.sentence(unknown) if unknown else tr(PAGES[named.page][1])
    describe = _DESCRIPTIONS.get(named.page)
    try:
        text = describe(layers, named.state) if describe else ""
    except GeoError:
        text = ""  # said on the page
    if named.page == "data" and subject:
        text = tr(layers.layers[named.state.layer].description)
    return text or tr(PAGES[named.page][1])


def _explore(layers: Catalogue, state: Any) -> str:
    selection = selected(state.rows, layers)
    return overview_text.selection_summary(selection, layers, state.rows)


def _plans(layers: Catalogue, state: Any) -> str:
    priorities = filtered_rows("plan_projects", state.city_filter, layers).rows
    return plans_text.summary_sentence(
        selected(state.city_filter, layers).projects,
        layers["projects"],
        flows.priority_outcomes(priorities, layers["projects"]),
        project_totals.latest_report(layers),
        bool(state.city_filter),
    )


def _urbanisation(layers: Catalogue, state: Any) -> str:
    return urbanisation_text.headline(layers, state, overview_text.share_years(layers))


_DESCRIPTIONS: Mapping[str, Callable[[Catalogue, Any], str]] = {
    "overview": lambda layers, _: overview_text.network_summary(layers),
    "explore": _explore,
    "compare": lambda layers, state: overview_text.comparison_summary(
        state.cities, layers, state.wup
    ),
    "plans": _plans,
    "city": lambda layers, state: city_text.headline(city_profile(layers, state.city_id)),
    "country": country_text.headline,
    "urbanisation": _urbanisation,
    "network": lambda layers, _: network_text.headline(layers),
    "places": lambda _, __: places_text.invitation(),
    "data": lambda layers, _: data_text.headline(len(layers.layers)),
    "glossary": lambda _, __: glossary_terms.headline(),
}
"""Page -> its answer; that of the others is their question."""


def shortened(text: str, most: int = MAX_DESCRIPTION) -> str:
    """The sentences of a text that fit, or the words of a long first one.

    >>> shortened("One. Two. Three.", 10), shortened("One long sentence.", 10)
    ('One. Two.', 'One long…')
    """
    if len(text) <= most:
        return text
    sentences = text[: most + 1].rpartition(". ")[0]
    return f"{sentences}." if sentences else text[:most].rpartition(" ")[0] + "…"


def _picture(named: PageState, query: Query) -> str:
    """URL path of the picture of the map or chart of a state."""
    params: dict[str, str] = dict(named.query)
    kind, name = "maps", named.page if named.page in MAPS and named.found else "overview"
    if named.page == "compare" and len(named.state.cities) >= MIN_COMPARED:
        kind, name = "charts", "projects-by-city"
        params = {"city": params["city"]}
    elif name == "overview":
        params = {}
    elif name == "plans":
        params = {key: value for key, value in params.items() if key in FILTERS}
    if kind == "maps":
        params["size"] = CARD
        if name == named.page and _is_view(query.get(VIEW, "")):
            params[VIEW] = query[VIEW]
    if language().code != ENGLISH:
        params[PARAMETER] = language().code
    return f"/{kind}/{name}.png" + (f"?{urlencode(params)}" if params else "")


def _is_view(value: str) -> bool:
    try:
        return bool(parse_view(value, (1, 1)))
    except QueryError:
        return False
