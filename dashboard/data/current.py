"""The layers that all pages and routes of this process read.

Each page run and each request uses one set of layers from beginning to end, whatever is published
meanwhile: :func:`pin_layers` and :func:`pinned_layers`. Results computed from layers are cached in
their catalogue (:meth:`geo.layers.catalogue.Catalogue.cached`) or by their version, never by a
catalogue as key, or old layers would stay in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path

import geo
from dashboard import i18n
from dashboard.data.basemap import basemap
from dashboard.data.reload import LayerReloader, ServedLayers
from dashboard.i18n.texts import TranslatedCatalogue
from dashboard.settings import current_settings, variable_name
from geo.enrich import PlaceJoiner
from geo.i18n import ENGLISH, language
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR

LAYERS_VARIABLE = variable_name("layers")
"""Environment variable with another directory of layers, or ``s3://bucket/prefix``."""

_CODE_FILES = ("*.py", "*.po", "*.typ", "*.ttf", "*.otf", "*.lark")


@cache
def edition() -> str:
    """A hash of code, message catalogues, fonts and base map, which affect all output."""
    archive = basemap()
    digest = hashlib.sha256((version("typst") + (archive.version if archive else "")).encode())
    for root in (Path(geo.__file__).parent, Path(__file__).parents[1]):
        for pattern in _CODE_FILES:
            for path in sorted(root.rglob(pattern)):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


class ServedCatalogue(Catalogue):
    """Layers whose version includes that of the code, because URLs with it are cached forever."""

    @cached_property
    def version(self) -> str:
        """Version of layers and code."""
        return f"{super().version}-{edition()}"


@cache
def layer_reloader() -> LayerReloader:
    """The reloader of the layers, created once per process."""
    settings = current_settings()
    return LayerReloader(settings.layers or LAYERS_DIR, settings.layers_seconds, ServedCatalogue)


_pinned: ContextVar[ServedLayers | None] = ContextVar("layers", default=None)


def pin_layers(layers: ServedLayers | None = None) -> None:
    """Use one set of layers, by default the newest, from now on in the active context."""
    _pinned.set(layers or layer_reloader().served)


@contextmanager
def pinned_layers() -> Iterator[None]:
    """Use the newest set of layers within a block."""
    token = _pinned.set(layer_reloader().served)
    try:
        yield
    finally:
        _pinned.reset(token)


def served_layers() -> ServedLayers:
    """The layers pinned in the active context, or the newest.

    Raises
    ------
    LayerError
        If no valid layers have been loaded yet.
    """
    return _pinned.get() or layer_reloader().get_or_raise()


def source_catalogue() -> Catalogue:
    """The layers in English as in their files, shared read-only."""
    return served_layers().source


@lru_cache(maxsize=1)
def _network_index(layers: Catalogue) -> PlaceJoiner:
    return PlaceJoiner.from_catalogue(layers)


def place_joiner() -> PlaceJoiner:
    """The joiner for places of users, created once per set of layers."""
    return _network_index(source_catalogue())


def catalogue() -> Catalogue:
    """The layers in the active language."""
    layers, code = served_layers(), language().code
    if code == ENGLISH:
        return layers.source
    if code not in layers.translated:
        layers.translated[code] = TranslatedCatalogue(layers.source, i18n.languages()[code])
    return layers.translated[code]


def clear_caches() -> None:
    """Clear all caches, so that settings and layers are read again."""
    current_settings.cache_clear()
    layer_reloader.cache_clear()
    _pinned.set(None)
    _network_index.cache_clear()
