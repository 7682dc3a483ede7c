"""Action plans page: sentences, charts, tables, and synchronization with the URL."""

from __future__ import annotations

import re
from functools import partial
from gettext import NullTranslations
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import dashboard.pages
from dashboard.charts.registry import build_chart
from dashboard.markup.project_totals import by_status, latest_report
from dashboard.markup.theme import DARK, FOCUS_AREA_COLOURS, LIGHT, Palette
from dashboard.pages.plans import charts as plans_charts
from dashboard.pages.plans import controls as plans_controls
from dashboard.pages.plans import frames, project_history, project_table
from dashboard.pages.plans import state as plans_state
from dashboard.pages.plans import tables as plans_tables
from dashboard.pages.plans import text as plans_text
from dashboard.pages.plans.controls import downloads
from dashboard.pages.plans.state import PlansState, plans_codec
from geo.analysis import flows
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import selected
from geo.i18n import Language, use_language
from geo.schema import LAYERS
from tests.dashboard.cells import cells as cells_of
from tests.dashboard.charts.specs import part, rows_of, validate
from tests.dashboard.conftest import page_html, run_alone
from tests.dashboard.page_maps import map_addresses

PAGE = Path(dashboard.pages.__file__).parent / "plans" / "page.py"


@pytest.fixture
def open_plans():
    """Run the page by itself with a URL query."""
    return partial(run_alone, PAGE)


@pytest.fixture(scope="module")
def priorities(layers):
    return flows.priority_outcomes(layers["plan_projects"], layers["projects"])


@pytest.fixture(scope="module")
def names(layers):
    return layers["cities"].set_index("city_id")["name"].to_dict()


@pytest.fixture(scope="module")
def cells(layers):
    projects = layers["projects"]
    listed = projects[projects["last_report"] == 2025]
    return flows.coverage(listed, listed, layers["plan_focus_areas"], layers["cities"]["city_id"])


def contrast(one: str, other: str) -> float:
    low, high = sorted((plans_charts.luminance(one), plans_charts.luminance(other)))
    return (high + 0.05) / (low + 0.05)


def headline(app: AppTest) -> str:
    match = re.search(r'<header class="page"><h1>.*?</h1><p>(.*?)</p>', page_html(app))
    assert match
    return match[1]


def history_html(layers, project_id: str, colours: Palette = LIGHT) -> str:
    history = flows.project_history(project_id, layers, layers["project_renames"])
    return project_history.history_html(history, layers["documents"], colours)


# Sentences


def test_answer_tells_what_became_of_projects_and_of_the_priority_projects(layers, priorities):
    projects = layers["projects"]
    text = plans_text.summary_sentence(
        projects, projects, priorities, latest_report(layers), filtered=False
    )
    assert text.startswith(
        "The reports from 2022 to 2025 list 140 projects in all; 134 are in the 2025 report: "
        "108 ongoing, 8 in planning and 18 completed. 6 were dropped without being marked "
        "complete. "
    )
    assert text.endswith(
        "In 2018, 26 cities planned 53 priority projects: 41 are ongoing or in planning (7 "
        "uncertain), 5 are completed, 2 are no longer reported and 5 never appeared in a report "
        "(1 uncertain)."
    )


def test_sentence_on_one_priority_project_says_that_its_link_is_uncertain(priorities):
    hanoi = priorities[priorities["city_id"] == "hanoi"].set_index("project_no", drop=False)
    assert plans_text.priority_outcome_sentence(hanoi.loc[[2]]) == (
        "In 2018, 1 city planned 1 priority project: it is ongoing or in planning (uncertain)."
    )
    assert plans_text.priority_outcome_sentence(hanoi) == (
        "In 2018, 1 city planned 2 priority projects: all are ongoing or in planning (1 uncertain)."
    )
    assert "uncertain" not in plans_text.priority_outcome_sentence(hanoi.loc[[1]])


