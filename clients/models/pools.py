"""Pools: calendars of a stakeholder's offers, and offers from a spreadsheet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from clients.models.parts import Answer, Input, Move

PoolMove = Literal["reconfirm", "hold", "resume", "submit", "authorise"]
LineFinding = Literal["new", "changed", "unchanged", "faulty"]


class OffersMove(Move):
    """A move of several offers at once."""

    move: PoolMove
    offers: Sequence[str]


class ImportChoice(Input):
    """How an import goes on once its dry run was looked at."""

    hands_in: bool = False
    """Whether new offers are handed in for authorisation."""


class PoolMonth(Answer):
    """An offer in a month."""

    month: str
    state: str
    """``free``, ``asked``, ``held``, ``booked``, or ``closed`` where the offer cannot be had."""
    asked: int
    held: int
    booked: int
    left: int
    """What nobody holds or has booked."""
    seats: list[str]


class PoolOffer(Answer):
    """An offer with its months."""

    offer: str
    reference: str | None
    """The pool's own name for it."""
    label: str | None
    title: str
    language: str
    state: str
    capacity: int | None
    areas: list[str]
    languages: list[str]
    is_due: bool
    """Whether its provider should say that it still stands."""
    due_at: datetime | None
    months: list[PoolMonth]


class PoolCalendar(Answer):
    """A page of a pool's calendar."""

    stakeholder: str
    months: list[str]
    items: list[PoolOffer]
    offers: int
    """How many there are in all, as narrowed."""
    due: int
    """How many of the pool's offers are to be reconfirmed."""
    next: str | None


class OfferMoved(Answer):
    """What became of one offer; of one that the move was refused for, why."""

    offer: str
    is_done: bool
    code: str | None
    text: str | None


class OffersMoved(Answer):
    """What became of several offers."""

    items: list[OfferMoved]


class PoolImport(Answer):
    """A file of offers."""

    id: str
    stakeholder: str
    state: str
    """``checking``, ``checked``, ``importing``, ``done``, ``failed`` or ``discarded``."""
    hands_in: bool
    total: int
    done: int
    found: dict[str, int]
    """Lines by what was found about them."""
    taken: dict[str, int]
    """Lines by what became of them."""
    uploaded_at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None
    has_faulty_cells: bool


class CellFault(Answer):
    """What is wrong with a cell; without a column, with the line."""

    column: str
    text: str


class PoolImportLine(Answer):
    """A line of a file."""

    number: int
    reference: str
    finding: str | None
    outcome: str | None
    changes: list[str]
    """Columns that differ from what stands there."""
    faults: list[CellFault]
    offer: str | None
