"""Tables of the network itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from dashboard.datasets.declared import (
    COUNTRY,
    Asked,
    Dataset,
    Field,
    count,
    joined,
    long,
    of,
    page,
)
from dashboard.pages.network.documents import institutions
from dashboard.pages.network.partners import place_names
from dashboard.pages.network.text import PARTS, read
from geo.analysis.network import SYSTEMS, events, network_years, standing, terms
from geo.analysis.partners import mentions, partner_counts, partnerships
from geo.errors import QueryError
from geo.i18n import mark
from geo.parameters import Query
from geo.schema import LAYERS
from geo.vocabulary import PARTNER_KINDS

_PARTNERS = ("city", "kind")
_PLACE = (
    Field("place", "partners", "id of the member city, or network for the network as a whole"),
    Field("place_name", "partners", "English name of the place"),
)


def _kept(asked: Asked) -> pd.DataFrame:
    """Partnerships that the query keeps."""
    plain = asked.plain
    years = network_years(plain["governance"])
    state, problems = read(asked.query, years, plain["cities"]["city_id"])
    if problems:
        raise QueryError(" ".join(problems))
    rows = partnerships(plain["partners"], state.cities, state.kinds)
    return rows.assign(place_name=rows["place"].map(place_names(plain["cities"])))


def _by_kind(asked: Asked) -> pd.DataFrame:
    rows = long(partner_counts(_kept(asked)), "place", "kind", "partners")
    names = place_names(asked.plain["cities"])
    return rows.assign(
        place_name=rows["place"].map(names), kind_name=rows["kind"].map(PARTNER_KINDS)
    )


def _of_several_places(asked: Asked) -> pd.DataFrame:
    rows = long(mentions(_kept(asked)), "partner", "place", "mentions")
    return rows.assign(place_name=rows["place"].map(place_names(asked.plain["cities"])))


def _programmes(asked: Asked) -> pd.DataFrame:
    named = _kept(asked).dropna(subset=["programme"])
    rows = [
        {
            "programme": programme,
            "partners": joined(dict.fromkeys(entries["partner"])),
            "places": joined(dict.fromkeys(entries["place_name"])),
            "first_year": entries["year"].min(),
            "last_year": entries["year"].max(),
        }
        for programme, entries in named.groupby("programme")
    ]
    return pd.DataFrame(rows)


def _systems(asked: Asked) -> pd.DataFrame:
    plain = asked.plain
    year = network_years(plain["governance"])[-1]
    rows = []
    for slug, system in SYSTEMS.items():
        found = standing(system, plain["documents"], plain["not_found"])
        main = (found.told + found.read)[0]
        rows.append(
            {
                "system": slug,
                "name": system.name,
                "does": institutions(plain, year) if slug == "institutions" else main["binds"],
                "read": joined([row["document_id"] for row in found.read]) or None,
                "told_of": joined([row["document_id"] for row in found.told]) or None,
                "not_found": joined(found.missing) or None,
            }
        )
    return pd.DataFrame(rows)


def _bodies(asked: Asked) -> pd.DataFrame:
    plain = asked.plain
    chairs = plain["governance"].query("role == 'chair'").groupby("iso3")["year"].agg(list)
    shepherds: dict[str, list[str]] = {}
    for term in terms(plain["governance"]):
        told = f"{term.started_on[:4]}–{term.ended_on[:4]}"
        shepherds.setdefault(term.iso3, []).append(told)
    members = asked.named(plain["members"])
    return members.assign(
        chair=members["iso3"].map({code: joined(years) for code, years in chairs.items()}),
        shepherd=members["iso3"].map({code: joined(told) for code, told in shepherds.items()}),
    ).sort_values("country")


_PART_OF = {"declarations": "statements", "report_recommendations": "recommendations"}
"""Layer -> part of the page that shows it, where they differ by name."""


def _whole(layer: str, *by: str) -> Dataset:
    """A layer as it is, in the order of its table."""
    declared = LAYERS[layer]
    return Dataset(
        of(layer, *declared.columns),
        lambda asked: asked.plain[layer].sort_values(list(by), na_position="last"),
        _part(_PART_OF.get(layer, layer)),
        declared.title,
        declared.description,
    )


def _part(part: str) -> Callable[[Query], tuple[str, Query]]:
    return page("network", *_PARTNERS, part=part) if part in PARTS else page("network")


NETWORK_TABLES: Mapping[str, Dataset] = {
    "framework": _whole("framework", "order_no", "element_id"),
    "documents": _whole("documents", "adopted_on", "document_id"),
    "statements": _whole("declarations", "held_on", "statement_id"),
    "not-found": _whole("not_found", "subject", "question"),
    "recommendations": _whole("report_recommendations", "report_year", "recommendation_no"),
    "systems": Dataset(
        (
            Field("system", "documents", "id of the system"),
            Field("name", "documents", "name of the system"),
            Field("does", "documents", "what it sets or asks, in our own words"),
            Field("read", "documents", "documents whose own text was read"),
            Field("told_of", "documents", "documents that other sources tell of"),
            Field("not_found", "not_found", "what the sources do not tell of it"),
        ),
        _systems,
        _part("documents"),
        mark("The eight systems of the network besides its cities"),
        mark("What each system does, where it stands, and what of it was not found."),
    ),
    "network-years": Dataset(
        (
            count("year", "governance", "year", "year"),
            Field("kind", "governance", "kind of event"),
            Field("date", "governance", "date (ISO 8601), as exact as the sources are"),
            Field("title", "governance", "who, where or what"),
            Field("detail", "governance", "particulars, in our own words"),
        ),
        lambda asked: events(asked.plain),
        page("network", "year"),
        mark("The network year by year"),
        mark("Who led, where the network met, what was adopted, who joined."),
    ),
    "partnerships": Dataset(
        (*of("partners", *LAYERS["partners"].columns), *_PLACE),
        _kept,
        _part("partners"),
        mark("All partnerships"),
        mark("Each partnership that the sources name."),
        _PARTNERS,
    ),
    "amounts": Dataset(
        (
            *of("partners", "partner", "programme", "amount", "currency", "year", "what"),
            *of("partners", "document", "page", "url"),
            *_PLACE,
        ),
        lambda asked: _kept(asked).dropna(subset=["amount"]),
        _part("partners"),
        mark("Amounts that a source states"),
        mark("Loans, grants and budgets, each by itself; they cannot be added up."),
        _PARTNERS,
    ),
    "programmes": Dataset(
        (
            *of("partners", "programme"),
            Field("partners", "partners", "its partners"),
            Field("places", "partners", "where it works"),
            count("first_year", "partners", "first year that a source names", "year"),
            count("last_year", "partners", "last year that a source names", "year"),
        ),
        _programmes,
        _part("partners"),
        mark("Programmes"),
        mark("Programmes with their partners, places and years."),
        _PARTNERS,
    ),
    "partners-by-kind": Dataset(
        (
            *_PLACE,
            *of("partners", "kind"),
            Field("kind_name", "partners", "name of the kind"),
            count("partners", "partners", "number of different partners", "partners"),
        ),
        _by_kind,
        _part("partners"),
        mark("Partners by city and kind"),
        mark(
            "Number of different partners that the sources name; combinations without one are "
            "left out. Bodies of the city's own state and other countries are kinds of their own."
        ),
        _PARTNERS,
    ),
    "partners-of-several-places": Dataset(
        (
            *of("partners", "partner"),
            *_PLACE,
            count("mentions", "partners", "how often the sources name it there", "mentions"),
        ),
        _of_several_places,
        _part("partners"),
        mark("Partners of more than one place"),
        mark("How often the sources name them for each."),
        _PARTNERS,
    ),
    "national-bodies": Dataset(
        (
            *COUNTRY,
            *of("members", *LAYERS["members"].columns)[1:],
            Field("chair", "governance", "years in which the state chaired the network"),
            Field("shepherd", "governance", "years in which the state was Shepherd"),
        ),
        _bodies,
        _part("bodies"),
        mark("National bodies"),
        mark("The body that represents each member state, and the offices the state held."),
    ),
}
"""Tables of the Network page by name."""
