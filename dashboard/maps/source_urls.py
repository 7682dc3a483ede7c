"""URLs of the GeoJSON that a map fetches: sources of its layers, and tiles of labels.

A URL contains the version of the data, so that the browser may keep the response forever.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard import i18n
from dashboard.maps.symbols import SIZES, symbol_size
from dashboard.maps.view import Map
from dashboard.markup.urls import urlencode
from geo.analysis.filter import Filter
from geo.errors import QueryError, not_known, quoted
from geo.i18n import tr
from geo.vocabulary import DETAILS

UN_SIZES = ("un_2025", "un_2050")
"""Sizes with which the other UN cities of 2025 are drawn too."""


ZOOM_STEP = 0.25
"""Labels are placed for zooms in these steps, so that few URLs serve all window sizes."""


@dataclass(frozen=True)
class Drawing:
    """Options of a map source.

    Attributes
    ----------
    detail
        Level of detail of boundaries, one of :data:`geo.vocabulary.DETAILS`.
    size
        Quantity shown by the size of city symbols, one of :data:`SIZES`.
    zoom
        Zoom for which labels are placed.
    window
        West, south, east, north in degrees of the viewport, which must contain the labels.
    small
        Whether symbols are drawn small; see :data:`dashboard.maps.symbols.SMALL`.
    indicator
        Id of the indicator whose classes the cities have.
    """

    detail: str = "low"
    size: str = "dot"
    zoom: float = 3.0
    window: tuple[float, ...] = ()
    small: bool = False
    indicator: str = ""

    def to_query(self) -> dict[str, str]:
        """URL query parameters that differ from their defaults."""
        query = {
            "detail": self.detail,
            "size": self.size,
            "zoom": f"{self.zoom:g}",
            "window": ",".join(f"{edge:g}" for edge in self.window),
            "small": "1" if self.small else "",
            "indicator": self.indicator,
        }
        defaults = {"detail": "low", "size": "dot", "zoom": "3"}
        return {name: value for name, value in query.items() if value != defaults.get(name, "")}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Drawing:
        """Parse URL query parameters.

        Raises
        ------
        QueryError
            If a parameter is invalid; the message names it, its value and the valid values.
        """
        for name, allowed in (("detail", DETAILS), ("size", SIZES), ("small", ("", "1"))):
            if name in query and query[name] not in allowed:
                raise QueryError(not_known(name, query[name], allowed))
        try:
            zoom = float(query.get("zoom", cls.zoom))
        except ValueError:
            zoom = -1.0
        if not 0 <= zoom <= 20 or zoom % ZOOM_STEP:
            raise QueryError(
                tr(
                    "Parameter {name}: {value} is not a zoom from 0 to 20 in steps of {step}.",
                    name="zoom",
                    value=quoted(query["zoom"]),
                    step=ZOOM_STEP,
                )
            )
        window = _window(query.get("window", ""))
        detail, size = query.get("detail", cls.detail), query.get("size", cls.size)
        small, indicator = bool(query.get("small")), query.get("indicator", "")
        return cls(detail, size, zoom, window, small, indicator)


def _window(value: str) -> tuple[float, ...]:
    try:
        edges = tuple(float(edge) for edge in value.split(",")) if value else ()
    except ValueError:
        edges = (math.nan,)
    west_to_east = len(edges) == 4 and -360 <= edges[0] < edges[2] <= 360
    if edges and not (west_to_east and -85 <= edges[1] < edges[3] <= 85):
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not west,south,east,north in degrees.",
                name="window",
                value=quoted(value),
            )
        )
    return edges


_TRANSLATED = ("cities", "places", "un-cities", "areas", "project-places")
"""Sources with texts, which depend on the user's language."""


def source_url(
    name: str, version: str, city_filter: Filter | None = None, drawing: Drawing | None = None
) -> str:
    """The URL path of a map source of one ``version`` of the data."""
    query = city_filter.to_query() if city_filter else {}
    query |= drawing.to_query() if drawing else {}
    language_params = i18n.language_params() if name in _TRANSLATED else {}
    return f"/layers/{name}.geojson?{urlencode({**query, **language_params, 'v': version})}"


