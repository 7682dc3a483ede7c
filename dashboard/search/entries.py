"""What is searched beside cities, projects and plans: documents, places, pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import pandas as pd

from dashboard.markup.tables import records
from dashboard.navigation import PAGES
from dashboard.pages.glossary.terms import TERMS
from geo.analysis.layer_rows import names
from geo.analysis.text_search import WordIndex, name_words, split_words
from geo.i18n import decimal, tr
from geo.layers.catalogue import Catalogue


@dataclass(frozen=True)
class Entry:
    """Something that has a place in the dashboard.

    Attributes
    ----------
    title
        Its name.
    text
        What else is searched, and shown as context.
    page, query, fragment
        Its place: path and query of a page, and fragment.
    """

    title: str
    text: str
    page: str
    query: Mapping[str, str] = field(default_factory=dict)
    fragment: str = ""


@dataclass(frozen=True)
class Entries:
    """Positions of entries that a search found; word as typed -> the word that was searched
    instead."""

    positions: Sequence[int] = ()
    corrections: Mapping[str, str] = field(default_factory=dict)


class EntryIndex:
    """Entries by the words of their title and text.

    Parameters
    ----------
    entries
        The entries; a search refers to them by their position.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: Sequence[Entry] = list(entries)
        self._titles = WordIndex(name_words(entry.title) for entry in self.entries)
        self._texts = WordIndex(split_words(entry.text) for entry in self.entries)

    def find(self, words: Sequence[str], correct: bool) -> Entries:
        """Entries that have all words, those with all of them in the title first.

        Parameters
        ----------
        correct
            Whether to correct typing errors.
        """
        if not words:
            return Entries()
        having, titled, corrections = [], [], {}
        for typed in words:
            title, text = self._titles.word(typed), self._texts.word(typed)
            if not correct or any(one.forms and not one.corrected for one in (title, text)):
                title, text = title.as_typed(), text.as_typed()
            elif taken := title.corrected or text.corrected:
                corrections[typed] = taken
            titled.append(self._titles.texts(title))
            having.append(titled[-1] | self._texts.texts(text))
        best, every = set.intersection(*titled), set.intersection(*having)
        if not every:
            return Entries()
        return Entries(sorted(every, key=lambda one: (one not in best, one)), corrections)

    def entry(self, position: int) -> Entry:
        """The entry at a position."""
        return self.entries[position]


class PlaceIndex(EntryIndex):
    """The populated places of the member states by the words of their names, largest first."""

    def __init__(self, layers: Catalogue) -> None:
        super().__init__(())
        self._layers = layers
        population = layers["places"]["population"].to_numpy()
        self._order = np.argsort(-population, kind="stable")
        self._titles = WordIndex(map(name_words, layers["places"]["name"].iloc[self._order]))

    def entry(self, position: int) -> Entry:
        """The place at a position; 7,618 entries would take 8 MB."""
        row = self._layers["places"].iloc[self._order[position]]
        context = tr(
            "{country}, {people} people, {km} km from {city}",
            country=names(self._layers, "countries")[row["iso3"]],
            people=decimal(row["population"]),
            km=decimal(row["distance_km"]),
            city=names(self._layers, "cities")[row["city_id"]],
        )
        view = f"{row.geometry.x:.3f},{row.geometry.y:.3f},9"
        return Entry(row["name"], context, "explore", {"places": "1", "view": view})


def documents(layers: Catalogue) -> Iterator[Entry]:
    """Documents of the network, what they define and recommend, and statements of summits."""
    rows = records(layers["documents"])
    titles = {row["document_id"]: row["title"] for row in rows}
    for row in rows:
        yield Entry(row["title"], _joined(row, "binds", "adopted_by"), *_part("documents"))
    for row in records(layers["framework"]):
        yield Entry(row["name"], _text(row["definition"]), *_part("framework"))
    for row in records(layers["declarations"]):
        yield Entry(row["summit"], _text(row["says"]), *_part("statements"))
    for row in records(layers["report_recommendations"]):
        title = titles.get(row["document"], row["document"])
        yield Entry(title, _text(row["recommendation"]), *_part("recommendations"))


def _part(name: str) -> tuple[str, dict[str, str]]:
    return "network", {"part": name}


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _joined(row: Mapping[str, object], *columns: str) -> str:
    return " · ".join(filter(None, (_text(row[column]) for column in columns)))


def countries(layers: Catalogue) -> Iterator[Entry]:
    """The member states, by their names in the user's language and in English."""
    both = (names(one, "countries").items() for one in (layers, layers.original))
    for iso3, name in dict.fromkeys(chain.from_iterable(both)):
        yield Entry(name, tr("Member state"), "country", {"country": iso3})


def pages(layers: Catalogue) -> Iterator[Entry]:
    """Pages, member states, terms of the glossary, and layers."""
    yield from countries(layers)
    for name, (title, question) in PAGES.items():
        yield Entry(tr(title), tr(question), "" if name == "overview" else name)
    for term in TERMS:
        yield Entry(tr(term.name), tr(term.meaning), "glossary", fragment=term.slug)
    for name, layer in layers.layers.items():
        yield Entry(tr(layer.title), tr(layer.description), "data", {"layer": name})
