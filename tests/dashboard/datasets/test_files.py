"""The data behind charts and tables: the same values as on the page, with their sources."""

from __future__ import annotations

import io
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import pytest
from starlette.applications import Starlette

from dashboard.charts.registry import CHARTS, build_chart
from dashboard.datasets.charts import CHART_DATA
from dashboard.datasets.files import TABLES
from dashboard.markup import tables as tables_
from dashboard.markup.theme import LIGHT, Palette
from dashboard.navigation import PAGES
from dashboard.pages.compare import tables as comparison
from dashboard.pages.compare.outcomes import all_measures
from dashboard.pages.plans import frames
from dashboard.ui import dataframes as tables
from geo.analysis import flows as plan_flows
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import selected
from geo.analysis.selection import recounted
from geo.export.csv import encode_table
from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS
from tests.dashboard.asgi import ask
from tests.dashboard.charts.specs import rows_of
from tests.dashboard.charts.test_registry import QUERIES

MILLION = 1e6

Keys = Mapping[str, str]

DRAWN: Mapping[str, tuple[Keys, Mapping[str, tuple[str, float]]]] = {
    "projects-by-focus-area": (
        {"area": "focus_area_name", "state": "status_name"},
        {"projects": ("projects", 1)},
    ),
    "size-and-growth": (
        {"city": "city"},
        {
            "people": ("agglomeration_population_2018", 1),
            "growth": ("agglomeration_growth_2000_2018", 1),
            "projects": ("projects", 1),
        },
    ),
    "population": ({"city": "name", "when": "year"}, {"millions": ("population", MILLION)}),
    "projects-by-city": (
        {"city": "city", "area": "focus_area_name"},
        {"projects": ("projects", 1)},
    ),
    "projects-by-report": (
        {"report": "report_year", "name": "state_name", "basis": "basis"},
        {"projects": ("projects", 1)},
    ),
    "promises-by-year": (
        {"year": "due_year", "name": "state_name"},
        {"promises": ("promises", 1)},
    ),
    "promises-by-state": ({"name": "state_name"}, {"promises": ("promises", 1)}),
    "support": (
        {"name": "kind_name"},
        {name: (name, 1) for name in ("projects", "cities", "requests")},
    ),
    "urban-share": ({"country": "country", "year": "year"}, {"share": ("urban_share", 1)}),
    "urban-growth": ({"year": "year"}, {"growth": ("urban_growth", 1)}),
    "urban-shares-of-year": ({"country": "country"}, {"share": ("urban_share", 1)}),
    "agglomerations-of-year": ({"city": "city"}, {"millions": ("population", MILLION)}),
    "urban-share-by-country": (
        {"country": "country", "year": "year"},
        {"share": ("urban_share", 1)},
    ),
    "urban-share-revisions": (
        {"country": "country"},
        {name: (name, 1) for name in ("older", "newer", "points")},
    ),
    "claims-by-base-year": (
        {"claim_id": "claim_id", "series": "series", "base_year": "base_year"},
        {"millions": ("gain", MILLION)},
    ),
    "largest-agglomerations": (
        {"city": "city", "year": "year"},
        {"millions": ("population", MILLION)},
    ),
    "pressure": (
        {"name": "city", "quadrant_name": "quadrant"},
        {"growth": ("growth", 1), "projects": ("projects", 1)},
    ),
    "outcome-and-projects": ({"name": "city", "group": "group"}, {"projects": ("projects", 1)}),
    "un-pressure": (
        {"name": "city", "quadrant_name": "quadrant"},
        {"growth": ("growth", 1), "projects": ("projects", 1)},
    ),
    "un-cities-of-year": ({"city": "name"}, {"millions": ("population", MILLION)}),
    "largest-un-cities": (
        {"city": "name", "year": "year"},
        {"millions": ("population", MILLION)},
    ),
    "un-size-and-growth": (
        {"city": "city"},
        {
            "people": ("un_city_population_2025", 1),
            "growth": ("un_city_growth_2000_2025", 1),
            "projects": ("projects", 1),
        },
    ),
    "un-city-population": (
        {"city": "city", "when": "year"},
        {"millions": ("population", MILLION)},
    ),
    "territories": ({"city": "city"}, {"area_km2": ("area_km2", 1)}),
    "territory-overlay": ({"city": "city"}, {"area_km2": ("area_km2", 1)}),
}
"""Chart -> its columns that name a mark and those that give its place, with the file's columns
and how many of its units make one of the chart's."""