def test_key_figure_of_priority_projects_tells_how_many_of_them_are_uncertain(layers, priorities):
    figures = plans_text.key_figures(layers["projects"], priorities, (2022, 2025))
    assert figures[-1].value == "48 of 53"
    assert figures[-1].label == "priority projects of 2018 reported since, 7 of them uncertain"
    sure = priorities[priorities["link_certainty"] == "sure"]
    figures = plans_text.key_figures(layers["projects"], sure, (2022, 2025))
    assert figures[-1].label == "priority projects of 2018 reported since"


def test_answer_to_a_filter_counts_what_it_keeps(layers, priorities):
    projects = layers["projects"]
    done = projects[(projects["iso3"] == "SGP") & (projects["status"] == "completed")]
    report = latest_report(layers)
    text = plans_text.summary_sentence(done, projects, priorities.iloc[:0], report, filtered=True)
    assert text == (
        "3 of the 140 projects listed in any report from 2022 to 2025 match: all are completed."
    )
    one = plans_text.summary_sentence(
        done.iloc[:1], projects, priorities.iloc[:1], report, filtered=True
    )
    assert one.startswith("1 of the 140 projects listed in any report from 2022 to 2025 matches")
    assert ": it is completed. In 2018, 1 city planned 1 priority project: it is " in one


def test_answer_to_a_filter_that_keeps_nothing_says_so(layers, priorities):
    projects = layers["projects"]
    report = latest_report(layers)
    text = plans_text.summary_sentence(
        projects.iloc[:0], projects, priorities.iloc[:0], report, filtered=True
    )
    assert text == "No project in the reports from 2022 to 2025 matches this filter."


def test_key_figures_without_priority_projects_say_no_data(layers, priorities):
    figures = plans_text.key_figures(layers["projects"], priorities.iloc[:0], (2022, 2025))
    assert [figure.value for figure in figures] == ["140", "134", "18", "6", "no data"]


def test_key_figures_tell_both_numbers_of_projects_and_what_the_share_is_of(layers, priorities):
    statuses = by_status(latest_report(layers))
    figures = plans_text.key_figures(
        layers["projects"], priorities, (2022, 2023, 2024, 2025), statuses
    )
    assert [figure.label for figure in figures[:3]] == [
        "projects listed in any of 4 reports",
        "of which listed in 2025: 108 ongoing, 8 in planning and 18 completed",
        "completed, 13% of the 134 listed",
    ]
    one = layers["projects"][layers["projects"]["status"] == "completed"].iloc[:1]
    assert plans_text.key_figures(one, priorities, (2022, 2025))[2].label == "completed"


def test_note_on_support_tells_what_became_of_projects_that_ask_for_finance(layers, priorities):
    text = plans_text.support_note(layers["plan_support"], priorities)
    assert text.startswith("18 cities requested finance for 30 priority projects: ")
    counted = re.findall(r"(\d+) (?!uncertain)", text.split(": ")[1])
    assert sum(map(int, counted)) == 30
    assert "uncertain)" in text


def test_note_on_support_without_a_request_for_finance_says_so(layers, priorities):
    support = layers["plan_support"]
    text = plans_text.support_note(support[support["kind"] != "finance"], priorities)
    assert text == "None of these cities requested finance in its 2018 plan."


# Charts


def test_charts_are_valid_vega_lite_on_a_transparent_ground(layers, colours):
    reports = layers["project_reports"]
    for chart in (
        plans_charts.timeline(flows.states_by_report(reports), colours),
        plans_charts.support_bars(flows.support_by_kind(layers["plan_support"]), colours),
    ):
        validate(chart)
        assert chart["config"]["background"] == "transparent"


def test_projects_that_left_hang_below_the_line_and_are_not_in_the_totals(layers):
    states = flows.states_by_report(layers["project_reports"])
    spec = plans_charts.timeline(states, LIGHT)
    bars = part(spec, 0)
    below = bars["signed"] < 0
    left = flows.REPORT_STATES["left"]
    assert set(bars.loc[below, "name"]) == {left}
    assert not (bars.loc[~below, "name"] == left).any()
    totals = part(spec, 2)
    assert totals["projects"].tolist() == [77, 86, 108, 134]


