"""Capacity: held, committed, released; never exceeded."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select, update

from service import clock
from service.database.engines import Database
from service.errors import ChangedMeanwhile
from service.matches import bookings, rules
from service.matches.errors import NoMonthLeft, OfferFullyBooked
from service.matches.tables import Booking, BookingMonth, OfferMonthLoad, Seat
from service.offers.tables import Offer
from tests.service import people
from tests.service.matches.cases import Team, a_proposal, a_seat, a_team, an_offer

MONTHS = ["2027-04", "2027-05", "2027-06"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hold", "hold_all", "commit", "release", "wait"]),
        st.integers(0, 5),
        st.integers(1, 2),
    ),
    max_size=25,
)


def _more_seats(session: Session, team: Team, offer_id: str, number: int, experts: int = 1) -> list[Seat]:
    offer = session.get_one(Offer, offer_id)
    known = session.get_one(Seat, team.seats[0])
    seats = [a_seat(team.proposal, known.component_id, offer, experts=experts) for _ in range(number)]
    session.add_all(seats)
    session.flush()
    return seats


def _loads(session: Session, offer_id: str) -> dict[str, int]:
    rows = session.exec(select(OfferMonthLoad).where(OfferMonthLoad.offer_id == offer_id))
    return {row.month: row.assignments for row in rows if row.assignments}


def test_a_seat_holds_the_roomiest_month(database: Database, moment: datetime) -> None:
    """The month with most room is held, with the time until which it is held; the earlier one of equals."""
    team = a_team(database, offer={"capacity": 2})
    with clock.set_to(moment), database.writing() as session:
        first, second, third = _more_seats(session, team, team.offers[0], 3)
        held = bookings.hold_capacity(session, first, 2, MONTHS)
        bookings.hold_capacity(session, second, 2, MONTHS)
        bookings.hold_capacity(session, third, 2, MONTHS[:2])
        assert (held.state, held.held_until) == ("held", moment + rules.HOLD_FOR)
        months = bookings.months_of(session, [first.id, second.id, third.id])
        assert months == {first.id: ["2027-04"], second.id: ["2027-05"], third.id: ["2027-04"]}
        assert bookings.booked_months(session) == {team.offers[0]: {"2027-04": 2, "2027-05": 1}}


def test_a_booking_says_when_what_happened(database: Database, moment: datetime) -> None:
    """It knows when it was held, committed and given back; a seat holds it from the first to the last."""
    team = a_team(database, offer={"capacity": 3})
    with database.writing() as session:
        seat, other = _more_seats(session, team, team.offers[0], 2)
        with clock.set_to(moment):
            first = bookings.hold_capacity(session, seat, 3, MONTHS[1::-1], all_of_them=True)
            assert (first.id[:8], first.seat_id, first.offer_id) == ("booking_", seat.id, team.offers[0])
            held = bookings.Held(MONTHS[:2], moment + rules.HOLD_FOR)
            assert bookings.holds_of(session, [seat.id, other.id]) == {seat.id: held}
        with clock.set_to(moment + timedelta(hours=1)):
            bookings.release_booking(session, seat.id)
            assert (first.state, first.released_at) == ("released", clock.now())
            assert bookings.holds_of(session, [seat.id]) == {}
            assert bookings.last_holds_of(session, [seat.id, other.id]) == {seat.id: held}
            second = bookings.hold_capacity(session, seat, 3, MONTHS[2:])
            assert (second.held_at, second.released_at, second.committed_at) == (clock.now(), None, None)
        with clock.set_to(moment + timedelta(hours=2)):
            assert bookings.commit_booking(session, seat)
            assert (second.state, second.committed_at) == ("committed", clock.now())
            kept = bookings.Held(MONTHS[2:], None)
            assert bookings.holds_of(session, [seat.id]) == {seat.id: kept}
            assert bookings.last_holds_of(session, [seat.id]) == {seat.id: kept}
            assert bookings.months_of(session, [seat.id]) == {seat.id: MONTHS[2:]}
            assert not bookings.commit_booking(session, other)
            bookings.release_booking(session, other.id)
        assert bookings.NOTHING_HELD == ([], None)


def test_one_offer_is_looked_at_or_cleaned_up_alone(database: Database, moment: datetime) -> None:
    """What ran out is given back of the offer that was named alone; months are told of those asked for."""
    team = a_team(database, mandatory=(True, True))
    here, there = team.offers
    with clock.set_to(moment), database.writing() as session:
        for seat_id in team.seats:
            bookings.hold_capacity(session, session.get_one(Seat, seat_id), 1, MONTHS[:1])
        months = {here: {"2027-04": 1}, there: {"2027-04": 1}}
        assert bookings.booked_months(session) == months
        assert bookings.booked_months(session, []) == {}
        assert bookings.booked_months(session, [there]) == {there: months[there]}
    with clock.set_to(moment + rules.HOLD_FOR), database.writing() as session:
        assert bookings.release_expired(session, here) == 1
        assert (_loads(session, here), _loads(session, there)) == ({}, {"2027-04": 1})
        assert bookings.release_expired(session) == 1
        assert bookings.release_expired(session) == 0


def test_a_booking_that_changed_meanwhile_is_left_alone(database: Database) -> None:
    """Whoever acts on what a booking was before is told that it changed."""
    team = a_team(database)
    with database.writing() as session:
        (seat,) = _more_seats(session, team, team.offers[0], 1)
        held = bookings.hold_capacity(session, seat, 1, MONTHS[:1])
        others = update(Booking).where(col(Booking.id) == held.id).values(state="committed")
        session.exec(others, execution_options={"synchronize_session": False})
        with pytest.raises(ChangedMeanwhile):
            bookings.release_booking(session, seat.id)


def test_unstated_capacity_is_one(database: Database) -> None:
    """Where nobody stated capacity a second seat in the same month is refused."""
    team = a_team(database)
    with database.writing() as session:
        first, second = _more_seats(session, team, team.offers[0], 2)
        bookings.hold_capacity(session, first, None, MONTHS[:1])
        with pytest.raises(OfferFullyBooked):
            bookings.hold_capacity(session, second, None, MONTHS[:1])


def test_a_refused_hold_takes_nothing(database: Database) -> None:
    """Where one of the wanted months is full none is taken; without any month there is nothing to hold."""
    team = a_team(database)
    with database.writing() as session:
        first, second = _more_seats(session, team, team.offers[0], 2)
        bookings.hold_capacity(session, first, 1, ["2027-05"])
        with pytest.raises(OfferFullyBooked):
            bookings.hold_capacity(session, second, 1, MONTHS, all_of_them=True)
        with pytest.raises(NoMonthLeft):
            bookings.hold_capacity(session, second, 1, [])
        assert _loads(session, team.offers[0]) == {"2027-05": 1}


def test_what_is_held_runs_out_and_what_is_committed_stays(database: Database, moment: datetime) -> None:
    """A hold that is over gives way to the next one and cannot be committed; a commitment stays."""
    team = a_team(database)
    with database.writing() as session:
        late, prompt, next_one = _more_seats(session, team, team.offers[0], 3)
        with clock.set_to(moment):
            bookings.hold_capacity(session, late, 1, ["2027-04"])
            bookings.hold_capacity(session, prompt, 1, ["2027-05"])
            assert bookings.commit_booking(session, prompt)
        with clock.set_to(moment + rules.HOLD_FOR):
            assert bookings.booked_months(session) == {team.offers[0]: {"2027-05": 1}}
            assert not bookings.commit_booking(session, late)
            bookings.hold_capacity(session, next_one, 1, ["2027-04"])
            with pytest.raises(OfferFullyBooked):
                bookings.hold_capacity(session, late, 1, ["2027-05"])


@pytest.fixture
def team(database: Database) -> Team:
    """Give a team; one is enough for all examples that are drawn over one database."""
    return a_team(database)


@settings(max_examples=40)
@given(steps=STEPS, capacity=st.integers(1, 3))
def test_whatever_happens_the_count_is_right(
    database: Database, moment: datetime, team: Team, steps: list[tuple[str, int, int]], capacity: int
) -> None:
    """After any holds, commitments, releases and waits each month's count is the sum of its live bookings.

    It never exceeds the capacity, and what is free is exactly what the rule says.
    """
    now = moment
    with clock.set_to(moment), database.writing() as session:
        offer_id = an_offer(session, team.pools[0], capacity=capacity)
        seats = [_more_seats(session, team, offer_id, 1, experts=1 + number % 2)[0] for number in range(6)]
    for step, number, month in steps:
        with clock.set_to(now), database.writing() as session:
            seat = session.get_one(Seat, seats[number].id)
            live = bookings.live_booking(session, seat.id)
            if step == "wait":
                now += timedelta(days=16)
            elif step == "commit":
                bookings.commit_booking(session, seat)
            elif step == "release":
                bookings.release_booking(session, seat.id)
            elif live is None:
                everything = step == "hold_all"
                try:
                    bookings.hold_capacity(session, seat, capacity, MONTHS[:month], all_of_them=everything)
                except OfferFullyBooked:
                    left = rules.capacity_left(capacity, _live(session, offer_id), MONTHS[:month])
                    fits = [room >= seat.experts for room in left.values()]
                    assert not (all(fits) if everything else any(fits))
            counted = rules.capacity_left(100, _live(session, offer_id), MONTHS)
            taken = {month: 100 - room for month, room in counted.items() if room < 100}
            assert _loads(session, offer_id) == taken
            assert max(taken.values(), default=0) <= capacity


def _live(session: Session, offer_id: str) -> list[rules.Load]:
    rows = session.exec(
        select(BookingMonth, Booking)
        .join(Booking)
        .where(Booking.offer_id == offer_id)
        .execution_options(populate_existing=True)
    )
    return [rules.Load(month.month, month.assignments, booking.state) for month, booking in rows]


@pytest.mark.parametrize("all_of_them", [False, True])
def test_many_at_once_never_exceed_the_capacity(database: Database, *, all_of_them: bool) -> None:
    """Of nine who want the last three places at the same moment exactly three get one, and six are told."""
    team = a_team(database, offer={"capacity": 3})
    months = MONTHS[:2] if all_of_them else MONTHS[:1]
    with database.writing() as session:
        seats = [seat.id for seat in _more_seats(session, team, team.offers[0], 9)]
    together = Barrier(len(seats))

    def take(seat_id: str) -> str:
        together.wait(timeout=30)
        try:
            with database.writing() as session:
                seat = session.get_one(Seat, seat_id)
                bookings.hold_capacity(session, seat, 3, months, all_of_them=all_of_them)
        except OfferFullyBooked:
            return "refused"
        return "held"

    with ThreadPoolExecutor(len(seats)) as threads:
        answers = list(threads.map(take, seats))
    assert sorted(answers) == ["held"] * 3 + ["refused"] * 6
    with database.reading() as session:
        assert _loads(session, team.offers[0]) == dict.fromkeys(months, 3)


def test_many_at_once_spread_over_the_months(database: Database) -> None:
    """Where there is a place in another month, nobody is refused for wanting the same one."""
    team = a_team(database)
    with database.writing() as session:
        seats = [seat.id for seat in _more_seats(session, team, team.offers[0], 3)]
    together = Barrier(len(seats))

    def take(seat_id: str) -> None:
        together.wait(timeout=30)
        with database.writing() as session:
            bookings.hold_capacity(session, session.get_one(Seat, seat_id), 1, MONTHS)

    with ThreadPoolExecutor(len(seats)) as threads:
        list(threads.map(take, seats))
    with database.reading() as session:
        assert _loads(session, team.offers[0]) == dict.fromkeys(MONTHS, 1)


def test_a_hold_that_is_over_is_given_back_once(database: Database, moment: datetime) -> None:
    """However many clean up at the same moment, what ran out is given back once and the count stays right."""
    team = a_team(database, offer={"capacity": 4})
    with clock.set_to(moment), database.writing() as session:
        for seat in _more_seats(session, team, team.offers[0], 4):
            bookings.hold_capacity(session, seat, 4, MONTHS[:1])
    together = Barrier(4)

    def clean(_number: int) -> int:
        together.wait(timeout=30)
        with database.writing() as session:
            return bookings.release_expired(session)

    with clock.set_to(moment + rules.HOLD_FOR), ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(clean, range(4))) == 4
    with database.reading() as session:
        assert _loads(session, team.offers[0]) == {}


def test_an_expert_of_another_pool_is_counted_apart(database: Database) -> None:
    """Offers do not take each other's capacity."""
    team = a_team(database, mandatory=(True, True))
    other = people.pool(database, "KEN")
    with database.writing() as session:
        third = an_offer(session, other)
        proposal, seats = a_proposal(session, team.need, team.round, [third, team.offers[0]])
        assert proposal != team.proposal
        for seat_id in (*seats, team.seats[1]):
            bookings.hold_capacity(session, session.get_one(Seat, seat_id), 1, MONTHS[:1])
        assert all(load == {"2027-04": 1} for load in bookings.booked_months(session).values())
