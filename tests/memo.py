"""Work done once in a run of the tests, by whichever process needs it first."""

from __future__ import annotations

import fcntl
import hashlib
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Exclude other processes that lock the same file."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def done_once(folder: Path, key: object, work: Callable[[], Any]) -> Any:
    """What ``work`` returns, from ``folder`` if a process has put it there under this key."""
    path = folder / hashlib.sha256(repr(key).encode()).hexdigest()
    if not path.exists():
        with locked(path.with_suffix(".lock")):
            if not path.exists():
                path.with_suffix(".new").write_bytes(pickle.dumps(work()))
                path.with_suffix(".new").rename(path)
    return pickle.loads(path.read_bytes())
