"""A process shuts itself in before it looks at a reader's file.

What holds, on any Linux and without privileges, for native code too:

- memory, processor time and the length of written files are bounded (``setrlimit``);
- where the file is handed over as an open descriptor, no further one can be had: nothing can be
  opened, read, written or connected to, and a process that was root is nobody;
- no other program that it started could gain privileges, and no core is written.

What does not: a process that reads a file by its path can open others that its user may read, and
native code in it could open a socket; only Python's own sockets and writes are refused there. A
process that was taken over could send signals to others of its user.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_NOBODY = 65_534

_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.system",
    "ctypes.",
)
"""Beginnings of the names of audit events that never belong to reading a file."""


def die_with_parent(parent: int) -> None:
    """End this process when the one that forked it, ``parent``, ends."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before
        os._exit(1)


def shut_in(memory: int, seconds: int, descriptors: int) -> None:
    """Give up for good what reading a file does not need.

    Parameters
    ----------
    memory
        Bytes of address space beside what is mapped now.
    seconds
        Of processor time from the start of this process; then it ends by ``SIGXCPU``.
    descriptors
        Highest number of a descriptor that may be opened from now on; 0 for none at all.
    """
    with contextlib.suppress(OSError):
        # Where memory runs out all the same, the kernel ends this process and not the server.
        Path("/proc/self/oom_score_adj").write_text("1000")
    parent = os.getppid()
    if not descriptors:
        _become_nobody()
    die_with_parent(parent)  # a change of user undoes it
    _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for kind, soft, hard in (
        (resource.RLIMIT_AS, mapped + memory, mapped + memory),
        (resource.RLIMIT_CPU, seconds, seconds + 1),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NPROC, 0, 0),
        (resource.RLIMIT_NOFILE, descriptors, descriptors),
    ):
        most = resource.getrlimit(kind)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(kind, (soft, hard))
    sys.addaudithook(_refuse)


def _become_nobody() -> None:
    if os.geteuid():
        return
    with contextlib.suppress(OSError):  # a container may know no such user
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        _, _, flags = arguments
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise PermissionError("nothing is written here")
    elif event.startswith(_REFUSED):
        raise PermissionError(f"{event} is not for here")
