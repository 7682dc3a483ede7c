"""The outcomes of a city: each indicator with value or band, year, territory and source."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.markup import indicators as text
from dashboard.markup import numbers, standings
from dashboard.markup.html import CARDS, Cells, Child, host_link, small, table, tag
from geo.analysis.city_profile import CityProfile, city_profile
from geo.analysis.indicators import Indicator, Reading, indicators, sharing
from geo.cache import memoized
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import INDICATOR_ROLES


@memoized
def outcomes(layers: Catalogue, city_id: str) -> Markup:
    """Table of the indicators of cities with the figures of one; "no data" where there is none."""
    profile = city_profile(layers, city_id)
    headings = (
        *(tr("Indicator"), tr("Figure"), tr("Among the member cities")),
        *(tr("Year"), tr("Territory"), tr("Source")),
    )
    rows = [_row(layers, one, profile) for one in indicators(layers)]
    return table(tr("Outcomes"), headings, rows, CARDS)


def _row(layers: Catalogue, indicator: Indicator, profile: CityProfile) -> Cells:
    reading = profile.readings[indicator.id]
    role = None if indicator.role == "outcome" else tr(INDICATOR_ROLES[indicator.role])
    heading = (
        indicator.name,
        small(" · ".join(part for part in (indicator.unit, role) if part)),
        tag("small", indicator.describes),
    )
    limits, source = tag("small", indicator.limits), text.attribution(layers, indicator)
    if reading is None:
        return (heading, numbers.no_data(), "", "", _territory(indicator, ""), (source, limits))
    remarks = [tag("small", sentence) for sentence in text.remarks(reading)]
    return (
        heading,
        (text.value(reading), remarks),
        _among(layers, profile, reading),
        text.year_and_quality(reading),
        (
            _territory(indicator, text.territory(reading)),
            small(text.territory_people(reading, profile.city)),
        ),
        (source, _address(reading), limits),
    )


def _territory(indicator: Indicator, name: str) -> Child:
    return (name, tag("small", indicator.territory)) if name else indicator.territory


def _address(reading: Reading) -> Child:
    """Record or page of a cited figure."""
    if reading.indicator.role != "citation":
        return None
    url = reading.first["url"]
    return tag(
        "small", reading.first["source_record"] if numbers.is_missing(url) else host_link(url)
    )


def _among(layers: Catalogue, profile: CityProfile, reading: Reading) -> str:
    """Place of a number, or how many share the band or class; nothing of a cited rank."""
    if reading.indicator.role == "citation":
        return ""
    if reading.band is not None or reading.code:
        same, number = sharing(layers, reading)
        if reading.code:
            return tr("{same} of {number} are in this class", same=same, number=number)
        return tr("{same} of {number} are in this band", same=same, number=number)
    standing = profile.indicator_standing(reading.indicator.id)
    if standing is None:
        return tr("different method: not compared with the others")
    return standings.place(standing)
