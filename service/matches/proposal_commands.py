"""What people do with proposals and seats.

Every command first locks the proposal: its state follows from all of its seats, and of two who answer at the
same moment the second has to see what the first one said. What the offering side does is told in the seat's
journal only; the proposal's journal tells what follows from it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session, col, select, update

from service import clock
from service.access.queries import caller_of
from service.access.tables import Account
from service.caller import ASKING, OFFERING, SYSTEM, Caller, Role
from service.database.columns import new_id
from service.errors import ChangedMeanwhile, FieldFault, InvalidInput, NotAllowed, WrongMove
from service.journal.commands import record
from service.matches import bookings, rules
from service.matches.errors import (
    AlreadyProposed,
    ExpertToBeNamed,
    NamingNotAllowed,
    NotCirculated,
    ProposalStale,
    SaidAlready,
    SeatLapsed,
)
from service.matches.proposal_queries import find_own_seat, find_proposal
from service.matches.proposal_schemas import Agreement, Proposing, SeatAcceptance
from service.matches.proposal_views import is_naming_allowed, seats_of, standing_consents
from service.matches.tables import Consent, Proposal, Seat
from service.needs.moves import record_matching_progress
from service.needs.queries import parties_of
from service.needs.tables import Need, NeedComponent
from service.offers.rules import IN_ROUNDS
from service.offers.tables import Offer
from service.reference.queries import known_codes
from service.texts import N_

CONSENT_TEXT = "proposal-1"
"""Version of the words to which the parties of a proposal consent."""
CIRCULATING = frozenset({"circulated", "partially_matched", "matched"})
"""States of a need in which seats are offered. A matched one may have lost its team before confirmation."""
UNDER_WAY = frozenset({"proposed", "partly_accepted", "mutually_accepted", "confirmed", "project"})
AGREED = frozenset({"mutually_accepted", "confirmed", "project"})
FOLLOWS = {
    "proposed": "proposal.reopened",
    "partly_accepted": "proposal.partly-accepted",
    "mutually_accepted": "proposal.accepted",
    "declined": "proposal.declined",
    "lapsed": "proposal.lapsed",
    "withdrawn": "proposal.given-up",
}
"""What the journal calls a state that follows from what was said about a seat."""

# Those who ask, and the desk


def shortlist_proposal(
    session: Session, caller: Caller, proposal_id: str, reason: str | None = None
) -> Proposal:
    """Keep a proposal in view. Those who ask and the desk may."""
    row = _locked(session, find_proposal(session, caller, proposal_id).id)
    rules.next_proposal_state(row.state, "shortlist")
    row.shortlisted_at = clock.now()
    _settle(session, row)
    record(session, caller, "proposal.shortlisted", _subject(row), reason=reason)
    return row


def propose_proposal(session: Session, caller: Caller, proposal_id: str, proposing: Proposing) -> Proposal:
    """Offer the seats of a proposal to their providers. Those who ask and the desk may.

    The need is named to the providers by this. That needs its requester's consent, unless its level or its
    list of named providers says so already. Who asks for a requester agrees for it by proposing.
    """
    row = _locked(session, find_proposal(session, caller, proposal_id).id)
    need = _locked_need(session, row.need_id)
    seats = seats_of(session, [row.id])[row.id]
    rules.next_proposal_state(row.state, "propose")
    _check_stands(session, row, need, seats)
    if proposing.names_need:
        _consent_to_naming(session, caller, row, need)
    if not is_naming_allowed(session, row, need, (seat.provider_id for seat in seats)):
        raise NamingNotAllowed
    _agree_for(session, caller, row, asking_for(session, caller, need))
    now = clock.now()
    for seat in seats:
        lapses_at = now + rules.ANSWER_WITHIN[need.urgency]
        _move_seat(session, seat, "offer", offered_at=now, lapses_at=lapses_at)
        record(session, SYSTEM, "seat.offered", f"seat:{seat.id}")
    row.proposed_at = now
    _settle(session, row)
    details = {"seats": [seat.id for seat in seats], "names_need": proposing.names_need}
    record(session, caller, "proposal.proposed", _subject(row), details, proposing.reason)
    return row


def agree_to_proposal(session: Session, caller: Caller, proposal_id: str, agreement: Agreement) -> Proposal:
    """Say yes to a team, for each requester for which the caller asks. A joint need takes all of them."""
    row = _locked(session, find_proposal(session, caller, proposal_id).id)
    need = session.get_one(Need, row.need_id)
    mine = asking_for(session, caller, need)
    if not mine:
        raise NotAllowed
    _check_open(row, "agree")
    if agreement.names_need:
        _consent_to_naming(session, caller, row, need)
    if not _agree_for(session, caller, row, mine) and not agreement.names_need:
        raise SaidAlready
    details = {"for": sorted(mine), "names_need": agreement.names_need}
    record(session, caller, "proposal.agreed", _subject(row), details, agreement.reason)
    _follow(session, row)
    return row


def revoke_agreement(
    session: Session, caller: Caller, proposal_id: str, reason: str | None = None
) -> Proposal:
    """Take a requester's yes back, until the proposal is confirmed.

    With its lead requester's consent to name the need the seats go too, unless the need may be named anyway.
    """
    row = _locked(session, find_proposal(session, caller, proposal_id).id)
    need = session.get_one(Need, row.need_id)
    mine = asking_for(session, caller, need)
    if not mine:
        raise NotAllowed
    _check_open(row, "revoke")
    revoked = session.exec(
        update(Consent)
        .where(
            col(Consent.proposal_id) == row.id,
            col(Consent.kind).in_(("take_part", "name_need")),
            col(Consent.stakeholder_id).in_(mine),
            col(Consent.revoked_at).is_(None),
        )
        .values(revoked_at=clock.now())
    )
    if revoked.rowcount == 0:
        raise SaidAlready
    record(session, caller, "proposal.agreement-revoked", _subject(row), {"for": sorted(mine)}, reason)
    seats = seats_of(session, [row.id])[row.id]
    if not is_naming_allowed(session, row, need, (seat.provider_id for seat in seats)):
        _withdraw_seats(session, seats)
    _follow(session, row)
    return row


def withdraw_proposal(
    session: Session, caller: Caller, proposal_id: str, reason: str | None = None
) -> Proposal:
    """Give a proposal up before it is confirmed; what was held for it is free again."""
    row = _locked(session, find_proposal(session, caller, proposal_id).id)
    rules.next_proposal_state(row.state, "withdraw")
    _withdraw_seats(session, seats_of(session, [row.id])[row.id])
    row.withdrawn_at = clock.now()
    _settle(session, row)
    record(session, caller, "proposal.withdrawn", _subject(row), reason=reason)
    return row


def confirm_proposal(
    session: Session, caller: Caller, proposal_id: str, reason: str | None = None
) -> Proposal:
    """Confirm a team on which both sides agree: what was held is committed.

    The team stands from now on. An optional seat that nobody has answered yet is withdrawn.
    """
    row = _locked(session, find_proposal(session, caller, proposal_id).id)
    rules.next_proposal_state(row.state, "confirm")
    need = session.get_one(Need, row.need_id)
    seats = sorted(seats_of(session, [row.id])[row.id], key=lambda seat: (seat.offer_id, seat.id))
    for seat in seats:
        if seat.state == "accepted":
            if not bookings.commit_booking(session, seat):
                # What was held ran out meanwhile; if there is still room it is taken again.
                _hold(session, seat, need)
                bookings.commit_booking(session, seat)
            _move_seat(session, seat, "confirm")
            record(session, SYSTEM, "seat.confirmed", f"seat:{seat.id}")
    _withdraw_seats(session, [seat for seat in seats if seat.state == "offered"])
    row.confirmed_at = clock.now()
    _settle(session, row)
    record(session, caller, "proposal.confirmed", _subject(row), reason=reason)
    return row


# Those who offer


def accept_seat(session: Session, caller: Caller, seat_id: str, acceptance: SeatAcceptance) -> Seat:
    """Say yes to a seat: its provider, and for a named expert the institution and the expert itself.

    With the last yes the offer's capacity is held until the proposal is confirmed.
    """
    seat = find_own_seat(session, caller, seat_id)
    row = _locked(session, seat.proposal_id)
    session.refresh(seat)
    rules.next_seat_state(seat.state, "accept")
    if rules.is_past(seat.lapses_at, clock.now()):
        raise SeatLapsed
    need = session.get_one(Need, row.need_id)
    if need.state not in CIRCULATING:
        raise NotCirculated
    _say_yes(session, caller, seat, acceptance)
    if acceptance.months:
        _check_months(session, seat, need, acceptance.months)
        seat.months_wanted = sorted(set(acceptance.months))
    said = rules.Acceptance(
        seat.is_named_expert, seat.release_given_at is not None, seat.expert_accepted_at is not None
    )
    if said.is_whole:
        _hold(session, seat, need)
        _move_seat(session, seat, "accept", answered_at=clock.now())
        record(session, caller, "seat.accepted", f"seat:{seat.id}", reason=acceptance.reason)
        _follow(session, row)
    return seat


def decline_seat(session: Session, caller: Caller, seat_id: str, code: str) -> Seat:
    """Say no to a seat, with a coded reason. The rest of the team stands."""
    return _leave(session, caller, seat_id, "decline", "seat.declined", code)


def give_back_seat(session: Session, caller: Caller, seat_id: str, code: str) -> Seat:
    """Take the yes to a seat back, until the proposal is confirmed. The rest of the team stands."""
    return _leave(session, caller, seat_id, "withdraw", "seat.given-back", code)


# The clock


def let_lapse(session: Session) -> int:
    """Let seats lapse that nobody answered in time, and free what was held until now; return how many."""
    late = session.exec(
        select(Seat)
        .where(Seat.state == "offered", col(Seat.lapses_at) <= clock.now())
        .order_by(col(Seat.proposal_id), col(Seat.id))
    ).all()
    lapsed = 0
    for seat in late:
        row = _locked(session, seat.proposal_id)
        session.refresh(seat)
        if seat.state == "offered":
            _move_seat(session, seat, "lapse", answer_reason="no_answer")
            record(session, SYSTEM, "seat.lapsed", f"seat:{seat.id}")
            _follow(session, row)
            lapsed += 1
    return lapsed + bookings.release_expired(session)


# What follows from other rooms


def drop_proposals_of(session: Session, need_id: str) -> None:
    """Give up every proposal for a need that was withdrawn, and free what was booked for it."""
    for proposal_id in session.exec(
        select(Proposal.id).where(Proposal.need_id == need_id).order_by(col(Proposal.id))
    ).all():
        row = _locked(session, proposal_id)
        seats = seats_of(session, [row.id])[row.id]
        _withdraw_seats(session, seats)
        for seat in seats:
            if seat.state == "confirmed":
                bookings.release_booking(session, seat.id)
                _move_seat(session, seat, "release")
                record(session, SYSTEM, "seat.released", f"seat:{seat.id}")
        if row.state in rules.PROPOSAL_OPEN:
            row.withdrawn_at = clock.now()
            _settle(session, row)
            record(session, SYSTEM, "proposal.withdrawn", _subject(row), {"because": "need.withdrawn"})


# What these are made of


def _subject(row: Proposal) -> str:
    return f"proposal:{row.id}"


def _locked(session: Session, proposal_id: str) -> Proposal:
    query = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def _locked_need(session: Session, need_id: str) -> Need:
    """Of two teams for the same need, the second to come sees what was said about the first."""
    query = select(Need).where(Need.id == need_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def _follow(session: Session, row: Proposal) -> None:
    """Bring a proposal in line with what was just said about it, and tell what follows from it."""
    before = row.state
    _settle(session, row)
    if row.state == before:
        return
    record(session, SYSTEM, FOLLOWS[row.state], _subject(row))
    if row.state == "mutually_accepted":
        _locked_need(session, row.need_id)
        complete = _covers_need(session, row.need_id)
        record_matching_progress(session, SYSTEM, row.need_id, is_complete=complete)


def _settle(session: Session, row: Proposal) -> None:
    """Derive a proposal's state anew from its seats and consents."""
    need = session.get_one(Need, row.need_id)
    requesters = set(parties_of(session, need).requesters)
    seats = seats_of(session, [row.id])[row.id]
    row.state = rules.proposal_state(
        [rules.SeatStanding(seat.state, seat.is_mandatory) for seat in seats if not seat.replaced_by],
        is_shortlisted=row.shortlisted_at is not None,
        requesters_agree=requesters <= standing_consents(session, row.id, "take_part"),
        is_superseded=row.superseded_by is not None,
        is_withdrawn=row.withdrawn_at is not None,
        is_project=row.project_id is not None,
    )
    session.add(row)
    session.flush()


