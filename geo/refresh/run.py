"""Renew a source: fetch, compare, check, and only then write, all of its files or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from geo.build.validate import new_problems
from geo.errors import GeoError, SourceError
from geo.layers.atomic_write import write_all
from geo.refresh import geonames, natural_earth, world_bank, wup2025
from geo.refresh.source import Job, Renewed, Source
from geo.sources.edit import TableText

SOURCES: Mapping[str, Source] = {
    "world-bank": world_bank.SOURCE,
    "wup-2025": wup2025.SOURCE,
    "geonames": geonames.SOURCE,
    "natural-earth": natural_earth.SOURCE,
}
"""What ``python -m geo refresh`` can renew; the name is that of its folder in the cache too."""

Say = Callable[[str], None]


def refresh(name: str, job: Job, say: Say, dry_run: bool = False) -> bool:
    """Renew one source in ``data/sources``.

    Parameters
    ----------
    name
        One of :data:`SOURCES`.
    job
        Where the tables are and how the source is fetched.
    say
        Called with a line of what was found.
    dry_run
        Tell what would change, write nothing.

    Returns
    -------
    bool
        Whether a file was written.

    Raises
    ------
    GeoError
        If the source cannot be had or is not as it should be; every file stays as it was.
    """
    source = SOURCES[name]
    if job.from_package and not source.package:
        packaged = ", ".join(known for known, one in SOURCES.items() if one.package)
        raise GeoError(f"{name} stands in no package; {packaged} do.")
    say(f"{name}: {source.title}")
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
        # What was fetched is not as it should be: the next try begins anew.
        job.downloader.forget(name)
        raise
    for line in renewed.lines:
        say(line)
    if not changed:
        say("Nothing to write: the tables hold what the source holds.")
    elif dry_run:
        say(f"Nothing was written; it would be {_names(changed)}.")
    else:
        write_all(changed)
        say(f"Wrote {_names(changed)}; the tables are sound.")
    return bool(changed) and not dry_run


def _names(files: Mapping[Path, bytes]) -> str:
    return ", ".join(path.name for path in files)


def _files(renewed: Renewed, job: Job) -> dict[Path, bytes]:
    """All files that a renewed source changes, those that tell of it last."""
    told = job.table("sources")
    known = told.rows()
    told.put({**known.get((row["source_id"],), {}), **row} for row in renewed.said)
    vintages = job.table("vintages")
    _put_vintages(vintages, renewed)
    content = {
        **renewed.files,
        "sources.csv": told.encode(),
        "vintages.csv": vintages.encode(),
    }
    return {job.sources_dir / name: encoded for name, encoded in content.items()}


def _put_vintages(vintages: TableText, renewed: Renewed) -> None:
    """Tell of the fetched files; one whose content is known keeps its row and its date."""
    before = vintages.rows()
    ids = {row["source_id"] for row in renewed.fetched}
    keys = {vintages.key_of(row) for row in renewed.fetched}
    vintages.remove({key for key in before if key[0] in ids} - keys)
    vintages.put(
        row
        for row in renewed.fetched
        if before.get(vintages.key_of(row), {}).get("sha256") != row["sha256"]
    )
