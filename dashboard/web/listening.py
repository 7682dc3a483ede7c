"""The sockets that the server listens on, bound before it starts."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress

from geo.errors import SettingError


def bound(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of a host, of which a name may have several.

    Raises
    ------
    SettingError
        If the port is taken, or the host is not of this machine.
    """
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise SettingError(
            f"There is no host {host!r} on this machine; --host is an address such as 127.0.0.1, "
            "0.0.0.0 or ::1."
        ) from None
    sockets: list[socket.socket] = []
    failed: OSError | None = None
    for family, _, _, _, address in infos:
        try:
            sockets.append(_bound(family, address))
        except OSError as error:
            # localhost has an address of IPv6 also where that is switched off.
            failed = error
            if error.errno == errno.EADDRINUSE:
                break
    if failed and (failed.errno == errno.EADDRINUSE or not sockets):
        for one in sockets:
            one.close()
        raise SettingError(refusal(failed, host, port))
    return sockets


def _bound(family: int, address: tuple[object, ...]) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            with suppress(OSError):  # :: and 0.0.0.0 are asked for one by one
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind(address)
    except OSError:
        one.close()
        raise
    return one


def refusal(error: OSError, host: str, port: int) -> str:
    """Why a port cannot be listened on, and what to do about it."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is taken by another program; end that one, or give another "
            "port with --port."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is not open to this user; give one of 1024 or more with --port."
    return (
        f"This machine cannot listen on {host}: {error.strerror}. --host is one of its addresses, "
        "such as 127.0.0.1, 0.0.0.0 or ::1."
    )


def address_of(host: str, port: int) -> str:
    """The address to open in a browser on this machine.

    >>> address_of("0.0.0.0", 8501), address_of("::1", 8501)
    ('http://localhost:8501', 'http://[::1]:8501')
    """
    if host in ("127.0.0.1", "0.0.0.0", "::", ""):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
