"""Coverage of GeoNames places: only some of them have a population."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from dashboard.markup.html import table
from dashboard.markup.tables import records
from geo.cache import memoized
from geo.i18n import decimal, tr
from geo.layers.catalogue import Catalogue


@memoized
def coverage(layers: Catalogue) -> pd.DataFrame:
    """Number of GeoNames places with a population by member state, in descending order.

    Returns
    -------
    pandas.DataFrame
        ``iso3``, ``country``, ``places``, ``population`` of the country in people and
        ``population_year``, ``people_per_place``.
    """
    countries = layers["countries"][["iso3", "name", "population", "population_year"]]
    by_country = countries.rename(columns={"name": "country"}).assign(
        places=countries["iso3"].map(layers["places"].groupby("iso3").size()).fillna(0).astype(int)
    )
    known_places = by_country["places"].where(by_country["places"] > 0)
    by_country["people_per_place"] = by_country["population"] / known_places
    columns = ["iso3", "country", "places", "population", "population_year", "people_per_place"]
    return by_country[columns].sort_values("places", ascending=False, ignore_index=True)


def note(layers: Catalogue, iso3: str = "") -> str:
    """Sentence on the coverage of one country or the region."""
    rows = records(coverage(layers))
    densest, sparsest = rows[0], max(rows, key=lambda row: float(row["people_per_place"]))
    named = next((row for row in rows[1:] if row["iso3"] == iso3), sparsest)
    return tr(
        "GeoNames gives a population for only some places ({other}: {many}; {country}: {few}), "
        "so there may be places where none are shown.",
        few=decimal(named["places"]),
        country=named["country"],
        many=decimal(densest["places"]),
        other=densest["country"],
    )


@memoized
def coverage_table(layers: Catalogue) -> Markup:
    """HTML table of the coverage by member state."""
    headings = (
        tr("Country"),
        tr("Places with a population in GeoNames"),
        tr("People per place"),
    )
    rows = [
        (row["country"], decimal(row["places"]), decimal(row["people_per_place"]))
        for row in records(coverage(layers))
    ]
    return table(tr("Coverage of places by country"), headings, rows)
