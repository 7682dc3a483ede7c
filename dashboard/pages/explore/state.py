"""State of the Explore page and its URL query."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.data import un_revision
from dashboard.maps.deck import MODES
from dashboard.pages import url_state
from geo.analysis.filter import PARAMETERS, Filter
from geo.i18n import mark
from geo.vocabulary import MEMBER_STATES, NEWEST_REVISION, REVISIONS

PANELS: Mapping[str, str] = {
    "cities": mark("Cities"),
    "projects": mark("Projects"),
    "charts": mark("Charts"),
}
"""Panels below the map: slug in the URL -> label."""

DOWNLOADS = "download"
"""A former panel, whose links open the panel of downloads instead."""

SELECTION = "selection"
"""Value of ``at`` that zooms the map to the selected cities."""


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

    city_filter: Filter = url_state.city_filter([name for name in PARAMETERS if name != "city"])
    selected: tuple[str, ...] = url_state.code_list("city")
    mode: str = url_state.choice("mode", MODES, "projects")
    revision: str = url_state.choice("revision", REVISIONS, NEWEST_REVISION)
    span: str = url_state.choice(un_revision.SPAN, un_revision.SPANS, un_revision.DEFAULT_SPAN)
    panel: str = url_state.choice("panel", (*PANELS, DOWNLOADS), "cities")
    at: str = url_state.choice("at", (SELECTION, *MEMBER_STATES), "")
    year: int = url_state.year(kw_only=True)
    places: bool = url_state.flag("places")

    @property
    def wup(self) -> str:
        """UN revision of the city figures beside the map: 2018 in ``growth`` mode, else 2025."""
        return un_revision.EARLIER if self.mode == "growth" else un_revision.NEWEST

    @property
    def rows(self) -> Filter:
        """Filter of tables, charts and downloads: the city filter and the selection."""
        return replace(self.city_filter, cities=self.selected)

    def toggled(self, city_ids: Iterable[str]) -> ExploreState:
        """A copy with the selection of these cities toggled."""
        selected = dict.fromkeys(self.selected)
        for city_id in city_ids:
            if city_id in selected:
                del selected[city_id]
            else:
                selected[city_id] = None
        return replace(self, selected=tuple(selected))

    def with_selected(self, city_ids: Iterable[str]) -> ExploreState:
        """A copy with these cities selected too."""
        return replace(self, selected=tuple(dict.fromkeys([*self.selected, *city_ids])))


def explore_codec(
    city_ids: Collection[str], years: Sequence[int], modes: Collection[str] = tuple(MODES)
) -> url_state.QueryCodec[ExploreState]:
    """Codec of the page; ``years`` are those of the urban share, ascending, ``modes`` those of
    :func:`dashboard.maps.indicators.modes`."""
    known = {"city_filter": city_ids, "selected": city_ids, "year": years, "mode": modes}
    return url_state.QueryCodec(ExploreState, known, {"year": years[-1]})
