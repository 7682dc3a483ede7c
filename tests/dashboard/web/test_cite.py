"""How to cite what pages show, and what a cited address says later."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

import dashboard.server
from dashboard.datasets.files import TABLES
from dashboard.discovery.versions import changed_note, data_version, version_date
from dashboard.markup.citations import Citation
from dashboard.markup.file_links import cite_url
from geo.layers.files import LAYERS_DIR
from geo.layers.history import HISTORY, DataVersion, decode
from geo.schema import DECLARED
from tests.dashboard.asgi import ask

NEWEST = decode((LAYERS_DIR / HISTORY).read_bytes())[-1]

CITED = [
    (
        "/cite/charts/population?city=jakarta",
        "Population of the agglomeration of Jakarta",
        "/city?city=jakarta&wup=2018",
    ),
    (
        "/cite/maps/explore?country=IDN&mode=focus",
        "Member cities: ",
        "/explore?country=IDN&mode=focus",
    ),
    ("/cite/maps/overview", "Projects of the member cities, by status", "/?v="),
    ("/cite/tables/cities?country=IDN", "Member cities", "country=IDN"),
    ("/cite/layers/country_years", "", "/data?layer=country_years"),
]


@pytest.mark.parametrize(("address", "title", "page"), CITED)
def test_citation_names_title_version_date_and_address(address, title, page, routes):
    answer = ask(routes, address)
    texts = [
        unescape(it)
        for it in re.findall(r'class="copy"[^>]*>(.*?)</p', answer.content.decode(), re.S)
    ]
    assert answer.status == 200
    text = texts[0]
    assert text.startswith(f"ASEAN Smart Cities: {title}")
    assert f"Data version {NEWEST.version} of " in text
    url = text.split()[-1]
    assert url.startswith("http://testserver/")
    assert page in url
    assert url.endswith(f"v={NEWEST.version}")
    assert "<script" not in answer.content.decode()


@pytest.mark.parametrize(("address", "title", "page"), CITED)
def test_cited_address_opens_its_page(address, title, page, routes):
    bib = ask(routes, re.sub(r"(/cite/\w+/[\w-]+)", r"\1.bib", address)).content.decode()
    url = re.search(r"url = {http://testserver(.*)}", bib)
    assert url
    assert ask(dashboard.server.app, url[1], accept="text/html").status == 200


def test_bibtex_is_a_file_with_every_field(routes):
    answer = ask(routes, "/cite/layers/cities.bib?lang=id")
    assert answer.headers["content-type"].startswith("application/x-bibtex")
    assert ".bib" in answer.headers["content-disposition"]
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},?$", answer.content.decode(), re.M))
    assert set(fields) == {"author", "title", "year", "date", "version", "note", "url"}
    assert fields["author"] == "{Kota Cerdas ASEAN}"
    assert fields["date"] == NEWEST.date.isoformat()
    assert "lang=id" in fields["url"]


def test_no_character_of_a_title_is_a_command_of_tex():
    shown = Citation("k", "50 % of A&B_{c} ~ \\x #1 $2 ^", "v", "2026-12-01", "u").bibtex
    title = shown.partition("title = {{")[2].partition("}},")[0]
    assert title == (
        r"50 \% of A\&B\_\{c\} \textasciitilde{} \textbackslash{}x \#1 \$2 \textasciicircum{}"
    )


@pytest.mark.parametrize("name", TABLES)
def test_every_table_can_be_cited(name, routes):
    # Without parameters; some tables need one and say so in a sentence.
    answer = ask(routes, cite_url("tables", name, {}) + ".bib")
    assert answer.status in (200, 400), answer.content
    assert answer.status == 200 or answer.json()["detail"].endswith(".")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/cite/charts/nothing", 404),
        ("/cite/tables/nothing", 404),
        ("/cite/maps/nothing", 404),
        ("/cite/layers/cities?country=IDN", 400),
        ("/cite/charts/population?colour=red", 400),
        ("/cite/maps/explore?country=XXX", 400),
    ],
)
def test_what_cannot_be_cited_is_one_sentence(address, status, routes):
    answer = ask(routes, address)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")


HISTORY_OF_THREE = (
    DataVersion(version="a" * 12, date=date(2026, 1, 2)),
    DataVersion(version="b" * 12, date=date(2026, 3, 4), changes={"projects": (130, 134)}),
    DataVersion(
        version="c" * 12, date=date(2026, 5, 6), changes={"projects": (134, 140), "reports": (4, 4)}
    ),
)


class _Layers:
    """Stands for a catalogue of the third version."""

    version = "c" * 12 + "-0123abcd"


def note(named: str) -> str:
    return changed_note(named, _Layers(), HISTORY_OF_THREE)  # type: ignore[arg-type]


def test_link_to_an_older_version_says_what_changed_since():
    names = [DECLARED[layer].title for layer in ("projects", "reports")]
    assert note("a" * 12) == (
        f"The data have changed since this link was made: it names version {'a' * 12} of 2 January "
        f"2026; you see {'c' * 12}. What changed: {names[0]} (130 → 140 rows) and {names[1]} "
        "(4 rows, other values)."
    )


@pytest.mark.parametrize("named", ["c" * 12, "c" * 12 + "-ffffffff"])
def test_link_to_the_version_shown_says_nothing(named):
    assert note(named) == ""


@pytest.mark.parametrize("named", ["d" * 12, "latest", "x" * 500])
def test_version_that_is_not_known_is_said(named):
    assert note(named).startswith("This link names data version ")
    assert len(note(named)) < 150


def test_page_shows_the_note_and_keeps_the_version_in_its_address(open_page):
    old = decode((LAYERS_DIR / HISTORY).read_bytes())[0].version
    app = open_page("city", city="dili", v=old, lang="id")
    html = "".join(part.proto.body for part in app.get("html"))
    assert 'class="changed-since" role="status">Data telah berubah sejak tautan ini dibuat' in html
    assert dict(app.query_params) == {"city": "dili", "v": old, "lang": "id"}
    assert not app.warning


def test_date_of_a_version_without_history_is_that_of_its_newest_source(layers):
    assert data_version(layers) == NEWEST.version
    assert version_date(layers, (NEWEST,)) == NEWEST.date.isoformat()
    assert re.fullmatch(r"\d{4}(-\d\d){0,2}", version_date(layers, ()))


def test_every_chart_map_table_and_layer_has_a_link_to_its_citation(open_page):
    html = "".join(part.proto.body for part in open_page("overview").get("html"))
    for path in ("maps/overview", "charts/projects-by-focus-area"):
        assert f'class="cite" href="/cite/{path}"' in html
    assert 'data-cite="/cite/layers/cities"' in html
    html = "".join(part.proto.body for part in open_page("city", city="dili").get("html"))
    assert 'class="cite" href="/cite/tables/partnerships?city=dili"' in html
