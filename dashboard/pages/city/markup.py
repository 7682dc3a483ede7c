"""HTML fragments of the City page: map, links, badges, tables; and its downloads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from dashboard import i18n
from dashboard.maps.city_map import city_map_image
from dashboard.markup import numbers
from dashboard.markup.code_snippets import Download
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from geo.analysis.city_profile import CityProfile
from geo.analysis.filter import Filter
from geo.errors import LayerError
from geo.i18n import tr
from geo.vocabulary import FOCUS_AREAS

_AROUND_KM, _NEAR_KM = 300, 100
"""Radius for member cities on the linked map, and for places in the download."""


def city_map(profile: CityProfile, colours: Palette) -> str:
    """Static map of 80 by 80 km around the city."""
    city = profile.city
    place = escape(f"{city['name_local']}, {city['admin1_name']}.")
    note = escape(
        tr(
            "The map is 80 km across; grey dots are places for which GeoNames gives a population "
            "of 500 or more."
        )
    )
    return (
        f'<figure class="map">{city_map_image(city, colours.name)}'
        f"<figcaption>{place} {note}</figcaption></figure>"
    )


def links(
    profile: CityProfile, peers: Sequence[str], names: Mapping[str, str], briefing: str
) -> str:
    """Links to the briefing, the comparison with peers and the map around the city."""
    city_id = profile.city["city_id"]
    items = [_link(briefing, tr("Briefing on one page (PDF)"), "strong")]
    if peers:
        peer_names = numbers.format_list([names[other] for other in peers])
        compare_url = i18n.page_url("compare", city=",".join([city_id, *peers]))
        items.append(_link(compare_url, tr("Compare with {cities}", cities=peer_names)))
    map_url = i18n.page_url("explore", near=city_id, within=str(_AROUND_KM))
    items.append(_link(map_url, tr("Member cities within {km} km on the map", km=_AROUND_KM)))
    return f'<p class="ways">{"".join(items)}</p>'


def _link(href: str, text: str, weight: str = "") -> str:
    kind = f' class="{weight}"' if weight else ""
    return f'<a{kind} href="{escape(href)}" target="_self">{escape(text)}</a>'


def city_links(city_ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Links to the pages of other cities."""
    if not city_ids:
        return ""
    items = "".join(
        _link(i18n.page_url("city", city=city_id), names[city_id]) for city_id in city_ids
    )
    return f'<p class="ways"><span>{escape(tr("Their pages:"))}</span>{items}</p>'


def paragraph(text: str) -> str:
    """A sentence in place of, or beside, a chart or table."""
    return f'<p class="said">{escape(text)}</p>'


def area_badge(area: Any) -> str:
    """Badge of a focus area in its colour; empty if missing."""
    if numbers.is_missing(area):
        return ""
    return (
        f'<span class="area" style="background:{FOCUS_AREA_COLOURS[area]}">'
        f"{escape(tr(FOCUS_AREAS[area]))}</span>"
    )


def state_badge(status: str, label: str, colours: Palette) -> str:
    """Badge of a status: a coloured dot and its label."""
    return (
        f'<span class="state"><i style="background:{colours.statuses[status]}"></i>'
        f"{escape(label)}</span>"
    )


def table(label: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Scrollable table of HTML cells; the first cell of each row is the row heading.

    In a narrow window each row becomes a block with the headings beside the cells.
    """
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = ""
    for first, *rest in rows:
        cells = "".join(
            f'<td data-label="{escape(heading)}"><div>{cell}</div></td>'
            for heading, cell in zip(headings[1:], rest, strict=True)
        )
        body += f'<tr><th scope="row">{first}</th>{cells}</tr>'
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
        f'<table class="facts city"><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        "</table></div>"
    )


def project_link(project: Mapping[str, Any]) -> str:
    """Name of a project, linked to its full history.

    Parameters
    ----------
    project
        Its ``project_id`` and ``name``.
    """
    return _link(i18n.page_url("plans", project=project["project_id"]), project["name"])


def web_link(url: str) -> str:
    """Link to a web page, labelled with its host; "no data" if ``url`` is not http(s).

    >>> web_link("https://www.example.org/a").startswith('<a href="https://www.example.org/a"')
    True
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return escape(numbers.no_data())
    host = escape(parts.netloc.removeprefix("www."))
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{host}</a>'


def downloads(profile: CityProfile) -> list[Download]:
    """Layer, filter and label of each download of the page."""
    city_id = profile.city["city_id"]
    of_city, around = Filter(cities=(city_id,)), Filter(near=city_id, within_km=_NEAR_KM)
    return [
        ("cities", of_city, tr("City with all figures")),
        ("city_populations", of_city, tr("Other official figures")),
        *_un_downloads(profile),
        *_series_download(profile),
        ("plans", of_city, tr("Plan of 2018")),
        ("plan_focus_areas", of_city, tr("Focus areas of the plan")),
        ("plan_statements", of_city, tr("What the plan says under each focus area")),
        ("plan_targets", of_city, tr("Targets of the plan")),
        ("plan_projects", of_city, tr("Priority projects of 2018")),
        ("plan_support", of_city, tr("Support asked for")),
        ("projects", of_city, tr("Projects listed in any report")),
        ("project_reports", of_city, tr("Status by report")),
        ("project_details", of_city, tr("What the reports say")),
        ("project_figures", of_city, tr("Figures of projects")),
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
            "Agglomerations of {country} by year, {city} among them",
            country=profile.city["country"],
            city=profile.city["agglomeration"],
        )
        return [("city_years", Filter(countries=(profile.city["iso3"],)), label)]
    label = tr("Agglomeration by year")
    if owner != profile.city["city_id"]:
        label = tr("Agglomeration of {city} by year", city=profile.city["agglomeration"])
    return [("city_years", Filter(cities=(str(owner),)), label)]
