"""The layers that every page and route of this process reads."""

from __future__ import annotations

import hashlib
import os
from functools import cache, cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path

import geo
from dashboard import i18n
from dashboard.i18n.texts import SpokenCatalogue
from dashboard.settings import current, variable
from geo.i18n import ENGLISH, language
from geo.layers import LAYERS_DIR, Catalogue

LAYERS_VARIABLE = variable("layers")
"""Environment variable that names another directory of layers."""

_MADE_BY = ("*.py", "*.po", "*.typ", "*.ttf", "*.otf", "*.lark", "*.jsonld")


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


_Stamp = tuple[tuple[str, int, int, int], ...]


def _stamp(directory: Path) -> _Stamp:
    """Name, size, time and number of each layer file: changes when a file is replaced."""
    try:
        with os.scandir(directory) as entries:
            found = [(entry.name, entry.stat()) for entry in entries if entry.name[0] != "."]
    except OSError:
        return ()  # reading a layer says what is wrong
    return tuple(
        sorted((name, stat.st_size, stat.st_mtime_ns, stat.st_ino) for name, stat in found)
    )


@lru_cache(maxsize=1)
def _opened(directory: Path, _as_of: _Stamp) -> Catalogue:
    return ServedCatalogue(directory)


def source_catalogue() -> Catalogue:
    """The layers as their files have them, shared read-only; opened anew when a file changes."""
    directory = Path(current().layers or LAYERS_DIR)
    return _opened(directory, _stamp(directory))


@lru_cache(maxsize=8)
def _spoken_catalogue(code: str, origin: Catalogue) -> Catalogue:
    return SpokenCatalogue(origin, i18n.languages()[code])


def catalogue() -> Catalogue:
    """The layers in the language of the running context."""
    code = language().code
    return source_catalogue() if code == ENGLISH else _spoken_catalogue(code, source_catalogue())


def forget() -> None:
    """Read the settings and open the layers anew when they are next asked for."""
    current.cache_clear()
    _opened.cache_clear()
    _spoken_catalogue.cache_clear()
