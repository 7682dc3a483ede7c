"""The rows of any layer that belong to a filter of cities."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from geo.analysis.filter import Filter, describe
from geo.analysis.selection import Selection, is_near, recounted, select
from geo.errors import QueryError, no_such
from geo.i18n import mark
from geo.layers.catalogue import Catalogue

_BY_POSITION = ("places", "wup2025_cities")
"""Layers of points all over the member states, of which some belong to a member city."""


@dataclass(frozen=True)
class Rows:
    """Rows of a layer and the filter in English words."""

    rows: pd.DataFrame
    words: str


def selected(wanted: Filter, catalogue: Catalogue) -> Selection:
    """The cities and projects that pass a filter; see :func:`geo.analysis.selection.select`."""
    return catalogue.once(
        ("selected", wanted),
        lambda: select(wanted, catalogue.geo("cities"), catalogue["projects"]),
    )


def recounted_cities(wanted: Filter, catalogue: Catalogue) -> gpd.GeoDataFrame:
    """The cities that pass a filter, with their matching projects counted."""
    return catalogue.once(
        ("recounted", wanted),
        lambda: recounted(wanted, selected(wanted, catalogue), catalogue["projects"]),
    )


def gist(wanted: Filter, catalogue: Catalogue) -> str:
    """What a filter comes to, to keep rows under: the same for any two texts that find the same."""
    wanted = wanted.canonical()
    if not wanted.text:
        return repr(wanted)
    # By itself: places follow the text of cities that other fields leave out.
    found = selected(Filter(text=wanted.text), catalogue)
    rows = (found.cities["city_id"].tolist(), found.projects["project_id"].tolist())
    return repr((replace(wanted, text=""), *rows))


def filter_words(name: str, wanted: Filter, catalogue: Catalogue) -> str:
    """The filter of a layer's rows in English words; empty when nothing is restricted."""
    words = describe(wanted, catalogue.geo("cities"), catalogue["countries"])
    if name == "cities" and wanted.narrows_projects:
        words += "; projects counted are those that pass"
    return words


def row_count(name: str, wanted: Filter, catalogue: Catalogue) -> int:
    """How many rows :func:`rows_of` has."""
    return catalogue.once(
        ("row_count", name, wanted), lambda: len(rows_of(name, wanted, catalogue).rows)
    )


def rows_of(name: str, wanted: Filter, catalogue: Catalogue) -> Rows:
    """The rows of layer ``name`` that a filter keeps.

    ``cities`` and ``projects`` follow every field; the projects counted in a row of ``cities`` are
    those that pass, as on the pages. ``places`` and ``wup2025_cities`` follow country
    and distance by where they lie, and any other field through their member city, that is the
    nearest one of a place and the one that a UN city belongs to; years of UN cities follow these.
    The other layers follow the country when nothing else is asked for, otherwise the cities that
    are kept: by ``city_id``, else by ``iso3``; reports on projects follow the projects;
    neighbouring countries always stay.

    Raises
    ------
    QueryError
        If there is no such layer.
    """
    if name not in catalogue.layers:
        raise QueryError(
            no_such(mark("There is no layer {name}; there are {known}."), name, catalogue.layers)
        )
    frame = catalogue[name]
    if not wanted:
        return Rows(frame, "")
    kept = selected(wanted, catalogue)
    words = filter_words(name, wanted, catalogue)
    if name == "cities":
        rows: pd.DataFrame = recounted_cities(wanted, catalogue)
    elif name == "projects":
        rows = kept.projects
    elif name == "project_reports" or _only_by_project(frame):
        rows = frame[frame["project_id"].isin(set(kept.projects["project_id"]))]
    elif name == "context":
        rows = frame
    elif name in _BY_POSITION:
        rows = _by_position(frame, wanted, catalogue)
    elif name == "wup2025_city_years":
        un_cities = rows_of("wup2025_cities", wanted, catalogue).rows
        rows = frame[frame["un_city_code"].isin(set(un_cities["un_city_code"]))]
    elif "iso3" in frame.columns and not replace(wanted, countries=()):
        rows = frame[frame["iso3"].isin(wanted.countries)]
    elif "city_id" in frame.columns:
        rows = frame[frame["city_id"].isin(set(kept.cities["city_id"]))]
    elif "iso3" in frame.columns:
        rows = frame[frame["iso3"].isin(set(kept.cities["iso3"]))]
    else:
        rows = frame
    return Rows(rows, words)


def _only_by_project(frame: pd.DataFrame) -> bool:
    return "project_id" in frame.columns and "city_id" not in frame.columns


def _by_position(frame: pd.DataFrame, wanted: Filter, catalogue: Catalogue) -> pd.DataFrame:
    keep = pd.Series(True, index=frame.index)
    if wanted.countries:
        keep &= frame["iso3"].isin(wanted.countries)
    if wanted.near:
        keep &= is_near(wanted, catalogue.geo("cities"), gpd.GeoDataFrame(frame))
    of_the_city = replace(wanted, countries=(), near="")
    if of_the_city:
        kept = selected(of_the_city, catalogue).cities
        keep &= frame["city_id"].isin(set(kept["city_id"]))
    return frame[keep]
