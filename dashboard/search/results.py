"""Results of a search by kind, each with its context and its address in the dashboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from dashboard import i18n
from dashboard.markup.found import correction, where_found
from dashboard.search import entries
from dashboard.search.entries import Entries, EntryIndex, PlaceIndex
from geo.analysis.layer_rows import found_by, names
from geo.analysis.search import NOTHING, WHERE, Found, Passage
from geo.analysis.text_search import SHORTEST_PART, normalize_for_search, split_words
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue

GROUPS: Mapping[str, str] = {
    "cities": mark("Cities"),
    "projects": mark("Projects"),
    "plans": mark("Action plans"),
    "partners": mark("Partners"),
    "documents": mark("Documents"),
    "places": mark("Places"),
    "pages": mark("Pages"),
}
"""Kind of result -> heading."""


@dataclass(frozen=True)
class Result:
    """A result of a search.

    Attributes
    ----------
    title
        Name of what was found.
    where
        In which of its texts the words stand, such as "objective"; empty for its name.
    context
        A line about it: the words among those around them, or what it is.
    url
        Its address, relative to the pages of the dashboard.
    """

    title: str
    where: str
    context: str
    url: str


@dataclass(frozen=True)
class Group:
    """The first results of a kind, and how many there are."""

    kind: str
    label: str
    total: int
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Answer:
    """All that a search found; ``note`` says what was searched instead of a word that no text
    has."""

    query: str
    note: str = ""
    groups: tuple[Group, ...] = field(default=())


def answer(layers: Catalogue, text: str, limit: int) -> Answer:
    """Search everything.

    Parameters
    ----------
    layers
        The layers in the user's language.
    limit
        Most results of a kind.
    """
    found, typed = found_by(text, layers), split_words(text)
    others = _others(layers, typed, correct=False)
    if found.corrections and any(one.positions for one in others.values()):
        found = NOTHING  # what has the words as typed needs no correction
    if not found and not any(one.positions for one in others.values()):
        others = _others(layers, typed, correct=True)
    words = [found.corrections.get(word, word) for word in typed]
    if found.corrections:
        others = _others(layers, words, correct=False)
    corrected = [found.corrections, *(one.corrections for one in others.values())]
    kinds: dict[str, Sequence[Callable[[], Result]]] = {
        "cities": _cities(layers, found),
        "projects": _projects(layers, found, words),
        "plans": _rows(layers, found, words, partners=False),
        "partners": _rows(layers, found, words, partners=True),
        **{
            kind: [
                partial(
                    _of_entry, layers, kind, position, [one.corrections.get(w, w) for w in words]
                )
                for position in one.positions
            ]
            for kind, one in others.items()
        },
    }
    groups = tuple(
        Group(kind, tr(label), len(kinds[kind]), tuple(make() for make in kinds[kind][:limit]))
        for kind, label in GROUPS.items()
        if kinds[kind]
    )
    notes = dict.fromkeys(map(correction, filter(None, corrected)))
    return Answer(text, " ".join(notes), groups)


def _index(layers: Catalogue, kind: str) -> EntryIndex:
    """Not memoized: an index holds no links, which are apart where they name the language."""
    return layers.cached(("entries", kind), lambda: _INDEXES[kind](layers))


_INDEXES: Mapping[str, Callable[[Catalogue], EntryIndex]] = {
    "documents": lambda layers: EntryIndex(entries.documents(layers)),
    "places": PlaceIndex,
    "pages": lambda layers: EntryIndex(entries.pages(layers)),
}


def _others(layers: Catalogue, words: Sequence[str], correct: bool) -> dict[str, Entries]:
    """Documents, places and pages."""
    return {kind: _index(layers, kind).find(words, correct) for kind in _INDEXES}


def _of_entry(layers: Catalogue, kind: str, position: int, words: Sequence[str]) -> Result:
    entry = _index(layers, kind).entry(position)
    url = i18n.page_url(entry.page, **entry.query)
    url += f"#{entry.fragment}" if entry.fragment else ""
    return Result(entry.title, "", snippet(entry.text, words), url)


def _cities(layers: Catalogue, found: Found) -> list[Callable[[], Result]]:
    rows = layers["cities"].set_index("city_id")

    def make(city_id: str) -> Result:
        row, name = rows.loc[city_id], found.names.get(city_id, "")
        place = ", ".join(dict.fromkeys((str(row["admin1_name"]), str(row["country"]))))
        known = normalize_for_search(f"{row['name']} {place}")
        if name and normalize_for_search(name) not in known:
            place = tr("{place}; also called {name}", place=place, name=name)
        return Result(
            names(layers, "cities")[city_id], "", place, i18n.page_url("city", city=city_id)
        )

    return [
        partial(make, city_id) for city_id in names(layers, "cities") if city_id in found.cities
    ]


def _projects(layers: Catalogue, found: Found, words: Sequence[str]) -> list[Callable[[], Result]]:
    frame = layers["projects"].set_index("project_id")
    title, city_of, cities = frame["name"], frame["city_id"], names(layers, "cities")
    weight = {where: number for number, where in enumerate(WHERE)}

    def best(project_id: str) -> Passage:
        """With most of the words; of equal ones not the name, which is the title."""
        return min(
            found.projects[project_id],
            key=lambda one: (-_words_in(one.text, words), one.where == "name", weight[one.where]),
        )

    def rank(project_id: str) -> tuple[int, int, str]:
        first = min(weight[one.where] for one in found.projects[project_id])
        return -_words_in(best(project_id).text, words), first, project_id

    def make(project_id: str) -> Result:
        passages = found.projects[project_id]
        line = f"{cities[city_of[project_id]]}: {snippet(best(project_id).text, words)}"
        url = i18n.page_url("plans", project=project_id)
        return Result(str(title[project_id]), where_found(passages), line, url)

    return [partial(make, project_id) for project_id in sorted(found.projects, key=rank)]


_KINDS: Mapping[str, tuple[str, str]] = {
    "plans": (mark("Vision"), ""),
    "plan_projects": (mark("Priority project of 2018"), "priorities"),
    "plan_targets": (mark("Target"), "targets"),
    "plan_statements": (mark("What the plan says"), "statements"),
    "plan_support": (mark("Support requested"), ""),
}
"""Layer of the plans -> what a row is, and the table of Action plans that lists it."""


def _rows(
    layers: Catalogue, found: Found, words: Sequence[str], partners: bool
) -> list[Callable[[], Result]]:
    cities = names(layers, "cities")

    def make(passage: Passage) -> Result:
        city = cities.get(passage.city_id, tr("The whole network"))
        context = snippet(passage.text, words)
        if partners:
            query = {"part": "partners", "city": passage.city_id or "network"}
            return Result(city, "", context, i18n.page_url("network", **query))
        kind, table = _KINDS[passage.layer]
        query = {"city": passage.city_id, **({"table": table} if table else {})}
        page = "city" if passage.layer == "plans" else "plans"
        return Result(city, tr(kind), context, i18n.page_url(page, **query))

    return [
        partial(make, passages[0])
        for (layer, _), passages in found.rows.items()
        if (layer == "partners" if partners else layer in _KINDS)
    ]


def _words_in(text: str, words: Sequence[str]) -> int:
    """How many of some words a text has."""
    having = split_words(text)
    return sum(any(_fits(one, word) for one in having) for word in words)


def _fits(having: str, word: str) -> bool:
    """Whether a word of a text begins with a word of a search, or may be a compound of it."""
    return having.startswith(word) or (len(word) >= SHORTEST_PART and word in having)


_LINE = 120
"""Characters of a line of context, about."""


def snippet(text: str, words: Sequence[str]) -> str:
    """The part of a text around the first of some words.

    >>> snippet("Gates " * 30 + "against floods", ["flood"])[-26:]
    'Gates Gates against floods'
    """
    if len(text) <= _LINE:
        return text
    starts = (
        one.start()
        for one in re.finditer(r"\w+", text)
        if any(_fits(normalize_for_search(one.group()), word) for word in words)
    )
    first = max(0, next(starts, 0) - _LINE // 3)
    first = text.find(" ", first) + 1 if first else 0
    last = text.rfind(" ", first, first + _LINE) if first + _LINE < len(text) else len(text)
    return ("… " if first else "") + text[first:last] + (" …" if last < len(text) else "")
