"""Title and text alternative of the map of a city, and its places of projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard.maps.source_urls import SURROUNDINGS_KM
from dashboard.markup import numbers
from dashboard.markup.html import CARDS, Child, table, tag
from dashboard.markup.tables import project_link, records
from dashboard.pages.city.text import reference
from geo.analysis.city_profile import CityProfile, city_profile
from geo.analysis.projects import place_coverage
from geo.cache import memoized
from geo.i18n import ntr, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import AREA_FITS, EXACT, PLACE_PRECISIONS


def title(layers: Catalogue, city_id: str) -> str:
    """Title of the map of a city."""
    return tr("{city} and its surroundings", city=_name(layers, city_id))


def _name(layers: Catalogue, city_id: str) -> str:
    return str(layers["cities"].set_index("city_id")["name"][city_id])


def summary(layers: Catalogue, city_id: str) -> str:
    """What the map of a city shows, how well its boundary fits, and how many projects have a
    place."""
    contents = tr(
        "Area of {city}, with UN cities of 2025 by population, places with a population in "
        "GeoNames and other member cities within {km} km.",
        city=_name(layers, city_id),
        km=SURROUNDINGS_KM,
    )
    profile = city_profile(layers, city_id)
    sentences = (contents, inexact_sentence(profile), coverage_sentence(profile))
    return " ".join(sentence for sentence in sentences if sentence)


def inexact_sentence(profile: CityProfile) -> str:
    """That the boundary on the map is not the city's own, and how it differs; empty if it is."""
    area = profile.area
    if area["fit"] == EXACT:
        return ""
    return tr(
        "The dashed line is not the boundary of {city}. {fit}: {note}.",
        city=area["name"],
        fit=tr(AREA_FITS[area["fit"]]),
        note=area["note"],
    )


@memoized
def coverage_sentence(profile: CityProfile) -> str:
    """For how many projects of a city the sources name a place, and how many of these are on the
    map; empty for a city without projects."""
    coverage = place_coverage(profile.projects, profile.project_places)
    if not coverage.projects:
        return ""
    if not coverage.named:
        return ntr(
            "The plan and reports name no location for the {n} project.",
            "The plan and reports name no location for any of the {n} projects.",
            coverage.projects,
        )
    named = ntr(
        "The plan and reports name locations for {named} of {n} project",
        "The plan and reports name locations for {named} of {n} projects",
        coverage.projects,
        named=coverage.named,
    )
    if not coverage.located:
        return tr("{named}; none of them could be located from our sources.", named=named)
    located = ntr("{n} of them is on the map", "{n} of them are on the map", coverage.located)
    return f"{named}; {located}."


@memoized
def project_places(profile: CityProfile) -> Markup:
    """Places of the projects of a city with precision and source."""
    projects = {row["project_id"]: project_link(row) for row in records(profile.projects)}
    return table(
        tr("Project locations"),
        (tr("Location and project"), tr("Point on the map")),
        [
            (
                (tag("strong", row["place"]), tag("br"), projects[row["project_id"]]),
                (_point(row), tag("small", tr("named in {source}", source=reference(row)))),
            )
            for row in records(profile.project_places)
        ],
        CARDS,
    )


def _point(row: Mapping[str, Any]) -> Child:
    if numbers.is_missing(row["precision"]):
        return tr("No location found in our sources")
    precision = tr(PLACE_PRECISIONS[row["precision"]])
    return f"{precision}: {row['located_as']}", tag("small", row["source"])
