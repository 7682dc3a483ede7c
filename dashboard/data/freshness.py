"""Freshness of the served layers, for the footer of pages and for ``/readyz``."""

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

_DATE = re.compile(r"\b(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?\b")


def freshness() -> dict[str, object]:
    """When the layers were published, and since when and why they may be stale.

    Returns
    -------
    dict
        ``published`` for a published set; ``stale`` with ``reason`` and ``since`` while the store
        is unreachable or contains an invalid set. Times are in UTC (ISO 8601).
    """
    published, stale = data.served_layers().snapshot.published, data.layer_reloader().stale
    report: dict[str, object] = {"published": published.isoformat()} if published else {}
    if stale:
        since = stale.since.isoformat(timespec="seconds")
        report["stale"] = {"reason": stale.reason, "since": since}
    return report


def newest_source(layers: Catalogue) -> str:
    """Date (year, month or day) of the newest source of any layer, or ``""``.

    >>> newest_source(Catalogue())
    '2026-07'
    """
    days = []
    for name in LAYERS:
        try:
            days += _DATE.findall(layers.info(name)["vintage"])
        except LayerError:
            continue  # reported where the layer is shown
    return max(days, default="")


def format_utc(time: datetime) -> str:
    """A UTC time as text.

    >>> from datetime import UTC
    >>> format_utc(datetime(2026, 1, 20, 9, 5, tzinfo=UTC))
    '20 January 2026, 09:05 UTC'
    """
    return f"{date(time.date().isoformat())}, {time:%H:%M} UTC"


def footer_html() -> str:
    """The footer of a page as HTML; empty while there are no layers."""
    try:
        layers = data.served_layers()
    except LayerError:
        return ""
    version = layers.source.version.partition("-")[0]
    sentences = [tr("Data version {version}", version=version) + "."]
    newest_date = newest_source(layers.source)
    if newest_date:
        sentences.append(tr("Newest source: {date}.", date=date(newest_date)))
    published = layers.snapshot.published
    if published:
        sentences.append(tr("Published on {time}.", time=format_utc(published)))
    link = (
        f'<a href="{escape(i18n.page_url("data"))}" target="_self">{escape(tr("All sources"))}</a>'
    )
    stale_html = _stale_html()
    return f'<footer class="stamp"><p>{escape(" ".join(sentences))} {link}</p>{stale_html}</footer>'


def _stale_html() -> str:
    stale = data.layer_reloader().stale
    if stale is None:
        return ""
    if stale.unreachable:
        sentence = tr(
            "The store of the data has not answered since {time}; this is the last data read.",
            time=format_utc(stale.since),
        )
    else:
        sentence = tr(
            "Newer data was found on {time} but is not sound; this is the last sound data.",
            time=format_utc(stale.since),
        )
    return f"<p>{escape(sentence)}</p>"
