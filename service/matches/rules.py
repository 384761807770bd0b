"""The lives of seats, proposals and bookings, and the arithmetic of capacity. Pure.

A seat and a booking move; a proposal never does: its state is derived from its seats and from what its
requesters said (:func:`proposal_state`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

from service.errors import WrongMove
from service.matches.errors import StillToBeAgreed

Party = Literal["requester", "desk", "provider", "system"]
"""Who makes a move: the asking side, the desk that handles the need, the offering side, or the clock."""

ASSUMED_CAPACITY = 1
"""Assignments at a time where nobody stated any; shown as *assumed*."""
MONTHS_AHEAD = 12
"""How far ahead a month is looked for where the need states no window."""


class Move(NamedTuple):
    """A move: the states it starts from, the state it leads to, and who may make it."""

    sources: frozenset[str]
    target: str
    parties: frozenset[Party]


def _move(sources: Iterable[str], target: str, *parties: Party) -> Move:
    return Move(frozenset(sources), target, frozenset(parties))


# Seats

SEAT_STATES = (
    "suggested",
    "offered",
    "accepted",
    "declined",
    "lapsed",
    "withdrawn",
    "confirmed",
    "released",
)
SEAT_ENDS = frozenset({"declined", "lapsed", "withdrawn", "released"})
SEAT_MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "offer": _move({"suggested"}, "offered", "requester", "desk"),
        "accept": _move({"offered"}, "accepted", "provider"),
        "decline": _move({"offered"}, "declined", "provider"),
        "lapse": _move({"offered"}, "lapsed", "system"),
        # Consent can be revoked until it is confirmed, by either side.
        "withdraw": _move({"offered", "accepted"}, "withdrawn", "requester", "desk", "provider"),
        "confirm": _move({"accepted"}, "confirmed", "requester", "desk"),
        "release": _move({"confirmed"}, "released", "requester", "desk", "system"),
    }
)
SEAT_AGREED = frozenset({"accepted", "confirmed", "released"})
SEAT_SHOWN = frozenset(SEAT_STATES) - {"suggested"}
"""States in which a provider sees its seat at all."""
SEAT_OPEN = frozenset({"offered", "accepted", "confirmed", "released"})
"""States in which a provider sees what the need is about."""


def next_seat_state(state: str, verb: str) -> str:
    """Return the state that a move leads a seat to, or refuse it."""
    return _next(SEAT_MOVES, state, verb)


class Acceptance(NamedTuple):
    """What the offering side has said about a seat so far."""

    is_named_expert: bool
    release_given: bool = False
    """The institution says yes; for a named expert: it releases the expert."""
    expert_accepted: bool = False
    """The named expert says yes."""

    @property
    def is_whole(self) -> bool:
        """Whether nobody's yes is missing any more."""
        return self.release_given and (self.expert_accepted or not self.is_named_expert)


# Bookings

BOOKING_STATES = ("held", "committed", "released")
BOOKING_MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "commit": _move({"held"}, "committed", "requester", "desk"),
        "release": _move({"held", "committed"}, "released", "requester", "desk", "provider", "system"),
    }
)
BOOKING_LIVE = frozenset({"held", "committed"})


def next_booking_state(state: str, verb: str) -> str:
    """Return the state that a move leads a booking to, or refuse it."""
    return _next(BOOKING_MOVES, state, verb)


class Load(NamedTuple):
    """What a booking takes of an offer in one month (``2027-03``)."""

    month: str
    assignments: int
    state: str = "committed"


def capacity_of(stated: int | None) -> int:
    """Return the assignments that an offer can take at a time; one is assumed where nobody stated any."""
    return ASSUMED_CAPACITY if stated is None else stated


def capacity_left(stated: int | None, bookings: Iterable[Load], months: Iterable[str]) -> dict[str, int]:
    """Return what an offer can still take in each of the months: its capacity minus live bookings.

    Never below 0: a provider may lower its capacity under what is booked already.
    """
    left = dict.fromkeys(months, capacity_of(stated))
    for booking in bookings:
        if booking.month in left and booking.state in BOOKING_LIVE:
            left[booking.month] -= booking.assignments
    return {month: max(room, 0) for month, room in left.items()}


