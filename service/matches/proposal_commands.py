"""What those who ask, and the desk, do with proposals."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, or_, select

from service import clock
from service.caller import ASKING, SYSTEM, Caller
from service.deadlines.policies import due_at
from service.errors import NotAllowed, WrongMove
from service.journal.commands import record
from service.journal.tables import JournalEntry
from service.matches import bookings, rules
from service.matches.consents import (
    agreed_since,
    consent,
    is_naming_allowed,
    revoke_of_requesters,
    standing_consents,
)
from service.matches.errors import (
    AlreadyProposed,
    NamingNotAllowed,
    NotCirculated,
    ObjectionOpen,
    OfferNotStanding,
    ProposalStale,
    SaidAlready,
    StillToBeAgreed,
)
from service.matches.following import (
    follow,
    let_need_follow,
    locked,
    locked_need,
    move_seat,
    release_seats,
    settle,
    subject_of,
    team_of,
    withdraw_seats,
)
from service.matches.interests import check_interests
from service.matches.proposal_queries import find_proposal
from service.matches.proposal_schemas import Agreement, Proposing
from service.matches.seat_commands import CIRCULATING, hold
from service.matches.tables import Proposal, Seat
from service.needs.queries import parties_of
from service.needs.tables import Need, NeedComponent
from service.offers.rules import IN_ROUNDS
from service.offers.tables import Offer

FILLED_AGAIN = ("proposal.seat-refilled", "proposal.refill-suggested")
"""What the journal says when somebody takes another's place: from then on requesters may object."""


def shortlist_proposal(
    session: Session, caller: Caller, proposal_id: str, reason: str | None = None
) -> Proposal:
    """Keep a proposal in view. Those who ask and the desk may."""
    row = locked(session, find_proposal(session, caller, proposal_id).id)
    rules.next_proposal_state(known_state(session, caller, row), "shortlist")
    row.shortlisted_at = clock.now()
    settle(session, row)
    record(session, caller, "proposal.shortlisted", subject_of(row), reason=reason)
    return row


def propose_proposal(session: Session, caller: Caller, proposal_id: str, proposing: Proposing) -> Proposal:
    """Offer the seats of a proposal to their providers. Those who ask and the desk may.

    The need is named to the providers by this. That needs its requester's consent, unless its level or its
    list of named providers says so already. Who asks for a requester agrees for it by proposing.
    """
    row = locked(session, find_proposal(session, caller, proposal_id).id)
    need = locked_need(session, row.need_id)
    seats = [seat for seat in team_of(session, row) if seat.state == "suggested"]
    rules.next_proposal_state(known_state(session, caller, row), "propose")
    _check_stands(session, row, need, seats)
    if proposing.names_need:
        consent_to_naming(session, caller, row, need)
    if not is_naming_allowed(session, row, need, (seat.provider_id for seat in seats)):
        raise NamingNotAllowed
    _agree_for(session, caller, row, asking_for(session, caller, need))
    for seat in seats:
        offer_to_provider(session, seat, need)
    row.proposed_at = clock.now()
    settle(session, row)
    details = {"seats": [seat.id for seat in seats], "names_need": proposing.names_need}
    record(session, caller, "proposal.proposed", subject_of(row), details, proposing.reason)
    return row


def agree_to_proposal(session: Session, caller: Caller, proposal_id: str, agreement: Agreement) -> Proposal:
    """Say yes to a team, for each requester for which the caller asks. A joint need takes all of them."""
    row = locked(session, find_proposal(session, caller, proposal_id).id)
    need = session.get_one(Need, row.need_id)
    mine = asking_for(session, caller, need)
    if not mine:
        raise NotAllowed
    _check_open(session, caller, row, "agree")
    if agreement.names_need:
        consent_to_naming(session, caller, row, need)
    if not _agree_for(session, caller, row, mine) and not agreement.names_need:
        raise SaidAlready
    details = {"for": sorted(mine), "names_need": agreement.names_need}
    record(session, caller, "proposal.agreed", subject_of(row), details, agreement.reason)
    follow(session, row)
    return row


def revoke_agreement(
    session: Session, caller: Caller, proposal_id: str, reason: str | None = None
) -> Proposal:
    """Take a requester's yes back, until the proposal is confirmed.

    With its lead requester's consent to name the need the seats go too, unless the need may be named anyway.
    """
    row = locked(session, find_proposal(session, caller, proposal_id).id)
    need = session.get_one(Need, row.need_id)
    mine = asking_for(session, caller, need)
    if not mine:
        raise NotAllowed
    _check_open(session, caller, row, "revoke")
    if not revoke_of_requesters(session, row.id, mine):
        raise SaidAlready
    record(session, caller, "proposal.agreement-revoked", subject_of(row), {"for": sorted(mine)}, reason)
    seats = team_of(session, row)
    if not is_naming_allowed(session, row, need, (seat.provider_id for seat in seats)):
        withdraw_seats(session, seats)
    follow(session, row)
    return row


