"""Coverage of GeoNames places: only some of them have a population."""

from __future__ import annotations

from html import escape

import pandas as pd

from dashboard.markup.tables import records
from geo.i18n import decimal, tr
from geo.layers.catalogue import Catalogue


def coverage(layers: Catalogue) -> pd.DataFrame:
    """Number of GeoNames places with a population by member state, in descending order.

    Returns
    -------
    pandas.DataFrame
        ``iso3``, ``country``, ``places``, ``population`` of the country in people and
        ``population_year``, ``people_per_place``.
    """
    countries = layers["countries"][["iso3", "name", "population", "population_year"]]
    table = countries.rename(columns={"name": "country"}).assign(
        places=countries["iso3"].map(layers["places"].groupby("iso3").size()).fillna(0).astype(int)
    )
    table["people_per_place"] = table["population"] / table["places"].where(table["places"] > 0)
    columns = ["iso3", "country", "places", "population", "population_year", "people_per_place"]
    return table[columns].sort_values("places", ascending=False, ignore_index=True)


def note(layers: Catalogue, iso3: str = "") -> str:
    """Sentence on the coverage of one country or the region."""
    rows = records(coverage(layers))
    densest, sparsest = rows[0], max(rows, key=lambda row: float(row["people_per_place"]))
    named = next((row for row in rows[1:] if row["iso3"] == iso3), sparsest)
    return tr(
        "GeoNames gives a population for some places only ({other}: {many}; {country}: {few}): "
        "where no place is shown, there may still be one.",
        few=decimal(named["places"]),
        country=named["country"],
        many=decimal(densest["places"]),
        other=densest["country"],
    )


def table(layers: Catalogue) -> str:
    """HTML table of the coverage by member state."""
    heads = (
        tr("Country"),
        tr("Places with a population in GeoNames"),
        tr("People per place"),
    )
    body = "".join(
        f'<tr><th scope="row">{escape(row["country"])}</th><td>{decimal(row["places"])}</td>'
        f"<td>{decimal(row['people_per_place'])}</td></tr>"
        for row in records(coverage(layers))
    )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    label = escape(tr("Coverage of places by country"))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">'
        f'<table class="facts"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )
