"""Tables of the action plans and of the network agree with each other and name their sources."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.layers import Catalogue
from geo.schema import COPIED
from geo.vocabulary import MEMBER_STATES


@pytest.mark.parametrize("name", [name for name in COPIED if name != "not_found"])
def test_every_row_names_document_and_page_or_an_address(name: str, catalogue: Catalogue) -> None:
    rows = catalogue[name]
    paged = (
        rows["document"].notna() & rows["page"].notna()
        if "document" in rows
        else pd.Series(False, index=rows.index)
    )
    addressed = rows["url"].notna() if "url" in rows else pd.Series(False, index=rows.index)
    assert rows[~(paged | addressed)].to_dict("records") == []


def test_pilots_have_a_plan_and_later_members_none(catalogue: Catalogue) -> None:
    plans = catalogue["plans"].set_index("city_id")["plan_published"]
    joined = catalogue["cities"].set_index("city_id")["joined_year"]
    assert set(plans.index) == set(joined.index)
    assert ((plans == "true") == (joined == 2018)).all()


def test_every_project_of_2018_belongs_to_a_plan_and_every_plan_has_two(
    catalogue: Catalogue,
) -> None:
    plans = catalogue["plans"]
    count = catalogue["plan_projects"].groupby("city_id").size()
    assert set(count.index) == set(plans.loc[plans["plan_published"] == "true", "city_id"])
    assert count.min() >= 2
    assert count.sum() == 53


def test_project_of_2018_leads_to_a_reported_project_of_its_own_city(
    catalogue: Catalogue,
) -> None:
    linked = catalogue["plan_projects"]
    assert (linked["project_id"].notna() == (linked["link"] != "none")).all()
    city = catalogue["projects"].set_index("project_id")["city_id"]
    known = linked.dropna(subset=["project_id"])
    assert (known["project_id"].map(city) == known["city_id"]).all()


def test_support_is_asked_for_a_project_of_the_plan(catalogue: Catalogue) -> None:
    key = ["city_id", "project_no"]
    plans = set(map(tuple, catalogue["plan_projects"][key].to_numpy()))
    assert set(map(tuple, catalogue["plan_support"][key].to_numpy())) <= plans


@pytest.mark.parametrize("name", ["project_details", "project_figures"])
def test_report_describes_only_what_it_lists(name: str, catalogue: Catalogue) -> None:
    key = ["report_year", "project_id"]
    listed = set(map(tuple, catalogue["project_reports"][key].to_numpy()))
    assert set(map(tuple, catalogue[name][key].to_numpy())) - listed == set()


def test_details_stand_in_the_report_of_their_year(catalogue: Catalogue) -> None:
    for name in ("project_details", "project_figures", "project_reports"):
        rows = catalogue[name]
        assert (rows["document"] == "ascn-me-" + rows["report_year"].astype(str)).all()


def test_partner_of_a_project_is_a_partner_of_its_city(catalogue: Catalogue) -> None:
    partners = catalogue["partners"].dropna(subset=["project_id"])
    city = catalogue["projects"].set_index("project_id")["city_id"]
    assert (partners["project_id"].map(city) == partners["city_id"]).all()


def test_amount_has_a_currency(catalogue: Catalogue) -> None:
    partners = catalogue["partners"]
    assert (partners["amount"].notna() == partners["currency"].notna()).all()


def test_chair_and_shepherd_of_every_year(catalogue: Catalogue) -> None:
    roles = catalogue["governance"].pivot(index="year", columns="role", values="iso3")
    assert list(roles.index) == list(range(2018, 2027))
    assert roles["chair"].tolist() == [
        *("SGP", "THA", "VNM", "BRN", "KHM", "IDN", "LAO", "MYS", "PHL")
    ]
    shepherds = roles["shepherd"].dropna()
    assert set(shepherds[shepherds.index < 2023]) == {"SGP"}
    assert set(shepherds[shepherds.index > 2023]) == {"IDN"}


def test_every_member_state_has_a_national_body(catalogue: Catalogue) -> None:
    members = catalogue["members"].set_index("iso3")
    assert sorted(members.index) == sorted(MEMBER_STATES)
    since = catalogue["countries"].set_index("iso3")["asean_since"]
    assert (members["asean_since"] == since).all()


def test_framework_has_three_outcomes_and_six_focus_areas(catalogue: Catalogue) -> None:
    kinds = catalogue["framework"]["kind"].value_counts()
    assert kinds["strategic_outcome"] == 3
    assert kinds["focus_area"] == 6