def withdraw_proposal(
    session: Session, caller: Caller, proposal_id: str, reason: str | None = None
) -> Proposal:
    """Give a proposal up before it is confirmed; what was held for it is free again."""
    row = locked(session, find_proposal(session, caller, proposal_id).id)
    rules.next_proposal_state(known_state(session, caller, row), "withdraw")
    _give_up(session, row)
    record(session, caller, "proposal.withdrawn", subject_of(row), reason=reason)
    return row


def object_to_refilling(
    session: Session, caller: Caller, proposal_id: str, reason: str | None = None
) -> Proposal:
    """Object, as a requester, to a seat being filled again: then the team as a whole is given up."""
    row = locked(session, find_proposal(session, caller, proposal_id).id)
    if not asking_for(session, caller, session.get_one(Need, row.need_id)):
        raise NotAllowed
    state = known_state(session, caller, row)
    if state not in rules.REFILLED_IN - {"confirmed"} or row.withdrawn_at or row.superseded_by:
        raise WrongMove(move="object", state=state)
    if not any(seat.replaced_by or _is_told_lost(seat) for seat in team_of(session, row)):
        raise WrongMove(move="object", state=state)
    _give_up(session, row)
    record(session, caller, "proposal.objected", subject_of(row), reason=reason)
    return row


def confirm_proposal(
    session: Session, caller: Caller, proposal_id: str, reason: str | None = None
) -> Proposal:
    """Confirm a team on which both sides agree: what was held is committed.

    The team stands from now on. An optional seat that nobody has answered yet is withdrawn. Every seat needs
    its parties' word on conflicts of interest, and the desk's where there is one.
    """
    row = locked(session, find_proposal(session, caller, proposal_id).id)
    rules.next_proposal_state(known_state(session, caller, row), "confirm")
    if row.state != "mutually_accepted":
        raise StillToBeAgreed
    need = session.get_one(Need, row.need_id)
    seats = team_of(session, row)
    accepted = [seat for seat in seats if seat.state == "accepted"]
    check_interests(session, accepted)
    _check_nobody_may_object(session, caller, row, need)
    for seat in accepted:
        _commit(session, seat, need)
    withdraw_seats(session, [seat for seat in seats if seat.state == "offered"])
    row.confirmed_at = clock.now()
    settle(session, row)
    record(session, caller, "proposal.confirmed", subject_of(row), reason=reason)
    return row


def dissolve_proposal(
    session: Session, caller: Caller, proposal_id: str, reason: str | None = None
) -> Proposal:
    """Give a confirmed team up before its work begins. What was committed is free, the need looks again."""
    row = locked(session, find_proposal(session, caller, proposal_id).id)
    rules.next_proposal_state(known_state(session, caller, row), "dissolve")
    release_seats(session, team_of(session, row))
    _give_up(session, row)
    record(session, caller, "proposal.dissolved", subject_of(row), reason=reason)
    return row


# What follows from other rooms


def drop_proposals_of(session: Session, need_id: str) -> None:
    """Give up every proposal for a need that was withdrawn, and free what was booked for it."""
    for proposal_id in session.exec(
        select(Proposal.id).where(Proposal.need_id == need_id).order_by(col(Proposal.id))
    ).all():
        row = locked(session, proposal_id)
        seats = team_of(session, row)
        withdraw_seats(session, seats)
        release_seats(session, seats)
        if row.state in rules.PROPOSAL_OPEN:
            row.withdrawn_at = clock.now()
            settle(session, row)
            record(session, SYSTEM, "proposal.withdrawn", subject_of(row), {"because": "need.withdrawn"})


# What these are made of


def known_state(session: Session, caller: Caller, row: Proposal) -> str:
    """Return the state of a proposal as the caller knows it, so that no refusal tells what it does not."""
    need = session.get_one(Need, row.need_id)
    return row.state if need.desk_id in caller.desks() else row.shown_state


def asking_for(session: Session, caller: Caller, need: Need) -> set[str]:
    """Return the requesters of a need for which the caller asks."""
    return set(parties_of(session, need).requesters) & caller.stakeholders(*ASKING)


