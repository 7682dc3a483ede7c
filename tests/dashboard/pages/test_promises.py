"""Dated promises on the pages, and the one table of projects."""

from __future__ import annotations

import io
import re
from urllib.parse import quote

import pandas as pd
import pytest

from dashboard.datasets.declared import DatasetRequest
from dashboard.datasets.files import TABLES
from dashboard.i18n import languages
from dashboard.pages.plans import (
    frames,
    project_table,
    promise_tables,
    promise_text,
)
from geo.analysis import promises
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows
from geo.i18n import use_language
from geo.vocabulary import MEMBER_STATES, PROMISE_STATES
from tests.dashboard.asgi import ask
from tests.dashboard.conftest import page_html
from tests.pseudolocale import MARK, MARKED

JUDGING = re.compile(r"\b(fail\w*|broke\w*|missed|overdue|late|gagal\w*|ingkar|terlambat)\b", re.I)


@pytest.fixture(scope="module")
def rows(layers) -> pd.DataFrame:
    return layers["promises"]


def test_words_that_judge_are_never_used(rows, layers):
    for code in ("en", "id"):
        with use_language(languages()[code]):
            texts = [promise_text.state_sentence(row) for row in rows.to_dict("records")]
            texts += [promise_text.headline(rows), promise_text.as_of_note(rows)]
            texts += [promise_text.kinds_note()]
            texts += [str(promise_tables.listed(layers, "iso3", iso3)) for iso3 in MEMBER_STATES]
            table = project_table.texts(layers)
            texts += [text for column in ("expected", "due") for text in table[column].sum()]
        assert [text for text in texts if JUDGING.search(text)] == []


@pytest.mark.parametrize(
    ("promise", "sentence"),
    [
        (
            "cebu-city--target-4",
            "fell due in 2025; the 2025 report lists it as ongoing or in planning",
        ),
        ("vientiane--date-1", "fell due in March 2025; the 2025 report says it is under way"),
        (
            "singapore--date-1",
            "due in 2020; the 2024 report lists it as completed, date not stated",
        ),
        (
            "chonburi--date-1",
            "due in the fourth quarter of 2023; the 2024 report says it was done in the first "
            "quarter of 2024, after the due date",
        ),
        ("bangkok--date-2", "due in 2028; the 2025 report gives 2030–2031"),
        ("hanoi--target-1", "due in 2030"),
        (
            "siem-reap--target-2",
            "due in 2021; the 2025 report lists it as completed, after the due date; linking "
            "it to this project is our judgement",
        ),
        ("jakarta--aim-6", "fell due in 2020; no report lists a project for it"),
        ("phnom-penh--date-1", "fell due in 2023; no report says what became of it"),
        (
            "siem-reap--target-4",
            "fell due in 2021; the reports after 2023 no longer list its project",
        ),
    ],
)
def test_state_is_said_in_careful_words(promise, sentence, rows):
    row = rows[rows["promise_id"] == promise].to_dict("records")[0]
    assert promise_text.state_sentence(row) == sentence


def test_headline_is_computed_and_its_parts_add_up(rows):
    text = promise_text.headline(rows)
    assert text == (
        "85 promises have a due date; 59 fell due by 2025: 4 are reported as done, 16 are "
        "ongoing according to the 2025 report, no report says what became of 27, the project "
        "of 1 is no longer reported and no report lists a project for 11; as far as the "
        "reports show, 3 of those done were done after their date."
    )
    counts = promises.count(rows)
    assert sum(counts.states.values()) == counts.due
    assert promise_text.headline(rows.head(0)) == "No dated promise matches this filter."
    not_due = promise_text.headline(rows[rows["city_id"] == "hanoi"])
    assert not_due == "8 promises have a due date; none fell due by 2025."
    battambang = promise_text.headline(rows[rows["city_id"] == "battambang"])
    assert battambang.startswith("8 promises have a due date and fell due by 2025: 3 are ongoing")


