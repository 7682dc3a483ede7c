"""A user's file in the user's session: upload, read, read again, forget.

It is stored in the session state only: in no shared cache, on no disk, in no log.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace

import streamlit as st

from dashboard.data.current import place_joiner, source_catalogue
from dashboard.quota import shares
from dashboard.streamlit_internals import remove_upload
from geo.enrich import Choice, Enriched, Hints, UserFile
from geo.enrich.bounded import UnexpectedError, read_bounded
from geo.enrich.limits import MEGABYTE, PAGE
from geo.enrich.pool import WorkerPool
from geo.errors import BusyError, CrsError, GeoError
from geo.i18n import tr

log = logging.getLogger("dashboard")

_FILE_KEY = "own_file"
_ROUND_KEY = "own_file_round"
"""Key of a counter in the uploader's key; incrementing it resets the uploader."""

POOL = WorkerPool()
"""Reads files in child processes, because a crafted file can crash the process that reads it."""


@dataclass(frozen=True, eq=False)
class UserPlaces:
    """A file in the session state.

    Attributes
    ----------
    file_id
        Id of the upload.
    source
        Name and content.
    choice, hints
        Columns, reference system, layer, encoding and separator chosen by the user.
    columns, layers
        Available columns and layers.
    is_text, is_guess, has_geometry
        Whether it is a CSV, whether its encoding is a guess, and whether it has geometries, so that
        no columns are needed.
    result
        The joined rows; ``None`` if there is an ``error``.
    error
        One sentence.
    needs_crs, was_busy
        Whether the error is an unknown reference system, or a busy server.
    """

    file_id: str
    source: UserFile
    choice: Choice = field(default_factory=Choice)
    hints: Hints = field(default_factory=Hints)
    columns: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    is_text: bool = False
    is_guess: bool = False
    has_geometry: bool = True
    result: Enriched | None = None
    error: str = ""
    needs_crs: bool = False
    was_busy: bool = False


def upload() -> UserPlaces | None:
    """Draw the uploader; returns the file of this session."""
    POOL.start()  # workers import their modules while the user chooses a file
    upload_round = st.session_state.get(_ROUND_KEY, 0)
    uploaded = st.file_uploader(
        tr("Your file: points or polygons as CSV, GeoJSON, GeoParquet or GeoPackage"),
        key=f"{_FILE_KEY}_{upload_round}",
        max_upload_size=PAGE.bytes // MEGABYTE,
    )
    file = current_file()
    if uploaded is not None and (file is None or file.file_id != uploaded.file_id):
        with st.spinner(tr("Your file is being read and matched.")):
            file = read(UserPlaces(uploaded.file_id, UserFile(uploaded.name, uploaded.getvalue())))
        st.session_state[_FILE_KEY] = file
    return file


def current_file() -> UserPlaces | None:
    """File of this session, if any."""
    file: UserPlaces | None = st.session_state.get(_FILE_KEY)
    return file


def read(file: UserPlaces) -> UserPlaces:
    """Read and join a file with the user's choices."""
    file = replace(file, result=None, error="", needs_crs=False, was_busy=False)
    try:
        # The turn is released meanwhile; the file is charged from the moment it is read.
        with (
            shares.turn_released(),
            read_bounded(POOL, file.source, place_joiner(), file.choice, file.hints) as job,
            shares.charge_wall_time(),
        ):
            try:
                result = job.enriched(source_catalogue())
            finally:
                file = replace(file, **job.file_info.options)
    except GeoError as error:
        if isinstance(error, UnexpectedError):
            _log(error.kind)
        needs, busy = isinstance(error, CrsError), isinstance(error, BusyError)
        return replace(file, error=str(error), needs_crs=needs, was_busy=busy)
    except Exception as error:
        _log(type(error).__name__)
        message = tr("{file} could not be read; its content is unusual.", file=file.source.label)
        return replace(file, error=message)
    columns = file.columns or tuple(result.rows.columns[1 : 1 + len(result.layer.columns)])
    return replace(file, columns=columns, result=result)


def _log(kind: str) -> None:
    """Log the type of an unforeseen error; its message could quote the file."""
    log.error("a reader's file could not be read: %s", kind)


def read_again() -> None:
    """Read the file again."""
    if file := current_file():
        st.session_state[_FILE_KEY] = read(file)


def change(choice: Choice, hints: Hints) -> None:
    """Read the file again with other choices."""
    file = current_file()
    if file is not None and (choice, hints) != (file.choice, file.hints):
        st.session_state[_FILE_KEY] = read(replace(file, choice=choice, hints=hints))


def forget() -> None:
    """Delete the file from the session state and the upload manager."""
    upload_round = st.session_state.get(_ROUND_KEY, 0)
    remove_upload(st.session_state.get(f"{_FILE_KEY}_{upload_round}"))
    st.session_state.pop(_FILE_KEY, None)
    st.session_state[_ROUND_KEY] = upload_round + 1
