"""The Atom feed (RFC 4287) of what changes: reports of the network, and versions of the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from dashboard.discovery.addresses import FEED_PATH, page_path
from dashboard.discovery.head import with_language
from dashboard.discovery.versions import changes_text, newest_first
from dashboard.markup import project_totals
from dashboard.markup.citations import VERSION
from dashboard.markup.tables import records
from dashboard.navigation import SITE
from geo.errors import LayerError
from geo.i18n import language, ntr, tr
from geo.layers.catalogue import Catalogue
from geo.layers.history import DataVersion

MEDIA_TYPE = "application/atom+xml"

MOST_VERSIONS = 30
"""Most versions of the data in the feed."""

_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Entry:
    """Something that changed.

    Attributes
    ----------
    slug
        Part of its permanent id.
    date
        ISO 8601 date.
    title, summary
        In the active language.
    path
        URL path of the page that shows it.
    """

    slug: str
    date: str
    title: str
    summary: str
    path: str


def entries(layers: Catalogue, history: Sequence[DataVersion]) -> list[Entry]:
    """What changed, newest first."""
    changed = [*_reports(layers), *_versions(history)]
    return sorted(changed, key=lambda entry: (entry.date, entry.slug), reverse=True)


def _reports(layers: Catalogue) -> Iterator[Entry]:
    try:
        reports = records(layers["reports"])
    except LayerError:
        return
    for report in reports:
        year = int(report["report_year"])
        projects = ntr("{n} project", "{n} projects", int(report["projects"]))
        yield Entry(
            f"report-{year}",
            str(report["as_of"])[:10],
            tr("ASCN Monitoring & Evaluation Report {year}.", year=year).rstrip("."),
            tr(
                "{projects}: {statuses}.",
                projects=projects,
                statuses=project_totals.by_status(report),
            ),
            page_path("plans", {}),
        )


def _versions(history: Sequence[DataVersion]) -> Iterator[Entry]:
    for one in newest_first(history, MOST_VERSIONS):
        yield Entry(
            f"data-{one.version}",
            one.date.isoformat(),
            tr("Data version {version}", version=one.version),
            tr("What changed: {layers}.", layers=changes_text(one.changes)),
            page_path("data", {VERSION: one.version}),
        )


def feed(changed: Sequence[Entry], site: str) -> bytes:
    """The feed as XML.

    Parameters
    ----------
    changed
        Newest first.
    site
        URL of the dashboard.
    """
    ET.register_namespace("", _ATOM)
    code = language().code
    root = ET.Element(f"{{{_ATOM}}}feed", {"xml:lang": code})
    own = site + with_language(FEED_PATH, code)
    _add(root, "id", own)
    _add(root, "title", f"{tr(SITE)}: {tr('What changes')}")
    _add(root, "updated", _time(changed[0].date if changed else "1970-01-01"))
    _add(ET.SubElement(root, f"{{{_ATOM}}}author"), "name", tr(SITE))
    _link(root, "self", own, MEDIA_TYPE)
    _link(root, "alternate", site + with_language("/", code), "text/html")
    host = urlsplit(site).hostname or "localhost"
    for change in changed:
        entry = ET.SubElement(root, f"{{{_ATOM}}}entry")
        _add(entry, "id", f"tag:{host},{change.date}:{change.slug}/{code}")
        _add(entry, "title", change.title)
        _add(entry, "updated", _time(change.date))
        _add(entry, "published", _time(change.date))
        _link(entry, "alternate", site + with_language(change.path, code), "text/html")
        _add(entry, "summary", change.summary)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _link(parent: ET.Element, rel: str, href: str, media_type: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "type": media_type, "href": href})


def _time(date: str) -> str:
    """RFC 3339 time of an ISO date, or of the first day of a month or year."""
    return f"{(date + '-01-01')[:10]}T00:00:00Z"