def _covers_need(session: Session, need_id: str) -> bool:
    """Tell whether every mandatory component of a need has all its experts in agreed proposals."""
    agreed = select(Seat).join(Proposal, col(Proposal.id) == col(Seat.proposal_id))
    seats = session.exec(
        agreed.where(
            Proposal.need_id == need_id,
            col(Proposal.state).in_(AGREED),
            col(Seat.state).in_(rules.SEAT_AGREED),
        )
    ).all()
    components = session.exec(
        select(NeedComponent).where(NeedComponent.need_id == need_id, col(NeedComponent.is_mandatory))
    )
    return all(
        sum(seat.experts for seat in seats if seat.component_id == component.id) >= component.experts
        for component in components
    )


def _check_stands(session: Session, row: Proposal, need: Need, seats: Sequence[Seat]) -> None:
    """Refuse to propose what was overtaken since the round."""
    if need.state not in CIRCULATING:
        raise NotCirculated
    offers = session.exec(select(Offer).where(col(Offer.id).in_({seat.offer_id for seat in seats})))
    components = {seat.component_id for seat in seats}
    known = session.exec(select(NeedComponent.id).where(NeedComponent.need_id == need.id))
    if row.stale_because or any(offer.state not in IN_ROUNDS for offer in offers) or components - set(known):
        raise ProposalStale
    asked = (
        select(Seat.id)
        .join(Proposal, col(Proposal.id) == col(Seat.proposal_id))
        .where(
            Proposal.need_id == need.id,
            Proposal.id != row.id,
            col(Proposal.state).in_(UNDER_WAY),
            col(Seat.component_id).in_(components),
            col(Seat.state).in_(rules.SEAT_OPEN),
        )
    )
    if session.exec(asked).first():
        raise AlreadyProposed