ASKED = [
    *((name, QUERIES.get(name, "")) for name in CHARTS),
    ("population", "city=putrajaya"),
    ("territories", "city=hanoi,da-nang,dili&edition=merged_2025"),
    ("un-city-population", "city=phuket"),
    ("projects-by-focus-area", ""),
    ("size-and-growth", "q=Viet"),
    ("pressure", "span=2018_2035"),
    ("outcome-and-projects", "indicator=hospital-within-1km"),
    ("un-pressure", "span=2025_2050"),
    ("un-cities-of-year", "year=1975"),
    ("projects-by-report", "country=SGP&status=completed"),
]


def read(routes: Starlette, path: str) -> pd.DataFrame:
    """The CSV at an address."""
    answer = ask(routes, path)
    assert answer.status == 200, answer.body
    assert answer.body.startswith(b"\xef\xbb\xbf")
    return pd.read_csv(io.BytesIO(answer.body), keep_default_na=False, na_values=[""])


def marks(
    name: str, query: dict[str, str], layers: Catalogue, colours: Palette
) -> dict[tuple[str, ...], list[float]]:
    """What a chart draws, by what names each mark."""
    keys, values = DRAWN[name]
    spec = build_chart(name, layers, query, colours).chart
    return {
        tuple(str(row[key]) for key in keys): [row[value] for value in values]
        for row in rows_of(spec)
        if {*keys, *values} <= set(row)
    }


@pytest.mark.parametrize(("name", "query"), ASKED, ids=lambda value: value)
def test_file_has_the_marks_of_the_chart_and_no_other(name, query, routes, layers):
    keys, values = DRAWN[name]
    found = read(routes, f"/charts/{name}.csv?{query}")
    of_file = {
        tuple(str(row[key]) for key in keys.values()): [
            row[column] / unit for column, unit in values.values()
        ]
        for row in found.to_dict("records")
    }
    of_chart = marks(name, dict(parse_qsl(query)), layers, LIGHT)
    assert len(of_file) == len(found) > 0
    assert of_file.keys() == of_chart.keys()
    for key, numbers in of_chart.items():
        assert of_file[key] == pytest.approx(numbers), key


EVERY = [*(("charts", name) for name in CHARTS), *(("tables", name) for name in TABLES)]

NEEDED = {
    **QUERIES,
    "comparison": "city=jakarta,dili",
    "standings": "city=dili",
    "peers": "city=dili",
    "nearby-places": "city=dili",
}
"""Queries of what shows nothing without one."""


def test_every_chart_has_its_data():
    assert set(CHART_DATA) == set(CHARTS) == set(DRAWN)


@pytest.mark.parametrize(("kind", "name"), EVERY, ids=lambda value: value)
def test_metadata_tells_columns_sources_and_ways_of_the_file(kind, name, routes, layers):
    path = f"/{kind}/{name}.csv?{NEEDED.get(name, '')}"
    found = read(routes, path)
    metadata = ask(routes, path.replace(".csv", ".json")).json()
    own = ["source_attribution", "source_licence"]
    assert [*(column["name"] for column in metadata["columns"]), *own] == list(found.columns)
    assert metadata["rows"] == len(found) > 0
    assert not found.duplicated().any()
    assert not found[own].isna().any(axis=None)
    assert all(column["description"] and column["type"] for column in metadata["columns"])
    assert metadata["title"]
    assert metadata["subtitle"].endswith(".")
    for source in metadata["sources"]:
        assert source["content_hash"] == layers.info(source["layer"])["content_hash"]
        assert source["licence"] in found["source_licence"].iloc[0] or len(metadata["sources"]) > 1
    assert {column["layer"] for column in metadata["columns"]} >= {
        s["layer"] for s in metadata["sources"]
    }
    assert (metadata["sources"] == []) == (name == "columns")
    links = metadata["links"]
    assert urlsplit(links["page"]).path.lstrip("/") in {"", *PAGES}
    assert links["csv"] == path.rstrip("?")
    assert ("embed" in links) == ("svg" in links) == (kind == "charts")


def test_years_of_a_projection_are_told_and_flagged_row_by_row(routes):
    path = "/charts/population.{}?city=manila"
    metadata = ask(routes, path.format("json")).json()["projection"]
    assert metadata == {
        "contained": True,
        "row_flag": "is_projection",
        "columns": [],
        "years": [2019, 2035],
    }
    rows = read(routes, path.format("csv"))
    assert rows.loc[rows["is_projection"], "year"].tolist() == list(range(2019, 2036))


