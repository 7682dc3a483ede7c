"""Sentences, figures and tables of one member city, as pages and the briefing show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

from dashboard import words
from dashboard.layout import Figure, download_links
from dashboard.routes.citymaps import address
from dashboard.tables import records
from dashboard.theme import FOCUS_AREA_COLOURS, Palette
from geo.dossier import Dossier
from geo.peers import Peer
from geo.query import Filter, parse
from geo.vocabulary import FOCUS_AREAS, OUTCOMES, PROJECT_STATUSES

NO_PLAN = "No plan published in the sources."
NONE_STATED = "none stated"
WUP = "UN WUP 2018"

_DOCUMENTS: Mapping[str, str] = {
    "ascn-consolidated-scaps": "Action plans 2018",
    "ascn-framework-2018": "Framework 2018",
    "ascn-concept-note": "Concept note",
}


def read(query: Mapping[str, str], city_ids: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The city that a URL asks for, the first one without, and its problems.

    Parameters
    ----------
    city_ids
        Ids of all member cities, the usual one first.
    """
    parsed = parse({"city": query.get("city", "")}, city_ids)
    problems = [
        f"There is no parameter {name!r}; there is city." for name in query if name != "city"
    ]
    asked = parsed.filter.cities
    if len(asked) > 1:
        problems.append(f"{len(asked)} cities asked for; the first is shown.")
    return (asked or tuple(city_ids))[0], (*problems, *parsed.problems)


def document_name(document: str) -> str:
    """Short name of a source document.

    >>> document_name("ascn-me-2025")
    'M&E Report 2025'
    """
    if document.startswith("ascn-me-"):
        return f"M&E Report {document.removeprefix('ascn-me-')}"
    return _DOCUMENTS.get(document, document)


def reference(row: Mapping[str, Any]) -> str:
    """Document and page that a row rests on."""
    return f"{document_name(row['document'])}, p. {row['page']}"


def number(value: Any, unit: Any = None) -> str:
    """A stated figure with its unit, as exact as it is stated; millions in words.

    >>> number(98.7, "%"), number(15_900_000_000.0, "VND"), number(2800.0)
    ('98.7 %', '15.9 billion VND', '2,800')
    """
    if words.missing(value):
        return words.NO_DATA
    size = float(value)
    text = words.people(size) if abs(size) >= 1e6 else f"{size:,.10g}".replace("-", "−")
    return text if words.missing(unit) else f"{text} {unit}"


def states(found: Mapping[str, int]) -> str:
    """``4 ongoing or in planning and 1 completed``."""
    return words.listed([f"{n} {PROJECT_STATUSES[s].lower()}" for s, n in found.items() if n])


def headline(about: Dossier) -> str:
    """Who the city is and how far its projects are, in two sentences."""
    city, report = about.city, about.report_years[-1]
    where = "" if city["name"] == city["country"] else f", {city['country']},"
    lives = (
        ""
        if words.missing(city["population"])
        else f" and counts {words.people(city['population'])} people ({city['population_year']})"
    )
    who = f"{city['name']}{where} joined the network in {city['joined_year']}{lives}."
    gone = about.counts.get("no_longer_reported", 0)
    if not len(about.projects):
        return f"{who} No report up to {report} lists a project of the city."
    listed = about.listed["status"].value_counts()
    kept = {state: int(listed.get(state, 0)) for state in PROJECT_STATUSES if state in listed}
    said = f"The {report} report lists {_projects(len(about.listed))} of the city"
    if len(about.listed) > 1 and len(kept) == 1:
        both = "both" if len(about.listed) == 2 else "all"
        said += f", {both} {PROJECT_STATUSES[next(iter(kept))].lower()}"
    elif kept:
        said += f": {states(kept)}"
    left = f"; {gone} earlier {'one is' if gone == 1 else 'ones are'} no longer reported"
    return f"{who} {said}{left if gone else ''}."


def _projects(number: int) -> str:
    return words.count(number, "project") if number else "no project"


