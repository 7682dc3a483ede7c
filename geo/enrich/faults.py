"""Faults in the rows of a user's file, and how each was handled."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.export.csv import escape_formula
from geo.i18n import mark, tr

ASIDE, MENDED, KEPT = "aside", "mended", "kept"

OUTCOMES: Mapping[str, str] = {
    ASIDE: mark("set aside"),
    MENDED: mark("corrected"),
    KEPT: mark("kept as it is"),
}
"""How a row was handled."""

KINDS: Mapping[str, tuple[str, str, str]] = {
    "missing": (ASIDE, mark("a coordinate is missing"), mark("Fill in both coordinates.")),
    "not_a_number": (
        ASIDE,
        mark("this is not a coordinate"),
        mark("Write degrees, such as 106.8272 or 106°49'38\"E."),
    ),
    "decimal_comma": (MENDED, mark("a decimal comma"), mark("Read as a decimal point.")),
    "sexagesimal": (
        MENDED,
        mark("degrees, minutes and seconds"),
        mark("Read as decimal degrees."),
    ),
    "letter_o": (
        MENDED,
        mark("O is east in some languages, west in others"),
        mark("Read as east, as that is in the region; write E or W."),
    ),
    "invisible": (
        MENDED,
        mark("spaces or invisible characters around a number"),
        mark("Left out."),
    ),
    "pair": (
        MENDED,
        mark("both coordinates in one value"),
        mark("Read as latitude and longitude, or the other way round where only that is possible."),
    ),
    "out_of_range": (
        ASIDE,
        mark("not a longitude from −180 to 180 with a latitude from −90 to 90"),
        mark("Correct the coordinates, or give the EPSG code of the file's reference system."),
    ),
    "swapped": (
        ASIDE,
        mark(
            "longitude and latitude seem to be swapped: the other way round, the place is in "
            "the region"
        ),
        mark("Swap them: use the button on the page, or --swap in the command."),
    ),
    "turned": (MENDED, mark("longitude and latitude were swapped"), mark("Swapped back.")),
    "null_island": (
        ASIDE,
        mark("longitude and latitude are both 0, which usually means “unknown”"),
        mark("Enter the correct coordinates."),
    ),
    "unprojectable": (
        ASIDE,
        mark("these coordinates do not exist in the file's reference system"),
        mark("Correct the coordinates, or give another EPSG code."),
    ),
    "no_geometry": (ASIDE, mark("there is no geometry"), mark("Give it a point or a polygon.")),
    "other_crs": (
        ASIDE,
        mark("the geometry gives a different reference system (SRID) from the first one"),
        mark("Convert all rows to one reference system."),
    ),
    "damaged": (
        ASIDE,
        mark("the geometry cannot be read"),
        mark("Write it as a point or polygon with at least two coordinates per vertex."),
    ),
    "line": (
        ASIDE,
        mark("a line or a collection, which has no single location"),
        mark("Use points or polygons, such as the line's midpoint or a buffer around it."),
    ),
    "several_points": (
        ASIDE,
        mark("several points in one row"),
        mark("Give each point its own row."),
    ),
    "other_kind": (
        ASIDE,
        mark("points and polygons in one file; this is of the less common kind"),
        mark("Put points and polygons in separate files."),
    ),
    "invalid": (MENDED, mark("the polygon crosses or touches itself"), mark("Repaired.")),
    "tangled": (
        ASIDE,
        mark("the polygon crosses itself too often to be repaired"),
        mark("Redraw it."),
    ),
    "flat": (ASIDE, mark("the polygon encloses no area"), mark("Redraw it.")),
    "antimeridian": (
        ASIDE,
        mark("the polygon spans more than 180° of longitude"),
        mark("If it crosses the antimeridian, split it there into two parts."),
    ),
    "uncut": (
        KEPT,
        mark("the polygon crosses borders too often to be cut along them"),
        mark(
            "Its country is that of a point on it; simplify it to see how much lies in each "
            "country."
        ),
    ),
    "height": (MENDED, mark("heights (a third coordinate)"), mark("Left out.")),
    "duplicate_id": (
        KEPT,
        mark("an earlier row has the same id"),
        mark("Make ids unique if you want to join tables by them."),
    ),
    "long_text": (
        ASIDE,
        mark("a value of more than 131,072 characters"),
        mark("Shorten the value."),
    ),
    "open_quote": (
        ASIDE,
        mark("a quotation mark that is not closed, or is closed only in a later row"),
        mark("Close it, or double it if it is part of the text."),
    ),
    "replaced": (
        MENDED,
        mark("bytes that are not valid in the file's encoding"),
        mark("Shown as � (U+FFFD); save the file in one encoding, such as UTF-8."),
    ),
    "nul": (MENDED, mark("NUL characters"), mark("Left out.")),
    "ragged": (
        ASIDE,
        mark("the number of values differs from the number of names in the header"),
        mark("Put values that contain the separator in quotation marks."),
    ),
    "not_json": (ASIDE, mark("this line is not JSON"), mark("Write one feature per line.")),
    "no_feature": (
        ASIDE,
        mark("this is not a GeoJSON feature"),
        mark('Write {"type": "Feature", "properties": …, "geometry": …}.'),
    ),
}
"""Kind of fault -> outcome, description, remedy."""


MAX_VALUE_LENGTH = 60
"""Maximum characters of a quoted value."""


@dataclass(frozen=True)
class Fault:
    """One fault of one row.

    Attributes
    ----------
    row
        Line of a CSV or text sequence (the header is line 1), else number of the feature, from 1.
    column
        Name of the column, empty for the geometry or the whole row.
    value
        The value, truncated, with invisible characters escaped.
    kind
        One of :data:`KINDS`.
    """

    row: int
    column: str
    value: str
    kind: str

    @property
    def outcome(self) -> str:
        """One of :data:`OUTCOMES`."""
        return KINDS[self.kind][0]

    def cells(self) -> list[object]:
        """The fault as a CSV row, safe from formula injection."""
        return [escape_formula(v) if isinstance(v, str) else v for v in self.words().values()]

    def words(self) -> dict[str, Any]:
        """The fault as a table row in the user's language."""
        outcome, fault, remedy = KINDS[self.kind]
        return {
            tr("Row"): self.row,
            tr("Column"): self.column,
            tr("Value"): self.value,
            tr("Fault"): tr(fault),
            tr("Remedy"): tr(remedy),
            tr("Action taken"): tr(OUTCOMES[outcome]),
        }


