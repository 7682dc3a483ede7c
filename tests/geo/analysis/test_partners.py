"""Partners beside the support that cities asked for."""

from __future__ import annotations

from geo.analysis.partners import asked_and_named
from geo.layers.catalogue import Catalogue


def test_requests_and_partners_stand_by_city_and_focus_area(catalogue: Catalogue) -> None:
    rows = asked_and_named(catalogue)
    assert rows["requests"].sum() == len(catalogue["plan_support"])
    of_cities = catalogue["partners"].dropna(subset=["city_id"])
    assert rows["rows"].map(len).sum() == len(of_cities)
    assert not rows[["city_id", "focus_area"]].duplicated().any()
    assert ((rows["requests"] > 0) | (rows["partners"] > 0)).all()


def test_requests_have_the_area_of_the_project_that_theirs_became(catalogue: Catalogue) -> None:
    rows = asked_and_named(catalogue).set_index(["city_id", "focus_area"])
    assert rows["requests"][("phnom-penh", "built-infrastructure")] > 0
    assert rows["partners"][("phnom-penh", "civic-social")] > 0
