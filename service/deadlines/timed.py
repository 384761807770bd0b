"""Which things have clocks: the rooms above say it here, each for its own kind.

This room stands below them. A room registers in its ``things.py`` whose a thing is, who may see its clocks,
and which things count in the figures that a reader is shown.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import Caller
from service.deadlines.stages import Actor, Kind
from service.errors import NotFound


@dataclass(frozen=True, slots=True)
class Facts:
    """What a clock needs to know of its thing."""

    desk_id: str | None
    urgency: str | None = None
    moments: Mapping[str, datetime | None] = field(default_factory=dict)
    """By stage, when the thing itself says that it is due."""


class Sight(NamedTuple):
    """A thing as one of its parties sees it."""

    title: str
    language: str | None
    address: str
    roles: frozenset[Actor]
    """As whom the reader is a party to it."""


Ids = Callable[[Session, Caller], SelectOfScalar[str]]


@dataclass(frozen=True, slots=True)
class Timed:
    """How a kind of thing has clocks."""

    facts: Callable[[Session, str], Facts | None]
    in_hand: Ids
    """The ids of the things to which the caller is a party, and whose clocks it may see."""
    sights: Callable[[Session, Caller, Collection[str]], Mapping[str, Sight]]
    """Things as the caller sees them; they are known to be in its hand."""
    counted: Ids
    """The ids of the things that count in figures shown to the caller: those that it may see."""


_kinds: dict[Kind, Timed] = {}


def time_things(kind: Kind, timed: Timed) -> None:
    """Register a kind of thing that has clocks."""
    if kind in _kinds:
        raise ValueError(f"{kind} has clocks already")
    _kinds[kind] = timed


def kinds() -> Mapping[Kind, Timed]:
    """Return all kinds of things that have clocks."""
    return _kinds


def timed_as(kind: str) -> Timed:
    """Return how things of a kind have clocks; of others there are none."""
    for known, timed in _kinds.items():
        if known == kind:
            return timed
    raise NotFound


def facts_of(session: Session, kind: str, thing_id: str) -> Facts | None:
    """Return what a clock needs to know of a thing."""
    return timed_as(kind).facts(session, thing_id)
