"""Read, check, reproject, join: a file in, enriched rows out, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.analysis.boundaries import Shapes
from geo.enrich import values
from geo.enrich.checks import POINT, ROW, Reading, decoded, geometry_of, placed
from geo.enrich.crs import is_degrees, name_of, of_text
from geo.enrich.faults import Faults
from geo.enrich.join import UNCUT, Network
from geo.enrich.limits import PAGE, Limits
from geo.enrich.names import PREFIX, Choice, guess
from geo.enrich.readers import Chunk, Hints, Reader, Source, open_source
from geo.enrich.result import result_layer
from geo.errors import CrsError, InputError, quoted
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.schema.declare import Layer
from geo.vocabulary import CRS

_FULL_CIRCLE = 360
"""Coordinates beyond this are no degrees."""

MOST_IDS = 5_000_000
"""Ids that are compared; 8 bytes each."""


@dataclass(frozen=True, eq=False)
class Enriched:
    """A file of a size that fits into memory, joined.

    Attributes
    ----------
    rows
        See ``layer``; index from 0.
    layer
        What the columns are.
    faults
        What is wrong with rows that were set aside or changed.
    choice
        Columns and reference system that it was read with.
    notes
        Sentences on how it was read.
    """

    rows: gpd.GeoDataFrame
    layer: Layer
    faults: Faults
    choice: Choice
    notes: tuple[str, ...]


def choice_of(reader: Reader, wanted: Choice) -> Choice:
    """``wanted``, completed by a guess where it says nothing.

    Raises
    ------
    InputError
        If it names a column that the file does not have, or nothing says where the rows are.
    """
    columns = reader.columns
    for name in (wanted.longitude, wanted.latitude, wanted.wkt, wanted.name, wanted.id):
        if name and name not in columns and not _has_late_columns(reader):
            raise InputError(
                tr(
                    "{file} has no column {column}; there are {known}.",
                    file=reader.source.said,
                    column=quoted(name),
                    known=_listed(columns),
                )
            )
    if bool(wanted.longitude) != bool(wanted.latitude):
        raise InputError(tr("Name both columns, that of longitude and that of latitude."))
    placed_by_hand = bool(wanted.longitude or wanted.wkt)
    found = guess(columns, reader.has_geometry or placed_by_hand)
    if not (placed_by_hand or reader.has_geometry or found.longitude or found.wkt):
        raise InputError(
            tr(
                "{file} has no column that is known for coordinates; name those with longitude and "
                "latitude, or the one with well-known text. There are {known}.",
                file=reader.source.said,
                known=_listed(columns),
            )
        )
    given = {name: value for name, value in vars(wanted).items() if value}
    return replace(found, **given)


def _has_late_columns(reader: Reader) -> bool:
    """Whether columns are known only once rows are read, as GeoJSON has no header."""
    return reader.kinds is None and reader.has_geometry


def _listed(columns: tuple[str, ...], most: int = 20) -> str:
    said = ", ".join(quoted(name) for name in columns[:most])
    return said + (", …" if len(columns) > most else "")


def reading_of(reader: Reader, wanted: Choice, chunks: Iterable[Chunk]) -> Reading:
    """How the rows of a file are to be understood, from a first look at all of them.

    Parameters
    ----------
    chunks
        The file's rows; only as many are taken as are needed. Of a file that states its types
        (Parquet, GeoPackage) that is the first part with a geometry, of another all, as one text
        among a million numbers makes a column of texts.

    Raises
    ------
    InputError, CrsError
        If nothing in it can be joined, or it is not known where its coordinates are.
    """
    kinds = dict(reader.kinds or {})
    choice: Choice | None = None
    shapes = np.empty(0, dtype=object)
    for chunk in chunks:
        if reader.kinds is None:
            kinds = _widened(kinds, chunk)
        if len(chunk.rows) and not len(shapes):
            choice = choice_of(reader, wanted)
            shapes = decoded(chunk, choice)
        if reader.kinds is not None and len(shapes):
            break
    if choice is None:
        raise InputError(tr("{file} has no row that can be read.", file=reader.source.said))
    choice = choice_of(reader, wanted)  # by now all columns are known
    kinds = {name: kind for name, kind in kinds.items() if not name.lower().startswith(PREFIX)}
    return Reading(choice, kinds, geometry_of(shapes) or POINT, _crs(reader, choice, shapes))


def _widened(kinds: dict[str, str], chunk: Chunk) -> dict[str, str]:
    found = values.survey([chunk.table])
    return {
        name: values.wider(kinds.get(name, values.EMPTY), found.get(name, values.EMPTY))
        for name in (*kinds, *(name for name in found if name not in kinds))
    }


def _crs(reader: Reader, choice: Choice, shapes: Shapes) -> pyproj.CRS:
    """The reference system: as chosen, as stated, or degrees where coordinates look like them."""
    if choice.crs:
        return of_text(choice.crs)
    if reader.crs is not None:
        return reader.crs
    size = np.abs(shapely.bounds(shapes)).max(axis=1, initial=0)
    size = size[np.isfinite(size)]
    if len(size) and np.median(size) > _FULL_CIRCLE:
        raise CrsError(
            tr(
                "The coordinates of {file} are no degrees and it names no reference system; give "
                "its EPSG code, such as EPSG:32648 for UTM zone 48 north.",
                file=reader.source.said,
            )
        )
    return pyproj.CRS.from_user_input(CRS)


class Ids:
    """Finds ids that an earlier row had, over all parts of a file."""

    def __init__(self) -> None:
        self.seen = np.empty(0, dtype=np.uint64)

    def check(self, rows: pd.DataFrame, column: str, numbers: pd.Series, faults: Faults) -> None:
        """Note the rows whose id in ``column`` is not new."""
        if column not in rows.columns or len(self.seen) > MOST_IDS:
            return
        known = rows[column].notna().to_numpy()
        ids = rows[column][known]
        hashes = pd.util.hash_array(ids.astype("str").to_numpy(dtype=object))
        at = np.searchsorted(self.seen, hashes)
        again = np.zeros(len(hashes), dtype=bool)
        inside = at < len(self.seen)
        again[inside] = self.seen[at[inside]] == hashes[inside]
        again |= pd.Series(hashes).duplicated().to_numpy()
        if again.any():
            told = numbers[known][again]
            faults.extend("duplicate_id", told, column, ids[again].astype("str"))
        # Two sorted runs: a stable sort merges them.
        merged = np.concatenate([self.seen, np.unique(hashes[~again])])
        self.seen = np.sort(merged, kind="stable")


def enriched(chunk: Chunk, reading: Reading, network: Network, faults: Faults) -> gpd.GeoDataFrame:
    """The rows of one part, checked and joined: columns as in :func:`result_layer`."""
    places = placed(chunk, reading, faults)
    joined = network.join(places)
    faults.extend("uncut", places[ROW].iloc[list(joined.attrs.pop(UNCUT))])
    geometry = places.geometry
    attributes = pd.concat([places.drop(columns="geometry"), joined], axis=1)
    return gpd.GeoDataFrame(attributes, geometry=geometry, crs=CRS)


def stream(
    reader: Reader,
    reading: Reading,
    network: Network,
    faults: Faults,
) -> Iterator[gpd.GeoDataFrame]:
    """All rows of a file, joined, part by part: memory does not grow with the file."""
    ids = Ids()
    for chunk in reader.chunks(faults):
        part = enriched(chunk, reading, network, faults)
        if reading.choice.id:
            ids.check(part, reading.choice.id, part[ROW], faults)
        yield part


def enrich(
    source: Source,
    layers: Catalogue,
    network: Network | None = None,
    wanted: Choice | None = None,
    hints: Hints | None = None,
    limits: Limits = PAGE,
) -> Enriched:
    """A file joined in memory, in this process; nothing is written to disk.

    What it costs is not bounded: a file of a stranger goes to :class:`geo.enrich.bounded.Bounded`.

    Parameters
    ----------
    network
        That of ``layers``, if it is at hand.
    wanted, hints
        What is not to be guessed.

    Raises
    ------
    InputError, CrsError
        If nothing in the file can be joined; the message says why and what would help.

    Examples
    --------
    >>> from geo.enrich import Source, enrich
    >>> table = b"name,lon,lat\\nMonas,106.827,-6.175\\n"
    >>> enrich(Source("mine.csv", table), Catalogue()).rows["ascn_city"].tolist()
    ['Jakarta']
    """
    reader = open_source(source, limits, hints)
    reading = reading_of(reader, wanted or Choice(), reader.chunks(Faults(most=0)))
    faults = Faults()
    parts = list(stream(reader, reading, network or Network.of(layers), faults))
    notes = (*reader.notes, *notes_of(reading))
    layer = result_layer(reading.kinds, reading.geometry, layers)
    return gathered(source, parts, layer, faults, reading.choice, notes)


def gathered(
    source: Source,
    parts: list[gpd.GeoDataFrame],
    layer: Layer,
    faults: Faults,
    choice: Choice,
    notes: tuple[str, ...],
) -> Enriched:
    """The parts of a file as one.

    Raises
    ------
    InputError
        If there is no row.
    """
    rows = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=CRS)
    if not len(rows) and not faults.aside:
        raise InputError(tr("{file} has no row that can be read.", file=source.said))
    return Enriched(rows, layer, faults, choice, notes)


def notes_of(reading: Reading) -> tuple[str, ...]:
    """Sentences on how coordinates were read."""
    if is_degrees(reading.crs):
        return ()
    return (tr("Brought from {crs} to longitude and latitude.", crs=name_of(reading.crs)),)
