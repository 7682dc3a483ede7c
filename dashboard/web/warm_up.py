"""After the start: each page is opened once, so that the first users find what later ones find.

The first run of a page imports what only it needs, reads its layers and makes its charts, map and
tables; together that takes some seconds of processor time.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from starlette.routing import BaseRoute, Router
from starlette.types import Message

from dashboard import i18n
from dashboard.markup.breakpoints import WIDTH_COOKIE, WIDTHS
from dashboard.navigation import PAGES
from dashboard.streamlit_internals import run_page, session_counts
from dashboard.telemetry import logs

_COOKIES = {WIDTH_COOKIE: str(WIDTHS[-1])}

_ADDRESS = re.compile(r'"(/(?:charts/[^"{}]+\.vl\.json|layers/|maps/)[^"{}]*)"')
"""Not the images of charts: browsers ask for them only if they cannot draw."""

PAUSE_SECONDS, BUSY_PAUSE_SECONDS = 0.05, 1.5
"""Before each page and request, and before each page while users have pages open: they go first."""

UNREADY_SECONDS = 1.0
"""Between two looks whether the layers are there."""


async def warm_up(routes: Sequence[BaseRoute]) -> None:
    """Open each page in each language, and request what it names.

    Parameters
    ----------
    routes
        The HTTP routes; they are asked without the middlewares, which ask for a sign-in and count
        what a client takes.
    """
    router = Router(routes)
    while await _request("/readyz", router) != 200:
        await asyncio.sleep(UNREADY_SECONDS)
    started = time.perf_counter()
    for language in i18n.languages():
        for page in PAGES:
            try:
                await _open("" if page == "overview" else page, language, router)
            except Exception as error:
                logs.error("not_warm", error, f"Open the page {page!r} to see what is wrong.")
        await _request(f"/search.json?q=asean&lang={language}", router)
    logs.event("warm", seconds=round(time.perf_counter() - started, 1))


async def _open(page: str, language: str, router: Router) -> None:
    users = session_counts()
    await asyncio.sleep(BUSY_PAUSE_SECONDS if users and users[0] else PAUSE_SECONDS)
    elements = await run_page(page, {"Accept-Language": language}, _COOKIES)
    sent = [one.bidi_component.json for one in elements if one.HasField("bidi_component")]
    for address in addresses(sent):
        await asyncio.sleep(PAUSE_SECONDS)
        await _request(address, router)


def addresses(sent: Iterable[str]) -> Iterator[str]:
    """The addresses of charts, maps and their layers in what the components of a page are sent.

    >>> list(addresses(['{"spec": "/charts/support.vl.json?v=1", "image": "/charts/support.svg"}']))
    ['/charts/support.vl.json?v=1']
    """
    for text in sent:
        for value in _texts(json.loads(text)):
            quoted = value if value.startswith("{") else f'"{value}"'
            yield from dict.fromkeys(_ADDRESS.findall(quoted))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)


async def _request(address: str, router: Router) -> int:
    """The status of the answer to a GET request."""
    statuses = []
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(message["status"]))

    await router(scope, receive, send)
    return statuses[0]
