"""Apply a filter to any layer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from geo.analysis.filter import Filter, describe
from geo.analysis.promises import by_date
from geo.analysis.search import BY_ROW, NOTHING, Found, NetworkIndex
from geo.analysis.selection import Selection, avoided_projects, is_near, recounted, select
from geo.cache import memoized
from geo.errors import LayerError, QueryError, no_such
from geo.i18n import mark
from geo.layers.catalogue import Catalogue
from geo.schema.core import NEIGHBOURS

_BY_POSITION = ("places", "wup2025_cities")
"""Point layers that cover the member states; some of their rows belong to a member city."""

_BY_PROJECT = ("cities", "projects", "promises", "project_reports", "project_places")
"""Layers of cities and projects that tell of the projects that pass alone."""


@dataclass(frozen=True)
class FilteredRows:
    """Rows of a layer, and the filter described in English."""

    rows: pd.DataFrame
    filter_text: str


@memoized
def names(layers: Catalogue, layer: str) -> dict[str, str]:
    """Key to name of each row of ``cities`` or ``countries``, ordered by name."""
    ordered, [key] = layers[layer].sort_values("name"), layers.layers[layer].key
    return dict(zip(ordered[key], ordered["name"], strict=True))


def due_years(layers: Catalogue) -> list[int]:
    """Years in which a promise falls due; none if the layer cannot be read."""
    try:
        return sorted(int(year) for year in layers["promises"]["due_year"].unique())
    except LayerError:
        return []


def selected(city_filter: Filter, catalogue: Catalogue) -> Selection:
    """Cached result of :func:`geo.analysis.selection.select`."""
    return catalogue.cached(
        ("selected", city_filter),
        lambda: select(
            city_filter,
            catalogue,
            found_by(city_filter.text, catalogue),
            avoided_projects(city_filter.without_text, search_index(catalogue))
            if city_filter.without_text
            else frozenset(),
        ),
    )


def search_index(catalogue: Catalogue) -> NetworkIndex:
    """Cached index of the texts of a catalogue, in its language and in English."""
    return catalogue.cached("search index", lambda: NetworkIndex(catalogue, catalogue.original))


def found_by(text: str, catalogue: Catalogue) -> Found:
    """Cached result of a search; nothing for an empty text."""
    text = " ".join(text.split())
    if not text:
        return NOTHING
    return catalogue.cached(("found", text), lambda: search_index(catalogue).find(text))


def recounted_cities(city_filter: Filter, catalogue: Catalogue) -> gpd.GeoDataFrame:
    """Cached cities that pass a filter, with counts of their matching projects."""
    return catalogue.cached(
        ("recounted", city_filter),
        lambda: recounted(city_filter, selected(city_filter, catalogue), catalogue["projects"]),
    )


def filter_key(city_filter: Filter, catalogue: Catalogue) -> str:
    """Cache key of a filter: equal for any two search texts with the same matches."""
    city_filter = city_filter.canonical()
    if not city_filter.text:
        return repr(city_filter)
    # The text alone: places follow the text even of cities that other fields exclude.
    matched = selected(Filter(text=city_filter.text), catalogue)
    rows = (matched.cities["city_id"].tolist(), matched.projects["project_id"].tolist())
    return repr((replace(city_filter, text=""), *rows))


def takes_filter(name: str, catalogue: Catalogue) -> bool:
    """Whether a filter of cities can select rows of a layer.

    It cannot if they belong to no city, project or country, or serve as the surroundings of all.
    """
    columns = catalogue.layers[name].columns
    keys = ("city_id", "project_id", "iso3", "un_city_code")
    return name not in NEIGHBOURS and any(key in columns for key in keys)


def filter_for(name: str, city_filter: Filter, catalogue: Catalogue) -> Filter:
    """The filter as a layer takes it: without restriction if it takes none."""
    return city_filter if takes_filter(name, catalogue) else Filter()


def filter_description(name: str, city_filter: Filter, catalogue: Catalogue) -> str:
    """Describe the filter of a layer's rows in English; empty if nothing is restricted."""
    city_filter = filter_for(name, city_filter, catalogue)
    words = describe(city_filter, catalogue.geo("cities"), catalogue["countries"])
    if name == "cities" and city_filter.narrows_projects:
        words += "; projects counted are those that pass"
    columns = catalogue.layers[name].columns
    by_country = not {"city_id", "project_id", "un_city_code"} & set(columns)
    if by_country and replace(city_filter, countries=()):
        words = f"countries of the member cities that pass: {words}"
    elif city_filter.needs_projects and not _follows_projects(name, city_filter, columns):
        words = f"all rows of the member cities that pass: {words}"
    return words


def row_count(name: str, city_filter: Filter, catalogue: Catalogue) -> int:
    """Cached number of rows of :func:`filtered_rows`."""
    return catalogue.cached(
        ("row_count", name, city_filter),
        lambda: len(_rows(name, city_filter, catalogue)),
    )


