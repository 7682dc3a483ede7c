"""Charts: valid Vega-Lite, totals of the table, projections drawn as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
import vl_convert

from dashboard.charts import base as charts
from dashboard.charts import population_series as serieschart
from dashboard.charts import un_cities as uncharts
from dashboard.charts.style import themed, vega_locale
from dashboard.charts.vega import inline, marks, quantitative
from dashboard.markup.theme import FOCUS_AREA_COLOURS, LIGHT
from geo.analysis.projects import latest_projects
from geo.i18n import ENGLISH, Language, use_language
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES
from tests.dashboard.charts.specs import datasets, part, validate
from tests.pseudolocale import MARK, MARKED

NAMES = {"manila": "Manila", "jakarta": "Jakarta"}


def marks_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [layer["mark"] for layer in spec["layer"]]


def lines(spec: dict[str, Any]) -> tuple[int, int]:
    """Where the solid and the dashed lines stand."""
    at = [n for n, mark in enumerate(marks_of(spec)) if mark["type"] == "line"]
    [dashed] = [n for n in at if "strokeDash" in marks_of(spec)[n]]
    [solid] = [n for n in at if n != dashed]
    return solid, dashed


def hover_at(spec: dict[str, Any]) -> int:
    """Where the points with a tooltip stand."""
    return next(n for n, layer in enumerate(spec["layer"]) if "tooltip" in layer["encoding"])


def test_every_chart_is_valid_vega_lite(layers, colours):
    listed = latest_projects(layers["projects"])
    for chart in (
        charts.projects_by_focus_area(listed, colours),
        serieschart.population_series(layers["city_years"], NAMES, colours),
        charts.size_and_growth(layers["cities"], colours),
        charts.projects_by_city(listed, NAMES, colours),
    ):
        validate(chart)
        assert chart["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
        assert chart["config"]["background"] == "transparent"


def test_bars_of_focus_areas_add_up_to_the_table(layers):
    listed = latest_projects(layers["projects"])
    data = part(charts.projects_by_focus_area(listed, LIGHT), 0)
    assert data["projects"].sum() == 134
    expected = listed["focus_area"].map(FOCUS_AREAS).value_counts().to_dict()
    assert data.groupby("area")["projects"].sum().to_dict() == expected
    done = int((listed["status"] == "completed").sum())
    assert data.loc[data["state"] == "Completed", "projects"].sum() == done


def test_bars_name_every_focus_area_and_only_the_states_there_are():
    one = pd.DataFrame({"focus_area": ["civic-social"], "status": ["completed"]})
    spec = charts.projects_by_focus_area(one, LIGHT)
    bars = spec["layer"][0]["encoding"]
    assert spec["encoding"]["y"]["scale"]["domain"] == list(FOCUS_AREAS.values())
    assert bars["color"]["scale"]["domain"] == [PROJECT_STATUSES["completed"]]
    assert bars["color"]["scale"]["range"] == [LIGHT.statuses["completed"]]


def test_totals_at_the_ends_of_bars_are_sums_of_the_same_data(layers):
    spec = charts.projects_by_focus_area(latest_projects(layers["projects"]), LIGHT)
    totals = spec["layer"][1]
    assert totals["mark"]["type"] == "text"
    assert totals["encoding"]["text"]["aggregate"] == "sum"
    assert part(spec, 0).equals(part(spec, 1))


def test_projection_is_dashed_and_measured_part_is_not(layers):
    spec = serieschart.population_series(layers["city_years"], NAMES, LIGHT)
    solid, dashed = lines(spec)
    assert part(spec, solid)["when"].max() == 2018
    hover = part(spec, hover_at(spec)).set_index(["city", "when"])["projection"]
    assert {hover[*row] for row in part(spec, solid)[["city", "when"]].to_numpy()} == {"no"}
    projected = part(spec, dashed)
    assert projected["when"].agg(["min", "max"]).tolist() == [2018, 2035]
    later = projected.loc[projected["when"] > 2018, ["city", "when"]]
    assert {hover[*row] for row in later.to_numpy()} == {"yes"}


def test_dashed_part_starts_where_the_measured_part_ends(layers):
    spec = serieschart.population_series(layers["city_years"], NAMES, LIGHT)
    solid, dashed = (part(spec, at).set_index(["city", "when"])["millions"] for at in lines(spec))
    for city in NAMES.values():
        assert solid[city, 2018] == dashed[city, 2018]


def test_lines_are_the_figures_of_the_table(layers):
    spec = serieschart.population_series(layers["city_years"], NAMES, LIGHT)
    years = layers["city_years"]
    jakarta = years[(years["city_id"] == "jakarta") & ~years["is_projection"]]
    drawn = part(spec, lines(spec)[0]).query("city == 'Jakarta'")
    assert dict(zip(drawn["when"], drawn["millions"], strict=True)) == pytest.approx(
        {int(y): p / 1e6 for y, p in zip(jakarta["year"], jakarta["population"], strict=True)}
    )


def test_city_without_a_series_has_no_line(layers):
    names = {**NAMES, "dili": "Dili"}
    spec = serieschart.population_series(layers["city_years"], names, LIGHT)
    for at in lines(spec):
        assert set(part(spec, at)["city"]) == {"Manila", "Jakarta"}


def test_lines_have_different_colours_in_the_order_of_the_cities(layers):
    spec = serieschart.population_series(layers["city_years"], NAMES, LIGHT)
    scale = spec["layer"][lines(spec)[0]]["encoding"]["color"]["scale"]
    assert scale["domain"] == list(NAMES.values())
    assert scale["range"] == list(LIGHT.lines[:2])
    assert len(set(LIGHT.lines)) == 6


@pytest.mark.parametrize("ends", [[1.0, 1.0, 1.0], [0.1, 0.2, 10.0], [5.0], []])
def test_names_at_the_ends_of_lines_stand_apart_in_the_order_of_the_lines(ends):
    placed = serieschart._spread(pd.DataFrame({"millions": ends}))["label_at"].tolist()
    step = 0.055 * max(ends, default=0)
    assert len(placed) == len(ends)
    assert all(at >= end for at, end in zip(placed, ends, strict=True))
    assert all(b - a >= step - 1e-9 for a, b in pairwise(placed))


def un_spec(layers, *city_ids):
    data = uncharts.series(layers, city_ids)
    names = {city_id: city_id for city_id in city_ids}
    look = serieschart.UN_CITY_SERIES
    return serieschart.population_series(data, names, LIGHT, look)


def test_un_series_marks_its_figures_and_hollows_projections(layers):
    spec = un_spec(layers, "hanoi")
    marks = [layer["mark"] for layer in spec["layer"]]
    assert [mark["type"] for mark in marks] == [
        *("rule", "text", "line", "line", "circle", "point", "point", "text")
    ]
    assert marks[3]["strokeDash"] == [5, 4]
    data = datasets(spec)
    hollow = [rows for rows in data if {row.get("when") for row in rows} == {2050}]
    assert hollow
    [dashed] = [rows for rows in data if [row.get("when") for row in rows] == [2025, 2050]]
    assert [row["millions"] for row in dashed] == [5.068414, 4.789526]


def test_annual_un_series_has_no_dots():
    data = pd.DataFrame(
        {
            "city_id": "a",
            "year": range(1975, 2051),
            "population": range(1_000_000, 1_000_076),
            "is_projection": [year > 2025 for year in range(1975, 2051)],
        }
    )
    look = serieschart.UN_CITY_SERIES
    spec = serieschart.population_series(data, {"a": "A"}, LIGHT, look)
    marks = [layer["mark"]["type"] for layer in spec["layer"]]
    assert marks == ["rule", "text", "line", "line", "point", "text"]


def test_un_series_has_the_name_of_every_city_also_where_the_last_year_is_missing(layers):
    spec = un_spec(layers, "banyuwangi", "hanoi")
    labels = next(rows for rows in datasets(spec) if rows and "label_at" in rows[0])
    assert {(row["city"], row["when"]) for row in labels} == {("banyuwangi", 2025), ("hanoi", 2050)}


def test_cities_without_a_series_are_not_among_the_points(layers):
    spec = charts.size_and_growth(layers["cities"], LIGHT)
    known = layers["cities"].dropna(subset=["agglomeration_population_2018"])
    assert set(part(spec, 0)["city"]) == set(known["name"])
    assert len(known) == 27


def test_points_are_named_in_full_when_there_are_few(layers):
    few = layers["cities"].dropna(subset=["agglomeration_population_2018"]).head(12)
    assert len(part(charts.size_and_growth(few, LIGHT), 1)) == 12
    assert len(part(charts.size_and_growth(layers["cities"], LIGHT), 1)) == 8


def test_log_scale_is_said(layers):
    x = charts.size_and_growth(layers["cities"], LIGHT)["layer"][0]["encoding"]["x"]
    assert x["scale"]["type"] == "log"
    assert "log scale" in x["title"]


def test_bars_of_compared_cities_add_up_to_their_projects(layers):
    spec = charts.projects_by_city(latest_projects(layers["projects"]), NAMES, LIGHT)
    counts = layers["cities"].set_index("city_id")["projects"]
    assert part(spec, 0).groupby("city")["projects"].sum().to_dict() == {
        name: counts[city_id] for city_id, name in NAMES.items()
    }


def test_compared_city_without_projects_keeps_its_row(layers):
    names = {"dili": "Dili", **NAMES}
    spec = charts.projects_by_city(latest_projects(layers["projects"]), names, LIGHT)
    assert spec["encoding"]["y"]["scale"]["domain"] == ["Dili", "Manila", "Jakarta"]
    assert "Dili" not in set(part(spec, 0)["city"])


def test_focus_areas_have_their_own_hues_in_bars(layers):
    listed = latest_projects(layers["projects"])
    bars = charts.projects_by_city(listed, NAMES, LIGHT)["layer"][0]["encoding"]
    scale = bars["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == {
        FOCUS_AREAS[area]: colour for area, colour in FOCUS_AREA_COLOURS.items()
    }


def every_chart(layers) -> list[dict[str, Any]]:
    """The specification of each chart in the language of the context."""
    listed = latest_projects(layers["projects"])
    made = (
        charts.projects_by_focus_area(listed, LIGHT),
        serieschart.population_series(layers["city_years"], NAMES, LIGHT),
        charts.size_and_growth(layers["cities"], LIGHT),
        charts.projects_by_city(listed, NAMES, LIGHT),
    )
    return list(made)


def titles(spec: Any) -> Iterator[str]:
    """Titles of axes, legends and tooltips."""
    if isinstance(spec, list):
        for part_of_it in spec:
            yield from titles(part_of_it)
    elif isinstance(spec, dict):
        for name, value in spec.items():
            if name == "title" and value:
                yield value
            elif name != "data":
                yield from titles(value)


def drawn_texts(chart: Any) -> set[str]:
    """What a browser would write, by Vega's own renderer."""
    svg = vl_convert.vegalite_to_svg(chart)
    return set(re.findall(r">([^<>]+)</text>", svg))


