"""Refresh a source: fetch, compare, check, then write all of its files or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from geo.build.validate import new_problems
from geo.errors import GeoError, SourceError
from geo.layers.atomic_write import write_all
from geo.refresh import geonames, gshhg, natural_earth, world_bank, wup2025
from geo.refresh.source import Job, RefreshResult, Source
from geo.sources.edit import TableText

SOURCES: Mapping[str, Source] = {
    "world-bank": world_bank.SOURCE,
    "wup-2025": wup2025.SOURCE,
    "geonames": geonames.SOURCE,
    "natural-earth": natural_earth.SOURCE,
    "gshhg": gshhg.SOURCE,
}
"""Sources of ``python -m geo refresh``; the name is also that of the folder in the cache."""

Progress = Callable[[str], None]


def refresh(name: str, job: Job, progress: Progress, dry_run: bool = False) -> bool:
    """Refresh one source in ``data/sources``.

    Parameters
    ----------
    name
        One of :data:`SOURCES`.
    job
        Location of the tables, and options of the download.
    progress
        Called with progress messages.
    dry_run
        Report what would change, but write nothing.

    Returns
    -------
    bool
        Whether a file was written.

    Raises
    ------
    GeoError
        If the source is unavailable or invalid; all files are left unchanged.
    """
    source = SOURCES[name]
    if job.from_package and not source.package:
        packaged = ", ".join(known for known, one in SOURCES.items() if one.package)
        raise GeoError(f"{name} stands in no package; {packaged} do.")
    progress(f"{name}: {source.title}")
    try:
        renewed = source.renew(job)
        changed = {
            path: content
            for path, content in _files(renewed, job).items()
            if not path.is_file() or path.read_bytes() != content
        }
        for problem in new_problems(changed, job.sources_dir) if changed else ():
            raise SourceError(f"The newer tables do not pass the check. {problem}")
    except SourceError:
        # The download is invalid: start afresh next time.
        job.downloader.forget(name)
        raise
    for line in renewed.lines:
        progress(line)
    if not changed:
        progress("Nothing to write: the tables are up to date.")
    elif dry_run:
        progress(f"Nothing was written; {_names(changed)} would change.")
    else:
        write_all(changed)
        progress(f"Wrote {_names(changed)}; the tables are valid.")
    return bool(changed) and not dry_run


def _names(files: Mapping[Path, bytes]) -> str:
    return ", ".join(path.name for path in files)


def _files(renewed: RefreshResult, job: Job) -> dict[Path, bytes]:
    """All files that a refresh changes, with the tables on the source itself last."""
    source_table = job.table("sources")
    known = source_table.rows()
    source_table.put({**known.get((row["source_id"],), {}), **row} for row in renewed.source_rows)
    vintages = job.table("vintages")
    _put_vintages(vintages, renewed)
    content = {
        **renewed.files,
        "sources.csv": source_table.encode(),
        "vintages.csv": vintages.encode(),
    }
    return {job.sources_dir / name: encoded for name, encoded in content.items()}


def _put_vintages(vintages: TableText, renewed: RefreshResult) -> None:
    """Record the fetched files; a file with unchanged content keeps its row and date."""
    before = vintages.rows()
    ids = {row["source_id"] for row in renewed.fetched}
    keys = {vintages.key_of(row) for row in renewed.fetched}
    vintages.remove({key for key in before if key[0] in ids} - keys)
    vintages.put(
        row
        for row in renewed.fetched
        if before.get(vintages.key_of(row), {}).get("sha256") != row["sha256"]
    )
