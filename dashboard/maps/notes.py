"""The note under every map: what its boundaries imply, and whom it has to name."""

from __future__ import annotations

from dashboard.data.basemap import basemap
from geo.i18n import mark, tr

BOUNDARY_NOTE = mark(
    "Boundaries (Natural Earth) and coasts near cities (GSHHG; Singapore: Who's On First) are for "
    "orientation and imply no position on any territory."
)


def basemap_note() -> str:
    """The attribution of the host's own base map; empty without one."""
    archive = basemap()
    if archive is None:
        return ""
    return tr(
        "Roads, water and place names from zoom level {zoom}: {attribution}.",
        zoom=archive.min_zoom,
        attribution=archive.attribution,
    )


def map_note() -> str:
    """The note under a map that can be zoomed."""
    return f"{tr(BOUNDARY_NOTE)} {basemap_note()}".strip()
