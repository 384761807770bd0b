"""Who takes part in threads: the rooms above say it here, each for its own kind of thing.

This room stands below them and asks by the kind that a subject begins with. A room registers its kind in
its ``things.py``.
"""

from collections.abc import Callable

from sqlmodel import Session

from service.caller import Caller
from service.errors import NotAllowed, NotFound
from service.threads.rules import Circle

Find = Callable[[Session, Caller, str], Circle]
"""Gives the circle as the caller sees it, or refuses with 404 what the caller may not see."""

_circles: dict[str, Find] = {}


def speak_of(kind: str, find: Find) -> None:
    """Register a kind of thing that has a thread."""
    if kind in _circles:
        raise ValueError(f"{kind} has a thread already")
    _circles[kind] = find


def circle_of(session: Session, caller: Caller, subject: str) -> Circle:
    """Return the circle of a thing's thread. Who takes no part in it is told of none."""
    kind, _, thing_id = subject.partition(":")
    if kind not in _circles or not thing_id:
        raise NotFound
    try:
        circle = _circles[kind](session, caller, thing_id)
    except NotAllowed:
        raise NotFound from None
    if not circle.parties:
        raise NotFound
    return circle
