"""Which addresses may be connected to: public ones only, whatever name leads there.

A name is resolved once, every address that it resolves to is checked, and the connection is made to a
checked address itself. A name that resolves to something else a moment later changes nothing.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from service.errors import FieldFault
from service.texts import N_

Resolve = Callable[[str, int], list[str]]
IpAddress = IPv4Address | IPv6Address

# Public by number, but each leads into the network that this machine stands in.
_INWARD = frozenset({ip_address("168.63.129.16")})
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))

_PORTS = range(1, 65_536)


class UnfitAddress(Exception):
    """An address is not one that events may be sent to; ``code`` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def resolve(host: str, port: int) -> list[str]:
    """Return every address of a name, as the system resolves it."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnfitAddress("name_unknown") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def url_faults(text: str, *, allows_loopback: bool) -> list[FieldFault]:
    """Find what is wrong with an address before anything is sent to it, without looking its name up."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        return [FieldFault("url", "no_url", N_("This is no address of the web."))]
    if (
        not url.host
        or (url.port or 1) not in _PORTS
        or url.userinfo
        or url.fragment
        or any(sign.isspace() or sign == "\\" for sign in text)
    ):
        return [FieldFault("url", "no_url", N_("This is no plain address of the web."))]
    if url.scheme != "https" and not (allows_loopback and url.scheme == "http" and _is_loopback(url.host)):
        return [FieldFault("url", "not_https", N_("The address must begin with https://."))]
    if _is_inward_name(url.host) and not (allows_loopback and _is_loopback(url.host)):
        return [FieldFault("url", "internal_address", N_("Only public addresses can be sent to."))]
    return []


def pinned(url: httpx.URL, resolve_name: Resolve, *, allows_loopback: bool) -> httpx.URL:
    """Return the address with a checked number in place of the name."""
    host = url.raw_host.decode("ascii").strip("[]")
    port = url.port or (443 if url.scheme == "https" else 80)
    numbers = [_number(text) for text in resolve_name(host, port)]
    if not numbers:
        raise UnfitAddress("name_unknown")
    for number in numbers:
        if not (is_public(number) or (allows_loopback and number.is_loopback)):
            raise UnfitAddress("internal_address")
    if url.scheme != "https" and not all(number.is_loopback for number in numbers):
        raise UnfitAddress("not_https")
    return url.copy_with(host=str(numbers[0]))


def is_public(number: IpAddress) -> bool:
    """Tell whether an address lies in the public network, in no disguise."""
    if isinstance(number, IPv6Address) and (
        number.ipv4_mapped is not None
        or number.sixtofour is not None
        or number.teredo is not None
        or any(number in network for network in _TRANSLATED)
    ):
        return False
    if number.is_multicast or number.is_reserved or number.is_unspecified or number in _INWARD:
        return False
    return number.is_global


def _number(text: str) -> IpAddress:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        raise UnfitAddress("name_unknown") from None


def _is_inward_name(host: str) -> bool:
    try:
        return not is_public(ip_address(host.strip("[]")))
    except ValueError:
        name = host.rstrip(".").lower()
        return "." not in name or name.endswith((".localhost", ".local", ".internal"))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
