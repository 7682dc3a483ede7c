"""Languages: chosen by address or browser, whole, and with no word outside the catalogues."""

from __future__ import annotations

import re
import runpy
import shutil
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from streamlit.testing.v1 import AppTest

from dashboard import i18n
from dashboard.data import current as data
from dashboard.data.current import catalogue, clear_caches, source_catalogue
from dashboard.i18n import CATALOGUES, FILES, language_from_header, read_catalogue
from dashboard.i18n.template import code_messages, data_messages, messages_of
from dashboard.i18n.texts import TRANSLATED_COLUMNS
from dashboard.pages.network.text import short_title
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import selected
from geo.i18n import Language, ntr, tr, use_language
from geo.layers.catalogue import Catalogue
from geo.layers.files import sources_in
from geo.schema import LAYERS
from tests.dashboard.conftest import APP, PAGE_SECONDS, page_html
from tests.dashboard.page_maps import page_maps
from tests.pseudolocale import MARK, MARKED

CODES = sorted(path.parent.name for path in CATALOGUES.glob("*/messages.po"))
TEMPLATES = dict(zip(FILES, (code_messages, lambda: data_messages(Catalogue())), strict=True))

every_catalogue = pytest.mark.parametrize(
    ("code", "name"), [(code, name) for code in CODES for name in FILES]
)


def texts(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_indonesian_is_among_the_languages():
    assert "id" in CODES
    assert [language.name for language in i18n.languages().values()][:2] == [
        "English",
        "Bahasa Indonesia",
    ]


@every_catalogue
def test_catalogue_has_every_message_and_no_other(code, name):
    listed = {message.id for message in read_catalogue(CATALOGUES / code / name) if message.id}
    assert listed == {message.id for message in TEMPLATES[name]() if message.id}


@every_catalogue
def test_every_message_is_translated(code, name):
    catalogue = read_catalogue(CATALOGUES / code / name)
    assert [m.id for m in catalogue if m.id and not all(translations(m))] == []
    assert [m.id for m in catalogue if m.id and m.fuzzy] == []


@every_catalogue
def test_translation_of_a_message_has_its_places(code, name):
    if name == "data.po":
        return  # sentences of data have no places; their braces would be text
    for message in read_catalogue(CATALOGUES / code / name):
        if message.id:
            wanted = places(texts(message)[-1])
            assert [places(text) for text in translations(message)] == [wanted] * len(
                translations(message)
            ), message.id


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("id-ID,id;q=0.9,en;q=0.8", "id"),
        ("en-GB,en;q=0.9,id;q=0.1", "en"),
        ("fr-FR,id;q=0.5", "id"),
        ("id;q=0, en", "en"),
        ("", "en"),
        ("*;q=x,,;", "en"),
    ],
)
def test_browser_gets_the_language_that_it_prefers_of_those_there_are(accepted, code):
    assert language_from_header(accepted).code == code


def test_plural_of_a_language_is_that_of_its_own_grammar():
    with use_language(i18n.languages()["id"]):
        text = [ntr("{n} city", "{n} cities", number) for number in (0, 1, 2)]
    assert text == ["0 kota", "1 kota", "2 kota"]


def test_messages_inside_f_strings_are_found():
    assert messages_of("f'<b>{tr(\"City\")}</b>'") == ["City"]
    assert messages_of("tr(label); tr('a' 'b'); ntr('one', 'many', 3)") == ["ab", ("one", "many")]


def test_layers_in_a_language_keep_ids_figures_and_order():
    with use_language(i18n.languages()["id"]):
        spoken = catalogue()
    plain = source_catalogue()
    for name in LAYERS:
        before, after = plain[name], spoken[name]
        same = [
            column for column in before.columns if column not in TRANSLATED_COLUMNS.get(name, ())
        ]
        assert after[same].equals(before[same])
        assert after.index.equals(before.index)
    names = spoken["countries"].set_index("iso3")["name"]
    assert names["PHL"] == "Filipina"


@pytest.mark.parametrize("text", ["Filipina", "philippines", "Singapura", "singapore"])
def test_search_finds_cities_by_their_names_in_the_language_and_in_english(text):
    with use_language(i18n.languages()["id"]):
        layers = catalogue()
        found = selected(Filter(text=text), layers).cities
    assert set(found["iso3"]) in ({"PHL"}, {"SGP"}, {"SGP", "PHL"})


def test_addresses_of_other_pages_keep_the_language():
    assert i18n.page_url("city", city="dili") == "./city?city=dili"
    with use_language(i18n.languages()["id"]):
        assert i18n.page_url("city", city="dili,manila") == "./city?city=dili,manila&lang=id"
        assert i18n.page_url("plans") == "./plans?lang=id"


