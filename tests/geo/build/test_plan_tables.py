"""Facts of the Smart City Action Plans that the committed layers must contain."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS

SECTIONS = {
    # First page of each city in the table of contents of the action plans; the last of all is 60.
    **{"bandar-seri-begawan": 5, "battambang": 7, "phnom-penh": 9, "siem-reap": 11},
    **{"makassar": 13, "banyuwangi": 15, "jakarta": 17, "luang-prabang": 19, "vientiane": 21},
    **{"johor-bahru": 24, "kuala-lumpur": 26, "kota-kinabalu": 28, "kuching": 30},
    **{"nay-pyi-taw": 32, "mandalay": 34, "yangon": 36, "cebu-city": 38, "davao-city": 40},
    **{"manila": 42, "singapore": 44, "bangkok": 46, "chonburi": 48, "phuket": 50},
    **{"da-nang": 52, "hanoi": 55, "ho-chi-minh-city": 58},
}

POINTS = {
    # Points under the focus areas of each plan, counted in the document: sub-points where an area
    # has any, else the area itself; Manila names three areas in one point.
    **{"bandar-seri-begawan": 3, "battambang": 10, "phnom-penh": 3, "siem-reap": 3},
    **{"makassar": 3, "banyuwangi": 7, "jakarta": 8, "luang-prabang": 5, "vientiane": 8},
    **{"johor-bahru": 3, "kuala-lumpur": 3, "kota-kinabalu": 2, "kuching": 2},
    **{"nay-pyi-taw": 4, "mandalay": 12, "yangon": 3, "cebu-city": 2, "davao-city": 6},
    **{"manila": 5, "singapore": 3, "bangkok": 3, "chonburi": 9, "phuket": 4},
    **{"da-nang": 18, "hanoi": 25, "ho-chi-minh-city": 17},
}

PLAN_TABLES = ("plan_focus_areas", "plan_statements", "plan_targets", "plan_projects")


def last_page(city_id: str) -> int:
    """Last page of a city's section of the action plans."""
    return min((first for first in SECTIONS.values() if first > SECTIONS[city_id]), default=61) - 1


@pytest.mark.parametrize("name", [*PLAN_TABLES, "plan_support"])
def test_rows_of_a_plan_lie_on_the_pages_of_its_city(name: str, catalogue: Catalogue) -> None:
    rows = catalogue[name]
    assert set(rows["document"]) == {"ascn-consolidated-scaps"}
    assert set(rows["city_id"]) <= set(SECTIONS)
    assert (rows["page"] >= rows["city_id"].map(SECTIONS)).all()
    last = rows["page_to"].fillna(rows["page"]) if "page_to" in rows else rows["page"]
    assert (last <= rows["city_id"].map(last_page)).all()


def test_plans_open_on_the_first_page_of_their_city(catalogue: Catalogue) -> None:
    plans = catalogue["plans"]
    own = plans[plans["plan_published"] == "true"].set_index("city_id")
    assert own["page"].to_dict() == SECTIONS


def test_every_point_of_the_plans_has_a_row(catalogue: Catalogue) -> None:
    statements = catalogue["plan_statements"]
    assert statements["city_id"].value_counts().to_dict() == POINTS
    for _, rows in statements.groupby("city_id"):
        assert rows["statement_no"].tolist() == list(range(1, len(rows) + 1))
        assert rows["page"].is_monotonic_increasing


def test_statements_and_focus_areas_of_the_plans_are_the_same_with_the_same_basis(
    catalogue: Catalogue,
) -> None:
    key = ["city_id", "focus_area"]
    statements = catalogue["plan_statements"].dropna(subset=["focus_area"])
    assert (statements.groupby(key)["focus_area_basis"].nunique() == 1).all()
    message = statements.groupby(key)[["focus_area_basis", "page"]].first()
    named = catalogue["plan_focus_areas"].set_index(key)[["focus_area_basis", "page"]]
    assert message.to_dict("index") == named.to_dict("index")


def test_point_without_words_of_its_own_is_a_heading(catalogue: Catalogue) -> None:
    statements = catalogue["plan_statements"]
    bare = statements[statements["statement"].isna()]
    assert bare["heading"].notna().all()
    assert bare["city_id"].value_counts().to_dict() == {
        **{"hanoi": 4, "bangkok": 3, "manila": 3, "da-nang": 1}
    }


def test_classification_has_a_basis_where_there_is_one(catalogue: Catalogue) -> None:
    for name, column in (
        ("plan_statements", "focus_area"),
        ("plan_projects", "focus_area"),
        ("plan_targets", "outcome"),
    ):
        rows = catalogue[name]
        assert (rows[column].notna() == rows[f"{column}_basis"].notna()).all(), name
    unnamed = catalogue["plan_statements"]["focus_area"].isna()
    assert catalogue["plan_statements"].loc[unnamed, "city_id"].tolist() == [
        *("da-nang", "phnom-penh", "singapore")
    ]


