"""Bind the sockets that the server listens on before it starts."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress

from geo.errors import SettingError


def bind_sockets(host: str, port: int) -> list[socket.socket]:
    """Bind a socket for each address of a host; a host name may resolve to several.

    Raises
    ------
    SettingError
        If the port is in use, or the host is not an address of this machine.
    """
    try:
        address_infos = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError):
        raise SettingError(
            f"There is no host {host!r} on this machine; --host is an address such as 127.0.0.1, "
            "0.0.0.0 or ::1."
        ) from None
    sockets: list[socket.socket] = []
    last_error: OSError | None = None
    for family, _, _, _, address in address_infos:
        try:
            sockets.append(_bind(family, address))
        except OSError as error:
            # localhost may resolve to an IPv6 address even where IPv6 is disabled.
            last_error = error
            if error.errno == errno.EADDRINUSE:
                break
    if last_error and (last_error.errno == errno.EADDRINUSE or not sockets):
        for opened in sockets:
            opened.close()
        raise SettingError(bind_error_message(last_error, host, port))
    return sockets


def _bind(family: int, address: tuple[object, ...]) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            with suppress(OSError):  # :: and 0.0.0.0 are bound separately
                opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind(address)
    except OSError:
        opened.close()
        raise
    return opened


def bind_error_message(error: OSError, host: str, port: int) -> str:
    """Why the server cannot listen on a port, and what to do about it."""
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


def browser_url(host: str, port: int) -> str:
    """The URL to open in a browser on this machine.

    >>> browser_url("0.0.0.0", 8501), browser_url("::1", 8501)
    ('http://localhost:8501', 'http://[::1]:8501')
    """
    if host in ("127.0.0.1", "0.0.0.0", "::", ""):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
