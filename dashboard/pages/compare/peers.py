"""The peers of cities, with what makes them alike and what they have completed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard.markup import html, numbers
from dashboard.markup.html import CARDS, Child, items, small, tag
from dashboard.markup.tables import city_link, project_link, records
from geo.analysis.peers import MEASURES, Climate, Comparison, Mix, Peer, completed_alike
from geo.i18n import decimal, ntr, tr
from geo.layers.catalogue import Catalogue

ON_COMPARE = 3
"""Number of peers of each compared city."""


def _people(own: float, other: float) -> str:
    return tr("{people} people vs {own}", people=numbers.people(other), own=numbers.people(own))


def _growth(own: float, other: float) -> str:
    return tr("growth of {growth} vs {own}", growth=numbers.growth(other), own=numbers.growth(own))


def _density(own: float, other: float) -> str:
    return tr(
        "{density} people per km² vs {own}",
        density=numbers.whole(other),
        own=numbers.whole(own),
    )


def _climate(own: Climate, other: Climate) -> str:
    if own.code == other.code:
        return tr("same climate zone ({code}, {meaning})", code=own.code, meaning=own.meaning)
    return tr("climate zone {code} vs {own}", code=other.code, own=own.code)


def _focus(own: Mix, other: Mix) -> str:
    return ntr(
        "{share} overlap in focus areas, {n} project vs {own}",
        "{share} overlap in focus areas, {n} projects vs {own}",
        other.number,
        share=numbers.percent(100 * own.shared(other), 0),
        own=decimal(own.number),
    )


def _territory(own: float, other: float) -> str:
    area = numbers.whole(other, "km²")
    return tr("{area} of land vs {own}", area=area, own=numbers.whole(own, "km²"))


_REASONS: Mapping[str, Callable[[Any, Any], str]] = {
    "size": _people,
    "growth": _growth,
    "density": _density,
    "climate": _climate,
    "focus": _focus,
    "territory": _territory,
}


def reason(comparison: Comparison) -> str:
    """One measure of a peer beside that of the city."""
    return _REASONS[comparison.measure](comparison.own, comparison.other)


def alike(peer: Peer) -> str:
    """What a peer and the city have alike: measures by which they are nearer than two member cities
    typically are."""
    near = [reason(one) for one in peer.compared if one.distance < 1]
    return "; ".join(near) or tr("no closer than typical on any measure")


def unlike(peer: Peer) -> str:
    """What differs, and for which measures the peer has no figure; empty without either."""
    far = [reason(one) for one in peer.compared if one.distance >= 1]
    parts = [tr("Differences: {reasons}.", reasons="; ".join(far))] if far else []
    return " ".join([*parts, not_counted(peer.missing)]).strip()


def not_counted(measures: Sequence[str]) -> str:
    """Sentence on measures without a figure; empty without any."""
    if not measures:
        return ""
    names = numbers.format_list([tr(MEASURES[measure]).lower() for measure in measures])
    return tr("Not counted (no figure): {measures}.", measures=names)


def completed(rows: pd.DataFrame | None, layers: Catalogue) -> list[Child]:
    """Each project that a peer has completed, with what it is like.

    Parameters
    ----------
    rows
        See :func:`geo.analysis.peers.completed_alike`.
    """
    if rows is None:
        return []
    projects = layers["projects"].set_index("project_id", drop=False)
    return [
        (
            project_link(projects.loc[row["project_id"]].to_dict()),
            small(
                tr(
                    "similar to {ask}; shared words: {words}",
                    ask=row["ask"],
                    words=", ".join(row["words"]),
                )
            ),
        )
        for row in records(rows)
    ]


def completed_text(rows: pd.DataFrame | None, layers: Catalogue) -> str:
    """:func:`completed` as text; empty without a project."""
    if rows is None:
        return ""
    names = layers["projects"].set_index("project_id")["name"]
    return "; ".join(
        tr("{project} (similar to {ask})", project=names[row["project_id"]], ask=row["ask"])
        for row in records(rows)
    )


def city_table(
    layers: Catalogue, city_id: str, found: Sequence[Peer], names: Mapping[str, str]
) -> Markup:
    """Peers of one city, a row each."""
    done = completed_alike(layers, city_id)
    heads = (
        *(tr("City"), tr("Why it is similar")),
        tr("Completed there; started or requested in {city}", city=names[city_id]),
        tr("Distance"),
    )
    rows = [
        (
            city_link(peer.city_id, names[peer.city_id]),
            (alike(peer), small(unlike(peer))),
            items("ul", completed(done.get(peer.city_id), layers)) or tr("no similar project"),
            decimal(peer.distance, 2),
        )
        for peer in found
    ]
    return html.table(tr("Cities similar to {city}", city=names[city_id]), heads, rows, CARDS)


def compared_table(
    layers: Catalogue, found: Mapping[str, Sequence[Peer]], names: Mapping[str, str]
) -> Markup:
    """Peers of several cities, a row each.

    Parameters
    ----------
    found
        City id to its peers.
    names
        City id to name, of all member cities.
    """
    heads = (
        tr("City"),
        tr("Most similar"),
        tr("Completed there; started or requested in this city"),
    )
    rows = []
    for city_id, of_city in found.items():
        done = completed_alike(layers, city_id)
        listed = [
            (city_link(peer.city_id, names[peer.city_id]), small(alike(peer))) for peer in of_city
        ]
        finished = [
            (tag("b", names[peer.city_id]), ": ", entry)
            for peer in of_city
            for entry in completed(done.get(peer.city_id), layers)
        ]
        rows.append(
            (
                city_link(city_id, names[city_id]),
                items("ol", listed) or numbers.no_data(),
                items("ul", finished) or tr("no similar project"),
            )
        )
    return html.table(tr("Similar cities for each city"), heads, rows, CARDS)


def note(report: int) -> str:
    """Note on the measures, their scale and sources."""
    return tr(
        "Distance: weighted mean of the measures for which both cities have a figure; 1 is the "
        "median distance between any two member cities on a measure. Size and territory: "
        "official population and land area, by ratio. Growth (2000–2025, by difference) and "
        "density (2025, by ratio): UN city, UN WUP 2025. Climate zone: same or different. "
        "Focus areas: how far the shares of projects in the {year} report differ. Projects are "
        "matched by the words they share; no one has reviewed the matches.",
        year=report,
    )
