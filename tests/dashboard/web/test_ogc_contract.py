"""The live service against its own OpenAPI document, asked by schemathesis."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from starlette.applications import Starlette

from dashboard.web.routes import ogc
from tests.examples import THOROUGH, examples

SCHEMA = schemathesis.openapi.from_asgi("/ogc/openapi?f=json", Starlette(routes=ogc.ROUTES))
if not THOROUGH:  # of the collections, whose operations are the same: points, polygons, a table
    SCHEMA = SCHEMA.exclude(path_regex="/collections/(?!(cities|countries|projects)(/|$))")


@SCHEMA.parametrize()
@settings(
    max_examples=examples(6),
    deadline=5_000,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_of_the_document_is_a_fault_of_the_server_or_takes_long(case):
    answer = case.call()
    case.validate_response(answer, checks=[not_a_server_error])
    assert answer.status_code in {200, 304, 400, 404, 405, 406}
