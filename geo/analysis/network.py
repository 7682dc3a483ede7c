"""The network as an institution: chairs, Shepherds, meetings, documents and members by year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.analysis.partners import table_rows
from geo.cache import memoized
from geo.errors import SourceError
from geo.i18n import mark, ntr, tr
from geo.layers.catalogue import Catalogue

EVENT_KINDS: Mapping[str, str] = {
    "chair": mark("Chair"),
    "shepherd": mark("Shepherd"),
    "meeting": mark("Annual meeting"),
    "document": mark("Document"),
    "statement": mark("Statement"),
    "cities": mark("Cities joining"),
    "member_state": mark("Member states joining ASEAN"),
}
"""Kinds of events of the network, in display order."""


_MEETING = re.compile(r"\D*(\d+)[^,;]*, ([^;(]+)")
"""Number and place: ``7th meeting, Luang Prabang; ...`` or ``Pertemuan ke-7, Luang Prabang``."""


@dataclass(frozen=True)
class Meeting:
    """An annual meeting of the network.

    Attributes
    ----------
    number, place
        Ordinal number of the meeting, and where or how it was held.
    held_on
        Date (ISO 8601).
    row
        Its row of :data:`geo.schema.network.GOVERNANCE`, with the source.
    """

    number: int
    place: str
    held_on: str
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Term:
    """A term of the Shepherd; ``row`` is that of its first year, with the source."""

    holder: str
    iso3: str
    started_on: str
    ended_on: str
    row: Mapping[str, Any]

    def covers(self, year: int) -> bool:
        """Whether the term overlaps a year."""
        return int(self.started_on[:4]) <= year <= int(self.ended_on[:4])


@dataclass(frozen=True)
class YearState:
    """The network in one year.

    Attributes
    ----------
    chair
        Row of :data:`geo.schema.network.GOVERNANCE`; ``None`` if no source states it.
    shepherds
        Terms that overlap the year, in order: two if the office changed hands or was renewed.
    meeting
        ``None`` if no source mentions one.
    joined
        Ids of the cities that joined in the year.
    cities, city_countries
        Member cities by the end of the year, and the number of countries they lie in.
    new_states, states
        ``iso3`` of the states that joined ASEAN in the year, and of all members by its end.
    """

    year: int
    chair: Mapping[str, Any] | None
    shepherds: tuple[Term, ...]
    meeting: Meeting | None
    joined: tuple[str, ...]
    cities: int
    city_countries: int
    new_states: tuple[str, ...]
    states: tuple[str, ...]

    @property
    def shepherd_names(self) -> tuple[str, ...]:
        """The Shepherds of the year, without duplicates, in order."""
        return tuple(dict.fromkeys(term.holder for term in self.shepherds))


def network_years(governance: pd.DataFrame) -> list[int]:
    """Years covered by the governance table, ascending without gaps."""
    return list(range(int(governance["year"].min()), int(governance["year"].max()) + 1))


def _role(governance: pd.DataFrame, role: str) -> list[dict[str, Any]]:
    return table_rows(governance[governance["role"] == role].sort_values("year"))


def terms(governance: pd.DataFrame) -> list[Term]:
    """Terms of the Shepherd in order, without duplicates.

    Parameters
    ----------
    governance
        See :data:`geo.schema.network.GOVERNANCE`; one row per year, with start and end of the
        term in force at the end of that year.
    """
    result: dict[tuple[str, str, str], Term] = {}
    for row in _role(governance, "shepherd"):
        term = Term(row["holder"], row["iso3"], row["started_on"], row["ended_on"], row)
        result.setdefault((term.holder, term.started_on, term.ended_on), term)
    return sorted(result.values(), key=lambda term: term.started_on)


def meetings(governance: pd.DataFrame) -> dict[int, Meeting]:
    """Annual meetings by year.

    Raises
    ------
    SourceError
        If a row's detail does not start with number and place, such as
        ``"7th meeting, Luang Prabang; ..."``.
    """
    result = {}
    for row in _role(governance, "annual_meeting"):
        match = _MEETING.match(row["detail"])
        if not match:
            raise SourceError(
                f"governance, annual meeting of {row['year']}, column detail: {row['detail']!r} "
                "does not open with number and place, such as '7th meeting, Luang Prabang'."
            )
        place = match[2].strip()
        result[int(row["year"])] = Meeting(int(match[1]), place, str(row["started_on"]), row)
    return result


@memoized
def network_in_year(layers: Catalogue, year: int) -> YearState:
    """The network in one year: leadership, meeting and members."""
    governance, cities, countries = layers["governance"], layers["cities"], layers["countries"]
    chairs = {int(row["year"]): row for row in _role(governance, "chair")}
    so_far = cities[cities["joined_year"] <= year]
    since = countries.set_index("iso3")["asean_since"].str[:4].astype(int)
    return YearState(
        year=year,
        chair=chairs.get(year),
        shepherds=tuple(term for term in terms(governance) if term.covers(year)),
        meeting=meetings(governance).get(year),
        joined=tuple(so_far.loc[so_far["joined_year"] == year, "city_id"]),
        cities=len(so_far),
        city_countries=int(so_far["iso3"].nunique()),
        new_states=tuple(str(code) for code in since.index[since == year]),
        states=tuple(str(code) for code in since.index[since <= year]),
    )


def documents_for_years(documents: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """The dated documents of some years, oldest first."""
    year_texts = {str(year) for year in years}
    rows = documents[documents["adopted_on"].str[:4].isin(year_texts)]
    return rows.sort_values(["adopted_on", "document_id"], ignore_index=True)


def guiding_documents(documents: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """:func:`documents_for_years` without web portals, which neither bind nor report."""
    dated = documents_for_years(documents, years)
    return dated[dated["kind"] != "portal"].reset_index(drop=True)


def statements_for_years(declarations: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """The statements of some years, oldest first."""
    year_texts = {str(year) for year in years}
    rows = declarations[declarations["held_on"].str[:4].isin(year_texts)]
    return rows.sort_values(["held_on", "statement_id"], ignore_index=True)


def events(layers: Catalogue) -> pd.DataFrame:
    """Events of the network, one row each.

    Returns
    -------
    pandas.DataFrame
        Columns ``year``, ``kind`` (see :data:`EVENT_KINDS`), ``date`` (ISO 8601, as precise as
        the sources), ``title``, ``detail``; sorted by year, kind and date. A Shepherd's term
        belongs to the year in which it starts.
    """
    governance, cities, countries = layers["governance"], layers["cities"], layers["countries"]
    names = cities.set_index("city_id")["name"]
    country = countries.set_index("iso3")["name"]
    since = countries.set_index("iso3")["asean_since"]
    years = network_years(governance)
    entries: list[tuple[int, str, str, str, str]] = [
        (int(row["year"]), "chair", str(row["year"]), row["holder"], row["detail"])
        for row in _role(governance, "chair")
    ]
    entries += [
        (int(term.started_on[:4]), "shepherd", term.started_on, term.holder, term.row["detail"])
        for term in terms(governance)
    ]
    entries += [
        (year, "meeting", meeting.held_on, meeting.place, meeting.row["detail"])
        for year, meeting in meetings(governance).items()
    ]
    for kind, rows, day, title, detail in (
        (
            "document",
            documents_for_years(layers["documents"], years),
            "adopted_on",
            "title",
            "binds",
        ),
        (
            "statement",
            statements_for_years(layers["declarations"], years),
            "held_on",
            "summit",
            "says",
        ),
    ):
        entries += [
            (int(row[day][:4]), kind, row[day], row[title], row[detail])
            for row in rows.to_dict("records")
        ]
    for year in years:
        now = network_in_year(layers, year)
        if now.joined:
            members = ", ".join(str(names[city_id]) for city_id in now.joined)
            number = ntr("{n} city", "{n} cities", len(now.joined))
            entries.append((year, "cities", str(year), number, members))
        entries += [
            (year, "member_state", str(since[code]), str(country[code]), tr("joins ASEAN"))
            for code in now.new_states
        ]
    table = pd.DataFrame(entries, columns=["year", "kind", "date", "title", "detail"])
    order = table["kind"].map({kind: position for position, kind in enumerate(EVENT_KINDS)})
    ordered = table.assign(order=order).sort_values(["year", "order", "date"], kind="stable")
    return ordered.drop(columns="order").reset_index(drop=True)


@dataclass(frozen=True)
class System:
    """One of the eight systems of the network besides its cities.

    Attributes
    ----------
    name
        In English.
    documents
        Ids in ``documents`` that contain or describe it, the main one first.
    subjects
        Subjects in ``not_found`` about its missing parts.
    kind
        Kind of further documents that belong to it, in any number.
    """

    name: str
    documents: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    kind: str = ""


SYSTEMS: Mapping[str, System] = {
    "framework": System(mark("ASEAN Smart Cities Framework"), ("ascn-framework-2018",)),
    "terms-of-reference": System(
        mark("Terms of Reference"), ("ascn-terms-of-reference",), ("Terms of Reference",)
    ),
    "monitoring": System(
        mark("Monitoring & Evaluation"),
        ("ascn-monitoring-framework",),
        ("Monitoring and Evaluation framework",),
        kind="monitoring_report",
    ),
    "partners-guide": System(
        mark("Guide on engagement with external partners"),
        ("ascn-partner-engagement-guide",),
        ("Guide on engagement with external partners",),
    ),
    "action-plans": System(mark("Smart City Action Plans"), ("ascn-consolidated-scaps",)),
    "portal": System(mark("Online portal"), ("ascn-online-portal",), ("Online portal",)),
    "toolkit": System(mark("Financing Toolkit"), ("asean-smart-city-financing-toolkit",)),
    "institutions": System(
        mark("Institutions: Chair, Shepherd, National Representatives"),
        ("ascn-concept-note", "ascn-contact-list-2026"),
        ("Shepherd", "Secretariat"),
    ),
}


@dataclass(frozen=True)
class Standing:
    """How well a system is documented by the sources.

    Attributes
    ----------
    read
        Documents whose own text was available.
    described
        Documents known only from other sources; their text was not found.
    missing
        Open questions that no source answers.
    """

    read: tuple[Mapping[str, Any], ...]
    described: tuple[Mapping[str, Any], ...]
    missing: tuple[str, ...]


def standing(system: System, documents: pd.DataFrame, not_found: pd.DataFrame) -> Standing:
    """Documents of a system that were read or are only described elsewhere, and what is missing.

    Parameters
    ----------
    documents, not_found
        The layers; ``subject`` is in the user's language.
    """
    known = {row["document_id"]: row for row in table_rows(documents)}
    of_kind = documents[documents["kind"] == system.kind].sort_values("adopted_on")
    ids = (*system.documents, *of_kind["document_id"])
    rows = [known[document] for document in ids if document in known]
    subjects = {*system.subjects, *(tr(subject) for subject in system.subjects)}
    questions = not_found.loc[not_found["subject"].isin(subjects), "question"]
    return Standing(
        read=tuple(row for row in rows if row["document"] == row["document_id"]),
        described=tuple(row for row in rows if row["document"] != row["document_id"]),
        missing=tuple(str(question) for question in questions),
    )
