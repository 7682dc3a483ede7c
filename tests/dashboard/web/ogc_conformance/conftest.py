"""Answers of the service."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.dashboard.asgi import Answer, ask


@pytest.fixture(scope="session")
def get(routes) -> Callable[..., Answer]:
    """The answer below ``/ogc``; keywords are the query."""

    def fetch(path: str, status: int = 200, /, **query: object) -> Answer:
        text = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())
        answer = ask(routes, f"/ogc{path}?{text}")
        assert answer.status == status, answer.content
        return answer

    return fetch


@pytest.fixture(scope="session")
def api(get) -> dict:
    return get("/openapi").json()


@pytest.fixture(scope="session")
def items(get) -> Callable[..., dict]:
    return lambda name, /, **query: get(f"/collections/{name}/items", **query).json()
