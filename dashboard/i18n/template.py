"""What there is to translate: the messages of the code, and the sentences of the layers."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
from babel.messages.catalog import Catalog

from dashboard.i18n.texts import TEXTS
from geo.layers.catalogue import Catalogue
from geo.schema import DECLARED

ROOT = Path(__file__).resolve().parents[2]

KEYWORDS = {"tr": 1, "mark": 1, "ntr": 2}
"""Functions of :mod:`geo.i18n` -> how many of their first arguments are messages."""


def messages_of(source: str) -> list[str | tuple[str, str]]:
    r"""Messages of one module, in the order of their places.

    The syntax tree is read, since Babel's own reader of tokens does not look into f-strings.

    Examples
    --------
    >>> messages_of("f'<p>{tr(\"City\")}</p>'; ntr('{n} city', '{n} cities', 2)")
    ['City', ('{n} city', '{n} cities')]
    """
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in KEYWORDS
    ]
    found: list[str | tuple[str, str]] = []
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        assert isinstance(call.func, ast.Name)
        arguments = call.args[: KEYWORDS[call.func.id]]
        texts = [
            argument.value
            for argument in arguments
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if texts and len(texts) == len(arguments):
            found.append(texts[0] if len(texts) == 1 else (texts[0], texts[1]))
    return found


def code_messages() -> Catalog:
    """Every message of ``geo`` and ``dashboard``, with the files that say it."""
    found = Catalog()
    for package in ("geo", "dashboard"):
        for path in sorted((ROOT / package).rglob("*.py")):
            where = path.relative_to(ROOT).as_posix()
            for message in messages_of(path.read_text(encoding="utf-8")):
                found.add(message, locations=[(where, 0)])
    return found


def data_messages(layers: Catalogue) -> Catalog:
    """Every sentence of the layers, and what the schemas say of layers and columns."""
    found = Catalog()
    for name, layer in DECLARED.items():
        said = [layer.title, layer.description]
        for column, declared in layer.columns.items():
            said += [str(declared.description), layer.unit(column)]
        for text in said:
            if text:
                found.add(text, locations=[("geo/schema/__init__.py", 0)])
        for column in TEXTS.get(name, ()):
            for value in pd.unique(layers[name][column].dropna()):
                found.add(str(value), locations=[(f"data/layers/{name}", 0)])
    return found
