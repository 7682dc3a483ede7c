"""Summary and key figures of the Network page, and its source citations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard.markup import citations, numbers
from dashboard.markup.figures import Figure
from dashboard.markup.html import host_link, join
from geo.analysis.network import guiding_documents, network_in_year, network_years
from geo.analysis.partners import government_body_count
from geo.cache import memoized
from geo.i18n import date, decimal, ntr, tr
from geo.layers.catalogue import Catalogue

FOUNDING_STATEMENT = "asean-32"
"""Statement in which the ASEAN Leaders founded the network."""


def short_title(title: str) -> str:
    """Title of a document without the words that all titles share.

    >>> short_title("ASCN Monitoring and Evaluation Report 2022")
    'M&E Report 2022'
    """
    title = title.split(",")[0].replace("Monitoring and Evaluation", "M&E")
    title = re.sub(r"^ASEAN Smart Cities Network: |^ASCN |^ASEAN |: .*$", "", title)
    return re.sub(r" of the (ASEAN Smart Cities Network|network)$", "", title)


def cited(row: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Citation of a row: document and page."""
    return citations.cite(short_title(titles.get(row["document"], row["document"])), row)


def source_html(row: Mapping[str, Any], titles: Mapping[str, str]) -> Markup:
    """HTML citation of a row: document, page and link.

    Parameters
    ----------
    titles
        Document id to title; see :func:`document_titles`.
    """
    parts: list[str] = []
    if not numbers.is_missing(row["document"]):
        parts.append(cited(row, titles))
    if not numbers.is_missing(row.get("url")):
        parts.append(host_link(row["url"]))
    return join(parts, separator="; ") or join([numbers.no_data()])


def document_titles(documents: pd.DataFrame) -> dict[str, str]:
    """Document id to title."""
    return dict(zip(documents["document_id"], documents["title"], strict=True))


def with_article(country: str, iso3: str) -> str:
    """Name of a country with its article, for use in a sentence."""
    return tr("the Philippines") if iso3 == "PHL" else country


@memoized
def headline(layers: Catalogue) -> str:
    """Founding, leadership, documents and partners of the network, in a few sentences."""
    years = network_years(layers["governance"])
    now = network_in_year(layers, years[-1])
    declarations = layers["declarations"].set_index("statement_id")
    sentences = [
        tr(
            "Founded by the ASEAN Leaders on {date}, the network now comprises {cities} in "
            "{countries}.",
            date=date(declarations["held_on"].get(FOUNDING_STATEMENT, str(years[0]))),
            cities=ntr("{n} city", "{n} cities", now.cities),
            countries=ntr("{n} country", "{n} countries", now.city_countries),
        )
    ]
    leaders = []
    if now.chair:
        chair = with_article(now.chair["holder"], now.chair["iso3"])
        leaders.append(tr("{country} is Chair", country=chair))
    if now.shepherds:
        term = now.shepherds[-1]
        leaders.append(
            tr(
                "{country} is Shepherd until {date}",
                country=with_article(term.holder, term.iso3),
                date=date(term.ended_on),
            )
        )
    if leaders:
        sentences.append(
            tr("In {year}, {clauses}.", year=now.year, clauses=numbers.format_list(leaders))
        )
    number = len(guiding_documents(layers["documents"], years))
    partners = layers["partners"]["partner"].nunique()
    sentences.append(
        tr(
            "{documents} since {year} guide the network or report on it. The sources name "
            "{partners}, {own} of them government bodies of the cities' own countries.",
            documents=ntr("{n} document", "{n} documents", number),
            year=years[0],
            partners=ntr("{n} partner", "{n} partners", partners),
            own=decimal(government_body_count(layers["partners"])),
        )
    )
    return " ".join(sentences)


@memoized
def key_figures(layers: Catalogue) -> list[Figure]:
    """Founding, members, leaders, documents and partners, each with its source."""
    years = network_years(layers["governance"])
    first, now = network_in_year(layers, years[0]), network_in_year(layers, years[-1])
    titles = document_titles(layers["documents"])
    founding = layers["declarations"].set_index("statement_id").loc[FOUNDING_STATEMENT]
    chair, term = now.chair, now.shepherds[-1] if now.shepherds else None
    return [
        Figure(
            decimal(now.cities),
            tr(
                "member cities in {countries}",
                countries=ntr("{n} country", "{n} countries", now.city_countries),
            ),
            tr(
                "ASCN, {year}; {cities} in {first}",
                year=now.year,
                cities=ntr("{n} pilot city", "{n} pilot cities", first.cities),
                first=first.year,
            ),
        ),
        Figure(str(years[0]), tr("founded by the ASEAN Leaders"), str(founding["summit"])),
        Figure(
            chair["holder"] if chair else numbers.no_data(),
            tr("Chair in {year}", year=now.year),
            source_html(chair, titles).striptags() if chair else "",
        ),
        Figure(
            term.holder if term else numbers.no_data(),
            tr("Shepherd until {date}", date=date(term.ended_on)) if term else tr("Shepherd"),
            source_html(term.row, titles).striptags() if term else "",
        ),
        Figure(
            decimal(len(guiding_documents(layers["documents"], years))),
            tr("guiding documents and reports"),
            tr("dated {first} to {last}; listed below", first=years[0], last=years[-1]),
        ),
        Figure(
            decimal(layers["partners"]["partner"].nunique()),
            tr(
                "partners named, {own} of them government bodies of the cities' own countries",
                own=decimal(government_body_count(layers["partners"])),
            ),
            tr("reports, funders and press; listed below"),
        ),
    ]