def test_numbers_are_readable_on_every_colour(colours):
    for colour in plans_charts.state_colours(colours).values():
        assert contrast(colour, plans_charts.text_colour(colour)) >= 4.5
    for hue in FOCUS_AREA_COLOURS.values():
        for share in (0.42, 0.62, 0.82, 1.0):
            fill = plans_charts.blend(hue, colours.ground, share)
            assert contrast(fill, plans_charts.text_colour(fill)) >= 4.5


# Tables


def test_matrix_shows_each_city_once_with_a_link_and_its_number_of_projects(layers, cells, names):
    html = plans_tables.matrix(cells, layers["cities"], {}, LIGHT.ground)
    rows = re.findall(r'<tr><th scope="row"><a href="\./city\?city=([a-z-]+)".*?</tr>', html)
    assert sorted(rows) == sorted(names)
    totals = [int(total) for total in re.findall(r"<td>(\d+)</td></tr>", html)]
    assert totals[0] == sum(totals[1:]) == 134


def test_matrix_marks_focus_areas_of_the_plan_without_a_project(layers, cells):
    html = plans_tables.matrix(cells, layers["cities"], {}, LIGHT.ground)
    assert html.count("○") == int(cells["gap"].sum()) == 25
    assert "no project in 2025 (25 of 79)" in plans_tables.matrix_key(cells, 79, 2025)


def test_number_of_the_matrix_leads_to_its_projects_under_the_filter(layers, cells):
    query = {"status": "completed"}
    html = plans_tables.matrix(cells, layers["cities"], query, LIGHT.ground)
    assert 'href="./plans?status=completed&amp;city=singapore&amp;focus=civic-social"' in html


def test_numbers_of_a_cell_are_apart_and_named(layers, cells):
    html = plans_tables.matrix(cells, layers["cities"], {}, LIGHT.ground)
    named = dict(re.findall(r'aria-label="([^"]+)">(.*?)</a>', html))
    both = named["4 projects in Civic &amp; Social, 1 completed"]
    assert re.sub("<.*?>", "", both) == "4 · 1\u202f✓"
    assert named["3 projects in Built Infrastructure, 0 completed"] == "3"
    assert html.count("<td style=") == len(re.findall(r"<a [^>]*aria-label=", html))


def test_names_in_the_matrix_are_escaped(cells):
    cities = pd.DataFrame(
        {"city_id": ["dili"], "name": ["<script>alert(1)</script>"], "country": ["<b>"]}
    )
    html = plans_tables.matrix(cells[cells["city_id"] == "dili"], cities, {}, DARK.ground)
    assert "<script>" not in html
    assert "<b>" not in html


def test_ledger_says_no_data_where_a_report_gives_no_state(layers):
    html = plans_tables.step_table(flows.steps(layers["project_reports"]), LIGHT)
    [row] = re.findall(r"<tr[^>]*><th scope=\"row\">Newly completed</th>(.*?)</tr>", html)
    cells = [re.sub("<.*?>", "", cell) for cell in re.findall(r"<td.*?</td>", row)]
    assert cells == ["no data", "9", "7"]
    assert "Back after a gap" not in html


def test_lost_priority_projects_are_named_and_linked_to_their_history(priorities, names):
    html = plans_tables.unreported_priorities(priorities, names, {"country": "THA"})
    assert html.count("<dd>") == 7
    assert 'E-Health <small><a href="./city?city=manila" target="_self">Manila</a></small>' in html
    left = priorities.loc[priorities["outcome"] == "no_longer_reported", "project_id"]
    for project in left:
        assert f'href="./plans?country=THA&amp;project={project}"' in html
    assert (
        plans_tables.unreported_priorities(
            priorities[priorities["outcome"] == "completed"], names, {}
        )
        == ""
    )


def test_every_project_of_the_table_links_to_its_history_and_keeps_the_filter(layers):
    projects = layers["projects"].query("iso3 == 'BRN'")
    table = project_table.frame(layers, projects, {"country": "BRN"})
    expected_links = {
        f"./plans?country=BRN&project={project}" for project in projects["project_id"]
    }
    assert set(table["History"]) == expected_links