def test_english_charts_need_no_locale(layers):
    assert all("locale" not in spec["config"] for spec in every_chart(layers))


def test_charts_of_another_language_carry_its_locale(layers):
    with use_language(Language("id", "Bahasa Indonesia")):
        for spec in every_chart(layers):
            number, time = (spec["config"]["locale"][part] for part in ("number", "time"))
            assert (number["decimal"], number["thousands"], number["grouping"]) == (",", ".", [3])
            assert (time["months"][4], time["shortMonths"][7]) == ("Mei", "Agu")
            assert (time["days"][0], time["shortDays"][6]) == ("Minggu", "Sab")


@pytest.mark.parametrize("code", ["id", "ms", "th", "vi", "km", "lo", "my", "fil", "pt", ENGLISH])
def test_every_language_of_the_region_has_a_valid_locale(code):
    locale = vega_locale(code)
    validate({"data": {"values": []}, "mark": "bar", "config": {"locale": locale}})
    assert [len(locale["time"][part]) for part in ("months", "shortMonths")] == [12, 12]
    assert [len(locale["time"][part]) for part in ("days", "shortDays", "periods")] == [7, 7, 2]


def test_locale_of_english_is_that_of_vega():
    locale = vega_locale(ENGLISH)
    assert (locale["number"]["decimal"], locale["number"]["thousands"]) == (".", ",")
    assert locale["time"]["periods"] == ["AM", "PM"]
    assert (locale["time"]["days"][0], locale["time"]["months"][0]) == ("Sunday", "January")


