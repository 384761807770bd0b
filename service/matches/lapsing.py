"""What time does to seats: those nobody answered lapse, what was held runs out, news is told."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, select

from service import clock
from service.caller import SYSTEM
from service.journal.commands import record
from service.matches import bookings
from service.matches.following import (
    follow,
    locked,
    lose_seat,
    subject_of,
    take_seat_away,
    team_of,
    withdraw_seats,
)
from service.matches.tables import MatchPin, Proposal, Seat


def let_lapse(session: Session) -> int:
    """Let seats lapse that nobody answered in time, and free what was held until now; return how many."""
    late = session.exec(
        select(Seat)
        .where(Seat.state == "offered", col(Seat.lapses_at) <= clock.now())
        .order_by(col(Seat.proposal_id), col(Seat.id))
    ).all()
    lapsed = 0
    for seat in late:
        row = locked(session, seat.proposal_id)
        session.refresh(seat)
        if seat.state == "offered":
            lose_seat(session, seat, "lapse", answer_reason="no_answer")
            record(session, SYSTEM, "seat.lapsed", f"seat:{seat.id}")
            follow(session, row)
            lapsed += 1
    return lapsed + bookings.release_expired(session)


def release_news(session: Session) -> int:
    """Tell the asking side of the seats that were lost before the last fixed moment; return how many.

    All are told in one go, whatever was the cause and whenever within the time before it happened.
    """
    due = session.exec(
        select(Seat.proposal_id)
        .where(col(Seat.shown_state) != col(Seat.state), col(Seat.news_at) <= clock.now())
        .distinct()
        .order_by(col(Seat.proposal_id))
    ).all()
    return sum(_tell(session, proposal_id) for proposal_id in due)


def drop_offer(session: Session, offer_id: str) -> None:
    """Take the seats of an offer that was withdrawn or has ended from it; confirmed ones stand.

    Consent can be revoked until it is confirmed; after that the work is agreed, and desk and provider settle
    between them what becomes of it.
    """
    for row in _teams_with(session, col(Seat.offer_id) == offer_id):
        for seat in team_of(session, row):
            if seat.offer_id == offer_id:
                take_seat_away(session, seat, "no_availability")
        follow(session, row)


def take_from_teams(session: Session, pin: MatchPin) -> None:
    """Let a veto take away what is proposed to its offer for its part, in teams that nobody confirmed."""
    pair = and_(col(Seat.component_id) == pin.component_id, col(Seat.offer_id) == pin.offer_id)
    for row in _teams_with(session, pair):
        for seat in team_of(session, row):
            if (seat.component_id, seat.offer_id) == (pin.component_id, pin.offer_id):
                _take_by_veto(session, seat, pin)
        follow(session, row)


def _take_by_veto(session: Session, seat: Seat, pin: MatchPin) -> None:
    if pin.side == "desk":
        take_seat_away(session, seat, "vetoed")
    else:
        # The requester's own doing: it knows at once.
        withdraw_seats(session, [seat])


def _teams_with(session: Session, seats: ColumnElement[bool]) -> Iterator[Proposal]:
    """Lock and give, one after the other, the proposals in which such seats are open and nobody confirmed."""
    is_open = col(Seat.state).in_(("suggested", "offered", "accepted"))
    open_in = select(Seat.proposal_id).where(seats, is_open)
    over = ("superseded", "withdrawn")
    query = select(Proposal.id).where(col(Proposal.id).in_(open_in), col(Proposal.state).not_in(over))
    for proposal_id in session.exec(query.order_by(col(Proposal.id))).all():
        yield locked(session, proposal_id)


def _tell(session: Session, proposal_id: str) -> int:
    row = locked(session, proposal_id)
    told = []
    for seat in team_of(session, row):
        if seat.shown_state != seat.state and seat.news_at and seat.news_at <= clock.now():
            seat.shown_state = seat.state
            session.add(seat)
            told.append(seat.id)
    session.flush()
    details = {"seats": sorted(told)}
    record(session, SYSTEM, "proposal.news-released", subject_of(row), details)
    follow(session, row)
    return len(told)
