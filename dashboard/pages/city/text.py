"""Sentences and figures of one member city, as pages and the briefing show them; see
``cityparts`` for pieces of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.data import un_revision as wup
from dashboard.markup import numbers as words
from dashboard.markup.citations import cited
from dashboard.markup.figures import Figure
from dashboard.pages.city import un_figures as uncityview
from dashboard.pages.explore.state import unknown_names
from dashboard.pages.plans.text import became
from geo.analysis.city_profile import Dossier
from geo.analysis.filter import parse
from geo.analysis.peers import Peer
from geo.i18n import exact, mark, ntr, tr
from geo.vocabulary import is_report

PARAMETERS = ("city", wup.PARAMETER)

WUP = mark("UN WUP 2018")

_DOCUMENTS: Mapping[str, str] = {
    "ascn-consolidated-scaps": mark("Action plans 2018"),
    "ascn-framework-2018": mark("Framework 2018"),
    "ascn-concept-note": mark("Concept note"),
}


@dataclass(frozen=True)
class State:
    """What the City page shows: a member city, empty for none, and a revision of UN figures."""

    city_id: str
    wup: str = wup.NEWEST


def read(query: Mapping[str, str], city_ids: Sequence[str]) -> tuple[State, tuple[str, ...]]:
    """The city that a URL asks for, and its problems.

    Without a city in the URL it is the first one; with one that is unknown, none.

    Parameters
    ----------
    city_ids
        Ids of all member cities, the usual one first.
    """
    parsed = parse({"city": query.get("city", "")}, city_ids)
    problems = unknown_names(query, PARAMETERS)
    asked = parsed.filter.cities
    if len(asked) > 1:
        problems.append(
            ntr(
                "{n} city asked for; the first is shown.",
                "{n} cities asked for; the first is shown.",
                len(asked),
            )
        )
    revision = wup.read(query, problems)
    unknown = query.get("city", "").strip() and not asked
    city_id = "" if unknown else (asked or tuple(city_ids))[0]
    return State(city_id, revision), (*problems, *parsed.problems)


def write(state: State) -> dict[str, str]:
    """The URL's query of a state."""
    city = {"city": state.city_id} if state.city_id else {}
    return {**city, **wup.write(state.wup)}


def none_chosen(cities: int) -> str:
    """What the page says while no city is chosen."""
    return ntr("Choose the {n} member city.", "Choose one of the {n} member cities.", cities)


def document_name(document: str) -> str:
    """Short name of a source document.

    >>> document_name("ascn-me-2025")
    'M&E Report 2025'
    """
    if is_report(document):
        return tr("M&E Report {year}", year=document.rpartition("-")[2])
    return tr(_DOCUMENTS[document]) if document in _DOCUMENTS else document


def reference(row: Mapping[str, Any], prefix: str = "") -> str:
    """Document and pages that a row rests on.

    Parameters
    ----------
    prefix
        What the names of the columns start with, such as ``"link_"``.
    """
    return cited(document_name(row[f"{prefix}document"]), row, prefix=prefix)


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


def baseline(row: Mapping[str, Any]) -> str | None:
    """The figure that a target starts from, with unit, year, remark, and its page where that is not
    the target's; none where the plan states none.

    Parameters
    ----------
    row
        See :data:`geo.schema.plans.PLAN_TARGETS`.
    """
    if words.missing(row["baseline"]):
        return None
    figure = number(row["baseline"], row["baseline_unit"])
    year_and_note = (row["baseline_year"], row["baseline_note"])
    details = [str(value) for value in year_and_note if not words.missing(value)]
    if row["baseline_page"] != row["page"]:
        details.append(tr("p. {page}", page=row["baseline_page"]))
    return f"{figure} ({'; '.join(details)})" if details else figure


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
                "The {year} report lists {n} project of the city: {statuses}",
                "The {year} report lists {n} projects of the city: {statuses}",
                len(about.listed),
                year=year,
                statuses=became(about.listed["status"]),
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


