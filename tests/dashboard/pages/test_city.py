"""Texts, tables and page of one city."""

from __future__ import annotations

import copy
import re
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from markupsafe import escape
from streamlit.testing.v1 import AppTest

import dashboard.pages
from dashboard.charts.registry import build_chart
from dashboard.data.current import catalogue
from dashboard.maps.city_map import city_map_image
from dashboard.markup import numbers
from dashboard.markup.file_links import briefing_links
from dashboard.markup.theme import FOCUS_AREA_COLOURS
from dashboard.pages.city import map_text, statements
from dashboard.pages.city import markup as city_markup
from dashboard.pages.city import partners as city_partners
from dashboard.pages.city import tables as city_tables
from dashboard.pages.city import text as city_text
from dashboard.pages.city.state import CityState, city_codec
from dashboard.ui.layout import layer_files
from geo.analysis.city_profile import CityProfile, city_profile
from geo.analysis.peers import MEASURES, peer_ids, peers
from geo.i18n import use_language
from geo.layers.catalogue import Catalogue
from tests.dashboard.conftest import offered_links, page_html, run_alone
from tests.dashboard.page_maps import chart_addresses
from tests.dashboard.recording_catalogue import NotingCatalogue
from tests.pseudolocale import MARK, MARKED

PAGE = Path(dashboard.pages.__file__).parent / "city" / "page.py"
CITY_IDS = tuple(catalogue()["cities"]["city_id"])
EVIL = '<script>alert("1")</script>'


def open_city(**query: str) -> AppTest:
    return run_alone(PAGE, **query)


@pytest.fixture(scope="module")
def profile_of(layers: Catalogue):
    return lambda city_id: city_profile(layers, city_id)


def changed(profile: CityProfile, **parts: Any) -> CityProfile:
    """A copy of a profile with some parts replaced, which caches nothing."""
    other = copy.copy(profile)
    vars(other).update(parts, cached=lambda _, make: make())
    return other