def filtered_rows(name: str, city_filter: Filter, catalogue: Catalogue) -> FilteredRows:
    """The rows of layer ``name`` that pass a filter.

    ``cities`` and ``projects`` are filtered by every field; project counts in ``cities`` cover
    the projects that pass, as on the pages. ``places`` and ``wup2025_cities`` are filtered by
    country and distance of their own location, and by any other field through their member city
    (the nearest one of a place, the one that a UN city belongs to); years of UN cities follow
    these. The other layers are filtered by country if no other field is set, otherwise by the
    selected cities: by ``city_id``, else by ``iso3``. Reports on projects and their places follow
    the projects; partnerships do if the filter needs projects. Promises follow the cities, and have
    themselves the focus areas and dates, and a project that passes what is about projects. A search
    keeps of plans, promises and partnerships the rows that have its words, those of a project that
    passes, and all of a city that it names. A layer that :func:`takes no filter <takes_filter>` is
    given whole, without a description.

    Raises
    ------
    QueryError
        If there is no such layer.
    """
    rows = _rows(name, city_filter, catalogue)
    return FilteredRows(
        rows, filter_description(name, city_filter, catalogue) if city_filter else ""
    )


def _rows(name: str, city_filter: Filter, catalogue: Catalogue) -> pd.DataFrame:
    if name not in catalogue.layers:
        raise QueryError(
            no_such(mark("There is no layer {name}. Available: {known}."), name, catalogue.layers)
        )
    frame = catalogue[name]
    if not filter_for(name, city_filter, catalogue):
        return frame
    selection = selected(city_filter, catalogue)
    if name == "cities":
        rows: pd.DataFrame = recounted_cities(city_filter, catalogue)
    elif name == "projects":
        rows = selection.projects
    elif name == "promises":
        rows = _promises(frame, city_filter, catalogue)
    elif _follows_projects(name, city_filter, frame.columns):
        rows = frame[frame["project_id"].isin(set(selection.projects["project_id"]))]
    elif name in BY_ROW and city_filter.text:
        rows = _by_own_text(name, frame, city_filter, selection)
    elif name in _BY_POSITION:
        rows = _by_position(frame, city_filter, catalogue)
    elif name == "wup2025_city_years":
        un_cities = _rows("wup2025_cities", city_filter, catalogue)
        rows = frame[frame["un_city_code"].isin(set(un_cities["un_city_code"]))]
    elif "iso3" in frame.columns and not replace(city_filter, countries=()):
        rows = frame[frame["iso3"].isin(city_filter.countries)]
    elif "city_id" in frame.columns:
        rows = frame[frame["city_id"].isin(set(selection.cities["city_id"]))]
    else:
        rows = frame[frame["iso3"].isin(set(selection.cities["iso3"]))]
    return rows


def _follows_projects(name: str, city_filter: Filter, columns: Collection[str]) -> bool:
    """Whether only rows of projects that pass are kept, not all of the cities."""
    if name == "partners":  # many are those of a city, or of all
        return city_filter.needs_projects
    return name in _BY_PROJECT or ("project_id" in columns and "city_id" not in columns)


def _promises(frame: pd.DataFrame, city_filter: Filter, catalogue: Catalogue) -> pd.DataFrame:
    """Promises by their own focus area and date; one without a project has no status."""
    undated = replace(city_filter, due_before=None, overdue=False)
    selection = selected(undated, catalogue)
    rows = by_date(frame, city_filter)
    rows = rows[rows["city_id"].isin(set(selection.cities["city_id"]))]
    if city_filter.focus_areas:
        rows = rows[rows["focus_area"].isin(city_filter.focus_areas)]
    if replace(undated, focus_areas=()).needs_projects:
        rows = rows[rows["project_id"].isin(set(selection.projects["project_id"]))]
    return _by_own_text("promises", rows, undated, selection) if city_filter.text else rows


def _by_own_text(
    name: str, frame: pd.DataFrame, city_filter: Filter, selection: Selection
) -> pd.DataFrame:
    found = selection.found
    keep = pd.Series(frame.index.isin(found.kept_rows(name)), index=frame.index)
    keep |= frame["city_id"].isin(found.cities)
    if "project_id" in frame.columns:
        keep |= frame["project_id"].isin(set(selection.projects["project_id"]))
    passes = frame["city_id"].isin(set(selection.cities["city_id"]))
    if not replace(city_filter, text=""):
        passes |= frame["city_id"].isna()  # partnerships of the whole network
    return frame[keep & passes]


def _by_position(frame: pd.DataFrame, city_filter: Filter, catalogue: Catalogue) -> pd.DataFrame:
    keep = pd.Series(True, index=frame.index)
    if city_filter.countries:
        keep &= frame["iso3"].isin(city_filter.countries)
    if city_filter.near:
        keep &= is_near(city_filter, catalogue.geo("cities"), gpd.GeoDataFrame(frame))
    by_city = replace(city_filter, countries=(), near="")
    if by_city:
        selection = selected(by_city, catalogue).cities
        keep &= frame["city_id"].isin(set(selection["city_id"]))
    return frame[keep]