def test_priority_project_that_was_never_reported_has_no_history(priorities, names):
    table = frames.priorities_frame(priorities, names, {})
    never = table["Status today"].str.startswith("Never reported")
    assert table.loc[never, "History"].isna().all()
    assert table.loc[~never, "History"].notna().all()


def test_targets_keep_missing_figures_missing_and_say_which_outcome_was_assigned(layers, names):
    targets = layers["plan_targets"]
    table = frames.targets_frame(targets, names)
    assert table["Figure"].isna().sum() == targets["figure"].isna().sum() > 0
    outcomes = table["Related outcome"]
    assigned = int((targets["outcome_basis"] == "assigned").sum())
    assert outcomes.str.endswith("(our classification)").sum() == assigned > 0
    assert outcomes.isna().sum() == targets["outcome"].isna().sum()


def test_targets_show_what_they_start_from(layers, names):
    table = frames.targets_frame(layers["plan_targets"], names).dropna(subset=["Baseline"])
    assert table.groupby("City")["Baseline"].first().to_dict() == {
        "Battambang": "17% (2016)",
        "Johor Bahru": "8% of water demand (2018; what the reserves could meet; 5% expected for "
        "2019; p. 25)",
        "Kuching": "32 junctions",
        "Luang Prabang": "22 wetlands restored (of 183 old wetlands and small ponds; p. 20)",
        "Phnom Penh": "20,000 passengers a day (average, with more than 100 buses on 8 routes; "
        "p. 10)",
        "Vientiane": "5 months of flooding a year (at least)",
    }


def test_statements_say_which_focus_area_is_our_classification(layers, names):
    statements = layers["plan_statements"]
    table = frames.statements_frame(statements, names)
    assigned = int((statements["focus_area_basis"] == "assigned").sum())
    assert table["Focus area"].str.endswith("(our classification)").sum() == assigned > 0
    bangkok = table[table["City"] == "Bangkok"]
    assert set(bangkok["What the plan says"]) == {"named without details"}


def test_priority_projects_of_an_uncertain_link_say_so_in_every_table(layers, priorities, names):
    table = frames.priorities_frame(priorities, names, {})
    assert table["Status today"].str.endswith("(uncertain)").sum() == 8
    support = layers["plan_support"]
    uncertain = priorities.loc[
        priorities["link_certainty"] == "uncertain", ["city_id", "project_no"]
    ]
    outcomes = frames.support_frame(support, priorities, names)["Project today"]
    assert outcomes.str.endswith("(uncertain)").sum() == len(support.merge(uncertain)) > 0


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_bar_of_outcomes_shows_uncertain_links_apart(priorities, colours):
    html = plans_tables.outcome_bar(priorities, colours)
    parts = re.findall(r'<i class="(\w*)"[^>]*><b>(\d+)</b>', html)
    assert sum(int(number) for _, number in parts) == 53
    assert sum(int(number) for kind, number in parts if kind == "uncertain") == 8
    assert "Ongoing or in planning: 41, 7 of them uncertain" in html
    assert "Completed: 5<" in html
    sure = priorities[priorities["link_certainty"] == "sure"]
    assert "ncertain" not in plans_tables.outcome_bar(sure, colours)


def test_history_of_an_uncertain_link_says_that_it_may_carry_on_the_project(layers):
    assert "It may continue a priority project" in history_html(
        layers, "bangkok--bang-sue-smart-city"
    )
    assert "It may be part of a priority project" in history_html(
        layers, "kuala-lumpur--bicycle-friendly-city"
    )
    assert "It continues a priority project" in history_html(layers, "siem-reap--smart-tourism")


def test_requests_name_the_project_that_asks_and_its_state(layers, priorities, names):
    support = layers["plan_support"]
    table = frames.support_frame(support, priorities, names)
    assert len(table) == len(support)
    assert table.notna().all(axis=None)


# History


