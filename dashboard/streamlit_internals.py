"""Everything that the dashboard uses of Streamlit beyond its documented API.

An upgrade of Streamlit is checked here: each function has a test, and a test fails if another
module imports internal modules of Streamlit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import streamlit
import streamlit.config
import streamlit.logger
from streamlit import runtime
from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks
from streamlit.commands import navigation
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.session_manager import ClientContext, SessionClient
from streamlit.runtime.uploaded_file_manager import UploadedFile
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

__all__ = [
    "STATIC_DIR",
    "USER_COOKIE_NAME",
    "adopt_loggers",
    "answer_unknown_pages",
    "client_address",
    "decode_signed_value",
    "disable_pages_directory",
    "element_scripts",
    "encode_provider_token",
    "get_cookie_with_chunks",
    "remove_upload",
    "run_page",
    "session_counts",
    "session_id",
    "set_option",
    "unknown_page",
    "upload_bytes",
    "vega_embed_url",
]

STATIC_DIR = Path(streamlit.__file__).parent / "static"
"""Streamlit's HTML shell, ``index.html``, and below ``static/`` its scripts, styles and fonts."""


def session_id() -> str | None:
    """Id of the session whose page runs in this thread; ``None`` outside a server's page run."""
    context = get_script_run_ctx()
    return context.session_id if context is not None and runtime.exists() else None


def client_address(session: str) -> str | None:
    """IP address of the client of a session; ``None`` if it has disconnected."""
    client = runtime.get_instance().get_client(session)
    context = client.client_context if client else None
    return context.remote_ip if context else None


def session_counts() -> tuple[int, dict[str, int]] | None:
    """Number of open sessions, and of sessions by event; ``None`` without a server."""
    if not runtime.exists():
        return None
    stats: Mapping[str, Any] = runtime.get_instance().stats_mgr.get_stats(
        family_names=["active_sessions", "session_events"]
    )
    active = sum(stat.value for stat in stats.get("active_sessions", ()))
    return active, {stat.labels["type"]: stat.value for stat in stats.get("session_events", ())}


class _Reader(SessionClient):
    """A client that keeps the elements of one page run."""

    def __init__(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> None:
        self.elements: list[Element] = []
        self.finished = asyncio.Event()
        self._context = SimpleNamespace(
            headers=list(headers.items()), cookies=cookies, remote_ip="127.0.0.1"
        )

    @property
    def client_context(self) -> ClientContext:
        return self._context

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        kind = msg.WhichOneof("type")
        if kind == "delta" and msg.delta.HasField("new_element"):
            self.elements.append(msg.delta.new_element)
        elif kind == "script_finished":
            self.finished.set()


async def run_page(
    page: str, headers: Mapping[str, str], cookies: Mapping[str, str], seconds: float = 60.0
) -> list[Element]:
    """The elements of a page, run once in a session of its own on this server.

    Raises
    ------
    TimeoutError
        If it takes longer than ``seconds``.
    """
    server, reader = runtime.get_instance(), _Reader(headers, cookies)
    session = server.connect_session(reader, user_info={})
    try:
        message = BackMsg()
        message.rerun_script.page_name = page
        server.handle_backmsg(session, message)
        await asyncio.wait_for(reader.finished.wait(), seconds)
    finally:
        server.close_session(session)
    return reader.elements


def upload_bytes() -> dict[str, int]:
    """Bytes of the uploaded files that are stored for each session."""
    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    if not isinstance(manager, MemoryUploadedFileManager):
        return {}
    return {
        session: sum(len(file.data) for file in list(files.values()))
        for session, files in dict(manager.file_storage).items()
    }


def remove_upload(uploaded: object) -> None:
    """Delete the file of an uploader of this session from the server's memory."""
    context = get_script_run_ctx()
    if isinstance(uploaded, UploadedFile) and context is not None:
        uploads = context.uploaded_file_mgr
        if isinstance(uploads, MemoryUploadedFileManager):  # AppTest has none
            uploads.remove_file(context.session_id, uploaded.file_id)


@cache
def vega_embed_url() -> str:
    """URL path of the script that loads Vega-Embed: its only export is a function that returns
    ``embed`` and ``expressionInterpreter``. Empty if this version of Streamlit has no such script.
    """
    script = next(STATIC_DIR.glob("static/js/loadVegaEmbed.*.js"), None)
    return f"/{script.relative_to(STATIC_DIR).as_posix()}" if script else ""


_ELEMENTS = ("Html", "purify.es", "BidiComponent", "_arrayReduce", "serialization", "recordbatch")
"""Scripts that draw HTML, maps and charts, and what only they import."""


@cache
def element_scripts() -> tuple[str, ...]:
    """URL paths of the scripts that draw the elements of every page, which Streamlit asks for only
    when the first element arrives; until then each element is a grey bar of another height."""
    found = (next(STATIC_DIR.glob(f"static/js/{name}.*.js"), None) for name in _ELEMENTS)
    return tuple(f"/{script.relative_to(STATIC_DIR).as_posix()}" for script in found if script)


def set_option(name: str, value: object) -> None:
    """Set any option of the server; ``st.set_option`` sets those of clients only."""
    streamlit.config.set_option(name, value)


def adopt_loggers(adopt: Callable[[logging.Logger], None]) -> None:
    """Call ``adopt`` with each logger of Streamlit, existing and later ones, instead of giving it
    a handler; failing pages are not logged at all."""
    logging.getLogger("streamlit.error_util").disabled = True
    streamlit.logger.setup_formatter = adopt  # type: ignore[assignment]
    streamlit.logger.update_formatter()


def answer_unknown_pages() -> None:
    """Leave what a session is shown of a page that there is not to :func:`unknown_page`, in place
    of a dialog in English over the first page."""
    navigation.send_page_not_found = lambda ctx: None


def unknown_page() -> str:
    """Name of the page that this session asks for although there is none; else empty. Call it
    after ``st.navigation``."""
    context = get_script_run_ctx()
    if context is None:
        return ""
    asked = context.pages_manager.intended_page_name or ""
    pages = context.pages_manager.get_pages().values()
    known = {page.get("url_pathname") or "" for page in pages}
    return "" if context.pages_manager.intended_page_script_hash or asked in known else asked


def disable_pages_directory() -> None:
    """Serve only pages that are declared with ``st.navigation``.

    Otherwise the first request after a start for the URL of a page would run the file in ``pages/``
    alone, without navigation and style.
    """
    PagesManager.uses_pages_directory = False
