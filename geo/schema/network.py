"""Tables of the network itself: framework, documents, statements, governance, partners, members.

Each is a source table and a layer of the same name and columns; the claims on urbanisation are
checked on the way. A row rests on a document and page of the network's own, or on the address of a
public page.
"""

from __future__ import annotations

from geo.schema.declare import Layer, date, integer, iso3, number, one_of, slug, text, year
from geo.schema.plans import page_range_columns, source_columns
from geo.vocabulary import (
    CLAIM_MEASURES,
    DOCUMENT_KINDS,
    ELEMENT_KINDS,
    GOVERNANCE_ROLES,
    INDICATORS,
    PARTNER_KINDS,
    VERDICTS,
)

_SOURCES = ("network",)

FRAMEWORK = Layer(
    name="framework",
    title="ASEAN Smart Cities Framework",
    description="Elements of the framework: strategic outcomes, focus areas with sub-areas, "
    "enabling foundations and steps, with definitions (our summary).",
    columns={
        "element_id": slug("element"),
        "parent_id": text("element that it belongs to", nullable=True),
        "kind": one_of("kind of element", list(ELEMENT_KINDS)),
        "order_no": integer("order among its kind and parent", "", 1, 100),
        "name": text("name"),
        "definition": text("definition (our summary)"),
        **page_range_columns(),
    },
    key=("element_id",),
    sources=("ascn-framework-2018",),
)

DOCUMENTS = Layer(
    name="documents",
    title="Documents of the network",
    description="Founding and guiding documents, with their dates and what they set or ask for.",
    columns={
        "document_id": slug("document"),
        "title": text("title"),
        "kind": one_of("kind of document", list(DOCUMENT_KINDS)),
        "adopted_on": text("date or year (ISO 8601)", nullable=True),
        "adopted_by": text("who adopted or published it"),
        "binds": text("what it sets or asks (our summary)"),
        "related_to": text("document it rests on", nullable=True),
        **page_range_columns(nullable=True),
        "url": text("address", nullable=True),
    },
    key=("document_id",),
    sources=_SOURCES,
)

DECLARATIONS = Layer(
    name="declarations",
    title="Summit statements",
    description="What ASEAN summit statements say about the network (our summary).",
    columns={
        "statement_id": slug("statement"),
        "summit": text("summit"),
        "held_on": text("date (ISO 8601)"),
        "place": text("place"),
        "paragraph": text("paragraph", nullable=True),
        "says": text("what it says about the network (our summary)"),
        "source_title": text("source"),
        "url": text("address of the source"),
    },
    key=("statement_id",),
    sources=_SOURCES,
)

GOVERNANCE = Layer(
    name="governance",
    title="Chair, Shepherd, meetings",
    description="Who chaired and shepherded the network, and its annual meetings, by year.",
    columns={
        "year": year("year", 2018),
        "role": one_of("role", list(GOVERNANCE_ROLES)),
        "holder": text("country or body, never a person"),
        "iso3": text("ISO 3166-1 alpha-3 code of the country", nullable=True),
        "detail": text("particulars (our summary)"),
        "started_on": text("start (ISO 8601)", nullable=True),
        "ended_on": text("end (ISO 8601)", nullable=True),
        **source_columns(nullable=True),
        "url": text("address of the source", nullable=True),
    },
    key=("year", "role"),
    sources=_SOURCES,
)

PARTNERS = Layer(
    name="partners",
    title="Partners",
    description="Partnerships by programme, city and project, with amounts where a source "
    "states one. The kind distinguishes bodies of the city's own country from "
    "other countries.",
    columns={
        "partner_id": slug("partnership"),
        "partner": text("partner"),
        "kind": one_of(
            "kind of partner; own_government: national or local body of the city's own "
            "country, other_country: government abroad with its agencies",
            list(PARTNER_KINDS),
        ),
        "programme": text("programme", nullable=True),
        "city_id": text("member city; empty for the whole network", nullable=True),
        "project_id": text("project", nullable=True),
        "amount": number("amount", "see currency", 0, 1e15, nullable=True),
        "currency": text("ISO 4217 code", nullable=True),
        "year": year("year of the source or of the agreement", 2000, nullable=True),
        "what": text("what the partner does (our summary)"),
        **source_columns(nullable=True),
        "url": text("address of the source", nullable=True),
    },
    key=("partner_id",),
    sources=_SOURCES,
)

MEMBERS = Layer(
    name="members",
    title="National bodies",
    description="The body that represents each member state in the network, never a person.",
    columns={
        "iso3": iso3(),
        "national_body": text("body that represents the member state"),
        "role": text("role of the body in the network"),
        "asean_since": date("date of ASEAN membership (ISO 8601)"),
        **source_columns(),
        "url": text("address of the source", nullable=True),
    },
    key=("iso3",),
    sources=_SOURCES,
)

CLAIMS = {
    "claim_id": slug("claim"),
    "claim": text("claim (our summary)"),
    "claimed_value": number("value claimed", "see unit", 0, 1e11),
    "unit": text("unit"),
    "claimed_year": year("year it is for", 2000, 2100, nullable=True),
    "indicator": one_of("indicator that can check it", [*INDICATORS, "none"]),
    "area_code": one_of("area: the member states together, or the world", ("ASEAN", "WLD")),
    "measure": one_of("what is claimed", CLAIM_MEASURES),
    "base_first": year("first year that it may count from", 2000, nullable=True),
    "base_last": year("last year that it may count from", 2000, nullable=True),
    "base_note": text("why it may count from these years", nullable=True),
    **source_columns(),
}
"""Columns of the source table of claims; the layer adds the verdicts."""

URBANISATION_CLAIMS = Layer(
    name="urbanisation_claims",
    title="Claims on urbanisation",
    description="Claims on urbanisation made in the network's texts (our summary), each "
    "checked against the UN's 2018 revision and the newest series; where no source "
    "states the year a claim counts from, every year its text allows is checked.",
    columns={
        **CLAIMS,
        "verdict": one_of("what the check finds", list(VERDICTS)),
        "conclusion": text("the verdict with its assumption, in English"),
        "calculation": text("how the check was made, in English"),
    },
    key=("claim_id",),
    sources=("network", "wdi-2026-03", "wup-2018", "wup-2018-urban-rural"),
)

NOT_FOUND = Layer(
    name="not_found",
    title="Not found",
    description=(
        "Questions about the network that the sources do not answer, and what was searched."
    ),
    columns={
        "subject": text("subject"),
        "question": text("what the sources do not say"),
        "where_looked": text("what was searched, and what it gives"),
        "date": date("day of the search (ISO 8601)"),
    },
    key=("subject", "question"),
    sources=_SOURCES,
)

NETWORK_LAYERS = (
    FRAMEWORK,
    DOCUMENTS,
    DECLARATIONS,
    GOVERNANCE,
    PARTNERS,
    MEMBERS,
    URBANISATION_CLAIMS,
    NOT_FOUND,
)
"""Tables of the network, in the order of the catalogue."""
