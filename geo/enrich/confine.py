"""Sandbox of a process that reads a user's file.

Guaranteed on any Linux without privileges, for native code too:

- memory, CPU time and the size of written files are limited (``setrlimit``);
- if the file is passed as an open descriptor, no further descriptor can be opened: no files, no
  sockets; and a root process becomes nobody;
- no child program could gain privileges, and no core dump is written.

Not guaranteed: a process that reads a file by path can open other files of its user, and native
code in it could open a socket; only Python's own sockets and writes are blocked there. A
compromised process could send signals to other processes of its user.
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
"""Prefixes of audit events that are never needed to read a file."""


def die_with_parent(parent: int) -> None:
    """Kill this process when its parent process ends."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # the parent has ended already
        os._exit(1)


def restrict_process(memory: int, seconds: int, descriptors: int) -> None:
    """Irrevocably drop everything that reading a file does not need.

    Parameters
    ----------
    memory
        Bytes of address space in addition to what is mapped now.
    seconds
        CPU time from the start of this process, after which it gets ``SIGXCPU``.
    descriptors
        Limit of open descriptors; 0 to forbid opening any.
    """
    with contextlib.suppress(OSError):
        # If the machine runs out of memory, the kernel kills this process, not the server.
        Path("/proc/self/oom_score_adj").write_text("1000")
    parent = os.getppid()
    if not descriptors:
        _become_nobody()
    die_with_parent(parent)  # reset by a change of user
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
        limit = resource.getrlimit(kind)[1]
        if limit != resource.RLIM_INFINITY:
            soft, hard = min(soft, limit), min(hard, limit)
        resource.setrlimit(kind, (soft, hard))
    sys.addaudithook(_refuse)


def _become_nobody() -> None:
    if os.geteuid():
        return
    with contextlib.suppress(OSError):  # a container may lack this user
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
