"""Facts about the network that the committed layers must contain."""

from __future__ import annotations

import json

import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo.analysis.urbanisation import urban_share
from geo.build.run import MAX_AREA_DIFFERENCE_PERCENT, MAX_DEFECT_PERCENT, SMALL_STATE_KM2
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR
from geo.schema import LAYERS
from geo.vocabulary import FOCUS_AREAS, MEMBER_STATES, REVISIONS, focus_area_column

WGS84 = Geod(ellps="WGS84")
PUBLISHED = {2022: 77, 2023: 86, 2024: 108, 2025: 134}
JOINED = {
    2023: {"chiang-mai", "khon-kaen", "rayong"},
    2024: {"sumedang", "sihanoukville"},
    2025: {"ipoh", "putrajaya", "seberang-perai", "cauayan-city", "denpasar", "semarang"},
    2026: {"dili"},
}


def test_eleven_member_states(catalogue: Catalogue) -> None:
    countries = catalogue["countries"].set_index("iso3")
    assert tuple(countries.index) == MEMBER_STATES
    assert len(countries) == 11
    assert countries.loc["TLS", "asean_since"].startswith("2025-10")


def test_thirty_eight_cities_by_the_year_they_joined(catalogue: Catalogue) -> None:
    cities = catalogue["cities"]
    by_year = cities.groupby("joined_year")["city_id"].agg(set).to_dict()
    pilots = by_year.pop(2018)
    assert len(cities) == 38
    assert len(pilots) == 26
    assert by_year == JOINED
    assert catalogue["countries"]["member_cities"].sum() == 38


def test_every_member_state_has_the_cities_counted_in_it(catalogue: Catalogue) -> None:
    counted = catalogue["cities"]["iso3"].value_counts()
    stated = catalogue["countries"].set_index("iso3")["member_cities"]
    assert counted.to_dict() == stated.to_dict()


# Projects


def test_reports_list_the_projects_they_publish(catalogue: Catalogue) -> None:
    rows = catalogue["project_reports"]
    assert rows["report_year"].value_counts().to_dict() == PUBLISHED
    assert len(rows) == 405
    assert catalogue["reports"].set_index("report_year")["projects"].to_dict() == PUBLISHED
    states = rows.groupby(["report_year", "status"]).size().to_dict()
    assert states == {
        (2022, "reported"): 77,
        (2023, "reported"): 86,
        (2024, "ongoing_or_planning"): 97,
        (2024, "completed"): 11,
        (2025, "ongoing_or_planning"): 116,
        (2025, "completed"): 18,
    }
    reports = catalogue["reports"].set_index("report_year")
    for at in (2024, 2025):
        going = reports.loc[at, "ongoing"] + reports.loc[at, "planning"]
        assert states[at, "ongoing_or_planning"] == going
        assert states[at, "completed"] == reports.loc[at, "completed"]


def test_totals_by_state_are_those_of_the_reports(catalogue: Catalogue) -> None:
    reports = catalogue["reports"].set_index("report_year")
    assert reports[["ongoing", "planning", "completed"]].to_dict("index") == {
        2022: {"ongoing": 58, "planning": 17, "completed": 2},
        2023: {"ongoing": 67, "planning": 17, "completed": 2},
        2024: {"ongoing": 81, "planning": 16, "completed": 11},
        2025: {"ongoing": 108, "planning": 8, "completed": 18},
    }
    assert reports["states_basis"].to_dict() == {
        **{2022: "computed", 2023: "computed"},
        **{2024: "stated", 2025: "stated"},
    }
    assert reports["states_page"].to_dict() == {2022: 5, 2023: 6, 2024: 8, 2025: 5}


def rounds_to(share: float, printed: float) -> bool:
    """Whether a share is what is printed, to as many digits as are printed."""
    digits = len(f"{printed:g}".partition(".")[2])
    return abs(share - printed) <= 0.5 * 10**-digits


MISPRINTED = {
    # 2 of 77 is 2.60%: with 75.32% (58) and 22.08% (17) the printed shares make 100.34%.
    (2022, "completed"): 2.94,
}