def key_figures(about: Dossier) -> list[Figure]:
    """Size, density, agglomeration, growth and urban share, each with year and source."""
    city = about.city
    territory = city["population_territory"]
    year = "" if words.missing(city["population_year"]) else f"{city['population_year']}; "
    people = Figure(
        words.people(city["population"]),
        "people" if words.missing(territory) else f"people: {territory}",
        f"{year}{publisher(city['population_source'])}",
    )
    density = (
        Figure(words.NO_DATA, "people per km² of land", "No land area or population in the sources")
        if words.missing(city["density_per_km2"])
        else Figure(
            words.whole(city["density_per_km2"]),
            f"people per km² of {number(city['land_area_km2'], 'km²')} of land",
            f"{year}area: {publisher(city['land_area_source'])}",
        )
    )
    share = Figure(
        words.percent(city["national_urban_share"]),
        f"of the people live in urban areas: {city['country']}",
        f"{city['national_urban_share_year']}; World Bank WDI, newer UN revision",
    )
    return [people, density, *_agglomeration(about), share]


def publisher(source: Any) -> str:
    """Who stands behind a figure: the source without ids, its web address cut to the host.

    >>> publisher("Census 2020; as given at https://en.wikipedia.org/wiki/Dili")
    'Census 2020; en.wikipedia.org'
    """
    if words.missing(source):
        return "no source"
    text = str(source)
    name = re.split(r"[;,]? ?(?:as given at )?https?://|[;,] as given at|, document ", text)[0]
    web = re.search(r"https?://(?:www\.)?([^/\s]+)", text)
    return "; ".join(part for part in (name, web[1] if web else "") if part)


def _agglomeration(about: Dossier) -> list[Figure]:
    city = about.city
    if words.missing(city["agglomeration_population_2018"]):
        return [Figure(words.NO_DATA, "on an urban agglomeration of its own", no_series(about))]
    return [
        Figure(
            words.people(city["agglomeration_population_2018"]),
            "people in the urban agglomeration",
            f"2018; {WUP}",
        ),
        Figure(
            words.people(city["agglomeration_population_2035"]),
            "people in the urban agglomeration, projected",
            f"2035, projection; {WUP}",
        ),
        Figure(
            words.growth(city["agglomeration_growth_2000_2018"]),
            "mean growth of the urban agglomeration",
            f"2000–2018; {WUP}",
        ),
    ]


def agglomeration_note(about: Dossier) -> str:
    """How city and agglomeration relate, as a sentence."""
    note = str(about.city["agglomeration_note"])
    return f"{note[0].upper()}{note[1:]}."


def no_series(about: Dossier) -> str:
    """Why the city has no figures of an agglomeration, with the source."""
    return f"{agglomeration_note(about)[:-1]} ({WUP})"


def population_source(about: Dossier) -> str:
    """Sources of population and land area in full, and what the agglomeration is."""
    city = about.city
    parts = [
        f"{what}: {'no data' if words.missing(city[column]) else city[column]}."
        for what, column in (
            ("Population", "population_source"),
            ("Land area", "land_area_source"),
            ("Agglomeration", "agglomeration_note"),
        )
    ]
    return " ".join(parts).replace("..", ".")


