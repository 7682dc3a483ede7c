"""Growth against projects."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.analysis.pressure import QUADRANTS, SPANS, pressure
from geo.layers.catalogue import Catalogue


def test_quadrants_part_at_the_medians() -> None:
    cities = pd.DataFrame(
        {
            "city_id": ["a", "b", "c", "d", "e"],
            "name": list("ABCDE"),
            "country": ["X"] * 5,
            "agglomeration_growth_2000_2018": [1.0, 2.0, 3.0, 4.0, None],
            "projects": [1, 5, 1, 5, 9],
        }
    )
    found = pressure(cities, "2000_2018").set_index("city_id")["quadrant"]
    assert found.to_dict() == {
        "a": "slow growth, few projects",
        "b": "slow growth, many projects",
        "c": "fast growth, few projects",
        "d": "fast growth, many projects",
    }


@pytest.mark.parametrize("span", SPANS)
def test_every_city_with_a_series_has_a_quadrant(span: str, catalogue: Catalogue) -> None:
    found = pressure(catalogue["cities"], span)
    assert len(found) == {"2000_2025": 28, "2025_2050": 36}.get(span, 27)
    assert set(found["quadrant"]) <= set(QUADRANTS.values())
