"""Answers that are made while they are sent: whole, in gzip, or by a range of bytes."""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from dashboard.quota.shares import pieces
from dashboard.web.export_cache import kept
from dashboard.web.http import unchanged, wants_gzip
from geo.export.batches import joined

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@dataclass(frozen=True)
class Content:
    """What an address holds.

    Attributes
    ----------
    make
        Gives the bytes in chunks; the same bytes each time.
    media_type
        Of these bytes.
    tag
        Strong validator that changes when the bytes do.
    text
        Whether gzip makes the bytes smaller.
    filed
        Whether they come only when all are made; then their number is told and they are kept.
    """

    make: Callable[[], Iterator[bytes]]
    media_type: str
    tag: str
    text: bool
    filed: bool


def streamed(request: Request, content: Content, headers: Mapping[str, str]) -> Response:
    """Content by RFC 9110: 304 to who holds it, 206 or 416 for one range of bytes, else all.

    Ranges are of the bytes as they are, never of their gzip. Several ranges at once, and a range
    of a representation that the client no longer has right (``If-Range``), are answered with all.
    """
    zip_it = content.text and wants_gzip(request) and "range" not in request.headers
    tag = content.tag[:-1] + '-gzip"' if zip_it else content.tag
    common = {**headers, "ETag": tag, "X-Content-Type-Options": "nosniff"}
    if content.text:
        common["Vary"] = "Accept-Encoding"
    if not zip_it:
        common["Accept-Ranges"] = "bytes"
    if unchanged(request, tag):
        return Response(status_code=304, headers=common)
    asked = _range(request, tag)
    if asked or content.filed or (not zip_it and tag in kept):
        return _from_file(request, content, common, asked)
    if zip_it:
        common["Content-Encoding"] = "gzip"
    chunks = content.make()
    if zip_it:
        chunks = joined(_zipped(chunks))
    first = list(itertools.islice(chunks, 2))
    if len(first) < 2:  # small enough to tell its length
        common["Content-Length"] = str(sum(map(len, first)))
    body = iter(()) if request.method == "HEAD" else itertools.chain(first, chunks)
    return StreamingResponse(pieces(body), 200, common, content.media_type)


def _from_file(
    request: Request, content: Content, headers: dict[str, str], asked: re.Match[str] | None
) -> Response:
    size = kept.get(content.tag, content.make).size
    start, end, status = 0, size, 200
    if asked:
        found = _bounds(asked, size)
        if found is None:
            headers |= {"Content-Range": f"bytes */{size}", "Cache-Control": "no-store"}
            return Response(status_code=416, headers=headers)
        (start, end), status = found, 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    body: Iterator[bytes] = iter(())
    if request.method != "HEAD":
        body = kept.read(content.tag, content.make, start, end)
    return StreamingResponse(pieces(body), status, headers, content.media_type)


def _range(request: Request, tag: str) -> re.Match[str] | None:
    """The one range of bytes that is asked for, if there is such a one."""
    if request.method != "GET" or request.headers.get("if-range", tag) != tag:
        return None
    found = _RANGE.fullmatch(request.headers.get("range", "").strip().lower())
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    return None if first and last and int(first) > int(last) else found


def _bounds(asked: re.Match[str], size: int) -> tuple[int, int] | None:
    first, last = asked.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    return (start, end) if start < end else None


def _zipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Chunks in gzip, the same bytes each time."""
    packer = zlib.compressobj(6, wbits=31)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()
