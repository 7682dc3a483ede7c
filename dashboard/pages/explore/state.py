"""What a page shows, read from and written to the URL: no Streamlit here, see ``filters``."""

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
"""What stands under the map of Explore: slug in the URL -> label."""

EXPLORE_PARAMETERS = (
    *PARAMETERS,
    *("mode", "year", "revision", un_revision.SPAN, "places", "panel", "at"),
)
"""Names of the URL query parameters of Explore."""

SELECTION = "selection"
"""The map is zoomed to the selected cities."""

MAX_COMPARED = 6
MIN_COMPARED = 2


@dataclass(frozen=True)
class ExploreState:
    """The state of the Explore page.

    Attributes
    ----------
    city_filter
        Filter of cities, without a selection.
    selected
        Ids of the cities that are picked on the map, in the order of picking.
    mode, year, revision, span, places
        What the map shows; see :class:`dashboard.maps.view.Map`.
    panel
        One of :data:`PANELS`.
    at
        What the map is zoomed to: :data:`SELECTION`, the ``iso3`` of a member state, or nothing
        for all cities that pass the filter.
    """

    year: int
    city_filter: Filter = field(default_factory=Filter)
    selected: tuple[str, ...] = ()
    mode: str = "projects"
    revision: str = NEWEST_REVISION
    span: str = un_revision.USUAL_SPAN
    places: bool = False
    panel: str = "cities"
    at: str = ""

    @property
    def wup(self) -> str:
        """Revision of the UN's figures on cities beside the map: that of 2018 with its mode."""
        return un_revision.EARLIER if self.mode == "growth" else un_revision.NEWEST

    @property
    def rows(self) -> Filter:
        """The filter of tables, charts and downloads: the map's, then the selection."""
        return replace(self.city_filter, cities=self.selected)

    def to_query(self, newest_year: int) -> dict[str, str]:
        """URL query parameters, without those that say nothing new."""
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
        """With each of these cities picked if it was not, and let go if it was."""
        kept = dict.fromkeys(self.selected)
        for city_id in city_ids:
            if city_id in kept:
                del kept[city_id]
            else:
                kept[city_id] = None
        return replace(self, selected=tuple(kept))


def read_explore(
    query: Mapping[str, str], city_ids: Iterable[str], years: Sequence[int]
) -> tuple[ExploreState, tuple[str, ...]]:
    """The state that a URL asks for, and a sentence for each parameter that is not understood.

    Parameters
    ----------
    years
        Years of the urban share, ascending.
    """
    parsed = parse(query, city_ids)
    problems = [*unknown_names(query, EXPLORE_PARAMETERS), *parsed.problems]
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
    """What the Compare page shows: cities, and a revision of the UN's figures on cities."""

    cities: tuple[str, ...] = ()
    wup: str = un_revision.NEWEST

    def to_query(self) -> dict[str, str]:
        """URL query parameters, without those that say nothing new."""
        cities = {"city": ",".join(self.cities)} if self.cities else {}
        return {**cities, **un_revision.write(self.wup)}


def read_compared(
    query: Mapping[str, str], city_ids: Iterable[str]
) -> tuple[CompareState, tuple[str, ...]]:
    """The cities that a URL asks to compare, six at the most, and its problems."""
    parsed = parse({"city": query.get("city", "")}, city_ids)
    problems = [*unknown_names(query, ("city", un_revision.PARAMETER)), *parsed.problems]
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


USUAL_LAYER = "cities"
"""Layer that the Data page opens when a URL asks for none."""


def read_layer(query: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The layer that a URL of the Data page asks for, and its problems."""
    problems = unknown_names(query, ("layer",))
    layer = _one_of("layer", query, dict.fromkeys(DECLARED, ""), problems)
    return layer or USUAL_LAYER, tuple(problems)


def write_layer(layer: str) -> dict[str, str]:
    """The URL's query of the Data page."""
    return {} if layer == USUAL_LAYER else {"layer": layer}


def unknown_names(query: Mapping[str, str], known: Sequence[str]) -> list[str]:
    """A sentence for each parameter of a URL that its page does not know."""
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
