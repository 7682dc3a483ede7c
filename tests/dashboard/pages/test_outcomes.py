"""Outcomes and places on City, Compare, Country and Urbanisation."""

from __future__ import annotations

import re

import pytest

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.datasets.declared import DatasetRequest
from dashboard.datasets.files import TABLES
from dashboard.maps.indicators import fact
from dashboard.markup import standings as places
from dashboard.pages.city import outcomes, standings
from dashboard.pages.compare.outcomes import all_measures
from dashboard.pages.compare.tables import place_of
from dashboard.pages.compare.tables import table as comparison
from dashboard.pages.country import beside
from dashboard.pages.urbanisation import effort as urbanisation_effort
from geo.analysis.city_profile import city_profile
from geo.analysis.effort import effort
from geo.analysis.indicators import indicators, readings
from geo.analysis.standing import standing
from geo.i18n import use_language
from geo.layers.catalogue import Catalogue
from tests.dashboard.cells import cells
from tests.dashboard.conftest import page_html

JUDGEMENTS = re.compile(
    r"\b(good|bad|best|worst|better|worse|behind|ahead|poor|terbaik|terburuk|buruk|tertinggal)\b",
    re.IGNORECASE,
)

OUTCOMES = ("public-transport-access", "hospital-within-1km")


def outcome_cells(layers: Catalogue, city_id: str) -> dict[str, list[str]]:
    """Cells of each indicator of a city, by its name."""
    rows = cells(outcomes.outcomes(layers, city_id))[1:]
    return {one.name: row[1:] for one, row in zip(indicators(layers), rows, strict=True)}


def test_city_has_a_row_for_every_indicator_and_no_data_without_a_figure(layers):
    rows = outcome_cells(layers, "cauayan-city")
    figures = [row[0] for row in rows.values()]
    assert figures[:3] == ["no data"] * 3
    assert figures[3] == "Af: equatorial, fully humidAnother zone lies within 17 km: Am."
    assert figures[4] == "no data"


def test_hospitals_are_shown_as_bands_only(layers):
    for city_id in layers["cities"]["city_id"]:
        [figure, among, *_] = outcome_cells(layers, city_id)["Hospital within 1 km"]
        assert re.match(r"no data|under 20%|20 to 40%|40% and over", figure)
        assert among == "" or re.fullmatch(r"(8|18|10) of 36 are in this band", among)


def test_public_transport_is_in_whole_percents_with_its_year(layers):
    for city_id in layers["cities"]["city_id"]:
        row = outcome_cells(layers, city_id)["Access to public transport"]
        assert not re.search(r"\d[.,]\d+ %", row[0])
        year = "2022, reported by the country" if city_id == "singapore" else "2020, estimate"
        assert row[2] == ("" if row[0] == "no data" else year)


def test_city_that_stands_twice_in_the_source_has_both_values_and_a_range_of_places(layers):
    row = outcome_cells(layers, "vientiane")["Access to public transport"]
    assert row[0].startswith("24 to 25%The UN's database has two records")
    assert row[1] == "22nd of 23"
    assert row[3].startswith("Viengchan; Vientiane")


def test_cited_rank_has_no_place_and_is_in_no_comparison(layers):
    row = outcome_cells(layers, "singapore")["IMD Smart City Index"]
    assert row[:3] == ["rank 9 of 146", "", "2025, as published in the press"]
    assert "humanresourcesonline.net" in row[4]
    assert not any("IMD" in measure.label for measure in all_measures(layers, 2025))
    assert not any(
        "IMD" in topic.name for topic in standings.topics(city_profile(layers, "singapore"))
    )


def test_place_is_a_range_where_definitions_differ(layers):
    topics = {one.name: one for one in standings.topics(city_profile(layers, "jakarta"))}
    assert topics["People"].places == "1st to 2nd, depending on the definition"
    assert topics["Projects"].places == ""
    assert topics["Growth"].places == "18th to 27th, depending on the definition"


def test_new_member_has_its_completed_projects_without_a_place(layers):
    topics = {one.name: one for one in standings.topics(city_profile(layers, "ipoh"))}
    listed, completed = topics["Projects"].measures
    assert listed.standing is not None
    assert completed.standing is None
    assert completed.reason == "joined in 2025: not compared with the others"