def test_history_lists_every_report_with_document_and_page(layers):
    html = history_html(layers, "jakarta--corona-website")
    assert html.count('<td colspan="4">not listed</td>') == 3
    assert "ASCN Monitoring and Evaluation Report 2022</a>, page 22" in html
    assert "Listed, no status given" in html
    assert "The reports list this project but do not describe it." in html


def test_history_tells_plan_names_and_progress(layers):
    html = history_html(layers, "siem-reap--smart-tourism")
    assert "It continues a priority project of the 2018 plan" in html
    assert "In the 2024 report, treated as the same project as <b>Smart Tourist" in html
    years = re.findall(r"<h5>(\d{4}) report</h5>", html)
    assert years == sorted(years, reverse=True)
    assert len(years) > 1


def test_every_project_has_a_history(layers, colours):
    for project_id in layers["projects"]["project_id"]:
        html = history_html(layers, project_id, colours)
        assert html.count("<h3>") == 1
        assert "nan" not in re.sub("<.*?>", " ", html).split()


def test_history_gives_figures_with_unit():
    assert project_history.quantity({"value": 320.0, "unit": "ha", "quantity": "area"}) == (
        "area: 320 ha"
    )
    assert project_history.quantity({"value": 85.5, "unit": "%", "quantity": "homes"}) == (
        "homes: 85.5%"
    )
    assert project_history.quantity({"value": 1e6, "unit": None, "quantity": "users"}) == (
        "users: 1,000,000"
    )


def test_word_of_bound_stands_before_the_figure():
    figure = {"value": 200.0, "unit": "bazaars", "quantity": "bazaars held, more than"}
    assert project_history.quantity(figure) == "bazaars held: more than 200 bazaars"


class DictTranslations(NullTranslations):
    """Translations from a dictionary."""

    def __init__(self, messages: dict[str, str]) -> None:
        super().__init__()
        self.messages = messages

    def gettext(self, message: str) -> str:
        return self.messages.get(message, message)


def test_word_of_bound_is_known_in_the_user_s_language():
    translations = DictTranslations({"more than {figure}": "lebih dari {figure}"})
    figure = {"value": 1200.0, "unit": "bazar", "quantity": "bazar pada 2023, lebih dari"}
    with use_language(Language("id", "Bahasa Indonesia", translations)):
        assert project_history.quantity(figure) == "bazar pada 2023: lebih dari 1.200 bazar"


def test_pages_of_one_report_are_told_together(layers):
    html = history_html(layers, "jakarta--jakpreneur")
    assert "Report 2025</a>, pages 24–25" in html


# State and page


def test_usual_state_needs_no_query():
    assert plans_codec((), ()).to_query(PlansState()) == {}


@pytest.mark.parametrize(
    "query",
    [
        {"country": "XXX"},
        {"status": "done"},
        {"project": "atlantis--canal"},
        {"support": "gold"},
        {"table": "chairs"},
        {"near": "dili"},
    ],
    ids=str,
)
def test_unknown_parameter_shows_one_warning_and_the_rest_works(query, open_plans):
    app = open_plans(focus="civic-social", **query)
    assert not app.exception
    [warning] = app.warning
    [(name, value)] = query.items()
    assert value in warning.value or name in warning.value
    assert "35 of the 140 projects listed in any report" in headline(app)


def test_page_opens_with_its_answer_and_every_download(open_plans):
    app = open_plans()
    assert not app.exception
    assert not app.warning
    assert headline(app).startswith(
        "The reports from 2022 to 2025 list 140 projects in all; 134 are "
    )
    for name, _, _ in downloads(Filter()):
        assert name in LAYERS
        assert f'href="/download/{name}.csv"' in page_html(app)


def test_filter_changes_url_answer_tables_and_downloads(open_plans):
    app = open_plans()
    app.multiselect(key="plans_countries").set_value(["SGP"]).run()
    assert dict(app.query_params) == {"country": "SGP"}
    assert headline(app).startswith("6 of the 140 projects listed in any report")
    assert "/download/project_reports.csv?country=SGP" in page_html(app)
    assert set(app.dataframe[-1].value["City"]) == {"Singapore"}


