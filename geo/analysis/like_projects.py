"""Projects of other cities that are like what a city plans, asks for or runs, by their words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.i18n import mark
from geo.layers.catalogue import Catalogue

ASKS: Mapping[str, str] = {
    "priority": mark("Priority project of 2018"),
    "support": mark("Support requested"),
    "ongoing": mark("Ongoing or in planning"),
}
"""What a city may look for a like project to."""

LIKE_WITHIN_AREA, LIKE_ACROSS_AREAS = 0.20, 0.35
"""Similarity from which a project counts as like one of its focus area, and like any other. Below
them, pairs share one word of many meanings only ("network", "hub"): see docs/measured.md."""

_COMMON_WORDS = """
all and are been before between can down for from has have how into its more most new not off one
out over own such than that the their them there these they this those through under until use used
using via was well were what when where which while who will with within without
"""

_WORDS_OF_NEARLY_ALL = """
advice aid area areas asean based better build capacity cities city companies company design develop
development expert expertise experts external finance financial find fund funding funds good help
hub improve improvement infrastructure integrate integrated invest investment investors knowledge
loans make manage management model modern money network operator partner partners plan planning
plans policy private program programme project projects provide provider providers public run sector
service services set share smart solution solutions specialised strengthen study support supported
system systems technical technology train training urban works
"""
"""Words that texts of the network have, or requests for support, whatever they are about."""

_STOP = frozenset((_COMMON_WORDS + _WORDS_OF_NEARLY_ALL).split())

_SUFFIXES = (
    *("isation", "ization", "ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion"),
    *("ies", "ers", "er", "res", "re", "ed", "es", "s", "al", "ly", "e", "y"),
)
_SHORTEST_STEM = 4
_NOUNS = frozenset(("parking", "lighting"))
"""Are not about parks and traffic lights."""

_STATUSES = ("ongoing_or_planning", "completed")
"""Of the projects that can be like another: not those that left the reports."""


def words(text: str, left_out: frozenset[str] = frozenset()) -> list[str]:
    """Words of a text that tell what it is about, without accents and in lower case.

    >>> words("Smart Wastewater Treatment in Đà Nẵng", frozenset({"nang"}))
    ['wastewater', 'treatment']
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = re.findall(r"[a-z][a-z0-9]{2,}", plain)
    return [word for word in found if word not in _STOP and word not in left_out]


def stem(word: str) -> str:
    """A word without its ending, if four letters remain.

    >>> stem("treatment"), stem("centres"), stem("center"), stem("bus")
    ('treat', 'cent', 'cent', 'bus')
    """
    for suffix in () if word in _NOUNS else _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            return word[: -len(suffix)]
    return word