def test_totals_by_state_make_the_printed_shares(catalogue: Catalogue) -> None:
    unlike = {}
    for report in catalogue["reports"].to_dict("records"):
        for state in ("ongoing", "planning", "completed"):
            printed = report[f"{state}_percent"]
            if not rounds_to(100 * report[state] / report["projects"], printed):
                unlike[report["report_year"], state] = printed
    assert unlike == MISPRINTED
    noted = catalogue["reports"].dropna(subset="note")["report_year"]
    assert set(noted) == {year for year, _ in MISPRINTED}


UNLIKE_THE_LIST = {
    # Report, focus area: share that exhibit 1 and the area's own section print, and projects of
    # that area in the appendix, which is the list that all other figures here rest on.
    (2023, "civic-social"): (30, 25),  # 29.07% of 86
    (2023, "industry-innovation"): (8, 8),  # 9.30%
    (2024, "civic-social"): (27, 28),  # 25.93% of 108
    (2024, "safety-security"): (12, 12),  # 11.11%
    (2024, "quality-environment"): (18, 20),  # 18.52%
    (2024, "industry-innovation"): (11, 14),  # 12.96%
    (2025, "quality-environment"): (18, 25),  # 18.66% of 134
    (2025, "built-infrastructure"): (25, 32),  # 23.88%
}


def test_printed_shares_of_focus_areas_are_those_of_the_lists_but_for_known_ones(
    catalogue: Catalogue,
) -> None:
    shares = catalogue["report_focus_shares"]
    assert len(shares) == len(PUBLISHED) * len(FOCUS_AREAS)
    assert (shares.groupby("report_year")["percent"].sum() == 100).all()
    listed = catalogue["project_reports"].groupby(["report_year", "focus_area"]).size()
    unlike = {}
    for row in shares.itertuples():
        counted = int(listed[row.report_year, row.focus_area])
        if not rounds_to(100 * counted / PUBLISHED[row.report_year], row.percent):
            unlike[row.report_year, row.focus_area] = (row.percent, counted)
    assert unlike == UNLIKE_THE_LIST


def test_date_of_a_report_is_the_same_wherever_it_stands(
    catalogue: Catalogue, tables: dict[str, pd.DataFrame]
) -> None:
    as_of = catalogue["reports"].set_index("document")["as_of"]
    adopted = catalogue["documents"].set_index("document_id")["adopted_on"]
    vintage = tables["sources"].set_index("source_id")["vintage"]
    for document, date in as_of.items():
        assert date == adopted[document] == vintage[document]
    rows = catalogue["project_reports"]
    assert (rows["as_of"] == rows["document"].map(as_of)).all()
    binds = catalogue["documents"].set_index("document_id")["binds"]
    for report in catalogue["reports"].itertuples():
        assert f"Reports on {report.projects} projects" in binds[report.document]
        statuses = (
            f"{report.ongoing} ongoing, {report.planning} in planning and {report.completed} "
            "completed"
        )
        assert statuses in binds[report.document]


def test_projects_by_state(catalogue: Catalogue) -> None:
    assert catalogue["projects"]["status"].value_counts().to_dict() == {
        "ongoing_or_planning": 116,
        "completed": 18,
        "no_longer_reported": 6,
    }


def test_counts_of_the_cities_add_up_to_the_latest_report(catalogue: Catalogue) -> None:
    cities = catalogue["cities"]
    assert cities["projects"].sum() == PUBLISHED[2025]
    assert cities["projects_completed"].sum() == 18
    assert cities["projects_ongoing_or_planning"].sum() == 116
    assert cities["projects_no_longer_reported"].sum() == 6
    areas = cities[[focus_area_column(area) for area in FOCUS_AREAS]]
    assert areas.sum(axis=1).tolist() == cities["projects"].tolist()


def test_every_reported_project_is_known_and_every_project_reported(catalogue: Catalogue) -> None:
    projects = catalogue["projects"].set_index("project_id")
    reported = catalogue["project_reports"]
    assert set(reported["project_id"]) == set(projects.index)
    assert reported["city_id"].tolist() == projects.loc[reported["project_id"], "city_id"].tolist()
    assert all(p.startswith(f"{c}--") for p, c in projects["city_id"].items())


def test_completed_project_is_never_reopened(catalogue: Catalogue) -> None:
    rows = catalogue["project_reports"]
    done = rows[rows["status"] == "completed"]
    first = rows["project_id"].map(done.groupby("project_id")["report_year"].min())
    later = rows[rows["report_year"] > first.fillna(9999)]
    assert len(later) > 0
    assert set(later["status"]) == {"completed"}


