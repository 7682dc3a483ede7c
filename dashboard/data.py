"""The layers that every page and route of this process reads."""

from __future__ import annotations

import hashlib
import os
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

import geo
from dashboard import i18n
from dashboard.i18n.texts import SpokenCatalogue
from geo.enrich import Network
from geo.i18n import ENGLISH, language
from geo.layers import LAYERS_DIR, Catalogue

LAYERS_VARIABLE = "DASHBOARD_LAYERS"
"""Environment variable that names another directory of layers."""

_MADE_BY = ("*.py", "*.po", "*.typ", "*.ttf", "*.otf")


@cache
def edition() -> str:
    """A hash over code, catalogues and fonts: changes when what is made of the layers may."""
    digest = hashlib.sha256(version("typst").encode())
    for root in (Path(geo.__file__).parent, Path(__file__).parent):
        for pattern in _MADE_BY:
            for path in sorted(root.rglob(pattern)):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


class ServedCatalogue(Catalogue):
    """Layers whose version tells of the code too, since addresses with it are kept for good."""

    @cached_property
    def version(self) -> str:
        """Version of layers and code."""
        return f"{super().version}-{edition()}"


@cache
def source_catalogue() -> Catalogue:
    """The layers as their files have them, opened once per process and shared read-only."""
    return ServedCatalogue(Path(os.environ.get(LAYERS_VARIABLE) or LAYERS_DIR))


@cache
def _spoken_catalogue(code: str) -> Catalogue:
    return SpokenCatalogue(source_catalogue(), i18n.languages()[code])


@cache
def network() -> Network:
    """What places of readers are joined to, made ready once per process."""
    return Network.of(source_catalogue())


def catalogue() -> Catalogue:
    """The layers in the language of the running context."""
    code = language().code
    return source_catalogue() if code == ENGLISH else _spoken_catalogue(code)


def forget() -> None:
    """Open the layers anew when they are next asked for."""
    source_catalogue.cache_clear()
    _spoken_catalogue.cache_clear()
    network.cache_clear()
