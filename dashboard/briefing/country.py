"""The briefing of a member state: how urban it is, its member cities, what they promised."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from dashboard.briefing.document import (
    Block,
    Columns,
    Document,
    Figures,
    Note,
    Picture,
    Section,
    Slide,
    Table,
)
from dashboard.briefing.pictures import WIDE, drawn_chart, map_of
from dashboard.briefing.promised import promises_section, promises_slides
from dashboard.briefing.sources import boundaries_and_dates, plans_and_reports
from dashboard.data.releases import release_name, revision_name
from dashboard.maps.preview import Fetch
from dashboard.markup import numbers
from dashboard.markup.tables import records
from dashboard.pages.country import tables, text, un_cities
from dashboard.pages.country.state import CountryState
from dashboard.pages.overview.text import report_year
from geo.analysis.layer_rows import names
from geo.analysis.urbanisation import urban_share
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import NEWEST_REVISION, REVISION_NAMES

MAX_PROMISES = 12
"""Maximum number of dated promises."""


def document(layers: Catalogue, iso3: str, fetch: Fetch) -> Document:
    """The briefing of a member state.

    Parameters
    ----------
    fetch
        Reads the sources of its map.
    """
    state = CountryState(iso3=iso3)
    country = names(layers, "countries")[iso3]
    located = map_of("country", layers, {"country": iso3}, fetch)
    figures = Figures(text.key_figures(layers, state))
    share, share_source = drawn_chart("urban-share", layers, {"country": iso3})
    return Document(
        kind=tr("Country briefing"),
        name=country,
        answer=text.headline(layers, state),
        blocks=[
            Columns((1.25, 1), [[located, Note(un_cities.headline(layers, iso3))], [figures]]),
            Section(tr("Member cities"), [_cities(layers, iso3)]),
            Columns(
                (1, 1),
                [
                    [share, Note(f"{_beside(country)} {share_source}")],
                    _represented(layers, iso3, state),
                ],
            ),
            *promises_section(layers, _promises(layers, iso3), MAX_PROMISES),
        ],
        sources=_sources(layers),
        slides=partial(_slides, layers, state, country, located),
        page=f"country?country={iso3}",
    )


def _slides(
    layers: Catalogue, state: CountryState, country: str, located: Picture
) -> Sequence[Slide]:
    """The same in a few slides."""
    sources = _sources(layers)
    figures = Figures(text.key_figures(layers, state))
    share, share_source = drawn_chart("urban-share", layers, {"country": state.iso3}, WIDE)

    def named(sentence: str) -> str:
        return tr("{name}: {sentence}", name=country, sentence=sentence)

    return [
        Slide(named(text.headline(layers, state)), [[located], [figures]], sources),
        Slide(
            named(text.projects_sentence(layers, state.iso3)),
            [[_cities(layers, state.iso3)]],
            sources,
        ),
        Slide(
            named(_share_sentence(layers, state.iso3)),
            [[share, Note(_beside(country))]],
            [share_source],
        ),
        *promises_slides(layers, country, _promises(layers, state.iso3), sources),
    ]


def _promises(layers: Catalogue, iso3: str) -> pd.DataFrame:
    rows = layers["promises"]
    return rows[rows["iso3"] == iso3].sort_values(["due_year", "promise_id"])


def _beside(country: str) -> str:
    return tr("Bold: {country}; grey: the other member states.", country=country)


def _cities(layers: Catalogue, iso3: str) -> Table:
    """The member cities with their people, projects and promises."""
    cities, promises = layers["cities"], layers["promises"]
    due = promises[promises["state"] != "not_due"].groupby("city_id")["state"]
    fell_due, done = due.size(), due.apply(lambda states: int((states == "done").sum()))
    rows = []
    for city in records(cities[cities["iso3"] == iso3].drop(columns="geometry")):
        city_id = city["city_id"]
        year = city["population_year"]
        people = numbers.people(city["population"])
        rows.append(
            (
                str(city["name"]),
                str(city["joined_year"]),
                people if numbers.is_missing(year) else f"{people} ({year})",
                str(city["projects"]),
                str(city["projects_completed"]),
                str(fell_due.get(city_id, 0)),
                str(done.get(city_id, 0)),
            )
        )
    year = report_year(layers)
    heads = (
        *(tr("City"), tr("Joined"), tr("People (year)"), tr("Projects, {year}", year=year)),
        *(tr("Completed"), tr("Promises due"), tr("Reported done")),
    )
    return Table(heads, rows, (1.8, 1, 1.5, 1.2, 1, 1.2, 1.2), (1, 2, 3, 4, 5, 6))


def _represented(layers: Catalogue, iso3: str, state: CountryState) -> Sequence[Block]:
    """What the two UN revisions say of the urban share, and who represents the country."""
    body, source = tables.national_body(layers, iso3)
    return [
        Section(tr("How the two UN revisions differ"), [Note(text.revision_note(layers, state))]),
        Section(tr("Represented in the network by"), [Note(f"{body} ({source}).")]),
    ]


def _share_sentence(layers: Catalogue, iso3: str) -> str:
    """How the urban share changed, without a full stop."""
    share = urban_share(layers["country_years"], iso3, NEWEST_REVISION)
    return tr(
        "{share} of the people lived in urban areas in {year}, {before} in {first} ({revision})",
        share=numbers.percent(share.iloc[-1]),
        year=int(share.index[-1]),
        before=numbers.percent(share.get(text.FIRST_OF_CHANGE)),
        first=text.FIRST_OF_CHANGE,
        revision=tr(REVISION_NAMES[NEWEST_REVISION]),
    )


def _sources(layers: Catalogue) -> Sequence[str]:
    return [
        tr(
            "People and urban population: {release}; {revision}.",
            release=release_name(layers, NEWEST_REVISION),
            revision=revision_name(layers, NEWEST_REVISION),
        ),
        tr("UN cities: UN, World Urbanization Prospects 2025."),
        tr("Official populations of cities: as named on the page of each city."),
        plans_and_reports(layers),
        *boundaries_and_dates(layers),
    ]
