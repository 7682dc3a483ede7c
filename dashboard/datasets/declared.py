"""How the data behind a chart or table is declared: its columns, and what fills its rows.

Files are in English whatever language the page speaks, so rows come from the layers as their
files have them. Only a text search is answered in the reader's language, because it searches
what the reader sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import pandas as pd

from geo.analysis.filter import PARAMETERS, Filter
from geo.analysis.layer_rows import selected
from geo.analysis.selection import Selection, recounted
from geo.errors import QueryError, shown
from geo.i18n import Language, speaking, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query
from geo.schema import LAYERS

PROJECTION = "is_projection"
"""Column that is true in the rows of a projected year."""


@dataclass(frozen=True)
class Field:
    """A column.

    Attributes
    ----------
    name
        Its heading in the file, in English.
    layer
        The layer that its values are from or are computed from; empty for what no layer holds.
    description, unit, type
        In English; the type is one of text, whole number, number, true/false.
    projection
        Whether all its values are projections.
    names_row
        Whether it only names what a row is of: then its layer is no source of the figures.
    """

    name: str
    layer: str
    description: str
    unit: str = ""
    type: str = "text"
    projection: bool = False
    names_row: bool = False


_ORIGINS: Mapping[str, str] = {
    "agglomeration": "agglomerations",
    "un_city": "wup2025_cities",
    "projects": "projects",
    "national_urban": "country_years",
}
"""How columns of ``cities`` begin that are joined to it -> the layer that they are from."""


def _origin(layer: str, column: str) -> str:
    if layer == "cities":
        return next((of for start, of in _ORIGINS.items() if column.startswith(start)), layer)
    return layer


def of(layer: str, *names: str, **renamed: str) -> tuple[Field, ...]:
    """Columns of a layer as they are, the ``renamed`` ones last under a name of their own.

    >>> [field.name for field in of("cities", "city_id", city="name")]
    ['city_id', 'city']
    """
    declared = LAYERS[layer]
    columns = {**{name: name for name in names}, **renamed}
    with speaking(Language()):
        return tuple(
            Field(
                name,
                _origin(layer, column),
                str(declared.columns[column].description),
                declared.unit(column),
                declared.type_name(column),
                "(projection)" in str(declared.columns[column].description),
            )
            for name, column in columns.items()
        )


def count(name: str, layer: str, description: str, unit: str) -> Field:
    """A column of whole numbers that are counted here."""
    return Field(name, layer, description, unit, "whole number")


def _names(layer: str, *names: str, **renamed: str) -> tuple[Field, ...]:
    return tuple(replace(field, names_row=True) for field in of(layer, *names, **renamed))


CITY = _names("cities", "city_id", city="name")
"""Id and name of a member city."""

COUNTRY = _names("countries", "iso3", country="name")
"""Code and name of a member state."""

CITY_AND_COUNTRY = (*CITY, *_names("cities", "iso3", "country"))
"""A member city and the member state that it lies in."""


@dataclass(frozen=True)
class Asked:
    """The layers, and what of them a query asks for.

    Attributes
    ----------
    plain, spoken
        The layers as their files have them, and in the reader's language.
    """

    plain: Catalogue
    spoken: Catalogue
    query: Query

    @cached_property
    def filter(self) -> Filter:
        """The filter as it is asked for.

        Raises
        ------
        QueryError
            Naming the parameter, the value and what would be right.
        """
        query = {name: value for name, value in self.query.items() if name in PARAMETERS}
        return Filter.from_query(query, self.plain["cities"]["city_id"])

    @cached_property
    def kept(self) -> Selection:
        """Cities and projects that pass the filter, a search in the reader's language, in English
        words."""
        spoken = selected(self.filter, self.spoken)
        return Selection(
            self.plain.geo("cities").loc[spoken.cities.index],
            self.plain["projects"].loc[spoken.projects.index],
        )

    @cached_property
    def counted(self) -> gpd.GeoDataFrame:
        """Cities that pass the filter, with their matching projects counted."""
        return recounted(self.filter, self.kept, self.plain["projects"])

    @cached_property
    def cities(self) -> pd.Series:
        """City id to English name."""
        return self.plain["cities"].set_index("city_id")["name"]

    @cached_property
    def countries(self) -> pd.Series:
        """Code of a member state to its English name."""
        return self.plain["countries"].set_index("iso3")["name"]

    def named(self, frame: pd.DataFrame) -> pd.DataFrame:
        """``frame`` with ``city`` and ``country``, where it has their ids."""
        if "city_id" in frame.columns:
            frame = frame.assign(city=frame["city_id"].map(self.cities))
        if "iso3" in frame.columns:
            frame = frame.assign(country=frame["iso3"].map(self.countries))
        return frame

    def of_kept_cities(self, layer: str) -> pd.DataFrame:
        """Rows of a layer that belong to cities that pass, with names."""
        frame = self.plain[layer]
        return self.named(frame[frame["city_id"].isin(set(self.kept.cities["city_id"]))])

    def one_city(self) -> str:
        """The one city that is asked for.

        Raises
        ------
        QueryError
            If it is none or several.
        """
        if len(self.filter.cities) != 1:
            raise QueryError(
                tr(
                    "Parameter {name}: {value} is not one id; give exactly one.",
                    name="city",
                    value=shown(self.query.get("city", "")),
                )
            )
        return self.filter.cities[0]


@dataclass(frozen=True)
class Dataset:
    """The data behind a chart or table.

    Attributes
    ----------
    fields
        Its columns in order.
    rows
        Fills them; other columns of what it returns are left out.
    page
        Page that shows it, and the page's query.
    title, about
        For a table: its name, and what it tells; messages in English. A chart has its own.
    parameters
        Names that its query may have; a chart has its own.
    """

    fields: tuple[Field, ...]
    rows: Callable[[Asked], pd.DataFrame]
    page: Callable[[Query], tuple[str, Query]]
    title: str = ""
    about: str = ""
    parameters: tuple[str, ...] = ()

    def table(self, asked: Asked) -> pd.DataFrame:
        """The rows that a query asks for.

        Raises
        ------
        QueryError
            If the query asks for something unknown.
        """
        with speaking(Language()):
            rows = pd.DataFrame(self.rows(asked))
        return rows.reindex(columns=[field.name for field in self.fields]).reset_index(drop=True)

    @property
    def layers(self) -> tuple[str, ...]:
        """Layers that its figures and texts are from, each once."""
        told = (field.layer for field in self.fields if not field.names_row)
        return tuple(dict.fromkeys(layer for layer in told if layer))


def page(name: str, *parameters: str, **fixed: str) -> Callable[[Query], tuple[str, Query]]:
    """A page that takes some of the query over, and has some parameters of its own.

    >>> page("explore", "country", panel="charts")({"country": "IDN", "reports": "all"})
    ('explore', {'country': 'IDN', 'panel': 'charts'})
    """

    def shown_on(query: Query) -> tuple[str, Query]:
        kept: dict[str, str] = {key: query[key] for key in parameters if query.get(key)}
        return name, {**kept, **fixed}

    return shown_on


def long(counts: pd.DataFrame, row: str, column: str, value: str) -> pd.DataFrame:
    """A table of counts with one row for each that is not zero."""
    rows = [
        {row: at, column: of, value: int(number)}
        for at, numbers in counts.iterrows()
        for of, number in numbers.items()
        if number
    ]
    return pd.DataFrame(rows, columns=[row, column, value])


def joined(parts: Iterable[object]) -> str:
    """Several values in one cell."""
    return "; ".join(str(part) for part in parts)
