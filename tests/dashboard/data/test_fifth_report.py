"""Pages on layers with one report more than the committed ones have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.data.current import LAYERS_VARIABLE, clear_caches
from geo.build.run import build
from tests.dashboard.conftest import OpenPage, page_html
from tests.fifth_report import DROPPED, RENAMED, add_to_copy


@pytest.fixture(scope="module")
def fifth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layers of a build with a made-up report of 2026."""
    root = tmp_path_factory.mktemp("fifth")
    build(add_to_copy(root), root / "layers")
    return root / "layers"


@pytest.fixture(scope="module")
def served(fifth: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(LAYERS_VARIABLE, str(fifth))
        clear_caches()
        yield
    clear_caches()


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("page", "query", "shown"),
    [
        ("overview", {}, ("134 smart city projects", "2026")),
        ("explore", {"panel": "projects"}, ("Reports 2022 to 2026",)),
        ("compare", {"city": "bangkok,makassar"}, ("2026",)),
        (
            "plans",
            {},
            ("Cities and focus areas, 2026", "projects listed in any of 5 reports", "2025→2026"),
        ),
        ("plans", {"project": "makassar--smart-e-tax"}, (RENAMED[0], RENAMED[1], "2026")),
        ("city", {"city": "bangkok"}, ("The 2026 report lists 1 project", DROPPED, "As of 2026")),
        ("network", {}, ("M&amp;E Report 2026",)),
        ("data", {}, ("ascn-me-2026: 2026-09-30",)),
    ],
)
def test_page_shows_the_newest_report(
    page: str, query: dict[str, str], shown: tuple[str, ...], open_page: OpenPage
) -> None:
    app = open_page(page, **query)
    assert not app.exception
    assert not app.error
    html = page_html(app)
    assert [text for text in shown if text not in html] == []
