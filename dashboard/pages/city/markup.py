"""Pieces of HTML of one member city: its map, ways on, downloads, badges, tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from dashboard import i18n
from dashboard.maps.city_map import city_map_image
from dashboard.markup import numbers as words
from dashboard.markup.code_snippets import Download
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from geo.analysis.city_profile import Dossier
from geo.analysis.filter import Filter
from geo.errors import LayerError
from geo.i18n import tr
from geo.vocabulary import FOCUS_AREAS

_AROUND_KM, _NEAR_KM = 300, 100
"""How far around a city the map looks for other cities, and the download for places."""


def city_map(about: Dossier, colours: Palette) -> str:
    """The small map of the 40 km around the city."""
    city = about.city
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


def links(about: Dossier, alike: Sequence[str], names: Mapping[str, str], briefing: str) -> str:
    """Ways on from the page: the briefing, the comparison with peers, the map around the city."""
    city_id = about.city["city_id"]
    said = [_link(briefing, tr("Briefing on one page (PDF)"), "strong")]
    if alike:
        there = words.listed([names[other] for other in alike])
        compared = i18n.page("compare", city=",".join([city_id, *alike]))
        said.append(_link(compared, tr("Compare with {cities}", cities=there)))
    near = i18n.page("explore", near=city_id, within=str(_AROUND_KM))
    said.append(_link(near, tr("Member cities within {km} km on the map", km=_AROUND_KM)))
    return f'<p class="ways">{"".join(said)}</p>'


def _link(href: str, text: str, weight: str = "") -> str:
    kind = f' class="{weight}"' if weight else ""
    return f'<a{kind} href="{escape(href)}" target="_self">{escape(text)}</a>'


def city_links(city_ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Links to the pages of other cities."""
    if not city_ids:
        return ""
    said = "".join(_link(i18n.page("city", city=city_id), names[city_id]) for city_id in city_ids)
    return f'<p class="ways"><span>{escape(tr("Their pages:"))}</span>{said}</p>'


def paragraph(text: str) -> str:
    """A sentence that stands where a chart or table would, or beside one."""
    return f'<p class="said">{escape(text)}</p>'


def area_badge(area: Any) -> str:
    """A focus area in its hue."""
    if words.missing(area):
        return ""
    return (
        f'<span class="area" style="background:{FOCUS_AREA_COLOURS[area]}">'
        f"{escape(tr(FOCUS_AREAS[area]))}</span>"
    )


def state_badge(status: str, label: str, colours: Palette) -> str:
    """A state as a dot of its colour and its name."""
    return (
        f'<span class="state"><i style="background:{colours.statuses[status]}"></i>'
        f"{escape(label)}</span>"
    )


def table(label: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of HTML cells, the first of each row its heading; a region that can be scrolled. In
    a narrow window each row is a block whose cells stand beside their headings."""
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
    """The name of a project, linked to its whole history.

    Parameters
    ----------
    project
        Its ``project_id`` and ``name``.
    """
    return _link(i18n.page("plans", project=project["project_id"]), project["name"])


def web_link(url: str) -> str:
    """A link to a page on the web that shows its host; what is no web address is no link.

    >>> web_link("https://www.example.org/a").startswith('<a href="https://www.example.org/a"')
    True
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return escape(words.no_data())
    host = escape(parts.netloc.removeprefix("www."))
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{host}</a>'


def downloads(about: Dossier) -> list[Download]:
    """Layer, filter and label of each download of the page."""
    city_id = about.city["city_id"]
    of_city, around = Filter(cities=(city_id,)), Filter(near=city_id, within_km=_NEAR_KM)
    return [
        ("cities", of_city, tr("City with all figures")),
        ("city_populations", of_city, tr("Other official figures")),
        *_un_downloads(about),
        *_series_download(about),
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


def _un_downloads(about: Dossier) -> list[Download]:
    """The UN cities of 2025 that belong to the city, and their years; none without one."""
    if words.missing(about.city["un_city_codes"]):
        return []
    of_city = Filter(cities=(about.city["city_id"],))
    return [
        ("wup2025_cities", of_city, tr("UN city of 2025")),
        ("wup2025_city_years", of_city, tr("UN city by year")),
    ]


def _series_download(about: Dossier) -> list[Download]:
    """The agglomeration by year; where it is no member city's own, its country's, because rows are
    asked for by city or country. A series that cannot be read is told of where it is shown."""
    try:
        series = about.series
    except LayerError:
        return []
    if not len(series):
        return []
    owner = series["city_id"].iloc[0]
    if words.missing(owner):
        label = tr(
            "Agglomerations of {country} by year, {city} among them",
            country=about.city["country"],
            city=about.city["agglomeration"],
        )
        return [("city_years", Filter(countries=(about.city["iso3"],)), label)]
    label = tr("Agglomeration by year")
    if owner != about.city["city_id"]:
        label = tr("Agglomeration of {city} by year", city=about.city["agglomeration"])
    return [("city_years", Filter(cities=(str(owner),)), label)]
