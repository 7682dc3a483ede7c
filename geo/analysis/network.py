"""The network as an institution: who led it in which year, what was adopted, who joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.analysis.partners import rows_of_table
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
"""What happens in a year of the network, in the order in which it is told."""


_MEETING = re.compile(r"\D*(\d+)[^,;]*, ([^;(]+)")
"""Number and place: ``7th meeting, Luang Prabang; ...`` or ``Pertemuan ke-7, Luang Prabang``."""


@dataclass(frozen=True)
class Meeting:
    """An annual meeting of the network.

    Attributes
    ----------
    number, place
        Which meeting it was, and where or how it was held.
    held_on
        Day (ISO 8601).
    row
        Its row of :data:`geo.schema.network.GOVERNANCE`, with the source.
    """

    number: int
    place: str
    held_on: str
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Term:
    """A term of the Shepherd; ``row`` tells of its first year, with the source."""

    holder: str
    iso3: str
    started_on: str
    ended_on: str
    row: Mapping[str, Any]

    def covers(self, year: int) -> bool:
        """Whether the term ran in any part of a year."""
        return int(self.started_on[:4]) <= year <= int(self.ended_on[:4])


@dataclass(frozen=True)
class YearState:
    """The network in one year.

    Attributes
    ----------
    chair
        Row of :data:`geo.schema.network.GOVERNANCE`; ``None`` when no source tells.
    shepherds
        Terms that ran in the year, in their order: two when the office changed hands or was
        renewed.
    meeting
        ``None`` when no source tells of one.
    joined
        Ids of the cities that joined in the year.
    cities, city_countries
        Member cities by the end of the year, and the number of countries they lie in.
    new_states, states
        ``iso3`` of the states that joined ASEAN in the year; those that belong by its end.
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
        """Who was Shepherd in the year, each once, in order."""
        return tuple(dict.fromkeys(term.holder for term in self.shepherds))


def network_years(governance: pd.DataFrame) -> list[int]:
    """Years that the governance of the network is told for, ascending without a gap."""
    return list(range(int(governance["year"].min()), int(governance["year"].max()) + 1))


def _role(governance: pd.DataFrame, role: str) -> list[dict[str, Any]]:
    return rows_of_table(governance[governance["role"] == role].sort_values("year"))


def terms(governance: pd.DataFrame) -> list[Term]:
    """Terms of the Shepherd in their order, each once.

    Parameters
    ----------
    governance
        See :data:`geo.schema.network.GOVERNANCE`; one row a year, which names the start and the
        end of the term that ran at the end of that year.
    """
    found: dict[tuple[str, str, str], Term] = {}
    for row in _role(governance, "shepherd"):
        term = Term(row["holder"], row["iso3"], row["started_on"], row["ended_on"], row)
        found.setdefault((term.holder, term.started_on, term.ended_on), term)
    return sorted(found.values(), key=lambda term: term.started_on)


def meetings(governance: pd.DataFrame) -> dict[int, Meeting]:
    """Annual meetings by year.

    Raises
    ------
    SourceError
        If a row's detail does not open with number and place, such as
        ``"7th meeting, Luang Prabang; ..."``.
    """
    found = {}
    for row in _role(governance, "annual_meeting"):
        said = _MEETING.match(row["detail"])
        if not said:
            raise SourceError(
                f"governance, annual meeting of {row['year']}, column detail: {row['detail']!r} "
                "does not open with number and place, such as '7th meeting, Luang Prabang'."
            )
        place = said[2].strip()
        found[int(row["year"])] = Meeting(int(said[1]), place, str(row["started_on"]), row)
    return found


def state_in(layers: Catalogue, year: int) -> YearState:
    """The network in one year: who led it, where it met, who belonged to it."""
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