def test_column_that_is_a_projection_says_so(routes):
    metadata = ask(routes, "/tables/agglomerations.json").json()
    flagged = ["agglomeration_population_2035", "agglomeration_growth_2018_2035"]
    assert metadata["projection"]["columns"] == flagged
    assert ask(routes, "/charts/urban-share.json").json()["projection"]["contained"] is False


def test_figure_cites_its_own_source_and_not_that_of_its_names(routes):
    rows = read(routes, "/charts/population.csv?city=manila")
    assert set(rows["source_licence"]) == {"CC BY 3.0 IGO"}
    assert "World Bank" not in rows["source_attribution"].iloc[0]


def test_language_changes_the_title_and_no_value(routes):
    english, other = (
        ask(routes, f"/tables/cities.json?lang={code}").json() for code in ("en", "id")
    )
    assert english["title"] == "Member cities"
    assert english["columns"] == other["columns"]
    for path in ("/tables/cities.csv?country=KHM", "/charts/support.csv?country=KHM"):
        assert ask(routes, path).body == ask(routes, f"{path}&lang=id").body


def test_search_is_answered_in_the_language_of_the_page_in_english_words(routes):
    rows = read(routes, "/tables/cities.csv?q=Filipina&lang=id")
    assert set(rows["country"]) == {"Philippines"}
    assert read(routes, "/tables/cities.csv?q=Filipina")["city_id"].isna().all()


def test_search_gives_the_same_projects_in_every_file(routes):
    projects = read(routes, "/tables/projects.csv?q=flood")
    by_city = projects["city_id"].value_counts().to_dict()
    cities = read(routes, "/tables/cities.csv?q=flood").set_index("city_id")
    # The plan of one has the word, and a project of the other that is no longer reported.
    by_city |= {"ho-chi-minh-city": 0, "siem-reap": 0}
    assert cities["projects"].to_dict() == by_city
    chart = read(routes, "/charts/projects-by-focus-area.csv?q=flood&reports=all")
    cells = read(routes, "/tables/projects-by-city-and-focus-area.csv?q=flood")
    assert chart["projects"].sum() == len(projects) == 7
    assert cells["projects"].sum() == 6
    drawn_sizes = read(routes, "/charts/size-and-growth.csv?q=flood").set_index("city_id")
    for city_id, number in drawn_sizes["projects"].items():
        assert number == by_city.get(city_id, 0)
    layer = ask(routes, "/layers/cities.geojson?q=flood&size=projects&v=1").json()
    told = {one["properties"]["city_id"]: one["properties"] for one in layer["features"]}
    assert set(told) == set(cities.index)
    listed = [city_id for city_id, number in by_city.items() if number]
    assert all("Projects: 1, 0 completed" in told[city_id]["facts"] for city_id in listed)
    file = read(routes, "/download/projects.csv?q=flood")
    assert sorted(file["project_id"]) == sorted(projects["project_id"])


def test_search_in_another_language_narrows_projects_too(routes):
    own = read(routes, "/tables/projects.csv?q=banjir&lang=id")
    assert (
        own["project_id"].tolist()
        == read(routes, "/tables/projects.csv?q=flood")["project_id"].tolist()
    )
    whole = read(routes, "/tables/projects.csv?q=Filipina&lang=id")
    assert len(whole) == len(read(routes, "/tables/projects.csv?country=PHL"))


def test_selection_is_told_in_words(routes):
    query = "country=IDN,PHL&status=completed&reports=all"
    metadata = ask(routes, f"/charts/projects-by-focus-area.json?{query}").json()
    assert metadata["selection"] == (
        "Indonesia or Philippines; projects completed; reports: all reports"
    )


@pytest.mark.parametrize("extension", ["csv", "json"])
@pytest.mark.parametrize("kind", ["charts", "tables"])
def test_unknown_name_is_not_found_and_the_answer_lists_those_there_are(kind, extension, routes):
    answer = ask(routes, f"/{kind}/nothing.{extension}")
    assert answer.status == 404
    known = CHARTS if kind == "charts" else TABLES
    assert all(name in answer.json()["detail"] for name in ("'nothing'", *known))


def test_file_is_named_after_chart_and_query_in_plain_characters(routes):
    answer = ask(routes, "/charts/population.csv?city=da-nang,hanoi")
    name = "asean-smart-cities_population_da-nang-hanoi.csv"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


def test_nothing_found_is_a_file_with_its_heading_only(routes):
    rows = read(routes, "/charts/support.csv?city=dili")
    assert len(rows) == 0
    assert list(rows.columns[-2:]) == ["source_attribution", "source_licence"]


