"""Which versions of the layers there were, and what changed from one to the next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from pydantic import BaseModel, TypeAdapter, ValidationError

from geo.errors import LayerError

HISTORY = "versions.json"
"""Versions of the layers, oldest first, in the directory of a build."""

Rows = tuple[int | None, int | None]
"""Rows of a layer before and after; ``None`` where there was no such layer."""


class DataVersion(BaseModel, frozen=True):
    """A version of the layers.

    Attributes
    ----------
    version
        :attr:`geo.layers.catalogue.Catalogue.version`.
    date
        Day (UTC) of the build that first had it.
    changes
        Layers whose files differ from those of the version before; empty for the first one.
    """

    version: str
    date: date
    changes: dict[str, Rows] = {}


_VERSIONS = TypeAdapter(tuple[DataVersion, ...])


def decode(content: bytes | None) -> tuple[DataVersion, ...]:
    """Parse the output of :func:`encode`; nothing without content.

    Raises
    ------
    LayerError
        If it is something else.
    """
    if content is None:
        return ()
    try:
        return _VERSIONS.validate_json(content)
    except ValidationError:
        raise LayerError(
            f"{HISTORY} is damaged; restore it from the repository, or delete it to begin anew."
        ) from None


def encode(history: Sequence[DataVersion]) -> bytes:
    """Serialize to JSON with a line for each version, so that changes can be read and merged."""
    lines = [json.dumps(version.model_dump(mode="json")) for version in history]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def extended(
    history: Sequence[DataVersion],
    version: str,
    before: Mapping[str, tuple[int, str]],
    after: Mapping[str, tuple[int, str]],
    built: date | None = None,
) -> tuple[DataVersion, ...]:
    """The history with a version, unless it is the newest already.

    Parameters
    ----------
    before, after
        Rows and hash of each layer.
    built
        Day of the build; today by default.
    """
    if history and history[-1].version == version:
        return tuple(history)
    changes = {
        name: (_rows(before, name), _rows(after, name))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }
    day = built or datetime.now(UTC).date()
    return *history, DataVersion(version=version, date=day, changes=changes if history else {})


def _rows(layers: Mapping[str, tuple[int, str]], name: str) -> int | None:
    return layers[name][0] if name in layers else None


def changes_since(history: Sequence[DataVersion], version: str) -> dict[str, Rows] | None:
    """Layers that changed after a version, with their rows then and now; ``None`` if the history
    does not have it."""
    known = [position for position, one in enumerate(history) if one.version == version]
    if not known:
        return None
    changes: dict[str, Rows] = {}
    for later in history[known[-1] + 1 :]:
        for name, (rows_before, rows_after) in later.changes.items():
            changes[name] = (changes.get(name, (rows_before, None))[0], rows_after)
    return changes