def test_every_rename_is_decided_the_way_the_projects_stand(catalogue: Catalogue) -> None:
    renames, reports = catalogue["project_renames"], catalogue["project_reports"]
    assert set(renames["project_id"]) <= set(catalogue["projects"]["project_id"])
    named = set(
        zip(reports["project_id"], reports["report_year"], reports["name_in_report"], strict=True)
    )
    for row in renames.itertuples():
        assert (row.project_id, row.report_year, row.name_after) in named, row.project_id
        before = {name for id, _, name in named if id == row.project_id}
        assert (row.name_before in before) == (row.decision == "same"), row.project_id


def test_decision_without_a_description_says_that_it_is_a_judgement(catalogue: Catalogue) -> None:
    renames = catalogue["project_renames"]
    undescribed = renames["reason"].str.startswith("No description")
    judged = renames["reason"].str.endswith("Our judgement: no report decides it.")
    assert renames.loc[undescribed & ~judged, "project_id"].tolist() == []
    assert set(renames.loc[undescribed, "decision"]) == {"same", "different"}
    assert undescribed.sum() == 7


# Where things lie


def test_cities_lie_in_their_country_or_state_the_distance(catalogue: Catalogue) -> None:
    cities = catalogue.geo("cities")
    shapes = catalogue.geo("countries").set_index("iso3")["geometry"]
    home = shapes.loc[cities["iso3"]].array
    inside = shapely.intersects(cities.geometry.array, home)
    outside = cities[~inside].set_index("city_id")["distance_to_boundary_km"]
    assert outside.to_dict() == {"chonburi": 0.026, "kota-kinabalu": 2.04}
    assert (cities.loc[inside, "distance_to_boundary_km"] == 0).all()


def test_every_place_has_a_size_a_country_and_a_nearest_city(catalogue: Catalogue) -> None:
    places = catalogue["places"]
    assert len(places) == 7618
    assert places["population"].min() >= 500
    assert set(places["iso3"]) == set(MEMBER_STATES)
    assert set(places["city_id"]) <= set(catalogue["cities"]["city_id"])
    assert places["distance_km"].notna().all()


def test_nearest_city_of_places_by_measuring_to_every_city(catalogue: Catalogue) -> None:
    cities = catalogue.geo("cities")
    for place in catalogue.geo("places").iloc[::25].itertuples():
        geometries = zip(cities.geometry.x, cities.geometry.y, strict=True)
        km = [WGS84.inv(place.geometry.x, place.geometry.y, *spot)[2] / 1000 for spot in geometries]
        assert place.distance_km == pytest.approx(min(km), abs=0.00051)
        assert place.city_id == cities["city_id"].iloc[km.index(min(km))]


def test_country_of_places_by_their_polygon(catalogue: Catalogue) -> None:
    places = catalogue.geo("places")
    shapes = catalogue.geo("countries").set_index("iso3")["geometry"]
    inside = places["country_basis"] == "inside"
    home = shapes.loc[places["iso3"]].array
    assert (shapely.intersects(places.geometry.array, home) == inside.to_numpy()).all()
    assert (places.loc[inside, "distance_to_boundary_km"] == 0).all()
    beyond = places[places["country_basis"] == "neighbour"]
    assert set(beyond["name"]) == {"Panglong", "Pangkham", "Móng Cái", "Thị Trấn Phố Bảng"}
    china = catalogue.geo("context").set_index("iso3")["geometry"]["CHN"]
    assert shapely.intersects(beyond.geometry.array, china).all()
    islets = places["country_basis"] == "geonames"
    assert (places.loc[islets, "iso3"] == places.loc[islets, "geonames_iso3"]).all()
    assert places["distance_to_boundary_km"].isna().tolist() == islets.tolist()


def test_boundaries_have_hardly_a_gap_or_overlap(catalogue: Catalogue) -> None:
    stored = (LAYERS_DIR / "build_report.json").read_text(encoding="utf-8")
    measured = json.loads(stored)["notes"]["boundary areas"]
    assert [row["iso3"] for row in measured] == list(MEMBER_STATES)
    assert all(row["defect_percent"] <= MAX_DEFECT_PERCENT <= 0.01 for row in measured)


