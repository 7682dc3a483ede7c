"""Sentences and key figures of one member city, for pages and the briefing.

HTML fragments are in :mod:`dashboard.pages.city.markup`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashboard.data import un_revision
from dashboard.markup import numbers, standings
from dashboard.markup.citations import cite
from dashboard.markup.figures import Figure
from dashboard.pages.city import un_figures
from dashboard.pages.plans.text import status_summary
from geo.analysis.city_profile import CityProfile
from geo.cache import memoized
from geo.i18n import exact, mark, ntr, percent, tr
from geo.vocabulary import is_report

WUP = mark("UN WUP 2018")

_DOCUMENTS: Mapping[str, str] = {
    "ascn-consolidated-scaps": mark("Action plans 2018"),
    "ascn-framework-2018": mark("Framework 2018"),
    "ascn-concept-note": mark("Concept note"),
}


def no_selection_text(cities: int) -> str:
    """Message while no city is selected."""
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
    """Citation of a row: document and pages.

    Parameters
    ----------
    prefix
        Prefix of the column names, such as ``"link_"``.
    """
    return cite(document_name(row[f"{prefix}document"]), row, prefix=prefix)


def none_stated() -> str:
    """Placeholder for a value that the sources do not state."""
    return tr("none stated")


def number(value: Any, unit: Any = None) -> str:
    """Format a stated figure with its unit at its stated precision; millions in words.

    >>> number(98.7, "%"), number(15_900_000_000.0, "VND"), number(2800.0)
    ('98.7%', '15.9 billion VND', '2,800')
    """
    if numbers.is_missing(value):
        return numbers.no_data()
    size = float(value)
    text = numbers.people(size) if abs(size) >= 1e6 else exact(size)
    if numbers.is_missing(unit):
        return text
    share_of = str(unit).removeprefix("%")  # "% of water demand"
    return f"{text} {unit}" if share_of == unit else percent(text) + share_of


def baseline(row: Mapping[str, Any]) -> str | None:
    """Baseline of a target with unit, year, remark, and page if it differs from the target's.

    None if the plan states no baseline.

    Parameters
    ----------
    row
        See :data:`geo.schema.plans.PLAN_TARGETS`.
    """
    if numbers.is_missing(row["baseline"]):
        return None
    figure = number(row["baseline"], row["baseline_unit"])
    year_and_note = (row["baseline_year"], row["baseline_note"])
    details = [str(value) for value in year_and_note if not numbers.is_missing(value)]
    if row["baseline_page"] != row["page"]:
        details.append(tr("p. {page}", page=row["baseline_page"]))
    return f"{figure} ({'; '.join(details)})" if details else figure


@memoized
def headline(profile: CityProfile) -> str:
    """Membership and size of the city, and the status of its projects, in two sentences."""
    return f"{_membership_sentence(profile.city)} {_projects_sentence(profile)}"


def _membership_sentence(city: Mapping[str, Any]) -> str:
    """Year of joining and population. A city state is named once."""
    values = {
        "city": city["name"],
        "country": city["country"],
        "joined": city["joined_year"],
        "people": numbers.people(city["population"]),
        "year": city["population_year"],
    }
    if numbers.is_missing(city["population"]):
        if city["name"] == city["country"]:
            return tr("{city} joined the network in {joined}.", **values)
        return tr("{city}, {country}, joined the network in {joined}.", **values)
    if city["name"] == city["country"]:
        return tr(
            "{city} joined the network in {joined} and has {people} people ({year}).", **values
        )
    return tr(
        "{city}, {country}, joined the network in {joined} and has {people} people ({year}).",
        **values,
    )


def _projects_sentence(profile: CityProfile) -> str:
    """Projects in the latest report by status, and how many are no longer reported."""
    year = profile.report_years[-1]
    if not len(profile.projects):
        return tr("No report up to {year} lists any projects for this city.", year=year)
    clauses = [tr("The {year} report lists no projects for this city", year=year)]
    if len(profile.listed):
        clauses = [
            ntr(
                "The {year} report lists {n} project for the city: {statuses}",
                "The {year} report lists {n} projects for the city: {statuses}",
                len(profile.listed),
                year=year,
                statuses=status_summary(profile.listed["status"]),
            )
        ]
    if dropped := profile.counts.get("no_longer_reported", 0):
        clauses.append(
            ntr(
                "{n} earlier one is no longer reported",
                "{n} earlier ones are no longer reported",
                dropped,
            )
        )
    return tr("{clauses}.", clauses="; ".join(clauses))


@memoized
def key_figures(profile: CityProfile, revision: str = un_revision.NEWEST) -> list[Figure]:
    """Population, density, UN city or agglomeration, growth and urban share, with sources.

    Parameters
    ----------
    revision
        One of :data:`dashboard.data.un_revision.UN_REVISIONS`.
    """
    city = profile.city
    territory = city["population_territory"]
    people = Figure(
        numbers.people(city["population"]),
        tr("people")
        if numbers.is_missing(territory)
        else tr("people ({territory})", territory=territory),
        _population_source(city),
        place(profile, "population"),
    )
    density = (
        Figure(
            numbers.no_data(),
            tr("people per km² of land"),
            capitalized(city["density_note"]),
        )
        if numbers.is_missing(city["density_per_km2"])
        else Figure(
            numbers.whole(city["density_per_km2"]),
            tr("people per km² (land area {area})", area=number(city["land_area_km2"], "km²")),
            _density_source(city),
            place(profile, "density_per_km2"),
        )
    )
    share = Figure(
        numbers.percent(city["national_urban_share"]),
        tr("of the population is urban: {country}", country=city["country"]),
        f"{city['national_urban_share_year']}; {tr('World Bank WDI, UN 2025 revision')}",
    )
    urban = (
        un_figures.figures(city, lambda column: place(profile, column))
        if revision == un_revision.NEWEST
        else _agglomeration(profile)
    )
    return [people, density, *urban, share]


def place(profile: CityProfile, column: str) -> str:
    """Place of the city by a column of ``cities``, as text; empty without a figure."""
    standing = profile.standing(column)
    return "" if standing is None else standings.place(standing)


def _population_source(city: Mapping[str, Any]) -> str:
    parts = (numbers.year_and_basis(city), publisher(city["population_source"]))
    return "; ".join(part for part in parts if part)


def _density_source(city: Mapping[str, Any]) -> str:
    """Years of the population and area behind a density, and the source of the area."""
    values = {
        "year": city["population_year"],
        "area_year": city["land_area_year"],
        "source": publisher(city["land_area_source"]),
    }
    if numbers.is_missing(city["land_area_year"]):
        return tr("population {year}; land area, year not stated: {source}", **values)
    return tr("population {year}; land area {area_year}: {source}", **values)


def land_area_source(city: Mapping[str, Any], source: str) -> str:
    """Source of the land area with its year and territory, as a sentence."""
    values = (city["land_area_year"], city["land_area_territory"])
    context = ", ".join(str(part) for part in values if not numbers.is_missing(part))
    if not context:
        return tr("Land area: {source}.", source=source)
    return tr("Land area ({of}): {source}.", of=context, source=source)


def population_year_source(city: Mapping[str, Any], source: str) -> str:
    """Source of the population with its year and basis, as a sentence."""
    if not (context := numbers.year_and_basis(city)):
        return tr("Population: {source}.", source=source)
    return tr("Population ({of}): {source}.", of=context, source=source)


def publisher(source: Any) -> str:
    """Publisher of a figure: the source without ids, a URL shortened to its host.

    >>> publisher("Census 2020; as given at https://en.wikipedia.org/wiki/Dili")
    'Census 2020; en.wikipedia.org'
    """
    if numbers.is_missing(source):
        return tr("no source")
    text = str(source)
    name = re.split(r"[;,]? ?(?:as given at )?https?://|[;,] as given at|, document ", text)[0]
    web = re.search(r"https?://(?:www\.)?([^/\s]+)", text)
    return "; ".join(part for part in (name, web[1] if web else "") if part)


def _agglomeration(profile: CityProfile) -> list[Figure]:
    city = profile.city
    if numbers.is_missing(city["agglomeration_population_2018"]):
        label = tr("for a separate urban agglomeration")
        return [Figure(numbers.no_data(), label, no_series(profile))]
    return [
        Figure(
            numbers.people(city["agglomeration_population_2018"]),
            tr("people in the urban agglomeration"),
            f"2018; {tr(WUP)}",
            place(profile, "agglomeration_population_2018"),
        ),
        Figure(
            numbers.people(city["agglomeration_population_2035"]),
            tr("people in the urban agglomeration, projected"),
            un_figures.projected(2035, tr(WUP), city["un_city_population_2050"], 2050, 2025),
            place(profile, "agglomeration_population_2035"),
        ),
        Figure(
            numbers.growth(city["agglomeration_growth_2000_2018"]),
            tr("mean growth of the urban agglomeration"),
            f"2000–2018; {tr(WUP)}",
            place(profile, "agglomeration_growth_2000_2018"),
        ),
    ]


def agglomeration_note(profile: CityProfile) -> str:
    """Sentence on how the city relates to its agglomeration."""
    return f"{capitalized(profile.city['agglomeration_note'])}."


def capitalized(note: Any) -> str:
    """Capitalize the first letter of a note; "no data" if it is missing.

    >>> capitalized("no land area")
    'No land area'
    """
    text = numbers.no_data() if numbers.is_missing(note) else str(note)
    return f"{text[0].upper()}{text[1:]}"


def no_series(profile: CityProfile) -> str:
    """Why the city has no agglomeration figures, with the source."""
    return f"{agglomeration_note(profile)[:-1]} ({tr(WUP)})"


def population_source(profile: CityProfile, revision: str = un_revision.NEWEST) -> str:
    """Full sources of population and land area, and the matched UN city or agglomeration."""
    city = profile.city
    values = {
        column: numbers.no_data() if numbers.is_missing(city[column]) else city[column]
        for column in ("population_source", "land_area_source")
    }
    parts = (
        population_year_source(city, str(values["population_source"])),
        land_area_source(city, str(values["land_area_source"])),
        match_note(city, revision),
    )
    return " ".join(parts).replace("..", ".")


def match_note(city: Mapping[str, Any], revision: str) -> str:
    """Sentence on the matched UN city or agglomeration and the reason for the match."""
    if revision == un_revision.NEWEST:
        return tr("UN city: {note}.", note=city["un_city_note"])
    return tr("Agglomeration: {note}.", note=city["agglomeration_note"])


def series_name(profile: CityProfile) -> str:
    """Label of the agglomeration's line in the chart."""
    city = profile.city
    return str(
        city["agglomeration"] if city["agglomeration_relation"] == "within" else city["name"]
    )


def series_heading(profile: CityProfile) -> tuple[str, str]:
    """Title and note of the population series."""
    if not len(profile.series):
        return tr("Population of the agglomeration"), ""
    title = tr("Population of the agglomeration")
    if profile.city["agglomeration_relation"] == "within":
        title = tr("Population of the agglomeration of {city}", city=series_name(profile))
    return title, tr("Estimated to 2018, projected to 2035 (dashed).")


def series_source(profile: CityProfile) -> str:
    """Source and definition of the population series, or why there is none."""
    if not len(profile.series):
        return f"{no_series(profile)}."
    return f"{tr('UN, World Urbanization Prospects 2018.')} {agglomeration_note(profile)}"
