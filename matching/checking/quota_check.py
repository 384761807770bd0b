"""The quotas of a policy once more, counted from the seats: the checker's own reading of them.

It shares no code with :mod:`matching.quotas.named`: a mistake would have to be made twice to stay unseen.
"""

import math
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from matching.outcome import Certificate, Outcome, QuotaFigure, QuotaLimit
from matching.policy import Policy, QuotaRule
from matching.problem import Component, Need, Offer, Problem

OF_NEEDS = ("one_per_provider_state", "senior_expert")


class _Seat(NamedTuple):
    need: Need
    component: Component
    offer: Offer
    states: tuple[str, ...]
    experts: int
    locked: int


class QuotaCheck:
    """Counts seats against the quotas of a policy.

    Parameters
    ----------
    problem, policy, outcome : Problem, Policy, Outcome
        What is checked; all names in it are known to exist.
    """

    def __init__(self, problem: Problem, policy: Policy, outcome: Outcome) -> None:
        self.problem, self.policy, self.outcome = problem, policy, outcome
        self.rich = {state.code: state.income in (None, "high") for state in problem.states}
        self.states = {party.id: party.states for party in problem.parties}
        self.wanted = sum(part.slots for need in problem.needs for part in need.components)
        self.seats = list(self._seats())

    def faults(self) -> Iterator[str]:
        """Give what is wrong: a quota exceeded by more than locks, or a wrong figure."""
        told = Counter(self.outcome.quotas)
        counted = Counter(figure for rule in self.policy.quotas for figure in self._figures(rule))
        for figure in (told - counted) | (counted - told):
            yield f"quota_misreported {figure.kind}/{figure.subject}"
        for rule in self.policy.quotas:
            yield from self._exceeded(rule)

    def through(self, certificate: Certificate) -> int:
        """Return what components of a certificate get through its limits, and from none of its offers."""
        parts, offers = set(certificate.components), set(certificate.offers)
        return sum(
            seat.experts
            for seat in self.seats
            if seat.component.id in parts
            and seat.offer.id not in offers
            and any(_concerns(limit, seat) for limit in certificate.limits)
        )

    def idle(self, certificate: Certificate) -> Iterator[str]:
        """Give the limits of a certificate that are not used up."""
        for limit in certificate.limits:
            if sum(seat.experts for seat in self.seats if _concerns(limit, seat)) < limit.seats:
                yield f"limit_not_used_up {limit.kind}/{limit.subject}"

    def _seats(self) -> Iterator[_Seat]:
        needs = {need.id: need for need in self.problem.needs}
        parts = {part.id: part for need in self.problem.needs for part in need.components}
        offers = {offer.id: offer for offer in self.problem.offers}
        locks = {(pin.component, pin.offer) for pin in self.problem.pins if pin.decision == "lock"}
        for proposal in self.outcome.proposals:
            for seat in proposal.seats:
                offer = offers[seat.offer]
                is_locked = (seat.component, seat.offer) in locks
                yield _Seat(
                    needs[proposal.need],
                    parts[seat.component],
                    offer,
                    tuple(sorted(set(self.states[offer.party]))),
                    seat.experts,
                    int(is_locked),
                )

    def _bound(self, rule: QuotaRule) -> int:
        if rule.share is None:
            return rule.slots or 1
        part = Fraction(str(rule.share)) * self.wanted
        return max(math.floor(part), 1) if rule.kind == "provider_state_cap" else math.ceil(part)

    def _exceeded(self, rule: QuotaRule) -> Iterator[str]:
        if rule.kind not in ("provider_state_cap", "one_per_provider_state"):
            return
        experts, locked = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for seat in self.seats:
            for code in seat.states:
                cell = (seat.need.id if rule.kind in OF_NEEDS else "", code)
                experts[cell] += seat.experts
                locked[cell] += seat.locked
        for cell, count in experts.items():
            is_meant = not rule.states or cell[1] in rule.states
            if is_meant and count > max(self._bound(rule), locked[cell]):
                yield f"quota_exceeded {rule.kind}/{'/'.join(cell)}"

    def _figures(self, rule: QuotaRule) -> Iterator[QuotaFigure]:
        bound = self._bound(rule)
        if rule.kind == "provider_state_cap":
            for code in rule.states or self.rich:
                yield _figure(rule, f"state:{code}", 0, bound, self._from_state(code))
        elif rule.kind == "south_south_floor":
            yield _figure(rule, "round", bound, None, sum(map(self._south_south, self.seats)))
        elif rule.kind == "minimum_load":
            for name in rule.parties:
                given = sum(seat.experts for seat in self.seats if seat.offer.party == name)
                yield _figure(rule, f"party:{name}", bound, None, given)
            for code in rule.states:
                yield _figure(rule, f"state:{code}", bound, None, self._from_state(code))
        elif rule.kind == "one_per_provider_state":
            cells = Counter[tuple[str, str]]()
            for seat in self.seats:
                for code in seat.states:
                    cells[seat.need.id, code] += seat.experts
            yield _figure(rule, "every_need", 0, rule.slots or 1, max(cells.values(), default=0))
        else:
            yield from self._seniors(rule, bound)

    def _from_state(self, code: str) -> int:
        return sum(seat.experts for seat in self.seats if code in seat.states)

    def _south_south(self, seat: _Seat) -> int:
        asking = {code for name in seat.need.requesters for code in self.states[name]}
        is_south = any(not self.rich[code] for code in asking) and any(
            not self.rich[code] for code in seat.states
        )
        return seat.experts if is_south else 0

    def _seniors(self, rule: QuotaRule, bound: int) -> Iterator[QuotaFigure]:
        got = Counter[str]()
        for seat in self.seats:
            got[seat.need.id] += seat.experts if _is_senior(seat) else 0
        wanted = {need.id: sum(part.slots for part in need.components) for need in self.problem.needs}
        lows = {name: min(bound, slots) for name, slots in wanted.items()}
        reached = sum(min(got[name], low) for name, low in lows.items())
        yield _figure(rule, "every_need", sum(lows.values()), None, reached)
        for name, low in lows.items():
            if got[name] < low:
                yield _figure(rule, f"need:{name}", low, None, got[name])


def _figure(rule: QuotaRule, subject: str, low: int, high: int | None, reached: int) -> QuotaFigure:
    lacks = max(low - reached, 0)
    return QuotaFigure(
        kind=rule.kind,
        subject=subject,
        low=low,
        high=high,
        reached=reached,
        shortfall=lacks,
        binding=lacks > 0 or (high is not None and reached >= high),
    )


def _concerns(limit: QuotaLimit, seat: _Seat) -> bool:
    of_need = limit.need is None or limit.need == seat.need.id
    return of_need and limit.subject in {f"state:{code}" for code in seat.states}


def _is_senior(seat: _Seat) -> bool:
    return any(
        seat.component.area in (None, item.area)
        and (item.proficiency in ("advanced", "authority") or item.evidence == "delivered_and_rated")
        for item in seat.offer.expertise
    )
