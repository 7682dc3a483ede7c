"""Projected populations of a member city in both UN revisions, and how far the older has been off.

The revision of 2018 counts agglomerations as each country defines them, that of 2025 cities on the
same grid of people everywhere. A projection of the one is measured by an estimate of the other only
where both are of the member city itself and agree for all years that both estimate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geo.analysis.un_cities import member_series
from geo.cache import memoized
from geo.layers.catalogue import Catalogue
from geo.vocabulary import BASE_YEAR_2018, BASE_YEAR_2025

SAME_WITHIN = 0.15
"""How far two estimates of a year may be apart, as a part of the newer, to count as the same."""

YEARS = (2000, BASE_YEAR_2025, 2035, 2050)
"""Years that are set side by side."""

Series = Mapping[int, int]
"""Year -> people."""


@dataclass(frozen=True)
class Projections:
    """What both revisions give for a member city.

    Attributes
    ----------
    older
        People of the agglomeration, revision of 2018; estimates to 2018. Empty without one.
    newer
        People of the UN city or cities, revision of 2025; estimates to 2025. Empty without one.

    both_the_city
        Whether agglomeration and UN cities are matched to the member city itself, not to a larger
        one around it.
    """

    older: Series
    newer: Series
    both_the_city: bool

    @property
    def both_estimate(self) -> dict[int, tuple[int, int]]:
        """Years for which both have an estimate -> the older and the newer one."""
        years = sorted(set(self.older) & set(self.newer))
        return {
            year: (self.older[year], self.newer[year]) for year in years if year <= BASE_YEAR_2018
        }

    @property
    def count_the_same(self) -> bool | None:
        """Whether both are of the city itself and agree to :data:`SAME_WITHIN` for all years that
        both estimate; ``None`` without such a year."""
        pairs = self.both_estimate.values()
        if not pairs:
            return None
        return self.both_the_city and all(
            abs(older / newer - 1) <= SAME_WITHIN for older, newer in pairs
        )

    @property
    def off_percent(self) -> float | None:
        """How far the older projection for 2025 lies above (below, if negative) the newer estimate,
        in % of the estimate; ``None`` where it cannot be told."""
        known = BASE_YEAR_2025 in self.older and BASE_YEAR_2025 in self.newer
        if not known or not self.count_the_same:
            return None
        return 100 * (self.older[BASE_YEAR_2025] / self.newer[BASE_YEAR_2025] - 1)


@memoized
def projections(layers: Catalogue, city_id: str) -> Projections:
    """Populations of a member city by year in both revisions.

    Parameters
    ----------
    layers
        ``cities``, ``city_years`` and ``wup2025_city_years``.
    """
    city = layers["cities"].set_index("city_id").loc[city_id]
    years = layers["city_years"]
    older = years[years["city_code"] == city["city_code"]]
    newer = member_series(city["un_city_codes"], layers["wup2025_city_years"])
    itself = city["agglomeration_relation"] == "same" and city["un_city_relation"] != "part_of"
    return Projections(_by_year(older), _by_year(newer), bool(itself))


def _by_year(rows: pd.DataFrame) -> dict[int, int]:
    return {
        int(year): int(people)
        for year, people in zip(rows["year"], rows["population"], strict=True)
    }
