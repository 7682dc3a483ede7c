"""The briefing of a city on two pages."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from PIL import ImageFont
from starlette.applications import Starlette

import dashboard.briefing
from dashboard.briefing import pdf
from dashboard.briefing.content import MAX_TARGETS, content, is_renderable
from dashboard.briefing.series import svg
from dashboard.data.current import catalogue
from dashboard.i18n import languages
from dashboard.markup import urls
from dashboard.markup.theme import LIGHT
from dashboard.pages.city import text as city_text
from dashboard.pages.city import un_figures as un_figures
from dashboard.pages.compare import peers as peers_text
from dashboard.web.http import IMMUTABLE, ONE_MINUTE
from dashboard.web.routes import briefings
from geo.analysis.city_profile import city_profile
from geo.analysis.peers import completed_alike
from geo.errors import QueryError
from geo.i18n import use_language
from tests.dashboard.asgi import ask
from tests.pseudolocale import MARK, MARKED

CITY_IDS = tuple(catalogue()["cities"]["city_id"])
FONTS = Path(dashboard.__file__).with_name("fonts")
SECONDS = 2
"""Of the processor; a briefing is promised in less."""


@pytest.fixture(scope="module")
def app() -> Starlette:
    return Starlette(routes=briefings.ROUTES)


@cache
def content_in(language: str, city_id: str) -> dict[str, Any]:
    """What the briefing of a city holds in a language."""
    with use_language(languages()[language]):
        return content(catalogue(), city_id)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("city_id", CITY_IDS)
def test_every_city_has_a_briefing_of_two_a4_pages_in_vectors(city_id, language, monkeypatch):
    monkeypatch.setattr(dashboard.briefing, "content", lambda _, city: content_in(language, city))
    made = pdf(catalogue(), city_id)
    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 2
    box = re.search(rb"/MediaBox\s*\[([^\]]+)\]", made)
    assert box
    assert [float(side) for side in box[1].split()] == pytest.approx([0, 0, 595.28, 841.89], abs=1)
    assert b"/Subtype/Image" not in made.replace(b" ", b"")


LATIN_FONTS = {"SourceSansPro-Regular", "SourceSansPro-Semibold"}

LOCAL_FONTS = {
    "bangkok": "NotoSansThai-Regular",
    "vientiane": "NotoSansLao-Regular",
    "siem-reap": "NotoSansKhmer-Regular",
    "yangon": "NotoSansMyanmar-Regular",
}


def embedded(made: bytes) -> set[str]:
    """Names of the fonts in a PDF, without the mark of a subset."""
    names = re.findall(rb"/FontName/[A-Z]{6}\+([\w-]+)", made.replace(b" ", b""))
    return {name.decode() for name in names}


def letters(made: bytes) -> set[str]:
    """Letters that the glyphs of a PDF stand for, as its maps from glyph to Unicode tell."""
    found: set[str] = set()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        try:
            content = zlib.decompress(stream)
        except zlib.error:
            continue
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", content, re.DOTALL):
            for code in re.findall(rb"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>", block):
                found.update(bytes.fromhex(code.decode()).decode("utf-16-be"))
    return found


def test_fonts_are_embedded_and_none_but_ours(layers):
    made = pdf(layers, "ho-chi-minh-city")
    assert embedded(made) == LATIN_FONTS
    assert b"/FontFile3" in made


@pytest.mark.parametrize("city_id", LOCAL_FONTS)
def test_local_name_stands_in_its_own_script_in_less_than_two_seconds(city_id, layers):
    start = process_time()
    made = pdf(layers, city_id)
    assert process_time() - start < SECONDS
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 2
    assert embedded(made) == {*LATIN_FONTS, LOCAL_FONTS[city_id]}
    name = layers["cities"].set_index("city_id")["name_local"][city_id]
    assert set(name) <= letters(made)


def test_licence_of_every_font_lies_beside_it():
    families = {path.stem.partition("-")[0] for path in FONTS.glob("*.[ot]tf")}
    licences = {path.name: path.read_text() for path in FONTS.glob("LICENSE-*.txt")}
    assert {family[:8] for family in families} == {"NotoSans", "SourceSa"}
    assert "Apache License, Version 2.0" in licences.pop("LICENSE-MaterialSymbols.txt")
    assert set(licences) == {"LICENSE-NotoSans.txt", "LICENSE-SourceSansPro.txt"}
    assert all("SIL OPEN FONT LICENSE Version 1.1" in text for text in licences.values())
    noto = [path.name for path in FONTS.glob("NotoSans*.ttf")]
    assert all(name in licences["LICENSE-NotoSans.txt"] for name in noto)


def test_same_data_gives_the_same_bytes_and_no_date_of_making(layers):
    first = pdf(layers, "hanoi")
    assert pdf(layers, "hanoi") == first
    assert b"CreationDate" not in first
    assert b"CreateDate" not in first


def test_briefing_is_made_in_less_than_two_seconds(layers):
    pdf(layers, "dili")  # the layers are read once per process
    start = process_time()
    pdf(layers, "siem-reap")
    assert process_time() - start < SECONDS


def test_our_fonts_have_every_letter_of_every_briefing():
    briefings = [content_in(language, city) for language in languages() for city in CITY_IDS]
    letters = set(json.dumps(briefings, ensure_ascii=False)) - {" ", "\n"}
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
        briefing = content_in("en", city.city_id)
        assert briefing["local"] == ("" if city.name == city.name_local else city.name_local)
        assert briefing["local_lang"] == city.local_language


def test_template_has_no_words_of_its_own(layers):
    with use_language(MARKED):
        briefing = content(layers, "siem-reap")
    assert briefing["lang"] == "id"
    assert all(text.startswith(MARK) for text in briefing["said"].values())
    template = Path(dashboard.briefing.__file__).with_name("briefing.typ").read_text()
    strings = re.findall(r'"([^"\n]*)"', template)
    assert {text for text in strings if re.search(r"\w \w", text)} == {
        "Source Sans Pro",
        *(f"Noto Sans {script}" for script in ("Thai", "Lao", "Khmer", "Myanmar")),
    }
    assert not re.search(r"\[\s*\w{2}", template)


def test_text_of_the_layers_is_never_markup(layers, monkeypatch):
    evil = '#panic("markup") *x* $y$ \\ ] } "'
    spoiled = content(layers, "manila") | {"name": evil, "headline": evil, "local": evil}
    spoiled["figures"][0] = dict.fromkeys(("value", "label", "source", "place"), evil)
    spoiled["areas"][0]["projects"][0]["name"] = evil
    monkeypatch.setattr(dashboard.briefing, "content", lambda *_: spoiled)
    assert pdf(layers, "manila").startswith(b"%PDF-")


def test_briefing_lists_every_project_with_its_state(layers):
    briefing = content(layers, "siem-reap")
    listed = [project for area in briefing["areas"] for project in area["projects"]]
    assert len(listed) == 10
    assert {"Ongoing or in planning", "Completed", "No longer reported"} == {
        project["state"] for project in listed
    }
    assert listed[0]["reports"] == "2024–2025"


def test_briefing_names_version_and_dates_of_the_data(layers):
    sources = content(layers, "hanoi")["sources"]
    data, code = layers.version.split("-")
    assert sources["version"].endswith(f" {data}")
    assert code not in sources["version"]
    assert "2025-09-30" in sources["vintage"]
    assert "GeoNames" in sources["attribution"]


def test_targets_beyond_the_room_are_counted(layers):
    plan = content(layers, "kuala-lumpur")["plan"]
    assert len(plan["targets"]) == MAX_TARGETS
    assert plan["more"] == "and 5 more targets"


def test_city_without_plan_series_and_projects_says_so(layers):
    briefing = content(layers, "cauayan-city")
    assert briefing["plan"]["none"] == "No plan published in the sources."
    assert briefing["series"]["drawing"] == ""
    assert briefing["series"]["note"].startswith("The UN has no city of 50,000 people or more")
    assert briefing["un_city"] == "The UN counts no city of 2025 in Cauayan City."
    briefing = content(layers, "dili")
    assert briefing["series"]["drawing"] != ""
    assert briefing["none"] == "No report lists a project of this city."
    assert briefing["areas"] == briefing["priorities"] == briefing["progress"] == []


def test_priority_project_that_is_not_reported_says_so(layers):
    states = [project["state"] for project in content(layers, "manila")["priorities"]]
    assert states.count("Not in the reports") == 2


def test_priority_project_of_an_uncertain_link_says_so(layers):
    states = [row["state"] for row in content(layers, "hanoi")["priorities"]]
    assert [state.endswith(" (uncertain)") for state in states] == [False, True]


def test_focus_area_of_our_classification_is_starred_and_the_star_explained(layers):
    plan = content(layers, "johor-bahru")["plan"]
    assert [area["name"] for area in plan["areas"]] == ["Civic & Social*", "Quality Environment"]
    assert "* our classification." in plan["source"]
    plan = content(layers, "yangon")["plan"]
    assert "*" not in plan["source"] + "".join(area["name"] for area in plan["areas"])


def test_unknown_city_has_no_briefing(layers):
    with pytest.raises(QueryError):
        pdf(layers, "atlantis")


def test_series_draws_the_projection_dashed_from_the_last_measured_year(layers):
    years = layers["city_years"]
    drawing = ET.fromstring(svg(years[years["city_id"] == "hanoi"], LIGHT))
    solid, dashed = drawing.iter("{http://www.w3.org/2000/svg}polyline")
    assert len(solid.attrib["points"].split()) == 2018 - 1950 + 1
    assert dashed.attrib["stroke-dasharray"]
    assert solid.attrib["points"].split()[-1] == dashed.attrib["points"].split()[0]
    briefing = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert "2035 (projection)" in briefing


def test_series_of_measured_years_only_has_no_dashed_part(layers):
    years = layers["city_years"]
    own = years[(years["city_id"] == "hanoi") & ~years["is_projection"]]
    assert "stroke-dasharray" not in svg(own, LIGHT)


def test_few_figures_are_dots_and_the_projection_a_hollow_one(layers):
    drawing = ET.fromstring(svg(city_profile(layers, "hanoi").un_series, LIGHT))
    dots = list(drawing.iter("{http://www.w3.org/2000/svg}circle"))
    assert [dot.attrib["fill"] for dot in dots] == [LIGHT.accent] * 3 + [LIGHT.ground]
    briefing = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {"1975", "2025", "2050 (projection)", "5.07 million", "4.79 million"} == set(briefing)


def test_series_that_begins_with_its_last_estimate_stays_in_the_drawing(layers):
    drawing = ET.fromstring(svg(city_profile(layers, "phuket").un_series, LIGHT))
    texts = list(drawing.iter("{http://www.w3.org/2000/svg}text"))
    assert min(float(text.attrib["x"]) for text in texts) >= 0
    assert [text.text for text in texts].count("2025") == 1


@pytest.mark.parametrize("city_id", ["manila", "phuket", "cauayan-city", "banyuwangi"])
def test_briefing_says_the_same_as_the_city_page(city_id, layers):
    briefing, profile = content(layers, city_id), city_profile(layers, city_id)
    assert briefing["figures"] == [vars(figure) for figure in city_text.key_figures(profile)]
    assert briefing["un_city"] == un_figures.summary(profile.city)
    assert content(layers, "hanoi")["un_city"] == ""  # much the same, and room is short
    assert city_text.match_note(profile.city, "2025") in briefing["sources"]["figures"]


def test_route_sends_the_briefing_as_pdf_with_a_name(app):
    answer = ask(app, "/briefing/dili.pdf")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert 'filename="asean-smart-cities_dili.pdf"' in answer.headers["content-disposition"]
    assert BytesIO(answer.body).read(5) == b"%PDF-"
    assert answer.body == pdf(catalogue(), "dili")


def test_address_has_the_version_of_data_and_code():
    assert urls.briefing_url("dili") == f"/briefing/dili.pdf?v={catalogue().version}"


def test_address_with_the_version_is_kept_for_good_and_without_one_briefly(app):
    assert ask(app, urls.briefing_url("dili")).headers["cache-control"] == IMMUTABLE
    assert ask(app, "/briefing/dili.pdf").headers["cache-control"] == ONE_MINUTE


def test_client_that_holds_the_briefing_gets_304(app):
    tag = ask(app, "/briefing/dili.pdf").headers["etag"]
    again = ask(app, "/briefing/dili.pdf", if_none_match=tag)
    assert (again.status, again.body) == (304, b"")


def test_briefings_of_two_cities_have_two_validators(app):
    tags = {ask(app, f"/briefing/{city}.pdf").headers["etag"] for city in ("dili", "hanoi")}
    assert len(tags) == 2


def test_route_names_an_unknown_city(app):
    answer = ask(app, "/briefing/atlantis.pdf")
    assert answer.status == 400
    assert answer.json()["detail"] == "There is no member city 'atlantis'."


def test_map_on_the_page_says_where_the_city_lies(layers):
    briefing = content(layers, "hanoi")
    assert briefing["said"]["map"].endswith("an inset that shows where in Viet Nam it lies")
    assert ">Viet Nam</text>" in briefing["map"]


def test_second_page_tells_peers_like_projects_and_both_revisions(layers):
    learning = content(layers, "davao-city")["learning"]
    assert [peer["name"] for peer in learning["peers"]] == ["Cebu City", "Kuala Lumpur", "Ipoh"]
    assert "same climate zone (Af" in learning["peers"][0]["alike"]
    wanted = {row["name"]: row["found"] for row in learning["alike"]}
    assert (
        "Transport Operation and Surveillance Centre, Hanoi"
        in wanted["Intelligent Transport and Traffic Systems with Security"]
    )
    newer, older, said = learning["projections"]
    assert "2050: 1.91 million (projection)" in newer
    assert "2035: 2.5 million (projection)" in older
    assert "cannot be told" in said


def test_second_page_names_what_a_peer_completed(layers):
    learning = content(layers, "makassar")["learning"]
    assert all(peer["completed"] == "" for peer in learning["peers"])
    done = peers_text.completed_text(completed_alike(layers, "makassar")["banyuwangi"], layers)
    assert "(like Tourism Alleys)" in done
