"""The urban share is called what it is: by national definitions, of one of two UN revisions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dashboard.server
from dashboard.data.current import catalogue
from dashboard.i18n import CATALOGUES, read_catalogue
from dashboard.i18n.template import code_messages, data_messages
from geo.vocabulary import REVISION_NAMES, REVISIONS
from tests.dashboard.asgi import ask

ROOT = Path(__file__).resolve().parents[2]

METHOD = re.compile(r"degree[ -]of[ -]urbani[sz]ation|degurba|tingkat urbanisasi", re.IGNORECASE)
SERIES = re.compile(
    r"world bank|bank dunia|\bwdi\b|SP\.URB|urban share|proporsi penduduk perkotaan", re.IGNORECASE
)
NATIONAL = re.compile(r"national definition|definisi nasional", re.IGNORECASE)


def _texts() -> dict[str, str]:
    """Every text by where it stands: messages, translations, layers, tables and documents."""
    texts = {}
    for catalogue_of in (code_messages(), data_messages(catalogue())):
        texts |= {f"message {message.id!r}": str(message.id) for message in catalogue_of}
    for path in CATALOGUES.glob("*/*.po"):
        texts |= {
            f"{path.parent.name} {message.id!r}": str(message.string)
            for message in read_catalogue(path)
            if message.id
        }
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "data/sources/README.md"]
    for path in [*documents, ROOT / "data/sources/sources.csv"]:
        for block in re.split(r"\n\n|\n(?=[-|])", path.read_text(encoding="utf-8")):
            texts[f"{path.name}: {block[:60]}"] = block
    for module in [*ROOT.glob("geo/**/*.py"), *ROOT.glob("dashboard/**/*.py")]:
        for block in re.split(r"\n\n", module.read_text(encoding="utf-8")):
            texts[f"{module.name}: {block[:60]}"] = block
    return texts


def _calls_it_by_the_other_method(text: str) -> bool:
    return bool(METHOD.search(text) and SERIES.search(text) and not NATIONAL.search(text))


def test_no_text_calls_the_urban_share_by_the_degree_of_urbanisation() -> None:
    texts = _texts()
    assert len(texts) > 4_000
    assert [where for where, text in texts.items() if _calls_it_by_the_other_method(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "World Bank WDI, March 2026 (newer UN revision, degree of urbanisation)",
        "urban share by degree of urbanisation",
        "WDI Bank Dunia (revisi PBB yang lebih baru, tingkat urbanisasi [metode PBB])",
    ],
)
def test_names_that_the_series_bore_before_are_refused(text: str) -> None:
    assert _calls_it_by_the_other_method(text)


def test_both_releases_are_named_by_their_revision_and_definition() -> None:
    for revision, name in REVISIONS.items():
        assert REVISION_NAMES[revision] in name
        assert "national definitions" in name


@pytest.mark.parametrize(
    "path", ["/charts/{}.svg?theme=dark", "/charts/{}.csv", "/embed/charts/{}"]
)
def test_address_of_the_renamed_chart_leads_to_the_new_one(path: str) -> None:
    moved = ask(dashboard.server.app, path.format("definitions-of-urban"))
    assert moved.status == 308
    target = path.format("urban-share-revisions")
    assert moved.headers["location"] == target.rpartition("/")[2]
    assert ask(dashboard.server.app, target).status == 200
