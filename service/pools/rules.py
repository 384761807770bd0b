"""Rules of pools: months of a calendar, the lives of imports, limits of a file, who may. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, get_args

from service.caller import OFFERING, Caller

# The calendar

MonthState = Literal["free", "asked", "held", "booked", "closed"]
MONTH_STATES: tuple[MonthState, ...] = get_args(MonthState)
"""Of an offer in a month: room is left; a seat waits for an answer; a yes holds it; a confirmed team has it;
it is not to be had."""
MONTHS_SHOWN = 12
LONGEST_CALENDAR = 24
STANDS = frozenset({"active", "stale"})
"""States in which an offer can be asked for."""
ON_CALENDAR = frozenset({"draft", "pending_authorisation", "active", "on_hold", "stale"})
REMIND_BEFORE_DAYS = 30
"""From so many days on before an offer goes stale, it counts as to be reconfirmed."""
REMIND_EVERY_DAYS = 30
LINK_DAYS = 30
"""How long the link of a letter can be used to say that offers still stand."""


class Month(NamedTuple):
    """How much of an offer is asked for, held and booked in a month."""

    month: str
    state: MonthState
    asked: int = 0
    held: int = 0
    booked: int = 0
    capacity: int = 1

    @property
    def left(self) -> int:
        """What nobody holds; what was only asked for is still left."""
        return 0 if self.state == "closed" else max(self.capacity - self.held - self.booked, 0)


class Given(NamedTuple):
    """What an offer says about when it can be had."""

    state: str
    capacity: int
    months: Sequence[int] | None
    available_from: date | None
    available_until: date | None


class Taken(NamedTuple):
    """What others take of an offer, by month."""

    asked: Mapping[str, int]
    held: Mapping[str, int]
    booked: Mapping[str, int]


def months_from(first: date, number: int) -> list[str]:
    """Return so many calendar months, beginning with that of a day.

    Examples
    --------
    >>> months_from(date(2027, 11, 20), 3)
    ['2027-11', '2027-12', '2028-01']
    """
    start = first.year * 12 + first.month - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(start, start + number)]


def is_open(given: Given, month: str) -> bool:
    """Tell whether an offer can be had in a month, as far as it says itself."""
    if given.state not in STANDS:
        return False
    if given.months is not None and int(month[5:]) not in given.months:
        return False
    starts = f"{given.available_from:%Y-%m}" if given.available_from else month
    ends = f"{given.available_until:%Y-%m}" if given.available_until else month
    return starts <= month <= ends


def month_of(given: Given, taken: Taken, month: str) -> Month:
    """Return how an offer stands in a month. Booked goes before held, and held before asked for.

    Examples
    --------
    >>> given = Given("active", 2, None, None, None)
    >>> month_of(given, Taken({}, {"2027-03": 1}, {"2027-03": 1}), "2027-03")
    Month(month='2027-03', state='booked', asked=0, held=1, booked=1, capacity=2)
    """
    asked, held, booked = (counts.get(month, 0) for counts in taken)
    state: MonthState = "free"
    if booked:
        state = "booked"
    elif held:
        state = "held"
    elif not is_open(given, month):
        state = "closed"
    elif asked:
        state = "asked"
    return Month(month, state, asked, held, booked, given.capacity)


def is_free(months: Iterable[Month], wanted: Collection[str]) -> bool:
    """Tell whether something of an offer is left in each of some months."""
    return all(one.left > 0 for one in months if one.month in wanted)


def is_due(state: str, due_at: datetime | None, last_word_at: datetime, now: datetime) -> bool:
    """Tell whether somebody should say that an offer still stands: it is stale, or will be soon."""
    if state == "stale":
        return True
    soon, lately = now + timedelta(days=REMIND_BEFORE_DAYS), now - timedelta(days=REMIND_BEFORE_DAYS)
    return state == "active" and due_at is not None and due_at <= soon and last_word_at <= lately


def is_to_be_reminded(asked_at: datetime | None, now: datetime) -> bool:
    """Tell whether a pool may be asked again which of its offers still stand."""
    return asked_at is None or asked_at <= now - timedelta(days=REMIND_EVERY_DAYS)


# Several offers at once

Verb = Literal["reconfirm", "hold", "resume", "submit", "authorise"]
VERBS: tuple[Verb, ...] = get_args(Verb)
MOST_AT_ONCE = 200
MOST_DUE_SHOWN = 150
"""Offers that one page asks about; once these are done, it shows the next ones."""

# Imports

ImportState = Literal["checking", "checked", "importing", "done", "failed", "discarded"]
IMPORT_STATES: tuple[ImportState, ...] = get_args(ImportState)
UNDER_WAY = frozenset({"checking", "importing"})
Finding = Literal["new", "changed", "unchanged", "faulty"]
FINDINGS: tuple[Finding, ...] = get_args(Finding)

MOST_BYTES = 2_000_000
MOST_LINES = 2_000
MOST_COLUMNS = 60
LONGEST_CELL = 10_000
LINES_AT_A_TIME = 20
"""Lines that are dealt with in one transaction."""
CELLS_KEPT_DAYS = 30
"""For so long what stands in lines is kept, if nobody finishes or discards the import."""


def may_manage(caller: Caller, stakeholder_id: str) -> bool:
    """Tell whether the caller may see and change a stakeholder's pool: who offers in its name."""
    return caller.acts_for(stakeholder_id, *OFFERING)
