"""The checker's own count of months: nobody is booked twice, and work lies where both sides can.

It shares no code with :mod:`matching.months.calendar`, on purpose: a mistake would have to be made twice to
stay unseen.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from matching.checking.recheck import assumed_capacity
from matching.outcome import Certificate, Outcome
from matching.policy import Policy
from matching.problem import Component, Need, Offer, Problem

OPEN = "open"


class _Seat(NamedTuple):
    need: Need
    component: Component
    offer: Offer
    experts: int
    months: tuple[str, ...]
    is_locked: bool

    @property
    def pair(self) -> str:
        return f"{self.component.id}/{self.offer.id}"

    @property
    def turns(self) -> list[tuple[str, ...]]:
        """The months of each expert."""
        each = len(self.months) // self.experts
        return [self.months[place * each : (place + 1) * each] for place in range(self.experts)]


class MonthCheck:
    """Reads the months of an outcome against its problem.

    Parameters
    ----------
    problem, policy, outcome : Problem, Policy, Outcome
        A round under a policy whose ``calendar`` is ``by_month``.
    """

    def __init__(self, problem: Problem, policy: Policy, outcome: Outcome) -> None:
        self.policy, self.as_of = policy, problem.as_of
        self.offer = {offer.id: offer for offer in problem.offers}
        needs = {need.id: need for need in problem.needs}
        parts = {part.id: part for need in problem.needs for part in need.components}
        locks = {(pin.component, pin.offer) for pin in problem.pins if pin.decision == "lock"}
        self.seats = [
            _Seat(
                needs[proposal.need],
                parts[seat.component],
                self.offer[seat.offer],
                seat.experts,
                seat.months,
                (seat.component, seat.offer) in locks,
            )
            for proposal in outcome.proposals
            for seat in proposal.seats
        ]

    def faults(self) -> Iterator[str]:
        """Give what is wrong: months that one side cannot, and more than a month or a year holds."""
        used, locked = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for seat in self.seats:
            if not self._fits(seat):
                yield f"months_wrong {seat.pair}"
            used.update((seat.offer.id, month) for month in _spent(seat))
            if seat.is_locked:
                locked.update((seat.offer.id, month) for month in set(_spent(seat)))
        for (name, month), count in used.items():
            if count > max(_room(self.offer[name], month), locked[name, month]):
                yield f"month_overbooked {name}/{month}"
        yield from self._years()

    def _years(self) -> Iterator[str]:
        """Hold the days of all work that starts in a year to what the offer states for one."""
        used, locked = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for seat in self.seats:
            days = seat.component.days or 0
            years = [turn[0][:4] if turn else OPEN for turn in seat.turns]
            used.update({(seat.offer.id, year): count * days for year, count in Counter(years).items()})
            if seat.is_locked:
                locked.update({(seat.offer.id, year): days for year in set(years)})
        for (name, year), days in used.items():
            most = self.offer[name].days_per_year
            if most is not None and days > max(most, locked[name, year]):
                yield f"days_overspent {name}/{year}"

    def _fits(self, seat: _Seat) -> bool:
        window = self._window(seat.need)
        if window is None:
            return seat.months == ()
        if not seat.months or len(seat.months) % seat.experts:
            return False
        usable = [month for month in window if _is_usable(seat.offer, month)]
        allowed = [usable, window] if seat.is_locked else [usable]
        return any(
            all(len(turn) == self._length(seat, months) and _is_run(turn, months) for turn in seat.turns)
            for months in allowed
        )

    def _length(self, seat: _Seat, months: list[str]) -> int:
        """Return the months that the work takes, or all in a row that there are."""
        takes = max(-(-(seat.component.days or 0) // self.policy.days_per_month), 1)
        return next((count for count in range(takes, 1, -1) if _has_run(months, count)), 1)

    def _window(self, need: Need) -> list[str] | None:
        """Return the months of a window from today on, or its last one where all are over."""
        if need.starts_on is None or need.ends_on is None:
            return None
        last = _number(need.ends_on)
        first = min(max(_number(need.starts_on), _number(self.as_of)), last)
        return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1)]

    def recounted(self, certificate: Certificate) -> tuple[int, int]:
        """Return what components of a certificate get in its months, and the least that these can have.

        Work outside of the certificate may stand in its months only where it is locked.
        """
        months = zip(certificate.offers, certificate.months, strict=False)
        cells = {(name, month) for name, each in months for month in each}
        parts = set(certificate.components)
        inside = elsewhere = 0
        for seat in self.seats:
            count = sum((seat.offer.id, month) in cells for month in _spent(seat))
            if seat.component.id in parts:
                inside += count
            elif seat.is_locked:
                elsewhere += min(count, 1)
        return inside, sum(_room(self.offer[name], month) for name, month in cells) - elsewhere


def _spent(seat: _Seat) -> tuple[str, ...]:
    return seat.months or (OPEN,) * seat.experts


def _room(offer: Offer, month: str) -> int:
    """Return what bookings leave of an offer in a month; one more where nobody stated a capacity."""
    if month == OPEN:
        return assumed_capacity(offer)
    if not _is_usable(offer, month):
        return 0
    booked = 0 if offer.capacity is None else sum(x.assignments for x in offer.booked if x.month == month)
    return max(assumed_capacity(offer) - booked, 0)


def _is_usable(offer: Offer, month: str) -> bool:
    return offer.months is None or int(month[5:]) in offer.months


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _is_run(turn: tuple[str, ...], months: list[str]) -> bool:
    """Whether an expert's months follow each other and are all among some."""
    numbers = [int(month[:4]) * 12 + int(month[5:]) for month in turn]
    follow = all(after == before + 1 for before, after in pairwise(numbers))
    return follow and set(turn) <= set(months)


def _has_run(months: list[str], count: int) -> bool:
    """Whether so many months in a row are among some, which ascend."""
    return any(
        _is_run(tuple(months[place : place + count]), months) for place in range(len(months) - count + 1)
    )