def test_cities_of_the_file_are_those_of_the_page_with_the_same_figures(routes, layers):
    city_filter = Filter(countries=("IDN",), statuses=("completed",))
    on_page = tables.cities_table(
        recounted(city_filter, selected(city_filter, layers), layers["projects"])
    )
    found = read(routes, "/tables/cities.csv?country=IDN&status=completed")
    for column, heading in {
        "city": "City",
        "population": "Population",
        "un_city_population_2025": "UN city 2025",
        "projects": "Projects",
        "projects_completed": "Completed",
    }.items():
        shown = on_page[heading].astype(object).fillna("no data").tolist()
        assert found[column].astype(object).fillna("no data").tolist() == shown


def test_matrix_of_the_file_has_the_numbers_of_the_page(routes, layers):
    found = read(routes, "/tables/projects-by-city-and-focus-area.csv?country=MYS")
    projects = layers["projects"]
    last = projects[(projects["last_report"] == 2025) & (projects["iso3"] == "MYS")]
    assert int(found["projects"].sum()) == len(last)
    assert int(found["completed"].sum()) == int((last["status"] == "completed").sum())


def test_steps_of_the_file_tell_no_completion_where_a_report_gives_no_state(routes, layers):
    found = read(routes, "/tables/project-steps.csv")
    steps = plan_flows.steps(layers["project_reports"])
    assert found["after"].tolist() == [step.after for step in steps]
    assert found["newly_completed"].notna().tolist() == [step.states_given for step in steps]


def test_priorities_and_requests_of_the_file_are_those_of_the_page(routes, layers):
    filtered = selected(Filter(countries=("VNM",)), layers).cities
    names = layers["cities"].set_index("city_id")["name"].to_dict()
    of = {
        name: layers[name][layers[name]["city_id"].isin(filtered["city_id"])]
        for name in ("plan_projects", "plan_support")
    }
    priorities = plan_flows.priority_outcomes(of["plan_projects"], layers["projects"])
    on_page = frames.priorities_frame(priorities, names, {})
    found = read(routes, "/tables/priority-projects.csv?country=VNM")
    told = on_page["Status today"]
    assert sorted(found["outcome_name"]) == sorted(told.str.removesuffix(" (uncertain)"))
    unsure = told.str.endswith(" (uncertain)").sum()
    assert (found["link_certainty"] == "uncertain").sum() == unsure > 0
    counted = read(routes, "/tables/priority-outcomes.csv?country=VNM")
    assert counted["projects"].sum() == len(found)
    assert counted["uncertain"].sum() == unsure
    requests = frames.support_frame(of["plan_support"], priorities, names)
    rows = read(routes, "/tables/support-requests.csv?country=VNM")
    assert sorted(rows["request"]) == sorted(requests["Requested"])


def test_project_in_each_report_is_listed_or_not(routes):
    rows = read(routes, "/tables/project-reports.csv?city=chonburi")
    assert len(rows) == 4 * rows["project_id"].nunique()
    assert rows.loc[~rows["listed"], "status"].isna().all()
    assert rows.loc[rows["listed"], "page"].notna().all()


def test_comparison_of_the_file_is_that_of_the_page(routes, layers):
    rows = read(routes, "/tables/comparison.csv?city=jakarta,dili")
    cities = layers["cities"].set_index("city_id", drop=False).loc[["jakarta", "dili"]]
    compared, measures = tables_.records(cities), all_measures(layers, 2025)
    html = comparison.table(compared, measures)
    assert len(rows) == 2 * html.count('<tr><th scope="row">')
    shown = {measure.text(city) for measure in measures for city in compared}
    assert {text.removeprefix("'") for text in rows["shown_as"]} == shown


def test_quadrants_hold_every_city_and_give_none_to_those_without_a_series(routes, layers):
    rows = read(routes, "/tables/quadrants.csv")
    assert set(rows["city_id"]) == set(layers["cities"]["city_id"])
    assert (rows["quadrant"].isna() == rows["growth"].isna()).all()


def test_columns_of_a_layer_are_those_of_its_schema(routes):
    rows = read(routes, "/tables/columns.csv?layer=projects")
    assert rows["column"].tolist() == list(LAYERS["projects"].columns)


def test_text_with_gaps_cannot_run_as_a_formula():
    frame = pd.DataFrame({"subject": ["=1+1", None]}, dtype=object)
    assert encode_table(frame, "a", "b").decode("utf-8-sig").splitlines()[1] == "'=1+1,a,b"
