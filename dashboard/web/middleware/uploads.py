"""How much of the memory the files of one client may take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from dashboard.quota.clients import NOBODY

FILES = 4
"""Of the largest size, that a client may have on the server, or on their way to it."""


class TooFullError(Exception):
    """A client has as many bytes on the server as it may have."""


class Uploads:
    """Knows whose files the server keeps. Streamlit keeps them as long as a session may come back.

    Parameters
    ----------
    largest
        Bytes of the largest file.
    """

    def __init__(self, largest: int) -> None:
        self.largest = largest
        self.most = FILES * largest
        self._coming: Counter[str] = Counter()
        self._owners: dict[str, str] = {}

    @contextmanager
    def coming(self, client: str, session: str, size: int) -> Iterator[None]:
        """Keep room while a file is on its way.

        Raises
        ------
        TooFullError
            If there is no room.
        """
        if client != NOBODY and self._kept(client) + self._coming[client] + size > self.most:
            raise TooFullError
        self._coming[client] += size
        try:
            yield
        finally:
            self._owners[session] = client
            self._coming[client] -= size
            if not self._coming[client]:
                del self._coming[client]

    def _kept(self, client: str) -> int:
        files = _files()
        self._owners = {session: one for session, one in self._owners.items() if session in files}
        return sum(
            len(file.data)
            for session, one in self._owners.items()
            if one == client
            for file in list(files[session].values())
        )


def _files() -> dict[str, dict[str, UploadedFileRec]]:
    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    return dict(manager.file_storage) if isinstance(manager, MemoryUploadedFileManager) else {}
