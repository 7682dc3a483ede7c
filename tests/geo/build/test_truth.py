"""Consistency and sources of the tables of the action plans and of the network."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.layers.catalogue import Catalogue
from geo.schema.sources import TABLES
from geo.vocabulary import MEMBER_STATES, PARTNER_KINDS

Tables = dict[str, pd.DataFrame]

BY_ADDRESS = ("city_populations", "declarations")
"""Tables of public pages, which have no page numbers."""

BY_PAGE_OR_ADDRESS = ("documents", "governance", "partners")
"""Tables of which some rows rest on a public page alone."""

BY_PAGE = (
    *(
        "projects",
        "project_places",
        "project_reports",
        "project_renames",
        "project_details",
        "project_figures",
    ),
    *("reports", "report_focus_shares", "report_recommendations"),
    *("framework", "members", "urbanisation_claims"),
    *("plans", "plan_focus_areas", "plan_statements", "plan_targets", "plan_projects"),
    *("plan_support", "stated_dates", "promise_words"),
)
"""Tables of which every row rests on a page of a document of the network."""

OF_FIGURES = ("cities", "countries")
"""Tables whose columns name the source of each figure."""

NOT_TRANSCRIBED = (
    *("sources", "context_countries", "city_agglomerations", "country_indicators"),
    *("wup2018_agglomerations", "wup2018_population", "wup2018_urban_rural", "geonames_places"),
    "city_names",
    *("not_found", "vintages", "promise_links"),
    *("wup2025_cities", "wup2025_city_years", "city_wup2025", "city_areas"),
    *("indicators", "city_indicators"),
)
"""Tables that name their source by its id, decide something, or tell what was not found."""


def keys(rows: pd.DataFrame, name: str) -> list[str]:
    """Table and key of each row, as it can be looked for in the file."""
    key = TABLES[name].unique
    return [f"{name}/" + "/".join(map(str, row)) for row in rows[list(key)].to_numpy()]


def test_every_table_is_looked_at_or_left_out_by_name() -> None:
    named = [*BY_ADDRESS, *BY_PAGE_OR_ADDRESS, *BY_PAGE, *OF_FIGURES, *NOT_TRANSCRIBED]
    assert sorted(named) == sorted(TABLES)


@pytest.mark.parametrize("name", BY_PAGE)
def test_every_row_names_document_and_page(name: str, tables: Tables) -> None:
    rows = tables[name]
    assert keys(rows[rows["document"].isna() | rows["page"].isna()], name) == []


@pytest.mark.parametrize("name", BY_PAGE_OR_ADDRESS)
def test_every_row_names_document_and_page_or_an_address(name: str, tables: Tables) -> None:
    rows = tables[name]
    paged = rows["document"].notna() & rows["page"].notna()
    addressed = rows["url"].str.match(r"https?://\S+$", na=False)
    assert keys(rows[~(paged | addressed)], name) == []
    assert keys(rows[rows["document"].notna() != rows["page"].notna()], name) == []
    assert not paged.all()  # else it belongs to the tables above


@pytest.mark.parametrize("name", BY_ADDRESS)
def test_every_row_names_an_address(name: str, tables: Tables) -> None:
    rows = tables[name]
    assert keys(rows[~rows["url"].str.match(r"https?://\S+$", na=False)], name) == []
    assert "document" not in rows


@pytest.mark.parametrize("figure", ["population", "land_area"])
def test_every_figure_of_a_city_names_its_source_and_a_plan_its_page(
    figure: str, tables: Tables
) -> None:
    cities = tables["cities"]
    stated = cities["land_area_km2" if figure == "land_area" else figure].notna()
    source, page = cities[f"{figure}_source"], cities[f"{figure}_page"]
    assert keys(cities[source.notna() != stated], "cities") == []
    of_plan = source.str.contains("document ascn-consolidated-scaps", na=False)
    assert keys(cities[of_plan != page.notna()], "cities") == []
    # What a plan states is of the plan's year, which is not that of its data.
    assert set(cities.loc[of_plan, f"{figure}_year"]) == {2018}
    assert of_plan.any()
    if figure == "population":
        assert keys(cities[of_plan != (cities["population_basis"] == "plan")], "cities") == []


def test_figures_that_rest_on_an_encyclopedia_are_known_by_name(tables: Tables) -> None:
    cities = tables["cities"].set_index("city_id")
    repeated = {
        figure: set(cities.index[cities[f"{figure}_source"].str.contains("wikipedia", na=False)])
        for figure in ("population", "land_area")
    }
    assert repeated["population"] == {
        *("battambang", "ipoh", "johor-bahru", "kuching", "nay-pyi-taw", "phnom-penh"),
        "sihanoukville",
    }
    assert repeated["land_area"] == {
        *("cauayan-city", "chiang-mai", "khon-kaen", "kuching", "phnom-penh", "sihanoukville"),
        "vientiane",
    }


def test_every_city_names_the_source_of_its_membership_and_point(tables: Tables) -> None:
    cities = tables["cities"]
    joined, point = cities["joined_source"], cities["coordinates_source"]
    placed = joined.str.contains(r", page \d+$|https?://\S+", regex=True)
    assert keys(cities[~placed], "cities") == []
    own = point.str.extract(r"^GeoNames (\d+)")[0].astype("Int64")
    with_id = cities["geonameid"].notna()
    assert keys(cities[with_id & (own != cities["geonameid"])], "cities") == []
    assert set(cities.loc[~with_id, "city_id"]) == {"cauayan-city", "seberang-perai"}


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
    for name in (
        *("project_details", "project_figures", "project_reports", "report_recommendations"),
    ):
        rows = catalogue[name]
        assert (rows["document"] == "ascn-me-" + rows["report_year"].astype(str)).all()


OVER_SEVERAL_PAGES = {
    # Facts of a city that runs on to the next page, or an objective in a box on another page.
    **{2022: 15, 2023: 1},
    **{2024: 9, 2025: 8},
}


def test_pages_of_details_are_a_range_in_order(catalogue: Catalogue) -> None:
    details = catalogue["project_details"]
    wide = details.dropna(subset=["page_to"])
    assert (wide["page_to"] > wide["page"]).all()
    assert (wide["page_to"] - wide["page"]).max() == 2
    assert wide["report_year"].value_counts().to_dict() == OVER_SEVERAL_PAGES


def test_details_stand_between_introduction_and_list_of_projects(catalogue: Catalogue) -> None:
    details, listed = catalogue["project_details"], catalogue["project_reports"]
    first_list = details["report_year"].map(listed.groupby("report_year")["page"].min())
    last = details["page_to"].fillna(details["page"])
    assert (details["page"] > 7).all()
    assert (last < first_list).all()


def test_figures_of_a_project_stand_on_a_page_that_describes_it(catalogue: Catalogue) -> None:
    key = ["report_year", "project_id"]
    details = catalogue["project_details"]
    rows = catalogue["project_figures"].merge(details, on=key, suffixes=("", "_told"))
    assert len(rows) == len(catalogue["project_figures"])
    last = rows["page_to"].fillna(rows["page_told"])
    away = rows[(rows["page"] < rows["page_told"]) | (rows["page"] > last)]
    assert keys(away, "project_figures") == []


def test_recommendations_are_numbered_in_the_order_of_each_report(catalogue: Catalogue) -> None:
    rows = catalogue["report_recommendations"]
    assert set(rows["report_year"]) == set(catalogue["reports"]["report_year"])
    for _, own in rows.groupby("report_year"):
        assert own["recommendation_no"].tolist() == list(range(1, len(own) + 1))
        assert own["page"].is_monotonic_increasing
    assert rows["recommendation"].is_unique
    assert (
        rows.groupby("report_year")["kind"].agg(lambda kinds: "recommendation" in set(kinds)).all()
    )


def test_recommendations_stand_in_introduction_or_last_section(catalogue: Catalogue) -> None:
    rows, listed = catalogue["report_recommendations"], catalogue["project_reports"]
    first_list = rows["report_year"].map(listed.groupby("report_year")["page"].min())
    assert ((rows["page"] == 5) | first_list.sub(rows["page"]).between(1, 2)).all()


def test_bodies_of_the_own_state_serve_one_city_and_countries_abroad_any(
    catalogue: Catalogue,
) -> None:
    partners = catalogue["partners"]
    assert set(partners["kind"]) <= set(PARTNER_KINDS)
    own = partners[partners["kind"] == "own_government"]
    assert own["partner"].nunique() == 23
    assert own["city_id"].notna().all()
    abroad = partners.loc[partners["kind"] == "other_country", "partner"]
    assert abroad.nunique() == 13
    names = catalogue["countries"]["name"]
    assert not abroad.str.contains("|".join(names)).any()


def test_partner_is_of_one_kind(catalogue: Catalogue) -> None:
    kinds = catalogue["partners"].groupby("partner")["kind"].nunique()
    assert kinds[kinds > 1].index.tolist() == []


def test_partner_of_unknown_nature_is_not_called_a_country(catalogue: Catalogue) -> None:
    partners = catalogue["partners"].set_index("partner")["kind"]
    assert partners["Chinese partners"] == "not_stated"
    assert (partners == "not_stated").sum() == 1


@pytest.mark.parametrize("word", ["stored", "in vain", "at hand", "copy"])
def test_what_was_searched_is_told_as_a_library_would(word: str, catalogue: Catalogue) -> None:
    rows = catalogue["not_found"]
    assert rows.loc[rows["where_looked"].str.contains(word), "subject"].tolist() == []


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
