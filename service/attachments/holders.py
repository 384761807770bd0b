"""What holds files: the rooms above say here who may see, add and withdraw the files of their things.

This room stands below them and asks by the kind that a subject begins with (``need:need_…``). A room
registers its kind in its ``things.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from service.caller import Caller
from service.errors import NotFound


@dataclass(frozen=True, slots=True)
class Holding:
    """How a thing that the caller may see holds its files."""

    title: str
    """As the page of its files is headed. It may be as confidential as the thing."""
    address: str
    """Of the thing's own page."""
    may_add: bool
    may_withdraw: bool


def _unnoticed(_session: Session, _caller: Caller, _thing_id: str, _attachment_id: str) -> None:
    """Do nothing about it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What a room says about the files of a kind of thing."""

    look_at: Callable[[Session, Caller, str], Holding]
    """Refuses with 404 what the caller may not see, files and all."""
    change: Callable[[Session, Caller, str], None]
    """Refuses who may not change the files of the thing, or not now; else marks the thing as changed."""
    note_opened: Callable[[Session, Caller, str, str], None] = _unnoticed
    """Told which file somebody opens, before it is given out."""


_holders: dict[str, Holder] = {}


def hold(kind: str, holder: Holder) -> None:
    """Register what holds files."""
    if kind in _holders:
        raise ValueError(f"{kind} holds files already")
    _holders[kind] = holder


def holder_of(subject: str) -> tuple[Holder, str]:
    """Return what a room says about a thing's files, and the thing's id; there is none for other subjects."""
    kind, _, thing_id = subject.partition(":")
    if kind not in _holders or not thing_id:
        raise NotFound
    return _holders[kind], thing_id
