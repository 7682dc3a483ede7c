"""Helpers of the HTTP routes: validators, caching, error responses."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import PurePosixPath

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from dashboard import i18n
from dashboard.data.current import catalogue, pinned_layers
from dashboard.markup.page_script import PageScript
from dashboard.markup.theme import THEMES
from dashboard.quota.shares import ShareExceededError, run_in_turn
from dashboard.web.export_cache import export_cache
from dashboard.web.request_info import site_url
from geo.analysis.filter import PARAMETERS, parse
from geo.errors import GeoError, NotFoundError, QueryError, no_such, quoted
from geo.i18n import Language, language, mark, tr, use_language
from geo.parameters import joined, whole_number

IMMUTABLE = "public, max-age=31536000, immutable"
"""``Cache-Control`` of a URL that contains the version of its content."""

ONE_MINUTE = "public, max-age=60"
"""``Cache-Control`` of a URL whose content changes with the layers."""

REVALIDATE = "public, no-cache"
"""``Cache-Control`` of a URL with a version other than the one served: caches must revalidate, so
that they never keep other content under that version."""


MAX_PIXELS = 3_000
"""Maximum width and height of a map image."""

Handler = Callable[[Request], Response]


def base_url(request: Request) -> str:
    """Address of the dashboard; see :func:`dashboard.web.request_info.site_url`."""
    return site_url(request.scope)


def cache_headers(request: Request, version: str) -> dict[str, str]:
    """``Cache-Control`` of a URL that may contain the version of its content (``?v=``).

    Replicas switch to new layers one after the other, so a replica may be asked for a version that
    it no longer serves, or not yet. It responds with the version that it has.
    """
    requested = request.query_params.get("v")
    otherwise = REVALIDATE if requested else ONE_MINUTE
    return {"Cache-Control": IMMUTABLE if requested == version else otherwise}


def etag(*parts: str) -> str:
    """A strong ETag of content that depends on ``parts`` only."""
    return '"' + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20] + '"'


def query_dict(request: Request) -> dict[str, str]:
    """The query parameters of a request; values of a repeated parameter are joined by commas."""
    return joined(request.query_params.multi_items())


def extra_params(request: Request, *excluded: str) -> tuple[tuple[str, str], ...]:
    """Sorted query parameters without theme, language and ``excluded``; the filter is in canonical
    form, so that equivalent queries give equal cache keys."""
    excluded = ("theme", i18n.PARAMETER, *excluded)
    params = {name: value for name, value in query_dict(request).items() if name not in excluded}
    parsed = parse(params, catalogue()["cities"]["city_id"])
    if not parsed.problems:
        # Parameters that the canonical filter omits stay, for routes that reject unknown names.
        canonical = parsed.filter.canonical().to_query()
        params |= {name: canonical.get(name, "") for name in params if name in PARAMETERS}
    return tuple(sorted(params.items()))


def theme_param(
    params: Mapping[str, str], themes: Sequence[str] = THEMES, default: str = THEMES[0]
) -> str:
    """The ``theme`` parameter of a query.

    Raises
    ------
    QueryError
        If the theme is not one of ``themes``.
    """
    theme = params.get("theme", default)
    if theme not in themes:
        raise QueryError(
            no_such(mark("There is no theme {name}. Available: {known}."), theme, themes)
        )
    return theme


def pixels_param(request: Request, name: str, default: int) -> int:
    """A query parameter that is a number of pixels.

    Raises
    ------
    QueryError
        If it is not a number from 1 to :data:`MAX_PIXELS`.
    """
    value = query_dict(request).get(name, str(default))
    pixels = whole_number(value, MAX_PIXELS)
    if not pixels:
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not a number of pixels from 1 to {most}.",
                name=name,
                value=quoted(value),
                most=MAX_PIXELS,
            )
        )
    return pixels


def not_modified(request: Request, tag: str) -> bool:
    """Whether ``If-None-Match`` matches this ETag (RFC 9110, section 13.1.2)."""
    header = request.headers.get("if-none-match", "")
    known = {part.strip().removeprefix("W/") for part in header.split(",")}
    return tag.removeprefix("W/") in known or "*" in known


def cached_response(
    request: Request,
    make: Callable[[], bytes],
    media_type: str,
    tag: str,
    headers: Mapping[str, str],
    store: bool = True,
) -> Response:
    """The content, or status 304 if the client already has it.

    Parameters
    ----------
    make
        Returns the bytes; equal tags must give equal bytes.
    tag
        ETag of the bytes.
    store
        Whether to keep the bytes in :mod:`dashboard.web.export_cache`.
    """
    headers = {**headers, "ETag": tag, "X-Content-Type-Options": "nosniff"}
    if request.headers.get("if-none-match", "").strip() == "*":
        make()  # raises for an invalid query, which ``*`` would otherwise hide
    if not_modified(request, tag):
        return Response(status_code=304, media_type=media_type, headers=headers)
    content = export_cache.content(tag, make) if store else make()
    return Response(content, media_type=media_type, headers=headers)


@dataclass(frozen=True)
class CachedContent:
    """Content of a URL that depends on its parameters, the layers and the language only.

    Attributes
    ----------
    media_type
        Media type of the bytes.
    key
        What distinguishes the bytes from those of other URLs, layers and language aside.
    make
        Returns the bytes; equal keys must give equal bytes.
    headers
        Headers beside those for caching.
    version
        Value of ``v`` with which the URL is immutable.
    """

    media_type: str
    key: tuple[object, ...]
    make: Callable[[], bytes]
    headers: Mapping[str, str] = field(default_factory=dict)
    version: str = field(default_factory=lambda: catalogue().version)

    @property
    def tag(self) -> str:
        """Strong ETag, in the active language."""
        return etag(self.version, language().code, *map(str, self.key))


def cached(handler: Callable[[Request], CachedContent]) -> Handler:
    """A route handler that responds with cached content, or status 304."""

    @wraps(handler)
    def respond(request: Request) -> Response:
        content = handler(request)
        headers = {**cache_headers(request, content.version), **content.headers}
        return cached_response(request, content.make, content.media_type, content.tag, headers)

    return respond


def guarded(
    handler: Handler, error_response: Callable[[int, str], Response] | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """Wrap a route handler: language of the query (default English), errors, pinned layers, quota.

    Errors become problem JSON, or what ``error_response`` makes of status and sentence: 404 for
    :class:`NotFoundError`, 400 for :class:`QueryError`, 503 for other :class:`GeoError` (layers
    that cannot be read). A client that exceeds its share gets 429 as problem
    JSON. The handler runs in a thread, on one version of the layers, when it is the client's turn.
    """
    failed = error_response or problem

    def respond(request: Request) -> Response:
        with use_language(i18n.language_from_query(request.query_params) or Language()):
            try:
                with pinned_layers():
                    return handler(request)
            except NotFoundError as error:
                return failed(404, str(error))
            except QueryError as error:
                return failed(400, str(error))
            except GeoError as error:
                return failed(503, str(error))

    async def route(request: Request) -> Response:
        try:
            return await run_in_turn(partial(respond, request))
        except ShareExceededError as error:
            return too_many_requests(request.scope, error.wait)

    return route


def script_route(script: PageScript) -> Route:
    """The route of a script, which is immutable, as its name changes with its content."""
    current = PurePosixPath(script.url)

    @cached
    def respond(request: Request) -> CachedContent:
        if script.pattern.format(name=request.path_params["name"]) != script.url:
            raise NotFoundError(f"There is no such script; there is {current.name}.")
        headers = {"Cache-Control": IMMUTABLE}
        read = script.path.read_bytes
        return CachedContent("text/javascript", ("script",), read, headers, current.stem)

    return Route(script.pattern, guarded(respond), methods=["GET"])


def too_many_requests(scope: Scope, wait: int) -> Response:
    """The response to a client that exceeds its share; ``wait`` in whole seconds."""
    with use_language(i18n.language_from_query(QueryParams(scope["query_string"])) or Language()):
        response = problem(429, str(ShareExceededError(wait)))
    response.headers["Retry-After"] = str(wait)
    return response


def problem(status: int, detail: str) -> JSONResponse:
    """An error as problem JSON (RFC 9457)."""
    return JSONResponse(
        {"status": status, "detail": detail},
        status_code=status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
