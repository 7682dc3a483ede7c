"""Sentences, figures and tables of one member city, as pages and the briefing show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from dashboard import i18n, words
from dashboard.layout import Figure, download_links
from dashboard.plans import became
from dashboard.routes.citymaps import address
from dashboard.theme import FOCUS_AREA_COLOURS, Palette
from geo.dossier import Dossier
from geo.errors import shown
from geo.i18n import exact, mark, ntr, tr
from geo.peers import Peer
from geo.query import Filter, parse
from geo.vocabulary import FOCUS_AREAS

WUP = mark("UN WUP 2018")

_DOCUMENTS: Mapping[str, str] = {
    "ascn-consolidated-scaps": mark("Action plans 2018"),
    "ascn-framework-2018": mark("Framework 2018"),
    "ascn-concept-note": mark("Concept note"),
}


_AROUND_KM, _NEAR_KM = 300, 100
"""How far around a city the map looks for other cities, and the download for places."""


def read(query: Mapping[str, str], city_ids: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The city that a URL asks for, the first one without, and its problems.

    Parameters
    ----------
    city_ids
        Ids of all member cities, the usual one first.
    """
    parsed = parse({"city": query.get("city", "")}, city_ids)
    problems = [
        tr("There is no parameter {name}; there is {known}.", name=shown(name), known="city")
        for name in query
        if name != "city"
    ]
    asked = parsed.filter.cities
    if len(asked) > 1:
        problems.append(
            ntr(
                "{n} city asked for; the first is shown.",
                "{n} cities asked for; the first is shown.",
                len(asked),
            )
        )
    return (asked or tuple(city_ids))[0], (*problems, *parsed.problems)


def document_name(document: str) -> str:
    """Short name of a source document.

    >>> document_name("ascn-me-2025")
    'M&E Report 2025'
    """
    if document.startswith("ascn-me-"):
        return tr("M&E Report {year}", year=document.removeprefix("ascn-me-"))
    return tr(_DOCUMENTS[document]) if document in _DOCUMENTS else document


def reference(row: Mapping[str, Any], prefix: str = "") -> str:
    """Document and page that a row rests on.

    Parameters
    ----------
    prefix
        What the names of the two columns start with, such as ``"link_"``.
    """
    title = document_name(row[f"{prefix}document"])
    return tr("{title}, p. {page}", title=title, page=row[f"{prefix}page"])


def none_stated() -> str:
    """What stands where the sources state nothing."""
    return tr("none stated")


def number(value: Any, unit: Any = None) -> str:
    """A stated figure with its unit, as exact as it is stated; millions in words.

    >>> number(98.7, "%"), number(15_900_000_000.0, "VND"), number(2800.0)
    ('98.7 %', '15.9 billion VND', '2,800')
    """
    if words.missing(value):
        return words.no_data()
    size = float(value)
    text = words.people(size) if abs(size) >= 1e6 else exact(size)
    if unit == "%":
        return tr("{number} %", number=text)
    return text if words.missing(unit) else f"{text} {unit}"


def headline(about: Dossier) -> str:
    """Who the city is and how far its projects are, in two sentences."""
    return f"{_who(about.city)} {_projects(about)}"


def _who(city: Mapping[str, Any]) -> str:
    """Since when the city is a member, and its size; a city that is its country is named once."""
    known = {
        "city": city["name"],
        "country": city["country"],
        "joined": city["joined_year"],
        "people": words.people(city["population"]),
        "year": city["population_year"],
    }
    if words.missing(city["population"]):
        if city["name"] == city["country"]:
            return tr("{city} joined the network in {joined}.", **known)
        return tr("{city}, {country}, joined the network in {joined}.", **known)
    if city["name"] == city["country"]:
        return tr(
            "{city} joined the network in {joined} and counts {people} people ({year}).", **known
        )
    return tr(
        "{city}, {country}, joined the network in {joined} and counts {people} people ({year}).",
        **known,
    )


def _projects(about: Dossier) -> str:
    """What the latest report lists of the city, and how many projects left the reports."""
    year = about.report_years[-1]
    if not len(about.projects):
        return tr("No report up to {year} lists a project of the city.", year=year)
    clauses = [tr("The {year} report lists no project of the city", year=year)]
    if len(about.listed):
        clauses = [
            ntr(
                "The {year} report lists {n} project of the city: {states}",
                "The {year} report lists {n} projects of the city: {states}",
                len(about.listed),
                year=year,
                states=became(about.listed["status"]),
            )
        ]
    if gone := about.counts.get("no_longer_reported", 0):
        clauses.append(
            ntr(
                "{n} earlier one is no longer reported",
                "{n} earlier ones are no longer reported",
                gone,
            )
        )
    return tr("{said}.", said="; ".join(clauses))


def key_figures(about: Dossier) -> list[Figure]:
    """Size, density, agglomeration, growth and urban share, each with year and source."""
    city = about.city
    territory = city["population_territory"]
    year = "" if words.missing(city["population_year"]) else f"{city['population_year']}; "
    people = Figure(
        words.people(city["population"]),
        tr("people")
        if words.missing(territory)
        else tr("people: {territory}", territory=territory),
        f"{year}{publisher(city['population_source'])}",
    )
    density = (
        Figure(
            words.no_data(),
            tr("people per km² of land"),
            tr("No land area or population in the sources"),
        )
        if words.missing(city["density_per_km2"])
        else Figure(
            words.whole(city["density_per_km2"]),
            tr("people per km² of {area} of land", area=number(city["land_area_km2"], "km²")),
            f"{year}{tr('area: {source}', source=publisher(city['land_area_source']))}",
        )
    )
    share = Figure(
        words.percent(city["national_urban_share"]),
        tr("of the people live in urban areas: {country}", country=city["country"]),
        f"{city['national_urban_share_year']}; {tr('World Bank WDI, newer UN revision')}",
    )
    return [people, density, *_agglomeration(about), share]