@pytest.mark.parametrize("name", ["countries", "countries_medium", "countries_low"])
def test_member_states_do_not_overlap(name: str, catalogue: Catalogue) -> None:
    shapes = catalogue.geo(name).geometry.to_crs("ESRI:54034")
    assert shapes.area.sum() / shapes.union_all().area - 1 <= 1e-4


def test_areas_are_near_the_official_ones(
    catalogue: Catalogue, tables: dict[str, pd.DataFrame]
) -> None:
    official = tables["countries"].set_index("iso3")["total_area_km2"]
    countries = catalogue.geo("countries").set_index("iso3")
    for iso3, shape in countries.geometry.items():
        area = WGS84.geometry_area_perimeter(shape)[0] / 1e6
        assert countries.loc[iso3, "boundary_area_km2"] == pytest.approx(area, abs=0.051)
        if official[iso3] >= SMALL_STATE_KM2:
            assert abs(area / official[iso3] - 1) * 100 <= MAX_AREA_DIFFERENCE_PERCENT, iso3
    assert (official < SMALL_STATE_KM2).sum() == 1  # Singapore


# Urbanisation


def test_both_revisions_of_the_urban_share_are_there_and_apart(catalogue: Catalogue) -> None:
    years = catalogue["country_years"]
    older, newer = (urban_share(years, "KHM", r)[2018] for r in ("wdi-2025-07", "wdi-2026-03"))
    assert (round(older, 1), round(newer, 1)) == (23.4, 37.6)
    for iso3 in MEMBER_STATES:
        shares = [urban_share(years, iso3, revision) for revision in REVISIONS]
        assert all(
            share.index.is_unique and {2000, 2018, 2023} <= set(share.index) for share in shares
        )


def test_twenty_seven_cities_have_a_un_series_of_their_own(catalogue: Catalogue) -> None:
    cities = catalogue["cities"]
    own = cities[cities["agglomeration_relation"] == "same"]
    assert len(own) == 27
    assert own["agglomeration_growth_2000_2018"].notna().all()
    rest = cities[cities["agglomeration_relation"] != "same"]
    assert rest["agglomeration_population_2018"].isna().all()
    assert rest["agglomeration_note"].notna().all()
    series = catalogue["city_years"].dropna(subset="city_id").groupby("city_id")["year"]
    assert set(series.groups) == set(own["city_id"])
    assert (series.min() == 1950).all()
    assert (series.max() == 2035).all()
    assert (series.size() == 86).all()


def test_years_after_2018_are_projections(catalogue: Catalogue) -> None:
    years = catalogue["city_years"]
    assert ((years["year"] > 2018) == years["is_projection"]).all()


def test_every_official_population_has_year_territory_and_source(catalogue: Catalogue) -> None:
    cities = catalogue["cities"].dropna(subset="population")
    for column in ("year", "basis", "territory", "source"):
        assert cities[f"population_{column}"].notna().all(), column


@pytest.mark.parametrize(
    ("city_id", "population", "year", "basis", "land_area", "density"),
    [
        ("bangkok", 5_422_568, 2025, "registered", 1568.7, 3456.7),
        ("chiang-mai", 111_809, 2025, "registered", 40.216, 2780.2),
        ("phuket", 432_464, 2025, "registered", 543, 796.4),
        ("rayong", 57_614, 2025, "registered", 16.95, 3399.1),
        ("banyuwangi", 1_791_789, 2024, "registered", 3593.849, 498.6),
        ("denpasar", 673_270, 2024, "registered", 125.694, 5356.4),
        ("manila", 1_902_590, 2024, "census", 24.98, 76164.5),
        ("davao-city", 1_848_947, 2024, "census", 2444, 756.5),
        ("kota-kinabalu", 500_421, 2020, "census", 351, 1425.7),
        ("seberang-perai", 946_092, 2020, "census", 748, 1264.8),
        ("da-nang", 1_134_310, 2019, "census", 1285, 882.7),
        ("singapore", 6_110_000, 2025, "estimate", 736.3, 8298.2),
        ("chonburi", 215_000, 2018, "plan", 43, 5000),
    ],
)
def test_official_figures_as_their_sources_print_them(
    city_id: str,
    population: int,
    year: int,
    basis: str,
    land_area: float,
    density: float,
    catalogue: Catalogue,
) -> None:
    city = catalogue["cities"].set_index("city_id").loc[city_id]
    assert (city["population"], city["population_year"]) == (population, year)
    assert city["population_basis"] == basis
    assert city["land_area_km2"] == land_area
    assert city["density_per_km2"] == pytest.approx(density, abs=0.06)


