"""What a published set of layers consists of.

A published set is one small object, ``layers.json``, that names the content of each layer by its
hash, and one object a content. It is replaced last and in one step, so a reader that follows it
sees the set before or the set after, never some layers of each.
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
"""Path of the manifest that readers follow."""

OBJECTS, HISTORY = "objects", "manifests"
"""Folders of contents, and of every manifest that was published."""

_FORMAT = 1

_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Entry:
    """The content of one layer: SHA-256 in hexadecimal digits, and its length in bytes."""

    sha256: str
    size: int

    @classmethod
    def of(cls, content: bytes) -> Entry:
        """That of a layer file."""
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
        When, in UTC to the second.
    layers
        Content of each layer by its name.
    """

    version: str
    published: datetime
    layers: Mapping[str, Entry]

    @property
    def history_path(self) -> str:
        """Path under which this manifest is kept; later ones sort after earlier ones."""
        return f"{HISTORY}/{self.published:%Y%m%dT%H%M%SZ}-{self.version}.json"

    @property
    def paths(self) -> set[str]:
        """Paths of all objects of the set."""
        return {entry.path(name) for name, entry in self.layers.items()}

    def encode(self) -> bytes:
        """As JSON, the same bytes each time."""
        content = {
            "format": _FORMAT,
            "version": self.version,
            "published": self.published.strftime(_TIME),
            "layers": {name: asdict(entry) for name, entry in self.layers.items()},
        }
        return (json.dumps(content, indent=1) + "\n").encode()

    @classmethod
    def decode(cls, content: bytes) -> Manifest:
        """As :meth:`encode` wrote it.

        Raises
        ------
        LayerError
            If it is no such manifest.
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
        """Make sure that every layer is named.

        Raises
        ------
        LayerError
            Naming the first that is not.
        """
        for name in LAYERS:
            if name not in self.layers:
                raise LayerError(
                    f"{CURRENT} names no layer {name}; publish the layers with this version of "
                    "the project."
                )
