"""Layers that note which of them are read, so that what a page shows can be told from outside."""

from __future__ import annotations

import pandas as pd

from dashboard.data.current import ServedCatalogue


class NotingCatalogue(ServedCatalogue):
    """The committed layers; ``noted`` has the names of those that were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: set[str] = set()

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.noted.add(name)
        return super().__getitem__(name)
