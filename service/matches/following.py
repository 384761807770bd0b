"""What follows when something was said about a seat: the proposal's state, the need's, and who is told when.

Every command first locks the proposal: its state follows from all of its seats, and of two who answer at the
same moment the second has to see what the first one said.

A seat that is lost without the asking side's doing is lost at once: what it held is free, nobody can confirm
it. The asking side is told of it at the next fixed moment, in the same words whatever the cause; until then
it reads what it read before. Rows keep both: ``state``, and ``shown_state`` for the asking side. The journal
``proposal:…`` tells what the asking side knows, ``proposal-desk:…`` what only the desk does.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from service import clock
from service.caller import SYSTEM
from service.errors import ChangedMeanwhile
from service.journal.commands import record
from service.matches import bookings, rules
from service.matches.consents import standing_consents
from service.matches.proposal_views import seats_of
from service.matches.tables import Proposal, Seat
from service.needs.moves import record_matching_loss, record_matching_progress
from service.needs.queries import parties_of
from service.needs.tables import Need, NeedComponent
from service.settings import get_settings

FOLLOWS = {
    "suggested": "proposal.reopened",
    "shortlisted": "proposal.reopened",
    "proposed": "proposal.reopened",
    "partly_accepted": "proposal.partly-accepted",
    "mutually_accepted": "proposal.accepted",
    "confirmed": "proposal.confirmed",
    "declined": "proposal.declined",
    "lapsed": "proposal.lapsed",
    "withdrawn": "proposal.given-up",
}
"""What the journal calls a state that follows from what was said about a seat."""


def subject_of(row: Proposal) -> str:
    """Return under which subject the journal tells both the asking side and the desk of a proposal."""
    return f"proposal:{row.id}"


def desk_subject_of(row: Proposal) -> str:
    """Return under which subject the journal tells the desk alone."""
    return f"proposal-desk:{row.id}"


def locked(session: Session, proposal_id: str) -> Proposal:
    """Return a proposal, locked until the transaction ends."""
    query = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def locked_need(session: Session, need_id: str) -> Need:
    """Return a need, locked. Of two teams for it, the second to come sees what was said about the first."""
    query = select(Need).where(Need.id == need_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def team_of(session: Session, row: Proposal) -> list[Seat]:
    """Return the seats of a proposal in the one order of locking, so that nobody waits in a ring."""
    return sorted(seats_of(session, [row.id])[row.id], key=lambda seat: (seat.offer_id, seat.id))


def move_seat(session: Session, seat: Seat, verb: str, **values: Any) -> None:
    """Move a seat, and tell the asking side at once."""
    state = rules.next_seat_state(seat.state, verb)
    _change(session, seat, state=state, shown_state=state, **values)


def lose_seat(session: Session, seat: Seat, verb: str, **values: Any) -> None:
    """Let a seat go without the asking side's doing; that is told at the next of the fixed moments."""
    state = rules.next_seat_state(seat.state, verb)
    bookings.release_booking(session, seat.id)
    _change(session, seat, state=state, news_at=moment_of_news(), **values)


def take_seat_away(session: Session, seat: Seat, code: str) -> bool:
    """Let a seat go that the desk, or a change elsewhere, takes from its offer; tell whether it was open."""
    verb = "drop" if seat.state == "suggested" else "withdraw"
    if seat.state not in rules.SEAT_MOVES[verb].sources:
        return False
    lose_seat(session, seat, verb, answer_reason=code)
    record(session, SYSTEM, "seat.withdrawn", f"seat:{seat.id}")
    return True


def moment_of_news() -> datetime:
    """Return when the asking side is told of what happens now."""
    return rules.next_news(clock.now(), get_settings().news_every_minutes)


def withdraw_seats(session: Session, seats: Iterable[Seat]) -> None:
    """Take back, on behalf of those who ask or of the system, what nobody confirmed yet."""
    for seat in seats:
        if seat.state in rules.SEAT_MOVES["withdraw"].sources:
            bookings.release_booking(session, seat.id)
            move_seat(session, seat, "withdraw", answer_reason="no_longer_needed")
            record(session, SYSTEM, "seat.withdrawn", f"seat:{seat.id}")