def _check_open(row: Proposal, verb: str) -> None:
    if row.state not in rules.PROPOSAL_OPEN:
        raise WrongMove(move=verb, state=row.state)


def asking_for(session: Session, caller: Caller, need: Need) -> set[str]:
    """Return the requesters of a need for which the caller asks."""
    return set(parties_of(session, need).requesters) & caller.stakeholders(*ASKING)


def _consent_to_naming(session: Session, caller: Caller, row: Proposal, need: Need) -> None:
    if not caller.acts_for(need.lead_id, *ASKING):
        raise NotAllowed
    if need.lead_id not in standing_consents(session, row.id, "name_need"):
        _consent(session, caller, row, "name_need", need.lead_id)


def _agree_for(session: Session, caller: Caller, row: Proposal, requesters: Iterable[str]) -> int:
    new = set(requesters) - standing_consents(session, row.id, "take_part")
    for stakeholder_id in sorted(new):
        _consent(session, caller, row, "take_part", stakeholder_id)
    return len(new)


def _consent(
    session: Session,
    caller: Caller,
    row: Proposal,
    kind: str,
    stakeholder_id: str,
    seat_id: str | None = None,
) -> None:
    session.add(
        Consent(
            id=new_id("consent"),
            proposal_id=row.id,
            seat_id=seat_id,
            stakeholder_id=stakeholder_id,
            kind=kind,
            account_id=caller.account_id or "",
            text_version=CONSENT_TEXT,
            given_at=clock.now(),
        )
    )
    session.flush()


