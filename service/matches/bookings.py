"""Booking capacity: held until a time, then committed, then released.

All who book an offer in a month meet at one row, ``offer_month_load``, that is changed only by
compare-and-set within the capacity. So capacity is never exceeded, however many accept at once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, and_, col, func, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from service import clock
from service.database.columns import new_id
from service.errors import ChangedMeanwhile
from service.matches import rules
from service.matches.errors import NoMonthLeft, OfferFullyBooked
from service.matches.tables import Booking, BookingMonth, OfferMonthLoad, Seat


def hold_capacity(
    session: Session, seat: Seat, capacity: int | None, months: Sequence[str], *, all_of_them: bool = False
) -> Booking:
    """Hold what a seat takes of its offer: in the month with most room, or in all of the months.

    Refused if there is no month at all, or no room for the seat's experts.
    """
    if not months:
        raise NoMonthLeft
    release_expired(session, seat.offer_id)
    with session.begin_nested():
        choose = _take_all if all_of_them else _take_roomiest
        taken = choose(session, seat, months, rules.capacity_of(capacity))
        if not taken:
            raise OfferFullyBooked
        return _keep(session, seat, taken)


def commit_booking(session: Session, seat: Seat) -> bool:
    """Commit what is held for a seat; tell whether anything was still held."""
    booking = live_booking(session, seat.id)
    if booking is None or rules.is_past(booking.held_until, clock.now()):
        return False
    _move(session, booking, "commit", committed_at=clock.now())
    return True


def release_booking(session: Session, seat_id: str) -> None:
    """Give back what a seat holds or has committed, if it has anything."""
    booking = live_booking(session, seat_id)
    if booking is not None:
        _release(session, booking)


def release_expired(session: Session, offer_id: str | None = None) -> int:
    """Give back what was held until now, of one offer or of all; return how many bookings that were."""
    query = select(Booking).where(Booking.state == "held", col(Booking.held_until) <= clock.now())
    if offer_id is not None:
        query = query.where(Booking.offer_id == offer_id)
    expired = session.exec(query.order_by(col(Booking.offer_id), col(Booking.id)).with_for_update()).all()
    for booking in expired:
        _release(session, booking)
    return len(expired)


def live_booking(session: Session, seat_id: str) -> Booking | None:
    """Return what a seat holds or has committed."""
    query = select(Booking).where(Booking.seat_id == seat_id, col(Booking.state).in_(rules.BOOKING_LIVE))
    return session.exec(query).first()


def booked_months(session: Session, offer_ids: Iterable[str] | None = None) -> dict[str, dict[str, int]]:
    """Return the assignments that are booked now, by offer and month (``2027-03``)."""
    query = (
        select(Booking.offer_id, BookingMonth.month, func.sum(col(BookingMonth.assignments)))
        .join(BookingMonth, col(BookingMonth.booking_id) == col(Booking.id))
        .where(_is_live(clock.now()))
        .group_by(col(Booking.offer_id), col(BookingMonth.month))
        .order_by(col(Booking.offer_id), col(BookingMonth.month))
    )
    if offer_ids is not None:
        query = query.where(col(Booking.offer_id).in_(set(offer_ids)))
    found: dict[str, dict[str, int]] = {}
    for offer_id, month, assignments in session.exec(query):
        found.setdefault(offer_id, {})[month] = int(assignments)
    return found


class Held(NamedTuple):
    """What a seat holds or has committed."""

    months: list[str]
    until: datetime | None
    """None: committed, or nothing."""


NOTHING_HELD = Held([], None)


def holds_of(session: Session, seat_ids: Iterable[str]) -> dict[str, Held]:
    """Return what seats hold or have committed now."""
    return _held(session, _with_months(seat_ids).where(_is_live(clock.now())))


def last_holds_of(session: Session, seat_ids: Iterable[str]) -> dict[str, Held]:
    """Return what seats held or had committed last, whether or not it was given back since."""
    return _held(session, _with_months(seat_ids))


def months_of(session: Session, seat_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the months in which seats hold or have committed capacity."""
    return {seat_id: held.months for seat_id, held in holds_of(session, seat_ids).items()}


