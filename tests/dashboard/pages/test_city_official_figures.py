"""Other official figures of a city, and remarks on its principal ones."""

from __future__ import annotations

import re
from html import unescape

import pytest

from dashboard.pages.city import official_figures
from geo.analysis.city_profile import CityProfile, city_profile
from geo.i18n import use_language
from geo.layers.catalogue import Catalogue
from tests.pseudolocale import MARK, MARKED

HOSTILE = '<script>alert("1")</script>'


@pytest.fixture(scope="module")
def profile_of(layers: Catalogue):
    return lambda city_id: city_profile(layers, city_id)


def rows(html: str) -> list[list[str]]:
    """Text of the cells of each row, without tags."""
    rows_by_territory = re.findall(r"<tr>(<th scope=\"row\">.*?)</tr>", html)
    return [
        [
            unescape(re.sub(r"<[^>]+>", " ", cell)).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
        ]
        for row in rows_by_territory
    ]


def test_city_before_and_after_the_merger_stand_in_rows_of_their_own(profile_of):
    after, before = rows(official_figures.other_figures(profile_of("da-nang")))
    assert after[0] == "centrally run city after the merger of 1 July 2025"
    assert after[1:5] == ["2025", "3,065,628 basis not stated", "11,859.59 km²", _density(258)]
    assert before[0].endswith("before the merger of 1 July 2025")
    assert before[1:5] == ["2019", "1,134,310 census", "1,285 km²", _density(883)]
    assert after[5].startswith("National Assembly of Viet Nam, Resolution 202/2025/QH15")


def _density(people: int) -> str:
    return f"{people} people per km²"


def test_row_with_an_area_alone_has_neither_people_nor_density(profile_of):
    rows_by_territory = {
        row[0]: row for row in rows(official_figures.other_figures(profile_of("banyuwangi")))
    }
    older = rows_by_territory["regency (kabupaten), older area area as printed until 2020"]
    assert older[1:5] == ["2020", "no data", "5,782.5 km²", "no data"]


def test_newest_figures_stand_first(profile_of):
    years = [int(row[1]) for row in rows(official_figures.other_figures(profile_of("jakarta")))]
    assert years == [2024, 2021, 2020]


def test_source_links_the_page_and_gives_the_number_of_one_that_has_pages(profile_of):
    profile = profile_of("manila")
    html = official_figures.other_figures(profile)
    assert 'href="https://psa.gov.ph/system/files/psy/2022_T1_1.csv"' in html
    paged = _with_populations(profile, page=7, url=None)
    assert rows(official_figures.other_figures(paged))[0][5].endswith("table 1.1, p. 7")


def test_texts_of_the_rows_are_escaped(profile_of):
    html = official_figures.other_figures(
        _with_populations(
            profile_of("manila"), territory=HOSTILE, edition=HOSTILE, source=HOSTILE, remark=HOSTILE
        )
    )
    assert "<script" not in html
    assert html.count("&lt;script") == 4


def _with_populations(profile: CityProfile, **values: object) -> CityProfile:
    """A copy of a profile with some values of the other figures replaced."""
    other = CityProfile.__new__(CityProfile)
    populations = profile.populations.assign(**values)
    vars(other).update(vars(profile), populations=populations, cached=lambda _, make: make())
    return other


@pytest.mark.parametrize(
    ("city_id", "beginnings"),
    [
        ("chiang-mai", ["About the figures: ", "About the year of joining, 2023: "]),
        ("semarang", ["About the year of joining, 2025: "]),
        ("banyuwangi", ["About the figures: the action plan and the statistics office's"]),
        ("putrajaya", []),
    ],
)
def test_remarks_are_a_paragraph_each(city_id, beginnings, profile_of):
    paragraphs = re.findall(r"<p[^>]*>(.*?)</p>", official_figures.remarks(profile_of(city_id)))
    assert len(paragraphs) == len(beginnings)
    for paragraph, beginning in zip(paragraphs, beginnings, strict=True):
        assert unescape(paragraph).startswith(beginning)


def test_both_sources_of_a_doubtful_year_are_linked(profile_of):
    html = official_figures.remarks(profile_of("khon-kaen"))
    assert ">bangkokpost.com</a>" in html
    assert ">m.antaranews.com</a>" in html
    assert "asean-smart-cities);" not in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b> & no address", "&lt;b&gt; &amp; no address"),
        ("(https://a.org/b).", '(<a href="https://a.org/b" {}>a.org</a>).'),
        ("http://a.org/b; c", '<a href="http://a.org/b" {}>a.org</a>; c'),
        ("https://a.org/?p=1", '<a href="https://a.org/?p=1" {}>a.org</a>'),
    ],
)
def test_addresses_become_links_without_the_punctuation_after_them(text, html):
    assert official_figures.link_urls(text) == html.format(
        'target="_blank" rel="noopener noreferrer"'
    )


def test_headings_and_bases_are_in_the_language_of_the_reader(profile_of):
    with use_language(MARKED):
        html = official_figures.other_figures(profile_of("bangkok"))
    headings = re.findall(r'<th scope="col">([^<]+)', html)
    assert len(headings) == 6
    assert all(heading.startswith(MARK) for heading in headings)
    assert html.count(f"<small>{MARK}registered residents") == 2