def test_vega_writes_numbers_as_the_language_does():
    rows = inline(pd.DataFrame({"x": [0.5, 12_340.5]}))
    text = quantitative("x", format=",.1f")
    chart = marks("text", {}, data=rows, y=quantitative("x"), text=text)
    assert "12,340.5" in drawn_texts(themed(chart, LIGHT))
    with use_language(Language("id", "Bahasa Indonesia")):
        assert {"12.340,5", "12.000"} <= drawn_texts(themed(chart, LIGHT))


def test_titles_and_names_of_charts_are_in_the_language(layers):
    with use_language(MARKED):
        specs = every_chart(layers)
    for spec in specs:
        found = list(titles(spec["layer"]))
        assert found
        assert all(title.startswith(MARK) for title in found)
    bars, _, _, compared = specs
    assert set(part(bars, 0)["area"]) == {MARK + name for name in FOCUS_AREAS.values()}
    assert set(part(compared, 0)["area"]) <= {MARK + name for name in FOCUS_AREAS.values()}
    states = bars["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert set(part(bars, 0)["state"]) == set(states)


def test_parts_of_a_bar_stand_in_the_order_of_the_legend_in_every_language():
    statuses = list(PROJECT_STATUSES)[::-1]
    listed = pd.DataFrame({"focus_area": ["civic-social"] * len(statuses), "status": statuses})
    with use_language(MARKED):
        spec = charts.projects_by_focus_area(listed, LIGHT)
    drawn = part(spec, 0).sort_values("order")
    bars = spec["layer"][0]["encoding"]
    assert bars["order"]["field"] == "order"
    assert drawn["state"].tolist() == bars["color"]["scale"]["domain"]


def test_tooltip_says_in_words_what_is_a_projection(layers):
    spec = serieschart.population_series(layers["city_years"], NAMES, LIGHT)
    hover = hover_at(spec)
    assert spec["layer"][hover]["encoding"]["tooltip"][-1]["field"] == "projection"
    rows = part(spec, hover)
    assert set(rows.loc[rows["when"] > 2018, "projection"]) == {"yes"}
    assert set(rows.loc[rows["when"] <= 2018, "projection"]) == {"no"}


def test_axis_of_people_has_words_and_no_prefix_that_means_another_number_elsewhere(layers):
    assert "10 million" in drawn_texts(charts.size_and_growth(layers["cities"], LIGHT))
    with use_language(MARKED):
        chart = charts.size_and_growth(layers["cities"], LIGHT)
    assert f"{MARK}10 million" in drawn_texts(chart)
