"""Evaluate the map expressions that decks carry, as deck.gl does in the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_TEST = re.compile(r"^properties\.(\w+)(?: (==|<) (.+))?$")


def evaluate(expression: str, properties: Mapping[str, Any]) -> Any:
    """Value of ``test ? value : otherwise``, nested to the right; a missing property is null."""
    expression = expression.removeprefix("@@=")
    if " ? " not in expression:
        return json.loads(expression)
    test, rest = expression.split(" ? ", 1)
    value, otherwise = rest.split(" : ", 1)
    return json.loads(value) if _holds(test, properties) else evaluate(otherwise, properties)


def _holds(test: str, properties: Mapping[str, Any]) -> bool:
    found = _TEST.match(test)
    assert found, f"not an expression of a map: {test}"
    name, operator, right = found.groups()
    left = properties.get(name)
    if operator is None:
        return bool(left)
    if operator == "==":
        return left == json.loads(right.replace("'", '"'))
    return (left or 0) < float(right)  # null counts as 0 in JavaScript
