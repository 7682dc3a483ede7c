"""The log: JSON lines that tell what happened and nothing of who reads."""

from __future__ import annotations

import datetime
import json
import logging
import sys

import pytest
import streamlit.logger
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.settings import Settings
from dashboard.telemetry import logs
from dashboard.web.middleware.request_log import RequestLogMiddleware
from geo.errors import LayerError, QueryError
from tests.dashboard.app_fixtures import SECRET, SIGNED_IN
from tests.dashboard.asgi import ask

PERSONAL = [
    "reader.name+x@asean.example",
    "203.0.113.9",
    "2001:db8:1:2::42",
    "2001:db8:1:2:3:4:5:6",
    "/explore?near=my-home",
    "eyJhbGciOiJIUzI1NiJ9eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig",
    SECRET,
]


def written(name: str, message: object, *values: object, **extra: object) -> str:
    record = logging.LogRecord(name, logging.WARNING, "x.py", 1, message, values, None)
    for key, value in extra.items():
        setattr(record, key, value)
    return logs.JsonLines(SIGNED_IN.secrets()).format(record)


def test_a_line_is_one_json_object_with_time_level_and_event():
    line = json.loads(written("dashboard", "rerun", fields={"page": "explore", "ms": 3.5}))
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "warning", "event": "rerun", "page": "explore", "ms": 3.5}


def test_time_is_that_of_the_event():
    record = logging.LogRecord("dashboard", logging.INFO, "x.py", 1, "started", (), None)
    record.created = 0.25
    line = json.loads(logs.JsonLines(()).format(record))
    assert datetime.datetime.fromisoformat(line["time"]).timestamp() == 0.25


@pytest.mark.parametrize("hush", PERSONAL)
@pytest.mark.parametrize("name", ["dashboard", "geo.layers.catalogue", "streamlit.web", "httpx"])
def test_neither_secrets_nor_personal_data_get_through(hush, name):
    for line in (
        written(name, f"Value {hush} was refused"),
        written(name, "Value %s was refused", hush),
        written(name, "refused", fields={"value": f"({hush})"}),
    ):
        assert hush.removeprefix("/explore") not in line
        assert "refused" in line


def test_what_a_library_says_is_written_without_its_values():
    line = json.loads(written("streamlit.web", "Rejecting origin=%s host=%s", "my-host", "other"))
    assert line["message"] == "Rejecting origin=%s host=%s"
    assert line["from"] == "streamlit.web"


def test_a_message_stays_on_one_line_and_is_cut():
    line = written("dashboard", "a\nb\r\n" + "word " * 1_000)
    assert "\n" not in line
    assert len(line) < 800


def test_hashes_of_layers_and_numbers_stay_readable():
    line = json.loads(written("dashboard", "Layers b47fb3a55c74-1f5cb6ae at 12:30:05, 7,618 rows"))
    assert line["message"] == "Layers b47fb3a55c74-1f5cb6ae at 12:30:05, 7,618 rows"


def _fault() -> tuple[type, BaseException, object]:
    try:
        {"reader@asean.example": 1}["hush"]
    except KeyError:
        return sys.exc_info()  # type: ignore[return-value]
    raise AssertionError


def test_an_exception_is_told_by_kind_and_place_without_its_message():
    record = logging.LogRecord("dashboard", logging.ERROR, "x.py", 1, "failed", (), _fault())
    line = json.loads(logs.JsonLines(()).format(record))
    assert line["error"] == "KeyError"
    assert "test_logs.py" in line["at"][-1]
    assert "hush" not in json.dumps(line)


def test_errors_of_layers_are_told_whole_and_those_of_queries_by_kind():
    assert logs.safe_message(LayerError("cities.parquet is damaged; build it.")).endswith(
        "build it."
    )
    assert logs.safe_message(QueryError("There is no city 'my home'.")) == "QueryError"


def test_text_is_for_people():
    record = logging.LogRecord("dashboard", logging.INFO, "x.py", 1, "rerun", (), None)
    record.fields = {"page": "explore", "ms": 3.5}
    assert logs.TextLines(()).format(record)[8:] == " info    rerun page=explore ms=3.5"


@pytest.fixture
def _put_back(monkeypatch: pytest.MonkeyPatch):
    """``setup`` changes logging for the whole process; all is as before after the test."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    names = [name for name, one in logging.root.manager.loggerDict.items() if name]
    known = [logging.getLogger(name) for name in names]
    states = [(one, one.handlers, one.propagate, one.disabled, one.level) for one in known]
    monkeypatch.setattr(streamlit.logger, "setup_formatter", streamlit.logger.setup_formatter)
    monkeypatch.setattr(logging, "raiseExceptions", True)
    yield
    logging.captureWarnings(False)
    root.handlers, root.level = before, level
    for one, handlers, propagate, disabled, own_level in states:
        one.handlers, one.propagate, one.disabled = handlers, propagate, disabled
        one.setLevel(own_level)


@pytest.mark.usefixtures("_put_back")
def test_every_logger_of_the_process_writes_json(capsys):
    logs.setup(Settings())
    for name in ("dashboard", "geo", "uvicorn.error", "httpx", "py.warnings"):
        logging.getLogger(name).warning("word")
    streamlit.logger.get_logger("streamlit.made.just.now").warning("word")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert len(lines) == 6
    logging.getLogger("uvicorn.access").warning("GET /")
    log = logging.getLogger("dashboard")
    log.warning("%d", "hush")  # a record that cannot be written
    assert capsys.readouterr().err == ""


async def _fails(request: Request) -> Response:
    raise ValueError(request.query_params["q"])


async def _answers(request: Request) -> Response:
    return PlainTextResponse("ok")


app = Starlette(
    routes=[Route("/layers/{name}.geojson", _answers), Route("/charts/{name}", _fails)],
    middleware=[Middleware(RequestLogMiddleware)],
)


def events(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [
        {"event": record.msg, **record.fields}
        for record in caplog.records
        if hasattr(record, "fields")  # not the line of the first load of the layers
    ]


def test_a_request_is_told_by_route_status_and_time_alone(caplog):
    caplog.set_level(logging.INFO, "dashboard")
    headers = {"cookie": "a=secret", "user_agent": "Mozilla", "referer": "http://x/?q=1"}
    ask(app, "/layers/my-name.geojson?near=my-home", client="203.0.113.9", **headers)
    [line] = events(caplog)
    assert line.pop("ms") >= 0
    assert line.pop("layers")
    assert line == {
        "event": "request",
        "route": "/layers/{name}.geojson",
        "method": "GET",
        "status": 200,
        "bytes": 2,
    }


def test_a_path_that_is_no_route_is_not_told(caplog):
    caplog.set_level(logging.INFO, "dashboard")
    ask(app, "/reader@asean.example", "HUSH")
    [line] = events(caplog)
    assert (line["route"], line["method"], line["status"]) == ("other", "other", 404)


def test_a_fault_of_a_route_is_one_sentence_and_a_line_that_says_what_to_do(caplog):
    answer = ask(app, "/charts/x?q=hush")
    assert answer.status == 500
    assert answer.json()["detail"] == "This could not be answered. The fault is logged."
    [fault] = [line for line in events(caplog) if line["event"] == "failed"]
    assert fault["do"] == "Report this as a fault of /charts/{name}."
    formatted = logs.JsonLines(()).format(caplog.records[0])
    assert "hush" not in formatted
    assert "_fails" in formatted
