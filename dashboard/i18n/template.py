"""Extract translatable messages from the code and the layers."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
from babel.messages.catalog import Catalog

from dashboard.i18n.texts import TRANSLATED_COLUMNS
from geo.layers.catalogue import Catalogue
from geo.schema import DECLARED

ROOT = Path(__file__).resolve().parents[2]

KEYWORDS = {"tr": 1, "mark": 1, "ntr": 2}
"""Functions of :mod:`geo.i18n` -> number of leading arguments that are messages."""


def messages_of(source: str) -> list[str | tuple[str, str]]:
    r"""Messages of one module, in source order.

    Uses the syntax tree, because Babel's tokenizer-based extractor does not look into f-strings.

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
    messages: list[str | tuple[str, str]] = []
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        assert isinstance(call.func, ast.Name)
        arguments = call.args[: KEYWORDS[call.func.id]]
        texts = [
            argument.value
            for argument in arguments
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if texts and len(texts) == len(arguments):
            messages.append(texts[0] if len(texts) == 1 else (texts[0], texts[1]))
    return messages


def code_messages() -> Catalog:
    """All messages of ``geo`` and ``dashboard``, with the files that contain them."""
    catalogue = Catalog()
    for package in ("geo", "dashboard"):
        for path in sorted((ROOT / package).rglob("*.py")):
            file = path.relative_to(ROOT).as_posix()
            for message in messages_of(path.read_text(encoding="utf-8")):
                catalogue.add(message, locations=[(file, 0)])
    return catalogue


def data_messages(layers: Catalogue) -> Catalog:
    """All translatable texts of the layers, and the descriptions in their schemas."""
    catalogue = Catalog()
    for name, layer in DECLARED.items():
        texts = [layer.title, layer.description]
        for column, declared in layer.columns.items():
            texts += [str(declared.description), layer.unit(column)]
        for text in texts:
            if text:
                catalogue.add(text, locations=[("geo/schema/__init__.py", 0)])
        for column in TRANSLATED_COLUMNS.get(name, ()):
            for value in pd.unique(layers[name][column].dropna()):
                catalogue.add(str(value), locations=[(f"data/layers/{name}", 0)])
    return catalogue