def key_figures(about: Dossier, revision: str = wup.NEWEST) -> list[Figure]:
    """Size, density, UN city or agglomeration, growth and urban share, each with year and source.

    Parameters
    ----------
    revision
        One of :data:`dashboard.data.un_revision.WUPS`.
    """
    city = about.city
    territory = city["population_territory"]
    people = Figure(
        words.people(city["population"]),
        tr("people")
        if words.missing(territory)
        else tr("people: {territory}", territory=territory),
        _population_source(city),
    )
    density = (
        Figure(
            words.no_data(),
            tr("people per km² of land"),
            sentence(city["density_note"]),
        )
        if words.missing(city["density_per_km2"])
        else Figure(
            words.whole(city["density_per_km2"]),
            tr("people per km² of {area} of land", area=number(city["land_area_km2"], "km²")),
            _density_source(city),
        )
    )
    share = Figure(
        words.percent(city["national_urban_share"]),
        tr("of the people live in urban areas: {country}", country=city["country"]),
        f"{city['national_urban_share_year']}; {tr('World Bank WDI, UN 2025 revision')}",
    )
    urban = uncityview.figures(city) if revision == wup.NEWEST else _agglomeration(about)
    return [people, density, *urban, share]


def _population_source(city: Mapping[str, Any]) -> str:
    parts = (words.year_and_basis(city), publisher(city["population_source"]))
    return "; ".join(part for part in parts if part)


def _density_source(city: Mapping[str, Any]) -> str:
    """Years of both figures that a density is made of, and the source of the area, which stands
    nowhere else in the row."""
    known = {
        "year": city["population_year"],
        "area_year": city["land_area_year"],
        "source": publisher(city["land_area_source"]),
    }
    if words.missing(city["land_area_year"]):
        return tr("population of {year}; area, its year not stated: {source}", **known)
    return tr("population of {year}; area of {area_year}: {source}", **known)


def land_area_source(city: Mapping[str, Any], source: str) -> str:
    """Source of the land area with its year and territory, as a sentence."""
    known = (city["land_area_year"], city["land_area_territory"])
    of = ", ".join(str(part) for part in known if not words.missing(part))
    if not of:
        return tr("Land area: {source}.", source=source)
    return tr("Land area ({of}): {source}.", of=of, source=source)


def population_year_source(city: Mapping[str, Any], source: str) -> str:
    """Source of the population with its year and basis, as a sentence."""
    if not (of := words.year_and_basis(city)):
        return tr("Population: {source}.", source=source)
    return tr("Population ({of}): {source}.", of=of, source=source)


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
    return f"{sentence(about.city['agglomeration_note'])}."


def sentence(note: Any) -> str:
    """A note with a capital first letter; "no data" without one.

    >>> sentence("no land area")
    'No land area'
    """
    text = words.no_data() if words.missing(note) else str(note)
    return f"{text[0].upper()}{text[1:]}"


def no_series(about: Dossier) -> str:
    """Why the city has no figures of an agglomeration, with the source."""
    return f"{agglomeration_note(about)[:-1]} ({tr(WUP)})"


def population_source(about: Dossier, revision: str = wup.NEWEST) -> str:
    """Sources of population and land area in full, and what the UN city or agglomeration is."""
    city = about.city
    known = {
        column: words.no_data() if words.missing(city[column]) else city[column]
        for column in ("population_source", "land_area_source")
    }
    parts = (
        population_year_source(city, str(known["population_source"])),
        land_area_source(city, str(known["land_area_source"])),
        match_note(city, revision),
    )
    return " ".join(parts).replace("..", ".")


def match_note(city: Mapping[str, Any], revision: str) -> str:
    """What the UN city or agglomeration is and why, as a sentence."""
    if revision == wup.NEWEST:
        return tr("UN city: {note}.", note=city["un_city_note"])
    return tr("Agglomeration: {note}.", note=city["agglomeration_note"])


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
    return title, tr("Estimated to 2018, projected to 2035 (dashed).")


def series_source(about: Dossier) -> str:
    """Source of the population series and what it counts, or why there is none."""
    if not len(about.series):
        return f"{no_series(about)}."
    return f"{tr('UN, World Urbanization Prospects 2018.')} {agglomeration_note(about)}"
