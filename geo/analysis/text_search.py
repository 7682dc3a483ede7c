"""Search for words in texts, ignoring accents, case and single typing errors.

A dictionary from word to texts is built from all texts of the network in 30 to 50 ms, weighs less
than a database, and is read by all threads at once without a lock.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
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

    Examples
    --------
    >>> index = WordIndex([["flood", "gates"], ["floods"], ["food", "market"]])
    >>> index.texts(index.word("flood")), index.word("flod").corrected
    ({0, 1}, 'flood')
    """

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        postings: defaultdict[str, list[int]] = defaultdict(list)
        for position, words in enumerate(texts):
            for word in dict.fromkeys(words):
                postings[word].append(position)
        # A tuple takes a fifth of the memory of a set.
        self._postings = {word: tuple(positions) for word, positions in postings.items()}
        self._words = sorted(postings)

    def texts(self, word: Word) -> set[int]:
        """Positions of the texts that have a word."""
        return set().union(*(self._postings[form] for form in word.forms))

    def word(self, typed: str) -> Word:
        """What a word of a search stands for.

        Words that begin with it; only itself and its plural if it has two letters, or three and
        is a word itself (``bus``, not ``business``). If there are none, the most similar word that
        one letter more, less, changed or swapped turns it into.
        """
        forms = self._beginning_with(typed)
        short = typed.isascii() and (len(typed) < 3 or (len(typed) == 3 and typed in forms))
        if short:
            forms = [form for form in forms if form in (typed, f"{typed}s", f"{typed}es")]
        if forms:
            return Word(typed, tuple(forms))
        similar = self._most_similar(typed)
        return Word(typed, tuple(self._beginning_with(similar)) if similar else (), similar)

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
