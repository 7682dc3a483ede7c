"""What every exported file says of itself."""

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
        What the file holds.
    selection
        The filter in words, empty for the whole layer.
    attribution, licence, vintage
        Of the layer's sources.
    version
        Content hash of the layer the rows are from.
    """

    title: str
    description: str
    selection: str
    attribution: str
    licence: str
    vintage: str
    version: str

    @classmethod
    def of(cls, layer: Layer, info: Mapping[str, str], selection: str = "") -> Record:
        """The record of a layer from the description in its file."""
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
        """The record's fields that say something."""
        return {name: value for name, value in vars(self).items() if value}