def consent_to_naming(session: Session, caller: Caller, row: Proposal, need: Need) -> None:
    """Keep the lead requester's consent to name the need; nobody else can give it."""
    if not caller.acts_for(need.lead_id, *ASKING):
        raise NotAllowed
    if need.lead_id not in standing_consents(session, row.id, "name_need"):
        consent(session, caller, row, "name_need", need.lead_id)


def offer_to_provider(session: Session, seat: Seat, need: Need) -> None:
    """Offer a seat to its provider, who has a time to answer that goes with the need's urgency."""
    now = clock.now()
    lapses_at = due_at(session, need.desk_id, "answer_seat", need.urgency, now)
    move_seat(session, seat, "offer", offered_at=now, lapses_at=lapses_at)
    record(session, SYSTEM, "seat.offered", f"seat:{seat.id}")


def check_parts_free(session: Session, row: Proposal, need: Need, components: Iterable[str]) -> None:
    """Refuse to ask a second team for a part of a need while another is being asked."""
    asked = (
        select(Seat.id)
        .join(Proposal, col(Proposal.id) == col(Seat.proposal_id))
        .where(
            Proposal.need_id == need.id,
            Proposal.id != row.id,
            or_(col(Proposal.state).in_(rules.UNDER_WAY), col(Proposal.shown_state).in_(rules.UNDER_WAY)),
            col(Seat.component_id).in_(set(components)),
            # What was lost and is not told yet counts as asked, so that the refusal tells nothing early.
            col(Seat.shown_state).in_(rules.SEAT_OPEN),
        )
    )
    if session.exec(asked).first():
        raise AlreadyProposed


def _check_nobody_may_object(session: Session, caller: Caller, row: Proposal, need: Need) -> None:
    """Refuse to confirm a team of which a seat was filled again, while requesters still may object to that.

    Who confirms it itself, or said yes to the team after that, objects no more.
    """
    filled_at = session.exec(
        select(JournalEntry.occurred_at)
        .where(JournalEntry.subject == subject_of(row), col(JournalEntry.event).in_(FILLED_AGAIN))
        .order_by(col(JournalEntry.number).desc())
    ).first()
    if filled_at is None:
        return
    until = due_at(session, need.desk_id, "object", need.urgency, filled_at)
    late = agreed_since(session, row.id, filled_at) | asking_for(session, caller, need)
    if clock.now() < until and parties_of(session, need).requesters.keys() - late:
        raise ObjectionOpen(until=until)


def _is_told_lost(seat: Seat) -> bool:
    return seat.news_at is not None and seat.state == seat.shown_state


def _give_up(session: Session, row: Proposal) -> None:
    told = row.shown_state
    withdraw_seats(session, team_of(session, row))
    row.withdrawn_at = clock.now()
    settle(session, row)
    if told in rules.AGREED:
        let_need_follow(session, row.need_id)


def _commit(session: Session, seat: Seat, need: Need) -> None:
    if session.get_one(Offer, seat.offer_id).state not in rules.OFFERS_STAND:
        raise OfferNotStanding
    if not bookings.commit_booking(session, seat):
        # What was held ran out meanwhile; if there is still room it is taken again.
        hold(session, seat, need)
        bookings.commit_booking(session, seat)
    move_seat(session, seat, "confirm")
    record(session, SYSTEM, "seat.confirmed", f"seat:{seat.id}")


def _check_stands(session: Session, row: Proposal, need: Need, seats: Sequence[Seat]) -> None:
    """Refuse to propose what was overtaken since the round."""
    if need.state not in CIRCULATING:
        raise NotCirculated
    offers = session.exec(select(Offer).where(col(Offer.id).in_({seat.offer_id for seat in seats})))
    components = {seat.component_id for seat in seats}
    known = session.exec(select(NeedComponent.id).where(NeedComponent.need_id == need.id))
    if row.stale_because or any(offer.state not in IN_ROUNDS for offer in offers) or components - set(known):
        raise ProposalStale
    check_parts_free(session, row, need, components)


def _check_open(session: Session, caller: Caller, row: Proposal, verb: str) -> None:
    state = known_state(session, caller, row)
    if state not in rules.PROPOSAL_OPEN:
        raise WrongMove(move=verb, state=state)


def _agree_for(session: Session, caller: Caller, row: Proposal, requesters: Iterable[str]) -> int:
    new = set(requesters) - standing_consents(session, row.id, "take_part")
    for stakeholder_id in sorted(new):
        consent(session, caller, row, "take_part", stakeholder_id)
    return len(new)
