"""The log: one JSON object a line, and nothing in it that tells who a reader is.

Our own events carry fields that are chosen one by one: no address, no query, no cookie. What
libraries say is written without the values that they put into it, since those may be a
reader's; of an exception its kind and places are written, never its message.
"""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import streamlit.logger

from dashboard.data.current import source_catalogue
from dashboard.settings import Settings
from geo.errors import GeoError, QueryError

log = logging.getLogger("dashboard")

_OURS = ("dashboard", "geo")

_PERSONAL = (
    (re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+"), "[address]"),
    (re.compile(r"\?[^\s'\"<>]+"), "?…"),
    (re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b"), "[ip]"),
    (
        re.compile(r"(?<!\w)([0-9A-Fa-f:]*::[0-9A-Fa-f:]*|([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4})"),
        "[ip]",
    ),
    (re.compile(r"[\w\-]{40,}(\.[\w\-]+)*"), "[token]"),
)
"""What is taken out of every message, should it ever get into one."""

_LONGEST = 600


def event(name: str, level: int = logging.INFO, /, **fields: Any) -> None:
    """Log what happened, with fields that must not tell who a reader is."""
    if log.isEnabledFor(level):
        log.log(level, name, extra={"fields": {**fields, "layers": layer_version()}})


def error(name: str, fault: BaseException, do: str) -> None:
    """Log a fault: what it is, where, and what to do about it.

    Parameters
    ----------
    do
        What the operator does about it, one sentence.
    """
    log.error(name, exc_info=fault, extra={"fields": {"do": do, "layers": layer_version()}})


def said(fault: GeoError) -> str:
    """The sentence of an error as far as it is not made of a reader's own words."""
    return type(fault).__name__ if isinstance(fault, QueryError) else str(fault)


def layer_version() -> str:
    """Version of the layers that are served, looked at once a second at the most."""
    return _layer_version(int(time.monotonic()))


@lru_cache(maxsize=1)
def _layer_version(_second: int) -> str:
    try:
        return source_catalogue().version
    except GeoError:
        return ""


def _places(fault: BaseException) -> list[str]:
    frames = traceback.extract_tb(fault.__traceback__)[-8:]
    return [f"{'/'.join(f.filename.split('/')[-3:])}:{f.lineno} {f.name}" for f in frames]


class _Plain(logging.Formatter):
    """Fields of a record without secrets and personal data."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self.secrets = tuple(secrets)

    def clean(self, text: str) -> str:
        """``text`` on one line, without what may be secret or personal."""
        for secret in self.secrets:
            text = text.replace(secret, "[secret]")
        for pattern, instead in _PERSONAL:
            text = pattern.sub(instead, text)
        return " ".join(text.split())[:_LONGEST]

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """What is written of a record."""
        ours = record.name.split(".")[0] in _OURS
        text = self.clean(record.getMessage() if ours else str(record.msg))
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said: dict[str, Any] = {"time": when, "level": record.levelname.lower()}
        own = getattr(record, "fields", None)
        if own is None:
            said |= {"event": "message", "from": record.name, "message": text}
        else:
            said |= {"event": text}
            said |= {k: self.clean(v) if isinstance(v, str) else v for k, v in own.items()}
        fault = record.exc_info[1] if record.exc_info else None
        if fault is not None:
            said |= {"error": type(fault).__name__, "at": _places(fault)}
        return said


class JsonLines(_Plain):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(self.fields(record), ensure_ascii=False, default=str)


class TextLines(_Plain):
    """One line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said = self.fields(record)
        head = f"{said.pop('time')[11:19]} {said.pop('level'):<7} {said.pop('event')}"
        return " ".join([head, *(f"{name}={value}" for name, value in said.items())])


def setup(settings: Settings) -> None:
    """Send every log of this process through our formatter; uvicorn's access log is off."""
    handler = logging.StreamHandler()
    lines = JsonLines if settings.log == "json" else TextLines
    handler.setFormatter(lines(settings.secrets()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    log.setLevel(settings.log_level.upper())
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a record that cannot be written is not told with its values
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        _adopt(logging.getLogger(name))
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True
    # Ours tells of a page that fails; Streamlit would write the message of the exception too.
    logging.getLogger("streamlit.error_util").disabled = True
    # Streamlit gives each of its loggers a handler when it is first asked for.
    streamlit.logger.setup_formatter = _adopt
    streamlit.logger.update_formatter()


def _adopt(logger: logging.Logger) -> None:
    logger.handlers = []
    logger.propagate = True
