"""Sets of layers for tests of publishing and reloading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from geo.build.run import describe
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR, encode
from geo.layers.publish import write
from geo.layers.store import CURRENT, Entry, Manifest, open_store
from geo.schema import DECLARED, LAYERS
from geo.sources.read import read

Files = dict[str, bytes]

PUBLISHED = datetime(2026, 1, 20, 9, 5, tzinfo=UTC)


def committed() -> Files:
    """The committed layer files by name."""
    return {name: (LAYERS_DIR / f"{name}.parquet").read_bytes() for name in LAYERS}


def renamed(files: Mapping[str, bytes], name: str) -> Files:
    """The same set with another name for Dili."""
    layers = Catalogue(files)
    cities = layers.geo("cities").copy()
    cities.loc[cities["city_id"] == "dili", "name"] = name
    return {**files, "cities": encode(cities, LAYERS["cities"], layers.info("cities"))}


def with_vintage(files: Mapping[str, bytes], vintages: Mapping[str, str]) -> Files:
    """The same set with other vintages of some sources, by their ids."""
    table = read("sources")
    table["vintage"] = table["source_id"].map(vintages).fillna(table["vintage"])
    layers = Catalogue(files)
    return {
        name: encode(layers[name], DECLARED[name], describe(DECLARED[name], table, layers[name]))
        for name in files
    }


def put_set(
    directory: Path, files: Mapping[str, bytes], published: datetime = PUBLISHED
) -> Manifest:
    """Put a set into a directory as it is, without the checks of a publication."""
    store = open_store(directory)
    entries = {name: Entry.from_bytes(content) for name, content in files.items()}
    manifest = Manifest(version=Catalogue(files).version, published=published, layers=entries)
    for name, entry in entries.items():
        if name == "cities" or not (directory / entry.path(name)).exists():
            write(store, entry.path(name), files[name])
    write(store, CURRENT, manifest.encode())
    return manifest
