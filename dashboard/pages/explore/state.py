"""States of the Explore, Compare and Data pages and their URL queries.

No Streamlit here; widgets are in :mod:`dashboard.pages.explore.controls`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dashboard.data import un_revision
from dashboard.maps.deck import MODES
from geo.analysis.filter import PARAMETERS, Filter, parse
from geo.errors import no_such, no_year, not_known
from geo.i18n import mark, ntr
from geo.schema import DECLARED
from geo.vocabulary import MEMBER_STATES, NEWEST_REVISION, REVISIONS

PANELS: Mapping[str, str] = {
    "cities": mark("Cities"),
    "projects": mark("Projects"),
    "charts": mark("Charts"),
    "download": mark("Download"),
}
"""Panels below the map: slug in the URL -> label."""

EXPLORE_PARAMETERS = (
    *PARAMETERS,
    *("mode", "year", "revision", un_revision.SPAN, "places", "panel", "at"),
)
"""URL query parameters of the Explore page."""

SELECTION = "selection"
"""Value of ``at`` that zooms the map to the selected cities."""

MAX_COMPARED = 6
MIN_COMPARED = 2


@dataclass(frozen=True)
class ExploreState:
    """State of the Explore page.

    Attributes
    ----------
    city_filter
        Filter of cities, without the selection.
    selected
        Ids of the selected cities, in the order of selection.
    mode, year, revision, span, places
        Content of the map; see :class:`dashboard.maps.view.Map`.
    panel
        One of :data:`PANELS`.
    at
        Extent of the map: :data:`SELECTION`, the ``iso3`` of a member state, or empty for all
        filtered cities.
    """

    year: int
    city_filter: Filter = field(default_factory=Filter)
    selected: tuple[str, ...] = ()
    mode: str = "projects"
    revision: str = NEWEST_REVISION
    span: str = un_revision.DEFAULT_SPAN
    places: bool = False
    panel: str = "cities"
    at: str = ""

    @property
    def wup(self) -> str:
        """UN revision of the city figures beside the map: 2018 in ``growth`` mode, else 2025."""
        return un_revision.EARLIER if self.mode == "growth" else un_revision.NEWEST

    @property
    def rows(self) -> Filter:
        """Filter of tables, charts and downloads: the city filter and the selection."""
        return replace(self.city_filter, cities=self.selected)

    def to_query(self, newest_year: int) -> dict[str, str]:
        """URL query parameters, without defaults."""
        query = self.rows.to_query()
        default = ExploreState(newest_year)
        for name in ("mode", "revision", un_revision.SPAN, "panel", "at"):
            if getattr(self, name) != getattr(default, name):
                query[name] = getattr(self, name)
        if self.year != newest_year:
            query["year"] = str(self.year)
        if self.places:
            query["places"] = "1"
        return query

    def toggled(self, city_ids: Iterable[str]) -> ExploreState:
        """A copy with the selection of these cities toggled."""
        selected = dict.fromkeys(self.selected)
        for city_id in city_ids:
            if city_id in selected:
                del selected[city_id]
            else:
                selected[city_id] = None
        return replace(self, selected=tuple(selected))


def read_explore(
    query: Mapping[str, str], city_ids: Iterable[str], years: Sequence[int]
) -> tuple[ExploreState, tuple[str, ...]]:
    """Parse the query of Explore; returns the state and a message for each invalid parameter.

    Parameters
    ----------
    years
        Years of the urban share, ascending.
    """
    parsed = parse(query, city_ids)
    problems = [*unknown_parameters(query, EXPLORE_PARAMETERS), *parsed.problems]
    year = query.get("year", "")
    known_year = year in {str(known) for known in years}
    if year and not known_year:
        problems.append(no_year("year", year, years))
    explore = ExploreState(
        year=int(year) if known_year else years[-1],
        city_filter=replace(parsed.filter, cities=()),
        selected=parsed.filter.cities,
        mode=_one_of("mode", query, MODES, problems) or ExploreState.mode,
        revision=_one_of("revision", query, REVISIONS, problems) or ExploreState.revision,
        span=_one_of(un_revision.SPAN, query, un_revision.SPANS, problems) or ExploreState.span,
        panel=_one_of("panel", query, PANELS, problems) or ExploreState.panel,
        places=_one_of("places", query, {"0": "", "1": ""}, problems) == "1",
        at=_one_of("at", query, dict.fromkeys((SELECTION, *MEMBER_STATES), ""), problems),
    )
    return explore, tuple(problems)


@dataclass(frozen=True)
class CompareState:
    """State of the Compare page: cities and a UN revision."""

    cities: tuple[str, ...] = ()
    wup: str = un_revision.NEWEST

    def to_query(self) -> dict[str, str]:
        """URL query parameters, without defaults."""
        cities = {"city": ",".join(self.cities)} if self.cities else {}
        return {**cities, **un_revision.write(self.wup)}


def read_compare(
    query: Mapping[str, str], city_ids: Iterable[str]
) -> tuple[CompareState, tuple[str, ...]]:
    """Parse the query of Compare, with at most :data:`MAX_COMPARED` cities.

    Returns the state and a message for each invalid parameter.
    """
    parsed = parse({"city": query.get("city", "")}, city_ids)
    problems = [*unknown_parameters(query, ("city", un_revision.PARAMETER)), *parsed.problems]
    cities = parsed.filter.cities
    if len(cities) > MAX_COMPARED:
        problems.append(
            ntr(
                "{n} city asked for; the first {most} are compared.",
                "{n} cities asked for; the first {most} are compared.",
                len(cities),
                most=MAX_COMPARED,
            )
        )
    revision = un_revision.read(query, problems)
    return CompareState(cities[:MAX_COMPARED], revision), tuple(problems)


DEFAULT_LAYER = "cities"
"""Layer that the Data page opens by default."""


def read_layer(query: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Parse the query of the Data page; returns the layer and messages about invalid parameters."""
    problems = unknown_parameters(query, ("layer",))
    layer = _one_of("layer", query, dict.fromkeys(DECLARED, ""), problems)
    return layer or DEFAULT_LAYER, tuple(problems)


def write_layer(layer: str) -> dict[str, str]:
    """Query parameters of the Data page."""
    return {} if layer == DEFAULT_LAYER else {"layer": layer}


def unknown_parameters(query: Mapping[str, str], known: Sequence[str]) -> list[str]:
    """A message for each query parameter that the page does not know."""
    return [
        no_such(mark("There is no parameter {name}; there are {known}."), name, known)
        for name in query
        if name not in known
    ]


def _one_of(
    name: str, query: Mapping[str, str], known: Mapping[str, str], problems: list[str]
) -> str:
    value = query.get(name, "")
    if value and value not in known:
        problems.append(not_known(name, value, known))
        return ""
    return value
