"""Logging: one JSON object per line, without personal data of users.

The dashboard's own events have explicit fields: no IP address, no query, no cookie. Messages of
libraries are logged without their arguments, which may contain user input; of exceptions only type
and traceback locations are logged, never the message.
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

from dashboard.data.current import source_catalogue
from dashboard.settings import Settings
from dashboard.streamlit_internals import adopt_loggers
from geo.errors import GeoError, QueryError

log = logging.getLogger("dashboard")

_OWN_PACKAGES = ("dashboard", "geo")

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
"""Patterns that are redacted in every message, in case they ever occur."""

_MAX_LENGTH = 600


def event(name: str, level: int = logging.INFO, /, **fields: Any) -> None:
    """Log an event, with fields that must not identify a user."""
    if log.isEnabledFor(level):
        log.log(level, name, extra={"fields": {**fields, "layers": layer_version()}})


def error(name: str, exception: BaseException, do: str) -> None:
    """Log an exception: its type, its location, and what to do about it.

    Parameters
    ----------
    do
        What the operator should do about it, one sentence.
    """
    log.error(name, exc_info=exception, extra={"fields": {"do": do, "layers": layer_version()}})


def safe_message(error: GeoError) -> str:
    """The message of an error, or only its type if it may contain user input."""
    return type(error).__name__ if isinstance(error, QueryError) else str(error)


def layer_version() -> str:
    """Version of the served layers, cached for a second."""
    return _layer_version(int(time.monotonic()))


@lru_cache(maxsize=1)
def _layer_version(_second: int) -> str:
    try:
        return source_catalogue().version
    except GeoError:
        return ""


def _traceback_lines(exception: BaseException) -> list[str]:
    frames = traceback.extract_tb(exception.__traceback__)[-8:]
    return [f"{'/'.join(f.filename.split('/')[-3:])}:{f.lineno} {f.name}" for f in frames]


class _CleanFormatter(logging.Formatter):
    """Formats the fields of a record without secrets and personal data."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self.secrets = tuple(secrets)

    def clean(self, message: str) -> str:
        """``message`` on one line, with secrets and personal data redacted."""
        for secret in self.secrets:
            message = message.replace(secret, "[secret]")
        for pattern, replacement in _PERSONAL:
            message = pattern.sub(replacement, message)
        return " ".join(message.split())[:_MAX_LENGTH]

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """The fields to log for a record."""
        is_own = record.name.split(".")[0] in _OWN_PACKAGES
        message = self.clean(record.getMessage() if is_own else str(record.msg))
        timestamp = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": timestamp, "level": record.levelname.lower()}
        event_fields = getattr(record, "fields", None)
        if event_fields is None:
            line |= {"event": "message", "from": record.name, "message": message}
        else:
            line |= {"event": message}
            line |= {k: self.clean(v) if isinstance(v, str) else v for k, v in event_fields.items()}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line |= {"error": type(error).__name__, "at": _traceback_lines(error)}
        return line


class JsonLines(_CleanFormatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(self.fields(record), ensure_ascii=False, default=str)


class TextLines(_CleanFormatter):
    """One human-readable line per record."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = self.fields(record)
        head = f"{line.pop('time')[11:19]} {line.pop('level'):<7} {line.pop('event')}"
        return " ".join([head, *(f"{name}={value}" for name, value in line.items())])


def setup(settings: Settings) -> None:
    """Route all logs of this process through one formatter; disable uvicorn's access log."""
    handler = logging.StreamHandler()
    lines = JsonLines if settings.log == "json" else TextLines
    handler.setFormatter(lines(settings.secrets()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    log.setLevel(settings.log_level.upper())
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # or failures to write a record would print its values
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        _adopt(logging.getLogger(name))
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True
    # The dashboard logs failing pages itself; Streamlit would log the exception message too.
    adopt_loggers(_adopt)


def _adopt(logger: logging.Logger) -> None:
    logger.handlers = []
    logger.propagate = True
