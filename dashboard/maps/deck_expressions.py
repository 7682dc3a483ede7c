"""Evaluate the deck.gl expressions of a deck as the browser does."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

PREFIX = "@@="
"""Prefix of an expression in the JSON of a deck."""

_TEST = re.compile(r"^properties\.(\w+)(?: (==|<) (.+))?$")
_PROPERTY = re.compile(r"^properties\.(\w+)$")


def evaluate(expression: str, properties: Mapping[str, Any]) -> Any:
    """Value of ``test ? value : otherwise``, nested on the right, for one feature.

    A value is JSON or a property; a missing property is null.

    Raises
    ------
    ValueError
        For any other kind of expression.

    Examples
    --------
    >>> evaluate("@@=properties.a == null ? 4 : properties.a", {"a": 7})
    7
    """
    expression = expression.removeprefix(PREFIX).strip()
    if expression.startswith("(") and expression.endswith(")"):
        expression = expression[1:-1]
    if " ? " not in expression:
        return _value(expression, properties)
    test, rest = expression.split(" ? ", 1)
    value, otherwise = rest.split(" : ", 1)
    if _test_passes(test, properties):
        return _value(value, properties)
    return evaluate(otherwise, properties)


def _value(text: str, properties: Mapping[str, Any]) -> Any:
    match = _PROPERTY.match(text)
    return properties.get(match[1]) if match else json.loads(text)


def _test_passes(test: str, properties: Mapping[str, Any]) -> bool:
    match = _TEST.match(test)
    if not match:
        raise ValueError(f"not a test of a map expression: {test}")
    name, operator, right = match.groups()
    left = properties.get(name)
    if operator is None:
        return bool(left)
    if operator == "==":
        return bool(left == json.loads(right.replace("'", '"')))
    return (left or 0) < float(right)  # null counts as 0 in JavaScript