class Likeness:
    """Cosine similarity of texts, whose words weigh more the fewer projects have them (tf-idf).

    Parameters
    ----------
    texts
        Of the projects, in order.
    left_out
        Words that say where a project is, not what: names of places.
    """

    def __init__(self, texts: Iterable[str], left_out: frozenset[str] = frozenset()) -> None:
        self._left_out = left_out
        found = [words(text, left_out) for text in texts]
        self._shown = _shortest_forms(word for text in found for word in text)
        self._stems = sorted(self._shown)
        self._position = {one: position for position, one in enumerate(self._stems)}
        counts = np.array([self._counts(text) for text in found]).reshape(-1, len(self._stems))
        having = (counts > 0).sum(axis=0)
        self._rarity = np.log((1 + len(counts)) / (1 + having))
        self._vectors = self._weighed(counts)

    def _counts(self, found: Iterable[str]) -> npt.NDArray[np.float64]:
        counts = np.zeros(len(self._stems))
        for one, number in Counter(map(stem, found)).items():
            if one in self._position:
                counts[self._position[one]] = number
        return counts

    def _weighed(self, counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        weighed = np.log1p(counts) * self._rarity
        length = np.sqrt((weighed**2).sum(axis=-1, keepdims=True))
        vectors: npt.NDArray[np.float64] = weighed / np.where(length > 0, length, 1)
        return vectors

    def known(self, text: str) -> frozenset[str]:
        """Words of a text that some project has, in the form in which :meth:`to` gives them."""
        stems = map(stem, words(text, self._left_out))
        return frozenset(self._shown[one] for one in stems if one in self._shown)

    def to(self, text: str) -> npt.NDArray[np.float64]:
        """What each stem (column) adds to the similarity of each project (row) to a text; the sum
        of a row is from 0 to 1."""
        shares: npt.NDArray[np.float64] = self._vectors * self._weighed(
            self._counts(words(text, self._left_out))
        )
        return shares

    def common(self, shares: npt.NDArray[np.float64]) -> tuple[str, ...]:
        """Words in common by one row of :meth:`to`, the most telling first."""
        (there,) = np.nonzero(shares)
        order = there[np.argsort(-shares[there], kind="stable")]
        return tuple(self._shown[self._stems[at]] for at in order)


def _shortest_forms(found: Iterable[str]) -> dict[str, str]:
    """Stem -> the shortest word that has it, the first by alphabet of several."""
    shown: dict[str, str] = {}
    for word in sorted(set(found), key=lambda word: (len(word), word)):
        shown.setdefault(stem(word), word)
    return shown


def like_projects(layers: Catalogue) -> pd.DataFrame:
    """For each priority project of 2018, request for support and ongoing project of a city, the
    projects of other cities that are like it.

    Compared are names, objectives and aims of projects. A request is compared together with its
    project, as it says little on its own, and has to share a word with what is found. Left out are
    projects that left the reports without being listed as completed.

    Parameters
    ----------
    layers
        In English: the texts of another language would give other likenesses.

    Returns
    -------
    pandas.DataFrame
        ``city_id`` and what it looks for: ``ask_kind`` (see :data:`ASKS`), ``ask_no`` (number of
        the priority project; missing for ongoing ones), ``ask_project_id`` (reported project that
        it is or became; missing if none), ``ask`` (name or request), ``focus_area``. Then the like
        project: ``project_id``, ``like_city_id``, ``similarity`` (0 to 1), ``words`` (in common),
        ``same_area``, ``common_partners``. Ordered by what is looked for, the most similar first.
    """
    return layers.cached("like projects", lambda: _like_projects(layers))


def _like_projects(layers: Catalogue) -> pd.DataFrame:
    projects, texts = layers["projects"].set_index("project_id", drop=False), _texts(layers)
    likeness = Likeness(texts, _place_names(layers["cities"]))
    partners = _partners(layers["partners"])
    able = projects["status"].isin(_STATUSES).to_numpy()
    rows = []
    for ask in _asks(layers, projects, dict(zip(projects.index, texts, strict=True))):
        shares = likeness.to(ask.pop("text"))
        similarity = shares.sum(axis=1)
        own_words = likeness.known(ask["ask"]) if ask["ask_kind"] == "support" else None
        same_area = (projects["focus_area"] == ask["focus_area"]).to_numpy()
        enough = np.where(same_area, LIKE_WITHIN_AREA, LIKE_ACROSS_AREAS)
        other = (projects["city_id"] != ask["city_id"]).to_numpy()
        (found,) = np.nonzero((similarity >= enough) & other & able)
        own_partners = partners.get(ask["ask_project_id"], frozenset())
        for at in sorted(found, key=lambda at: (-round(similarity[at], 6), at)):
            project, common = projects.iloc[at], likeness.common(shares[at])
            if own_words is not None and own_words.isdisjoint(common):
                continue
            shared = own_partners & partners.get(project["project_id"], frozenset())
            rows.append(
                {
                    **ask,
                    "project_id": project["project_id"],
                    "like_city_id": project["city_id"],
                    "similarity": round(float(similarity[at]), 3),
                    "words": common,
                    "same_area": bool(same_area[at]),
                    "common_partners": tuple(sorted(shared)),
                }
            )
    return pd.DataFrame(rows)


def _texts(layers: Catalogue) -> list[str]:
    """What is compared of each project: its name, which counts twice, its objective in all reports,
    and name and aim of the priority projects that became it."""
    details = layers["project_details"].dropna(subset=["objective"])
    objectives = details.groupby("project_id")["objective"].agg(" ".join)
    plans = layers["plan_projects"].dropna(subset=["project_id"])
    aims = (plans["name"] + " " + plans["aim"]).groupby(plans["project_id"]).agg(" ".join)
    projects = layers["projects"]
    return [
        f"{name} {name} {objectives.get(id, '')} {aims.get(id, '')}"
        for id, name in zip(projects["project_id"], projects["name"], strict=True)
    ]


def _place_names(cities: pd.DataFrame) -> frozenset[str]:
    names = cities[["name", "name_local", "country", "admin1_name"]].to_numpy().ravel()
    return frozenset(word for name in names if isinstance(name, str) for word in words(name))


def _partners(partners: pd.DataFrame) -> dict[str, frozenset[str]]:
    named = partners.dropna(subset=["project_id"])
    return {
        str(id): frozenset(rows["partner"]) for id, rows in named.groupby("project_id", sort=False)
    }


def _asks(
    layers: Catalogue, projects: pd.DataFrame, texts: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What the cities look for, with the text that is compared.

    Parameters
    ----------
    texts
        Text of each reported project by its id.
    """
    asks = []
    plans = layers["plan_projects"].set_index(["city_id", "project_no"], drop=False).sort_index()
    for plan in plans.to_dict("records"):
        became = None if pd.isna(plan["project_id"]) else str(plan["project_id"])
        own = texts[became] if became else f"{plan['name']} {plan['name']} {plan['aim']}"
        asks.append(_ask("priority", plan, became, plan["name"], own, projects))
    for request in layers["plan_support"].to_dict("records"):
        plan = plans.loc[(request["city_id"], request["project_no"])].to_dict()
        became = None if pd.isna(plan["project_id"]) else str(plan["project_id"])
        asked = request["request"]
        own = texts[became] if became else f"{plan['name']} {plan['aim']}"
        asks.append(_ask("support", plan, became, asked, f"{asked} {asked} {own}", projects))
    ongoing = projects[projects["status"] == "ongoing_or_planning"]
    for project in ongoing.to_dict("records"):
        id = str(project["project_id"])
        asks.append(_ask("ongoing", project, id, project["name"], texts[id], projects))
    return asks


def _ask(
    kind: str,
    row: Mapping[Any, Any],
    project_id: str | None,
    ask: str,
    text: str,
    projects: pd.DataFrame,
) -> dict[str, Any]:
    area = projects["focus_area"][project_id] if project_id else row["focus_area"]
    return {
        "city_id": row["city_id"],
        "ask_kind": kind,
        "ask_no": row.get("project_no"),
        "ask_project_id": project_id,
        "ask": ask,
        "focus_area": None if pd.isna(area) else str(area),
        "text": text,
    }