@pytest.mark.parametrize("table", ["projects", "priorities", "targets"])
def test_each_table_has_the_rows_of_the_filter(table, open_plans, layers):
    app = open_plans(country="IDN", table=table)
    filtered = selected(Filter(countries=("IDN",)), layers)
    layer = {
        **{"projects": "projects", "priorities": "plan_projects", "targets": "plan_targets"},
        "statements": "plan_statements",
    }
    rows = layers[layer[table]]
    expected = rows[rows["city_id"].isin(set(filtered.cities["city_id"]))]
    assert len(app.dataframe[-1].value) == len(expected) > 0


def test_search_keeps_the_rows_that_it_found_and_says_where(open_plans):
    app = open_plans(q="flod", table="targets")
    assert app.dataframe[-1].value["Target"].str.contains("flood", case=False).all()
    assert len(app.dataframe[-1].value) == 3
    html = page_html(app)
    assert "No text contains “flod”; searched for “flood” instead." in html
    assert "appears in the texts of 7 projects: name 2, objective 4" in html
    assert "Included only because of its plan or partners: Ho Chi Minh City." in html
    assert "/download/plan_targets.csv?q=flod" in html


def test_country_leaves_its_cities_to_choose_from(open_plans):
    app = open_plans(country="BRN")
    assert app.multiselect(key="plans_cities").options == ["Bandar Seri Begawan"]


@pytest.mark.parametrize(
    ("query", "headline_starts"),
    [
        ({"completed_since": "2025"}, "7 of the 140 projects"),
        ({"partner": "fund", "country": "PHL"}, "2 of the 140 projects"),
    ],
)
def test_filters_of_projects_narrow_the_page(query, headline_starts, open_plans):
    assert headline(open_plans(**query)).startswith(headline_starts)


def test_kind_of_support_filters_the_requests(open_plans):
    app = open_plans(support="finance")
    assert dict(app.query_params) == {"support": "finance"}
    [requests] = [one.value for one in app.dataframe if "Requested" in one.value]
    assert set(requests["Kind"]) == {"Finance"}


def test_project_of_the_url_shows_its_history_and_can_be_closed(open_plans):
    app = open_plans(project="siem-reap--smart-tourism")
    assert '<article class="plan-history">' in page_html(app)
    app.segmented_control[2].set_value("targets").run()
    app.button(key="plans_close").click().run()
    assert '<article class="plan-history">' not in page_html(app)
    assert app.selectbox[0].value is None
    assert dict(app.query_params) == {"table": "targets"}


def test_chosen_project_is_written_to_the_url(open_plans):
    app = open_plans(country="KHM")
    app.selectbox[0].set_value("siem-reap--smart-tourism").run()
    assert dict(app.query_params) == {"country": "KHM", "project": "siem-reap--smart-tourism"}
    assert '<article class="plan-history">' in page_html(app)


def test_projects_to_choose_from_are_those_of_the_filter_and_the_open_one(open_plans, layers):
    project_ids = layers["projects"].query("iso3 == 'SGP'")["project_id"]
    app = open_plans(country="SGP")
    assert len(app.selectbox[0].options) == len(project_ids)
    assert app.selectbox[0].placeholder.startswith(f"choose one of {len(project_ids)} projects")
    app = open_plans(country="SGP", project="jakarta--corona-website")
    assert len(app.selectbox[0].options) == len(project_ids) + 1
    assert app.selectbox[0].value == "jakarta--corona-website"
    app.multiselect(key="plans_countries").set_value(["KHM"]).run()
    assert app.selectbox[0].value == "jakarta--corona-website"


def test_reset_gives_up_the_filter_and_keeps_the_table(open_plans):
    app = open_plans(country="KHM", city="siem-reap", table="targets")
    app.button(key="plans_reset").click().run()
    assert dict(app.query_params) == {"table": "targets"}


