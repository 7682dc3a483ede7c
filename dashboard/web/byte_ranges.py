"""Streamed responses: complete, or a byte range.

Not Starlette's ``FileResponse`` (1.10): it opens its file only when it sends and fails if the cache
evicted it meanwhile; answers 400 to a ``Range`` that RFC 9110 says to ignore; reads outside the
client's turn; and needs the whole file before the first byte.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from dashboard.quota.shares import stream_in_turn
from dashboard.web.export_cache import export_cache
from dashboard.web.http import not_modified

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@dataclass(frozen=True)
class Content:
    """The content of a URL.

    Attributes
    ----------
    make
        Generates the bytes in chunks; the same bytes each time.
    media_type
        Media type of the bytes.
    tag
        Strong ETag that changes when the bytes do.
    spooled
        Whether the format cannot be streamed; then the content is generated completely, cached and
        sent with its length.
    """

    make: Callable[[], Iterator[bytes]]
    media_type: str
    tag: str
    spooled: bool


def ranged_response(request: Request, content: Content, headers: Mapping[str, str]) -> Response:
    """The response of RFC 9110: 304 if not modified, 206 or 416 for one byte range, else 200.

    A request for several ranges, or for a range of an outdated representation (``If-Range``), gets
    the complete content.
    """
    tag = content.tag
    common = {**headers, "ETag": tag, "Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff"}
    if not_modified(request, tag):
        return Response(status_code=304, media_type=content.media_type, headers=common)
    byte_range = _requested_range(request, tag)
    if byte_range or content.spooled or tag in export_cache:
        return _from_file(request, content, common, byte_range)
    chunks = content.make()
    first = list(itertools.islice(chunks, 2))
    if len(first) < 2:  # small enough to know its length
        common["Content-Length"] = str(sum(map(len, first)))
    body = iter(()) if request.method == "HEAD" else itertools.chain(first, chunks)
    return StreamingResponse(stream_in_turn(body), 200, common, content.media_type)


def _from_file(
    request: Request, content: Content, headers: dict[str, str], byte_range: re.Match[str] | None
) -> Response:
    size = export_cache.get(content.tag, content.make).size
    start, end, status = 0, size, 200
    if byte_range:
        bounds = _bounds(byte_range, size)
        if bounds is None:
            headers |= {"Content-Range": f"bytes */{size}", "Cache-Control": "no-store"}
            return Response(status_code=416, headers=headers)
        (start, end), status = bounds, 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    body: Iterator[bytes] = iter(())
    if request.method != "HEAD":
        body = export_cache.read(content.tag, content.make, start, end)
    return StreamingResponse(stream_in_turn(body), status, headers, content.media_type)


def _requested_range(request: Request, tag: str) -> re.Match[str] | None:
    """The requested byte range; ``None`` without a single valid one."""
    if request.method != "GET" or request.headers.get("if-range", tag) != tag:
        return None
    match = _RANGE.fullmatch(request.headers.get("range", "").strip().lower())
    if not match or not any(match.groups()):
        return None
    first, last = match.groups()
    return None if first and last and int(first) > int(last) else match


def _bounds(byte_range: re.Match[str], size: int) -> tuple[int, int] | None:
    first, last = byte_range.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    return (start, end) if start < end else None
