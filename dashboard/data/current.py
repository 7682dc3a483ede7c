"""The layers that every page and route of this process reads.

A page's run and a request keep to one set of layers from their beginning to their end, whatever
is published meanwhile: :func:`hold` and :func:`holding`. What is made of layers is kept by their
catalogue (:meth:`geo.layers.catalogue.Catalogue.once`) or under their version, never under a
catalogue, or old layers would stay in memory.
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
from dashboard.data.reload import Feed, Served
from dashboard.i18n.texts import SpokenCatalogue
from dashboard.settings import current, variable
from geo.enrich import Network
from geo.i18n import ENGLISH, language
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR
from geo.layers.store import Store

LAYERS_VARIABLE = variable("layers")
"""Environment variable that names another directory of layers, or ``s3://bucket/prefix``."""

_MADE_BY = ("*.py", "*.po", "*.typ", "*.ttf", "*.otf", "*.lark", "*.jsonld")


@cache
def edition() -> str:
    """A hash over code, catalogues and fonts: changes when what is made of the layers may."""
    digest = hashlib.sha256(version("typst").encode())
    for root in (Path(geo.__file__).parent, Path(__file__).parents[1]):
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
def feed() -> Feed:
    """Where the layers come from; opened once per process."""
    store = Store(current().layers or LAYERS_DIR)
    return Feed(store, current().layers_seconds, ServedCatalogue)


_held: ContextVar[Served | None] = ContextVar("layers", default=None)


def hold(layers: Served | None = None) -> None:
    """Keep to one set of layers from here on in the running context, the newest unless given."""
    _held.set(layers or feed().served)


@contextmanager
def holding() -> Iterator[None]:
    """Keep to one set of layers within a block."""
    token = _held.set(feed().served)
    try:
        yield
    finally:
        _held.reset(token)


def served() -> Served:
    """The layers of the running context, or the newest.

    Raises
    ------
    LayerError
        If no good ones were read yet.
    """
    return _held.get() or feed().require()


def source_catalogue() -> Catalogue:
    """The layers as their files have them, shared read-only."""
    return served().source


@lru_cache(maxsize=1)
def _network(layers: Catalogue) -> Network:
    return Network.of(layers)


def network() -> Network:
    """What places of readers are joined to, made ready once per set of layers."""
    return _network(source_catalogue())


def catalogue() -> Catalogue:
    """The layers in the language of the running context."""
    layers, code = served(), language().code
    if code == ENGLISH:
        return layers.source
    if code not in layers.spoken:
        layers.spoken[code] = SpokenCatalogue(layers.source, i18n.languages()[code])
    return layers.spoken[code]


def forget() -> None:
    """Read the settings and open the layers anew when they are next asked for."""
    current.cache_clear()
    feed.cache_clear()
    _held.set(None)
    _network.cache_clear()
