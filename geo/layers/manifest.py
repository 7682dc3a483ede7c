"""The manifest of a published set of layers.

A published set consists of a manifest, ``layers.json``, which lists the SHA-256 of each layer, and
one object per layer content. The manifest is replaced last and atomically, so that a reader sees
either the old set or the new one, never a mixture.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from geo.errors import LayerError
from geo.schema import LAYERS

CURRENT = "layers.json"
"""Path of the current manifest."""

OBJECTS, HISTORY = "objects", "manifests"
"""Folders of the layer contents and of all published manifests."""

_FORMAT = 1

_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Entry:
    """The content of one layer: SHA-256 in hexadecimal digits, and its length in bytes."""

    sha256: str
    size: int

    @classmethod
    def from_bytes(cls, content: bytes) -> Entry:
        """The entry for the bytes of a layer file."""
        return cls(hashlib.sha256(content).hexdigest(), len(content))

    def path(self, name: str) -> str:
        """Path of the object that holds this content of layer ``name``."""
        return f"{OBJECTS}/{name}-{self.sha256}.parquet"


@dataclass(frozen=True)
class Manifest:
    """One published set of layers.

    Attributes
    ----------
    version
        Hash over all layers, see :attr:`geo.layers.catalogue.Catalogue.version`.
    published
        Time of publication, UTC, to the second.
    layers
        Content of each layer by its name.
    """

    version: str
    published: datetime
    layers: Mapping[str, Entry]

    @property
    def history_path(self) -> str:
        """Path of this manifest in the history; paths sort by time."""
        return f"{HISTORY}/{self.published:%Y%m%dT%H%M%SZ}-{self.version}.json"

    @property
    def paths(self) -> set[str]:
        """Paths of all objects of the set."""
        return {entry.path(name) for name, entry in self.layers.items()}

    def encode(self) -> bytes:
        """Serialize to deterministic JSON."""
        content = {
            "format": _FORMAT,
            "version": self.version,
            "published": self.published.strftime(_TIME),
            "layers": {name: asdict(entry) for name, entry in self.layers.items()},
        }
        return (json.dumps(content, indent=1) + "\n").encode()

    @classmethod
    def decode(cls, content: bytes) -> Manifest:
        """Parse the output of :meth:`encode`.

        Raises
        ------
        LayerError
            If the content is not a manifest of this format.
        """
        try:
            read = json.loads(content)
            if read["format"] != _FORMAT:
                raise ValueError
            return cls(
                str(read["version"]),
                datetime.strptime(read["published"], _TIME).replace(tzinfo=UTC),
                {
                    str(name): Entry(str(entry["sha256"]), int(entry["size"]))
                    for name, entry in read["layers"].items()
                },
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise LayerError(
                f"{CURRENT} is damaged or of another version of this project; publish the layers "
                "again with `python -m geo publish`."
            ) from None

    def require_all(self) -> None:
        """Check that every required layer is listed.

        Raises
        ------
        LayerError
            Naming the first missing layer.
        """
        for name in LAYERS:
            if name not in self.layers:
                raise LayerError(
                    f"{CURRENT} names no layer {name}; publish the layers with this version of "
                    "the project."
                )