def release_seats(session: Session, seats: Iterable[Seat]) -> None:
    """End confirmed seats, and free what is committed for them."""
    for seat in seats:
        if seat.state == "confirmed":
            bookings.release_booking(session, seat.id)
            move_seat(session, seat, "release")
            record(session, SYSTEM, "seat.released", f"seat:{seat.id}")


def follow(session: Session, row: Proposal) -> None:
    """Bring a proposal in line with what was just said about it, and tell what follows from it."""
    before, told = row.state, row.shown_state
    settle(session, row)
    if row.shown_state != told:
        record(session, SYSTEM, FOLLOWS[row.shown_state], subject_of(row))
    if row.state not in {before, row.shown_state}:
        record(session, SYSTEM, FOLLOWS[row.state], desk_subject_of(row))
    if row.shown_state != told and rules.AGREED & {told, row.shown_state}:
        let_need_follow(session, row.need_id)


def settle(session: Session, row: Proposal) -> None:
    """Derive a proposal's state anew from its seats and consents, and what the asking side reads of it."""
    need = session.get_one(Need, row.need_id)
    requesters = set(parties_of(session, need).requesters)
    seats = [seat for seat in seats_of(session, [row.id])[row.id] if not seat.replaced_by]
    told = [(rules.standing_as_told(seat.shown_state, seat.news_at), seat.is_mandatory) for seat in seats]
    row.state, row.shown_state = (
        rules.proposal_state(
            [rules.SeatStanding(*standing) for standing in standings],
            is_shortlisted=row.shortlisted_at is not None,
            requesters_agree=requesters <= standing_consents(session, row.id, "take_part"),
            is_superseded=row.superseded_by is not None,
            is_withdrawn=row.withdrawn_at is not None,
            is_project=row.project_id is not None,
            was_proposed=row.proposed_at is not None,
        )
        for standings in ([(seat.state, seat.is_mandatory) for seat in seats], told)
    )
    session.add(row)
    session.flush()


def let_need_follow(session: Session, need_id: str) -> None:
    """Let a need go on, or back, with the teams that its requester knows to be agreed."""
    need = locked_need(session, need_id)
    agreed = session.exec(
        select(Seat)
        .join(Proposal, col(Proposal.id) == col(Seat.proposal_id))
        .where(
            Proposal.need_id == need_id,
            col(Proposal.shown_state).in_(rules.AGREED),
            col(Seat.shown_state).in_(rules.SEAT_AGREED),
            col(Seat.replaced_by).is_(None),
        )
    ).all()
    is_complete = _covers(session, need_id, agreed)
    if agreed and (is_complete or need.state == "circulated"):
        if need.state in {"circulated", "partially_matched", "matched"}:
            record_matching_progress(session, SYSTEM, need_id, is_complete=is_complete)
    else:
        record_matching_loss(session, SYSTEM, need_id, is_partly_matched=bool(agreed))


def _covers(session: Session, need_id: str, agreed: Iterable[Seat]) -> bool:
    """Tell whether every mandatory component of a need has all its experts among agreed seats."""
    experts: dict[str, int] = {}
    for seat in agreed:
        experts[seat.component_id] = experts.get(seat.component_id, 0) + seat.experts
    components = session.exec(
        select(NeedComponent).where(NeedComponent.need_id == need_id, col(NeedComponent.is_mandatory))
    )
    return all(experts.get(component.id, 0) >= component.experts for component in components)


def _change(session: Session, seat: Seat, **values: Any) -> None:
    moved = session.exec(
        update(Seat).where(col(Seat.id) == seat.id, col(Seat.state) == seat.state).values(**values)
    )
    if moved.rowcount != 1:
        raise ChangedMeanwhile
    session.refresh(seat)