@dataclass
class ValidationReport:
    """All faults of a file: all counted, the first ones listed.

    Attributes
    ----------
    max_listed
        Maximum number of listed faults.
    sink
        Called with every fault, listed or not.
    counts
        Number of faults by kind.
    aside
        Number of rows set aside; a row can have several faults.
    """

    max_listed: int = 1_000
    sink: Callable[[Fault], object] | None = field(default=None, repr=False)
    listed: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    aside: int = 0

    def add(self, kind: str, row: int, column: str = "", value: object = "") -> None:
        """Record an unreadable row."""
        self.aside += 1
        self.extend(kind, [row], column, [value])

    def extend(
        self,
        kind: str,
        rows: npt.NDArray[np.int64] | Iterable[int],
        column: str = "",
        values: Iterable[object] | None = None,
    ) -> None:
        """Record the same fault for several rows."""
        numbers = [int(row) for row in rows]
        if not numbers:
            return
        self.counts[kind] += len(numbers)
        limit = len(numbers) if self.sink else max(0, self.max_listed - len(self.listed))
        if not limit:
            return
        texts = list(values) if values is not None else [""] * len(numbers)
        for row, value in list(zip(numbers, texts, strict=True))[:limit]:
            fault = Fault(row, column, _short(value), kind)
            if len(self.listed) < self.max_listed:
                self.listed.append(fault)
            if self.sink:
                self.sink(fault)

    def summary(self) -> list[tuple[str, int]]:
        """Kinds of faults and their number, by outcome, most frequent first."""
        order = list(OUTCOMES)
        return sorted(
            self.counts.items(), key=lambda pair: (order.index(KINDS[pair[0]][0]), -pair[1])
        )

    def csv(self) -> bytes:
        """The listed faults as CSV, sorted by row."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(headings())
        writer.writerows(fault.cells() for fault in sorted(self.listed, key=_by_row))
        return text.getvalue().encode("utf-8-sig")

    def frame(self) -> pd.DataFrame:
        """The listed faults sorted by row, with headers in the user's language."""
        ordered = sorted(self.listed, key=_by_row)
        return pd.DataFrame([fault.words() for fault in ordered], columns=headings())


def headings() -> list[str]:
    """Column headers of a table of faults in the user's language."""
    return list(Fault(0, "", "", "missing").words())


def _by_row(fault: Fault) -> int:
    return fault.row


def visible(text: str) -> str:
    """Escape control characters and direction marks.

    >>> visible("a\u202eb")
    'a\\\\u202eb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return visible(text[:MAX_VALUE_LENGTH] + ("…" if len(text) > MAX_VALUE_LENGTH else ""))
