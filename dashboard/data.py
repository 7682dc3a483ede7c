"""The layers that every page and route of this process reads."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from geo.layers import LAYERS_DIR, Catalogue

LAYERS_VARIABLE = "DASHBOARD_LAYERS"
"""Environment variable that names another directory of layers."""


@cache
def catalogue() -> Catalogue:
    """The layers, opened once per process and shared read-only."""
    return Catalogue(Path(os.environ.get(LAYERS_VARIABLE) or LAYERS_DIR))