def test_cities_without_a_place_are_named_with_the_reason(layers):
    profile = city_profile(layers, "jakarta")
    topics = {one.name: one for one in standings.topics(profile)}
    new = layers["cities"].query("joined_year >= 2025")["name"]
    listed, completed = topics["Projects"].measures
    assert completed.standing.number == 38 - len(new) == 31
    assert set(re.split(", | and ", completed.left_out.partition(" (")[0])) == set(new)
    assert completed.left_out.endswith(" (joined in 2025 or later)")
    assert listed.left_out.startswith("Denpasar, Dili")
    growth = topics["Growth"].measures[0]
    assert growth.standing.number == 28
    assert len(re.split(", | and ", growth.left_out.partition(" (")[0])) == 38 - 28
    for topic in topics.values():
        for measure in topic.measures:
            assert bool(measure.left_out) == (measure.standing.number < 38)
    assert standings.left_out(profile).count("<li>") == sum(
        bool(measure.left_out) for topic in topics.values() for measure in topic.measures
    )


def test_people_of_the_urban_centre_stand_beside_those_of_the_city(layers):
    says = "25.9 million people in 2025; the member city: 1.9 million (2024)"
    row = outcome_cells(layers, "manila")["Hospital within 1 km"]
    assert says in row[3]
    assert "people in" not in outcome_cells(layers, "manila")["Access to public transport"][3]
    [measure] = [one for one in all_measures(layers, 2025) if one.label == "Hospital within 1 km"]
    manila = layers["cities"].set_index("city_id", drop=False).loc["manila"].to_dict()
    assert says in measure.text(manila)
    reading = readings(layers, "hospital-within-1km")["manila"]
    assert says in fact(reading.indicator, reading, manila)


def test_source_of_the_e_government_index_says_that_it_is_a_copy(layers):
    sources = {figure.name: figure.source for figure in beside.figures(layers, "VNM")}
    for name, source in sources.items():
        is_of_the_un = "EGDI" in name or "E-Government" in name
        assert source.endswith("from a second-hand copy") == is_of_the_un, name


@pytest.mark.parametrize(
    ("own", "others", "words"),
    [
        ([5.0], [9.0, 1.0], "2nd of 3"),
        ([5.0], [5.0, 1.0], "1st of 3, tied with 1 other"),
        ([5.0], [5.0, 5.0, 9.0], "2nd of 4, tied with 2 others"),
        ([5.0, 7.0], [6.0], "1st to 2nd of 2"),
    ],
)
def test_place_in_words(own, others, words):
    values = {"own": own} | {str(i): [other] for i, other in enumerate(others)}
    assert places.place(standing(values, "own")) == words


def test_strip_says_to_screen_readers_what_it_draws(layers):
    profile = city_profile(layers, "hanoi")
    html = standings.standings_table(profile)
    labels = re.findall(r'role="img" aria-label="([^"]+)"', html)
    assert labels[0] == (
        "Hanoi: 3rd of 38; highest 11 million, lowest 57,600; overall median 902,000. Median "
        "of Viet Nam: 8.69 million."
    )
    positions = [float(left) for left in re.findall(r"left:([\d.-]+)%", html)]
    assert min(positions) == 0
    assert max(positions) == 100
    strips = html.count('class="strip"')
    assert strips == len(labels) == html.count('<i class="own"')


def test_strip_of_equal_figures_is_in_the_middle():
    place = standing({"a": [2.0], "b": [2.0]}, "a")
    html = places.strip(place, "A", "", str)
    assert set(re.findall(r"left:([\d.]+)%", html)) == {"50.0"}


def test_every_figure_of_the_table_of_places_has_a_year_and_a_source(layers):
    for city_id in layers["cities"]["city_id"]:
        for topic in standings.topics(city_profile(layers, city_id)):
            for measure in topic.measures:
                assert re.search(r"20\d\d|1\d{3}", measure.source), (city_id, measure)


def test_compare_shows_outcomes_and_places_among_all(layers):
    every = layers["cities"].to_dict("records")
    rows = [row for row in every if row["city_id"] in ("manila", "singapore", "rayong")]
    table = cells(comparison(rows, all_measures(layers, 2025), every))
    names = [cell.replace("Thailand", "") for cell in table[0][1:]]
    by_name = {row[0]: dict(zip(names, row[1:], strict=True)) for row in table[1:]}
    transport = next(row for name, row in by_name.items() if name.startswith("Access to"))
    assert transport["ManilaPhilippines"] == "32%2020, estimate17th of 23"
    assert transport["SingaporeSingapore"] == "99%2022, reported by the country"
    assert transport["Rayong"] == "no data"
    hospital = next(row for name, row in by_name.items() if name.startswith("Hospital"))
    assert hospital["ManilaPhilippines"].startswith("40% and over2024")
    assert "highest" not in "".join(hospital.values())


def test_figure_of_the_country_gives_a_city_no_place(layers):
    every = layers["cities"].to_dict("records")
    [share] = [
        one for one in all_measures(layers, 2025) if one.label.startswith("National urban share")
    ]
    assert {place_of(share, city, every) for city in every} == {""}


