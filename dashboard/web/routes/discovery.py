"""What other programs read first: ``/robots.txt``, ``/sitemap.xml``, ``/.well-known/security.txt``,
``/catalog.json``, ``/feed.atom`` and ``/openapi.json``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue, served_layers, source_catalogue
from dashboard.discovery import dcat
from dashboard.discovery.addresses import API_PATH, CATALOGUE_PATH, FEED_PATH
from dashboard.discovery.versions import version_date
from dashboard.settings import current_settings
from dashboard.web.http import CachedContent, base_url, cached, guarded, query_dict
from geo.errors import NotFoundError
from geo.i18n import language
from geo.parameters import reject_unknown_params

ROBOTS_PATH, SECURITY_PATH = "/robots.txt", "/.well-known/security.txt"

PUBLIC_PATHS = (ROBOTS_PATH, SECURITY_PATH)
"""Paths that are served without sign-in."""

_UNINDEXED = ("/_stcore/", "/basemap/", "/embed/", "/labels/", "/land/", "/layers/", "/metrics")
"""Parts of pages and copies of them, which a search engine need not fetch."""

_EXPIRES_DAYS = 180
"""Days until a security.txt is to be fetched anew; RFC 9116 recommends less than a year."""

_DAY = "public, max-age=86400"


def _robots(request: Request) -> Response:
    """With sign-in, nothing may be indexed."""
    if current_settings().signin != "off":
        rules = ["User-agent: *", "Disallow: /"]
    else:
        rules = ["User-agent: *", *(f"Disallow: {path}" for path in _UNINDEXED), "Allow: /"]
        rules += ["", f"Sitemap: {base_url(request)}/sitemap.xml"]
    return PlainTextResponse("\n".join(rules) + "\n", headers={"Cache-Control": _DAY})


def _security(request: Request) -> Response:
    """RFC 9116; without a contact there is no such file."""
    contact = current_settings().contact
    if not contact:
        raise NotFoundError("There is no security.txt here; DASHBOARD_CONTACT is not set.")
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    expires = today + timedelta(days=_EXPIRES_DAYS)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(i18n.languages())}",
    ]
    if public := current_settings().public_url:
        lines.append(f"Canonical: {public}{SECURITY_PATH}")
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": _DAY})


def _only_language(request: Request) -> None:
    reject_unknown_params(query_dict(request), (i18n.PARAMETER,))


def _modified() -> str:
    return version_date(source_catalogue(), served_layers().snapshot.history)


@cached
def _sitemap(request: Request) -> CachedContent:
    from dashboard.discovery.sitemap import sitemap

    _only_language(request)
    site, layers, modified = base_url(request), source_catalogue(), _modified()
    return CachedContent(
        "application/xml",
        ("sitemap", site),
        lambda: sitemap(layers, site, i18n.languages(), modified),
    )


@cached
def _catalogue(request: Request) -> CachedContent:
    _only_language(request)
    site, layers, modified = base_url(request), catalogue(), _modified()
    return CachedContent(
        "application/ld+json",
        ("catalogue", site),
        lambda: orjson.dumps(dcat.catalogue_document(layers, site, modified)),
    )


@cached
def _feed(request: Request) -> CachedContent:
    from dashboard.discovery import feed

    _only_language(request)
    site, layers, history = base_url(request), catalogue(), served_layers().snapshot.history
    return CachedContent(
        feed.MEDIA_TYPE,
        ("feed", site, *(one.version for one in history[-1:])),
        lambda: feed.feed(feed.entries(layers, history), site),
    )


@cached
def _openapi(request: Request) -> CachedContent:
    from dashboard.web import openapi

    _only_language(request)
    site, layers, code = base_url(request), source_catalogue(), language().code
    return CachedContent(
        "application/vnd.oai.openapi+json;version=3.1",
        ("openapi", site, code),
        lambda: orjson.dumps(openapi.document(layers, site)),
    )


ROUTES = [
    Route(ROBOTS_PATH, guarded(_robots), methods=["GET"]),
    Route(SECURITY_PATH, guarded(_security), methods=["GET"]),
    Route("/sitemap.xml", guarded(_sitemap), methods=["GET"]),
    Route(CATALOGUE_PATH, guarded(_catalogue), methods=["GET"]),
    Route(FEED_PATH, guarded(_feed), methods=["GET"]),
    Route(API_PATH, guarded(_openapi), methods=["GET"]),
]
