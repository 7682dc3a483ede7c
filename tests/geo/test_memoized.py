"""Results of pure functions are kept with their first argument, in each language."""

from __future__ import annotations

import pytest

from geo.cache import memoized
from geo.i18n import set_explicit, tr, use_language
from geo.layers.catalogue import Catalogue
from tests.pseudolocale import MARK, MARKED


class BrokenError(Exception):
    """Raised by :func:`fragile`."""


calls: list[tuple[object, ...]] = []


@memoized
def greeting(layers: Catalogue, name: str, loud: bool = False) -> str:
    """A function of layers, with a word of the language."""
    calls.append((layers, name, loud))
    return tr("Full screen") + name + "!" * loud


@memoized
def fragile(layers: Catalogue) -> str:
    """A function that fails at first."""
    calls.append((layers,))
    if len(calls) == 1:
        raise BrokenError
    return "whole"


@pytest.fixture(autouse=True)
def no_calls():
    calls.clear()


def test_same_arguments_are_computed_once():
    layers = Catalogue()
    assert greeting(layers, "a") == greeting(layers, "a")
    assert len(calls) == 1


def test_other_layers_arguments_and_languages_are_computed_anew():
    layers, other = Catalogue(), Catalogue()
    assert greeting(layers, "a") != greeting(layers, "b")
    assert greeting(layers, "a", loud=True).endswith("!")
    greeting(other, "a")
    with use_language(MARKED):
        assert greeting(layers, "a").startswith(MARK)
    assert len(calls) == 5


def test_links_that_name_the_language_are_kept_apart():
    layers = Catalogue()
    greeting(layers, "a")
    set_explicit(True)
    try:
        greeting(layers, "a")
    finally:
        set_explicit(False)
    assert len(calls) == 2


def test_error_is_not_kept():
    layers = Catalogue()
    with pytest.raises(BrokenError):
        fragile(layers)
    assert fragile(layers) == fragile(layers) == "whole"
    assert len(calls) == 2


def test_list_is_refused_rather_than_kept_by_identity():
    with pytest.raises(TypeError, match="unhashable"):
        greeting(Catalogue(), ["a"])
