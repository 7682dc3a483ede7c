"""Places of projects: what plans and reports name, and where it lies."""

from __future__ import annotations

from geo.schema.declare import Layer, iso3, number, one_of, slug, text
from geo.schema.plans import EVERY_REPORT, source_columns
from geo.vocabulary import PLACE_PRECISIONS, WUP_2025

_NAMED = {
    "project_id": slug("project"),
    "place": text("name of the place as the document states it"),
    "precision": one_of(
        "what the point stands for: site, the place itself; neighbourhood, the quarter, township "
        "or village that it is named after or lies in; city, a town as a whole; none where no "
        "source at hand locates the place",
        list(PLACE_PRECISIONS),
        nullable=True,
    ),
}

_LOCATED_AS = text("name of the record whose point it is", nullable=True)

_RECORD = text("id of that record in its source", nullable=True)

PLACE_ROWS = {
    **_NAMED,
    "source_id": text("id in sources.csv", nullable=True),
    "source_record": _RECORD,
    "located_as": _LOCATED_AS,
    "longitude": number("longitude", "°", 90, 145, nullable=True),
    "latitude": number("latitude", "°", -15, 30, nullable=True),
    **source_columns(),
}
"""Columns of the source table. Name and point of a record of ``geonames_places`` or
``wup2025_cities`` are read from there and are not repeated."""

PROJECT_PLACES = Layer(
    name="project_places",
    title="Project locations",
    description="Places that the action plans and reports name for a project, each with document "
    "and page. A place that no source at hand locates has no geometry, and a project whose sources "
    "name no place has no row.",
    columns={
        "project_id": _NAMED["project_id"],
        "city_id": slug("member city"),
        "iso3": iso3(),
        "place": _NAMED["place"],
        "precision": _NAMED["precision"],
        "located_as": _LOCATED_AS,
        "source": text("source of the point", nullable=True),
        "source_record": _RECORD,
        "licence": text("licence of the point", nullable=True),
        **source_columns(),
    },
    key=("project_id", "place"),
    geometry="Point",
    optional_geometry=True,
    sources=(EVERY_REPORT, "ascn-consolidated-scaps", "geonames", WUP_2025, "airportsdata"),
)
