"""Who a request is from, as far as limits tell clients apart."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network

from starlette.types import Scope

NOBODY = ""
"""A proxy that names no client: whoever stands behind it would share one share, so it has none."""

UNKNOWN = "unknown"
"""Every address that is none, such as ``_hidden`` or ``unknown`` of a proxy: one client."""

_MAPPED = "::ffff:"


def network_of(address: str) -> str:
    """The network that counts as one client.

    Parameters
    ----------
    address
        As the socket or a proxy gives it, with or without a port.

    Returns
    -------
    str
        An IPv4 address, the first 64 bits of an IPv6 address, since a client has a whole network
        of those, or :data:`UNKNOWN`.

    Examples
    --------
    >>> network_of("203.0.113.9:4711"), network_of("::ffff:203.0.113.9")
    ('203.0.113.9', '203.0.113.9')
    >>> network_of("[2001:db8:1:2:3::4]:443")
    '2001:db8:1:2::'
    """
    text = address.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        known = ipaddress.ip_address(text)
    except ValueError:
        return UNKNOWN
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    if known.is_loopback:
        return str(known)
    return str(IPv6Address(int(known) >> 64 << 64))


def _networks(proxies: Sequence[str]) -> Iterator[IPv4Network | IPv6Network]:
    for proxy in proxies:
        if proxy == "*":
            # Whoever asks is believed about others, but is a client without having named any.
            yield from (ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("::1"))
        elif proxy != "none":
            yield ipaddress.ip_network(proxy)


def believed(proxies: Sequence[str]) -> list[str]:
    """Addresses of proxies as an IPv4 and, on a socket that takes both, as an IPv6 socket has them.

    >>> believed(["10.0.0.0/8", "::1"])
    ['10.0.0.0/8', '::ffff:10.0.0.0/104', '::1']
    """
    found = []
    for proxy in proxies:
        found.append(proxy)
        address, slash, bits = proxy.partition("/")
        if "." in address:
            found.append(_MAPPED + address + (f"{slash}{int(bits) + 96}" if bits else ""))
    return found


class Clients:
    """Names the clients of requests.

    Parameters
    ----------
    proxies
        Addresses and networks of :attr:`Settings.proxies`.
    """

    def __init__(self, proxies: Sequence[str]) -> None:
        self._proxies = tuple(_networks(proxies))

    def named(self, address: str) -> str:
        """The client at an address; :data:`NOBODY` when that is a proxy which names none."""
        client = network_of(address)
        if client == UNKNOWN:
            return client
        at = ipaddress.ip_address(client)
        return NOBODY if any(at in network for network in self._proxies) else client

    def of(self, scope: Scope) -> str:
        """The client of a request.

        The server that runs the application puts what a proxy says there, if it believes it.
        """
        client = scope.get("client")
        return self.named(str(client[0])) if client else NOBODY
