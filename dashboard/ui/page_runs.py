"""Scheduling of page runs by client: they wait for the client's turn and are charged to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.quota.clients import UNKNOWN_CLIENT
from dashboard.quota.shares import Share, shares_for
from dashboard.settings import current_settings
from dashboard.streamlit_internals import client_address, session_id


@contextmanager
def rerun() -> Iterator[None]:
    """Run a page, or a part of one, when it is the turn of the session's client, and charge it.

    Raises
    ------
    ShareExceededError
        If too many runs of that client are waiting.
    """
    share = _session_share()
    if share is None:
        yield
        return
    share.turns.request(share.client).result()
    try:
        with share.timed():
            yield
    finally:
        share.turns.release(share.client)


def _session_share() -> Share | None:
    session = session_id()
    if session is None:
        return None
    shares, address = shares_for(current_settings()), client_address(session)
    # Users who have disconnected meanwhile share one client.
    return shares.for_client(shares.clients.from_address(address) if address else UNKNOWN_CLIENT)