def city_map(about: Dossier, colours: Palette) -> str:
    """The small map of the 40 km around the city."""
    city = about.city
    return (
        f'<figure class="map"><img src="{escape(address(city["city_id"], colours.name))}" '
        f'alt="Map of the 40 km around {escape(city["name"])}" width="320" height="320">'
        f"<figcaption>{escape(city['name_local'])}, {escape(city['admin1_name'])}. The map is 80 "
        "km across; grey dots are places of 500 people or more.</figcaption></figure>"
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
    compared = "./compare?" + urlencode({"city": ",".join([city_id, *alike])}, safe=",")
    near = "./explore?" + urlencode({"near": city_id, "within": 300})
    peers = words.listed([names[other] for other in alike]) if alike else ""
    said = [_link(briefing, "Briefing on one page (PDF)", "strong")]
    if alike:
        said.append(_link(compared, f"Compare with {peers}"))
    said.append(_link(near, "Member cities within 300 km on the map"))
    return f'<p class="ways">{"".join(said)}</p>'


def _link(href: str, text: str, weight: str = "") -> str:
    kind = f' class="{weight}"' if weight else ""
    return f'<a{kind} href="{escape(href)}" target="_self">{escape(text)}</a>'


def city_links(city_ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Links to the pages of other cities."""
    said = "".join(_link(f"./city?city={city_id}", names[city_id]) for city_id in city_ids)
    return f'<p class="ways"><span>Their pages:</span>{said}</p>' if city_ids else ""


def area_badge(area: Any) -> str:
    """A focus area in its hue."""
    if words.missing(area):
        return ""
    return (
        f'<span class="area" style="background:{FOCUS_AREA_COLOURS[area]}">'
        f"{escape(FOCUS_AREAS[area])}</span>"
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


def plan(about: Dossier) -> str:
    """Vision, focus areas and stated figures of the plan, or that there is none."""
    row = about.plan
    parts = [] if about.has_plan else [f'<p class="said">{NO_PLAN}</p>']
    if not words.missing(row["vision"]):
        parts.append(f'<p class="vision">{escape(row["vision"])}</p>')
    if about.focus_areas:
        badges = "".join(area_badge(area) for area in about.focus_areas)
        parts.append(f'<p class="areas">{badges}</p>')
    if about.has_plan:
        parts.append(
            '<p class="said">As the plan states: '
            f"{number(row['stated_land_area_km2'], 'km²')} of land, "
            f"{number(row['stated_population'], 'people')}, "
            f"{number(row['stated_density_per_km2'], 'people per km²')}.</p>"
        )
    note = "" if words.missing(row["note"]) else str(row["note"])
    note = note.removeprefix(NO_PLAN[:-1].lower()).removeprefix("; ")
    extra = f" Note: {note}." if note else ""
    basis = "Vision in our own words. " if not words.missing(row["vision"]) else ""
    parts.append(f'<p class="source">{escape(f"{basis}{reference(row)}.{extra}")}</p>')
    return "".join(parts)


def targets(about: Dossier) -> str:
    """Strategic targets of the plan."""
    return table(
        "Strategic targets",
        ("Target", "Outcome", "Figure", "Year", "Page"),
        [
            (
                escape(row["target"]),
                _outcome(row),
                escape(target_figure(row)),
                NONE_STATED if words.missing(row["target_year"]) else str(row["target_year"]),
                str(row["page"]),
            )
            for row in records(about.targets)
        ],
    )


def _outcome(row: Mapping[str, Any]) -> str:
    if words.missing(row["outcome"]):
        return "not tied to one"
    said = escape(OUTCOMES[row["outcome"]])
    return said + ("<small>assigned here</small>" if row["outcome_basis"] == "assigned" else "")


def target_figure(row: Mapping[str, Any]) -> str:
    """The figure that a target aims at, with the one it starts from."""
    if words.missing(row["figure"]):
        return NONE_STATED
    start = "" if words.missing(row["baseline"]) else f", from {number(row['baseline'])}"
    return number(row["figure"], row["unit"]) + start


def series_name(about: Dossier) -> str:
    """Name of the agglomeration at the end of its line."""
    city = about.city
    return str(
        city["agglomeration"] if city["agglomeration_relation"] == "within" else city["name"]
    )


def series_heading(about: Dossier) -> tuple[str, str]:
    """Title and note of the population series."""
    if not len(about.series):
        return "Population of the agglomeration", ""
    inside = about.city["agglomeration_relation"] == "within"
    title = "Population of the agglomeration" + (f" of {series_name(about)}" if inside else "")
    return title, "Measured to 2018, projected to 2035 (dashed)."


def downloads(about: Dossier) -> str:
    """Links to the data of the page."""
    city_id = about.city["city_id"]
    of_city, around = Filter(cities=(city_id,)), Filter(near=city_id, within_km=100)
    return "".join(
        download_links(layer, wanted, label)
        for layer, wanted, label in (
            ("cities", of_city, "City with all figures"),
            ("city_years", of_city, "Agglomeration by year"),
            ("plan_targets", of_city, "Targets of the plan"),
            ("plan_projects", of_city, "Priority projects of 2018"),
            ("projects", of_city, "Projects"),
            ("project_reports", of_city, "States by report"),
            ("project_details", of_city, "What the reports tell"),
            ("partners", of_city, "Partners"),
            ("places", around, "Places within 100 km"),
        )
        if layer != "city_years" or about.city["agglomeration_relation"] == "same"
    )
