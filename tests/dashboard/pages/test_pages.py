"""Pages run without a browser: content, and synchronization with the URL."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qsl

import pytest
from markupsafe import escape
from streamlit.testing.v1 import AppTest

from dashboard.maps import registry
from dashboard.maps.component import SCRIPT_URL, map_data
from dashboard.maps.deck import MODES
from dashboard.maps.notes import BOUNDARY_NOTE
from dashboard.markup.theme import LIGHT
from dashboard.pages.explore.controls import WORD_JOINER
from dashboard.pages.explore.sections import PANELS
from dashboard.pages.overview.text import share_years
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows
from geo.schema import LAYERS
from tests.dashboard.asgi import ask
from tests.dashboard.conftest import APP, PAGE_SECONDS, page_html
from tests.dashboard.page_maps import chart_addresses, components, map_addresses, page_map, report

INF = float("inf")
COMPARED = {"city": "manila,dili"}


def headline(app: AppTest) -> str:
    """The sentence below the title."""
    match = re.search(r'<header class="page"><h1>.*?</h1><p>(.*?)</p>', page_html(app))
    assert match
    return match[1]


@pytest.mark.parametrize(
    ("name", "query"),
    [("overview", {}), ("explore", {}), ("compare", {}), ("compare", COMPARED), ("data", {})],
    ids=["overview", "explore", "compare", "compare-two", "data"],
)
def test_page_runs_and_opens_with_a_title_and_a_sentence(name, query, open_page):
    app = open_page(name, **query)
    assert not app.exception
    assert not app.warning
    assert not app.error
    assert len(headline(app)) > 40


@pytest.mark.parametrize("name", ["overview", "explore", "data"])
def test_page_with_boundaries_says_that_they_imply_no_position(name, open_page):
    assert escape(BOUNDARY_NOTE) in page_html(open_page(name))


@pytest.mark.parametrize(
    ("page", "query", "picture"),
    [
        ("overview", {}, "/maps/overview.png"),
        ("explore", {"mode": "focus", "q": "a"}, "/maps/explore.png?q=a&mode=focus"),
        ("city", {"city": "manila", "lang": "id"}, "/maps/city.png?city=manila&lang=id"),
    ],
)
def test_map_of_a_page_is_offered_as_pictures_for_slides_and_pages(
    page, query, picture, open_page, routes
):
    html = page_html(open_page(page, **query))
    links = [unescape(link) for link in re.findall(r'href="(/maps/\w+\.\w+[^"]*)"', html)]
    assert len(links) == 6
    assert links[0] == picture
    assert sum("size=page" in link for link in links) == 3
    for link in links:
        assert ask(routes, link).status == 200


def test_overview_states_promises_then_38_cities_and_134_projects(open_page):
    app = open_page()
    assert headline(app).startswith("Of 85 dated promises, 59 fell due by 2025")
    assert "38 member cities in 11 countries" in page_html(app)
    assert "134 smart city projects: 108 ongoing, 8 in planning" in page_html(app)
    assert "do not distinguish ongoing projects from those in planning" in page_html(app)
    values = re.findall(r"<dd>(.*?)</dd>", page_html(app))
    assert values[:2] == ["38", "134"]


CITING = [
    ("explore", {"panel": "projects"}),
    ("plans", {}),
    ("plans", {"project": "sumedang--jatinangor-city-of-knowledge"}),
    ("city", {"city": "sumedang"}),
    ("country", {"country": "MYS"}),
    ("urbanisation", {}),
    *(("network", {"part": part}) for part in ("framework", "recommendations", "partners")),
]
"""Pages that cite pages of documents."""


@pytest.mark.parametrize(("name", "query"), CITING)
def test_page_that_cites_pages_says_that_they_are_those_of_the_pdf_file(name, query, open_page):
    assert "refer to the PDF file." in page_html(open_page(name, **query))


@pytest.mark.parametrize(("name", "query"), CITING[:5])
def test_page_of_projects_says_what_the_lists_do_not_tell(name, query, open_page):
    assert "do not distinguish ongoing projects from those in planning" in page_html(
        open_page(name, **query)
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("panel", PANELS)
def test_explore_runs_in_every_mode_with_every_panel(mode, panel, open_page):
    app = open_page("explore", mode=mode, panel=panel)
    assert not app.exception
    assert headline(app).startswith("All 38 member cities have ")
    assert page_map(app)["title"] == f"Member cities: {MODES[mode]}"


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("overview", {}),
        ("explore", {}),
        ("country", {"country": "KHM"}),
        ("plans", {}),
        ("urbanisation", {}),
        ("network", {}),
    ],
)
def test_map_of_a_page_is_that_of_the_registry_over_its_picture(
    name, query, open_page, layers, routes
):
    app = open_page(name, **query)
    sent = page_map(app)
    size = sent["view"]["width"], sent["view"]["height"]
    found = registry.page_map(name, layers, query, size)
    own = {"selected": [], "open": ""} if name == "explore" else {}
    assert sent == json.loads(json.dumps({**map_data(found, LIGHT), **own}))
    [component] = components(app)
    around = json.loads(component.json)
    assert around["script"] == SCRIPT_URL
    assert around["preview"].startswith(f"/maps/pages/{name}.svg?")
    assert ask(routes, around["preview"]).status == 200
    assert around["tall"] is (name == "explore")


@pytest.mark.parametrize("view", ["106.8,-6.2,7", "nowhere"])
def test_view_of_the_map_in_the_url_is_no_parameter_of_the_page(view, open_page):
    app = open_page("explore", view=view, country="KHM")
    assert not app.warning
    assert dict(app.query_params) == {"view": view, "country": "KHM"}
    assert page_map(app) == page_map(open_page("explore", country="KHM"))


def test_city_that_is_picked_on_the_map_is_selected_and_let_go_with_the_next_pick(open_page):
    app = report(open_page("explore", country="IDN"), "pick", "jakarta")
    assert not app.exception
    assert dict(app.query_params) == {"country": "IDN", "city": "jakarta"}
    assert app.multiselect(key="explore_selected").value == ["jakarta"]
    assert page_map(app)["selected"] == ["jakarta"]
    assert len(page_map(app)["inline"]["selected"]["features"]) == 1
    app.run()
    assert app.multiselect(key="explore_selected").value == ["jakarta"]
    report(app, "pick", "jakarta")
    assert dict(app.query_params) == {"country": "IDN"}
    assert page_map(app)["selected"] == []


def test_box_on_the_map_adds_its_cities_to_the_selection(open_page):
    app = report(open_page("explore", city="dili,jakarta"), "box", ["jakarta", "makassar"])
    assert dict(app.query_params) == {"city": "dili,jakarta,makassar"}
    assert page_map(app)["selected"] == ["dili", "jakarta", "makassar"]
    assert page_html(app).count('<article class="card">') == 3


def test_a_filter_changes_url_headline_and_map(open_page):
    app = open_page("explore")
    app.multiselect(key="explore_countries").set_value(["BRN", "SGP"]).run()
    assert dict(app.query_params) == {"country": "BRN,SGP"}
    assert headline(app).startswith("2 of 38 member cities have ")
    assert sum("country=BRN,SGP" in address for address in map_addresses(app)) >= 2


@pytest.mark.parametrize(
    ("name", "label", "low"),
    [
        ("joined", "Joined the network", 2023.0),
        ("population", "Official population", 1e6),
        ("growth", "Agglomeration growth", 2.0),
    ],
)
def test_moving_a_range_slider_filters(name, label, low, open_page):
    app = open_page("explore")
    [slider] = [slider for slider in app.select_slider if slider.label.startswith(label)]
    slider.set_range(low, INF).run()
    assert dict(app.query_params) == {name: f"{low:.0f}.."}
    assert " of 38 member cities have " in headline(app)


@pytest.mark.parametrize(
    ("query", "widget", "key", "value"),
    [
        ({"country": "KHM,LAO"}, "multiselect", "countries", ["KHM", "LAO"]),
        ({"focus": "civic-social"}, "multiselect", "focus_areas", ["civic-social"]),
        ({"status": "completed"}, "multiselect", "statuses", ["completed"]),
        ({"q": "flood"}, "text_input", "text", "flood"),
        ({"joined": "2023.."}, "select_slider", "joined", (2023, INF)),
        ({"population": "..123456"}, "select_slider", "population", (-INF, 123_456)),
        ({"growth": "1.5..3"}, "select_slider", "growth", (1.5, 3)),
        ({"near": "jakarta", "within": "250"}, "select_slider", "within", 250),
        ({"near": "jakarta", "within": "250"}, "selectbox", "near", "jakarta"),
        ({"mode": "growth"}, "selectbox", "mode", "growth"),
        ({"panel": "charts"}, "button_group", "panel", "charts"),
        ({"places": "1"}, "toggle", "places", True),
        ({"mode": "share", "year": "2000"}, "select_slider", "year", 2000),
        (
            {"mode": "share", "revision": "wdi-2025-07"},
            "selectbox",
            "revision",
            "wdi-2025-07",
        ),
    ],
)
def test_pasted_url_sets_the_widget_and_stays(query, widget, key, value, open_page):
    app = open_page("explore", **query)
    assert not app.exception
    [found] = [w for w in app.get(widget) if re.fullmatch(rf"explore_{key}(_\d+)?", w.key or "")]
    assert found.value == value
    assert dict(app.query_params) == query
    app.run()
    assert dict(app.query_params) == query


def test_pasted_selection_is_shown_and_can_be_compared(open_page):
    app = open_page("explore", city="dili,manila")
    box = next(w for w in app.multiselect if w.label == "Selected cities")
    assert box.value == ["dili", "manila"]
    assert page_html(app).count('<article class="card">') == 2
    assert headline(app).startswith("2 of 38")
    [link] = [w for w in app.get("page_link") if w.proto.label == "Compare these cities"]
    assert "city=dili" in link.proto.query_string


def test_selection_can_be_cleared(open_page):
    app = open_page("explore", city="dili,manila", country="TLS,PHL")
    next(button for button in app.button if button.label == "Clear selection").click().run()
    assert dict(app.query_params) == {"country": "TLS,PHL"}


@pytest.mark.parametrize(
    "query", [{"country": "XXX"}, {"mode": "3d"}, {"year": "1800"}, {"contry": "KHM"}], ids=str
)
def test_unknown_parameter_shows_one_warning_and_the_page_still_works(query, open_page):
    app = open_page("explore", focus="civic-social", **query)
    assert not app.exception
    [warning] = app.warning
    [(name, value)] = query.items()
    said = name if name == "contry" else value
    assert warning.value.startswith("This link contains something we don't recognise: ")
    assert said in warning.value
    assert app.multiselect(key="explore_focus_areas").value == ["civic-social"]


def test_repeated_parameter_is_a_list(open_page):
    app = open_page("explore", country=["BRN", "SGP"])
    assert not app.warning
    assert headline(app).startswith("2 of 38 member cities have ")
    app.run()
    assert app.multiselect(key="explore_countries").value == ["BRN", "SGP"]
    app.multiselect(key="explore_countries").set_value(["KHM"]).run()
    assert dict(app.query_params) == {"country": "KHM"}


def test_warning_goes_with_the_fault_when_something_is_changed(open_page):
    app = open_page("explore", country="XXX")
    assert dict(app.query_params) == {"country": "XXX"}
    app.multiselect(key="explore_countries").set_value(["KHM"]).run()
    assert dict(app.query_params) == {"country": "KHM"}
    assert not app.warning


def test_reset_gives_up_every_filter_and_the_selection(open_page):
    app = open_page("explore", country="IDN", q="smart", growth="1..3", city="jakarta")
    app.button(key="explore_reset").click().run()
    assert dict(app.query_params) == {}
    assert [widget.value for widget in app.multiselect] == [[], [], [], [], [], []]
    assert [widget.value for widget in app.text_input] == ["", ""]
    assert headline(app).startswith("All 38 member cities")


def test_reset_of_filters_leaves_what_the_map_shows(open_page, layers):
    year = str(share_years(layers)[0])
    look = {"mode": "share", "year": year, "revision": "wdi-2025-07", "panel": "charts"}
    app = open_page("explore", country="IDN", **look)
    app.button(key="explore_reset").click().run()
    assert dict(app.query_params) == look


def number_field(app, label):
    [field] = [field for field in app.number_input if field.label == label]
    return field


def test_number_beside_a_slider_sets_the_filter_and_the_slider(open_page):
    app = open_page("explore")
    number_field(app, "Official population: from").set_value(1_234_567).run()
    assert dict(app.query_params) == {"population": "1234567.."}
    [slider] = [one for one in app.select_slider if one.label == "Official population"]
    assert slider.value == (1_234_567, INF)
    number_field(app, "Official population: to").set_value(2_000_000).run()
    assert dict(app.query_params) == {"population": "1234567..2000000"}


def test_slider_sets_the_number_beside_it(open_page):
    app = open_page("explore")
    [slider] = [one for one in app.select_slider if one.label == "Joined the network"]
    slider.set_range(2023, INF).run()
    assert dict(app.query_params) == {"joined": "2023.."}
    assert number_field(app, "Joined the network: from").value == 2023
    assert number_field(app, "Joined the network: to").value is None


def test_ends_of_a_slider_are_labelled_with_the_smallest_and_largest_value(open_page, layers):
    app = open_page("explore")
    [slider] = [one for one in app.select_slider if one.label == "Joined the network"]
    years = layers["cities"]["joined_year"]
    labels = [slider.options[end].strip(WORD_JOINER) for end in (0, -1)]
    assert labels == [str(years.min()), str(years.max())]
    assert len(set(slider.options)) == len(slider.options)


@pytest.mark.parametrize(
    ("query", "widget", "field", "value"),
    [
        ({"without": "safety-security"}, "multiselect", "without", ["safety-security"]),
        ({"partner": "fund"}, "multiselect", "partners", ["fund"]),
        ({"completed_since": "2025"}, "selectbox", "completed_since", "2025"),
        ({"due_before": "2026"}, "selectbox", "due_before", "2026"),
    ],
)
def test_filters_of_projects_are_set_by_the_address_and_by_their_widgets(
    query, widget, field, value, open_page
):
    kinds = {"multiselect": lambda app: app.multiselect, "selectbox": lambda app: app.selectbox}
    opened = open_page("explore", **query)
    assert kinds[widget](opened)(key=f"explore_{field}").value == value
    app = open_page("explore")
    kinds[widget](app)(key=f"explore_{field}").set_value(value).run()
    assert dict(app.query_params) == query
    assert headline(app) == headline(opened)


def test_what_is_overdue_is_chosen_by_address_and_box_on_both_pages(open_page):
    for page, words in (("explore", "12 of 38 member cities have 12"), ("plans", "12 of the 140")):
        app = open_page(page)
        app.checkbox(key=f"{page}_overdue").check().run()
        assert dict(app.query_params) == {"overdue": "1"}
        assert headline(app).startswith(words)
        assert headline(open_page(page, overdue="1")) == headline(app)
        app.button(key=f"{page}_reset").click().run()
        assert dict(app.query_params) == {}


def test_headline_counts_cities_with_listed_projects_and_names_the_others(open_page):
    app = open_page("explore", q="flood")
    assert headline(app).endswith("; 2 more cities are shown without a listed project.")
    text = page_html(app)
    assert "Included although the matching projects are no longer reported: Siem Reap." in text
    assert "Included only because of its plan or partners: Ho Chi Minh City." in text
    [table] = [one.value for one in app.dataframe]
    assert len(table) == 8


def test_page_says_what_counts_as_a_project_about_words(open_page):
    app = open_page("explore", without_q="flod, water", population="1000000..")
    assert headline(app).startswith("14 of 38 member cities")
    text = page_html(app)
    assert "No text contains “flod”; searched for “flood” instead." in text
    assert "its name, objective, plan or promise mentions it." in text
    elsewhere = "Ho Chi Minh City, Kuala Lumpur, Manila and Yangon"
    assert f"Included because the words appear only in other texts: {elsewhere}." in text
    assert "No listed projects: Semarang." in text


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("explore", {"panel": "download", "overdue": "1"}),
        ("plans", {"q": "water", "country": "KHM,LAO"}),
    ],
)
def test_row_numbers_of_downloads_are_those_of_the_files(page, query, open_page, layers):
    html = page_html(open_page(page, **query))
    shown = [
        (number, layer, address)
        for layer, address, number in re.findall(
            r'data-files="\S+ /download/(\w+)\.\*(\?[^"]*)?" data-rows="([\d,]+) rows?"', html
        )
    ]
    assert len(shown) > 6
    ids = layers["cities"]["city_id"]
    for number, layer, address in shown:
        passed = Filter.from_query(dict(parse_qsl(unescape(address).lstrip("?"))), ids)
        assert int(number.replace(",", "")) == len(filtered_rows(layer, passed, layers).rows)
    assert sum(bool(address) for _, _, address in shown) > 5


def test_year_that_is_none_is_told(open_page):
    [warning] = open_page("explore", completed_since="soon").warning
    assert warning.value == "This link contains something we don't recognise: soon."


def test_there_is_nothing_to_reset_without_a_filter(open_page):
    assert open_page("explore").button(key="explore_reset").disabled
    assert not open_page("explore", q="smart").button(key="explore_reset").disabled


@pytest.mark.parametrize("page", ["explore", "plans"])
def test_filters_can_be_reset_as_soon_as_one_is_set(page, open_page):
    app = open_page(page)
    assert app.button(key=f"{page}_reset").disabled
    app.text_input(key=f"{page}_text").set_value("flood").run()
    assert not app.button(key=f"{page}_reset").disabled
    app.button(key=f"{page}_reset").click().run()
    assert app.button(key=f"{page}_reset").disabled
    assert dict(app.query_params) == {}


def test_selection_can_be_reset_as_soon_as_a_city_is_chosen(open_page):
    app = open_page("explore")
    app.multiselect(key="explore_selected").set_value(["dili"]).run()
    assert not app.button(key="explore_reset").disabled
    assert dict(app.query_params) == {"city": "dili"}


def test_reset_leaves_a_mode_of_the_map_chosen_just_before(open_page):
    app = open_page("explore", country="IDN")
    app.selectbox(key="explore_mode").set_value("growth").run()
    app.button(key="explore_reset").click().run()
    assert dict(app.query_params) == {"mode": "growth"}


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("explore", "6 of 38 member cities have 6 projects"),
        ("plans", "7 of the 140 projects listed in any report from 2022 to 2025 match: 6 are"),
    ],
)
def test_search_counts_the_projects_that_it_names(page, words, open_page):
    app = open_page(page, q="flood")
    assert headline(app).startswith(words)
    assert dict(app.query_params) == {"q": "flood"}
    assert sum("q=flood" in address for address in map_addresses(app)) >= 2


def test_filter_without_a_result_says_which_field_to_loosen(open_page):
    app = open_page("explore", q="no such city", country="BRN")
    assert not app.exception
    assert headline(app) == "No member city matches this filter."
    assert any("Clear one of these: search (to see 1 city)." in info.value for info in app.info)


@pytest.mark.parametrize("panel", PANELS)
def test_filter_without_a_result_leaves_every_panel_working(panel, open_page):
    assert not open_page("explore", q="no such city", panel=panel, places="1").exception


def test_explore_is_found_as_it_was_left(open_page):
    app = open_page("explore")
    app.multiselect(key="explore_countries").set_value(["KHM"]).run()
    app.switch_page("pages/data/page.py").run()
    app.query_params.clear()
    app.switch_page("pages/explore/page.py").run()
    assert app.multiselect(key="explore_countries").value == ["KHM"]
    assert dict(app.query_params) == {"country": "KHM"}


@pytest.mark.parametrize("query", [{}, {"city": "dili"}])
def test_comparison_needs_two_cities(query, open_page):
    app = open_page("compare", **query)
    assert not app.exception
    assert ["Choose two to six cities" in info.value for info in app.info] == [True]
    assert "<table" not in page_html(app)


def test_comparison_shows_a_column_and_a_map_for_each_city_of_the_url(open_page):
    app = open_page("compare", **COMPARED)
    assert app.multiselect[0].value == ["manila", "dili"]
    html = page_html(app)
    assert html.count('<figure class="map">') == 2
    assert re.findall(r'<th scope="col" class="number"><a [^>]*>(\w+)</a><small>', html) == [
        "Manila",
        "Dili",
    ]
    assert "Part of a larger UN city: Manila." in html
    assert "No UN series: Dili" not in html


def test_comparison_of_the_earlier_revision_is_one_click_away(open_page):
    app = open_page("compare", **COMPARED)
    app.segmented_control[0].set_value("2018").run()
    assert dict(app.query_params) == {**COMPARED, "wup": "2018"}
    assert "No UN series: Dili" in page_html(app)
    assert "UN city population" not in page_html(app)
    assert "/tables/comparison.csv?city=manila,dili&amp;wup=2018" in page_html(app)


def test_comparison_of_cities_without_a_series_has_no_empty_chart(open_page):
    app = open_page("compare", city="siem-reap,battambang", wup="2018")
    assert not app.exception
    # Their territories, one laid over the other, and their projects.
    assert len(chart_addresses(app)) == 3


def test_chosen_cities_are_written_to_the_url(open_page):
    app = open_page("compare", **COMPARED)
    app.multiselect[0].set_value(["manila", "dili", "hanoi"]).run()
    assert dict(app.query_params) == {"city": "manila,dili,hanoi"}
    assert headline(app).startswith("Of these 3 cities")


@pytest.mark.parametrize(
    "city",
    ["atlantis", "dili,hanoi,jakarta,manila,phuket,rayong,yangon"],
    ids=["unknown", "seven"],
)
def test_cities_can_be_chosen_after_a_faulty_url(city, open_page):
    app = open_page("compare", city=city)
    assert len(app.warning) == 1
    app.multiselect[0].set_value(["manila", "dili"]).run()
    assert app.multiselect[0].value == ["manila", "dili"]
    assert headline(app).startswith("Of these 2 cities")


def test_cities_selected_on_the_map_are_compared(open_page):
    app = open_page("explore", city="dili,manila")
    app.query_params.clear()
    app.switch_page("pages/compare/page.py").run()
    assert app.multiselect[0].value == ["dili", "manila"]


def test_data_page_lists_every_layer_with_its_downloads(open_page):
    app = open_page("data", format="csv")
    assert app.selectbox[0].options == [f"{layer.title} ({name})" for name, layer in LAYERS.items()]
    assert 'href="/download/all.zip"' in page_html(app)
    for name in LAYERS:
        assert f'href="/download/{name}.csv"' in page_html(app)


def test_data_page_offers_what_is_chosen_or_csv_of_a_layer_without_it(open_page):
    app = open_page("data")
    assert 'href="/download/cities.geojson"' in page_html(app)
    assert 'href="/download/projects.csv"' in page_html(app)
    app.button_group[0].set_value("columns-json").run()
    assert 'href="/tables/columns.json?layer=projects"' in page_html(app)
    assert dict(app.query_params) == {"format": "columns-json"}


def test_damaged_layer_is_an_error_in_its_own_place_on_the_data_page(open_page, layer_copy):
    (layer_copy / "city_years.parquet").write_bytes(b"PAR1")
    app = open_page("data")
    assert not app.exception
    [error] = app.error
    assert "city_years.parquet" in error.value
    assert "/download/cities.geojson" in page_html(app)
    assert "/download/city_years.csv" not in page_html(app)


@pytest.mark.parametrize("name", ["overview", "explore"])
def test_page_that_does_not_need_the_damaged_layer_still_works(name, open_page, layer_copy):
    (layer_copy / "agglomerations.parquet").write_bytes(b"PAR1")
    app = open_page(name)
    assert not app.exception
    assert re.search("85 dated promises|38 member cities", headline(app))


def in_indonesian(name: str, **query: str) -> AppTest:
    """A page in Indonesian; a page that ``AppTest`` switches to would run without ``app.py``."""
    script = f"""
