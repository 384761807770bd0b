"""What a round reached, in numbers: how much, how evenly, and for whom.

A need counts to a group if one of its requesters does: a state that is least developed (``ldc``), landlocked
(``lldc``) or a small island (``sids``), or a party that asks for the first time. A seat is South-South if a
requester's state and a provider's state are both known not to be of high income.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matching.allocation.edges import Edges
from matching.explanations.disclosure import FEWEST
from matching.fairness.requirements import best_case
from matching.outcome import Figures, Load, Proposal, ServedGroup, SouthSouth, StateLoad
from matching.problem import Need, Party, Problem, State
from matching.solving import Solution

MOST_LOADED = 10
"""So many states are named at most."""
Group = Literal["ldc", "lldc", "sids", "first_time"]
GROUPS: tuple[Group, ...] = ("ldc", "lldc", "sids", "first_time")


def figures_of(solution: Solution, proposals: tuple[Proposal, ...]) -> Figures:
    """Return the figures of a round.

    Parameters
    ----------
    solution : Solution
        Who takes which slot, with what is proved.
    proposals : tuple of Proposal
        What is proposed.

    Returns
    -------
    Figures

    Notes
    -----
    Linear in the numbers of seats, needs and offers.
    """
    candidates, allocation = solution.candidates, solution.allocation
    complete = sum(proposal.complete for proposal in proposals)
    certificate, gap = _fairness_proved(solution)
    got = np.sort(solution.utilities())
    served = got[got > 0]
    people = _People(candidates.problem, proposals)
    return Figures(
        needs=len(candidates.needs),
        components=len(candidates.components),
        slots=int(candidates.slots.sum()),
        filled=int(solution.filled.sum()),
        candidates=len(candidates.edges),
        needs_complete=complete,
        needs_partial=len(proposals) - complete,
        needs_without=len(candidates.needs) - len(proposals),
        total=solution.total,
        lowest=_rounded(got[:1]),
        lowest_served=_rounded(served[:1]),
        fifth_percentile=round(float(np.percentile(got, 5)), 3) if got.size else 0.0,
        gini=gini(got),
        fairness=candidates.policy.fairness,
        fairness_certificate=round(certificate, 3),
        fairness_gap=round(gap, 6),
        total_gap=round(allocation.total_gap, 6),
        groups=people.groups(),
        south_south=people.south_south(),
        load_of_parties=people.load_of_parties(),
        load_of_states=people.load_of_states(),
        most_loaded_states=people.most_loaded_states(),
        providers=solution.teamwork.parties,
        providers_spared=solution.teamwork.spared,
        given_up_for_teams=solution.teamwork.given_up,
        teams_searched=solution.teamwork.is_whole,
        proof=solution.proof,
    )


def gini(ascending: NDArray[np.float64]) -> float:
    """Return the Gini coefficient of ascending values, 0 where there is nothing to share.

    Examples
    --------
    >>> gini(np.array([1.0, 1.0])), gini(np.array([0.0, 0.0, 0.0, 8.0]))
    (0.0, 0.75)
    """
    total = float(ascending.sum())
    if not total:
        return 0.0
    ranks = 2 * np.arange(1, ascending.size + 1) - ascending.size - 1
    return round(float((ranks * ascending).sum()) / (ascending.size * total), 6)


def _fairness_proved(solution: Solution) -> tuple[float, float]:
    """Return what the lowest utility could not exceed, and the gap: in scores, also where others decided."""
    allocation, candidates = solution.allocation, solution.candidates
    if not candidates.policy.spares_for_later:
        return allocation.fairness_certificate, allocation.fairness_gap
    steered = allocation.network.edges
    edges = Edges(steered.demand, steered.offer, candidates.edges.score, steered.limit)
    certificate = best_case(replace(allocation.network, edges=edges))
    lowest = float(solution.utilities()[candidates.need_of[solution.components]].min(initial=certificate))
    return certificate, max(1 - lowest / certificate, 0.0) if certificate else 0.0


class _People:
    """Who is served, and who gives."""

    def __init__(self, problem: Problem, proposals: tuple[Proposal, ...]) -> None:
        self.problem = problem
        self.party = {party.id: party for party in problem.parties}
        self.state = {state.code: state for state in problem.states}
        self.need = {need.id: need for need in problem.needs}
        self.seats = [(self.need[proposal.need], seat) for proposal in proposals for seat in proposal.seats]
        seated = {seat.offer for _, seat in self.seats}
        self.provider = {offer.id: self.party[offer.party] for offer in problem.offers if offer.id in seated}
        self.points = Counter[str]()
        for need, seat in self.seats:
            self.points[need.id] += seat.score * seat.experts

    def groups(self) -> tuple[ServedGroup, ...]:
        """Return how each group of needs was served."""
        return tuple(self._group(name) for name in GROUPS)

    def _belongs(self, need: Need, group: Group) -> bool:
        if group == "first_time":
            return any(self.party[name].first_time for name in need.requesters)
        return any(getattr(state, group) for state in self._states(need))

    def _group(self, name: Group) -> ServedGroup:
        members = [need for need in self.problem.needs if self._belongs(need, name)]
        served = [need for need in members if self.points[need.id]]
        everybody, whole = self._all
        return ServedGroup(
            group=name,
            needs=len(members),
            served=len(served),
            share_of_served=round(len(served) / everybody, 6) if everybody else None,
            share_of_utility=round(self._utility(served) / whole, 6) if whole else None,
        )

    @cached_property
    def _all(self) -> tuple[int, float]:
        """How many needs were served, and the sum of the utilities of all."""
        return sum(1 for points in self.points.values() if points), self._utility(self.problem.needs)

    def _utility(self, needs: Iterable[Need]) -> float:
        """Return the sum of utilities, added up in an order that depends on their content alone."""
        return sum(
            sorted(self.points[need.id] / sum(part.slots for part in need.components) for need in needs)
        )

    def south_south(self) -> SouthSouth:
        """Return how many experts come from the South to the South."""
        known = seats = 0
        for need, seat in self.seats:
            asking = {state.income for state in self._states(need)} - {None}
            giving = {state.income for state in self._of(self.provider[seat.offer])} - {None}
            if asking and giving:
                known += seat.experts
            if asking - {"high"} and giving - {"high"}:
                seats += seat.experts
        return SouthSouth(seats=seats, known=known, share=round(seats / known, 6) if known else None)

    def load_of_parties(self) -> Load:
        """Return how evenly the seats fall on the parties that give."""
        counts = Counter[str]()
        for _, seat in self.seats:
            counts[self.provider[seat.offer].id] += seat.experts
        return _load(counts.values())

    def load_of_states(self) -> Load:
        """Return how evenly the seats fall on the states that give."""
        return _load(self._seats_of_states().values())

    def most_loaded_states(self) -> tuple[StateLoad, ...]:
        """Return the states with the most seats, if enough offers stand behind that for none to show."""
        behind: dict[str, set[str]] = {}
        for _, seat in self.seats:
            for state in self._of(self.provider[seat.offer]):
                behind.setdefault(state.code, set()).add(seat.offer)
        counts = self._seats_of_states()
        ranked = sorted(counts, key=lambda code: (-counts[code], code))
        found = (StateLoad(state=code, seats=counts[code]) for code in ranked if len(behind[code]) >= FEWEST)
        return tuple(found)[:MOST_LOADED]

    def _seats_of_states(self) -> Counter[str]:
        counts = Counter[str]()
        for _, seat in self.seats:
            for state in self._of(self.provider[seat.offer]):
                counts[state.code] += seat.experts
        return counts

    def _states(self, need: Need) -> Iterator[State]:
        """Return the states of those who ask."""
        for name in need.requesters:
            yield from self._of(self.party[name])

    def _of(self, party: Party) -> list[State]:
        return [self.state[code] for code in party.states if code in self.state]


def _load(counts: Iterable[int]) -> Load:
    ascending = np.sort(np.array(list(counts), np.float64))
    if not ascending.size:
        return Load()
    return Load(
        providers=ascending.size,
        highest=int(ascending[-1]),
        mean=round(float(ascending.mean()), 6),
        gini=gini(ascending),
    )


def _rounded(values: NDArray[np.float64]) -> float:
    return round(float(values[0]), 3) if values.size else 0.0
