"""Metadata embedded in every exported file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.layers.files import sources_in
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
    sources
        See :func:`geo.layers.files.sources_in`.
    """

    title: str
    description: str
    selection: str
    attribution: str
    licence: str
    vintage: str
    version: str
    sources: Sequence[Mapping[str, str]] = ()

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
            sources=sources_in(info),
        )

    def as_dict(self) -> dict[str, str]:
        """The non-empty fields but the list of sources."""
        return {name: value for name, value in vars(self).items() if value and name != "sources"}

    @property
    def source_ids(self) -> list[str]:
        """Ids of the sources."""
        return [source["id"] for source in self.sources]
