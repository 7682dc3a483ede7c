"""Search for words in texts, ignoring accents, case and single typing errors.

A dictionary from word to texts is built from all texts of the network in 30 to 50 ms, weighs less
than a database, and is read by all threads at once without a lock.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from string import ascii_lowercase

_UNDECOMPOSED = str.maketrans("đðøłı", "ddoli")
"""Letters that Unicode normalization does not decompose into a base letter and a mark."""


def normalize_for_search(name: str) -> str:
    """Lower case without accents, for text search.

    >>> normalize_for_search("Thành phố Đà Nẵng")
    'thanh pho da nang'
    """
    lower = name.casefold()
    if lower.isascii():
        return lower
    decomposed = unicodedata.normalize("NFKD", lower.translate(_UNDECOMPOSED))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def split_words(text: str) -> list[str]:
    """The words of a text, normalized; vowel signs of Asian scripts belong to them.

    >>> split_words("Flood-prone; Hà Nội's")
    ['flood', 'prone', 'ha', 'noi', 's']
    """
    normal = normalize_for_search(text)
    return "".join(
        c if c.isalnum() or (c > "\x7f" and unicodedata.category(c)[0] == "M") else " "
        for c in normal
    ).split()


def name_words(name: str) -> list[str]:
    """Words that find a name: its own, all of them without spaces, and the initials of three or
    more.

    >>> name_words("Bandar Seri Begawan")
    ['bandar', 'seri', 'begawan', 'bandarseribegawan', 'bsb']
    """
    words = split_words(name)
    joined = ["".join(words)] if len(words) > 1 else []
    initials = ["".join(word[0] for word in words)] if len(words) > 2 else []
    return words + joined + initials


SHORTEST_PART = 4
"""Letters of each part of a compound that is found by its end."""

_FIRST_PARTS = frozenset(
    ("air", "cyber", "eco", "geo", "ground", "micro", "rain", "sea", "side", "storm", "web", "wild")
)
"""First parts of compounds that are shorter, or that a text may not have as words of their own."""


def compound_ends(word: str, known: Collection[str]) -> list[str]:
    """The ends of a word whose beginning is a word too: what a compound is a kind of.

    Parameters
    ----------
    known
        Words that the beginning may be, besides a few such as ``storm``. Any beginning would let
        ``port`` find ``support``, and ``rain`` find ``terrain``.

    Examples
    --------
    >>> compound_ends("stormwater", ()), compound_ends("wastewater", {"waste"})
    (['water'], ['water'])
    >>> compound_ends("support", {"port"})
    []
    """
    shortest = min(map(len, _FIRST_PARTS))
    return [
        word[at:]
        for at in range(shortest, len(word) - SHORTEST_PART + 1)
        if word[:at] in _FIRST_PARTS or (at >= SHORTEST_PART and word[:at] in known)
    ]


@dataclass(frozen=True)
class Word:
    """A word of a search.

    Attributes
    ----------
    typed
        As the user wrote it, normalized.
    forms
        Words of the texts that it stands for; empty if there are none.
    corrected
        The word taken instead of one that no text has; empty if it was taken as typed.
    """

    typed: str
    forms: tuple[str, ...]
    corrected: str = ""

    def as_typed(self) -> Word:
        """The word without a correction."""
        return Word(self.typed, ()) if self.corrected else self


class WordIndex:
    """Which texts have which words.

    Parameters
    ----------
    texts
        The words of each text; texts are referred to by their position.
    names
        Words that are names, not compounds, such as ``thailand``. If given, the other words are
        found by the ends of compounds too: ``wastewater`` by ``water``.

    Examples
    --------
    >>> index = WordIndex([["flood", "gates"], ["floods"], ["food", "market"]])
    >>> index.texts(index.word("flood")), index.word("flod").corrected
    ({0, 1}, 'flood')
    """

    def __init__(
        self, texts: Iterable[Iterable[str]], names: Collection[str] | None = None
    ) -> None:
        postings: defaultdict[str, list[int]] = defaultdict(list)
        for position, words in enumerate(texts):
            for word in dict.fromkeys(words):
                postings[word].append(position)
        # A tuple takes a fifth of the memory of a set.
        self._postings = {word: tuple(positions) for word, positions in postings.items()}
        self._words = sorted(postings)
        compounds: defaultdict[str, list[str]] = defaultdict(list)
        if names is not None:
            for word in self._words:
                for end in () if word in names else compound_ends(word, postings):
                    compounds[end].append(word)
        self._compounds = {end: tuple(words) for end, words in compounds.items()}

    def texts(self, word: Word) -> set[int]:
        """Positions of the texts that have a word."""
        return set().union(*(self._postings[form] for form in word.forms))

    def word(self, typed: str) -> Word:
        """What a word of a search stands for.

        Words that begin with it, and compounds that end in one of these; only itself and its
        plural if it has two letters, or three and is a word itself (``bus``, not ``business``). If
        there are none, the most similar word that one letter more, less, changed or swapped turns
        it into.
        """
        if forms := self._forms(typed):
            return Word(typed, forms)
        similar = self._most_similar(typed)
        return Word(typed, self._forms(similar) if similar else (), similar)

    def _forms(self, typed: str) -> tuple[str, ...]:
        forms, plurals = self._beginning_with(typed), (typed, f"{typed}s", f"{typed}es")
        if typed.isascii() and (len(typed) < 3 or (len(typed) == 3 and typed in forms)):
            return tuple(form for form in forms if form in plurals)
        ends = dict.fromkeys((*plurals, *forms))
        return (*forms, *(one for end in ends for one in self._compounds.get(end, ())))

    def _beginning_with(self, start: str) -> list[str]:
        first = bisect_left(self._words, start)
        last = bisect_left(self._words, start + chr(0x10FFFF), first)
        return self._words[first:last]

    def _most_similar(self, typed: str) -> str:
        if len(typed) < _SHORTEST_CORRECTED or typed.isdigit():
            return ""
        return max(
            sorted(word for word in _one_letter_off(typed) if word in self._postings),
            key=lambda word: (
                SequenceMatcher(None, typed, word).ratio(),
                len(self._postings[word]),
            ),
            default="",
        )


_SHORTEST_CORRECTED = 4
"""Letters of a word in which a typing error is corrected."""


def _one_letter_off(word: str) -> set[str]:
    """Words with one letter more, less, changed, or swapped with the next; a few hundred."""
    ends = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return {
        *(start + end[1:] for start, end in ends if end),
        *(start + end[1] + end[0] + end[2:] for start, end in ends if len(end) > 1),
        *(start + letter + end[1:] for start, end in ends if end for letter in ascii_lowercase),
        *(start + letter + end for start, end in ends for letter in ascii_lowercase),
    }
