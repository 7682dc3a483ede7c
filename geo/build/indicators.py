"""The figures of indicators: each checked against its definition, and as it may be shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from geo.analysis.indicators import band_name, band_of, limits
from geo.errors import SourceError
from geo.schema.indicators import CITY_INDICATORS, FIGURE_ROWS
from geo.sources.read import line_number
from geo.vocabulary import BASE_YEAR_2025

TABLE = "city_indicators.csv"

Row = Mapping[Any, Any]


def build_city_indicators(tables: Mapping[str, pd.DataFrame], cities: pd.DataFrame) -> pd.DataFrame:
    """The ``city_indicators`` layer, in the order of its key.

    Parameters
    ----------
    tables
        Source tables ``indicators``, ``city_indicators`` and ``countries``.
    cities
        See :data:`geo.schema.core.CITIES`; indicators with a ``cities_column`` are taken from it.

    Returns
    -------
    pandas.DataFrame
        See :data:`geo.schema.indicators.CITY_INDICATORS`.

    Raises
    ------
    SourceError
        If a definition is incomplete; or a figure is of an unknown city or country, lacks what its
        indicator shows, is out of range, has an unknown class, or stands beside another one of
        the same subject and year without a reason. The message names the line.
    """
    definitions = {str(row["indicator_id"]): row for row in tables["indicators"].to_dict("records")}
    for row, definition in enumerate(definitions.values()):
        where = f"indicators.csv, line {line_number(tables['indicators'], row)}"
        _check_definition(definition, cities, where)
    figures = tables["city_indicators"]
    places = {str(iso3): str(iso3) for iso3 in tables["countries"]["iso3"]}
    places |= dict(zip(cities["city_id"], cities["iso3"], strict=True))
    for row, figure in enumerate(figures.to_dict("records")):
        where = f"{TABLE}, line {line_number(figures, row)}"
        _check_figure(figure, definitions[figure["indicator_id"]], places, where)
    _check_several(figures)
    rows = figures.assign(compared=figures["compared"] == "true")
    rows = pd.concat([rows, *_columns_of_cities(definitions.values(), cities)], ignore_index=True)
    shown = pd.DataFrame(
        [_shown(figure, definitions[figure["indicator_id"]]) for figure in rows.to_dict("records")],
        columns=["value", "unit", "band", "band_from", "band_below"],
    )
    rows = rows.drop(columns="value").join(shown)
    rows["iso3"] = rows["subject"].map(places)
    rows["city_id"] = rows["subject"].where(rows["subject"] != rows["iso3"])
    ordered = rows.sort_values(list(CITY_INDICATORS.key), ignore_index=True)
    return ordered[list(CITY_INDICATORS.columns)].astype(
        {name: str(one.dtype) for name, one in CITY_INDICATORS.columns.items()}
    )


def _check_definition(definition: Row, cities: pd.DataFrame, where: str) -> None:
    form = definition["form"]
    for column, needed in (
        ("decimals", form != "class"),
        ("minimum", form != "class"),
        ("maximum", form != "class"),
        ("unit", form != "class"),
        ("classes", form == "class"),
    ):
        if needed == pd.isna(definition[column]):
            says = "needs a value" if needed else "has to be empty"
            raise SourceError(f"{where}, column {column}: {says} for the form {form!r}.")
    if form == "band" and pd.isna(definition["breaks"]):
        raise SourceError(f"{where}, column breaks: needs a value for the form 'band'.")
    try:
        edges = limits(definition["breaks"])
    except ValueError:
        edges = (1.0, 0.0)
    if list(edges) != sorted(set(edges)):
        raise SourceError(
            f"{where}, column breaks: {definition['breaks']!r} is not numbers in ascending order, "
            "such as 20;40."
        )
    if pd.isna(definition["focus_area"]) != pd.isna(definition["framework_element"]):
        raise SourceError(
            f"{where}: focus_area and framework_element go together; the element says why."
        )
    column = definition["cities_column"]
    if not pd.isna(column) and column not in cities.columns:
        raise SourceError(f"{where}, column cities_column: layer cities has no column {column!r}.")


def _check_figure(figure: Row, definition: Row, places: Mapping[str, str], where: str) -> None:
    subject, kind = figure["subject"], definition["subject_kind"]
    is_country = places.get(subject) == subject
    if subject not in places or is_country != (kind == "country"):
        known = "cities.csv" if kind == "city" else "countries.csv"
        raise SourceError(f"{where}, column subject: {subject!r} is not in {known}.")
    if not pd.isna(definition["cities_column"]):
        raise SourceError(
            f"{where}: {figure['indicator_id']!r} is taken from layer cities and has no rows here."
        )
    if definition["form"] == "class":
        classes = str(definition["classes"]).split(";")
        if figure["code"] not in classes or pd.isna(figure["meaning"]):
            raise SourceError(
                f"{where}, column code: {figure['code']!r} with its meaning is not one of "
                f"{', '.join(classes)}."
            )
    elif not definition["minimum"] <= figure["value"] <= definition["maximum"]:
        unit = f" {definition['unit']}".replace(" %", "%")
        raise SourceError(
            f"{where}, column value: {figure['value']!r} is not from {definition['minimum']:,.10g} "
            f"to {definition['maximum']:,.10g}{unit}."
        )
    if not pd.isna(figure["first_year"]) and figure["first_year"] >= figure["year"]:
        raise SourceError(f"{where}, column first_year: is not before year {figure['year']}.")


def _check_several(figures: pd.DataFrame) -> None:
    """A second figure of a subject and year needs a reason in each of the rows."""
    several = figures.duplicated(["subject", "indicator_id", "year"], keep=False)
    wrong = (several != figures["several_reason"].notna()).to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        figure = figures.iloc[row]
        says = (
            "has another row; say in several_reason why"
            if several.iloc[row]
            else "has this row only; leave several_reason empty"
        )
        raise SourceError(
            f"{TABLE}, line {line_number(figures, row)}: {figure['indicator_id']} of "
            f"{figure['subject']} in {figure['year']} {says}."
        )


def _columns_of_cities(definitions: Any, cities: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows of the indicators that are columns of layer ``cities``: figures of the UN's cities."""
    frames = []
    for definition in definitions:
        column = definition["cities_column"]
        if pd.isna(column):
            continue
        known = cities.dropna(subset=[column])
        rows = pd.DataFrame(
            {
                "subject": known["city_id"],
                "indicator_id": definition["indicator_id"],
                "year": BASE_YEAR_2025,
                "value": known[column],
                "territory": known["un_city"],
                "quality": "estimate",
                "compared": True,
                "source_id": definition["source_id"],
                "source_record": known["un_city_codes"],
            }
        )
        frames.append(rows.reindex(columns=list(FIGURE_ROWS)))
    return frames


def _shown(figure: Row, definition: Row) -> dict[str, Any]:
    """Value or band of a figure, as its indicator may be shown."""
    shown: dict[str, Any] = {"unit": definition["unit"]}
    if definition["form"] == "band":
        band = band_of(figure["value"], limits(definition["breaks"]))
        low, high = (None if math.isinf(end) else end for end in band)
        return shown | {"band": band_name(band), "band_from": low, "band_below": high}
    if definition["form"] == "class":
        return shown
    return shown | {"value": _rounded(figure["value"], int(definition["decimals"]))}


def _rounded(value: float, decimals: int) -> float:
    """Half up, as publishers round; the binary value of 0.76105 may lie on either side."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
