"""Metadata embedded in every exported file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.schema.declare import Layer


@dataclass(frozen=True)
class Record:
    """Title, sources and terms of an export.

    Attributes
    ----------
    title, description
        Of the layer.
    selection
        The filter in words; empty for the whole layer.
    attribution, licence, vintage
        Of the layer's sources.
    version
        Content hash of the layer.
    """

    title: str
    description: str
    selection: str
    attribution: str
    licence: str
    vintage: str
    version: str

    @classmethod
    def from_layer(cls, layer: Layer, info: Mapping[str, str], selection: str = "") -> Record:
        """The record of a layer from the metadata in its file."""
        return cls(
            title=layer.title,
            description=layer.description,
            selection=selection,
            attribution=info["attribution"],
            licence=info["licence"],
            vintage=info["vintage"],
            version=info["content_hash"],
        )

    def as_dict(self) -> dict[str, str]:
        """The non-empty fields."""
        return {name: value for name, value in vars(self).items() if value}