def months_between(first: date, last: date) -> list[str]:
    """Return the calendar months from one day to another, both included."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months]


def months_open(
    starts_on: date | None, ends_on: date | None, usable: Sequence[int] | None, today: date
) -> list[str]:
    """Return the months in which work on a seat could fall, as the engine looks at it.

    These are the months of the need's window that the offer names too, and are not over yet. A window open
    at one end or both reaches over the next year; an offer that names no month can be used in any.
    """
    first = max(starts_on or today, today)
    last = ends_on or date(first.year + MONTHS_AHEAD // 12, first.month, 1)
    return [month for month in months_between(first, last) if usable is None or int(month[5:]) in usable]


def roomiest_first(left: Mapping[str, int], experts: int) -> list[str]:
    """Return the months that have room for so many experts, the one with most room first, then by date."""
    fitting = (month for month, room in left.items() if room >= experts)
    return sorted(fitting, key=lambda month: (-left[month], month))


# Proposals

PROPOSAL_STATES = (
    "suggested",
    "shortlisted",
    "proposed",
    "partly_accepted",
    "mutually_accepted",
    "confirmed",
    "project",
    "declined",
    "lapsed",
    "superseded",
    "withdrawn",
)
PROPOSAL_ENDS = frozenset({"project", "declined", "lapsed", "superseded", "withdrawn"})
PROPOSAL_MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "shortlist": _move({"suggested"}, "shortlisted", "requester", "desk"),
        "propose": _move({"suggested", "shortlisted"}, "proposed", "requester", "desk"),
        "confirm": _move({"mutually_accepted"}, "confirmed", "requester", "desk"),
        "supersede": _move({"suggested", "shortlisted"}, "superseded", "system"),
        "withdraw": _move(
            {"suggested", "shortlisted", "proposed", "partly_accepted", "mutually_accepted"},
            "withdrawn",
            "requester",
            "desk",
        ),
    }
)
"""What people do to a proposal as a whole; everything else about it follows from its seats."""


def next_proposal_state(state: str, verb: str) -> str:
    """Return the state that a move on the whole proposal leads to, or refuse it.

    Confirming what is not yet agreed on both sides is refused with what is missing, not as a wrong move.
    """
    if verb == "confirm" and state in {"proposed", "partly_accepted"}:
        raise StillToBeAgreed
    return _next(PROPOSAL_MOVES, state, verb)


class SeatStanding(NamedTuple):
    """What a proposal's state depends on, of one seat. A seat that was refilled by another is left out."""

    state: str
    is_mandatory: bool = True


def proposal_state(
    seats: Sequence[SeatStanding],
    *,
    is_shortlisted: bool = False,
    requesters_agree: bool = True,
    is_superseded: bool = False,
    is_withdrawn: bool = False,
    is_project: bool = False,
) -> str:
    """Derive the state of a proposal from its seats and from what its requesters said.

    It is mutually accepted when every mandatory seat is accepted and every requester agrees (where all seats
    are optional: when every seat is). A seat that was declined keeps the others' consent standing.
    """
    for holds, state in ((is_withdrawn, "withdrawn"), (is_superseded, "superseded"), (is_project, "project")):
        if holds:
            return state
    states = [seat.state for seat in seats]
    if all(state == "suggested" for state in states):
        return "shortlisted" if is_shortlisted else "suggested"
    needed = [seat.state for seat in seats if seat.is_mandatory] or states
    return _agreed(needed, requesters_agree=requesters_agree) or _unfinished(states)


def _agreed(needed: Sequence[str], *, requesters_agree: bool) -> str | None:
    if all(state in {"confirmed", "released"} for state in needed):
        return "confirmed"
    if requesters_agree and all(state in SEAT_AGREED for state in needed):
        return "mutually_accepted"
    return None


def _unfinished(states: Sequence[str]) -> str:
    if any(state in SEAT_AGREED for state in states):
        return "partly_accepted"
    if any(state not in SEAT_ENDS for state in states):
        return "proposed"
    return next(end for end in ("declined", "lapsed", "withdrawn") if end in states)


# Who is shown what

LEVELS = (
    "draft",
    "secretariat_only",
    "named_providers",
    "dialogue_members",
    "all_states",
    "public_summary",
    "public",
)
"""Levels of confidentiality, narrowest first."""


def names_providers(level: str) -> bool:
    """Tell whether a need's level itself allows to name it to providers; else its requester must consent."""
    return LEVELS.index(level) >= LEVELS.index("named_providers")


def shows_protected(state: str) -> bool:
    """Tell whether both sides of a proposal in this state see each other's protected data."""
    return state in {"mutually_accepted", "confirmed", "project"}


def is_past(deadline: datetime | None, now: datetime) -> bool:
    """Tell whether a time is over; what has no time never is."""
    return deadline is not None and deadline <= now


# Rounds

ROUND_STATES = (
    "requested",
    "queued",
    "gathering",
    "computing",
    "checking",
    "finished",
    "failed",
    "cancelled",
)


def _next(moves: Mapping[str, Move], state: str, verb: str) -> str:
    move = moves[verb]
    if state not in move.sources:
        raise WrongMove(move=verb, state=state)
    return move.target
