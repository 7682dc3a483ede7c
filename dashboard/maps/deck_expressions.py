"""The map expressions that decks carry, evaluated as deck.gl does it in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

PREFIX = "@@="
"""Begins an expression where a constant could stand too."""

_TEST = re.compile(r"^(?:__source\.object\.)?properties\.(\w+)(?: (==|<) (.+))?$")
_PROPERTY = re.compile(r"^properties\.(\w+)$")


def evaluate(expression: str, properties: Mapping[str, Any]) -> Any:
    """Value of ``test ? value : otherwise``, nested to the right, for one feature.

    A value is JSON or a property; a missing property is null.

    Raises
    ------
    ValueError
        If it is another kind of expression.

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
    if _holds(test, properties):
        return _value(value, properties)
    return evaluate(otherwise, properties)


def _value(text: str, properties: Mapping[str, Any]) -> Any:
    found = _PROPERTY.match(text)
    return properties.get(found[1]) if found else json.loads(text)


def _holds(test: str, properties: Mapping[str, Any]) -> bool:
    found = _TEST.match(test)
    if not found:
        raise ValueError(f"not a test of a map expression: {test}")
    name, operator, right = found.groups()
    left = properties.get(name)
    if operator is None:
        return bool(left)
    if operator == "==":
        return bool(left == json.loads(right.replace("'", '"')))
    return (left or 0) < float(right)  # null counts as 0 in JavaScript
