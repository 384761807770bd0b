"""The hard rules once more, for one pair at a time and in plain Python: the checker's own reading of them.

It shares no code with :mod:`matching.pairs.rules`, :mod:`matching.pairs.columns` or the criteria, on purpose:
a mistake would have to be made twice to stay unseen.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from matching.problem import Component, Need, Offer, Problem

SHORT_TEXT = 40
LADDER = ((0.8, 0.65), (0.8, 0.35), (0.5, 0.3), (0.4, 0.25), (0.2, 0.2))
"""What a commitment of one matter gives, one with sub-points, its parent or a sub-point, an area that serves
it, and the theme: first where a side states no area, then where both do and share none."""
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
EXPLICIT_REFUSALS = ("excluded_provider", "do_not_pair", "refused_by_provider", "conflict_of_interest")
"""What not even a person's lock overrides: somebody's explicit no."""


class Recheck:
    """Reads the hard rules against pairs of a problem.

    Parameters
    ----------
    problem : Problem
        The problem that the pairs are from.
    """

    def __init__(self, problem: Problem) -> None:
        self._states = {party.id: set(party.states) for party in problem.parties}
        self._public = {party.id for party in problem.parties if party.public_body}
        self._pins = {(pin.component, pin.offer): pin.decision for pin in problem.pins}
        self._as_of = problem.as_of
        self._parent = {item.code: item.parent for item in problem.commitments}
        self._theme = {item.code: item.theme for item in problem.commitments}
        self._serves = {area.code: set(area.commitments) for area in problem.areas}

    def broken_rules(self, need: Need, component: Component, offer: Offer) -> tuple[str, ...]:
        """Return the names of the hard rules that forbid the pair; a lock overrides most of them.

        Parameters
        ----------
        need, component, offer : Need, Component, Offer
            A pair, with the need that the component belongs to.

        Returns
        -------
        tuple of str
        """
        decision = self._pins.get((component.id, offer.id))
        found = (*_refusals(need, offer), *self._rules(need, component, offer))
        if decision == "lock":
            return tuple(name for name in found if name in EXPLICIT_REFUSALS)
        return (*found, "vetoed") if decision == "veto" else found

    def _rules(self, need: Need, component: Component, offer: Offer) -> tuple[str, ...]:
        broken = {
            "requester_not_eligible": not need.eligible,
            "not_endorsed": not need.endorsed,
            "out_of_scope": not need.in_scope,
            "duplicate": need.duplicate_of is not None,
            "expired": need.ends_on is not None and need.ends_on < self._as_of,
            "too_generic": not (component.area or need.commitments or len(need.text.strip()) >= SHORT_TEXT),
            "own_request": self._is_own_request(need, offer),
            "same_source": need.source is not None and need.source == offer.source,
            "not_released": offer.released is False,
            "not_a_public_body": need.public_bodies_only and offer.party not in self._public,
            "over_days_cap": _is_over_days(need, component, offer),
            "over_cost_cap": _is_over(offer.cost_per_day, need.max_cost),
            "language_gap": _has_language_gap(need, component, offer),
            "no_availability": _usable_months(need, offer) == [],
            "no_capacity_left": offer.capacity is not None and room(need, offer) == 0,
        }
        return tuple(name for name, is_broken in broken.items() if is_broken)

    def _is_own_request(self, need: Need, offer: Offer) -> bool:
        asking = {state for party in need.requesters for state in self._states[party]}
        giving = self._states[offer.party]
        return offer.party in need.requesters or (bool(giving) and giving <= asking)

    def topic(self, need: Need, component: Component, offer: Offer) -> float | None:
        """Return how much of the topic a pair shares, by the published ladder; None where a side states none.

        Parameters
        ----------
        need, component, offer : Need, Component, Offer
            A pair, with the need that the component belongs to.

        Returns
        -------
        float or None
        """
        asked, given = set(need.commitments), set(offer.commitments)
        areas = {item.area for item in offer.expertise}
        if not (asked or component.area) or not (given or areas):
            return None
        if component.area in areas:
            return 1.0 if asked & given else 0.9
        elsewhere = bool(component.area and areas)
        steps = self._steps(asked, given, {component.area} - {None}, areas)
        found = (step for step, is_met in zip(LADDER, steps, strict=True) if is_met)
        return next(found, (0.0, 0.0))[elsewhere]

    def _steps(
        self, asked: set[str], given: set[str], wanted: set[str | None], areas: set[str]
    ) -> tuple[bool, ...]:
        """Return which steps of :data:`LADDER` a pair without a common area reaches."""
        served = {code for area in wanted if area for code in self._serves[area]}
        serving = {code for area in areas for code in self._serves[area]}
        about = {self._theme[code] for code in asked | served}
        return (
            any(code not in self._parent.values() for code in asked & given),
            bool(asked & given),
            any(self._parent[one] == other or self._parent[other] == one for one in asked for other in given),
            bool(asked & serving or served & given),
            bool(about & {self._theme[code] for code in given | serving}),
        )


def largest_seat(offer: Offer) -> int:
    """Return the most experts that an offer may send to one component."""
    if offer.named_expert:
        return 1
    return assumed_capacity(offer) if offer.sends is None else offer.sends


def assumed_capacity(offer: Offer) -> int:
    """Return the assignments that an offer can take, one where nobody stated it."""
    return 1 if offer.capacity is None else offer.capacity


def _refusals(need: Need, offer: Offer) -> Iterator[str]:
    if offer.party in need.excluded:
        yield "excluded_provider"
    if offer.party in need.do_not_pair:
        yield "do_not_pair"
    if set(offer.refuses) & set(need.requesters):
        yield "refused_by_provider"
    if set(offer.conflicts) & set(need.requesters):
        yield "conflict_of_interest"


def _is_over(value: float | None, cap: float | None) -> bool:
    return value is not None and cap is not None and value > cap


def _is_over_days(need: Need, component: Component, offer: Offer) -> bool:
    return _is_over(component.days, need.max_days) or _is_over(component.days, offer.days_per_year)


def _has_language_gap(need: Need, component: Component, offer: Offer) -> bool:
    if not component.languages or offer.languages is None or need.interpretation:
        return False
    return not any(
        asked.code == spoken.code
        and (
            asked.level is None
            or spoken.level is None
            or LEVELS.index(spoken.level) >= LEVELS.index(asked.level)
        )
        for asked in component.languages
        for spoken in offer.languages
    )


def _usable_months(need: Need, offer: Offer) -> list[str] | None:
    """Return the months of the window in which the offer can be used; None without a window on both ends."""
    if need.starts_on is None or need.ends_on is None:
        return None
    window = _window(need.starts_on, need.ends_on)
    return [month for number, month in window if offer.months is None or number in offer.months]


@lru_cache(maxsize=4096)
def _window(starts_on: date, ends_on: date) -> tuple[tuple[int, str], ...]:
    """Return the months from one day to another, each with its number in the year."""
    first, last = (day.year * 12 + day.month - 1 for day in (starts_on, ends_on))
    return tuple(
        (number % 12 + 1, f"{number // 12:04}-{number % 12 + 1:02}") for number in range(first, last + 1)
    )


def room(need: Need, offer: Offer) -> int:
    """Return the assignments that an offer has left in the best month that it can give to a need.

    Where nobody stated a capacity, one more is assumed to be possible, whatever is booked.
    """
    months = _usable_months(need, offer)
    if months is None or offer.capacity is None:
        return assumed_capacity(offer)
    booked: dict[str, int] = {}
    for booking in offer.booked:
        booked[booking.month] = booked.get(booking.month, 0) + booking.assignments
    return max((max(assumed_capacity(offer) - booked.get(month, 0), 0) for month in months), default=0)
