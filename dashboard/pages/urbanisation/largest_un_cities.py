"""Charts of the largest UN cities (2025 revision), member cities or not."""

from __future__ import annotations

import pandas as pd

from dashboard.charts.vega import Spec
from dashboard.markup.theme import Palette
from dashboard.pages.urbanisation.charts import panels, ranking, series_lines
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import BASE_YEAR_2025, COUNTED_ROLES

LARGEST, LARGEST_SERIES = 10, 12
"""Number of UN cities in the ranking of a year, and in the small multiples."""


def largest_un_cities(layers: Catalogue, year: int, limit: int) -> pd.DataFrame:
    """Largest UN cities in a year, member cities or not.

    Columns ``un_city_code``, ``city``, ``iso3``, ``people``, ``city_id`` (of the member city that
    it matches or contains, if any).
    """
    rows = layers["wup2025_city_years"]
    rows = rows[rows["year"] == year].nlargest(limit, "population")
    cities = layers["wup2025_cities"].set_index("un_city_code")
    member = cities["city_id"].where(cities["member_role"].isin(COUNTED_ROLES))
    return pd.DataFrame(
        {
            "un_city_code": rows["un_city_code"],
            "city": rows["un_city_code"].map(cities["name"]),
            "iso3": rows["iso3"],
            "people": rows["population"].astype(float),
            "city_id": rows["un_city_code"].map(member),
        }
    )


def un_city_ranking(layers: Catalogue, year: int, colours: Palette) -> Spec:
    """Bars: population in millions of the largest UN cities in one year; those with a member city
    have its map colour."""
    data = largest_un_cities(layers, year, LARGEST)
    data["millions"] = data["people"] / 1e6
    data["colour"] = [
        colours.city if is_member else colours.no_data for is_member in data["city_id"].notna()
    ]
    return ranking(data, "city", "millions", ".2f", colours, year > BASE_YEAR_2025)


def un_city_panels(layers: Catalogue, colours: Palette, columns: int, width: int) -> Spec:
    """Small multiples: population of the largest UN cities, projections dashed; see
    :func:`dashboard.pages.urbanisation.text.city_panels`."""
    order = largest_un_cities(layers, BASE_YEAR_2025, LARGEST_SERIES)
    series = layers["wup2025_city_years"]
    rows = series[series["un_city_code"].isin(order["un_city_code"])]
    names = order.set_index("un_city_code")["city"]
    named = rows.assign(city=rows["un_city_code"].map(names))
    chart = series_lines(named, BASE_YEAR_2025, (2000, 2025), tr("UN city"), colours)
    return panels(chart, "city", list(order["city"]), colours, columns, width)
