"""Limit of the memory used by the uploaded files of one client."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.quota.clients import NO_CLIENT
from dashboard.streamlit_internals import upload_bytes

MAX_FILES = 4
"""Number of files of maximum size that a client may have stored or in transfer."""


class UploadQuotaError(Exception):
    """A client has reached its limit of stored bytes."""


class UploadQuota:
    """Tracks the uploaded files of clients. Streamlit stores them until a session expires.

    Parameters
    ----------
    max_file_bytes
        Maximum size of a file.
    """

    def __init__(self, max_file_bytes: int) -> None:
        self.max_file_bytes = max_file_bytes
        self.max_bytes = MAX_FILES * max_file_bytes
        self._reserved: Counter[str] = Counter()
        self._owners: dict[str, str] = {}

    @contextmanager
    def reserve(self, client: str, session: str, size: int) -> Iterator[None]:
        """Reserve space during the transfer of a file.

        Raises
        ------
        UploadQuotaError
            If there is not enough space.
        """
        if (
            client != NO_CLIENT
            and self._stored_bytes(client) + self._reserved[client] + size > self.max_bytes
        ):
            raise UploadQuotaError
        self._reserved[client] += size
        try:
            yield
        finally:
            self._owners[session] = client
            self._reserved[client] -= size
            if not self._reserved[client]:
                del self._reserved[client]

    def _stored_bytes(self, client: str) -> int:
        stored = upload_bytes()
        self._owners = {
            session: owner for session, owner in self._owners.items() if session in stored
        }
        return sum(stored[session] for session, owner in self._owners.items() if owner == client)
