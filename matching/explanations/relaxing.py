"""What would let an unmet component be met: each relaxation tried out by solving again, and ranked.

A relaxation lets the component use the pairs that only this rule keeps out. Shortest augmenting paths from
the solution at hand lead to the optimum of the problem with these pairs
(:mod:`matching.explanations.otherwise`), so every number is what another round would find: slots that the
relaxation fills here, in all, and what it takes from other components on the way.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np

from matching.criteria import score, value_of
from matching.explanations.margins import around, not_counted
from matching.explanations.otherwise import Otherwise, Pair
from matching.outcome import Reason
from matching.pairs.candidates import Candidates
from matching.pairs.columns import Bools, Ints
from matching.pairs.prepared import Case, Params
from matching.pairs.rules import capacity_left, excluded_rows, months_met, scored_rows
from matching.problem import Need
from matching.solving import Solution

RELAXABLE = (
    "below_minimum_score",
    "over_days_cap",
    "over_cost_cap",
    "no_availability",
    "no_capacity_left",
    "not_released",
    "language_gap",
    "topic_too_far",
    "not_a_public_body",
    "excluded_provider",
)
"""Rules that the requester, the desk or a provider could relax, the smallest change first."""

LANGUAGE_LEVEL = "language_level"
"""Not a rule of its own: the language is common, and its level is not reached."""
LATER_MONTHS = (1, 2, 3)
OF_TIME = frozenset({"no_availability", "no_capacity_left"})
MOST_PAIRS_OF_RULES = 10


@dataclass(frozen=True)
class Relaxation:
    """A change that would fill slots.

    ``rules`` are dropped together, or the window ends ``months`` later. ``here`` and ``slots`` are the slots
    that it fills in the component and in all; ``displaced`` those that other components would lose to it.
    Where capacity is held back (:mod:`matching.foresight.holding`), ``slots`` is what another round would
    find too, and the other two are of one such round: what is spared decides which of like components is
    served.
    """

    rules: tuple[str, ...]
    months: int
    offers: int
    here: int
    slots: int
    displaced: int

    @property
    def rank(self) -> tuple[int, ...]:
        """Most slots first; of those the one that takes nothing from others, then the smallest change."""
        changes = [0 if rule == LANGUAGE_LEVEL else 1 + RELAXABLE.index(rule) for rule in self.rules]
        return -self.slots, self.displaced, len(changes), self.months, *changes

    def reason(self, component: str) -> Reason:
        """Return it as a reason of an unmet component."""
        params: Params = {
            "offers": self.offers,
            "here": self.here,
            "slots": self.slots,
            "displaced": self.displaced,
        }
        about = (f"component:{component}",)
        if self.months:
            return Reason(code="later_window_fills", params={"months": self.months} | params, evidence=about)
        named: Params = dict(zip(("rule", "and_rule"), self.rules, strict=False))
        code = "relaxation_fills" if len(self.rules) == 1 else "two_relaxations_fill"
        return Reason(code=code, params=named | params, evidence=about)


class Relaxations:
    """Tries relaxations of a solution's unmet components, as many as the policy asks for.

    Parameters
    ----------
    solution : Solution
        Which candidates were chosen.
    other : Otherwise, optional
        What :func:`matching.explanations.margins.around` returned, where it is at hand.
    """

    def __init__(self, solution: Solution, other: Otherwise | None = None) -> None:
        self._candidates = solution.candidates
        self._fault = not_counted(solution)
        self._other = None if self._fault else other or around(solution)
        self._left = self._candidates.policy.relaxations

    def reasons(self, component: int) -> tuple[Reason, ...]:
        """Return the relaxations that would fill slots, most slots first, then what was not tried.

        A relaxation that fills none is not among them. Two rules are dropped together only where no single
        change helps.
        """
        name = self._candidates.components[component][1].id
        if self._other is None:
            assert self._fault is not None  # noqa: S101 - one of the two is there
            return (self._fault,)
        if self._left <= 0:
            return (_not_tried(name, self._candidates.policy.relaxations),)
        tried = _Tried(self._candidates, self._other, component, self._left)
        found = sorted(tried.all(), key=lambda item: item.rank)
        self._left = tried.left
        told = tuple(item.reason(name) for item in found)
        return (*told, _not_tried(name, self._candidates.policy.relaxations)) if tried.was_cut else told


def _not_tried(component: str, most: int) -> Reason:
    return Reason(
        code="relaxations_not_examined", params={"most": most}, evidence=(f"component:{component}",)
    )


class _Tried:
    """The relaxations of one component."""

    def __init__(self, candidates: Candidates, other: Otherwise, component: int, left: int) -> None:
        self.candidates, self.other, self.component, self.left = candidates, other, component, left
        self.was_cut = False
        self.case = candidates.case(component)
        first, last = np.searchsorted(candidates.edges.demand, (component, component + 1))
        self.within_reach = int(last - first)
        self.free = np.ones(len(candidates.offers), dtype=bool)
        self.free[candidates.edges.offer[first:last]] = False
        self.rules = every_rule(self.case)
        self.broken = np.zeros(len(candidates.offers), dtype=np.int64)
        for rows in self.rules.values():
            self.broken = self.broken + rows

    def all(self) -> Iterator[Relaxation]:
        single = [*self._single_rules(), *self._later()]
        yield from single
        if not single:
            yield from self._two_rules()

    def _single_rules(self) -> Iterator[Relaxation]:
        for rule in (*RELAXABLE, LANGUAGE_LEVEL):
            yield from self._try((rule,), self._kept_out_by((rule,)))

    def _two_rules(self) -> Iterator[Relaxation]:
        pairs = [
            (rules, rows)
            for rules in combinations([rule for rule in RELAXABLE if rule in self.rules], 2)
            if len(rows := self._kept_out_by(rules))
        ]
        self.was_cut |= len(pairs) > MOST_PAIRS_OF_RULES
        for rules, rows in pairs[:MOST_PAIRS_OF_RULES]:
            yield from self._try(rules, rows)

    def _kept_out_by(self, rules: tuple[str, ...]) -> Ints:
        """Return the offers that break no rule but these."""
        if rules == (LANGUAGE_LEVEL,):
            return np.flatnonzero(_any_level(self.case) & self._only(("language_gap",)))
        return np.flatnonzero(self._only(rules))

    def _only(self, rules: tuple[str, ...]) -> Bools:
        broken = np.zeros_like(self.broken)
        for rule in rules:
            broken = broken + self.rules.get(rule, 0)
        only: Bools = self.free & (broken > 0) & (broken == self.broken)
        return only

    def _later(self) -> Iterator[Relaxation]:
        """End the window up to three months later; a later end that fills no more is not told."""
        late = np.flatnonzero(self._only(tuple(OF_TIME)))
        best = 0
        for months in LATER_MONTHS if len(late) and self.case.window else ():
            case = Case(self.case.prepared, _ending_later(self.case.need, months), self.case.component)
            rows = late[(months_met(case) & (capacity_left(case) > 0))[late]]
            rows = rows[score(case, rows) >= self.candidates.policy.minimum_score]
            for found in self._try((), rows, case, months):
                if found.slots > best:
                    best = found.slots
                    yield found

    def _try(
        self, rules: tuple[str, ...], rows: Ints, case: Case | None = None, months: int = 0
    ) -> Iterator[Relaxation]:
        """Give the relaxation if it fills slots."""
        if not len(rows):
            return
        if self.left <= 0 or self.within_reach + len(rows) > self.candidates.prepared.kept:
            self.was_cut = True
            return
        self.left -= 1
        other, case = self.other, case or self.case
        before = other.filled.copy()
        with other.trial():
            other.add(self.component, self._pairs(case, rows, rules))
            change = other.filled - before
        slots = int(change.sum())
        if slots > 0:
            displaced = -int(np.minimum(change, 0).sum())
            yield Relaxation(rules, months, len(rows), int(change[self.component]), slots, displaced)

    def _pairs(self, case: Case, rows: Ints, rules: tuple[str, ...]) -> Iterator[Pair]:
        """Give the pairs; an offer that has promised more than it has left in this window is left out."""
        left = capacity_left(case)[rows]
        full = {"no_capacity_left"}.issubset(rules)
        offers = case.offers
        for row, points, room in zip(rows.tolist(), score(case, rows).tolist(), left.tolist(), strict=True):
            limit = max(int(offers.sends[row] if offers.sends[row] > 0 else offers.capacity[row]), 1)
            if full and room == 0:
                yield Pair(row, points, private=True)
            elif room < 0:  # the months do not meet, which is what is relaxed
                yield Pair(row, points, limit)
            elif self.other.bound_capacity(row, room):
                yield Pair(row, points, min(limit, room))


def every_rule(case: Case) -> Mapping[str, Bools]:
    """Return the offers that each rule excludes, shape (offers,) each, rules on the score included."""
    rows = np.arange(len(case.offers), dtype=np.int64)
    return excluded_rows(case) | scored_rows(case, *value_of("topic", case, rows), score(case, rows))


def _any_level(case: Case) -> Bools:
    """Whether an offer states one of the component's languages, at any level."""
    offers = case.offers
    common = np.zeros(len(offers), dtype=bool)
    for language in case.component.languages or ():
        place = offers.languages.place.get(language.code)
        if place is not None:
            common |= offers.level[place] > 0
    return common


def _ending_later(need: Need, months: int) -> Need:
    ends_on = need.ends_on
    assert ends_on is not None  # noqa: S101 - it has a window
    year, month = divmod(ends_on.year * 12 + ends_on.month - 1 + months, 12)
    last = min(ends_on.day, monthrange(year, month + 1)[1])
    return need.model_copy(update={"ends_on": date(year, month + 1, last)})
