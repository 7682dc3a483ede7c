"""What a search found, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboard.markup.numbers import format_list
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import names
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
        "No text has “{typed}”; searched for “{taken}” instead.",
        typed=" ".join(corrections),
        taken=" ".join(corrections.values()),
    )


def where_found(passages: Iterable[Passage]) -> str:
    """Where the words of a search stand, such as "name, objective"."""
    places = {passage.where for passage in passages}
    return ", ".join(tr(label) for where, label in WHERE.items() if where in places)


def found_note(city_filter: Filter, selection: Selection, layers: Catalogue) -> str:
    """Sentences on what a search keeps and where its words stand; empty without a search."""
    if not city_filter.text or selection.cities.empty:
        return ""
    found, sentences = selection.found, [correction(selection.found.corrections)]
    text = " ".join(
        found.corrections.get(normalize_for_search(word), word) for word in city_filter.text.split()
    )
    kept = set(selection.cities["city_id"])
    if named := [name for city, name in names(layers, "cities").items() if city in found.cities]:
        sentences.append(
            ntr(
                "“{text}” names {cities}: all its projects are kept.",
                "“{text}” names {n} cities: all their projects are kept.",
                len(named),
                text=text,
                cities=named[0],
            )
        )
    projects = [one for one in selection.projects["project_id"] if one in found.projects]
    if projects:
        places = [
            f"{tr(WHERE[where])} {decimal(number)}"
            for where, number in found.where(projects).items()
        ]
        sentences.append(
            ntr(
                "“{text}” appears in the texts of {n} project: {places}.",
                "“{text}” appears in the texts of {n} projects: {places}.",
                len(projects),
                text=text,
                places=", ".join(places),
            )
        )
    only_in_plan = (kept & found.cities_by_plan) - found.cities
    only_in_plan -= set(selection.projects["city_id"])
    if only_in_plan:
        of_plan = [name for city, name in names(layers, "cities").items() if city in only_in_plan]
        sentences.append(
            ntr(
                "Kept for its plan or partners alone: {cities}.",
                "Kept for their plans or partners alone: {cities}.",
                len(of_plan),
                cities=format_list(of_plan),
            )
        )
    return " ".join(filter(None, sentences))