def _move_seat(session: Session, seat: Seat, verb: str, **values: Any) -> None:
    moved = session.exec(
        update(Seat)
        .where(col(Seat.id) == seat.id, col(Seat.state) == seat.state)
        .values(state=rules.next_seat_state(seat.state, verb), **values)
    )
    if moved.rowcount != 1:
        raise ChangedMeanwhile
    session.refresh(seat)


def _withdraw_seats(session: Session, seats: Iterable[Seat]) -> None:
    for seat in sorted(seats, key=lambda seat: (seat.offer_id, seat.id)):
        if seat.state in rules.SEAT_MOVES["withdraw"].sources:
            bookings.release_booking(session, seat.id)
            _move_seat(session, seat, "withdraw", answer_reason="no_longer_needed")
            record(session, SYSTEM, "seat.withdrawn", f"seat:{seat.id}")


def _say_yes(session: Session, caller: Caller, seat: Seat, acceptance: SeatAcceptance) -> None:
    """Note the yes of the caller's side: the institution's, the named expert's, or both in one person."""
    now, row = clock.now(), session.get_one(Proposal, seat.proposal_id)
    says = False
    if _may_release(caller, seat) and seat.release_given_at is None:
        if seat.is_named_expert:
            seat.expert_account_id = _expert(session, seat, acceptance.expert)
        seat.release_given_at, says = now, True
        _consent(session, caller, row, "release", seat.provider_id, seat.id)
        record(session, caller, "seat.release-given", f"seat:{seat.id}")
    if _is_expert(caller, seat) and seat.expert_accepted_at is None:
        seat.expert_accepted_at, says = now, True
        _consent(session, caller, row, "expert", seat.provider_id, seat.id)
        record(session, caller, "seat.expert-accepted", f"seat:{seat.id}")
    if not says:
        raise SaidAlready if _may_release(caller, seat) or _is_expert(caller, seat) else NotAllowed
    session.add(seat)
    session.flush()


