"""Runs of pages take turns by client, and cost the client that asked for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.quota.clients import UNKNOWN
from dashboard.quota.shares import Share, shares_of
from dashboard.settings import current


@contextmanager
def rerun() -> Iterator[None]:
    """Run a page, or a part of one, when it is the turn of the session's client; charge it.

    Raises
    ------
    BusyError
        If many runs of that client wait already.
    """
    share = _of_session()
    if share is None:
        yield
        return
    share.turns.ask(share.client).result()
    try:
        with share.timed():
            yield
    finally:
        share.turns.give_back(share.client)


def _of_session() -> Share | None:
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return None
    client = runtime.get_instance().get_client(context.session_id)
    shares = shares_of(current())
    known = client.client_context if client else None
    address = known.remote_ip if known else None
    # Readers who are gone meanwhile are one client together.
    return shares.of(shares.clients.named(address) if address else UNKNOWN)
