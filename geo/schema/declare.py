"""Building blocks for the declarations of columns and layers in :mod:`geo.schema`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pandera.pandas as pa

from geo.i18n import tr
from geo.vocabulary import MEMBER_STATES


def column(
    dtype: Any,
    description: str,
    *checks: pa.Check,
    unit: str = "",
    nullable: bool = False,
    unique: bool = False,
) -> pa.Column:
    """Declare a column; ``unit`` and ``description`` are shown to users."""
    return pa.Column(
        dtype,
        checks=list(checks),
        nullable=nullable,
        unique=unique,
        description=description,
        metadata={"unit": unit},
    )


def text(description: str, *checks: pa.Check, **options: Any) -> pa.Column:
    """A text column."""
    return column("str", description, *checks, **options)


def number(description: str, unit: str, low: float, high: float, **options: Any) -> pa.Column:
    """A float column with values from ``low`` to ``high``, inclusive."""
    return column(float, description, pa.Check.in_range(low, high), unit=unit, **options)


def integer(description: str, unit: str, low: int, high: int, **options: Any) -> pa.Column:
    """An integer column (``Int64``, which allows missing values)."""
    return column("Int64", description, pa.Check.in_range(low, high), unit=unit, **options)


def one_of(description: str, values: Sequence[str], **options: Any) -> pa.Column:
    """A text column with one of ``values``."""
    return column("str", description, pa.Check.isin(list(values)), **options)


def iso3(description: str = "ISO 3166-1 alpha-3 code of the member state") -> pa.Column:
    """The code of a member state."""
    return one_of(description, MEMBER_STATES)


def slug(description: str, **options: Any) -> pa.Column:
    """An id of lower-case letters, digits and hyphens."""
    return text(description, pa.Check.str_matches(r"^[a-z0-9]+(-+[a-z0-9]+)*$"), **options)


def date(description: str) -> pa.Column:
    """A calendar day as ISO 8601 text, exported as a date by formats that have one."""
    declared = text(
        description,
        pa.Check.str_matches(r"^\d{4}-\d\d-\d\d$"),
        pa.Check(
            lambda days: ~pd.isna(pd.to_datetime(days, format="%Y-%m-%d", errors="coerce")),
            error="a day of the calendar",
        ),
    )
    declared.metadata = {"unit": "", "date": True}
    return declared


def year(description: str, low: int = 1950, high: int = 2050, **options: Any) -> pa.Column:
    """A calendar year."""
    return integer(description, "year", low, high, **options)


_JSON_TYPES = {"Int64": "integer", "float64": "number", "bool": "boolean"}
"""pandas dtype -> type of JSON Schema and Table Schema; all others are strings."""


@dataclass(frozen=True)
class Layer:
    """Declaration of one file in ``data/layers``.

    Attributes
    ----------
    name
        File stem and collection id.
    title, description
        For users.
    columns
        Attribute columns in order, without the geometry.
    key
        Columns that together identify a row.
    geometry
        ``"Point"``, ``"MultiPolygon"`` or ``None`` for a plain table; the column is ``geometry``.
    optional_geometry
        Whether rows may have no geometry.
    sources
        Ids in ``data/sources/sources.csv``, the source of licence and attribution. Reports can be
        named collectively, see :mod:`geo.schema.plans`.
    """

    name: str
    title: str
    description: str
    columns: Mapping[str, pa.Column]
    key: tuple[str, ...]
    geometry: str | None = None
    sources: tuple[str, ...] = ()
    optional_geometry: bool = False
    schema: pa.DataFrameSchema = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        schema = pa.DataFrameSchema(
            dict(self.columns), strict=True, ordered=True, unique=list(self.key), name=self.name
        )
        object.__setattr__(self, "schema", schema)

    def unit(self, name: str) -> str:
        """Unit of a column, empty if it has none."""
        metadata = self.columns[name].metadata
        return str(metadata["unit"]) if metadata else ""

    def is_date(self, name: str) -> bool:
        """Whether a column holds calendar days; see :func:`date`."""
        return bool((self.columns[name].metadata or {}).get("date"))

    def json_type(self, name: str) -> str:
        """Type of a column in JSON Schema: ``string``, ``integer``, ``number`` or ``boolean``."""
        return _JSON_TYPES.get(str(self.columns[name].dtype), "string")

    def type_name(self, name: str) -> str:
        """Type of a column in the user's language: text, whole number, number, true/false or
        date."""
        if self.is_date(name):
            return tr("date")
        names = {"integer": tr("whole number"), "number": tr("number"), "boolean": tr("true/false")}
        return names.get(self.json_type(name), tr("text"))