def test_area_that_a_plan_names_by_one_of_the_six_names_is_stated(catalogue: Catalogue) -> None:
    def plain(text: str) -> str:
        return text.lower().replace("&", "and").replace("civil", "civic")

    statements = catalogue["plan_statements"].dropna(subset=["focus_area", "heading"])
    areas = statements["focus_area"].map(lambda area: plain(FOCUS_AREAS[area]))
    headings = statements["heading"].map(plain)
    by_name = pd.Series(
        [heading.startswith(area) for heading, area in zip(headings, areas, strict=True)],
        index=statements.index,
    )
    assert (by_name == (statements["focus_area_basis"] == "stated")).all()


@pytest.mark.parametrize(
    ("name", "figure", "unit"),
    [
        ("plan_statements", "figure", "unit"),
        ("plan_targets", "figure", "unit"),
        ("plan_targets", "baseline", "baseline_unit"),
        ("plan_targets", "baseline", "baseline_page"),
    ],
)
def test_figure_of_a_plan_has_a_unit(
    name: str, figure: str, unit: str, catalogue: Catalogue
) -> None:
    rows = catalogue[name]
    assert rows[figure].notna().any()
    assert (rows[figure].notna() == rows[unit].notna()).all()


def test_figure_and_year_of_a_statement_stand_in_its_words(catalogue: Catalogue) -> None:
    words = {4: "four"}
    for row in catalogue["plan_statements"].to_dict("records"):
        for value in (row["figure"], row["year"]):
            if pd.notna(value):
                number = int(value)
                as_written = {f"{number:,}", str(number), words.get(number, str(number))}
                assert any(form in row["statement"] for form in as_written), row["statement"]


BASELINES = {
    # Target: figure, unit and year that the plan states for the start, and its page.
    ("battambang", 7): (17, "%", 2016, 8),
    ("battambang", 8): (17, "%", 2016, 8),
    ("johor-bahru", 2): (8, "% of water demand", 2018, 25),
    ("kuching", 2): (32, "junctions", None, 30),
    ("luang-prabang", 3): (22, "wetlands restored", None, 20),
    ("phnom-penh", 3): (20_000, "passengers a day", None, 10),
    ("vientiane", 5): (5, "months of flooding a year", None, 22),
}


def test_baselines_are_those_that_the_plans_state(catalogue: Catalogue) -> None:
    stated = catalogue["plan_targets"].dropna(subset=["baseline"])
    found = {
        (row["city_id"], row["target_no"]): (
            row["baseline"],
            row["baseline_unit"],
            None if pd.isna(row["baseline_year"]) else row["baseline_year"],
            row["baseline_page"],
        )
        for row in stated.to_dict("records")
    }
    assert found == BASELINES
    for city_id, page in zip(stated["city_id"], stated["baseline_page"], strict=True):
        assert SECTIONS[city_id] <= page <= last_page(city_id)


PERSON = (
    r"\b(?:Mr|Mrs|Ms|Mdm|Dr|Ir|Hon|Prof|Datuk|Dato|Engr|Atty|Gen|H\.E|Haji|Tan Sri|Pehin)\b\.?"
    r"|[A-Z][a-z]+ [A-Z]\. [A-Z]"
)
"""A title before a name, or a name with an initial in its middle."""


def test_officer_of_each_plan_is_an_office_and_no_person(catalogue: Catalogue) -> None:
    plans = catalogue["plans"]
    office = plans["chief_smart_city_officer_office"]
    assert (office.notna() == (plans["plan_published"] == "true")).all()
    assert not office.str.contains(PERSON, regex=True, na=False).any()
    several = office.str.count("; ") + 1
    two = set(plans.loc[several == 2, "city_id"])
    assert several.max() == 2
    assert two == {"kota-kinabalu", "davao-city"}
    rank = (
        r"Chairman|Governor|Chief|Head|Mayor|Director|Secretary|Member|Administrator|Officer"
        r"|Planner|Analyst|SEVP"
    )
    for offices in office.dropna():
        assert all(re.search(rank, one) for one in offices.split("; ")), offices


def test_link_that_is_our_judgement_is_uncertain_and_its_reason_says_so(
    catalogue: Catalogue,
) -> None:
    linked = catalogue["plan_projects"]
    judged = linked["link_reason"].str.contains(r"Uncertain\.|our judgement", regex=True)
    assert (judged == (linked["link_certainty"] == "uncertain")).all()
    unsure = linked[judged]
    assert set(zip(unsure["city_id"], unsure["project_no"], strict=True)) == {
        *{("bangkok", 2), ("hanoi", 2), ("jakarta", 1), ("kuala-lumpur", 2)},
        *{("luang-prabang", 2), ("makassar", 2), ("nay-pyi-taw", 2), ("vientiane", 2)},
    }


def test_link_over_a_rename_that_no_report_decides_is_uncertain(catalogue: Catalogue) -> None:
    renames = catalogue["project_renames"]
    judged = renames[
        renames["reason"].str.contains("Our judgement") & (renames["decision"] == "same")
    ]
    linked = catalogue["plan_projects"]
    over = linked[linked["project_id"].isin(set(judged["project_id"]))]
    assert len(over)
    assert set(over["link_certainty"]) == {"uncertain"}