class _Balance(HTMLParser):
    """Checks that every opened tag is closed, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        if tag not in {"br", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def pieces(profile: CityProfile, layers: Catalogue, colours) -> dict[str, str]:
    countries = dict(zip(layers["countries"]["iso3"], layers["countries"]["name"], strict=True))
    return {
        "plan": city_tables.plan(profile),
        "statements": statements.statements(profile),
        "targets": city_tables.targets(profile),
        "priorities": city_tables.priorities(profile, colours),
        "states": city_tables.status_by_report(profile, colours),
        "histories": city_tables.histories(profile, colours),
        "partners": city_partners.partners(profile),
        "nearby": city_tables.nearby(profile, countries),
        "project places": map_text.project_places(profile),
    }


@pytest.mark.parametrize("city_id", CITY_IDS)
def test_every_city_gives_sound_html_without_a_missing_value_shown_raw(
    city_id, layers, profile_of, colours
):
    for html in pieces(profile_of(city_id), layers, colours).values():
        _Balance(html)
        assert not re.search(r"\b(nan|None|NaT)\b|&lt;NA&gt;|<NA>", html)


@pytest.mark.parametrize(
    ("city_id", "sentence"),
    [
        (
            "banyuwangi",
            "Banyuwangi, Indonesia, joined the network in 2018 and has 1.79 million people "
            "(2024). The 2025 report lists 5 projects for the city: 4 are ongoing or in "
            "planning and 1 is completed; 1 earlier one is no longer reported.",
        ),
        (
            "putrajaya",
            "Putrajaya, Malaysia, joined the network in 2025 and has 109,000 people (2020). "
            "The 2025 report lists 5 projects for the city: all are ongoing or in planning.",
        ),
    ],
)
def test_headline_tells_who_the_city_is_and_its_projects_by_state(city_id, sentence, profile_of):
    assert city_text.headline(profile_of(city_id)) == sentence


def test_words_and_numbers_are_those_of_the_language(layers, profile_of, colours):
    names = dict(zip(layers["cities"]["city_id"], layers["cities"]["name"], strict=True))
    with use_language(MARKED):
        profile = profile_of("siem-reap")
        headline = city_text.headline(profile)
        figures = city_text.key_figures(profile)
        sentence = pieces(profile, layers, colours)
        links = city_markup.links(profile, ["dili"], names, briefing_links("siem-reap"))
        _, problems = city_codec(list(names)).from_query({"city": "dili,manila", "a": "1"})
    assert headline.startswith(MARK)
    assert all(figure.label.startswith(MARK) for figure in figures)
    assert "424,7 km²" in figures[1].label
    for name, html in sentence.items():
        labels = re.findall(
            r'<th scope="col">([^<]+)|<dt>([^<]+)|aria-label="([^"]+)|<summary>([^<]+)', html
        )
        for text in (text for match in labels for text in match if text):
            assert text.startswith(MARK) or text.isdigit(), name
    assert 'href="./compare?city=siem-reap,dili&amp;lang=id"' in links
    labels = set(re.findall(r">([^<]+)</a>", links)) - {"PDF"}
    assert all(text.startswith(MARK) for text in labels)
    assert len(problems) == 2
    assert all(problem.startswith(MARK) for problem in problems)


def test_note_of_a_city_without_a_plan_leaves_out_what_is_said_already(profile_of):
    profile = profile_of("ipoh")
    note = "tidak ada rencana; visinya dari laporan"
    html = city_tables.plan(changed(profile, plan={**profile.plan, "note": note}))
    assert "Note: visinya dari laporan." in html
    assert "tidak ada" not in html


def test_headline_of_a_city_that_is_its_country_names_it_once(profile_of):
    assert city_text.headline(profile_of("singapore")).startswith("Singapore joined the network")


def test_headline_of_a_city_without_projects_says_that_no_report_lists_one(profile_of):
    assert city_text.headline(profile_of("dili")).endswith("lists any projects for this city.")


@pytest.mark.parametrize("city_id", CITY_IDS)
def test_every_headline_adds_up_to_the_projects_of_the_city(city_id, profile_of):
    profile = profile_of(city_id)
    sentence = city_text.headline(profile).split(". ", 1)[1]
    total = re.search(r"lists (\d+) project", sentence)
    assert int(total[1] if total else 0) == profile.city["projects"]
    parts = re.findall(r"(\d+) (?:is|are) (?:ongoing|completed)", sentence)
    assert not parts or sum(map(int, parts)) == profile.city["projects"]


@pytest.mark.parametrize("city_id", CITY_IDS)
def test_every_key_figure_states_a_year_or_says_why_there_is_none(city_id, profile_of):
    for figure in city_text.key_figures(profile_of(city_id)):
        if figure.value == numbers.no_data():
            assert len(figure.source) > 30, figure.label
        else:
            assert re.search(r"\b(19|20)\d\d\b", figure.source)
        assert "http" not in figure.source


def test_city_without_a_land_area_has_no_density_with_the_reason(profile_of):
    density = city_text.key_figures(profile_of("luang-prabang"))[1]
    assert (density.value, density.label) == ("no data", "people per km² of land")
    assert density.source.startswith("The plan sets the province's 16,875 km² beside")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Census 2022; as given at https://www.example.org/a", "Census 2022; example.org"),
        ("as given at https://th.wikipedia.org/wiki/เทศบาล", "th.wikipedia.org"),
        (
            "12 km² and 3 km², as given at https://en.wikipedia.org/x",
            "12 km² and 3 km²; en.wikipedia.org",
        ),
        ("Bureau, latest data, https://a.gov.sg/b", "Bureau, latest data; a.gov.sg"),
        ("Action Plans (2018), document ascn-consolidated-scaps", "Action Plans (2018)"),
        (None, "no source"),
    ],
)
def test_source_under_a_figure_names_publisher_and_host(source, expected):
    assert city_text.publisher(source) == expected


@pytest.mark.parametrize(("revision", "last"), [("2025", "2050"), ("2018", "2035")])
def test_projection_is_named_as_one(revision, last, profile_of):
    figures = city_text.key_figures(profile_of("hanoi"), revision)
    [figure] = [f for f in figures if last in f.source]
    assert "projection" in figure.source
    assert "projected" in figure.label


def test_figures_are_of_one_revision(profile_of):
    newest = city_text.key_figures(profile_of("hanoi"))
    assert "5.07 million" in [figure.value for figure in newest]
    assert not any("agglom" in figure.label for figure in newest)
    assert [figure.source for figure in newest if "2018" in figure.source] == [
        "2050, projection; UN WUP 2025; WUP 2018, counted differently: 7.04 million in 2035"
    ]
    earlier = city_text.key_figures(profile_of("hanoi"), "2018")
    assert "4.28 million" in [figure.value for figure in earlier]
    assert not any("UN city" in figure.label for figure in earlier)
    [projected] = [figure.source for figure in earlier if "WUP 2025" in figure.source]
    assert "; WUP 2025, counted differently: 4.79 million in 2050" in projected


def test_city_without_a_series_has_no_data_with_the_reason(profile_of):
    figures = city_text.key_figures(profile_of("dili"), "2018")
    [figure] = [f for f in figures if "agglomeration" in f.label]
    assert figure.value == "no data"
    assert figure.source.startswith("No UN series: ")
    [figure] = [
        f for f in city_text.key_figures(profile_of("cauayan-city")) if "UN city" in f.label
    ]
    assert figure.value == "no data"
    assert figure.source.startswith("The UN has no city of 50,000 people or more")


def test_sum_without_a_figure_of_a_year_says_why(profile_of):
    figures = {f.label: f for f in city_text.key_figures(profile_of("phuket"))}
    growth = figures["mean growth of the UN city"]
    assert growth.value == "no data"
    assert growth.source == (
        "One of its UN cities had fewer than 50,000 people in 2000 (UN WUP 2025)"
    )
    [growth] = [f for f in city_text.key_figures(profile_of("rayong")) if "growth" in f.label]
    assert growth.source.startswith(
        "Fewer than 50,000 people in 2000, so not a UN city in that year"
    )


def test_population_source_tells_the_match_of_the_revision(profile_of):
    profile = profile_of("putrajaya")
    assert "UN city: a UN city of its own" in city_text.population_source(profile)
    assert "Agglomeration: federal territory" in city_text.population_source(profile, "2018")


@pytest.mark.parametrize("city_id", ["dili", "ipoh", "chiang-mai"])
def test_later_city_has_no_plan_published_in_the_sources(city_id, profile_of):
    html = city_tables.plan(profile_of(city_id))
    assert "The sources contain no published plan." in html
    assert html.lower().count("no published plan") == 1


def test_vision_that_a_report_states_is_shown_without_a_plan(profile_of):
    assert '<p class="vision">Ipoh wants' in city_tables.plan(profile_of("ipoh"))


def test_focus_areas_of_the_plan_stand_in_their_hues(profile_of):
    html = city_tables.plan(profile_of("banyuwangi"))
    assert re.findall(r"background:(#\w+)", html) == [
        FOCUS_AREA_COLOURS[area] for area in profile_of("banyuwangi").focus_areas
    ]


def test_outcome_that_is_our_classification_says_so_and_a_stated_one_does_not(profile_of):
    assert "our classification" in city_tables.targets(profile_of("banyuwangi"))
    assert "our classification" not in city_tables.targets(profile_of("bandar-seri-begawan"))


def test_focus_area_that_is_our_classification_says_so_and_a_stated_one_does_not(
    profile_of, colours
):
    for part in (city_tables.plan, statements.statements):
        assert part(profile_of("johor-bahru")).count("our classification") == 2  # title and text
        assert part(profile_of("hanoi")).count("our classification") > 2
        assert "our classification" not in part(profile_of("yangon"))
    assert "our classification" in city_tables.priorities(profile_of("johor-bahru"), colours)
    assert "our classification" not in city_tables.priorities(profile_of("yangon"), colours)


def test_plan_names_the_office_of_its_officer_and_what_pages_count(profile_of):
    html = city_tables.plan(profile_of("luang-prabang"))
    assert "Chief Smart City Officer in 2018 (office held): Mayor." in html
    assert "Page numbers refer to the PDF file." in html
    assert "Chief Smart City Officer" not in city_tables.plan(profile_of("dili"))


@pytest.mark.parametrize("city_id", ["da-nang", "bangkok", "jakarta", "phnom-penh"])
def test_statements_of_a_plan_stand_under_its_headings_with_their_pages(city_id, profile_of):
    profile = profile_of(city_id)
    html = statements.statements(profile)
    sentence = [
        (text if isinstance(text, str) else "named without details", page)
        for text, page in zip(
            profile.statements["statement"], profile.statements["page"], strict=True
        )
    ]
    assert re.findall(r"<li>(.+?) <small>p\. (\d+)</small></li>", html) == [
        (escape(text), str(page)) for text, page in sentence
    ]
    ours = profile.statements[profile.statements["focus_area_basis"] == "assigned"]
    for heading in ours["heading"].dropna():
        assert f"“{escape(heading)}”" in html
    assert (
        html.count("none of the six focus areas") == profile.statements["focus_area"].isna().sum()
    )


def test_city_without_a_plan_has_no_statements(profile_of):
    assert statements.statements(profile_of("dili")) == ""


def test_target_shows_figure_with_its_baseline(profile_of):
    html = city_tables.targets(profile_of("battambang"))
    cells = re.findall(r'data-label="(\w+)"><div>(.+?)</div>', html)
    at = cells.index(("Figure", "30%<small>baseline: 17% (2016)</small>"))
    assert cells[at + 1 : at + 3] == [("Year", "2022"), ("Page", "8")]
    without_figure = city_tables.targets(profile_of("luang-prabang"))
    assert "none stated<small>baseline: 22 wetlands restored" in without_figure


def test_priority_project_tells_what_became_of_it(profile_of, colours):
    html = city_tables.priorities(profile_of("manila"), colours)
    assert html.count("Not in the reports") == 2
    assert "Reported as the same project: " in html
    assert "<b>" in html
    assert "uncertain" not in html
    assert "(uncertain)</em>" in city_tables.priorities(profile_of("hanoi"), colours)


def test_state_of_each_report_stands_with_its_page(profile_of, colours):
    html = city_tables.status_by_report(profile_of("banyuwangi"), colours)
    row = html[html.index(">Smart Kampung</a>") :].split("</tr>")[0]
    assert re.findall(r"</i>([\w ]+)</span><small>(page \d+)", row) == [
        ("Reported", "page 22"),
        ("Reported", "page 21"),
    ]
    assert row.count("not listed") == 2
    assert "No longer reported" in row


def test_other_name_in_a_report_is_told(profile_of, colours):
    html = city_tables.status_by_report(profile_of("cebu-city"), colours)
    assert "as “Cebu City Automated Citywide Traffic System”" in html


def test_name_of_a_project_leads_to_its_history_wherever_it_stands(profile_of, colours):
    profile = profile_of("siem-reap")
    [project] = profile.projects.query("name == 'Smart Tourism'")["project_id"]
    link = f'<a href="./plans?project={project}" target="_self">Smart Tourism</a>'
    for html in (
        city_tables.priorities(profile, colours),
        city_tables.status_by_report(profile, colours),
        city_tables.histories(profile, colours),
        city_partners.partners(profile),
    ):
        assert link in html


@pytest.mark.parametrize("city_id", CITY_IDS)
def test_every_project_leads_to_its_history_and_names_the_report_and_page(
    city_id, profile_of, colours
):
    profile = profile_of(city_id)
    html = city_tables.status_by_report(profile, colours)
    rows = html.split("<tr>")[2:]
    assert len(rows) == len(profile.projects)
    for row, project_id in zip(rows, profile.projects["project_id"], strict=True):
        assert f'href="./plans?project={project_id}"' in row
        cells = re.findall(r'data-label="M&amp;E Report (\d+)"><div>(.*?)</div>', row)
        found = {
            (int(year), page) for year, cell in cells for page in re.findall(r"page (\d+)", cell)
        }
        reports = profile.reports[profile.reports["project_id"] == project_id]
        assert found == set(zip(reports["report_year"], reports["page"].astype(str), strict=True))


def test_history_shows_newest_progress_stages_by_report_and_figures(profile_of, colours):
    html = city_tables.histories(profile_of("siem-reap"), colours)
    assert "<dt>Progress, 2025</dt>" in html
    assert "Planning (2022); Pilot (2023); Under way (2024); Operating (2025)" in html
    assert "<li>pilot projects in the roadmap: 6 projects</li>" in html


def test_earlier_reports_are_folded_behind_the_newest_that_describes_a_project(profile_of, colours):
    html = city_tables.histories(profile_of("siem-reap"), colours)
    [article] = [part for part in html.split("<article>") if ">Smart Tourism</a>" in part]
    open_part, *folded = article.split("<details>")
    assert "Progress, 2025" in open_part
    assert "M&amp;E Report 2025, page 9." in open_part
    assert [re.search(r"<summary>(\d+) report", part)[1] for part in folded] == [
        "2024",
        "2023",
        "2022",
    ]


@pytest.mark.parametrize("city_id", CITY_IDS)
def test_history_tells_everything_that_any_report_tells_with_its_page(city_id, profile_of, colours):
    profile = profile_of(city_id)
    articles = {
        re.search(r"project=([\w-]+)", part)[1]: part
        for part in city_tables.histories(profile, colours).split("<article>")[1:]
    }
    for row in profile.details.to_dict("records"):
        blocks = re.split(r"<details>", articles[row["project_id"]])
        [block] = [part for part in blocks if f"M&amp;E Report {row['report_year']}, p" in part]
        for column in ("objective", "progress", "challenges", "partners"):
            assert numbers.is_missing(row[column]) or escape(row[column]) in block, column
        counted = profile.figures[
            (profile.figures["project_id"] == row["project_id"])
            & (profile.figures["report_year"] == row["report_year"])
        ]
        assert block.count("<li>") == len(counted)
        source = re.findall(r'<p class="source">(.*?)</p>', block)[0]
        last = row["page"] if numbers.is_missing(row["page_to"]) else row["page_to"]
        pages = set()
        for first, end in re.findall(r"(\d+)(?:–(\d+))?", source.split(", page", 1)[1]):
            pages.update(range(int(first), int(end or first) + 1))
        assert pages == {*range(row["page"], last + 1), *counted["page"]}


def test_facts_of_two_pages_name_both(profile_of, colours):
    html = city_tables.histories(profile_of("sumedang"), colours)
    assert "M&amp;E Report 2025, pages 12–13." in html
    assert "M&amp;E Report 2024, pages 12–13." in html


@pytest.mark.parametrize("city_id", CITY_IDS)
def test_each_project_is_told_or_named_as_not_described(city_id, profile_of, colours):
    profile = profile_of(city_id)
    text = city_tables.histories(profile, colours).count("<article>")
    sentence = city_tables.undescribed_sentence(profile)
    named = re.search(r"(\d+) projects? (?:is|are) listed", sentence)
    assert text + int(named[1] if named else 0) == len(profile.projects)


def test_partner_of_a_public_page_is_linked_and_amount_has_its_currency(profile_of):
    html = city_partners.partners(profile_of("davao-city"))
    assert "USD 1.01 billion" in html
    assert re.search(r'<a href="https://[^"]+" target="_blank" rel="noopener noreferrer">', html)


def test_address_that_is_no_web_address_is_not_linked(profile_of):
    profile = profile_of("davao-city")
    row = profile.partners.head(1).assign(document=None, url="javascript:alert(1)")
    assert "javascript" not in city_partners.partners(changed(profile, partners=row))


def test_text_of_the_layers_is_escaped(layers, profile_of, colours):
    profile = profile_of("davao-city")

    def spoiled(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
        return frame.assign(**dict.fromkeys(columns, EVIL))

    profile = changed(
        profile,
        city={**profile.city, "name": EVIL, "name_local": EVIL, "admin1_name": EVIL},
        plan={
            **profile.plan,
            "vision": EVIL,
            "note": EVIL,
            "chief_smart_city_officer_office": EVIL,
        },
        statements=spoiled(profile.statements, "heading", "statement"),
        targets=spoiled(profile.targets, "target", "unit").assign(baseline=1.0, baseline_unit=EVIL),
        priorities=spoiled(profile.priorities, "name", "aim", "link_reason", "link_document"),
        support=spoiled(profile.support, "request"),
        projects=spoiled(profile.projects, "name", "note"),
        reports=spoiled(profile.reports, "name_in_report"),
        details=spoiled(profile.details, "objective", "progress", "partners", "challenges"),
        figures=spoiled(profile.figures, "quantity", "unit"),
        partners=spoiled(profile.partners, "partner", "what", "programme", "document").assign(
            page=1
        ),
        project_places=spoiled(
            profile_of("bangkok").project_places, "place", "located_as", "source"
        ).assign(project_id=profile.projects["project_id"].iloc[0]),
        places=spoiled(profile.places, "name"),
    )
    for name, html in pieces(profile, layers, colours).items():
        assert "<script" not in html
        assert "&lt;script" in html, name


def test_links_lead_to_comparison_with_peers_and_the_map_around(layers, profile_of):
    names = dict(zip(layers["cities"]["city_id"], layers["cities"]["name"], strict=True))
    nearest = peer_ids(peers(layers, "manila"))
    html = city_markup.links(profile_of("manila"), nearest, names, briefing_links("manila"))
    assert f'href="./compare?city=manila,{",".join(nearest)}"' in html
    assert 'href="./explore?near=manila&amp;within=300"' in html
    for extension in ("pdf", "pptx"):
        assert f'href="/briefing/manila.{extension}?v={layers.version}"' in html


def links(files):
    marks = "".join(layer_files(*file) for file in files)
    return marks + offered_links(marks)


def test_every_layer_that_tells_of_a_city_can_be_downloaded():
    recording = NotingCatalogue()
    profile = city_profile(recording, "hanoi")
    for part in (
        name for name, value in vars(CityProfile).items() if isinstance(value, cached_property)
    ):
        getattr(profile, part)
    offered = {layer for layer, _, _ in city_markup.downloads(profile)}
    assert offered == recording.noted | {"wup2025_cities"}


def test_downloads_are_those_of_the_city_and_of_the_places_around_it(profile_of):
    html = links(city_markup.downloads(profile_of("hanoi")))
    assert set(re.findall(r"/download/(\w+)\.csv\?city=hanoi\"", html)) == {
        *("cities", "city_years", "plans", "plan_focus_areas", "plan_targets", "plan_projects"),
        *(
            "city_populations",
            "city_areas",
            "city_indicators",
            "project_places",
            "plan_statements",
            "plan_support",
            "projects",
            "project_reports",
            "project_details",
            "project_figures",
            "promises",
        ),
        *("wup2025_cities", "wup2025_city_years"),
        "partners",
    }
    assert "/download/places.csv?near=hanoi&amp;within=100" in html


def test_series_of_an_agglomeration_around_the_city_is_downloaded_by_its_own_city(profile_of):
    html = links(city_markup.downloads(profile_of("putrajaya")))
    assert "/download/city_years.csv?city=kuala-lumpur" in html
    assert "Agglomeration of Kuala Lumpur by year" in html


def test_series_of_an_agglomeration_of_no_member_city_is_downloaded_with_its_country(profile_of):
    profile = profile_of("putrajaya")
    html = links(
        city_markup.downloads(changed(profile, series=profile.series.assign(city_id=None)))
    )
    assert "/download/city_years.csv?country=MYS" in html
    assert "Agglomerations of Malaysia by year, including Kuala Lumpur" in html


def test_city_without_a_series_has_none_to_download(profile_of):
    assert "/city_years" not in links(city_markup.downloads(profile_of("dili")))
    assert "city_years" not in links(city_markup.downloads(profile_of("cauayan-city")))


def test_map_is_light_on_paper_in_either_theme(profile_of, colours):
    images = re.findall(r"<img[^>]*>", city_map_image(profile_of("hanoi").city, colours.name))
    assert all('alt="Map of the 40 km around Hanoi' in image for image in images)
    on_paper = images if len(images) == 1 else [i for i in images if 'class="on-paper"' in i]
    assert [re.search(r"theme=(\w+)", image)[1] for image in on_paper] == ["light"]
    on_screen = [image for image in images if 'class="on-paper"' not in image]
    assert [re.search(r"theme=(\w+)", image)[1] for image in on_screen] == [colours.name]


def test_density_tells_the_years_of_people_and_of_land_apart(profile_of):
    density = city_text.key_figures(profile_of("phuket"))[1]
    assert density.source.startswith("population 2025; land area 2018: ASEAN Smart Cities Network")
    density = city_text.key_figures(profile_of("ipoh"))[1]
    assert density.source == (
        "population 2020; land area, year not stated: Ipoh City Council; ipohtourism.mbi.gov.my"
    )


def test_sources_in_full_tell_each_year_basis_and_territory(profile_of):
    text = city_text.population_source(profile_of("battambang"))
    assert text.startswith("Population (2019, census): ")
    assert (
        "Land area (2018, municipality (krong) as the plan counts it): ASEAN Smart Cities" in text
    )
    assert "Land area (city council area): Ipoh" in city_text.population_source(profile_of("ipoh"))


def test_figures_of_two_territories_show_why_there_is_no_density(profile_of):
    density = city_text.key_figures(profile_of("battambang"))[1]
    assert density.value == "no data"
    assert density.source.startswith("The census count is set beside an area of 293 km²")


@pytest.mark.parametrize(
    ("city_id", "text"),
    [
        ("jakarta", "2025, registered residents; Directorate-General"),
        ("manila", "2024, census; Philippine Statistics Authority"),
        ("yangon", "2018, action plan of that year; ASEAN Smart Cities"),
    ],
)
def test_population_tells_what_it_rests_on(city_id, text, profile_of):
    assert city_text.key_figures(profile_of(city_id))[0].source.startswith(text)


@pytest.mark.parametrize(
    ("query", "city_id", "problems"),
    [
        ({}, "a", 0),
        ({"city": "b"}, "b", 0),
        ({"city": "b,a"}, "b", 1),
        ({"city": "x"}, "", 1),
        ({"town": "b"}, "a", 1),
    ],
)
def test_url_gives_the_city_and_a_sentence_for_what_is_not_understood(query, city_id, problems):
    state, messages = city_codec(["a", "b"]).from_query(query)
    assert (state.city_id, len(messages)) == (city_id, problems)


def test_url_gives_the_revision_and_leaves_out_the_newest():
    codec = city_codec(["a"])
    assert codec.to_query(CityState("a")) == {"city": "a"}
    assert codec.to_query(CityState("a", "2018")) == {"city": "a", "wup": "2018"}
    state, messages = codec.from_query({"city": "a", "wup": "2014"})
    assert state == CityState("a")
    assert messages == ("Parameter wup: '2014' is not recognised. Available: 2025, 2018.",)


@pytest.mark.parametrize("city_id", ["siem-reap", "putrajaya", "dili", "singapore", "cauayan-city"])
def test_page_runs_for_cities_with_and_without_plan_series_and_projects(
    city_id, layers, profile_of
):
    app = open_city(city=city_id)
    assert not app.exception
    assert not app.warning
    profile = profile_of(city_id)
    assert city_text.headline(profile) in page_html(app)
    assert len(chart_addresses(app)) == bool(len(profile.un_series)) + bool(len(profile.projects))
    assert ("Strategic targets" in page_html(app)) == profile.has_plan
    assert dict(app.query_params) == {"city": city_id}


def test_earlier_revision_is_one_click_away_and_stands_alone():
    app = open_city(city="hanoi")
    assert "5.07 million" in page_html(app)
    app.segmented_control[0].set_value("2018").run()
    assert dict(app.query_params) == {"city": "hanoi", "wup": "2018"}
    assert "4.28 million" in page_html(app)
    # Places and projections are told by both revisions.
    places = r'<table class="facts cards standings">.*?</table>|"Projections in both.*?</table>'
    assert "5.07 million" not in re.sub(places, "", page_html(app), flags=re.DOTALL)
    assert "corresponds to the UN city" not in page_html(app)
    assert "/charts/population.png" in page_html(app)
    assert "/charts/un-city-population.png" not in page_html(app)


def test_page_without_a_city_shows_the_first_by_name():
    app = open_city()
    assert app.selectbox[0].value == "bandar-seri-begawan"
    assert "<h1>Bandar Seri Begawan</h1>" in page_html(app)


def test_chosen_city_is_shown_and_written_to_the_url():
    app = open_city(city="dili")
    app.selectbox[0].set_value("hanoi").run()
    assert dict(app.query_params) == {"city": "hanoi"}
    assert "<h1>Hanoi</h1>" in page_html(app)


def test_unknown_city_shows_one_warning_and_no_city_until_another_is_chosen():
    app = open_city(city="atlantis")
    assert not app.exception
    [warning] = app.warning
    assert "atlantis" in warning.value
    assert app.selectbox[0].value is None
    assert re.findall(r"<h[12]>([^<]+)", page_html(app)) == ["City"]
    app.selectbox[0].set_value("dili").run()
    assert not app.warning
    assert dict(app.query_params) == {"city": "dili"}
    assert "<h1>Dili</h1>" in page_html(app)


def test_box_cannot_be_emptied_once_a_city_is_chosen():
    app = open_city(city="atlantis")
    app.selectbox[0].set_value("dili").run()
    assert app.selectbox[0].proto.default == app.selectbox[0].options.index("Dili")


def test_each_chart_of_the_page_is_a_picture_file_of_the_city():
    links = set(re.findall(r'href="(/charts/[^"]+)"', page_html(open_city(city="hanoi"))))
    assert links == {
        f"/charts/{query}"
        for extension in ("png", "svg", "csv", "json")
        for query in (
            f"un-city-population.{extension}?city=hanoi",
            f"projects-by-focus-area.{extension}?city=hanoi&amp;reports=all",
        )
    }


@pytest.mark.parametrize(
    ("name", "query", "title"),
    [
        ("population", {"city": "hanoi"}, "Population of the agglomeration of Hanoi"),
        ("un-city-population", {"city": "hanoi"}, "Population of the UN city of Hanoi"),
        ("population", {"city": "putrajaya"}, "Population of the agglomeration of Kuala Lumpur"),
        (
            "projects-by-focus-area",
            {"city": "hanoi", "reports": "all"},
            "Hanoi: projects listed 2022–2025, by focus area",
        ),
    ],
)
def test_picture_of_one_city_names_what_it_shows(name, query, title, layers, colours):
    assert build_chart(name, layers, query, colours).title == title


def test_weights_of_peers_are_in_the_address_and_can_be_moved():
    app = open_city(city="davao-city", weights="size:3,climate:0")
    sliders = {slider.label: slider.value for slider in app.slider}
    assert sliders == {**dict.fromkeys(MEASURES.values(), 1), "Size": 3, "Climate zone": 0}
    assert "weights=size:3,climate:0" in page_html(app)
    next(slider for slider in app.slider if slider.label == "Size").set_value(1).run()
    assert dict(app.query_params) == {"city": "davao-city", "weights": "climate:0"}
    next(slider for slider in app.slider if slider.label == "Climate zone").set_value(1).run()
    assert dict(app.query_params) == {"city": "davao-city"}


def test_without_any_weight_the_page_asks_for_one():
    app = open_city(city="davao-city")
    for slider in app.slider:
        slider.set_value(0)
    app.run()
    assert not app.exception
    assert "No measure has a weight. Give a weight to at least one." in page_html(app)


def test_unknown_weight_of_the_address_is_named():
    app = open_city(city="davao-city", weights="height:2")
    assert not app.exception
    [warning] = app.warning
    assert "height" in warning.value
