"""Memory of the process: what is free in it goes back to the system.

Figures are of resident memory after every page, layer, chart and map was asked for by four clients
and a minute at rest (``python -m tests.benchmarks --short mixed``).
"""

from __future__ import annotations

import asyncio
import ctypes

import pyarrow as pa
from anyio import to_thread

SECONDS = 30.0
"""Between two times at which free memory is given back, which takes 1 to 15 ms, 220 at once after
250 MB were freed."""

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Of ``malloc.h``."""

_C_LIBRARY = ctypes.CDLL(None)


def configure_allocators() -> None:
    """Let everything take its memory from glibc, in as few pieces as it has to keep.

    - Arrow too: mimalloc, its own allocator, held 73 MB after the start, of which 3 were in use.
    - Blocks from 128 kB on are the system's again once they are free. Otherwise glibc raises this
      threshold to 32 MB, and small values that stay hold the freed pages between them: 733 MB
      instead of 635. Exports and pictures take as much processor time with either.
    - Two arenas instead of eight a core: 610 MB.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    if hasattr(_C_LIBRARY, "mallopt"):  # not in other C libraries than glibc
        _C_LIBRARY.mallopt(_M_MMAP_THRESHOLD, 128 << 10)
        _C_LIBRARY.mallopt(_M_ARENA_MAX, 2)


async def give_back() -> None:
    """Give free memory back to the system from time to time, until cancelled.

    An allocator keeps what its threads have freed, which were 300 MB.
    """
    while hasattr(_C_LIBRARY, "malloc_trim"):
        await asyncio.sleep(SECONDS)
        await to_thread.run_sync(_C_LIBRARY.malloc_trim, 0)
