"""How fresh the layers are that are shown: for the foot of every page and for ``/readyz``."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape

from dashboard import i18n
from dashboard.data import current as data
from geo.errors import LayerError
from geo.i18n import date, tr
from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS

_DAY = re.compile(r"\b(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?\b")


def freshness() -> dict[str, object]:
    """When the layers were published and, if newer ones may be missing, why and since when.

    Returns
    -------
    dict
        ``published`` for a published set; ``stale`` with ``reason`` and ``since`` while the store
        does not answer or holds a set that is not sound. Times are in UTC, as ISO 8601 writes them.
    """
    published, stale = data.served().snapshot.published, data.feed().stale
    said: dict[str, object] = {"published": published.isoformat()} if published else {}
    if stale:
        since = stale.since.isoformat(timespec="seconds")
        said["stale"] = {"reason": stale.reason, "since": since}
    return said


def newest_source(layers: Catalogue) -> str:
    """Year, month or day of the newest source of any layer, ``""`` if none has one.

    >>> newest_source(Catalogue())
    '2026-07'
    """
    days = []
    for name in LAYERS:
        try:
            days += _DAY.findall(layers.info(name)["vintage"])
        except LayerError:
            continue  # told where the layer is shown
    return max(days, default="")


def moment(at: datetime) -> str:
    """A time in UTC in words.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 1, 20, 9, 5, tzinfo=UTC))
    '20 January 2026, 09:05 UTC'
    """
    return f"{date(at.date().isoformat())}, {at:%H:%M} UTC"


def stamp() -> str:
    """The line at a page's foot, as HTML; empty as long as there are no layers."""
    try:
        layers = data.served()
    except LayerError:
        return ""
    version = layers.source.version.partition("-")[0]
    said = [tr("Data version {version}", version=version) + "."]
    newest = newest_source(layers.source)
    if newest:
        said.append(tr("Newest source: {date}.", date=date(newest)))
    published = layers.snapshot.published
    if published:
        said.append(tr("Published on {time}.", time=moment(published)))
    link = f'<a href="{escape(i18n.page("data"))}" target="_self">{escape(tr("All sources"))}</a>'
    late = _late()
    return f'<footer class="stamp"><p>{escape(" ".join(said))} {link}</p>{late}</footer>'


def _late() -> str:
    stale = data.feed().stale
    if stale is None:
        return ""
    if stale.silent:
        said = tr(
            "The store of the data has not answered since {time}; this is the last data read.",
            time=moment(stale.since),
        )
    else:
        said = tr(
            "Newer data was found on {time} but is not sound; this is the last sound data.",
            time=moment(stale.since),
        )
    return f"<p>{escape(said)}</p>"
