"""Find member cities, their projects and their plans by the words of all texts about them.

A search keeps a city that it names, with all its projects and its whole plan; of other cities it
keeps the projects and the rows of the plans whose own texts have the words. "makassar bus" keeps
the projects of Makassar about buses: a word may stand in the names of the city too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

import pandas as pd

from geo.analysis.text_search import Word, WordIndex, name_words, split_words
from geo.errors import LayerError
from geo.i18n import mark

WHERE: Mapping[str, str] = {
    "name": mark("name"),
    "objective": mark("objective"),
    "progress": mark("progress"),
    "challenge": mark("challenge"),
    "partner": mark("partner"),
    "place": mark("place"),
    "target": mark("target"),
    "plan": mark("action plan"),
    "promise": mark("promise"),
}
"""Where a text about a project or plan stands: slug -> label, in order of weight."""

_TEXTS: Sequence[tuple[str, str, tuple[str, ...]]] = (
    ("projects", "name", ("name",)),
    ("project_reports", "name", ("name_in_report",)),
    ("project_details", "objective", ("objective",)),
    ("project_details", "progress", ("progress",)),
    ("project_details", "challenge", ("challenges",)),
    ("project_details", "partner", ("partners",)),
    ("project_figures", "progress", ("quantity",)),
    ("project_places", "place", ("place",)),
    ("partners", "partner", ("partner", "programme", "what")),
    ("plan_projects", "plan", ("name", "aim")),
    ("plan_targets", "target", ("target",)),
    ("plan_statements", "plan", ("heading", "statement")),
    ("plan_support", "plan", ("request",)),
    ("plans", "plan", ("vision",)),
    ("promises", "promise", ("what",)),
    ("promises", "progress", ("word",)),
)
"""Layer, where, columns searched together."""

_SUBJECT = frozenset(
    (
        *(("projects", "name"), ("project_reports", "name"), ("project_details", "objective")),
        *(("plan_projects", "plan"), ("promises", "promise")),
    )
)
"""Layer and where of the texts that say what a project is about: its names, what it sets out to do,
the priority project and the dated promise that it became. Progress, challenges, partners, places
and requests mention other things too."""

BY_ROW = (
    "plan_projects",
    "plan_targets",
    "plan_statements",
    "plan_support",
    "promises",
    "partners",
)
"""Layers whose rows a search keeps by their own texts."""

_NAMES = ("name", "name_local", "country", "admin1_name")
"""Columns of ``cities`` that name a city."""

Row = tuple[str, Hashable]
"""Layer and index of a row."""


class Layers(Protocol):
    """A catalogue, or a dictionary of some of its layers."""

    def __getitem__(self, name: str, /) -> pd.DataFrame:
        """A layer by its name."""


class Passage(NamedTuple):
    """A text about a project, a row of a plan, or both.

    ``project_id`` and ``city_id`` are empty where the text is about none.
    """

    layer: str
    row: Hashable
    city_id: str
    project_id: str
    where: str
    text: str

    @property
    def is_subject(self) -> bool:
        """Whether the text says what its project is about."""
        return (self.layer, self.where) in _SUBJECT


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes
    ----------
    cities
        Ids of the cities that it names.
    names
        Id of a city -> the first of its names that has all words.
    projects
        Id of a project -> passages with the words.
    about
        Ids of those that are about the words: what says their subject has all of them.
    rows
        Row of a plan or partnership -> passages with the words.
    corrections
        Word as typed -> the word that was searched instead.
    """

    cities: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    projects: Mapping[str, tuple[Passage, ...]] = field(default_factory=dict)
    about: frozenset[str] = frozenset()
    rows: Mapping[Row, tuple[Passage, ...]] = field(default_factory=dict)
    corrections: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.cities or self.projects or self.rows)

    @cached_property
    def cities_by_plan(self) -> frozenset[str]:
        """Ids of the cities whose plans or partnerships have the words."""
        return frozenset(
            passage.city_id for passages in self.rows.values() for passage in passages
        ) - {""}

    def kept_rows(self, layer: str) -> set[Hashable]:
        """Index of the rows of a layer of :data:`BY_ROW` whose own texts have the words."""
        return {row for name, row in self.rows if name == layer}

    def where(self, project_ids: Iterable[str]) -> dict[str, int]:
        """Where the words stand, and in how many of some projects, in order of :data:`WHERE`."""
        counts = Counter(
            where
            for project_id in project_ids
            for where in {passage.where for passage in self.projects.get(project_id, ())}
        )
        return {where: counts[where] for where in WHERE if counts[where]}


NOTHING = Found()