def tile_url(version: str, city_filter: Filter, drawing: Drawing) -> str:
    """URL template of the tiles, with placeholders for zoom, column and row."""
    query = {**city_filter.to_query(), **drawing.to_query(), **i18n.language_params(), "v": version}
    return "/labels/{z}/{x}/{y}.geojson?" + urlencode(query)


def land_url(version: str) -> str:
    """URL template of the tiles of land at city scale, with placeholders as in :func:`tile_url`."""
    return f"/land/{{z}}/{{x}}/{{y}}.geojson?v={version}"


_MAX_ZOOM_FOR_BOUNDARIES: Sequence[tuple[float, str]] = ((3.25, "low"), (6.0, "medium"))


@dataclass(frozen=True)
class SourceUrls:
    """URLs of everything that a map fetches."""

    ground: str
    areas: str
    cities: str
    places: str
    un_cities: str
    project_places: str
    labels: str
    land: str


def source_urls(map_spec: Map) -> SourceUrls:
    """The URLs of a map's sources."""
    zoom, city_filter, version = map_spec.view.zoom, map_spec.city_filter, map_spec.version
    detail = next((name for limit, name in _MAX_ZOOM_FOR_BOUNDARIES if zoom <= limit), "full")
    drawing = city_drawing(map_spec)
    nearby, label_options = label_drawing(map_spec)
    near_city, place_options = (nearby, drawing) if map_spec.city_id else (None, Drawing())
    return SourceUrls(
        ground=source_url("ground", version, drawing=Drawing(detail=detail)),
        areas=source_url("areas", version, nearby, place_options),
        cities=source_url(
            "cities", version, city_filter, replace(drawing, indicator=map_spec.indicator)
        ),
        places=source_url("places", version, near_city, place_options),
        un_cities=source_url("un-cities", version, nearby, drawing),
        project_places=source_url("project-places", version, Filter(cities=(map_spec.city_id,))),
        labels=tile_url(version, nearby, label_options),
        land=land_url(version),
    )


def city_drawing(map_spec: Map) -> Drawing:
    """How a map draws its cities."""
    return Drawing(size=symbol_size(map_spec.mode, map_spec.span), small=map_spec.small)


def label_drawing(map_spec: Map) -> tuple[Filter, Drawing]:
    """Filter and options of the labels of a map."""
    drawing = city_drawing(map_spec)
    if map_spec.city_id:
        return surroundings(map_spec.city_id), drawing  # also beyond the first view
    view = map_spec.view
    return map_spec.city_filter, replace(drawing, zoom=view.zoom, window=view.window())


SURROUNDINGS_KM = 150
"""Radius of what the map of one city shows around it; the largest territory is 170 km across."""


AREAS_MIN_ZOOM = 7.0
"""Zoom from which areas of cities are drawn: the smaller ones are then 10 pixels across."""

SURROUNDINGS_MIN_ZOOM = 6.5
"""Zoom from which the map of one city shows what is around it, where a level of the tiles with its
labels begins."""


def surroundings(city_id: str) -> Filter:
    """Filter of what the map of one city shows around it."""
    return Filter(near=city_id, within_km=SURROUNDINGS_KM)


MIN_ZOOM, MAX_ZOOM = 0, 10
"""Zoom range of the tiles; beyond the maximum, its labels stay."""


TILE_SIZE = 2048
"""Width and height of a tile in pixels. There are few labels, and with tiles of this size a window
needs only one to four: each costs a request and a redraw of the map."""


LAND_MIN_ZOOM, LAND_MAX_ZOOM = 7, 10
"""Zoom range of the tiles of land; none is asked for at a smaller zoom of the map."""


LAND_TILE_SIZE = 724
"""512 times the root of two: a tile of zoom 7 is shown from zoom 7 to 8 of the map, not from 6.5 to
7.5, because deck.gl rounds."""