def test_filter_that_keeps_no_project_leaves_the_page_working(open_plans):
    app = open_plans(country="TLS")
    assert not app.exception
    assert headline(app) == "No project in the reports from 2022 to 2025 matches this filter."
    assert "The reports list no project that matches this filter." in page_html(app)
    assert "Project history" not in [box.label for box in app.selectbox]


def test_filter_that_keeps_no_city_says_what_to_loosen_and_shows_nothing_more(open_plans):
    query = {"city": "semarang", "focus": "civic-social", "table": "targets"}
    app = open_plans(**query)
    assert not app.exception
    assert headline(app) == "No project in the reports from 2022 to 2025 matches this filter."
    [text] = [info.value for info in app.info]
    assert "focus area (to see 1 city)" in text
    assert "city (to see 22 cities)" in text
    assert not app.dataframe
    assert dict(app.query_params) == query


def test_published_totals_and_shares_stand_beside_the_lists(layers):
    states = plans_text.published_totals(layers["reports"])
    assert "2022: 58 ongoing, 17 in planning and 2 completed" in states
    assert "2025: 108 ongoing, 8 in planning and 18 completed" in states
    assert "numbers for 2022 and 2023 are computed from the percentages printed" in states
    stated = layers["reports"].query("report_year > 2023")
    assert "computed" not in plans_text.published_totals(stated)
    apart = flows.share_discrepancies(layers["report_focus_shares"], layers["project_reports"])
    assert "2023, 2024 and 2025 differ" in plans_text.share_discrepancy_note(apart)


def test_each_printed_share_unlike_its_list_stands_in_a_row_with_its_page(layers):
    apart = flows.share_discrepancies(layers["report_focus_shares"], layers["project_reports"])
    table = cells_of(plans_tables.share_discrepancies(apart))
    assert len(table) == 1 + len(apart)
    for row, (_, text) in zip(table[1:], apart.iterrows(), strict=True):
        assert row[0].startswith(f"{text['report_year']}: ")
        assert row[1] == f"{text['percent']:.0f}%"
        assert f"({text['listed']} of {text['projects']})" in row[2]
        assert row[3] == f"M&E Report {text['report_year']}, page {text['page']}"


def test_narrow_bars_are_the_published_totals_of_every_report_and_of_no_filter(layers):
    whole = build_chart("projects-by-report", layers, {}, LIGHT)
    spec = whole.chart
    validate(spec)
    rows = [row for row in rows_of(spec) if "signed" not in row]
    totals = {
        report: [row["projects"] for row in rows if row["report"] == report and "name" in row]
        for report in ("2022", "2023", "2024", "2025")
    }
    assert {report: sum(numbers) for report, numbers in totals.items()} == {
        **{"2022": 77, "2023": 86},
        **{"2024": 108, "2025": 134},
    }
    assert sorted(totals["2025"]) == [8, 18, 108]
    assert "Published totals" in str(spec)
    assert "Narrow bars: totals published in the report" in whole.source
    filtered = build_chart("projects-by-report", layers, {"country": "IDN"}, LIGHT)
    assert "Published totals" not in str(filtered.chart)
    assert "Narrow bars" not in filtered.source


def test_cell_of_the_matrix_keeps_what_the_page_shows():
    state = plans_state.PlansState(
        Filter(countries=("MYS",), cities=("ipoh",), focus_areas=("civic-social",)),
        project="x",
        support="finance",
        table="targets",
    )
    assert plans_controls.cell_query(state) == {
        "country": "MYS",
        "support": "finance",
        "table": "targets",
    }


def test_every_table_of_the_page_can_be_taken_away():
    offered = {layer for layer, _, _ in plans_controls.downloads(Filter())}
    assert {
        *("projects", "project_reports", "project_details", "project_figures"),
        *("project_renames", "reports", "report_focus_shares", "plans"),
        *("plan_projects", "plan_targets", "plan_statements", "plan_support", "plan_focus_areas"),
    } <= offered


def test_map_shows_the_cities_of_the_filter_beside_the_matrix(open_page):
    app = open_page("plans", country="MYS")
    assert sum("country=MYS" in address for address in map_addresses(app)) >= 2
