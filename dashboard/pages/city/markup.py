"""HTML of the links of the City page, and its downloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.code_snippets import Download
from dashboard.markup.html import page_link, tag
from geo.analysis.city_profile import CityProfile
from geo.analysis.filter import Filter
from geo.errors import LayerError
from geo.i18n import tr

_AROUND_KM, _NEAR_KM = 300, 100
"""Radius for member cities on the linked map, and for places in the download."""


def links(
    profile: CityProfile, peers: Sequence[str], names: Mapping[str, str], briefing: Markup
) -> Markup:
    """The links of the briefing, and links to the comparison with peers and the map around the
    city."""
    city_id = profile.city["city_id"]
    around = tr("Member cities within {km} km on the map", km=_AROUND_KM)
    return tag(
        "p",
        briefing,
        _comparison(city_id, peers, names),
        page_link("explore", around, near=city_id, within=str(_AROUND_KM)),
        class_="ways",
    )


def compare_link(city_id: str, peers: Sequence[str], names: Mapping[str, str]) -> Markup:
    """Link to the comparison with peers, as a line."""
    return tag("p", _comparison(city_id, peers, names), class_="ways")


def _comparison(city_id: str, peers: Sequence[str], names: Mapping[str, str]) -> Markup | None:
    if not peers:
        return None
    peer_names = numbers.format_list([names[other] for other in peers])
    label = tr("Compare with {cities}", cities=peer_names)
    return page_link("compare", label, city=",".join([city_id, *peers]))


def downloads(profile: CityProfile) -> list[Download]:
    """Layer, filter and label of each download of the page."""
    city_id = profile.city["city_id"]
    of_city, around = Filter(cities=(city_id,)), Filter(near=city_id, within_km=_NEAR_KM)
    return [
        ("cities", of_city, tr("City with all figures")),
        ("city_populations", of_city, tr("Other official figures")),
        ("city_areas", of_city, tr("Area of the city")),
        ("city_indicators", of_city, tr("Outcomes")),
        ("indicators", Filter(), tr("Definitions of the outcomes")),
        *_un_downloads(profile),
        *_series_download(profile),
        ("plans", of_city, tr("2018 plan")),
        ("plan_focus_areas", of_city, tr("Focus areas of the plan")),
        ("plan_statements", of_city, tr("What the plan says under each focus area")),
        ("plan_targets", of_city, tr("Targets of the plan")),
        ("promises", of_city, tr("Dated promises")),
        ("plan_projects", of_city, tr("Priority projects of 2018")),
        ("plan_support", of_city, tr("Support requested")),
        ("projects", of_city, tr("Projects listed in any report")),
        ("project_reports", of_city, tr("Status by report")),
        ("project_details", of_city, tr("What the reports say")),
        ("project_figures", of_city, tr("Project figures")),
        ("project_places", of_city, tr("Project locations")),
        ("partners", of_city, tr("Partners")),
        ("places", around, tr("Places within {km} km", km=_NEAR_KM)),
    ]


def _un_downloads(profile: CityProfile) -> list[Download]:
    """Downloads of the matched UN cities of 2025 and their years; empty without a match."""
    if numbers.is_missing(profile.city["un_city_codes"]):
        return []
    of_city = Filter(cities=(profile.city["city_id"],))
    return [
        ("wup2025_cities", of_city, tr("UN city of 2025")),
        ("wup2025_city_years", of_city, tr("UN city by year")),
    ]


def _series_download(profile: CityProfile) -> list[Download]:
    """Download of the agglomeration by year.

    Rows are selected by city or country, so an agglomeration without a member city is downloaded
    with its country's. If the layer cannot be read, the list is empty; the chart reports the error.
    """
    try:
        series = profile.series
    except LayerError:
        return []
    if not len(series):
        return []
    owner = series["city_id"].iloc[0]
    if numbers.is_missing(owner):
        label = tr(
            "Agglomerations of {country} by year, including {city}",
            country=profile.city["country"],
            city=profile.city["agglomeration"],
        )
        return [("city_years", Filter(countries=(profile.city["iso3"],)), label)]
    label = tr("Agglomeration by year")
    if owner != profile.city["city_id"]:
        label = tr("Agglomeration of {city} by year", city=profile.city["agglomeration"])
    return [("city_years", Filter(cities=(str(owner),)), label)]
