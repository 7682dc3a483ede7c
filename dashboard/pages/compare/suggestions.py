"""Comparisons worth opening, for a user who has not chosen cities yet."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import items, page_link, tag
from dashboard.pages.compare.state import MAX_COMPARED
from dashboard.pages.overview.text import report_year
from geo.analysis.layer_rows import names
from geo.analysis.peers import peers
from geo.cache import memoized
from geo.i18n import tr
from geo.layers.catalogue import Catalogue

MOST = 3
"""Cities of a suggested comparison by rank, more if several share the last place."""

Suggestion = tuple[str, tuple[str, ...]]
"""Why cities are worth comparing, and their ids."""


@memoized
def suggestions(layers: Catalogue) -> list[Suggestion]:
    """The most alike pair, the largest cities, and those with the most projects."""
    ranked = (
        (tr("The largest by official population"), _highest(layers, "population")),
        (
            tr("The most projects in the {year} report", year=report_year(layers)),
            _highest(layers, "projects"),
        ),
    )
    alike = tr("The most alike by size, growth, density, climate, focus areas and territory")
    found = [(alike, most_alike(layers)), *ranked]
    return [(why, cities) for why, cities in found if len(cities) > 1]


def most_alike(layers: Catalogue) -> tuple[str, ...]:
    """The pair of cities with the least distance by all measures; empty if no pair has all."""
    pairs = [
        (peer.distance, (city_id, peer.city_id))
        for city_id in layers["cities"]["city_id"]
        for peer in peers(layers, city_id)
        if not peer.missing
    ]
    return min(pairs)[1] if pairs else ()


def _highest(layers: Catalogue, column: str) -> tuple[str, ...]:
    """The cities with the highest values; fewer than :data:`MOST` rather than too many with equal
    ones."""
    values = layers["cities"].set_index("city_id")[column].dropna()
    highest = values.nlargest(MOST, keep="all").sort_values(ascending=False, kind="stable")
    if len(highest) > MAX_COMPARED:
        highest = highest[highest > highest.min()]
    return tuple(str(city_id) for city_id in highest.index)


def suggestions_html(layers: Catalogue) -> Markup | None:
    """The suggestions as links, each with its reason."""
    known = names(layers, "cities")
    return items(
        "ul",
        [_item(why, cities, known) for why, cities in suggestions(layers)],
        class_="suggestions",
    )


def _item(why: str, cities: Sequence[str], known: dict[str, str]) -> list[Markup]:
    label = numbers.format_list([known[city_id] for city_id in cities])
    return [page_link("compare", label, city=",".join(cities)), tag("small", why)]
