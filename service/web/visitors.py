"""Who knocks: from which address, with what, and under which address of ours."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.requests import Request

from service.settings import Settings

LONGEST_DEVICE = 200
_HOME_BITS = 64
"""So many bits of an IPv6 address are one household's or office's."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from."""

    address: str
    """Its address as far as it can be believed; of IPv6 the network."""
    device: str
    """What the browser or program calls itself."""


def visitor_of(request: Request) -> Visitor:
    """Return who knocks. Only a server in front that the settings trust may speak for another address."""
    settings: Settings = request.app.state.settings
    said = request.headers.get("x-forwarded-for", "")
    nearest = request.client.host if request.client else ""
    device = "".join(letter for letter in request.headers.get("user-agent", "") if letter.isprintable())
    return Visitor(_grouped(_furthest_believed(nearest, said, settings)), device[:LONGEST_DEVICE])


def is_by_https(request: Request) -> bool:
    """Tell whether the reader's side of the connection is encrypted."""
    settings: Settings = request.app.state.settings
    if settings.public_url.startswith("https:") or request.url.scheme == "https":
        return True
    nearest = request.client.host if request.client else ""
    said = request.headers.get("x-forwarded-proto", "").rpartition(",")[2].strip()
    return said == "https" and _is_trusted(nearest, settings)


def passkey_origin(settings: Settings) -> str:
    """Return the origin that passkeys are bound to: the public address; of this machine by its name."""
    address = urlsplit(settings.public_address())
    host = address.hostname or ""
    if _parsed(host) is None:
        return f"{address.scheme}://{address.netloc}"
    # A passkey is bound to a name; this machine has one that needs no https.
    return f"http://localhost:{address.port or settings.port}"


def passkey_domain(settings: Settings) -> str:
    """Return the name that passkeys are bound to."""
    return urlsplit(passkey_origin(settings)).hostname or "localhost"


def _furthest_believed(nearest: str, said: str, settings: Settings) -> str:
    address = nearest
    for further in reversed(said.split(",")):
        if not _is_trusted(address, settings) or _parsed(further.strip()) is None:
            break
        address = further.strip()
    return address


def _is_trusted(address: str, settings: Settings) -> bool:
    found = _parsed(address)
    return found is not None and any(found in network for network in _networks(settings.trusted_proxies))


@lru_cache(maxsize=8)
def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one, strict=False) for one in text.replace(",", " ").split())


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _grouped(address: str) -> str:
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _HOME_BITS), strict=False))
    return str(found) if found else address[:64]
