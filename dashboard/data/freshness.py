"""Freshness of the served layers, for the footer of pages and for ``/readyz``."""

from __future__ import annotations

import re
from datetime import datetime

from dashboard.data import current as data
from geo.errors import LayerError
from geo.i18n import date
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
    '2026-09-05'
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
