"""Addresses of briefings: what they hold, how long it is kept, what does not exist."""

from __future__ import annotations

import tempfile
from io import BytesIO

import pikepdf
import pytest
from pptx import Presentation
from starlette.applications import Starlette

from dashboard.data.current import catalogue
from dashboard.i18n import languages
from dashboard.markup.file_links import briefing_links
from dashboard.markup.urls import briefing_url
from dashboard.web.export_cache import export_cache
from dashboard.web.http import IMMUTABLE, ONE_MINUTE
from dashboard.web.routes import briefings
from geo.i18n import use_language
from tests.dashboard.asgi import ask

NAMES = ("dili", "country/BRN", "compare?city=dili,hanoi", "network", "meeting")


@pytest.fixture(scope="module")
def app() -> Starlette:
    return Starlette(routes=briefings.ROUTES)


def address(name: str, extension: str) -> str:
    path, _, query = name.partition("?")
    return f"/briefing/{path}.{extension}" + (f"?{query}" if query else "")


@pytest.mark.parametrize("name", NAMES)
def test_briefing_is_sent_as_pdf_and_as_slides_with_a_name(name, app):
    answer = ask(app, address(name, "pdf"))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"].startswith('inline; filename="asean-smart-cities_')
    with pikepdf.open(BytesIO(answer.body)) as opened:
        assert len(opened.pages) >= 1
    slides = ask(app, address(name, "pptx"))
    assert slides.status == 200
    assert slides.headers["content-type"].endswith("presentationml.presentation")
    assert slides.headers["content-disposition"].endswith('.pptx"')
    assert len(Presentation(BytesIO(slides.body)).slides) >= 3


def test_briefing_is_in_the_language_that_the_address_names(app):
    answer = ask(app, "/briefing/dili.pdf?lang=id")
    assert 'filename="asean-smart-cities_dili_id.pdf"' in answer.headers["content-disposition"]
    with pikepdf.open(BytesIO(answer.body)) as opened:
        assert str(opened.Root.Lang) == "id"


def test_pages_name_the_address_at_which_the_client_asked(app):
    one, other = (ask(app, "/briefing/dili.pdf", host=host) for host in ("a.example", "b.example"))
    assert one.headers["etag"] != other.headers["etag"]
    assert b"http://a.example/city?city=dili" in one.body
    assert b"http://b.example/city?city=dili" in other.body
    assert ask(app, "/briefing/dili.pdf", host="a b").status == 400


def test_address_with_the_version_is_kept_for_good_and_without_one_briefly(app):
    url = briefing_url("dili", "pdf", {})
    assert url == f"/briefing/dili.pdf?v={catalogue().version}"
    assert ask(app, url).headers["cache-control"] == IMMUTABLE
    assert ask(app, "/briefing/dili.pdf").headers["cache-control"] == ONE_MINUTE


def test_client_that_holds_the_briefing_gets_304(app):
    tag = ask(app, "/briefing/dili.pptx").headers["etag"]
    again = ask(app, "/briefing/dili.pptx", if_none_match=tag)
    assert (again.status, again.body) == (304, b"")


def test_every_briefing_has_a_validator_of_its_own(app):
    addresses = [address(name, extension) for name in NAMES for extension in ("pdf", "pptx")]
    other_order = "/briefing/compare.pdf?city=hanoi,dili"
    tags = {ask(app, one).headers["etag"] for one in (*addresses, other_order)}
    assert len(tags) == len(addresses) + 1


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/briefing/atlantis.pdf", "There is no member city 'atlantis'."),
        ("/briefing/dili.docx", "There is no format 'docx'. Available: pdf, pptx."),
        ("/briefing/country/XYZ.pptx", "There is no country 'XYZ'. Available: BRN, IDN, "),
    ],
)
def test_what_does_not_exist_is_404_in_one_sentence(path, sentence, app):
    answer = ask(app, path)
    assert answer.status == 404
    assert answer.json()["detail"].startswith(sentence)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("compare.pdf", "Name 2 to 6 member cities, such as city=jakarta,manila."),
        ("compare.pdf?city=dili", "Name 2 to 6 member cities, such as city=jakarta,manila."),
        ("compare.pdf?city=dili,dili", "Name 2 to 6 member cities, such as city=jakarta,manila."),
        ("compare.pdf?city=dili,atlantis", "Parameter city: 'atlantis' is not known"),
        ("compare.pdf?city=dili,hanoi&town=x", "There is no parameter 'town'. Available: city."),
        ("network.pptx?year=2025", "There is no parameter 'year' here."),
        ("dili.pdf?theme=dark", "There is no parameter 'theme' here."),
    ],
)
def test_query_that_is_not_understood_is_400_in_one_sentence(path, sentence, app):
    answer = ask(app, f"/briefing/{path}")
    assert answer.status == 400
    assert answer.json()["detail"].startswith(sentence)


def test_making_leaves_no_file_on_the_disk(app, monkeypatch):
    monkeypatch.setattr(
        export_cache, "content", lambda _, make: make()
    )  # which has files of its own
    monkeypatch.setattr(tempfile, "mkstemp", lambda *_, **__: pytest.fail("a file is made"))
    monkeypatch.setattr(tempfile, "mkdtemp", lambda *_, **__: pytest.fail("a directory is made"))
    for extension in ("pdf", "pptx"):
        assert ask(app, f"/briefing/hanoi.{extension}").status == 200


def test_links_are_named_for_screen_readers_and_lead_to_both_files():
    links = briefing_links("compare", {"city": "dili,hanoi"})
    version = catalogue().version
    for extension, title in (("pdf", "PDF"), ("pptx", "Slides")):
        url = f"/briefing/compare.{extension}?city=dili,hanoi&amp;v={version}"
        assert f'href="{url}"' in links
        assert f'aria-label="Briefing, {title}"' in links
    with use_language(languages()["id"]):
        assert "Bahan rapat: " in briefing_links("meeting")