import runpy
from dashboard.ui import language

language.activate_session_language()
runpy.run_path({str(APP.parent / "pages" / name / "page.py")!r})
language.keep_in_url()
"""
    app = AppTest.from_string(script, default_timeout=PAGE_SECONDS)
    for parameter, value in {**query, "lang": "id"}.items():
        app.query_params[parameter] = value
    return app.run()


@pytest.mark.parametrize("panel", PANELS)
def test_explore_runs_in_another_language_and_keeps_it_in_the_url(panel):
    query = {"country": "BRN,SGP", "panel": panel} if panel != "cities" else {"country": "BRN,SGP"}
    app = in_indonesian("explore", **query)
    assert not app.exception
    assert not app.warning
    assert not app.error
    assert dict(app.query_params) == {**query, "lang": "id"}
    assert sum("lang=id" in address for address in map_addresses(app)) >= 2


def test_chart_of_the_overview_is_asked_for_in_the_language_of_the_page(open_page):
    app = open_page("overview", lang="id")
    assert not app.exception
    addresses = chart_addresses(app)
    assert len(addresses) == 2
    assert all("lang=id" in address for address in addresses)


@pytest.mark.parametrize(
    ("page", "query", "year"),
    [
        ("urbanisation", {"year": "1975"}, 2000),
        ("urbanisation", {"year": "2000", "wup": "2018"}, 1975),
        ("network", {"year": "2020"}, 2021),
    ],
)
def test_year_at_which_the_map_rests_is_that_of_the_page(page, query, year, open_page):
    app = open_page(page, **query)
    before = page_map(app)
    assert before["timeline"]["year"] == int(query["year"])
    report(app, "year", year)
    assert not app.exception
    assert dict(app.query_params) == {**query, "year": str(year)}
    after = page_map(app)
    assert after["timeline"] == {**before["timeline"], "year": year}
    assert str(year) in after["title"]
    app.run()
    assert app.query_params["year"] == str(year)


@pytest.mark.parametrize(
    ("page", "query"),
    [("city", {"city": "jakarta"}), ("plans", {}), ("country", {"country": "THA"})],
)
def test_links_name_the_language_only_for_whom_the_address_does(page, query, open_page):
    explicit = open_page(page, **query, lang="en")
    assert "lang=en" in page_html(explicit)
    assert "lang=en" not in page_html(open_page(page, **query))
