"""What a benchmark tells: rows of a table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

Row = tuple[str, str, str]
"""What was measured, figure, and how often."""


def spread(values: Sequence[float], unit: str, digits: int = 0) -> str:
    """Median and 95th percentile in words."""
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"median {statistics.median(ordered):.{digits}f} {unit}, p95 {p95:.{digits}f} {unit}"


def seconds(act: Callable[[], object]) -> float:
    """How long an act takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
