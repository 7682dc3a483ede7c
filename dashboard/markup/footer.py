"""The footer of a page: version, newest source and publication of the layers."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.data import current as data
from dashboard.data.freshness import format_utc, newest_source
from dashboard.markup.html import page_link, tag
from dashboard.markup.urls import urlencode
from dashboard.navigation import PAGES
from dashboard.settings import current_settings
from geo.errors import LayerError
from geo.i18n import date, tr
from geo.parameters import Query

ROWS = ("city", "country", "project", "layer", "year")
"""Parameters of addresses that name a row of the data."""


def footer(page: str, query: Query) -> Markup | None:
    """The footer of a page; nothing while there are no layers.

    Parameters
    ----------
    page, query
        Page and query of its address.
    """
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
    report = report_link(current_settings().contact, page, query, version)
    line = tag("p", " ".join(sentences), " ", link, report and " ", report)
    return tag("footer", line, _stale(), class_="stamp")


def report_link(contact: str, page: str, query: Query, version: str) -> Markup | None:
    """A link to tell the host of an error, with page, row and data version filled in; nothing
    without a contact.

    Parameters
    ----------
    contact
        Address of the settings: ``mailto:``, whose letter gets subject and text, or ``https:``,
        which gets them as ``title`` and ``body``, as forms of issue trackers read them.
    """
    if not contact:
        return None
    title = tr(PAGES[page][0])
    subject = tr("Error on the page {page}", page=title)
    address = ("/" if page == "overview" else f"/{page}") + (
        f"?{urlencode(query)}" if query else ""
    )
    lines = [
        tr("Page: {page} ({address})", page=title, address=address),
        *(tr("Row: {row}", row=f"{name} = {query[name]}") for name in ROWS if query.get(name)),
        tr("Data version {version}", version=version),
        "",
        tr("What is wrong, and what would be right, with its source:"),
        "",
    ]
    names = ("subject", "body") if contact.lower().startswith("mailto:") else ("title", "body")
    filled = urlencode(dict(zip(names, (subject, "\r\n".join(lines)), strict=True)))
    separator = "&" if "?" in contact else "?"
    return tag("a", tr("Report an error"), href=f"{contact}{separator}{filled}", rel="noopener")


def _stale() -> Markup | None:
    stale = data.layer_reloader().stale
    if stale is None:
        return None
    if stale.unreachable:
        sentence = tr(
            "The data store has not responded since {time}; the last data read is shown.",
            time=format_utc(stale.since),
        )
    else:
        sentence = tr(
            "Newer data was found on {time} but did not pass validation; the last valid data "
            "is shown.",
            time=format_utc(stale.since),
        )
    return tag("p", sentence)
