"""The live service against its own OpenAPI document, asked by schemathesis."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from starlette.applications import Starlette

from dashboard.web.routes import ogc
from geo.schema import LAYERS
from tests.examples import THOROUGH, examples

# Of the collections, whose operations are the same: points, polygons, a table.
COLLECTIONS = tuple(LAYERS) if THOROUGH else ("cities", "countries", "projects")


@pytest.fixture(scope="module")
def operations():
    """The operations of the document, by collection; those of none are below an empty name."""
    import schemathesis  # takes a second, for which the processes of other tests need not wait

    schema = schemathesis.openapi.from_asgi("/ogc/openapi?f=json", Starlette(routes=ogc.ROUTES))
    found = {}
    for each in schema.get_all_operations():
        _, first, *rest = each.ok().path.split("/")
        name = rest[0] if first == "collections" and rest else ""
        found.setdefault(name, []).append(each.ok())
    return found


@pytest.mark.parametrize("name", ["", *COLLECTIONS])
def test_no_request_of_the_document_is_a_fault_of_the_server_or_takes_long(name, operations):
    from schemathesis.checks import not_a_server_error
    from schemathesis.generation import GenerationMode

    for operation in operations[name]:
        valid, invalid = (operation.as_strategy(mode) for mode in GenerationMode)

        @settings(
            max_examples=examples(6),
            deadline=5_000,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=valid | invalid)
        def ask(case):
            answer = case.call()
            case.validate_response(answer, checks=[not_a_server_error])
            assert answer.status_code in {200, 304, 400, 404, 405, 406}

        ask()
