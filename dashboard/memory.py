"""Memory of the process: what is free in it goes back to the system."""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Callable

import pyarrow as pa
from anyio import to_thread

SECONDS = 30.0
"""Between two times at which free memory is given back."""


def use_one_allocator() -> None:
    """Let Arrow take its memory from the system's allocator, which :func:`give_back` trims.

    Its own, mimalloc, held 73 MB after the layers were read, and 3 of them were in use; exports
    take as long with either.
    """
    pa.set_memory_pool(pa.system_memory_pool())


def _trim() -> Callable[[int], int] | None:
    """``malloc_trim`` of glibc; other C libraries have none."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


async def give_back() -> None:
    """Give free memory back to the system from time to time, until cancelled.

    An allocator keeps what a thread has freed for this thread: after mixed use by four clients
    these were 300 MB.
    """
    trim = _trim()
    while trim:
        await asyncio.sleep(SECONDS)
        await to_thread.run_sync(trim, 0)
