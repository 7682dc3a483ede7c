"""The pipeline from a file to enriched rows: read, validate, reproject, join, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.analysis.boundaries import Shapes
from geo.enrich import shapes, values
from geo.enrich.checks import POINT, ROW, Reading, decode_shapes, dominant_geometry, validate_chunk
from geo.enrich.crs import crs_label, is_degrees, parse_crs
from geo.enrich.faults import KINDS, ValidationReport
from geo.enrich.join import UNCUT, PlaceJoiner
from geo.enrich.limits import PAGE, Limits
from geo.enrich.names import PREFIX, Choice, guess_choice, is_code
from geo.enrich.readers import Chunk, Hints, Reader, UserFile, open_source
from geo.enrich.result import result_layer
from geo.errors import CrsError, InputError, NoRowError, quoted
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.schema.declare import Layer
from geo.vocabulary import CRS

_FULL_CIRCLE = 360
"""Coordinates beyond this are not degrees."""

MAX_IDS = 5_000_000
"""Maximum number of ids to compare; 8 bytes each."""


@dataclass(frozen=True, eq=False)
class Enriched:
    """A joined file in memory.

    Attributes
    ----------
    rows
        See ``layer``; index from 0.
    layer
        Declaration of the columns.
    faults
        Faults of the rows that were set aside or changed.
    choice
        Columns and CRS used.
    notes
        Sentences on how the file was read.
    """

    rows: gpd.GeoDataFrame
    layer: Layer
    faults: ValidationReport
    choice: Choice
    notes: tuple[str, ...]


def complete_choice(reader: Reader, choice: Choice, table: pd.DataFrame) -> Choice:
    """``choice``, completed by a guess where it says nothing.

    Parameters
    ----------
    table
        Rows whose texts are tried if no name of a column is known.

    Raises
    ------
    InputError
        If it names a missing column, or the file has neither coordinates nor a geometry.
    """
    columns = reader.columns
    for name in (choice.longitude, choice.latitude, choice.wkt, choice.name, choice.id):
        if name and name not in columns and not _has_late_columns(reader):
            raise InputError(
                tr(
                    "{file} has no column {column}. Available: {known}.",
                    file=reader.source.label,
                    column=quoted(name),
                    known=_listed(columns),
                )
            )
    if bool(choice.longitude) != bool(choice.latitude):
        raise InputError(tr("Give both columns, longitude and latitude."))
    given_columns = bool(choice.longitude or choice.wkt)
    guessed = guess_choice(columns, reader.has_geometry or given_columns)
    is_placed = given_columns or reader.has_geometry or guessed.longitude or guessed.wkt
    if not is_placed:
        guessed = replace(guessed, wkt=_column_of_geometry(table))
    if not (is_placed or guessed.wkt):
        raise InputError(
            tr(
                "{file} has no column recognised as coordinates; name those with longitude and "
                "latitude, or the one with geometry as text. Available: {known}.",
                file=reader.source.label,
                known=_listed(columns),
            )
        )
    given = {name: value for name, value in vars(choice).items() if value}
    return replace(guessed, **given)


def _column_of_geometry(table: pd.DataFrame, sample: int = 20) -> str:
    """The first column whose first texts are geometries or pairs of coordinates."""
    for name in table.columns:
        if isinstance(table[name].dtype, pd.StringDtype):
            texts = table[name][table[name].fillna("") != ""].head(sample)
            if len(texts) and shapely.is_geometry(shapes.from_texts(texts.tolist())).all():
                return str(name)
    return ""


def _has_late_columns(reader: Reader) -> bool:
    """Whether columns are known only after reading rows, as in GeoJSON."""
    return reader.kinds is None and reader.has_geometry


def _listed(columns: tuple[str, ...], limit: int = 20) -> str:
    text = ", ".join(quoted(name) for name in columns[:limit])
    return text + (", …" if len(columns) > limit else "")


def infer_reading(reader: Reader, requested: Choice) -> Reading:
    """Infer the interpretation of a file from a first pass over its rows.

    Only as many rows are read as needed. For formats with declared types (Parquet, GeoPackage) that
    is the first chunk with a geometry, for others all, as one text among a million numbers makes a
    text column.

    Raises
    ------
    InputError, CrsError
        If nothing in it can be joined, or the location of its coordinates is unknown.
    """
    traits: dict[str, values.Traits] = {}
    choice: Choice | None = None
    geometries = np.empty(0, dtype=object)
    faults = ValidationReport(max_listed=0)
    first: Chunk | None = None
    for chunk in reader.chunks(faults):
        first = chunk if first is None or not len(first.rows) else first
        if reader.kinds is None:
            _widen(traits, chunk.table)
        if len(chunk.rows) and not len(geometries):
            choice = complete_choice(reader, requested, chunk.table)
            geometries = decode_shapes(chunk, choice)
        if reader.kinds is not None and len(geometries):
            break
    if first is None or (choice is None and not faults.counts):
        raise InputError(tr("{file} has no row that can be read.", file=reader.source.label))
    try:  # by now all columns are known
        choice = complete_choice(reader, requested, first.table)
    except InputError:
        if choice is None:
            raise no_row_error(reader.source, faults) from None
        raise
    kinds = reader.kinds if reader.kinds is not None else _inferred_types(traits, choice)
    kinds = {name: kind for name, kind in kinds.items() if not name.lower().startswith(PREFIX)}
    crs, srid = _crs(reader, choice, geometries)
    return Reading(choice, kinds, dominant_geometry(geometries) or POINT, crs, srid)


def no_row_error(source: UserFile, faults: ValidationReport) -> NoRowError:
    """The error for a file without valid rows, which names the most frequent fault."""
    kind = faults.summary()[0][0] if faults.counts else "no_geometry"
    return NoRowError(
        tr(
            "No row of {file} can be joined: {fault}. {remedy}",
            file=source.label,
            fault=tr(KINDS[kind][1]),
            remedy=tr(KINDS[kind][2]),
        )
    )


def _widen(traits: dict[str, values.Traits], table: pd.DataFrame) -> None:
    for name in table.columns:
        before = traits.get(name, frozenset())
        if values.TEXT not in before:
            traits[name] = before | values.traits(table[name])


def _inferred_types(traits: dict[str, values.Traits], choice: Choice) -> dict[str, str]:
    kinds = {
        name: values.column_type(found, name == choice.id or is_code(name))
        for name, found in traits.items()
    }
    for name in (choice.longitude, choice.latitude):  # 6.20 beside 6.2 is no code here
        if name and traits[name] <= {values.INTEGER, values.PADDED, values.NUMBER, *range(32)}:
            kinds[name] = values.INTEGER if traits[name] == {values.INTEGER} else values.NUMBER
    return kinds


def _crs(reader: Reader, choice: Choice, geometries: Shapes) -> tuple[pyproj.CRS, int]:
    """The CRS as chosen, as stated by the file or its first geometry, or degrees if the values are
    in range; and the SRID if it comes from that."""
    if choice.crs:
        return parse_crs(choice.crs), 0
    if reader.crs_error:
        raise reader.crs_error
    if reader.crs is not None:
        return reader.crs, 0
    srids = shapely.get_srid(geometries)
    if (srids > 0).any():
        srid = int(srids[srids > 0][0])
        return parse_crs(f"EPSG:{srid}"), srid
    size = np.abs(shapely.bounds(geometries)).max(axis=1, initial=0)
    size = size[np.isfinite(size)]
    if len(size) and np.median(size) > _FULL_CIRCLE:
        raise CrsError(
            tr(
                "The coordinates in {file} are not degrees and the file names no reference "
                "system; give its EPSG code, such as EPSG:32648 for UTM zone 48 north.",
                file=reader.source.label,
            )
        )
    return pyproj.CRS.from_user_input(CRS), 0


class DuplicateIds:
    """Detects duplicate ids over all parts of a file."""

    def __init__(self) -> None:
        self.seen = np.empty(0, dtype=np.uint64)

    def check(
        self, rows: pd.DataFrame, column: str, numbers: pd.Series, faults: ValidationReport
    ) -> None:
        """Record the rows whose id in ``column`` occurred before."""
        if column not in rows.columns or len(self.seen) > MAX_IDS:
            return
        known = rows[column].notna().to_numpy()
        ids = rows[column][known]
        hashes = pd.util.hash_array(ids.astype("str").to_numpy(dtype=object))
        positions = np.searchsorted(self.seen, hashes)
        repeated = np.zeros(len(hashes), dtype=bool)
        inside = positions < len(self.seen)
        repeated[inside] = self.seen[positions[inside]] == hashes[inside]
        repeated |= pd.Series(hashes).duplicated().to_numpy()
        if repeated.any():
            row_numbers = numbers[known][repeated]
            faults.extend("duplicate_id", row_numbers, column, ids[repeated].astype("str"))
        # Two sorted runs: a stable sort merges them.
        merged = np.concatenate([self.seen, np.unique(hashes[~repeated])])
        self.seen = np.sort(merged, kind="stable")


def enrich_chunk(
    chunk: Chunk, reading: Reading, joiner: PlaceJoiner, faults: ValidationReport
) -> gpd.GeoDataFrame:
    """Validate and join one chunk; columns as in :func:`result_layer`."""
    places = validate_chunk(chunk, reading, faults)
    joined = joiner.join(places)
    faults.extend("uncut", places[ROW].iloc[list(joined.attrs.pop(UNCUT))])
    geometry = places.geometry
    attributes = pd.concat([places.drop(columns="geometry"), joined], axis=1)
    return gpd.GeoDataFrame(attributes, geometry=geometry, crs=CRS)


def stream(
    reader: Reader,
    reading: Reading,
    joiner: PlaceJoiner,
    faults: ValidationReport,
) -> Iterator[gpd.GeoDataFrame]:
    """Join all rows of a file, part by part, in constant memory."""
    ids = DuplicateIds()
    for chunk in reader.chunks(faults):
        part = enrich_chunk(chunk, reading, joiner, faults)
        if reading.choice.id:
            ids.check(part, reading.choice.id, part[ROW], faults)
        yield part


def enrich(
    source: UserFile,
    layers: Catalogue,
    joiner: PlaceJoiner | None = None,
    choice: Choice | None = None,
    hints: Hints | None = None,
    limits: Limits = PAGE,
) -> Enriched:
    """Join a file in memory, in this process; nothing is written to disk.

    Costs are not bounded: for untrusted files use :func:`geo.enrich.bounded.read_bounded`.

    Parameters
    ----------
    joiner
        Joiner of ``layers``, if available.
    choice, hints
        Explicit choices; the rest is guessed.

    Raises
    ------
    InputError, CrsError
        If nothing in the file can be joined; the message gives reason and remedy.

    Examples
    --------
    >>> from geo.enrich import UserFile, enrich
    >>> table = b"name,lon,lat\\nMonas,106.827,-6.175\\n"
    >>> enrich(UserFile("mine.csv", table), Catalogue()).rows["ascn_city"].tolist()
    ['Jakarta']
    """
    reader = open_source(source, limits, hints)
    reading = infer_reading(reader, choice or Choice())
    faults = ValidationReport()
    parts = list(stream(reader, reading, joiner or PlaceJoiner.from_catalogue(layers), faults))
    notes = (*reader.notes, *crs_notes(reading))
    layer = result_layer(reading.kinds, reading.geometry, layers)
    return combine_parts(source, parts, layer, faults, reading.choice, notes)


def combine_parts(
    source: UserFile,
    parts: list[gpd.GeoDataFrame],
    layer: Layer,
    faults: ValidationReport,
    choice: Choice,
    notes: tuple[str, ...],
) -> Enriched:
    """Combine the parts of a file.

    Raises
    ------
    InputError
        If there is no row.
    """
    rows = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=CRS)
    if not len(rows) and not faults.aside:
        raise InputError(tr("{file} has no row that can be read.", file=source.label))
    return Enriched(rows, layer, faults, choice, notes)


def crs_notes(reading: Reading) -> tuple[str, ...]:
    """Sentences on the transformation of coordinates."""
    if is_degrees(reading.crs):
        return ()
    return (tr("Converted from {crs} to longitude and latitude.", crs=crs_label(reading.crs)),)
