"""The footer of a page: version, newest source and publication of the layers."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.data import current as data
from dashboard.data.freshness import format_utc, newest_source
from dashboard.markup.html import page_link, tag
from geo.errors import LayerError
from geo.i18n import date, tr


def footer() -> Markup | None:
    """The footer of a page; nothing while there are no layers."""
    try:
        layers = data.served_layers()
    except LayerError:
        return None
    version = layers.source.version.partition("-")[0]
    sentences = [tr("Data version {version}", version=version) + "."]
    newest_date = newest_source(layers.source)
    if newest_date:
        sentences.append(tr("Newest source: {date}.", date=date(newest_date)))
    published = layers.snapshot.published
    if published:
        sentences.append(tr("Published on {time}.", time=format_utc(published)))
    link = page_link("data", tr("All sources"))
    return tag("footer", tag("p", " ".join(sentences), " ", link), _stale(), class_="stamp")


def _stale() -> Markup | None:
    stale = data.layer_reloader().stale
    if stale is None:
        return None
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
    return tag("p", sentence)