def test_densities_round_to_the_whole_people_of_their_own_division(catalogue: Catalogue) -> None:
    cities = catalogue["cities"].dropna(subset="density_per_km2").set_index("city_id")
    exact = cities["population"].astype(float) / cities["land_area_km2"]
    assert cities["density_per_km2"].round().equals(exact.round())
    assert round(cities.loc["cebu-city", "density_per_km2"]) == 3_065


def test_only_figures_of_one_territory_give_a_density(catalogue: Catalogue) -> None:
    cities = catalogue["cities"].set_index("city_id")
    without = cities[cities["density_per_km2"].isna()]
    assert without.index.tolist() == ["battambang", "luang-prabang"]
    assert "293 km²" in without["density_note"]["battambang"]
    others = cities.drop(without.index)
    assert (others["population_territory"] == others["land_area_territory"]).all()


@pytest.mark.parametrize(
    ("city_id", "before", "after", "land_area", "density"),
    [
        ("da-nang", 1_134_310, 3_065_628, 11_859.59, 258.5),
        ("ho-chi-minh-city", 9_521_886, 14_002_598, 6_772.59, 2067.5),
        ("hanoi", 8_685_607, 8_718_000, 3_359.80, 2594.8),
    ],
)
def test_cities_of_viet_nam_before_and_after_july_2025_are_told_apart(
    city_id: str, before: int, after: int, land_area: float, density: float, catalogue: Catalogue
) -> None:
    rows = catalogue["city_populations"].query("city_id == @city_id").set_index("year")
    city = catalogue["cities"].set_index("city_id").loc[city_id]
    assert rows.index.tolist() == [city["population_year"], 2025]
    assert rows["edition"].str.startswith("before").tolist() == [True, False]
    assert rows["population"].tolist() == [before, after]
    figures = ["population", "population_basis", "land_area_km2", "density_per_km2"]
    assert rows.iloc[0][figures].tolist() == city[figures].tolist()
    assert rows.iloc[1]["land_area_km2"] == land_area
    assert rows.iloc[1]["density_per_km2"] == pytest.approx(density, abs=0.06)


def test_other_official_figures_differ_in_year_territory_or_basis(catalogue: Catalogue) -> None:
    rows = catalogue["city_populations"].set_index(["city_id", "year", "territory"])
    assert len(rows) == 33
    found = rows["population"].groupby("city_id").agg(list)
    assert found["bangkok"] == [5_471_588, 5_455_020]
    assert found["rayong"] == [789_730]
    assert found["johor-bahru"] == [1_711_191, 1_800_000]
    older = rows.loc[("banyuwangi", 2020, "regency (kabupaten), older area")]
    assert pd.isna(older["population"])
    assert pd.isna(older["density_per_km2"])
    assert older["land_area_km2"] == 5782.5


def test_years_of_joining_that_another_source_contradicts_carry_both(catalogue: Catalogue) -> None:
    cities = catalogue["cities"].set_index("city_id")
    assert cities["joined_source"].notna().all()
    notes = cities["joined_note"].dropna()
    assert set(notes.index) == {"chiang-mai", "khon-kaen", "rayong", "denpasar", "semarang"}
    assert (notes.str.count("https://") == 2).all()


def test_land_area_has_a_source_and_a_year_where_the_source_gives_one(
    catalogue: Catalogue,
) -> None:
    cities = catalogue["cities"].set_index("city_id")
    stated = cities["land_area_km2"].notna()
    assert cities.index[~stated].tolist() == ["luang-prabang"]
    assert (cities["land_area_source"].notna() == stated).all()
    assert cities.loc[~stated, "land_area_year"].isna().all()
    undated = cities.index[stated & cities["land_area_year"].isna()]
    assert set(undated) == {
        *("ipoh", "khon-kaen", "kuching", "rayong"),
    }


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_states_licence_attribution_and_vintage(
    name: str, catalogue: Catalogue
) -> None:
    info = catalogue.info(name)
    assert all(info[key].strip() for key in ("title", "licence", "attribution", "vintage"))
