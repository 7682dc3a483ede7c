"""Free memory goes back to the system, and Arrow takes its memory from the system's allocator."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import asyncio, psutil, pyarrow as pa
from dashboard import memory
memory.configure_allocators()
assert pa.default_memory_pool().backend_name == "system"
resident = lambda: psutil.Process().memory_info().rss >> 20
held = [bytes(1_000) for _ in range(200_000)]
kept = held[::5_000]
before = resident()
held.clear()
memory.SECONDS = 0.01
async def at_rest():
    trimming = asyncio.create_task(memory.give_back())
    await asyncio.sleep(0.5)
    trimming.cancel()
asyncio.run(at_rest())
print(before - resident())
"""


def test_free_memory_between_values_that_stay_is_given_back():
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert int(told.stdout) > 150