@pytest.mark.parametrize("column", promises.GROUPS)
def test_groups_add_up_to_the_whole(column, rows):
    table = promises.by_group(rows, column)
    assert table["promises"].sum() == len(rows)
    assert table["due"].sum() == promises.count(rows).due
    assert table[column].iloc[:-1].notna().all()
    assert table[list(PROMISE_STATES)].sum(axis=1).tolist() == table["promises"].tolist()


@pytest.mark.parametrize(
    "city_filter",
    [
        Filter(countries=("KHM",)),
        Filter(cities=("jakarta",)),
        Filter(focus_areas=("built-infrastructure",)),
        Filter(statuses=("completed",)),
        Filter(countries=("SGP",), statuses=("ongoing_or_planning",)),
    ],
)
def test_filter_of_the_page_narrows_the_promises(city_filter, layers, rows):
    found = filtered_rows("promises", city_filter, layers).rows
    status = layers["projects"].set_index("project_id")["status"]
    expected = rows[
        rows["iso3"].isin(city_filter.countries or rows["iso3"])
        & rows["city_id"].isin(city_filter.cities or rows["city_id"])
        & (rows["focus_area"].isin(city_filter.focus_areas) | (not city_filter.focus_areas))
        & (rows["project_id"].map(status).isin(city_filter.statuses) | (not city_filter.statuses))
    ]
    assert found["promise_id"].tolist() == expected["promise_id"].tolist()
    assert 0 < len(found) < len(rows)


def test_states_and_years_of_the_url_filter_table_and_download(open_page, layers):
    app = open_page("plans", promise="ongoing,done", due="2025,2021")
    [table] = [one.value for one in app.dataframe if "Promise" in one.value]
    assert set(table["What is known"].str.removesuffix(" (uncertain)")) == {
        PROMISE_STATES["ongoing"],
        f"{PROMISE_STATES['done']}, after the due date",
    }
    assert set(table["Due"].str[:4]) == {"2025", "2021"}
    link = re.search(r'href="(/tables/promises\.csv\?[^"]+)"', page_html(app))[1]
    assert "promise=ongoing,done" in link
    assert "due=" in link
    query = {"promise": "ongoing,done", "due": "2025,2021"}
    file = TABLES["promises"].table(DatasetRequest(layers, layers, query))
    assert len(file) == len(table)
    assert file["known"].str.contains("202[15]").all()


def test_states_and_years_to_choose_from_are_those_of_the_filter(open_page, layers):
    rows = filtered_rows("promises", Filter(countries=("SGP",)), layers).rows
    app = open_page("plans", country="SGP", due="2020")
    states = app.multiselect(key="plans_promise_states").options
    assert states == [PROMISE_STATES[one] for one in PROMISE_STATES if one in set(rows["state"])]
    years = app.multiselect(key="plans_due_years").options
    assert years == sorted({"2020", *rows["due_year"].astype(str)})
    assert len(years) < layers["promises"]["due_year"].nunique()


def test_unknown_state_or_year_is_named(open_page):
    app = open_page("plans", promise="broken", due="1999")
    text = " ".join(warning.value for warning in app.warning)
    assert "broken" in text
    assert "1999" in text


def test_reset_clears_the_filters_of_promises(open_page):
    app = open_page("plans", promise="done", country="SGP")
    app.button(key="plans_reset").click().run()
    assert dict(app.query_params) == {}


def test_promise_of_the_table_leads_to_document_and_page(rows, layers):
    names = dict(zip(layers["cities"]["city_id"], layers["cities"]["name"], strict=True))
    table = frames.promises_frame(rows, layers["projects"], names, {}).set_index("Promise")
    row = table.loc["Open the payment hub to the public"]
    assert row["Promised in"] == "M&E Report 2024, page 23"
    assert row["Source of latest update"] == "M&E Report 2025, page 23"
    assert row["History"] == "./plans?project=bandar-seri-begawan--digital-payment-hub"
    assert row["Latest update"] == "Phase 1 opened on 12 March 2025"


@pytest.mark.parametrize("page", ["city", "country"])
def test_city_and_country_list_their_promises(page, open_page, rows):
    query = {"city": {"city": "siem-reap"}, "country": {"country": "KHM"}}[page]
    text = page_html(open_page(page, **query))
    assert "Dated promises" in text
    for what in rows.loc[rows["city_id"] == "siem-reap", "what"]:
        assert what in text


