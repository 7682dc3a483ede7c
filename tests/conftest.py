"""Options of the test command, and the object store that tests of ``geo`` and ``dashboard`` use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.s3 import Bucket, Gate, running_moto


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-looks", action="store_true", help="write the reference pictures of pages anew"
    )


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of an object store on loopback."""
    with running_moto(tmp_path_factory.mktemp("moto") / "server.log") as port:
        yield port


@pytest.fixture
def bucket(moto: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket behind a gate that can be shut, as the environment names it; empty for each test."""
    with Gate(moto) as gate:
        yield Bucket.made(gate, monkeypatch)
