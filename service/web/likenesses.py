"""What addresses are like: a request is compared with the doors of few rooms, not with all there are."""

from typing import Any, NamedTuple

API = "/api/v1"


class Likeness(NamedTuple):
    """What an address is like."""

    beginning: str
    """Its first part, behind what all doors of the API have before theirs."""
    slashes: int


def likeness_of(path: str) -> Likeness:
    """Return what an address is like."""
    path = path.removeprefix(API)
    return Likeness(path.removeprefix("/").partition("/")[0], path.count("/"))


def likenesses_of(router: Any) -> frozenset[Likeness] | None:
    """Return what the addresses of a router's doors are like; None if that can be anything."""
    found: set[Likeness] = set()
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        path = getattr(route, "path", None)
        if inner is not None:
            # Doors that a room gathers from several files hang at its own address.
            within = None if route.include_context.prefix else likenesses_of(inner)
            if within is None:
                return None
            found |= within
        elif path is None or ":path}" in path or "{" in likeness_of(path).beginning:
            return None
        else:
            found.add(likeness_of(path))
    return frozenset(found)
