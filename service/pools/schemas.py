"""What comes in and goes out about pools."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field, StringConstraints

from service.pools.rules import LONGEST_CALENDAR, MONTHS_SHOWN, MOST_AT_ONCE, Finding, Verb
from service.web.schemas import CodeText, Flag, IdText, Input, LanguageCode, Move, View

YearMonth = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Chosen = Annotated[list[IdText], Field(min_length=1, max_length=MOST_AT_ONCE)]


@dataclass(frozen=True, slots=True)
class CalendarFilter:
    """What a pool's calendar is narrowed to."""

    q: Annotated[
        str | None, Query(max_length=200, description="Words of an offer, or your own reference.")
    ] = None
    area: CodeText | None = None
    language: Annotated[LanguageCode | None, Query(description="A working language.")] = None
    commitment: Annotated[CodeText | None, Query(description="With its sub-points.")] = None
    free_from: Annotated[YearMonth | None, Query(description="Something is left from this month on.")] = None
    free_until: Annotated[YearMonth | None, Query(description="Up to this month; none: in that one.")] = None
    due: Annotated[bool, Query(description="Only those that are to be reconfirmed.")] = False
    months: Annotated[int, Query(ge=1, le=LONGEST_CALENDAR, description="Months shown.")] = MONTHS_SHOWN


class OffersMove(Move):
    """A move of several offers at once."""

    move: Verb = Field(examples=["reconfirm"])
    offers: Chosen


class ImportChoice(Input):
    """How an import goes on once its dry run was looked at."""

    hands_in: Flag = Field(default=False, description="Whether new offers are handed in for authorisation.")


class MonthView(View):
    """An offer in a month. ``left`` is what nobody holds or has booked."""

    month: str
    state: str
    """``free``, ``asked``, ``held``, ``booked``, or ``closed`` where the offer cannot be had."""
    asked: int
    held: int
    booked: int
    left: int
    seats: list[str]
    """Seats that ask for it, hold it or have booked it."""


class CalendarRow(View):
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
    """When it goes stale if nobody says so; none: it is stale, or has no such moment."""
    months: list[MonthView]


class CalendarView(View):
    """A page of a pool's calendar."""

    stakeholder: str
    months: list[str]
    items: list[CalendarRow]
    offers: int
    """How many there are in all, as narrowed."""
    due: int
    """How many of the pool's offers are to be reconfirmed."""
    next: str | None


class OfferMoved(View):
    """What became of one offer; of one that the move was refused for, why."""

    offer: str
    is_done: bool
    code: str | None
    text: str | None


class OffersMoved(View):
    """What became of several offers."""

    items: list[OfferMoved]


class PoolImportView(View):
    """A file of offers."""

    id: str
    stakeholder: str
    state: str
    hands_in: bool
    total: int
    done: int
    found: dict[Finding, int]
    """Lines by what was found about them."""
    taken: dict[Finding, int]
    """Lines by what became of them."""
    uploaded_at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None
    has_faulty_cells: bool
    """Whether the lines at fault are still kept as they were sent."""


class CellFaultView(View):
    """What is wrong with a cell; without a column, with the line."""

    column: str
    text: str


class PoolImportLineView(View):
    """A line of a file."""

    number: int
    reference: str
    finding: str | None
    outcome: str | None
    changes: list[str]
    """Columns that differ from what stands there."""
    faults: list[CellFaultView]
    offer: str | None
