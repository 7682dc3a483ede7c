"""Declaration of the data behind charts and tables: columns, and how the rows are selected.

Files are in English whatever the language of the page, so rows come from the source layers. Only
a text search uses the translated layers, because it searches what the user sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import pandas as pd

from geo.analysis.filter import PARAMETERS, Filter
from geo.analysis.layer_rows import filtered_rows, selected
from geo.analysis.selection import Selection, recounted
from geo.errors import QueryError, quoted
from geo.i18n import Language, tr, use_language
from geo.layers.catalogue import Catalogue
from geo.parameters import Query
from geo.schema import LAYERS

PROJECTION = "is_projection"
"""Column that is true in rows of projected years."""


@dataclass(frozen=True)
class Field:
    """A column of a dataset.

    Attributes
    ----------
    name
        Its heading in the file, in English.
    layer
        Layer that its values come from or are computed from; empty if it is from no layer.
    description, unit, type
        In English; the type is one of text, whole number, number, true/false.
    projection
        Whether all its values are projections.
    is_label
        Whether it only labels the rows; then its layer is not listed as a source.
    """

    name: str
    layer: str
    description: str
    unit: str = ""
    type: str = "text"
    projection: bool = False
    is_label: bool = False


_ORIGINS: Mapping[str, str] = {
    "agglomeration": "agglomerations",
    "un_city": "wup2025_cities",
    "projects": "projects",
    "national_urban": "country_years",
}
"""Prefix of columns that are joined to ``cities`` -> layer that they come from."""


def _origin(layer: str, column: str) -> str:
    if layer == "cities":
        return next(
            (origin for prefix, origin in _ORIGINS.items() if column.startswith(prefix)), layer
        )
    return layer


def layer_fields(layer: str, *names: str, **renamed: str) -> tuple[Field, ...]:
    """Fields for columns of a layer; ``renamed`` ones (``new="old"``) come last.

    >>> [field.name for field in layer_fields("cities", "city_id", city="name")]
    ['city_id', 'city']
    """
    declared = LAYERS[layer]
    columns = {**{name: name for name in names}, **renamed}
    with use_language(Language()):
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


def count_field(name: str, layer: str, description: str, unit: str) -> Field:
    """A field of whole numbers that the dataset counts itself."""
    return Field(name, layer, description, unit, "whole number")


def _label_fields(layer: str, *names: str, **renamed: str) -> tuple[Field, ...]:
    return tuple(replace(field, is_label=True) for field in layer_fields(layer, *names, **renamed))


CITY_FIELDS = _label_fields("cities", "city_id", city="name")
"""Id and name of a member city."""

COUNTRY_FIELDS = _label_fields("countries", "iso3", country="name")
"""Code and name of a member state."""

CITY_AND_COUNTRY_FIELDS = (*CITY_FIELDS, *_label_fields("cities", "iso3", "country"))
"""A member city and its member state."""


@dataclass(frozen=True)
class DatasetRequest:
    """The layers, and the query that selects from them.

    Attributes
    ----------
    source, translated
        The layers in English as in their files, and in the user's language.
    """

    source: Catalogue
    translated: Catalogue
    query: Query

    @cached_property
    def filter(self) -> Filter:
        """The filter of the query.

        Raises
        ------
        QueryError
            If a parameter is invalid; the message names it, its value and the valid values.
        """
        query = {name: value for name, value in self.query.items() if name in PARAMETERS}
        return Filter.from_query(query, self.source["cities"]["city_id"])

    @cached_property
    def selection(self) -> Selection:
        """Cities and projects that match the filter: searched in the user's language, returned in
        English."""
        matching = selected(self.filter, self.translated)
        return Selection(
            self.source.geo("cities").loc[matching.cities.index],
            self.source["projects"].loc[matching.projects.index],
            matching.found,
        )

    @cached_property
    def recounted_cities(self) -> gpd.GeoDataFrame:
        """Cities that match the filter, with the number of their matching projects."""
        return recounted(self.filter, self.selection, self.source["projects"])

    @cached_property
    def cities(self) -> pd.Series:
        """English city names by id."""
        return self.source["cities"].set_index("city_id")["name"]

    @cached_property
    def countries(self) -> pd.Series:
        """English country names by ISO code."""
        return self.source["countries"].set_index("iso3")["name"]

    def with_names(self, frame: pd.DataFrame) -> pd.DataFrame:
        """``frame`` with columns ``city`` and ``country``, if it has their ids."""
        if "city_id" in frame.columns:
            frame = frame.assign(city=frame["city_id"].map(self.cities))
        if "iso3" in frame.columns:
            frame = frame.assign(country=frame["iso3"].map(self.countries))
        return frame

    def for_selected_cities(self, layer: str) -> pd.DataFrame:
        """Rows of a layer that match or belong to matching cities, with names."""
        matching = filtered_rows(layer, self.filter, self.translated).rows
        return self.with_names(self.source[layer].loc[matching.index])

    def single_city_id(self) -> str:
        """The id of the requested city.

        Raises
        ------
        QueryError
            If the query does not name exactly one.
        """
        if len(self.filter.cities) != 1:
            raise QueryError(
                tr(
                    "Parameter {name}: {value} is not a single id; give exactly one.",
                    name="city",
                    value=quoted(self.query.get("city", "")),
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
        Returns the rows; columns that are not in ``fields`` are dropped.
    page_link
        Returns the page that shows it, and the page's query.
    title, description
        Of a table, as messages in English; charts have their own.
    parameters
        Allowed query parameters of a table; charts have their own.
    """

    fields: tuple[Field, ...]
    rows: Callable[[DatasetRequest], pd.DataFrame]
    page_link: Callable[[Query], tuple[str, Query]]
    title: str = ""
    description: str = ""
    parameters: tuple[str, ...] = ()

    def table(self, request: DatasetRequest) -> pd.DataFrame:
        """The requested rows.

        Raises
        ------
        QueryError
            If a parameter is invalid.
        """
        with use_language(Language()):
            rows = pd.DataFrame(self.rows(request))
        return rows.reindex(columns=[field.name for field in self.fields]).reset_index(drop=True)

    @property
    def layers(self) -> tuple[str, ...]:
        """Layers that its values come from, without duplicates."""
        sources = (field.layer for field in self.fields if not field.is_label)
        return tuple(dict.fromkeys(layer for layer in sources if layer))


def page_link(name: str, *parameters: str, **fixed: str) -> Callable[[Query], tuple[str, Query]]:
    """A link to a page that keeps some parameters of the query and adds ``fixed`` ones.

    >>> page_link("explore", "country", panel="charts")({"country": "IDN", "reports": "all"})
    ('explore', {'country': 'IDN', 'panel': 'charts'})
    """

    def link(query: Query) -> tuple[str, Query]:
        page_query: dict[str, str] = {key: query[key] for key in parameters if query.get(key)}
        return name, {**page_query, **fixed}

    return link


def unpivot_counts(counts: pd.DataFrame, row: str, column: str, value: str) -> pd.DataFrame:
    """A cross table of counts in long form, without zeros."""
    rows = [
        {row: row_label, column: column_label, value: int(number)}
        for row_label, numbers in counts.iterrows()
        for column_label, number in numbers.items()
        if number
    ]
    return pd.DataFrame(rows, columns=[row, column, value])


def join_values(parts: Iterable[object]) -> str:
    """Several values in one cell, separated by semicolons."""
    return "; ".join(str(part) for part in parts)
