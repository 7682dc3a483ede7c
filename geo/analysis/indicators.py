"""Indicators of cities and countries: their definitions, and the newest figures of a subject."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.cache import memoized
from geo.layers.catalogue import Catalogue

Edges = tuple[float, ...]

Band = tuple[float, float]
"""Lower limit, which belongs to the band, and upper limit; infinite where it is open."""


def limits(breaks: Any) -> Edges:
    """Lower limits of all classes but the first, from a cell of column ``breaks``.

    >>> limits("20;40"), limits(None)
    ((20.0, 40.0), ())
    """
    return () if pd.isna(breaks) else tuple(float(edge) for edge in str(breaks).split(";"))


def band_of(value: float, edges: Edges) -> Band:
    """Lower limit, which belongs to the band, and upper limit of the band of a value; infinite
    where the band is open.

    >>> [band_of(value, (20.0, 40.0)) for value in (19.99, 20.0, 40.0)]
    [(-inf, 20.0), (20.0, 40.0), (40.0, inf)]
    """
    position = sum(value >= edge for edge in edges)
    ends = (-math.inf, *edges, math.inf)
    return ends[position], ends[position + 1]


def band_name(band: Band) -> str:
    """A band in English, without unit.

    >>> [band_name(band_of(value, (20.0, 40.0))) for value in (10, 30, 50)]
    ['under 20', '20 to 40', '40 and over']
    """
    low, high = band
    if math.isinf(low):
        return f"under {high:g}"
    return f"{low:g} and over" if math.isinf(high) else f"{low:g} to {high:g}"


@dataclass(frozen=True)
class Indicator:
    """A row of :data:`geo.schema.indicators.INDICATORS`, in the language of the layers."""

    id: str
    name: str
    unit: str
    role: str
    form: str
    decimals: int
    edges: Edges
    focus_area: str
    framework_element: str
    cities_column: str
    describes: str
    territory: str
    limits: str
    source_id: str

    @property
    def is_percent(self) -> bool:
        """Whether its values are percentages."""
        return self.unit.startswith("%")


@memoized
def indicators(layers: Catalogue, subject_kind: str = "city") -> tuple[Indicator, ...]:
    """The indicators of cities, or of countries (``"country"``), in the order of the pages."""
    table = layers["indicators"]
    rows = table[table["subject_kind"] == subject_kind].sort_values("position", kind="stable")
    return tuple(_indicator(row) for row in rows.to_dict("records"))


def _indicator(row: Mapping[Any, Any]) -> Indicator:
    def text(column: str) -> str:
        return "" if pd.isna(row[column]) else str(row[column])

    return Indicator(
        id=row["indicator_id"],
        name=row["name"],
        unit=text("unit"),
        role=row["role"],
        form=row["form"],
        decimals=0 if pd.isna(row["decimals"]) else int(row["decimals"]),
        edges=limits(row["breaks"]),
        focus_area=text("focus_area"),
        framework_element=text("framework_element"),
        cities_column=text("cities_column"),
        describes=row["describes"],
        territory=row["territory"],
        limits=row["limits"],
        source_id=row["source_id"],
    )


@dataclass(frozen=True)
class Reading:
    """The newest figure of an indicator for one city or country; several where the source has
    several.

    Attributes
    ----------
    rows
        Rows of :data:`geo.schema.indicators.CITY_INDICATORS` of one year.
    """

    indicator: Indicator
    rows: Sequence[Mapping[str, Any]]

    @property
    def first(self) -> Mapping[str, Any]:
        """The first of the rows."""
        return self.rows[0]

    @property
    def values(self) -> tuple[float, ...]:
        """Distinct values, ascending; empty for bands and classes."""
        known = (row["value"] for row in self.rows if not pd.isna(row["value"]))
        return tuple(sorted({float(value) for value in known}))

    @property
    def middle(self) -> float | None:
        """The value, or the middle of several."""
        return (self.values[0] + self.values[-1]) / 2 if self.values else None

    @property
    def band(self) -> Band | None:
        """The band, if its indicator is shown as bands."""
        if self.indicator.form != "band":
            return None
        low, high = (self.first[name] for name in ("band_from", "band_below"))
        return (
            -math.inf if pd.isna(low) else float(low),
            math.inf if pd.isna(high) else float(high),
        )

    @property
    def code(self) -> str:
        """Code of a class; empty for numbers and bands."""
        return "" if pd.isna(self.first["code"]) else str(self.first["code"])

    @property
    def compared(self) -> bool:
        """Whether it is set beside the figures of others."""
        return bool(self.first["compared"])

    @property
    def map_class(self) -> int | None:
        """Position of its class on the map, the lowest being 0; ``None`` for codes, ranks and what
        is not compared."""
        value = self.band[0] if self.band else self.middle
        if value is None or not self.compared:
            return None
        return sum(value >= edge for edge in self.indicator.edges)


@memoized
def readings(layers: Catalogue, indicator_id: str) -> dict[str, Reading]:
    """The newest figures of an indicator by city id or country code."""
    known = {one.id: one for kind in ("city", "country") for one in indicators(layers, kind)}
    table = layers["city_indicators"]
    rows = table[table["indicator_id"] == indicator_id]
    newest = rows[rows["year"] == rows.groupby("subject")["year"].transform("max")]
    return {
        str(subject): Reading(
            known[indicator_id],
            [{str(name): cell for name, cell in row.items()} for row in of_one.to_dict("records")],
        )
        for subject, of_one in newest.groupby("subject", sort=False)
    }


def compared_values(layers: Catalogue, indicator_id: str) -> dict[str, tuple[float, ...]]:
    """Values of an indicator by city id or country code, of those that are set side by side."""
    return {
        subject: reading.values
        for subject, reading in readings(layers, indicator_id).items()
        if reading.values and reading.compared
    }


def sharing(layers: Catalogue, reading: Reading) -> tuple[int, int]:
    """How many are in the band or class of a figure, itself included, and how many have one."""
    others = readings(layers, reading.indicator.id).values()
    same = [one for one in others if (one.band, one.code) == (reading.band, reading.code)]
    return len(same), len(others)
