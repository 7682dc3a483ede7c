"""Building blocks for the declarations of columns and layers in :mod:`geo.schema`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geo.i18n import tr
from geo.vocabulary import MEMBER_STATES


@dataclass(frozen=True)
class Check:
    """What every value of a column must be.

    pandera applies it, in :mod:`geo.schema.validate`: importing it takes 90 ms, and only who builds
    or publishes layers needs it.

    Attributes
    ----------
    kind
        ``in_range``, ``isin``, ``str_matches``, ``str_length`` or ``day``.
    statistics
        Arguments, by the names that pandera gives them.
    """

    kind: str
    statistics: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def in_range(cls, low: float, high: float) -> Check:
        """Numbers from ``low`` to ``high``, inclusive."""
        return cls("in_range", {"min_value": low, "max_value": high})

    @classmethod
    def isin(cls, values: Sequence[str]) -> Check:
        """One of ``values``."""
        return cls("isin", {"allowed_values": list(values)})

    @classmethod
    def str_matches(cls, pattern: str) -> Check:
        """Texts that match a regular expression from their start."""
        return cls("str_matches", {"pattern": pattern})

    @classmethod
    def str_length(cls, low: int, high: int) -> Check:
        """Texts of ``low`` to ``high`` characters."""
        return cls("str_length", {"min_value": low, "max_value": high})


@dataclass
class Column:
    """Declaration of one column.

    Attributes
    ----------
    dtype
        ``str``, ``float64``, ``Int64`` or ``bool``.
    description
        For users.
    checks
        What its values must be.
    nullable, unique
        Whether values may be missing, and must differ.
    metadata
        ``unit``, and more for columns of the user's own data.
    """

    dtype: str
    description: str
    checks: tuple[Check, ...] = ()
    nullable: bool = False
    unique: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """Columns of a table, in order if ``ordered``, and those that together identify a row."""

    name: str
    columns: Mapping[str, Column]
    unique: tuple[str, ...]
    ordered: bool = False


def column(
    dtype: str,
    description: str,
    *checks: Check,
    unit: str = "",
    nullable: bool = False,
    unique: bool = False,
) -> Column:
    """Declare a column; ``unit`` and ``description`` are shown to users."""
    return Column(dtype, description, checks, nullable, unique, {"unit": unit})


def text(description: str, *checks: Check, **options: Any) -> Column:
    """A text column."""
    return column("str", description, *checks, **options)


def number(description: str, unit: str, low: float, high: float, **options: Any) -> Column:
    """A float column with values from ``low`` to ``high``, inclusive."""
    return column("float64", description, Check.in_range(low, high), unit=unit, **options)


def integer(description: str, unit: str, low: int, high: int, **options: Any) -> Column:
    """An integer column (``Int64``, which allows missing values)."""
    return column("Int64", description, Check.in_range(low, high), unit=unit, **options)


def one_of(description: str, values: Sequence[str], **options: Any) -> Column:
    """A text column with one of ``values``."""
    return column("str", description, Check.isin(list(values)), **options)


def iso3(description: str = "ISO 3166-1 alpha-3 code of the member state") -> Column:
    """The code of a member state."""
    return one_of(description, MEMBER_STATES)


def slug(description: str, **options: Any) -> Column:
    """An id of lower-case letters, digits and hyphens."""
    return text(description, Check.str_matches(r"^[a-z0-9]+(-+[a-z0-9]+)*$"), **options)


def date(description: str) -> Column:
    """A calendar day as ISO 8601 text, exported as a date by formats that have one."""
    declared = text(
        description,
        Check.str_matches(r"^\d{4}-\d\d-\d\d$"),
        Check("day"),
    )
    declared.metadata = {"unit": "", "date": True}
    return declared


def year(description: str, low: int = 1950, high: int = 2050, **options: Any) -> Column:
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
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    geometry: str | None = None
    sources: tuple[str, ...] = ()
    optional_geometry: bool = False

    @property
    def table(self) -> Table:
        """Its attribute columns, as they are validated."""
        return Table(self.name, self.columns, self.key, ordered=True)

    def unit(self, name: str) -> str:
        """Unit of a column, empty if it has none."""
        return str(self.columns[name].metadata["unit"])

    def is_date(self, name: str) -> bool:
        """Whether a column holds calendar days; see :func:`date`."""
        return bool(self.columns[name].metadata.get("date"))

    def json_type(self, name: str) -> str:
        """Type of a column in JSON Schema: ``string``, ``integer``, ``number`` or ``boolean``."""
        return _JSON_TYPES.get(self.columns[name].dtype, "string")

    def type_name(self, name: str) -> str:
        """Type of a column in the user's language: text, whole number, number, true/false or
        date."""
        if self.is_date(name):
            return tr("date")
        names = {"integer": tr("whole number"), "number": tr("number"), "boolean": tr("true/false")}
        return names.get(self.json_type(name), tr("text"))
