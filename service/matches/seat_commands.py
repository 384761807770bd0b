"""What the offering side does with its seats: provider, institution and named expert.

It is told in the seat's journal only; the proposal's journal tells what follows from it.
"""

from collections.abc import Sequence

from sqlmodel import Session

from service import clock
from service.access.queries import caller_of
from service.access.tables import Account
from service.caller import Caller
from service.errors import FieldFault, InvalidInput, NotAllowed
from service.journal.commands import record
from service.matches import bookings, rules
from service.matches.consents import consent, revoke_of_seat
from service.matches.errors import (
    ExpertToBeNamed,
    NotCirculated,
    OfferNotStanding,
    SaidAlready,
    SeatLapsed,
)
from service.matches.following import follow, locked, lose_seat, move_seat
from service.matches.interests import declare_for
from service.matches.proposal_queries import find_own_seat
from service.matches.proposal_schemas import SeatAcceptance, SeatRefusal
from service.matches.seat_parties import is_expert, may_leave, may_release
from service.matches.tables import Proposal, Seat
from service.needs.tables import Need
from service.offers.tables import Offer
from service.reference.queries import known_codes
from service.texts import N_

CIRCULATING = frozenset({"circulated", "partially_matched", "matched"})
"""States of a need in which seats are offered. A matched one may have lost its team before confirmation."""


def accept_seat(session: Session, caller: Caller, seat_id: str, acceptance: SeatAcceptance) -> Seat:
    """Say yes to a seat: its provider, and for a named expert the institution and the expert itself.

    With the last yes the offer's capacity is held until the proposal is confirmed. Whoever says yes may
    declare at once whether a conflict of interest is in the way.
    """
    seat = find_own_seat(session, caller, seat_id)
    row = locked(session, seat.proposal_id)
    session.refresh(seat)
    rules.next_seat_state(seat.state, "accept")
    need = session.get_one(Need, row.need_id)
    _check_may_still_be_accepted(session, seat, need)
    _say_yes(session, caller, seat, acceptance)
    if acceptance.interest:
        declare_for(session, caller, row, seat, acceptance.interest)
    if acceptance.months:
        _check_months(session, seat, need, acceptance.months)
        seat.months_wanted = sorted(set(acceptance.months))
    said = rules.Acceptance(
        seat.is_named_expert, seat.release_given_at is not None, seat.expert_accepted_at is not None
    )
    if said.is_whole:
        hold(session, seat, need)
        move_seat(session, seat, "accept", answered_at=clock.now())
        record(session, caller, "seat.accepted", f"seat:{seat.id}", reason=acceptance.reason)
        follow(session, row)
    return seat


def decline_seat(session: Session, caller: Caller, seat_id: str, refusal: SeatRefusal) -> Seat:
    """Say no to a seat, with a coded reason. The rest of the team stands."""
    return _leave(session, caller, seat_id, "decline", refusal)


def give_back_seat(session: Session, caller: Caller, seat_id: str, refusal: SeatRefusal) -> Seat:
    """Take the yes to a seat back, until the proposal is confirmed. The rest of the team stands."""
    return _leave(session, caller, seat_id, "withdraw", refusal)


def hold(session: Session, seat: Seat, need: Need) -> None:
    """Hold the capacity that a seat takes of its offer."""
    capacity = session.get_one(Offer, seat.offer_id).capacity
    wanted = seat.months_wanted or []
    months = wanted or months_open(session, seat, need)
    bookings.hold_capacity(session, seat, capacity, months, all_of_them=bool(wanted))


def months_open(session: Session, seat: Seat, need: Need) -> list[str]:
    """Return the months in which the work of a seat could fall, as both sides stated them."""
    offer = session.get_one(Offer, seat.offer_id)
    starts_on = max(filter(None, (need.starts_on, offer.available_from)), default=None)
    ends_on = min(filter(None, (need.ends_on, offer.available_until)), default=None)
    return rules.months_open(starts_on, ends_on, offer.months, clock.today())


def _check_may_still_be_accepted(session: Session, seat: Seat, need: Need) -> None:
    if rules.is_past(seat.lapses_at, clock.now()):
        raise SeatLapsed
    if need.state not in CIRCULATING:
        raise NotCirculated
    if session.get_one(Offer, seat.offer_id).state not in rules.OFFERS_STAND:
        raise OfferNotStanding


def _say_yes(session: Session, caller: Caller, seat: Seat, acceptance: SeatAcceptance) -> None:
    """Note the yes of the caller's side: the institution's, the named expert's, or both in one person."""
    now, row = clock.now(), session.get_one(Proposal, seat.proposal_id)
    says = False
    if may_release(caller, seat) and seat.release_given_at is None:
        if seat.is_named_expert:
            seat.expert_account_id = _expert(session, seat, acceptance.expert)
        seat.release_given_at, says = now, True
        consent(session, caller, row, "release", seat.provider_id, seat.id)
        record(session, caller, "seat.release-given", f"seat:{seat.id}")
    if is_expert(caller, seat) and seat.expert_accepted_at is None:
        seat.expert_accepted_at, says = now, True
        consent(session, caller, row, "expert", seat.provider_id, seat.id)
        record(session, caller, "seat.expert-accepted", f"seat:{seat.id}")
    if not says:
        raise SaidAlready if may_release(caller, seat) or is_expert(caller, seat) else NotAllowed
    session.add(seat)
    session.flush()


def _expert(session: Session, seat: Seat, account_id: str | None) -> str:
    account = session.get(Account, account_id) if account_id else None
    if account is None or account.disabled_at is not None:
        raise ExpertToBeNamed
    if not caller_of(session, account).acts_for(seat.provider_id, "expert"):
        raise ExpertToBeNamed
    return account.id


def _check_months(session: Session, seat: Seat, need: Need, months: Sequence[str]) -> None:
    if not set(months) <= set(months_open(session, seat, need)):
        fault = FieldFault("months", "not_open", N_("The work cannot fall in one of these months."))
        raise InvalidInput(fault)


EVENTS = {"decline": "seat.declined", "withdraw": "seat.given-back"}


def _leave(session: Session, caller: Caller, seat_id: str, verb: str, refusal: SeatRefusal) -> Seat:
    seat = find_own_seat(session, caller, seat_id)
    if refusal.code not in known_codes(session, "declined_reason"):
        raise InvalidInput(FieldFault("code", "unknown", N_("There is no such reason.")))
    row = locked(session, seat.proposal_id)
    session.refresh(seat)
    if not may_leave(caller, seat):
        raise NotAllowed
    # Of a yes that is taken back the day of the yes stays: the asking side still reads it for a while.
    answered_at = seat.answered_at or clock.now()
    said = {"answer_reason": refusal.code, "answer_note": refusal.note, "answered_at": answered_at}
    lose_seat(session, seat, verb, **said)
    revoke_of_seat(session, seat.id)
    record(session, caller, EVENTS[verb], f"seat:{seat.id}", {"code": refusal.code})
    follow(session, row)
    return seat
