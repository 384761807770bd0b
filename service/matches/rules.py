"""The lives of seats, proposals and bookings, and the arithmetic of capacity. Pure.

A seat and a booking move; a proposal never does: its state is derived from its seats and from what its
requesters said (:func:`proposal_state`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, NoReturn

from service.errors import WrongMove
from service.matches.errors import StillToBeAgreed
from service.needs.rules import reaches

Party = Literal["requester", "desk", "provider", "system"]
"""Who makes a move: the asking side, the desk that handles the need, the offering side, or the clock."""

ASSUMED_CAPACITY = 1
"""Assignments at a time where nobody stated any; shown as *assumed*."""
MONTHS_AHEAD = 12
"""How far ahead a month is looked for where the need states no window."""
HOLD_FOR = timedelta(days=30)
"""How long an accepted seat holds capacity before it is confirmed."""


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
        # A desk's veto or a withdrawn offer takes away what nobody was asked for yet.
        "drop": _move({"suggested"}, "withdrawn", "desk", "system"),
        # Consent can be revoked until it is confirmed, by either side.
        "withdraw": _move({"offered", "accepted"}, "withdrawn", "requester", "desk", "provider"),
        "confirm": _move({"accepted"}, "confirmed", "requester", "desk"),
        "release": _move({"confirmed"}, "released", "requester", "desk", "system"),
    }
)
OWN_SEAT_DOORS: Mapping[str, str] = MappingProxyType(
    {"accept": "accept", "decline": "decline", "withdraw": "give-back"}
)
"""What the offering side does with a seat, and how the door calls it."""
OFFERS_STAND = frozenset({"active", "stale", "on_hold"})
"""States of an offer in which its seats can be accepted and confirmed. Held back, it still keeps its word."""
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


# Conflicts of interest

INTEREST_PARTIES = ("institution", "expert")
INTEREST_STANCES = ("none", "declared")
INTEREST_VERDICTS = ("cleared", "stands")
INTEREST_OPEN = frozenset({"offered", "accepted"})
"""States of a seat in which its parties declare interests, and the desk judges them."""


class Declaration(NamedTuple):
    """What a party said about conflicts of interest, and what the desk made of it."""

    stance: str
    verdict: str | None = None

    @property
    def is_clear(self) -> bool:
        """Whether nothing is left to be asked: there is no conflict, or measures against it were found."""
        return self.stance == "none" or self.verdict == "cleared"


def are_interests_clear(declared: Mapping[str, Declaration], *, is_named_expert: bool) -> bool:
    """Tell whether a seat may be confirmed as far as conflicts of interest go."""
    needed = INTEREST_PARTIES if is_named_expert else INTEREST_PARTIES[:1]
    return all(party in declared and declared[party].is_clear for party in needed)


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
        "dissolve": _move({"confirmed"}, "withdrawn", "requester", "desk"),
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
PROPOSAL_OPEN = PROPOSAL_MOVES["withdraw"].sources
"""States in which nothing is decided for good, so that consent can be given and taken back."""
UNDER_WAY = frozenset({"proposed", "partly_accepted", "mutually_accepted", "confirmed", "project"})
AGREED = frozenset({"mutually_accepted", "confirmed", "project"})
REFILLED_IN = PROPOSAL_OPEN | {"declined", "lapsed", "confirmed"}
"""States of a proposal in which a seat that was lost can be filled again: its team was not given up."""


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
    was_proposed: bool = True,
) -> str:
    """Derive the state of a proposal from its seats and from what its requesters said.

    It is mutually accepted when every mandatory seat is accepted and every requester agrees (where all seats
    are optional: when every seat is). A seat that was declined keeps the others' consent standing. One that a
    veto took away before anybody was asked (``was_proposed``) leaves the rest as it was.
    """
    for holds, state in ((is_withdrawn, "withdrawn"), (is_superseded, "superseded"), (is_project, "project")):
        if holds:
            return state
    states = [seat.state for seat in seats]
    waiting = states if was_proposed else [state for state in states if state not in SEAT_ENDS] or states
    if all(state == "suggested" for state in waiting):
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


# When news is told

QUIET_ENDS = frozenset({"declined", "withdrawn"})
"""Ends of a seat that look the same to the asking side, if it did not bring them about itself."""


def next_news(now: datetime, every_minutes: int) -> datetime:
    """Return the next of the moments, so many minutes apart from midnight on, at which news is told.

    Examples
    --------
    >>> next_news(datetime(2027, 3, 15, 9, 30), 60).isoformat()
    '2027-03-15T10:00:00'
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    every = timedelta(minutes=every_minutes)
    return min(midnight + ((now - midnight) // every + 1) * every, midnight + timedelta(days=1))


def told_seat_state(shown_state: str, news_at: datetime | None) -> str:
    """Return the state of a seat as the asking side may read it; every quiet end reads alike."""
    return NOT_AVAILABLE if news_at is not None and shown_state in QUIET_ENDS else shown_state


def standing_as_told(shown_state: str, news_at: datetime | None) -> str:
    """Return the state of a seat that the asking side's view of the whole is derived from."""
    return "declined" if news_at is not None and shown_state in QUIET_ENDS else shown_state


# Who is shown what


def may_be_named(level: str, providers: Iterable[str], named: Iterable[str], *, has_consent: bool) -> bool:
    """Tell whether a need may be named to providers.

    Its requester consented to just that, or let all states see it, or named every one of the providers.
    """
    if has_consent or reaches(level, "all_states"):
        return True
    return reaches(level, "named_providers") and set(providers) <= set(named)


def shows_protected(state: str) -> bool:
    """Tell whether both sides of a proposal in this state see each other's protected data."""
    return state in AGREED


def is_past(deadline: datetime | None, now: datetime) -> bool:
    """Tell whether a time is over; what has no time never is."""
    return deadline is not None and deadline <= now


NOT_AVAILABLE = "not_available"
ALIKE = frozenset(
    {
        "do_not_pair",
        "excluded_provider",
        "refused_by_provider",
        "conflict_of_interest",
        "vetoed",
        "no_capacity_left",
        "no_availability",
        # Codes with which a provider declines.
        "capacity",
        "preference",
        # That others got it: parties to a round learn only of their own seats.
        "taken_by_other_need",
        "capacity_used_up",
    }
)
"""Veto, conflict, private list and full diary: the same to the requester."""
PRIVATE = frozenset({"do_not_pair", "refused_by_provider"})
"""What one side keeps to itself, from the desk too."""
WISHED_IN_PRIVATE = frozenset({"preferred_by_provider"})
"""Reasons that only a provider's own people may read."""


def shown_code(code: str, *, to_desk: bool) -> str:
    """Return the code of a cause under which the desk, or the requester, may see it."""
    return NOT_AVAILABLE if code in (PRIVATE if to_desk else ALIKE) else code


def shown_reason(reason: Mapping[str, Any], *, to_desk: bool) -> dict[str, Any] | None:
    """Return a reason of the engine as the desk, or the requester, may see it; None if not at all."""
    if reason["code"] in WISHED_IN_PRIVATE:
        return None
    code = shown_code(reason["code"], to_desk=to_desk)
    if code != reason["code"]:
        return {"code": code, "params": {}, "evidence": []}
    params = dict(reason["params"])
    if isinstance(params.get("rule"), str) and shown_code(params["rule"], to_desk=to_desk) != params["rule"]:
        # A number beside it would tell the causes apart again.
        params = {"rule": NOT_AVAILABLE}
    return {"code": code, "params": params, "evidence": list(reason["evidence"])}


def shown_reasons(reasons: Iterable[Mapping[str, Any]], *, to_desk: bool) -> list[dict[str, Any]]:
    """Return reasons as the desk, or the requester, may see them, each once."""
    shown: list[dict[str, Any]] = []
    for reason in reasons:
        told = shown_reason(reason, to_desk=to_desk)
        if told is not None and told not in shown:
            shown.append(told)
    return shown


def shown_exclusions(exclusions: Sequence[Mapping[str, Any]], *, to_desk: bool) -> list[dict[str, Any]]:
    """Return what keeps offers away, as desk or requester may see it; private causes without numbers."""
    shown: list[dict[str, Any]] = []
    for exclusion in exclusions:
        rule = shown_code(exclusion["rule"], to_desk=to_desk)
        if rule == exclusion["rule"]:
            shown.append({"rule": rule, "offers": exclusion["offers"], "alone": exclusion["alone"]})
    if len(shown) < len(exclusions):
        shown.append({"rule": NOT_AVAILABLE, "offers": None, "alone": None})
    return shown


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
ROUND_ENDS = frozenset({"finished", "failed", "cancelled"})
ROUND_UNDER_WAY = frozenset(ROUND_STATES) - ROUND_ENDS
ROUND_MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "queue": _move({"requested"}, "queued", "system"),
        # After a crash a round begins again, wherever it was.
        "gather": _move(ROUND_UNDER_WAY, "gathering", "system"),
        "compute": _move({"gathering"}, "computing", "system"),
        "check": _move({"computing"}, "checking", "system"),
        "finish": _move({"checking"}, "finished", "system"),
        "fail": _move(ROUND_UNDER_WAY, "failed", "system"),
        "cancel": _move(ROUND_UNDER_WAY, "cancelled", "desk"),
    }
)
ROUND_FILES = ("problem", "facts", "outcome")


def next_round_state(state: str, verb: str) -> str:
    """Return the state that a move leads a round to, or refuse it."""
    return _next(ROUND_MOVES, state, verb)


def refuse_move(verb: str, state: str) -> NoReturn:
    """Refuse what is not possible in a state."""
    raise WrongMove(move=verb, state=state)


def _next(moves: Mapping[str, Move], state: str, verb: str) -> str:
    move = moves[verb]
    if state not in move.sources:
        refuse_move(verb, state)
    return move.target


def shows_offer_title(level: str, desk_id: str | None, desks: Collection[str]) -> bool:
    """Tell whether a desk may read the title of an offer that nobody agreed to yet."""
    return level in {"all_states", "public"} or desk_id in desks