def publisher(source: Any) -> str:
    """Who stands behind a figure: the source without ids, its web address cut to the host.

    >>> publisher("Census 2020; as given at https://en.wikipedia.org/wiki/Dili")
    'Census 2020; en.wikipedia.org'
    """
    if words.missing(source):
        return tr("no source")
    text = str(source)
    name = re.split(r"[;,]? ?(?:as given at )?https?://|[;,] as given at|, document ", text)[0]
    web = re.search(r"https?://(?:www\.)?([^/\s]+)", text)
    return "; ".join(part for part in (name, web[1] if web else "") if part)


def _agglomeration(about: Dossier) -> list[Figure]:
    city = about.city
    if words.missing(city["agglomeration_population_2018"]):
        label = tr("on an urban agglomeration of its own")
        return [Figure(words.no_data(), label, no_series(about))]
    return [
        Figure(
            words.people(city["agglomeration_population_2018"]),
            tr("people in the urban agglomeration"),
            f"2018; {tr(WUP)}",
        ),
        Figure(
            words.people(city["agglomeration_population_2035"]),
            tr("people in the urban agglomeration, projected"),
            tr("{year}, projection; {source}", year=2035, source=tr(WUP)),
        ),
        Figure(
            words.growth(city["agglomeration_growth_2000_2018"]),
            tr("mean growth of the urban agglomeration"),
            f"2000–2018; {tr(WUP)}",
        ),
    ]


def agglomeration_note(about: Dossier) -> str:
    """How city and agglomeration relate, as a sentence."""
    note = str(about.city["agglomeration_note"])
    return f"{note[0].upper()}{note[1:]}."


def no_series(about: Dossier) -> str:
    """Why the city has no figures of an agglomeration, with the source."""
    return f"{agglomeration_note(about)[:-1]} ({tr(WUP)})"


def population_source(about: Dossier) -> str:
    """Sources of population and land area in full, and what the agglomeration is."""
    city = about.city
    known = {
        column: words.no_data() if words.missing(city[column]) else city[column]
        for column in ("population_source", "land_area_source", "agglomeration_note")
    }
    parts = (
        tr("Population: {source}.", source=known["population_source"]),
        tr("Land area: {source}.", source=known["land_area_source"]),
        tr("Agglomeration: {note}.", note=known["agglomeration_note"]),
    )
    return " ".join(parts).replace("..", ".")


def city_map(about: Dossier, colours: Palette) -> str:
    """The small map of the 40 km around the city."""
    city = about.city
    alt = escape(tr("Map of the 40 km around {city}", city=city["name"]))
    place = escape(f"{city['name_local']}, {city['admin1_name']}.")
    note = escape(tr("The map is 80 km across; grey dots are places of 500 people or more."))
    return (
        f'<figure class="map"><img src="{escape(address(city["city_id"], colours.name))}" '
        f'alt="{alt}" width="320" height="320">'
        f"<figcaption>{place} {note}</figcaption></figure>"
    )


def nearest(found: Iterable[Peer], most: int = 4) -> list[str]:
    """Ids of the nearest peers, the nearest of each measure first, each once."""
    by_measure: dict[str, list[str]] = {}
    for peer in found:
        by_measure.setdefault(peer.measure, []).append(peer.city_id)
    longest = max(map(len, by_measure.values()), default=0)
    ranked = [
        ids[rank] for rank in range(longest) for ids in by_measure.values() if rank < len(ids)
    ]
    return list(dict.fromkeys(ranked))[:most]


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
    """A table of HTML cells, the first of each row its heading; a region that can be scrolled."""
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
        f'<table class="facts city"><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        "</table></div>"
    )


def series_name(about: Dossier) -> str:
    """Name of the agglomeration at the end of its line."""
    city = about.city
    return str(
        city["agglomeration"] if city["agglomeration_relation"] == "within" else city["name"]
    )


def series_heading(about: Dossier) -> tuple[str, str]:
    """Title and note of the population series."""
    if not len(about.series):
        return tr("Population of the agglomeration"), ""
    title = tr("Population of the agglomeration")
    if about.city["agglomeration_relation"] == "within":
        title = tr("Population of the agglomeration of {city}", city=series_name(about))
    return title, tr("Measured to 2018, projected to 2035 (dashed).")


def series_source(about: Dossier) -> str:
    """Source of the population series and what it counts, or why there is none."""
    if not len(about.series):
        return f"{no_series(about)}."
    return f"{tr('UN, World Urbanization Prospects 2018.')} {agglomeration_note(about)}"


def downloads(about: Dossier) -> str:
    """Links to the data of the page."""
    city_id = about.city["city_id"]
    of_city, around = Filter(cities=(city_id,)), Filter(near=city_id, within_km=_NEAR_KM)
    return "".join(
        download_links(layer, wanted, label)
        for layer, wanted, label in (
            ("cities", of_city, tr("City with all figures")),
            ("city_years", of_city, tr("Agglomeration by year")),
            ("plan_targets", of_city, tr("Targets of the plan")),
            ("plan_projects", of_city, tr("Priority projects of 2018")),
            ("projects", of_city, tr("Projects")),
            ("project_reports", of_city, tr("States by report")),
            ("project_details", of_city, tr("What the reports tell")),
            ("partners", of_city, tr("Partners")),
            ("places", around, tr("Places within {km} km", km=_NEAR_KM)),
        )
        if layer != "city_years" or about.city["agglomeration_relation"] == "same"
    )
