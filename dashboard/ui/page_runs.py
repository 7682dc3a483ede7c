"""Scheduling of page runs by client: they wait for the client's turn and are charged to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.quota.clients import UNKNOWN_CLIENT
from dashboard.quota.shares import Share, shares_for
from dashboard.settings import current_settings


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
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return None
    client = runtime.get_instance().get_client(context.session_id)
    shares = shares_for(current_settings())
    client_context = client.client_context if client else None
    address = client_context.remote_ip if client_context else None
    # Users who have disconnected meanwhile share one client.
    return shares.for_client(shares.clients.from_address(address) if address else UNKNOWN_CLIENT)