def _may_release(caller: Caller, seat: Seat) -> bool:
    """Staff are released by the institution's focal point; for its own offer either duty may answer."""
    roles: Iterable[Role] = ("provider_focal_point",) if seat.is_named_expert else OFFERING
    return caller.acts_for(seat.provider_id, *roles)


def _is_expert(caller: Caller, seat: Seat) -> bool:
    return (
        seat.is_named_expert
        and caller.account_id is not None
        and caller.account_id == seat.expert_account_id
        and caller.acts_for(seat.provider_id, "expert")
    )


def _expert(session: Session, seat: Seat, account_id: str | None) -> str:
    account = session.get(Account, account_id) if account_id else None
    if account is None or account.disabled_at is not None:
        raise ExpertToBeNamed
    if not caller_of(session, account).acts_for(seat.provider_id, "expert"):
        raise ExpertToBeNamed
    return account.id


def _months_open(session: Session, seat: Seat, need: Need) -> list[str]:
    """Return the months in which the work of a seat could fall, as both sides stated them."""
    offer = session.get_one(Offer, seat.offer_id)
    starts_on = max(filter(None, (need.starts_on, offer.available_from)), default=None)
    ends_on = min(filter(None, (need.ends_on, offer.available_until)), default=None)
    return rules.months_open(starts_on, ends_on, offer.months, clock.today())


def _check_months(session: Session, seat: Seat, need: Need, months: Sequence[str]) -> None:
    if not set(months) <= set(_months_open(session, seat, need)):
        fault = FieldFault("months", "not_open", N_("The work cannot fall in one of these months."))
        raise InvalidInput(fault)


def _hold(session: Session, seat: Seat, need: Need) -> None:
    capacity = session.get_one(Offer, seat.offer_id).capacity
    wanted = seat.months_wanted or []
    months = wanted or _months_open(session, seat, need)
    bookings.hold_capacity(session, seat, capacity, months, all_of_them=bool(wanted))


def _leave(session: Session, caller: Caller, seat_id: str, verb: str, event: str, code: str) -> Seat:
    seat = find_own_seat(session, caller, seat_id)
    if code not in known_codes(session, "declined_reason"):
        raise InvalidInput(FieldFault("code", "unknown", N_("There is no such reason.")))
    row = _locked(session, seat.proposal_id)
    session.refresh(seat)
    if not (caller.acts_for(seat.provider_id, *OFFERING) or _is_expert(caller, seat)):
        raise NotAllowed
    rules.next_seat_state(seat.state, verb)
    bookings.release_booking(session, seat.id)
    _move_seat(session, seat, verb, answered_at=clock.now(), answer_reason=code)
    record(session, caller, event, f"seat:{seat.id}", {"code": code})
    _follow(session, row)
    return seat
