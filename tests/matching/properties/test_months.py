"""What a round by month promises: nobody is booked twice in a month, and a month that is free can be used."""

from collections import Counter
from datetime import date
from itertools import product
from typing import Any, Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import InvalidProblem, Outcome, Policy, Problem, faults, run_round
from matching.problem import Component, Expertise, MonthlyBooking, Need, Offer, Pin
from tests.matching.worlds import party, reference_data, shuffled, world
from tests.tries import tries

SOME = settings(max_examples=tries(12), deadline=None)
FIRST = 2027 * 12
"""Months are counted from January 2027, in which the worlds are asked."""


def _policy(calendar: Literal["by_month", "whole_window"], **fields: Any) -> Policy:
    few: dict[str, Any] = {"coalitions": 0, "exchanges": 0, "alternatives": 1, "minimum_score": 1}
    return Policy(text_model="character-ngrams", minimum_topic=0, calendar=calendar, **few, **fields)


BY_MONTH, WHOLE = _policy("by_month"), _policy("whole_window")


def _day(month: int, day: int) -> date:
    return date((FIRST + month) // 12, (FIRST + month) % 12 + 1, day)


@st.composite
def _diaries(draw: st.DrawFn, *, most_days: int = 20, has_pins: bool = False) -> Problem:
    """Draw needs with windows of up to four months, and offers with bookings and months of their own."""
    spans = st.tuples(st.integers(0, 4), st.integers(0, 3))
    needs = []
    for number, (first, more) in enumerate(draw(st.lists(spans, min_size=1, max_size=4))):
        is_open = draw(st.integers(0, 5)) == 0
        part = Component(
            id=f"c{number}",
            area="EXP-RET",
            slots=draw(st.integers(1, 3)),
            days=draw(st.sampled_from([None, *range(5, most_days + 1, 5)])),
        )
        starts_on, ends_on = (None, None) if is_open else (_day(first, 9), _day(first + more, 20))
        needs.append(
            Need(
                id=f"n{number}",
                requesters=("P-AAA",),
                components=(part,),
                starts_on=starts_on,
                ends_on=ends_on,
            )
        )
    offers = tuple(
        Offer(
            id=f"o{number}",
            party="P-CCC",
            expertise=(Expertise(area="EXP-RET"),),
            capacity=draw(st.sampled_from([None, 1, 1, 2])),
            sends=draw(st.integers(1, 2)),
            booked=tuple(
                MonthlyBooking(month=_day(month, 1).strftime("%Y-%m"), assignments=1)
                for month in draw(st.sets(st.integers(0, 6), max_size=2))
            ),
            months=draw(st.sampled_from([None, None, (2, 3, 5), (1, 4)])),
            days_per_year=draw(st.sampled_from([None, None, 25])) if most_days > 20 else None,
        )
        for number in range(draw(st.integers(1, 3)))
    )
    pins: tuple[Pin, ...] = ()
    if has_pins:
        pairs = st.tuples(st.sampled_from(needs), st.sampled_from(offers))
        found = {need.id: (need, offer) for need, offer in draw(st.lists(pairs, max_size=2))}
        pins = tuple(
            Pin(decision="lock", component=need.components[0].id, offer=offer.id)
            for need, offer in found.values()
        )
    parties = (party("AAA"), party("CCC"))
    return Problem(**reference_data(), parties=parties, needs=tuple(needs), offers=offers, pins=pins)


def _run(problem: Problem, policy: Policy) -> Outcome:
    return run_round(problem, policy)


def _seats(outcome: Outcome) -> list[Any]:
    return [seat for proposal in outcome.proposals for seat in proposal.seats]


def _room(offer: Offer, month: str) -> int:
    if offer.capacity is None:
        return 1
    return offer.capacity - sum(item.assignments for item in offer.booked if item.month == month)


@SOME
@given(_diaries(most_days=45))
def test_nobody_is_booked_twice_in_a_month(problem: Problem) -> None:
    """What runs in a month is what the offer has left in it, whatever work takes how long."""
    outcome = _run(problem, BY_MONTH)
    used = Counter((seat.offer, month) for seat in _seats(outcome) for month in seat.months)
    offers = {offer.id: offer for offer in problem.offers}
    assert all(count <= _room(offers[name], month) for (name, month), count in used.items())
    assert faults(problem, BY_MONTH, outcome) == ()
    assert outcome.figures.proof == "optimal"


@SOME
@given(_diaries())
def test_months_fill_as_many_slots_as_a_whole_window(problem: Problem) -> None:
    """Where all work is of a month and none is over, the calendar only adds what can be done."""
    assert _run(problem, BY_MONTH).figures.filled >= _run(problem, WHOLE).figures.filled


def _choices(problem: Problem, days_per_month: int) -> list[list[tuple[str, str, tuple[str, ...]]]]:
    """Give what each expert who is asked for could be: nobody, or an offer in some months."""
    found = []
    for need in problem.needs:
        part = need.components[0]
        ways: list[tuple[str, str, tuple[str, ...]]] = []
        for offer in problem.offers:
            if need.starts_on is None or need.ends_on is None:
                ways.append((part.id, offer.id, ("open",)))
                continue
            window = _window(need, offer)
            longest = max((len(run) for run in _runs(window)), default=0)
            takes = max(min(-(-(part.days or 0) // days_per_month), longest), 1)
            ways += [(part.id, offer.id, run) for run in _runs(window) if len(run) == takes]
        found += [[("", "", ()), *ways]] * part.slots
    return found


def _window(need: Need, offer: Offer) -> list[str]:
    assert need.starts_on is not None
    assert need.ends_on is not None
    first, last = (day.year * 12 + day.month - 1 for day in (need.starts_on, need.ends_on))
    months = [(number // 12, number % 12 + 1) for number in range(first, last + 1)]
    return [f"{year}-{month:02d}" for year, month in months if offer.months is None or month in offer.months]


def _runs(months: list[str]) -> list[tuple[str, ...]]:
    numbers = [int(month[:4]) * 12 + int(month[5:]) for month in months]
    count = len(months)
    return [
        tuple(months[low : high + 1])
        for low, high in product(range(count), range(count))
        if low <= high and numbers[high] - numbers[low] == high - low
    ]


def _most_slots(problem: Problem) -> int | None:
    """Return the most slots that can be filled with all locks, by trying everything; None: not all fit."""
    locks = [(pin.component, pin.offer) for pin in problem.pins]
    offers = {offer.id: offer for offer in problem.offers}
    days = {need.components[0].id: need.components[0].days or 0 for need in problem.needs}
    slots = _choices(problem, 20)
    used, given_, spent = Counter[Any](), Counter[Any](), Counter[Any]()

    def most(place: int) -> int:
        if place == len(slots):
            return 0 if all(given_[pair] for pair in locks) else -1000
        best = -1000
        for part, name, months in slots[place]:
            if not part:
                best = max(best, most(place + 1))
                continue
            offer = offers[name]
            room = dict.fromkeys(months, 1 if offer.capacity is None else offer.capacity)
            room |= {month: _room(offer, month) for month in months if month != "open"}
            year = name, months[0][:4]
            over = offer.days_per_year is not None and spent[year] + days[part] > offer.days_per_year
            is_over_cap = offer.days_per_year is not None and days[part] > offer.days_per_year
            if over or is_over_cap or given_[part, name] >= (offer.sends or 1):
                continue
            if any(used[name, month] >= left for month, left in room.items()):
                continue
            used.update((name, month) for month in months)
            given_[part, name] += 1
            spent[year] += days[part]
            best = max(best, 1 + most(place + 1))
            used.subtract((name, month) for month in months)
            given_[part, name] -= 1
            spent[year] -= days[part]
        return best

    found = most(0)
    return found if found >= 0 else None


@settings(max_examples=tries(15), deadline=None)
@given(_diaries(most_days=45).filter(lambda problem: _size(problem) <= 30_000))
def test_slots_are_the_most_that_trying_everything_finds(problem: Problem) -> None:
    """No other way to give out months, rows of months and days would fill more."""
    assert _run(problem, BY_MONTH).figures.filled == _most_slots(problem)


def _size(problem: Problem) -> int:
    size = 1
    for ways in _choices(problem, 20):
        size *= len(ways)
    return size


@settings(max_examples=tries(15), deadline=None)
@given(_diaries(has_pins=True).filter(lambda problem: _size(problem) <= 3_000))
def test_locks_are_kept_in_the_months_that_leave_most(problem: Problem) -> None:
    """No other months for the locks would let more slots be filled, where all of them have one."""
    outcome = _run(problem, BY_MONTH)
    most = _most_slots(problem)
    assert most is None or outcome.figures.filled == most
    assert faults(problem, BY_MONTH, outcome) == ()
    locked = {(pin.component, pin.offer) for pin in problem.pins}
    assert locked <= {(seat.component, seat.offer) for seat in _seats(outcome)}


@SOME
@given(_diaries(most_days=45, has_pins=True), st.integers(0, 99))
def test_names_and_order_change_nothing_by_month(problem: Problem, seed: int) -> None:
    """A problem under other ids in another order has an outcome of the same content."""
    outcome = _run(problem, BY_MONTH)
    assert _run(shuffled(problem, seed), BY_MONTH).fingerprint == outcome.fingerprint


@SOME
@given(world(5))
def test_every_round_by_month_is_verified(problem: Problem) -> None:
    """Whatever a small world holds, the independent checker has no objection."""
    try:
        outcome = _run(problem, BY_MONTH)
    except InvalidProblem:
        return
    assert faults(problem, BY_MONTH, outcome) == ()
