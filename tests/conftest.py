"""Options of the test command."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-looks", action="store_true", help="write the reference pictures of pages anew"
    )
