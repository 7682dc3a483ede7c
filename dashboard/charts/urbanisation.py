"""Charts of the urban population: of countries, agglomerations and revisions."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.charts import findings
from dashboard.charts.declaration import (
    ChartDeclaration,
    TitledChart,
    said,
)
from dashboard.data import un_revision
from dashboard.data.releases import revision_name
from dashboard.markup import numbers
from dashboard.markup.theme import Palette
from dashboard.pages.country import text as country_text
from dashboard.pages.country.state import CountryState, country_codec
from dashboard.pages.overview import text as overview_text
from dashboard.pages.urbanisation import claims, pressure, revisions
from dashboard.pages.urbanisation import state as urbanisation_state
from dashboard.pages.urbanisation import text as urbanisation_text
from dashboard.pages.url_state import QueryCodec, strict_state
from geo.analysis.pressure import pressure as of_cities
from geo.analysis.urbanisation import urban_growth
from geo.i18n import terms, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query
from geo.vocabulary import (
    BASE_YEAR_2018,
    NEWEST_REVISION,
    REVISION_NAMES,
    REVISIONS,
)


def country_state(layers: Catalogue, query: Query) -> CountryState:
    """Country and revision of a query."""
    params = {name: query[name] for name in ("country", "revision") if name in query}
    return strict_state(country_codec(list(layers["countries"]["iso3"])), params)


def _country_name(layers: Catalogue, iso3: str) -> str:
    return str(layers["countries"].set_index("iso3")["name"][iso3])


def _country_share(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    state = country_state(layers, query)
    country = _country_name(layers, state.iso3)
    return TitledChart(
        country_text.share_series(layers, state, colours),
        tr("Urban share of {country}", country=country),
        said(
            tr(
                "Urban share of {country} by year, compared with the other member states.",
                country=country,
            ),
            _share_course(layers, state.revision, country),
        ),
        f"{revision_name(layers, state.revision)}.",
    )


def _country_growth(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    state = country_state(layers, query)
    country = _country_name(layers, state.iso3)
    return TitledChart(
        country_text.growth_series(layers, state, colours),
        tr(
            "Growth of the urban population of {country}, {revision}",
            country=country,
            revision=terms(REVISION_NAMES)[state.revision],
        ),
        said(
            tr("Growth of the urban population of {country} by year.", country=country),
            _growth_course(layers, state, country),
            country_text.break_note(layers, state),
        ),
        country_text.growth_source(layers, state),
    )


def _share_course(layers: Catalogue, revision: str, country: str) -> str:
    shares = urbanisation_text.urban_shares(layers, revision)
    return findings.courses(shares, {country: country}, "country", "share", findings.share)


def _growth_course(layers: Catalogue, state: CountryState, country: str) -> str:
    growth = urban_growth(layers["country_years"], state.iso3, state.revision)
    rows = pd.DataFrame({"country": country, "year": growth.index, "growth": growth.to_numpy()})
    return findings.courses(rows, {country: country}, "country", "growth", numbers.growth)


def urban_state(layers: Catalogue, query: Query) -> urbanisation_state.UrbanisationState:
    """Year, revision and span of a query."""
    spans = pressure.spans_of(un_revision.EARLIER)
    codec = QueryCodec(
        urbanisation_state.UrbanisationState,
        {"year": urbanisation_state.all_years(layers), "span": spans},
        {"year": overview_text.share_years(layers)[-1], "span": next(iter(spans))},
    )
    return strict_state(codec, query)


def _shares_of_year(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    state = urban_state(layers, query)
    has_shares = state.year in overview_text.share_years(layers)
    return TitledChart(
        urbanisation_text.country_ranking(layers, state, colours) if has_shares else None,
        tr("Urban share, {year}, %", year=state.year),
        said(
            tr("Urban share of each member state in {year}, %.", year=state.year),
            _extremes(layers, state.revision, state.year),
        ),
        f"{revision_name(layers, state.revision)}.",
    )


def _agglomerations_of_year(
    layers: Catalogue, query: Query, colours: Palette, _: object
) -> TitledChart:
    year = urban_state(layers, query).year
    return TitledChart(
        urbanisation_text.city_ranking(layers, year, colours),
        tr(
            "Largest member agglomerations, {year}, million people",
            year=urbanisation_text.year_title(year),
        ),
        said(
            tr("Population of the largest agglomerations of member cities in {year}.", year=year),
            _largest_agglomerations(layers, year),
        ),
        tr("UN, World Urbanization Prospects 2018."),
    )


def _extremes(layers: Catalogue, revision: str, year: int) -> str:
    """The most and the least urban member state in a year, which is named."""
    shares = urbanisation_text.urban_shares(layers, revision, year).set_index("country")["share"]
    found = findings.extremes(shares, findings.share)
    return f"{year}: {found}" if found else ""


def _largest_agglomerations(layers: Catalogue, year: int) -> str:
    rows = urbanisation_text.largest_agglomerations(layers, year, 3).set_index("city")["people"]
    return f"{year}: {findings.largest(rows, numbers.people)}"


def _share_panels(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    state = urban_state(layers, query)
    return TitledChart(
        urbanisation_text.country_panels(layers, state, colours, *panels),
        tr("Urban share by country"),
        said(
            tr("Urban share of each member state by year, one small chart per country."),
            _extremes(layers, state.revision, overview_text.share_years(layers)[-1]),
        ),
        tr(
            "{source}. Only this revision is shown.",
            source=revision_name(layers, state.revision),
        ),
    )


def _agglomeration_panels(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    return TitledChart(
        urbanisation_text.city_panels(layers, colours, *panels),
        tr("The twelve largest member agglomerations"),
        said(
            tr("Population of each agglomeration by year, one small chart per city."),
            _largest_agglomerations(layers, BASE_YEAR_2018),
        ),
        tr("UN, World Urbanization Prospects 2018; agglomerations, not cities proper."),
    )


def _revisions(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    return TitledChart(
        revisions.chart(layers, colours),
        tr(
            "Change in the newer revision, {year}, percentage points",
            year=revisions.common_year(layers),
        ),
        said(
            tr("Urban share of each member state in both UN revisions, and the difference."),
            revisions.headline(layers),
        ),
        "; ".join(revision_name(layers, revision) for revision in REVISIONS) + ".",
    )


def _claims(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    return TitledChart(
        claims.base_year_chart(layers, colours, *panels),
        tr("Claimed gains by possible base year"),
        said(
            tr(
                "Increase in the urban population of the eleven member states up to the "
                "claimed year, counted from each base year, compared with the claimed gain "
                "(horizontal line)."
            ),
            claims.finding(layers),
        ),
        tr(
            "UN, World Urbanization Prospects 2018 (projection); {source}, extended at its "
            "mean annual gain since the base year.",
            source=revision_name(layers, NEWEST_REVISION),
        ),
    )


def _pressure(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    span = urban_state(layers, query).span
    return TitledChart(
        pressure.pressure_chart(layers, span, colours, panels[0] * panels[1]),
        tr("Pressure and action, agglomerations of 2018"),
        said(
            tr("Growth of each agglomeration against its city's number of projects."),
            findings.quadrants(of_cities(layers["cities"], span)),
        ),
        tr(
            "UN, World Urbanization Prospects 2018; ASCN Monitoring & Evaluation Report "
            "{year}. Project counts say nothing about project size.",
            year=overview_text.report_year(layers),
        ),
    )


URBANISATION_CHARTS: Mapping[str, ChartDeclaration] = {
    "urban-share": ChartDeclaration(_country_share, ("country", "revision")),
    "urban-growth": ChartDeclaration(_country_growth, ("country", "revision")),
    "urban-shares-of-year": ChartDeclaration(_shares_of_year, ("year", "revision")),
    "agglomerations-of-year": ChartDeclaration(_agglomerations_of_year, ("year",)),
    "urban-share-by-country": ChartDeclaration(_share_panels, ("revision",), fluid=False),
    "largest-agglomerations": ChartDeclaration(_agglomeration_panels, (), fluid=False),
    "urban-share-revisions": ChartDeclaration(_revisions, ()),
    "claims-by-base-year": ChartDeclaration(_claims, (), fluid=False),
    "pressure": ChartDeclaration(_pressure, ("span",)),
}
"""Charts by the name in their URL."""
