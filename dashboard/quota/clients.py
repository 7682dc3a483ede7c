"""Identify the client of a request, for quotas."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network

from starlette.types import Scope

NO_CLIENT = ""
"""A proxy that does not forward client addresses: all its clients would share one quota, so it has
none."""

UNKNOWN_CLIENT = "unknown"
"""All invalid addresses, such as ``_hidden`` or ``unknown`` from a proxy, are one client."""

_MAPPED_PREFIX = "::ffff:"


def client_network(address: str) -> str:
    """The network that counts as one client.

    Parameters
    ----------
    address
        Address from the socket or a proxy, with or without a port.

    Returns
    -------
    str
        An IPv4 address, the first 64 bits of an IPv6 address, because a client has a whole /64
        network, or :data:`UNKNOWN_CLIENT`.

    Examples
    --------
    >>> client_network("203.0.113.9:4711"), client_network("::ffff:203.0.113.9")
    ('203.0.113.9', '203.0.113.9')
    >>> client_network("[2001:db8:1:2:3::4]:443")
    '2001:db8:1:2::'
    """
    text = address.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return UNKNOWN_CLIENT
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    if ip.is_loopback:
        return str(ip)
    return str(IPv6Address(int(ip) >> 64 << 64))


def _networks(proxies: Sequence[str]) -> Iterator[IPv4Network | IPv6Network]:
    for proxy in proxies:
        if proxy == "*":
            # Any peer may forward addresses, but counts as a client if it forwards none.
            yield from (ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("::1"))
        elif proxy != "none":
            yield ipaddress.ip_network(proxy)


def forwarded_allow_ips(proxies: Sequence[str]) -> list[str]:
    """Addresses of proxies for uvicorn, as seen by IPv4 sockets and by dual-stack IPv6 sockets.

    >>> forwarded_allow_ips(["10.0.0.0/8", "::1"])
    ['10.0.0.0/8', '::ffff:10.0.0.0/104', '::1']
    """
    addresses = []
    for proxy in proxies:
        addresses.append(proxy)
        address, slash, bits = proxy.partition("/")
        if "." in address:
            addresses.append(
                _MAPPED_PREFIX + address + (f"{slash}{int(bits) + 96}" if bits else "")
            )
    return addresses


class ClientResolver:
    """Identifies the clients of requests.

    Parameters
    ----------
    proxies
        Addresses and networks of :attr:`Settings.proxies`.
    """

    def __init__(self, proxies: Sequence[str]) -> None:
        self._proxies = tuple(_networks(proxies))

    def from_address(self, address: str) -> str:
        """The client at an address; :data:`NO_CLIENT` if it is a proxy."""
        client = client_network(address)
        if client == UNKNOWN_CLIENT:
            return client
        ip = ipaddress.ip_address(client)
        return NO_CLIENT if any(ip in network for network in self._proxies) else client

    def from_scope(self, scope: Scope) -> str:
        """The client of a request.

        The ASGI server has already replaced the address by that of a trusted proxy's header.
        """
        client = scope.get("client")
        return self.from_address(str(client[0])) if client else NO_CLIENT
