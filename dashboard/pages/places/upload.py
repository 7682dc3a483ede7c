"""A reader's own file in the reader's own session: taken up, read, read again, forgotten.

It is held in the session's state and nowhere else: no shared cache, no disk, no log.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.data.current import network, source_catalogue
from dashboard.quota import shares
from geo.enrich import Choice, Enriched, Hints, Source
from geo.enrich.bounded import UnforeseenError, reading
from geo.enrich.limits import MEGABYTE, PAGE
from geo.enrich.pool import Pool
from geo.errors import BusyError, CrsError, GeoError
from geo.i18n import tr

log = logging.getLogger("dashboard")

_HELD = "own_file"
_ROUND = "own_file_round"
"""Key of a counter that is part of the upload's key: a new one is an empty one."""

POOL = Pool()
"""Reads files in processes of their own, as a file can be made to end whatever reads it."""


@dataclass(frozen=True, eq=False)
class OwnFile:
    """A file as a session holds it.

    Attributes
    ----------
    file_id
        Of the upload.
    source
        Name and content.
    wanted, hints
        What the reader chose of columns, reference system, layer, encoding and separator.
    columns, layers
        What there is to choose from.
    is_text, has_geometry
        Whether it is a CSV, and whether it says where its rows are without columns.
    result
        The joined rows; ``None`` when there is an ``error``.
    error
        One sentence.
    needs_crs, was_busy
        Whether the error is that the reference system is not known, or that others were first.
    """

    file_id: str
    source: Source
    wanted: Choice = field(default_factory=Choice)
    hints: Hints = field(default_factory=Hints)
    columns: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    is_text: bool = False
    has_geometry: bool = True
    result: Enriched | None = None
    error: str = ""
    needs_crs: bool = False
    was_busy: bool = False


def upload() -> OwnFile | None:
    """Draw the place to drop a file, and the file that this session holds."""
    POOL.start()  # it imports what it needs while a file is being chosen
    round_ = st.session_state.get(_ROUND, 0)
    dropped = st.file_uploader(
        tr("Your file: points or polygons as CSV, GeoJSON, GeoParquet or GeoPackage"),
        key=f"{_HELD}_{round_}",
        max_upload_size=PAGE.bytes // MEGABYTE,
    )
    held = current()
    if dropped is not None and (held is None or held.file_id != dropped.file_id):
        with st.spinner(tr("Your file is being read and joined.")):
            held = read(OwnFile(dropped.file_id, Source(dropped.name, dropped.getvalue())))
        st.session_state[_HELD] = held
    return held


def current() -> OwnFile | None:
    """The file that this session holds."""
    held: OwnFile | None = st.session_state.get(_HELD)
    return held


def read(file: OwnFile) -> OwnFile:
    """Read and join a file as its reader wants it."""
    file = replace(file, result=None, error="", needs_crs=False, was_busy=False)
    try:
        # Others have the turn meanwhile; what the file costs counts from when it is read.
        with (
            shares.turn_given_back(),
            reading(POOL, file.source, network(), file.wanted, file.hints) as found,
            shares.elsewhere(),
        ):
            try:
                result = found.enriched(source_catalogue())
            finally:
                file = replace(file, **found.about.offered)
    except GeoError as error:
        if isinstance(error, UnforeseenError):
            _log(error.kind)
        needs, busy = isinstance(error, CrsError), isinstance(error, BusyError)
        return replace(file, error=str(error), needs_crs=needs, was_busy=busy)
    except Exception as error:
        _log(type(error).__name__)
        said = tr("{file} could not be read; its content is unusual.", file=file.source.said)
        return replace(file, error=said)
    columns = file.columns or tuple(result.rows.columns[1 : 1 + len(result.layer.columns)])
    return replace(file, columns=columns, result=result)


def _log(kind: str) -> None:
    """Note an unforeseen error, whose words can quote the file, which no log may hold."""
    log.error("a reader's file could not be read: %s", kind)


def read_again() -> None:
    """Read the held file once more."""
    if held := current():
        st.session_state[_HELD] = read(held)


def change(wanted: Choice, hints: Hints) -> None:
    """Read the held file in another way."""
    held = current()
    if held is not None and (wanted, hints) != (held.wanted, held.hints):
        st.session_state[_HELD] = read(replace(held, wanted=wanted, hints=hints))


def forget() -> None:
    """Give up the held file, in the session's state and where uploads are kept."""
    round_ = st.session_state.get(_ROUND, 0)
    dropped = st.session_state.get(f"{_HELD}_{round_}")
    context = get_script_run_ctx()
    if isinstance(dropped, UploadedFile) and context is not None:
        uploads = context.uploaded_file_mgr
        if isinstance(uploads, MemoryUploadedFileManager):  # AppTest has none
            uploads.remove_file(context.session_id, dropped.file_id)
    st.session_state.pop(_HELD, None)
    st.session_state[_ROUND] = round_ + 1
