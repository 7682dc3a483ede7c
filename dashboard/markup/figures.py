"""Key figures of a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A key figure: value with unit, label, and year and source."""

    value: str
    label: str
    source: str