class _Texts(HTMLParser):
    """Text and spoken attributes of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self.found += [v for k, v in attrs if k in ("alt", "aria-label", "title") and v]

    def handle_data(self, data: str) -> None:
        if self._tag != "style":
            self.found.append(data)


def shown_texts(app: AppTest) -> Iterator[str]:
    """Every text of a page's own HTML, of its maps and of its widgets."""
    parser = _Texts()
    html = re.sub(r"<pre>.*?</pre>", "", page_html(app).replace("<wbr>", ""), flags=re.DOTALL)
    parser.feed(HOST.sub("", html))
    yield from parser.found
    for one in page_maps(app):
        yield from (one["title"], one["summary"], *one["texts"].values())
    kinds = ("button", "selectbox", "multiselect", "text_input", "toggle", "select_slider")
    for kind in kinds:
        for widget in app.get(kind):
            for part in ("label", "placeholder", "help"):
                yield str(getattr(widget.proto, part, "") or "")
            yield from map(str, getattr(widget.proto, "options", []))
    for kind in ("info", "warning", "error"):
        yield from (str(box.value) for box in app.get(kind))


FORMATS = {
    "CSV",
    "FlatGeobuf",
    "GeoJSON",
    "GeoPackage",
    "GeoParquet",
    "JSON",
    "PDF",
    "PNG",
    "Python",
    "QGIS",
    "curl",
    "SVG",
    "XLSX",
}

MONTH = re.compile(r"^(\d+ )?(Januari|Juli|Agustus|September|Oktober|November)( \d{4})?$")
"""Babel's own words."""

HOST = re.compile(r"<a [^>]+>[\w.-]+\.[a-z]{2,}</a>")
"""A link that shows where a public page stands; it may stand within a sentence."""

SOURCE = re.compile(r"^\d{4}; ")
"""Year and publisher of a figure; publishers are named as they name themselves."""


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every page speaks a language that marks what is looked up."""
    monkeypatch.setattr(i18n, "languages", lambda: {"en": Language(), "id": MARKED})
    clear_caches()
    yield
    clear_caches()


@cache
def owners_words() -> set[str]:
    """What stays as its owner writes it: values of columns that are not translated, and how sources
    ask to be named."""
    layers = Catalogue()
    found: set[str] = set()
    for name in LAYERS:
        for column in set(layers[name].columns) - set(TRANSLATED_COLUMNS.get(name, ())):
            values = layers[name][column].dropna()
            found |= {value for value in values if isinstance(value, str)}
        found |= {source["attribution"] for source in sources_in(layers.info(name))}
    titles = layers["documents"]["title"]
    pieces = {piece for value in found for piece in re.split(r"; ", value)}
    return found | pieces | {short_title(title) for title in titles}


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("explore", {}),
        ("explore", {"mode": "share", "panel": "charts", "country": "TLS", "places": "1"}),
        ("explore", {"mode": "growth", "panel": "projects", "q": "nothing of this name"}),
        ("compare", {"city": "jakarta,manila,dili"}),
        ("compare", {}),
        ("plans", {}),
        ("city", {"city": "da-nang"}),
        ("country", {"country": "MYS"}),
        ("urbanisation", {"year": "2030"}),
        ("network", {}),
        ("places", {}),
        ("glossary", {}),
    ],
)
@pytest.mark.usefixtures("marked")
def test_page_says_nothing_that_is_not_looked_up(name, query):
    script = f"""
import runpy
import shutil
from dashboard.ui import language

language.activate_session_language()
runpy.run_path({str(APP.parent / "pages" / name / "page.py")!r})
"""
    app = AppTest.from_string(script, default_timeout=PAGE_SECONDS)
    for parameter, value in {**query, "lang": "id"}.items():
        app.query_params[parameter] = value
    app.run()
    assert not app.exception
    known = owners_words() | FORMATS
    plain = [
        text.strip()
        for text in shown_texts(app)
        if re.search(r"[A-Za-z]{3,}", text)
        and MARK not in text
        and not MONTH.match(text.strip())
        and not SOURCE.match(text.strip())
        and text.strip() not in known
        and not all(piece in known for piece in text.strip(" .,;:()").split("; "))
    ]
    assert plain == []


def test_language_of_a_session_is_that_of_its_address_then_of_its_browser():
    assert data.catalogue() is data.source_catalogue()
    with use_language(i18n.languages()["id"]):
        assert data.catalogue() is not data.source_catalogue()
        assert tr("no data") == "tidak ada data"


def test_update_of_the_catalogues_changes_nothing_when_all_is_listed(capsys, monkeypatch, tmp_path):
    # In a copy: an update that changes something is for a maintainer to commit.
    copy = Path(shutil.copytree(CATALOGUES, tmp_path / "i18n"))
    before = {path: path.read_bytes() for path in copy.glob("*/*.po")}
    monkeypatch.setattr("dashboard.i18n.CATALOGUES", copy)
    monkeypatch.setattr("sys.argv", ["python -m dashboard.i18n"])
    runpy.run_module("dashboard.i18n", run_name="__main__")
    assert {path: path.read_bytes() for path in before} == before
    assert "0 without translation" in capsys.readouterr().out
