"""Tables of the network itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from dashboard.datasets.declared import (
    CITY_FIELDS,
    COUNTRY_FIELDS,
    Dataset,
    DatasetRequest,
    Field,
    count_field,
    join_values,
    layer_fields,
    page_link,
    unpivot_counts,
)
from dashboard.pages.network.documents import institutions
from dashboard.pages.network.partners import asked_rows, place_names
from dashboard.pages.network.state import PARTS, NetworkState, network_codec
from dashboard.pages.url_state import strict_state
from geo.analysis.network import SYSTEMS, events, network_years, standing, terms
from geo.analysis.partners import mentions, partner_counts, partnerships
from geo.i18n import mark
from geo.parameters import Query
from geo.schema import LAYERS
from geo.vocabulary import PARTNER_KINDS

_PARTNERS = ("city", "kind")
_PLACE = (
    Field("place", "partners", "id of the member city, or network for the network as a whole"),
    Field("place_name", "partners", "English name of the place"),
)


def _state(request: DatasetRequest) -> NetworkState:
    layers = request.source
    years = network_years(layers["governance"])
    return strict_state(network_codec(years, list(layers["cities"]["city_id"])), request.query)


def _selected_partnerships(request: DatasetRequest) -> pd.DataFrame:
    """Partnerships that match the query."""
    layers, state = request.source, _state(request)
    rows = partnerships(layers["partners"], state.cities, state.kinds)
    return rows.assign(place_name=rows["place"].map(place_names(layers["cities"])))


def _by_kind(request: DatasetRequest) -> pd.DataFrame:
    rows = unpivot_counts(
        partner_counts(_selected_partnerships(request)), "place", "kind", "partners"
    )
    names = place_names(request.source["cities"])
    return rows.assign(
        place_name=rows["place"].map(names), kind_name=rows["kind"].map(PARTNER_KINDS)
    )


def _several_places(request: DatasetRequest) -> pd.DataFrame:
    rows = unpivot_counts(mentions(_selected_partnerships(request)), "partner", "place", "mentions")
    return rows.assign(place_name=rows["place"].map(place_names(request.source["cities"])))


def _asked(request: DatasetRequest) -> pd.DataFrame:
    return request.with_names(asked_rows(request.source, _state(request).cities))


def _programmes(request: DatasetRequest) -> pd.DataFrame:
    with_programme = _selected_partnerships(request).dropna(subset=["programme"])
    rows = [
        {
            "programme": programme,
            "partners": join_values(dict.fromkeys(entries["partner"])),
            "places": join_values(dict.fromkeys(entries["place_name"])),
            "first_year": entries["year"].min(),
            "last_year": entries["year"].max(),
        }
        for programme, entries in with_programme.groupby("programme")
    ]
    return pd.DataFrame(rows)


def _systems(request: DatasetRequest) -> pd.DataFrame:
    layers = request.source
    year = network_years(layers["governance"])[-1]
    rows = []
    for slug, system in SYSTEMS.items():
        evidence = standing(system, layers["documents"], layers["not_found"])
        main = (evidence.described + evidence.read)[0]
        rows.append(
            {
                "system": slug,
                "name": system.name,
                "does": institutions(layers, year) if slug == "institutions" else main["binds"],
                "read": join_values([row["document_id"] for row in evidence.read]) or None,
                "told_of": join_values([row["document_id"] for row in evidence.described]) or None,
                "not_found": join_values(evidence.missing) or None,
            }
        )
    return pd.DataFrame(rows)


def _bodies(request: DatasetRequest) -> pd.DataFrame:
    layers = request.source
    chairs = layers["governance"].query("role == 'chair'").groupby("iso3")["year"].agg(list)
    shepherds: dict[str, list[str]] = {}
    for term in terms(layers["governance"]):
        years = f"{term.started_on[:4]}–{term.ended_on[:4]}"
        shepherds.setdefault(term.iso3, []).append(years)
    members = request.with_names(layers["members"])
    return members.assign(
        chair=members["iso3"].map({code: join_values(years) for code, years in chairs.items()}),
        shepherd=members["iso3"].map(
            {code: join_values(years) for code, years in shepherds.items()}
        ),
    ).sort_values("country")


_PAGE_PARTS = {"declarations": "statements", "report_recommendations": "recommendations"}
"""Layer -> part of the page that shows it, if its name differs."""


def _whole_layer(layer: str, *sort_columns: str) -> Dataset:
    """A whole layer, sorted as in its table."""
    declared = LAYERS[layer]
    return Dataset(
        layer_fields(layer, *declared.columns),
        lambda request: request.source[layer].sort_values(list(sort_columns), na_position="last"),
        _part(_PAGE_PARTS.get(layer, layer)),
        declared.title,
        declared.description,
    )


def _part(part: str) -> Callable[[Query], tuple[str, Query]]:
    return page_link("network", *_PARTNERS, part=part) if part in PARTS else page_link("network")


NETWORK_TABLES: Mapping[str, Dataset] = {
    "framework": _whole_layer("framework", "order_no", "element_id"),
    "documents": _whole_layer("documents", "adopted_on", "document_id"),
    "statements": _whole_layer("declarations", "held_on", "statement_id"),
    "not-found": _whole_layer("not_found", "subject", "question"),
    "recommendations": _whole_layer("report_recommendations", "report_year", "recommendation_no"),
    "systems": Dataset(
        (
            Field("system", "documents", "id of the system"),
            Field("name", "documents", "name of the system"),
            Field("does", "documents", "what it sets or asks (our summary)"),
            Field("read", "documents", "documents whose own text was read"),
            Field("told_of", "documents", "documents that other sources tell of"),
            Field("not_found", "not_found", "what the sources do not tell of it"),
        ),
        _systems,
        _part("documents"),
        mark("The network's eight systems besides its cities"),
        mark("What each system does, which documents describe it and what was not found."),
    ),
    "network-years": Dataset(
        (
            count_field("year", "governance", "year", "year"),
            Field("kind", "governance", "kind of event"),
            Field("date", "governance", "date (ISO 8601), as exact as the sources are"),
            Field("title", "governance", "who, where or what"),
            Field("detail", "governance", "particulars (our summary)"),
        ),
        lambda request: events(request.source),
        page_link("network", "year"),
        mark("The network year by year"),
        mark("Leadership, meetings, adopted documents and new members, by year."),
    ),
    "partnerships": Dataset(
        (*layer_fields("partners", *LAYERS["partners"].columns), *_PLACE),
        _selected_partnerships,
        _part("partners"),
        mark("All partnerships"),
        mark("Each partnership named in the sources."),
        _PARTNERS,
    ),
    "amounts": Dataset(
        (
            *layer_fields("partners", "partner", "programme", "amount", "currency", "year", "what"),
            *layer_fields("partners", "document", "page", "url"),
            *_PLACE,
        ),
        lambda request: _selected_partnerships(request).dropna(subset=["amount"]),
        _part("partners"),
        mark("Amounts stated in a source"),
        mark("Loans, grants and budgets, listed separately; they cannot be added up."),
        _PARTNERS,
    ),
    "support-and-partners": Dataset(
        (
            *CITY_FIELDS,
            *layer_fields("projects", "focus_area"),
            count_field("requests", "plan_support", "requests for support in 2018", "requests"),
            count_field("partners", "partners", "different partners that sources name", "partners"),
            Field("partner_names", "partners", "their names"),
            Field("amounts", "partners", "amounts as stated, with currency and year"),
            Field(
                "nobody_named",
                "partners",
                "whether support was asked for and no source names a partner",
                "",
                "true/false",
            ),
        ),
        _asked,
        _part("partners"),
        mark("Support requested and partners named"),
        mark(
            "Support requested in the 2018 plans and partners named in any source, by city and "
            "focus area."
        ),
        _PARTNERS,
    ),
    "programmes": Dataset(
        (
            *layer_fields("partners", "programme"),
            Field("partners", "partners", "its partners"),
            Field("places", "partners", "where it works"),
            count_field("first_year", "partners", "first year that a source names", "year"),
            count_field("last_year", "partners", "last year that a source names", "year"),
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
            *layer_fields("partners", "kind"),
            Field("kind_name", "partners", "name of the kind"),
            count_field("partners", "partners", "number of different partners", "partners"),
        ),
        _by_kind,
        _part("partners"),
        mark("Partners by city and kind"),
        mark(
            "Number of different partners named in the sources; combinations without a partner "
            "are left out. Bodies of the city's own country and other countries are separate "
            "kinds."
        ),
        _PARTNERS,
    ),
    "partners-of-several-places": Dataset(
        (
            *layer_fields("partners", "partner"),
            *_PLACE,
            count_field("mentions", "partners", "how often the sources name it there", "mentions"),
        ),
        _several_places,
        _part("partners"),
        mark("Partners in more than one place"),
        mark("How often the sources name each partner, by place."),
        _PARTNERS,
    ),
    "national-bodies": Dataset(
        (
            *COUNTRY_FIELDS,
            *layer_fields("members", *LAYERS["members"].columns)[1:],
            Field("chair", "governance", "years in which the state chaired the network"),
            Field("shepherd", "governance", "years in which the state was Shepherd"),
        ),
        _bodies,
        _part("bodies"),
        mark("National bodies"),
        mark(
            "The body that represents each member state, and the network offices the state "
            "has held."
        ),
    ),
}
"""Tables of the Network page by name."""