def test_country_sets_the_index_its_parts_and_two_indicators_beside_the_region(layers):
    figures = beside.figures(layers, "IDN")
    assert [(one.value, places.place(one.standing)) for one in figures] == [
        ("0.7991", "4th of 11"),
        ("0.8035", "3rd of 11"),
        ("0.7293", "3rd of 11"),
        ("0.8645", "6th of 11"),
        ("72.8", "7th of 11"),
        ("14.3", "6th of 8"),
    ]
    assert all(re.match(r"20\d\d", one.year) and one.source for one in figures)


def test_country_without_a_figure_has_no_data_and_no_place(layers):
    large = beside.figures(layers, "TLS")[-1]
    assert (large.value, large.year, large.standing) == ("no data", "", None)
    assert "no data" in beside.beside_table(layers, "TLS")


@pytest.mark.parametrize("indicator", OUTCOMES)
def test_table_of_outcome_and_projects_names_every_member_once(layers, indicator):
    text = " ".join(
        cell for row in cells(urbanisation_effort.effort_table(layers, indicator)) for cell in row
    )
    for name in layers["cities"]["name"]:
        assert len(re.findall(rf"(?<![\w]){re.escape(name)}(?=[,( ]|$)", text)) == 1, name


def test_groups_of_a_number_are_split_at_the_median_which_is_named(layers):
    found = effort(layers, "public-transport-access")
    labels = [label for label, _ in urbanisation_effort.groups(found)]
    assert labels == [
        "45% or more, projects listed",
        "45% or more, no project listed",
        "under 45%, projects listed",
        "under 45%, no project listed",
    ]
    assert "45% is the median of the 23 cities" in urbanisation_effort.source(layers, found)
    assert "Mobility & Transportation" in urbanisation_effort.note(layers, found)
    assert "Framework 2018, page 4" in urbanisation_effort.note(layers, found)


def test_groups_of_bands_are_the_bands(layers):
    found = effort(layers, "hospital-within-1km")
    assert [label for label, _ in urbanisation_effort.groups(found)] == [
        f"{band}, {projects}"
        for band in ("40% and over", "20 to 40%", "under 20%")
        for projects in ("projects listed", "no project listed")
    ]


@pytest.mark.parametrize("code", ["en", "id"])
def test_nothing_is_judged(code):
    with use_language(i18n.languages()[code]):
        layers = catalogue()
        said = [
            outcomes.outcomes(layers, "jakarta"),
            standings.standings_table(city_profile(layers, "semarang")),
            beside.beside_table(layers, "LAO"),
            places.key_note(),
            *(urbanisation_effort.effort_table(layers, indicator) for indicator in OUTCOMES),
            *(
                urbanisation_effort.note(layers, effort(layers, indicator))
                for indicator in OUTCOMES
            ),
        ]
    for html in said:
        assert not JUDGEMENTS.findall(re.sub(r"<[^>]+>", " ", html))


def test_places_and_bands_in_indonesian():
    with use_language(i18n.languages()["id"]):
        layers = catalogue()
        rows = outcome_cells(layers, "jakarta")
    assert rows["Akses ke angkutan umum"][:3] == ["54%", "ke-8 dari 23", "2020, estimasi"]
    assert rows["Rumah sakit dalam jarak 1 km"][0] == "40% ke atas"


def test_files_hold_what_the_pages_show(layers):
    def rows(name, **query):
        return TABLES[name].table(DatasetRequest(layers, layers, query))

    transport = rows("outcomes", city="vientiane")
    assert sorted(
        transport.loc[transport["indicator_id"] == "public-transport-access", "value"]
    ) == [24, 25]
    places_of_city = rows("standings", city="jakarta")
    assert len(places_of_city) == sum(
        len(one.measures) for one in standings.topics(city_profile(layers, "jakarta"))
    )
    assert places_of_city["place"].tolist()[:3] == [1, 1, 2]
    country = rows("country-standings", country="IDN")
    assert country["place"].tolist() == [4, 3, 3, 6, 7, 6]
    for indicator in OUTCOMES:
        beside_projects = rows("outcome-and-projects", indicator=indicator)
        assert beside_projects["city_id"].nunique() == 38
        found = effort(layers, indicator)
        grouped = beside_projects.dropna(subset="group")
        assert set(grouped["city_id"]) == set(found.rows["city_id"])


@pytest.mark.parametrize(
    ("page", "query", "title"),
    [
        ("city", {"city": "dili"}, "Where Dili stands"),
        ("country", {"country": "BRN"}, "Compared with the other member states"),
        ("urbanisation", {}, "Hospital within 1 km and projects in Health &amp; Well-Being"),
    ],
)
def test_pages_have_the_section(open_page, page, query, title):
    assert title in page_html(open_page(page, **query))
