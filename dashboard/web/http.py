"""What the HTTP routes share: validators, compression, one sentence for each error."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from dashboard import i18n
from dashboard.data.current import catalogue, holding
from dashboard.markup.theme import THEMES
from dashboard.quota.shares import BusyError, answered
from dashboard.web.export_cache import kept
from geo.analysis.filter import PARAMETERS, parse
from geo.errors import GeoError, NotFoundError, QueryError, no_such, shown
from geo.i18n import Language, mark, speaking, tr
from geo.parameters import joined, whole_number

FOREVER = "public, max-age=31536000, immutable"
"""For an address that carries the content's own hash."""

BRIEFLY = "public, max-age=60"
"""For an address whose content changes when the layers do."""

CHECKED = "public, no-cache"
"""For an address that asks for another version than the one that is served: whoever keeps the
answer asks again each time, so other content never stays under that version's address."""


MOST_PIXELS = 3_000
"""Most pixels that the side of a map may be asked to have."""

Handler = Callable[[Request], Response]


def caching(request: Request, version: str) -> dict[str, str]:
    """The header that says how long an answer may be kept whose address may carry the version of
    its content.

    Replicas go over to new layers one after the other, so one may be asked for a version that it
    does not serve any more, or not yet. It answers with what it has.
    """
    asked = request.query_params.get("v")
    kept = CHECKED if asked else BRIEFLY
    return {"Cache-Control": FOREVER if asked == version else kept}


def etag(*parts: str) -> str:
    """A strong validator of content that depends on ``parts`` only."""
    return '"' + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20] + '"'


def zipped(content: bytes) -> bytes:
    """``content`` in gzip, the same bytes each time."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def offers_gzip(accept_encoding: str) -> bool:
    """Whether an ``Accept-Encoding`` takes gzip.

    >>> offers_gzip("br, gzip"), offers_gzip("gzip;q=0")
    (True, False)
    """
    for offer in accept_encoding.lower().split(","):
        coding, _, weight = offer.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def query_of(request: Request) -> dict[str, str]:
    """The query of an address; values of a parameter that is repeated are joined by commas."""
    return joined(request.query_params.multi_items())


def asked_beside(request: Request, *own: str) -> tuple[tuple[str, str], ...]:
    """The query without theme, language and a route's ``own`` parameters, in an order of its own
    and a filter as filters are written: equal questions are equal keys."""
    own = ("theme", i18n.PARAMETER, *own)
    asked = {name: value for name, value in query_of(request).items() if name not in own}
    found = parse(asked, catalogue()["cities"]["city_id"])
    if not found.problems:
        # What a filter leaves out stays by name, for who refuses names.
        written = found.filter.canonical().to_query()
        asked |= {name: written.get(name, "") for name in asked if name in PARAMETERS}
    return tuple(sorted(asked.items()))


def theme_of(
    asked: Mapping[str, str], known: Sequence[str] = THEMES, usual: str = THEMES[0]
) -> str:
    """The theme that a query asks for.

    Raises
    ------
    QueryError
        If there is no such theme.
    """
    theme = asked.get("theme", usual)
    if theme not in known:
        raise QueryError(
            no_such(mark("There is no theme {name}; there are {known}."), theme, known)
        )
    return theme


def pixels_of(request: Request, name: str, usual: int) -> int:
    """A number of pixels that an address may ask for.

    Raises
    ------
    QueryError
        If the parameter is no such number, or a very large one.
    """
    value = query_of(request).get(name, str(usual))
    pixels = whole_number(value, MOST_PIXELS)
    if not pixels:
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not a number of pixels from 1 to {most}.",
                name=name,
                value=shown(value),
                most=MOST_PIXELS,
            )
        )
    return pixels


def wants_gzip(request: Request) -> bool:
    """Whether the client takes gzip."""
    return offers_gzip(request.headers.get("accept-encoding", ""))


def unchanged(request: Request, tag: str) -> bool:
    """Whether the client holds the content of this validator (RFC 9110, section 13.1.2)."""
    held = request.headers.get("if-none-match", "")
    tags = {part.strip().removeprefix("W/") for part in held.split(",")}
    return tag.removeprefix("W/") in tags or "*" in tags


def answer(
    request: Request,
    make: Callable[[], bytes],
    media_type: str,
    tag: str,
    headers: Mapping[str, str],
    keep: bool = True,
) -> Response:
    """The content, or 304 when the client holds it.

    Parameters
    ----------
    make
        Gives the bytes; the same bytes for equal tags.
    tag
        Validator of the bytes as they are.
    keep
        Whether the bytes stay for who asks next; see :mod:`dashboard.web.export_cache`.
    """
    zip_it = wants_gzip(request)
    # The two encodings are two representations, so each has a validator of its own.
    own = tag[:-1] + ('-gzip"' if zip_it else '"')
    vary = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
    common = {**headers, "ETag": own, "Vary": vary}
    common["X-Content-Type-Options"] = "nosniff"
    if request.headers.get("if-none-match", "").strip() == "*":
        make()  # whatever the client holds, a wrong question is told so
    if unchanged(request, own):
        return Response(status_code=304, headers=common)

    def plain() -> bytes:
        return kept.content(tag, make) if keep else make()

    if not zip_it:
        return Response(plain(), media_type=media_type, headers=common)
    common["Content-Encoding"] = "gzip"
    content = kept.content(own, lambda: zipped(plain())) if keep else zipped(plain())
    return Response(content, media_type=media_type, headers=common)


def guarded(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Speak the language that the address asks for, English without one; answer with one sentence
    404 when there is no such thing, 400 to a wrong question, 503 when layers cannot be read, 429
    when the client takes more than its share. The request is answered from one set of layers, in a
    thread, when it is the client's turn."""

    def answer_to(request: Request) -> Response:
        try:
            with holding(), speaking(i18n.of_query(request.query_params) or Language()):
                return handler(request)
        except NotFoundError as error:
            return problem(404, str(error))
        except QueryError as error:
            return problem(400, str(error))
        except GeoError as error:
            return problem(503, str(error))

    async def guard(request: Request) -> Response:
        try:
            return await answered(partial(answer_to, request))
        except BusyError as error:
            return busy(request.scope, error.wait)

    return guard


def busy(scope: Scope, wait: int) -> Response:
    """The answer to who asks for more than its share; ``wait`` in whole seconds."""
    with speaking(i18n.of_query(QueryParams(scope["query_string"])) or Language()):
        answer = problem(429, str(BusyError(wait)))
    answer.headers["Retry-After"] = str(wait)
    return answer


def problem(status: int, detail: str) -> JSONResponse:
    """An error as RFC 9457 writes it."""
    return JSONResponse(
        {"status": status, "detail": detail},
        status_code=status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
