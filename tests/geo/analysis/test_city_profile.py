"""The profile of one city across all layers."""

from __future__ import annotations

import pytest

from geo.analysis.city_profile import NEARBY_PLACES, city_profile, nearby_places
from geo.errors import LayerError, QueryError
from geo.layers.atomic_write import write_bytes
from geo.layers.catalogue import Catalogue
from geo.layers.files import encode
from geo.schema import LAYERS
from geo.vocabulary import FOCUS_AREAS


def test_dossiers_of_all_cities_hold_every_row_of_the_plans_and_reports_once(catalogue):
    profiles = [city_profile(catalogue, city_id) for city_id in catalogue["cities"]["city_id"]]
    for name, field in (
        ("plan_statements", "statements"),
        ("plan_targets", "targets"),
        ("plan_projects", "priorities"),
        ("plan_support", "support"),
        ("projects", "projects"),
        ("project_reports", "reports"),
        ("project_details", "details"),
        ("project_figures", "figures"),
    ):
        assert sum(len(getattr(profile, field)) for profile in profiles) == len(catalogue[name]), (
            name
        )
    assert sum(profile.has_plan for profile in profiles) == 26
    named = catalogue["plan_focus_areas"]
    assert sum(len(profile.focus_areas) for profile in profiles) == len(named)
    ours = sum(len(profile.assigned_areas) for profile in profiles)
    assert ours == (named["focus_area_basis"] == "assigned").sum() > 0


def test_projects_stand_in_the_order_of_the_focus_areas(catalogue):
    areas = list(city_profile(catalogue, "siem-reap").projects["focus_area"])
    assert areas == sorted(areas, key=list(FOCUS_AREAS).index)
    assert len(set(areas)) > 1


def test_counts_tell_every_project_and_listed_only_those_of_the_latest_report(catalogue):
    profile = city_profile(catalogue, "siem-reap")
    assert sum(profile.counts.values()) == len(profile.projects) == 10
    assert len(profile.listed) == profile.city["projects"] == 8
    assert set(profile.listed["last_report"]) == {profile.report_years[-1]}


def test_city_within_an_agglomeration_has_the_series_of_that_agglomeration(catalogue):
    profile = city_profile(catalogue, "putrajaya")
    assert profile.city["agglomeration"] == "Kuala Lumpur"
    assert set(profile.series["city_id"]) == {"kuala-lumpur"}
    assert list(profile.series["year"]) == list(range(1950, 2036))


def test_city_without_an_agglomeration_has_no_series(catalogue):
    assert not len(city_profile(catalogue, "dili").series)


def test_nearby_places_are_the_nearest_without_the_city_itself(catalogue):
    near = nearby_places(catalogue, "jakarta")
    assert len(near) == NEARBY_PLACES
    assert near["km"].is_monotonic_increasing
    assert near["km"].min() > 0
    assert "Jakarta" not in set(near["name"])


def test_city_without_a_row_in_a_layer_is_told_with_the_remedy(layer_copy):
    whole = Catalogue(layer_copy)
    fewer = whole["plans"][whole["plans"]["city_id"] != "dili"]
    content = encode(fewer, LAYERS["plans"], whole.info("plans"))
    write_bytes(layer_copy / "plans.parquet", content)
    layers = Catalogue(layer_copy)
    with pytest.raises(
        LayerError, match=r"^Layer plans has no row for 'dili'; build it again with"
    ):
        _ = city_profile(layers, "dili").plan
    assert city_profile(layers, "hanoi").has_plan


def test_layer_that_cannot_be_read_costs_only_its_part(layer_copy):
    (layer_copy / "partners.parquet").unlink()
    profile = city_profile(Catalogue(layer_copy), "hanoi")
    assert len(profile.projects)
    with pytest.raises(LayerError, match=r"partners\.parquet is missing"):
        _ = profile.partners


@pytest.mark.parametrize("city_id", ["atlantis", ""])
def test_unknown_city_is_a_query_error(city_id, catalogue):
    with pytest.raises(QueryError, match="no member city"):
        city_profile(catalogue, city_id)