class NetworkIndex:
    """Words of all texts on the cities, projects and plans of a set of layers.

    Parameters
    ----------
    layers
        The layers in the user's language; what is missing or unreadable is not searched.
    original
        The same layers in English, which are searched too.
    """

    def __init__(self, layers: Layers, original: Layers | None = None) -> None:
        sources = [layers] if original is None or original is layers else [layers, original]
        names = city_names(sources)
        self.names = names
        self._names = WordIndex(name_words(name) for _, name in names)
        of_names = frozenset(word for _, name in names for word in name_words(name))
        self.passages = list(dict.fromkeys(p for one in sources for p in _passages(one)))
        texts = (split_words(passage.text) for passage in self.passages)
        self._texts = WordIndex(texts, of_names)

    def find(self, text: str) -> Found:
        """What has all words of a search."""
        typed = split_words(text)
        if not typed:
            return NOTHING
        found = self._find(typed)
        if not found and len(typed) > 1:
            return self._find(["".join(typed)])
        return found

    def _find(self, typed: Sequence[str]) -> Found:
        words = [self._word(word) for word in typed]
        hits = [self._names.texts(name) for name, _ in words]
        named = [{self.names[position][0] for position in one} for one in hits]
        having: defaultdict[int, set[int]] = defaultdict(set)
        for number, (_, text) in enumerate(words):
            for position in self._texts.texts(text):
                having[position].add(number)
        projects: defaultdict[str, dict[Passage, set[int]]] = defaultdict(dict)
        rows: defaultdict[Row, dict[Passage, set[int]]] = defaultdict(dict)
        for position in sorted(having):
            passage = self.passages[position]
            if passage.project_id:
                projects[passage.project_id][passage] = having[position]
            if passage.layer in BY_ROW or passage.layer == "plans":
                rows[passage.layer, passage.row][passage] = having[position]
        subjects = {
            project: subject
            for project, passages in projects.items()
            if (subject := {one: passages[one] for one in passages if one.is_subject})
        }
        by_name = {self.names[position] for position in set.intersection(*map(set, hits))}
        return Found(
            frozenset(set.intersection(*named)),
            {city_id: name for city_id, name in reversed(self.names) if (city_id, name) in by_name},
            _complete(projects, named),
            frozenset(_complete(subjects, named)),
            _complete(rows, named),
            {
                name.typed: text.corrected or name.corrected
                for name, text in words
                if text.corrected or name.corrected
            },
        )

    def _word(self, typed: str) -> tuple[Word, Word]:
        """A word as it stands in names of cities, and in texts; an error is corrected only if
        neither has the word as typed."""
        name, text = self._names.word(typed), self._texts.word(typed)
        if (name.forms and not name.corrected) or (text.forms and not text.corrected):
            return name.as_typed(), text.as_typed()
        return name, text


def _complete(
    passages: Mapping[str, Mapping[Passage, set[int]]] | Mapping[Row, Mapping[Passage, set[int]]],
    named: Sequence[set[str]],
) -> dict:  # type: ignore[type-arg]
    """Those whose passages have all words, but for words that name their city."""
    complete = {}
    for key, having in passages.items():
        city_id = next(iter(having)).city_id
        missing = set(range(len(named))).difference(*having.values())
        if all(city_id in named[number] for number in missing):
            complete[key] = tuple(having)
    return complete


def city_names(sources: Sequence[Layers]) -> list[tuple[str, str]]:
    """City id and each of its names."""
    names: dict[tuple[str, str], None] = {}
    for layers in sources:
        cities = layers["cities"]
        for column in (name for name in _NAMES if name in cities.columns):
            pairs = zip(cities["city_id"], cities[column], strict=True)
            names |= dict.fromkeys((city_id, name) for city_id, name in pairs if pd.notna(name))
    known = {city_id for city_id, _ in names}
    others = _layer(sources[-1], "city_names")
    if others is not None:
        pairs = zip(others["city_id"], others["name"], strict=True)
        names |= dict.fromkeys((city_id, name) for city_id, name in pairs if city_id in known)
    return list(names)


def _layer(layers: Layers, name: str) -> pd.DataFrame | None:
    try:
        return layers[name]
    except (KeyError, LayerError):
        return None


def _passages(layers: Layers) -> Iterator[Passage]:
    projects = layers["projects"]
    city_of = dict(zip(projects["project_id"], projects["city_id"], strict=True))
    plan_projects = _layer(layers, "plan_projects")
    project_of: dict[tuple[str, int], str] = {}
    if plan_projects is not None:
        key = zip(plan_projects["city_id"], plan_projects["project_no"], strict=True)
        project_of = dict(zip(key, plan_projects["project_id"].fillna(""), strict=True))
    for name, where, columns in _TEXTS:
        frame = _layer(layers, name)
        if frame is None:
            continue
        parts = zip(*(frame[column].fillna("") for column in columns), strict=True)
        texts = [" · ".join(filter(None, part)) for part in parts]
        none = [""] * len(frame)
        ids = frame["project_id"].fillna("") if "project_id" in frame.columns else none
        if name == "plan_support":
            asking = zip(frame["city_id"], frame["project_no"], strict=True)
            ids = [project_of.get(one, "") for one in asking]
        cities = frame["city_id"].fillna("") if "city_id" in frame.columns else none
        for row, project_id, city_id, text in zip(frame.index, ids, cities, texts, strict=True):
            if text:
                city = city_id or city_of.get(project_id, "")
                yield Passage(name, row, city, project_id, where, text)
