"""Who takes part in threads: the rooms above say it here, each for its own kind of thing.

This room stands below them and asks by the kind that a subject begins with. A room registers its kind in
its ``things.py``.
"""

from collections.abc import Callable

from sqlmodel import Session

from service.caller import Caller
from service.database.engines import once
from service.errors import NotAllowed, NotFound
from service.threads.rules import Circle

Find = Callable[[Session, Caller, str], Circle]
"""Gives the circle as the caller sees it, or refuses with 404 what the caller may not see."""

NoteRead = Callable[[Session, Caller, str], None]
"""Told that the caller reads messages about a thing."""

_circles: dict[str, Find] = {}
_notes: dict[str, NoteRead] = {}


def speak_of(kind: str, find: Find, note_read: NoteRead | None = None) -> None:
    """Register a kind of thing that has a thread; one that keeps messages under itself notes their reads."""
    if kind in _circles:
        raise ValueError(f"{kind} has a thread already")
    _circles[kind] = find
    if note_read is not None:
        _notes[kind] = note_read


def note_messages_read(session: Session, caller: Caller, subject: str) -> None:
    """Let the room whose thing messages are kept under note that they are read."""
    kind, _, thing_id = subject.partition(":")
    _notes[kind](session, caller, thing_id)


def circle_of(session: Session, caller: Caller, subject: str) -> Circle:
    """Return the circle of a thing's thread. Who takes no part in it is told of none."""
    kind, _, thing_id = subject.partition(":")
    if kind not in _circles or not thing_id:
        raise NotFound
    try:
        circle = once(session, ("circle", caller, subject), lambda: _circles[kind](session, caller, thing_id))
    except NotAllowed:
        raise NotFound from None
    if not circle.parties:
        raise NotFound
    return circle
