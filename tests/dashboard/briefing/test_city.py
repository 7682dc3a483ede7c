"""The briefing of a city: what it tells."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from PIL import ImageFont

import dashboard
from dashboard.briefing.city import MAX_PROMISES, MAX_TARGETS, document, is_renderable
from dashboard.briefing.document import (
    Badges,
    Cell,
    Document,
    Figures,
    Note,
    Picture,
    Points,
    Table,
    Text,
)
from dashboard.data.current import catalogue
from dashboard.i18n import languages
from dashboard.pages.city import text as city_text
from dashboard.pages.city import un_figures
from dashboard.pages.compare import peers as peers_text
from dashboard.pages.plans import promise_text
from geo.analysis.city_profile import city_profile
from geo.analysis.peers import completed_alike
from geo.errors import QueryError
from geo.i18n import use_language
from tests.dashboard.briefing.reading import every_block, section, texts, titles
from tests.pseudolocale import MARK, MARKED

CITY_IDS = tuple(catalogue()["cities"]["city_id"])
FONTS = Path(dashboard.__file__).with_name("fonts")


@cache
def document_in(language: str, city_id: str) -> Document:
    """The briefing of a city in a language."""
    with use_language(languages()[language]):
        return document(catalogue(), city_id)


def test_licence_of_every_font_lies_beside_it():
    families = {path.stem.partition("-")[0] for path in FONTS.glob("*.[ot]tf")}
    licences = {path.name: path.read_text() for path in FONTS.glob("LICENSE-*.txt")}
    assert {family[:8] for family in families} == {"NotoSans", "SourceSa"}
    assert "Apache License, Version 2.0" in licences.pop("LICENSE-MaterialSymbols.txt")
    assert set(licences) == {"LICENSE-NotoSans.txt", "LICENSE-SourceSansPro.txt"}
    assert all("SIL OPEN FONT LICENSE Version 1.1" in text for text in licences.values())
    noto = [path.name for path in FONTS.glob("NotoSans*.ttf")]
    assert all(name in licences["LICENSE-NotoSans.txt"] for name in noto)


def test_our_fonts_have_every_letter_of_every_briefing():
    briefings = [document_in(language, city) for language in languages() for city in CITY_IDS]
    letters = set("".join(text for one in briefings for text in texts(one))) - {" ", "\n"}
    assert len(letters) > 150
    fonts = [ImageFont.truetype(str(path), 24) for path in FONTS.glob("*-Regular.[ot]tf")]
    assert len(fonts) == 5
    missing = [bytes(font.getmask("\uffff")) for font in fonts]
    for letter in sorted(letters):
        drawn = [bytes(font.getmask(letter)) for font in fonts]
        assert any(one != none for one, none in zip(drawn, missing, strict=True)), letter


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Thành phố Hồ Chí Minh", True),
        ("Kota (2018), 5%", True),
        ("ขอนแก่น", True),
        ("ນະຄອນຫຼວງພະບາງ", True),
        ("ក្រុងសៀមរាប", True),
        ("ရန်ကုန်မြို့", True),
        ("東京", False),
        ("दिल्ली", False),
    ],
)
def test_scripts_of_our_fonts_are_writable_and_no_others(text, known):
    assert is_renderable(text) is known


def test_local_name_is_given_where_it_is_not_the_name(layers):
    for city in layers["cities"].itertuples():
        local = document_in("en", city.city_id).local
        if city.name == city.name_local:
            assert local is None
        else:
            assert (local.text, local.language) == (city.name_local, city.local_language)


def test_headings_and_first_texts_are_translated(layers):
    with use_language(MARKED):
        briefing = document(layers, "siem-reap")
        slides = briefing.slides()
    assert len(titles(briefing)) == 9
    assert all(text.startswith(MARK) for text in (briefing.kind, *titles(briefing)))
    assert all(slide.title.startswith(MARK) for slide in slides)


def projects_of(city_id: str) -> Table:
    [table, _] = section(document_in("en", city_id), "Projects listed in any report, by focus area")
    assert isinstance(table, Table)
    return table


def test_briefing_lists_every_project_with_its_status():
    rows = projects_of("siem-reap").rows
    assert len(rows) == 10
    assert {"Ongoing or in planning", "Completed", "No longer reported"} == {
        row[2].text for row in rows
    }
    assert rows[0][0].small == "(2024–2025)"


def test_briefing_names_sources_and_dates_of_the_data():
    sources = " ".join(document_in("en", "hanoi").sources)
    assert "2025-09-30" in sources
    assert "GeoNames" in sources
    assert "Page numbers refer to the PDF file." in sources
    assert "imply no position" in sources


def test_targets_beyond_the_room_are_counted():
    plan = section(document_in("en", "kuala-lumpur"), "The 2018 plan")
    [points] = [block for block in plan if isinstance(block, Points)]
    assert len(points.items) == MAX_TARGETS
    assert Text("and 5 more targets") in plan


def test_city_without_plan_series_and_projects_says_so():
    briefing = document_in("en", "cauayan-city")
    assert section(briefing, "The 2018 plan")[0] == Text("The sources contain no published plan.")
    [none, note] = section(briefing, "Population of the UN city")
    assert none == Text("no data")
    assert note.text.startswith("The UN has no city of 50,000 people or more")
    assert Note("The UN lists no city in Cauayan City for 2025.") in list(
        every_block(briefing.blocks)
    )
    briefing = document_in("en", "dili")
    drawn = section(briefing, "Population of the UN city")[0]
    assert isinstance(drawn, Picture)
    assert "Progress as last reported" not in titles(briefing)
    assert "Priority projects of 2018: status today" not in titles(briefing)
    [none] = section(briefing, "Projects listed in any report, by focus area")
    assert none == Text("No report lists any projects for this city.")
    [none] = section(briefing, "Dated promises")
    assert none == Text("No plan or report sets a due date for a promise.")


def priorities_of(city_id: str) -> list[str]:
    [table] = section(document_in("en", city_id), "Priority projects of 2018: status today")
    return [row[1].text for row in table.rows]


def test_priority_project_that_is_not_reported_says_so():
    assert priorities_of("manila").count("Not in the reports") == 2


def test_priority_project_of_an_uncertain_link_says_so():
    uncertain = [state.endswith(" (uncertain)") for state in priorities_of("hanoi")]
    assert uncertain == [False, True]


def test_focus_area_of_our_classification_is_starred_and_the_star_explained():
    plan = section(document_in("en", "johor-bahru"), "The 2018 plan")
    [badges] = [block for block in plan if isinstance(block, Badges)]
    assert [cell.text for cell in badges.items] == ["Civic & Social*", "Quality Environment"]
    assert "* our classification." in plan[-1].text
    assert "*" not in "".join(texts(section(document_in("en", "yangon"), "The 2018 plan")))


def test_unknown_city_has_no_briefing(layers):
    with pytest.raises(QueryError):
        document(layers, "atlantis")


@pytest.mark.parametrize("city_id", ["manila", "phuket", "cauayan-city", "banyuwangi"])
def test_briefing_says_the_same_as_the_city_page(city_id, layers):
    briefing, profile = document_in("en", city_id), city_profile(layers, city_id)
    blocks = list(every_block(briefing.blocks))
    [figures] = [block for block in blocks if isinstance(block, Figures)]
    assert list(figures.items) == city_text.key_figures(profile)
    assert Note(un_figures.summary(profile.city)) in blocks
    assert city_text.match_note(profile.city, "2025") in briefing.sources


def test_note_on_a_un_city_that_is_much_the_same_is_left_out(layers):
    same = un_figures.summary(city_profile(layers, "hanoi").city)
    assert Note(same) not in list(every_block(document_in("en", "hanoi").blocks))


def test_map_says_where_the_city_lies():
    pictures = [b for b in every_block(document_in("en", "hanoi").blocks) if isinstance(b, Picture)]
    assert pictures[0].alt.endswith("an inset showing its location in Viet Nam")
    assert ">Viet Nam</text>" in pictures[0].svg


def test_promises_have_date_state_and_pages_and_what_is_open_comes_before_what_is_not_due(layers):
    rows = layers["promises"]
    many = rows[rows["city_id"] == "battambang"]
    assert len(many) > MAX_PROMISES
    [said, table, more, _] = section(document_in("en", "battambang"), "Dated promises")
    assert said.text.startswith(f"{len(many)} promises have a due date")
    assert len(table.rows) == MAX_PROMISES
    assert more.text == f"{len(many) - MAX_PROMISES} more promises are on the web page named below."
    assert table.head == ("Due", "Promise", "What is known", "Source")
    [_, table, _] = section(document_in("en", "da-nang"), "Dated promises")
    assert [row[0] for row in table.rows] == ["2020", "2025", "2030"]
    assert [row[2].text for row in table.rows] == [
        "No project listed",
        "No information",
        "Not yet due",
    ]
    assert table.rows[1][3] == "Action plans 2018, page 53; M&E Report 2025, page 31"


def test_briefing_tells_peers_like_projects_and_both_revisions():
    briefing = document_in("en", "davao-city")
    *found, _ = section(briefing, "Most similar member cities")
    assert [peer.name for peer in found] == ["Cebu City", "Kuala Lumpur", "Ipoh"]
    assert "same climate zone (Af" in found[0].text
    *rows, _ = section(briefing, "Similar projects in other cities")
    wanted = {row.name: row.text for row in rows}
    assert (
        "Transport Operation and Surveillance Centre, Hanoi"
        in wanted["Intelligent Transport and Traffic Systems with Security"]
    )
    newer, older, said, _ = section(briefing, "How sure are the projections?")
    assert "2050: 1.91 million (projection)" in newer.text
    assert "2035: 2.5 million (projection)" in older.text
    assert "cannot be determined" in said.text


def test_briefing_names_what_a_peer_completed(layers):
    done = peers_text.completed_text(completed_alike(layers, "makassar")["banyuwangi"], layers)
    assert "(similar to Tourism Alleys)" in done
    peers = section(document_in("en", "makassar"), "Most similar member cities")
    assert not any("Completed there" in peer.text for peer in peers)


def test_slides_of_a_city_give_the_answer_in_their_titles(layers):
    slides = document_in("en", "da-nang").slides()
    assert [slide.title for slide in slides] == [
        document_in("en", "da-nang").answer,
        "The reports list 2 projects of Da Nang: all are ongoing or in planning",
        "The UN city went from 216,000 people in 1975 to 1.14 million in 2025; the UN projects "
        "1.12 million for 2050",
        f"Da Nang: {promise_text.headline(city_profile(layers, 'da-nang').promises)}",
        "Denpasar, Seberang Perai and Sumedang are most like Da Nang",
    ]
    assert all(slide.sources for slide in slides)


def test_city_without_projects_and_series_has_fewer_slides():
    titles_of = [slide.title for slide in document_in("en", "cauayan-city").slides()]
    assert len(titles_of) == 3
    assert not any("UN city went" in title or "promises" in title for title in titles_of)


def test_cells_tell_status_by_word_not_by_colour_alone():
    for row in projects_of("siem-reap").rows:
        assert isinstance(row[2], Cell)
        assert row[2].text
        assert row[2].dot
