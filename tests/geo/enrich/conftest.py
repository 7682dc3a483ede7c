"""Reading a file as the page and the command do."""

from __future__ import annotations

import pytest

from geo.enrich import Enriched, UserFile
from geo.enrich.bounded import read_bounded


@pytest.fixture
def join(catalogue, network, pool):
    """Read and join a file in a worker, like the page and the command."""

    def joined(content: bytes | str, name: str = "mine", **options) -> Enriched:
        data = content.encode() if isinstance(content, str) else content
        with read_bounded(pool, UserFile(name, data), network, **options) as found:
            return found.enriched(catalogue)

    return joined
