"""One need or one offer joins what people are agreeing on, or one declined seat is filled again.

What stands are the proposals of an earlier outcome. What is computed anew is as little as the policy
allows: under ``never_displace`` the candidates of one need alone; else all candidates, and then one
shortest path per seat from what stands (:mod:`matching.allocation.standing`). Consents and locks are kept
under every policy.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from matching.allocation.answer import Answer
from matching.allocation.edges import Booleans, Edges, Integers
from matching.allocation.flow import Allocation, allocate
from matching.allocation.network import load
from matching.allocation.standing import POLICIES, Standing
from matching.checking.verification import faults_of_proposals
from matching.errors import InvalidProblem, UnknownSetting, UnverifiedOutcome
from matching.outcome import Outcome, Proposal
from matching.pairs.candidates import Candidates, find_candidates
from matching.policy import LADDER_ALONE, PRIORITIES, Policy
from matching.problem import Need, Problem
from matching.round import proposals_of
from matching.solving import Solution
from matching.text import TextSimilarity

Pair = tuple[str, str]
"""A component and an offer."""


@dataclass(frozen=True)
class MovedSeat:
    """How many experts an offer sent to a component before, and sends now."""

    component: str
    offer: str
    before: int
    after: int


@dataclass(frozen=True)
class Insertion:
    """What joined, and what changed for it.

    Attributes
    ----------
    how : str
        The policy.
    proposals : tuple of Proposal
        The team of every need whose seats changed, explained as in a round, in the order of the problem.
    changes : tuple of MovedSeat
        By component and offer.
    standing : tuple of Proposal
        Everything that stands now, in the order of the problem: what was, and the changed teams.
    missing : mapping of str to int
        Experts that components of the needs that it was about, or that changed, still lack.
    slots, total : int
        By how much the filled slots and the sum of their scores changed.
    """

    how: str
    proposals: tuple[Proposal, ...]
    changes: tuple[MovedSeat, ...]
    standing: tuple[Proposal, ...]
    missing: Mapping[str, int]
    slots: int
    total: int


def insert_need(
    problem: Problem,
    policy: Policy,
    outcome: Outcome,
    need_id: str,
    *,
    how: str = "never_displace",
    confirmed: Iterable[Pair] = (),
    text: TextSimilarity | None = None,
) -> Insertion:
    """Find a team for a need that came after a round.

    Parameters
    ----------
    problem : Problem
        Everything that is known now, the need included.
    policy : Policy
        The published settings.
    outcome : Outcome
        What stands; its proposals are read, nothing else.
    need_id : str
        The need.
    how : {"never_displace", "swap_unconfirmed", "free"}
        ``never_displace`` leaves all seats as they are. ``swap_unconfirmed`` may give seats that nobody has
        confirmed to other offers, but no component loses one. ``free`` keeps what is confirmed or locked.
    confirmed : iterable of (component, offer)
        Seats that people have accepted.
    text : TextSimilarity, optional
        The policy's text model with vectors made before.

    Returns
    -------
    Insertion
        Under ``free``, as good as a round over everything that keeps the consents.

    Raises
    ------
    InvalidProblem
        There is no such need, it has seats already (``repeated``), or a seat that stands is no candidate any
        more although it may have to move (``not_a_candidate``).
    UnknownSetting
        The policy is not known, or not available with quotas, by month, with this fairness, or with locks on
        the need.
    UnverifiedOutcome
        The independent checker found fault. This is a defect of the engine.
    """
    _refuse_unknown(how)
    need = _need(problem, need_id)
    if any(proposal.need == need_id and proposal.seats for proposal in outcome.proposals):
        raise InvalidProblem(f"need:{need_id}", "id", "repeated")
    case = _Case(problem, policy, outcome, how, frozenset(confirmed), text, frozenset({need_id}))
    return case.insert(need, None)


def insert_offer(
    problem: Problem,
    policy: Policy,
    outcome: Outcome,
    offer_id: str,
    *,
    how: str = "never_displace",
    confirmed: Iterable[Pair] = (),
    text: TextSimilarity | None = None,
) -> Insertion:
    """Let an offer that came after a round fill empty seats, or better teams as far as the policy allows.

    Parameters and errors are those of :func:`insert_need`.
    """
    _refuse_unknown(how)
    if not any(offer.id == offer_id for offer in problem.offers):
        raise InvalidProblem(f"offer:{offer_id}", "id", "unknown")
    if any(seat.offer == offer_id for proposal in outcome.proposals for seat in proposal.seats):
        raise InvalidProblem(f"offer:{offer_id}", "id", "repeated")
    return _Case(problem, policy, outcome, how, frozenset(confirmed), text).add(offer_id)


def refill(
    problem: Problem,
    policy: Policy,
    outcome: Outcome,
    component_id: str,
    declined_offer: str,
    *,
    how: str = "never_displace",
    confirmed: Iterable[Pair] = (),
    text: TextSimilarity | None = None,
) -> Insertion:
    """Find who takes a seat that an offer declined.

    Parameters
    ----------
    problem, policy, outcome, how, confirmed, text
        As for :func:`insert_need`.
    component_id, declined_offer : str
        The seat. The pair is not proposed again.

    Returns
    -------
    Insertion

    Raises
    ------
    InvalidProblem
        Nobody has this seat (``unknown``), or a person locked it (``locked``).
    UnknownSetting, UnverifiedOutcome
        As for :func:`insert_need`.
    """
    _refuse_unknown(how)
    case = _Case(problem, policy, outcome, how, frozenset(confirmed) - {(component_id, declined_offer)}, text)
    if not case.seats[component_id, declined_offer]:
        raise InvalidProblem(f"seat:{component_id}/{declined_offer}", "offer", "unknown")
    if (component_id, declined_offer) in case.locks:
        raise InvalidProblem(f"seat:{component_id}/{declined_offer}", "offer", "locked")
    owner = next(need for need in problem.needs if any(part.id == component_id for part in need.components))
    return case.insert(owner, (component_id, declined_offer))


def _refuse_unknown(how: str) -> None:
    if how not in POLICIES:
        raise UnknownSetting("how", how, POLICIES)


def _need(problem: Problem, need_id: str) -> Need:
    found = next((need for need in problem.needs if need.id == need_id), None)
    if found is None:
        raise InvalidProblem(f"need:{need_id}", "id", "unknown")
    return found


class _Case:
    """What stands, and what is asked of it."""

    def __init__(
        self,
        problem: Problem,
        policy: Policy,
        outcome: Outcome,
        how: str,
        confirmed: AbstractSet[Pair],
        text: TextSimilarity | None,
        about: AbstractSet[str] = frozenset(),
    ) -> None:
        if policy.quotas:
            raise UnknownSetting("quotas with an insertion", policy.quotas[0].kind, ("none",))
        if policy.calendar != "whole_window":
            raise UnknownSetting("calendar with an insertion", policy.calendar, ("whole_window",))
        if how != POLICIES[0] and policy.fairness not in LADDER_ALONE:
            raise UnknownSetting(f"fairness with {how}", policy.fairness, LADDER_ALONE)
        self.policy, self.how, self.text = policy, how, text
        self.before = outcome.proposals
        joined = (
            {proposal.need for proposal in outcome.proposals} | {item.need for item in outcome.unmet} | about
        )
        self.problem = _only(problem, joined)
        problem = self.problem
        self.locks = {(pin.component, pin.offer) for pin in problem.pins if pin.decision == "lock"}
        self.kept = confirmed | self.locks
        self.seats: Counter[Pair] = Counter()
        for proposal in outcome.proposals:
            for seat in proposal.seats:
                self.seats[seat.component, seat.offer] += seat.experts

    # ------------------------------------------------------------------ a need or a seat

    def insert(self, need: Need, declined: Pair | None) -> Insertion:
        """Fill the empty seats of a need, after one offer has declined if it did."""
        if self.how == POLICIES[0]:
            return self._fill(need, declined)
        candidates = find_candidates(self.problem, self.policy, self.text)
        view = _View(candidates, self.seats, self.kept)
        own = frozenset(candidates.component_index[part.id] for part in need.components)
        if declined is not None:
            standing = view.standing()
            standing.refill(*view.places(declined), how=self.how)
            return self._told(view.solution(standing, declined), {need.id})
        if any(component in {part.id for part in need.components} for component, _ in self.locks):
            raise UnknownSetting("how with locks on the need", self.how, POLICIES[:1])
        standing = view.standing(without=own)
        view.join(standing, own, self.how)
        return self._told(view.solution(standing), {need.id})

    def _fill(self, need: Need, declined: Pair | None) -> Insertion:
        """Give the empty seats of one need to what is free."""
        candidates = find_candidates(_only(self.problem, {need.id}), self.policy, self.text)
        own = {part.id for part in need.components}
        elsewhere = Counter[str]()
        for (component, offer), experts in self.seats.items():
            elsewhere[offer] += experts if component not in own else 0
        used = np.array([elsewhere[offer.id] for offer in candidates.offers], np.int64)
        free = replace(candidates, capacity=np.maximum(candidates.capacity - used, 0))
        seats = Counter({pair: n for pair, n in self.seats.items() if pair[0] in own and pair != declined})
        view = _View(free, seats, self.kept)
        return self._told(view.filled(declined), {need.id})

    def add(self, offer_id: str) -> Insertion:
        """Let an offer join."""
        candidates = find_candidates(self.problem, self.policy, self.text)
        view = _View(candidates, self.seats, self.kept)
        place = candidates.offer_index[offer_id]
        standing = view.standing(without_offer=place)
        view.welcome(standing, place, self.how)
        return self._told(view.solution(standing), set())

    # ------------------------------------------------------------------ what is told

    def _told(self, solution: Solution, about: set[str]) -> Insertion:
        candidates = solution.candidates
        owner = {part.id: need.id for need in self.problem.needs for part in need.components}
        within = {part.id for _, part in candidates.components}
        after = _seats_of(solution)
        before = Counter({pair: experts for pair, experts in self.seats.items() if pair[0] in within})
        changes = tuple(
            MovedSeat(*pair, before[pair], after[pair])
            for pair in sorted(before.keys() | after.keys())
            if before[pair] != after[pair]
        )
        touched = about | {owner[change.component] for change in changes}
        found = proposals_of(solution, touched)
        standing = self._standing(found, touched)
        self._refuse_faults(standing, touched)
        return Insertion(
            self.how,
            found,
            changes,
            standing,
            self._missing(standing, touched),
            sum(change.after - change.before for change in changes),
            _total(standing) - _total(self.before),
        )

    def _standing(self, found: tuple[Proposal, ...], touched: AbstractSet[str]) -> tuple[Proposal, ...]:
        by_need = {proposal.need: proposal for proposal in self.before if proposal.need not in touched}
        by_need |= {proposal.need: proposal for proposal in found}
        return tuple(by_need[need.id] for need in self.problem.needs if need.id in by_need)

    def _missing(self, standing: tuple[Proposal, ...], touched: AbstractSet[str]) -> Mapping[str, int]:
        filled = Counter[str]()
        for proposal in standing:
            for seat in proposal.seats:
                filled[seat.component] += seat.experts
        parts = (part for need in self.problem.needs if need.id in touched for part in need.components)
        lacking = {part.id: part.slots - filled[part.id] for part in parts}
        return MappingProxyType({name: count for name, count in lacking.items() if count})

    def _refuse_faults(self, standing: tuple[Proposal, ...], touched: AbstractSet[str]) -> None:
        faults = list(faults_of_proposals(self.problem, self.policy, standing, touched))
        experts = Counter[Pair]()
        for proposal in standing:
            for seat in proposal.seats:
                experts[seat.component, seat.offer] += seat.experts
        kept = (pair for pair in sorted(self.kept) if experts[pair] < self.seats[pair])
        faults += [f"consent_dropped {component}/{offer}" for component, offer in kept]
        if faults:
            raise UnverifiedOutcome(tuple(faults))


def _total(proposals: tuple[Proposal, ...]) -> int:
    return sum(seat.score * seat.experts for proposal in proposals for seat in proposal.seats)


def _seats_of(solution: Solution) -> Counter[Pair]:
    candidates, edges = solution.candidates, solution.candidates.edges
    used, experts = np.unique(solution.chosen, return_counts=True)
    return Counter(
        {
            (candidates.components[edges.demand[edge]][1].id, candidates.offers[edges.offer[edge]].id): int(
                count
            )
            for edge, count in zip(used.tolist(), experts.tolist(), strict=True)
        }
    )


def _only(problem: Problem, wanted: AbstractSet[str]) -> Problem:
    """Return the problem with these needs alone, and those that they are said to duplicate."""
    needs = {need.id: need for need in problem.needs}
    kept: set[str] = set()
    for name in wanted & needs.keys():
        following: str | None = name
        while following is not None and following not in kept:
            kept.add(following)
            following = needs[following].duplicate_of
    alone = tuple(need for need in problem.needs if need.id in kept)
    parts = {part.id for need in alone for part in need.components}
    pins = tuple(pin for pin in problem.pins if pin.component in parts)
    return problem.model_copy(update={"needs": alone, "pins": pins})


class _View:
    """Candidates, and what stands among them, as arrays."""

    def __init__(self, candidates: Candidates, seats: Counter[Pair], kept: AbstractSet[Pair]) -> None:
        self.candidates = candidates
        edges = candidates.edges
        self.edge = {
            pair: edge
            for edge, pair in enumerate(zip(edges.demand.tolist(), edges.offer.tolist(), strict=True))
        }
        self.flow = np.zeros(len(edges), np.int64)
        self.stays = np.zeros(len(edges), np.bool_)
        for pair, experts in seats.items():
            edge = self._edge(pair)
            self.flow[edge] = experts
            self.stays[edge] = pair in kept
        self.demand = np.arange(len(candidates.components))
        self.offer = np.arange(len(candidates.offers))
        self.must = np.array([part.mandatory for _, part in candidates.components], np.bool_)
        self.weight = np.array([PRIORITIES[need.urgency] for need, _ in candidates.components], np.int64)

    def places(self, pair: Pair) -> tuple[int, int]:
        """Return the places of a component and an offer."""
        return self.candidates.component_index[pair[0]], self.candidates.offer_index[pair[1]]

    def _edge(self, pair: Pair) -> int:
        known = pair[0] in self.candidates.component_index and pair[1] in self.candidates.offer_index
        edge = self.edge.get(self.places(pair)) if known else None
        if edge is None:
            raise InvalidProblem(f"seat:{pair[0]}/{pair[1]}", "offer", "not_a_candidate")
        return edge

    def standing(
        self, *, without: AbstractSet[int] = frozenset(), without_offer: int | None = None
    ) -> Standing:
        """Return what stands, before some components or an offer joined: their edges are left out."""
        candidates, edges = self.candidates, self.candidates.edges
        there = ~np.isin(edges.demand, sorted(without))
        if without_offer is not None:
            there &= edges.offer != without_offer
        known = np.flatnonzero(there)
        slots = candidates.slots.copy()
        slots[sorted(without)] = 0
        capacity = candidates.capacity.copy()
        if without_offer is not None:
            capacity[without_offer] = 0
        own = Edges(edges.demand[known], edges.offer[known], edges.score[known], edges.limit[known])
        best = self._allocate(own, slots, capacity, pins=np.flatnonzero(self.stays[known]))
        given = _with_flow(best, self.flow[known])
        levels = {"mandatory": self.must, "priority": self.weight, "confirmed": self.stays[known]}
        if given.value == best.value:
            return Standing(given, **levels)
        empty = self._allocate(own, np.zeros_like(slots), capacity)
        return Standing.seated(empty, slots, self.flow[known], **levels)

    def _allocate(
        self, edges: Edges, slots: Integers, capacity: Integers, pins: Integers | None = None
    ) -> Allocation:
        candidates = self.candidates
        return allocate(
            edges,
            slots,
            capacity,
            need=candidates.need_of,
            mandatory=self.must,
            priority=self.weight,
            pins=pins,
            fairness=candidates.policy.fairness,
        )

    def join(self, standing: Standing, own: AbstractSet[int], how: str) -> None:
        """Add the components of a need."""
        candidates, edges = self.candidates, self.candidates.edges
        nodes = np.array(sorted(own), np.int64)
        mine = np.flatnonzero(np.isin(edges.demand, nodes))
        self.demand = np.concatenate([self.demand, nodes])
        standing.insert_need(
            candidates.slots[nodes],
            Edges(
                np.searchsorted(nodes, edges.demand[mine]),
                edges.offer[mine],
                edges.score[mine],
                edges.limit[mine],
            ),
            mandatory=self.must[nodes],
            priority=int(self.weight[nodes[0]]),
            how=how,
        )

    def welcome(self, standing: Standing, offer: int, how: str) -> None:
        """Add an offer."""
        edges, capacity = self.candidates.edges, int(self.candidates.capacity[offer])
        mine = np.flatnonzero(edges.offer == offer)
        self.offer = np.append(self.offer, offer)
        standing.insert_offer(capacity, edges.demand[mine], edges.score[mine], edges.limit[mine], how=how)

    def solution(self, standing: Standing, declined: Pair | None = None) -> Solution:
        """Return what stands now."""
        edges, flow = standing.edges, np.zeros(len(self.candidates.edges), np.int64)
        for place in np.flatnonzero(standing.flow).tolist():
            pair = int(self.demand[edges.demand[place]]), int(self.offer[edges.offer[place]])
            flow[self.edge[pair]] = standing.flow[place]
        return self._solution(flow, declined)

    def filled(self, declined: Pair | None) -> Solution:
        """Return what stands when empty slots take what is free."""
        candidates, edges = self.candidates, self.candidates.edges
        room = edges.limit - self.flow
        open_edges = np.flatnonzero((room > 0) & ~self._declines(declined))
        own = Edges(
            edges.demand[open_edges], edges.offer[open_edges], edges.score[open_edges], room[open_edges]
        )
        spare = candidates.capacity - load(edges.offer, self.flow, candidates.capacity.size)
        empty = candidates.slots - load(edges.demand, self.flow, candidates.slots.size)
        waiting = np.flatnonzero((candidates.lock & (self.flow == 0))[open_edges])
        more = self._allocate(own, np.maximum(empty, 0), np.maximum(spare, 0), pins=waiting)
        flow = self.flow.copy()
        flow[open_edges] += more.flow
        return self._solution(flow, declined)

    def _declines(self, declined: Pair | None) -> Booleans:
        is_declined = np.zeros(self.flow.size, np.bool_)
        place = None if declined is None else self.edge.get(self.places(declined))
        if place is not None:
            is_declined[place] = True
        return is_declined

    def _solution(self, flow: Integers, declined: Pair | None) -> Solution:
        candidates, edges = self.candidates, self.candidates.edges
        left = np.flatnonzero(~self._declines(declined))
        if left.size < flow.size:
            candidates = replace(
                candidates,
                edges=Edges(edges.demand[left], edges.offer[left], edges.score[left], edges.limit[left]),
                lock=candidates.lock[left],
            )
        pins = np.flatnonzero(candidates.lock & (flow[left] > 0))
        best = self._allocate(candidates.edges, candidates.slots, candidates.capacity, pins=pins)
        allocation = _with_flow(best, flow[left])
        if candidates.policy.fairness in LADDER_ALONE:
            allocation.prove()
        everything = np.arange(candidates.slots.size), np.arange(candidates.capacity.size)
        return Solution(candidates, allocation, *everything, allocation.filled)


def _with_flow(allocation: Allocation, flow: Integers) -> Allocation:
    """Return another flow of the same problem as an allocation."""
    network, edges = allocation.network, allocation.network.edges
    chosen = np.repeat(np.arange(flow.size), flow)
    need = network.need[edges.demand[chosen]]
    reached, wanted = np.zeros((2, allocation.utility.size), np.int64)
    np.add.at(reached, need, edges.score[chosen])
    np.add.at(wanted, network.need, network.slots)
    return replace(
        allocation,
        chosen=chosen,
        total=int(edges.score[chosen].sum()),
        filled=np.bincount(edges.demand[chosen], minlength=network.slots.size),
        utility=reached / np.maximum(wanted, 1),
        answer=Answer(flow, flow),
    )