def documents_of(documents: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """The dated documents of some years, oldest first."""
    wanted = {str(year) for year in years}
    rows = documents[documents["adopted_on"].str[:4].isin(wanted)]
    return rows.sort_values(["adopted_on", "document_id"], ignore_index=True)


def guiding_documents(documents: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """:func:`documents_of` without lists and web pages, which bind and report nothing."""
    dated = documents_of(documents, years)
    return dated[dated["kind"] != "portal"].reset_index(drop=True)


def statements_of(declarations: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """The statements of some years, oldest first."""
    wanted = {str(year) for year in years}
    rows = declarations[declarations["held_on"].str[:4].isin(wanted)]
    return rows.sort_values(["held_on", "statement_id"], ignore_index=True)


def events(layers: Catalogue) -> pd.DataFrame:
    """What happened in the network, one row an event.

    Returns
    -------
    pandas.DataFrame
        Columns ``year``, ``kind`` (see :data:`EVENT_KINDS`), ``date`` (ISO 8601, as exact as the
        sources are), ``title``, ``detail``; by year and kind, oldest first within a kind. A
        Shepherd's term counts in the year in which it starts.
    """
    governance, cities, countries = layers["governance"], layers["cities"], layers["countries"]
    names = cities.set_index("city_id")["name"]
    country = countries.set_index("iso3")["name"]
    since = countries.set_index("iso3")["asean_since"]
    years = network_years(governance)
    found: list[tuple[int, str, str, str, str]] = [
        (int(row["year"]), "chair", str(row["year"]), row["holder"], row["detail"])
        for row in _role(governance, "chair")
    ]
    found += [
        (int(term.started_on[:4]), "shepherd", term.started_on, term.holder, term.row["detail"])
        for term in terms(governance)
    ]
    found += [
        (year, "meeting", meeting.held_on, meeting.place, meeting.row["detail"])
        for year, meeting in meetings(governance).items()
    ]
    for kind, rows, day, title, detail in (
        ("document", documents_of(layers["documents"], years), "adopted_on", "title", "binds"),
        ("statement", statements_of(layers["declarations"], years), "held_on", "summit", "says"),
    ):
        found += [
            (int(row[day][:4]), kind, row[day], row[title], row[detail])
            for row in rows.to_dict("records")
        ]
    for year in years:
        now = state_in(layers, year)
        if now.joined:
            members = ", ".join(str(names[city_id]) for city_id in now.joined)
            number = ntr("{n} city", "{n} cities", len(now.joined))
            found.append((year, "cities", str(year), number, members))
        found += [
            (year, "member_state", str(since[code]), str(country[code]), tr("joins ASEAN"))
            for code in now.new_states
        ]
    table = pd.DataFrame(found, columns=["year", "kind", "date", "title", "detail"])
    order = table["kind"].map({kind: place for place, kind in enumerate(EVENT_KINDS)})
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
        Ids in ``documents`` that hold it or tell of it, the main one first.
    subjects
        Subjects in ``not_found`` that name what of it is missing.
    kind
        Kind of the documents that belong to it besides, however many there are.
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
    """Where a system stands in the sources.

    Attributes
    ----------
    read
        Documents whose own text the facts rest on.
    told
        Documents that other sources tell of, whose text was not found.
    missing
        What the sources do not tell of it.
    """

    read: tuple[Mapping[str, Any], ...]
    told: tuple[Mapping[str, Any], ...]
    missing: tuple[str, ...]


def standing(system: System, documents: pd.DataFrame, not_found: pd.DataFrame) -> Standing:
    """Which documents of a system were read, which are only told of, and what is missing.

    Parameters
    ----------
    documents, not_found
        The layers, whose ``subject`` is in the reader's language.
    """
    known = {row["document_id"]: row for row in rows_of_table(documents)}
    of_kind = documents[documents["kind"] == system.kind].sort_values("adopted_on")
    ids = (*system.documents, *of_kind["document_id"])
    rows = [known[document] for document in ids if document in known]
    subjects = {*system.subjects, *(tr(subject) for subject in system.subjects)}
    questions = not_found.loc[not_found["subject"].isin(subjects), "question"]
    return Standing(
        read=tuple(row for row in rows if row["document"] == row["document_id"]),
        told=tuple(row for row in rows if row["document"] != row["document_id"]),
        missing=tuple(str(question) for question in questions),
    )
