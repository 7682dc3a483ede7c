"""What the dashboard uses of Streamlit beyond its documented API: there, and in one module."""

from __future__ import annotations

import ast
import logging
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
import streamlit.logger
from streamlit.commands import navigation
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.session_manager import ClientContext, SessionClient
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

import dashboard.server
from dashboard import streamlit_internals

ROOT = Path(dashboard.server.__file__).parents[1]

DOCUMENTED = {"streamlit", "streamlit.delta_generator"}


def imports(path: Path) -> set[str]:
    """Modules of Streamlit that a file imports, and its private names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {node.module, *below} if node.module == "streamlit" else {node.module}
        elif isinstance(node, ast.Attribute) and ast.unparse(node).startswith("st._"):
            found.add("streamlit." + node.attr)
    return {name for name in found if name.split(".")[0] == "streamlit"}


def test_no_other_module_imports_what_streamlit_does_not_document():
    modules = [path for room in ("geo", "dashboard") for path in (ROOT / room).rglob("*.py")]
    undocumented = {path.name for path in modules if imports(path) - DOCUMENTED}
    assert undocumented == {"streamlit_internals.py"}


class _Client(SessionClient):
    """A browser of one session."""

    client_context = SimpleNamespace(remote_ip="203.0.113.7")

    def write_forward_msg(self, msg):
        raise NotImplementedError


@pytest.fixture
def running(monkeypatch):
    """A runtime with one session, and its uploaded files."""
    manager = MemoryUploadedFileManager("/_stcore/upload_file")
    stats = {
        "active_sessions": [SimpleNamespace(value=2)],
        "session_events": [SimpleNamespace(labels={"type": "connect"}, value=5)],
    }
    fake = SimpleNamespace(
        get_client=lambda session: _Client() if session == "mine" else None,
        uploaded_file_mgr=manager,
        stats_mgr=SimpleNamespace(get_stats=lambda family_names: stats),
    )
    monkeypatch.setattr(streamlit_internals.runtime, "exists", lambda: True)
    monkeypatch.setattr(streamlit_internals.runtime, "get_instance", lambda: fake)
    return manager


def test_runtime_has_what_is_read_of_it():
    for name in ("get_client", "uploaded_file_mgr", "stats_mgr"):
        assert hasattr(Runtime, name), name
    assert hasattr(SessionClient, "client_context")
    assert hasattr(ClientContext, "remote_ip")


def test_page_run_knows_its_session():
    def script() -> None:
        import streamlit as st

        from dashboard.streamlit_internals import session_id

        st.text(str(session_id()))

    assert streamlit_internals.session_id() is None
    assert AppTest.from_function(script).run().text[0].value == "test session id"


def test_client_has_an_address_until_it_leaves(running):
    assert streamlit_internals.client_address("mine") == "203.0.113.7"
    assert streamlit_internals.client_address("gone") is None


def test_sessions_are_counted_in_a_server(running):
    assert streamlit_internals.session_counts() == (2, {"connect": 5})


def test_without_a_server_there_are_no_sessions_and_no_uploads():
    assert streamlit_internals.session_counts() is None
    assert streamlit_internals.upload_bytes() == {}


def test_uploads_are_counted_and_removed_by_session(running, monkeypatch):
    for name, size in (("a", 5), ("b", 7)):
        running.add_file("mine", UploadedFileRec(name, f"{name}.csv", "text/csv", bytes(size)))
    assert streamlit_internals.upload_bytes() == {"mine": 12}
    context = SimpleNamespace(session_id="mine", uploaded_file_mgr=running)
    monkeypatch.setattr(streamlit_internals, "get_script_run_ctx", lambda: context)
    [record] = running.get_files("mine", ["a"])
    streamlit_internals.remove_upload(UploadedFile(record, FileURLs()))
    streamlit_internals.remove_upload(None)
    assert streamlit_internals.upload_bytes() == {"mine": 7}


def test_vega_embed_is_loaded_by_a_script_with_one_export():
    script = streamlit_internals.STATIC_DIR / streamlit_internals.vega_embed_url().lstrip("/")
    code = script.read_text()
    assert re.search(r"export\{\w+( as \w+)?\};?\s*$", code)
    assert "embed:" in code
    assert "expressionInterpreter:" in code


def test_option_of_the_server_is_set():
    before = st.get_option("server.maxMessageSize")
    try:
        streamlit_internals.set_option("server.maxMessageSize", 7)
        assert st.get_option("server.maxMessageSize") == 7
    finally:
        streamlit_internals.set_option("server.maxMessageSize", before)


def test_loggers_of_streamlit_are_adopted_whenever_they_are_made(monkeypatch):
    monkeypatch.setattr(streamlit.logger, "setup_formatter", streamlit.logger.setup_formatter)
    adopted: list[logging.Logger] = []
    early = streamlit.logger.get_logger("streamlit.made.early")
    streamlit_internals.adopt_loggers(adopted.append)
    late = streamlit.logger.get_logger("streamlit.made.late")
    assert {early, late} <= set(adopted)
    assert logging.getLogger("streamlit.error_util").disabled


def test_only_declared_pages_are_pages():
    assert PagesManager.uses_pages_directory is False


def test_cookie_that_streamlit_signs_is_read():
    secret, cookie = "a" * 32, streamlit_internals.USER_COOKIE_NAME
    signed = create_signed_value(secret, cookie, '{"is_logged_in": true}').decode()

    def part(name: str) -> bytes | None:
        value = signed if name == cookie else ""
        return streamlit_internals.decode_signed_value(secret, name, value, 1)

    assert streamlit_internals.get_cookie_with_chunks(part, cookie) == b'{"is_logged_in": true}'


def test_static_files_of_streamlit_are_where_they_are_read():
    shell = (streamlit_internals.STATIC_DIR / "index.html").read_text()
    assert "<title>Streamlit</title>" in shell
    assert any((streamlit_internals.STATIC_DIR / "static" / "media").glob("SourceSansVF-Upright*"))


@pytest.mark.parametrize(
    ("asked", "script_hash", "unknown"),
    [
        ("nowhere", "", "nowhere"),
        ("explore", "", ""),
        ("", "", ""),
        ("nowhere", "5f3a", ""),  # a page is asked for by its hash
    ],
)
def test_page_that_there_is_not_is_known_by_its_name(asked, script_hash, unknown, monkeypatch):
    manager = PagesManager(str(ROOT / "dashboard" / "app.py"))
    manager.set_script_intent(script_hash, asked)
    pages = {"1": {"url_pathname": ""}, "2": {"url_pathname": "explore"}}
    manager.set_pages_and_resolve(pages)  # type: ignore[arg-type]
    context = SimpleNamespace(pages_manager=manager)
    monkeypatch.setattr(streamlit_internals, "get_script_run_ctx", lambda: context)
    assert streamlit_internals.unknown_page() == unknown


def test_no_dialog_is_sent_for_it():
    context = SimpleNamespace(enqueue=lambda message: pytest.fail(str(message)))
    navigation.send_page_not_found(context)  # type: ignore[arg-type]