def _with_months(seat_ids: Iterable[str]) -> SelectOfScalar[Any]:
    query: Any = select(Booking, BookingMonth.month)
    query = query.join(BookingMonth, col(BookingMonth.booking_id) == col(Booking.id))
    found: SelectOfScalar[Any] = query.where(col(Booking.seat_id).in_(set(seat_ids))).order_by(
        col(Booking.held_at).desc(), col(Booking.id), col(BookingMonth.month)
    )
    return found


def _held(session: Session, query: SelectOfScalar[Any]) -> dict[str, Held]:
    found: dict[str, Held] = {}
    last: dict[str, str] = {}
    for booking, month in session.exec(query):
        until = None if booking.committed_at else booking.held_until
        if last.setdefault(booking.seat_id, booking.id) == booking.id:
            found.setdefault(booking.seat_id, Held([], until)).months.append(month)
    return found


def _is_live(now: datetime) -> Any:
    held = and_(col(Booking.state) == "held", col(Booking.held_until) > now)
    return or_(col(Booking.state) == "committed", held)


def _room(session: Session, offer_id: str, capacity: int, months: Iterable[str]) -> dict[str, int]:
    rows = session.exec(select(OfferMonthLoad).where(OfferMonthLoad.offer_id == offer_id))
    return rules.capacity_left(capacity, (rules.Load(row.month, row.assignments) for row in rows), months)


def _take_all(session: Session, seat: Seat, months: Sequence[str], capacity: int) -> list[str]:
    wanted = sorted(set(months))
    return wanted if all(_take(session, seat, month, capacity) for month in wanted) else []


def _take_roomiest(session: Session, seat: Seat, months: Sequence[str], capacity: int) -> list[str]:
    choices = rules.roomiest_first(_room(session, seat.offer_id, capacity, months), seat.experts)
    # Another may take a month between the look and the grasp; then the next one is tried.
    return next(([month] for month in choices if _take(session, seat, month, capacity)), [])


def _take(session: Session, seat: Seat, month: str, capacity: int) -> bool:
    """Take one month if there is room; only one of two that want the last place gets it."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    empty = insert(OfferMonthLoad).values(offer_id=seat.offer_id, month=month, assignments=0)
    session.connection().execute(empty.on_conflict_do_nothing())
    taken = session.exec(
        update(OfferMonthLoad)
        .where(
            col(OfferMonthLoad.offer_id) == seat.offer_id,
            col(OfferMonthLoad.month) == month,
            col(OfferMonthLoad.assignments) + seat.experts <= capacity,
        )
        .values(assignments=col(OfferMonthLoad.assignments) + seat.experts)
    )
    return taken.rowcount == 1


def _keep(session: Session, seat: Seat, months: Iterable[str]) -> Booking:
    now = clock.now()
    booking = Booking(
        id=new_id("booking"),
        seat_id=seat.id,
        offer_id=seat.offer_id,
        held_at=now,
        held_until=now + rules.HOLD_FOR,
    )
    session.add(booking)
    session.flush()
    session.add_all(
        BookingMonth(booking_id=booking.id, month=month, assignments=seat.experts) for month in months
    )
    session.flush()
    return booking


def _release(session: Session, booking: Booking) -> None:
    _move(session, booking, "release", released_at=clock.now())
    months = session.exec(
        select(BookingMonth).where(BookingMonth.booking_id == booking.id).order_by(col(BookingMonth.month))
    ).all()
    for taken in months:
        session.exec(
            update(OfferMonthLoad)
            .where(col(OfferMonthLoad.offer_id) == booking.offer_id, col(OfferMonthLoad.month) == taken.month)
            .values(assignments=col(OfferMonthLoad.assignments) - taken.assignments)
        )


def _move(session: Session, booking: Booking, verb: str, **values: Any) -> None:
    moved = session.exec(
        update(Booking)
        .where(col(Booking.id) == booking.id, col(Booking.state) == booking.state)
        .values(state=rules.next_booking_state(booking.state, verb), **values)
    )
    if moved.rowcount != 1:
        raise ChangedMeanwhile
    session.refresh(booking)
