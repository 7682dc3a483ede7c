"""``/search.json``: everything that a search finds, grouped; ``/search/openapi.json``, its
description; and the script of the search of the bar."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.search import box
from dashboard.search.results import GROUPS, answer
from dashboard.web.http import CachedContent, cached, guarded, query_dict, script_route
from geo.analysis.text_search import split_words
from geo.errors import QueryError, quoted
from geo.i18n import set_explicit, tr
from geo.parameters import MAX_TEXT, parse_search_text, reject_unknown_params, whole_number

DESCRIPTION_URL = "/search/openapi.json"

DEFAULT_LIMIT, MAX_LIMIT = 5, 100

PARAMETERS = ("q", "limit", i18n.PARAMETER)


@cached
def _search(request: Request) -> CachedContent:
    query = query_dict(request)
    reject_unknown_params(query, PARAMETERS)
    text = " ".join(parse_search_text(query.get("q", "")).split())
    if not split_words(text):
        raise QueryError(tr("Parameter q: enter the words to search for, for example q=flood."))
    limit = whole_number(query.get("limit", str(DEFAULT_LIMIT)), MAX_LIMIT)
    if not limit:
        raise QueryError(
            tr(
                "Parameter limit: {value} is not a number from 1 to {most}.",
                value=quoted(query["limit"]),
                most=MAX_LIMIT,
            )
        )
    set_explicit(i18n.PARAMETER in query)
    layers, key = catalogue(), ("search", text, limit, i18n.PARAMETER in query)
    headers = {"Link": f'<.{DESCRIPTION_URL}>; rel="service-desc"'}
    return CachedContent(
        "application/json",
        key,
        lambda: orjson.dumps(answer(layers, text, limit)),
        headers,
    )


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _many(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _parameter(
    name: str, description: str, required: bool = False, **schema: Any
) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": schema,
    }


def description() -> dict[str, Any]:
    """The OpenAPI document of the search."""
    result = _object(
        title=_text("Name of what was found."),
        where=_text("In which of its texts the words stand; empty for its name."),
        context=_text("A line about it."),
        url=_text("Its address, relative to this one.", format="uri-reference"),
    )
    group = _object(
        kind=_text("Kind of result.", enum=list(GROUPS)),
        label=_text("The kind in the language of the answer."),
        total={"type": "integer", "minimum": 1},
        results=_many(result),
    )
    found = _object(
        query=_text("The search."),
        note=_text("What was searched instead of a word that no text has; empty if all were."),
        groups=_many(group),
    )
    problem = _object(status={"type": "integer"}, detail=_text("What is wrong."))
    limit: dict[str, Any] = {"minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    operation = {
        "operationId": "search",
        "summary": "Search cities, projects, plans, partners, documents, places and pages",
        "parameters": [
            _parameter(
                "q",
                "Words, without regard to case, accents and single typing errors; results have "
                "all of them.",
                type="string",
                maxLength=MAX_TEXT,
            ),
            _parameter("limit", "Most results of a kind.", type="integer", **limit),
            _parameter("lang", "Language of texts and messages.", enum=list(i18n.languages())),
        ],
        "responses": {
            "200": {
                "description": "What was found",
                "content": {"application/json": {"schema": found}},
            },
            "400": {
                "description": "What is wrong with the search",
                "content": {"application/problem+json": {"schema": problem}},
            },
        },
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Search of the ASEAN Smart Cities dashboard", "version": "1"},
        "servers": [{"url": ".."}],
        "paths": {"/search.json": {"get": operation}},
    }


@cached
def _description(request: Request) -> CachedContent:
    reject_unknown_params(query_dict(request), (i18n.PARAMETER,))
    return CachedContent(
        "application/vnd.oai.openapi+json",
        ("search description",),
        lambda: orjson.dumps(description()),
    )


ROUTES = [
    script_route(box.SCRIPT),
    Route("/search.json", guarded(_search), methods=["GET"]),
    Route(DESCRIPTION_URL, guarded(_description), methods=["GET"]),
]
