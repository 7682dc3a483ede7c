"""What the Urbanisation page says beside its map: one year, as a sentence and two rankings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard.data import un_revision
from dashboard.maps.classification import share_classes
from dashboard.markup.html import join, tag
from dashboard.markup.theme import Palette
from dashboard.pages.overview.text import share_years
from dashboard.pages.urbanisation import text
from dashboard.pages.urbanisation.largest_un_cities import largest_un_cities
from dashboard.pages.urbanisation.state import UrbanisationState, share_year
from geo.i18n import decimal, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import BASE_YEAR_2018, BASE_YEAR_2025


def panel(layers: Catalogue, state: UrbanisationState, colours: Palette) -> Markup:
    """The year, its sentence, countries by urban share and cities by population."""
    return join(
        [
            tag("h2", text.year_title(state.year, state.wup)),
            tag("p", text.year_sentence(layers, state)),
            *_countries(layers, state, colours),
            *_cities(layers, state, colours),
        ]
    )


def _countries(layers: Catalogue, state: UrbanisationState, colours: Palette) -> Iterator[Markup]:
    year = share_year(state, share_years(layers))
    rows = text.urban_shares(layers, state.revision, year).sort_values("share", ascending=False)
    if rows.empty:
        return
    classes = share_classes(colours)
    yield tag("h3", tr("Urban share, {year}, %", year=year))
    yield _bars(
        [decimal(share, 1) for share in rows["share"]],
        rows["country"],
        rows["share"] / 100,
        [classes.colour(share) for share in rows["share"]],
    )


def _cities(layers: Catalogue, state: UrbanisationState, colours: Palette) -> Iterator[Markup]:
    newest = state.wup == un_revision.NEWEST
    ranking = largest_un_cities if newest else text.largest_agglomerations
    rows = ranking(layers, state.year, text.LARGEST)
    if rows.empty:
        return
    title = (
        tr("Largest UN cities, {year}, million people", year=state.year)
        if newest
        else tr("Largest member agglomerations, {year}, million people", year=state.year)
    )
    yield tag("h3", title)
    last = layers["wup2025_city_years" if newest else "city_years"]["year"].max()
    largest = ranking(layers, int(last), 1)["people"].iloc[0]  # one scale for all years
    yield _bars(
        [decimal(people / 1e6, 2) for people in rows["people"]],
        rows["city"],
        rows["people"] / largest,
        [colours.no_data if pd.isna(city) else colours.city for city in rows["city_id"]],
        city_ids=rows["city_id"],
        projected=state.year > (BASE_YEAR_2025 if newest else BASE_YEAR_2018),
    )


def _bars(
    values: Sequence[str],
    names: pd.Series,
    lengths: pd.Series,
    colours: Sequence[str],
    city_ids: Iterable[Any] = repeat(None),
    projected: bool = False,
) -> Markup:
    """A ranking as a list of bars; projections are hollow.

    Parameters
    ----------
    lengths
        Length of each bar, from 0 to 1.
    city_ids
        Member city of each bar, if any, whose name opens its card on the map.
    """
    lines = [
        tag(
            "li",
            tag("span", name if pd.isna(city) else tag("button", name, data_city=city)),
            tag("i", style=f"--length:{length:.3f};--bar:{colour}"),
            tag("b", value),
        )
        for value, name, length, colour, city in zip(
            values, names, lengths, colours, city_ids, strict=False
        )
    ]
    return tag("ol", lines, class_="bars projected" if projected else "bars")
