"""Key figures of a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A key figure: value with unit, label, year and source, and its place among the others; empty
    without one."""

    value: str
    label: str
    source: str
    place: str = ""
