"""The quotas that a policy names, as sets of candidates, and what a round reached of each.

Upper bounds are hard, but a lock is kept in spite of them. Lower bounds are met as far as they can be without
leaving a slot empty or an urgent need behind (:mod:`matching.allocation.network` says why), and what is
missing is said.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType

import numpy as np

from matching.allocation.edges import LARGEST, Booleans, Integers
from matching.errors import InvalidProblem
from matching.outcome import QuotaFigure, QuotaLimit
from matching.pairs.candidates import Candidates
from matching.policy import QuotaRule
from matching.quotas.groups import Groups

SENIOR = ("advanced", "authority")
"""Proficiency that makes an expert a senior one."""
PROVEN = "delivered_and_rated"
EVERY_NEED = "every_need"


@dataclass(frozen=True, eq=False)
class Ration:
    """One quota of the policy as bounds over candidates: ``subjects`` names what each bound is about."""

    rule: QuotaRule
    subjects: tuple[str, ...]
    groups: Groups
    needs: tuple[str, ...] = ()
    """The need of each bound, where it is about the seats of one need."""

    def limit(self, number: int, seats: int) -> QuotaLimit:
        """Return a bound that is used up, with its seats."""
        need = self.needs[number] if self.needs else None
        return QuotaLimit(kind=self.rule.kind, subject=self.subjects[number], need=need, seats=seats)

    def figures(self, flow: Integers) -> Iterator[QuotaFigure]:
        """Give what was reached: of each bound, or of all needs together and of those that lack something."""
        used, groups = self.groups.used(flow), self.groups
        if not self.rule.is_of_each_need:
            yield from (self._figure(number, used) for number in range(len(groups)))
            return
        reached = np.minimum(used, groups.low) if self.rule.kind == "senior_expert" else used
        if self.rule.kind == "senior_expert":
            low, high, got = int(groups.low.sum()), None, int(reached.sum())
        else:
            low, high, got = 0, self.rule.slots or 1, int(used.max(initial=0))
        yield QuotaFigure(
            kind=self.rule.kind,
            subject=EVERY_NEED,
            low=low,
            high=high,
            reached=got,
            shortfall=low - got if low else 0,
            binding=got < low or got == high,
        )
        for number in np.flatnonzero(used < groups.low).tolist():
            yield self._figure(number, used)

    def _figure(self, number: int, used: Integers) -> QuotaFigure:
        low, reached = int(self.groups.low[number]), int(used[number])
        most = int(self.groups.high[number])
        high = None if most == LARGEST else most
        return QuotaFigure(
            kind=self.rule.kind,
            subject=self.subjects[number],
            low=low,
            high=high,
            reached=reached,
            shortfall=max(low - reached, 0),
            binding=reached < low or (high is not None and reached >= high),
        )


def rations(candidates: Candidates) -> tuple[Ration, ...]:
    """Return the quotas of the policy over the candidates, in the order of the policy.

    Parameters
    ----------
    candidates : Candidates
        The pairs that can be proposed.

    Returns
    -------
    tuple of Ration

    Raises
    ------
    InvalidProblem
        A quota names a state or a party that the problem does not have (``unknown``).

    Notes
    -----
    O(m) a quota, for m candidates, times the states that a party has.
    """
    view = _View(candidates)
    for number, rule in enumerate(candidates.policy.quotas):
        for name, given, known in (
            ("states", rule.states, candidates.prepared.lists.states.place),
            ("parties", rule.parties, candidates.prepared.party),
        ):
            if any(code not in known for code in given):
                raise InvalidProblem("policy", f"quotas[{number}].{name}", "unknown")
    return tuple(KINDS[rule.kind](view, rule) for rule in candidates.policy.quotas)


def groups_of(found: tuple[Ration, ...]) -> Groups | None:
    """Return all quotas as one value, None where there are none."""
    return (
        reduce(lambda some, ration: some.joined(ration.groups), found[1:], found[0].groups) if found else None
    )


class _View:
    """The facts about candidates that quotas ask for."""

    def __init__(self, candidates: Candidates) -> None:
        self.candidates = candidates
        self.states = candidates.prepared.lists.states.names
        self.demand, self.offer = candidates.edges.demand, candidates.edges.offer
        self.need = candidates.need_of[self.demand]
        self.place = candidates.prepared.offers.place[self.offer]
        self.wanted = int(candidates.slots.sum())

    def by_state(self) -> tuple[Integers, Integers]:
        """Return every candidate with every state of its provider: edges, and places of states."""
        sets = self.candidates.prepared.places.sets
        counts = np.array([len(members) for members in sets], np.int64)
        flat = np.array([state for members in sets for state in members], np.int64)
        starts = np.concatenate([[0], np.cumsum(counts)])[:-1]
        many = counts[self.place]
        edge = np.repeat(np.arange(self.place.size), many)
        inner = np.arange(edge.size) - np.repeat(np.cumsum(many) - many, many)
        return edge, flat[np.repeat(starts[self.place], many) + inner]

    def southern_pair(self) -> tuple[Booleans, Booleans]:
        """Return of each candidate whether a state of each side is known and not of high income."""
        states = {state.code: state for state in self.candidates.problem.states}
        south = np.array([states[code].income not in (None, "high") for code in self.states], np.bool_)
        sets = self.candidates.prepared.places.sets
        giving = np.array([any(south[list(members)]) for members in sets], np.bool_)
        return self.southern_need(south)[self.need], giving[self.place]

    def southern_need(self, south: Booleans) -> Booleans:
        party, places = self.candidates.prepared.party, self.candidates.prepared.lists.states.place
        return np.array(
            [
                any(south[places[code]] for name in need.requesters for code in party[name].states)
                for need in self.candidates.needs
            ],
            np.bool_,
        )

    def is_senior(self) -> Booleans:
        """Return of each candidate whether the offer has a senior expert for the component."""
        offers, area = self.candidates.offers, [part.area for _, part in self.candidates.components]
        able = [
            {item.area for item in offer.expertise if item.proficiency in SENIOR or item.evidence == PROVEN}
            for offer in offers
        ]
        pairs = zip(self.demand.tolist(), self.offer.tolist(), strict=True)
        return np.array([(area[d] in able[o]) if area[d] else bool(able[o]) for d, o in pairs], np.bool_)


def _labelled(
    rule: QuotaRule, names: list[str], label: Integers, edge: Integers, low: Integers, high: int
) -> Ration:
    """Return one bound for each name, over the edges that carry its number."""
    return Ration(rule, tuple(names), Groups(label, edge, low, np.full(len(names), high)))


def _provider_state_cap(view: _View, rule: QuotaRule) -> Ration:
    edge, state = view.by_state()
    names = [code for code in view.states if not rule.states or code in rule.states]
    place = np.full(len(view.states) + 1, -1)
    place[[view.states.index(code) for code in names]] = np.arange(len(names))
    label = place[state]
    some = label >= 0
    cap = rule.bound(view.wanted)
    subjects = [f"state:{code}" for code in names]
    return _labelled(rule, subjects, label[some], edge[some], np.zeros(len(names), np.int64), cap)


def _one_per_provider_state(view: _View, rule: QuotaRule) -> Ration:
    edge, state = view.by_state()
    cell, label = np.unique(view.need[edge] * len(view.states) + state, return_inverse=True)
    need, place = (numbers.tolist() for numbers in np.divmod(cell, max(len(view.states), 1)))
    high = np.full(cell.size, rule.bound(view.wanted))
    return Ration(
        rule,
        tuple(f"state:{view.states[number]}" for number in place),
        Groups(label, edge, np.zeros_like(high), high),
        tuple(view.candidates.needs[number].id for number in need),
    )


def _south_south_floor(view: _View, rule: QuotaRule) -> Ration:
    asking, giving = view.southern_pair()
    edge = np.flatnonzero(asking & giving)
    low = np.array([rule.bound(view.wanted)])
    return _labelled(rule, ["round"], np.zeros_like(edge), edge, low, LARGEST)


def _minimum_load(view: _View, rule: QuotaRule) -> Ration:
    edge, state = view.by_state()
    parties = [view.candidates.offers[offer].party for offer in range(len(view.candidates.offers))]
    owner = {name: number for number, name in enumerate(rule.parties)}
    party = np.array([owner.get(name, -1) for name in parties], np.int64)[view.offer]
    place = np.full(len(view.states) + 1, -1)
    place[[view.states.index(code) for code in rule.states]] = len(owner) + np.arange(len(rule.states))
    label = np.concatenate([party, place[state]])
    every = np.concatenate([np.arange(view.offer.size), edge])
    some = label >= 0
    names = [f"party:{name}" for name in rule.parties] + [f"state:{code}" for code in rule.states]
    low = np.full(len(names), rule.bound(view.wanted))
    return _labelled(rule, names, label[some], every[some], low, LARGEST)


def _senior_expert(view: _View, rule: QuotaRule) -> Ration:
    edge = np.flatnonzero(view.is_senior())
    wanted = np.bincount(view.candidates.need_of, view.candidates.slots, len(view.candidates.needs))
    names = [f"need:{need.id}" for need in view.candidates.needs]
    low = np.minimum(wanted.astype(np.int64), rule.bound(view.wanted))
    return _labelled(rule, names, view.need[edge], edge, low, LARGEST)


KINDS: MappingProxyType[str, Callable[[_View, QuotaRule], Ration]] = MappingProxyType(
    {
        "provider_state_cap": _provider_state_cap,
        "one_per_provider_state": _one_per_provider_state,
        "south_south_floor": _south_south_floor,
        "minimum_load": _minimum_load,
        "senior_expert": _senior_expert,
    }
)
"""How each kind of quota becomes bounds over candidates."""
