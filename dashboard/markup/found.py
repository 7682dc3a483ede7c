"""What a search found, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from dashboard.markup.numbers import format_list
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import found_by, names
from geo.analysis.search import WHERE, Passage
from geo.analysis.selection import Selection
from geo.analysis.text_search import normalize_for_search
from geo.i18n import decimal, ntr, tr
from geo.layers.catalogue import Catalogue


def correction(corrections: Mapping[str, str]) -> str:
    """Sentence on words that were searched instead of those typed; empty without any."""
    if not corrections:
        return ""
    return tr(
        "No text contains “{typed}”; searched for “{taken}” instead.",
        typed=" ".join(corrections),
        taken=" ".join(corrections.values()),
    )


def where_found(passages: Iterable[Passage]) -> str:
    """Where the words of a search stand, such as "name, objective"."""
    places = {passage.where for passage in passages}
    return ", ".join(tr(label) for where, label in WHERE.items() if where in places)


def found_note(city_filter: Filter, selection: Selection, layers: Catalogue) -> str:
    """Sentences on what a search found and where, and on cities that are kept without a listed
    project that passes; empty if there is nothing to say."""
    if selection.cities.empty:
        return ""
    sentences: list[str] = []
    if city_filter.text:
        sentences += _searched(city_filter, selection, layers)
    if city_filter.narrows_projects:
        projects = selection.projects
        listed = set(projects.loc[projects["status"] != "no_longer_reported", "city_id"])
        gone = _names(set(projects["city_id"]) - listed, layers)
        if listed and gone:
            cities = format_list(gone)
            sentences.append(
                tr(
                    "Included although the matching projects are no longer reported: {cities}.",
                    cities=cities,
                )
            )
    if city_filter.without_text:
        sentences += _without(city_filter.without_text, selection, layers)
    if city_filter.needs_promises:
        sentences.append(
            tr(
                "Based on the dates that plans and reports give for a project or part of it. "
                "“Due” means a date in {year}, the year of the latest report, or earlier.",
                year=int(layers["project_reports"]["report_year"].max()),
            )
        )
    return " ".join(sentences)


def _searched(city_filter: Filter, selection: Selection, layers: Catalogue) -> Iterator[str]:
    """Sentences on what a search keeps and where its words stand."""
    found = selection.found
    if found.corrections:
        yield correction(found.corrections)
    text = " ".join(
        found.corrections.get(normalize_for_search(word), word) for word in city_filter.text.split()
    )
    if named := _names(found.cities, layers):
        yield ntr(
            "“{text}” matches the city {cities}: all its projects are included.",
            "“{text}” matches {n} cities: all their projects are included.",
            len(named),
            text=text,
            cities=named[0],
        )
    projects = [one for one in selection.projects["project_id"] if one in found.projects]
    if projects:
        places = [
            f"{tr(WHERE[where])} {decimal(number)}"
            for where, number in found.where(projects).items()
        ]
        yield ntr(
            "“{text}” appears in the texts of {n} project: {places}.",
            "“{text}” appears in the texts of {n} projects: {places}.",
            len(projects),
            text=text,
            places=", ".join(places),
        )
    only_in_plan = (set(selection.cities["city_id"]) & found.cities_by_plan) - found.cities
    if of_plan := _names(only_in_plan - set(selection.projects["city_id"]), layers):
        yield ntr(
            "Included only because of its plan or partners: {cities}.",
            "Included only because of their plans or partners: {cities}.",
            len(of_plan),
            cities=format_list(of_plan),
        )


def _without(text: str, selection: Selection, layers: Catalogue) -> Iterator[str]:
    """Sentences on what counts as a project about some words, which cities are kept although their
    texts mention them, and which list no project at all."""
    yield tr(
        "A project counts as being about “{text}” if its name, objective, plan or promise "
        "mentions it.",
        text=text,
    )
    found = [found_by(part, layers) for part in text.split(",")]
    yield from (correction(one.corrections) for one in found if one.corrections)
    of_city = layers["projects"].set_index("project_id")["city_id"]
    mentioned = {str(of_city[project]) for one in found for project in one.projects}
    mentioned |= {city for one in found for city in one.cities_by_plan}
    kept = selection.cities.set_index("city_id")["projects"]
    if cities := _names(mentioned & set(kept.index), layers):
        yield tr(
            "Included because the words appear only in other texts: {cities}.",
            cities=format_list(cities),
        )
    if cities := _names(set(kept.index[kept == 0]), layers):
        yield tr("No listed projects: {cities}.", cities=format_list(cities))


def _names(city_ids: Collection[str], layers: Catalogue) -> list[str]:
    """Names of some cities, in their order."""
    return [name for city_id, name in names(layers, "cities").items() if city_id in city_ids]