def test_city_without_a_promise_has_no_such_section(open_page):
    assert (
        "Dated promises" not in page_html(open_page("city", city="dili")).partition("Download")[0]
    )


def test_promises_are_in_the_language_of_the_user(rows, layers):
    with use_language(MARKED):
        names = dict(zip(layers["cities"]["city_id"], layers["cities"]["name"], strict=True))
        table = frames.promises_frame(rows, layers["projects"], names, {})
        text = promise_text.headline(rows)
    assert all(heading.startswith(MARK) for heading in table)
    assert table[f"{MARK}What is known"].str.contains(MARK).all()
    assert MARK in text


def test_row_of_a_project_holds_what_the_layers_tell_of_it(layers):
    table = project_table.frame(layers, layers["projects"]).set_index("Project")
    row = table.loc["Intelligent Transportation and Traffic Systems with Security"]
    assert "USD 1.01 billion (Asian Development Bank, 2023)" in row["Amount as stated"]
    assert "Asian Development Bank" in row["Partners"]
    assert table.loc["Wastewater Treatment System", "Expected completion"] == "2025-03"
    assert table.loc["Wastewater Treatment System", "Fell due?"] == PROMISE_STATES["ongoing"]
    grand_station = table.loc["Bang Sue Grand Station", "Expected completion"]
    assert grand_station == "2027 (a part); 2028, now 2030–2031 (a part)"
    assert table.loc["JAKI", ["Expected completion", "Fell due?"]].isna().all()


def test_figure_of_a_project_has_unit_and_report(layers):
    table = project_table.texts(layers).set_index("project_id")
    [plants] = [t for t in table.at["battambang--solid-and-liquid-waste-management", "figures"]
                if "plants" in t]  # fmt: skip
    assert plants == "wastewater treatment plants being built: 2 plants (2023 report)"


def test_one_table_has_the_same_columns_on_every_page(open_page):
    explore = open_page("explore", panel="projects").dataframe[-1].value
    plans = open_page("plans").dataframe[-1].value
    assert list(explore.columns) == list(plans.columns)
    assert len(explore) == len(plans) == 140


def test_table_is_exported_with_its_columns(layers):
    file = TABLES["projects"].table(DatasetRequest(layers, layers, {"city": "davao-city"}))
    assert {"expected", "due", "partners", "amounts", "figures", "history"} <= set(file.columns)
    assert file["history"].str.startswith("/plans?project=davao-city--").all()


def test_promises_are_a_collection_of_the_service(routes, rows):
    address = "/ogc/collections/promises/items?limit=100&f=json"
    for query, expected in (
        ("filter=state='ongoing' AND due_year=2025", ("state == 'ongoing' and due_year == 2025")),
        ("datetime=2025", "due_year == 2025"),
        ("city_id=siem-reap", "city_id == 'siem-reap'"),
    ):
        answer = ask(routes, f"{address}&{quote(query, safe='=&')}").json()
        found = {item["id"] for item in answer["features"]}
        assert found == set(rows.query(expected)["promise_id"])
        assert found


@pytest.mark.parametrize("extension", ["csv", "xlsx", "parquet"])
def test_promises_are_exported_where_tables_are(extension, routes):
    answer = ask(routes, f"/download/promises.{extension}?country=KHM")
    assert answer.status == 200
    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[extension]
    rows = read(io.BytesIO(answer.content))
    assert set(rows["city_id"]) == {"battambang", "phnom-penh", "siem-reap"}
    assert len(rows) == 13


@pytest.mark.parametrize("text", ["water", "flood"])
def test_file_has_the_promises_of_the_page(text, routes, layers):
    file = ask(routes, f"/tables/promises.csv?q={text}").body.decode("utf-8-sig")
    shown = filtered_rows("promises", Filter(text=text), layers).rows
    assert set(pd.read_csv(io.StringIO(file), comment="#")["promise_id"]) == set(
        shown["promise_id"]
    )
